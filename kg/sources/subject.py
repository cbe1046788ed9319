"""Whose page it is: named in its header, told by hand, or inferred from the authors of its works.

Knows readings of pages that are about one person. Infers only what every work on the page bears out; a person who
fits most works is not taken, because a co-author of many of them fits as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property

from kg.model.keys import keys_of
from kg.model.names import block_key, compatible, fullness, name_key
from kg.model.records import Mention, Place, Problem, SourceReading, WorkKeys
from kg.model.text import joined


def infer_subjects(readings: Sequence[SourceReading], pages: Collection[str]) -> list[SourceReading]:
    """Return the readings with the subject of each page, the evidence for it and its line; or a note that says why not.

    ``pages`` are the layouts that are pages about one person; other readings stay as they are. All readings must have
    their titles and authors separated. Their order makes no difference.
    """
    known = _Known(readings)
    return [_with_subject(reading, known) if reading.source.layout in pages else reading for reading in readings]


class _Known:
    """What all readings say of works and people, gathered once, when a page first needs it."""

    def __init__(self, readings: Sequence[SourceReading]) -> None:
        self._readings = readings

    @cached_property
    def authors_of(self) -> dict[str, set[str]]:
        """Key of a work -> the names of those who signed it, on a byline or as the named subject of a page."""
        return self._signatures[0]

    @cached_property
    def forms(self) -> dict[str, set[str]]:
        """Name -> its printed forms."""
        return self._signatures[1]

    @cached_property
    def pages(self) -> dict[str, list[SourceReading]]:
        """Block of names -> the pages whose header names somebody of that block."""
        found: dict[str, list[SourceReading]] = defaultdict(list)
        for reading in self._readings:
            if reading.profile:
                found[block_key(reading.profile.name)].append(reading)
        return found

    @cached_property
    def _signatures(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        authors_of: dict[str, set[str]] = defaultdict(set)
        forms: dict[str, set[str]] = defaultdict(set)
        for reading in self._readings:
            for keys in keys_of(reading):
                names = [m.name for m in keys.mentions if m.kind == "person" and m.role == "author"]
                names += [reading.profile.name] if reading.profile else []
                for name in names:
                    forms[name_key(name)].add(name)
                for key in meeting_keys(keys):
                    authors_of[key].update(map(name_key, names))
        return authors_of, forms


def _with_subject(reading: SourceReading, known: _Known) -> SourceReading:
    told, profile = reading.source.subject, reading.profile
    if profile:
        found = replace(
            reading, subject=profile.name, subject_evidence="named in the page header", subject_line=profile.place.line
        )
        if told and not compatible(told, profile.name):
            cause = f"sources.toml tells the subject {told!r}, the page names {profile.name!r}; the page is followed"
            return _noted(found, profile.place.line, profile.name, cause, "correct or remove the subject told by hand")
        return found
    if told:
        return replace(reading, subject=told, subject_evidence="told by hand in sources.toml")
    if not reading.works:
        return reading
    return _from_bylines(reading, known) or _from_every_work(reading, known) or _unknown(reading)


def _from_bylines(reading: SourceReading, known: _Known) -> SourceReading | None:
    """Return the reading with the only name that all its complete author lists share, if there is exactly one."""
    lists = [
        [mention for mention in work.byline.mentions if mention.kind == "person"]
        for work in reading.works
        if work.byline and work.byline.complete and work.byline.mentions
    ]
    if not lists:
        return None
    shortest = min(lists, key=len)
    shared = [m for m in shortest if all(any(compatible(m.name, other.name) for other in names) for names in lists)]
    if len({name_key(mention.name) for mention in shared}) != 1:
        return None
    forms = [other for names in lists for other in names if compatible(shared[0].name, other.name)]
    best = max(forms, key=lambda mention: (fullness(mention.name), mention.name))
    count = len(lists)
    evidence = (
        f"the only name in all {count} complete author lists of the page"
        if count > 1
        else ("the only author of the only complete author list of the page")
    )
    others = [m for m in _mentions(reading) if compatible(m.name, best.name)]
    profile = _overlap(best.name, reading, known)
    if len(others) > count:
        evidence += f", and in {len(others) - count} of the lists cut by 'et al.'"
    if profile:
        evidence += f"; {profile}"
    found = replace(reading, subject=best.name, subject_evidence=evidence, subject_line=min(m.line for m in others))
    if count == 1 and len(others) == 1 and not profile and len(reading.works) > 1:
        cause = f"that the page is about {best.name!r} rests on a single author list"
        return _noted(found, best.line, best.name, cause, 'if it is not so, tell subject = "…" in sources.toml')
    return found


def _from_every_work(reading: SourceReading, known: _Known) -> SourceReading | None:
    """Return the reading with the only person named as an author of each of its works, here or in other sources."""
    if len(reading.works) < 2:
        return None
    each = [set().union(*(known.authors_of[key] for key in meeting_keys(keys))) for keys in keys_of(reading)]
    shared = set.intersection(*each)
    if len(shared) != 1:
        return None
    name = max(known.forms[shared.pop()], key=lambda form: (fullness(form), form))
    line = min((m.line for m in _mentions(reading) if name_key(m.name) == name_key(name)), default=0)
    evidence = f"the only person named as an author of each of the {len(reading.works)} works, here or in other sources"
    return replace(reading, subject=name, subject_evidence=evidence, subject_line=line)


def _unknown(reading: SourceReading) -> SourceReading:
    line = reading.works[0].place.line
    return _noted(
        reading,
        line,
        "",
        "the page does not say whose it is, and no single person is named as an author of all its works",
        'tell subject = "…" for the file in sources.toml',
    )


def _overlap(name: str, reading: SourceReading, known: _Known) -> str:
    """Return a sentence on the works that stand also on pages which name this person in their header."""
    ours = [meeting_keys(keys) for keys in keys_of(reading)]
    found: list[str] = []
    for other in known.pages.get(block_key(name), ()):
        if other is reading or not other.profile or not compatible(other.profile.name, name):
            continue
        theirs = set().union(*map(meeting_keys, keys_of(other)))
        if count := sum(bool(mine & theirs) for mine in ours):
            found.append(f"{count} of the {len(ours)} works stand also on {other.source.file}")
    return joined(sorted(found)) + (f", the page of {name}" if found else "")


def meeting_keys(keys: WorkKeys) -> set[str]:
    """Return what two records of one work are likely to share: the folded title, the beginning of the abstract."""
    found = {f"title {keys.title}"} if keys.title else set()
    return found | ({f"abstract {keys.beginning}"} if keys.beginning else set())


def _mentions(reading: SourceReading) -> list[Mention]:
    return [mention for work in reading.works if work.byline for mention in work.byline.mentions]


def _noted(reading: SourceReading, line: int, text: str, cause: str, advice: str) -> SourceReading:
    problem = Problem(Place(reading.source.file, line, field="subject"), text, cause, advice, "note")
    problems = sorted((*reading.problems, problem), key=lambda p: (p.place.line, p.place.last_line, p.kind))
    return replace(reading, problems=tuple(problems))

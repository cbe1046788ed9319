"""Cut the run-together lines of all sources, once every source has been read.

Knows records and rounds: what one round decides is evidence for the next. The evidence itself is weighed in
``kg.sources.separate``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kg.model.records import Byline, Problem, Reading, SourceReading, WorkRecord
from kg.sources.bylines import byline_of, take_apart
from kg.sources.cuts import sure_names
from kg.sources.evidence import Attested, Corpus
from kg.sources.listed_works import PENDING
from kg.sources.separate import separate

READINGS_KEPT: Final = 4
"""An undecided record shows at most so many readings, the best ones."""

ROUNDS: Final = 5
"""After so many rounds nothing new is decided on any page seen; the seeds take two."""

_ADVICE: Final = (
    "add a source that prints the title or the first author apart; until then the work has neither title nor authors"
)


def settle(readings: Sequence[SourceReading]) -> list[SourceReading]:
    """Return the readings with every pending line cut, or left open with its readings, a doubt and a note.

    Within a round every line sees the same evidence, so the order of the sources makes no difference.
    """
    pages = [index for index, reading in enumerate(readings) if _pending(reading)]
    if not pages:
        return list(readings)
    pending = [work for index in pages for work in _pending(readings[index])]
    attested = Attested(readings, [name for work in pending for name in sure_names(take_apart(_printed(work)).text)])
    current = list(readings)
    for _ in range(ROUNDS):
        corpus = attested.corpus()
        decided = 0
        for index in pages:
            reading = current[index]
            if not _pending(reading):
                continue
            works = tuple(_try(work, corpus) for work in reading.works)
            for before, after in zip(reading.works, works, strict=True):
                if after is not before:
                    attested.add(after)
                    decided += 1
            current[index] = replace(reading, works=works)
        if not decided:
            break
    corpus = attested.corpus()
    for index in pages:
        current[index] = _leave_open(current[index], corpus)
    return current


def _pending(reading: SourceReading) -> list[WorkRecord]:
    """Return the works whose lines are not cut yet. Only pages have any; records of data formats stay shut."""
    return [] if len(reading.keys) else [work for work in reading.works if work.doubt == PENDING]


def _printed(work: WorkRecord) -> str:
    return work.byline.printed if work.byline else ""


def _line_number(work: WorkRecord) -> int:
    """Return where in the file the run-together line of a pending work stands."""
    printed = _printed(work)
    lines = work.snippet.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return work.place.line + next((i for i, line in enumerate(lines) if line.strip() == printed), 0)


def _try(work: WorkRecord, corpus: Corpus) -> WorkRecord:
    if work.doubt != PENDING:
        return work
    printed = _printed(work)
    line = take_apart(printed)
    verdict = separate(line.text, corpus, complete=line.complete)
    if not verdict.decided:
        return work
    best = verdict.candidates[0]
    if not best.names:
        return replace(work, title=printed, byline=None, doubt="")
    byline = byline_of(
        list(best.names),
        complete=line.complete,
        printed=printed[printed.index(best.authors, len(best.title)) :],
        line=_line_number(work),
    )
    return replace(work, title=best.title, byline=byline, doubt="")


def _leave_open(reading: SourceReading, corpus: Corpus) -> SourceReading:
    works: list[WorkRecord] = []
    notes: list[Problem] = []
    for work in reading.works:
        if work.doubt != PENDING:
            works.append(work)
            continue
        printed = _printed(work)
        line = take_apart(printed)
        verdict = separate(line.text, corpus, complete=line.complete)
        shown = verdict.candidates[:READINGS_KEPT]
        doubt = f"title and authors cannot be told apart: {verdict.doubt}"
        number = _line_number(work)
        works.append(
            replace(
                work,
                byline=Byline((), line.complete, printed),
                readings=tuple(Reading(c.title, c.authors, c.score) for c in shown),
                doubt=doubt,
            )
        )
        place = replace(work.place, line=number, last_line=number, field="title")
        notes.append(Problem(place, printed, doubt, _ADVICE, "note"))
    problems = tuple(sorted((*reading.problems, *notes), key=lambda p: (p.place.line, p.place.last_line, p.kind)))
    return replace(reading, works=tuple(works), problems=problems)

"""The parts that pages are made of: works with their bylines, observations, disagreements, findings, records.

Each is a value made from the reading of one description; the templates show it and decide nothing. Knows what the
graph's patterns mean for a reader. Does not know HTML.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.rdf import vocab
from kg.rdf.describe import SourceRecord
from kg.web.links import spoken
from kg.web.reading import Day, Mark, Reading, Ref, Value, day_of
from kg.web.tex import plain

_SAID: Final = {
    "hIndex": "h-index",
    "aiScore": "AI score",
    "closeCollaboratorCount": "close collaborators",
    "followerCount": "followers",
    "workCount": "works",
    "listedWorkCount": "works listed",
    "topicCount": "topics",
    "paperCount": "papers",
    "citationCount": "citations",
    "workScore": "score of the work",
}
_RANK: Final = {name: rank for rank, name in enumerate(vocab.OBSERVABLES)}
_OWN: Final = vocab.PREFIXES["kg"]


@dataclass(frozen=True)
class Author:
    """One signature of a byline. ``printed`` is filled where the source prints another form of the name."""

    ref: Ref
    position: int | None = None
    printed: str = ""
    here: bool = False
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Byline:
    """Who signed a work: those whose position is known, in order, then those known to have signed it somewhere.

    ``complete`` is None where no source gives an author list.
    """

    ordered: tuple[Author, ...] = ()
    unplaced: tuple[Author, ...] = ()
    complete: bool | None = None

    @property
    def authors(self) -> tuple[Author, ...]:
        """Return all of them."""
        return (*self.ordered, *self.unplaced)


@dataclass(frozen=True)
class WorkEntry:
    """A work in a list."""

    ref: Ref
    day: Day
    byline: Byline
    untitled: bool = False
    year_from_capture: bool = False
    genre: str = ""
    venues: tuple[Ref, ...] = ()
    topics: tuple[Ref, ...] = ()
    abstract: str = ""
    code: bool = False
    licences: tuple[Ref, ...] = ()
    marks: tuple[Mark, ...] = ()
    disputed: tuple[str, ...] = ()
    status: str = ""
    """Such as "retracted", in the words of a source."""


@dataclass(frozen=True)
class Observed:
    """What one source says of one measured property."""

    value: str
    printed: str
    day: Day
    marks: tuple[Mark, ...]
    anchor: str


@dataclass(frozen=True)
class Measure:
    """One measured property, with what each source says of it side by side."""

    what: str
    entries: tuple[Observed, ...]

    @property
    def differ(self) -> bool:
        """True when the sources do not say the same."""
        return len({entry.value for entry in self.entries}) > 1


@dataclass(frozen=True)
class Claim:
    """What a source claims where sources disagree."""

    text: str
    chosen: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Disagreement:
    """A property on which the sources disagree, with the value the merged view took."""

    what: str
    property: str
    chosen: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Record:
    """A place in a source, and its text."""

    mark: Mark | None
    file: str
    lines: str
    snippet: str
    unread: bool
    printed: tuple[tuple[str, str], ...]
    anchor: str


@dataclass(frozen=True)
class Partner:
    """Somebody who shares works with the described person or group."""

    ref: Ref
    works: int
    years: str


@dataclass(frozen=True)
class Fact:
    """A property and its values. ``iri`` is the property."""

    label: str
    iri: str
    values: tuple[Value, ...]


def byline(reading: Reading, work: NamedNode) -> Byline:
    """Read the authorships of a work."""
    ordered: list[Author] = []
    unplaced: list[Author] = []
    for node in reading.iris(work, vocab.KG_AUTHORSHIP_OF):
        agent = next(iter(reading.iris(node, vocab.KG_AGENT)), None)
        printed = reading.first(node, vocab.KG_NAME_AS_PRINTED)
        ref = reading.ref(agent) if agent is not None else Ref("", printed, None)
        position = reading.first(node, vocab.POSITION)
        notes = (
            *(f"affiliation as printed: {text}" for text in reading.texts(node, vocab.KG_AFFILIATION_AS_PRINTED)),
            *(f"ORCID as printed: {text}" for text in reading.texts(node, vocab.KG_ORCID_AS_PRINTED)),
        )
        author = Author(
            ref,
            int(position) if position.isdecimal() else None,
            printed if printed != ref.text else "",
            agent == reading.iri,
            notes,
            reading.sources(node),
        )
        (unplaced if author.position is None else ordered).append(author)
    ordered.sort(key=lambda author: author.position or 0)
    unplaced.sort(key=lambda author: author.ref.text)
    return Byline(tuple(ordered), tuple(unplaced), reading.flag(work, vocab.KG_AUTHOR_LIST_COMPLETE))


def work_entry(reading: Reading, work: NamedNode) -> WorkEntry:
    """Read a work in a list from statements about it."""
    return WorkEntry(
        ref=reading.ref(work),
        day=reading.day(work),
        byline=byline(reading, work),
        untitled=not reading.name(work),
        year_from_capture=bool(reading.flag(work, vocab.KG_YEAR_FROM_CAPTURE)),
        genre=reading.first(work, vocab.GENRE),
        venues=reading.refs(work, vocab.IS_PART_OF),
        topics=reading.refs(work, vocab.ABOUT),
        abstract=plain(reading.first(work, vocab.ABSTRACT)),
        code=bool(reading.flag(work, vocab.KG_CODE_AVAILABLE)),
        licences=tuple(
            Ref(term.value, term.value.rstrip("/").rsplit("/", 1)[-1], reading.links.href(term.value))
            for term in reading.iris(work, vocab.KG_RELEASED_UNDER)
        ),
        status=reading.first(work, vocab.CREATIVE_WORK_STATUS),
        marks=reading.sources(work),
        disputed=tuple(
            sorted(
                {
                    spoken(term.value.rsplit("#disagreement-", 1)[-1])
                    for term in reading.iris(work, vocab.KG_HAS_DISAGREEMENT)
                }
            )
        ),
    )


def measure_name(iri: str) -> str:
    """Return the words for a measured property."""
    local = iri.removeprefix(_OWN)
    return _SAID.get(local) or spoken(iri)


def measures(reading: Reading) -> tuple[Measure, ...]:
    """Read the observations about the described thing, grouped by what was measured."""
    groups: dict[str, list[Observed]] = {}
    for node, predicates in reading.nodes.items():
        if reading.iri not in predicates.get(vocab.OBSERVATION_ABOUT, []) or not isinstance(node, NamedNode):
            continue
        what = next(iter(reading.iris(node, vocab.MEASURED_PROPERTY)), None)
        value = " ".join(filter(None, (_shown(reading, node), reading.first(node, vocab.UNIT_TEXT))))
        observed = Observed(
            value.replace(" %", "%"),
            reading.first(node, vocab.KG_VALUE_AS_PRINTED),
            day_of(reading.first(node, vocab.OBSERVATION_DATE)),
            reading.sources(node, vocab.PROV_HAD_PRIMARY_SOURCE),
            node.value.rpartition("#")[2],
        )
        groups.setdefault(what.value if what else "", []).append(observed)
    ranked = sorted(groups, key=lambda iri: (_RANK.get(iri.removeprefix(_OWN), len(_RANK)), iri))
    return tuple(
        Measure(measure_name(iri), tuple(sorted(groups[iri], key=lambda o: [mark.number for mark in o.marks])))
        for iri in ranked
    )


def _shown(reading: Reading, node: NamedNode) -> str:
    for term in reading.values(node, vocab.VALUE):
        if isinstance(term, Literal):
            if term.datatype == vocab.XSD_BOOLEAN:
                return "yes" if term.value == "true" else "no"
            if term.datatype == vocab.XSD_INTEGER:
                return f"{int(term.value):,}"
            return term.value
        if isinstance(term, NamedNode):
            return reading.ref(term).text
    return ""


def disagreements(reading: Reading) -> tuple[Disagreement, ...]:
    """Read where the sources disagree about the described thing."""
    found = []
    for node in reading.iris(reading.iri, vocab.KG_HAS_DISAGREEMENT):
        what = next((term.value for term in reading.iris(node, vocab.KG_ON_PROPERTY)), "")
        show = _dated if what == vocab.DATE_PUBLISHED.value else plain
        chosen = reading.first(node, vocab.KG_CHOSEN_VALUE)
        claims = tuple(
            Claim(show(text), text == chosen, reading.sources(claim, vocab.PROV_HAD_PRIMARY_SOURCE))
            for claim in reading.iris(node, vocab.KG_HAS_CLAIM)
            for text in reading.texts(claim, vocab.KG_CLAIMED_VALUE)
        )
        ordered = sorted(claims, key=lambda claim: (not claim.chosen, [mark.number for mark in claim.marks]))
        found.append(Disagreement(spoken(what), what, show(chosen), tuple(ordered)))
    return tuple(found)


def _dated(text: str) -> str:
    return day_of(text).text


def records(reading: Reading) -> tuple[Record, ...]:
    """Read the places in the sources that speak of the described thing; of one anchor only the first has it."""
    found, anchors = list[Record](), set[str]()
    for record in (_record(reading, record) for record in reading.description.records):
        found.append(replace(record, anchor="") if record.anchor in anchors else record)
        anchors.add(record.anchor)
    return tuple(found)


def _record(reading: Reading, record: SourceRecord) -> Record:
    lines = ""
    if record.line is not None:
        last = record.last_line or record.line
        lines = f"line {record.line}" if last == record.line else f"lines {record.line} to {last}"
    return Record(
        reading.marks.get(record.source) if record.source is not None else None,
        record.file,
        lines,
        record.snippet,
        record.unread,
        tuple((spoken(predicate.value), literal.value) for predicate, literal in record.printed),
        record.iri.value.rpartition("#")[2],
    )


def facts(
    reading: Reading,
    node: NamedNode,
    *,
    without: Iterable[NamedNode] = (),
    only: Iterable[NamedNode] = (),
    most: int = 0,
) -> tuple[Fact, ...]:
    """Return the statements with ``node`` as subject, in the order of the description.

    ``only`` some properties, or all ``without`` some; at most so many values of each, which then says how many more.
    """
    wanted, left_out = set(only), set(without)
    found = []
    for predicate, terms in reading.nodes.get(node, {}).items():
        if predicate in left_out or (wanted and predicate not in wanted):
            continue
        values = [reading.value(predicate, term) for term in (terms[:most] if most else terms)]
        if len(values) < len(terms):
            values.append(Value(f"and {len(terms) - len(values):,} more, in Turtle and the other forms"))
        found.append(Fact(spoken(predicate.value), predicate.value, tuple(values)))
    return tuple(found)

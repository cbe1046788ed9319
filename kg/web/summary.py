"""What a profile counts and puts in order: own figures with their queries, partners, affiliations, a timeline.

Made of the rows of a few questions and of the lines of the works. Knows what each figure counts and which named query
gives the same. Asks nothing itself and does not know HTML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kg.web.links import Links
from kg.web.listing import Line
from kg.web.parts import Measure, Partner
from kg.web.reading import Ref
from kg.web.tex import plain

Rows = Iterable[Sequence[str]]
"""Rows as texts, as `kg.panels` gives them."""


@dataclass(frozen=True)
class Figure:
    """A number that this graph gives: what it counts, and where it is told; for people the query behind it."""

    text: str
    what: str
    query: str
    note: str = ""


@dataclass(frozen=True)
class Affiliation:
    """An affiliation in the words printed beside the name, with the works and years it stands on."""

    printed: str
    works: int
    years: str


@dataclass(frozen=True)
class Year:
    """What is known of one year: works, affiliations printed for the first time, and what sites said then."""

    year: str
    works: int
    affiliations: tuple[str, ...]
    observed: tuple[tuple[str, str], ...]
    """What was measured, and the value."""


@dataclass(frozen=True)
class Summary:
    """The parts of a profile that are counted."""

    figures: tuple[Figure, ...] = ()
    partners: tuple[Partner, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    topics: tuple[tuple[Ref, int], ...] = ()
    organisations: tuple[tuple[Ref, int], ...] = ()
    timeline: tuple[Year, ...] = ()
    years: Mapping[str, int] = field(default_factory=dict)


def summarise(
    iri: str,
    lines: Sequence[Line],
    links: Links,
    *,
    names: Mapping[str, str],
    partners: Rows = (),
    signed: Rows = (),
    affiliations: Rows = (),
    citations: Rows = (),
    measures: Sequence[Measure] = (),
    agent: bool = True,
) -> Summary:
    """Count what a profile shows.

    ``partners``, ``signed``, ``affiliations`` and ``citations`` are rows of the questions partners, signed,
    affiliations and cited; ``names`` are names of topics, ``measures`` what sites say of the person. What is no
    ``agent`` has works, topics, organisations, years, and for partners who signed most of its works.
    """
    years = Counter(line.year for line in lines)
    topics = _counted((topic for line in lines for topic in line.topics), names, links)
    organisations = _counted((one for line in lines for one in line.organizations), names, links)
    if not agent:
        return Summary(
            figures=_of_works(lines, topics),
            partners=by_works(_partners(signed, links)),
            topics=topics,
            organisations=organisations,
            years=years,
        )
    found = by_works(_partners(partners, links))
    printed = tuple(_affiliations(affiliations))
    return Summary(
        _figures(iri, lines, links, found, len(topics), list(citations)),
        found,
        printed,
        topics,
        organisations,
        _timeline(years, printed, measures),
        years,
    )


def _counted(things: Iterable[str], names: Mapping[str, str], links: Links) -> tuple[tuple[Ref, int], ...]:
    """Count things, the most frequent first."""
    ranked = sorted(Counter(things).items(), key=lambda entry: (-entry[1], names.get(entry[0], entry[0])))
    return tuple(
        (Ref(iri, plain(names.get(iri, "")) or iri, links.href(iri), links.kind(iri) or ""), number)
        for iri, number in ranked
    )


def span(first: str, last: str) -> str:
    """Write two years as one span.

    >>> span("2020", "2020"), span("2020", "2022"), span("", "")
    ('2020', '2020 to 2022', '')
    """
    return first if first == last else f"{first} to {last}"


def _partners(rows: Rows, links: Links) -> Iterable[Partner]:
    for other, name, works, first, last in rows:
        if other:
            ref = Ref(other, plain(name) or other, links.href(other), links.kind(other) or "")
            yield Partner(ref, int(works), span(first, last))


def by_works(found: Iterable[Partner]) -> tuple[Partner, ...]:
    """Order partners by shared works, then by name."""
    return tuple(sorted(found, key=lambda one: (-one.works, one.ref.text.casefold(), one.ref.iri)))


def _affiliations(rows: Rows) -> Iterable[Affiliation]:
    ordered = sorted(rows, key=lambda row: (row[2] or "9999", row[3], row[0]))
    for printed, works, first, last in ordered:
        yield Affiliation(plain(printed), int(works), span(first, last))


def h_index(citations: Iterable[int]) -> int:
    """Return the largest h for which h works are cited h times each.

    >>> h_index([10, 3, 3, 1]), h_index([]), h_index([0, 0])
    (3, 0, 0)
    """
    ranked = sorted(citations, reverse=True)
    return sum(number >= rank for rank, number in enumerate(ranked, 1))


def _figures(
    iri: str,
    lines: Sequence[Line],
    links: Links,
    partners: Sequence[Partner],
    topics: int,
    citations: Sequence[Sequence[str]],
) -> tuple[Figure, ...]:
    value = links.own(iri) or iri

    def query(name: str) -> str:
        return f"{links.root}queries/{name}?{urlencode({'person': value})}"

    dated = sorted(line.year for line in lines if line.year)
    people = sum(one.ref.kind == "person" for one in partners)
    found = [Figure(f"{len(lines):,}", "work" if len(lines) == 1 else "works", query("person-works"), "in this graph")]
    if dated:
        found.append(Figure(span(dated[0], dated[-1]), "active", query("person-works"), "by the dates of the works"))
    found.append(Figure(f"{people:,}", "co-author" if people == 1 else "co-authors", query("person-coauthors")))
    if topics:
        found.append(Figure(f"{topics:,}", "topic" if topics == 1 else "topics", query("person-topics")))
    counts = [int(row[1]) for row in citations]
    if any(counts):
        note = "counting citations by works in this graph only"
        found.append(Figure(f"{sum(counts):,}", "citations", query("person-citations"), note))
        found.append(Figure(str(h_index(counts)), "h-index", query("person-citations"), note))
    return tuple(found)


def _of_works(lines: Sequence[Line], topics: Sequence[tuple[Ref, int]]) -> tuple[Figure, ...]:
    """Return the figures of what is no person: works, years, works with code."""
    if not lines:
        return ()
    found = [Figure(f"{len(lines):,}", "work" if len(lines) == 1 else "works", "#works")]
    if dated := sorted(line.year for line in lines if line.year):
        found.append(Figure(span(dated[0], dated[-1]), "", "", "by the dates of the works"))
    if coded := sum(line.code for line in lines):
        found.append(Figure(f"{coded:,}", "with code", "?code=1#works"))
    if len(topics) > 1:
        found.append(Figure(f"{len(topics):,}", "topics", ""))
    return tuple(found)


def _timeline(
    years: Mapping[str, int], affiliations: Sequence[Affiliation], measures: Sequence[Measure]
) -> tuple[Year, ...]:
    begun: dict[str, list[str]] = {}
    for one in affiliations:
        begun.setdefault(one.years[:4], []).append(one.printed)
    seen: dict[str, list[tuple[str, str]]] = {}
    for measure in measures:
        for entry in measure.entries:
            seen.setdefault(entry.day.iso[:4], []).append((measure.what, entry.value))
    known = sorted(filter(None, {*years, *begun, *seen}), reverse=True)
    return tuple(
        Year(year, years.get(year, 0), tuple(begun.get(year, ())), tuple(seen.get(year, ()))) for year in known
    )

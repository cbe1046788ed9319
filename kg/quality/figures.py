"""Quality figures of a graph: how much there is, and which share of it has what.

Each figure counts subjects by their own statements alone, so that it can be kept up to date from changed subjects.
Knows the merged view's patterns and the metrics defined in ``ontology/kg.ttl``. A share of nothing is left out rather
than called 0 or 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple

from kg.quality.report import Figure
from kg.quality.shacl.paths import Term
from kg.rdf import vocab

STATEMENTS: Final = "statementsInGraph"
_DIGITS: Final = Decimal("0.0001")

Tallies = dict[str, tuple[int, int]]
"""For each figure: how many of the whole have it, and how many the whole are."""


@dataclass(frozen=True)
class Measure:
    """A figure over the subjects of some classes: all of them, or those with a value, a kind of value or several."""

    name: str
    about: str
    classes: tuple[NamedNode, ...]
    having: NamedNode | None = None
    value: Term | None = None
    datatype: NamedNode | None = None
    several: bool = False

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share of the whole rather than a count."""
        return self.name.startswith("share")

    def whole(self) -> str:
        """Return the query that counts the whole."""
        return self._query("")

    def part(self) -> str:
        """Return the query that counts those of the whole that have what is asked."""
        if self.having is None:
            return self.whole()
        test = ""
        if self.value is not None:
            test = f"FILTER(sameTerm(?o, {self.value}))"
        elif self.datatype is not None:
            test = f"FILTER(COALESCE(DATATYPE(?o) = {self.datatype}, false))"
        elif self.several:
            test = f"FILTER(EXISTS {{ ?s {self.having} ?other FILTER(!sameTerm(?o, ?other)) }})"
        return self._query(f"FILTER(EXISTS {{ ?s {self.having} ?o {test} }})")

    def _query(self, test: str) -> str:
        kinds = " UNION ".join(f"{{ ?s {vocab.RDF_TYPE} {one} }}" for one in self.classes)
        return f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {kinds} {test} }}"

    def of(self, said: Mapping[NamedNode, set[Term]]) -> tuple[int, int]:
        """Return (part, whole), each 0 or 1, for one subject by what is said of it."""
        if not said.get(vocab.RDF_TYPE, set()) & set(self.classes):
            return (0, 0)
        if self.having is None:
            return (1, 1)
        values = said.get(self.having, set())
        if self.value is not None:
            values = values & {self.value}
        elif self.datatype is not None:
            values = {one for one in values if isinstance(one, Literal) and one.datatype == self.datatype}
        return (int(len(values) > int(self.several)), 1)


_WORKS: Final = (vocab.SCHOLARLY_ARTICLE,)
_PERSONS: Final = (vocab.PERSON,)
_THINGS: Final = (vocab.SCHOLARLY_ARTICLE, vocab.PERSON, vocab.KG_GROUP, vocab.ORGANIZATION)
MEASURES: Final = (
    Measure("worksInGraph", "works", _WORKS),
    Measure("personsInGraph", "persons", _PERSONS),
    Measure("groupsInGraph", "groups that sign works", (vocab.KG_GROUP,)),
    Measure("sourcesInGraph", "sources", (vocab.KG_SOURCE,)),
    Measure("disagreementsInGraph", "disagreements between sources", (vocab.KG_DISAGREEMENT,)),
    Measure(
        "dateDisagreementsInGraph",
        "disagreements about a date",
        (vocab.KG_DISAGREEMENT,),
        vocab.KG_ON_PROPERTY,
        value=vocab.DATE_PUBLISHED,
    ),
    Measure("unreadLinesInGraph", "lines of the sources that no layout could read", (vocab.KG_UNREAD_LINE,)),
    Measure("shareOfWorksWithTitle", "works that have a title", _WORKS, vocab.NAME),
    Measure("shareOfWorksWithDate", "works that have a date", _WORKS, vocab.DATE_PUBLISHED),
    Measure(
        "shareOfWorksWithDayPreciseDate",
        "works whose date is known to the day",
        _WORKS,
        vocab.DATE_PUBLISHED,
        datatype=vocab.XSD_DATE,
    ),
    Measure("shareOfWorksWithAbstract", "works that have an abstract", _WORKS, vocab.ABSTRACT),
    Measure("shareOfWorksWithAuthor", "works that have an author", _WORKS, vocab.AUTHOR),
    Measure(
        "shareOfWorksWithCompleteAuthorList",
        "works whose author list is complete",
        _WORKS,
        vocab.KG_AUTHOR_LIST_COMPLETE,
        value=Literal("true", datatype=vocab.XSD_BOOLEAN),
    ),
    Measure("shareOfWorksWithTopic", "works that have a topic", _WORKS, vocab.ABOUT),
    Measure("shareOfWorksWithIdentifier", "works that have an identifier", _WORKS, vocab.SAME_AS),
    Measure(
        "shareOfWorksInSeveralSources",
        "works that more than one source states",
        _WORKS,
        vocab.PROV_WAS_DERIVED_FROM,
        several=True,
    ),
    Measure("shareOfPersonsWithWork", "persons that have a work", _PERSONS, vocab.FOAF_MADE),
    Measure("shareOfPersonsWithIdentifier", "persons that have an identifier", _PERSONS, vocab.SAME_AS),
    Measure("shareOfPersonsWithAffiliation", "persons with an affiliation", _PERSONS, vocab.AFFILIATION),
    Measure(
        "shareOfThingsWithProvenance",
        "works, persons, groups and organizations that name their source",
        _THINGS,
        vocab.PROV_WAS_DERIVED_FROM,
    ),
)
"""In the order in which they are shown. The number of statements comes before them."""
_BY_CLASS: Final[Mapping[Term, tuple[Measure, ...]]] = {
    cls: tuple(one for one in MEASURES if cls in one.classes) for measure in MEASURES for cls in measure.classes
}
PREDICATES: Final = frozenset({vocab.RDF_TYPE, *(one.having for one in MEASURES if one.having is not None)})
"""What the figures read."""


def measure(store: Store, statements: int) -> Tallies:
    """Count in the default graph of a store, which holds at least `PREDICATES`; ``statements`` is told.

    About half a second for a million triples in memory.
    """
    known: dict[str, int] = {}

    def count(query: str) -> int:
        if query not in known:
            found = store.query(query)
            if not isinstance(found, QuerySolutions):
                raise AssertionError("a SELECT query has solutions")
            known[query] = int(next(found)[0].value)
        return known[query]

    return {STATEMENTS: (statements, statements)} | {
        one.name: (count(one.part()), count(one.whole())) for one in MEASURES
    }


def figures(tallies: Tallies) -> tuple[Figure, ...]:
    """Return the figures that some counts give."""
    found = [Figure(STATEMENTS, "statements in the merged view", tallies[STATEMENTS][0])]
    for one in MEASURES:
        part, whole = tallies[one.name]
        if not one.is_share:
            found.append(Figure(one.name, one.about, part))
        elif whole:
            found.append(Figure(one.name, one.about, share(part, whole)))
    return tuple(found)


def changed_tallies(
    tallies: Tallies, before: Mapping[Term, Iterable[Triple]], after: Mapping[Term, Iterable[Triple]], statements: int
) -> Tallies:
    """Return the counts after some subjects changed, from all that was and is said of each of them."""
    found = {name: list(numbers) for name, numbers in tallies.items()}
    for sign, all_said in ((-1, before), (1, after)):
        for triples in all_said.values():
            said: dict[NamedNode, set[Term]] = {}
            for triple in triples:
                if not isinstance(triple.object, Triple):
                    said.setdefault(triple.predicate, set()).add(triple.object)
            kinds = said.get(vocab.RDF_TYPE, set())
            for one in {one for kind in kinds for one in _BY_CLASS.get(kind, ())}:
                part, whole = one.of(said)
                found[one.name][0] += sign * part
                found[one.name][1] += sign * whole
    found[STATEMENTS] = [statements, statements]
    return {name: (part, whole) for name, (part, whole) in found.items()}


def share(part: int, whole: int) -> Decimal:
    """Return part of whole as a decimal from 0 to 1 with four digits.

    >>> share(1, 3)
    Decimal('0.3333')
    """
    return (Decimal(part) / Decimal(whole)).quantize(_DIGITS, rounding=ROUND_HALF_EVEN)

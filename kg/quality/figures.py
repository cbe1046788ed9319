"""Quality figures of a graph: how much there is, and which share of it has what.

Knows the merged view's patterns and the metrics defined in ``ontology/kg.ttl``. A share of nothing is left out
rather than called 0 or 1.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

from kg.quality.report import Figure
from kg.rdf import vocab

_Node = NamedNode | BlankNode | Literal
_DIGITS = Decimal("0.0001")


def figures(store: Store) -> tuple[Figure, ...]:
    """Measure the default graph of a store, and count the unread lines of its source graphs.

    One scan per predicate: seconds for millions of triples.
    """
    view = _View(store)
    works, persons = view.of_class(vocab.SCHOLARLY_ARTICLE), view.of_class(vocab.PERSON)
    things = works | persons | view.of_class(vocab.KG_GROUP) | view.of_class(vocab.ORGANIZATION)
    disagreements = view.of_class(vocab.KG_DISAGREEMENT)
    on_date = view.having(vocab.KG_ON_PROPERTY, vocab.DATE_PUBLISHED)
    derived = view.counted(vocab.PROV_WAS_DERIVED_FROM)
    counts = [
        Figure("statementsInGraph", "statements in the merged view", view.size()),
        Figure("worksInGraph", "works", len(works)),
        Figure("personsInGraph", "persons", len(persons)),
        Figure("groupsInGraph", "groups that sign works", len(view.of_class(vocab.KG_GROUP))),
        Figure("sourcesInGraph", "sources", len(view.of_class(vocab.KG_SOURCE))),
        Figure("disagreementsInGraph", "disagreements between sources", len(disagreements)),
        Figure("dateDisagreementsInGraph", "disagreements about a date", len(disagreements & on_date)),
        Figure("unreadLinesInGraph", "lines of the sources that no layout could read", view.unread_lines()),
    ]
    complete = view.having(vocab.KG_AUTHOR_LIST_COMPLETE, Literal("true", datatype=vocab.XSD_BOOLEAN))
    shares = [
        ("shareOfWorksWithTitle", "works that have a title", works, view.having(vocab.NAME)),
        ("shareOfWorksWithDate", "works that have a date", works, view.having(vocab.DATE_PUBLISHED)),
        ("shareOfWorksWithDayPreciseDate", "works whose date is known to the day", works, view.dated_to_the_day()),
        ("shareOfWorksWithAbstract", "works that have an abstract", works, view.having(vocab.ABSTRACT)),
        ("shareOfWorksWithAuthor", "works that have an author", works, view.having(vocab.AUTHOR)),
        ("shareOfWorksWithCompleteAuthorList", "works whose author list is complete", works, complete),
        ("shareOfWorksWithTopic", "works that have a topic", works, view.having(vocab.ABOUT)),
        ("shareOfWorksWithIdentifier", "works that have an identifier", works, view.having(vocab.SAME_AS)),
        (
            "shareOfWorksInSeveralSources",
            "works that more than one source states",
            works,
            {node for node, number in derived.items() if number > 1},
        ),
        ("shareOfPersonsWithWork", "persons that have a work", persons, view.having(vocab.FOAF_MADE)),
        ("shareOfPersonsWithIdentifier", "persons that have an identifier", persons, view.having(vocab.SAME_AS)),
        ("shareOfPersonsWithAffiliation", "persons with an affiliation", persons, view.having(vocab.AFFILIATION)),
        (
            "shareOfThingsWithProvenance",
            "works, persons, groups and organizations that name their source",
            things,
            set(derived),
        ),
    ]
    return tuple(counts) + tuple(
        Figure(name, about, share(len(whole & part), len(whole))) for name, about, whole, part in shares if whole
    )


def share(part: int, whole: int) -> Decimal:
    """Return part of whole as a decimal from 0 to 1 with four digits.

    >>> share(1, 3)
    Decimal('0.3333')
    """
    return (Decimal(part) / Decimal(whole)).quantize(_DIGITS, rounding=ROUND_HALF_EVEN)


class _View:
    """Sets of nodes of the default graph."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def size(self) -> int:
        return sum(1 for _ in self._store.quads_for_pattern(None, None, None, DefaultGraph()))

    def having(self, predicate: NamedNode, value: NamedNode | Literal | None = None) -> set[object]:
        return {quad.subject for quad in self._store.quads_for_pattern(None, predicate, value, DefaultGraph())}

    def of_class(self, cls: NamedNode) -> set[object]:
        return self.having(vocab.RDF_TYPE, cls)

    def counted(self, predicate: NamedNode) -> dict[object, int]:
        counts: dict[object, int] = {}
        for quad in self._store.quads_for_pattern(None, predicate, None, DefaultGraph()):
            counts[quad.subject] = counts.get(quad.subject, 0) + 1
        return counts

    def dated_to_the_day(self) -> set[object]:
        return {
            quad.subject
            for quad in self._store.quads_for_pattern(None, vocab.DATE_PUBLISHED, None, DefaultGraph())
            if isinstance(quad.object, Literal) and quad.object.datatype == vocab.XSD_DATE
        }

    def unread_lines(self) -> int:
        return len(
            {quad.subject for quad in self._store.quads_for_pattern(None, vocab.RDF_TYPE, vocab.KG_UNREAD_LINE, None)}
        )

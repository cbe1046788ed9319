"""Read a description for a page: values by property, names for links, and which source says what.

Knows how to look things up in the triples of one description. Does not know which parts a page shows, nor HTML.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.rdf import vocab
from kg.rdf.describe import Description
from kg.rdf.nodes import Subject, Term, by_subject, take_lists
from kg.web.links import Links, short
from kg.web.tex import plain

UNTITLED = "Untitled work"


@dataclass(frozen=True)
class Ref:
    """A thing as a page names it. ``href`` is None where the IRI must not become a link."""

    iri: str
    text: str
    href: str | None
    kind: str = ""


@dataclass(frozen=True)
class Mark:
    """A source as a page refers to it: its number on this page, and what it is."""

    number: int
    source: Ref
    file: str = ""
    captured: str = ""
    site: str = ""


@dataclass(frozen=True)
class Day:
    """A date as far as it is known: for people, and for machines."""

    text: str
    iso: str

    def __bool__(self) -> bool:
        return bool(self.iso)


NO_DAY = Day("", "")


@dataclass(frozen=True)
class Value:
    """One value of a property, with the sources that state it in these words."""

    text: str
    href: str | None = None
    note: str = ""
    marks: tuple[Mark, ...] = ()


class Reading:
    """The triples of a description, by node and property."""

    def __init__(self, description: Description, links: Links) -> None:
        self.description = description
        self.iri = description.iri
        self.links = links
        self.nodes = by_subject(description.triples)
        self.lists = take_lists(self.nodes)
        self._graph_prefix = f"{links.base}graph/source/"
        self.marks = self._number_sources()

    def values(self, node: Subject, predicate: NamedNode) -> list[Term]:
        """Return the values of a property, in the order of the description."""
        return self.nodes.get(node, {}).get(predicate, [])

    def iris(self, node: Subject, predicate: NamedNode) -> list[NamedNode]:
        """Return the values of a property that are IRIs."""
        return [term for term in self.values(node, predicate) if isinstance(term, NamedNode)]

    def texts(self, node: Subject, predicate: NamedNode) -> list[str]:
        """Return the literal values of a property as text."""
        return [term.value for term in self.values(node, predicate) if isinstance(term, Literal)]

    def first(self, node: Subject, predicate: NamedNode) -> str:
        """Return the first literal value of a property, or the empty text."""
        return next(iter(self.texts(node, predicate)), "")

    def flag(self, node: Subject, predicate: NamedNode) -> bool | None:
        """Return a boolean property, or None where nothing is said."""
        text = self.first(node, predicate)
        return None if not text else text in {"true", "1"}

    def name(self, node: Subject) -> str:
        """Return the name of a thing as the description gives it, or the empty text."""
        return self.first(node, vocab.NAME) or self.first(node, vocab.SKOS_PREF_LABEL)

    def ref(self, node: NamedNode) -> Ref:
        """Return a thing as a link with its name; a work without a title says so, other things show their IRI."""
        kind = self.links.kind(node.value) or ""
        name = plain(self.name(node)) or (UNTITLED if kind == "work" else short(node.value))
        return Ref(node.value, name, self.links.href(node.value), kind)

    def refs(self, node: Subject, predicate: NamedNode) -> tuple[Ref, ...]:
        """Return the things a property leads to."""
        return tuple(self.ref(term) for term in self.iris(node, predicate))

    def day(self, node: Subject, predicate: NamedNode = vocab.DATE_PUBLISHED) -> Day:
        """Return a date property; an empty Day where there is none."""
        return day_of(self.first(node, predicate))

    def sources(self, node: Subject, predicate: NamedNode = vocab.PROV_WAS_DERIVED_FROM) -> tuple[Mark, ...]:
        """Return the sources that a node was derived from."""
        return self.marked(self.iris(node, predicate))

    def stated(self, predicate: NamedNode, value: Term) -> tuple[Mark, ...]:
        """Return the sources that state this about the described thing in the same words."""
        graphs = self.description.stated.get(Triple(self.iri, predicate, value), ())
        return self.marked(source for graph in graphs if (source := self.source_of(graph)) is not None)

    def source_of(self, graph: NamedNode) -> NamedNode | None:
        """Return the source whose words a graph holds."""
        if not graph.value.startswith(self._graph_prefix):
            return None
        return NamedNode(f"{self.links.base}source/{graph.value[len(self._graph_prefix) :]}")

    def marked(self, sources: Iterable[NamedNode]) -> tuple[Mark, ...]:
        """Return the marks of sources, by number."""
        found = {self.marks[source].number: self.marks[source] for source in sources if source in self.marks}
        return tuple(found[number] for number in sorted(found))

    def value(self, predicate: NamedNode, term: Term) -> Value:
        """Return one value of the described thing as a page shows it."""
        marks = self.stated(predicate, term)
        if isinstance(term, NamedNode):
            ref = self.ref(term)
            return Value(ref.text, ref.href, marks=marks)
        if isinstance(term, Literal):
            plain_types = {vocab.XSD_STRING.value, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}
            datatype = term.datatype.value
            return Value(
                term.value, note=term.language or ("" if datatype in plain_types else short(datatype)), marks=marks
            )
        return Value(str(term), marks=marks)

    def number(self, sources: Iterable[tuple[NamedNode, str]]) -> None:
        """Number further sources, given with their names, after those that the description itself names."""
        for source, name in sources:
            if source not in self.marks:
                ref = Ref(source.value, plain(name) or self.ref(source).text, self.links.href(source.value), "source")
                self.marks[source] = Mark(len(self.marks) + 1, ref)

    def _number_sources(self) -> dict[NamedNode, Mark]:
        own = self.iris(self.iri, vocab.PROV_WAS_DERIVED_FROM)
        stating = [
            source
            for graphs in self.description.stated.values()
            for graph in graphs
            if (source := self.source_of(graph)) is not None
        ]
        recorded = [record.source for record in self.description.records if record.source is not None]
        elsewhere = [
            term
            for predicates in self.nodes.values()
            for predicate in (vocab.PROV_HAD_PRIMARY_SOURCE, vocab.PROV_WAS_DERIVED_FROM)
            for term in predicates.get(predicate, [])
            if isinstance(term, NamedNode)
        ]
        files = {record.source: record.file for record in self.description.records if record.source is not None}
        marks: dict[NamedNode, Mark] = {}
        for source in dict.fromkeys([*own, *stating, *recorded, *elsewhere]):
            marks[source] = Mark(
                len(marks) + 1,
                self.ref(source),
                self.first(source, vocab.KG_FILE) or files.get(source, ""),
                day_of(self.first(source, vocab.KG_CAPTURED)).text,
                self.first(source, vocab.KG_SITE),
            )
        return marks


def day_of(text: str) -> Day:
    """Write an ISO date for people: ``2022-11-09`` is "9 November 2022", ``2022-11`` "November 2022".

    >>> day_of("2022-11-09").text
    '9 November 2022'
    """
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    if month.isdecimal() and 1 <= int(month) <= 12:
        name = calendar.month_name[int(month)]
        return Day(f"{int(day)} {name} {year}" if day.isdecimal() else f"{name} {year}", text)
    return Day(text, text)

"""What changed between two releases, thing by thing: what came, what went, what reads otherwise.

Knows the merged view: a thing has its own statements and those of its parts (``IRI#part``). The statements of the
single sources differ with every capture and are only counted, by source. Does not know how releases are made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Literal

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg.rdf import vocab

Sign = Literal["+", "-"]
State = Literal["added", "lost", "altered"]
_NAMES: Final = (vocab.NAME, vocab.SKOS_PREF_LABEL, vocab.KG_FILE)


@dataclass(frozen=True, slots=True)
class Value:
    """A statement that came or went: the part of the thing that it is about (empty for itself), property, value."""

    sign: Sign
    part: str
    predicate: str
    value: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A thing that came, went or reads otherwise, with the statements of the merged view that make the difference."""

    iri: str
    name: str
    state: State
    values: tuple[Value, ...]


@dataclass
class Difference:
    """Two releases beside each other: the things that differ, by IRI, and the statements of each graph, by sign."""

    things: list[Changed] = field(default_factory=list)
    graphs: dict[str, Counter[Sign]] = field(default_factory=dict)

    def count(self, state: State) -> int:
        """Return how many things are in a state."""
        return sum(thing.state == state for thing in self.things)


def difference(lines: Iterable[tuple[str, str]], old: Store, new: Store) -> Difference:
    """Make the difference of two releases from the lines that differ (`kg.store.nquads.diff`) and from their stores.

    ``lines`` are sorted, as artefacts are, so that those of one thing stand together.
    """
    found = Difference()
    for iri, group in groupby(_quads(lines), key=lambda pair: _thing(pair[1])):
        values = []
        for sign, quad in group:
            graph = "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
            found.graphs.setdefault(graph, Counter())[sign] += 1
            if not graph:
                values.append(_value(sign, iri, quad))
        if values:
            found.things.append(_changed(iri, tuple(values), old, new))
    found.things.sort(key=lambda thing: thing.iri)
    return found


def _quads(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[Sign, Quad]]:
    for sign, line in lines:
        for quad in parse(line, format=RdfFormat.N_QUADS):
            if isinstance(quad, Quad) and (sign == "+" or sign == "-"):
                yield ("+" if sign == "+" else "-"), quad


def _thing(quad: Quad) -> str:
    subject = quad.subject
    return subject.value.partition("#")[0] if isinstance(subject, NamedNode) else str(subject)


def _value(sign: Sign, iri: str, quad: Quad) -> Value:
    subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
    value = quad.object
    text = str(value) if isinstance(value, Triple) else value.value
    return Value(sign, subject.removeprefix(iri).lstrip("#"), vocab.short(quad.predicate.value), text)


def _changed(iri: str, values: tuple[Value, ...], old: Store, new: Store) -> Changed:
    thing = NamedNode(iri)
    before, after = (_described(store, thing) for store in (old, new))
    state: State = "altered" if before and after else "added" if after else "lost"
    name = _name(new if after else old, thing)
    return Changed(iri, name, state, values)


def _described(store: Store, thing: NamedNode) -> bool:
    return next(store.quads_for_pattern(thing, None, None, DefaultGraph()), None) is not None


def _name(store: Store, thing: NamedNode) -> str:
    for predicate in _NAMES:
        names = [quad.object for quad in store.quads_for_pattern(thing, predicate, None, DefaultGraph())]
        if texts := sorted(name.value for name in names if not isinstance(name, Triple)):
            return texts[0]
    return ""

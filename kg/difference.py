"""What changed between two releases, thing by thing: what came, what went, what reads otherwise.

Knows the merged view: a thing has its own statements and those of its parts (``IRI#part``). The statements of the
single sources differ with every capture and are only counted, by source. Does not know how releases are made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Store, Triple

from kg.rdf import vocab
from kg.rdf.lines import Statement, read_line, unquoted
from kg.rdf.vocab import short

Sign = Literal["+", "-"]
State = Literal["added", "lost", "altered"]
_NAMES: Final = {short(term.value): term for term in (vocab.NAME, vocab.SKOS_PREF_LABEL, vocab.KG_FILE)}
_SIGNS: Final[tuple[Sign, Sign]] = ("+", "-")
_ORDER: Final[tuple[State, ...]] = ("lost", "altered", "added")
_LAST: Final = "<about statements>"


@dataclass(frozen=True, slots=True, order=True)
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
    """Two releases beside each other: the things that differ, and the statements of each graph, by sign.

    What went comes before what reads otherwise, and this before what came: a new source may bring ten thousand things,
    and change a few of the old ones.
    """

    things: list[Changed] = field(default_factory=list)
    graphs: dict[str, Counter[Sign]] = field(default_factory=dict)

    def count(self, state: State) -> int:
        """Return how many things are in a state."""
        return sum(thing.state == state for thing in self.things)


def difference(lines: Iterable[tuple[str, str]], old: Store, new: Store, *, most: int | None = None) -> Difference:
    """Make the difference of two releases from the lines that differ (`kg.store.nquads.diff`) and from their stores.

    ``lines`` are sorted, as artefacts are, so that those of one thing stand together. The statements of no more than
    ``most`` things in each state are kept: whoever shows no more needs no more memory.
    """
    found = Difference()
    counts: Counter[State] = Counter()
    for iri, group in groupby(_statements(lines), key=lambda change: change.thing):
        values = []
        for change in group:
            found.graphs.setdefault(change.graph, Counter())[change.sign] += 1
            if not change.graph:
                values.append(change)
        if values:
            thing = _changed(iri, values, old, new)
            counts[thing.state] += 1
            kept = most is None or counts[thing.state] <= most
            found.things.append(thing if kept else replace(thing, values=()))
    found.things.sort(key=lambda thing: (_ORDER.index(thing.state), thing.iri))
    return found


def document(
    found: Difference, a: str, b: str, quads: Sequence[tuple[str, str]], limit: int | None = None
) -> dict[str, Any]:
    """Return a difference as a document for programs: the counts, the things, the statements with their signs.

    ``a`` and ``b`` are the ids of the releases, ``limit`` is the number of things that stand in it.
    """
    totals = {sign: sum(counts[sign] for counts in found.graphs.values()) for sign in _SIGNS}
    return {
        "a": a,
        "b": b,
        "added": totals["+"],
        "removed": totals["-"],
        "graphs": {g or "default": {"added": c["+"], "removed": c["-"]} for g, c in sorted(found.graphs.items())},
        "things": [
            {"iri": t.iri, "name": t.name, "state": t.state, "statements": [_said(value) for value in t.values]}
            for t in found.things[:limit]
        ],
        "changes": [{"change": "added" if sign == "+" else "removed", "quad": line} for sign, line in quads],
    }


def _said(value: Value) -> dict[str, str]:
    change = "added" if value.sign == "+" else "removed"
    return {"change": change, "part": value.part, "predicate": value.predicate, "value": value.value}


class _Change(NamedTuple):
    sign: Sign
    thing: str
    statement: Statement
    graph: str


def _statements(lines: Iterable[tuple[str, str]]) -> Iterator[_Change]:
    for sign, line in lines:
        # Statements about statements stand in no graph that is read thing by thing.
        statement, graph = read_line(line) if not line.startswith("<<") else ((line, "", ""), _LAST)
        thing = unquoted(statement[0]).partition("#")[0]
        yield _Change("+" if sign == "+" else "-", thing, statement, unquoted(graph) if graph else "")


def _changed(iri: str, changes: list[_Change], old: Store, new: Store) -> Changed:
    signs = {change.sign for change in changes}
    before = "-" in signs or _described(old, iri)
    after = "+" in signs or _described(new, iri)
    if len(signs) == 2:
        before, after = _described(old, iri), _described(new, iri)
    state: State = "altered" if before and after else "added" if after else "lost"
    values = tuple(_value(iri, change) for change in changes)
    own = [value.value for name in _NAMES for value in sorted(values) if not value.part and value.predicate == name]
    return Changed(iri, own[0] if own and state != "altered" else _name(new if after else old, iri), state, values)


def _value(iri: str, change: _Change) -> Value:
    subject, predicate, value = map(unquoted, change.statement)
    return Value(change.sign, subject.removeprefix(iri).lstrip("#"), short(predicate), value)


def _described(store: Store, iri: str) -> bool:
    thing = _node(iri)
    return thing is not None and next(store.quads_for_pattern(thing, None, None, DefaultGraph()), None) is not None


def _name(store: Store, iri: str) -> str:
    if (thing := _node(iri)) is None:
        return ""
    for predicate in _NAMES.values():
        names = [quad.object for quad in store.quads_for_pattern(thing, predicate, None, DefaultGraph())]
        if texts := sorted(name.value for name in names if not isinstance(name, Triple)):
            return texts[0]
    return ""


def _node(iri: str) -> NamedNode | None:
    return None if iri.startswith("_:") else NamedNode(iri)

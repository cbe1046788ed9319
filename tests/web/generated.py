"""Invent SPARQL queries over a graph: seeded, so that a failure can be run again by its number.

Patterns are walks through statements that are in the graph, with some terms replaced by variables, so that most
queries find something and none is a cross product. Knows the forms of SPARQL 1.1 that the differential test covers.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

FEATURES = (
    "bgp", "optional", "filter", "union", "minus", "exists", "bind", "values", "subselect", "path", "graph", "group",
    "having", "order", "limit", "distinct", "ask", "construct", "describe", "dataset",
)  # fmt: skip


@dataclass
class Generated:
    """A query, its dataset parameters, the kind of its result and whether the order of its rows counts."""

    number: int
    text: str
    kind: str
    ordered: bool
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()


@dataclass
class _Scope:
    """What is known while one query is written: its features and which terms became which variables."""

    features: set[str] = field(default_factory=set)
    names: dict[object, str] = field(default_factory=dict)
    bound: list[str] = field(default_factory=list)


class Generator:
    """Writes queries over a store."""

    def __init__(self, store: Store, seed: int = 7) -> None:
        self._seed = seed
        self._by_graph: dict[str, list[Quad]] = {}
        for quad in sorted(store, key=str):
            if (
                not isinstance(quad.subject, NamedNode)
                or quad.subject.value.endswith("#default-graph")
                or "void#" in str(quad.subject)
            ):
                continue  # partitions have hundreds of parts of one kind: walks among them multiply
            if isinstance(quad.object, NamedNode | Literal):
                name = "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
                self._by_graph.setdefault(name, []).append(quad)
        self._graphs = sorted(name for name in self._by_graph if name)

    def query(self, number: int) -> Generated:
        """Return query ``number``."""
        self.chance = random.Random(f"{self._seed}-{number}")
        scope = _Scope()
        graph, dataset = self._dataset(scope)
        quads = self._by_graph[graph]
        self._index: dict[object, list[Quad]] = {}
        for quad in quads:
            self._index.setdefault(quad.subject, []).append(quad)
        pattern = self._group(scope, 2)
        text, kind, ordered = self._form(scope, pattern)
        return Generated(number, text, kind, ordered, *dataset, frozenset(scope.features))

    def _dataset(self, scope: _Scope) -> tuple[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        if self.chance.random() > 0.15:
            return "", ((), ())
        scope.features.add("dataset")
        graph = self.chance.choice(self._graphs)
        named = tuple(self.chance.sample(self._graphs, min(2, len(self._graphs))))
        return graph, ((graph,), named if self.chance.random() < 0.5 else ())

    # Terms and triples

    def _walk(self, length: int) -> list[Quad]:
        """Return statements that hang together: each begins where the last one ended, or has its subject."""
        last = self.chance.choice(self._index[self.chance.choice(list(self._index))])
        found = [last]
        while len(found) < length:
            onward = self._index.get(last.object) if self.chance.random() < 0.6 else None
            last = self.chance.choice(onward or self._index[found[-1].subject])
            found.append(last)
        return found

    def _name(self, scope: _Scope, term: object) -> str:
        name = scope.names.setdefault(term, f"?v{len(scope.names)}")
        if name not in scope.bound:
            scope.bound.append(name)
        return name

    def _triples(self, scope: _Scope, quads: Sequence[Quad], *, fixed: float = 0.15) -> str:
        lines = []
        for quad in quads:
            predicate = str(quad.predicate)
            if self.chance.random() < 0.06:
                predicate = self._name(scope, quad.predicate)
            value = str(quad.object) if self.chance.random() < fixed * 2 else self._name(scope, quad.object)
            lines.append(f"{self._name(scope, quad.subject)} {predicate} {value} .")
        scope.features.add("bgp")
        return " ".join(lines)

    # Patterns

    def _group(self, scope: _Scope, depth: int) -> str:
        walk = self._walk(self.chance.randint(1, 3))
        parts = [self._path(scope, walk[0]) if self.chance.random() < 0.2 else self._triples(scope, walk)]
        for _ in range(self.chance.randint(0, 2)):
            parts.append(self._more(scope, walk[0], depth))
        return " ".join(parts)

    def _beside(self, quad: Quad, length: int = 1) -> list[Quad]:
        return [self.chance.choice(self._index[quad.subject]) for _ in range(length)]

    def _more(self, scope: _Scope, quad: Quad, depth: int) -> str:
        subject = self._name(scope, quad.subject)
        kind = self.chance.choice(
            ["optional", "filter", "union", "minus", "exists", "bind", "values", "graph", "filter", "optional"]
            + (["subselect"] * 2 if depth else [])
        )
        scope.features.add(kind)
        match kind:
            case "optional":
                inner = self._triples(scope, self._beside(quad, self.chance.randint(1, 2)))
                extra = f" {self._filter(scope)}" if self.chance.random() < 0.3 else ""
                return f"OPTIONAL {{ {inner}{extra} }}"
            case "union":
                arms = [self._triples(scope, self._beside(quad)) for _ in range(2)]
                return f"{{ {arms[0]} }} UNION {{ {arms[1]} }}"
            case "minus":
                return f"MINUS {{ {self._triples(scope, self._beside(quad), fixed=0.4)} }}"
            case "exists":
                word = self.chance.choice(["EXISTS", "NOT EXISTS"])
                return f"FILTER {word} {{ {self._triples(scope, self._beside(quad), fixed=0.4)} }}"
            case "bind":
                fresh = self._name(scope, ("bind", len(scope.names)))
                call = self.chance.choice(
                    ["STRLEN(STR({0}))", "UCASE(STR({0}))", "SUBSTR(STR({0}), 1, 12)", "IF(ISIRI({0}), 1, 2)",
                     "COALESCE({0}, 0)", "CONCAT(STR({0}), \"!\")", "DATATYPE({0})", "STRAFTER(STR({0}), \"/\")"]
                )  # fmt: skip
                return f"BIND({call.format(self.chance.choice(scope.bound[:-1] or [subject]))} AS {fresh})"
            case "values":
                subjects = self.chance.sample(list(self._index), min(4, len(self._index)))
                rows = " ".join(str(term) for term in {quad.subject, *subjects} if isinstance(term, NamedNode))
                rows = " ".join(sorted(rows.split()))
                return f"VALUES {subject} {{ {rows}{' UNDEF' if self.chance.random() < 0.2 else ''} }}"
            case "graph":
                fresh = self._name(scope, ("graph", len(scope.names)))
                return f"OPTIONAL {{ GRAPH {fresh} {{ {subject} a ?c{len(scope.names)} }} }}"
            case "subselect":
                within = _Scope(scope.features, dict(scope.names), [])
                body = self._triples(within, [quad, *self._beside(quad)])
                count = self._name(scope, ("count", len(scope.names)))
                return f"{{ SELECT {subject} (COUNT(*) AS {count}) WHERE {{ {body} }} GROUP BY {subject} }}"
            case _:
                return self._filter(scope)

    def _filter(self, scope: _Scope) -> str:
        scope.features.add("filter")
        name, other = self.chance.choice(scope.bound), self.chance.choice(scope.bound)
        test = self.chance.choice(
            ["ISIRI({0})", "ISLITERAL({0})", "BOUND({0})", "!BOUND({0})", "STRLEN(STR({0})) > 20", "{0} != {1}",
             "STR({0}) < STR({1})", "CONTAINS(LCASE(STR({0})), \"an\")", "REGEX(STR({0}), \"[aeiou]{{2}}\", \"i\")",
             "LANG({0}) = \"en\" || ISIRI({0})", "{0} IN (1, 2, 3, true)", "ISNUMERIC({0}) && {0} > 1",
             "STRSTARTS(STR({0}), \"http\") && BOUND({1})", "DATATYPE({0}) = xsd:integer || ISIRI({1})",
             "SAMETERM({0}, {1})"]
        )  # fmt: skip
        return f"FILTER({test.format(name, other)})"

    def _path(self, scope: _Scope, quad: Quad) -> str:
        scope.features.add("path")
        subject, predicate = self._name(scope, quad.subject), str(quad.predicate)
        beside = str(self._beside(quad)[0].predicate)
        path = self.chance.choice(
            [f"^{predicate}", f"{predicate}/{beside}", f"{predicate}|{beside}", f"{predicate}?", f"{predicate}+",
             f"{predicate}/^{predicate}", f"!({predicate}|{beside})", f"({predicate}|{beside})/a", f"{predicate}*"]
        )  # fmt: skip
        end = self._name(scope, ("end", len(scope.names)))
        # One end is held, so that no path runs through the whole graph.
        return f"{subject} {predicate} {self._name(scope, quad.object)} . {subject} {path} {end} ."

    # The form of the answer

    def _form(self, scope: _Scope, pattern: str) -> tuple[str, str, bool]:
        kind = self.chance.choices(["select", "group", "ask", "construct", "describe"], [60, 20, 7, 10, 3])[0]
        if kind == "ask":
            scope.features.add("ask")
            return f"ASK {{ {pattern} }}", "boolean", False
        if kind == "describe":
            scope.features.add("describe")
            subject = self.chance.choice([term for term in self._index if isinstance(term, NamedNode)])
            return f"DESCRIBE {subject}", "graph", False
        if kind == "construct":
            scope.features.add("construct")
            names = [self.chance.choice(scope.bound) for _ in range(2)]
            template = f"{names[0]} <urn:x:said> {names[1]} . <urn:x:all> <urn:x:has> {names[1]}"
            return f"CONSTRUCT {{ {template} }} WHERE {{ {pattern} }}", "graph", False
        if kind == "group":
            return (*self._grouped(scope, pattern), False)
        names = sorted(set(self.chance.sample(scope.bound, min(len(scope.bound), self.chance.randint(1, 4)))))
        distinct = "DISTINCT " if self.chance.random() < 0.4 else ""
        if distinct:
            scope.features.add("distinct")
        text = f"SELECT {distinct}{' '.join(names)} WHERE {{ {pattern} }}"
        if self.chance.random() < 0.4:
            scope.features.add("order")
            text += " ORDER BY " + " ".join(self.chance.choice(["{}", "DESC({})", "STR({})"]).format(n) for n in names)
            text += " " + " ".join(names)
            if self.chance.random() < 0.6:
                scope.features.add("limit")
                text += f" LIMIT {self.chance.randint(1, 30)}"
                if self.chance.random() < 0.4:
                    text += f" OFFSET {self.chance.randint(0, 5)}"
            return text, "rows", True
        return text, "rows", False

    def _grouped(self, scope: _Scope, pattern: str) -> tuple[str, str]:
        scope.features.add("group")
        key, name = self.chance.choice(scope.bound), self.chance.choice(scope.bound)
        call = self.chance.choice(
            ["COUNT({0})", "COUNT(DISTINCT {0})", "COUNT(*)", "MIN(STR({0}))", "MAX(STR({0}))", "SUM(STRLEN(STR({0})))",
             "AVG(STRLEN(STR({0})))"]
        ).format(name)  # fmt: skip
        having = ""
        if self.chance.random() < 0.3:
            scope.features.add("having")
            having = " HAVING (COUNT(*) > 1)"
        return f"SELECT {key} ({call} AS ?figure) WHERE {{ {pattern} }} GROUP BY {key}{having}", "rows"


def count_features(queries: Sequence[Generated]) -> Counter[str]:
    """Return how many of the queries have each feature."""
    return Counter(feature for query in queries for feature in query.features)


def plain(term: object) -> str:
    """Write a term such that two servers write it alike: the names of blank nodes are their own affair."""
    return "" if term is None else "_:" if isinstance(term, BlankNode) else str(term)

"""Run compiled checks on a store and read their rows as results.

The store's default graph is the data. Knows rows and messages; knows no SHACL constraint in particular.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions, Store

from kg.errors import ShapesError
from kg.quality.shacl.checks import Check, Screen
from kg.quality.shacl.model import SH, Node, Shape, ShapeMap
from kg.quality.shacl.outcome import Result, Value
from kg.quality.shacl.paths import Step, path_text
from kg.quality.shacl.patterns import Sizes
from kg.quality.shacl.queries import Plan
from kg.quality.shacl.words import default_message
from kg.rdf.vocab import PREFIXES

_SUBCLASSES: Final = f"SELECT ?s ?o WHERE {{ ?s <{PREFIXES['rdfs']}subClassOf> ?o }}"
_FALSE: Final = Literal(False)

FAR_FEWER: Final = 10
"""A property with so many times more triples than there are focus nodes is looked up for each node, not scanned."""
SPARSE: Final = 2
"""A property with so many times fewer triples than there are focus nodes is scanned, not looked up for each node."""


def subclasses(store: Store) -> dict[Node, tuple[Node, ...]]:
    """Return for each class that has any the classes below it in the data, itself first."""
    below: dict[Node, list[Node]] = {}
    for row in _rows(store, _SUBCLASSES):
        if not isinstance(row[0], Literal) and not isinstance(row[1], Literal):
            below.setdefault(row[1], []).append(row[0])
    closure: dict[Node, tuple[Node, ...]] = {}
    for cls in below:
        found = {cls: None}
        pending = [cls]
        while pending:
            for lower in below.get(pending.pop(), ()):
                if lower not in found:
                    found[lower] = None
                    pending.append(lower)
        closure[cls] = (cls, *sorted((one for one in found if one != cls), key=str))
    return closure


def sizes(store: Store, counts: Mapping[Node, int]) -> Sizes:
    """Return how properties compare with the focus nodes of roots. Counts no further than it must."""
    known: dict[NamedNode, tuple[int, int]] = {}

    def triples(predicate: NamedNode, most: int) -> int:
        """Return the number of triples of a property, or more than ``most``."""
        number, counted_to = known.get(predicate, (0, -1))
        if number > counted_to and most >= number:
            query = (
                f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ SELECT ?s WHERE {{ ?s {predicate} ?o }} LIMIT {most + 1} }} }}"
            )
            number, counted_to = int(next(_rows(store, query))[0].value), most
            known[predicate] = number, counted_to
        return number

    def few(root: Shape, predicate: NamedNode) -> bool:
        most = counts[root.node] * FAR_FEWER
        return triples(predicate, most) > most

    def sparse(root: Shape, predicate: NamedNode) -> bool:
        return triples(predicate, counts[root.node] * FAR_FEWER) * SPARSE < counts[root.node]

    return Sizes(few, sparse)


def count_focus_nodes(store: Store, plan: Plan) -> dict[Node, int]:
    """Return the number of focus nodes of each root of a plan."""
    return {root: int(next(_rows(store, query))[0].value) for root, query in plan.counts.items()}


def run(
    store: Store, checks: Iterable[Check | Screen], shapes: ShapeMap, names: Mapping[Node, str], *, threads: int = 1
) -> Iterator[Result]:
    """Run checks and yield their results, in the order of the checks, whoever is done first.

    Raises ShapesError when the engine refuses a query of the shapes.
    """

    def of(check: Check | Screen) -> Iterator[Result]:
        if isinstance(check, Screen):
            makers = [_results(one, shapes[one.shape], names) for one in check.checks]
            for row in _rows(store, check.query):
                yield from (make(row) for place, make in enumerate(makers, start=1) if row[place] == _FALSE)
        else:
            yield from map(_results(check, shapes[check.shape], names), _rows(store, check.query))

    if threads < 2:
        yield from chain.from_iterable(map(of, checks))
    else:
        # The engine holds no lock while it looks.
        with ThreadPoolExecutor(threads, thread_name_prefix="check") as pool:
            yield from chain.from_iterable(pool.map(lambda check: list(of(check)), checks))


def _rows(store: Store, query: str) -> Iterator[QuerySolution]:
    try:
        found = store.query(query)
    except (SyntaxError, ValueError) as error:
        raise ShapesError(f"a query of the shapes is not SPARQL: {error}", advice="repair the query") from error
    if not isinstance(found, QuerySolutions):
        raise AssertionError("a SELECT query has solutions")
    yield from found


def component_name(component: str) -> str:
    """Return the name a result gives a component: local for SHACL's own, the IRI for others."""
    return component if ":" in component else f"{component}ConstraintComponent"


def severity_name(severity: NamedNode) -> str:
    """Return the name a result gives a severity: local for SHACL's own, the IRI for others."""
    return severity.value.removeprefix(SH)


def _results(check: Check, shape: Shape, names: Mapping[Node, str]) -> Callable[[QuerySolution], Result]:
    """Return how a row of a check is read."""
    last = check.depth - 1
    root, own = names[check.root], names[check.shape]
    component = component_name(check.constraint.component)
    severity = severity_name(shape.severity)
    fixed = shape.messages or (default_message(shape, check.constraint),)
    select = check.constraint.select
    value_at = check.depth + check.columns.index("value") if "value" in check.columns else None
    path_at = check.depth + check.columns.index("path") if "path" in check.columns else None
    on_focus = check.columns == ("value:focus",) or (select is not None and shape.path is None)

    def make(row: QuerySolution) -> Result:
        focus = row[last]
        value: Value | None = focus if on_focus else None
        if value_at is not None and row[value_at] is not None:
            value = row[value_at]
        path = check.path
        if path_at is not None and isinstance(row[path_at], NamedNode):
            path = path_text(Step(row[path_at]))
        messages = fixed
        if select is not None:
            bound = {"this": focus} | {
                name: row[check.depth + place]
                for place, name in enumerate(check.columns)
                if row[check.depth + place] is not None
            }
            own_words = [one for one in select.messages if one not in shape.messages]
            words = (*own_words, *shape.messages) or fixed
            messages = tuple(Literal(fill(one.value, bound)) for one in words)
        return Result(
            focus=focus,
            path=path,
            value=value,
            shape=own,
            component=component,
            severity=severity,
            messages=messages,
            root=root,
            root_focus=row[0] if last else None,
        )

    return make


def fill(message: str, bound: Mapping[str, Value]) -> str:
    """Put the values of a row in the places a message names, ``{?name}`` or ``{$name}``.

    >>> fill("{?value} is wrong", {"value": Literal("x")})
    'x is wrong'
    """

    def value(match: re.Match[str]) -> str:
        term = bound.get(match[1])
        return match[0] if term is None else term.value

    return re.sub(r"\{[?$](\w+)\}", value, message)

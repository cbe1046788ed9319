"""The queries of one constraint at one place below a root.

Rows are violations; their multiplicity is that of the results. Knows every constraint component that gives results of
its own, and how Oxigraph runs a query fast: scan one property, look at each different value once where the look is
long, ask for the target last; group before joining; ask all there is to ask about a node at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.quality.shacl.expressions import RDF_TYPE, Refused, class_node, same_language
from kg.quality.shacl.model import Constraint, Node, Shape
from kg.quality.shacl.paths import Path, Sequence, Step, path_text, reverse
from kg.quality.shacl.patterns import Patterns
from kg.quality.shacl.selects import inject

_ONE_VALUE = frozenset(
    {
        "Class", "Datatype", "NodeKind", "MinExclusive", "MinInclusive", "MaxExclusive", "MaxInclusive", "MinLength",
        "MaxLength", "Pattern", "LanguageIn", "In", "Not", "Node", "And", "Or", "Xone", "Disjoint",
    }
)  # fmt: skip
"""Components whose result names one value that breaks the constraint by itself."""


@dataclass(frozen=True)
class Check:
    """One query. Its columns are ``depth`` focus nodes from the root's to the shape's, then what ``columns`` says.

    ``columns`` holds ``value``, ``path`` and ``-`` (a column that only keeps rows apart). For ``sh:sparql`` they are
    the names of the query's own variables. ``test`` says in an expression over ``?_f0`` that the constraint holds,
    where that is cheap and all there is to say; then many of them can be asked in one go.
    """

    root: Node
    shape: Node
    constraint: Constraint
    query: str
    depth: int = 1
    columns: tuple[str, ...] = ()
    path: str = ""
    test: str = ""


@dataclass(frozen=True)
class Screen:
    """One query for many constraints of a root: the focus nodes that break any, and for each check whether it holds."""

    checks: tuple[Check, ...]
    query: str


def screen(generate: str, checks: tuple[Check, ...]) -> Screen:
    """Put checks that have a test into one query. A node is fetched once for all of them, which is what takes time."""
    heads = [f"?_h{place}" for place in range(len(checks))]
    held = " ".join(f"BIND({check.test} AS {head})" for check, head in zip(checks, heads, strict=True))
    body = f"{generate} {held} FILTER(!({' && '.join(heads)}))"
    return Screen(checks, f"SELECT DISTINCT ?_f0 {' '.join(heads)} WHERE {{ {body} }}")


@dataclass(frozen=True)
class Place:
    """Where in a root the compiler stands: the variables of the focus nodes so far and the pattern that binds them."""

    root: Shape
    entry: Node
    chain: tuple[str, ...]
    pattern: str
    used: int = 0
    """Variables that the pattern uses up."""

    @property
    def focus(self) -> str:
        """The variable of the focus node here."""
        return self.chain[-1]


class Maker:
    """Writes the queries of one constraint at one place."""

    def __init__(self, patterns: Patterns, place: Place, shape: Shape, constraint: Constraint) -> None:
        self._patterns = patterns
        self._text = patterns.text
        self._place = place
        self._shape = shape
        self._constraint = constraint
        self._focus = place.focus
        self._heads = " ".join(place.chain)
        self.value = "?_v" if shape.path is not None else self._focus

    def checks(self) -> Iterator[Check]:
        """Yield the queries. Raises Refused for a constraint that has none."""
        name = self._constraint.component
        if name in _ONE_VALUE:
            yield from self._values()
            return
        builders = {
            "MinCount": self._min_count,
            "MaxCount": self._max_count,
            "HasValue": self._has_value,
            "Equals": self._equals,
            "LessThan": self._less_than,
            "LessThanOrEquals": self._less_than,
            "UniqueLang": self._unique_lang,
            "Closed": self._closed,
            "Qualified": self._qualified,
            "SPARQL": self._sparql,
        }
        if name not in builders:
            raise Refused(name)
        yield from builders[name]()

    def _check(self, query: str, *columns: str) -> Check:
        path = "" if self._shape.path is None else path_text(self._shape.path)
        depth = len(self._place.chain)
        node = self._shape.node
        return Check(self._place.root.node, node, self._constraint, query, depth, columns, path)

    def _select(self, body: str, *extra: str) -> str:
        return f"SELECT DISTINCT {' '.join((self._heads, *extra))} WHERE {{ {body} }}"

    def _scans(self, path: Path | None) -> bool:
        """Say whether a query begins with the triples of a property rather than with the focus nodes."""
        return (
            len(self._place.chain) == 1
            and isinstance(path, Step)
            and not self._patterns.sizes.few(self._place.root, path.predicate)
        )

    def _scans_all(self, path: Path) -> bool:
        """Say the same of a path of one step or several."""
        return self._scans(path) or (isinstance(path, Sequence) and all(self._scans(part) for part in path.parts))

    def _over(self, path: Path, rest: str, test: str = "", *extra: str) -> str:
        """Return a query over the values ``?_v`` of a path: ``rest`` and ``test`` leave those that break the rule."""
        way = self._patterns.way(path, self._focus, "?_v")
        if self._scans(path):
            target = self._patterns.is_target(self._place.root, self._focus)
            return self._select(f"{way} {rest} FILTER({f'{test} && {target}' if test else target})", *extra)
        return self._by_target(f"{way} {rest} {f'FILTER({test})' if test else ''}", *extra)

    def _by_target(self, body: str, *extra: str) -> str:
        return self._select(f"{self._place.pattern} {body}", *extra)

    def _path(self) -> Path:
        if self._shape.path is None:
            raise Refused(f"{self._constraint.component} on a node shape")
        return self._shape.path

    def _values(self) -> Iterator[Check]:
        """Each value that breaks the constraint."""
        path = self._shape.path
        if path is not None and self._constraint.component == "Class" and self._scans(path):
            kinds = self._text.classes(class_node(self._constraint.terms[0]))
            yield self._of_values(path, " ".join(f"MINUS {{ ?_v {RDF_TYPE} {kind} }}" for kind in kinds))
            return
        wrong = f"!({self._text.value(self._shape, self._constraint, self._focus, self.value)})"
        if path is None:
            yield self._check(self._by_target(f"FILTER({wrong})"), "value:focus")
        elif "EXISTS" in wrong and self._constraint.component != "Disjoint" and self._scans(path):
            yield self._of_values(path, f"FILTER({wrong})")
        else:
            yield self._check(self._over(path, "", wrong, "?_v"), "value")

    def _of_values(self, path: Path, rest: str) -> Check:
        """Return a check that looks at each value once; ``rest`` leaves those that break the rule."""
        values = f"SELECT DISTINCT ?_v WHERE {{ {self._patterns.way(path, '?_x0', '?_v')} }}"
        wrong = f"SELECT ?_v WHERE {{ {{ {values} }} {rest} }}"
        target = self._patterns.is_target(self._place.root, self._focus)
        way = self._patterns.way(path, self._focus, "?_v")
        return self._check(self._select(f"{{ {wrong} }} LATERAL {{ {way} FILTER({target}) }}", "?_v"), "value")

    def _min_count(self) -> Iterator[Check]:
        path, number = self._path(), self._constraint.number
        if number == 1:
            holds = self._text.exists(path, self._focus, "?_v")
            yield self._tested(self._by_target(f"FILTER(!({holds}))"), holds)
        elif number > 1:
            yield self._check(self._counted(self._patterns.way(path, self._focus, "?_v"), f"< {number}"))

    def _tested(self, query: str, holds: str) -> Check:
        """Return a check whose constraint can be tested with others."""
        return replace(self._check(query), test=holds if len(self._place.chain) == 1 else "")

    def _counted(self, optional: str, test: str) -> str:
        """Return a query that counts different values, none included."""
        return (
            f"SELECT {self._heads} WHERE {{ {self._place.pattern} LATERAL {{ OPTIONAL {{ {optional} }} }} }} "
            f"GROUP BY {self._heads} HAVING (COUNT(DISTINCT ?_v) {test})"
        )

    def _many(self, way: str, number: int) -> str:
        """Return a query for those with more than so many different values."""
        return (
            f"SELECT {self._heads} WHERE {{ {self._place.pattern} LATERAL {{ {way} }} }} "
            f"GROUP BY {self._heads} HAVING (COUNT(DISTINCT ?_v) > {number})"
        )

    def _max_count(self) -> Iterator[Check]:
        path, number = self._path(), self._constraint.number
        target = self._patterns.is_target(self._place.root, "?_f0")
        if number == 0:
            yield self._check(self._over(path, ""))
        elif isinstance(path, Step) and self._scans(path):
            # The triples of one property are different values already.
            way = self._patterns.way(path, "?_f0", "?_v")
            many = f"SELECT ?_f0 WHERE {{ {way} }} GROUP BY ?_f0 HAVING (COUNT(*) > {number})"
            check = self._check(f"SELECT ?_f0 WHERE {{ {{ {many} }} FILTER({target}) }}")
            if number == 1 and not self._patterns.sizes.sparse(self._place.root, path.predicate):
                again = self._text.exists(path, "?_f0", "?_w", "!sameTerm(?_v, ?_w)")
                check = replace(check, test=f"!({self._text.exists(path, '?_f0', '?_v', again)})")
            yield check
        elif number == 1 and isinstance(path, Sequence) and _back_and_forth(path) and len(self._place.chain) == 1:
            # Who shares a value with another: the shared values first, or a common value costs its square.
            there, again = (
                self._patterns.way(path.parts[0], "?_s", "?_m"),
                self._patterns.way(path.parts[0], "?_f0", "?_m"),
            )
            shared = f"SELECT ?_m WHERE {{ {there} }} GROUP BY ?_m HAVING (COUNT(?_s) > 1)"
            yield self._check(self._select(f"{{ {shared} }} {again} FILTER({target})"))
        elif self._scans_all(path):
            way = self._patterns.way(path, "?_f0", "?_v")
            many = f"SELECT ?_f0 WHERE {{ {way} }} GROUP BY ?_f0 HAVING (COUNT(DISTINCT ?_v) > {number})"
            yield self._check(f"SELECT ?_f0 WHERE {{ {{ {many} }} FILTER({target}) }}")
        else:
            yield self._check(self._many(self._patterns.way(path, self._focus, "?_v"), number))

    def _has_value(self) -> Iterator[Check]:
        if self._shape.path is None:
            holds = self._text.value(self._shape, self._constraint, self._focus, self._focus)
        else:
            holds = self._text.has_value(self._shape.path, self._constraint, self._focus)
        yield self._tested(self._by_target(f"FILTER(!({holds}))"), holds)

    def _equals(self) -> Iterator[Check]:
        path, other = self._shape.path, self._text.other(self._constraint)
        if path is None:
            alone = f"!({self._text.exists(other, self._focus, self._focus)})"
            yield self._check(self._by_target(f"FILTER({alone})"), "value:focus")
            yield self._check(self._over(other, "", f"!sameTerm(?_v, {self._focus})", "?_v"), "value")
            return
        if self._scans_all(path) and self._scans(other):
            # Both ways together: what stands at the end of one of them only. ``?_w`` is bound on the first.
            here = f"{self._patterns.way(path, '?_f0', '?_v')} BIND(?_v AS ?_w)"
            there = self._patterns.way(other, "?_f0", "?_v")
            alone = f"SELECT ?_f0 ?_v WHERE {{ {{ {here} }} UNION {{ {there} }} }} GROUP BY ?_f0 ?_v"
            alone += " HAVING (COUNT(?_w) = 0 || COUNT(?_w) = COUNT(*))"
            target = self._patterns.is_target(self._place.root, "?_f0")
            yield self._check(f"SELECT ?_f0 ?_v WHERE {{ {{ {alone} }} FILTER({target}) }}", "value")
            return
        for one, another in ((path, other), (other, path)):
            missing = f"!({self._text.reaches(another, self._focus, '?_v')})"
            yield self._check(self._over(one, "", missing, "?_v"), "value")

    def _less_than(self) -> Iterator[Check]:
        there = self._patterns.way(self._text.other(self._constraint), self._focus, "?_w")
        test = f"!{self._text.below(self._constraint, '?_v', '?_w')}"
        yield self._check(self._over(self._path(), there, test, "?_v", "?_w"), "value", "-")

    def _unique_lang(self) -> Iterator[Check]:
        again = self._text.exists(self._path(), self._focus, "?_w", same_language("?_v", "?_w"))
        yield self._check(self._over(self._path(), "BIND(LANG(?_v) AS ?_l)", again, "?_l"), "-")

    def _closed(self) -> Iterator[Check]:
        node = self._focus
        way = ""
        if self._shape.path is not None:
            node = "?_n"
            way = self._patterns.way(self._shape.path, self._focus, node)
        test = self._text.beyond(self._constraint, "?_p", "?_v")
        extra = ("?_n", "?_p", "?_v") if self._shape.path is not None else ("?_p", "?_v")
        columns = ("-", "path", "value") if self._shape.path is not None else ("path", "value")
        yield self._check(self._by_target(f"{way} {node} ?_p ?_v . FILTER({test})", *extra), *columns)

    def _qualified(self) -> Iterator[Check]:
        way = self._patterns.way(self._path(), self._focus, "?_v")
        optional = f"{way} FILTER({self._text.counts(self._constraint, '?_v')})"
        least, most = self._constraint.least, self._constraint.most
        if least is None and most is None:
            raise Refused("a qualified shape without a count")
        if least:
            self._constraint = replace(self._constraint, component="QualifiedMinCount")
            yield self._check(self._counted(optional, f"< {least}"))
        if most is not None:
            self._constraint = replace(self._constraint, component="QualifiedMaxCount")
            yield self._check(self._many(optional, most))

    def _sparql(self) -> Iterator[Check]:
        select = self._constraint.select
        if select is None:
            return
        if len(self._place.chain) > 1:
            raise Refused("a query (sh:sparql) below a path")
        query, columns = inject(select, self._patterns.generate(self._place.root, "?this"), self._shape.path)
        yield self._check(query, *columns)


def _back_and_forth(path: Sequence) -> bool:
    """Say whether a path goes along one property and back."""
    one, *others = path.parts
    return isinstance(one, Step) and others == [reverse(one)]

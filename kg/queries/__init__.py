"""Named queries: the files of ``queries/``, read with their headers, checked hard, bound to typed values.

A query file is legal SPARQL. Lines ``#+ key: value`` on top are its title, documentation, parameters and columns; one
marked line ``VALUES (?person) { (<…>) }  #+ parameters`` is the only place where values of a reader come in, and they
come in as terms written by the engine's own ``NamedNode`` and ``Literal``. ``queries/README.md`` lists the keys.

Knows the header, the types of parameters and how a row of values is written. Does not know how to evaluate a query,
where a co-author path comes from (``bind`` is handed a finder) or how results are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg import assets
from kg.errors import KgError, ParameterError, QueryError, QueryFileError
from kg.queries.parameters import TYPES as TYPES
from kg.queries.parameters import Parameter as Parameter
from kg.queries.parameters import Term, shown
from kg.store.guard import refuse_closed_doors

PathFinder = Callable[[str, str], Sequence[str] | None]
"""Gives the person IRIs of a shortest co-author path, both ends included, or None when there is no path."""

RESERVED: Final = ("format", "limit", "after")
"""What an address says beside the parameters of a query."""
PATH_VARIABLES: Final = ("step", "person", "next")

_KEY = re.compile(r"#\+ (?P<key>[a-z]+)(?: (?P<name>[a-z][A-Za-z0-9]*))?:(?P<value>.*)")
_CONTINUED = re.compile(r"#\+ {2,}(\S.*)")
_MARKED = re.compile(r"(?P<lead>\s*VALUES\s*\((?P<variables>[^()]*)\)\s*)\{(?P<rows>.*)\}\s*#\+ (?P<mark>\w+)\s*")
_MARK = re.compile(r"\S.*#\+")
_OPAQUE = re.compile(
    r"""#[^\n]*|<[^<>"{}|^`\\\x00-\x20]*>|\"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""",
    re.DOTALL,
)
_LIMIT = re.compile(r"\bLIMIT\s+\d+\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class NamedQuery:
    """One file of ``queries/``: a question people ask, its parameters and what each column holds."""

    name: str
    title: str
    about: str
    keywords: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[tuple[str, str], ...]
    limit: int | None
    text: str
    path: tuple[str, str] | None = None
    base_iri: str = "http://localhost:8000/"

    def examples(self) -> dict[str, str]:
        """Return the example value of every parameter."""
        return {parameter.name: parameter.example for parameter in self.parameters}

    def bind(self, values: Mapping[str, str], *, path_finder: PathFinder | None = None) -> str:
        """Return the SPARQL text with the reader's values in its marked ``VALUES`` lines; nothing else changes.

        A query with ``path`` needs ``path_finder``: its path line gets one row for each step on the way.

        Raises QueryError for a missing, unknown or ill-typed value.
        """
        terms = self._terms(values)
        steps: list[list[Term | None]] = []
        if self.path is not None:
            if path_finder is None:
                raise QueryError(f"query {self.name} needs the co-author index of a release")
            start, end = (terms[name] for name in self.path)
            if isinstance(start, NamedNode) and isinstance(end, NamedNode):
                people = [NamedNode(iri) for iri in path_finder(start.value, end.value) or ()]
                steps = [[Literal(step), a, b] for step, (a, b) in enumerate(pairwise(people), start=1)]
        return self._filled([terms], steps)

    def bind_many(self, many: Sequence[Mapping[str, str]]) -> str:
        """Return the SPARQL text that asks for many sets of values at once: one row of ``VALUES`` for each.

        For queries without ``path``. Raises QueryError as `bind` does.
        """
        return self._filled([self._terms(values) for values in many], [])

    def _filled(self, sets: Sequence[Mapping[str, Term | None]], steps: Sequence[Sequence[Term | None]]) -> str:
        lines = []
        for line in self.text.split("\n"):
            marked = _MARKED.fullmatch(line)
            if marked is None:
                lines.append(line)
                continue
            names = _variables(marked["variables"])
            rows = steps if marked["mark"] == "path" else [[terms[name] for name in names] for terms in sets]
            lines.append(f"{marked['lead']}{{ {' '.join(map(_row, rows))} }}  #+ {marked['mark']}")
        return "\n".join(lines)

    def window(self, text: str, rows: int, start: int) -> str:
        """Return a bound text so that it gives at most ``rows`` rows behind the first ``start``, in a total order.

        The columns are put behind the sort keys of the query, so that rows which these leave equal have an order too.
        """
        bare = _OPAQUE.sub(lambda match: " " * len(match[0]), text)
        tail = bare.rindex("}")
        limit = _LIMIT.search(bare, tail)
        columns = " ".join(f"?{name}" for name, _ in self.columns)
        end = f" {columns}\nLIMIT {rows} OFFSET {start}\n"
        return (text[: limit.start()].rstrip() if limit else text.rstrip()) + end

    def _terms(self, values: Mapping[str, str]) -> dict[str, Term | None]:
        known = {parameter.name for parameter in self.parameters}
        for name in values:
            if name not in known:
                takes = ", ".join(f"{p.name} ({p.type})" for p in self.parameters) or "none"
                raise ParameterError(
                    f"query {self.name} has no parameter {shown(name)}", advice=f"its parameters are: {takes}"
                )
        terms: dict[str, Term | None] = {}
        for parameter in self.parameters:
            value = values.get(parameter.name, "")
            if parameter.default is None and not value.strip():
                raise ParameterError(
                    f"query {self.name} needs a value for {parameter.name!r}: {parameter.expects()}",
                    advice=f"give for example {parameter.name}={parameter.example}",
                )
            terms[parameter.name] = parameter.parse(value, self.base_iri)
        return terms


def load_all(base_iri: str) -> dict[str, NamedQuery]:
    """Read and check every shipped query, sorted by name. Raises QueryFileError at the first bad file."""
    found = {
        file.removesuffix(".rq"): read_query(file.removesuffix(".rq"), assets.text("queries", file), base_iri)
        for file in assets.names("queries", ".rq")
    }
    for query in found.values():
        for parameter in query.parameters:
            if parameter.name in RESERVED:
                raise QueryFileError(
                    f"a parameter cannot be called {parameter.name!r}", where=f"queries/{query.name}.rq",
                    advice="addresses use that word for something else",
                )  # fmt: skip
    return found


def read_query(name: str, text: str, base_iri: str, *, ordered: bool = True) -> NamedQuery:
    """Read one query file and check that its header and its body say the same.

    ``ordered`` asks for a stated order; who sorts the rows anyhow saves the engine most of its time without one.

    Raises QueryFileError with ``queries/NAME.rq:LINE``.
    """
    header = _Header(name, text)
    query = NamedQuery(
        name=name,
        title=header.one("title"),
        about=header.one("about"),
        keywords=tuple(word.strip() for word in header.one("keywords").split(",") if word.strip()),
        parameters=header.parameters(),
        columns=tuple((entry.name, entry.value) for entry in header.named("column")),
        limit=header.limit(),
        text=text,
        path=header.path(),
        base_iri=base_iri,
    )
    _check_marks(query, header)
    _check_body(query, header, ordered=ordered)
    return query


@dataclass(frozen=True)
class _Entry:
    """One header entry: the line where it begins, its key, its name if it has one, its value on one line."""

    line: int
    key: str
    name: str
    value: str


class _Header:
    """The ``#+`` lines on top of a file, and the errors that can be made in them."""

    SINGLE: Final = ("title", "about", "keywords", "limit", "path")
    NAMED: Final = ("param", "example", "default", "choices", "column")

    def __init__(self, query: str, text: str) -> None:
        self.query = query
        self.entries: dict[tuple[str, str], _Entry] = {}
        last = None
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.startswith("#+"):
                break
            if (more := _CONTINUED.fullmatch(line)) and last is not None:
                entry = replace(self.entries[last], value=f"{self.entries[last].value} {more[1].strip()}")
            else:
                entry = self._entry(number, line)
                last = (entry.key, entry.name)
                if last in self.entries:
                    raise self.error(f"{' '.join(last).strip()!r} stands twice", number)
            self.entries[last] = entry
        for key, entry in self.entries.items():
            if not entry.value and key[0] != "default":
                raise self.error(f"{' '.join(key).strip()!r} is empty", entry.line)

    def _entry(self, number: int, line: str) -> _Entry:
        match = _KEY.fullmatch(line)
        if match is None:
            raise self.error(f"{line!r} is neither '#+ key: value' nor '#+ key NAME: value'", number)
        key, name = match["key"], match["name"] or ""
        if key not in (self.NAMED if name else self.SINGLE):
            raise self.error(
                f"unknown header entry {' '.join((key, name)).strip()!r}",
                number,
                advice=f"the keys are: {', '.join(self.SINGLE)}, and with a name: {', '.join(self.NAMED)}",
            )
        return _Entry(number, key, name, match["value"].strip())

    def error(self, message: str, line: int = 1, *, advice: str = "") -> QueryFileError:
        return QueryFileError(message, where=f"queries/{self.query}.rq:{line}", advice=advice)

    def one(self, key: str) -> str:
        """Return the value of a key that every file has."""
        if (key, "") not in self.entries:
            raise self.error(f"the header has no {key!r}", advice=f"add a line '#+ {key}: …'")
        return self.entries[key, ""].value

    def named(self, key: str) -> list[_Entry]:
        return [entry for entry in self.entries.values() if entry.key == key]

    def limit(self) -> int | None:
        entry = self.entries.get(("limit", ""))
        if entry is None:
            return None
        if not re.fullmatch(r"[1-9][0-9]*", entry.value):
            raise self.error(f"limit {entry.value!r} is not a whole number from 1", entry.line)
        return int(entry.value)

    def path(self) -> tuple[str, str] | None:
        entry = self.entries.get(("path", ""))
        if entry is None:
            return None
        names = entry.value.split()
        types = {param.name: param.value.partition(" ")[0] for param in self.named("param")}
        if len(names) != 2 or any(types.get(name) != "iri" for name in names):
            raise self.error("path names two parameters of type iri, as in '#+ path: from to'", entry.line)
        return names[0], names[1]

    def parameters(self) -> tuple[Parameter, ...]:
        declared = tuple(self._parameter(entry) for entry in self.named("param"))
        names = {parameter.name for parameter in declared}
        for key in ("example", "default", "choices"):
            for entry in self.named(key):
                if entry.name not in names:
                    raise self.error(f"{key!r} for {entry.name!r}, which is no declared parameter", entry.line)
        return declared

    def _parameter(self, entry: _Entry) -> Parameter:
        kind, dash, about = entry.value.partition(" - ")
        if kind not in TYPES or not dash or not about.strip():
            raise self.error(
                f"parameter {entry.name!r} is declared as {entry.value!r}",
                entry.line,
                advice=f"write '#+ param {entry.name}: TYPE - what it is' with a type of {', '.join(TYPES)}",
            )
        example, choices, default = (self.entries.get((key, entry.name)) for key in ("example", "choices", "default"))
        if example is None:
            raise self.error(f"parameter {entry.name!r} has no example", entry.line)
        if (choices is not None) != (kind == "choice"):
            raise self.error(f"parameter {entry.name!r}: 'choices' belongs to type choice and only there", entry.line)
        parameter = Parameter(
            name=entry.name,
            type=kind,
            about=about.strip(),
            example=example.value,
            choices=tuple(word.strip() for word in choices.value.split(",")) if choices else (),
            default=default.value if default else None,
        )
        for given in (example, default):
            if given is not None:
                try:
                    parameter.parse(given.value, "http://localhost:8000/")
                except QueryError as problem:
                    raise self.error(f"{given.key} of {problem.message}", given.line) from None
        return parameter


def _check_marks(query: NamedQuery, header: _Header) -> None:
    """Every parameter has its place in a marked line, and every marked line knows its variables."""
    declared = {parameter.name for parameter in query.parameters}
    seen: set[str] = set()
    paths = 0
    for number, line in enumerate(query.text.split("\n"), start=1):
        if line.startswith("#+") or not _MARK.search(line):
            continue
        marked = _MARKED.fullmatch(line)
        if marked is None or marked["mark"] not in {"parameters", "path"}:
            raise header.error(
                "a '#+' behind SPARQL marks one whole line 'VALUES (?a ?b) { (… …) }  #+ parameters' (or '#+ path')",
                number,
            )
        names = _variables(marked["variables"])
        if marked["mark"] == "path":
            paths += 1
            if tuple(names) != PATH_VARIABLES:
                raise header.error("the path line is 'VALUES (?step ?person ?next) { … }  #+ path'", number)
        elif unknown := [name for name in names if name not in declared]:
            raise header.error(f"?{unknown[0]} is in the VALUES line but no declared parameter", number)
        else:
            seen.update(names)
    if bool(paths) != (query.path is not None):
        raise header.error("'#+ path: from to' in the header and a line marked '#+ path' go together")
    for name in (p.name for p in query.parameters if p.name not in seen and p.name not in (query.path or ())):
        raise header.error(f"parameter {name!r} is declared but in no VALUES line", header.entries["param", name].line)


def _check_body(query: NamedQuery, header: _Header, *, ordered: bool) -> None:
    """The body is a SELECT whose columns and limit are those of the header, also after binding the examples."""
    bound = query.bind(query.examples(), path_finder=lambda start, end: [start, end])
    for text in (query.text, bound):
        try:
            refuse_closed_doors(text)
            results = Store().query(text)
        except (SyntaxError, KgError) as problem:
            line = re.search(r"(\d+):\d+", str(problem))
            raise header.error(f"not usable SPARQL: {problem}", int(line[1]) if line else 1) from None
        if not isinstance(results, QuerySolutions):
            raise header.error("a named query is a SELECT")
        projected = [variable.value for variable in results.variables]
        if projected != [name for name, _ in query.columns]:
            raise header.error(
                f"the columns of the header are not those of the SELECT: {' '.join(projected)}",
                advice="write one '#+ column NAME: what it holds' for each, in order",
            )
    tail = _OPAQUE.sub(lambda match: " " * len(match[0]), query.text).rpartition("}")[2]
    limits = re.findall(r"\bLIMIT\s+(\d+)", tail, re.IGNORECASE)
    if limits != ([] if query.limit is None else [str(query.limit)]):
        raise header.error(f"the limit of the header is {query.limit}, that of the text {' '.join(limits) or None}")
    if ordered and not re.search(r"\bORDER\s+BY\b", tail, re.IGNORECASE):
        raise header.error("the query has no ORDER BY", advice="every answer has a stated order")


def _variables(text: str) -> list[str]:
    return [name.removeprefix("?") for name in text.split()]


def _row(terms: Sequence[Term | None]) -> str:
    return f"({' '.join('UNDEF' if term is None else str(term) for term in terms)})"

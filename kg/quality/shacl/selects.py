"""SPARQL constraints (SHACL 1.0, section 5): plain SELECT queries, read far enough to run them over all focus nodes.

A constraint's query asks about one focus node, bound to ``$this``. A plain one asks the same of all of them at once
when a pattern that binds ``?this`` stands first in its WHERE clause. Plain is: triples, FILTER with or without EXISTS,
BIND, OPTIONAL, and GROUP BY ``$this`` with HAVING. Everything else is refused by name. Knows the shallow grammar of
such queries; runs nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kg.errors import ShapesError
from kg.quality.shacl.expressions import Refused
from kg.quality.shacl.model import Select
from kg.quality.shacl.paths import Path, sparql_path
from kg.quality.shacl.triple_patterns import GroupReader, Pattern, Token, Unreadable, tokens_of

_CLOSED: Final = frozenset({"SERVICE", "FROM"})
"""What would reach out of the validated data; nobody runs it."""
_REFUSED: Final = frozenset({"UNION", "MINUS", "VALUES", "GRAPH", "LATERAL", "ORDER", "LIMIT", "OFFSET", "REDUCED"})
_AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_PREBOUND: Final = frozenset({"shapesGraph", "currentShape"})


@dataclass(frozen=True)
class Plain:
    """A plain query: its projection, the text of its WHERE clause without the outer braces, and its triple patterns.

    ``patterns`` is None where they could not be told.
    """

    projected: tuple[str, ...]
    projection: str
    body: str
    patterns: tuple[Pattern, ...] | None
    behind: str = ""
    """The grouping behind the WHERE clause."""


def inject(select: Select, generate: str, path: Path | None) -> tuple[str, tuple[str, ...]]:
    """Return the query over all focus nodes that ``generate`` binds to ``?this``, and its columns behind ``this``.

    Raises Refused for a query that is not plain.
    """
    plain = read_select(select, path)
    others = tuple(name for name in plain.projected if name != "this")
    prologue = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in select.prefixes)
    own = plain.projection if "this" in plain.projected else f"?this {plain.projection}"
    order = ("this", *(name for name in plain.projected if name != "this"))
    # The columns come in the order of the projection; this one stands first whatever the query says.
    inner = f"SELECT DISTINCT {own} WHERE {{ {generate} {plain.body} }} {plain.behind}"
    if plain.projected[:1] == ("this",) or "this" not in plain.projected:
        return f"{prologue}{inner}", others
    return f"{prologue}SELECT {' '.join(f'?{name}' for name in order)} WHERE {{ {{ {inner} }} }}", others


@lru_cache(maxsize=256)
def read_select(select: Select, path: Path | None) -> Plain:
    """Read a query. Raises Refused for one that is not plain, and ShapesError for one that reaches out of the data."""
    text = select.text
    tokens = list(tokens_of(text))
    words = {token.word for token in tokens} - {""}
    if closed := words & _CLOSED:
        raise ShapesError(
            f"a query of the shapes asks for data from elsewhere ({', '.join(sorted(closed))}), which is closed here",
            advice="write it over the validated data alone",
        )
    closing = max((place for place, token in enumerate(tokens) if token.text == "}"), default=-1)
    grouped = _grouping(tokens[closing + 1 :])
    if refused := words & _REFUSED or (set() if grouped else words & (_AGGREGATES | {"GROUP"})):
        raise Refused(f"a query with {', '.join(sorted(refused))}")
    if not tokens or tokens[0].word != "SELECT":
        raise Refused("a query that does not begin with SELECT")
    if sum(token.word == "SELECT" for token in tokens) > 1:
        raise Refused("a query with a sub-select")
    variables = {token.variable for token in tokens} - {""}
    if found := variables & _PREBOUND or {name for name in variables if name.startswith("_") or name == "failure"}:
        raise Refused(f"a query with ${min(found)}")
    opening = next((place for place, token in enumerate(tokens) if token.text == "{"), None)
    if opening is None:
        raise Refused("a query that cannot be read")
    if tokens[closing + 1 :] and not grouped:
        raise Refused("a query with something behind its WHERE clause")
    for before, token in itertools.pairwise(tokens[opening : closing + 1]):
        if token.text == "{" and before.word not in ("EXISTS", "OPTIONAL"):
            raise Refused("a query with a group of its own")
        if before.word == "AS" and token.variable == "this":
            raise Refused("a query that binds $this")
    head = tokens[1:opening]
    if head and head[-1].word == "WHERE":
        head = head[:-1]
    if head and head[0].word == "DISTINCT":
        head = head[1:]
    projected = tuple(_projected(head))
    projection = text[head[0].start : head[-1].end]
    body = _with_path(text[tokens[opening].end : tokens[closing].start], path)
    reader = GroupReader(list(tokens_of(body)), dict(select.prefixes))
    try:
        patterns = tuple(reader.group(top=True))
    except (Unreadable, IndexError):
        return Plain(projected, projection, body, None, text[tokens[closing].end :])
    return Plain(projected, projection, reader.ordered(body), patterns, text[tokens[closing].end :])


def _grouping(behind: list[Token]) -> bool:
    """Say whether what stands behind a WHERE clause groups by the focus node, which then means the same for all."""
    words = [token.word for token in behind]
    if words[:2] != ["GROUP", "BY"]:
        return False
    end = words.index("HAVING") if "HAVING" in words else len(behind)
    keys = behind[2:end]
    return all(token.variable for token in keys) and any(token.variable == "this" for token in keys)


def _with_path(body: str, path: Path | None) -> str:
    """Put the path of the shape in the place of ``$PATH``."""
    uses = [token for token in tokens_of(body) if token.variable == "PATH"]
    if uses and path is None:
        raise ShapesError("a query of a node shape names $PATH", advice="only a property shape has a path")
    for token in reversed(uses):
        if path is not None:
            body = f"{body[: token.start]}({sparql_path(path)}){body[token.end :]}"
    return body


def _projected(head: list[Token]) -> Iterator[str]:
    depth = 0
    for place, token in enumerate(head):
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "*" and depth == 0:
            raise Refused("a query with SELECT *")
        if token.variable and (depth == 0 or (place and head[place - 1].word == "AS")):
            yield token.variable
    if not head:
        raise Refused("a query that selects nothing")

"""Tokens and triple patterns of plain SPARQL queries.

Knows the shallow grammar of a WHERE clause without UNION, sub-selects and the like: enough to tell which triples a
query reads, and to put those inside EXISTS into an order the engine runs fast. Knows nothing of shapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from pyoxigraph import NamedNode

from kg.quality.shacl.expressions import Refused
from kg.rdf import vocab

_T = TypeVar("_T")
_TOKEN: Final = re.compile(
    r"""
    (?P<skip>\s+|\#[^\n]*)
  | (?P<iri><[^<>"{}|^`\\\s]*>)
  | (?P<text>\"\"\".*?\"\"\"|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<var>[?$]\w+)
  | (?P<name>[A-Za-z_][\w.-]*:[\w.%-]*[\w%-]|[A-Za-z_][\w.-]*:|:[\w.%-]*[\w%-]|:)
  | (?P<blank>_:[\w.-]*\w)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<number>[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?|[.][0-9]+)
  | (?P<word>[A-Za-z_][\w-]*)
  | (?P<sign>\^\^|&&|\|\||!=|<=|>=|[{}()\[\].;,=<>!+*/|^?-])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """One token of a query: its kind (a group of the grammar), its text, and where it begins and ends."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The keyword this is, or ``""``."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        """The name of the variable this is, or ``""``."""
        return self.text[1:] if self.kind == "var" else ""


@dataclass(frozen=True)
class Pattern:
    """A triple pattern: variables as ``?name``, IRIs as themselves, anything else as ``""``.

    ``predicate`` is None where it is a variable or a path.
    """

    subject: str
    predicate: NamedNode | None
    value: str


def tokens_of(text: str) -> Iterator[Token]:
    """Yield the tokens of a query. Raises Refused where it cannot be read."""
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Refused("a query that cannot be read")
        if match.lastgroup != "skip":
            yield Token(str(match.lastgroup), match.group(), match.start(), match.end())
        place = match.end()


class Unreadable(Exception):
    """The patterns of a query cannot be told."""


@dataclass(frozen=True)
class _Written:
    """A triple pattern as it is written, with its variables; ``start`` and ``end`` are those of its block."""

    text: str
    variables: frozenset[str]
    start: int
    end: int


class GroupReader:
    """Reads the triple patterns of a group, those inside EXISTS and OPTIONAL included."""

    def __init__(self, tokens: list[Token], prefixes: dict[str, str]) -> None:
        self._tokens = tokens
        self._prefixes = prefixes
        self._place = 0
        self._edits: list[tuple[int, int, str]] = []
        self._written: list[_Written] = []

    def ordered(self, body: str) -> str:
        """Return the body with the triples inside EXISTS chained in an order that follows what is bound.

        Left to itself the engine joins them anew for every row, which makes time grow with the square of the data.
        """
        for start, end, text in sorted(self._edits, reverse=True):
            body = body[:start] + text + body[end:]
        return body

    def _next(self) -> Token:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def group(self, *, top: bool = False) -> Iterator[Pattern]:
        """Yield the patterns up to the closing brace, which is taken; for the outermost group up to the end."""
        while token := self._peek():
            if token.text == "}" and not top:
                self._next()
                return
            if token.text == ".":
                self._next()
            elif token.word == "OPTIONAL":
                self._next()
                self._expect("{")
                yield from self.group()
            elif token.word in ("FILTER", "BIND"):
                self._next()
                yield from self._expression()
            else:
                yield from self._triples()
        if not top:
            raise Unreadable

    def _expect(self, text: str) -> None:
        if self._next().text != text:
            raise Unreadable

    def _exists(self) -> Iterator[Pattern]:
        """Read the group of an EXISTS, and note how its triples are to be chained."""
        self._expect("{")
        first = self._place
        outer, self._written = self._written, []
        yield from self.group()
        blocks, self._written = self._written, outer
        inside = self._tokens[first : self._place - 1]
        if len(blocks) < 2 or {token.word for token in inside} & {"BIND", "OPTIONAL"}:
            return
        around = (*self._tokens[:first], *self._tokens[self._place :])
        bound = {token.variable for token in around} - {""}
        chain = []
        left = list(blocks)
        while left:
            best = max(left, key=lambda one: (len(one.variables & bound), -len(one.variables - bound)))
            left.remove(best)
            bound |= best.variables
            chain.append(best.text)
        text = " ".join([chain[0], *(f"LATERAL {{ {one} }}" for one in chain[1:])])
        spans = sorted({(one.start, one.end) for one in blocks})
        self._edits += [(start, end, f" {text} " if place == 0 else "") for place, (start, end) in enumerate(spans)]

    def _expression(self) -> Iterator[Pattern]:
        """Pass over an expression: what stands in brackets, a function call, or EXISTS with its group."""
        while token := self._peek():
            if token.word in ("NOT", "EXISTS"):
                self._next()
                if token.word == "EXISTS":
                    yield from self._exists()
                    return
            elif token.text == "(":
                yield from self._brackets()
                return
            elif token.kind in ("word", "name", "iri"):
                self._next()
            else:
                raise Unreadable

    def _brackets(self) -> Iterator[Pattern]:
        depth = 0
        while token := self._next():
            depth += (token.text == "(") - (token.text == ")")
            if token.word == "EXISTS":
                yield from self._exists()
            if depth == 0:
                return

    def _triples(self) -> Iterator[Pattern]:
        """Read the triples of one subject, and keep each of them as it is written."""
        first = self._tokens[self._place].start
        found: list[tuple[str, frozenset[str]]] = []
        subject, subject_words = self._worded(self._term)
        while True:
            predicate, predicate_words = self._worded(self._predicate)
            while True:
                value, value_words = self._worded(self._term)
                words = (*subject_words, *predicate_words, *value_words)
                variables = frozenset(token.variable for token in words) - {""}
                found.append((" ".join(token.text for token in words), variables))
                yield Pattern(subject, predicate, value)
                if (token := self._peek()) and token.text == ",":
                    self._next()
                else:
                    break
            while (token := self._peek()) and token.text == ";":
                self._next()
            if token is None or token.text in (".", "}", "{") or token.word in ("FILTER", "BIND", "OPTIONAL"):
                break
            if self._tokens[self._place - 1].text != ";":
                raise Unreadable
        if token and token.text == ".":
            self._next()
        last = self._tokens[self._place - 1].end
        self._written += [_Written(text, variables, first, last) for text, variables in found]

    def _worded(self, read: Callable[[], _T]) -> tuple[_T, list[Token]]:
        """Read something, and return it with the tokens it was written with."""
        before = self._place
        return read(), self._tokens[before : self._place]

    def _predicate(self) -> NamedNode | None:
        token = self._next()
        if (after := self._peek()) and after.kind == "sign" and after.text in "/|*+^?":
            raise Unreadable
        if token.text == "a":
            return vocab.RDF_TYPE
        if token.variable:
            return None
        if token.kind in ("iri", "name"):
            return NamedNode(self._iri(token))
        if token.text == "(":
            # A path in brackets, as $PATH is written; only a single property can be told.
            inner, closing = self._next(), self._next()
            if inner.kind == "iri" and closing.text == ")":
                return NamedNode(self._iri(inner))
        raise Unreadable

    def _term(self) -> str:
        token = self._next()
        if token.variable:
            return f"?{token.variable}"
        if token.kind == "blank":
            return f"?{token.text}"
        if token.kind in ("iri", "name"):
            return self._iri(token)
        if token.kind in ("text", "number") or token.word in ("TRUE", "FALSE"):
            while (after := self._peek()) and (after.kind == "tag" or after.text == "^^"):
                self._next()
                if after.text == "^^":
                    self._next()
            return ""
        raise Unreadable

    def _iri(self, token: Token) -> str:
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        if prefix not in self._prefixes:
            raise Unreadable
        return self._prefixes[prefix] + local

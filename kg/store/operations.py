"""Read a SPARQL update into its operations, and find the clauses of each.

Knows tokens and the order of clauses, enough to say which operation has USING or WITH, where a template ends and which
graph each part of it writes to. Knows nothing of triples, prefixes or the data: what a clause means is left to the
engine, which has read the whole text before. Where the engine is lax, this is strict: keywords stand apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from pyoxigraph import NamedNode

from kg.errors import QueryError, QueryRefused
from kg.store.guard import TOKEN

_COMPARISON: Final = re.compile(r"<[?$(!+\-0-9.][^>]*#")
"""``?a<?b#>``: an IRI for a tokeniser, a comparison and a comment for the engine."""


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "name" and ":" not in self.text else ""


class Block(NamedTuple):
    """A part of a template that writes to one graph. ``graph`` is as written, None for triples outside GRAPH."""

    graph: str | None
    triples: str


@dataclass(frozen=True)
class Operation:
    """One operation with all declarations before it. ``kind`` is its first keyword, in capitals; ``text`` is all of it.

    ``INSERT DATA`` and ``DELETE DATA`` have ``body``; ``MODIFY`` has the templates ``delete`` and ``insert``, ``where``
    and, where written, ``with_`` (a graph) and ``using`` (whole clauses). The others have ``graphs``: as written, or
    one of DEFAULT, NAMED, ALL; and ``silent``.
    """

    kind: str
    prologue: str
    body: str = ""
    delete: tuple[Block, ...] = ()
    insert: tuple[Block, ...] = ()
    where: str = ""
    with_: str = ""
    using: str = ""
    graphs: tuple[str, ...] = ()
    silent: bool = False
    text: str = ""


def read_operations(update: str) -> list[Operation]:
    """Split an update that the engine can read. Raises QueryError, with line and column, for what is not understood."""
    return _Reader(update).operations()


def with_dataset(
    operations: list[Operation], default_graphs: tuple[str, ...], named_graphs: tuple[str, ...]
) -> list[Operation]:
    """Give every operation the dataset that ``using-graph-uri`` and ``using-named-graph-uri`` name.

    Raises QueryError when an operation names a dataset itself: the protocol has the request refused then.
    """
    if not default_graphs and not named_graphs:
        return operations
    clauses = [f"USING {NamedNode(iri)}" for iri in default_graphs]
    clauses += [f"USING NAMED {NamedNode(iri)}" for iri in named_graphs]
    for operation in operations:
        if operation.using or operation.with_:
            raise QueryError(
                "the update has USING or WITH, and the request names a dataset too",
                advice="leave out using-graph-uri and using-named-graph-uri, or the clauses",
            )
    using = " ".join(clauses)
    return [replace(operation, using=using) if operation.kind == "MODIFY" else operation for operation in operations]


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._place = 0
        self._prologue: list[str] = []

    def operations(self) -> list[Operation]:
        found: list[Operation] = []
        while True:
            self._declarations()
            if self._ended():
                return found
            start = self._peek().start
            found.append(self._operation())
            found[-1] = replace(found[-1], text=self._text[start : self._tokens[self._place - 1].end])
            if not self._ended():
                self._expect(";")

    def _declarations(self) -> None:
        while (word := self._peek().word) in {"PREFIX", "BASE", "VERSION"}:
            start = self._next().start
            if word == "PREFIX":
                self._next()
            end = self._next().end
            if word != "VERSION":
                self._prologue.append(self._text[start:end])

    def _operation(self) -> Operation:
        first = self._next()
        word, prologue = first.word, "\n".join(self._prologue)
        if word in {"INSERT", "DELETE"} and self._accept("DATA"):
            return Operation(f"{word} DATA", prologue, body=self._braces())
        if word == "DELETE" and self._accept("WHERE"):
            where = self._braces()
            return Operation("MODIFY", prologue, delete=_blocks(where), where=where)
        if word in {"INSERT", "DELETE", "WITH"}:
            return self._modify(word, prologue)
        if word in {"CLEAR", "DROP", "CREATE"}:
            silent = self._accept("SILENT")
            return Operation(word, prologue, graphs=(self._target(),), silent=silent)
        if word in {"COPY", "MOVE", "ADD"}:
            silent = self._accept("SILENT")
            source = self._target()
            self._expect("TO")
            return Operation(word, prologue, graphs=(source, self._target()), silent=silent)
        if word == "LOAD":
            line, column = _position(self._text, first.start)
            raise QueryRefused("LOAD is closed here", line=line, column=column, advice="send the data instead")
        raise self._fault(first)

    def _modify(self, word: str, prologue: str) -> Operation:
        with_ = ""
        if word == "WITH":
            with_ = self._graph()
            word = self._next().word
        delete = insert = ""
        if word == "DELETE":
            delete = self._braces()
            word = self._next().word if self._peek().word == "INSERT" else ""
        if word == "INSERT":
            insert = self._braces()
        using = []
        while self._peek().word == "USING":
            start = self._next().start
            self._accept("NAMED")
            self._graph()
            using.append(self._text[start : self._tokens[self._place - 1].end])
        self._expect("WHERE")
        where = self._braces()
        return Operation(
            "MODIFY",
            prologue,
            delete=_blocks(delete),
            insert=_blocks(insert),
            where=where,
            with_=with_,
            using=" ".join(using),
        )

    def _target(self) -> str:
        if self._peek().word in {"DEFAULT", "NAMED", "ALL"}:
            return self._next().word
        self._accept("GRAPH")
        return self._graph()

    def _graph(self) -> str:
        token = self._next()
        if token.kind == "iri" or (token.kind == "name" and ":" in token.text):
            return token.text
        raise self._fault(token)

    def _braces(self) -> str:
        """Return what stands between a brace and the one that closes it."""
        opening = self._next()
        if opening.text != "{":
            raise self._fault(opening)
        depth = 1
        while depth:
            token = self._next()
            depth += (token.text == "{") - (token.text == "}")
        return self._text[opening.end : token.start]

    def _peek(self) -> _Token:
        if self._ended():
            return _Token("end", "", len(self._text), len(self._text))
        return self._tokens[self._place]

    def _next(self) -> _Token:
        token = self._peek()
        if token.kind == "end":
            raise self._fault(token)
        self._place += 1
        return token

    def _accept(self, word: str) -> bool:
        found = self._peek().word == word
        self._place += found
        return found

    def _expect(self, text: str) -> None:
        token = self._next()
        if text not in {token.text, token.word}:
            raise self._fault(token)

    def _ended(self) -> bool:
        return self._place >= len(self._tokens)

    def _fault(self, token: _Token) -> QueryError:
        line, column = _position(self._text, token.start)
        what = f"{token.text[:40]!r} is not understood" if token.text else "the update ends too early"
        return QueryError(what, line=line, column=column, advice="put spaces around keywords, IRIs and signs")


def _blocks(template: str) -> tuple[Block, ...]:
    """Split a template into what stands outside GRAPH and what stands inside each."""
    tokens = list(_tokens(template))
    found: list[Block] = []
    place = begin = 0

    def outside(end: int) -> None:
        triples = template[begin:end].strip()
        if triples.strip(". \t\r\n") and any(begin <= t.start < end and t.text != "." for t in tokens):
            # A dot may stand between a graph and what follows it.
            first = next(t for t in tokens if t.start >= begin and t.text != ".")
            found.append(Block(None, template[first.start : end]))

    while place < len(tokens):
        token = tokens[place]
        if token.word != "GRAPH" or place + 2 >= len(tokens) or tokens[place + 2].text != "{":
            place += 1
            continue
        outside(token.start)
        graph, inside, depth = tokens[place + 1].text, tokens[place + 2].end, 1
        place += 3
        while depth and place < len(tokens):
            depth += (tokens[place].text == "{") - (tokens[place].text == "}")
            place += 1
        begin = tokens[place - 1].end
        if any(t.start >= inside for t in tokens[: place - 1]):
            found.append(Block(graph, template[inside : tokens[place - 1].start]))
    outside(len(template))
    return tuple(found)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        kind, end = (match.lastgroup or "", match.end()) if match else ("nowhere", place + 1)
        if kind == "iri" and ("'" in text[place:end] or _COMPARISON.match(text, place, end)):
            line, column = _position(text, place)
            raise QueryError(
                "it is not clear whether < compares here or opens an IRI",
                line=line,
                column=column,
                advice="put spaces around <, or write %27 for the apostrophe of an IRI",
            )
        if kind == "nowhere":
            line, column = _position(text, place)
            raise QueryError(f"{text[place]!r} is not understood", line=line, column=column)
        if kind != "gap":
            found.append(_Token(kind, text[place:end], place, end))
        place = end
    return found


def _position(text: str, place: int) -> tuple[int, int]:
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)

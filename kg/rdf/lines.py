"""Terms and statements as the text of N-Quads: the form in which a build makes ten million of them.

A term is its N-Triples text, made once and repeated; putting objects together and taking them apart again costs ten
times as much, measured. The text is the one that pyoxigraph writes, byte for byte. Knows the vocabulary and IRIs below
one base. Knows nothing of works or people.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import orjson
from pyoxigraph import Literal, NamedNode

from kg.model.dates import PartialDate
from kg.model.entities import AgentRef
from kg.model.records import Value
from kg.rdf import vocab
from kg.rdf.terms import date_literal, literal

Statement = tuple[str, str, str]
"""Subject, predicate and object as N-Triples text, before the graph is known."""

Page = tuple[str, list[Statement]]
"""A graph, empty for the default graph, and statements in it."""

Pages = list[Page]


class _Written:
    """The terms of the vocabulary as text: ``W.NAME`` is that of ``vocab.NAME``."""

    def __init__(self) -> None:
        for name, term in vars(vocab).items():
            if isinstance(term, NamedNode):
                setattr(self, name, str(term))

    if TYPE_CHECKING:  # for types alone: with this method every name would take five times as long

        def __getattr__(self, name: str) -> str: ...


W: Final = _Written()


def text(value: str, language: str = "") -> str:
    """Return a string as a literal."""
    quoted = orjson.dumps(value).decode()
    # Control characters, which orjson escapes in small letters or not at all, and the engine in capitals. A text that
    # holds such an escape itself is found too; that costs a moment and changes nothing.
    if "\\u00" in quoted or "\x7f" in quoted or "\ufffe" in quoted or "\uffff" in quoted:
        return str(Literal(value, language=language) if language else Literal(value))
    return f"{quoted}@{language}" if language else quoted


@lru_cache(maxsize=1 << 14, typed=True)  # 1, 1.0 and True are equal, and three literals
def plain(value: Value) -> str:
    """Return a text, whole number, decimal number or truth value as a literal in its canonical form."""
    return text(value) if isinstance(value, str) else str(literal(value))


@lru_cache(maxsize=1 << 14)
def date(value: PartialDate) -> str:
    """Return a date in the datatype of its precision."""
    return str(date_literal(value))


def iri(value: str) -> str:
    """Return an IRI from outside. Raises ValueError for what is no absolute IRI."""
    return str(NamedNode(value))


def link(value: str) -> str:
    """Return a link as an IRI, or as text where it is no legal IRI: it is kept either way."""
    try:
        return iri(value)
    except ValueError:
        return text(value)


class Names:
    """The IRIs of things, their parts and the graphs below one base, as text."""

    def __init__(self, base: str) -> None:
        self._base = f"<{base}"

    def thing(self, kind: str, identifier: str) -> str:
        """Return a thing's IRI."""
        return f"{self._base}{kind}/{identifier}>"

    def agent(self, ref: AgentRef) -> str:
        """Return the IRI of a person or group."""
        return f"{self._base}{ref.kind}/{ref.id}>"

    def part(self, thing: str, name: str) -> str:
        """Return the IRI of a part of a thing."""
        return f"{thing[:-1]}#{name}>"

    def node(self, name: str) -> str:
        """Return the IRI of a node in a source, named ``source-id#fragment``."""
        return f"{self._base}source/{name}>"

    def graph(self, name: str) -> str:
        """Return the IRI of a graph of ours, or of a source: ``source/…``."""
        return f"{self._base}graph/{name}>"


def page(graph: str, statements: Iterable[Statement]) -> Page:
    """Return statements, each once, with their graph (empty for the default graph)."""
    return graph, list(dict.fromkeys(statements))


def lines_of(pages: Pages) -> list[str]:
    """Return statements as N-Quads lines, with line ends."""
    lines: list[str] = []
    for graph, statements in pages:
        end = f" {graph} .\n" if graph else " .\n"
        lines += [f"{s} {p} {o}{end}" for s, p, o in statements]
    return lines


def read_line(line: str) -> tuple[Statement, str]:
    """Return the statement that one line of N-Quads holds, and its graph, empty for the default graph.

    The line is as this package and pyoxigraph write it. Raises ValueError for a statement about a statement.

    >>> read_line('<a:s> <a:p> "x"@en <a:g> .\\n')
    (('<a:s>', '<a:p>', '"x"@en'), '<a:g>')
    """
    if line.startswith("<<"):
        raise ValueError("a statement about a statement is not read")
    subject, predicate, rest = line.rstrip("\n").removesuffix(" .").split(" ", 2)
    if rest.startswith('"'):
        end = rest.rindex('"') + 1  # no quotation mark stands in a datatype, a language or a graph
        tail, _, graph = rest[end:].partition(" ")
        return (subject, predicate, rest[:end] + tail), graph
    if rest.startswith("<<"):
        end = rest.rindex(">>") + 2
        return (subject, predicate, rest[:end]), rest[end:].strip()
    value, _, graph = rest.partition(" ")
    return (subject, predicate, value), graph


def unquoted(term: str) -> str:
    """Return a term as text: a literal without its datatype or language, an IRI without its brackets.

    >>> unquoted('"x"@en'), unquoted("<a:s>"), unquoted("_:b0")
    ('x', 'a:s', '_:b0')
    """
    if term[0] != '"':
        return term[1:-1] if term[0] == "<" and term[1] != "<" else term
    quoted = term[: term.rindex('"') + 1]
    return str(orjson.loads(quoted)) if "\\" in quoted else quoted[1:-1]

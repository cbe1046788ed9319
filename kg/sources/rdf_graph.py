"""The statements of an RDF file by their subject, in the order they stand, in memory or, when they are many, on disk.

Knows nodes and lists. Keeps only what is read later. Does not know syntaxes nor what statements mean.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeAlias
from urllib.parse import urljoin

import orjson
import pyoxigraph

from kg.errors import IdentifierError
from kg.model.identifiers import parse_orcid
from kg.model.text import squeeze
from kg.sources import rdf_vocab as v

MEMORY_LIMIT: Final = 1_000_000
"""Statements that are held in memory, at some 300 bytes each; what comes behind them goes to a file."""

BATCH: Final = 100_000
"""Statements that are written to the file at a time."""

ADDRESS_LIMIT: Final = 2000
"""Characters of an address; longer texts name no node."""

LIST_LIMIT: Final = 100_000
"""Elements of one RDF list; lists can be circular."""


class Iri(str):
    """A node with an IRI. The parsers' own terms take three times the memory."""

    __slots__ = ()

    @property
    def value(self) -> str:
        """The IRI."""
        return str(self)


class Blank(str):
    """A node without an IRI, by the label that the parser gave it."""

    __slots__ = ()

    @property
    def value(self) -> str:
        """An empty text: a label means nothing outside its file."""
        return ""


class Text(NamedTuple):
    """A literal: its text and, where it has one, its language."""

    value: str
    language: str = ""


Node: TypeAlias = Iri | Blank
Term: TypeAlias = Iri | Blank | Text

_NIL: Final = Iri(v.NAMESPACES["rdf"] + "nil")
_LISTING: Final = frozenset({"rdf:first", "schema:itemListElement", "rdf:li"})
_MEMBER: Final = re.compile(r"rdf:_([1-9]\d{0,8})")
_BEGINNINGS: Final = frozenset((*v.AUTHOR, *v.AUTHOR_LIST, "kg:authorship", "pro:isDocumentContextFor"))
_TABLES: Final = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE about (subject TEXT, said BLOB); CREATE INDEX about_subject ON about (subject);
CREATE TABLE back (value TEXT, subject TEXT); CREATE INDEX back_value ON back (value);
"""


class Graph:
    """The statements of one file. ``records`` are the subjects that may be records, in order of appearance.

    ``referred``, ``signing`` and ``beside`` are the values of such properties. ``own`` says that the file is an export
    of this package, whose texts hold no markup; relative addresses of the file are meant from ``base``.
    """

    def __init__(self, *, own: bool = False, base: str = "") -> None:
        self.own = own
        self.base = base
        self.records: dict[Node, None] = {}
        self.referred: set[Node] = set()
        self.signing: set[Node] = set()
        self.beside: set[Node] = set()
        self._about: dict[Node, list[tuple[str, Term]]] = {}
        self._back: dict[str, list[Node]] = {}
        self._lists: set[Node] = {_NIL}
        self._count = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file and self._folder:
            self._file.close()
            self._folder.cleanup()

    def add(self, quad: pyoxigraph.Quad) -> None:
        """Take a statement; one whose property is not read, or about a statement, is passed over."""
        name = _known(quad.predicate.value)
        if not name:
            return
        subject, value = _term(quad.subject), _term(quad.object)
        if subject is None or value is None or isinstance(subject, Text):
            return
        self._about.setdefault(subject, []).append((name, value))
        if name in _BEGINNINGS or (name == "rdf:type" and _is_record(value.value)):
            self.records.setdefault(subject)
        member = bool(_MEMBER.fullmatch(name))
        if member or name in _LISTING:
            self._lists.add(subject)
        if not isinstance(value, Text):
            if name in v.REFERRING:
                self.referred.add(value)
            if name in v.BESIDE:
                self.beside.add(value)
            if name in v.MADE:
                self.records.setdefault(value)
            if member or name in v.SIGNING:
                self.signing.add(value)
            if name in v.BACKWARDS:
                self._back.setdefault(f"{name} {value}", []).append(subject)
        self._count += 1
        if self._count >= MEMORY_LIMIT and self._count % BATCH == 0:
            self._write()

    def finish(self) -> None:
        """Make what was added last findable."""
        if self._file:
            self._write()

    def about(self, node: Term) -> Mapping[str, list[Term]]:
        """Return what is said of a node: property -> values, each once, in the order they stand."""
        found: dict[str, dict[Term, None]] = {}
        for name, value in self._statements(node):
            found.setdefault(name, {})[value] = None
        return {name: list(values) for name, values in found.items()}

    def named(self, text: str) -> Node | None:
        """Return the node whose address a text is, such as an ORCID iD or ``#issue``; None where nothing is said of it.

        Contexts of schema.org make some texts addresses, which the file itself does not tell.
        """
        if not text or " " in text or len(text) > ADDRESS_LIMIT:
            return None
        nodes: list[Node] = [Blank(text[2:])] if text.startswith("_:") else [Iri(text)]
        with contextlib.suppress(ValueError):
            nodes.append(Iri(urljoin(self.base, text)))
        with contextlib.suppress(IdentifierError):
            nodes.append(Iri(parse_orcid(text)))
        return next((node for node in nodes if self.about(node)), None)

    def pointing(self, node: Term, names: Iterable[str]) -> list[Node]:
        """Return the nodes of which one of these properties, all of ``BACKWARDS``, has this value."""
        found: dict[Node, None] = {}
        for key in (f"{name} {node}" for name in names):
            if self._file:
                rows = self._file.execute("SELECT subject FROM back WHERE value = ? ORDER BY rowid", (key,))
                found |= dict.fromkeys(_node(subject) for (subject,) in rows)
            else:
                found |= dict.fromkeys(self._back.get(key, ()))
        return list(found)

    def elements(self, node: Node) -> list[Term]:
        """Return the elements of a list, container or ItemList of schema.org, the node itself as one for any other."""
        if node not in self._lists:
            return [node]
        found: list[Term] = []
        seen: set[Term] = set()
        here: Term = node
        while here not in seen and len(found) < LIST_LIMIT:
            seen.add(here)
            said = self.about(here)
            if "rdf:first" not in said:
                break
            found += said["rdf:first"][:1]
            here = said.get("rdf:rest", [_NIL])[0]
        if found or node == _NIL:
            return found
        said = self.about(node)
        numbered = ((int(match[1]), name) for name in said if (match := _MEMBER.fullmatch(name)))
        members = [value for _, name in sorted(numbered) for value in said[name]]
        return [*members, *said.get("rdf:li", ())] or said.get("schema:itemListElement", [node])

    def _statements(self, node: Term) -> Iterable[tuple[str, Term]]:
        if isinstance(node, Text):
            return ()
        if not self._file:
            return self._about.get(node, ())
        rows = self._file.execute("SELECT said FROM about WHERE subject = ? ORDER BY rowid", (_key(node),))
        return [(name, _read(value)) for (said,) in rows for name, value in orjson.loads(said)]

    def _write(self) -> None:
        """Move the statements in memory to the file, those of one subject in one row."""
        if not self._file:
            self._folder = tempfile.TemporaryDirectory(prefix="kg-rdf-")
            self._file = sqlite3.connect(Path(self._folder.name) / "statements.sqlite", isolation_level=None)
            self._file.executescript(_TABLES)
        self._file.execute("BEGIN")
        self._file.executemany(
            "INSERT INTO about VALUES (?, ?)",
            ((_key(s), orjson.dumps([(n, _written(value)) for n, value in said])) for s, said in self._about.items()),
        )
        self._file.executemany(
            "INSERT INTO back VALUES (?, ?)",
            ((key, _key(subject)) for key, subjects in self._back.items() for subject in subjects),
        )
        self._file.execute("COMMIT")
        self._about.clear()
        self._back.clear()


def _term(term: object) -> Term | None:
    if isinstance(term, pyoxigraph.NamedNode):
        return Iri(term.value)
    if isinstance(term, pyoxigraph.Literal):
        return Text(term.value, term.language or "")
    return Blank(term.value) if isinstance(term, pyoxigraph.BlankNode) else None


# A node as a text says by its first sign what it is, which no IRI begins with; a literal is a list.
def _key(node: Node) -> str:
    return f" {node}" if isinstance(node, Blank) else str(node)


def _node(key: str) -> Node:
    return Blank(key[1:]) if key.startswith(" ") else Iri(key)


def _written(value: Term) -> str | list[str]:
    return list(value) if isinstance(value, Text) else _key(value)


def _read(value: str | list[str]) -> Term:
    return _node(value) if isinstance(value, str) else Text(*value)


@lru_cache(maxsize=4096)
def _is_record(iri: str) -> bool:
    return v.curie(iri) in v.RECORD_CLASSES


@lru_cache(maxsize=4096)
def _known(iri: str) -> str:
    name = v.curie(iri)
    return name if name in v.KNOWN or _MEMBER.fullmatch(name) else ""


class Description:
    """What a graph says of one node, asked by meaning."""

    def __init__(self, graph: Graph, node: Term) -> None:
        self.graph = graph
        self.node = node
        self.said = graph.about(node)

    @cached_property
    def classes(self) -> frozenset[str]:
        """The classes of the node, as CURIEs where their vocabulary is known."""
        return frozenset(v.curie(value.value) for value in self.said.get("rdf:type", ()))

    @property
    def iri(self) -> str:
        """The IRI of the node, an empty text for a blank node or a literal."""
        return self.node.value if isinstance(self.node, Iri) else ""

    def values(self, names: Iterable[str]) -> list[Term]:
        """Return the values of these properties, each once, lists taken apart."""
        found: list[Term] = []
        for name in names:
            for value in self.said.get(name, ()):
                if isinstance(value, Text):
                    found.append(value)
                else:
                    found += self.graph.elements(value)
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def each(self, names: Iterable[str]) -> Iterator[Description]:
        """Yield the descriptions of the nodes that these properties lead to."""
        return (Description(self.graph, value) for value in self.values(names) if not isinstance(value, Text))

    def texts(self, names: Iterable[str]) -> list[str]:
        """Return the texts of these properties: first without a language, then English, then others as they stand."""
        found = [value for value in self.values(names) if isinstance(value, Text)]
        if len(found) > 1:
            found.sort(key=lambda value: _RANK.get(value.language.partition("-")[0].lower(), 2))
        return list(dict.fromkeys(filter(None, (squeeze(value.value) for value in found)))) if found else []

    def text(self, names: Iterable[str]) -> str:
        """Return the first text of the first of these properties that has one, an empty text for none."""
        return next((texts[0] for name in names if name in self.said and (texts := self.texts((name,)))), "")

    def true(self, name: str) -> bool:
        """Return whether the property has a value that says yes."""
        return self.text((name,)).lower() in ("true", "1")


_RANK: Final = {"": 0, "en": 1}

"""SHACL property paths (SHACL 1.0, section 2.3.1): what they are, as text, as triples, and walked over a graph.

Knows nothing of shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import ShapesError
from kg.rdf import vocab
from kg.rdf.vocab import PREFIXES

SH = PREFIXES["sh"]
Term: TypeAlias = NamedNode | BlankNode | Literal

_TOKEN = re.compile(r"<([^>]*)>|[()^/|*+?]")


@dataclass(frozen=True)
class Step:
    """One predicate, followed from subject to object, or back."""

    predicate: NamedNode
    inverse: bool = False


@dataclass(frozen=True)
class Sequence:
    """Paths one after the other, two or more."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """Any of several paths, two or more."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Repeat:
    """A path taken again and again: ``*`` (any number of times), ``+`` (at least once) or ``?`` (at most once)."""

    part: Path
    sign: str


@dataclass(frozen=True)
class Inverse:
    """A path of more than one predicate, taken back. A single predicate taken back is a `Step`."""

    part: Path


Path: TypeAlias = Step | Sequence | Alternative | Repeat | Inverse
FORMS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


class Statements(Protocol):
    """A graph that can be asked for the triples of a pattern."""

    def match(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterable[Triple]:
        """Return the triples that fit; None fits everything."""
        ...


def reverse(path: Path) -> Path:
    """Return the path that leads back.

    >>> reverse(Step(NamedNode("http://a"))).inverse
    True
    """
    match path:
        case Step(predicate, inverse):
            return Step(predicate, not inverse)
        case Sequence(parts):
            return Sequence(tuple(reverse(part) for part in reversed(parts)))
        case Alternative(parts):
            return Alternative(tuple(reverse(part) for part in parts))
        case Repeat(part, sign):
            return Repeat(reverse(part), sign)
        case Inverse(part):
            return part


def inverse_of(path: Path) -> Path:
    """Return ``^path`` as it is written, without pushing the inverse inwards."""
    return Step(path.predicate, inverse=True) if isinstance(path, Step) and not path.inverse else Inverse(path)


def join(prefix: Path | None, path: Path) -> Path:
    """Return ``path`` taken after ``prefix``; None is the empty path."""
    if prefix is None:
        return path
    return Sequence((*_parts(prefix), *_parts(path)))


def _parts(path: Path) -> tuple[Path, ...]:
    return path.parts if isinstance(path, Sequence) else (path,)


def may_be_empty(path: Path) -> bool:
    """Say whether a path leads from a node to itself without any triple."""
    match path:
        case Step():
            return False
        case Repeat(part, sign):
            return sign != "+" or may_be_empty(part)
        case Sequence(parts):
            return all(map(may_be_empty, parts))
        case Alternative(parts):
            return any(map(may_be_empty, parts))
        case Inverse(part):
            return may_be_empty(part)


def image(path: Path | None, nodes: Iterable[Term], graph: Statements) -> set[Term]:
    """Return every node that the path leads to from any of ``nodes``; None leads to the nodes themselves."""
    match path:
        case None:
            return set(nodes)
        case Step():
            return {end for node in nodes for end in step_ends(path, node, graph)}
        case Sequence(parts):
            found = set(nodes)
            for part in parts:
                found = image(part, found, graph)
            return found
        case Alternative(parts):
            start = set(nodes)
            return set().union(*(image(part, start, graph) for part in parts))
        case Repeat(part, sign):
            start = set(nodes)
            if sign == "?":
                return start | image(part, start, graph)
            found = set() if sign == "+" else set(start)
            edge = image(part, start, graph)
            while edge := edge - found:
                found |= edge
                edge = image(part, edge, graph)
            return found
        case Inverse(part):
            return image(reverse(part), nodes, graph)


def step_ends(step: Step, node: Term, graph: Statements) -> Iterator[Term]:
    """Yield the nodes one step away."""
    if step.inverse:
        for triple in graph.match(None, step.predicate, node):
            if not isinstance(triple.subject, Triple):
                yield triple.subject
    elif not isinstance(node, Literal):
        for triple in graph.match(node, step.predicate, None):
            if not isinstance(triple.object, Triple):
                yield triple.object


def path_text(path: Path) -> str:
    """Write a path: one predicate as its bare IRI, anything longer as a SPARQL property path.

    >>> path_text(Step(NamedNode("http://a"), inverse=True))
    '^<http://a>'
    """
    return path.predicate.value if isinstance(path, Step) and not path.inverse else sparql_path(path)


def sparql_path(path: Path) -> str:
    """Write a path as SPARQL does, whatever its length."""

    def inner(part: Path) -> str:
        return sparql_path(part) if isinstance(part, Step) and not part.inverse else f"({sparql_path(part)})"

    match path:
        case Step(predicate, inverse):
            return f"^{predicate}" if inverse else str(predicate)
        case Sequence(parts):
            return "/".join(inner(part) for part in parts)
        case Alternative(parts):
            return "|".join(inner(part) for part in parts)
        case Repeat(part, sign):
            return inner(part) + sign
        case Inverse(part):
            return f"^{inner(part)}"


def parse_path(text: str) -> Path:
    """Read a path that `path_text` wrote. Raises ShapesError for any other text."""
    if "<" not in text:
        return Step(_iri(text, text))
    tokens = [match.group(0) for match in _TOKEN.finditer(text)]
    if "".join(tokens) != text:
        raise ShapesError(f"{text!r} is not a property path")
    path, rest = _chain(tokens, text)
    if rest:
        raise ShapesError(f"{text!r} is not a property path")
    return path


def _chain(tokens: list[str], text: str) -> tuple[Path, list[str]]:
    """Read one path from the front; return it and the tokens behind it."""
    first, rest = _element(tokens, text)
    if not rest or rest[0] not in "/|":
        return first, rest
    sign, members = rest[0], [first]
    while rest and rest[0] == sign:
        member, rest = _element(rest[1:], text)
        members.append(member)
    return (Sequence if sign == "/" else Alternative)(tuple(members)), rest


def _element(tokens: list[str], text: str) -> tuple[Path, list[str]]:
    if not tokens:
        raise ShapesError(f"{text!r} is not a property path")
    head, rest = tokens[0], tokens[1:]
    if head == "^":
        part, rest = _element(rest, text)
        return inverse_of(part), rest
    if head == "(":
        path, rest = _chain(rest, text)
        if not rest or rest[0] != ")":
            raise ShapesError(f"{text!r} is not a property path")
        rest = rest[1:]
    elif head.startswith("<"):
        path = Step(_iri(head[1:-1], text))
    else:
        raise ShapesError(f"{text!r} is not a property path")
    if rest and rest[0] in FORMS.values():
        return Repeat(path, rest[0]), rest[1:]
    return path, rest


def _iri(text: str, path: str) -> NamedNode:
    try:
        return NamedNode(text)
    except ValueError as error:
        raise ShapesError(f"{path!r} is not a property path: {error}") from error


def path_triples(path: Path) -> tuple[NamedNode | BlankNode, list[Triple]]:
    """Write a path as SHACL triples; blank nodes are named after their content, so that equal paths are equal triples.

    >>> path_triples(Step(NamedNode("http://schema.org/name")))
    (<NamedNode value=http://schema.org/name>, [])
    """
    triples: list[Triple] = []
    return _node(path, triples), triples


def _node(path: Path, triples: list[Triple]) -> NamedNode | BlankNode:
    match path:
        case Step(predicate, False):
            return predicate
        case Step(predicate, True):
            return _part("inversePath", predicate, triples)
        case Sequence(parts):
            return _list([_node(part, triples) for part in parts], triples)
        case Alternative(parts):
            return _part("alternativePath", _list([_node(part, triples) for part in parts], triples), triples)
        case Repeat(part, sign):
            name = next(name for name, known in FORMS.items() if known == sign)
            return _part(name, _node(part, triples), triples)
        case Inverse(part):
            return _part("inversePath", _node(part, triples), triples)
    raise AssertionError(path)


def _part(name: str, value: NamedNode | BlankNode, triples: list[Triple]) -> BlankNode:
    node = _blank(f"{name} {value}")
    triples.append(Triple(node, NamedNode(SH + name), value))
    return node


def _list(members: list[NamedNode | BlankNode], triples: list[Triple]) -> NamedNode | BlankNode:
    node: NamedNode | BlankNode = vocab.RDF_NIL
    for member in reversed(members):
        cell = _blank(f"{member} {node}")
        triples += [Triple(cell, vocab.RDF_FIRST, member), Triple(cell, vocab.RDF_REST, node)]
        node = cell
    return node


def _blank(text: str) -> BlankNode:
    return BlankNode("path" + sha256(text.encode()).hexdigest()[:16])

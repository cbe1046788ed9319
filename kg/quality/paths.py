"""Property paths in three dresses: SHACL's in rdflib, text as SPARQL writes it, and SHACL's in Oxigraph's terms.

Knows the path forms of SHACL 1.0 and nothing else.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Triple

from kg.errors import ShapesError
from kg.rdf import vocab
from kg.rdf.vocab import PREFIXES

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

SH = PREFIXES["sh"]
MAX_PATH_DEPTH = 50
_TOKEN = re.compile(r"<([^>]*)>|[()^/|*+?]")
_SUFFIXES = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def path_text(graph: Graph, path: Node, depth: int = 0) -> str:
    """Write a SHACL path: a plain property as its IRI, anything longer as a SPARQL property path.

    Raises ShapesError when the path is not one, or runs in a circle.
    """
    from rdflib import URIRef

    def inner(node: Node) -> str:
        written = path_text(graph, node, depth + 1)
        return f"<{written}>" if isinstance(node, URIRef) else f"({written})"

    if isinstance(path, URIRef):
        return str(path)
    if depth > MAX_PATH_DEPTH:
        raise ShapesError("a property path runs in a circle", advice="write the path without reference to itself")
    for name, form in (
        ("inversePath", "^{}"),
        ("zeroOrMorePath", "{}*"),
        ("oneOrMorePath", "{}+"),
        ("zeroOrOnePath", "{}?"),
    ):
        step = graph.value(path, URIRef(SH + name))
        if step is not None:
            return form.format(inner(step))
    choices = graph.value(path, URIRef(SH + "alternativePath"))
    members = list(graph.items(choices if choices is not None else path))
    if not members:
        raise ShapesError(f"{path} is not a SHACL property path")
    return ("|" if choices is not None else "/").join(inner(member) for member in members)


def path_triples(text: str) -> tuple[NamedNode | BlankNode, list[Triple]]:
    """Write a path given as text, by ``path_text``, as SHACL triples; blank nodes are named after their content.

    >>> path_triples("http://schema.org/name")
    (<NamedNode value=http://schema.org/name>, [])
    """
    if "<" not in text:
        return NamedNode(text), []
    triples: list[Triple] = []
    node, rest = _path(_tokens(text), text, triples)
    if rest:
        raise ShapesError(f"{text!r} is not a property path")
    return node, triples


def _tokens(text: str) -> list[str]:
    found = [match.group(0) for match in _TOKEN.finditer(text)]
    if "".join(found) != text:
        raise ShapesError(f"{text!r} is not a property path")
    return found


def _blank(text: str) -> BlankNode:
    return BlankNode("path" + sha256(text.encode()).hexdigest()[:16])


def _path(tokens: list[str], text: str, triples: list[Triple]) -> tuple[NamedNode | BlankNode, list[str]]:
    """Read one path from the front; return its node and the tokens behind it."""
    first, rest = _step(tokens, text, triples)
    if not rest or rest[0] not in "/|":
        return first, rest
    sign, members = rest[0], [first]
    while rest and rest[0] == sign:
        member, rest = _step(rest[1:], text, triples)
        members.append(member)
    node = _list(members, triples)
    if sign == "|":
        choice = _blank(f"| {node}")
        triples.append(Triple(choice, NamedNode(SH + "alternativePath"), node))
        return choice, rest
    return node, rest


def _list(members: list[NamedNode | BlankNode], triples: list[Triple]) -> NamedNode | BlankNode:
    node: NamedNode | BlankNode = vocab.RDF_NIL
    for member in reversed(members):
        cell = _blank(f"{member} {node}")
        triples += [Triple(cell, vocab.RDF_FIRST, member), Triple(cell, vocab.RDF_REST, node)]
        node = cell
    return node


def _step(tokens: list[str], text: str, triples: list[Triple]) -> tuple[NamedNode | BlankNode, list[str]]:
    if not tokens:
        raise ShapesError(f"{text!r} is not a property path")
    head, rest = tokens[0], tokens[1:]
    if head == "^":
        step, rest = _step(rest, text, triples)
        node: NamedNode | BlankNode = _blank(f"^ {step}")
        triples.append(Triple(node, NamedNode(SH + "inversePath"), step))
        return node, rest
    if head == "(":
        node, rest = _path(rest, text, triples)
        if not rest or rest[0] != ")":
            raise ShapesError(f"{text!r} is not a property path")
        rest = rest[1:]
    elif head.startswith("<"):
        node = NamedNode(head[1:-1])
    else:
        raise ShapesError(f"{text!r} is not a property path")
    if rest and rest[0] in _SUFFIXES:
        step, node = node, _blank(f"{rest[0]} {node}")
        triples.append(Triple(node, NamedNode(SH + _SUFFIXES[rest[0]]), step))
        rest = rest[1:]
    return node, rest

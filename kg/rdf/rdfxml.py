"""Write triples as RDF/XML.

Knows the syntax and its two gaps: XML cannot hold most control characters, and a predicate must end in an XML name.
Both are refused with a sentence, because leaving characters out would change the data. (The engine's own writer lets
both through as malformed XML, and bare carriage returns, which XML turns into line feeds.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import BlankNode, NamedNode, Triple

from kg.errors import NotFoundError
from kg.rdf import vocab
from kg.rdf.nodes import Lists, Subject, Term, by_subject, take_lists

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_END = "  </rdf:Description>"
_RDF = vocab.PREFIXES["rdf"]
# The ASCII part of NCName: enough for every vocabulary in use.
_ELEMENT = re.compile(r"(?P<namespace>.*[^A-Za-z0-9_.-])[0-9.-]*(?P<local>[A-Za-z_][A-Za-z0-9_.-]*)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Names that RDF/XML keeps for itself and forbids as properties.
_RESERVED = frozenset(
    _RDF + name
    for name in ("RDF", "Description", "ID", "about", "bagID", "parseType", "resource", "nodeID", "datatype", "li")
) | {_RDF + "aboutEach", _RDF + "aboutEachPrefix"}


def write(triples: Iterable[Triple], notes: Iterable[str] = ()) -> bytes:
    """Return the triples as RDF/XML, with ``notes`` as comments at the top.

    Raises NotFoundError when a term has no form in RDF/XML.
    """
    nodes = by_subject(triples)
    lists = take_lists(nodes)
    used: dict[str, str] = {_RDF: "rdf"}
    body: list[str] = []
    for subject, predicates in nodes.items():
        body += [f"  <rdf:Description {_subject(subject)}>", *_properties(predicates, used, lists), _END]
    comments = [f"<!-- {escape(note.replace('--', '- -'))} -->" for note in notes]
    head = [_XML, *comments, "<rdf:RDF " + "\n    ".join(_namespaces(used)) + ">"]
    return "\n".join([*head, *body, "</rdf:RDF>", ""]).encode()


def write_all(triples: Iterable[Triple], out: BinaryIO) -> None:
    """Write a graph of any size, best sorted by subject, while reading; RDF lists are written cell by cell.

    Raises NotFoundError when a term has no form in RDF/XML.
    """
    known = {namespace: prefix for prefix, namespace in vocab.PREFIXES.items()}
    out.write("\n".join([_XML, "<rdf:RDF " + "\n    ".join(_namespaces(known)) + ">", ""]).encode())
    for subject, group in groupby(triples, key=lambda triple: triple.subject):
        used = dict(known)
        (predicates,) = by_subject(group).values()
        properties = list(_properties(predicates, used, {}))
        begin = " ".join(["  <rdf:Description", _subject(subject), *_namespaces(used)[len(known) :]])
        out.write("\n".join([f"{begin}>", *properties, _END, ""]).encode())
    out.write(b"</rdf:RDF>\n")


def _properties(predicates: dict[NamedNode, list[Term]], used: dict[str, str], lists: Lists) -> Iterator[str]:
    for predicate, objects in predicates.items():
        element = _element(predicate, used)
        yield from ("    " + _property(element, node, lists) for node in objects)


def _namespaces(used: dict[str, str]) -> list[str]:
    return [f"xmlns:{prefix}={quoteattr(namespace)}" for namespace, prefix in used.items()]


def _subject(node: Subject) -> str:
    if isinstance(node, NamedNode):
        return f"rdf:about={_attribute(node.value)}"
    if isinstance(node, BlankNode):
        return f"rdf:nodeID={_node_id(node)}"
    raise _no_form("a triple term")


def _property(element: str, node: Term, lists: Lists) -> str:
    if isinstance(node, NamedNode):
        return f"<{element} rdf:resource={_attribute(node.value)}/>"
    if isinstance(node, BlankNode):
        items = lists.get(node)
        if items is None:
            return f"<{element} rdf:nodeID={_node_id(node)}/>"
        if not all(isinstance(item, NamedNode) for item in items):
            return f"<{element}>{_cells(items, lists)}</{element}>"
        members = "".join(f"<rdf:Description {_subject(item)}/>" for item in items if isinstance(item, NamedNode))
        return f'<{element} rdf:parseType="Collection">{members}</{element}>'
    if isinstance(node, Triple) or node.direction is not None:
        raise _no_form(f"the term {node}")
    text = escape(_legal(node.value), {"\r": "&#13;"})
    if node.language is not None:
        return f"<{element} xml:lang={quoteattr(node.language)}>{text}</{element}>"
    if node.datatype == vocab.XSD_STRING:
        return f"<{element}>{text}</{element}>"
    return f"<{element} rdf:datatype={_attribute(node.datatype.value)}>{text}</{element}>"


def _cells(items: list[Term], lists: Lists) -> str:
    """Write a list that holds more than IRIs cell by cell: a Collection cannot contain literals."""
    text = ""
    for n, item in enumerate(reversed(items)):
        first = _property("rdf:first", item, lists)
        rest = f"<rdf:rest>{text}</rdf:rest>" if n else f'<rdf:rest rdf:resource="{_RDF}nil"/>'
        text = f"<rdf:Description>{first}{rest}</rdf:Description>"
    return text


def _element(predicate: NamedNode, used: dict[str, str]) -> str:
    match = _ELEMENT.fullmatch(_legal(predicate.value))
    if match is None or predicate.value in _RESERVED:
        raise _no_form(f"the property <{predicate.value}>")
    namespace, local = predicate.value[: match.start("local")], match["local"]
    if namespace not in used:
        known = {namespace: prefix for prefix, namespace in vocab.PREFIXES.items()}
        used[namespace] = known.get(namespace, f"ns{len(used)}")
    return f"{used[namespace]}:{local}"


def _node_id(node: BlankNode) -> str:
    # A label may begin with a digit, an XML name may not.
    return _attribute("b" + re.sub(r"[^A-Za-z0-9]", lambda match: f"_{ord(match[0]):x}_", node.value))


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    found = _NOT_XML.search(text)
    if found is not None:
        raise _no_form(f"the character U+{ord(found[0]):04X}")
    return text


def _no_form(what: str) -> NotFoundError:
    return NotFoundError(f"there is no RDF/XML form of {what}", advice="ask for Turtle, N-Triples or JSON-LD instead")

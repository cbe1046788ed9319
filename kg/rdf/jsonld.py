"""Write triples as JSON-LD in our own context: flat for bulk, framed for one thing.

Knows ``ontology/context.jsonld`` and the frames beside it, and reads nothing else: a document carries its context in
itself, and a remote context is refused (``refuse_remote``), because fetching one would let a document choose what this
machine connects to.

Compacting and framing are our own and linear: the context is fixed, so there is nothing to select. (pyld, with which
the tests compare, takes 12 seconds for a profile of 1,500 works.) Nothing is dropped: what a frame does not reach
stands in ``@included``, and a term that JSON-LD cannot carry is refused with InputError.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn, TypeAlias

import orjson
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg import assets
from kg.errors import InputError
from kg.rdf import vocab
from kg.rdf.description import Description
from kg.rdf.nodes import Lists, Nodes, Subject, Term, by_subject, take_lists

JsonObject: TypeAlias = dict[str, Any]

_SAFE_INTEGER = 2**53
_DEPTH = 32
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")


@dataclass(frozen=True)
class ContextTerm:
    """One term of the context: its name, the datatype or ``@id`` or ``@vocab`` it implies, and its container."""

    name: str
    type: str | None
    container: str | None


class Context:
    """The fixed context, turned round: from IRIs to the names it gives them."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.prefixes = {
            name: value for name, value in definitions.items() if isinstance(value, str) and value[-1:] in "#/"
        }
        self.names: dict[str, str] = {}
        self.properties: dict[str, ContextTerm] = {}
        self.reverse: dict[str, str] = {}
        for name, value in definitions.items():
            if name.startswith("@") or value is None or name in self.prefixes:
                continue
            entry = {"@id": value} if isinstance(value, str) else value
            if "@reverse" in entry:
                self.reverse[self.expand(entry["@reverse"])] = name
                continue
            iri = self.expand(entry["@id"])
            kind = entry.get("@type")
            kind = self.expand(kind) if kind is not None and not kind.startswith("@") else kind
            self.names[iri] = name
            self.properties[iri] = ContextTerm(name, kind, entry.get("@container"))
        self._compacted: dict[str, str] = {}

    def expand(self, text: str) -> str:
        """Return the IRI of a text of the context itself; texts without a known prefix are returned as they are."""
        prefix, _, local = text.partition(":")
        return self.prefixes[prefix] + local if prefix in self.prefixes and not local.startswith("//") else text

    def name(self, iri: str) -> str:
        """Return the shortest text that expands to ``iri`` where a term may stand."""
        text = self._compacted.get(iri)
        if text is None:
            text = self._compacted[iri] = self.names.get(iri) or self.prefixed(iri)
        return text

    def prefixed(self, iri: str) -> str:
        """Return ``prefix:local``, which no rule of a term touches, or the IRI itself."""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and iri != namespace and not iri.startswith("//", len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        return self.whole(iri)

    def whole(self, iri: str) -> str:
        """Return the IRI itself. Raises InputError when a reader would take its scheme for one of the prefixes."""
        scheme, _, rest = iri.partition(":")
        if scheme in self.prefixes and not rest.startswith("//"):
            raise InputError(
                f"the IRI <{iri}> cannot be written in JSON-LD, where {scheme!r} is a prefix",
                advice="ask for Turtle or N-Triples",
            )
        return iri


def context() -> JsonObject:
    """Return the context, a new copy each time: what stands under ``@context`` in every document."""
    definitions: JsonObject = json.loads(assets.text("ontology", "context.jsonld"))["@context"]
    return definitions


@cache
def _context() -> Context:
    return Context(context())


def compact(triples: Iterable[Triple]) -> JsonObject:
    """Return the triples as one flat document, ``{"@context": …, "@graph": [node, …]}``, in their order."""
    nodes = by_subject(triples)
    writer = _Writer(nodes, take_lists(nodes))
    return {"@context": context(), "@graph": [writer.node(subject) for subject in nodes]}


def compact_quads(quads: Iterable[Quad]) -> Iterator[JsonObject]:
    """Give the elements of ``@graph`` for a whole dataset, while reading it.

    One node for each run of quads with the same subject and graph; for a named graph, that node within its graph.
    Sorted quads give the fewest elements, but any order gives the same dataset. Lists stay chains of cells.
    """
    run: dict[NamedNode | BlankNode | DefaultGraph, list[Triple]] = {}
    subject: Subject | None = None
    for quad in quads:
        if quad.subject != subject:
            yield from _run_elements(run)
            run, subject = {}, quad.subject
        run.setdefault(quad.graph_name, []).append(quad.triple)
    yield from _run_elements(run)


def _run_elements(run: dict[NamedNode | BlankNode | DefaultGraph, list[Triple]]) -> Iterator[JsonObject]:
    for graph, triples in run.items():
        nodes = by_subject(triples)
        writer = _Writer(nodes, {})
        elements = [writer.node(subject) for subject in nodes]
        if isinstance(graph, DefaultGraph):
            yield from elements
        else:
            yield {"@id": writer.reference(graph), "@graph": elements}


def framed(description: Description) -> JsonObject:
    """Return the description as one tree that begins with the thing.

    Each described node stands where it is met first and is ``{"@id": …}`` everywhere else; what points to the thing
    stands under ``observation`` or ``@reverse``, as the frame of its kind says; the rest under ``@included``. The
    order of authors and works is that of the description. A cut is told in ``limit``, which carries no RDF.
    """
    nodes = by_subject(description.triples)
    frame = json.loads(assets.text("ontology", f"frame-{_frame_name(nodes.get(description.iri, {}))}.jsonld"))
    document: JsonObject = {"@context": context()}
    if description.cut:
        document["limit"] = "; ".join(map(str, description.cut))
    return document | _Framer(nodes, take_lists(nodes), frame).tree(description.iri)


def _frame_name(predicates: Mapping[NamedNode, list[Term]]) -> str:
    types = predicates.get(vocab.RDF_TYPE, [])
    if vocab.SCHOLARLY_ARTICLE in types:
        return "work"
    return "profile" if vocab.PERSON in types or vocab.KG_GROUP in types else "thing"


def dumps(document: JsonObject) -> bytes:
    """Return a document as indented JSON in UTF-8."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


_SCRIPT_ESCAPES = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"},
)


def for_script(document: JsonObject) -> str:
    """Return a document as JSON that may stand in ``<script type="application/ld+json">`` and means the same there.

    ``<``, ``>``, ``&`` and the two line separators are written as JSON escapes, so no text can end the element.
    """
    return orjson.dumps(document).decode().translate(_SCRIPT_ESCAPES)


def refuse_remote(url: str, options: object = None) -> NoReturn:
    """Stand in for pyld's document loader: refuse every remote context. Always raises InputError."""
    raise InputError(
        f"the document asks for the remote context {url!r}, and remote contexts are never fetched",
        advice="put the context into the document",
    )


def expand(document: Any) -> list[JsonObject]:
    """Expand a JSON-LD document of any context that it carries itself.

    Raises InputError when it is not JSON-LD or refers to anything outside itself.
    """
    from pyld import jsonld as pyld  # only readers of foreign documents need it

    try:
        expanded: list[JsonObject] = pyld.expand(document, {"documentLoader": refuse_remote})
    except pyld.JsonLdError as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, InputError):
            cause = getattr(cause, "cause", None) or cause.__cause__
        if isinstance(cause, InputError):
            raise cause from error
        raise InputError(f"the document is not JSON-LD: {error.args[0]}") from error
    return expanded


class _Writer:
    """Nodes as flat JSON objects."""

    def __init__(self, nodes: Nodes, lists: Lists) -> None:
        self.context = _context()
        self.nodes = nodes
        self.lists = lists

    def node(self, subject: Subject) -> JsonObject:
        """Return one node object with its properties in the given order."""
        written: JsonObject = {"@id": self.reference(subject)}
        for predicate, objects in self.nodes.get(subject, {}).items():
            self.put(written, predicate, objects)
        return written

    def put(self, written: JsonObject, predicate: NamedNode, objects: list[Term]) -> None:
        """Write one property into a node object, under the name and in the form the context gives it."""
        if predicate == vocab.RDF_TYPE:
            classes = [self.type_name(node) for node in objects if isinstance(node, NamedNode)]
            if classes:
                written["@type"] = classes if len(classes) > 1 else classes[0]
            objects = [node for node in objects if not isinstance(node, NamedNode)]
            if not objects:
                return
        term = self.context.properties.get(predicate.value)
        if term is not None and term.container == "@list":
            if len(objects) == 1 and isinstance(objects[0], BlankNode) and objects[0] in self.lists:
                written[term.name] = [self.plain(item, term) for item in self.lists[objects[0]]]
                return
            term = None  # a second list, or none at all: the term would make one list of them
        name = term.name if term is not None else self.context.prefixed(predicate.value)
        values = [self.value(node, term) for node in objects]
        single = len(values) == 1 and (term is None or term.container != "@set")
        written[name] = values[0] if single else values

    def type_name(self, node: NamedNode) -> str:
        return self.context.name(node.value)

    def reference(self, node: Subject) -> str:
        if isinstance(node, NamedNode):
            return self.context.whole(node.value)
        if isinstance(node, BlankNode):
            return str(node)
        raise _no_form("a triple term")

    def value(self, node: Term, term: ContextTerm | None) -> Any:
        """Return one object as a JSON value that expands to it under ``term``."""
        return self.plain(node, term)

    def plain(self, node: Term, term: ContextTerm | None) -> Any:
        """Return a literal, a list, or a reference to a node: never the node itself."""
        kind = term.type if term is not None else None
        if isinstance(node, Literal):
            return self.literal(node, kind)
        if isinstance(node, BlankNode) and node in self.lists:
            return {"@list": [self.plain(item, term) for item in self.lists[node]]}
        if kind == "@vocab" and isinstance(node, NamedNode):
            return self.context.name(node.value)
        reference = self.reference(node)
        return reference if kind == "@id" else {"@id": reference}

    def literal(self, literal: Literal, kind: str | None) -> Any:
        if literal.direction is not None:
            raise _no_form(f"the text with a direction {literal}")
        value, datatype = literal.value, literal.datatype
        if literal.language is not None:
            return {"@language": literal.language, "@value": value}
        if datatype.value == kind:
            return value
        if datatype == vocab.XSD_STRING:
            return value if kind is None else {"@value": value}
        if kind is None and datatype == vocab.XSD_BOOLEAN and value in ("true", "false"):
            return value == "true"
        if kind is None and datatype == vocab.XSD_INTEGER and _INTEGER.fullmatch(value):
            number = int(value) if len(value) < 17 else _SAFE_INTEGER
            if abs(number) < _SAFE_INTEGER:
                return number
        return {"@type": self.context.prefixed(datatype.value), "@value": value}


class _Framer(_Writer):
    """Nodes as one tree, each embedded once."""

    def __init__(self, nodes: Nodes, lists: Lists, frame: Mapping[str, Any]) -> None:
        super().__init__(nodes, lists)
        names = {term.name: iri for iri, term in self.context.properties.items()}
        # Links to the root under a name of their own, such as ``observation``, and under ``@reverse``.
        self.reversed = [(NamedNode(iri), name) for iri, name in self.context.reverse.items() if name in frame]
        self.pointing = [NamedNode(names[name]) for name in frame.get("@reverse", {})]
        self.met: set[Subject] = set()
        self.turned: set[tuple[Subject, NamedNode]] = set()  # subjects and predicates of links written backwards
        self.root: Subject | None = None
        self.depth = 0

    def tree(self, root: NamedNode) -> JsonObject:
        """Return the root's node object with all other nodes in it."""
        self.root = root
        self.met.add(root)
        links: dict[NamedNode, list[Subject]] = {}
        for subject, predicates in self.nodes.items():
            for predicate in (*(predicate for predicate, _ in self.reversed), *self.pointing):
                if subject != root and root in predicates.get(predicate, ()):
                    links.setdefault(predicate, []).append(subject)
        written = self.node(root)
        for predicate, name in self.reversed:
            embedded = self._turn(predicate, links)
            if embedded:
                written[name] = embedded
        backwards = {self.context.properties[p.value].name: self._turn(p, links) for p in self.pointing}
        backwards = {name: embedded for name, embedded in backwards.items() if embedded}
        if backwards:
            written["@reverse"] = backwards
        included = [self.embedded(subject) for subject in self.nodes if subject not in self.met]
        if included:
            written["@included"] = included
        return written

    def _turn(self, predicate: NamedNode, links: dict[NamedNode, list[Subject]]) -> list[JsonObject]:
        embedded = []
        for subject in links.get(predicate, ()):
            if subject not in self.met:
                self.turned.add((subject, predicate))
                embedded.append(self.embedded(subject))
        return embedded

    def embedded(self, subject: Subject) -> JsonObject:
        self.met.add(subject)
        self.depth += 1
        written = self.node(subject)
        self.depth -= 1
        return written

    def node(self, subject: Subject) -> JsonObject:
        written: JsonObject = {"@id": self.reference(subject)}
        for predicate, objects in self.nodes.get(subject, {}).items():
            rest = objects
            if (subject, predicate) in self.turned:
                rest = [node for node in objects if node != self.root]
            if rest:
                self.put(written, predicate, rest)
        return written

    def value(self, node: Term, term: ContextTerm | None) -> Any:
        if isinstance(node, Literal) or node not in self.nodes or (term is not None and term.type == "@vocab"):
            return self.plain(node, term)
        if node in self.met or self.depth >= _DEPTH or isinstance(node, Triple):
            return {"@id": self.reference(node)}
        return self.embedded(node)


def _no_form(what: str) -> InputError:
    return InputError(f"there is no JSON-LD form of {what}", advice="ask for Turtle or N-Triples instead")

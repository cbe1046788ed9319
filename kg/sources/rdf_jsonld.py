"""Read JSON-LD into graphs: one graph a document, or one for all nodes of a file that share a context.

Knows the contexts that scholarly JSON-LD names by address, and puts a small table of its own in their place: remote
contexts are never fetched. Expansion is Oxigraph's business. Does not know what the statements mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import orjson
from pyoxigraph import DefaultGraph, RdfFormat, parse

from kg.errors import InputError
from kg.sources.formats import Piece
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces
from kg.sources.rdf_graph import Graph
from kg.sources.rdf_syntax import OWN, base_of
from kg.sources.rdf_vocab import NAMESPACES

DEPTH_LIMIT: Final = 100
"""Levels of nesting; what Oxigraph needs for a document grows with the square of its depth."""

BATCH: Final = 2000
"""Nodes that are expanded at a time."""

SCHEMA_ORG: Final[dict[str, Any]] = {"@vocab": NAMESPACES["schema"], "id": "@id", "type": "@type"} | {
    prefix: NAMESPACES[prefix] for prefix in ("schema", "rdf", "rdfs", "dcterms", "foaf", "skos", "owl", "bibo")
}
"""What schema.org's own context says that matters here: its vocabulary and its names for keywords.

Strings stay strings, also where schema.org takes them for addresses: what is an address is found by its form.
"""

_KNOWN_CONTEXTS: Final = (
    (re.compile(r"https?://(?:www\.)?schema\.org/?(?:docs/jsonldcontext\.json(?:ld)?|#)?"), SCHEMA_ORG),
    (re.compile(r"https?://w3id\.org/ro/(?:crate|terms)/[\w./-]+"), SCHEMA_ORG),
    (re.compile(r"https?://xmlns\.com/foaf/(?:0\.1/)?(?:context|index\.jsonld)?"), {"@vocab": NAMESPACES["foaf"]}),
)
_WROTE: Final = re.compile(r"(?:.*[:/#])?(?:author|creator|maker)")
_MADE: Final = NAMESPACES["foaf"] + "made"
_SHOWN: Final = 200


def documents(opened: Opened) -> Iterator[tuple[Graph, Piece] | Piece]:
    """Yield graphs with the piece of the file that each was made of, and damaged pieces.

    A list of documents with contexts of their own (and one document a line) gives a graph each; nodes that share a
    context, of the file or none, are one graph. Raises InputError for what is not JSON.
    """
    shared = _shared_context(opened)
    own = OWN in opened.head
    base = base_of(opened)
    common = Graph(own=own, base=base)
    batch: list[Any] = []
    first: Piece | None = None
    for piece in json_pieces(opened, "/@graph", pages=False):
        if isinstance(piece.value, InputError):
            yield piece
            continue
        try:
            value = _sound(piece.value)
            if isinstance(value, dict) and "@context" in value:
                graph = Graph(own=own, base=base)
                _expand(graph, value, base)
                graph.finish()
                yield graph, piece
                continue
        except InputError as error:
            yield Piece(error, piece.line, piece.last_line, piece.item, piece.raw)
            continue
        first = first or piece
        batch.append(value)
        if len(batch) == BATCH:
            yield from _expanded(common, batch, shared, base, first)
            batch = []
    if batch and first:
        yield from _expanded(common, batch, shared, base, first)
    if first:
        common.finish()
        yield common, Piece(None, first.line, 0, "", opened.whole)


def with_known_contexts(data: bytes) -> bytes:
    """Return a document with known contexts in the place of their addresses.

    Raises InputError for what is not JSON, and for a context that is not known.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is not JSON: {error}", advice="repair the document") from error
    return json.dumps(_sound(document), ensure_ascii=False).encode("utf-8", "replace")


def _expanded(graph: Graph, batch: list[Any], context: Any, base: str, first: Piece) -> Iterator[Piece]:
    """Expand nodes together; where one of them is damaged, each by itself, and yield the damaged ones."""
    try:
        _expand(graph, {"@context": context, "@graph": batch}, base)
    except InputError as error:
        if len(batch) == 1:
            raw = json.dumps(batch[0], ensure_ascii=False).encode("utf-8", "surrogatepass")
            yield Piece(error, first.line, 0, "", raw.__bytes__)
            return
        half = len(batch) // 2
        yield from _expanded(graph, batch[:half], context, base, first)
        yield from _expanded(graph, batch[half:], context, base, first)


def _expand(graph: Graph, document: Any, base: str) -> None:
    """Add the statements of a document to a graph; of an own export, those of its default graph.

    Raises InputError for what is not JSON-LD.
    """
    try:
        data = orjson.dumps(document)
    except TypeError as error:  # lone surrogates, integers beyond 64 bits
        data = json.dumps(document).encode()
        if b"\\ud8" in data or b"\\udc" in data:
            raise InputError("the document holds bytes or characters that are not Unicode text") from error
    try:
        quads = list(parse(data, format=RdfFormat.JSON_LD, base_iri=base, lenient=True))
    except (SyntaxError, ValueError, MemoryError) as error:
        raise InputError(f"not JSON-LD: {error}", advice="check it with a JSON-LD validator") from error
    for quad in quads:
        if not graph.own or isinstance(quad.graph_name, DefaultGraph):
            graph.add(quad)


def _shared_context(opened: Opened) -> Any:
    """Return the context that a file states once for its ``@graph``; an empty one where it does not.

    Raises InputError for a context that is not known.
    """
    head = opened.head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()
    start = re.match(r'\{\s*"@context"\s*:\s*', head)
    if not start:
        return _context_beside_graph(opened)
    try:
        found, _ = json.JSONDecoder().raw_decode(head, start.end())
    except (ValueError, RecursionError):
        return _context_beside_graph(opened)
    return _sound({"@context": found})["@context"]


def _context_beside_graph(opened: Opened) -> Any:
    """Return the context of a document that does not begin with it; only where it can be held as a whole."""
    if b'"@graph"' not in opened.head or b'"@context"' not in opened.head:
        return {}
    try:
        document = json.loads(opened.whole())
    except (ValueError, RecursionError, InputError):
        return {}
    return _sound({"@context": document.get("@context", {})})["@context"] if isinstance(document, dict) else {}


def _sound(value: Any, depth: int = 0) -> Any:
    """Return a document with known contexts in the place of their addresses.

    Raises InputError for a context that is not known, and for nesting beyond use.
    """
    if depth > DEPTH_LIMIT:
        raise InputError(f"the document is nested deeper than {DEPTH_LIMIT} levels", advice="no known source nests so")
    if isinstance(value, dict):
        return {
            key: _context(inner, depth + 1) if key == "@context" else _sound(inner, depth + 1)
            for key, inner in _forwards(value).items()
        }
    if isinstance(value, list):
        return [_sound(inner, depth + 1) for inner in value]
    return value


def _forwards(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object, or the definition of a term, that says of works written "made" and not "is author of" reversed.

    Expanded, the latter could not be told from the author line that a work states itself.
    """
    if isinstance(backwards := value.get("@reverse"), str) and _WROTE.fullmatch(backwards):
        return {"@id": _MADE, **{key: inner for key, inner in value.items() if key != "@reverse"}}
    if not isinstance(backwards, dict) or not any(map(_WROTE.fullmatch, backwards)):
        return value
    made = [value[_MADE]] if _MADE in value else []
    for name in filter(_WROTE.fullmatch, backwards):
        works = backwards[name] if isinstance(backwards[name], list) else [backwards[name]]
        made += [{"@id": work} if isinstance(work, str) else work for work in works]
    return {**value, "@reverse": {k: v for k, v in backwards.items() if not _WROTE.fullmatch(k)}, _MADE: made}


def _context(context: Any, depth: int) -> Any:
    if isinstance(context, str):
        for pattern, known in _KNOWN_CONTEXTS:
            if pattern.fullmatch(context):
                return known
        raise InputError(
            f"the JSON-LD context {context[:_SHOWN]!r} is not known, and contexts are never fetched",
            where="@context",
            advice="put the context itself into the document",
        )
    if isinstance(context, list):
        return [_context(inner, depth + 1) for inner in context]
    if isinstance(context, dict) and "@import" in context:
        return _context(context["@import"], depth + 1)
    return _sound(context, depth)

"""Take things out of a release: one thing, one kind, or everything, in any format.

Knows how a reader names a thing (IRI, kind and id, printed name) and which writer serves which amount. The formats
themselves live in ``kg.rdf.documents``.
"""

from __future__ import annotations

from typing import BinaryIO, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from kg.errors import NotFoundError
from kg.model.entities import KINDS
from kg.model.text import fold
from kg.rdf import vocab as v
from kg.rdf.describe import describe
from kg.rdf.documents import write, write_dataset
from kg.rdf.iris import Iris
from kg.rdf.redirects import replaced_by
from kg.search import Index
from kg.store.finished import Release
from kg.store.nquads import read_artefact

FORMATS: Final[dict[str, str]] = {
    "turtle": "ttl",
    "ntriples": "nt",
    "nquads": "nq",
    "trig": "trig",
    "rdfxml": "rdf",
    "jsonld": "jsonld",
}
"""Names of formats on the command line -> file extensions."""


def find_thing(store: Store, index: Index, iris: Iris, text: str, kind: str | None = None) -> NamedNode:
    """Return the IRI of the thing that a reader means: an IRI, ``kind/id``, an id with its kind, or a name.

    A name must be the thing's name or a printed form of it, apart from case and accents. Merged ids lead to the thing
    they were merged into. Raises NotFoundError, with the nearest names, when nothing or more than one thing fits.
    """
    candidates = [text, iris.base + text] + ([f"{iris.base}{kind}/{text}"] if kind else [])
    for candidate in candidates:
        if iris.parse(candidate):
            node = NamedNode(candidate)
            node = replaced_by(store, node) or node
            if next(store.quads_for_pattern(node, v.RDF_TYPE, None, DefaultGraph()), None):
                return node
    named = {
        quad.subject.value
        for predicate in (v.NAME, v.ALTERNATE_NAME)
        for quad in store.quads_for_pattern(None, predicate, Literal(text), DefaultGraph())
        if isinstance(quad.subject, NamedNode)
        and (found := iris.parse(quad.subject.value))
        and kind in (None, found[0])
    }
    hits = index.search(text, kind, 20)
    named = named or {hit.iri for hit in hits if fold(hit.label) == fold(text)}
    if len(named) == 1:
        return NamedNode(named.pop())
    what = kind or "thing"
    if named:
        raise NotFoundError(
            f"{len(named)} things are called {text!r}", advice=f"give one of {', '.join(sorted(named))}"
        )
    near = "; ".join(f"{hit.label} ({hit.kind})" for hit in hits[:5])
    advice = f"the nearest names are: {near}" if near else "search with `kg query`, or give the IRI"
    raise NotFoundError(f"no {what} is called {text!r}", advice=advice)


def export_thing(store: Store, iri: NamedNode, extension: str) -> bytes:
    """Return the document of one thing. Raises NotFoundError when the graph does not know it."""
    description = describe(store, iri)
    if description is None:
        raise NotFoundError(f"the graph knows no {iri.value}")
    return write(description, extension)


def export_kind(release: Release, kind: str, extension: str, out: BinaryIO) -> None:
    """Write all things of a kind with their parts, from the merged view. Raises NotFoundError for an unknown kind."""
    if kind not in KINDS:
        raise NotFoundError(f"there is no kind {kind!r}", advice=f"the kinds are {', '.join(KINDS)}")
    base = f"{release.manifest['base_iri']}{kind}/"
    quads = (
        quad
        for quad in read_artefact(release.artefact_path)
        if isinstance(quad.graph_name, DefaultGraph)
        and isinstance(quad.subject, NamedNode)
        and quad.subject.value.startswith(base)
    )
    write_dataset(quads, extension, out)


def export_everything(release: Release, extension: str, out: BinaryIO) -> None:
    """Write the whole release: the merged view in the triple formats, all graphs in the quad formats."""
    write_dataset(release.artefact_path, extension, out)

"""Which documents there are of a thing, and of a whole dataset.

Knows the formats by file extension, with their media types and writers. Every writer gets the same triples: a
document in one format is the same graph as in any other (tests compare all of them for all kinds of things). Does not
know HTML, negotiation, or where descriptions come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

import orjson
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, parse, serialize

from kg.errors import NotFoundError
from kg.rdf import jsonld, rdfxml, turtle, vocab
from kg.rdf.description import Description

Quads: TypeAlias = Path | Iterable[Quad]
"""A dataset: a file of N-Quads (``Artefact.path``), best sorted, or the quads themselves."""


@dataclass(frozen=True)
class DocumentFormat:
    """One way to write a thing down: how its files end, its media type, and the function that writes it."""

    extension: str
    name: str
    media_type: str
    write: Callable[[Description], bytes]


def _turtle(description: Description) -> bytes:
    return turtle.write(description.triples, _notes(description))


def _rdfxml(description: Description) -> bytes:
    return rdfxml.write(description.triples, _notes(description))


def _jsonld(description: Description) -> bytes:
    return jsonld.dumps(jsonld.framed(description))


def _nquads(description: Description) -> bytes:
    # Comments are legal in N-Triples and N-Quads, and a cut must be told in the document itself.
    notes = "".join(f"# {note}\n" for note in _notes(description))
    return notes.encode() + (serialize(description.triples, format=RdfFormat.N_TRIPLES) or b"")


FORMATS: dict[str, DocumentFormat] = {
    form.extension: form
    for form in (
        DocumentFormat("ttl", "Turtle", "text/turtle; charset=utf-8", _turtle),
        DocumentFormat("jsonld", "JSON-LD", "application/ld+json", _jsonld),
        DocumentFormat("nt", "N-Triples", "application/n-triples", _nquads),
        DocumentFormat("nq", "N-Quads", "application/n-quads", _nquads),
        DocumentFormat("trig", "TriG", "application/trig", _turtle),
        DocumentFormat("rdf", "RDF/XML", "application/rdf+xml", _rdfxml),
    )
}
"""The documents of one thing, by file extension. All carry the merged view, so N-Quads and TriG name no graph."""


def write(description: Description, extension: str) -> bytes:
    """Write the description of one thing as ``ttl``, ``jsonld``, ``nt``, ``nq``, ``trig`` or ``rdf``.

    Raises NotFoundError for another extension, or when the format has no form for one of the terms (RDF/XML), and
    InputError in the same case for JSON-LD.
    """
    form = FORMATS.get(extension)
    if form is None:
        raise NotFoundError(f"there is no format {extension!r}", advice=f"ask for one of {', '.join(FORMATS)}")
    return form.write(description)


def _notes(description: Description) -> list[str]:
    return [" ".join(str(limit).split()) for limit in description.cut]


DATASET_FORMATS: tuple[str, ...] = ("ttl", "jsonld", "nt", "nq", "trig", "rdf")
"""The extensions that ``write_dataset`` knows: ``ttl``, ``nt``, ``rdf`` hold the merged view, the others all graphs."""


def write_dataset(source: Quads, extension: str, out: BinaryIO) -> None:
    """Write many things, or everything, while reading: memory does not grow with the dataset.

    Turtle, N-Triples and RDF/XML hold one graph, which is the merged view; TriG, N-Quads and JSON-LD hold all graphs.
    JSON-LD is flat and compact, one element of ``@graph`` on each line.

    Raises NotFoundError for an extension that is not in DATASET_FORMATS, or when a term has no form in RDF/XML.
    """
    quads = parse(path=source, format=RdfFormat.N_QUADS) if isinstance(source, Path) else iter(source)
    prefixes = vocab.PREFIXES
    if extension == "ttl":
        serialize(_merged(quads), out, format=RdfFormat.TURTLE, prefixes=prefixes)
    elif extension == "nt":
        serialize(_merged(quads), out, format=RdfFormat.N_TRIPLES)
    elif extension == "trig":
        serialize(quads, out, format=RdfFormat.TRIG, prefixes=prefixes)
    elif extension == "nq":
        serialize(quads, out, format=RdfFormat.N_QUADS)
    elif extension == "rdf":
        rdfxml.write_all(_merged(quads), out)
    elif extension == "jsonld":
        _write_jsonld(quads, out)
    else:
        raise NotFoundError(
            f"there is no format {extension!r} for a dataset", advice=f"ask for one of {', '.join(DATASET_FORMATS)}"
        )


def _merged(quads: Iterable[Quad]) -> Iterator[Triple]:
    return (quad.triple for quad in quads if isinstance(quad.graph_name, DefaultGraph))


def _write_jsonld(quads: Iterable[Quad], out: BinaryIO) -> None:
    out.write(b'{"@context":' + orjson.dumps(jsonld.context()) + b',"@graph":[')
    lead = b"\n"
    for element in jsonld.compact_quads(quads):
        out.write(lead + orjson.dumps(element))
        lead = b",\n"
    out.write(b"\n]}\n")

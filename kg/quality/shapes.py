"""Shapes as this package uses them: read, checked once, with the words a curator is given.

Knows the shipped folder ``shapes/`` and SHACL's own vocabulary. Knows nothing of data and runs no check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from kg import assets
from kg.errors import ShapesError
from kg.quality.paths import path_text
from kg.rdf.vocab import PREFIXES

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

SH = PREFIXES["sh"]
RDFS = PREFIXES["rdfs"]
RDF = PREFIXES["rdf"]
KG = PREFIXES["kg"]


@dataclass(frozen=True)
class ShapeInfo:
    """The words and the place of one shape. ``target`` is a class or other target of the shape or of its parent."""

    shape: str
    label: str
    message: str
    why: str
    repair: str
    severity: str
    path: str
    target: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Shapes:
    """A set of shapes that can be read and run. Two of the same text are the same object."""

    text: str
    graph: Graph = field(repr=False, compare=False)
    infos: dict[str, ShapeInfo] = field(repr=False, compare=False)


def shipped() -> dict[str, str]:
    """Return the text of each shipped shapes file by its name."""
    return {name: assets.text("shapes", name) for name in assets.names("shapes", ".ttl")}


@lru_cache(maxsize=1)
def shipped_shapes() -> Shapes:
    """Read the shipped shapes. They are held to the rules of SHACL by tests, so that no time is lost here."""
    return _read(shipped())


@lru_cache(maxsize=8)
def parse_shapes(text: str) -> Shapes:
    """Read shapes from Turtle and hold them to SHACL's own shapes for shapes, once per text.

    Raises ShapesError with the line where Turtle is broken, or with what is wrong with a shape.
    """
    shapes = _read({"shapes": text})
    from kg.quality.pyshacl_engine import check_shapes

    check_shapes(shapes)
    return shapes


def _read(texts: dict[str, str]) -> Shapes:
    from rdflib import Graph
    from rdflib.exceptions import ParserError
    from rdflib.plugins.parsers.notation3 import BadSyntax

    graph = Graph(bind_namespaces="none")
    for name, text in texts.items():
        try:
            graph.parse(data=text, format="turtle")
        except BadSyntax as error:
            # rdflib counts lines from 0 while reading and from 1 when it speaks.
            raise ShapesError(
                f"this is not Turtle: {error._why}",
                where=f"{name}, line {error.lines + 1}",
                advice="shapes are read as Turtle",
            ) from error
        except (ParserError, ValueError) as error:
            raise ShapesError(f"this is not Turtle: {error}", where=name, advice="shapes are read as Turtle") from error
    return Shapes(text="\n".join(texts.values()), graph=graph, infos=_infos(graph))


def _infos(graph: Graph) -> dict[str, ShapeInfo]:
    from rdflib import URIRef

    def words(node: Node, iri: str) -> str:
        return " ".join(sorted(str(value) for value in graph.objects(node, URIRef(iri))))

    targets = [URIRef(SH + name) for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")]
    nodes: set[Node] = set(graph.subjects(URIRef(RDF + "type"), URIRef(SH + "NodeShape")))
    nodes |= set(graph.subjects(URIRef(RDF + "type"), URIRef(SH + "PropertyShape")))
    nodes |= set(graph.objects(None, URIRef(SH + "property")))
    for target in targets:
        nodes |= set(graph.subjects(target))
    infos: dict[str, ShapeInfo] = {}
    for node in nodes:
        parents = tuple(sorted(graph.subjects(URIRef(SH + "property"), node), key=str))
        aims = sorted({str(value) for aim in targets for one in (node, *parents) for value in graph.objects(one, aim)})
        path = graph.value(node, URIRef(SH + "path"))
        iri = shape_name(graph, node)
        infos[iri] = ShapeInfo(
            shape=iri,
            label=words(node, RDFS + "label") or words(node, SH + "name"),
            message=words(node, SH + "message"),
            why=words(node, RDFS + "comment") or words(node, SH + "description"),
            repair=words(node, KG + "repair"),
            severity=(words(node, SH + "severity") or SH + "Violation").removeprefix(SH),
            path=path_text(graph, path) if path is not None else "",
            target=" ".join(aims),
            parents=tuple(shape_name(graph, parent) for parent in parents),
        )
    return infos


def shape_name(graph: Graph, node: Node) -> str:
    """Name a shape: its IRI, or for one without an IRI its parent's name and its path, which survive a new reading."""
    from rdflib import BNode, URIRef

    if not isinstance(node, BNode):
        return str(node)
    path = graph.value(node, URIRef(SH + "path"))
    way = path_text(graph, path) if path is not None else "(inner shape)"
    parent = next(iter(sorted(graph.subjects(URIRef(SH + "property"), node), key=str)), None)
    if parent is None:
        return f"_:{way}"
    if isinstance(parent, BNode):
        return f"_:(inner shape) {way}"
    return f"_:{parent} {way}"

"""Shapes as this package uses them: read, checked once, with the words a curator is given.

Knows the shipped folder ``shapes/`` and its profiles. Knows nothing of data and runs no check.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg import assets
from kg.errors import NotFoundError, ShapesError
from kg.quality.shacl.model import SH, Node, Shape
from kg.quality.shacl.paths import path_text
from kg.quality.shacl.processor import Processor
from kg.quality.shacl.reading import ShapesGraph
from kg.quality.shacl.words import shorten
from kg.rdf import vocab

SHAPES_IRI: Final = "https://w3id.org/kg/shapes#"
"""Namespace of the shipped shapes."""
_WORDS: Final = {
    "label": (vocab.RDFS_LABEL, NamedNode(SH + "name")),
    "why": (vocab.RDFS_COMMENT, NamedNode(SH + "description")),
}


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
    """A set of shapes that can be run. Two of the same text are the same object."""

    text: str
    processor: Processor = field(repr=False, compare=False)
    infos: Mapping[str, ShapeInfo] = field(repr=False, compare=False)

    @property
    def digest(self) -> str:
        """Which shapes these are: 16 hex digits of the SHA-256 of their text."""
        return sha256(self.text.encode()).hexdigest()[:16]


PROFILES: Final = ("core", "google", "bioschemas")
"""Sets of shapes that ship with the package: our own rules, and those of two readers of structured data."""
_PROFILE: Final = "profile-"


def shipped(profile: str = "core") -> dict[str, str]:
    """Return the text of each shapes file of a profile by its name. Raises NotFoundError for another profile."""
    if profile not in PROFILES:
        raise NotFoundError(f"there is no profile {profile!r}", advice=f"use one of {', '.join(PROFILES)}")
    names = [name for name in assets.names("shapes", ".ttl") if not name.startswith(_PROFILE)]
    if profile != "core":
        names = [f"{_PROFILE}{profile}.ttl"]
    return {name: assets.text("shapes", name) for name in names}


@lru_cache(maxsize=len(PROFILES))
def shipped_shapes(profile: str = "core") -> Shapes:
    """Read the shapes of a profile. They are held to the rules of SHACL by tests, so that no time is lost here."""
    return _read(shipped(profile))


@lru_cache(maxsize=8)
def parse_shapes(text: str) -> Shapes:
    """Read shapes from Turtle and hold them to SHACL's own shapes for shapes, once per text.

    Raises ShapesError with the line where Turtle is broken, or with what is wrong with a shape.
    """
    shapes = read_shapes_text(text)
    shapes.processor.oracle.check_shapes()
    return shapes


def read_shapes_text(text: str) -> Shapes:
    """Read shapes from Turtle without holding them to SHACL's own shapes for shapes. Raises ShapesError."""
    return _read({"shapes": text})


def _read(texts: dict[str, str]) -> Shapes:
    triples: list[Triple] = []
    for name, text in texts.items():
        try:
            triples += (quad.triple for quad in parse(text, RdfFormat.TURTLE))
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            where = name if line is None else f"{name}, line {line}"
            raise ShapesError(
                f"this is not Turtle: {parsers_words(error)}", where=where, advice="shapes are read as Turtle"
            ) from error
    processor = Processor(tuple(triples))
    return Shapes("\n".join(texts.values()), processor, _infos(processor))


def parsers_words(error: Exception) -> str:
    """Return what the parser of RDF says is wrong, without the line, which is told beside it."""
    return re.sub(r"^Parser error at [^:]*: ", "", getattr(error, "msg", None) or str(error))


def _infos(processor: Processor) -> dict[str, ShapeInfo]:
    graph = ShapesGraph(processor.triples)
    names = processor.names
    parents: dict[Node, list[Node]] = {}
    for shape in processor.shapes.values():
        for constraint in shape.constraints:
            if constraint.component == "Property":
                parents.setdefault(constraint.shapes[0], []).append(shape.node)

    def words(node: Node, *properties: NamedNode) -> str:
        for one in properties:
            found = sorted(value.value for value in graph.values(node, one))
            if found:
                return " ".join(found)
        return ""

    infos = {}
    for node, shape in processor.shapes.items():
        above = sorted(parents.get(node, ()), key=str)
        aims = sorted({aim for one in (node, *above) for aim in _aims(processor.shapes[one])})
        infos[names[node]] = ShapeInfo(
            shape=names[node],
            label=words(node, *_WORDS["label"]) or _called(shape, [processor.shapes[one] for one in above]),
            message=" ".join(sorted(message.value for message in shape.messages)),
            why=words(node, *_WORDS["why"]),
            repair=words(node, vocab.KG_REPAIR),
            severity=shape.severity.value.removeprefix(SH),
            path="" if shape.path is None else path_text(shape.path),
            target=" ".join(aims),
            parents=tuple(names[one] for one in above),
        )
    return infos


def _called(shape: Shape, above: list[Shape]) -> str:
    """Return what a shape without a label is called: its property and whose it is, or its own name."""
    owner = next((one for one in (*above, shape) if isinstance(one.node, NamedNode)), None)
    name = re.split("[#/:]", owner.node.value)[-1] if owner else ""
    if shape.path is None or not above:
        return name if shape.targets else ""
    return f"{shorten(path_text(shape.path))} of {name}" if name else shorten(path_text(shape.path))


def _aims(shape: Shape) -> list[str]:
    targets = shape.targets
    return [str(one.value) for one in (*targets.classes, *targets.nodes, *targets.subjects_of, *targets.objects_of)]


def short(iri: str) -> str:
    """Shorten an IRI, or each IRI of a property path, by the known prefixes; leave anything else alone.

    >>> short("http://schema.org/name")
    'schema:name'
    """
    return shorten(iri.replace(f"<{SHAPES_IRI}", "<")).removeprefix(SHAPES_IRI)

"""Validate a store: run the shapes, and make a report of what they found.

Knows the order of the steps. Knows no processor's inside and no form of output.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from pyoxigraph import Store

from kg.quality import figures
from kg.quality.compose import LIMIT, Composer, things_of_sources
from kg.quality.copying import Copied, copied
from kg.quality.data import Graphs, View, size
from kg.quality.report import Report
from kg.quality.shacl.footprint import Needs
from kg.quality.shacl.processor import Level
from kg.quality.shacl.slices import StoreStatements
from kg.quality.shapes import Shapes, parse_shapes, shipped_shapes
from kg.rdf import vocab

DEFAULT_BASE = "http://localhost:8000/"


def validate(
    store: Store,
    shapes: str | Shapes | None = None,
    *,
    base_iri: str = DEFAULT_BASE,
    graphs: Graphs = "view",
    level: Level = "fast",
    limit: int = LIMIT,
    artefact: Path | None = None,
    scratch: Path | None = None,
) -> Report:
    """Validate a store against shapes; without any, against the shipped ones. Same store, same report.

    ``graphs`` says which statements are data: ``view`` (the default graph, and the records, unread lines and replaced
    ids of the other graphs), ``default``, ``all``, or the names of some graphs. Where more than the default graph is
    data, it is copied (`kg.quality.copying`); ``artefact``, the sorted N-Quads file of the same store, makes that
    faster, and lets a very large copy lie on disk: in ``scratch``, or where temporary files lie. ``level`` ``full``
    adds pySHACL's details to what was found. Of a shape ``limit`` findings are listed (0: all); all are counted.

    Raises ShapesError when the shapes cannot be read or run.
    """
    chosen = chosen_shapes(shapes)
    view = View(store, graphs)
    checked: AbstractContextManager[Copied]
    if view.is_default_graph():
        checked = nullcontext(Copied(store, size(store, graphs)))
    else:
        checked = copied(view, read_by(chosen), artefact, scratch)
    with checked as (data, statements):
        outcome = chosen.processor.check(data, level=level)
        composer = Composer(chosen, store, StoreStatements(data), base_iri, limit)
        return composer.compose(outcome, figures.measure(data, statements), things_of_sources(data), level)


def chosen_shapes(shapes: str | Shapes | None) -> Shapes:
    """Return shapes as given, read from Turtle, or the shipped ones. Raises ShapesError."""
    if shapes is None:
        return shipped_shapes()
    return parse_shapes(shapes) if isinstance(shapes, str) else shapes


def read_by(shapes: Shapes) -> Needs:
    """Return what shapes, figures and the scorecards of sources read."""
    return shapes.processor.needs.and_(Needs(figures.PREDICATES | {vocab.PROV_WAS_DERIVED_FROM}, links=False))

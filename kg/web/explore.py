"""``/explore``: the graph around things, as page (with a picture, where scripts run), JSON, Turtle and GraphML.

The address holds the whole state: ``about`` (things in the middle), ``kind``, ``since`` and ``until``, ``most``, and
``from`` and ``to`` for a path between two people. ``add`` takes a name or an id and is turned into one more ``about``.
Knows parameters and forms. What lies around a thing is found by `kg.web.neighbours`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

import orjson
from fastapi import APIRouter, Request
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kg.rdf import vocab
from kg.rdf.jsonld import for_script
from kg.web import answering, questions
from kg.web.links import KINDS, Links
from kg.web.neighbours import SHOWABLE, Shown, View, kinds_of, look_around, text
from kg.web.render import Site, site_of

router = APIRouter()

ABOUT: Final = 12
"""Things in the middle of one view."""
MOST: Final = (20, 60, 120, 200)
"""What a reader may choose as the number of neighbours of a kind."""
EXTENSIONS: Final = {"json": "application/json", "ttl": "text/turtle", "graphml": "application/graphml+xml"}
FORMS: Final = ("text/html", *EXTENSIONS.values())
_CONNECTING: Final = 2000
"""Works by which people are linked that the Turtle form holds."""
_LONGEST: Final = 500


@router.get("/explore", summary="The graph around things: co-authors, works, topics, and paths")
async def explore(request: Request) -> Response:
    """Show what lies around the things of the address."""
    form = answering.form_of(request, FORMS)
    return await _answer(request, form)


@router.get("/explore.{extension}", summary="What the explorer shows, as json, ttl or graphml")
async def explore_data(request: Request, extension: str) -> Response:
    """Give what is shown in one form."""
    if extension not in EXTENSIONS:
        raise HTTPException(404, f"a view is offered as {', '.join(EXTENSIONS)}, not as {extension[:40]!r}")
    return await _answer(request, EXTENSIONS[extension])


async def _answer(request: Request, form: str) -> Response:
    site = site_of(request)
    view, unknown, changed = await run_in_threadpool(_read, request, site)
    extension = next((f".{name}" for name, media in EXTENSIONS.items() if media == form), "")
    if changed and not unknown:
        return RedirectResponse(f"{site.links(request).root}{address(site, view, extension)}", 303, {"Vary": "Accept"})
    shown = await look_around(site, view)
    headers = {"Vary": "Accept"}
    if form == "application/json":
        return Response(orjson.dumps(document(site, view, shown)), headers=headers, media_type=form)
    if form == "text/turtle":
        return Response(await _turtle(site, shown), headers=headers, media_type=f"{form}; charset=utf-8")
    if form == "application/graphml+xml":
        return Response(graphml(shown), headers=headers, media_type=form)
    return _page(request, site, view, shown, unknown)


def _read(request: Request, site: Site) -> tuple[View, list[str], bool]:
    """Read the state from the address: the view, the names that nothing is called, and whether names were resolved."""
    given = request.query_params
    unknown: list[str] = []
    changed = False

    def resolve(value: str, kind: str | None = None) -> str:
        nonlocal changed
        value = value.strip()
        if len(value) > _LONGEST:
            raise HTTPException(400, f"a name or id may have {_LONGEST} characters")
        if not value or value.startswith(site.world.base_iri):
            return value
        first, slash, _ = value.partition("/")
        if slash and first in KINDS and " " not in value:
            return site.world.base_iri + value
        hits = site.world.index.search(value, kind, 1)
        if not hits:
            unknown.append(value)
            return ""
        # A thing from elsewhere is named by its whole IRI, which is as resolved as it can be.
        changed = changed or hits[0].iri != value
        return hits[0].iri

    about = [resolve(value) for value in given.getlist("about")]
    if given.get("add", "").strip():
        about.append(resolve(given["add"]))
        changed = True
    about = list(dict.fromkeys(filter(None, about)))
    if len(about) > ABOUT:
        raise HTTPException(400, f"a view has at most {ABOUT} things in the middle; remove one before adding another")
    kinds = given.getlist("kind")
    for kind in kinds:
        if kind not in SHOWABLE:
            raise HTTPException(400, f"kind is one of {', '.join(SHOWABLE)}, not {kind[:40]!r}")
    most = _whole(given.get("most", ""), "most", 1, MOST[-1])
    view = View(
        tuple(about),
        tuple(kind for kind in SHOWABLE if kind in kinds),
        _whole(given.get("since", ""), "since", 0, 9999),
        _whole(given.get("until", ""), "until", 0, 9999),
        most if most is not None else View.most,
        resolve(given.get("from", ""), "person"),
        resolve(given.get("to", ""), "person"),
    )
    return view, unknown, changed


def _whole(given: str, name: str, least: int, most: int) -> int | None:
    given = given.strip()
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 6 and least <= int(given) <= most):
        raise HTTPException(400, f"{name} is a whole number from {least} to {most}, not {given[:40]!r}")
    return int(given)


def address(site: Site, view: View, extension: str = "") -> str:
    """Return the address of a view, relative to the base."""
    own = site.world.base_iri
    pairs: list[tuple[str, Any]] = [("about", iri.removeprefix(own)) for iri in view.about]
    pairs += [("kind", kind) for kind in view.kinds]
    pairs += [(name, value) for name, value in (("since", view.since), ("until", view.until)) if value is not None]
    if view.most != View.most:
        pairs.append(("most", view.most))
    pairs += [(name, iri.removeprefix(own)) for name, iri in (("from", view.start), ("to", view.end)) if iri]
    return f"explore{extension}" + (f"?{urlencode(pairs, safe='/')}" if pairs else "")


def document(site: Site, view: View, shown: Shown) -> dict[str, Any]:
    """Return what is shown as plain data: nodes, edges, what was left out, and the queries behind it."""
    links = Links(site.world.base_iri, "")
    full = len(view.about) >= ABOUT
    return {
        "title": _title(shown),
        "nodes": [
            {
                "id": node.iri,
                "iri": node.iri,
                "kind": node.kind,
                "label": node.label,
                "detail": node.detail,
                "centre": node.centre,
                "weight": node.weight,
                "href": links.href(node.iri) or "",
                "expand": ""
                if full or node.iri in view.about or links.own(node.iri) is None
                else address(site, replace(view, about=(*view.about, node.iri))),
            }
            for node in shown.nodes
        ],
        "edges": [
            {
                "source": edge.source,
                "target": edge.target,
                "kind": edge.kind,
                "works": edge.works,
                "first": edge.first,
                "last": edge.last,
            }
            for edge in shown.edges
        ],
        "around": [
            {
                "about": one.about,
                "kind": one.kind,
                "shown": len(one.shown),
                "total": one.total,
                "atLeast": one.at_least,
                "by": one.by,
            }
            for one in shown.around
        ],
        "path": None
        if shown.steps is None
        else [{"person": s.person, "next": s.next, "work": s.work, "works": s.works} for s in shown.steps],
        "leftOut": shown.cut,
        "queries": [{"title": one.title, "sparql": one.text} for one in shown.asked],
        "limits": {"about": ABOUT, "most": MOST[-1]},
    }


def _title(shown: Shown) -> str:
    names = [node.label for node in shown.nodes if node.centre]
    return ", ".join(names[:3]) + (" and more" if len(names) > 3 else "")


def _page(request: Request, site: Site, view: View, shown: Shown, unknown: list[str]) -> Response:
    nodes = {node.iri: node for node in shown.nodes}
    links = site.links(request)

    def without(iri: str) -> str:
        return address(site, replace(view, about=tuple(one for one in view.about if one != iri)))

    def expanded(iri: str) -> str:
        return "" if len(view.about) >= ABOUT or iri in view.about or links.own(iri) is None else address(
            site, replace(view, about=(*view.about, iri))
        )  # fmt: skip

    return site.page(
        request,
        "explore.html",
        view=view,
        shown=shown,
        nodes=nodes,
        unknown=unknown,
        kinds=kinds_of(view, links) if view.about else (),
        showable=SHOWABLE,
        choices=MOST,
        full=len(view.about) >= ABOUT,
        most_about=ABOUT,
        title=_title(shown),
        without=without,
        expanded=expanded,
        centred=lambda iri: address(site, replace(view, about=(iri,), start="", end="")),
        unpathed=address(site, replace(view, start="", end="")),
        files={name: address(site, view, f".{name}") for name in EXTENSIONS},
        queries=[(one.title, f"sparql?{urlencode({'query': one.text})}") for one in shown.asked],
        data=Markup(for_script(document(site, view, shown))),  # noqa: S704 - for_script escapes what ends a script
        people=site.examples.get("person", ()),
    )


async def _turtle(site: Site, shown: Shown) -> bytes:
    """Write what is shown as statements of the graph: the things, and the works by which they are linked."""
    index, pool = site.world.index, site.world.pool
    nodes = {node.iri for node in shown.nodes}
    agents = [node.iri for node in shown.nodes if node.kind in {"person", "group"}]
    works = {node.iri for node in shown.nodes if node.kind == "work"}
    signed = await questions.ask_many(pool, site.questions["near-signed"], [{"thing": iri} for iri in agents])
    teams: dict[str, int] = {}
    for row in signed:
        teams[text(row[1])] = teams.get(text(row[1]), 0) + 1
    others = len(nodes) > len(agents)
    works |= set(sorted(work for work, number in teams.items() if number > 1 or others)[:_CONNECTING])
    linked = await questions.ask_many(pool, site.questions["near-links"], [{"thing": iri} for iri in sorted(works)])
    links = Links(site.world.base_iri)
    triples = []
    for iri, hit in sorted(index.named([*nodes, *works]).items()):
        kind = links.kind(iri)
        if kind:
            triples.append(Triple(NamedNode(iri), vocab.RDF_TYPE, KINDS[kind][2]))
        triples.append(Triple(NamedNode(iri), vocab.NAME, Literal(hit.label)))
    triples += [
        Triple(row[0], row[1], row[2])
        for row in linked
        if isinstance(row[0], NamedNode) and isinstance(row[1], NamedNode) and isinstance(row[2], NamedNode)
        and (row[2].value in nodes or row[2].value in works)
    ]  # fmt: skip
    return await run_in_threadpool(serialize, triples, format=RdfFormat.TURTLE, prefixes=vocab.PREFIXES) or b""


def graphml(shown: Shown) -> bytes:
    """Write what is shown as GraphML 1.0, with kind, label and number of works."""
    keys = (
        ("node", "label", "string"), ("node", "kind", "string"), ("node", "weight", "int"),
        ("edge", "relation", "string"), ("edge", "works", "int"), ("edge", "first", "int"), ("edge", "last", "int"),
    )  # fmt: skip
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *(f'<key id="{name}" for="{place}" attr.name="{name}" attr.type="{type_}"/>' for place, name, type_ in keys),
        '<graph edgedefault="undirected">',
    ]

    def data(**values: str | int | None) -> str:
        return "".join(
            f'<data key="{name}">{escape(_printable(str(value)))}</data>'
            for name, value in values.items()
            if value is not None
        )

    for node in shown.nodes:
        inner = data(label=node.label, kind=node.kind, weight=node.weight)
        lines.append(f"<node id={quoteattr(node.iri)}>{inner}</node>")
    for edge in shown.edges:
        inner = data(relation=edge.kind, works=edge.works, first=edge.first, last=edge.last)
        lines.append(f"<edge source={quoteattr(edge.source)} target={quoteattr(edge.target)}>{inner}</edge>")
    return "\n".join([*lines, "</graph>", "</graphml>", ""]).encode()


def _printable(value: str) -> str:
    """Leave out the control characters that XML 1.0 cannot hold."""
    return "".join(c for c in value if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))

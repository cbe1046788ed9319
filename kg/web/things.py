"""Things, their pages and their data: ``/person/ID`` leads to ``.html``, ``.ttl``, ``.jsonld``, ``.nt``, ``.rdf``, …

Knows addresses and negotiation: a thing answers 303 to the form the client likes best, an address with an extension
answers 200, a merged id 301 to the thing that replaced it. Does not know what a page shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kg.errors import NotFoundError
from kg.rdf import jsonld
from kg.rdf.describe import Description, from_nquads
from kg.rdf.documents import FORMATS, write
from kg.store.answers import Question
from kg.web import answering, questions
from kg.web.links import KINDS
from kg.web.negotiate import choose
from kg.web.neighbours import SHOWABLE
from kg.web.render import Site, site_of
from kg.web.thing_page import gather

if TYPE_CHECKING:
    from kg.queries import NamedQuery

router = APIRouter()

HTML: Final = "text/html"
_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~-]{0,198}[A-Za-z0-9_~-])?")
_GRAPH: Final = re.compile(r"source/[A-Za-z0-9._~-]{1,200}|identity|quality|dataset|ontology")
_WHOLE_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_ANYTHING: Final = "ASK { ?s ?p ?o }"
_ALIKE: Final = {
    "application/json": "jsonld",
    "application/xml": "rdf",
    "text/xml": "rdf",
    "application/xhtml+xml": "html",
}


def offers() -> dict[str, str]:
    """Return media type -> extension, in the order in which they are preferred where a client has no preference."""
    return {HTML: "html", **{form.media_type.partition(";")[0]: name for name, form in FORMATS.items()}, **_ALIKE}


def split(name: str) -> tuple[str, str | None]:
    """Separate a known extension from an id; ids may hold dots themselves.

    >>> split("cs.CL"), split("cs.CL.ttl")
    (('cs.CL', None), ('cs.CL', 'ttl'))
    """
    stem, _, extension = name.rpartition(".")
    return (stem, extension) if stem and (extension == "html" or extension in FORMATS) else (name, None)


async def thing(request: Request, name: str) -> Response:
    """Answer for a thing, its page, or one of its documents."""
    site = site_of(request)
    kind = request.scope["path"].split("/")[1]
    identifier, extension = split(name)
    if not _ID.fullmatch(identifier):
        raise HTTPException(404, f"{name[:80]!r} is no id of this graph")
    iri = f"{site.world.base_iri}{kind}/{identifier}"
    data = await site.world.pool.describe(iri, brief=extension in {None, "html"})
    if data is None:
        return await _moved(request, site, kind, identifier, extension)
    if extension is None:
        chosen = choose(request.headers.get("accept"), tuple(offers()))
        if chosen is None:
            raise answering.not_acceptable(offers())
        asked = f"?{request.url.query}" if request.url.query and offers()[chosen] == "html" else ""
        return RedirectResponse(
            f"{identifier}.{offers()[chosen]}{asked}", 303, {"Vary": "Accept", "Link": _link(iri, identifier)}
        )
    headers = {"Link": _link(iri, identifier)}
    description = await run_in_threadpool(from_nquads, iri, data)
    if extension == "html":
        return await _page(request, site, kind, description, headers)
    body = await run_in_threadpool(write, description, extension)
    media_type = FORMATS[extension].media_type
    headers["Content-Disposition"] = f'inline; filename="{kind}-{identifier}.{extension}"'
    return Response(body, headers={**headers, "Content-Type": media_type})


for _kind in KINDS:
    router.add_api_route(f"/{_kind}/{{name}}", thing, methods=["GET"], summary=f"One {_kind}: its page and its data")


async def _moved(request: Request, site: Site, kind: str, identifier: str, extension: str | None) -> Response:
    """Send on to the thing that replaced a merged id. Raises NotFoundError when nothing did."""
    old = f"{site.world.base_iri}{kind}/{identifier}"
    rows = await questions.ask(site.world.pool, site.questions["replaced-by"], {"old": old})
    new = next((row[0].value for row in rows if isinstance(row[0], NamedNode)), None)
    target = site.links(request).href(new) if new else None
    if target is None or new is None or not new.startswith(site.world.base_iri):
        raise NotFoundError(f"there is no {KINDS[kind][0].lower()} with the id {identifier!r}", advice="search by name")
    return RedirectResponse(target + (f".{extension}" if extension else ""), 301, {"Vary": "Accept"})


def _link(iri: str, identifier: str) -> str:
    """Return the Link header: the forms there are, and the IRI to cite."""
    forms = [f'<{identifier}.html>; rel="alternate"; type="{HTML}"']
    forms += [
        f'<{identifier}.{name}>; rel="{rel}"; type="{form.media_type.partition(";")[0]}"'
        for name, form in FORMATS.items()
        for rel in (("alternate describedby",) if name in {"ttl", "jsonld"} else ("alternate",))
    ]
    return ", ".join([f'<{iri}>; rel="cite-as"', *forms])


async def _page(request: Request, site: Site, kind: str, description: Description, headers: dict[str, str]) -> Response:
    iri = description.iri.value
    shown = await gather(site, kind, description, site.links(request), request.query_params)
    data = await run_in_threadpool(lambda: jsonld.for_script(jsonld.framed(description)))
    template = {"person": "person.html", "group": "person.html", "work": "work.html"}.get(kind, "thing.html")
    return site.page(
        request,
        template,
        headers=headers,
        jsonld=data,
        forms={name: form.media_type.partition(";")[0] for name, form in FORMATS.items()},
        stem=iri.rpartition("/")[2],
        questions=about(site.world.queries, kind),
        explorable=SHOWABLE,
        **shown,
    )


def about(queries: Mapping[str, NamedQuery], kind: str) -> list[tuple[NamedQuery, str]]:
    """Return the named queries that ask about one thing of a kind, with the parameter it goes into."""
    found = []
    for query in queries.values():
        needed = [parameter for parameter in query.parameters if parameter.default is None]
        if len(needed) == 1 and needed[0].type == "iri" and needed[0].example.startswith(f"{kind}/"):
            found.append((query, needed[0].name))
    return found


@router.get("/graph/{name:path}", summary="One named graph, whole")
async def graph(request: Request, name: str) -> Response:
    """Answer with what one source said, or with one of the graphs of our own, in any RDF syntax."""
    site = site_of(request)
    forms = {form: media for media, form in reversed(answering.GRAPH_TYPES.items())}
    stem, _, extension = name.rpartition(".")
    identifier, wanted_form = (stem, extension) if stem and extension in forms else (name.removesuffix(".html"), None)
    if not _GRAPH.fullmatch(identifier):
        raise HTTPException(404, f"there is no graph {name[:80]!r}")
    iri = f"{site.world.base_iri}graph/{identifier}"
    known = await site.world.pool.ask(Question(_ANYTHING, default_graphs=(iri,)))
    if b"true" not in await known.read():
        raise NotFoundError(f"there is no graph {identifier!r}", advice="the sources are listed at /source")
    if wanted_form is None:
        chosen = choose(request.headers.get("accept"), (*answering.GRAPH_TYPES, HTML))
        if chosen == HTML and identifier.startswith("source/"):
            return RedirectResponse(f"{site.links(request).root}{identifier}.html", 303, {"Vary": "Accept"})
        if chosen is None:
            raise answering.not_acceptable((*answering.GRAPH_TYPES, HTML))
        wanted_form = answering.GRAPH_TYPES.get(chosen, "ttl")
        last = identifier.rpartition("/")[2]
        return RedirectResponse(f"{last}.{wanted_form}", 303, {"Vary": "Accept"})
    want = answering.Wanted(None, (forms[wanted_form], wanted_form))
    question = Question(_WHOLE_GRAPH, default_graphs=(iri,))
    name = identifier.replace("/", "-")
    return await answering.respond(
        request, site.world.pool, question, want, deadline=site.world.limits.deadline, name=name
    )

"""Things, their pages and their data: ``/person/ID`` leads to ``.html``, ``.ttl``, ``.jsonld``, ``.nt``, ``.rdf``, …

Knows addresses and negotiation: a thing answers 303 to the form the client likes best, an address with an extension
answers 200, a merged id 301 to the thing that replaced it. Does not know what a page shows.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kg.errors import NotFoundError
from kg.panels import AGENTS
from kg.rdf import jsonld, vocab
from kg.rdf.describe import Description, from_nquads
from kg.rdf.documents import FORMATS, write
from kg.store.answers import Question
from kg.web import answering, history, questions, signposting, takeaways
from kg.web.embedded import citation_tags, profile_page, scholarly_article
from kg.web.links import KINDS
from kg.web.negotiate import choose
from kg.web.neighbours import SHOWABLE
from kg.web.render import Site, site_of
from kg.web.styles import STYLES
from kg.web.thing_page import Rows, ask, gather

if TYPE_CHECKING:
    from kg.queries import NamedQuery

router = APIRouter()

HTML: Final = "text/html"
_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~-]{0,198}[A-Za-z0-9_~-])?")
_GRAPH: Final = re.compile(r"source/[A-Za-z0-9._~-]{1,200}|identity|quality|dataset|ontology")
_WHOLE_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_ALIKE: Final = {
    "application/json": "jsonld",
    "application/xml": "rdf",
    "text/xml": "rdf",
    "application/xhtml+xml": "html",
}


def offers(kind: str) -> dict[str, str]:
    """Return media type -> extension for a kind, in the order preferred where a client has no preference."""
    documents = {form.media_type.partition(";")[0]: name for name, form in FORMATS.items()}
    taken = {media: name for name, (_, media) in takeaways.NAMES.items() if name in takeaways.offered(kind)}
    return {HTML: "html", **documents, **_ALIKE, **{media: name for media, name in taken.items() if media != HTML}}


def split(name: str) -> tuple[str, str | None]:
    """Separate a known extension from an id; ids may hold dots themselves.

    >>> split("cs.CL"), split("cs.CL.ttl")
    (('cs.CL', None), ('cs.CL', 'ttl'))
    """
    stem, _, extension = name.rpartition(".")
    known = extension == "html" or extension in FORMATS or extension in takeaways.NAMES
    return (stem, extension) if stem and known else (name, None)


async def thing(request: Request, name: str) -> Response:
    """Answer for a thing, its page, or one of its documents."""
    site = site_of(request)
    kind = request.scope["path"].split("/")[1]
    identifier, extension = split(name)
    if not _ID.fullmatch(identifier):
        raise HTTPException(404, f"{name[:80]!r} is no id of this graph")
    iri = f"{site.world.base_iri}{kind}/{identifier}"
    if extension in takeaways.NAMES and extension not in takeaways.offered(kind):
        raise HTTPException(404, f"a {KINDS[kind][0].lower()} has no form {extension!r}")
    # A page asks its other questions at the same time; of a thing that is not there they find nothing.
    describing = site.world.pool.describe(iri, brief=extension not in FORMATS)
    data, rows = await asyncio.gather(describing, ask(site, kind, iri) if extension == "html" else _nothing())
    if data is None:
        return await moved(request, site, kind, identifier, f".{extension}" if extension else "")
    if extension is None:
        chosen = choose(request.headers.get("accept"), tuple(offers(kind)))
        if chosen is None:
            raise answering.not_acceptable(offers(kind))
        asked = f"?{request.url.query}" if request.url.query and offers(kind)[chosen] == "html" else ""
        return RedirectResponse(
            f"{identifier}.{offers(kind)[chosen]}{asked}", 303, {"Vary": "Accept", "Link": _link(kind, iri, identifier)}
        )
    headers = {"Link": _link(kind, iri, identifier)}
    description = await run_in_threadpool(from_nquads, iri, data)
    if extension in takeaways.NAMES:
        return await takeaways.take(request, site, kind, extension, description)
    if extension == "html":
        return await _page(request, site, kind, description, rows, headers)
    body = await run_in_threadpool(write, description, extension)
    media_type = FORMATS[extension].media_type
    headers["Content-Disposition"] = f'inline; filename="{kind}-{identifier}.{extension}"'
    return Response(body, headers={**headers, "Content-Type": media_type})


for _kind in KINDS:
    router.add_api_route(f"/{_kind}/{{name}}", thing, methods=["GET"], summary=f"One {_kind}: its page and its data")


async def moved(request: Request, site: Site, kind: str, identifier: str, suffix: str) -> Response:
    """Send on to the thing that replaced a merged id, at the same ``suffix``. Raises NotFoundError when nothing did."""
    old = f"{site.world.base_iri}{kind}/{identifier}"
    rows = await questions.ask(site.world.pool, site.questions["replaced-by"], {"old": old})
    new = next((row[0].value for row in rows if isinstance(row[0], NamedNode)), None)
    target = site.links(request).href(new) if new else None
    if target is None or new is None or not new.startswith(site.world.base_iri):
        known = await run_in_threadpool(history.last_known, site.world.release, old)
        if known is not None:
            raise HTTPException(
                410, f"the {KINDS[kind][0].lower()} {identifier!r} was last in release {known[0]}, published {known[1]}"
            )
        raise NotFoundError(f"there is no {KINDS[kind][0].lower()} with the id {identifier!r}", advice="search by name")
    return RedirectResponse(target + suffix, 301, {"Vary": "Accept"})


def _link(kind: str, iri: str, identifier: str) -> str:
    """Return the Link header that all forms have: the other forms, and the IRI to cite."""
    forms = [f'<{identifier}.html>; rel="alternate"; type="{HTML}"']
    forms += [
        f'<{identifier}.{name}>; rel="{rel}"; type="{form.media_type.partition(";")[0]}"'
        for name, form in FORMATS.items()
        for rel in (("alternate describedby",) if name in {"ttl", "jsonld"} else ("alternate",))
    ]
    for name in takeaways.offered(kind):
        relation = "linkset" if name == "linkset" else "alternate"
        forms.append(f'<{identifier}.{name}>; rel="{relation}"; type="{takeaways.NAMES[name][1]}"')
    return ", ".join([f'<{iri}>; rel="cite-as"', *forms])


async def _nothing() -> Rows:
    return Rows()


async def _page(
    request: Request, site: Site, kind: str, description: Description, rows: Rows, headers: dict[str, str]
) -> Response:
    iri = description.iri.value
    shown = await gather(site, kind, description, rows, site.links(request), request.query_params)
    blocks = await run_in_threadpool(_blocks, site, kind, description, shown)
    posted = signposting.header(signposting.links_of(kind, description, {}))
    template = {"person": "person.html", "group": "person.html", "work": "work.html"}.get(kind, "thing.html")
    reference = shown["reference"]
    return site.page(
        request,
        template,
        headers={"Link": ", ".join([headers["Link"], *posted[1:]])},
        blocks=blocks,
        tags=citation_tags(reference) if reference else (),
        citations={name: write(reference) for name, write in STYLES.items()} if reference else {},
        forms={name: form.media_type.partition(";")[0] for name, form in FORMATS.items()},
        taken={name: takeaways.NAMES[name] for name in takeaways.offered(kind)},
        stem=iri.rpartition("/")[2],
        questions=about(site.world.queries, kind),
        explorable=SHOWABLE,
        **shown,
    )


def _blocks(site: Site, kind: str, description: Description, shown: Mapping[str, Any]) -> list[str]:
    """Return the JSON-LD that a page embeds: the graph, and beside it what search engines look for."""
    blocks = [jsonld.framed(description)]
    address = f"{description.iri.value}.html"
    if shown["reference"]:
        blocks.append(scholarly_article(shown["reference"], address))
    elif kind in AGENTS:
        same = [
            triple.object.value
            for triple in description.triples
            if triple.subject == description.iri
            and triple.predicate == vocab.SAME_AS
            and isinstance(triple.object, NamedNode)
        ]
        built = str(site.world.release.manifest.get("built", ""))
        blocks.append(profile_page(shown["page"], shown["summary"], address, same, built))
    return [jsonld.for_script(block) for block in blocks]


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
    if not await questions.holds(site.world.pool, iri):
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

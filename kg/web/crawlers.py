"""For programs that visit unasked: robots.txt, the map of the site, and the search box of browsers.

Specifications: RFC 9309, the Sitemaps protocol 0.9, OpenSearch 1.1 with its suggestions. A map holds the pages of
things and no state of the explorer or of a query. Its parts follow one another by the last address of the part before,
so that the last one costs what the first costs. Knows no thing by itself.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

import orjson
from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.web import find, questions
from kg.web.links import KINDS
from kg.web.render import Site, site_of

router = APIRouter()

XML: Final = "application/xml; charset=utf-8"
PAGES: Final = ("", "dataset", "queries", "quality", "ontology", "shapes", "releases", "docs")
"""Pages that are no things."""
_DISALLOWED: Final = ("sparql?", "explore?", "search?", "update", "graphs", "metrics")
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PORTION: Final = 10_000


@router.get("/robots.txt", summary="What visiting programs are asked to leave alone")
async def robots(request: Request) -> Response:
    """Ask to leave queries and states alone, and point to the map."""
    base = site_of(request).world.base_iri
    path = "/" + base.split("/", 3)[3] if base.count("/") > 2 else "/"
    lines = ["User-agent: *", *(f"Disallow: {path}{one}" for one in _DISALLOWED), f"Sitemap: {base}sitemap.xml", ""]
    return Response("\n".join(lines), media_type="text/plain; charset=utf-8")


@router.get("/sitemap.xml", summary="The map of the site: where its parts are")
async def sitemap(request: Request) -> Response:
    """List the first part of the map of each kind of thing; each part names the next."""
    site = site_of(request)
    parts = ["pages", *(kind for kind in KINDS if site.counts.get(kind, 1))]
    places: list[str] = []
    for part in parts:
        places.append(f"{site.world.base_iri}sitemap-{part}.xml")
        if part != "pages":
            places += [
                f"{site.world.base_iri}sitemap-{part}.xml?{urlencode({'after': last})}"
                for last in await _ends(site, part)
            ]
    body = "".join(f"<sitemap><loc>{escape(place)}</loc></sitemap>\n" for place in places)
    return _xml(f'<sitemapindex xmlns="{_NAMESPACE}">\n{body}</sitemapindex>\n')


async def _ends(site: Site, kind: str) -> list[str]:
    """Return the last IRI of each full part of the map of a kind, but the last."""
    found: list[str] = []
    count = int(site.counts.get(kind, 0))
    while count > _PORTION * (len(found) + 1):
        things = await _things(site, kind, found[-1] if found else "")
        if len(things) < _PORTION:
            break
        found.append(things[-1])
    return found


@router.get("/sitemap-{part}.xml", summary="One part of the map of the site")
async def sitemap_part(request: Request, part: str) -> Response:
    """List the pages of things of a kind, ten thousand at a time, or the other pages."""
    site = site_of(request)
    if part == "pages":
        places = [f"{site.world.base_iri}{page}" for page in PAGES]
    elif part in KINDS:
        after = request.query_params.get("after", "")
        if len(after) > 2000:
            raise HTTPException(400, "after may have 2000 characters")
        places = [f"{iri}.html" for iri in await _things(site, part, after)]
    else:
        raise HTTPException(404, f"the map has the parts pages, {', '.join(KINDS)}, not {part[:40]!r}")
    body = "".join(f"<url><loc>{escape(place)}</loc></url>\n" for place in places)
    return _xml(f'<urlset xmlns="{_NAMESPACE}">\n{body}</urlset>\n')


async def _things(site: Site, kind: str, after: str) -> list[str]:
    prefix = f"{site.world.base_iri}{kind}/"
    values = {"class": KINDS[kind][2].value, "after": max(after, prefix)}
    rows = await questions.ask(site.world.pool, site.questions["places"], values)
    # A group is an organisation by its class too, and stands in the map as a group.
    return [row[0].value for row in rows if isinstance(row[0], NamedNode) and row[0].value.startswith(prefix)]


@router.get("/opensearch.xml", summary="The search of this site, for the search box of a browser")
async def opensearch(request: Request) -> Response:
    """Describe the search: as page, as data, and as suggestions."""
    world = site_of(request).world
    base = world.base_iri
    urls = (
        ("text/html", f"{base}search?q={{searchTerms}}&page={{startPage?}}"),
        ("application/json", f"{base}search.json?q={{searchTerms}}&page={{startPage?}}"),
        ("application/x-suggestions+json", f"{base}search/suggest.json?q={{searchTerms}}"),
    )
    lines = "".join(f'<Url type="{media}" method="get" template={quoteattr(template)}/>\n' for media, template in urls)
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>kg</ShortName>\n<Description>{escape(world.title)}</Description>\n"
        f"<InputEncoding>UTF-8</InputEncoding>\n<Image>{escape(base)}static/icon.svg</Image>\n"
        f"{lines}</OpenSearchDescription>\n",
        media_type="application/opensearchdescription+xml; charset=utf-8",
    )


@router.get("/search/suggest.json", summary="Completions in the form of OpenSearch")
async def suggest(request: Request) -> Response:
    """Give what may be meant: the text, names, details and addresses, as four lists."""
    text, hits = await find.completions(request)
    links = [(hit.label, hit.detail, hit.iri) for hit in hits]
    body = [text, [label for label, _, _ in links], [detail for _, detail, _ in links], [iri for _, _, iri in links]]
    return Response(orjson.dumps(body), media_type="application/x-suggestions+json")


def _xml(body: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', headers={"Content-Type": XML})

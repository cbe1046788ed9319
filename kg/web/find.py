"""``/search?q=``: things by name, title or identifier, as page, JSON, CSV and Turtle; completion for the search box.

Knows parameters, forms and the time that counting may take. Does not know how anything is found.
"""

from __future__ import annotations

import asyncio
import csv
import io
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.rdf import vocab
from kg.search import KINDS as SEARCHABLE
from kg.search import Filter, Hit
from kg.web import answering
from kg.web.lag import lag_of, of_build
from kg.web.links import KINDS, Links
from kg.web.render import Site, site_of
from kg.web.tex import plain

if TYPE_CHECKING:
    from kg.search import Page

router = APIRouter()

HITS: Final = 50
"""Hits on a page."""
PAGES: Final = 20
"""Pages that can be turned; who wants more asks with more words, or with SPARQL."""
COMPLETIONS: Final = 8
FACET_SECONDS: Final = 0.15
"""Time that the counts beside the hits may take; a page goes out without them rather than late."""
_LONGEST: Final = 500
FORMS: Final = ("text/html", "application/json", "text/csv", "text/turtle")
EXTENSIONS: Final = {"json": "application/json", "csv": "text/csv", "ttl": "text/turtle"}


@router.get("/search", summary="Find things by name, title or identifier")
async def find(request: Request) -> Response:
    """Show what was found, best first; an empty question shows the box alone."""
    form = answering.form_of(request, FORMS)
    return await _answer(request, form)


@router.get("/search.{extension}", summary="What was found, as json, csv or ttl")
async def find_data(request: Request, extension: str) -> Response:
    """Give what was found in one form."""
    if extension not in EXTENSIONS:
        raise HTTPException(404, f"a search is offered as {', '.join(EXTENSIONS)}, not as {extension[:40]!r}")
    return await _answer(request, EXTENSIONS[extension])


@router.get("/search/complete.json", summary="What a reader who has typed so much may mean")
async def complete(request: Request) -> Response:
    """Give the things whose names may be meant, those with most works first."""
    site = site_of(request)
    text, hits = await completions(request)
    links = Links(site.world.base_iri, "")
    # A thing whose IRI must not become a link is no place to go to.
    found = [_suggestion(hit, path) for hit in hits if (path := links.href(hit.iri)) is not None]
    body = {"query": text, "hits": found}
    return Response(orjson.dumps(body), media_type="application/json")


async def completions(request: Request) -> tuple[str, list[Hit]]:
    """Return what was typed, and the things that may be meant. Raises HTTPException 400 for bad parameters."""
    text, kind = _text(request), _kind(request)
    hits = await run_in_threadpool(site_of(request).world.index.complete, text, kind, COMPLETIONS)
    return text, list(hits)


def _suggestion(hit: Hit, path: str) -> dict[str, str]:
    return {
        "iri": hit.iri,
        "path": path,
        "kind": hit.kind,
        "called": KINDS[hit.kind][0] if hit.kind in KINDS else hit.kind,
        "label": plain(hit.label),
        "detail": plain(hit.detail),
    }


async def _answer(request: Request, form: str) -> Response:
    site = site_of(request)
    of_build()
    index = site.world.index
    text, of, number = _text(request), _filter(request), _number(request, "page", 1, PAGES) or 1
    page: Page = await run_in_threadpool(index.page, text, of, HITS, (number - 1) * HITS)
    more = page.total > number * HITS
    if form != "text/html":
        return _data(site, form, text, of, number, page, more=more)
    facets = await _facets(site, text, of, near=page.near) if page.total or of != Filter() else {}
    given = {"q": text, "kind": of.kind, "since": of.since, "until": of.until}

    def address(extension: str = "", **other: Any) -> str:
        values = {name: value for name, value in (given | other).items() if value not in (None, "")}
        return f"search{extension}?{urlencode(values)}"

    return site.page(
        request,
        "search.html",
        text=text,
        of=of,
        page=page,
        number=number,
        more=more and number < PAGES,
        cut=more and number >= PAGES,
        first=(number - 1) * HITS,
        facets=facets,
        address=address,
        searchable=SEARCHABLE,
        budget=FACET_SECONDS,
    )


async def _facets(site: Site, text: str, of: Filter, *, near: bool) -> dict[str, dict[str, int]] | None:
    """Count the hits by kind and year; None when that takes longer than it may."""
    counting = asyncio.ensure_future(run_in_threadpool(site.world.index.facets, text, of, near=near))
    done, _ = await asyncio.wait([counting], timeout=FACET_SECONDS)
    # A thread cannot be stopped; it ends by itself, and nobody waits for it.
    return counting.result() if done else None


def _data(site: Site, form: str, text: str, of: Filter, number: int, page: Page, *, more: bool) -> Response:
    headers = {"Vary": "Accept"}
    if form == "application/json":
        document: dict[str, Any] = {
            "query": text,
            "kind": of.kind,
            "since": of.since,
            "until": of.until,
            "total": page.total,
            "near": page.near,
            "page": number,
            "limit": HITS,
            "more": more,
            "hits": [_plain(hit) for hit in page.hits],
        }
        if (lag := lag_of(site.world.release)) is not None:
            document["asOf"] = lag.document()
        return Response(orjson.dumps(document), headers=headers, media_type=form)
    if form == "text/csv":
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(("iri", "kind", "label", "detail", "score"))
        writer.writerows((hit.iri, hit.kind, hit.label, hit.detail, hit.score) for hit in page.hits)
        return Response(out.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")
    triples = [triple for hit in page.hits for triple in _triples(hit)]
    body = serialize(triples, format=RdfFormat.TURTLE, prefixes=vocab.PREFIXES) or b""
    return Response(body, headers=headers, media_type="text/turtle; charset=utf-8")


def _triples(hit: Hit) -> list[Triple]:
    thing = NamedNode(hit.iri)
    kind = [Triple(thing, vocab.RDF_TYPE, KINDS[hit.kind][2])] if hit.kind in KINDS else []
    return [*kind, Triple(thing, vocab.RDFS_LABEL, Literal(hit.label))]


def _text(request: Request) -> str:
    text = request.query_params.get("q", "").strip()
    if len(text) > _LONGEST:
        raise HTTPException(400, f"a search may have {_LONGEST} characters")
    return text


def _kind(request: Request) -> str | None:
    kind = request.query_params.get("kind") or None
    if kind is not None and kind not in SEARCHABLE:
        raise HTTPException(400, f"kind is one of {', '.join(SEARCHABLE)}, not {kind[:40]!r}")
    return kind


def _filter(request: Request) -> Filter:
    return Filter(_kind(request), _number(request, "since", 0, 9999), _number(request, "until", 0, 9999))


def _number(request: Request, name: str, least: int, most: int) -> int | None:
    given = request.query_params.get(name, "").strip()
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 6 and least <= int(given) <= most):
        raise HTTPException(400, f"{name} is a whole number from {least} to {most}, not {given[:40]!r}")
    return int(given)


def _plain(hit: Hit) -> dict[str, Any]:
    return {"iri": hit.iri, "kind": hit.kind, "label": hit.label, "detail": hit.detail, "score": hit.score}

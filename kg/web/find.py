"""``/search?q=``: things by name, title or identifier, as page and as JSON."""

from __future__ import annotations

from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.search import KINDS as SEARCHABLE
from kg.search import Hit
from kg.web import answering
from kg.web.lag import lag_of, of_build
from kg.web.negotiate import choose
from kg.web.render import site_of

router = APIRouter()

HITS: Final = 50
_LONGEST: Final = 500
FORMS: Final = ("text/html", "application/json")


@router.get("/search", summary="Find things by name, title or identifier")
async def find(request: Request) -> Response:
    """Show what was found, best first; an empty question shows the box alone."""
    form = choose(request.headers.get("accept"), FORMS)
    if form is None:
        raise answering.not_acceptable(FORMS)
    return _answer(request, form)


@router.get("/search.json", include_in_schema=False)
async def find_json(request: Request) -> Response:
    """Give what was found as JSON."""
    return _answer(request, "application/json")


def _answer(request: Request, form: str) -> Response:
    site = site_of(request)
    of_build()
    text = request.query_params.get("q", "").strip()
    kind = request.query_params.get("kind") or None
    if len(text) > _LONGEST:
        raise HTTPException(400, f"a search may have {_LONGEST} characters")
    if kind is not None and kind not in SEARCHABLE:
        raise HTTPException(400, f"kind is one of {', '.join(SEARCHABLE)}, not {kind[:40]!r}")
    found = site.world.index.search(text, kind, HITS + 1) if text else []
    hits, more = found[:HITS], len(found) > HITS
    if form == "application/json":
        document: dict[str, Any] = {
            "query": text,
            "kind": kind,
            "limit": HITS,
            "more": more,
            "hits": [_plain(hit) for hit in hits],
        }
        if (lag := lag_of(site.world.release)) is not None:
            document["asOf"] = lag.document()
        return Response(orjson.dumps(document), headers={"Vary": "Accept"}, media_type=form)
    return site.page(
        request, "search.html", text=text, kind=kind, hits=hits, more=more, limit=HITS, searchable=SEARCHABLE
    )


def _plain(hit: Hit) -> dict[str, Any]:
    return {"iri": hit.iri, "kind": hit.kind, "label": hit.label, "detail": hit.detail, "score": hit.score}

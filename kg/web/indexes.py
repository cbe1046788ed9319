"""Index pages: ``/person``, ``/work``, ``/topic``, … everything of a kind, a page at a time, as page and as JSON.

Pages follow one another by key, not by number, so that the thousandth costs no more than the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import Response

from kg.web import answering, questions
from kg.web.lag import of_build
from kg.web.links import KINDS, Links
from kg.web.negotiate import choose
from kg.web.reading import NO_DAY, UNTITLED, Day, Ref, day_of
from kg.web.render import site_of
from kg.web.tex import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.rdf.nodes import Term

router = APIRouter()

THINGS: Final = 100
WORKS: Final = 50
FORMS: Final = ("text/html", "application/json")


@dataclass(frozen=True)
class Entry:
    """One line of an index."""

    ref: Ref
    note: str = ""
    works: int = 0
    day: Day = NO_DAY
    authors: tuple[str, ...] = ()
    others: bool = False
    untitled: bool = False


@dataclass(frozen=True)
class IndexPage:
    """A page of an index. ``next`` is the address of the following page, empty on the last one."""

    kind: str
    title: str
    total: int
    entries: tuple[Entry, ...]
    first: bool
    next: str


async def index(request: Request) -> Response:
    """List the things of a kind."""
    site = site_of(request)
    kind = request.scope["path"].strip("/").removesuffix(".json")
    form = "application/json" if request.scope["path"].endswith(".json") else None
    form = form or choose(request.headers.get("accept"), FORMS)
    if form is None:
        raise answering.not_acceptable(FORMS)
    links = site.links(request)
    parameter = "before" if kind == "work" else "after"
    start = request.query_params.get(parameter, "")[:2000]
    values = {parameter: start} if start else {}
    if kind == "work":
        rows = await questions.ask(site.world.pool, site.questions["works"], values)
        entries, last = _works(rows, links)
    else:
        values["class"] = KINDS[kind][2].value
        rows = await questions.ask(site.world.pool, site.questions["things"], values)
        entries, last = _things(rows, links, kind)
    following = f"{kind}?{urlencode({parameter: last})}" if last else ""
    of_build()  # the number of all
    total = int(site.counts.get(kind, len(entries)))
    page = IndexPage(kind, KINDS[kind][1], total, tuple(entries), not start, following)
    headers = {"Link": f'<{links.root}{following}>; rel="next"'} if following else {}
    if form == "application/json":
        base = site.world.base_iri
        body: dict[str, Any] = {
            "kind": kind,
            "total": total,
            "items": [_plain(entry) for entry in entries],
            "next": base + following if following else None,
        }
        return Response(orjson.dumps(body), headers={"Vary": "Accept", **headers}, media_type=form)
    return site.page(request, "index.html", headers=headers, page=page)


for _kind in KINDS:
    router.add_api_route(f"/{_kind}", index, methods=["GET"], summary=f"Every {_kind}, a page at a time")
    router.add_api_route(f"/{_kind}.json", index, methods=["GET"], include_in_schema=False)


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "iri": entry.ref.iri,
        "name": entry.ref.text,
        **(
            {"date": entry.day.iso or None, "authors": entry.authors}
            if entry.ref.kind == "work"
            else {"works": entry.works}
        ),
    }


def _text(term: Term | None) -> str:
    return getattr(term, "value", "") if term is not None else ""


def _things(rows: Sequence[Sequence[Term | None]], links: Links, kind: str) -> tuple[list[Entry], str]:
    entries = []
    for thing, name, _, works in rows[:THINGS]:
        if not isinstance(thing, NamedNode):
            continue
        own = (links.own(thing.value) or thing.value).partition("/")[2]
        ref = Ref(thing.value, plain(_text(name)) or own, links.href(thing.value), kind)
        entries.append(Entry(ref, own if kind in {"topic", "source"} else "", int(_text(works) or 0)))
    return entries, _text(rows[THINGS - 1][2]) if len(rows) > THINGS else ""


def _works(rows: Sequence[Sequence[Term | None]], links: Links) -> tuple[list[Entry], str]:
    works: dict[str, list[Sequence[Term | None]]] = {}
    for row in rows:
        works.setdefault(_text(row[0]), []).append(row)
    shown = list(works.items())[:WORKS]
    entries = []
    for iri, found in shown:
        _, name, abstract, date, *_ = found[0]
        signed = sorted((int(_text(row[5])), _text(row[7])) for row in found if row[5] is not None)
        authors = tuple(dict.fromkeys(printed for _, printed in signed))
        title = plain(_text(name)) or UNTITLED
        opening = " ".join(plain(_text(abstract)).split()[:16])
        entries.append(
            Entry(
                Ref(iri, title, links.href(iri), "work"),
                f"{opening}…" if opening and not _text(name) else "",
                day=day_of(_text(date)),
                authors=authors[:3],
                others=len(authors) > 3 or any(_text(row[8]) == "false" for row in found),
                untitled=not _text(name),
            )
        )
    last = _text(shown[-1][1][0][4]) if len(works) > WORKS else ""
    return entries, last

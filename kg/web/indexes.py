"""Index pages: ``/person``, ``/work``, ``/topic``, … everything of a kind, a page at a time, as page, JSON and CSV.

Pages follow one another by key, not by number, so that the thousandth costs no more than the first. Which things stand
on a page comes from the label index, which keeps every kind in its orders (`kg.search.orders`); the graph is asked for
what else is shown of them.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.precomputed import Answered, Answers, answers_of
from kg.web import answering, questions
from kg.web.lag import of_build
from kg.web.links import KINDS, Links
from kg.web.reading import NO_DAY, UNTITLED, Day, Ref, day_of
from kg.web.render import site_of
from kg.web.tex import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.rdf.nodes import Term
    from kg.search import Listed
    from kg.web.render import Site

router = APIRouter()

THINGS: Final = 100
WORKS: Final = 50
EXTENSIONS: Final = {"json": "application/json", "csv": "text/csv"}
FORMS: Final = ("text/html", *EXTENSIONS.values())
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_LONGEST: Final = 2000

# The name in the address -> the order of the index, and what a reader calls it. The first one is the usual one.
_THINGS_BY: Final = {"name": ("name", "by name"), "works": ("works", "most works first")}
_WORKS_BY: Final = {
    "new": ("new", "newest first"),
    "title": ("name", "by title"),
    "cited": ("works", "most cited in this graph first"),
}


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
    """A page of an index. ``next`` is the address of the following page, empty on the last one.

    ``orders`` are (address, words, whether it is this one); ``jumps`` are (address, text) of letters or years.
    """

    kind: str
    title: str
    total: int
    entries: tuple[Entry, ...]
    first: bool
    next: str
    order: str
    orders: tuple[tuple[str, str, bool], ...]
    jumps: tuple[tuple[str, str], ...]


def orders_of(kind: str) -> dict[str, tuple[str, str]]:
    """Return the orders in which a kind is listed: name in the address -> order of the index, words."""
    return _WORKS_BY if kind == "work" else _THINGS_BY


async def index(request: Request) -> Response:
    """List the things of a kind."""
    site = site_of(request)
    kind, _, extension = request.scope["path"].strip("/").partition(".")
    form = EXTENSIONS.get(extension) or answering.form_of(request, FORMS)
    links = site.links(request)
    parameter = "before" if kind == "work" else "after"
    behind = request.query_params.get(parameter, "")[:_LONGEST]
    orders = orders_of(kind)
    order = request.query_params.get("sort") or next(iter(orders))
    if order not in orders:
        raise HTTPException(400, f"sort is one of {', '.join(orders)}, not {order[:40]!r}")
    most = WORKS if kind == "work" else THINGS
    found = await run_in_threadpool(site.world.index.listed, kind, orders[order][0], behind, most + 1)
    shown = found[:most]
    entries = await _works(site, shown, links) if kind == "work" else await _things(site, kind, shown, links)

    def address(**given: str) -> str:
        usual = {"sort": next(iter(orders))}
        values = {name: value for name, value in ({"sort": order} | given).items() if value != usual.get(name)}
        return f"{kind}?{urlencode(values)}" if values else kind

    following = address(**{parameter: shown[-1].key}) if len(found) > most else ""
    of_build()  # the number of all, and which they are
    total = int(site.counts.get(kind, len(entries)))
    headers = {"Link": f'<{links.root}{following}>; rel="next"'} if following else {}
    if form == "text/csv":
        headers["Vary"] = "Accept"
        return Response(_table(entries, kind), headers=headers, media_type="text/csv; charset=utf-8")
    if form == "application/json":
        base = site.world.base_iri
        body: dict[str, Any] = {
            "kind": kind,
            "total": total,
            "sort": order,
            "items": [_plain(entry) for entry in entries],
            "next": base + following if following else None,
        }
        return Response(orjson.dumps(body), headers={"Vary": "Accept", **headers}, media_type=form)
    jumps: list[tuple[str, str]] = []
    if total > most and orders[order][0] == "name":
        jumps = [(address(**{parameter: letter}), letter.upper()) for letter in LETTERS]
    elif total > most and order == "new":
        years = await _years(site)
        jumps = [(address(before=f"{year}~"), str(year)) for year in years]
    page = IndexPage(
        kind, KINDS[kind][1], total, tuple(entries), not behind, following, order,
        tuple((address(sort=name), words, name == order) for name, (_, words) in orders.items()), tuple(jumps),
    )  # fmt: skip
    return site.page(request, "index.html", headers=headers, page=page)


for _kind in KINDS:
    router.add_api_route(f"/{_kind}", index, methods=["GET"], summary=f"Every {_kind}, a page at a time")
    for _extension in EXTENSIONS:
        router.add_api_route(f"/{_kind}.{_extension}", index, methods=["GET"], include_in_schema=False)


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


def _table(entries: Sequence[Entry], kind: str) -> str:
    """Return a page of an index as CSV (RFC 4180); names of authors are apart by semicolons."""
    out = io.StringIO(newline="")
    columns = ("iri", "name", "date", "authors") if kind == "work" else ("iri", "name", "works")
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    for entry in entries:
        row = _plain(entry)
        writer.writerow(row | {"authors": "; ".join(row["authors"])} if "authors" in row else row)
    return out.getvalue()


def _text(term: Term | None) -> str:
    return getattr(term, "value", "") if term is not None else ""


async def _years(site: Site) -> list[int]:
    """Return years of works to jump to: each of the last twelve, then each fifth, the newest first."""
    newest = await run_in_threadpool(site.world.index.listed, "work", "new", "", 1)
    oldest = await run_in_threadpool(site.world.index.listed, "work", "old", "", 1)
    if not newest or not newest[0].date or not oldest:
        return []
    last, first = int(newest[0].date[:4]), int(oldest[0].date[:4] or 0)
    near = range(last, max(first, last - 11) - 1, -1)
    return [*near, *(year for year in range(near[-1] - 1, first - 1, -1) if year % 5 == 0)][:40]


async def _things(site: Site, kind: str, found: Sequence[Listed], links: Links) -> list[Entry]:
    counts: dict[str, int] = {}
    if kind == "source":
        counts = await run_in_threadpool(_contributed, site)
    if kind == "software" or (kind == "source" and not counts):
        many = [{"thing": one.iri} for one in found]
        rows = await questions.ask_many(site.world.pool, site.questions["counted"], many)
        counts = {_text(thing): int(_text(works)) for thing, works in rows}
    entries = []
    for one in found:
        own = (links.own(one.iri) or one.iri).partition("/")[2]
        name = plain(one.label) if one.label != one.iri else own
        ref = Ref(one.iri, name, links.href(one.iri), kind)
        note = {"topic": own, "source": one.detail.partition(" · ")[0]}.get(kind, "")
        entries.append(Entry(ref, note, counts.get(one.iri, one.works)))
    return entries


def _contributed(site: Site) -> dict[str, int]:
    """Return the works of each source as the release has them counted; nothing where it has not."""
    answers, query = answers_of(site.world.release), site.world.queries.get("source-contributions")
    answered = answers.find(query.bind({})) if query is not None else None
    return _of_sources(answers, answered) if answered is not None else {}


@lru_cache(maxsize=4)
def _of_sources(answers: Answers, answered: Answered) -> dict[str, int]:
    rows = csv.DictReader(io.StringIO(answers.read(answered, "csv").decode(), newline=""))
    return {row["source"]: int(row["works"] or 0) for row in rows}


async def _works(site: Site, found: Sequence[Listed], links: Links) -> list[Entry]:
    rows = await questions.ask_many(site.world.pool, site.questions["works"], [{"work": one.iri} for one in found])
    said: dict[str, list[Sequence[Term | None]]] = {}
    for row in rows:
        said.setdefault(_text(row[0]), []).append(row)
    entries = []
    for one in found:
        mine = said.get(one.iri, [])
        name = min((_text(row[1]) for row in mine if row[1] is not None), default="")
        signed = sorted({(int(_text(row[3])), _text(row[4])) for row in mine if row[3] is not None})
        authors = tuple(dict.fromkeys(printed for _, printed in signed))
        opening = "" if name else plain(one.label) if one.label != one.iri else ""
        entries.append(
            Entry(
                Ref(one.iri, plain(name) or UNTITLED, links.href(one.iri), "work"),
                opening,
                day=day_of(one.date),
                authors=authors[:3],
                others=len(authors) > 3 or any(_text(row[5]) == "false" for row in mine),
                untitled=not name,
            )
        )
    return entries

"""Named queries: ``/queries`` lists them, ``/queries/NAME`` is a form, a table and the data.

Knows parameters, forms and formats. The values of a reader go into a query through ``NamedQuery.bind`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.errors import KgError, NotFoundError, QueryError
from kg.examples import FILE, examples_for, read_examples
from kg.precomputed import answers_of
from kg.queries import NamedQuery
from kg.store.answers import MEDIA_TYPES, Question
from kg.web import answering, feeds, paging, problems
from kg.web.lag import of_build
from kg.web.note import note
from kg.web.render import Site, site_of
from kg.web.rows import shown
from kg.web.tex import plain

router = APIRouter()

FORMS: Final = ("text/html", "application/json")
EXTENSIONS: Final = ("csv", "json", "tsv", "xml", "rq", "atom", "html")
LIMIT: Final = "Kg-Row-Limit"
"""The header that states how many rows a query gives at most; with as many rows there may be more."""
_LONGEST: Final = 4000


TOPICS: Final = (
    ("People", {"person", "group"}),
    ("Works", {"work"}),
    ("Topics and organisations", {"topic", "organisation"}),
    ("Sources and quality", {"source", "statement", "quality", "provenance"}),
)
"""Headings of the questions, and the first keywords that belong below each."""


@router.get("/queries", summary="The named queries")
async def listing(request: Request) -> Response:
    """Show every named query with what it asks for, as a page or as JSON."""
    form = answering.form_of(request, FORMS)
    return _listing(request, form)


@router.get("/queries.json", include_in_schema=False)
async def listing_json(request: Request) -> Response:
    """Give every named query as JSON."""
    return _listing(request, "application/json")


def _listing(request: Request, form: str) -> Response:
    site = site_of(request)
    queries = site.world.queries.values()
    if form == "text/html":
        found: dict[str, list[NamedQuery]] = {}
        for query in queries:
            found.setdefault(topic_of(query), []).append(query)
        topics = [(title, found[title]) for title, _ in TOPICS if title in found]
        return site.page(request, "queries.html", topics=topics)
    listed = [
        {
            "name": query.name,
            "title": query.title,
            "about": query.about,
            "keywords": query.keywords,
            "parameters": [asdict(parameter) for parameter in query.parameters],
            "columns": dict(query.columns),
            "limit": query.limit,
            "address": f"{site.world.base_iri}queries/{query.name}",
        }
        for query in queries
    ]
    body = orjson.dumps({"queries": listed}, option=orjson.OPT_INDENT_2)
    return Response(body, headers={"Vary": "Accept"}, media_type=form)


@router.get("/queries/{name}", summary="Run a named query, or show its form")
async def named(request: Request, name: str) -> Response:
    """Run the query with the parameters of the address; a page without them shows the form."""
    site = site_of(request)
    stem, _, extension = name.rpartition(".")
    if not stem or extension not in EXTENSIONS:
        stem, extension = name, ""
    query = site.world.queries.get(stem)
    if query is None:
        raise NotFoundError(f"there is no named query {stem[:80]!r}", advice="/queries lists them")
    if extension == "rq":
        return Response(query.text, media_type="application/sparql-query")
    values = _values(request)
    if extension == "atom":
        return await _feed(site, query, values)
    override = extension or values.pop("format", "")
    size, after = values.pop("limit", ""), values.pop("after", "")
    want = answering.wanted(request.headers.get("accept"), override or None)
    if want.page:
        return await _page(request, site, query, values, size, after)
    if want.rows is None:
        raise answering.not_acceptable(answering.SELECT_TYPES)
    text = await _bind(site, query, values)
    if size or after:
        page = await _rows(site, query, text, size, after)
        return await _paged(request, site, query, page, want.rows)
    response = await _whole(request, site, query, text, want, want.rows)
    if query.limit is not None:
        response.headers[LIMIT] = str(query.limit)
    return response


async def _rows(site: Site, query: NamedQuery, text: str, size: str, after: str) -> paging.Page:
    """Return the page of rows that an address names, out of the stored answer where there is one."""
    rows, cursor = paging.read_size(size, query, site.world.limits.result_rows), paging.read_cursor(after)
    release, answers = site.world.release.id, answers_of(site.world.release)
    answered = answers.find(text)
    if answered is not None:
        data = answers.read(answered, "json")
        end, full = (cursor.rows if cursor else 0) + rows, answered.rows == query.limit
        # Behind its last row the stored answer knows nothing.
        within = not full or end <= answered.rows
        page = await run_in_threadpool(paging.stored_page, data, release, size=rows, after=cursor) if within else None
        if page is not None and full and end == answered.rows:
            page = replace(page, next=await run_in_threadpool(paging.stored_end, answers, answered, release, end))
        if page is not None:
            return page
    deadline = site.world.limits.deadline
    return await paging.page_of(site.world.pool, query, text, release, size=rows, after=cursor, deadline=deadline)


async def _paged(request: Request, site: Site, query: NamedQuery, page: paging.Page, rows: tuple[str, str]) -> Response:
    headers = answering.headers_of(rows, query.name)
    link = _following(request, page.next) if page.next else None
    first = _address(request, after=None)
    headers["Link"] = f'<{first}>; rel="first"' + (f', <{link}>; rel="next"' if link else "")
    base = f"{site.world.base_iri}{request.scope['path'].lstrip('/')}"
    body = await run_in_threadpool(paging.written, page, rows[1], base + link if link else None)
    note().rows = page.rows
    return Response(body, headers=headers)


async def _whole(
    request: Request, site: Site, query: NamedQuery, text: str, want: answering.Wanted, rows: tuple[str, str]
) -> Response:
    """Answer with everything, up to the limit of the query; where there is more, say where it goes on."""
    world, limit = site.world, query.limit
    answers = answers_of(world.release)
    if (answered := answers.find(text)) is not None:
        response = Response(answers.read(answered, rows[1]), headers=answering.headers_of(rows, query.name))
        if limit and answered.rows >= limit:
            # Computed once for each release: an answer that is ready must not wait for anything.
            cursor = await run_in_threadpool(paging.stored_end, answers, answered, world.release.id, limit)
            response.headers["Link"] = f'<{_following(request, cursor)}>; rel="next"'
        return response
    question = Question(query.window(text, limit + 1, 0) if limit else text, max_rows=limit or 0)
    response = await answering.respond(
        request, world.pool, question, want, deadline=world.limits.deadline, name=query.name
    )
    if given := note().cut_at:
        end = await paging.after_last(world.pool, query, text, world.release.id, given, deadline=world.limits.deadline)
        if end is not None:
            response.headers["Link"] = f'<{_following(request, end)}>; rel="next"'
    return response


def _following(request: Request, cursor: paging.Cursor) -> str:
    return _address(request, after=str(cursor))


def _address(request: Request, after: str | None) -> str:
    """Return the address of another page of the same answer, relative to this one."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f"?{urlencode([*pairs, ('after', after)] if after else pairs)}"


def _values(request: Request) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in values:
            raise HTTPException(400, f"{name[:80]!r} is given more than once")
        if len(value) > _LONGEST:
            raise HTTPException(400, f"a parameter may have {_LONGEST} characters")
        values[name] = value
    return values


async def _bind(site: Site, query: NamedQuery, values: dict[str, str]) -> str:
    if query.path is not None:
        of_build()
    coauthors = site.world.coauthors
    finder = coauthors.shortest_path if coauthors is not None else None
    return await run_in_threadpool(query.bind, values, path_finder=finder)


async def _feed(site: Site, query: NamedQuery, values: dict[str, str]) -> Response:
    """Answer with the first rows as a feed: an entry is known by the first thing of its row, or by its values."""
    base, limits = site.world.base_iri, site.world.limits
    table = await answering.tabulate(
        site.world.pool,
        Question(await _bind(site, query, values)),
        deadline=limits.deadline,
        most_bytes=limits.page_result,
        most_rows=feeds.ENTRIES,
    )
    address = f"{base}queries/{query.name}"
    link = f"?{urlencode(values)}" if values else ""
    entries = []
    for row in table.rows:
        said = [cell.value for cell in row]
        thing = next((cell.value for cell in row if cell.kind == "iri"), "")
        words = [cell.value for cell in row if cell.kind == "literal" and not cell.value.isdecimal()]
        date = next((cell.value for cell in row if feeds.is_date(cell.value)), "")
        entries.append(
            feeds.Entry(
                feeds.row_id(base, query.name, said),
                next(iter(words), "") or thing or "A row",
                thing if thing.startswith(("http://", "https://")) else f"{address}{link}",
                feeds.moment(date),
                ", ".join(f"{name}: {value}" for name, value in zip(table.columns, said, strict=True) if value),
            )
        )
    body = feeds.write(
        id_=f"{address}.atom{link}",
        title=query.title,
        subtitle=query.about,
        own=f"{address}.atom{link}",
        page=f"{address}{link}",
        updated=feeds.utc(str(site.world.release.manifest.get("built", ""))),
        entries=entries,
    )
    return Response(body, headers={"Content-Type": f"{feeds.MEDIA_TYPE}; charset=utf-8"})


async def _page(
    request: Request, site: Site, query: NamedQuery, values: dict[str, str], size: str, after: str
) -> Response:
    limits = site.world.limits
    table, problem, text, following = None, None, "", ""
    asked = bool(values) or not any(parameter.default is None for parameter in query.parameters)
    if asked:
        try:
            text = await _bind(site, query, values)
            most = min(query.limit or limits.page_rows, limits.page_rows)
            rows = await _rows(site, query, text, size or str(most), after)
            table = await run_in_threadpool(answering.read_table, rows.data, limits.page_rows)
            following = _following(request, rows.next) if rows.next else ""
        except KgError as error:
            problem = problems.problem_of(error, retry_after=limits.retry_after)
            if (
                not isinstance(error, QueryError)
                and problem.kind.status >= 500
                and problem.kind.name == "internal-error"
            ):
                raise
    link = f"?{urlencode(values)}" if values else ""
    downloads = {form.upper(): f"queries/{query.name}.{form}{link}" for form in ("csv", "json", "tsv", "xml")}
    downloads["Atom"] = f"queries/{query.name}.atom{link}"
    return site.page(
        request,
        "query.html",
        status=problem.kind.status if problem else 200,
        query=query,
        values=values,
        given=_named(site, query, values),
        examples=examples_of(site, query),
        table=table,
        rows=shown(table, labels_of(site, table), site.links(request), once=True) if table else [],
        problem=problem,
        sparql=text or query.text,
        editor=f"sparql?{urlencode({'query': text})}" if text else "",
        downloads=downloads if asked else {},
        media_types=MEDIA_TYPES,
        following=following,
        begun=bool(after),
    )


def _named(site: Site, query: NamedQuery, values: Mapping[str, str]) -> dict[str, str]:
    """Return what the things are called that are given as values, by parameter."""
    base = site.world.base_iri
    iris = {
        one.name: value if value.startswith(base) else base + value
        for one in query.parameters
        if one.type == "iri" and (value := values.get(one.name, ""))
    }
    found = site.world.index.named(iris.values())
    return {name: plain(found[iri].label) for name, iri in iris.items() if iri in found}


def topic_of(query: NamedQuery) -> str:
    """Return the heading under which a query stands, by its keywords."""
    first = "quality" if "quality" in query.keywords else next(iter(query.keywords), "")
    return next((title for title, words in TOPICS if first in words), TOPICS[1][0])


def labels_of(site: Site, table: answering.Table) -> dict[str, str]:
    """Return what the things of a result are called, by IRI."""
    iris = {cell.value for row in table.rows for cell in row if cell.kind == "iri"}
    own = site.world.base_iri
    found = site.world.index.named(iri for iri in sorted(iris) if iri.startswith(own))
    return {iri: plain(hit.label) for iri, hit in found.items() if hit.label != iri}


def examples_of(site: Site, query: NamedQuery) -> dict[str, str]:
    """Return example values that exist in this graph: chosen with the release, else as far as things are known."""
    chosen = read_examples(site.world.release.path / FILE)
    if query.name in chosen:
        return examples_for(query, chosen)
    found: dict[str, str] = {}
    used: dict[str, int] = {}
    for parameter in query.parameters:
        kind = parameter.example.partition("/")[0]
        known = site.examples.get(kind, ()) if parameter.type == "iri" else ()
        place = used.get(kind, 0)
        used[kind] = place + 1
        iri = known[min(place, len(known) - 1)].iri if known else parameter.example
        found[parameter.name] = iri.removeprefix(site.world.base_iri)
    return found

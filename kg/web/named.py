"""Named queries: ``/queries`` lists them, ``/queries/NAME`` is a form, a table and the data.

Knows parameters, forms and formats. The values of a reader go into a query through ``NamedQuery.bind`` alone.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.errors import KgError, NotFoundError, QueryError
from kg.examples import FILE, examples_for, read_examples
from kg.precomputed import answers_of
from kg.queries import NamedQuery
from kg.store.answers import MEDIA_TYPES, Question
from kg.web import answering, feeds, problems
from kg.web.render import Site, site_of

router = APIRouter()

EXTENSIONS: Final = ("csv", "json", "tsv", "xml", "rq", "atom", "html")
LIMIT: Final = "Kg-Row-Limit"
"""The header that states how many rows a query gives at most; with as many rows there may be more."""
_LONGEST: Final = 4000


@router.get("/queries", summary="The named queries")
async def listing(request: Request) -> Response:
    """Show every named query with what it asks for."""
    site = site_of(request)
    return site.page(request, "queries.html", queries=tuple(site.world.queries.values()))


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
    want = answering.wanted(request.headers.get("accept"), override or None)
    if want.page:
        return await _page(request, site, query, values)
    text = await _bind(site, query, values)
    response = _ready(site, query, text, want) or await answering.respond(
        request, site.world.pool, Question(text), want, deadline=site.world.limits.deadline, name=query.name
    )
    if query.limit is not None:
        response.headers[LIMIT] = str(query.limit)
    return response


def _ready(site: Site, query: NamedQuery, text: str, want: answering.Wanted) -> Response | None:
    """Return the answer that was computed with the release, or None where it has to be asked."""
    answers = answers_of(site.world.release)
    answered = answers.find(text)
    if answered is None or want.rows is None:
        return None
    headers = answering.headers_of(want.rows, query.name)
    return Response(answers.read(answered, want.rows[1]), headers=headers)


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


async def _page(request: Request, site: Site, query: NamedQuery, values: dict[str, str]) -> Response:
    limits = site.world.limits
    table, problem, text = None, None, ""
    asked = bool(values) or not any(parameter.default is None for parameter in query.parameters)
    if asked:
        try:
            text = await _bind(site, query, values)
            answers = answers_of(site.world.release)
            if (answered := answers.find(text)) is not None:
                data = answers.read(answered, "json")
                table = await run_in_threadpool(answering.read_table, data, limits.page_rows)
            else:
                table = await answering.tabulate(
                    site.world.pool,
                    Question(text),
                    deadline=limits.deadline,
                    most_bytes=limits.page_result,
                    most_rows=limits.page_rows,
                    result_rows=limits.result_rows,
                )
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
        examples=examples_of(site, query),
        table=table,
        problem=problem,
        sparql=text or query.text,
        editor=f"sparql?{urlencode({'query': text})}" if text else "",
        downloads=downloads if asked else {},
        media_types=MEDIA_TYPES,
    )


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

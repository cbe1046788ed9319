"""``/openapi.json`` and ``/api``: what every address takes and gives, for programs and as a page.

The document starts from the routes the application really has, so none is missing; what the framework cannot know
(negotiated forms, typed parameters of named queries, examples from this graph, problems) is added from `described`.
The page is drawn here from that document: no script, nothing from elsewhere. Knows OpenAPI 3.1. Does not know what a
route does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from kg import __version__
from kg.described import description_path
from kg.web import answering, problems
from kg.web.described import JSON, PAGES, ROWS, Operation, described
from kg.web.named import LIMIT, examples_of
from kg.web.render import site_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.queries import NamedQuery, Parameter
    from kg.web.render import Site

router = APIRouter()

FORMS: Final = ("text/html", JSON, "application/vnd.oai.openapi+json")
QUERY_ERRORS: Final = (400, 403, 404, 406, 422, 503, 504)
_SCHEMAS: Final[dict[str, Any]] = {
    "Problem": {
        "type": "object",
        "description": "A problem document (RFC 9457). Line and column stand where a query text is at fault.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "advice": {"type": "string"},
            "line": {"type": "integer", "minimum": 1},
            "column": {"type": "integer", "minimum": 1},
        },
    },
    "Results": {
        "type": "object",
        "description": "SPARQL 1.1 Query Results JSON.",
        "required": ["head"],
        "properties": {
            "head": {"type": "object", "properties": {"vars": {"type": "array", "items": {"type": "string"}}}},
            "results": {
                "type": "object",
                "required": ["bindings"],
                "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
            },
            "boolean": {"type": "boolean"},
        },
    },
}


@router.get("/api", summary="This documentation")
async def api(request: Request) -> Response:
    """Show what the addresses take and give, or give it as an OpenAPI document."""
    site = site_of(request)
    form = answering.form_of(request, FORMS)
    document = cast("FastAPI", request.app).openapi()
    if form != "text/html":
        return Response(orjson.dumps(document), headers={"Vary": "Accept"}, media_type=form)
    known = description_path(site.world.release.path).is_file()
    return site.page(request, "api.html", document=document, groups=groups_of(document), described=known)


def install(app: FastAPI) -> None:
    """Make the application describe itself with `document`; it is made once for each release."""
    made: dict[str, dict[str, Any]] = {}

    def openapi() -> dict[str, Any]:
        site = cast("Site", app.state.site)
        release = site.world.release.id
        if release not in made:
            made.clear()
            made[release] = document(app, site)
        return made[release]

    # The framework's own way to another document is to replace the method.
    app.openapi = openapi  # type: ignore[method-assign]


def document(app: FastAPI, site: Site) -> dict[str, Any]:
    """Return the OpenAPI document of an application."""
    world = site.world
    paths: dict[str, Any] = get_openapi(title="kg", version=__version__, routes=app.routes)["paths"]
    known = described()
    has_description = description_path(world.release.path).is_file()
    for path, methods in paths.items():
        for method, operation in methods.items():
            _fill(operation, known.get((method, path)) or Operation("Other"))
            if path.startswith("/.well-known/") and not has_description:
                operation.pop("x-example", None)
    generic = paths.pop("/queries/{name}", None)
    for query in world.queries.values():
        paths[f"/queries/{query.name}"] = {"get": _named(site, query)}
    if generic is not None:
        paths["/queries/{name}"] = generic
    tags = {operation["tags"][0] for methods in paths.values() for operation in methods.values()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kg",
            "summary": world.title,
            "version": __version__,
            "description": (
                f"Release {world.release.id}. Every form is chosen by Accept, by an extension or by format=. Errors "
                f"have one shape, application/problem+json. A query is stopped after {world.limits.deadline:g} s; a "
                f"request body may have {world.limits.request_body:,} bytes."
            ),
        },
        "servers": [{"url": world.base_iri.rstrip("/")}],
        "tags": [{"name": name} for name in TAGS if name in tags],
        "paths": paths,
        "components": {"schemas": _SCHEMAS, "responses": {"Problem": _problem("Something is wrong; see the detail.")}},
    }


TAGS: Final = ("SPARQL", "Named queries", "Things", "Search", "Quality", "Dataset", "Service", "Other")
"""The groups of the page, in order."""


def groups_of(document: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str, dict[str, Any]]]]]:
    """Return tag -> (method, path, operation) as the page shows them."""
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append((method.upper(), path, operation))
    return list(found.items())


def _fill(operation: dict[str, Any], known: Operation) -> None:
    """Say in an operation what the framework does not know. Responses of a validation it never does are dropped."""
    operation["tags"] = [known.tag]
    named = {parameter["name"] for parameter in known.parameters}
    operation["parameters"] = [
        *known.parameters,
        *(one for one in operation.get("parameters", []) if one["name"] not in named),
    ]
    if known.body:
        operation["requestBody"] = known.body
    responses: dict[str, Any] = {
        str(status): {"description": text, **({"content": _content(types)} if types else {})}
        for status, (text, types) in known.answers.items()
    }
    if not responses:
        responses = {"200": {"description": "The answer."}}
    responses.update({str(status): _problem_of(status) for status in known.errors})
    operation["responses"] = {**responses, "default": {"$ref": "#/components/responses/Problem"}}
    if known.example:
        operation["x-example"] = known.example
    if not operation["parameters"]:
        del operation["parameters"]


def _named(site: Site, query: NamedQuery) -> dict[str, Any]:
    """Return the operation of one named query, with its typed parameters and examples that find something."""
    examples = examples_of(site, query)
    columns = "\n".join(f"- `{name}`: {about}" for name, about in query.columns)
    limit = f"\n\nAt most {query.limit:,} rows." if query.limit else ""
    link = {"description": "rel=next: where the rows go on, if there are more.", "schema": {"type": "string"}}
    headers = {"Link": link}
    if query.limit:
        headers[LIMIT] = {"description": "Rows given at most.", "schema": {"type": "integer"}}
    return {
        "tags": ["Named queries"],
        "operationId": f"query-{query.name}",
        "summary": query.title,
        "description": f"{query.about}{limit}\n\nColumns:\n{columns}",
        "parameters": [
            *(_parameter(parameter, examples[parameter.name]) for parameter in query.parameters),
            *PAGES,
            {
                "name": "format",
                "in": "query",
                "description": "The form, instead of Accept.",
                "schema": {"type": "string", "enum": ["json", "xml", "csv", "tsv", "html"]},
            },
        ],
        "responses": {
            "200": {
                "description": "The rows.",
                "content": _content((*ROWS, "application/atom+xml", "text/html")),
                "headers": headers,
            },
            **{str(status): _problem_of(status) for status in (*QUERY_ERRORS, 410)},
            "default": {"$ref": "#/components/responses/Problem"},
        },
        "x-example": f"queries/{query.name}" + (f"?{urlencode(examples)}" if examples else ""),
        "x-keywords": list(query.keywords),
    }


def _parameter(parameter: Parameter, example: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    value: str | int = example
    match parameter.type:
        case "integer":
            schema = {"type": "integer", "minimum": -(10**18) + 1, "maximum": 10**18 - 1}
            value = int(example)
        case "date":
            schema = {"type": "string", "format": "date"}
        case "gyear":
            schema = {"type": "string", "pattern": "^[0-9]{4}$"}
        case "choice":
            schema = {"type": "string", "enum": [*parameter.choices, *([""] if parameter.default == "" else [])]}
        case "iri":
            schema = {"type": "string", "minLength": 1, "maxLength": 4000}
        case _:
            schema = {"type": "string", "minLength": 1, "maxLength": 4000}
    if parameter.default:
        schema["default"] = int(parameter.default) if parameter.type == "integer" else parameter.default
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.default is None,
        "description": f"{parameter.about}; {parameter.expects()}",
        "schema": schema,
        "example": value,
    }


def _content(types: tuple[str, ...]) -> dict[str, Any]:
    schemas = {"application/sparql-results+json": {"$ref": "#/components/schemas/Results"}}
    return {name: {"schema": schemas.get(name, {} if name.endswith("json") else {"type": "string"})} for name in types}


def _problem_of(status: int) -> dict[str, Any]:
    return _problem("; ".join(kind.title for kind in problems.KINDS if kind.status == status) or "The request failed")


def _problem(text: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    page = {"schema": {"type": "string"}}  # the same for a reader
    return {"description": f"{text}.".replace("..", "."), "content": {problems.MEDIA_TYPE: schema, "text/html": page}}

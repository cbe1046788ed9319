"""How an error is shown over HTTP: one shape, a problem document (RFC 9457), or the same as a page.

Knows which error has which status, and why; ``/problems`` shows the list. Members of a problem document: ``type``,
``title``, ``status``, ``detail``, and where there are any ``line``, ``column`` and ``advice``. Does not show what an
unexpected error says: that belongs in the log, not on a stranger's screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from kg import errors
from kg.web.negotiate import prefers_page
from kg.web.render import Site, site_of

if TYPE_CHECKING:
    from kg.search import Hit

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its name (the end of its ``type``), status, title, and what it means."""

    name: str
    status: int
    title: str
    about: str


@dataclass(frozen=True)
class Problem:
    """One problem as it is shown."""

    kind: Kind
    detail: str
    advice: str = ""
    line: int | None = None
    column: int | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def document(self, base_iri: str) -> dict[str, Any]:
        """Return the members of the problem document."""
        extras = {"advice": self.advice or None, "line": self.line, "column": self.column}
        return {
            "type": f"{base_iri}problems#{self.kind.name}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            **{name: value for name, value in extras.items() if value is not None},
        }


KINDS: Final = tuple(
    Kind(*kind)
    for kind in (
        ("bad-request", 400, "The request is not well formed",
         "A parameter is missing, given twice or has no usable value."),
        ("bad-query", 400, "The query is not well formed",
         "The SPARQL text cannot be read; line and column say where."),
        ("bad-parameter", 400, "A parameter is missing, unknown or has no usable value",
         "The detail says which one and what it takes; /queries lists all."),
        ("bad-data", 400, "The data cannot be read",
         "What was sent to be stored is not well formed in the syntax that its media type names."),
        ("query-too-deep", 400, "The query nests too deeply",
         "Brackets within brackets, deeper than the limit in the detail. /settings lists the limits."),
        ("unauthorized", 401, "Writing needs a token",
         "Send it as Authorization: Bearer; whoever runs this server gives tokens out."),
        ("forbidden", 403, "This may not be written", "The detail says which permission is missing."),
        ("query-refused", 403, "The query asks for something that is closed here",
         "SERVICE and LOAD would make this server fetch from elsewhere; SERVICE is open only to the addresses in "
         "KG_SERVICES, LOAD to none."),
        ("not-found", 404, "There is nothing here", "No thing, query, graph or page has this address."),
        ("method-not-allowed", 405, "This address does not take that method", "The Allow header names those it takes."),
        ("not-acceptable", 406, "There is no form of this that the request accepts",
         "The detail lists the forms there are."),
        ("gone", 410, "This was here and has been withdrawn", "The address will not be used again."),
        ("precondition-failed", 412, "What this was to be written over has changed",
         "If-Match, If-None-Match or If-Unmodified-Since does not hold, and nothing was written. Read it again first."),
        ("request-too-large", 413, "The request is too large", "The detail says how large a request may be."),
        ("query-too-long", 413, "The query is too long", "The detail says how long a query may be."),
        ("unsupported-media-type", 415, "The request's media type is not one that is read here",
         "The detail lists those that are."),
        ("result-too-large", 422, "The answer is larger than this server gives",
         "The query is well formed, but its answer passed the size limit. Ask for less, or download the whole graph."),
        ("too-many-requests", 429, "This address sends more requests than one client may",
         "Retry-After says when to go on. /settings names the rate."),
        ("internal-error", 500, "Something went wrong here",
         "The cause is in the server's log. Trying the same again is unlikely to help."),
        ("service-failed", 502, "Another server did not answer",
         "The query calls another server by SERVICE. The detail says which one, and what became of the call."),
        ("busy", 503, "Too many queries are running", "Every place is taken. Retry-After says when to come back."),
        ("worker-lost", 503, "The query could not be answered",
         "The process that answered it was lost, most likely because the query needed too much memory."),
        ("deadline-exceeded", 504, "The query ran past its deadline and was stopped",
         "Every query has the same deadline, stated in the detail."),
    )
)  # fmt: skip
_NAMED: Final = {kind.name: kind for kind in KINDS}
_BY_STATUS: Final = {kind.status: kind for kind in reversed(KINDS)}

_OF_ERROR: Final = (
    (errors.QueryRefused, "query-refused"),
    (errors.ParameterError, "bad-parameter"),
    (errors.DataError, "bad-data"),
    (errors.QueryTooLong, "query-too-long"),
    (errors.QueryTooDeep, "query-too-deep"),
    (errors.QueryError, "bad-query"),
    (errors.NotFoundError, "not-found"),
    (errors.PreconditionFailed, "precondition-failed"),
    (errors.FormatError, "not-acceptable"),
    (errors.ServiceFailed, "service-failed"),
    (errors.DeadlineExceeded, "deadline-exceeded"),
    (errors.ResultTooLarge, "result-too-large"),
    (errors.Busy, "busy"),
    (errors.WorkerLost, "worker-lost"),
)
"""The expected errors. Every other error of the tree is the server's own fault: 500."""


def problem_of(error: Exception, *, retry_after: int = 2) -> Problem:
    """Return the problem an exception is shown as."""
    if isinstance(error, HTTPException):
        kind = _BY_STATUS.get(error.status_code) or Kind("http-error", error.status_code, "The request failed", "")
        # Starlette's own exceptions carry only the phrase of the status as their detail.
        detail = kind.about if error.detail in {"Not Found", "Method Not Allowed"} else str(error.detail)
        return Problem(kind, detail, headers=tuple((error.headers or {}).items()))
    if isinstance(error, RequestValidationError):
        return Problem(_NAMED["bad-request"], "; ".join(str(entry.get("msg", "")) for entry in error.errors()))
    for class_, name in _OF_ERROR:
        if isinstance(error, class_):
            kind = _NAMED[name]
            headers = (("Retry-After", str(retry_after)),) if kind.status == 503 else ()
            line, column = getattr(error, "line", None), getattr(error, "column", None)
            return Problem(kind, error.message, error.advice, line, column, headers)
    return Problem(_NAMED["internal-error"], _NAMED["internal-error"].about)


def respond(request: Request, problem: Problem) -> Response:
    """Write a problem as a document, or as a page for a client that prefers one."""
    site = site_of(request)
    headers = {**dict(problem.headers), "Cache-Control": "no-store"}
    headers["Vary"] = "Accept"
    if prefers_page(request.headers.get("accept")):
        sought, near = _near(request, site) if problem.kind.status in {404, 410} else ("", [])
        status = problem.kind.status
        return site.page(
            request, "problem.html", status=status, headers=headers, problem=problem, sought=sought, near=near
        )
    body = orjson.dumps(problem.document(site.world.base_iri))
    return Response(body, problem.kind.status, headers, media_type=MEDIA_TYPE)


def _near(request: Request, site: Site) -> tuple[str, list[Hit]]:
    """Return the words in an address that leads nowhere, and things that are called so."""
    last = request.scope["path"].rstrip("/").rpartition("/")[2][:100]
    words = re.sub(r"[\W_]+", " ", last.partition(".")[0]).strip()
    return words, list(site.world.index.complete(words, None, 5)) if len(words) > 2 else []


def told(request: Request, error: Exception) -> Response:
    """Return what a client is told of an error."""
    return respond(request, problem_of(error, retry_after=site_of(request).world.limits.retry_after))


async def _handle(request: Request, error: Exception) -> Response:
    return told(request, error)


def install(app: FastAPI) -> None:
    """Make every expected error of the application a problem document; ``unexpected`` is for the rest."""
    for class_ in (errors.KgError, HTTPException, RequestValidationError):
        app.add_exception_handler(class_, _handle)


def unexpected(app: FastAPI, scope: Scope) -> Response:
    """Return what a client is told when something failed that nobody expected."""
    kind = _NAMED["internal-error"]
    return respond(Request({**scope, "app": app}), Problem(kind, kind.about))


def refused(app: FastAPI, scope: Scope, error: HTTPException) -> Response:
    """Return the answer to a request that a layer around the application does not let in."""
    return respond(Request({**scope, "app": app}), problem_of(error))

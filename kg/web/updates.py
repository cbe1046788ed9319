"""``/update``: SPARQL updates by the protocol, for those who hold a token; and how the server comes to a new release.

Knows the protocol's parameters for updates, and which request is refused with which status before anything is read.
Does not evaluate anything: changes go to the writer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from fastapi import APIRouter, FastAPI, Request
from pyoxigraph import NamedNode
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from kg.errors import PreconditionFailed
from kg.store.scribe import Scribe
from kg.store.updates import Edits, Outcome
from kg.web.conditions import condition_of
from kg.web.render import Site, site_of
from kg.web.sparql import FORM, content_type, form_pairs, pairs_of, read_body, refuse_charset
from kg.web.tokens import Token, authorise, read_tokens, refuse_foreign_site

if TYPE_CHECKING:
    from kg.settings import Settings
    from kg.store.finished import Release
    from kg.store.releases import Home

router = APIRouter()

DIRECT: Final = "application/sparql-update"
_DATASET: Final = ("using-graph-uri", "using-named-graph-uri")


@dataclass(frozen=True)
class Desk:
    """Who may write, and the means to: the home, and limits of the writer. Without tokens nothing is ever written."""

    home: Home
    tokens: tuple[Token, ...] = ()
    deadline: float = 30.0
    memory: int = 4 * 1024**3


def make_desk(home: Home, settings: Settings) -> Desk:
    """Return the desk that the settings ask for. Raises SettingsError for a token that cannot be read."""
    return Desk(home, read_tokens(settings.write_token), settings.deadline, settings.worker_memory)


@asynccontextmanager
async def writing(app: FastAPI, desk: Desk | None, serve: Callable[[Release], Awaitable[None]]) -> AsyncIterator[None]:
    """Keep a writer for as long as the application runs, where there is a desk with tokens.

    ``serve`` is awaited with each new release before its writers are answered.
    """
    app.state.tokens = desk.tokens if desk else ()
    app.state.updates = None
    if desk is None or not desk.tokens:
        yield
        return

    updates = Scribe(desk.home, serve, deadline=desk.deadline, memory=desk.memory)
    await updates.start()
    app.state.updates = updates
    app.state.site = replace(cast("Site", app.state.site), writing=True)
    try:
        yield
    finally:
        await updates.close()


def admit(request: Request, scope: str) -> tuple[Edits, str]:
    """Return the writer and the name of who writes, for a request that may write; the body has not been read yet.

    Raises HTTPException 401 or 403.
    """
    refuse_foreign_site(request.headers, site_of(request).world.base_iri)
    token = authorise(request.app.state.tokens, request.headers, scope)
    return cast("Edits", request.app.state.updates), token.name


@router.post("/update", summary="Change the graph with SPARQL 1.1 Update (needs a token)")
async def update(request: Request) -> Response:
    """Apply an update sent as a form or as the body itself; answer when it is durable and can be read."""
    updates, by = admit(request, "update")
    site = site_of(request)
    media_type, charset = content_type(request)
    if media_type not in {FORM, DIRECT}:
        raise HTTPException(415, f"send an update as {FORM} or as {DIRECT}, not as {media_type or 'nothing'}")
    refuse_charset(charset)
    pairs = pairs_of(request.scope["query_string"])
    body = await read_body(request, site.world.limits.request_body)
    if media_type == FORM:
        pairs += await form_pairs(body)
    elif any(name == "update" for name, _ in pairs):
        raise HTTPException(400, "the update is in the body and in the address; send it once")
    else:
        try:
            pairs.append(("update", body.decode("utf-8")))
        except UnicodeDecodeError as error:
            raise HTTPException(400, f"the update is not UTF-8: byte {error.start + 1}") from None
    text, default_graphs, named_graphs = _asked(pairs)
    only = condition_of(request)
    if only.exists:
        raise PreconditionFailed("nothing can be read here for If-Match to name", advice="use If-Unmodified-Since")
    outcome = await updates.update(text, f"{site.world.base_iri}update", default_graphs, named_graphs, by, only.on)
    return JSONResponse(facts(outcome))


def facts(outcome: Outcome) -> dict[str, object]:
    """Return what the writer is told of a change."""
    return {
        "release": outcome.release,
        "entry": outcome.entry,
        "removed": outcome.removed,
        "added": outcome.added,
    }


def _asked(pairs: list[tuple[str, str]]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    updates = [value for name, value in pairs if name == "update"]
    if len(updates) != 1:
        what = "there is no parameter 'update'" if not updates else f"'update' is given {len(updates)} times"
        raise HTTPException(400, f"{what}; send it exactly once")
    for name, value in pairs:
        if name in {"query", "default-graph-uri", "named-graph-uri"}:
            raise HTTPException(400, f"{name!r} belongs to a query, and this is an update")
        if name in _DATASET:
            try:
                NamedNode(value)
            except ValueError:
                raise HTTPException(400, f"{name} is not an absolute IRI: {value[:200]!r}") from None
    default_graphs, named_graphs = (tuple(v for n, v in pairs if n == name) for name in _DATASET)
    return updates[0], default_graphs, named_graphs

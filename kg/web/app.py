"""The application: routes, errors, the layers around them, and the lifespan that starts and closes the pool.

``create_app(world)`` is handed everything. Knows which parts the server has and in which order routes are tried.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from kg import __version__
from kg.store.releases import Home
from kg.web import (
    api,
    crawlers,
    docs,
    explore,
    find,
    graphs,
    identities,
    indexes,
    named,
    operation,
    pages,
    problems,
    quality,
    releases,
    shapes,
    sparql,
    things,
    updates,
    wellknown,
    workbench,
)
from kg.web.border import Border
from kg.web.cache import Answers
from kg.web.delivery import Delivery
from kg.web.direct import Direct
from kg.web.federation import Gateway
from kg.web.follow import Follower
from kg.web.limits import RateLimit
from kg.web.log import Journal
from kg.web.metrics import Counts, first_parts
from kg.web.outside import Outside, read_places
from kg.web.render import make_site, with_examples
from kg.web.world import World


class Application(FastAPI):
    """The framework's application with our layers around all of its own. ``around`` puts them there."""

    def __init__(self, *, around: Callable[[FastAPI, ASGIApp], ASGIApp], **given: Any) -> None:
        super().__init__(**given)
        self._around = around

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request without asking first whether the framework's telemetry is on: it is not."""
        if scope["type"] == "http" and self.middleware_stack is not None:
            scope["app"] = self
            await self.middleware_stack(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """Return what answers a request; called once, before the first."""
        return self._around(self, super().build_middleware_stack())


def create_app(world: World, desk: updates.Desk | None = None) -> FastAPI:
    """Return the application that serves a world. Its lifespan starts and closes the world's pool.

    ``desk`` says who may write; without one, nobody may.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        _first_parts(app)
        if places := read_places(world.settings.services):
            app.state.gateway = Gateway(Outside(places), world.limits.deadline)
            await app.state.gateway.start()
        watching = None
        try:
            await world.pool.start()
            app.state.site = await with_examples(app.state.site)
            if world.settings.follow:
                watching = asyncio.create_task(follower.watch(world.settings.follow))
            async with updates.writing(app, desk, follower.switch):
                yield
        finally:
            if watching is not None:
                watching.cancel()
                await asyncio.wait([watching])
            await world.pool.close()
            if app.state.gateway is not None:
                await app.state.gateway.close()

    # The interactive documentation that comes with the framework loads scripts from elsewhere.
    app = Application(
        around=partial(_layers, world),
        title="kg",
        summary=world.title,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.gateway = None
    app.state.site = make_site(world)
    app.state.follower = follower = Follower(app.state, Home(world.release.path.parent.parent))
    for part in (
        pages,
        sparql,
        workbench,
        updates,
        graphs,
        find,
        crawlers,
        explore,
        named,
        quality,
        releases,
        shapes,
        docs,
        indexes,
        wellknown,
        api,
        operation,
        identities,
        things,
    ):
        app.include_router(part.router)
    problems.install(app)
    api.install(app)
    app.state.answers = Answers(world.settings.cache_bytes)
    app.state.counts = Counts()
    return app


def _layers(world: World, app: FastAPI, inner: ASGIApp) -> ASGIApp:
    """Put the layers around the framework's own, from the inside out."""
    settings = world.settings
    inner = Direct(inner, sparql.DIRECTLY, problems.told)
    inner = Delivery(inner, follower=app.state.follower, answers=app.state.answers, never=operation.MOMENTARY)
    if settings.rate:
        refuse = partial(problems.refused, app)
        inner = RateLimit(inner, rate=settings.rate, refuse=refuse, free=operation.MOMENTARY)
    inner = Border(inner, app.routes, partial(problems.unexpected, app), readable_posts=("/sparql",))
    return Journal(
        inner,
        counts=app.state.counts,
        known=partial(_first_parts, app),
        log_requests=bool(settings.log_requests),
        log_queries=bool(settings.log_queries),
    )


def _first_parts(app: FastAPI) -> frozenset[str]:
    """Return the first parts of the paths there are; looked up when the first request is counted."""
    known: frozenset[str] | None = getattr(app.state, "first_parts", None)
    if known is None:
        known = app.state.first_parts = first_parts(app.openapi()["paths"]) | {"/static", "/openapi"}
    return known

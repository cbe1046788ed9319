"""The application: routes, errors, the layer around them, and the lifespan that starts and closes the pool.

``create_app(world)`` is handed everything. Knows which parts the server has and in which order routes are tried.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from kg import __version__
from kg.store.releases import Home
from kg.web import (
    api,
    crawlers,
    docs,
    explore,
    find,
    graphs,
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
from kg.web.follow import Follower
from kg.web.limits import RateLimit
from kg.web.log import Journal
from kg.web.metrics import Counts, first_parts
from kg.web.render import make_site, with_examples
from kg.web.world import World


def create_app(world: World, desk: updates.Desk | None = None) -> FastAPI:
    """Return the application that serves a world. Its lifespan starts and closes the world's pool.

    ``desk`` says who may write; without one, nobody may.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        _first_parts(app)
        await world.pool.start()
        watching = None
        try:
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

    # The interactive documentation that comes with the framework loads scripts from elsewhere.
    app = FastAPI(
        title="kg",
        summary=world.title,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
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
        things,
    ):
        app.include_router(part.router)
    problems.install(app)
    api.install(app)
    # From the inside out.
    app.state.answers = Answers(world.settings.cache_bytes)
    app.state.counts = Counts()
    app.add_middleware(Delivery, follower=follower, answers=app.state.answers, never=operation.MOMENTARY)
    if world.settings.rate:
        refuse = partial(problems.refused, app)
        app.add_middleware(RateLimit, rate=world.settings.rate, refuse=refuse, free=operation.MOMENTARY)
    app.add_middleware(Border, routes=app.routes, readable_posts=("/sparql",), failed=partial(problems.unexpected, app))
    app.add_middleware(
        Journal,
        counts=app.state.counts,
        known=partial(_first_parts, app),
        log_requests=bool(world.settings.log_requests),
        log_queries=bool(world.settings.log_queries),
    )
    return app


def _first_parts(app: FastAPI) -> frozenset[str]:
    """Return the first parts of the paths there are; looked up when the first request is counted."""
    known: frozenset[str] | None = getattr(app.state, "first_parts", None)
    if known is None:
        known = app.state.first_parts = first_parts(app.openapi()["paths"]) | {"/static", "/openapi"}
    return known

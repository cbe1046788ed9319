"""The application: routes, errors, the layer around them, and the lifespan that starts and closes the pool.

``create_app(world)`` is handed everything. Knows which parts the server has and in which order routes are tried.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from kg import __version__
from kg.web import find, graphs, indexes, named, pages, problems, quality, sparql, things, updates
from kg.web.border import Border
from kg.web.render import make_site, with_examples
from kg.web.world import World


def create_app(world: World, desk: updates.Desk | None = None) -> FastAPI:
    """Return the application that serves a world. Its lifespan starts and closes the world's pool.

    ``desk`` says who may write; without one, nobody may.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await world.pool.start()
        try:
            app.state.site = await with_examples(app.state.site)
            async with updates.writing(app, desk):
                yield
        finally:
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
    for part in (pages, sparql, updates, graphs, find, named, quality, indexes, things):
        app.include_router(part.router)
    problems.install(app)
    app.add_middleware(Border, routes=app.routes, readable_posts=("/sparql",), failed=partial(problems.unexpected, app))
    return app

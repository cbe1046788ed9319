"""The routes that are asked most, without the framework's way to them.

Between a request and its handler the framework finds a route, opens scopes for dependencies that no handler here has
and wraps what is sent; that costs as much as a look-up in the graph. A handler that takes nothing but the request is
called from here; it stays a route of the framework too, which describes it and answers for other methods. Knows paths
and methods. Does not know what a handler does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kg.errors import KgError

Handler = Callable[[Request], Awaitable[Response]]


class Direct:
    """Wraps the application. ``routes`` are (method, path) -> handler; ``told`` makes the answer to an error."""

    def __init__(
        self,
        app: ASGIApp,
        routes: Mapping[tuple[str, str], Handler],
        told: Callable[[Request, KgError | HTTPException], Response],
    ) -> None:
        self.app = app
        self.routes = routes
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose handler is known here; pass others on."""
        handler = self.routes.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if handler is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            response = await handler(request)
        except (KgError, HTTPException) as error:
            response = self._told(request, error)
        await response(scope, receive, send)

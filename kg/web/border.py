"""What every answer has in common: security headers, cross-origin reading, HEAD, OPTIONS and ``Allow``.

One plain ASGI layer around the application. Knows HTTP; knows no route by name, and does not read bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD: Final = "kg.head"
"""Set in the scope of a HEAD request, which the application sees as a GET."""

SECURITY: Final = {
    # Scripts come from the bundle alone. Data blocks (application/ld+json) are never executed and need no source.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
}
READING: Final = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})


class Border:
    """Wraps the application. ``routes`` are asked which methods a path has."""

    def __init__(
        self,
        app: ASGIApp,
        routes: Sequence[BaseRoute],
        failed: Callable[[Scope], Response],
        readable_posts: Iterable[str] = (),
    ) -> None:
        """Take what is around the application.

        ``failed`` makes the answer to a request that ended in an unexpected error; ``readable_posts`` are the paths
        whose POST only reads, so that pages of other origins may send it too.
        """
        self.app = app
        self.routes = routes
        self.failed = failed
        self.readable_posts = frozenset(readable_posts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here when it is an OPTIONS request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"]
        head = method == "HEAD"
        started = ended = False

        async def answer(message: Message) -> None:
            nonlocal started, ended
            if message["type"] == "http.response.start":
                started = True
                self._stamp(MutableHeaders(scope=message), scope, method, message["status"])
            elif head and message["type"] == "http.response.body":
                if ended:
                    return
                ended = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        if method == "OPTIONS":
            allowed = self._allowed(scope)
            await Response(status_code=204 if allowed else 404, headers=_allow(allowed) if allowed else None)(
                scope, receive, answer
            )
            return
        try:
            await self.app({**scope, "method": "GET", HEAD: True} if head else scope, receive, answer)
        except Exception:
            # An answer under way is broken off by what follows; otherwise the client is told, and the server's log too.
            if not started:
                await self.failed(scope)(scope, receive, answer)
            raise

    def _stamp(self, headers: MutableHeaders, scope: Scope, method: str, status: int) -> None:
        for name, value in SECURITY.items():
            headers.setdefault(name, value)
        if method in READING or (method == "POST" and scope["path"] in self.readable_posts):
            headers["Access-Control-Allow-Origin"] = "*"
            headers["Access-Control-Expose-Headers"] = (
                "Link, Location, Content-Disposition, Retry-After, Kg-Row-Limit, ETag, KG-Truncated, X-Request-ID"
            )
        if method == "OPTIONS":
            writing = {"POST"} if scope["path"] in self.readable_posts else set()
            methods = (READING | writing) & set(headers.get("Allow", "").split(", "))
            headers["Access-Control-Allow-Methods"] = ", ".join(sorted(methods))
            headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
            headers["Access-Control-Max-Age"] = "86400"
        elif status == 405:
            headers["Allow"] = _allow(self._allowed(scope))["Allow"]

    def _allowed(self, scope: Scope) -> set[str]:
        # Each method is tried, because an included router does not say which ones its routes have.
        allowed = {
            method
            for method in ("GET", "QUERY", "POST", "PUT", "PATCH", "DELETE")
            if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in self.routes)
        }
        return allowed | {"HEAD", "OPTIONS"} if "GET" in allowed else allowed | ({"OPTIONS"} if allowed else set())


def _allow(methods: set[str]) -> dict[str, str]:
    return {"Allow": ", ".join(sorted(methods))}

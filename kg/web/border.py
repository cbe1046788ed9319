"""What every answer has in common: security headers, cross-origin reading, HEAD, OPTIONS and ``Allow``.

One plain ASGI layer around the application. Knows HTTP; knows no route by name, and does not read bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.web.fields import Fields

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
_SECURITY: Final = tuple((name.lower().encode(), value.encode()) for name, value in SECURITY.items())
_ANY_ORIGIN: Final = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Link, Location, Content-Disposition, Retry-After, Kg-Row-Limit, ETag, KG-Truncated, KG-Build, X-Request-ID",
    ),
)
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
                fields = Fields.read(message["headers"])
                self._stamp(fields, scope, method, message["status"])
                message["headers"] = fields.raw()
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

    def _stamp(self, fields: Fields, scope: Scope, method: str, status: int) -> None:
        for name, value in _SECURITY:
            fields.setdefault(name, value)
        if method in READING or (method == "POST" and scope["path"] in self.readable_posts):
            fields.update(_ANY_ORIGIN)
        if method == "OPTIONS":
            writing = {"POST"} if scope["path"] in self.readable_posts else set()
            methods = (READING | writing) & set(fields.get(b"allow", b"").decode().split(", "))
            fields[b"access-control-allow-methods"] = ", ".join(sorted(methods)).encode()
            fields[b"access-control-allow-headers"] = b"Accept, Content-Type, If-None-Match"
            fields[b"access-control-max-age"] = b"86400"
        elif status == 405:
            fields[b"allow"] = _allow(self._allowed(scope))["Allow"].encode()

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

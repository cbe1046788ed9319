"""How many requests a client may send: a bucket of tokens for each address, filled at a steady rate.

One plain ASGI layer. Knows addresses (of IPv6 the network, /64, is one client) and time. Which address a client has
behind a proxy is the server's affair, which believes the proxy alone. Does not know what a request costs.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

BURST: Final = 10
"""Seconds' worth of requests that may come at once."""
_MOST: Final = 20_000  # clients that are remembered; the one not seen for longest is forgotten first


class Buckets:
    """The tokens of each client."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self.most = max(rate * BURST, 1.0)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client -> tokens, when

    def __len__(self) -> int:
        return len(self._left)

    def take(self, client: str) -> float:
        """Take a token; return 0, or the seconds until there is one again."""
        now = self._clock()
        tokens, when = self._left.pop(client, (self.most, now))
        tokens = min(self.most, tokens + (now - when) * self.rate)
        allowed = tokens >= 1
        self._left[client] = (tokens - 1 if allowed else tokens, now)
        if len(self._left) > _MOST:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self.rate


def client_of(scope: Scope) -> str:
    """Return what counts as one client.

    >>> client_of({"client": ("2001:db8::1:2", 80)}), client_of({"client": ("192.0.2.1", 80)}), client_of({})
    ('2001:db8::/64', '192.0.2.1', '')
    """
    host = (scope.get("client") or ("", 0))[0]
    if ":" not in host:
        return str(host)
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return str(host)
    return str(address.ipv4_mapped or ipaddress.IPv6Network((address, 64), strict=False))


class RateLimit:
    """Wraps the application; ``free`` are paths that cost no token, ``refuse`` makes the answer to one too many."""

    def __init__(
        self, app: ASGIApp, *, rate: float, refuse: Callable[[Scope, HTTPException], Response], free: Iterable[str] = ()
    ) -> None:
        self.app = app
        self.buckets = Buckets(rate)
        self._refuse = refuse
        self._free = frozenset(free)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 429."""
        if scope["type"] == "http" and scope["path"] not in self._free:
            wait = self.buckets.take(client_of(scope))
            if wait:
                said = f"one client may send {self.buckets.rate:g} requests a second"
                error = HTTPException(429, said, {"Retry-After": str(math.ceil(wait))})
                await self._refuse(scope, error)(scope, receive, send)
                return
        await self.app(scope, receive, send)

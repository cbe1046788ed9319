"""The server's own HTTP protocol, writing the head of an answer together with its body.

The server writes them one after the other, each by a call to the system that wakes the client; for a small answer the
second costs as much as the first. Here what is written in one step of the event loop leaves in one piece, and what was
written of an answer that broke off does not wait for a client who takes nothing. Knows how the server's protocol
writes. Does not know what.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LINGER: Final = 1.0
"""Seconds in which a client may still take what was written of an answer that broke off."""


class Gathered:
    """Wraps a transport: what is written waits for the end of this step. Everything else is the transport's own.

    ``broken`` says at the close whether an answer is then left without its end.
    """

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, broken: Callable[[], bool] = lambda: False
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._broken = broken
        self._held: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write in a moment. Raises RuntimeError, as the transport does, once the connection is closed."""
        if self._transport.is_closing():
            raise RuntimeError("the connection is closed")
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(data)

    def _flush(self) -> None:
        if self._held and not self._transport.is_closing():
            self._transport.write(self._held[0] if len(self._held) == 1 else b"".join(self._held))
        self._held = []

    def close(self) -> None:
        """Write what is held, then close."""
        self._flush()
        self._transport.close()
        if self._broken():
            self._loop.call_later(_LINGER, self._transport.abort)


class GatheringProtocol(HttpToolsProtocol):
    """The server's protocol over such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        gathered = Gathered(transport, asyncio.get_running_loop(), self._broken)
        super().connection_made(cast("asyncio.Transport", gathered))

    def _broken(self) -> bool:
        return self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete

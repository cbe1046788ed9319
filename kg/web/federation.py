"""SERVICE, where the operator allows some: calls of the engine go to a gateway of this process, which asks for it.

The engine calls whatever address a query names, wherever that leads. So the addresses of a query are replaced, before a
worker sees it, by addresses of a gateway on the loopback interface; a worker is never given a query with another call.
The gateway does what the engine does not: `kg.web.outside` says whom it asks, and how far. Knows the gateway's
addresses, its secret and its answers. Does not know where calls stand in a query (`kg.store.guard` does).
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from hmac import compare_digest
from typing import Final
from urllib.parse import quote, unquote

import h11

from kg.errors import QueryRefused
from kg.store.answers import Question
from kg.store.guard import redirect_calls
from kg.web.outside import Outside, OutsideError

_LONGEST: Final = 1_000_000  # bytes of what a query asks of another server
_AT_ONCE: Final = 16


class Gateway:
    """Listens on the loopback interface for the engine's calls. ``seconds`` is the most that one call may take."""

    def __init__(self, outside: Outside, seconds: float) -> None:
        self._outside = outside
        self._seconds = seconds
        self._secret = secrets.token_urlsafe(24)
        self._server: asyncio.Server | None = None
        self._places = asyncio.Semaphore(_AT_ONCE)
        self.address = ""

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/{self._secret}/"

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    def open(self, question: Question) -> Question:
        """Return the question with its calls led through here; the same question where it has none.

        Raises QueryRefused, with line and column, for a call of a place that is not allowed.
        """
        query = redirect_calls(question.query, self._through)
        return question if query == question.query else question._replace(query=query, services=self.address)

    def _through(self, iri: str) -> str:
        try:
            self._outside.place(iri)
        except OutsideError as error:
            raise QueryRefused(error.message, advice="see the setting KG_SERVICES of this server") from None
        return self.address + quote(iri, safe="")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        with suppress(OSError, EOFError, TimeoutError, h11.ProtocolError):
            async with asyncio.timeout(self._seconds):
                request, body = await _read(connection, reader)
                status, media_type, data = await self._answer(request, body, reader)
                headers = [("Content-Type", media_type), ("Content-Length", str(len(data))), ("Connection", "close")]
                for event in (
                    h11.Response(status_code=status, headers=headers),
                    h11.Data(data=data),
                    h11.EndOfMessage(),
                ):
                    writer.write(connection.send(event) or b"")
                await writer.drain()
        writer.close()

    async def _answer(self, request: h11.Request, body: bytes, reader: asyncio.StreamReader) -> tuple[int, str, bytes]:
        _, secret, *rest = request.target.decode("ascii").split("/", 2)
        if not rest or request.method != b"POST" or not compare_digest(secret.encode(), self._secret.encode()):
            return 403, "text/plain", b"no"
        if self._secret.encode() in body:
            return 502, "text/plain", b"a call within a call cannot be passed on"
        fields = {name.decode("ascii"): value.decode("latin-1") for name, value in request.headers}
        async with self._places:
            asking = asyncio.create_task(
                self._outside.post(unquote(rest[0]), body, fields.get("content-type", ""), fields.get("accept", "*/*"))
            )
            # The worker's end of the connection ends when the worker is killed: then nobody waits for the answer.
            leaving = asyncio.create_task(reader.read(1))
            try:
                await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if not asking.done():
                    raise EOFError
                media_type, data = asking.result()
            except OutsideError as error:
                return 502, "text/plain", error.message.encode()
            finally:
                for task in (asking, leaving):
                    task.cancel()
        return 200, media_type, data


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request, bytes]:
    request, body = None, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(1 << 16))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _LONGEST:
                raise EOFError
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return request, bytes(body)
        else:
            raise EOFError

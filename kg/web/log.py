"""The outermost layer: gives each request an id, counts it, and writes one line about it.

A line holds id, method, the first part of the path, status, milliseconds, bytes, and where they are known rows and what
the cache did. It never holds a query string, a body or a header of the client, unless ``log_queries`` is set: then the
text of its query. An answer that breaks off for a reason this program knows is one line too, not a traceback.
"""

from __future__ import annotations

import logging
import os
import random
import re
import time
from collections.abc import Callable
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.errors import KgError
from kg.web.metrics import Counts, first_part
from kg.web.note import CURRENT, Note

_LOG: Final = logging.getLogger("kg.access")
_ID: Final = re.compile(rb"[A-Za-z0-9_.-]{8,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"})


class Journal:
    """Wraps everything else. ``known`` returns the first parts of paths that there are; others count as ``other``."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        counts: Counts,
        known: Callable[[], frozenset[str]],
        log_requests: bool = True,
        log_queries: bool = False,
    ) -> None:
        self.app = app
        self.counts = counts
        self._known = known
        self._log_requests = log_requests
        self._log_queries = log_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and say afterwards what became of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        told = Note(id=_request_id(scope))
        token = CURRENT.set(told)
        name = (b"x-request-id", told.id.encode())
        status, size, ended, broken = 0, 0, False, ""

        async def count(message: Message) -> None:
            nonlocal status, size, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], name]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
                ended = not message.get("more_body", False)
            try:
                await send(message)
            except RuntimeError as error:
                ended = False
                if "closed" in str(error):  # so the event loop complains when a connection ended a moment ago
                    raise ClientDisconnect from error
                raise

        try:
            await self.app(scope, receive, count)
            if not ended:
                broken = "the client left"
        except Exception as error:
            known = _behind(error)
            left = isinstance(known, ClientDisconnect)
            broken = "the client left" if left else f"{type(known).__name__}: {known}"
            raise  # the server breaks the connection, which is what a client must see
        finally:
            CURRENT.reset(token)
            self._write(scope, told, status, time.perf_counter() - begun, size, broken if not ended else "")

    def _write(self, scope: Scope, told: Note, status: int, seconds: float, size: int, broken: str) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = first_part(scope["path"])
        if route not in self._known():
            route = "other"
        self.counts.add(route, method, status, seconds, size)
        self.counts.broken += bool(broken)
        self.counts.cut += bool(told.cut_at)
        if not self._log_requests and not broken:
            return
        line = f"id={told.id} method={method} route={route} status={status} ms={seconds * 1000:.1f} bytes={size}"
        if told.rows is not None:
            line += f" rows={told.rows}"
        if told.cache:
            line += f" cache={told.cache}"
        if broken:
            line += f' broken="{_one_line(broken)}"'
        if self._log_queries and told.query:
            line += f' query="{_one_line(told.query)}"'
        level = logging.WARNING if broken else logging.INFO
        if _LOG.isEnabledFor(level):
            # Made without looking for the caller: that is always this line, and costs more than all the rest.
            _LOG.handle(_LOG.makeRecord(_LOG.name, level, __file__, 0, line, (), None))


def _request_id(scope: Scope) -> str:
    """Return the id that a proxy gave the request, where it is a plain word, or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value):
            return str(value.decode("ascii"))
    return f"{random.getrandbits(64):016x}"


def _one_line(text: str) -> str:
    return " ".join(text.split()).encode("unicode_escape").decode("ascii").replace('"', '\\"')


class Lines(logging.Handler):
    """Writes records to stderr, one line each, by one call to the system; a second is put into words once."""

    def __init__(self) -> None:
        super().__init__()
        self._second = -1
        self._words = ""
        self._text = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record, with its traceback where it has one."""
        try:
            second = int(record.created)
            if second != self._second:
                self._words = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
                self._second = second
            said = self._text.format(record) if record.exc_info or record.stack_info else record.getMessage()
            line = f"{self._words}.{int(record.msecs):03}Z {record.levelname} {record.name} {said}\n"
            os.write(2, line.encode("utf-8", "backslashreplace"))
        except Exception:  # noqa: BLE001 - as every handler does: a log that cannot be written stops nobody
            self.handleError(record)


def to_stderr() -> None:
    """Write what this program and its server have to say to stderr, one line each: for the process that serves."""
    handler = Lines()
    # Nothing of this is written, so it need not be found out for each line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for name, level in (("kg", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
    logging.getLogger("uvicorn.error").addFilter(_not_said_already)


def _behind(error: BaseException) -> BaseException:
    """Return what made an answer break off: the framework wraps it."""
    return error.__cause__ if isinstance(error, RuntimeError) and error.__cause__ is not None else error


def _not_said_already(record: logging.LogRecord) -> bool:
    """Drop the server's remark, with its traceback, on an answer that broke off; the journal has said why."""
    error = record.exc_info[1] if record.exc_info else None
    known = error is not None and isinstance(_behind(error), KgError | ClientDisconnect)
    return not known and "without completing response" not in record.getMessage()

"""How an answer goes out: from the cache, as "not modified", compressed, or as it is.

One plain ASGI layer, inside `kg.web.border` and around the routes. It holds an answer back until its first bytes are
there, and then knows whether it is whole. Whole answers to GET get a length, and are kept until the release changes;
streams pass through. Knows HTTP's conditional requests and codings; knows no route but those it must leave alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.web.border import HEAD
from kg.web.cache import Answers, Kept, digest, http_date, matches, not_since, program
from kg.web.coding import LEAST, Squeezer, choose_coding, compressible, squeeze, squeezer
from kg.web.fields import Fields
from kg.web.lag import HEADER, lag_of
from kg.web.note import note

if TYPE_CHECKING:
    from kg.web.follow import Follower
    from kg.web.world import World

REVALIDATE: Final = b"public, no-cache"
"""Anybody may keep it, and asks before using it: a new release is seen at once, an old one costs a 304."""
_IN_THREAD: Final = 100_000  # bytes that take too long to compress between two other requests
_PATIENCE: Final = 1.0  # seconds within which an answer that met a change of releases is made again
_TRIES: Final = 3
_OF_304: Final = frozenset({b"etag", b"last-modified", b"cache-control", b"vary", b"content-location", b"link"})


class _EnoughError(Exception):
    """The rest of an answer is not needed."""


class _AgainError(Exception):
    """The release changed while an answer was made, and nothing has been sent."""


@dataclass(slots=True)
class _Asked:
    """The parts of a request that decide how its answer goes out."""

    key: bytes
    path: str
    query: bytes
    coding: str
    head: bool
    reading: bool
    """A GET or HEAD that has validators and may be answered from the cache."""
    if_none_match: str
    if_modified_since: str
    range: bool
    epoch: int
    begun: float = field(default_factory=time.monotonic)


class Delivery:
    """Wraps the application. ``never`` are paths whose answers are of the moment."""

    def __init__(self, app: ASGIApp, *, follower: Follower, answers: Answers, never: Iterable[str] = ()) -> None:
        self.app = app
        self.follower = follower
        self.answers = answers
        self.never = frozenset(never)
        self._renew()
        follower.changed.append(self._renew)

    def _renew(self) -> None:
        """Begin anew with the release that is served now."""
        world = self.follower.site.world
        self.answers.clear()
        self.root = root_of(world)
        self.lag = lag_of(world.release)
        self.moment = world.published
        self.modified = http_date(world.published).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or let the application answer and send that out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = self._asked(scope)
        if asked.reading and not asked.range and (kept := self.answers.get(asked.key)) is not None:
            if kept.tag and self._unchanged(asked, kept.tag):
                self._count("304")
                await _send(send, 304, _for_304(kept.headers), b"")
                return
            if kept.body is not None:
                self._count("hit")
                await _send(send, kept.status, kept.headers, kept.body)
                return
        if asked.reading:
            self._count("miss")
        for attempt in range(_TRIES):
            # An answer to HEAD is made as one to GET; what a first attempt left in the scope is its own.
            fresh = attempt > 0 or HEAD in scope
            inner = {name: value for name, value in scope.items() if name != HEAD} if fresh else scope
            if asked.range and any(name == b"if-range" for name, _ in scope["headers"]):
                # Whether the part fits is not settled here; the whole always does.
                inner = {
                    **inner, "headers": [pair for pair in scope["headers"] if pair[0] not in {b"if-range", b"range"}]
                }  # fmt: skip
            out = _Out(self, asked, send, final=attempt + 1 == _TRIES)
            try:
                await self.app(inner, receive, out)
            except _EnoughError:
                return
            except _AgainError:
                note().forget()
                asked.epoch = self.follower.epoch
                asked.key = self._key(scope, asked)
                continue
            return

    def _asked(self, scope: Scope) -> _Asked:
        found: dict[bytes, str] = {}
        for name, value in scope["headers"]:
            if name in _READ:
                text = value.decode("latin-1")
                found[name] = f"{found[name]}, {text}" if name in found else text
        ranged = b"range" in found
        reading = scope["method"] == "GET" and scope["path"] not in self.never and b"authorization" not in found
        asked = _Asked(
            b"",
            scope["path"],
            scope["query_string"],
            "" if ranged else choose_coding(found.get(b"accept-encoding", "")),
            HEAD in scope,
            reading,
            found.get(b"if-none-match", ""),
            found.get(b"if-modified-since", ""),
            ranged,
            self.follower.epoch,
        )
        if reading:
            asked.key = self._key(scope, asked, found.get(b"accept", ""))
        return asked

    def _key(self, scope: Scope, asked: _Asked, accept: str | None = None) -> bytes:
        if accept is None:
            accept = ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept")
        return digest(self.root, asked.path, asked.query, accept, asked.coding)

    def tag(self, asked: _Asked, media_type: bytes, coding: str) -> str:
        """Return the entity tag of an answer."""
        return tag_of(self.root, asked.path, asked.query, media_type, coding)

    def _unchanged(self, asked: _Asked, tag: str) -> bool:
        if asked.if_none_match:
            return matches(tag, asked.if_none_match)
        moment = self.last_modified()
        return bool(asked.if_modified_since and moment and not_since(moment, asked.if_modified_since))

    def last_modified(self) -> int:
        """Return the moment of publication; 0 while it lies ahead, as after two publications within one second."""
        return self.moment if self.moment <= time.time() else 0

    def unchanged(self, asked: _Asked, tag: str) -> bool:
        """Say whether the client holds this answer already; count it if so."""
        same = self._unchanged(asked, tag)
        if same:
            self.answers.unchanged += 1
        return same

    def _count(self, how: str) -> None:
        note().cache = how
        self.answers.hits += how == "hit"
        self.answers.unchanged += how == "304"
        self.answers.misses += how == "miss"


def root_of(world: World) -> bytes:
    """Return what all entity tags are made with while a world is served."""
    return digest(world.release.id, program(), repr((world.base_iri, world.title, world.limits)))


def tag_of(root: bytes, path: str, query: bytes, media_type: bytes, coding: str) -> str:
    """Return the entity tag of an answer to an address, in a form and a coding."""
    value = digest(root, path, query, media_type).hex()
    return f'"{value}-{coding}"' if coding else f'"{value}"'


_READ: Final = frozenset(
    {b"accept", b"accept-encoding", b"if-none-match", b"if-modified-since", b"range", b"authorization"}
)


class _Out:
    """One answer on its way: a ``send`` for the application."""

    def __init__(self, delivery: Delivery, asked: _Asked, send: Send, *, final: bool) -> None:
        self._delivery = delivery
        self._asked = asked
        self._send = send
        self._final = final
        self._start: Message | None = None
        self._begun = False
        self._squeezer: Squeezer | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self._again():
                raise _AgainError
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            body, more = message.get("body", b""), message.get("more_body", False)
            if not self._begun:
                self._begun = True
                await self._begin(self._start, body, more)
            elif self._squeezer is not None:
                data = self._squeezer.feed(body) if body else b""
                await self._body(data if more else data + self._squeezer.finish(), more)
            else:
                await self._body(body, more)
        else:
            await self._send(message)

    def _stale(self) -> bool:
        return self._asked.epoch != self._delivery.follower.epoch

    def _again(self) -> bool:
        """Say whether to make the answer anew: it may speak of two releases. A query's answer is of one."""
        young = time.monotonic() - self._asked.begun < _PATIENCE
        return self._asked.reading and self._stale() and young and not self._final and self._asked.path != "/sparql"

    async def _begin(self, start: Message, body: bytes, more: bool) -> None:
        asked, delivery, status = self._asked, self._delivery, start["status"]
        headers = Fields.read(start["headers"])
        told = note()
        if told.cut_at:
            headers[b"kg-truncated"] = b"rows=%d" % told.cut_at
        if told.of_build and delivery.lag is not None:
            headers[HEADER] = delivery.lag.header
        coding = ""
        if status == 200 and b"content-encoding" not in headers and compressible(headers.get(b"content-type", b"")):
            length = int(headers.get(b"content-length", b"0")) if more else len(body)
            if length >= LEAST or (more and not length):
                headers.vary(b"Accept-Encoding")
                coding = asked.coding
        if asked.path in delivery.never:
            headers.setdefault(b"cache-control", b"no-store")
        tag = self._stamp(headers, status, coding) if asked.reading else ""
        if tag and status == 200 and delivery.unchanged(asked, tag):
            self._keep(status, headers, tag, None)
            await _send(self._send, 304, _for_304(headers.items()), b"")
            if more:
                raise _EnoughError
            return
        if coding:
            headers[b"content-encoding"] = coding.encode()
            headers.pop(b"accept-ranges", None)
            if more:
                self._squeezer = squeezer(coding)
                headers.pop(b"content-length", None)
                body = self._squeezer.feed(body)
            elif len(body) > _IN_THREAD:
                body = await asyncio.to_thread(squeeze, coding, body)
            else:
                body = squeeze(coding, body)
        if not more and status != 206:
            headers[b"content-length"] = b"%d" % len(body)
        self._keep(status, headers, tag, None if more else body)
        await self._send({**start, "headers": headers.raw()})
        if asked.head and more:
            await self._body(b"", False)
            raise _EnoughError
        await self._body(body, more)

    def _stamp(self, headers: Fields, status: int, coding: str) -> str:
        """Write the validators of an answer that has any; return its entity tag."""
        told = note()
        if status in {301, 303}:
            headers.setdefault(b"cache-control", REVALIDATE)
            return ""
        if status not in {200, 206} or b"no-store" in headers.get(b"cache-control", b""):
            return ""
        if told.volatile or self._stale() or b"set-cookie" in headers:
            headers[b"cache-control"] = b"no-store"
            return ""
        tag = self._delivery.tag(self._asked, headers.get(b"content-type", b""), coding)
        if told.weak:
            tag = f"W/{tag}"
        headers[b"etag"] = tag.encode()
        if self._delivery.last_modified():
            headers[b"last-modified"] = self._delivery.modified
        else:
            headers.pop(b"last-modified", None)
        headers.setdefault(b"cache-control", REVALIDATE)
        return tag

    def _keep(self, status: int, headers: Fields, tag: str, body: bytes | None) -> None:
        asked = self._asked
        if not asked.reading or asked.range or self._stale() or b"no-store" in headers.get(b"cache-control", b""):
            return
        if (status == 200 and tag) or (status in {301, 303} and body is not None):
            self._delivery.answers.put(asked.key, Kept(status, tuple(headers.items()), tag, body))

    async def _body(self, body: bytes, more: bool) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})


def _for_304(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name, value) for name, value in headers if name.lower() in _OF_304)


async def _send(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body, "more_body": False})

"""One question on one worker: its deadline, its limits, and the answer as a stream of bytes.

Knows what a worker's frames mean and what became of a worker that stopped sending. Does not know which worker is free
or who waits; the pool does, and is told when a worker is given back.
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from kg import errors
from kg.errors import DeadlineExceeded, KgError, ResultTooLarge, WorkerLost
from kg.store.answers import Head
from kg.store.lanes import LOOKS, QUICK, SOON, Lane
from kg.store.processes import Worker, lost

if TYPE_CHECKING:
    from kg.store.pool import Pool

_E = TypeVar("_E", bound=Exception)


class LongError(Exception):
    """A question turned out to be long, and there was no place for it; nothing of its answer has been given out."""


class Run:
    """One request on one worker, from its start to the moment the worker is free or dead.

    ``lane`` holds its place; ``key`` is what a later question is known by as the same.
    """

    def __init__(self, pool: Pool, worker: Worker, deadline: float, lane: Lane, key: object) -> None:
        self.lane = lane
        self.worker = worker
        self.reason: Exception | None = None
        self.finished = False
        self._pool = pool
        self._key = key
        self._deadline = deadline
        self._size = 0
        self.settled = pool.is_long(lane)  # and may keep its place to the deadline
        self.looked = False
        """True once it has taken so long that somebody looked what it was at."""
        self._moved = False
        self._cpu: float | None = None
        loop = asyncio.get_running_loop()
        self._begun = loop.time()
        # Most runs are over before the first look, and then need no other timer.
        first = pool.quick_after / LOOKS
        if self.settled or deadline <= first:
            self._timer = loop.call_later(deadline, self._expire)
        else:
            self._timer = loop.call_later(first, self._look)

    @property
    def until(self) -> float:
        """The deadline, by the loop's clock."""
        return self._begun + self._deadline

    def begin(self, letter: bytes, fields: list[Any]) -> None:
        """Send the request."""
        self.worker.send(letter, [self._deadline, *fields])

    def settle(self) -> None:
        """Have a place that the run may keep to its deadline. Raises LongError where none is free."""
        if not self.settled:
            if not self._pool.move(self):
                raise self.stop(LongError())
            self.settled = self._moved = True
            loop = asyncio.get_running_loop()
            self._timer.cancel()
            self._timer = loop.call_at(self.until, self._expire)

    def _look(self) -> None:
        """See whether the run has become long, by the processor's clock or, generously, by ours."""
        self.looked = True
        loop = asyncio.get_running_loop()
        used, before = self.worker.seconds(), self._cpu
        if before is None:
            self._cpu = before = used
        quick = self._pool.quick_after
        late = loop.time() - self._begun >= quick * SOON / QUICK
        # Beside what it used before the first look; where the system does not tell, the clock on the wall decides.
        told = used is not None and before is not None and used - before >= quick * (LOOKS - 1) / LOOKS
        busy = told or (used is None and loop.time() - self._begun >= quick)
        if busy:
            self._pool.met(self._key, long=True)
        if busy or late:
            with suppress(LongError):
                self.settle()
        else:
            left = self.until - loop.time()
            again = min(left, quick / LOOKS)
            self._timer = loop.call_later(again, self._expire if again == left else self._look)

    async def frame(self) -> tuple[bytes, bytes]:
        """Return the next frame that is no error. Raises what the worker reports or what became of it."""
        try:
            letter, data = await self.worker.receive()
        except EOFError:
            self.finish(clean=False)
            raise self.reason or self._lost(await self.worker.reap()) from None
        if letter == b"E":
            self.finish(clean=True)
        elif letter == b"X":
            self.finish(clean=True)
            raise error_of(json.loads(data))
        elif letter == b"B":
            self._size += len(data)
            if self._size > self._pool.max_bytes:
                raise self.stop(
                    ResultTooLarge(
                        f"the answer is larger than {self._pool.max_bytes} bytes and was stopped",
                        advice="ask for less, for example with LIMIT, or download the whole graph",
                    )
                )
        return letter, data

    async def chunk(self) -> bytes | None:
        """Return the next bytes of the body, or None after the last."""
        letter, data = await self.frame()
        return None if letter == b"E" else data

    def stop(self, reason: _E) -> _E:
        """Kill the worker unless the request is finished; return ``reason``."""
        if not self.finished:
            self.reason = reason
            self.worker.kill()
            self.finish(clean=False)
        return reason

    def finish(self, *, clean: bool) -> None:
        """Let go of the worker, once."""
        if not self.finished:
            self.finished = True
            self._timer.cancel()
            took = asyncio.get_running_loop().time() - self._begun
            if clean and self.settled and not self._moved and took < self._pool.quick_after:
                self._pool.met(self._key, long=False)
            self._pool.give_back(self.worker, self.lane, clean)

    def _expire(self) -> None:
        self.stop(self._late())

    def _late(self) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"the query ran past its deadline of {self._deadline:g} s and was stopped",
            advice="make it more selective, or ask for less",
        )

    def _lost(self, status: int) -> KgError:
        if self._pool.closed:
            return WorkerLost("the server is shutting down", advice="try again later")
        if status == -signal.SIGALRM:
            return self._late()
        return lost(status)


class Body(AsyncIterator[bytes]):
    """The bytes of an answer. Leaving it before its end frees the worker by killing it.

    Raises DeadlineExceeded, ResultTooLarge, QueryError or WorkerLost midway: the answer is then incomplete.
    """

    def __init__(self, run: Run, first: list[bytes]) -> None:
        self._run = run
        self._first = first[::-1]

    @property
    def complete(self) -> bool:
        """True when every byte is here already and reading waits for nothing."""
        return self._run.finished and self._run.reason is None

    @property
    def until(self) -> float:
        """Return the moment, by the loop's clock, at which the rest is given up."""
        return self._run.until

    async def __anext__(self) -> bytes:
        if self._first:
            return self._first.pop()
        if self._run.finished and self._run.reason is None:
            raise StopAsyncIteration
        try:
            data = await self._run.chunk()
        except BaseException:
            await self.aclose()
            raise
        if data is None:
            raise StopAsyncIteration
        return data

    async def aclose(self) -> None:
        """Give up the rest."""
        self._first = []
        self._run.stop(WorkerLost("the answer was given up by its reader"))

    def __del__(self) -> None:
        # A server that loses its client may drop the iterator without closing it.
        if self._run.finished:
            return
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # collected outside the loop: the deadline frees the worker
            return
        self._run.stop(WorkerLost("the answer was given up by its reader"))


@dataclass(frozen=True)
class Answer:
    """What is known of an answer before its bytes, and the bytes; also an asynchronous context manager."""

    head: Head
    body: Body

    async def read(self) -> bytes:
        """Return the whole body; for small answers."""
        return b"".join([chunk async for chunk in self.body])

    async def __aenter__(self) -> Answer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.body.aclose()


def error_of(fields: dict[str, Any]) -> KgError:
    """Make the error that another process reported."""
    kind = getattr(errors, str(fields.pop("error")), KgError)
    message = str(fields.pop("message"))
    error: KgError = kind(message, **fields)
    return error

"""Query workers: processes that answer, one query each, and are killed when they take too long.

The engine can neither be interrupted nor trusted with a time limit, so a deadline is a SIGKILL: it holds for every
query, however hostile, and costs one process start. Knows processes, deadlines and limits; which question may begin
is settled in `kg.store.lanes`. Does not know SPARQL (`kg.store.answers` does, in the worker), releases or HTTP.

One more worker is alive than may be busy with quick questions: after a kill the next query finds a warm one. A worker
that took a long question is not used again: it has given up its priority, and may have grown.
All methods belong to the event loop in which `Pool.start` was called.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from kg.errors import KgError, QueryError, WorkerLost
from kg.store.answers import Head, Question
from kg.store.lanes import QUICK, Lane, Memory, shape_of
from kg.store.nesting import check_size
from kg.store.processes import Worker, spawn
from kg.store.runs import Answer, Body, LongError, Run

__all__ = ["FIRST_BYTES", "Answer", "Body", "Pool", "Term"]

Term = NamedNode | BlankNode | Literal | Triple
_T = TypeVar("_T")
FIRST_BYTES: Final = 64 * 1024
"""Bytes of an answer that are read before `Pool.ask` returns, so that an early failure is still a clean error."""
HELD: Final = 1024 * 1024
"""Bytes that are read before an answer counts as long; up to here a whole answer takes up no place in the long lane."""

_SMALL: Final = 64 * 1024  # bytes that are parsed between two other requests
_LEARNED: Final = 8
_SHAPED: Final = 4000  # characters of a query that make its shape
_LAST_PAUSE: Final = 5.0  # seconds between attempts to replace a worker that will not start


class Pool:
    """Answers questions about one store, ``workers`` at a time, and beside them ``long`` that take their time.

    ``deadline`` is in seconds and counts from the moment a worker takes the question until its last byte is read, so a
    slow reader cannot hold a worker either; waiting for a worker is limited by it as well. ``max_bytes`` limits the
    body of one answer. ``queue`` is the number of questions that may wait in either lane. ``memory`` is the address
    space of a worker in bytes (Linux only, 0 for no limit); an idle worker takes up 0.3 GB of address space and 30 MB
    of memory. ``max_query`` and ``max_nesting`` are the characters and the levels of brackets of a query that is
    passed on. ``quick`` is the processor time, in seconds, that makes a question long. ``started`` and ``ended`` count
    workers since the pool was made.
    """

    def __init__(
        self,
        store_path: Path,
        *,
        workers: int = 2,
        long: int = 2,
        deadline: float = 30.0,
        max_bytes: int = 256 * 1024 * 1024,
        queue: int = 512,
        memory: int = 4 * 1024**3,
        max_query: int = 1_000_000,
        max_nesting: int = 128,
        quick: float = QUICK,
    ) -> None:
        self.max_bytes = max_bytes
        self.max_query = max_query
        self.max_nesting = max_nesting
        self.quick_after = quick
        self.started = 0
        self.ended = 0
        self._store_path = store_path
        self._size = workers + 1
        self._deadline = deadline
        self._memory = memory
        self._quick = Lane(workers, queue, "queries")
        self._long = Lane(long, queue, "long queries")
        self._met_long = Memory()
        self._met_quick = Memory()  # shapes
        self._asked = 0
        self._generation = 0
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._ready = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._switching = asyncio.Lock()
        self._trouble = ""
        self.closed = True

    @property
    def busy(self) -> int:
        """Questions being answered now."""
        return self._quick.taken + self._long.taken

    @property
    def long(self) -> int:
        """Those of them that turned out to be long."""
        return self._long.taken

    @property
    def waiting(self) -> int:
        """Questions that wait for a worker now."""
        return self._quick.waiting + self._long.waiting

    @property
    def full(self) -> bool:
        """True while every quick place is taken and a question would have to wait."""
        return self._quick.full

    @property
    def alive(self) -> int:
        """Workers that live now, with those of an earlier store that finish an answer."""
        return len(self._all)

    async def start(self) -> None:
        """Start the workers. Raises ReleaseError when the store cannot be opened, WorkerLost when none starts."""
        self.closed = False
        try:
            await self.switch(self._store_path)
        except BaseException:
            await self.close()
            raise

    async def close(self, grace: float = 0.0) -> None:
        """Let running questions finish for up to ``grace`` seconds, then end every worker. Nothing is left behind."""
        self.closed = True
        loop = asyncio.get_running_loop()
        end = loop.time() + grace
        while self.busy and loop.time() < end:
            await asyncio.sleep(0.01)
        async with self._switching:  # a switch under way notices and gives up
            self._idle = []
            self._ready.set()
            while self._tasks:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.gather(*[worker.reap() for worker in self._all])
            self._all.clear()

    async def switch(self, store_path: Path) -> None:
        """Answer new questions from this store; running ones finish on the store they began on.

        The new workers are started first: if they do not start, the pool goes on with the old store and ReleaseError
        or WorkerLost is raised.
        """
        async with self._switching:
            if self.closed:
                raise WorkerLost("the pool is closed")
            workers: list[Worker] = []

            async def start() -> None:
                worker = await spawn(store_path, self._memory)
                self.started += 1
                self._all.add(worker)
                workers.append(worker)

            try:
                outcome = await asyncio.gather(*[start() for _ in range(self._size)], return_exceptions=True)
                for fault in filter(None, outcome):
                    raise fault
                if self.closed:
                    raise WorkerLost("the pool is closed")
            except BaseException:
                for worker in workers:
                    self._discard(worker)
                raise
            old, self._idle = self._idle, workers
            self._generation += 1
            for worker in workers:
                worker.generation = self._generation
            self._store_path = store_path
            self._ready.set()
            for worker in old:
                self._discard(worker)

    async def ask(self, question: Question, *, deadline: float | None = None) -> Answer:
        """Put a question; return when the answer is complete or its first `FIRST_BYTES` are there.

        Raises QueryError and its kinds, NotFoundError (format), DeadlineExceeded, ResultTooLarge, Busy or WorkerLost.
        """
        check_size(question.query, self.max_query, self.max_nesting)

        async def begin(run: Run) -> Answer:
            _, data = await run.frame()
            head = Head(*json.loads(data))
            first: list[bytes] = []
            size = 0
            while (chunk := await run.chunk()) is not None:
                first.append(chunk)
                size += len(chunk)
                if size >= (FIRST_BYTES if run.settled else HELD):
                    # What is given out now cannot be begun again, so it needs its place first.
                    run.settle()
                    break
            return Answer(head, Body(run, first))

        return await self._run(b"Q", list(question), deadline, begin)

    async def describe(self, iri: str, *, brief: bool = False) -> bytes | None:
        """Return the description of a thing as N-Quads, None when the graph does not know it. Raises as `ask` does.

        ``brief`` leaves long lists of works out, as `kg.rdf.describe` says.
        """

        async def read(run: Run) -> bytes | None:
            data = []
            letter, chunk = await run.frame()
            known = letter != b"N"
            while letter != b"E":
                data.append(chunk)
                letter, chunk = await run.frame()
            return b"".join(data) if known else None

        return await self._run(b"D", [iri, brief], None, read)

    async def rows(self, question: Question) -> tuple[list[str], list[list[Term | None]]]:
        """Return variables and rows of a SELECT, read and parsed in full: for small answers. Raises as `ask` does."""
        answer = await self.ask(question._replace(select_format="json"))
        if answer.head.kind != "solutions":
            await answer.body.aclose()
            raise QueryError("rows come from SELECT only")
        data = await answer.read()
        return _parse(data) if len(data) < _SMALL else await asyncio.to_thread(_parse, data)

    # Below: who works, who waits, who is replaced.

    async def _run(
        self, letter: bytes, fields: list[Any], deadline: float | None, read: Callable[[Run], Awaitable[_T]]
    ) -> _T:
        """Put a request to a worker and let ``read`` take its answer; once more from the start where it was long."""
        limit = self._deadline if deadline is None else deadline
        key = (letter, *fields)
        lane = self._long if key in self._met_long else self._quick
        while True:
            if self.closed:
                raise WorkerLost("the pool is closed")
            known = lane is self._quick and lane.full and _shape(letter, fields) in self._met_quick
            await lane.enter(limit, known=known)
            try:
                worker = self._free() or await self._next(limit)
            except BaseException:
                lane.leave()
                raise
            run = Run(self, worker, limit, lane, key)
            if lane is self._long:
                self._lower(worker)
            run.begin(letter, fields)
            try:
                answer = await read(run)
            except LongError:
                self._met_quick.forget(_shape(letter, fields))
                lane = self._long
            except BaseException:
                run.stop(WorkerLost("the question was given up"))
                raise
            else:
                self._learn(letter, fields, run)
                return answer

    def _learn(self, letter: bytes, fields: list[Any], run: Run) -> None:
        """Remember the shape of what was answered at once, of one question in eight: that is enough to know them."""
        if run.looked:
            self._met_quick.forget(_shape(letter, fields))
            return
        self._asked += 1
        if self._asked % _LEARNED == 0 or self._quick.waiting:
            self._met_quick.add(_shape(letter, fields))

    def move(self, run: Run) -> bool:
        """Let a run go on in the long lane if there is a place."""
        if not self._long.try_enter():
            return False
        run.lane.leave()
        run.lane = self._long
        self._lower(run.worker)
        return True

    def _lower(self, worker: Worker) -> None:
        worker.lower()
        if worker.generation == self._generation and not self.closed:
            self._task(self._fill(self._generation))

    def is_long(self, lane: Lane) -> bool:
        """Say whether a lane is the long one."""
        return lane is self._long

    def met(self, key: object, *, long: bool) -> None:
        """Remember whether a question was long."""
        if long:
            self._met_long.add(key)
        else:
            self._met_long.forget(key)

    def _free(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            self._replace(worker)
        return None

    async def _next(self, limit: float) -> Worker:
        """Wait for a worker that is being started: two were killed at once, or several at short intervals."""
        try:
            async with asyncio.timeout(limit):
                while not self.closed:
                    self._ready.clear()
                    await self._ready.wait()
                    if worker := self._free():
                        return worker
        except TimeoutError as error:
            raise WorkerLost(
                f"no query worker could be started{self._trouble}", advice="see the server's log"
            ) from error
        raise WorkerLost("the pool is closed")

    def give_back(self, worker: Worker, lane: Lane, clean: bool) -> None:
        """Take a worker back from a `Run`: to use again if the run ended ``clean``, else to replace it."""
        lane.leave()
        if self.closed:  # close() ends every worker
            worker.kill()
        elif worker.used:  # another has taken its place already
            self._discard(worker)
        elif clean and worker.generation == self._generation:
            self._idle.append(worker)
            self._ready.set()
        else:
            self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        self._discard(worker)
        if worker.generation == self._generation and not self.closed:
            self._task(self._fill(self._generation))

    def _discard(self, worker: Worker) -> None:
        worker.kill()
        self._task(self._bury(worker))

    async def _bury(self, worker: Worker) -> None:
        await worker.reap()
        self.ended += 1
        self._all.discard(worker)

    async def _fill(self, generation: int) -> None:
        pause = 0.1
        while generation == self._generation and not self.closed:
            try:
                worker = await spawn(self._store_path, self._memory)
            except (KgError, OSError) as error:
                self._trouble = f" ({error})"
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LAST_PAUSE)
                continue
            self._trouble = ""
            self.started += 1
            self._all.add(worker)
            worker.generation = generation
            if generation == self._generation and not self.closed:
                self._idle.append(worker)
                self._ready.set()
            else:
                self._discard(worker)
            return

    def _task(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _shape(letter: bytes, fields: list[Any]) -> object:
    return letter if letter != b"Q" else shape_of(fields[0][:_SHAPED])


def _parse(data: bytes) -> tuple[list[str], list[list[Term | None]]]:
    results = parse_query_results(data, format=QueryResultsFormat.JSON)
    assert isinstance(results, QuerySolutions)
    names = results.variables
    return [name.value for name in names], [[solution[name] for name in names] for solution in results]

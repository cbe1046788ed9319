"""One writer for a home, however many server processes take edits.

The process that holds the lock ``journal/writer-lock`` is the scribe: it runs `kg.store.updates` and listens on a Unix
socket whose place stands in ``journal/writer``. The others hand their edits to it and wait. A release that holds an
edit is served by every process before the edit is acknowledged, so whoever wrote reads it wherever the next request
arrives. When the scribe ends, the system frees its lock and another takes its place, after it has published what the
journal holds and no release does.

A message is a length (4 bytes, big endian) and so many bytes of JSON, an object with one of these members:

========= ========================================= ==================================================
member    from the others                            from the scribe
========= ========================================= ==================================================
edit      number, letter and fields, who, on which
          release alone (empty: on any)
outcome                                              number and the fields of an `Outcome`
error                                                number and an error of `kg.errors`
serve                                                a release that is to be served
served    that release
========= ========================================= ==================================================

Knows who writes and how edits get there. Does not know what an edit is, nor how a release comes to be served.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from kg.errors import KgError, QueryError, WorkerLost
from kg.store.catchup import catch_up
from kg.store.disk import translated, write_durably
from kg.store.finished import Release
from kg.store.journal import Journal
from kg.store.releases import Home
from kg.store.runs import error_of
from kg.store.updates import Edits, Outcome, Updates

_LOG: Final = logging.getLogger("kg.writer")
_PATIENCE: Final = 15.0  # seconds that another process may take to serve a new release
_PAUSE: Final = 0.05  # seconds between two tries to find the scribe or to become it
_LARGEST: Final = 1 << 31
_FOLDER: Final = "kg-writer-"  # what the folder of a socket is called before its random letters

Serve = Callable[[Release], Awaitable[None]]


class Scribe(Edits):
    """Takes edits in this process; they are made here or where the scribe is. ``serve`` changes to a release."""

    def __init__(self, home: Home, serve: Serve, *, deadline: float = 30.0, memory: int = 4 * 1024**3) -> None:
        self.home = home
        self._serve = serve
        self._limits = {"deadline": deadline, "memory": memory}
        self._journal = Journal(home.path)
        self._lock = FileLock(self._journal.folder / "writer-lock", thread_local=False)
        self._place = self._journal.folder / "writer"
        self._here: Updates | None = None
        self._there: _Line | None = None
        self._others: set[_Line] = set()
        self._known = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def writes(self) -> bool:
        """True where this process is the scribe."""
        return self._here is not None

    async def start(self) -> None:
        """Find the scribe or become it; return when edits can be taken and the release of the last one is served."""
        with translated(self._journal.folder):
            self._journal.folder.mkdir(parents=True, exist_ok=True)
        self._task = asyncio.create_task(self._work())
        waiting = asyncio.create_task(self._known.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            waiting.cancel()
            self._task.result()

    async def close(self, grace: float = 5.0) -> None:
        """Finish what is under way, for up to ``grace`` seconds, and let another be the scribe."""
        self._closed = True
        if self._here is not None:
            await self._here.close(grace)
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def submit(self, letter: bytes, fields: list[Any], by: str, on: str = "") -> Outcome:
        """Have an edit made; return when it is durable and every process serves it.

        Raises as `Updates.submit` does; WorkerLost, too, when the scribe ends before it has answered.
        """
        if self._closed:
            raise WorkerLost("the server is shutting down", advice="try again later")
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._known.wait()
        except TimeoutError:
            raise WorkerLost("no process of this server can write now", advice="try again later") from None
        if self._here is not None:
            return await self._here.submit(letter, fields, by, on)
        if self._there is None:
            raise WorkerLost("the writing process was lost", advice="try again")
        return await self._there.edit(letter, fields, by, on)

    # Below: who is the scribe.

    async def _work(self) -> None:
        while True:
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                await self._follow()
            else:
                try:
                    await self._lead()
                finally:
                    self._lock.release()
            self._known.clear()
            await asyncio.sleep(_PAUSE)

    async def _lead(self) -> None:
        """Be the scribe until cancelled."""
        # Left by one who ended between writing the journal and publishing.
        release = await asyncio.to_thread(catch_up, self.home)
        if release is not None:
            await self._serve(release)
        await asyncio.to_thread(self._forget_before)
        # The path of a socket has room for 100 bytes; a home's may be longer.
        folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
        self._here = Updates(self.home, self._everywhere, **self._limits)  # type: ignore[arg-type]
        try:
            await self._here.start()
            server = await asyncio.start_unix_server(self._meet, folder / "socket")
            try:
                await asyncio.to_thread(write_durably, self._place, os.fsencode(folder / "socket"))
                self._known.set()
                await asyncio.get_running_loop().create_future()  # until cancelled
            finally:
                server.close()
        finally:
            here, self._here = self._here, None
            await here.close()
            for line in list(self._others):
                line.close()
            shutil.rmtree(folder, ignore_errors=True)

    async def _everywhere(self, release: Release) -> None:
        """Serve a release here and in every other process: it, or what was published after it by somebody else."""
        current = await asyncio.to_thread(self.home.current)
        served = current or release
        await asyncio.gather(self._serve(served), *(self._tell(line, served) for line in list(self._others)))

    async def _tell(self, line: _Line, release: Release) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                await line.serve(release.id)
        except (TimeoutError, OSError):
            _LOG.warning("a server process did not follow to release %s and is left alone", release.id)
            line.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to another process as the scribe."""
        line = _Line(reader, writer, edits=self._for_another)
        self._others.add(line)
        try:
            # It may have opened an older one; what is published from now on it is told.
            current = await asyncio.to_thread(self.home.current)
            talking = asyncio.create_task(line.talk())
            if current is not None:
                with suppress(OSError):
                    await line.send({"serve": current.id})
            await talking
        finally:
            self._others.discard(line)
            line.close()

    async def _for_another(self, letter: bytes, fields: list[Any], by: str, on: str) -> Outcome:
        if self._here is None:
            raise WorkerLost("the server is shutting down", advice="try again later")
        return await self._here.submit(letter, fields, by, on)

    async def _follow(self) -> None:
        """Hand edits to the scribe until it is gone."""
        try:
            path = os.fsdecode(await asyncio.to_thread(self._place.read_bytes))
            reader, writer = await asyncio.open_unix_connection(path)
        except OSError:
            return  # there is none yet, or none any more
        self._there = line = _Line(reader, writer, serve=self._told)
        try:
            await line.talk()
        finally:
            self._there = None
            line.close()

    async def _told(self) -> None:
        # Not the one that was named: it may have been followed by another before the message came.
        release = await asyncio.to_thread(self.home.current)
        if release is not None:
            await self._serve(release)
        self._known.set()

    def _forget_before(self) -> None:
        """Remove the socket of a scribe that was killed."""
        with suppress(OSError):
            folder = Path(os.fsdecode(self._place.read_bytes())).parent
            if folder.name.startswith(_FOLDER) and folder.parent == Path(tempfile.gettempdir()):
                shutil.rmtree(folder, ignore_errors=True)


class _Line:
    """One connection between the scribe and another process, from either end."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        edits: Callable[[bytes, list[Any], str, str], Awaitable[Outcome]] | None = None,
        serve: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._edits = edits
        self._serve = serve
        self._numbers = 0
        self._waiting: dict[object, asyncio.Future[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def edit(self, letter: bytes, fields: list[Any], by: str, on: str) -> Outcome:
        """Hand an edit over and wait for what becomes of it."""
        self._numbers += 1
        found: Outcome = await self._ask(self._numbers, {"edit": [self._numbers, letter.decode(), fields, by, on]})
        return found

    async def serve(self, release: str) -> None:
        """Have the other process serve a release."""
        await self._ask(release, {"serve": release})

    async def _ask(self, key: object, message: dict[str, Any]) -> Any:
        future = self._waiting[key] = asyncio.get_running_loop().create_future()
        try:
            try:
                await self.send(message)
            except OSError as error:
                raise WorkerLost("the writing process was lost", advice="try again") from error
            return await future
        finally:
            self._waiting.pop(key, None)

    async def send(self, message: dict[str, Any]) -> None:
        """Write one message. Raises OSError where the other end is gone."""
        if self._writer.is_closing():
            raise ConnectionResetError("the other process is gone")
        data = json.dumps(message).encode()
        self._writer.write(len(data).to_bytes(4, "big") + data)
        await self._writer.drain()

    async def talk(self) -> None:
        """Take messages until the other end is gone."""
        try:
            while True:
                size = int.from_bytes(await self._reader.readexactly(4), "big")
                if size > _LARGEST:
                    return
                self._take(json.loads(await self._reader.readexactly(size)))
        except (OSError, EOFError):
            pass
        finally:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(
                        WorkerLost("the writing process was lost before it answered", advice="look whether it was done")
                    )

    def _take(self, message: dict[str, Any]) -> None:
        if "edit" in message and self._edits is not None:
            self._start(self._make(*message["edit"]))
        elif "serve" in message and self._serve is not None:
            self._start(self._change(self._serve, message["serve"]))
        elif "outcome" in message:
            number, outcome = message["outcome"]
            self._settle(number, Outcome(**outcome))
        elif "error" in message:
            number, error = message["error"]
            self._settle(number, error_of(error))
        elif "served" in message:
            self._settle(message["served"], None)

    def _settle(self, key: object, value: object) -> None:
        future = self._waiting.get(key)
        if future is None or future.done():
            return
        if isinstance(value, KgError):
            future.set_exception(value)
        else:
            future.set_result(value)

    async def _make(self, number: int, letter: str, fields: list[Any], by: str, on: str) -> None:
        assert self._edits is not None
        try:
            outcome = await self._edits(letter.encode(), fields, by, on)
            answer: dict[str, Any] = {"outcome": [number, dataclasses.asdict(outcome)]}
        except KgError as error:
            answer = {"error": [number, fields_of(error)]}
        with suppress(OSError):
            await self.send(answer)

    async def _change(self, serve: Callable[[], Awaitable[None]], release: str) -> None:
        try:
            await serve()
        except KgError as error:
            _LOG.error("release %s cannot be served here: %s", release, error)
            return
        with suppress(OSError):
            await self.send({"served": release})

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """End the connection."""
        self._writer.close()


def fields_of(error: KgError) -> dict[str, Any]:
    """Return an error as a message carries it; `kg.store.runs.error_of` reads it."""
    found: dict[str, Any] = {"error": type(error).__name__, "message": error.message, "advice": error.advice}
    if isinstance(error, QueryError):
        found |= {"line": error.line, "column": error.column}
    return found

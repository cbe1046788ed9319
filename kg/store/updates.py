"""Edits: one writer, groups of changes, a journal entry each, a new release for every group.

A group is what came in while the one before was being published. It goes through these steps, and only after the last
is anybody told that an edit was made:

1. hold the journal's lock; work on a copy of the served release, in a process that is killed at its deadline;
2. apply each change, all of it or nothing, and learn the statements it removed and added;
3. copy the store (links) and make it a whole release, durable but not yet named;
4. append to the journal, durably;
5. name the release and publish it, have it served.

A crash before 4 leaves nothing; between 4 and 5 it leaves entries that are applied at the next start. Knows the
order of these steps. Does not know SPARQL (the process does), HTTP, or how a server comes to serve another release.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import secrets
import shutil
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kg.errors import Busy, DeadlineExceeded, KgError, PreconditionFailed, ReleaseError, WorkerLost
from kg.store import editions
from kg.store.catchup import net
from kg.store.disk import copy_store
from kg.store.finished import Release
from kg.store.journal import Change, Entry, Journal, joined
from kg.store.processes import Worker, spawn
from kg.store.releases import Home
from kg.store.runs import error_of

GROUP: Final = 256
"""Changes that are published together at most."""
KEPT: Final = 8
"""Editions that are kept, so that one can roll back to them."""

_PROGRAM: Final = "kg.store.writer"
_COPYING: Final = 120.0  # seconds the process may take to copy its store or to take in a known patch


@dataclass(frozen=True)
class Outcome:
    """What became of a change: the release that has it, its journal entry (None: nothing changed), and how much."""

    release: str
    entry: int | None
    removed: int
    added: int
    existed: bool


@dataclass
class _Request:
    letter: bytes
    fields: list[Any]
    by: str
    on: str
    future: asyncio.Future[Outcome]
    existed: bool = True
    change: Change = field(default=Change("", b"", b""))


class Edits:
    """Something that takes edits: the writer itself, or who hands them on to it.

    An edit with ``on`` is made on that release alone: after any other change it is refused with PreconditionFailed.
    """

    async def submit(self, letter: bytes, fields: list[Any], by: str, on: str = "") -> Outcome:
        """Have an edit made; ``letter`` and ``fields`` are those of `kg.store.writer`."""
        raise NotImplementedError

    async def update(
        self,
        text: str,
        base_iri: str,
        default_graphs: tuple[str, ...],
        named_graphs: tuple[str, ...],
        by: str,
        on: str = "",
    ) -> Outcome:
        """Apply a SPARQL update; return when it is durable and served.

        Raises QueryError, QueryRefused, PreconditionFailed, DeadlineExceeded, Busy or WorkerLost; nothing was changed
        then.
        """
        return await self.submit(b"U", [text, base_iri, default_graphs, named_graphs], by, on)

    async def graph(
        self,
        graph: str | None,
        data: list[tuple[str, bytes]] | None,
        base_iri: str,
        by: str,
        *,
        replace: bool,
        on: str = "",
        exists: bool | None = None,
    ) -> Outcome:
        """Put (``replace``), post or, without ``data``, delete a graph; None is the default graph. As `update`.

        With ``exists`` only where the graph is there, or is not.
        """
        bodies = None if data is None else [(media, base64.b64encode(body).decode()) for media, body in data]
        return await self.submit(b"G", [graph, bodies, base_iri, replace, exists], by, on)


class Updates(Edits):
    """The writer of a home. ``switch`` is awaited with each new release before its changes are acknowledged.

    ``deadline`` is for one change, in seconds. ``queue`` is the number of changes that may wait. All methods belong to
    the event loop in which `start` was called.
    """

    def __init__(
        self,
        home: Home,
        switch: Callable[[Release], Awaitable[None]],
        *,
        deadline: float = 30.0,
        memory: int = 4 * 1024**3,
        queue: int = 1024,
    ) -> None:
        self.home = home
        self.journal = Journal(home.path)
        self._switch = switch
        self._deadline = deadline
        self._memory = memory
        self._requests: asyncio.Queue[_Request | None] = asyncio.Queue(queue)
        self._task: asyncio.Task[None] | None = None
        self._worker: Worker | None = None
        self._copy: Path | None = None
        self._base: Release | None = None
        self._editions: list[tuple[float, str]] = []
        self._closed = False

    async def start(self) -> None:
        """Begin to take changes; what dead writers left is removed."""
        await asyncio.to_thread(self._tidy)
        self._task = asyncio.create_task(self._work())

    async def close(self, grace: float = 5.0) -> None:
        """Finish what is under way, for up to ``grace`` seconds, and end the process."""
        self._closed = True
        if self._task is not None:
            with suppress(asyncio.QueueFull):
                self._requests.put_nowait(None)
            done, _ = await asyncio.wait({self._task}, timeout=grace)
            if not done:
                self._task.cancel()
                await asyncio.wait({self._task})
        await self._end()

    async def submit(self, letter: bytes, fields: list[Any], by: str, on: str = "") -> Outcome:
        """Have a change made, in the writing process's own words; return when it is durable and served."""
        if self._closed or self._task is None:
            raise WorkerLost("the server is shutting down", advice="try again later")
        request = _Request(letter, fields, by, on, asyncio.get_running_loop().create_future())
        try:
            self._requests.put_nowait(request)
        except asyncio.QueueFull:
            raise Busy("too many changes wait to be made", advice="try again later") from None
        return await request.future

    # Below: the writer's own task.

    async def _work(self) -> None:
        with suppress(KgError, OSError):  # so that the first change finds the process ready; it is told of faults
            await self._rebase()
        while (first := await self._requests.get()) is not None:
            group = [first]
            ending = False
            while len(group) < GROUP and not self._requests.empty():
                more = self._requests.get_nowait()
                if more is None:
                    ending = True
                    break
                group.append(more)
            try:
                await self._group([request for request in group if not request.future.done()])
            except Exception as error:  # noqa: BLE001 - whoever asked is told, and the writer goes on
                await self._end()
                for request in group:
                    if not request.future.done():
                        request.future.set_exception(error)
            except BaseException:
                for request in group:
                    request.future.cancel()
                raise
            if ending:
                return

    async def _group(self, group: list[_Request]) -> None:
        lock = self.journal.lock()
        await asyncio.to_thread(lock.__enter__)
        try:
            base = await self._rebase()
            done = await self._apply(base, group)
            changed = [request for request in done if _changes(request)]
            release, entries = base, list[Entry]()
            if changed:
                release, entries = await self._publish(base, [request.change for request in changed])
        finally:
            lock.__exit__(None, None, None)
        if changed:
            await self._switch(release)
            await asyncio.to_thread(self._prune, release)
        numbers = {id(request): entry.number for request, entry in zip(changed, entries, strict=True)}
        for request in done:
            if not request.future.done():
                request.future.set_result(
                    Outcome(
                        release.id,
                        numbers.get(id(request)),
                        request.change.removed.count(b"\n"),
                        request.change.added.count(b"\n"),
                        request.existed,
                    )
                )

    async def _rebase(self) -> Release:
        """Return the served release, with a process that works on a copy of it."""
        current = await asyncio.to_thread(self.home.current)
        if current is None:
            raise ReleaseError("nothing is published in this home", advice="run kg build first")
        if self._worker is None or not self._worker.alive or self._base is None or self._base.id != current.id:
            await self._begin(current)
        return current

    async def _begin(self, base: Release) -> None:
        await self._end()
        self._copy = self.home.path / "releases" / f".work-{os.getpid()}-{secrets.token_hex(4)}"
        await asyncio.to_thread(copy_store, base.store_path, self._copy)
        self._worker = await spawn(self._copy, self._memory, _PROGRAM)
        self._base = base

    async def _end(self) -> None:
        if self._worker is not None:
            await self._worker.reap()
        if self._copy is not None:
            await asyncio.to_thread(shutil.rmtree, self._copy, ignore_errors=True)
        self._worker = self._copy = self._base = None

    async def _apply(self, base: Release, group: list[_Request]) -> list[_Request]:
        """Apply each change; one that fails is told so, and the others are not touched by it."""
        done: list[_Request] = []
        for request in group:
            try:
                if request.on and (request.on != base.id or any(_changes(earlier) for earlier in done)):
                    raise PreconditionFailed("something was changed since; nothing was written", advice="read it again")
                facts, removed, added = await self._ask(request.letter, request.fields, self._deadline)
            except KgError as error:
                request.future.set_exception(error)
                if self._worker is None:
                    await self._begin(base)
                    for earlier in done:
                        known = [earlier.change.removed.decode(), earlier.change.added.decode()]
                        await self._ask(b"A", known, _COPYING)
                continue
            request.existed = bool(json.loads(facts)["existed"])
            request.change = Change(request.by, removed, added)
            done.append(request)
        return done

    async def _publish(self, base: Release, changes: list[Change]) -> tuple[Release, list[Entry]]:
        folder = self.home.path / "releases" / f".edit-{os.getpid()}-{secrets.token_hex(4)}"
        try:
            folder.mkdir()
            await self._ask(b"C", [str(folder / "store")], _COPYING)
            last = await asyncio.to_thread(self.journal.last)
            applied = joined(editions.applied_of(base), range(last + 1, last + 1 + len(changes)))
            edition = await asyncio.to_thread(editions.make_edition, base, folder, *net(changes), applied)
            entries = await asyncio.to_thread(self.journal.append, changes)
            release = await asyncio.to_thread(self._name, edition, entries)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        self._base = release
        return release, entries

    def _name(self, edition: Release, entries: list[Entry]) -> Release:
        """Publish an edition. Where that fails, nobody will be told of its entries, so they are taken back."""
        try:
            release = editions.adopt(self.home, edition)
            self.home.publish(release.id)
        except BaseException:
            current = self.home.current()
            if current is None or current.id != edition.id:
                self.journal.retract(entries)
                editions.prune(self.home, [edition.id], "")
            raise
        return release

    async def _ask(self, letter: bytes, fields: list[Any], deadline: float) -> list[bytes]:
        worker = self._worker
        if worker is None:
            raise WorkerLost("the writing process was lost", advice="try again")
        frames: list[bytes] = []
        try:
            async with asyncio.timeout(deadline):
                worker.send(letter, [deadline, *fields])
                while True:
                    kind, data = await worker.receive()
                    if kind == b"E":
                        return frames
                    if kind == b"X":
                        raise error_of(json.loads(data))
                    frames.append(data)
        except TimeoutError:
            await self._end()
            raise _late(deadline) from None
        except EOFError:
            status = await worker.reap()
            await self._end()
            if status == -signal.SIGALRM:
                raise _late(deadline) from None
            raise WorkerLost(
                "the update needed more memory or nesting than it may have, and was stopped", advice="make it smaller"
            ) from None

    def _prune(self, served: Release) -> None:
        """Remove editions but the last few, once no query can be reading them."""
        self._editions.append((time.monotonic(), served.id))
        old = [name for at, name in self._editions[:-KEPT] if time.monotonic() - at > self._deadline + 5]
        self._editions = [entry for entry in self._editions if entry[1] not in old]
        editions.prune(self.home, old, served.id)

    def _tidy(self) -> None:
        """Remove what writers left that are no more, and all but the last editions."""
        with self.journal.lock():
            for folder in (self.home.path / "releases").glob(".*-*-*"):
                found = re.fullmatch(r"\.(?:work|edit)-([0-9]+)-[0-9a-f]{8}", folder.name)
                if found and not _alive(int(found[1])):
                    shutil.rmtree(folder, ignore_errors=True)
            current = self.home.current()
            made = [release.id for release in self.home.releases() if "edition_of" in release.manifest]
            editions.prune(self.home, made[:-KEPT], current.id if current else "")
            self._editions = [(time.monotonic(), name) for name in made[-KEPT:]]


def _changes(request: _Request) -> bool:
    return bool(request.change.removed or request.change.added)


def _late(deadline: float) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"the update ran past its deadline of {deadline:g} s and was stopped; nothing was changed",
        advice="make it more selective, or write less at once",
    )


def _alive(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

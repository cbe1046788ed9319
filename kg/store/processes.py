"""One query worker as its parent sees it: start, frames, kill, end.

Knows how `kg.store.worker` is started and how its frames are read. Does not know deadlines, queues or what is asked.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

import kg
from kg.errors import ReleaseError, WorkerLost

Frame = tuple[bytes, bytes]
"""A letter and what comes with it; `kg.store.worker` lists the letters."""

_START: Final = 30.0  # seconds a worker may take to open its store
_STREAM: Final = 256 * 1024  # bytes the parent reads ahead of a slow reader; then the worker waits
_HEADER: Final = 5
_TICK: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_LOWER: Final = 10  # niceness: a process of usual priority weighs nine times as much


class Worker(asyncio.Protocol):
    """One process with the socket to it. ``generation`` is the pool's: which store it belongs to.

    Frames are cut out as bytes come in, so that a small answer, which comes in one piece, wakes its reader once.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.generation = 0
        self.used = False
        """True once it has done something that it should not be used again after."""
        self._transport: asyncio.Transport | None = None
        self._frames: deque[Frame] = deque()
        self._rest = bytearray()
        self._ahead = 0
        self._paused = False
        self._ended = False
        self._waiter: asyncio.Future[None] | None = None

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Cut what came into frames."""
        if self._rest:
            self._rest += data
            whole: bytes | bytearray = self._rest
        else:
            whole = data
        place, size = 0, len(whole)
        while size - place >= _HEADER:
            begin = place + _HEADER
            end = begin + int.from_bytes(whole[place + 1 : begin], "big")
            if end > size:
                break
            self._frames.append((bytes(whole[place : place + 1]), bytes(whole[begin:end])))
            self._ahead += end - place
            place = end
        if whole is self._rest:
            del self._rest[:place]
        elif place < size:
            self._rest += data[place:]
        if self._ahead > _STREAM and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        if self._frames:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """End: what was received stays readable."""
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # What the pool calls.

    @property
    def alive(self) -> bool:
        """Whether a request can be sent."""
        return not self._ended and self.process.poll() is None

    def send(self, letter: bytes, fields: list[Any]) -> None:
        """Write one request; the socket takes it when it can."""
        data = json.dumps(fields).encode()
        if self._transport is not None:
            self._transport.write(letter + len(data).to_bytes(4, "big") + data)

    async def receive(self) -> Frame:
        """Read one frame. Raises EOFError when the process is gone."""
        while not self._frames:
            if self._ended:
                raise EOFError
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        frame = self._frames.popleft()
        self._ahead -= len(frame[1]) + _HEADER
        if self._paused and self._ahead <= _STREAM // 2 and self._transport is not None:
            self._paused = False
            if not self._ended:
                self._transport.resume_reading()
        return frame

    def kill(self) -> None:
        """Send SIGKILL, the only thing that stops the engine."""
        if self.process.poll() is None:
            self.process.kill()

    def lower(self) -> None:
        """Give every other process precedence, for good: a process without privileges cannot be raised again."""
        self.used = True
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, _LOWER)

    def seconds(self) -> float | None:
        """Return the processor time it has used up since its start; None where the system does not tell."""
        try:
            facts = Path(f"/proc/{self.process.pid}/stat").read_bytes().rpartition(b")")[2].split()
            return (int(facts[11]) + int(facts[12])) / _TICK
        except (OSError, ValueError, IndexError):
            return None

    async def reap(self) -> int:
        """Kill, close the socket, wait for the end without holding up the loop; return the exit status.

        Whoever is cancelled meanwhile holds the loop up for the moment that is left: no process stays behind.
        """
        self.kill()
        if self._transport is not None:
            self._transport.abort()
        pause = 0.001
        try:
            await asyncio.sleep(0)
            while (status := self.process.poll()) is None:
                await asyncio.sleep(pause)
                pause = min(2 * pause, 0.05)
        except BaseException:
            self.end()
            raise
        return status

    def end(self) -> int:
        """Kill and wait without another await: whoever is cancelled while starting must not leave a process behind."""
        if self._transport is not None:
            self._transport.abort()
        self.process.kill()
        return self.process.wait()


def start(
    store_path: Path, memory: int, program: str = "kg.store.worker", *, quiet: bool = False
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a worker and return it with our end of the socket; a frame says that it is ready.

    One that is ``quiet`` leaves no words of the engine on stderr when it runs out of memory.
    """
    ours, theirs = socket.socketpair()
    try:
        process = subprocess.Popen(
            # -S: the search path comes ready-made and the work of `site` is saved; -P: no import from the work folder
            [sys.executable, "-S", "-P", "-m", program, str(store_path), str(memory)],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if quiet else None,
            env=_environment(),
            close_fds=True,
            # Out of reach of the terminal's signals, but in the server's session: Linux weighs priorities within one.
            process_group=0,
        )
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours


async def spawn(store_path: Path, memory: int, program: str = "kg.store.worker") -> Worker:
    """Start a worker and wait until it is ready. Raises ReleaseError or WorkerLost when it does not get there."""
    process, ours = start(store_path, memory, program)
    worker = Worker(process)
    try:
        await asyncio.get_running_loop().create_connection(lambda: worker, sock=ours)
    except BaseException:
        ours.close()
        worker.end()
        raise
    try:
        async with asyncio.timeout(_START):
            letter, data = await worker.receive()
        if letter != b"R":
            raise ReleaseError(json.loads(data)["message"], advice="build the release again with `kg build`")
    except BaseException as error:
        status = worker.end()
        if isinstance(error, EOFError | TimeoutError):
            raise WorkerLost(f"a query worker did not start (exit status {status})") from error
        raise
    return worker


def lost(status: int, advice: str = "make it smaller") -> WorkerLost:
    """Say what became of a worker that ended by itself in the middle of a question; ``advice`` is for one too large."""
    if status in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV):
        return WorkerLost("the query needed more memory or nesting than it may have, and was stopped", advice=advice)
    return WorkerLost(f"the query worker ended (exit status {status})", advice="try again")


def _environment() -> dict[str, str]:
    """Return what a worker needs of the environment; no token or password goes into a process that runs queries."""
    kept = ("LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
    path = [str(Path(kg.__file__).parent.parent), *(entry for entry in sys.path if entry and Path(entry).is_absolute())]
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    # Few malloc arenas: each reserves 64 MB of the address space that the memory limit counts. What a query gave back
    # is kept for the next one up to 64 MB, not returned to the system after each: a tenth of a look-up, measured.
    malloc = {
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TOP_PAD_": str(1 << 24),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 26),
        "MALLOC_MMAP_THRESHOLD_": str(1 << 25),
    }
    return environment | {"PYTHONPATH": os.pathsep.join(path)} | malloc

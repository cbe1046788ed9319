"""One query worker as its parent sees it: start, frames, kill, end.

Knows how `kg.store.worker` is started and how its frames are read. Does not know deadlines, queues or what is asked.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import kg
from kg.errors import ReleaseError, WorkerLost

_START: Final = 30.0  # seconds a worker may take to open its store
_STREAM: Final = 256 * 1024  # bytes the parent reads ahead of a slow reader; then the worker waits


class Worker:
    """One process with the socket to it. ``generation`` is the pool's: which store it belongs to."""

    def __init__(
        self, process: subprocess.Popen[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.process = process
        self.reader = reader
        self.writer = writer
        self.generation = 0

    @property
    def alive(self) -> bool:
        """Whether a request can be sent."""
        return self.process.poll() is None and not self.reader.at_eof()

    def send(self, letter: bytes, fields: list[Any]) -> None:
        """Write one request; the socket takes it when it can."""
        data = json.dumps(fields).encode()
        self.writer.write(letter + len(data).to_bytes(4, "big") + data)

    def kill(self) -> None:
        """Send SIGKILL, the only thing that stops the engine."""
        if self.process.poll() is None:
            self.process.kill()

    async def receive(self) -> tuple[bytes, bytes]:
        """Read one frame. Raises EOFError when the process is gone."""
        try:
            header = await self.reader.readexactly(5)
            return header[:1], await self.reader.readexactly(int.from_bytes(header[1:], "big"))
        except (asyncio.IncompleteReadError, OSError) as error:
            raise EOFError from error

    async def reap(self) -> int:
        """Kill, close the socket, wait for the end without holding up the loop; return the exit status."""
        self.kill()
        # What was received stays readable. Not wait_closed(): it shares one future, and two of us may wait.
        self.writer.transport.abort()
        pause = 0.001
        await asyncio.sleep(0)
        while (status := self.process.poll()) is None:
            await asyncio.sleep(pause)
            pause = min(2 * pause, 0.05)
        return status


async def spawn(store_path: Path, memory: int, program: str = "kg.store.worker") -> Worker:
    """Start a worker and wait until it is ready. Raises ReleaseError or WorkerLost when it does not get there."""
    ours, theirs = socket.socketpair()
    try:
        process = subprocess.Popen(
            # -S: the search path comes ready-made and the work of `site` is saved; -P: no import from the work folder
            [sys.executable, "-S", "-P", "-m", program, str(store_path), str(memory)],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            env=_environment(),
            close_fds=True,
            start_new_session=True,
        )
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    try:
        reader, writer = await asyncio.open_connection(sock=ours, limit=_STREAM)
    except BaseException:
        ours.close()
        process.kill()
        process.wait()
        raise
    worker = Worker(process, reader, writer)
    try:
        async with asyncio.timeout(_START):
            letter, data = await worker.receive()
        if letter != b"R":
            raise ReleaseError(json.loads(data)["message"], advice="build the release again with `kg build`")
    except BaseException as error:
        # Without another await: whoever is cancelled here must not leave a process behind.
        writer.transport.abort()
        process.kill()
        status = process.wait()
        if isinstance(error, EOFError | TimeoutError):
            raise WorkerLost(f"a query worker did not start (exit status {status})") from error
        raise
    return worker


def _environment() -> dict[str, str]:
    """Return what a worker needs of the environment; no token or password goes into a process that runs queries."""
    kept = ("LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
    path = [str(Path(kg.__file__).parent.parent), *(entry for entry in sys.path if entry and Path(entry).is_absolute())]
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    # Few malloc arenas: each reserves 64 MB of the address space that the memory limit counts.
    return environment | {"PYTHONPATH": os.pathsep.join(path), "MALLOC_ARENA_MAX": "2"}

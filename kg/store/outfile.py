"""A file that a thread of its own writes and sums up: what the disk and the sum take is not taken from who makes lines.

Knows bytes. Does not know what they say.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

BLOCK: Final = 1 << 22
"""Bytes that are written at once."""

_PENDING: Final = 4  # blocks that wait to be written; then who makes them waits

Grown = Callable[[int], None]
"""Told, by the thread, how many bytes stand in the file, all of them put in whole."""


class Outfile:
    """A new file at ``path``. `close` makes it durable; a file that is left without it is as far as it came.

    What goes wrong with the file, and what ``grown`` raises, is raised by a later call.
    """

    def __init__(self, path: Path, grown: Grown) -> None:
        self.place = 0
        """Bytes put so far."""
        self._file = path.open("wb", buffering=0)
        self._grown = grown
        self._sum = sha256()
        self._written = 0
        self._block: list[bytes] = []
        self._size = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._jobs: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)
        self._file.close()

    def put(self, data: bytes) -> None:
        """Append bytes."""
        self.place += len(data)
        self._block.append(data)
        self._size += len(data)
        if self._size >= BLOCK:
            self._flush()

    def copy(self, file: IO[bytes], begin: int, end: int) -> None:
        """Append what stands in another file, at least until `close`, from ``begin`` to ``end``."""
        self._flush()
        self.place += end - begin
        self._send(partial(_read, file, begin, end))

    def close(self) -> str:
        """Make the file durable and return the SHA-256 of its bytes."""
        self._flush()
        while self._jobs:
            self._jobs.popleft().result()
        os.fsync(self._file.fileno())
        return self._sum.hexdigest()

    def _flush(self) -> None:
        if self._block:
            self._send(partial(b"".join, self._block))
            self._block = []
            self._size = 0

    def _send(self, data: Callable[[], bytes]) -> None:
        while len(self._jobs) >= _PENDING:
            self._jobs.popleft().result()
        self._jobs.append(self._thread.submit(self._write, data))

    def _write(self, data: Callable[[], bytes]) -> None:
        block = data()
        self._sum.update(block)
        left = memoryview(block)
        while left:
            left = left[self._file.write(left) :]
        self._written += len(block)
        self._grown(self._written)


def _read(file: IO[bytes], begin: int, end: int) -> bytes:
    """Return bytes of a file, wherever others are in it."""
    found: list[bytes] = []
    while begin < end:
        data = os.pread(file.fileno(), end - begin, begin)
        if not data:
            raise OSError(f"the file {file.name} ends before byte {end}")
        found.append(data)
        begin += len(data)
    return b"".join(found)

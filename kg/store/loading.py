"""Load lines into a store, in blocks: as fast as in one piece, in half the memory, and while they are being written.

The engine's bulk loader collects a million statements three times over before it writes the first: two gigabytes,
however many there are. Given blocks of lines by two threads it never holds more than these blocks.

Knows how lines get into a store. Does not know what a release is nor how many statements there should be.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore
from typing import Final

from pyoxigraph import RdfFormat, Store

from kg.store.nquads import read_lines

BLOCK: Final = 1 << 26
"""Bytes loaded at once by each thread, about 400,000 statements: half a gigabyte while they are loaded."""

_THREADS: Final = 2  # parsing is half of the work, sorting and writing the other; the engine holds no lock for either


class Loading:
    """Loads lines while more are written; whoever writes faster than it loads waits. `finish` or `abandon` ends it."""

    def __init__(self, store: Store, block: int = BLOCK) -> None:
        self._store = store
        self._block = block
        self._waiting: list[bytes] = []
        self._size = 0
        self._free = Semaphore(_THREADS)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="load")
        self._jobs: list[Future[None]] = []

    def put(self, lines: bytes) -> None:
        """Take whole lines of N-Quads, with their line ends. Raises what loading earlier ones raised."""
        self._waiting.append(lines)
        self._size += len(lines)
        if self._size >= self._block:
            self._start()

    def finish(self) -> None:
        """Return when everything is loaded. Raises SyntaxError for a line that is none, and what the disk raises."""
        with self._threads:
            self._start()
        for job in self._jobs:
            job.result()

    def abandon(self) -> None:
        """Stop as soon as the blocks at hand are done."""
        self._threads.shutdown(cancel_futures=True)

    def _start(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        self._free.acquire()
        for job in [job for job in self._jobs if job.done()]:
            job.result()
            self._jobs.remove(job)
        self._jobs.append(self._threads.submit(self._load, data))

    def _load(self, data: bytes) -> None:
        try:
            if b" _:" in data or b"\n_:" in data or data.startswith(b"_:"):
                # Loading lines names blank nodes anew, and then changes of them would find nothing. Some literals look
                # alike, and take the longer way for nothing.
                self._store.bulk_extend(read_lines([data]))
            else:
                self._store.bulk_load(data, RdfFormat.N_QUADS)
        finally:
            self._free.release()


def load(store: Store, artefact: Path, block: int = BLOCK) -> None:
    """Put the statements of an artefact into a store. The names of blank nodes stay."""
    loading = Loading(store, block)
    try:
        for lines in blocks(artefact, block):
            loading.put(lines)
    except BaseException:
        loading.abandon()
        raise
    loading.finish()


def blocks(path: Path, size: int = BLOCK) -> Iterator[bytes]:
    """Yield a file in blocks of whole lines."""
    with path.open("rb") as file:
        while data := file.read(size):
            yield data + file.readline()

"""Load a file of lines into a store, in blocks: as fast as in one piece, in half the memory, and while it grows.

The engine's bulk loader collects a million statements three times over before it writes the first: two gigabytes,
however many there are. Given blocks of lines it never holds more than these blocks: one while the file grows, for
whoever writes it needs a core and memory too, and two afterwards.

Knows how lines get into a store. Does not know what a release is nor how many statements there should be.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Condition
from typing import IO, Final

from pyoxigraph import RdfFormat, Store

from kg.store.nquads import read_lines

BLOCK: Final = 1 << 26
"""Bytes loaded at once by each thread, about 400,000 statements: half a gigabyte while they are loaded."""

_THREADS: Final = 2  # parsing is half of the work, sorting and writing the other; the engine holds no lock for either


class Loading:
    """Loads a file that may still be growing. `finish` or `abandon` ends it. The names of blank nodes stay."""

    def __init__(self, store: Store, path: Path, block: int = BLOCK) -> None:
        self._store = store
        self._path = path
        self._block = block
        self._file: IO[bytes] | None = None
        self._changed = Condition()
        self._place = 0
        self._length = 0
        self._whole = False
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="load")
        self._jobs: list[Future[None]] = []

    def grown(self, length: int) -> None:
        """Take note that the file has so many bytes, all of them whole lines. Raises what loading them raised."""
        if self._file is None:
            self._file = self._path.open("rb")
            self._jobs.append(self._threads.submit(self._work))
        for job in self._jobs:
            if job.done():
                job.result()
        with self._changed:
            self._length = length
            self._changed.notify_all()

    def finish(self) -> None:
        """Return when everything is loaded. Raises SyntaxError for a line that is none, and what the disk raises."""
        self._end()
        self._jobs += [self._threads.submit(self._work) for _ in range(_THREADS - len(self._jobs)) if self._file]
        self._threads.shutdown()
        self._close()
        for job in self._jobs:
            job.result()

    def abandon(self) -> None:
        """Stop as soon as the blocks at hand are done."""
        self._length = self._place
        self._end()
        self._threads.shutdown()
        self._close()

    def _end(self) -> None:
        with self._changed:
            self._whole = True
            self._changed.notify_all()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _work(self) -> None:
        while data := self._next():
            if b" _:" in data or b"\n_:" in data or data.startswith(b"_:"):
                # Loading lines names blank nodes anew, and then changes of them would find nothing. Some literals look
                # alike, and take the longer way for nothing.
                self._store.bulk_extend(read_lines([data]))
            else:
                self._store.bulk_load(data, RdfFormat.N_QUADS)

    def _next(self) -> bytes:
        """Return the next block of whole lines, when it is there; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._whole or self._length - self._place >= self._block)
            left = self._length - self._place
            if left <= 0 or self._file is None:
                return b""
            self._file.seek(self._place)
            data = self._file.read(min(self._block, left))
            if len(data) < left:
                data += self._file.readline()
            self._place += len(data)
            return data


def load(store: Store, artefact: Path, block: int = BLOCK) -> None:
    """Put the statements of an artefact into a store. The names of blank nodes stay."""
    loading = Loading(store, artefact, block)
    loading.grown(artefact.stat().st_size)
    loading.finish()

"""One function over many shares of work, on several cores: this process does shares, and so do helpers beside it.

A helper is a fresh interpreter, never a copy of this process: copies are not safe where threads run, and the next
release of Python may start none. Function and shares travel as pickles, so the function is one that can be imported,
or an object of such a class; large arrays lie in a file that all map into memory (``Mapped``). What comes out is the
same whoever did a share, in the order of the shares. A helper that dies, or cannot do a share, loses nothing:
the share is done here, and a fault in it is raised here. Knows nothing of what is done.
"""

from __future__ import annotations

import mmap
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

import kg

S = TypeVar("S")
R = TypeVar("R")

AHEAD: Final = 16
_ALIGNED: Final = 64
_START: Final = "from kg.shares import serve; serve()"
# Each process is one core's: libraries are not to start threads of their own beside it.
_ALONE: Final = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")} | {"VECLIB_MAXIMUM_THREADS": "1"}


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Mapped:
    """Arrays in a file that all processes map into memory, where they count once. The file has no name, and is gone
    with the last process that maps it. Raises OSError where there is no room for it.
    """

    def __init__(self, arrays: Sequence[npt.NDArray[Any]]) -> None:
        self._places: list[tuple[str, tuple[int, ...], int]] = []
        with tempfile.TemporaryFile() as file:
            for array in arrays:
                self._places.append((array.dtype.str, array.shape, file.tell()))
                file.write(np.ascontiguousarray(array).data.cast("B") if array.size else b"")
                file.write(bytes(-file.tell() % _ALIGNED))
            file.write(bytes(_ALIGNED))
            file.flush()
            self.file = os.dup(file.fileno())
        self._map = mmap.mmap(self.file, 0, access=mmap.ACCESS_READ)

    def __getstate__(self) -> tuple[int, list[tuple[str, tuple[int, ...], int]]]:
        return self.file, self._places

    def __setstate__(self, state: tuple[int, list[tuple[str, tuple[int, ...], int]]]) -> None:
        self.file, self._places = state
        self._map = mmap.mmap(self.file, 0, access=mmap.ACCESS_READ)

    def arrays(self) -> list[npt.NDArray[Any]]:
        """Return the arrays, which nobody can change."""
        return [
            np.frombuffer(self._map, dtype, int(np.prod(shape)), start).reshape(shape)
            for dtype, shape, start in self._places
        ]

    def close(self) -> None:
        """Let go of the file; the arrays can be used still."""
        os.close(self.file)


def over(
    function: Callable[[S], R],
    shares: Iterable[S],
    processes: int,
    *,
    ahead: int = AHEAD,
    mapped: Sequence[Mapped] = (),
) -> Iterator[R]:
    """Yield what a function returns for each share, in the order of the shares.

    ``processes`` counts this one; with one, no other is started. A start costs the time of importing what the function
    needs. ``shares`` may be a generator: it is asked for one share at a time, from one thread at a time. At most
    ``ahead`` results wait for those before them. ``mapped`` are arrays that the function holds. Raises what the
    function or the generator raises, and what `pickle` raises of a function that cannot travel.
    """
    if processes < 2:
        yield from map(function, shares)
        return
    travelling = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
    work = _Work(function, shares, ahead)
    helpers = [_Helper(work, travelling, [one.file for one in mapped]) for _ in range(processes - 1)]
    try:
        yield from work.results()
    finally:
        work.close()
        for helper in helpers:
            helper.end()


@contextmanager
def aside(function: Callable[[S], R], share: S, *, alone: bool = False) -> Iterator[Callable[[], R]]:
    """Let a helper do one share while this process does something else; what is given returns what came of it.

    ``alone`` starts no helper: the share is done here, when it is asked for.
    """
    if alone:
        yield lambda: function(share)
        return
    work = _Work(function, [share], 1)
    helper = _Helper(work, pickle.dumps(function, pickle.HIGHEST_PROTOCOL), [])
    try:
        yield lambda: next(work.results())
    finally:
        work.close()
        helper.end()


class _Work(Generic[S, R]):
    """The shares that are to be done, those given back, and the results that are not asked for yet."""

    def __init__(self, function: Callable[[S], R], shares: Iterable[S], ahead: int) -> None:
        self.function = function
        self._shares = enumerate(shares)
        self._ahead = ahead
        self._changed = threading.Condition()
        self._back: list[tuple[int, S]] = []
        self._done: dict[int, R] = {}
        self._begun = 0
        self._wanted = 0
        self._all = False
        self._closed = False
        self._fault: BaseException | None = None

    def take(self) -> tuple[int, S] | None:
        """Return a share that nobody has begun; None when there is none, or when it would be too far ahead."""
        with self._changed:
            if self._closed or self._fault:
                return None
            if self._back:
                return self._back.pop()
            if self._all or self._begun - self._wanted >= self._ahead:
                return None
            try:
                share = next(self._shares, None)
            except BaseException as fault:  # noqa: BLE001 - raised in `results`
                self._fault = fault
                self._changed.notify_all()
                return None
            if share is None:
                self._all = True
                self._changed.notify_all()
            else:
                self._begun += 1
            return share

    def wait(self) -> bool:
        """Wait until there may be a share to take; return whether there may ever be one."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._back or self._begun - self._wanted < self._ahead)
            return not self._over

    @property
    def _over(self) -> bool:
        return self._closed or self._all or self._fault is not None

    def put(self, number: int, result: R) -> None:
        """Take in the result of a share."""
        with self._changed:
            self._done[number] = result
            self._changed.notify_all()

    def give_back(self, number: int, share: S) -> None:
        """Leave a share to another process."""
        with self._changed:
            self._back.append((number, share))
            self._changed.notify_all()

    def results(self) -> Iterator[R]:
        """Yield the results in order, doing shares meanwhile."""
        while True:
            with self._changed:
                if ready := self._wanted in self._done:
                    result = self._done.pop(self._wanted)
                    self._wanted += 1
                    self._changed.notify_all()
            if ready:
                yield result
            elif share := self.take():
                self.put(share[0], self.function(share[1]))
            elif self._fault:
                raise self._fault
            elif self._all and self._wanted == self._begun:
                return
            else:
                with self._changed:
                    self._changed.wait_for(lambda: self._wanted in self._done or self._back or self._fault)

    def close(self) -> None:
        """Give out no more shares."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class _Helper:
    """Another process, and the thread here that hands it shares and takes its results."""

    def __init__(self, work: _Work[Any, Any], function: bytes, files: Sequence[int]) -> None:
        self._work = work
        self._function = function
        self._process: subprocess.Popen[bytes] | None = None
        with suppress(OSError):
            self._process = subprocess.Popen(
                # -S: the search path comes ready-made; -P: no import from the work folder
                [sys.executable, "-S", "-P", "-c", _START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | _ALONE | {"PYTHONPATH": _path()},
                pass_fds=files,
                process_group=0,  # Ctrl-C is this process's affair
            )
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        if self._process is None:
            return
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        with suppress(OSError):  # the first share shows it
            to.write(self._function)
        while (share := self._work.take()) or self._work.wait():
            if not share:
                continue
            try:
                _send(to, share[1])
                done, result = pickle.load(back)  # noqa: S301 - what our own process wrote
            except Exception:  # noqa: BLE001 - whatever became of it, the share is here still
                self._work.give_back(*share)
                return
            if done:
                self._work.put(share[0], result)
            else:
                self._work.give_back(*share)
                return

    def end(self) -> None:
        """End the process, whatever it does, and wait for it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._thread.join()
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError):  # what a dead process was to read still
                    pipe and pipe.close()


def _send(to: IO[bytes], what: object) -> None:
    to.write(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
    to.flush()


def _path() -> str:
    found = [
        str(Path(kg.__file__).parent.parent),
        *(entry for entry in sys.path if entry and Path(entry).is_absolute()),
    ]
    return os.pathsep.join(dict.fromkeys(found))


def serve() -> None:
    """Be a helper: read a function, then shares, from stdin; write what became of each to stdout until stdin ends."""
    source = os.fdopen(os.dup(0), "rb")
    out = os.fdopen(os.dup(1), "wb")
    # Whatever is printed meanwhile is no result.
    os.dup2(2, 1)
    function = pickle.load(source)  # noqa: S301 - what our own parent wrote
    shares: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(source, shares), daemon=True).start()
    while True:
        share = shares.get()
        try:
            result = True, function(share)
        except Exception:  # noqa: BLE001 - it is raised where the share is done again
            result = False, None
        _send(out, result)


def _read(source: IO[bytes], shares: queue.SimpleQueue[Any]) -> None:
    """Read shares; end the process with the parent, also in the middle of one."""
    try:
        while True:
            shares.put(pickle.load(source))  # noqa: S301 - what our own parent wrote
    except BaseException:  # noqa: BLE001 - there is nobody to tell
        os._exit(0)

"""The artefact of a release: one N-Quads file, sorted by bytes, each statement once.

Knows how to write such a file from quads in any order with bounded memory, to read it and to compare two of them.
Does not know what the quads mean, where the file belongs or how a store loads it. Statements are compared as text:
the caller names blank nodes, and the same quads under the same names give the same bytes.
"""

from __future__ import annotations

import heapq
import itertools
import mmap
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from pyoxigraph import Quad, RdfFormat, parse, serialize

from kg.errors import ReleaseError

_CHUNK: Final = 10_000  # quads serialised in one call; keeps the quad objects of a run from piling up
_FAN_IN: Final = 64  # runs merged at once; keeps the number of open files far below the usual limit of 1024


@dataclass(frozen=True)
class Artefact:
    """A written file: its path, the number of distinct statements and the SHA-256 of its bytes (64 hex digits)."""

    path: Path
    quads: int
    sha256: str


def write_artefact(path: Path, quads: Iterable[Quad], *, run_size: int = 1_000_000) -> Artefact:
    """Write ``quads`` to ``path``, sorted by bytes and without repetition, and make the file durable.

    At most ``run_size`` distinct lines are held in memory (about 0.3 kB each); longer inputs are spilled as sorted
    runs into a temporary folder beside ``path``, which needs the same space again, and merged.

    An interrupted call leaves no file at ``path`` that was not complete. Raises OSError when the disk refuses.
    """
    if run_size < 1:
        raise ValueError("run_size counts lines and is at least 1")
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
        spill = Path(folder)
        runs: list[Path] = []
        names = itertools.count()
        lines: set[bytes] = set()
        for more in _lines(quads):
            for line in more:
                lines.add(line)
                if len(lines) >= run_size:
                    runs.append(_write_run(spill / str(next(names)), sorted(lines)))
                    lines = set()
            while len(runs) >= _FAN_IN:
                runs = [_merge_runs(runs[:_FAN_IN], spill / str(next(names))), *runs[_FAN_IN:]]
        whole = spill / "whole"
        with ExitStack() as files:
            sources: list[Iterable[bytes]] = [files.enter_context(run.open("rb")) for run in runs]
            sources.append(sorted(lines))
            out = files.enter_context(whole.open("wb", buffering=1 << 20))
            digest, count = sha256(), 0
            for batch in _batches(_distinct(heapq.merge(*sources) if runs else sources[0])):
                data = b"".join(batch)
                digest.update(data)
                out.write(data)
                count += len(batch)
            _sync(out)
        whole.replace(path)
    return Artefact(path, count, digest.hexdigest())


def read_artefact(path: Path) -> Iterator[Quad]:
    """Read the quads of an artefact one by one, in file order.

    Raises ReleaseError when the file is missing or is not N-Quads; the quads before the fault have been given out.
    """
    try:
        for quad in parse(path=path, format=RdfFormat.N_QUADS):
            if isinstance(quad, Quad):
                yield quad
    except (SyntaxError, FileNotFoundError) as error:
        raise ReleaseError(
            f"the file cannot be read as N-Quads ({error})", where=str(path), advice="build the release again"
        ) from error


def diff(a: Path, b: Path) -> Iterator[tuple[str, str]]:
    """Compare two artefacts: ``("-", line)`` for a statement only in ``a``, ``("+", line)`` for one only in ``b``.

    Lines come in byte order and without the line end. Both files are read once, side by side, in constant memory.
    Raises ReleaseError when one cannot be read.
    """
    try:
        with a.open("rb") as left, b.open("rb") as right:
            old, new = left.readline(), right.readline()
            while old or new:
                if old == new:
                    old, new = left.readline(), right.readline()
                elif old and (not new or old < new):
                    yield "-", old.decode().rstrip("\n")
                    old = left.readline()
                else:
                    yield "+", new.decode().rstrip("\n")
                    new = right.readline()
    except FileNotFoundError as error:
        raise ReleaseError(
            "the file is missing", where=str(error.filename), advice="build the release again"
        ) from error


def patch_artefact(
    source: Path, target: Path, removed: set[bytes], added: set[bytes], quads: int
) -> tuple[Artefact, set[bytes]]:
    """Write a sorted file anew with some lines gone and others put in; return it and the lines that were not there.

    ``quads`` is the number of lines in ``source``. Each line is looked up, everything between is copied whole.
    """
    digest, left = sha256(), set(removed)
    with mapped(source) as data, target.open("wb") as out:

        def copy(piece: bytes | memoryview) -> None:
            digest.update(piece)
            out.write(piece)

        begin = 0
        for line in sorted(removed | added):
            place = _place(data, line)
            there = data[place : place + len(line)] == line
            with memoryview(data) as view, view[begin:place] as before:
                copy(before)
            begin = place
            if there and line in removed:
                begin += len(line)
                left.discard(line)
                quads -= 1
            elif not there and line in added:
                copy(line)
                quads += 1
        with memoryview(data) as view, view[begin:] as rest:
            copy(rest)
        out.flush()
        os.fsync(out.fileno())
    return Artefact(target, quads, digest.hexdigest()), left


def _place(data: bytes | mmap.mmap, line: bytes) -> int:
    """Return where a line stands in sorted lines, or where it would."""
    low, high = 0, len(data)
    while low < high:
        middle = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = data.find(b"\n", middle) + 1 or len(data)
        if data[middle:end] < line:
            low = end
        else:
            high = middle
    return low


def holds(data: bytes | mmap.mmap, line: bytes) -> bool:
    """Return whether a line stands among sorted lines."""
    place = _place(data, line)
    return data[place : place + len(line)] == line


def read_lines(lines: Iterable[bytes]) -> list[Quad]:
    """Read N-Quads lines, keeping the names of blank nodes."""
    return [quad for quad in parse(b"".join(lines), RdfFormat.N_QUADS) if isinstance(quad, Quad)]


@contextmanager
def mapped(path: Path) -> Iterator[bytes | mmap.mmap]:
    """Look at the bytes of a file without reading them all."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def _lines(quads: Iterable[Quad]) -> Iterator[list[bytes]]:
    """Serialise in chunks. N-Quads escapes line ends inside literals, so a line feed always ends a statement."""
    quads = iter(quads)
    while chunk := list(itertools.islice(quads, _CHUNK)):
        text = serialize(chunk, format=RdfFormat.N_QUADS)
        if text is not None:
            yield text.splitlines(keepends=True) if b"\r" not in text else [s + b"\n" for s in text.split(b"\n")[:-1]]


def _distinct(lines: Iterable[bytes]) -> Iterator[bytes]:
    last = b""
    for line in lines:
        if line != last:
            yield line
            last = line


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    lines = iter(lines)
    while batch := list(itertools.islice(lines, _CHUNK)):
        yield batch


def _write_run(path: Path, lines: Iterable[bytes]) -> Path:
    with path.open("wb", buffering=1 << 20) as out:
        out.writelines(lines)
    return path


def _merge_runs(runs: list[Path], path: Path) -> Path:
    with ExitStack() as files:
        _write_run(path, _distinct(heapq.merge(*[files.enter_context(run.open("rb")) for run in runs])))
    for run in runs:
        run.unlink()
    return path


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())

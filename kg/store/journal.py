"""The journal: every edit that was ever acknowledged, as the statements it removed and added.

::

    HOME/journal/lock         held while a group of edits is applied, and while a build or a rollback publishes
    HOME/journal/edits.rdfp   one transaction an edit, in RDF Patch; only ever appended to

    H entry "17" .
    H when "2026-11-21T10:00:00.000000Z" .
    H who "ann" .
    TX .
    D <s> <p> <o> <g> .
    A <s> <p> <o> .
    TC .

An edit counts when its last line is there; what a crash tore off behind it is cut at the next append. Releases say in
their manifest which entries they hold, as runs of numbers. Knows how entries are kept, and how they are laid over the
statements of a new build. Does not know stores, releases or who may edit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from filelock import FileLock, Timeout
from pyoxigraph import Literal, Quad, RdfFormat, parse

from kg.errors import Busy, HomeError
from kg.store.disk import sync_folder, translated
from kg.store.drafts import now

Runs = list[list[int]]
"""Numbers of entries as runs, first and last: ``[[1, 3], [6, 6]]``."""

_END: Final = b"\nTC .\n"
_HEADER: Final = re.compile(rb'H (entry|when|who) "((?:[^"\\]|\\.)*)" \.')


class Change(NamedTuple):
    """What somebody changed: N-Quads lines removed and added."""

    by: str
    removed: bytes
    added: bytes


@dataclass(frozen=True)
class Entry:
    """One edit: its number (from 1), when (ISO 8601, UTC), who, and N-Quads lines removed and added."""

    number: int
    at: str
    by: str
    removed: bytes = field(repr=False)
    added: bytes = field(repr=False)


@dataclass(frozen=True)
class Unapplied:
    """A removal that a new build found nothing for: the statement is not there any more, or written otherwise."""

    entry: int
    at: str
    by: str
    statement: str


class Journal:
    """The journal below a home folder. Creating the object touches nothing."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "journal"
        self.path = self.folder / "edits.rdfp"
        self._lock = FileLock(self.folder / "lock", thread_local=False)
        self._known = (0, 0)  # size of the file, number of its last entry

    @contextmanager
    def lock(self, patience: float = 60.0) -> Iterator[None]:
        """Hold the journal; nobody else edits or publishes. Raises Busy after ``patience`` seconds."""
        with translated(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire(timeout=patience)
            except Timeout as error:
                raise Busy("somebody else is writing in this home", advice="try again later") from error
        try:
            yield
        finally:
            self._lock.release()

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Read the entries with a number above ``after``. Raises HomeError where the file is damaged."""
        if not self.path.is_file():
            return
        with translated(self.folder):
            data = self.path.read_bytes()
        place = 0
        for end in re.finditer(rb"^TC \.\n", data, re.M):
            entry = self._entry(data[place : end.start()])
            place = end.end()
            if entry.number > after:
                yield entry

    def numbers(self) -> list[int]:
        """Return the numbers of all entries."""
        return [entry.number for entry in self.entries()]

    def last(self) -> int:
        """Return the number of the last entry, having cut off what a crash tore. The caller holds the lock."""
        with translated(self.folder):
            size = self.path.stat().st_size if self.path.exists() else 0
            if size != self._known[0]:
                self._known = (self._repair(), max(self.numbers(), default=0))
        return self._known[1]

    def append(self, changes: Sequence[Change]) -> list[Entry]:
        """Add one entry for each change and make them durable. The caller holds the lock."""
        last, at = self.last(), now()
        entries = [Entry(last + i, at, *change) for i, change in enumerate(changes, 1)]
        with translated(self.folder):
            new = not self.path.exists()
            with self.path.open("ab") as file:
                file.write(b"".join(map(_written, entries)))
                file.flush()
                os.fsync(file.fileno())
                self._known = (file.tell(), last + len(entries))
            if new:
                sync_folder(self.folder)
                sync_folder(self.folder.parent)
        return entries

    def retract(self, entries: Sequence[Entry]) -> None:
        """Take back entries just appended, which nobody was told of. The caller holds the lock."""
        with translated(self.folder):
            size = self.path.stat().st_size - sum(len(_written(entry)) for entry in entries)
            os.truncate(self.path, size)
        self._known = (0, 0)

    def _repair(self) -> int:
        data = self.path.read_bytes()
        size = data.rfind(_END) + len(_END) if _END in data else 0
        if size != len(data):
            os.truncate(self.path, size)
        return size

    def _entry(self, data: bytes) -> Entry:
        headers: dict[str, str] = {}
        removed, added = [], []
        for line in data.split(b"\n"):
            if line.startswith(b"D "):
                removed.append(line[2:] + b"\n")
            elif line.startswith(b"A "):
                added.append(line[2:] + b"\n")
            elif header := _HEADER.match(line):
                headers[header[1].decode()] = _unescaped(header[2])
        try:
            return Entry(int(headers["entry"]), headers["when"], headers["who"], b"".join(removed), b"".join(added))
        except (KeyError, ValueError) as error:
            raise HomeError(
                "the journal of edits is damaged", where=str(self.path), advice="restore the file from a copy"
            ) from error


@dataclass(frozen=True)
class Replayed:
    """What edits do to a graph: N-Quads lines that go and come, the entries laid over it, and removals in vain."""

    removed: set[bytes]
    added: set[bytes]
    applied: Runs
    unapplied: list[Unapplied]


def replay(entries: Iterable[Entry], holds: Callable[[bytes], bool]) -> Replayed:
    """Lay edits over a graph; ``holds`` says whether it holds a line (N-Quads, with its line end)."""
    before: dict[bytes, bool] = {}
    now_held: dict[bytes, bool] = {}
    numbers, unapplied = [], []

    def held(line: bytes) -> bool:
        if line not in before:
            before[line] = now_held[line] = holds(line)
        return now_held[line]

    for entry in entries:
        numbers.append(entry.number)
        for quad in _quads(entry.removed):
            if not held(line := f"{quad} .\n".encode()):
                unapplied.append(Unapplied(entry.number, entry.at, entry.by, f"{quad} ."))
            now_held[line] = False
        for quad in _quads(entry.added):
            held(line := f"{quad} .\n".encode())
            now_held[line] = True
    return Replayed(
        {line for line, was in before.items() if was and not now_held[line]},
        {line for line, was in before.items() if not was and now_held[line]},
        runs(numbers),
        unapplied,
    )


def runs(numbers: Iterable[int]) -> Runs:
    """Write numbers as runs.

    >>> runs([1, 2, 3, 6])
    [[1, 3], [6, 6]]
    """
    found: Runs = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def missing(applied: Runs, numbers: Iterable[int]) -> list[int]:
    """Return the numbers that are in none of the runs."""
    return [number for number in numbers if not any(first <= number <= last for first, last in applied)]


def joined(applied: Runs, numbers: Iterable[int]) -> Runs:
    """Return the runs with more numbers in them."""
    found = [list(run) for run in applied]
    for number in sorted(numbers):
        if found and found[-1][0] <= number <= found[-1][1] + 1:
            found[-1][1] = max(found[-1][1], number)
        elif missing(found, [number]):
            found = sorted([*found, [number, number]])
    return found


def _written(entry: Entry) -> bytes:
    head = "".join(
        f"H {name} {Literal(value)} .\n"
        for name, value in (("entry", str(entry.number)), ("when", entry.at), ("who", entry.by))
    )
    lines = [head.encode(), b"TX .\n"]
    for sign, data in ((b"D ", entry.removed), (b"A ", entry.added)):
        lines += [sign + line + b"\n" for line in data.split(b"\n") if line]
    return b"".join((*lines, b"TC .\n"))


def _unescaped(text: bytes) -> str:
    value = next(iter(parse(b'<x:x> <x:x> "' + text + b'" .', RdfFormat.N_TRIPLES))).object
    return value.value if isinstance(value, Literal) else ""


def _quads(data: bytes) -> list[Quad]:
    return [quad for quad in parse(data, RdfFormat.N_QUADS) if isinstance(quad, Quad)]

"""Write the artefact of a release from fragments, and only those anew that changed since the last one.

The file is the fragments one after the other. Their index keeps, for each, its prefix, the digest of its facts and
where its lines begin, so the next build copies what is as it was, and learns line by line what is not. Knows the order
of lines and prefixes. Does not know what the lines say.
"""

from __future__ import annotations

import mmap
import os
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from kg.store.nquads import Artefact, mapped

DIGEST: Final = 16
"""Bytes of the digest of a fragment's facts."""

_MAGIC: Final = b"kg-fragments\x00\x01"
_BLOCK: Final = 1 << 22


class Piece(Protocol):
    """A fragment: how its lines begin, the digest of its facts, and a way to make its lines (with line ends)."""

    @property
    def prefix(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> bytes: ...  # noqa: D102
    @property
    def lines(self) -> Callable[[], Iterable[str]]: ...  # noqa: D102


@dataclass(frozen=True)
class Index:
    """The fragments of an artefact, in order. ``starts`` has one more number than there are fragments: the end."""

    prefixes: list[bytes]
    digests: bytes
    starts: array[int]
    counts: array[int]

    def save(self, path: Path, program: str, sum_: str) -> None:
        """Write the index, for the artefact with this SHA-256, made by this program."""
        head = f"{program}\n{sum_}\n{len(self.prefixes)}\n".encode()
        parts = (
            _MAGIC,
            len(head).to_bytes(4, "little"),
            head,
            self.starts.tobytes(),
            self.counts.tobytes(),
            self.digests,
        )
        new = path.with_name(f".{path.name}.new")
        with new.open("wb") as file:
            file.writelines((*parts, b"\n".join(self.prefixes)))
        new.replace(path)

    @classmethod
    def load(cls, path: Path, program: str, sum_: str) -> Index | None:
        """Read an index; None where it is missing, damaged, or of another artefact or program."""
        try:
            data = path.read_bytes()
        except OSError:
            return None
        place = len(_MAGIC) + 4
        length = int.from_bytes(data[len(_MAGIC) : place], "little")
        head = data[place : place + length].decode(errors="replace").split("\n")
        if data[: len(_MAGIC)] != _MAGIC or head[:2] != [program, sum_]:
            return None
        count = int(head[2])
        place += length
        starts, counts = array("Q"), array("I")
        for numbers, n in ((starts, count + 1), (counts, count)):
            numbers.frombytes(data[place : place + n * numbers.itemsize])
            place += n * numbers.itemsize
        digests = data[place : place + count * DIGEST]
        prefixes = data[place + count * DIGEST :].split(b"\n") if count else []
        return cls(prefixes, digests, starts, counts) if len(prefixes) == count else None


@dataclass
class Written:
    """What was written: the artefact and its index, how many fragments were made anew, and whether there was an
    artefact before; then ``removed`` are the lines that only that one has, ``added`` those that only this one has."""

    artefact: Artefact
    index: Index
    compared: bool
    removed: set[bytes] = field(default_factory=set)
    added: set[bytes] = field(default_factory=set)
    made: int = 0

    @property
    def changes(self) -> int:
        """How many lines are different."""
        return len(self.removed) + len(self.added)


@dataclass(frozen=True)
class Before:
    """The artefact before, with its index."""

    path: Path
    index: Index


Watch = Callable[[int], None]
"""Told how many fragments are done."""


def write_fragments(path: Path, pieces: Iterable[Piece], before: Before | None, watch: Watch) -> Written:
    """Write the fragments, which come in the order of their prefixes, and make the file durable.

    ``removed`` and ``added`` of the result stay empty without an artefact before. Raises ValueError for fragments out
    of order and for lines that do not begin with their prefix.
    """
    return _Writer(path, before).write(pieces, watch)


class _Writer:
    def __init__(self, path: Path, before: Before | None) -> None:
        self._path = path
        self._before = before
        self._sum = sha256()
        self._block: list[bytes] = []
        self._size = 0
        self._place = 0
        self._prefixes: list[bytes] = []
        self._digests: list[bytes] = []
        self._starts = array("Q")
        self._counts = array("I")
        self._removed: set[bytes] = set()
        self._added: set[bytes] = set()
        self._made = 0

    def write(self, pieces: Iterable[Piece], watch: Watch) -> Written:
        with self._path.open("wb", buffering=0) as self._out:
            if self._before is None:
                self._walk(pieces, b"", Index([], b"", array("Q", [0]), array("I")), watch)
            else:
                with mapped(self._before.path) as data:
                    self._walk(pieces, data, self._before.index, watch)
            self._flush()
            os.fsync(self._out.fileno())
        self._starts.append(self._place)
        index = Index(self._prefixes, b"".join(self._digests), self._starts, self._counts)
        artefact = Artefact(self._path, sum(self._counts), self._sum.hexdigest())
        return Written(artefact, index, self._before is not None, self._removed, self._added, self._made)

    def _walk(self, pieces: Iterable[Piece], data: bytes | mmap.mmap, old: Index, watch: Watch) -> None:
        known, place = len(old.prefixes), 0
        last = b""
        for done, piece in enumerate(pieces, 1):
            prefix = piece.prefix.encode()
            if prefix <= last:
                raise ValueError(f"the fragment {piece.prefix!r} comes after {last!r}")
            last = prefix
            while place < known and old.prefixes[place] < prefix:
                self._gone(data[old.starts[place] : old.starts[place + 1]])
                place += 1
            before = b""
            same = False
            if place < known and old.prefixes[place] == prefix:
                before = data[old.starts[place] : old.starts[place + 1]]
                same = old.digests[place * DIGEST : (place + 1) * DIGEST] == piece.digest
                place += 1
            if same:
                self._put(prefix, piece.digest, before, old.counts[place - 1])
            else:
                self._make(piece, prefix, before)
            if not done & 0xFFF:
                watch(done)
        while place < known:
            self._gone(data[old.starts[place] : old.starts[place + 1]])
            place += 1

    def _make(self, piece: Piece, prefix: bytes, before: bytes) -> None:
        lines = sorted(line.encode() for line in piece.lines())
        if lines and not (lines[0].startswith(prefix) and lines[-1].startswith(prefix)):
            raise ValueError(f"a line of the fragment {piece.prefix!r} begins otherwise: {lines[0]!r}, {lines[-1]!r}")
        self._made += 1
        data = b"".join(lines)
        if self._before is not None and data != before:
            old, new = set(before.splitlines(keepends=True)), set(lines)
            self._removed |= old - new
            self._added |= new - old
        self._put(prefix, piece.digest, data, len(lines))

    def _gone(self, data: bytes) -> None:
        self._removed.update(data.splitlines(keepends=True))

    def _put(self, prefix: bytes, digest: bytes, data: bytes, count: int) -> None:
        self._prefixes.append(prefix)
        self._digests.append(digest)
        self._starts.append(self._place)
        self._counts.append(count)
        self._place += len(data)
        self._block.append(data)
        self._size += len(data)
        if self._size >= _BLOCK:
            self._flush()

    def _flush(self) -> None:
        block = b"".join(self._block)
        self._sum.update(block)
        self._out.write(block)
        self._block.clear()
        self._size = 0

"""Write the artefact of a release from fragments, and only those anew that changed since the last one.

The file is the fragments one after the other. Their index keeps, for each, its prefix, the digest of its facts, where
its lines begin and the card of its thing, and the counts of the whole; so the next build copies what is as it was,
counts only what is not, and learns which lines came and went. Knows the order of lines and prefixes. Does not know
what is said.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path
from typing import IO, Final, Protocol

from kg.rdf.cards import Card, cards
from kg.rdf.lines import Pages, lines_of, read_line
from kg.sources.shelf import decoded, encoded
from kg.store.nquads import Artefact
from kg.store.outfile import BLOCK, Grown, Outfile
from kg.store.survey import Tally, pages

DIGEST: Final = 16
"""Bytes of the digest of a fragment's facts."""

_MAGIC: Final = b"kg-fragments\x00\x03"
_AHEAD: Final = 1 << 16

Watch = Callable[[int], None]
"""Told how many fragments are done."""


def ignore(length: int) -> None:
    """Take no note."""


class Piece(Protocol):
    """A fragment: how its lines begin, the digest of its facts, and a way to make its statements."""

    @property
    def prefix(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> bytes: ...  # noqa: D102
    @property
    def make(self) -> Callable[[], Pages]: ...  # noqa: D102


@dataclass(frozen=True)
class Index:
    """The fragments of an artefact, in order.

    ``starts`` and ``card_starts`` are the places in the file and in ``card_bytes`` where each begins, and last the
    end; a fragment may have no card, or several. ``tally`` are the counts of the whole (`kg.store.survey`).
    """

    prefixes: list[bytes]
    digests: bytes
    starts: array[int]
    counts: array[int]
    card_starts: array[int]
    card_bytes: bytes | bytearray
    tally: bytes

    def cards(self) -> Iterator[Card]:
        """Yield the cards, in the order of their things."""
        return cards_in(self.card_starts, self.card_bytes)

    def save(self, path: Path, program: str, sum_: str) -> None:
        """Write the index, for the artefact with this SHA-256, made by this program."""
        numbers = [n.tobytes() for n in (self.starts, self.counts, self.card_starts)]
        parts = (program, sum_, b"\n".join(self.prefixes), self.digests, *numbers, self.card_bytes, self.tally)
        new = path.with_name(f".{path.name}.new")
        with new.open("wb") as file:
            file.write(_MAGIC)
            file.write(encoded(parts))
        new.replace(path)

    @classmethod
    def load(cls, path: Path, program: str, sum_: str) -> Index | None:
        """Read an index; None where it is missing, damaged, or of another artefact or program."""
        try:
            data = path.read_bytes()
            if not data.startswith(_MAGIC):
                return None
            kept = decoded(
                tuple[str, str, bytes, bytes, bytes, bytes, bytes, bytes, bytes], memoryview(data)[len(_MAGIC) :]
            )
        except (OSError, ValueError):
            return None
        if kept[:2] != (program, sum_):
            return None
        numbers = array("Q"), array("I"), array("Q")
        for part, found in zip(kept[4:7], numbers, strict=True):
            found.frombytes(part)
        return cls(kept[2].split(b"\n") if kept[3] else [], kept[3], *numbers, kept[7], kept[8])


def cards_in(starts: array[int], data: bytes | bytearray) -> Iterator[Card]:
    """Yield the cards of an index whose places and bytes these are."""
    view = memoryview(data)
    for begin, end in pairwise(starts):
        if end > begin:
            yield from decoded(list[Card], view[begin:end])


NOTHING: Final = Index([], b"", array("Q", [0]), array("I"), array("Q", [0]), b"", b"")


@dataclass
class Written:
    """What was written: the artefact and its index, how many fragments were made anew, and whether there was an
    artefact before; then ``removed`` are the lines that only that one has, ``added`` those that only this one has."""

    artefact: Artefact
    index: Index
    tally: Tally
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


def write_fragments(
    path: Path,
    pieces: Iterable[Piece],
    base_iri: str,
    before: Before | None,
    watch: Watch,
    grown: Grown = ignore,
) -> Written:
    """Write the fragments, which come in the order of their prefixes, and make the file durable.

    ``grown`` is told by another thread how many bytes stand in the file, all of them whole lines.
    ``removed`` and ``added`` of the result stay empty without an artefact before. Raises ValueError for fragments out
    of order and for lines that do not begin with their prefix.
    """
    return _Writer(path, base_iri, before, grown).write(pieces, watch)


class _Writer:
    def __init__(self, path: Path, base_iri: str, before: Before | None, grown: Grown) -> None:
        self._path = path
        self._grown = grown
        self._before = before
        self._prefixes: list[bytes] = []
        self._digests: list[bytes] = []
        self._starts = array("Q")
        self._counts = array("I")
        self._card_starts = array("Q", [0])
        self._cards = bytearray()
        self._tally = Tally(base_iri)
        self._removed: set[bytes] = set()
        self._added: set[bytes] = set()
        self._made = 0

    def write(self, pieces: Iterable[Piece], watch: Watch) -> Written:
        before = self._before
        if before is not None:
            self._tally.take(before.index.tally)
        # Read and not mapped: pages of a mapped file count as memory of the build, all two gigabytes of them.
        source = io.BytesIO() if before is None else before.path.open("rb", buffering=_AHEAD)
        with source as data, Outfile(self._path, self._grown) as self._out:
            self._walk(pieces, data, NOTHING if before is None else before.index, watch)
            sum_ = self._out.close()
        self._starts.append(self._out.place)
        index = Index(
            self._prefixes, b"".join(self._digests), self._starts, self._counts, self._card_starts, self._cards,
            self._tally.kept(),
        )  # fmt: skip
        artefact = Artefact(self._path, sum(self._counts), sum_)
        compared = before is not None
        return Written(artefact, index, self._tally, compared, self._removed, self._added, self._made)

    def _walk(self, pieces: Iterable[Piece], data: IO[bytes], old: Index, watch: Watch) -> None:
        known, place = len(old.prefixes), 0
        run = 0  # fragments before ``place`` that stay as they are and are not copied yet
        last = b""

        def lines(begin: int, end: int) -> bytes:
            data.seek(old.starts[begin])
            return data.read(old.starts[end] - old.starts[begin])

        def copy() -> None:
            nonlocal run
            if run:
                self._copy(old, place - run, place, data)
                run = 0

        for done, piece in enumerate(pieces, 1):
            prefix = piece.prefix.encode()
            if prefix <= last:
                raise ValueError(f"the fragment {piece.prefix!r} comes after {last!r}")
            last = prefix
            while place < known and old.prefixes[place] < prefix:
                copy()
                self._gone(lines(place, place + 1))
                place += 1
            if place == known or old.prefixes[place] != prefix:
                copy()
                self._make(piece, prefix, b"")
            elif old.digests[place * DIGEST : (place + 1) * DIGEST] != piece.digest:
                copy()
                self._make(piece, prefix, lines(place, place + 1))
                place += 1
            else:
                place += 1
                run += 1
                if old.starts[place] - old.starts[place - run] >= BLOCK:
                    copy()
            if not done & 0xFFF:
                watch(done)
        copy()
        while place < known:
            self._gone(lines(place, place + 1))
            place += 1

    def _copy(self, old: Index, begin: int, end: int, data: IO[bytes]) -> None:
        """Put neighbours down as they were."""
        self._prefixes += old.prefixes[begin:end]
        self._digests.append(old.digests[begin * DIGEST : end * DIGEST])
        self._counts += old.counts[begin:end]
        moved = self._out.place - old.starts[begin]
        self._starts.extend(start + moved for start in old.starts[begin:end])
        card, last = old.card_starts[begin], old.card_starts[end]
        moved = len(self._cards) - card
        self._card_starts.extend(start + moved for start in old.card_starts[begin + 1 : end + 1])
        self._cards += old.card_bytes[card:last]
        self._out.copy(data, old.starts[begin], old.starts[end])

    def _make(self, piece: Piece, prefix: bytes, before: bytes) -> None:
        made = piece.make()
        # Encoded one by one: a text with a single wide letter would make all of them wide.
        lines = sorted(map(str.encode, lines_of(made)))
        if lines and not (lines[0].startswith(prefix) and lines[-1].startswith(prefix)):
            raise ValueError(f"a line of the fragment {piece.prefix!r} begins otherwise: {lines[0]!r}, {lines[-1]!r}")
        self._made += 1
        data = b"".join(lines)
        if self._before is not None and data != before:
            old, new = set(before.splitlines(keepends=True)), set(lines)
            self._removed |= old - new
            self._added |= new - old
        if before:
            self._tally.add(_read(before), -1)
        self._tally.add(made)
        found = cards(chain.from_iterable(statements for graph, statements in made if not graph))
        self._put(prefix, piece.digest, data, len(lines), encoded(found) if found else b"")

    def _gone(self, data: bytes) -> None:
        self._removed.update(data.splitlines(keepends=True))
        self._tally.add(_read(data), -1)

    def _put(self, prefix: bytes, digest: bytes, data: bytes, count: int, card_: bytes) -> None:
        self._prefixes.append(prefix)
        self._digests.append(digest)
        self._starts.append(self._out.place)
        self._counts.append(count)
        self._cards += card_
        self._card_starts.append(len(self._cards))
        self._out.put(data)


def _read(data: bytes) -> Pages:
    return pages(read_line(line) for line in data.decode().split("\n")[:-1])

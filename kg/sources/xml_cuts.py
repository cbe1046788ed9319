"""Find the bytes of each record in XML, for files that are not well-formed and for records that go to quarantine.

Knows tags, comments, CDATA sections and where they end; finds its way again behind damage, so that a damaged record
costs itself only. Does not parse: what it finds is given to the parser together with the start tags it stands in. Files
in UTF-16 or UTF-32 cannot be cut so.
"""

from __future__ import annotations

import contextlib
import mmap
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import IO, Final

RECORD_LIMIT: Final = 1 << 25
"""Bytes of one record (32 MiB); the largest known, with thousands of references, have some 5 MB."""

HEAD_LIMIT: Final = 1 << 20
"""Bytes that stand before the records of an element and say what they share (1 MiB); a volume's are some 10 KB."""

_DEPTH_LIMIT: Final = 256
_BLOCK: Final = 1 << 20
_WINDOW: Final = 1 << 25
_TAG_LIMIT: Final = 1 << 20
_NAME: Final = rb"(?:[A-Za-z_][\w.-]*+:)?+([A-Za-z_][\w.-]*+)"
# A value of an attribute holds no "<", so that a missing quotation mark swallows one tag and not the file.
_ATTRIBUTES: Final = rb"(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+"
_SKIPPED: Final = rb"(!--)|(!\[CDATA\[)|(\?)"
_TAG: Final = re.compile(rb"<(?:" + _SKIPPED + rb"|(/?)" + _NAME + _ATTRIBUTES + rb">)")
_ENDS: Final = {1: b"-->", 2: b"]]>", 3: b"?>"}

Data = bytes | mmap.mmap
"""A file's bytes: in memory, or mapped where they are many."""


@dataclass(frozen=True, slots=True)
class Around:
    """An element that a record stands in: where it begins, where its start tag ends, and what records of it share.

    ``head_end`` is the place before its first record where it holds records, else the end of the start tag.
    """

    start: int
    tag_end: int
    head_end: int
    closing: bytes


@dataclass(frozen=True, slots=True)
class Slice:
    """Where one record stands: its local name, its first byte and the one behind its last, its lines (from 1).

    ``around`` are the elements it stands in, from the root on. ``closing`` is the end tag of one that holds records,
    whose bytes end before the first of them. ``cause`` says why the record cannot be whole; empty for one that can.
    """

    name: str
    start: int
    end: int
    line: int
    last_line: int
    around: tuple[Around, ...]
    closing: bytes = b""
    cause: str = ""


@dataclass(slots=True)
class _Open:
    """An element that has begun. ``holds`` says that records may stand in it, ``filled`` that one has begun."""

    name: bytes
    around: Around
    line: int
    holds: bool
    filled: bool = False


def mapped(file: IO[bytes]) -> Data:
    """Return a file's bytes without reading them all; the file stands afterwards where it stood before.

    A member of an archive, which is no file of its own, is copied first.
    """
    stood = file.tell()
    file.seek(0)
    try:
        beginning = file.read(RECORD_LIMIT)
        if len(beginning) < RECORD_LIMIT:
            return beginning
        with contextlib.suppress(OSError, AttributeError):
            file.flush()
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        with tempfile.TemporaryFile() as copy:
            copy.write(beginning)
            shutil.copyfileobj(file, copy, _BLOCK)
            copy.flush()
            return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ)
    finally:
        file.seek(stood)


def slices(data: Data, names: Collection[str], holders: Collection[str] = ()) -> Iterator[Slice]:
    """Yield the outermost elements with one of these local names, in the order in which they end.

    ``holders`` are those among them that hold others, which are then given out first; the slice of a holder has what
    stands before the first of them. A record ends at the latest where the next one begins, or where the holder ends.
    """
    wanted = frozenset(name.encode() for name in names)
    holding = frozenset(name.encode() for name in holders)
    listed = b"|".join(sorted(map(re.escape, wanted)))
    inside = re.compile(rb"<(?:" + _SKIPPED + rb"|(/?)(?:[A-Za-z_][\w.-]*+:)?+(" + listed + rb")(?=[\s/>]))")
    stack: list[_Open] = []
    lines = _Lines(data)
    at = free = 0  # the place behind the last record, or behind what holds the next
    while match := _search(_TAG, data, at):
        start, at = match.span()
        if ending := _ENDS.get(match.lastindex or 0):
            at = _behind(data, ending, at)
            continue
        name = match[5]
        if match[4]:
            if any(element.name == name for element in stack):
                while (element := stack.pop()).name != name:
                    yield from _held(element, stack, start, lines)
                yield from _held(element, stack, start, lines)
                free = at if element.holds else free
            elif name in wanted and name not in holding:
                # An end without a beginning: the start tag is damaged, and may have been taken for another.
                while stack and stack[-1].around.start >= free:
                    stack.pop()
                while data[free : free + 1].isspace():
                    free += 1
                cause = "the record has no beginning"
                yield Slice(name.decode(), free, at, lines.at(free), lines.at(at - 1), _around(stack), cause=cause)
                free = at
            continue
        own, empty = name in wanted, data[at - 2 : at] == b"/>"
        while own and any(element.name == name for element in stack):  # records do not hold their like
            yield from _held(stack.pop(), stack, start, lines)
        if own and name not in holding:
            for element in stack:
                _fill(element, start)
            line = lines.at(start)
            at, cause = (at, "") if empty else _end_of(data, at, name, inside)
            yield Slice(name.decode(), start, at, line, lines.at(at - 1), _around(stack), cause=cause)
            free = at
        elif empty:
            if own:
                yield Slice(name.decode(), start, at, lines.at(start), lines.at(start), _around(stack))
        elif len(stack) < _DEPTH_LIMIT:
            closing = b"</" + re.split(rb"[\s>]", match[0][1:], maxsplit=1)[0] + b">"
            holds = name in holding
            stack.append(_Open(name, Around(start, at, at, closing), lines.at(start) if holds else 0, holds))
            free = at if holds or len(stack) == 1 else free
    while stack:
        yield from _held(stack.pop(), stack, len(data), lines)


def _end_of(data: Data, at: int, name: bytes, inside: re.Pattern[bytes]) -> tuple[int, str]:
    """Return the place behind a record whose start tag ends at a place, and what is wrong with its end."""
    while match := _search(inside, data, at):
        if ending := _ENDS.get(match.lastindex or 0):
            at = _behind(data, ending, match.end())
        elif match[4] and match[5] == name:
            return _behind(data, b">", match.end()), ""
        else:
            return match.start(), "the record has no end"
    return len(data), "the file ends within the record"


def _fill(element: _Open, first: int) -> None:
    """Note that the first record of an element begins; what stands before it is said of all its records."""
    if element.holds and not element.filled and first - element.around.start <= HEAD_LIMIT:
        element.around = replace(element.around, head_end=first)
    element.filled = True


def _held(element: _Open, stack: list[_Open], end: int, lines: _Lines) -> Iterator[Slice]:
    """Yield an element that holds records, when it ends: up to the first of them, or all of it if there is none."""
    if element.holds:
        own = element.around
        last = lines.at(end)
        end = own.head_end if element.filled else end
        yield Slice(element.name.decode(), own.start, end, element.line, last, _around(stack), own.closing)


def _around(stack: list[_Open]) -> tuple[Around, ...]:
    """Return what a record stands in. What is open within a holder is damage: a holder's records are its children."""
    inner = max((i for i, element in enumerate(stack) if element.holds), default=len(stack) - 1)
    return tuple(element.around for element in stack[: inner + 1])


def _search(pattern: re.Pattern[bytes], data: Data, at: int) -> re.Match[bytes] | None:
    """Return the first match from a place on. Looks at a window at a time, and lets go of what lies behind it."""
    while True:
        if match := pattern.search(data, at, at + _WINDOW):
            return match
        if at + _WINDOW >= len(data):
            return None
        at += _WINDOW - _TAG_LIMIT
        _let_go(data, at)


def _behind(data: Data, ending: bytes, at: int) -> int:
    """Return the place behind the next of some bytes, the end of the data where there is none."""
    while True:
        if (found := data.find(ending, at, at + _WINDOW)) >= 0:
            return found + len(ending)
        if at + _WINDOW >= len(data):
            return len(data)
        at += _WINDOW - len(ending)
        _let_go(data, at)


def _let_go(data: Data, at: int) -> None:
    """Tell the system that mapped bytes before a place are not needed now; they are read again if they are."""
    if isinstance(data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED") and at >= mmap.PAGESIZE:
        data.madvise(mmap.MADV_DONTNEED, 0, at // mmap.PAGESIZE * mmap.PAGESIZE)


class _Lines:
    """Counts lines from one place asked for to the next."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._line = 1
        self._place = 0

    def at(self, place: int) -> int:
        """Return the line (from 1) on which a place lies, which is not before the one asked for last."""
        for start in range(self._place, place, _BLOCK):
            self._line += self._data[start : min(start + _BLOCK, place)].count(b"\n")
            if start & (_WINDOW - 1) < _BLOCK:
                _let_go(self._data, start)
        self._place = max(self._place, place)
        return self._line

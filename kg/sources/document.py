"""A text document as numbered lines, and the book that is kept while a reader works through it.

Knows bytes, encodings, line ends and damage (bytes that are not UTF-8, control characters, lines beyond any use).
Does not know any layout. Whatever a reader leaves unused is reported line by line: nothing disappears.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kg.model.records import Place, Problem, ProfileRecord, Source, SourceReading, WorkRecord

LINE_LIMIT: Final = 200_000
"""Characters in one line. The longest abstracts known have some 5,000; a longer line is damage or an attack."""

SHOWN_LIMIT: Final = 4_000
"""Characters of an unusable line that are repeated in its problem; the file itself holds the rest."""

_LINE_END = re.compile(r"\r\n|\n|\r")
# Characters that XML 1.0 cannot hold, so that no RDF/XML or HTML page could repeat them, and lone surrogates, which
# stand here for bytes that are not UTF-8 (PEP 383).
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank. ``text`` is trimmed; ``gap`` says that a blank line stands before it.

    ``damage`` says why the line cannot be stored; it is empty for a sound line.
    """

    number: int
    text: str
    gap: bool = False
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A source with its text: ``raw`` holds every line as it stands, ``lines`` those that are not blank."""

    source: Source
    raw: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The sound lines, as one text: what a format is recognised by."""
        return "\n".join(line.text for line in self.lines if not line.damage)

    def snippet(self, first: int, last: int) -> str:
        """Return the lines from ``first`` to ``last`` (from 1, both included) as they stand, unusable ones escaped."""
        return visible("\n".join(self.raw[first - 1 : last]))


def open_document(source: Source, data: bytes) -> Document:
    r"""Decode bytes into a document: UTF-8, or UTF-16 where its byte order mark says so; any of the three line ends.

    Never fails: bytes that are not UTF-8 make their line damaged.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")
    raw = tuple(_LINE_END.split(text))
    lines: list[Line] = []
    gap = False
    for number, whole in enumerate(raw, start=1):
        stripped = whole.strip()
        if not stripped:
            gap = True
            continue
        lines.append(Line(number, stripped, gap, _damage(whole)))
        gap = False
    return Document(source, raw, tuple(lines))


def _damage(line: str) -> str:
    if len(line) > LINE_LIMIT:
        return f"the line has {len(line):,} characters, more than the {LINE_LIMIT:,} that are read"
    match = _UNUSABLE.search(line)
    if not match:
        return ""
    column = match.start() + 1
    if "\udc80" <= match[0] <= "\udcff":
        return f"byte 0x{ord(match[0]) - 0xDC00:02x} at column {column} is not UTF-8"
    return f"the character U+{ord(match[0]):04X} at column {column} cannot stand in a document"


def visible(text: str) -> str:
    r"""Return a text that can be stored and shown: unusable characters as ``\x00``, a very long text cut and so marked.

    >>> visible("a\x00b")
    'a\\x00b'
    """
    if len(text) > LINE_LIMIT:
        text = f"{text[:SHOWN_LIMIT]} […{len(text) - SHOWN_LIMIT:,} more characters]"

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\x{code:02x}"

    return _UNUSABLE.sub(escape, text)


class Book:
    """The book of one reading: which lines were used, what was read, what is wrong.

    A reader notes each line it understands with ``use`` (or by keeping a record that covers it); ``close`` reports
    every line that is left.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.works: list[WorkRecord] = []
        self.problems: list[Problem] = []
        self.profile: ProfileRecord | None = None
        self._used: set[int] = set()

    def place(self, first: int, last: int = 0, field: str = "") -> Place:
        """Return a place in this document."""
        return Place(self.document.source.file, first, last, field)

    def use(self, *lines: Line) -> None:
        """Note lines as understood."""
        self._used.update(line.number for line in lines)

    def note(self, line: int, text: str, cause: str, advice: str, field: str = "") -> None:
        """Note something that was read but that a curator should look at."""
        self.problems.append(Problem(self.place(line, field=field), text, cause, advice, "note"))

    def quarantine(self, lines: Sequence[Line], cause: str, advice: str) -> None:
        """Report lines that belong together and could not be mapped."""
        self.use(*lines)
        first, last = lines[0].number, lines[-1].number
        snippet = self.document.snippet(first, last)
        self.problems.append(Problem(self.place(first, last), snippet, cause, advice, "quarantined"))

    def keep(self, record: WorkRecord, lines: Sequence[Line]) -> None:
        """Keep a work that was read from these lines, unless one of them is damaged: then the work is quarantined."""
        if damaged := next((line for line in lines if line.damage), None):
            self.quarantine(lines, f"line {damaged.number}: {damaged.damage}", "repair the line; the work is left out")
            return
        self.use(*lines)
        self.works.append(record)

    def count(self, line: Line, announced: int) -> None:
        """Note a difference between the number of works that a page announces and the number that it lists."""
        listed = len(self.works)
        if announced != listed:
            self.note(
                line.number,
                line.text,
                f"works announced on the page: {announced:,}; read: {listed:,}",
                "compare with the page: the capture may be cut, or a work may have been read as part of another",
            )

    def close(self, title: str = "") -> SourceReading:
        """Report the lines that nobody used and return the whole reading."""
        problems = self.problems + list(self._unread())
        problems.sort(key=lambda problem: (problem.place.line, problem.place.last_line, problem.kind))
        return SourceReading(self.document.source, tuple(self.works), self.profile, tuple(problems), title=title)

    def _unread(self) -> Iterable[Problem]:
        for line in self.document.lines:
            if line.number in self._used:
                continue
            snippet = self.document.snippet(line.number, line.number)
            if line.damage:
                yield Problem(
                    self.place(line.number), snippet, line.damage, "save the page as UTF-8 text again", "quarantined"
                )
            else:
                yield Problem(
                    self.place(line.number),
                    snippet,
                    f"the line fits nothing in the layout {self.document.source.layout!r}",
                    "compare with the page; a new kind of line has to be taught to the layout",
                )

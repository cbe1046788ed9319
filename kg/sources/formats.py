"""What a format is: a name, a way to recognise it by content, a way to read it, and what it maps.

Knows the shape of a format and how a reading is gathered record by record, so that one bad record costs itself only.
Does not know the formats themselves: the registry in ``kg.sources`` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import orjson

from kg.errors import InputError
from kg.model.keys import work_keys
from kg.model.records import Place, Problem, ProfileRecord, SourceReading, WorkKeys, WorkRecord
from kg.sources.document import Document, open_document, visible
from kg.sources.opening import Opened, legible
from kg.sources.shelf import Shelf

Item = WorkRecord | ProfileRecord | Problem | tuple[str, str]
"""What a record gives: works, people, notes, and pairs of an organisation's printed name and its IRI."""

# Characters that no XML document can hold, and overrides of the direction of text, which make one name look another.
# In JSON an escape begins with an odd number of backslashes; the second pattern makes sure of what the first finds.
_SUSPECT: Final = re.compile(rb"\\(?:u00[01]|u007f|[bf])|\xef\xbf[\xbe\xbf]|\xe2\x80[\xad\xae]")
_UNUSABLE: Final = re.compile(
    rb"(?<!\\)(?:\\\\)*+(\\(?:u00[01][\da-f]|u007f|[bf]))|(\xef\xbf[\xbe\xbf]|\xe2\x80[\xad\xae])"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One record of a data format before it is understood: its value, its place, a way to its bytes.

    ``value`` is what the format's parser gives (a mapping, an XML element, …), or the InputError that kept it from
    giving anything; ``item`` names the record in its file; ``raw`` gives the bytes for the quarantine.
    """

    value: Any
    line: int
    last_line: int = 0
    item: str = ""
    raw: Callable[[], bytes] = bytes


@dataclass(frozen=True, slots=True)
class Format:
    """One input format.

    ``recognise`` says how sure it is that the beginning of a file (as text) has this format, 0 (surely not) to 1
    (surely). ``read`` maps a file and reports what it could not map; for what is not in the format at all it raises
    InputError. ``specification`` names the specification and version. ``fields`` maps the source's fields to
    attributes of records (``byline.mentions.orcid``), ``aside`` lists fields that are left aside on purpose.
    ``page`` marks captures of web pages about one person.
    """

    name: str
    about: str
    recognise: Callable[[str], float]
    read: Callable[[Opened], SourceReading]
    specification: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    page: bool = False


def page(name: str, about: str, recognise: Callable[[str], float], read: Callable[[Document], SourceReading]) -> Format:
    """Return the format of a captured web page, which is read line by line as a whole."""

    def read_page(opened: Opened) -> SourceReading:
        document = open_document(opened.source, opened.whole())
        if not document.lines:
            raise InputError("the file holds nothing but white space", advice="capture the page again, or remove it")
        reading = read(document)
        if opened.fault:
            reading = replace(reading, problems=(*reading.problems, _fault(opened)))
        return reading

    return Format(name, about, recognise, read_page, page=True)


def gather(
    opened: Opened,
    pieces: Iterator[Piece],
    understand: Callable[[Piece, Place], Iterable[Item]],
    *,
    title: str = "",
) -> SourceReading:
    """Return the reading of a data file: every piece is understood or, with its cause, in quarantine.

    ``pieces`` and ``understand`` raise InputError; one raised by ``pieces`` means that the file cannot be read
    further, and becomes a problem of the file. Two pieces of one name are told apart by ``+2``, ``+3``, … A file
    without any piece is noted.
    """
    works, people, keys = Shelf(WorkRecord), Shelf(ProfileRecord), Shelf(WorkKeys)
    problems: list[Problem] = []
    organizations: dict[tuple[str, str], None] = {}
    seen: dict[str, int] = {}
    line, empty = 1, True
    try:
        for piece in pieces:
            line, empty = piece.line, False
            place = Place(opened.source.file, piece.line, piece.last_line, item=_unique(legible(piece.item), seen))
            try:
                if isinstance(piece.value, InputError):
                    raise piece.value
                items = [_usable(item) for item in understand(piece, place)]
            except _NotText:
                problems.append(_quarantined(place, raw := piece.raw(), not_text(raw, piece.line)))
                continue
            except InputError as error:
                problems.append(_quarantined(place, piece.raw(), error))
                continue
            for item in items:
                match item:
                    case WorkRecord():
                        works.append(item)
                        keys.append(work_keys(item))
                    case ProfileRecord():
                        people.append(item)
                    case Problem():
                        problems.append(item)
                    case pair:
                        organizations[pair] = None
    except InputError as error:
        rest = InputError(error.message, where=error.where, advice=error.advice or "what stands before it was read")
        problems.append(_quarantined(Place(opened.source.file, line), b"", rest))
    if opened.fault:
        problems.append(_fault(opened))
    if empty and not problems:
        nothing = InputError("the file holds no records", advice="nothing was read from it; get it again or remove it")
        problems.append(problem(Place(opened.source.file, 1), nothing))
    return SourceReading(
        opened.source,
        works=works.close(),
        people=people.close(),
        problems=tuple(problems),
        organizations=tuple(organizations),
        title=title,
        keys=keys.close(),
    )


def problem(
    place: Place, error: InputError, *, kind: Literal["quarantined", "note"] = "note", text: str = ""
) -> Problem:
    """Return a note (or another problem) from an error that a part of a record gave.

    What an error quotes of a file is written so that it can be stored and shown, as names of files are.
    """
    return Problem(
        replace(place, field=legible(error.where)), visible(text), legible(error.message), legible(error.advice), kind
    )


class _NotText(InputError):
    """Something of a record is no Unicode text; where, its bytes say."""


def not_text(raw: bytes, line: int) -> InputError:
    r"""Say where bytes that begin on a line are not UTF-8, or else that they name characters that are none.

    >>> not_text(b"a\nM\xfcller", 7).message
    'line 8: byte 0xfc at column 2 is not UTF-8'
    """
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line += raw.count(b"\n", 0, error.start)
        column = len(raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")) + 1
        return InputError(
            f"line {line}: byte 0x{raw[error.start]:02x} at column {column} is not UTF-8",
            advice="convert the file to UTF-8, for instance with: iconv -f WINDOWS-1252 -t UTF-8",
        )
    return InputError("an escape names half of a character (U+D800 to U+DFFF)", advice="write the whole character")


def _unique(item: str, seen: dict[str, int]) -> str:
    if not item:
        return item
    seen[item] = seen.get(item, 0) + 1
    return item if seen[item] == 1 else f"{item}+{seen[item]}"


def _usable(item: Item) -> Item:
    """Return an item that can be stored. Raises InputError for characters that no document may hold."""
    try:
        written = stored(item)
    except TypeError as error:
        raise _NotText("the record holds bytes or characters that are not Unicode text") from error
    if _SUSPECT.search(written) and (found := _UNUSABLE.search(written)):
        character = orjson.loads(b'"' + (found[1] or found[2]) + b'"')
        raise InputError(
            f"the record holds the character U+{ord(character):04X}, which no document may hold",
            advice="remove it from the record",
        )
    return item


def stored(item: object) -> bytes:
    """Return something as it could be stored, for checks. Raises TypeError for what is no Unicode text."""
    return orjson.dumps(item, default=_raw)


def _raw(value: Any) -> str:
    """Pass over the raw bytes of a problem, which are kept as they are. Raises TypeError for anything else."""
    if isinstance(value, bytes):
        return ""
    raise TypeError(type(value).__name__)


def _quarantined(place: Place, raw: bytes, error: InputError) -> Problem:
    text = raw.decode("utf-8", errors="surrogateescape")
    return replace(problem(place, error, kind="quarantined", text=text), raw=raw)


def _fault(opened: Opened) -> Problem:
    return Problem(
        Place(opened.source.file, 1),
        "",
        opened.fault,
        "get the file again; what stands before it was read",
        "quarantined",
    )

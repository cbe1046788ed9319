"""Cut an XML file into its records in a stream, and survive what is wrong with it.

Knows the syntax, where each record stands, its bytes as they are, and what hostile files do: entities beyond HTML's
character names are never resolved, nothing is ever fetched, and neither depth nor length nor number of elements is
without a limit. Of a file that is not well-formed, the records that are well-formed are read. Does not know any format.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import IO, Any, Final

from lxml import etree

from kg.errors import InputError
from kg.sources.elements import last_line_of, line_of, local
from kg.sources.formats import Piece
from kg.sources.opening import Opened
from kg.sources.xml_cuts import HEAD_LIMIT, RECORD_LIMIT, Around, Data, Slice, mapped, slices

KEPT: Final = 100
"""Children of an element that are kept, when it has many beside its records: what stands at its beginning."""

TAG_LIMIT: Final = 2_000_000
"""Tags of one record, or between two; the parser takes some 120 bytes of memory for each."""

_PRUNED: Final = 64
_SHOWN: Final = 2000
# What may stand before a root element, and its start tag; nothing here can match one text in two ways.
_PROLOG: Final = re.compile(
    r"\s*+(?:<\?[^?]*+(?:\?(?!>)[^?]*+)*+\?>|<!--[^-]*+(?:-(?!->)[^-]*+)*+-->|<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\]\s*+)?>)"
)
_START: Final = re.compile(r"\s*+<([A-Za-z_][\w:.-]*+)((?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)>")
_OPTIONS: Final[dict[str, Any]] = {
    "resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False, "remove_pis": True,
    "remove_comments": True,
}  # fmt: skip


def xml_root(beginning: str) -> tuple[str, str]:
    """Return the name of the root element that a text begins with, and its attributes as they stand.

    Both are empty for what is not XML. XML declaration, document type, comments and instructions are passed over.

    >>> xml_root("<?xml version='1.0'?><!-- a feed --><feed xmlns='http://www.w3.org/2005/Atom'><title/>")
    ('feed', " xmlns='http://www.w3.org/2005/Atom'")
    """
    at = 0
    while match := _PROLOG.match(beginning, at):
        at = match.end()
    found = _START.match(beginning, at)
    return (found[1], found[2]) if found else ("", "")


def xml_pieces(opened: Opened, tags: Collection[str], holders: Collection[str] = ()) -> Iterator[Piece]:
    """Yield the elements with one of these names (``{namespace}name``, or ``{*}name`` for any), each as a whole.

    A piece's value is an lxml element, which is emptied when the next one is asked for; its ancestors can be asked for
    their attributes and for children that stand before it. ``holders`` are local names of those that hold others of
    them. Named piece by its ``id`` attribute where it has one; its bytes are those of the file. Raises InputError,
    with line and column, for what is wrong outside of all records, and for entities that the file declares.
    """
    found = _Records(opened, frozenset(tag.rpartition("}")[2] for tag in tags), tuple(holders))
    try:
        yield from _parsed(opened, tags, found)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        damage = InputError(
            f"the XML is not well-formed at line {line}, column {column}: {error.msg}",
            advice="repair the file or get it again; the records that are well-formed were read",
        )
        yield from found.behind(damage, tags)
    except _Damaged as error:
        damage = InputError(str(error), advice="repair or split the file; the records before and behind were read")
        yield from found.behind(damage, tags)


def _parsed(opened: Opened, tags: Collection[str], found: _Records) -> Iterator[Piece]:
    guarded = _Guarded(opened.stream())
    done: etree._Element | None = None
    last = reached = 0
    with_names: bool | None = None
    for _, element in etree.iterparse(guarded, events=("end",), tag=tuple(tags), **_OPTIONS):
        if done is None:
            _refuse_entities(element)
        elif (parent := done.getparent()) is not None:
            reached = last + (done.tail or "").count("\n")
            parent.remove(done)
        if found.misplaced(element):
            raise _Damaged(f"a record stands within another, which has no end, at line {line_of(element)}")
        if found.count % _PRUNED == 0:
            _prune(element)
        guarded.rest()
        if with_names is None:
            # Without a document type there are no names of characters but XML's own, which the parser knows.
            with_names = element.getroottree().docinfo.doctype != ""
        if with_names:
            _name_characters(element)
        # One that held the record before ends behind it.
        last = max(last_line_of(element), reached)
        yield Piece(element, line_of(element) or 1, last, element.get("id", ""), found.raw(element))
        element.clear(keep_tail=True)
        done = element


def named(pieces: Iterator[Piece], name: Callable[[etree._Element], str]) -> Iterator[Piece]:
    """Yield pieces under the names that a format has for its records; damaged ones keep theirs."""
    for piece in pieces:
        yield piece if isinstance(piece.value, InputError) else replace(piece, item=name(piece.value))


class _Damaged(Exception):
    """What the parser takes and no format has: records in records, and so many bytes that no record ends in them."""


class _Guarded:
    """A stream that refuses entity declarations, which are how bombs are made, and records without end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._since = 0
        self._tags = 0
        self._before = b""
        self._begun = False

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        if not self._begun:
            if b"<!ENTITY" in self._before + block:
                raise _entities()
            self._before = block[-8:]
        self._since += len(block)
        self._tags += block.count(b"<")
        if self._since > RECORD_LIMIT:
            raise _Damaged(f"no record ends within {RECORD_LIMIT:,} bytes")
        if self._tags > TAG_LIMIT:
            raise _Damaged(f"no record ends within {TAG_LIMIT:,} tags")
        return block

    def rest(self) -> None:
        """Note that a record has ended."""
        self._since, self._tags, self._begun = 0, 0, True


def _entities() -> InputError:
    return InputError(
        "the XML declares entities of its own, which are not resolved",
        advice="write the characters themselves and remove the declarations",
    )


def _refuse_entities(element: etree._Element) -> None:
    """Raise InputError for a document with entity declarations that its bytes do not show, as in UTF-16."""
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):  # type: ignore[attr-defined]  # stubs
        raise _entities()


def _prune(element: etree._Element) -> None:
    """Remove what stands between records and was never asked for, so that a file of any length stays small."""
    child = element
    for holder in element.iterancestors():
        # The parser is ahead of the record: what stands behind it is still to come.
        if len(holder) > KEPT + _PRUNED and (place := holder.index(child)) > KEPT:
            del holder[KEPT:place]
        child = holder


@dataclass(slots=True)
class _Records:
    """The records of a file by their bytes, looked for only when they are needed."""

    opened: Opened
    names: frozenset[str]
    holders: tuple[str, ...]
    count: int = 0
    _data: Data = b""
    _slices: Iterator[Slice] | None = None
    _reached: int = 0
    _last: Slice | None = field(default=None)

    def misplaced(self, element: etree._Element) -> bool:
        """Return whether a record stands where none can: in its like, or in one that does not hold others."""
        above = [name for holder in element.iterancestors() if (name := local(holder)) in self.names]
        return bool(above) and (
            local(element) in above or len(set(above)) < len(above) or not set(above).issubset(self.holders)
        )

    def raw(self, element: etree._Element) -> _Raw:
        """Return a way to the bytes of the next record."""
        self.count += 1
        return _Raw(self, self.count, element)

    def number(self, number: int) -> bytes:
        """Return the bytes of a record (the first is 1), an empty text where they are not to be had.

        Records are asked for in the order in which they stand.
        """
        if self._slices is None:
            self._data = mapped(self.opened.file)
            self._slices = slices(self._data, self.names, self.holders)
        while self._reached < number:
            self._last = next(self._slices, None)
            self._reached += 1
        one = self._last
        return (
            self._data[one.start : min(one.end, one.start + RECORD_LIMIT)] if one and self._reached == number else b""
        )

    def behind(self, damage: InputError, tags: Collection[str]) -> Iterator[Piece]:
        """Yield the records of a damaged file that were not read yet, one by one, the damaged ones as errors.

        Raises the InputError where no record is to blame.
        """
        data = mapped(self.opened.file)
        blamed = False
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise damage
        for index, one in enumerate(slices(data, self.names, self.holders)):
            if index < self.count:
                continue
            piece = _reparsed(data, one, tags, damage)
            if piece is not None:
                blamed = blamed or isinstance(piece.value, InputError)
                yield piece
        if not blamed:
            raise damage


@dataclass(frozen=True, slots=True)
class _Raw:
    records: _Records
    number: int
    element: etree._Element

    def __call__(self) -> bytes:
        """Return the bytes of a record as they stand; as the parser would write them where they are not to be had."""
        found = self.records.number(self.number)
        return found or etree.tostring(self.element, encoding="utf-8", with_tail=False)


def _reparsed(data: Data, one: Slice, tags: Collection[str], damage: InputError) -> Piece | None:
    """Return one record parsed by itself within its start tags, or the InputError that keeps it from being parsed."""
    size = one.end - one.start
    content = data[one.start : min(one.end, one.start + RECORD_LIMIT)]

    def failed(cause: str, where: str = "") -> Piece:
        error = InputError(cause, where=where, advice=damage.advice)
        kept = content if size <= RECORD_LIMIT else content[:_SHOWN]
        return Piece(error, one.line, one.last_line, _id_of(content), kept.__bytes__)

    if size > RECORD_LIMIT:
        return failed(f"the record has {size:,} bytes, more than the {RECORD_LIMIT:,} of the largest that are read")
    if one.cause:
        return failed(one.cause)
    around = [a for a in one.around if _sound(data, a)]
    for shared in (True, False):  # where what the records share is damaged itself, they are read without it
        heads = b"".join(data[a.start : a.head_end if shared else a.tag_end] for a in around)
        begin = min((a.start for a in one.around), default=one.start)
        before = (data[:begin] if begin <= HEAD_LIMIT else b"") + heads
        closing = one.closing + b"".join(a.closing for a in reversed(around))
        try:
            root = etree.fromstring(before + content + closing, etree.XMLParser(**_OPTIONS))
        except etree.XMLSyntaxError as error:
            line, column = error.position
            moved = line + one.line - before.count(b"\n") - 1
            cause = f"the XML is not well-formed at line {max(moved, 1)}, column {column}: {error.msg}"
            continue
        element = root
        for _ in around:
            element = element[-1]
        if not _named(element, tags):
            return None
        _name_characters(element)
        shift = one.line - line_of(element)
        for inner in element.iter():
            inner.sourceline = line_of(inner) + shift
        return Piece(element, one.line, one.last_line, element.get("id", ""), content.__bytes__)
    return failed(cause)


def _sound(data: Data, around: Around) -> bool:
    """Return whether a start tag is one, for those that were found by their looks."""
    try:
        etree.fromstring(data[around.start : around.tag_end] + around.closing, etree.XMLParser(**_OPTIONS))
    except etree.XMLSyntaxError:
        return False
    return True


def _named(element: etree._Element, tags: Collection[str]) -> bool:
    name = str(element.tag)
    return name in tags or f"{{*}}{name.rpartition('}')[2]}" in tags


def _id_of(content: bytes) -> str:
    """Return the value of the ``id`` (or dblp's ``key``) in a start tag that could not be parsed."""
    match = re.match(rb"<[^>]*?\s(?:id|key)=[\"']([^\"'<>]{1,200})[\"']", content[:_SHOWN])
    return match[1].decode("utf-8", "replace") if match else ""


def _name_characters(element: etree._Element) -> None:
    """Put characters in the place of HTML's character names (``&uuml;``), which dblp's files use."""
    for entity in list(element.iter(etree.Entity)):
        text = html.unescape(entity.text or "")
        parent, before = entity.getparent(), entity.getprevious()
        if parent is None:
            continue
        text += entity.tail or ""
        entity.tail = None
        parent.remove(entity)
        if before is None:
            parent.text = (parent.text or "") + text
        else:
            before.tail = (before.tail or "") + text

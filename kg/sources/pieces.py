"""Cut a data file into its records: JSON documents and lists, JSON lines, XML elements.

Knows the two syntaxes, where each record stands and how to survive damage, size and depth. Does not know any format's
fields. XML entities beyond HTML's character names are never resolved, and nothing is ever fetched.
"""

from __future__ import annotations

import html
import json
from collections.abc import Collection, Iterator
from functools import partial
from typing import IO, Any, Final

import orjson
from lxml import etree

from kg.errors import InputError
from kg.sources.formats import Piece
from kg.sources.json_cuts import cut, lists_in
from kg.sources.opening import Opened

LINE_LIMIT: Final = 1 << 26
"""Bytes of one line of JSON (64 MiB); the largest records known, with all their references, have some 5 MB."""


def json_pieces(opened: Opened, *lists: str, members: bool = False) -> Iterator[Piece]:
    """Yield the records of a JSON file: the elements of the list that it holds, its lines, or the document itself.

    ``lists`` are JSON pointers (RFC 6901) at which the format keeps a list of records (``/message/items``); an array
    as the whole document and one document a line are always understood. With ``members`` the records are the members
    of the object that the document is. A piece is named by its pointer, or by its line. Raises InputError, with line
    and column, for what is not JSON.
    """
    paths = tuple(tuple(pointer.strip("/").split("/")) for pointer in lists)
    if not _is_lines(opened):
        yield from cut(opened.stream(), opened.whole, paths, members=members)
        return
    for piece in _json_lines(opened):
        elements = lists_in(piece.value, piece.item, piece.line, paths)
        if elements is None:
            yield piece
        else:
            yield from elements


def xml_pieces(opened: Opened, tags: Collection[str]) -> Iterator[Piece]:
    """Yield the elements with one of these names (``{namespace}name``, or ``{*}name`` for any), each as a whole.

    A piece's value is an lxml element, which is emptied when the next one is asked for; its ancestors can be asked for
    their attributes and for children that stand before it. Named piece by its ``id`` attribute where it has one.
    Raises InputError, with line and column, where the XML ends being well-formed.
    """
    events = etree.iterparse(
        _Guarded(opened.stream()), events=("end",), tag=tuple(tags), resolve_entities=False, load_dtd=False,
        no_network=True, huge_tree=False, remove_pis=True, remove_comments=True,
    )  # fmt: skip
    done: etree._Element | None = None
    try:
        for _, element in events:
            if done is not None and (parent := done.getparent()) is not None:
                parent.remove(done)
            _name_characters(element)
            yield Piece(element, element.sourceline or 1, 0, element.get("id", ""), partial(_serialized, element))
            element.clear(keep_tail=True)
            done = element
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise InputError(
            f"the XML is not well-formed at line {line}, column {column}: {error.msg}",
            advice="repair the file or get it again; the records before this place were read",
        ) from error


def _serialized(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8", with_tail=False)


class _Guarded:
    """A stream that refuses entity declarations: the internal subset of a document type is where bombs are made.

    A declaration further down is left unresolved by the parser; here it gets a clear word.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._first = True

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        if self._first and b"<!ENTITY" in block:
            raise InputError(
                "the XML declares entities of its own, which are not resolved",
                advice="write the characters themselves and remove the declarations",
            )
        self._first = False
        return block


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


def _is_lines(opened: Opened) -> bool:
    """Return whether the first two lines with text are a JSON document each; the first may be damaged inside."""
    stream = opened.stream()
    first = _line_with_text(stream).removeprefix(b"\xef\xbb\xbf")
    if not first.startswith(b"{"):
        return False
    second = _line_with_text(stream)
    if not second.startswith(b"{"):
        return False
    if isinstance(_parsed(first), InputError):
        return first.endswith(b"}") and not isinstance(_parsed(second), InputError)
    return True


def _parsed(line: bytes) -> Any:
    try:
        return _parse(line, 1)
    except InputError as error:
        return error


def _line_with_text(stream: IO[bytes]) -> bytes:
    while line := stream.readline(LINE_LIMIT):
        if text := line.strip():
            return text
    return b""


def _json_lines(opened: Opened) -> Iterator[Piece]:
    stream = opened.stream()
    number = 0
    while line := stream.readline(LINE_LIMIT):
        number += 1
        if len(line) == LINE_LIMIT and not line.endswith(b"\n"):
            while (rest := stream.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
            yield _unread(number, line[:1000], f"the line has more than {LINE_LIMIT:,} bytes")
        elif text := line.strip().removeprefix(b"\xef\xbb\xbf"):
            value: Any
            try:
                value = _parse(text, number)
            except InputError as error:
                value = error
            yield Piece(value, number, number, f"L{number}", line.__bytes__)


def _unread(number: int, raw: bytes, cause: str) -> Piece:
    return Piece(InputError(cause, advice="split the record"), number, number, f"L{number}", raw.__bytes__)


def _parse(text: bytes, line: int) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass  # bytes that are not UTF-8 and lone surrogates are the record's damage, not the line's: read on
    try:
        return json.loads(text.decode("utf-8", "surrogateescape"))
    except json.JSONDecodeError as error:
        place = f"line {line}, column {error.colno}"
        raise InputError(f"not JSON at {place}: {error.msg}", advice="repair the file or get it again") from error
    except RecursionError as error:
        raise InputError(
            "the JSON is nested too deeply", advice="no known format nests so; get the file again"
        ) from error
    except ValueError as error:  # a number of more than some thousand digits
        raise InputError(f"not usable as JSON: {error}", advice="repair the file") from error

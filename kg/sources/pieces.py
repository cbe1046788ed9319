"""Cut a JSON file into its records: documents, lists, lines.

Knows the syntax, where each record stands and how to survive damage, size and depth. Does not know any format's fields.
XML is cut in ``kg.sources.xml_stream``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any, Final

import orjson

from kg.errors import InputError
from kg.sources.formats import Piece
from kg.sources.json_cuts import cut, lists_in
from kg.sources.opening import Opened

LINE_LIMIT: Final = 1 << 26
"""Bytes of one line of JSON (64 MiB); the largest records known, with all their references, have some 5 MB."""


def json_pieces(opened: Opened, *lists: str, members: bool = False, pages: bool = True) -> Iterator[Piece]:
    """Yield the records of a JSON file: the elements of the list that it holds, its lines, or the document itself.

    ``lists`` are JSON pointers (RFC 6901) at which the format keeps a list of records (``/message/items``); an array
    as the whole document and one document a line are always understood, also where each element or line is a page
    with such a list (elements with ``pages`` only). With ``members`` the records are the members of the object that
    the document is. A piece is named by its pointer, or by its line. Raises InputError, with line
    and column, for what is not JSON.
    """
    paths = tuple(tuple(pointer.strip("/").split("/")) for pointer in lists)
    if not _is_lines(opened):
        yield from cut(opened.stream(), opened.whole, paths, members=members, pages=paths if pages else ())
        return
    for piece in _json_lines(opened):
        elements = lists_in(piece, paths)
        if elements is None:
            yield piece
        else:
            yield from elements


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
        return json.loads(text.decode("utf-8", "surrogateescape"), parse_constant=lambda name: None)
    except json.JSONDecodeError as error:
        place = f"line {line}, column {error.colno}"
        raise InputError(f"not JSON at {place}: {error.msg}", advice="repair the file or get it again") from error
    except RecursionError as error:
        raise InputError(
            "the JSON is nested too deeply", advice="no known format nests so; get the file again"
        ) from error
    except ValueError as error:  # a number of more than some thousand digits
        raise InputError(f"not usable as JSON: {error}", advice="repair the file") from error

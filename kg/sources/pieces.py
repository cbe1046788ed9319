"""Cut a data file into its records: JSON documents and lists, JSON lines, XML elements.

Knows the two syntaxes, where each record stands and how to survive damage, size and depth. Does not know any format's
fields. XML entities beyond HTML's character names are never resolved, and nothing is ever fetched.
"""

from __future__ import annotations

import html
import json
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import IO, Any, Final

from lxml import etree

from kg.errors import InputError
from kg.sources.formats import Piece
from kg.sources.opening import Opened

LINE_LIMIT: Final = 1 << 26
"""Bytes of one line of JSON (64 MiB); the largest records known, with all their references, have some 5 MB."""


def json_pieces(opened: Opened, *lists: str) -> Iterator[Piece]:
    """Yield the records of a JSON file: the elements of the list that it holds, its lines, or the document itself.

    ``lists`` are JSON pointers (RFC 6901) at which the format keeps a list of records (``/message/items``); an array
    as the whole document and one document a line are always understood. A piece is named by its pointer, or by its
    line. Raises InputError, with line and column, for what is not JSON.
    """
    if _is_lines(opened):
        yield from _json_lines(opened)
        return
    text = _decoded(opened)
    document = _parse(text, 1)
    if isinstance(document, list):
        yield from _elements(document, "")
        return
    for pointer in lists:
        found = document
        for step in pointer.strip("/").split("/"):
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, list):
            yield from _elements(found, pointer)
            return
    yield Piece(document, 1, text.count("\n") + 1, "", opened.whole)


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
    """Return whether the second line with text begins a JSON document of its own."""
    lines = [line.strip() for line in opened.head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 64) if line.strip()][:2]
    if not lines or not lines[0].startswith(b"{"):
        return False
    if len(lines) == 1:
        return False
    try:
        json.loads(lines[0])
    except (ValueError, RecursionError):
        return lines[0].endswith(b"}") and lines[1].startswith(b'{"')
    return True


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
            try:
                value = _parse(text.decode("utf-8", "surrogateescape"), number)
            except InputError as error:
                value = error
            yield Piece(value, number, number, f"L{number}", line.__bytes__)


def _unread(number: int, raw: bytes, cause: str) -> Piece:
    return Piece(InputError(cause, advice="split the record"), number, number, f"L{number}", raw.__bytes__)


def _elements(found: Sequence[Any], pointer: str) -> Iterator[Piece]:
    for index, value in enumerate(found):
        yield Piece(value, 1, 1, f"{pointer}/{index}", partial(_dumped, value))


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _decoded(opened: Opened) -> str:
    data = opened.whole()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def _parse(text: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {line + error.lineno - 1}, column {error.colno}"
        raise InputError(f"not JSON at {place}: {error.msg}", advice="repair the file or get it again") from error
    except RecursionError as error:
        raise InputError(
            "the JSON is nested too deeply", advice="no known format nests so; get the file again"
        ) from error
    except ValueError as error:  # a number of more than some thousand digits
        raise InputError(f"not usable as JSON: {error}", advice="repair the file") from error

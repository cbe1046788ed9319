"""Cut JSON into its records while it streams in: elements of a list, members of an object, documents one after another.

Knows JSON's syntax (RFC 8259), where each record stands and how to go on behind a damaged one. Never holds more than
one record. Does not know which list a format keeps its records in.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Collection, Generator, Iterator
from functools import partial
from typing import IO, Any, Final

from kg.errors import InputError
from kg.sources.formats import Piece

RECORD_LIMIT: Final = 1 << 26
"""Characters of one record (64 Mi); the largest records known, with all their references, have some 5 million."""

_BLOCK: Final = 1 << 16
_KEPT: Final = 1 << 18
# NaN and Infinity, which Python writes, are no JSON and say nothing.
_DECODER: Final = json.JSONDecoder(parse_constant=lambda name: None)
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRUCTURE: Final = re.compile(r'"(?:[^"\\]|\\.)*+("?)|[\[\]{}]', re.DOTALL)
_DEPTHS: Final = {"{": 1, "[": 1, "}": -1, "]": -1}
# An error so near to the end of what is held may be the end's fault: "tru", "\u12".
_NEAR: Final = 16
# Characters behind which a number may go on though it is one already: "1", "1.", "1e+".
_OF_NUMBER: Final = 2

Path = tuple[str, ...]


def cut(
    stream: IO[bytes],
    whole: Callable[[], bytes],
    lists: Collection[Path] = (),
    *,
    members: bool = False,
    pages: Collection[Path] = (),
) -> Iterator[Piece]:
    """Yield the records of a JSON stream, each named by its pointer (RFC 6901), with its lines and its bytes.

    The records are the elements of an array, of the lists at the given paths of an object, with ``members`` the
    members of an object, otherwise the documents themselves. An element of an array that holds a list at one of the
    paths of ``pages`` is a page of records, and each of these is a piece; ``whole`` gives the bytes of a stream that is
    one document. A record that is damaged but whole (its brackets match) is a piece with an error. Raises InputError,
    with line and column, where the records cannot be told apart further.
    """
    text = _Text(stream)
    number = 0
    while opening := text.next():
        number += 1
        line = text.line
        if opening == "[":
            for piece in _elements(text, ""):
                records = lists_in(piece, pages)
                yield from (piece,) if records is None else records
        elif opening == "{" and members:
            yield from _members(text)
        elif opening == "{":
            found, document = yield from _search(text, (), lists)
            if not found:
                alone = number == 1 and not text.next()
                raw = whole if alone else partial(dumped, document)
                yield Piece(document, line, text.line, "" if alone else f"L{line}", raw)
        elif number == 1:
            yield text.piece("")
        else:
            raise text.error("more text after the end of the document")


def lists_in(piece: Piece, lists: Collection[Path]) -> Iterator[Piece] | None:
    """Return the elements of the list that a document holds at one of the paths; None where it holds none of them."""
    for path in lists:
        found = piece.value
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, list):
            pointer = f"{piece.item}/{'/'.join(path)}"
            lines = piece.line, piece.last_line
            return (Piece(v, *lines, f"{pointer}/{i}", partial(dumped, v)) for i, v in enumerate(found))
    return None


def _elements(text: _Text, pointer: str) -> Iterator[Piece]:
    text.take("[")
    index = 0
    while not (text.next() == "]" and not index):
        yield text.piece(f"{pointer}/{index}")
        index += 1
        if text.next() == "]":
            break
        text.take(",")
    text.take("]")


def _members(text: _Text) -> Iterator[Piece]:
    for key in _keys(text):
        yield text.piece("/" + key.replace("~", "~0").replace("/", "~1"))


def _keys(text: _Text) -> Iterator[str]:
    """Yield the keys of an object; whoever asks for the next one has taken the value of the one before."""
    text.take("{")
    first = True
    while not (text.next() == "}" and first):
        first = False
        if text.next() != '"':
            raise text.error("a name in double quotes is expected")
        key = text.value()
        text.take(":")
        text.next()
        yield key
        if text.next() == "}":
            break
        text.take(",")
    text.take("}")


def _search(text: _Text, path: Path, lists: Collection[Path]) -> Generator[Piece, None, tuple[bool, dict[str, Any]]]:
    """Yield the elements of the wanted lists in an object; return whether there was one, and the other members."""
    found = False
    document: dict[str, Any] = {}
    start = text.position
    for key in _keys(text):
        here = (*path, key)
        opening = text.next()
        if here in lists and opening == "[":
            yield from _elements(text, "/" + "/".join(here))
            found = True
        elif opening == "{" and any(wanted[: len(here)] == here for wanted in lists):
            inner, document[key] = yield from _search(text, here, lists)
            found = found or inner
        else:
            document[key] = text.value()
        if found:
            document.clear()
        elif text.position - start > RECORD_LIMIT:
            raise text.error(f"the document has more than {RECORD_LIMIT:,} characters and is no list of records")
    return found, document


class _Text:
    """Decoded text of a stream, of which only what is being looked at is held, with a place in it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        mark = stream.read(1)
        mark += stream.read(1)
        wide = mark in (b"\xff\xfe", b"\xfe\xff")
        decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")
        self._decode = decoder("replace" if wide else "surrogateescape").decode
        self._held = self._decode(mark)
        self._at = 0
        self._start = 0  # of the value that was taken last
        self._dropped = 0
        self._dropped_of_line = 0
        self._ended = False
        self.line = 1

    @property
    def position(self) -> int:
        """Characters before the place."""
        return self._dropped + self._at

    def next(self) -> str:
        """Skip white space and return the character that follows, without taking it; an empty string at the end."""
        while True:
            held, at = self._held, self._at
            if at < len(held) and held[at] not in " \t\n\r":
                return held[at]
            space = _SPACE.match(held, at)
            self._pass(space.end() if space else at)
            if self._at == len(held) and not self._more():
                return ""

    def take(self, sign: str) -> None:
        """Take a character. Raises InputError where another one stands."""
        found = self.next()
        if found != sign:
            raise self.error(f"{sign!r} is expected" if found else "the file ends too early")
        self._at += 1

    def value(self) -> Any:
        """Take a value. Raises InputError, taking nothing, where none can be read."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                cut_off = error.msg.startswith("Unterminated string") or error.pos > len(self._held) - _NEAR
                if cut_off and self._more():
                    continue
                cause = "the file ends too early" if error.pos >= len(self._held) else error.msg
                raise self.error(cause, error.pos) from error
            except RecursionError as error:
                raise self.error("nested too deeply") from error
            except ValueError as error:  # a number of some thousand digits
                raise self.error(str(error)) from error
            if len(self._held) - end <= _OF_NUMBER and isinstance(value, int | float) and self._more():
                continue  # the number may go on
            self._start = self._at
            self._pass(end)
            return value

    def piece(self, pointer: str) -> Piece:
        """Take a value as a record. One that cannot be read is taken where its brackets show its end."""
        self.next()
        line = self.line
        try:
            value = self.value()
        except InputError as error:
            if not self._skip():
                raise
            value = error
        return Piece(value, line, self.line, pointer, partial(_encoded, self._held[self._start : self._at]))

    def error(self, cause: str, at: int | None = None) -> InputError:
        """Return an error at the place, or at another one in what is held."""
        at = self._at if at is None else min(at, len(self._held))
        line = self.line + self._held.count("\n", self._at, at)
        before = self._held.rfind("\n", 0, at)
        column = at - before if before >= 0 else self._dropped_of_line + at + 1
        return InputError(
            f"not JSON at line {line}, column {column}: {cause}", advice="repair the file or get it again"
        )

    def _skip(self) -> bool:
        """Go behind a bracketed value whose inside cannot be read. Returns False where it has no end."""
        if self._held[self._at : self._at + 1] not in ("{", "["):
            return False
        while True:
            depth = 0
            for match in _STRUCTURE.finditer(self._held, self._at):
                if match[1] == "":  # a string that does not end in what is held
                    break
                depth += _DEPTHS.get(match[0], 0)
                if not depth:
                    self._start = self._at
                    self._pass(match.end())
                    return True
            if not self._more():
                return False

    def _pass(self, end: int) -> None:
        self.line += self._held.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read as much again as is being looked at, so that a large record costs its size and not its square."""
        if self._ended:
            return False
        pending = len(self._held) - self._at
        if pending > RECORD_LIMIT:
            raise self.error(f"a record has more than {RECORD_LIMIT:,} characters")
        if self._at > _KEPT:
            before = self._held.rfind("\n", 0, self._at)
            self._dropped_of_line = self._at - before - 1 if before >= 0 else self._dropped_of_line + self._at
            self._dropped += self._at
            self._held = self._held[self._at :]
            self._at = 0
        block = self._stream.read(max(_BLOCK, pending))
        self._ended = not block
        self._held += self._decode(block, final=self._ended)
        return True


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def dumped(value: Any) -> bytes:
    """Return a part of a parsed document as bytes, for the quarantine."""
    try:
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except RecursionError:  # it could be read, but not so deep in our own calls
        return b"[nested too deeply to be written]"

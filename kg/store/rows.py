"""Write the rows of a SELECT up to a limit, count them, and say so where there were more.

The engine writes a result in one go, so its bytes are watched and cut after the last row that is wanted; what is left
is closed as its format asks. Nothing is sent before the rows are counted, for the head says whether the result is cut.
In JSON ``head`` then has a member ``truncated``: ``{"rows": 100}``, the rows that are given; readers pass over members
of ``head`` that they do not know, but not over others. XML, CSV and TSV have no place for it. Knows how each format
ends a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, Final

from pyoxigraph import QueryResultsFormat, QuerySolutions

_JSON, _XML = QueryResultsFormat.JSON, QueryResultsFormat.XML
_CSV, _TSV = QueryResultsFormat.CSV, QueryResultsFormat.TSV
_PIECES: Final = {
    # A string that is not closed is the beginning of one that goes on in the next piece.
    _JSON: re.compile(rb'(?P<open>"(?:[^"\\]|\\.)*+\\?\Z)|"(?:[^"\\]|\\.)*+"|(?P<down>\{)|(?P<up>\})', re.S),
    _XML: re.compile(rb"</result>"),
    _CSV: re.compile(rb'(?P<open>"[^"]*+\Z)|"[^"]*+"|(?P<end>\n)'),
    _TSV: re.compile(rb"\n"),
}
_CLOSE: Final = {
    _JSON: b"]}}",
    _XML: b"</results></sparql>",
    _CSV: b"",
    _TSV: b"",
}
_DEPTH: Final = 2  # braces that are open between the rows of a JSON result


class _EnoughError(Exception):
    """As many rows as are wanted have been written."""


class _Counter:
    """A file object for the engine: collects the rows, and stops the engine at the first row too many."""

    def __init__(self, form: QueryResultsFormat, most: int) -> None:
        self.rows = 0
        self.cut = False
        self._form = form
        self._most = most
        self._parts: list[bytes] = []
        self._rest = b""
        self._end = 0  # bytes up to the end of the last row that is wanted
        self._size = 0
        self._depth = 0
        self._heading = form in {_CSV, _TSV}

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        start = self._size - len(self._rest)
        piece = self._rest + bytes(data)
        self._size += len(data)
        done = 0
        for end in self._ends(piece):
            done = end
            if self._heading:
                self._heading = False
            elif self.rows == self._most:
                self.cut = True
                raise _EnoughError
            else:
                self.rows += 1
                self._end = start + end
        if self._form == _XML:  # no mark inside what is left
            self._rest = piece[max(done, len(piece) - len(b"</result>") + 1) :]
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def _ends(self, piece: bytes) -> Iterator[int]:
        """Yield the places where rows end."""
        rest = b""
        for found in _PIECES[self._form].finditer(piece):
            what = found.lastgroup
            if what == "open":
                rest = piece[found.start() :]
                break
            if what == "down":
                self._depth += 1
            elif what == "up":
                self._depth -= 1
                if self._depth == _DEPTH:
                    yield found.end()
            elif what == "end" or self._form in {_XML, _TSV}:
                yield found.end()
        self._rest = rest

    def body(self) -> bytes:
        """Return the result, cut where it is too long."""
        whole = b"".join(self._parts)
        if not self.cut:
            return whole
        body = whole[: self._end] + _CLOSE[self._form]
        # The names of variables hold no bracket: the first one closes their list.
        return body.replace(b"]", b'],"truncated":{"rows":%d}' % self.rows, 1) if self._form == _JSON else body


def write_rows(
    results: QuerySolutions, most: int, form: QueryResultsFormat, begin: Callable[[int, bool], None], out: IO[bytes]
) -> None:
    """Write at most so many rows to ``out``, after ``begin`` was told how many there are and whether some were cut."""
    counter = _Counter(form, most)
    with suppress(_EnoughError):
        results.serialize(counter, format=form)  # type: ignore[arg-type]  # it needs no more of a file
    begin(counter.rows, counter.cut)
    body = memoryview(counter.body())
    for start in range(0, len(body), 1 << 16):
        out.write(bytes(body[start : start + (1 << 16)]))

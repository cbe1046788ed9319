"""The lines of a text file as bytes in UTF-8, in a stream, whatever their ends and encoding.

Knows byte order marks and the line ends of three systems. Does not know what the lines hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from kg.sources.opening import Opened


def text_lines(opened: Opened, limit: int) -> Iterable[bytes]:
    r"""Return the lines with their ends; a line of more than ``limit`` bytes comes in parts.

    Bytes that are not UTF-8 stand as they are. Raises InputError for a file in UTF-16 or with ``\r`` alone for its
    line ends that is too large to be held in memory; all others are read as they are asked for.
    """
    if opened.head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = opened.whole().decode("utf-16", "replace")
        return text.encode("utf-8", "surrogatepass").splitlines(keepends=True)
    if b"\r" in opened.head and b"\n" not in opened.head:
        return opened.whole().splitlines(keepends=True)
    stream = opened.stream()
    stream.seek(3 if opened.head.startswith(b"\xef\xbb\xbf") else 0)
    return iter(partial(stream.readline, limit), b"")

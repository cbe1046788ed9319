"""Content codings: which one a client takes (``Accept-Encoding`` with q-values), and gzip, brotli and zstd themselves.

Knows codings and what is worth compressing. Knows nothing of requests. A coding whose library is missing is not
offered. What is fed comes out at once, so that a stream stays a stream; an answer that breaks off has no proper end.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Final

LEAST: Final = 700
"""A smaller body is sent as it is: it fits one packet either way."""

_TYPES: Final = re.compile(
    rb"text/|image/svg|application/(?:.*\+)?(?:json|xml|trig|n-triples|n-quads|sparql-query|x-bibtex|x-research-info)"
)
_QUALITY: Final = re.compile(r"q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", re.I)


class _Gzip:
    def __init__(self) -> None:
        self._state = zlib.compressobj(5, zlib.DEFLATED, 31)

    def feed(self, data: bytes) -> bytes:
        return self._state.compress(data) + self._state.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._state.flush()


class _Brotli:
    def __init__(self) -> None:
        import brotli

        self._state: Any = brotli.Compressor(quality=4)

    def feed(self, data: bytes) -> bytes:
        return bytes(self._state.process(data) + self._state.flush())

    def finish(self) -> bytes:
        return bytes(self._state.finish())


class _Zstd:
    def __init__(self) -> None:
        import zstandard

        # Windows above 8 MB are refused by browsers (RFC 9659); level 3 stays well below.
        self._state: Any = zstandard.ZstdCompressor(level=3).compressobj()
        self._block: int = zstandard.COMPRESSOBJ_FLUSH_BLOCK

    def feed(self, data: bytes) -> bytes:
        return bytes(self._state.compress(data) + self._state.flush(self._block))

    def finish(self) -> bytes:
        return bytes(self._state.flush())


Squeezer = _Gzip | _Brotli | _Zstd
_MAKE: Final[dict[str, Callable[[], Squeezer]]] = {
    **({"zstd": _Zstd} if find_spec("zstandard") else {}),
    **({"br": _Brotli} if find_spec("brotli") else {}),
    "gzip": _Gzip,
}
OFFERED: Final = tuple(_MAKE)
"""The codings there are, the one we like best first."""


@lru_cache(512)
def choose_coding(header: str) -> str:
    """Return the coding to use for a client with this ``Accept-Encoding``; the empty text for none.

    A missing header takes no coding. Where the client likes several equally, the order of `OFFERED` decides; a body
    as it is wins only where it is named with a higher quality than every coding.

    >>> choose_coding("gzip;q=0.5, identity"), choose_coding("gzip, *;q=0"), choose_coding("")
    ('', 'gzip', '')
    """
    qualities: dict[str, float] = {}
    for entry in header[:1000].lower().split(","):
        name, *parameters = entry.split(";")
        quality = 1.0
        for parameter in parameters:
            if parameter.strip().startswith("q"):
                found = _QUALITY.fullmatch(parameter.strip())
                quality = float(found[1]) if found else 0.0
        if name := name.strip().removeprefix("x-"):
            qualities[name] = quality
    best, chosen = qualities.get("identity", 0.0), ""
    for name in OFFERED:
        quality = qualities.get(name, qualities.get("*", 0.0))
        if quality > best or (quality == best and not chosen and quality > 0):
            best, chosen = quality, name
    return chosen


def compressible(media_type: bytes) -> bool:
    """Say whether bytes of a media type get smaller."""
    return _TYPES.match(media_type) is not None


def squeezer(coding: str) -> Squeezer:
    """Return a compressor for one stream: `feed` it, then `finish`."""
    return _MAKE[coding]()


def squeeze(coding: str, data: bytes) -> bytes:
    """Compress a whole body."""
    state = squeezer(coding)
    # Without the flush between feed and finish, a whole body is a little smaller.
    if isinstance(state, _Gzip):
        return zlib.compress(data, 5, 31)
    return state.feed(data) + state.finish()

"""Decompress: gzip, bzip2, xz and Zstandard by their first bytes, in bounded memory and to a bounded size.

Knows frames behind one another, what stands between them, and where data end too soon. Does not know archives, nor
what the bytes hold.
"""

from __future__ import annotations

import bz2
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Final

import zstandard

from kg.errors import InputError

DAMAGE: Final = (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, zstandard.ZstdError, zipfile.BadZipFile)
"""What the libraries raise at damaged data."""

_BLOCK: Final = 1 << 20
_MEMORY: Final = 1 << 28

Unpack = Callable[[IO[bytes]], Any]
"""Gives a stream of the bytes, unpacked, of a file that stands at its beginning."""

_COMPRESSIONS: Final[tuple[tuple[re.Pattern[bytes], str, Unpack], ...]] = (
    (re.compile(rb"\x1f\x8b"), "gzip", lambda file: _gzip(file)),
    (re.compile(rb"BZh"), "bzip2", lambda file: _Frames(file, bz2.BZ2Decompressor, 1 << 16)),
    (re.compile(rb"\xfd7zXZ\x00"), "xz", lambda file: _xz(file)),
    # A frame, or one to be skipped that parallel writers put before it (RFC 8878, section 3.1.2).
    (re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), "Zstandard", lambda file: _zstandard(file)),
)


@dataclass(slots=True)
class Budget:
    """What an input may expand to. Shared by all that is inside, so that bombs of many small parts are found too."""

    size: int
    allowed: int
    spent: int = 0

    def spend(self, count: int) -> None:
        """Note expanded bytes. Raises InputError for what expands as only a bomb does."""
        self.spent += count
        if self.spent > self.allowed:
            raise InputError(
                f"the input expands from {self.size:,} to more than {self.allowed:,} bytes",
                advice="this is how a decompression bomb looks; unpack it by hand if it is none",
            )


def compression(head: bytes) -> tuple[str, Unpack] | None:
    """Return how a file that begins so is compressed, and the way to unpack it; None where it is not."""
    return next(((name, unpack) for magic, name, unpack in _COMPRESSIONS if magic.match(head)), None)


def pour(stream: IO[bytes], into: IO[bytes], budget: Budget) -> str:
    """Decompress a stream into a file and return what is damaged, an empty string for nothing.

    Raises InputError for what expands as only a bomb does.
    """
    try:
        while block := stream.read(_BLOCK):
            budget.spend(len(block))
            into.write(block)
    except InputError:
        raise
    except DAMAGE as error:
        return str(error) or type(error).__name__
    except MemoryError:
        return f"unpacking it takes more than {_MEMORY:,} bytes of memory"
    return ""


class _Frames:
    """A file of compressed frames, one behind the other: it may not ask for any amount of memory, nor end unnoticed.

    Between frames null bytes may stand (.xz format, section 2.2). ``step`` is how many bytes are given to the
    decompressor at once, which bounds what one step can expand to where the decompressor itself has no bound.
    """

    def __init__(self, file: IO[bytes], new: Callable[[], Any], step: int) -> None:
        self._file = file
        self._new = new
        self._step = step
        self._frame = new()

    def read(self, size: int) -> bytes:
        """Return some of the bytes, none at the end. Raises EOFError where the file ends within a frame."""
        while True:
            if self._frame.eof:
                block = self._frame.unused_data.lstrip(b"\0") or self._behind()
                if not block:
                    return b""
                self._frame = self._new()
            else:
                more = getattr(self._frame, "needs_input", True)
                block = self._file.read(self._step) if more else b""
                if more and not block:
                    raise EOFError("the file ends before the data do")
            # xz and bzip2 can be told how much to give at once; the others give what the step holds.
            bounded = (size,) if hasattr(self._frame, "needs_input") else ()
            if data := self._frame.decompress(block, *bounded):
                return bytes(data)

    def _behind(self) -> bytes:
        while block := self._file.read(self._step):
            if rest := bytes(block).lstrip(b"\0"):
                return rest
        return b""


def _gzip(file: IO[bytes]) -> _Frames:
    # A byte of Deflate stands for at most 1,032.
    return _Frames(file, lambda: zlib.decompressobj(wbits=16 + zlib.MAX_WBITS), 1 << 14)


def _xz(file: IO[bytes]) -> _Frames:
    return _Frames(file, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY), 1 << 16)


def _zstandard(file: IO[bytes]) -> _Frames:
    # One block of Zstandard may be 4 bytes and stand for 128 KiB.
    return _Frames(file, lambda: zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj(), 1 << 11)

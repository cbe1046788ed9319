"""Find the files of a zip archive that has lost its end, and with it the list of its files.

Knows the header before each file (APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.9 and 4.4) and that Deflate tells its own
end. Does not judge names, nor what the files hold.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

_HEADER: Final = struct.Struct("<6x2H4x3L2H")
_MAGIC: Final = b"PK\x03\x04"
_ENCRYPTED, _BEHIND = 1, 1 << 3  # flags: locked; sizes stand behind the data
_STORED, _DEFLATED = 0, 8
_WIDE: Final = 0xFFFFFFFF  # the size stands in an extra field
_BLOCK: Final = 1 << 20
_STEP: Final = 1 << 14  # a byte of Deflate stands for at most 1,032


@dataclass(frozen=True, slots=True)
class Torn:
    """A file of a cut archive: its name, whether it is encrypted, and where its data stand.

    ``size`` is that of the packed data, None where the header does not tell it.
    """

    name: str
    locked: bool
    archive: IO[bytes]
    start: int
    method: int
    size: int | None
    crc: int | None

    def open(self) -> io.RawIOBase:
        """Return the unpacked data, a piece at each reading, which raises EOFError where the archive ends within them.

        Raises NotImplementedError for a method that cannot be unpacked without the list of files.
        """
        if self.method not in (_STORED, _DEFLATED) or (self.method == _STORED and self.size is None):
            raise NotImplementedError(f"compression method {self.method} needs the list of files, which is missing")
        return _Data(self)


class _Data(io.RawIOBase):
    def __init__(self, torn: Torn) -> None:
        self._torn = torn
        self._at = torn.start
        self._end = None if torn.size is None else torn.start + torn.size
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if torn.method == _DEFLATED else None
        self._crc = 0
        self._done = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._more(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _more(self, most: int) -> bytes:
        while not self._done:
            if self._inflate is None:
                data = self._packed(most)
                self._done = self._at == self._end
            else:
                data = self._inflate.decompress(self._inflate.unconsumed_tail or self._packed(_STEP), most)
                self._done = self._inflate.eof
            self._crc = zlib.crc32(data, self._crc)
            if self._done and self._torn.crc not in (None, self._crc):
                raise ValueError("the data do not fit their checksum")
            if data:
                return data
        return b""

    def _packed(self, most: int) -> bytes:
        self._torn.archive.seek(self._at)
        data = self._torn.archive.read(most if self._end is None else min(most, self._end - self._at))
        if not data and (self._inflate or self._at != self._end):
            raise EOFError("the archive ends before the file does")
        self._at += len(data)
        return data


def torn_members(file: IO[bytes]) -> Iterator[Torn]:
    """Yield the files of a zip archive by the headers before them, as they stand."""
    at = 0
    while True:
        at = _find(file, at)
        file.seek(at)
        head = file.read(_HEADER.size)
        if len(head) < _HEADER.size:
            return
        flags, method, crc, packed, _, named, extra = _HEADER.unpack(head)
        name = file.read(named)
        start = at + _HEADER.size + named + extra
        if len(name) < named:
            return
        told = not flags & _BEHIND and packed != _WIDE
        size, checksum = (packed, crc) if told else (None, None)
        yield Torn(_decoded(name), bool(flags & _ENCRYPTED), file, start, method, size, checksum)
        at = start + packed if told else start


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("cp437")


def _find(file: IO[bytes], at: int) -> int:
    """Return where the next header stands, the end of the file for none."""
    file.seek(at)
    behind = b""
    while block := file.read(_BLOCK):
        joined = behind + block
        if (found := joined.find(_MAGIC)) >= 0:
            return at - len(behind) + found
        at += len(block)
        behind = joined[-3:]
    return at

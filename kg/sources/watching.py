"""How far the reading of an input has come: a file that tells whoever watches which share of it was read.

Knows positions in files. Does not know what is read, nor how progress is shown.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Watch = Callable[[float], None]
"""Told which share of an input was read, 0 to 1; it may be told less than before when a reader goes back."""

_BLOCK: Final = 1 << 18


def watched(file: IO[bytes], size: int, watch: Watch) -> IO[bytes]:
    """Return a seekable file of ``size`` bytes that tells ``watch`` with every block that is read from it.

    Closing it leaves ``file`` open.
    """
    return io.BufferedReader(_Watched(file, max(size, 1), watch), _BLOCK)


class _Watched(io.RawIOBase):
    def __init__(self, file: IO[bytes], size: int, watch: Watch) -> None:
        self._file, self._size, self._watch = file, size, watch

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._file.read(len(view))
        view[: len(data)] = data
        self._watch(min(1.0, self._file.tell() / self._size))
        return len(data)

"""Put records down as bytes while a file is read, and take them up again one by one.

A hundred thousand records as objects fill gigabytes, as bytes a fifth of that, and in a file nothing. Knows how a
record becomes bytes (MessagePack, by its type) and where each begins. Does not know what a record says.
"""

from __future__ import annotations

import mmap
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, Generic, TypeVar, overload

import msgspec

T = TypeVar("T")
Buffer = bytes | memoryview | mmap.mmap

SPOOLED = 1 << 24
"""Bytes of one shelf that stay in memory (16 MiB); what is larger goes to a temporary file."""

_encoder = msgspec.msgpack.Encoder()
_decoders: dict[Any, Any] = {}


class Records(Sequence[T], Generic[T]):
    """Records that lie as bytes and are made anew each time they are asked for; equal every time.

    ``starts`` are the places in ``data`` where each begins, and last the end of the last one.
    """

    def __init__(self, of: type[T], data: Buffer, starts: array[int]) -> None:
        self.of = of
        self._view = memoryview(data)
        self.starts = starts
        self._decode: Callable[[Buffer], T] = _decoder(of).decode

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        record: T = self._decode(self._view[self.starts[index] : self.starts[index + 1]])
        return record

    def __iter__(self) -> Iterator[T]:
        return map(self.__getitem__, range(len(self)))

    def __eq__(self, other: object) -> bool:
        """Equal to any sequence of the same records, so that a shelf and a tuple can be compared."""
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(_same, self, other))

    __hash__ = None  # type: ignore[assignment]  # equal to tuples, which it cannot hash like

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as the bytes."""
        return Records, (self.of, bytes(self._view), self.starts)

    def __repr__(self) -> str:
        return f"Records({self.of.__name__}, {len(self)})"

    def frames(self) -> Iterator[memoryview]:
        """Yield the bytes of each record."""
        for i in range(len(self)):
            yield self._view[self.starts[i] : self.starts[i + 1]]


class Shelf(Generic[T]):
    """Takes records of one type, in order; `close` makes them readable."""

    def __init__(self, of: type[T]) -> None:
        self._of = of
        self._waiting = bytearray()
        self._file: IO[bytes] | None = None
        self._starts = array("Q", [0])

    def append(self, record: T) -> None:
        """Put one more record on the shelf."""
        data = _encoder.encode(record)
        self._waiting += data
        self._starts.append(self._starts[-1] + len(data))
        if len(self._waiting) > SPOOLED:
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115  # closed with the shelf
            self._file.write(self._waiting)
            self._waiting.clear()

    def close(self) -> Sequence[T]:
        """Return what was put here; nothing can be added afterwards."""
        if len(self._starts) == 1:
            return ()
        if self._file is None:
            return Records(self._of, bytes(self._waiting), self._starts)
        with self._file as file:
            file.write(self._waiting)
            file.flush()
            return Records(self._of, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), self._starts)


def encoded(record: Any) -> bytes:
    """Return a record as bytes."""
    return _encoder.encode(record)


def decoded(of: type[T], data: Buffer) -> T:
    """Return the record of a type that bytes hold. Raises msgspec.DecodeError for bytes of anything else."""
    record: T = _decoder(of).decode(data)
    return record


def _decoder(of: Any) -> Any:
    decoder = _decoders.get(of)
    if decoder is None:
        decoder = _decoders[of] = msgspec.msgpack.Decoder(of)
    return decoder


def _same(a: object, b: object) -> bool:
    return a == b

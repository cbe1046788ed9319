"""What was read from each input, kept in the home, so that an unchanged input is not read again.

::

    HOME/workspace/readings/KEY     all readings of one input: records as bytes, then where each begins

The key covers the input's bytes, its name, what was told of it and the program that reads, so an entry is never out of
date; it may be deleted at any time. A file is complete or not there: a build that was killed goes on with the inputs
it had finished. Knows files and records as bytes. Does not know formats.
"""

from __future__ import annotations

import mmap
import os
import secrets
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import msgspec

from kg.model.records import ProfileRecord, SourceReading, WorkKeys, WorkRecord
from kg.sources.inputs import InputFile, sha256
from kg.sources.opening import legible
from kg.sources.shelf import Records, decoded, encoded
from kg.store.disk import translated

_MAGIC: Final = b"kg-readings\x00\x01"
_LENGTH: Final = 8


class _Entry(NamedTuple):
    """A reading without its records, and where these begin in the file."""

    reading: bytes
    works: bytes
    people: bytes
    keys: bytes


class Readings:
    """The kept readings below a home folder. ``program`` names the version of everything that reads.

    Creating the object touches nothing.
    """

    def __init__(self, workspace: Path, program: str) -> None:
        self._folder = workspace / "readings"
        self._program = program
        self._used: set[str] = set()
        self._asked: dict[str, Path | None] = {}

    def find(self, item: InputFile) -> list[SourceReading] | None:
        """Return the readings kept of an input, None where there are none, also of one that cannot be opened."""
        path = self._asked[item.name] = self._path(item)
        return _load(path) if path else None

    def keep(self, item: InputFile, readings: Iterable[SourceReading]) -> list[SourceReading]:
        """Keep the readings of an input that was not found, and return them as they are kept.

        Those of an input that cannot be opened are not kept. Raises HomeError when the disk refuses.
        """
        path = self._asked.pop(item.name)
        if path is None:
            return list(readings)
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(path, readings)
            found = _load(path)
        assert found is not None  # just written
        return found

    def _path(self, item: InputFile) -> Path | None:
        """Return where the readings of an input lie, or would; None for an input that cannot be opened."""
        try:
            with item.open() as file:
                container = sha256(file)
        except OSError:
            return None
        told = replace(item, name=legible(item.name), data=b"")
        key = blake2b(encoded((container, told, self._program)), digest_size=16).hexdigest()
        self._used.add(key)
        return self._folder / key

    def prune(self) -> None:
        """Remove what was kept of inputs that were not asked for since this object was made."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in self._used:
                    path.unlink(missing_ok=True)


def _write(path: Path, readings: Iterable[SourceReading]) -> None:
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with new.open("xb", buffering=1 << 20) as out:
            out.write(_MAGIC)
            entries = [_put(out, reading) for reading in readings]
            footer = encoded(entries)
            out.write(footer)
            out.write(len(footer).to_bytes(_LENGTH, "little"))
            out.flush()
            os.fsync(out.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _put(out: IO[bytes], reading: SourceReading) -> _Entry:
    def put(records: Sequence[Any]) -> bytes:
        starts = array("Q", [out.tell()])
        for data in records.frames() if isinstance(records, Records) else map(encoded, records):
            out.write(data)
            starts.append(starts[-1] + len(data))
        return starts.tobytes() if len(starts) > 1 else b""

    works, people, keys = (put(records) for records in (reading.works, reading.people, reading.keys))
    return _Entry(encoded(replace(reading, works=(), people=(), keys=())), works, people, keys)


def _load(path: Path) -> list[SourceReading] | None:
    """Return the readings in a file; None where there is no such file, or another program's."""
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (FileNotFoundError, ValueError):
        return None
    length = int.from_bytes(data[-_LENGTH:], "little")
    if data[: len(_MAGIC)] != _MAGIC or length > len(data):
        return None
    try:
        entries = decoded(list[_Entry], data[-_LENGTH - length : -_LENGTH])
        return list(_readings(entries, data))
    except msgspec.MsgspecError:
        return None


def _readings(entries: Iterable[_Entry], data: mmap.mmap) -> Iterator[SourceReading]:
    for entry in entries:
        reading = decoded(SourceReading, entry.reading)
        yield replace(
            reading,
            works=_records(WorkRecord, data, entry.works),
            people=_records(ProfileRecord, data, entry.people),
            keys=_records(WorkKeys, data, entry.keys),
        )


def _records(of: type[Any], data: mmap.mmap, starts: bytes) -> Sequence[Any]:
    if not starts:
        return ()
    places = array("Q")
    places.frombytes(starts)
    return Records(of, data, places)

"""Results of the last build, kept under hashes of what they follow from.

::

    HOME/workspace/identity     one file: which program, then all results

What a build asks for or adds is kept, the rest forgotten: the file holds what one build needs. It may be deleted at
any time, and a damaged one counts as none. Does not know what the results are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kg.store.disk import translated, write_durably

_NAME: Final = "identity"


class _Kept(NamedTuple):
    program: str
    results: dict[bytes, bytes]


class Memo:
    """The kept results below a workspace. ``program`` names the version of everything that makes them.

    Creating the object touches nothing; the file is read when something is asked for.
    """

    def __init__(self, workspace: Path, program: str) -> None:
        self._path = workspace / _NAME
        self._program = program
        self._before: dict[bytes, bytes] | None = None
        self._now: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        """Return what is kept, None where there is nothing."""
        if self._before is None:
            self._before = self._load()
        return self._before.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a result for the next build."""
        self._now[key] = value

    def save(self) -> None:
        """Write what was put. Raises HomeError when the disk refuses."""
        if self._now == self._before:
            return
        with translated(self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self._path, msgspec.msgpack.encode(_Kept(self._program, self._now)))

    def _load(self) -> dict[bytes, bytes]:
        try:
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            return {}
        return kept.results if kept.program == self._program else {}

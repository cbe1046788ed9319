"""Durable files, and what errors of disk and engine mean to the person at the command line.

Knows fsync, renaming and the texts in which the system and the engine complain. Does not know what is stored.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from kg.errors import HomeError, KgError, ReleaseError

REBUILD: Final = "build it again with `kg build`, or go back with `kg rollback`"
"""The advice for a damaged release."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


def write_durably(path: Path, data: bytes) -> None:
    """Replace the file at ``path`` in one step: after a crash it holds the old bytes or the new ones."""
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with new.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sum_file(path: Path) -> str:
    """Return the SHA-256 of a file, 64 hex digits."""
    digest = sha256()
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            digest.update(data)
    return digest.hexdigest()


def copy_store(source: Path, target: Path) -> None:
    """Make a store of its own out of one that nobody writes: tables are shared as links, the rest is copied."""
    target.mkdir()
    for path in source.iterdir():
        if path.suffix == ".sst":
            link(path, target / path.name)
        elif path.name not in {"LOCK", "LOG"} and not path.name.startswith("LOG.old"):
            shutil.copyfile(path, target / path.name)


def link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@contextmanager
def translated(place: Path) -> Iterator[None]:
    """Turn errors of disk and engine that concern ``place`` into one sentence with advice; let others pass."""
    try:
        yield
    except KgError:
        raise
    except (OSError, RuntimeError) as error:
        text = str(error)
        code = error.errno if isinstance(error, OSError) else None
        name = error.filename if isinstance(error, OSError) else None
        ours = name is None or Path(os.path.realpath(os.fsdecode(name))).is_relative_to(os.path.realpath(place))
        if code in _FULL or "No space left" in text or "quota exceeded" in text.lower():
            raise HomeError("the disk is full", where=str(place), advice="free some space and try again") from error
        if ours and (code in _FORBIDDEN or "Permission denied" in text or "Read-only file system" in text):
            raise HomeError(
                "the folder cannot be written",
                where=str(place),
                advice="change its permissions or choose another with --home",
            ) from error
        if ours and code in (errno.ENOTDIR, errno.EEXIST):
            raise HomeError("this is not a folder", where=str(place), advice="choose another with --home") from error
        if "Corruption" in text or (name is None and "/CURRENT:" in text):
            raise ReleaseError("the store is damaged", where=str(place), advice=REBUILD) from error
        raise

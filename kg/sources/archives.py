"""Walk an archive, zip or tar, and hand out what is inside, one file after the other.

Knows what makes archives dangerous: names that lead out of them, links, devices, holes, locks; and where they are cut.
Nothing is ever unpacked into a place that the archive names. Does not know what the files hold.
"""

from __future__ import annotations

import io
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Any, Final, NamedTuple

from kg.errors import InputError
from kg.sources.compressed import DAMAGE, Budget, pour
from kg.sources.inputs import BESIDE_SUFFIXES
from kg.sources.zip_cuts import torn_members

SPOOLED: Final = 1 << 25
"""Bytes of an unpacked file that are held in memory; larger ones lie in a temporary file."""

_ENCRYPTED: Final = 1  # flags of a zip member
_UTF8: Final = 1 << 11
_BLOCK: Final = 1 << 20


class Member(NamedTuple):
    """A file inside an archive, usable until the next is asked for. ``fault`` says why it ends too soon, else empty."""

    name: str
    file: IO[bytes]
    fault: str = ""


class Refused(NamedTuple):
    """What is not handed out: its name inside the archive, empty for the archive itself; why; what to do about it."""

    name: str
    cause: str
    advice: str


Walk = Callable[[IO[bytes], Budget], Iterator[Member | Refused]]
"""Walks an archive. Raises nothing that lies in the archive."""


def archive(head: bytes) -> Walk | None:
    """Return the way through an archive that begins so, None for what is no archive."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_members
    return _tar_members if head[257:262] == b"ustar" else None


def _zip_members(file: IO[bytes], budget: Budget) -> Iterator[Member | Refused]:
    """Yield the files of a zip archive by name; of one without its list of files, those before the cut."""
    try:
        opened = zipfile.ZipFile(file)
        members = sorted(((_zip_name(info), info) for info in opened.infolist()), key=_by_name)
    except (*DAMAGE, NotImplementedError, struct.error) as error:
        for torn in torn_members(file):
            yield from _zip_member(torn.name, False, torn.locked, torn.open, budget)
            if budget.spent > budget.allowed:
                return
        cause = "its end, with the list of its files, is missing" if "not a zip file" in str(error) else error
        advice = "get the file again; what stands before the damage was read"
        yield Refused("", f"the zip archive is damaged: {cause}", advice)
        return
    with opened:
        for name, info in members:
            link, locked = stat.S_ISLNK(info.external_attr >> 16), bool(info.flag_bits & _ENCRYPTED)
            yield from _zip_member(name, link, locked, partial(opened.open, info), budget)
            if budget.spent > budget.allowed:
                return


def _by_name(member: tuple[str, zipfile.ZipInfo]) -> tuple[str, int]:
    return member[0], member[1].header_offset


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member. Without the flag it should be in code page 437; many programs write UTF-8."""
    if not info.flag_bits & _UTF8:
        try:
            return info.filename.encode("cp437").decode()
        except UnicodeError:
            pass
    return info.filename


def _zip_member(
    name: str, link: bool, locked: bool, data: Callable[[], Any], budget: Budget
) -> Iterator[Member | Refused]:
    if name.endswith("/"):
        return
    if leaves(name):
        yield Refused(name, "the name of the file leads out of the archive", "repack the archive")
    elif _beside(name):
        return
    elif link:
        yield Refused(name, "a link in an archive is not followed", "put the file itself into the archive")
    elif locked:
        yield Refused(name, "the archive is encrypted", "unpack it by hand")
    else:
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as spool:
            try:
                with data() as packed:
                    damage = pour(packed, spool, budget)
            except InputError as error:
                yield Refused(name, error.message, error.advice)
            except (*DAMAGE, RuntimeError, NotImplementedError, struct.error) as error:  # odd method
                yield Refused(name, f"the file cannot be unpacked: {error}", "unpack it by hand")
            else:
                yield Member(name, spool, f"the zip data are damaged: {damage}" if damage else "")


def _tar_members(file: IO[bytes], budget: Budget) -> Iterator[Member | Refused]:
    damage: Exception | None = None
    try:
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:") as opened:
            while (member := opened.next()) is not None:
                yield from _tar_member(file, opened, member)
                opened.members = []  # type: ignore[attr-defined]  # the list of all members would only grow
    except (*DAMAGE, tarfile.TarError, struct.error) as error:
        damage = error
    if damage is not None:
        yield Refused("", f"the tar archive is damaged: {damage}", "get the file again; the rest was not read")


def _tar_member(file: IO[bytes], opened: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[Member | Refused]:
    name = member.name.removeprefix("./")
    if member.isdir():
        return
    if leaves(member.name):
        yield Refused(name, "the name of the file leads out of the archive", "repack the archive")
    elif _beside(member.name):
        return
    elif not member.isreg():
        yield Refused(name, "a link or device in an archive is not followed", "put the file itself into the archive")
    elif member.issparse():  # a few bytes may stand for any number of them
        yield Refused(name, "a file with holes in it is not unpacked", "repack the archive without --sparse")
    elif (missing := member.offset_data + member.size - file.seek(0, io.SEEK_END)) > 0:
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as spool:
            file.seek(member.offset_data)
            shutil.copyfileobj(file, spool, _BLOCK)
            yield Member(name, spool, f"the tar archive ends {missing:,} bytes before the file does")
    elif (packed := opened.extractfile(member)) is not None:
        with packed:
            yield Member(name, packed)


def leaves(name: str) -> bool:
    r"""Return whether a member's name is absolute or climbs out of its archive.

    >>> leaves("../etc/passwd"), leaves("/etc/passwd"), leaves("C:\\x"), leaves("a/b.json")
    (True, True, True, False)
    """
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or name[1:3] in (":\\", ":/") or "\0" in name


def _beside(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in BESIDE_SUFFIXES or any(part.startswith(".") and part != "." for part in path.parts)

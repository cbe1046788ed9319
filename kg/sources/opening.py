"""Open an input: decompress it, walk an archive, and hand out each file inside with its hash and its first bytes.

Knows gzip, bzip2, xz, Zstandard, zip and tar by their first bytes, and what makes them dangerous: bombs, damage, names
that leave the archive, links and devices. Nothing is ever unpacked into a place that the archive names. Does not know
what the files hold.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO, Any, Final

import zstandard

from kg.errors import InputError
from kg.model.records import Place, Problem, Source
from kg.sources.document import Document, open_document
from kg.sources.inputs import BESIDE_SUFFIXES, InputFile, sha256

HEAD: Final = 1 << 17
"""Bytes at the beginning of a file by which its format is recognised."""

WHOLE_LIMIT: Final = 1 << 28
"""Bytes of a file that may be held in memory as a whole (256 MiB); formats that stream have no such limit."""

EXPANSION_LIMIT: Final = 200
"""A file may grow to so many times its compressed size; metadata grow 5 to 20 times, a bomb a thousand times."""

FREE_EXPANSION: Final = 1 << 26
"""Bytes that any file may expand to, however small it was (64 MiB)."""

DEPTH: Final = 3
"""Layers of compression and archives that are opened: ``records.tar.xz`` with ``a.json.gz`` inside has three."""

_SPOOLED: Final = 1 << 25
_DAMAGE: Final = (EOFError, OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError, zipfile.BadZipFile)

_Unpack = Callable[[IO[bytes]], Any]
_COMPRESSIONS: Final[tuple[tuple[bytes, str, _Unpack], ...]] = (
    (b"\x1f\x8b", "gzip", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", "bzip2", bz2.BZ2File),
    (b"\xfd7zXZ\x00", "xz", lzma.LZMAFile),
    (
        b"\x28\xb5\x2f\xfd",
        "Zstandard",
        lambda file: zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(file, read_across_frames=True),
    ),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """One decompressed file: its source (with the hash of these bytes), its size, its first bytes, and a way in.

    ``fault`` says why the bytes end before the file does; it is empty for a sound file. Only usable until the next
    one is asked for.
    """

    source: Source
    size: int
    head: bytes
    file: IO[bytes]
    fault: str = ""

    @property
    def beginning(self) -> Document:
        """The first bytes as a document; a character that the cut goes through is left out."""
        head = self.head
        if self.size > len(head) and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
            head = head[: len(head) - _cut_through(head)]
        return open_document(self.source, head)

    def stream(self) -> IO[bytes]:
        """Return the bytes from the beginning."""
        self.file.seek(0)
        return self.file

    def whole(self) -> bytes:
        """Return all bytes. Raises InputError for a file that is too large to be held in memory."""
        if self.size > WHOLE_LIMIT:
            raise InputError(
                f"the file has {self.size:,} bytes, more than the {WHOLE_LIMIT:,} that are read as a whole",
                advice="split it, or use a form with one record a line",
            )
        return self.stream().read()


def open_input(item: InputFile) -> Iterator[Opened | Problem]:
    """Yield the files inside an input, decompressed, in the order they stand; what cannot be opened is a Problem."""
    source = Source(
        item.name, "", layout=item.layout, captured=item.captured, site=item.site, rights=item.rights,
        subject=item.subject, input=item.name,
    )  # fmt: skip
    try:
        with closing(item.open()) as file:
            yield from _inside(replace(source, container=sha256(file)), file, DEPTH)
    except OSError as error:
        yield _refused(item.name, f"the file cannot be read: {error.strerror or error}", "check it and its permissions")


def _inside(source: Source, file: IO[bytes], depth: int, fault: str = "") -> Iterator[Opened | Problem]:
    """Yield what is inside a file: itself, unless it is compressed or an archive."""
    file.seek(0)
    head = file.read(HEAD)
    packed = next(((name, unpack) for magic, name, unpack in _COMPRESSIONS if head.startswith(magic)), None)
    archive = _zip_members if head.startswith(b"PK\x03\x04") else _tar_members if head[257:262] == b"ustar" else None
    if (packed or archive) and not depth:
        yield _refused(source.file, "archives are nested too deeply", f"at most {DEPTH} layers are opened; unpack it")
    elif packed:
        compressed = file.seek(0, io.SEEK_END)
        file.seek(0)
        with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spool:
            try:
                damage = _pour(packed[1](file), spool, compressed)
            except InputError as error:
                yield _refused(source.file, error.message, error.advice)
            else:
                early = f"the {packed[0]} data are damaged: {damage}" if damage else fault
                yield from _inside(source, spool, depth - 1, early)
    elif archive:
        yield from archive(source, file, depth)
        if fault:
            yield _refused(source.file, fault, "get the file again; what stands before the damage was read")
    else:
        size = file.seek(0, io.SEEK_END)
        yield Opened(replace(source, sha256=sha256(file)), size, head, file, fault)


def _pour(stream: IO[bytes], into: IO[bytes], compressed: int) -> str:
    """Decompress a stream into a file and return what is damaged, an empty string for nothing.

    Raises InputError for what expands as only a bomb does.
    """
    allowed = max(FREE_EXPANSION, compressed * EXPANSION_LIMIT)
    written = 0
    try:
        while block := stream.read(1 << 20):
            written += into.write(block)
            if written > allowed:
                raise InputError(
                    f"the file expands from {compressed:,} to more than {allowed:,} bytes",
                    advice="this is how a decompression bomb looks; unpack it by hand if it is none",
                )
    except _DAMAGE as error:
        return str(error) or type(error).__name__
    return ""


def _zip_members(source: Source, file: IO[bytes], depth: int) -> Iterator[Opened | Problem]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield _refused(source.file, f"the zip archive is damaged: {error}", "get the file again")
        return
    with archive:
        for member in sorted(archive.infolist(), key=lambda info: info.filename):
            name = f"{source.file}/{member.filename}"
            if member.is_dir() or _beside(member.filename):
                continue
            if leaves(member.filename):
                yield _refused(name, "the name of the file leads out of the archive", "repack the archive")
                continue
            with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spool:
                try:
                    with archive.open(member) as packed:
                        damage = _pour(packed, spool, member.compress_size)
                except InputError as error:
                    yield _refused(name, error.message, error.advice)
                except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:  # encrypted, odd method
                    yield _refused(name, f"the file cannot be unpacked: {error}", "unpack it by hand")
                else:
                    yield from _inside(replace(source, file=name), spool, depth - 1, damage)


def _tar_members(source: Source, file: IO[bytes], depth: int) -> Iterator[Opened | Problem]:
    try:
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:") as archive:
            while (member := archive.next()) is not None:
                yield from _tar_member(source, archive, member, depth)
                archive.members = []  # type: ignore[attr-defined]  # the list of all members would only grow
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        yield _refused(source.file, f"the tar archive is damaged: {error}", "get the file again; the rest was not read")


def _tar_member(
    source: Source, archive: tarfile.TarFile, member: tarfile.TarInfo, depth: int
) -> Iterator[Opened | Problem]:
    name = f"{source.file}/{member.name.removeprefix('./')}"
    if member.isdir() or _beside(member.name):
        return
    if leaves(member.name):
        yield _refused(name, "the name of the file leads out of the archive", "repack the archive")
    elif not member.isreg():
        yield _refused(name, "a link or device in an archive is not followed", "put the file itself into the archive")
    else:
        packed = archive.extractfile(member)
        if packed is not None:
            with packed:
                yield from _inside(replace(source, file=name), packed, depth - 1)


def _cut_through(head: bytes) -> int:
    """Return how many bytes at the end belong to a UTF-8 character that is cut."""
    for length in range(1, 4):
        if (lead := head[-length]) >= 0xC0:
            return length if length < (2 if lead < 0xE0 else 3 if lead < 0xF0 else 4) else 0
        if lead < 0x80:
            return 0
    return 0


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


def _refused(name: str, cause: str, advice: str) -> Problem:
    return Problem(Place(name, 1), "", cause, advice, "quarantined")

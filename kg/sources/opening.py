"""Open an input: decompress it, walk an archive, and hand out each file inside with its hash and its first bytes.

Knows gzip, bzip2, xz, Zstandard, zip and tar by their first bytes, and what makes them dangerous: bombs, damage, names
that leave the archive, links and devices. Nothing is ever unpacked into a place that the archive names. Does not know
what the files hold.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import shutil
import stat
import struct
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
from kg.sources.watching import Watch, watched

HEAD: Final = 1 << 17
"""Bytes at the beginning of a file by which its format is recognised."""

WHOLE_LIMIT: Final = 1 << 28
"""Bytes of a file that may be held in memory as a whole (256 MiB); formats that stream have no such limit."""

EXPANSION_LIMIT: Final = 200
"""An input may grow to so many times its size, all layers and members together; metadata grow 5 to 20 times."""

FREE_EXPANSION: Final = 1 << 26
"""Bytes that any input may expand to, however small it was (64 MiB)."""

DEPTH: Final = 3
"""Layers of compression and archives that are opened: ``records.tar.xz`` with ``a.json.gz`` inside has three."""

_EXPORT: Final = "give its references in a known format, as BibTeX, RIS or CSL-JSON, or take it away"
_ENCRYPTED: Final = 1  # flag of a zip member
_SPOOLED: Final = 1 << 25
_BLOCK: Final = 1 << 20
_MEMORY: Final = 1 << 28
_DAMAGE: Final = (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, zstandard.ZstdError, zipfile.BadZipFile)
# Signs that no document can hold, or that make one name look like another (PEP 383, Unicode Bidirectional Algorithm).
_ILLEGIBLE: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What lies beside records and holds none, by its first bytes.
_FOREIGN: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Office document"),
    (b"SQLite format 3\0", "an SQLite database"),
)
_OFFICE: Final = (b"[Content_Types].xml", b"mimetype", b"_rels/.rels")
"""The name of the first file in an archive that is a document of Office, OpenDocument or EPUB."""

_Unpack = Callable[[IO[bytes]], Any]
_COMPRESSIONS: Final[tuple[tuple[bytes, str, _Unpack], ...]] = (
    (b"\x1f\x8b", "gzip", lambda file: _gzip(file)),
    (b"BZh", "bzip2", lambda file: _Frames(file, bz2.BZ2Decompressor, 1 << 16)),
    (b"\xfd7zXZ\x00", "xz", lambda file: _xz(file)),
    (b"\x28\xb5\x2f\xfd", "Zstandard", lambda file: _zstandard(file)),
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


def open_input(item: InputFile, watch: Watch | None = None) -> Iterator[Opened | Problem]:
    """Yield the files inside an input, decompressed, in the order they stand; what cannot be opened is a Problem.

    ``watch`` is told which share of the (decompressed) input has been read.
    """
    source = Source(
        legible(item.name), "", layout=item.layout, captured=item.captured, site=item.site, rights=item.rights,
        subject=item.subject, input=legible(item.name),
    )  # fmt: skip
    try:
        with closing(item.open()) as file:
            size = file.seek(0, io.SEEK_END)
            budget = _Budget(size, max(FREE_EXPANSION, size * EXPANSION_LIMIT))
            yield from _inside(replace(source, container=sha256(file)), file, DEPTH, budget, watch=watch)
    except OSError as error:
        yield _refused(source.file, f"the file cannot be read: {error.strerror or error}", "check it, and who may read")


@dataclass(slots=True)
class _Budget:
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


def _inside(
    source: Source, file: IO[bytes], depth: int, budget: _Budget, fault: str = "", watch: Watch | None = None
) -> Iterator[Opened | Problem]:
    """Yield what is inside a file: itself, unless it is compressed or an archive."""
    file.seek(0)
    head = file.read(HEAD)
    packed = next(((name, unpack) for magic, name, unpack in _COMPRESSIONS if head.startswith(magic)), None)
    archive = _zip_members if head.startswith(b"PK\x03\x04") else _tar_members if head[257:262] == b"ustar" else None
    if foreign := _foreign(head):
        yield _refused(source.file, f"the file is {foreign}, which holds no records", _EXPORT)
    elif (packed or archive) and not depth:
        yield _refused(source.file, "archives are nested too deeply", f"at most {DEPTH} layers are opened; unpack it")
    elif packed:
        file.seek(0)
        with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spool:
            try:
                damage = _pour(packed[1](file), spool, budget)
            except InputError as error:
                yield _refused(source.file, error.message, error.advice)
            else:
                early = f"the {packed[0]} data are damaged: {damage}" if damage else fault
                yield from _inside(source, spool, depth - 1, budget, early, watch)
    elif archive:
        if watch:
            file = watched(file, file.seek(0, io.SEEK_END), watch)
            file.seek(0)
        empty = True
        for found in archive(source, file, depth, budget):
            yield found
            empty = False
        if empty:
            passed = ", ".join(f"*{suffix}" for suffix in sorted(BESIDE_SUFFIXES))
            yield _refused(source.file, "the archive holds no file to read", f"hidden files and {passed} do not count")
        if fault:
            yield _refused(source.file, fault, "get the file again; what stands before the damage was read")
    else:
        size = file.seek(0, io.SEEK_END)
        if watch:
            file = watched(file, size, watch)
        yield Opened(replace(source, sha256=sha256(file)), size, head, file, fault)


def _foreign(head: bytes) -> str:
    """Return what a file is that certainly holds no records, an empty text for any other."""
    if head.startswith(b"PK\x03\x04"):
        return "an Office document" if head[30 : 30 + int.from_bytes(head[26:28], "little")] in _OFFICE else ""
    return next((what for magic, what in _FOREIGN if head.startswith(magic)), "")


def _pour(stream: IO[bytes], into: IO[bytes], budget: _Budget) -> str:
    """Decompress a stream into a file and return what is damaged, an empty string for nothing.

    Raises InputError for what expands as only a bomb does.
    """
    try:
        while block := stream.read(_BLOCK):
            budget.spend(len(block))
            into.write(block)
    except InputError:
        raise
    except _DAMAGE as error:
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


def _zip_members(source: Source, file: IO[bytes], depth: int, budget: _Budget) -> Iterator[Opened | Problem]:
    try:
        archive = zipfile.ZipFile(file)
        members = sorted(archive.infolist(), key=lambda info: (info.filename, info.header_offset))
    except (*_DAMAGE, NotImplementedError, struct.error) as error:
        yield _refused(source.file, f"the zip archive is damaged: {error}", "get the file again")
        return
    with archive:
        for member in members:
            name = f"{source.file}/{legible(member.filename)}"
            if member.filename.endswith("/"):
                continue
            if leaves(member.filename):
                yield _refused(name, "the name of the file leads out of the archive", "repack the archive")
                continue
            if _beside(member.filename):
                continue
            if stat.S_ISLNK(member.external_attr >> 16):
                yield _refused(name, "a link in an archive is not followed", "put the file itself into the archive")
                continue
            if member.flag_bits & _ENCRYPTED:
                yield _refused(name, "the archive is encrypted", "unpack it by hand")
                continue
            with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spool:
                try:
                    with archive.open(member) as packed:
                        damage = _pour(packed, spool, budget)
                except InputError as error:
                    yield _refused(name, error.message, error.advice)
                    if budget.spent > budget.allowed:
                        return
                except (*_DAMAGE, RuntimeError, NotImplementedError, struct.error) as error:  # odd method
                    yield _refused(name, f"the file cannot be unpacked: {error}", "unpack it by hand")
                else:
                    early = f"the zip data are damaged: {damage}" if damage else ""
                    yield from _inside(replace(source, file=name), spool, depth - 1, budget, early)


def _tar_members(source: Source, file: IO[bytes], depth: int, budget: _Budget) -> Iterator[Opened | Problem]:
    damage: Exception | None = None
    try:
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:") as archive:
            while (member := archive.next()) is not None:
                yield from _tar_member(source, file, archive, member, depth, budget)
                archive.members = []  # type: ignore[attr-defined]  # the list of all members would only grow
    except (*_DAMAGE, tarfile.TarError, struct.error) as error:
        damage = error
    if damage is not None:
        yield _refused(
            source.file, f"the tar archive is damaged: {damage}", "get the file again; the rest was not read"
        )


def _tar_member(
    source: Source, file: IO[bytes], archive: tarfile.TarFile, member: tarfile.TarInfo, depth: int, budget: _Budget
) -> Iterator[Opened | Problem]:
    name = f"{source.file}/{legible(member.name.removeprefix('./'))}"
    if member.isdir():
        return
    if leaves(member.name):
        yield _refused(name, "the name of the file leads out of the archive", "repack the archive")
    elif _beside(member.name):
        return
    elif not member.isreg():
        yield _refused(name, "a link or device in an archive is not followed", "put the file itself into the archive")
    elif member.issparse():  # a few bytes may stand for any number of them
        yield _refused(name, "a file with holes in it is not unpacked", "repack the archive without --sparse")
    elif (missing := member.offset_data + member.size - file.seek(0, io.SEEK_END)) > 0:
        with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spool:
            file.seek(member.offset_data)
            shutil.copyfileobj(file, spool, _BLOCK)
            early = f"the tar archive ends {missing:,} bytes before the file does"
            yield from _inside(replace(source, file=name), spool, depth - 1, budget, early)
    elif (packed := archive.extractfile(member)) is not None:
        with packed:
            yield from _inside(replace(source, file=name), packed, depth - 1, budget)


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


def legible(name: str) -> str:
    r"""Return a name of a file that can be stored and shown, with escapes for signs that cannot.

    >>> legible("a\nb"), legible("f\udcff.json"), legible("\u202egpj.exe")
    ('a\\x0ab', 'f\\xff.json', '\\u202egpj.exe')
    """

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        code = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

    return _ILLEGIBLE.sub(escape, name)


def _beside(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in BESIDE_SUFFIXES or any(part.startswith(".") and part != "." for part in path.parts)


def _refused(name: str, cause: str, advice: str) -> Problem:
    return Problem(Place(name, 1), "", cause, advice, "quarantined")

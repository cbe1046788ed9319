"""Open an input, in all its layers, and hand out each file inside with its hash and its first bytes.

Knows how layers nest, what they may expand to together, and what certainly holds no records. Does not know how
anything is compressed or archived, nor what the files hold.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import IO, Final

from kg.errors import InputError
from kg.model.records import Place, Problem, Source
from kg.sources.archives import SPOOLED, Member, archive
from kg.sources.compressed import Budget, compression, pour
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
_UNPACK: Final = "unpack it, or pack it as zip, tar, gz, bz2, xz or zst"
# Signs that no document can hold, or that make one name look like another (PEP 383, Unicode Bidirectional Algorithm).
_ILLEGIBLE: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What lies beside records and holds none, by its first bytes.
_FOREIGN: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Office document, or another in the form of old ones"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)
_OFFICE: Final = (b"[Content_Types].xml", b"mimetype", b"_rels/.rels")
"""The name of the first file in an archive that is a document of Office, OpenDocument or EPUB."""

_CLOSED: Final = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"PK\x07\x08", "a part of a zip archive"),
    (b"\x04\x22\x4d\x18", "compressed with LZ4"),
    (b"LZIP\x01", "compressed with lzip"),
    (b"\x5d\x00\x00", "compressed with LZMA"),
    (b"\x1f\x9d", "compressed with compress"),
)
"""What is packed in a way that is not opened, by its first bytes."""


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
            budget = Budget(size, max(FREE_EXPANSION, size * EXPANSION_LIMIT))
            yield from _inside(replace(source, container=sha256(file)), file, DEPTH, budget, watch=watch)
    except OSError as error:
        yield _refused(source.file, f"the file cannot be read: {error.strerror or error}", "check it, and who may read")


def _inside(
    source: Source, file: IO[bytes], depth: int, budget: Budget, fault: str = "", watch: Watch | None = None
) -> Iterator[Opened | Problem]:
    """Yield what is inside a file: itself, unless it is compressed or an archive."""
    file.seek(0)
    head = file.read(HEAD)
    packed, walk = compression(head), archive(head)
    if foreign := _foreign(head):
        yield _refused(source.file, f"the file is {foreign}, which holds no records", _EXPORT)
    elif closed := next((what for magic, what in _CLOSED if head.startswith(magic)), ""):
        yield _refused(source.file, f"the file is {closed}, which is not opened", _UNPACK)
    elif (packed or walk) and not depth:
        yield _refused(source.file, "archives are nested too deeply", f"at most {DEPTH} layers are opened; unpack it")
    elif packed:
        file.seek(0)
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as spool:
            try:
                damage = pour(packed[1](file), spool, budget)
            except InputError as error:
                yield _refused(source.file, error.message, error.advice)
            else:
                early = f"the {packed[0]} data are damaged: {damage}" if damage else fault
                yield from _inside(source, spool, depth - 1, budget, early, watch)
    elif walk:
        if watch:
            file = watched(file, file.seek(0, io.SEEK_END), watch)
            file.seek(0)
        empty = True
        for found in walk(file, budget):
            empty = False
            name = f"{source.file}/{legible(found.name)}" if found.name else source.file
            if isinstance(found, Member):
                yield from _inside(replace(source, file=name), found.file, depth - 1, budget, found.fault)
            else:
                yield _refused(name, found.cause, found.advice)
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


def _cut_through(head: bytes) -> int:
    """Return how many bytes at the end belong to a UTF-8 character that is cut."""
    for length in range(1, 4):
        if (lead := head[-length]) >= 0xC0:
            return length if length < (2 if lead < 0xE0 else 3 if lead < 0xF0 else 4) else 0
        if lead < 0x80:
            return 0
    return 0


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


def _refused(name: str, cause: str, advice: str) -> Problem:
    return Problem(Place(name, 1), "", cause, advice, "quarantined")

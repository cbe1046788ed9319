"""Cut a BibTeX file into stretches of whole entries, so that it is never held as a whole.

Knows how the beginning of an entry looks, and the encodings that BibTeX files come in. Does not know what an entry is
made of.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from kg.errors import InputError
from kg.sources.opening import Opened

BLOCK: Final = 1 << 20
"""Bytes that are read at a time; some 1,000 entries."""

ENTRY_LIMIT: Final = 1 << 24
"""Characters in which an entry must end (16 MiB); a file in one line is read as a whole up to this size."""

# "@" at the beginning of a line begins a block only with a type, a bracket and a key; in titles and abstracts it may
# stand there by accident, and there is Java in abstracts ("@Override {"). A key may hold any sign, as a DOI of Wiley
# does, where a field follows it.
_AFTER_AT: Final = (
    r"(?:(?:comment|preamble|string)[ \t]*[{(]|\w+[ \t]*(?:[{(][^,{}()=\"\n]*[,\n]|\{[^,{}\n]+,\s*[\w:+-]+\s*=))"
)
_START: Final = re.compile(rf"[ \t]*@{_AFTER_AT}", re.IGNORECASE)
_ACCIDENT: Final = re.compile(rf"^([ \t]*)@(?=\w*[ \t]*[{{(])(?!{_AFTER_AT})", re.IGNORECASE | re.MULTILINE)
_STAND_INS: Final = "\ue000\ue001\ue002\uf8ff"
_JABREF: Final = re.compile(rb"^%\s*Encoding:\s*([\w.:-]{1,40})", re.MULTILINE | re.IGNORECASE)
_OVERLAP: Final = 300


def stretches(opened: Opened, encoding: str) -> Iterator[tuple[int, str | InputError]]:
    """Yield stretches of whole blocks with the line each begins at; an InputError for an entry that does not end."""
    held, line, lost = "", 1, False
    for text in _texts(opened, encoding):
        searched = max(len(held) - _OVERLAP, 0)
        held += text
        if lost:
            if (start := _first_start(held, searched)) is None:
                line += held.count("\n", 0, -_OVERLAP)
                held = held[-_OVERLAP:]
                continue
            line += held.count("\n", 0, start)
            held, searched, lost = held[start:], 0, False
        if cut := _last_start(held, searched):
            yield line, held[:cut]
            line += held.count("\n", 0, cut)
            held = held[cut:]
        if len(held) > ENTRY_LIMIT:
            yield line, InputError(f"an entry does not end within {ENTRY_LIMIT:,} characters", advice="split it")
            line += held.count("\n", 0, -_OVERLAP)
            held, lost = held[-_OVERLAP:], True
    if held and not lost:
        yield line, held


def without_accidents(text: str) -> tuple[str, str]:
    """Return a text with another character in the place of every "@" that only looks like the beginning of a block.

    The character is the second of the pair, an empty text where none was needed.
    """
    if not _ACCIDENT.search(text):
        return text, ""
    stand_in = next(character for character in _STAND_INS if character not in text)
    return _ACCIDENT.sub(rf"\1{stand_in}", text), stand_in


def _texts(opened: Opened, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace" if encoding == "utf-16" else "surrogateescape")
    stream = opened.stream()
    old = b"\n" not in opened.head and encoding != "utf-16"  # lines that end as on old Macintoshes
    while data := stream.read(BLOCK):
        text = decoder.decode(data)
        yield text.replace("\r", "\n") if old else text
    yield decoder.decode(b"", final=True)


def _last_start(text: str, searched: int) -> int:
    """Return where the last line begins that begins a block, 0 for none behind ``searched``."""
    at = len(text)
    while (at := text.rfind("@", searched, at)) >= 0:
        if start := _line_start(text, at):
            return start
    return 0


def _first_start(text: str, searched: int) -> int | None:
    at = searched - 1
    while (at := text.find("@", at + 1)) >= 0:
        if start := _line_start(text, at):
            return start
    return None


def _line_start(text: str, at: int) -> int:
    """Return where the line of this ``@`` begins if a block begins with it, 0 otherwise."""
    start = at
    while start and text[start - 1] in " \t":
        start -= 1
    return start if start and text[start - 1] == "\n" and _START.match(text, start) else 0


def encoding_of(head: bytes) -> str:
    """Return the encoding that a byte order mark or JabRef's first lines tell, UTF-8 for none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if told := _JABREF.search(head[:2000]):
        try:
            name = codecs.lookup(told[1].decode("ascii").replace("ISO8859_", "iso-8859-")).name
        except (LookupError, UnicodeDecodeError):
            return "utf-8"
        return name if name.startswith(("iso8859", "cp125", "mac-")) else "utf-8"
    return "utf-8"

"""Cut BibTeX into entries, in a stream, with macros put in, repeated fields noticed and parents looked up.

Knows BibTeX's syntax (``@string``, ``@comment``, ``@preamble``, ``{…}``, ``"…"``, ``#``, ``crossref`` and biblatex's
``xdata``) and how to live with damage. The syntax of one entry is bibtexparser's business, which is fed some hundred
entries at a time, so that the largest file needs little memory. Does not know what the fields mean.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from bibtexparser import model
from bibtexparser.entrypoint import parse_string

from kg.errors import InputError
from kg.sources.bibtex_stream import BLOCK, encoding_of, stretches, without_accidents
from kg.sources.formats import Piece
from kg.sources.opening import Opened

VALUE_LIMIT: Final = 1 << 20
"""Characters of one value after macros are put in: ``a # a`` can double a value with every line."""

MACROS_LIMIT: Final = 1 << 25
"""Characters of all macros of a file together."""

PARENTS_LIMIT: Final = 100_000
"""Entries of one file that others may refer to."""

_KEYED: Final = re.compile(r"@\w+[ \t]*[{(]\s*([^\s,{}()]{1,500})\s*,")
_REFERENCE: Final = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]?\s*([^{}\"\n]{1,500})", re.IGNORECASE)
_REFERENCE_BYTES: Final = re.compile(rb"\b(?:crossref|xdata)\s*=", re.IGNORECASE)
_LOOKS_MEANT: Final = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*[{(\w]", re.MULTILINE)
_STRING: Final = re.compile(r"@string\b", re.IGNORECASE)
_NOT_RECORDS: Final = frozenset({"xdata", "set", "control", "ieeetranbstctl"})
"""Types of entries that are no works: data for others, sets of others, settings of a style."""

_PARTS: Final = re.compile(r'[{}"#]')
# bibtexparser counts no braces and quotes behind a backslash.
_ENDS: Final = re.compile(r'(?<!\\)[{}"]')
_WORD: Final = re.compile(r"\S+")
_COMMENT: Final = re.compile(r"%[^\n]*")
_FIELD: Final = re.compile(r"[\w:+-]+\s*=\s*[{\"\w]")
_MONTHS: Final = dict.fromkeys("jan feb mar apr may jun jul aug sep oct nov dec".split())

# What the parser warns of becomes a problem here.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its type and field names in lower case, its values with macros put in and delimiters taken off.

    ``parent`` are the fields of the entry that ``crossref`` names, ``parent_type`` its type (empty where the file does
    not hold it); ``remarks`` are what a curator should look at: repeated fields, unknown macros, missing parents.
    """

    kind: str
    key: str
    fields: Mapping[str, str]
    parent: Mapping[str, str] = field(default_factory=dict)
    parent_type: str = ""
    remarks: tuple[InputError, ...] = ()


def bibtex_pieces(opened: Opened) -> Iterator[Piece]:
    """Yield the entries of a BibTeX file, each as an Entry named by its key; damaged ones with their cause."""
    encoding = encoding_of(opened.head)
    macros = _Macros()
    parents = _parents(opened, encoding)
    for line, text in stretches(opened, encoding):
        if isinstance(text, InputError):
            yield Piece(text, line, line)
            continue
        for piece in _blocks(text, line, encoding):
            if isinstance(piece.value, model.String):
                try:
                    macros.define(piece.value)
                except InputError as error:
                    yield Piece(error, piece.line, piece.last_line, piece.value.key, piece.raw)
            elif isinstance(piece.value, InputError):
                yield piece
            elif piece.value.entry_type not in _NOT_RECORDS:
                try:
                    value: Entry | InputError = _entry(piece.value, macros, parents)
                except InputError as error:
                    value = error
                yield Piece(value, piece.line, piece.last_line, piece.item, piece.raw)


class _Macros:
    """The macros of a file as far as it has been read; names do not tell capitals from small letters."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._size = 0

    def define(self, block: model.String) -> None:
        """Take a ``@string``. Raises InputError where the macros of the file grow beyond use."""
        value = self.value(str(block.value), [])
        self._size += len(value)
        if self._size > MACROS_LIMIT:
            raise InputError(f"the macros have more than {MACROS_LIMIT:,} characters", advice="split the file")
        self._values[block.key.strip().lower()] = value

    def value(self, printed: str, unknown: list[str]) -> str:
        """Return a value without its delimiters, its parts joined; names of unknown macros stand and are listed.

        Raises InputError for a value that grows beyond use.
        """
        if "#" not in printed:
            return self._part(printed, unknown)
        parts, size = [], 0
        for part in _parts(printed):
            parts.append(self._part(part, unknown))
            size += len(parts[-1])
            if size > VALUE_LIMIT:
                raise InputError(f"a value has more than {VALUE_LIMIT:,} characters", advice="shorten it")
        return "".join(parts)

    def _part(self, printed: str, unknown: list[str]) -> str:
        end = _end(printed)
        if end < len(printed):
            rest = _COMMENT.sub("", printed[end:]).strip()
            if _FIELD.match(rest):
                raise InputError(f"a comma is missing before {rest[:60]!r}", advice="put a comma between two fields")
            if not rest:
                printed = printed[:end]
        if printed[:1] in ("{", '"') and len(printed) > 1:
            return printed[1:-1]
        name = printed.lower()
        if name in self._values:
            return self._values[name]
        if name not in _MONTHS and not name.isdigit() and name:
            unknown.append(printed)
        return printed


def _end(printed: str) -> int:
    r"""Return where a value in braces or quotes ends, or a number or name; comments may stand behind it.

    >>> [v[_end(v) :] for v in ('{A {B} study} year = {2001}', '2001 % as printed', '"A {\\"o} B"')]
    [' year = {2001}', ' % as printed', '']
    """
    if printed[:1] not in ("{", '"'):
        word = _WORD.match(printed)
        return word.end() if word else 0
    if printed[0] == "{" and printed.find("}") == len(printed) - 1:
        return len(printed)  # most values
    depth = 0
    for match in _ENDS.finditer(printed):
        sign = match[0]
        depth += (sign == "{") - (sign == "}")
        if not depth and match.start() and sign in '}"' and (sign == '"') == (printed[0] == '"'):
            return match.end()
    return len(printed)


def _parts(printed: str) -> Iterator[str]:
    """Yield what ``#`` joins: it counts only outside braces and quotes."""
    depth, quoted, start = 0, False, 0
    for match in _PARTS.finditer(printed):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif sign == '"' and not depth:
            quoted = not quoted
        elif sign == "#" and not depth and not quoted:
            yield printed[start : match.start()].strip()
            start = match.end()
    yield printed[start:].strip()


def _entry(block: model.Entry, macros: _Macros, parents: Mapping[str, tuple[str, dict[str, str]]]) -> Entry:
    fields: dict[str, str] = {}
    unknown: list[str] = []
    remarks = []
    for item in block.fields:
        name, value = item.key.lower(), macros.value(item.value, unknown)
        if name in fields and value != fields[name]:
            remarks.append(
                InputError(f"the field {name} stands twice; the second is {value[:200]!r}", where=name,
                           advice="the first was read, as BibTeX does")
            )  # fmt: skip
        if value:
            fields.setdefault(name, value)
    remarks += [
        InputError(f"the macro {name!r} is not defined before it is used", advice="define it with @string, or quote it")
        for name in unknown
    ]
    data = [name.strip() for name in fields.pop("xdata", "").split(",") if name.strip()]
    found: tuple[str, dict[str, str]] = ("", {})
    for name in [*data, *filter(None, [fields.get("crossref", "").strip()])]:
        if name not in parents:
            remarks.append(InputError(f"the file holds no entry {name!r} to inherit from", where="crossref"))
        elif name in data:
            fields = parents[name][1] | fields
        else:
            found = _inherited(name, parents)
    return Entry(block.entry_type, block.key, fields, found[1], found[0], tuple(remarks))


def _inherited(name: str, parents: Mapping[str, tuple[str, dict[str, str]]]) -> tuple[str, dict[str, str]]:
    """Return the type and fields of a parent, with what it inherits itself (biblatex: three levels of books)."""
    kind, fields = parents[name]
    seen = {name}
    while (name := fields.get("crossref", "").strip()) in parents and name not in seen and len(seen) < 4:
        seen.add(name)
        fields = {**parents[name][1], **{k: v for k, v in fields.items() if k != "crossref"}}
    return kind, fields


def _blocks(text: str, line: int, encoding: str) -> Iterator[Piece]:
    """Yield the entries and macros of a stretch of whole blocks, as bibtexparser sees them."""
    masked, stand_in = without_accidents(text)
    blocks = parse_string(masked, parse_stack=[]).blocks
    lines: list[str] = []
    for number, (found, after) in enumerate(zip(blocks, _following(blocks), strict=True)):
        start = max(found.start_line or 0, 0)
        first, block, raw = line + start, _sound(found), found.raw or ""
        if stand_in:
            raw = raw.replace(stand_in, "@")
        if isinstance(block, model.Entry | model.String):
            if stand_in and isinstance(block, model.Entry):
                for item in block.fields:
                    item.value = item.value.replace(stand_in, "@")
            item_name = block.key if isinstance(block, model.Entry) else ""
            yield Piece(block, first, first + raw.count("\n"), item_name, _Raw(raw, encoding))
        elif isinstance(block, model.ParsingFailedBlock):
            # bibtexparser goes on after the damage and takes what is left of the entry for a comment.
            lines = lines or text.split("\n")
            until = max(after.start_line or 0, 0) if after else len(lines)
            if until > start:
                raw = "\n".join(lines[start:until])
            named = _KEYED.search(raw)
            last = first + raw.rstrip().count("\n")
            yield Piece(_damage(block, after), first, last, named[1] if named else "", _Raw(raw, encoding))
        elif isinstance(block, model.ImplicitComment) and _LOOKS_MEANT.search(raw):
            before = blocks[number - 1] if number else None
            if not isinstance(before, model.ParsingFailedBlock):
                error = InputError("this looks like an entry, but is none", advice="an entry begins with @type{key,")
                yield Piece(error, first, first + raw.count("\n"), "", _Raw(raw, encoding))


def _following(blocks: Sequence[model.Block]) -> list[model.Block | None]:
    """Return for each block the next one that is not just text between blocks."""
    following: list[model.Block | None] = []
    after = None
    for block in reversed(blocks):
        following.append(after)
        after = after if isinstance(block, model.ImplicitComment) else block
    return following[::-1]


def _sound(found: model.Block) -> model.Block:
    """Return the entry or macro that bibtexparser set aside because its key or a field of it stands twice."""
    while isinstance(found, model.DuplicateBlockKeyBlock | model.DuplicateFieldKeyBlock) and found.ignore_error_block:
        found = found.ignore_error_block
    return found


def _damage(block: model.ParsingFailedBlock, after: model.Block | None) -> InputError:
    reason = str(getattr(block.error, "abort_reason", block.error) or "").strip().rstrip(".")
    if "end of file" in reason:
        reason = "it does not end before the next one begins" if after else "it does not end"
    return InputError(f"the entry is damaged: {reason}", advice="check its braces, quotes and commas")


class _Raw:
    """The bytes of a block, made only when somebody asks."""

    def __init__(self, text: str, encoding: str) -> None:
        self._text = text
        self._encoding = encoding

    def __call__(self) -> bytes:
        encoding = "utf-8" if self._encoding == "utf-8-sig" else self._encoding
        return self._text.encode(encoding, "replace" if encoding == "utf-16" else "surrogateescape")


def _parents(opened: Opened, encoding: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Return the type and fields of every entry that another entry of the file refers to."""
    if not _refers(opened, encoding):
        return {}
    wanted: set[str] = set()
    for _, text in stretches(opened, encoding):
        if isinstance(text, str) and len(wanted) < PARENTS_LIMIT:
            for match in _REFERENCE.finditer(text):
                wanted.update(name.strip() for name in match[1].split(","))
    macros = _Macros()
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for _, text in stretches(opened, encoding):
        if not isinstance(text, str):
            continue
        if _STRING.search(text):
            for block in parse_string(text, parse_stack=[]).strings:
                with contextlib.suppress(InputError):  # reported where the entries are read
                    macros.define(block)
        starts = list(_KEYED.finditer(text))
        for match, after in zip_longest(starts, starts[1:]):
            if match[1] in wanted and match[1] not in found:
                part = without_accidents(text[match.start() : after.start() if after else len(text)])[0]
                for entry in parse_string(part, parse_stack=[]).entries[:1]:
                    with contextlib.suppress(InputError):
                        fields = {item.key.lower(): macros.value(item.value, []) for item in reversed(entry.fields)}
                        found[match[1]] = (entry.entry_type, fields)
    return found


def _refers(opened: Opened, encoding: str) -> bool:
    if encoding == "utf-16":
        return True
    stream, before = opened.stream(), b""
    while data := stream.read(BLOCK):
        if _REFERENCE_BYTES.search(before + data):
            return True
        before = data[-50:]
    return False

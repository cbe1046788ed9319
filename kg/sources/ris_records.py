"""Cut a RIS file into records and their fields, in a stream.

Knows the lines of the format and how loosely files keep to them: tags with fewer spaces, records without an end, text
between records, lines that go on. The fields of one record are taken apart by rispy. Does not know what tags mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from rispy import RisParser

from kg.errors import InputError
from kg.sources.formats import Piece
from kg.sources.opening import Opened
from kg.sources.text_lines import text_lines

RECORD_LIMIT: Final = 1 << 22
"""Bytes of one record (4 MiB), and so of one line; a record that does not end earlier is not read."""

TAGS: Final = frozenset(
    "A1 A2 A3 A4 AB AD AN AU BN BT C1 C2 C3 C7 CA CN CT CY DA DB DO DP DT ED EP ER ET FU ID IS J2 JA JF JI JO KW L1 "
    "L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NV OP PB PP PY RI RN RP SE SN SP ST T1 T2 T3 TA TI TT TY U1 U2 UR VL VO Y1 "
    "Y2".split()
)
"""The tags that are known; a line with another is a field only where it keeps to the specification's spaces."""

_ONCE: Final = frozenset(
    "TI T1 CT BT T2 JF JO JA J2 JI C3 C7 PY Y1 DA VL VO IS M1 SP EP PB PU ET ID".split()
)  # fmt: skip
"""Tags of which a record has one value; the second title of a book is a series, of which there may be several."""

_AUTHORS: Final = "authors in order"
_ADDRESSED: Final = "authors before each address"
_CUT: Final = "end it with a line ER  -, or get the file again if it was cut"
# Two spaces by the specification; a line with one is a field only where the tag is known.
_LINE: Final = re.compile(r"([A-Z][A-Z0-9])(?:  -|( ?-| {2,4}-))(?: |$)(.*)")
_STARTS: Final = re.compile(rb"(?:\xef\xbb\xbf)?TY {0,4}- {0,3}[A-Za-z]{2,8}\s*$", re.MULTILINE)
_ENDS: Final = re.compile(rb"ER(?: {0,4}-)?\s*$")
_JOINED: Final = re.compile(rb"(ER {1,4}-[ \t]*)((?:\xef\xbb\xbf)?TY {0,4}- {0,3}[A-Za-z]{2,8}\s*)$")
"""The end of a record and the beginning of the next on one line, as where two files were joined."""
_HEADER: Final = re.compile(rb"(?:Provider|Database|Content)\s*:")


class Reference(NamedTuple):
    """One record: the values of each tag in order, and what order tells beyond tags.

    ``authors`` are the lists of AU and A1, one for each author's line; ``addressed`` is the number of authors before
    each AD. ``remark`` is what a curator should look at.
    """

    fields: Mapping[str, Any]
    authors: Sequence[list[str]] = ()
    addressed: Sequence[int] = ()
    remark: InputError | None = None


class _Parser(RisParser):  # type: ignore[misc]  # rispy has no types
    """rispy's parser, with all values of a tag in a list, continued lines joined, and addresses behind their author."""

    def parse_line(self, line: str) -> tuple[str | None, str]:
        """Return tag and content; no tag for a line that continues the one before."""
        match = _LINE.match(line)
        if match and (match[2] is None or match[1] in TAGS) and (match[1] != "ER" or not match[3].strip()):
            return match[1], match[3].strip()
        return None, line.strip()

    def _add_tag(self, record: dict[str, Any], tag: str | None, content: str, extend_multiline: bool = False) -> None:
        if tag == "TY":  # the parser keeps the first by itself
            return
        values = record.setdefault(tag or "", [])
        if extend_multiline and values:
            values[-1] = f"{values[-1]} {content}".strip()
        elif content:
            values.append(content)
            if tag in ("AU", "A1"):
                record.setdefault(_AUTHORS, []).append(values)
            elif tag == "AD":
                record.setdefault(_ADDRESSED, []).append(len(record.get(_AUTHORS, ())))


def ris_pieces(opened: Opened) -> Iterator[Piece]:
    """Yield the records, each from its type to its end or the next type; text outside of them as damage."""
    held: list[bytes] = []
    first = size = 0
    inside = False
    for number, line in _lines(opened):
        starts = bool(_STARTS.match(line))
        if held and (starts or (not inside and not line.strip())):
            yield _piece(held, first, size)
            held = []
        if not held:
            inside = starts
            if not starts and (not line.strip() or _HEADER.match(line)):
                continue
            first, size = number, 0
        size += len(line)
        if size <= RECORD_LIMIT:
            held.append(line)
        if inside and _ENDS.match(line):
            yield _piece(held, first, size)
            held, inside = [], False
    if held and not inside:
        yield _piece(held, first, size)
    elif held:
        ends = held[-1].endswith((b"\n", b"\r"))
        cut = "the record does not end" if ends else "the file is cut: neither the record nor its last line ends"
        yield _piece(held, first, size, InputError(cut, where="ER", advice=_CUT), lost=not ends)


def _lines(opened: Opened) -> Iterator[tuple[int, bytes]]:
    """Yield the lines with their numbers, two with one number where a record begins behind the end of another."""
    for number, line in enumerate(text_lines(opened, RECORD_LIMIT), 1):
        joined = _JOINED.match(line)
        for part in joined.groups() if joined else (line,):
            yield number, part


def _piece(held: list[bytes], first: int, size: int, remark: InputError | None = None, *, lost: bool = False) -> Piece:
    """Return a record, with a remark on it; one that is ``lost`` is damage for what is remarked."""
    raw = b"".join(held)
    last = first + len(held) - 1
    if size > RECORD_LIMIT:
        error = InputError(f"the record has more than {RECORD_LIMIT:,} bytes", advice="end it with a line ER  -")
        return Piece(error, first, last, "", raw[:1000].__bytes__)
    if not _STARTS.match(held[0]):
        error = InputError("this text stands outside of any record", advice="a record goes from TY  - to ER  -")
        return Piece(error, first, last, "", raw.__bytes__)
    lines = held[:-1] if _ENDS.match(held[-1]) else held
    text = b"".join(lines).decode("utf-8", "surrogateescape").lstrip("\ufeff")  # of a file that was joined to another
    printed = [line for line in re.split(r"\r?\n|\r", text) if line.strip()]
    record = _Parser(mapping={"TY": "TY"}).parse_lines(iter([*printed, "ER  - "]))[0]
    authors, addressed = record.pop(_AUTHORS, []), record.pop(_ADDRESSED, [])
    reference = Reference(record, authors, addressed, remark)
    value = remark if remark and lost else reference
    return Piece(value, first, last, next(iter(record.get("ID", ())), ""), raw.__bytes__)


def repeated(record: Mapping[str, Any]) -> Iterator[InputError]:
    """Yield what is to be said of tags that stand more than once and have one value, of which the first is read."""
    book = "BOOK" in str(record.get("TY", "")).upper()
    for tag, values in record.items():
        if tag in _ONCE and len(set(filter(None, values))) > 1 and not (book and tag == "T2"):
            yield InputError("the tag stands more than once, and the first value was read", where=tag)

"""OpenCitations Meta CSV: the dump and the input format of OpenCitations Meta, one row a work.

Specification: OpenCitations, "How to structure citation data and bibliographic metadata in the OpenCitations accepted
format" (2022), with the OMIDs of the published dumps. Maps every cell: identifiers, title, authors and editors in order
with their identifiers, date, venue with its identifiers, volume, issue, pages, type, publisher. Leaves aside the
identifiers of publishers but for ROR ids.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kg.errors import IdentifierError, InputError
from kg.model.identifiers import parse_orcid, parse_ror
from kg.model.printed_names import read_name
from kg.model.records import Mention, Place, SourceReading, WorkRecord
from kg.model.text import squeeze
from kg.sources.bibliographic import byline_of, date_of_parts
from kg.sources.fields import unmarked
from kg.sources.formats import Format, Item, Piece, gather, problem
from kg.sources.opening import Opened
from kg.sources.registries import serial
from kg.sources.schemes import iri_of
from kg.sources.text_lines import text_lines

COLUMNS: Final = (
    "id", "title", "author", "pub_date", "venue", "volume", "issue", "page", "type", "publisher", "editor",
)  # fmt: skip

FIELDS: Final[Mapping[str, str]] = {
    "id": "identifiers",
    "title": "title",
    "author": "byline",
    "author [orcid:]": "byline.mentions.orcid",
    "author [omid:, viaf:, …]": "byline.mentions.identifiers",
    "pub_date": "date",
    "venue": "venue",
    "venue [issn:, isbn:, omid:]": "venue_identifiers",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "type": "genre",
    "publisher": "publisher",
    "publisher [ror:]": "organizations",
    "editor": "contributors",
}

ASIDE: Final = ("publisher [crossref:]",)

GENRES: Final[Mapping[str, str]] = {
    "proceedings article": "conference paper",
    "proceedings paper": "conference paper",
    "proceedings": "conference proceedings",
    "monograph": "book",
    "edited book": "book",
    "dissertation": "thesis",
    "posted content": "preprint",
    "web content": "web page",
    "data file": "dataset",
    "computer program": "software",
    "peer review": "review",
}
"""Types -> the genre of a record; other types stand as they are."""

ROW_LIMIT: Final = 1 << 24
"""Bytes of one row (16 MiB); the 3,000 authors of a paper in physics, each with an iD, have a tenth of it."""

_IDENTIFIED: Final = re.compile(r"(.*?)\s*(?:\[([^\[\]]*)\])?", re.DOTALL)
_DATE: Final = re.compile(r"(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_HEADER: Final = re.compile(rf"(?:\"?(?:{'|'.join(COLUMNS)})\"?,){{7,}}\"?\w+\"?\s*$", re.MULTILINE)


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is OpenCitations Meta CSV: its first line names the columns."""
    return 0.97 if _HEADER.match(beginning) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read all rows of a file, in a stream."""
    return gather(opened, _rows(opened), _items, title="OpenCitations Meta")


def _rows(opened: Opened) -> Iterator[Piece]:
    """Yield the rows, each named by its first identifier. Raises InputError for a file without its columns."""
    before = csv.field_size_limit(ROW_LIMIT)
    try:
        taken = _Taken(text_lines(opened, ROW_LIMIT))
        rows = csv.reader(taken, strict=True)
        try:
            header = [name.strip().lower() for name in next(rows, [])]
        except csv.Error as error:
            raise InputError(f"the first line is not CSV: {error}", advice="check its quotation marks") from error
        if not {"id", "title", "author"} <= set(header):
            raise InputError("the first line does not name the columns", advice=f"name them: {','.join(COLUMNS)}")
        taken.start()
        while True:
            value: Mapping[str, str] | InputError
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                value = InputError(f"the row is not CSV: {error}", advice="check its quotation marks")
            else:
                value = dict(zip(header, row, strict=False))
                if len(row) != len(header):
                    cause = f"the row has {len(row)} cells, the header {len(header)}"
                    value = InputError(cause, advice="quote cells that hold commas or quotation marks")
            raw = b"".join(taken.lines)
            if raw.strip():
                key = value.get("id", "").split(" ")[0] if isinstance(value, dict) else ""
                yield Piece(value, taken.first, taken.last, key, raw.__bytes__)
            taken.start()
    finally:
        csv.field_size_limit(before)


class _Taken:
    """Lines as text, with those that the row before us was made of. Raises csv.Error where they are too many."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self.last = self.first = 0
        self.lines: list[bytes] = []
        self._size = 0

    def start(self) -> None:
        """Begin a new row."""
        self.first = self.last + 1
        self.lines.clear()
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.last += 1
        self._size += len(line)
        if self._size > ROW_LIMIT:
            self.lines[:] = [b"".join(self.lines)[:1000]]
            raise csv.Error(f"it has more than {ROW_LIMIT:,} bytes")
        self.lines.append(line)
        return line.decode("utf-8", "surrogateescape")


def _items(piece: Piece, place: Place) -> Iterable[Item]:
    row: Mapping[str, str] = piece.value
    remarks: list[InputError] = []
    identifiers = tuple(_iris(row.get("id", "").split(), "id", remarks))
    title = unmarked(squeeze(row.get("title", "")))
    authors = byline_of(_people(row.get("author", ""), "author", remarks))
    if not (identifiers or title or authors):
        raise InputError("the row has neither identifier nor title nor author", advice="it names no work")
    venue, venue_ids = _parted(row.get("venue", ""))
    publisher, publisher_ids = _parted(row.get("publisher", ""))
    kind = squeeze(row.get("type", "")).lower()
    rors = tuple(_rors(publisher_ids, remarks))
    date = None
    try:
        if printed := row.get("pub_date", "").strip():
            match = _DATE.fullmatch(printed)
            date = date_of_parts(match.groups() if match else [printed])
    except InputError as error:
        remarks.append(InputError(error.message, where="pub_date", advice="write it as YYYY-MM-DD"))
    yield WorkRecord(
        place,
        "",
        title=title,
        date=date,
        date_printed=row.get("pub_date", "").strip(),
        genre=GENRES.get(kind, kind),
        venue=unmarked(venue),
        byline=authors,
        organizations=(publisher,) if rors else (),
        identifiers=tuple(dict.fromkeys(identifiers)),
        contributors=tuple(filter(None, _people(row.get("editor", ""), "editor", remarks))),
        venue_identifiers=tuple(_venue_identifiers(venue_ids, remarks)),
        volume=squeeze(row.get("volume", "")),
        issue=squeeze(row.get("issue", "")),
        pages=squeeze(row.get("page", "")),
        publisher=publisher,
    )
    yield from ((publisher, ror) for ror in rors)
    yield from (problem(place, remark) for remark in remarks)


def _parted(cell: str) -> tuple[str, list[str]]:
    """Return the name of "Name [scheme:value …]" and its identifiers."""
    match = _IDENTIFIED.fullmatch(squeeze(cell))
    return (match[1], (match[2] or "").split()) if match else (squeeze(cell), [])


def _people(cell: str, role: str, remarks: list[InputError]) -> Iterator[Mention | None]:
    """Yield the agents of a cell in order, None for one without a name.

    A name with a comma is a person's, one without is a group's.
    """
    for part in filter(None, map(str.strip, re.split(r";(?:\s|$)", cell))):
        printed, ids = _parted(part)
        if not printed.strip(" ,"):
            remarks.append(InputError(f"the {role} {part!r} has no name", where=role, advice="give the name"))
            yield None
            continue
        orcids = [value[6:] for value in ids if value.lower().startswith("orcid:")]
        for orcid in orcids:
            try:
                parse_orcid(orcid)
            except IdentifierError as error:
                remarks.append(InputError(error.message, where=role, advice=error.advice))
        iris = tuple(_iris([value for value in ids if not value.lower().startswith("orcid:")], role, remarks))
        if "," not in printed:
            yield Mention(printed, kind="group", orcid=orcids[0] if orcids else None, identifiers=iris, role=role)
            continue
        family, _, given = printed.partition(",")
        name = read_name(printed) if given.strip() else read_name(family)
        parts = (name.given, name.family) if given.strip() else ("", family.strip())
        yield Mention(
            name.name if given.strip() else family.strip(),
            orcid=orcids[0] if orcids else None,
            given=parts[0],
            family=parts[1],
            identifiers=(*iris, *(f"https://orcid.org/{orcid}" for orcid in orcids[1:])),
            role=role,
        )


def _iris(ids: Iterable[str], where: str, remarks: list[InputError]) -> Iterator[str]:
    """Yield the IRIs of "scheme:value" identifiers; a wrong shape or an unknown scheme becomes a remark."""
    for printed in ids:
        scheme, _, value = printed.partition(":")
        try:
            iri = iri_of(scheme, printed if scheme.lower() in ("http", "https") else value)
        except IdentifierError as error:
            remarks.append(InputError(error.message, where=where, advice=error.advice))
            continue
        if iri:
            yield iri
        else:
            remarks.append(InputError(f"the identifier {printed!r} is of no known scheme", where=where))


def _venue_identifiers(ids: Iterable[str], remarks: list[InputError]) -> Iterator[str]:
    for printed in ids:
        scheme, _, value = printed.partition(":")
        if scheme.lower() in ("issn", "isbn"):
            yield serial(scheme.upper(), value)
        else:
            yield from _iris([printed], "venue", remarks)


def _rors(ids: Iterable[str], remarks: list[InputError]) -> Iterator[str]:
    for printed in ids:
        if printed.lower().startswith("ror:"):
            try:
                yield parse_ror(printed[4:])
            except IdentifierError as error:
                remarks.append(InputError(error.message, where="publisher", advice=error.advice))


FORMAT: Final = Format(
    "opencitations-csv",
    "OpenCitations Meta rows",
    recognise,
    read,
    specification="OpenCitations Meta CSV (2022)",
    fields=FIELDS,
    aside=ASIDE,
)

"""RIS: tagged references as reference managers and publishers' sites export them.

Specification: RIS Format Specifications (Research Information Systems, 2001 and 2011 revision), with the tags that
EndNote, Mendeley and publishers use beside. All reference types are read; where the meaning of a tag depends on the
type, the type decides. Maps titles, people in their roles, dates, identifiers, container, numbers, abstract, keywords,
notes and links. Leaves aside where a copy lies and what reference managers note for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from rispy.config import TYPE_OF_REFERENCE_MAPPING

from kg.errors import IdentifierError, InputError
from kg.model.dates import PartialDate
from kg.model.names import looks_like_group
from kg.model.printed_names import read_inverted, read_name
from kg.model.records import Byline, Mention, Place, Related, SourceReading, Subject, WorkRecord
from kg.model.text import squeeze
from kg.sources.bibliographic import byline, funding_of, kind_of, registered_iri
from kg.sources.fields import unmarked
from kg.sources.formats import Format, Item, Piece, gather, problem
from kg.sources.notes import Unknown
from kg.sources.opening import Opened
from kg.sources.printed_months import date_of_words
from kg.sources.registries import isbn_iri, of_container, serial
from kg.sources.ris_records import Reference, repeated, ris_pieces
from kg.sources.schemes import iri_of
from kg.sources.work_addresses import web_address, work_address

GENRES: Final[Mapping[str, str]] = {
    "JOUR": "journal article",
    "EJOUR": "journal article",
    "INPR": "journal article",
    "JFULL": "periodical",
    "CPAPER": "conference paper",
    "CONF": "conference paper",
    "CHAP": "book chapter",
    "ECHAP": "book chapter",
    "BOOK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "THES": "thesis",
    "RPRT": "report",
    "DATA": "dataset",
    "AGGR": "dataset",
    "DBASE": "dataset",
    "COMP": "software",
    "UNPB": "unpublished work",
    "MANSCPT": "manuscript",
    "MGZN": "magazine article",
    "NEWS": "newspaper article",
    "ELEC": "web page",
    "GEN": "",
}
"""Reference types -> the genre of a record; others by their names in the specification."""

FIELDS: Final[Mapping[str, str]] = {
    "TY": "genre",
    "ID": "citation_key",
    "TI": "title",
    "T1": "title",
    "CT": "title",
    "ST": "alternative_titles",
    "TT": "alternative_titles",
    "AU": "byline",
    "A1": "byline",
    "A2": "contributors",
    "ED": "contributors",
    "A3": "contributors",
    "A4": "contributors",
    "TA": "contributors",
    "AD": "byline.mentions.affiliations",
    "PY": "date",
    "Y1": "date",
    "DA": "date",
    "DO": "identifiers",
    "AN": "identifiers",
    "C2": "identifiers",
    "L3": "identifiers",
    "SN": "venue_identifiers",
    "BN": "venue_identifiers",
    "JF": "venue",
    "JO": "venue",
    "T2": "venue",
    "BT": "venue",
    "JA": "venue",
    "J2": "venue",
    "JI": "venue",
    "T2 (conference)": "event",
    "C3": "venue",
    "T3": "related",
    "RI": "related",
    "OP": "related",
    "VL": "volume",
    "IS": "issue",
    "M1": "issue",
    "SP": "pages",
    "EP": "pages",
    "C7": "pages",
    "PB": "publisher",
    "PU": "publisher",
    "LA": "languages",
    "ET": "version",
    "UR": "urls",
    "LK": "urls",
    "L1": "urls",
    "L2": "urls",
    "KW": "subjects",
    "AB": "abstract",
    "N2": "abstract",
    "N1": "notes",
    "RN": "notes",
    "M3": "notes",
    "FU": "funding",
}

ASIDE: Final = tuple(
    "AR AV C1 C4 C5 C6 C8 CA CN CY DB DP DT L4 LB M2 NV PI PA PP RP SE SI SU U1 U2 U3 U4 U5 VO WE Y2".split()
)

_EDITED: Final = frozenset({"EDBOOK", "CTLG", "SER"})
_WHOLE: Final = frozenset({"BOOK", "EBOOK", "EDBOOK"})
_TITLED: Final = _WHOLE | {"UNPB"}
"""Types whose title may stand in BT."""
_ROLES: Final = {"A2": "editor", "ED": "editor", "A3": "series editor", "A4": "translator", "TA": "translator"}
_BOOK: Final = {"A2": "series editor", "A3": "editor"}
_FILM: Final = {"A2": "director", "A3": "producer", "A4": "performer"}
_MADE: Final = dict.fromkeys(("A2", "A3", "A4"), "contributor")
_ROLES_OF: Final[Mapping[str, Mapping[str, str]]] = {
    **dict.fromkeys(_WHOLE, _BOOK),
    **dict.fromkeys(("MPCT", "VIDEO"), _FILM),
    # Roles of their own, which no two programs name alike.
    **dict.fromkeys("ADVS ART BILL CASE COMP HEAR LEGAL MAP MUSIC PAT SLIDE SOUND STAT".split(), _MADE),
    "THES": {"A2": "contributor", "A3": "advisor"},
}
"""What people did, by the type of reference: the second author of a book is the editor of its series."""
_DATES: Final = ("DA", "PY", "Y1")
_TYPE: Final = re.compile(r"^TY {0,4}- {0,3}[A-Z]{2,8}\s*$", re.MULTILINE)
_DATE: Final = re.compile(r"(\d{4})(?:[/-](\d{0,2})(?:[/-](\d{0,2})(?:/.*)?)?)?")
_DAY: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_WOS: Final = re.compile(r"WOS:\w{15}")
_PMC: Final = re.compile(r"PMC\d+")
_PUBMED: Final = re.compile(r"\b(?:PubMed|Medline|NLM)\b", re.IGNORECASE)
_WITHDRAWN: Final = re.compile(r"\b(?:withdrawn|retracted)\b", re.IGNORECASE)


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is RIS: a type of reference, alone on its line, before other fields."""
    found = _TYPE.search(beginning)
    return (0.95 if found.start() < 2000 else 0.6) if found and beginning[:1] not in "<[{@" else 0.0


def read(opened: Opened) -> SourceReading:
    """Read all references of a file, in a stream."""
    unknown = Unknown(FIELDS, ASIDE)

    def items(piece: Piece, place: Place) -> Iterable[Item]:
        reference: Reference = piece.value
        remarks = [reference.remark] if reference.remark else []
        work = _work(reference, place, remarks)
        if not (work.title or work.byline or work.contributors or work.identifiers):
            raise InputError("the reference has neither title nor people nor identifier", advice="it names no work")
        yield work
        remarks += repeated(reference.fields)
        yield from (problem(place, remark) for remark in (*remarks, *unknown.among(reference.fields)))

    return gather(opened, ris_pieces(opened), items, title="RIS references")


def _first(record: Mapping[str, Any], *tags: str) -> str:
    return next((unmarked(squeeze(value)) for tag in tags for value in record.get(tag, ()) if value), "")


def _all(record: Mapping[str, Any], *tags: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unmarked(squeeze(value)) for tag in tags for value in record.get(tag, ()) if value))


def _work(reference: Reference, place: Place, remarks: list[InputError]) -> WorkRecord:
    record = reference.fields
    kind = squeeze(str(record.get("TY", ""))).upper()
    title = _first(record, "TI", "T1", "CT") or (_first(record, "BT") if kind in _TITLED else "")
    date, printed = _date(record, remarks)
    venue, event, series = _container(record, kind)
    authors, addresses = _authors(reference, kind)
    identifiers, numbers = _identifiers(record, kind, remarks)
    notes = _all(record, "N1", "RN") + tuple(note for note in _all(record, "M3") if not registered_iri(note))
    return WorkRecord(
        place,
        "",
        title=title,
        abstract=" ".join(_all(record, "AB") or _all(record, "N2")),
        date=date,
        date_printed=printed,
        genre=_genre(kind),
        venue=venue,
        byline=authors,
        organizations=addresses,
        identifiers=identifiers,
        alternative_titles=tuple(name for name in _all(record, "ST", "TT") if name != title),
        contributors=tuple(_contributors(reference, kind)),
        venue_identifiers=numbers,
        event=event,
        volume=_first(record, "VL", "VO"),
        issue=_first(record, "IS", "M1"),
        pages=_pages(record),
        publisher=_first(record, "PB", "PU"),
        languages=_all(record, "LA"),
        version=_first(record, "ET"),
        urls=tuple(_urls(record, identifiers)),
        subjects=tuple(Subject(name) for name in _keywords(record)),
        funding=tuple(paid for text in record.get("FU", ()) for paid in funding_of(text)),
        related=(
            *(Related("part-of", printed=name) for name in series),
            *(Related("review-of", work_address(item), item) for item in _all(record, "RI")),
            *(Related("version-of", work_address(item), item) for item in _all(record, "OP")),
        ),
        retracted=next((note for note in notes if _WITHDRAWN.search(note)), ""),
        notes=notes,
        citation_key=_first(record, "ID"),
    )


def _genre(kind: str) -> str:
    return GENRES.get(kind, TYPE_OF_REFERENCE_MAPPING.get(kind, kind).lower())


def _container(record: Mapping[str, Any], kind: str) -> tuple[str, str, tuple[str, ...]]:
    """Return venue, event and series: the second title is the journal, the book, the conference or the series."""
    series = _all(record, "T3")
    if kind in _WHOLE:
        return "", "", (*_all(record, "T2"), *series)
    # The title of an unpublished work may stand where others have that of their book.
    whole = "" if kind in _TITLED and not _first(record, "TI", "T1", "CT") else "BT"
    second = _first(record, "JF", "JO", "T2", whole, "JA", "J2", "JI")
    if kind in ("CONF", "CPAPER") and (proceedings := _first(record, "C3")):
        return proceedings, second, series
    return second, "", series


def _authors(reference: Reference, kind: str) -> tuple[Byline | None, tuple[str, ...]]:
    """Return the author line and the addresses that belong to no one author."""
    printed = [] if kind in _EDITED else _printed_authors(reference)
    addresses, behind = reference.fields.get("AD", ()), reference.addressed
    mentions = [_mention(name, "author") for name in printed]
    own: dict[int, list[str]] = {}
    # One address right behind each author, or one author altogether: then it is known whose address it is.
    if mentions and (len(printed) == 1 or behind == [*range(1, len(printed) + 1)]):
        for address, number in zip(addresses, behind, strict=True):
            own.setdefault(max(number, 1), []).append(squeeze(address))
        addresses = ()
    rest = [name for name in mentions if name.name.lower().rstrip(".") in ("et al", "others")]
    named = [
        replace(mention, affiliations=tuple(own.get(i, ())))
        for i, mention in enumerate(mentions, 1)
        if mention not in rest and mention.name
    ]
    line = byline(named, complete=not rest, printed="; ".join(printed) if rest else "")
    return line, tuple(dict.fromkeys(map(squeeze, addresses)))


def _printed_authors(reference: Reference) -> list[str]:
    """Return the authors as they stand, first and other authors in the order of the lines; the same list twice once."""
    first, other = reference.fields.get("A1", []), reference.fields.get("AU", [])
    if first == other:
        return list(first)
    left = {id(first): iter(first), id(other): iter(other)}
    return [next(left[id(values)]) for values in reference.authors]


def _mention(printed: str, role: str) -> Mention:
    text = squeeze(printed)
    if kind_of(text) == "group" or ("," not in text and looks_like_group(text)):
        return Mention(text.rstrip(","), kind="group", role=role)
    name = read_inverted(text) or read_name(text)
    given, family = (name.given, name.family) if name.given else ("", "")
    return Mention(name.name, given=given, family=family, role=role)


def _contributors(reference: Reference, kind: str) -> Iterator[Mention]:
    if kind in _EDITED:
        yield from (_mention(name, "editor") for name in _printed_authors(reference))
    for tag, role in {**_ROLES, **_ROLES_OF.get(kind, {})}.items():
        yield from (_mention(name, role) for name in reference.fields.get(tag, ()) if name)


def _date(record: Mapping[str, Any], remarks: list[InputError]) -> tuple[PartialDate | None, str]:
    """Return the finest date of the fields that hold one, and as printed; the year of one holds for days in another."""
    best: tuple[PartialDate | None, str] = (None, "")
    years = [found[1] for tag in ("PY", "Y1", "DA") if (found := _YEAR.search(_first(record, tag)))]
    for tag in _DATES:
        printed = _first(record, tag)
        if not printed:
            continue
        try:
            date = _parsed(printed, years[0] if years else "")
        except InputError as error:
            remarks.append(InputError(error.message, where=tag, advice="write it as YYYY/MM/DD"))
            date = None
        if best[0] is None or (date and date.agrees_with(best[0]) and date.precision > best[0].precision):
            worded = date and years and not _YEAR.search(printed) and not _DAY.fullmatch(printed)
            whole = f"{printed} {years[0]}" if worded else printed.strip("/")
            best = (date, best[1] if date is None and best[1] else whole)
    return best


def _parsed(printed: str, year: str) -> PartialDate:
    """Return a date: year/month/day/more, or words. Raises InputError for what holds none, or one that cannot be."""
    if match := _DATE.fullmatch(printed) or _DAY.fullmatch(printed):
        return PartialDate(int(match[1]), int(match[2] or 0), int(match[3] or 0) if match[2] else 0)
    date = date_of_words(printed, year)
    if date is None:
        raise InputError(f"{printed!r} holds no year")
    return date


def _identifiers(
    record: Mapping[str, Any], kind: str, remarks: list[InputError]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of the work, and the ISSNs and ISBNs of what it appeared in."""
    found: list[str] = []
    numbers: list[str] = []
    for value in record.get("DO", ()):
        try:
            found.append(iri_of("doi", value))
        except IdentifierError as error:
            remarks.append(InputError(error.message, where="DO", advice=error.advice))
    for tag in ("M3", "L3", "N1"):
        found += filter(None, map(registered_iri, record.get(tag, ())))
    found += [iri_of("pmcid", value) for value in record.get("C2", ()) if _PMC.fullmatch(value)]
    if _PUBMED.search(" ".join([*record.get("DB", ()), *record.get("DP", ())])):
        found += [iri_of("pmid", value) for value in record.get("AN", ()) if value.isdigit() and len(value) < 9]
    found += [iri_of("wos", value) for value in record.get("AN", ()) if _WOS.fullmatch(value)]
    found += filter(None, map(registered_iri, _addresses(record, "UR")))
    for value in (
        part for tag in ("SN", "BN") for text in record.get(tag, ()) for part in re.split(r"[;,]| (?=\d{4})", text)
    ):
        printed = squeeze(re.sub(r"\([^)]*\)", "", value))
        try:
            isbn = isbn_iri(printed)
        except IdentifierError:
            numbers += [serial("ISSN", printed)] if printed else []
        else:
            if not of_container("ISBN", _genre(kind)):
                found.append(isbn)
            else:
                numbers.append(serial("ISBN", printed))
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(numbers))


def _urls(record: Mapping[str, Any], identifiers: tuple[str, ...]) -> Iterator[str]:
    for part in _addresses(record, "UR", "LK", "L1", "L2"):
        if (address := web_address(part)) and registered_iri(part) not in identifiers:
            yield address


def _addresses(record: Mapping[str, Any], *tags: str) -> Iterator[str]:
    """Yield what stands in the fields for addresses, of which one field may hold several."""
    for tag in tags:
        for value in record.get(tag, ()):
            yield from re.split(r"[;\s]+(?=https?://)", value)


def _pages(record: Mapping[str, Any]) -> str:
    first, last = _first(record, "SP"), _first(record, "EP")
    pages = first if not last or last == first or "-" in first else f"{first}-{last}"
    return re.sub(r"\s*[-\u2010-\u2015]+\s*", "-", pages) or last or _first(record, "C7")


def _keywords(record: Mapping[str, Any]) -> Iterator[str]:
    values = record.get("KW", ())
    for value in values:
        # One keyword a line is the rule; one line with all of them is common.
        for part in re.split(r"\s*;\s*" if len(values) == 1 or ";" in value else r"\n", value):
            if part:
                yield unmarked(squeeze(part))


FORMAT: Final = Format(
    "ris",
    "RIS references",
    recognise,
    read,
    specification="RIS Format Specifications (2001, 2011)",
    fields=FIELDS,
    aside=ASIDE,
)

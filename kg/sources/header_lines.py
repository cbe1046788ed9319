"""The line above each listed work: ``70.8CVApr 29, 2022Code``, ``CLOct 27, 2022``, ``AIMar 26``.

Grammar: an optional score, an arXiv category (bare or whole), a date that may lack its year, and badges, with
nothing between them. Knows this line only; does not know which year a date without one means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kg.errors import InputError
from kg.model.dates import MONTH_PATTERN, PartialDate, parse_date
from kg.model.records import Observed
from kg.model.topics import ARCHIVES, CATEGORIES
from kg.sources.document import Book

_CODES: Final = sorted(
    {*CATEGORIES, *ARCHIVES, *(code.partition(".")[2] for code in CATEGORIES if "." in code)},
    key=lambda c: (-len(c), c),
)
_KNOWN_CODE: Final = frozenset(_CODES)
_HEADER = re.compile(
    r"^(?P<score>\d{1,3}(?:\.\d{1,4})?)?\s?"
    rf"(?P<topic>{'|'.join(map(re.escape, _CODES))}|[A-Z]{{2}})?\s?"
    rf"(?P<date>{MONTH_PATTERN}\.? \d{{1,2}}(?!\d)(?:, ?\d{{4}}(?!\d))?|{MONTH_PATTERN}\.?,? \d{{4}}(?!\d)"
    r"|\d{4}-\d{2}-\d{2}(?!\d))?\s?"
    r"(?P<code>Code)?(?P<rest>[A-Z][A-Za-z ]{1,30})?$"
)


@dataclass(frozen=True, slots=True)
class WorkHeader:
    """A header line taken apart; a part that is not printed is None or empty. ``rest`` is a badge that is not known."""

    text: str
    score: str = ""
    topic: str = ""
    date: str = ""
    code: bool = False
    rest: str = ""


def find_header(text: str) -> WorkHeader | None:
    """Return the parts of a work header line, or None for any other line.

    A date makes a header; so does a score with a category, or a known category alone (a work without a date).

    >>> find_header("70.8CVApr 29, 2022Code")
    WorkHeader(text='70.8CVApr 29, 2022Code', score='70.8', topic='CV', date='Apr 29, 2022', code=True, rest='')
    >>> find_header("Mistral 7B") is None
    True
    """
    if len(text) > 90:
        return None
    match = _HEADER.match(text)
    if not match:
        return None
    score, topic, date = match["score"] or "", match["topic"] or "", match["date"] or ""
    rest = match["rest"] or ""
    if not date and (rest or not topic or (not score and topic not in _KNOWN_CODE)):
        return None
    return WorkHeader(text, score, topic, date, bool(match["code"]), rest)


def is_bare(header: WorkHeader) -> bool:
    """Return whether a header consists of a category alone, so that the same word could be a title ("AI")."""
    return not header.date and not header.score


def header_date(header: WorkHeader, line: int, book: Book) -> PartialDate | None:
    """Return the date of a header, with the year of the capture where its own is missing.

    A date that does not exist, and a missing year that no capture date supplies, are noted in the book.
    """
    if not header.date:
        return None
    try:
        date = parse_date(header.date.replace(",", ", ").replace(",  ", ", "))
    except InputError as error:
        book.note(line, header.text, error.message, "compare with the page; the work is kept without a date", "date")
        return None
    date = date.with_year_of(book.document.source.captured)
    if not date.year:
        book.note(
            line,
            header.text,
            f"the date {header.date!r} has no year, and it is not known when the page was captured",
            'give the file\'s captured = "YYYY" or "YYYY-MM-DD" in sources.toml beside it',
            "date",
        )
    return date


def header_observed(header: WorkHeader, line: int) -> tuple[Observed, ...]:
    """Return the score of a header as an observed figure."""
    return (Observed("workScore", float(header.score), header.score, line),) if header.score else ()

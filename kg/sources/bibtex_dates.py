"""Dates as bibliographies print them: year, month and day in fields of their own, or biblatex's ISO 8601-2 dates.

Knows month names and macros, ranges (their beginning counts) and years with words around them. Does not know formats of
other sources: ``kg.model.dates``.
"""

from __future__ import annotations

import re
from typing import Final

from kg.errors import InputError
from kg.model.dates import MONTH_PATTERN, PartialDate, parse_date

_YEAR: Final = re.compile(r"(?<!\d)(1[0-9]\d\d|20\d\d)(?!\d)")
_MONTH: Final = re.compile(rf"\b({MONTH_PATTERN})\b", re.IGNORECASE)
_DAYS: Final = re.compile(r"(?<![\d:])([0-3]?\d)(?:st|nd|rd|th)?(?![\d:])")
_ISO: Final = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?[~?%]?")
_DECADE: Final = re.compile(r"\d{2,3}[uX]{1,2}")


def read_date(date: str, year: str, month: str, day: str) -> tuple[PartialDate | None, str, tuple[InputError, ...]]:
    """Return the date, as printed, and what is wrong with it; the year alone where month or day cannot be.

    >>> read_date("", "2022", "apr", "29")[:2]
    (PartialDate(year=2022, month=4, day=29, year_from_capture=False), '29 apr 2022')
    >>> read_date("2021-09/2022", "", "", "")[0].iso(), read_date("", "2022", "June--July", "")[0].iso()
    ('2021-09', '2022-06')
    """
    printed = date or " ".join(filter(None, (day, month, year)))
    if not printed:
        return None, "", ()
    try:
        return (_of_iso(date) if date else _of_parts(year, month, day)), printed, ()
    except InputError as error:
        alone = _YEAR.search(date or year)
        remark = InputError(error.message, where="date" if date else "year", advice="correct the date")
        return (PartialDate(int(alone[1])) if alone else None), printed, (remark,)


def _of_iso(date: str) -> PartialDate:
    """Return the beginning of an ISO 8601-2 date or interval. Raises InputError for what is none."""
    first, _, last = date.partition("/")
    first = first.strip() if first.strip("~?% .") else last.strip()
    if not (match := _ISO.fullmatch(first)):
        if _DECADE.fullmatch(first):
            raise InputError(f"{date!r} names no year")
        return parse_date(first)
    if match[2] and 21 <= int(match[2]) <= 41:  # seasons and quarters
        return PartialDate(int(match[1]))
    return PartialDate(int(match[1]), int(match[2] or 0), int(match[3] or 0))


def _of_parts(year: str, month: str, day: str) -> PartialDate:
    """Return the date of three fields. Raises InputError for a year that is none and for impossible days."""
    found = _YEAR.search(year)
    if not found:
        raise InputError(f"{year!r} holds no year" if year else "the date has a month, but no year")
    if not month:
        rest = _MONTH.search(year)
        return parse_date(f"{rest[1]} {found[1]}") if rest else PartialDate(int(found[1]))
    if month.strip(" .0").isdigit() and int(month.strip(" .")) <= 12:
        number = int(month.strip(" ."))
    elif names := _MONTH.findall(month):
        number = parse_date(f"{names[0]} {found[1]}").month
        days = _DAYS.findall(month)
        if not day and len(names) == 1 and len(days) == 1:
            day = days[0]
    elif month.strip().isdigit():
        raise InputError(f"there is no month {month!r}")
    else:  # a season, or a month in another language
        number, day = 0, ""
    single = _DAYS.fullmatch(day.strip()) if number else None
    return PartialDate(int(found[1]), number, int(single[1]) if single else 0)

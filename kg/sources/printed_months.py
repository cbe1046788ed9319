"""Dates of publication printed as a year and the words of a month: "July", "7", "August 28th", "31 May -- 2 June".

Also the words of a whole date, in any order: "12 May 2014", "c. 1999". Knows English month names whole or cut. Does not
guess: a text that names two months gives the year alone.
"""

from __future__ import annotations

import re
from typing import Final

from kg.errors import InputError
from kg.model.dates import MONTH_PATTERN, PartialDate, parse_date

_MONTH: Final = re.compile(rf"\b{MONTH_PATTERN}\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20\d\d)(?!\d)")
_DAY: Final = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?!\d)")


def date_of_month(year: str, month: str) -> PartialDate | None:
    """Return the date to the day or month where the words name one only, else to the year; None without a year.

    Raises InputError, with ``where`` set to ``month`` or ``year``, for what cannot be read.

    >>> date_of_month("2020", "Aug 28th").iso(), date_of_month("2020", "May-June").iso()
    ('2020-08-28', '2020')
    """
    if not year:
        return None
    whole = _parsed(year, "year")
    if not month:
        return whole
    if month.isdecimal():
        return _parsed(f"{year}-{int(month):02d}", "month")
    months = {parse_date(f"{name} 2000").month for name in _MONTH.findall(month)}
    if not months:
        raise InputError(f"{month!r} names no month", where="month", advice="correct it; the year is kept")
    if len(months) != 1:
        return whole
    days = _DAY.findall(month)
    number = f"-{int(days[0]):02d}" if len(days) == 1 else ""
    return _parsed(f"{year}-{months.pop():02d}{number}", "month")


def date_of_words(printed: str, year: str = "") -> PartialDate | None:
    """Return the date that words name; ``year`` is the one of words that name a month alone. None for no year.

    Raises InputError for a day that does not exist.

    >>> date_of_words("24-26 May 2017").iso(), date_of_words("JUN 1", "2017").iso(), date_of_words("c. 1999").iso()
    ('2017-05', '2017-06-01', '1999')
    """
    words = printed
    if found := _YEAR.search(printed):
        year, words = found[0], f"{printed[: found.start()]} {printed[found.end() :]}"
    if _MONTH.search(words):
        return date_of_month(year, words)
    return date_of_month(year, "") if found else None


def _parsed(text: str, where: str) -> PartialDate:
    try:
        return parse_date(text)
    except InputError as error:
        raise InputError(error.message, where=where, advice=error.advice) from error

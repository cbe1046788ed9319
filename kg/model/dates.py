"""Dates as sources print them: a day, a month, a year, or a day whose year is missing.

Knows calendars and precision. Does not know which of two dates is right; that is a rule of the merged view.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from kg.errors import InputError

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS["sept"] = 9

MONTH_PATTERN = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
"""An English month name, whole or cut to three or four letters."""

_PRINTED = re.compile(rf"^({MONTH_PATTERN})\.?\s+(\d{{1,2}})(?:,?\s+(\d{{4}}))?$", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"^({MONTH_PATTERN})\.?,?\s+(\d{{4}})$", re.IGNORECASE)
_ISO = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as far as it is known. ``month`` and ``day`` are 1-based; 0 means unknown.

    ``year`` is 0 only for a day printed without its year. ``year_from_capture`` says that the year was not printed
    but taken from the capture of the page. Ordering is by year, month, day.

    Raises InputError for a month or day that does not exist.
    """

    year: int
    month: int = 0
    day: int = 0
    year_from_capture: bool = False

    def __post_init__(self) -> None:
        # A leap year stands in where the year is unknown, so that Feb 29 stays possible.
        year = self.year or 2000
        if not 0 <= self.year <= 9999 or not 0 <= self.month <= 12 or (self.day and not self.month):
            raise InputError(f"{self.year:04}-{self.month:02}-{self.day:02} is not a date")
        if self.day and not 1 <= self.day <= calendar.monthrange(year, self.month)[1]:
            raise InputError(f"{calendar.month_name[self.month]} {self.day}, {self.year or '(no year)'} does not exist")

    @property
    def precision(self) -> int:
        """How fine the date is: 1 for a year, 2 for a month, 3 for a day, 0 when the year is missing."""
        return 0 if not self.year else 1 + bool(self.month) + bool(self.day)

    def iso(self) -> str:
        """Return ``2022``, ``2022-04``, ``2022-04-29`` or, without a year, ``--04-29``."""
        if not self.year:
            return f"--{self.month:02}-{self.day:02}"
        parts = [f"{self.year:04}", f"{self.month:02}", f"{self.day:02}"]
        return "-".join(parts[: self.precision])

    def agrees_with(self, other: PartialDate) -> bool:
        """Return whether the two say the same as far as both say anything."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(a == b for a, b in pairs if a and b)

    def with_year_of(self, captured: PartialDate | None) -> PartialDate:
        """Return the date with the year of a capture where its own is missing; unchanged otherwise.

        A site leaves the year out when it is the current one, so a day later in the year than the capture itself
        belongs to the year before.
        """
        if self.year or captured is None or not captured.year:
            return self
        year = captured.year
        if captured.precision == 3 and (self.month, self.day) > (captured.month, captured.day):
            year -= 1
        return PartialDate(year, self.month, self.day, year_from_capture=True)


def parse_date(text: str) -> PartialDate:
    """Read ``Apr 29, 2022``, ``April 2022``, ``Mar 26``, ``2022``, ``2022-04`` or ``2022-04-29``.

    Raises InputError for any other text and for days that do not exist.

    >>> parse_date("Apr 29, 2022").iso()
    '2022-04-29'
    >>> parse_date("Mar 26").iso()
    '--03-26'
    """
    text = text.strip()
    if match := _ISO.match(text):
        return PartialDate(int(match[1]), int(match[2] or 0), int(match[3] or 0))
    if match := _PRINTED.match(text):
        return PartialDate(int(match[3] or 0), _MONTHS[match[1].lower()], int(match[2]))
    if match := _MONTH_YEAR.match(text):
        return PartialDate(int(match[2]), _MONTHS[match[1].lower()])
    raise InputError(f"{text!r} is not a date this package reads", advice="write 2022-04-29 or Apr 29, 2022")

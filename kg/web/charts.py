"""Still pictures of numbers, drawn on the server: works per year as columns, topics as bars.

Knows where rectangles go. Does not know works nor SVG: the template writes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 440
HEIGHT: Final = 150
_FOOT: Final = 22
_HEAD: Final = 18
_GAP: Final = 0.28
"""Part of a column's place that is left free."""
_LABELS: Final = 9
"""Years that are written below; with more they lie on one another."""
_HALF_LABEL: Final = 16
_LONGEST_SPAN: Final = 80
"""Years in a picture; with more, a work of 1666 would leave the others no room."""


@dataclass(frozen=True)
class Column:
    """One year: where its column stands, and how many works it means. ``label`` is empty where there is no room."""

    x: float
    y: float
    width: float
    height: float
    year: int
    works: int
    label: str

    @property
    def middle(self) -> float:
        """Where the number above stands."""
        return round(self.x + self.width / 2, 1)

    @property
    def below(self) -> float:
        """Where the label stands: no nearer to an edge than half of its own length."""
        return round(min(max(self.middle, _HALF_LABEL), WIDTH - _HALF_LABEL), 1)


@dataclass(frozen=True)
class Columns:
    """The picture of works per year. ``undated`` works and ``earlier`` ones have no column."""

    columns: tuple[Column, ...]
    undated: int = 0
    earlier: int = 0
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def base(self) -> int:
        """Where the columns stand."""
        return self.height - _FOOT


def per_year(counts: Mapping[str, int]) -> Columns | None:
    """Return columns for works by year ("" for undated ones); None where fewer than two years are known.

    Years without works between others have a column of no height, so that gaps are seen.
    """
    years = sorted(int(year) for year in counts if year.isdecimal())
    if len(years) < 2:
        return None
    last = years[-1]
    start = max(years[0], last - _LONGEST_SPAN + 1)
    span = range(start, last + 1)
    most = max(counts.get(f"{year:04}", 0) for year in span)
    place = WIDTH / max(len(span), 6)
    width = min(place * (1 - _GAP), 40)
    step = -(-len(span) // _LABELS)
    columns = []
    for number, year in enumerate(span):
        works = counts.get(f"{year:04}", 0)
        height = (HEIGHT - _FOOT - _HEAD) * works / most
        x = place * number + (place - width) / 2
        label = str(year) if (last - year) % step == 0 else ""
        columns.append(
            Column(
                round(x, 1), round(HEIGHT - _FOOT - height, 1), round(width, 1), round(height, 1), year, works, label
            )
        )
    earlier = sum(counts[f"{year:04}"] for year in years if year < start)
    return Columns(tuple(columns), counts.get("", 0), earlier)


@dataclass(frozen=True)
class Bar:
    """One row of a picture of bars; ``length`` runs from 0 to 100."""

    text: str
    href: str
    works: int
    length: float


def bars(counts: Sequence[tuple[str, str, int]]) -> tuple[Bar, ...]:
    """Return bars for (text, link, number), in the order given."""
    most = max((works for _, _, works in counts), default=1)
    return tuple(Bar(text, href, works, round(100 * works / most, 1)) for text, href, works in counts)

"""One value per property from several sources, by written rules; the others stay as claims.

The rules of the merged view:

- title, genre: the value that most sources give; on a tie the longer text, then the first in alphabetical order;
- abstract: the longest text, because pages cut abstracts and never lengthen them; then the first in order;
- date: the finer one; of equally fine ones the earliest, which is nearest to the first publication;
- author list: complete as soon as one source gives it whole; a position is taken from the longest byline.

Texts that are the same after folding are no disagreement. Knows values, not names or ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from kg.model.dates import PartialDate
from kg.model.entities import Claim, Disagreement, RecordOf
from kg.model.records import WorkRecord
from kg.model.text import fold, squeeze


def merge_text(
    about: Literal["name", "abstract", "genre"],
    records: Sequence[RecordOf],
    value: Callable[[WorkRecord], str],
    *,
    longest: bool = False,
) -> tuple[str, Disagreement | None]:
    """Return the text that the merged view shows, "" when no source gives one, and the disagreement if there is one."""
    if len(records) == 1:  # as most works have
        return squeeze(value(records[0].record)), None
    claims = [Claim(text, r.source_id) for r in records if (text := squeeze(value(r.record)))]
    if not claims:
        return "", None
    # One vote a source, so that a page that lists a work twice does not outvote another.
    votes = Counter(text for text, _ in {(str(c.value), c.source_id) for c in claims})
    if longest:
        chosen = min(votes, key=lambda text: (-len(text), text))
    else:
        chosen = min(votes, key=lambda text: (-votes[text], -len(text), text))
    differs = len({fold(text) for text in votes}) > 1
    return chosen, Disagreement(about, chosen, _distinct(claims)) if differs else None


def merge_dates(records: Sequence[RecordOf]) -> tuple[PartialDate | None, Disagreement | None]:
    """Return the date that the merged view shows, and the disagreement when two sources contradict each other.

    ``2022`` and ``2022-04-29`` agree; ``2022`` and ``2021-10-15`` do not. A day whose year no source tells is no date.
    """
    told = [(date, r.source_id) for r in records if (date := r.record.date) and date.year]
    if len(told) < 2:
        return (told[0][0] if told else None), None
    dates = sorted({date for date, _ in told})
    chosen = min(dates, key=lambda d: (-d.precision, d.year, d.month, d.day, d.year_from_capture))
    if all(d.agrees_with(chosen) for d in dates):
        return chosen, None
    return chosen, Disagreement("datePublished", chosen, _distinct([Claim(*one) for one in told]))


def merge_complete(records: Iterable[RecordOf]) -> bool | None:
    """Return whether some source names all authors; None when no source has a byline that could be read."""
    known = [r.record.byline.complete for r in records if r.record.byline and r.record.byline.mentions]
    return any(known) if known else None


def _distinct(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return each (value, source) once, sorted by value and source."""
    return tuple(sorted(set(claims), key=lambda c: (_text(c.value), c.source_id)))


def _text(value: str | PartialDate) -> str:
    return value.iso() if isinstance(value, PartialDate) else value

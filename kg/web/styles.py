"""A reference as a sentence, in three common styles: APA 7, Chicago 17 (author and date), MLA 9.

Knows how these styles order and cut names and where they put date, title, container and address. By hand, because the
CSL processor for Python is an alpha, and the package of styles for it takes 63 MB. Gives text alone: no italics.
"""

from __future__ import annotations

import re
from typing import Final

from kg.web.references import Reference, Signer

_MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
_MLA_MONTHS: Final = "Jan. Feb. Mar. Apr. May June July Aug. Sept. Oct. Nov. Dec.".split()


def initials(given: str) -> str:
    """Return given names as initials, hyphens kept.

    >>> initials("Jean-Baptiste"), initials("Albert Q.")
    ('J.-B.', 'A. Q.')
    """
    words = given.split()
    return " ".join("-".join(f"{part[0].upper()}." for part in word.split("-") if part) for word in words if word)


def _last_first(one: Signer, given: str) -> str:
    if one.literal or not one.family:
        return one.name
    return ", ".join(filter(None, (one.family, given, one.suffix)))


def _ended(text: str) -> str:
    return text if not text or text[-1] in ".?!" else f"{text}."


def _address(reference: Reference) -> str:
    return f"https://doi.org/{reference.doi}" if reference.doi else reference.url


def _numbers(reference: Reference, volume: str, issue: str) -> str:
    return volume.format(reference.volume) + (issue.format(reference.issue) if reference.issue else "")


def apa(reference: Reference) -> str:
    """Return a reference in APA 7: up to twenty authors, then the first nineteen and the last."""
    names = [_last_first(one, initials(one.given)) for one in reference.authors]
    if reference.cut and names:
        people = f"{', '.join(names[:19])}, et al"
    elif len(names) > 20:
        people = f"{', '.join(names[:19])}, … {names[-1]}"
    else:
        people = _joined(names, ", & " if len(names) > 1 else "", ", ")
    date = reference.date
    when = reference.year or "n.d."
    if date and date.month and not (reference.volume or reference.pages):
        when += f", {_MONTHS[date.month - 1]}" + (f" {date.day}" if date.day else "")
    source = reference.venue
    if source and reference.volume:
        source += f", {_numbers(reference, '{}', '({})')}"
    if source and reference.pages:
        source += f", {reference.pages}"
    return _sentence(
        _ended(people), f"({when}).", _ended(reference.title or "Untitled work"), _ended(source), reference
    )


def chicago(reference: Reference) -> str:
    """Return a reference in Chicago's author-date style: up to ten authors, else the first seven."""
    names = [_last_first(one, one.given) if place == 0 else one.name for place, one in enumerate(reference.authors)]
    if (reference.cut and names) or len(names) > 10:
        people = f"{', '.join(names[:7])}, et al"
    else:
        people = _joined(names, ", and ", ", ")
    source = reference.venue
    if source and reference.volume:
        source += f" {_numbers(reference, '{}', ' ({})')}"
    if source and reference.pages:
        source += f": {reference.pages}"
    title = f"“{_ended(reference.title or 'Untitled work')}”"
    return _sentence(_ended(people), _ended(reference.year or "n.d."), title, _ended(source), reference)


def mla(reference: Reference) -> str:
    """Return a reference in MLA 9: two authors, else the first and "et al."."""
    names = [_last_first(one, one.given) if place == 0 else one.name for place, one in enumerate(reference.authors)]
    people = f"{names[0]}, et al" if len(names) > 2 or (names and reference.cut) else _joined(names, ", and ", ", ")
    date = reference.date
    when = reference.year
    if date and date.month:
        when = f"{date.day} " * bool(date.day) + f"{_MLA_MONTHS[date.month - 1]} {reference.year}"
    source = ", ".join(
        filter(
            None,
            (
                reference.venue,
                f"vol. {reference.volume}" if reference.volume else "",
                f"no. {reference.issue}" if reference.issue else "",
                when,
                f"pp. {reference.pages}" if reference.pages else "",
            ),
        )
    )
    title = f"“{_ended(reference.title or 'Untitled work')}”"
    return _sentence(_ended(people), title, _ended(source), "", reference)


def _joined(names: list[str], last: str, between: str) -> str:
    return between.join(names[:-1]) + last * (len(names) > 1) + "".join(names[-1:])


def _sentence(first: str, second: str, third: str, fourth: str, reference: Reference) -> str:
    said = " ".join(filter(None, (first, second, third, fourth, _address(reference))))
    return re.sub(r"\s+", " ", said)


STYLES: Final = {"APA": apa, "Chicago": chicago, "MLA": mla}
"""Name of a style -> the function that writes a reference in it."""

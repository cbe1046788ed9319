"""Tell given name and family name apart in one printed personal name.

Knows the printed orders ("Family, Given", "Given Family", "Family, Jr., Given"), particles in lower case and with a
capital, and suffixes. The rules for capitalised particles were chosen on the 109,695 names of the ACL Anthology whose
parts people wrote themselves. Knows no language of names beyond that, and does not compare names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kg.model.names import PARTICLES, SUFFIXES
from kg.model.text import fold, squeeze

CAPITALISED: Final = frozenset(
    "abd abu ait al ben da dal dalla de dei degli del della delle den der des di do dos du el ibn la las le les los "
    "mac mc ould saint san st te ten ter van vande vanden vander ver von zu zum zur".split()
)
"""Particles that belong to the family name even with a capital, after a first word: in most names that hold them."""

_LOWER: Final = PARTICLES | frozenset("ben i ul ud ur uit v abu ould ait da dello vanden".split())
_ELIDED: Final = ("d'", "d’", "l'", "l’", "dell'", "dell’")

# "Vinh Van Nguyen", "Minh Le Nguyen", "Duc Do Tran": before these family names the same words are given names.
_VIETNAMESE: Final = frozenset("nguyen tran pham hoang huynh phan vu vo dang bui ngo duong dinh trinh truong".split())
_VIETNAMESE_GIVEN: Final = frozenset("van le do".split())
_INVERTED: Final = re.compile(r"\s*([^\s,{}.\\]{2,}(?:\s+[^\s,{}.\\]{2,})*)\s+([A-Z](?:[.-]*[A-Z]){0,3}\.?)\s*")
# Words that join two family names: the word before them belongs to the family name too ("Ramón y Cajal").
_JOINING: Final = frozenset("y i e".split())


@dataclass(frozen=True, slots=True)
class PrintedName:
    """The parts of a printed name; ``family`` holds particles, and the one word of a name that has only one."""

    given: str
    family: str
    suffix: str = ""

    @property
    def name(self) -> str:
        """The name as it is written in running text: "Diego de las Casas", "Sammy Davis Jr."."""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))


def read_name(printed: str) -> PrintedName:
    """Return the parts of a name in any of the printed orders.

    >>> read_name("Teven Le Scao"), read_name("De Las Casas, Diego").name
    (PrintedName(given='Teven', family='Le Scao', suffix=''), 'Diego De Las Casas')
    >>> read_name("Casas, Diego de las")
    PrintedName(given='Diego', family='de las Casas', suffix='')
    """
    return read_parts([part.split() for part in squeeze(printed).split(",")])


def read_inverted(printed: str) -> PrintedName | None:
    """Return the parts of a family name with initials behind it, as medicine prints names; None for other shapes.

    Only a source that is known to print names so can be read so: "Karthik S." may as well be a given name first.

    >>> read_inverted("De La Cruz J-P")
    PrintedName(given='J-P', family='De La Cruz', suffix='')
    """
    match = _INVERTED.fullmatch(printed)
    return PrintedName(match[2], " ".join(match[1].split())) if match else None


def read_parts(parts: Sequence[Sequence[str]]) -> PrintedName:
    """Return the parts of a name that has been cut at its commas into words; a word may hold spaces.

    Of more than three parts, those after the second stay with the given name, commas between them.
    """
    filled = [list(part) for part in parts if part]
    if not filled:
        return PrintedName("", "")
    suffix = ""
    # "King, Jr., Martin Luther" is BibTeX's order, "King, Martin Luther, Jr." that of RIS and of catalogues.
    for place in (1, len(filled) - 1):
        if 0 < place < len(filled) and len(filled[place]) == 1 and is_suffix(filled[place][0]):
            suffix = filled.pop(place)[0]
            break
    if len(filled) == 1:
        given, family, found = _running(filled[0])
        return PrintedName(" ".join(given), " ".join(family), suffix or found)
    family, given = filled[0], filled[1]
    start = len(given)
    while start > 1 and _is_lower_particle(given[start - 1]):
        start -= 1
    family, given = [*given[start:], *family], given[:start]
    if not suffix and len(family) > 1 and is_suffix(family[-1]):
        suffix = family.pop()
    more = "".join(f", {' '.join(part)}" for part in filled[2:])
    return PrintedName(" ".join(given) + more, " ".join(family), suffix)


def is_suffix(word: str) -> bool:
    """Return whether a word stands behind a whole name: "Jr.", "III"."""
    return fold(word) in SUFFIXES and not word.islower()


def _running(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str], str]:
    """Return given words, family words and suffix of a name in running order."""
    suffix = ""
    if len(words) > 2 and is_suffix(words[-1]):
        words, suffix = words[:-1], words[-1]
    start = max(len(words) - 1, 0)
    # The first particle in lower case begins the family name, as in BibTeX; one with a capital only where nothing
    # but particles stands between it and the last word.
    lower = next((i for i in range(1, start) if _is_lower_particle(words[i])), start)
    if lower < start:
        start = lower - 1 if words[lower] in _JOINING and lower > 1 else lower
    last = words[-1] if words else ""
    while start > 1 and _is_capitalised_particle(words[start - 1], last):
        start -= 1
    return words[:start], words[start:], suffix


def _is_lower_particle(word: str) -> bool:
    return word[:1].islower() and (fold(word).replace(" ", "") in _LOWER or word.startswith(_ELIDED))


def _is_capitalised_particle(word: str, last: str) -> bool:
    folded = fold(word)
    if not word[:1].isupper() or len(folded) == 1 or folded not in CAPITALISED:
        return False
    if word.isupper() and not last.isupper():  # initials without stops, as in "Anna LA Smith"
        return False
    return not (folded in _VIETNAMESE_GIVEN and fold(last) in _VIETNAMESE)

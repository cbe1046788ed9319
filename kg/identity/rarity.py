"""How rare a name or a word is, by shipped tables: what is rare proves more when two works share it.

The tables count in a fixed sample, described in the files; nothing is counted in the corpus at hand, so that one
source more never changes what the others prove. Knows words and counts, no works.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from kg.model.name_forms import NameForm

UNSEEN: Final = 0.3
"""Count of a name word that the sample does not hold."""

_MIDDLE_FACTOR: Final = 8.0
"""Middle names are drawn from given and family names alike, and one person has several: each is likelier to agree."""


@dataclass(frozen=True)
class NameTable:
    """Counts of words as given and as family name in a sample of ``total`` distinct personal names."""

    total: int
    given: Mapping[str, int]
    family: Mapping[str, int]
    initial: Mapping[str, float]

    def expected(self, first: str, middle: tuple[str, ...], last: str) -> float:
        """Return the natural logarithm of how many of ``total`` people carry these words; one letter is an initial.

        An empty word says nothing and leaves the number as it is. The result is never below ``FLOOR``.
        """
        number = math.log(self.total)
        if last:
            number += math.log((self.family.get(last, 0) + UNSEEN) / self.total)
        if first:
            number += math.log(self._first(first))
        for word in middle:
            number += math.log(min(1.0, max(_MIDDLE_FACTOR * self._first(word), 0.002)))
        return max(number, FLOOR)

    def expected_of(self, form: NameForm) -> float:
        """Return ``expected`` for a whole name: how many people may carry it."""
        core = form.core
        first = form.given[0] if form.given else ""
        return self.expected(first, (*form.given[1:], *core[:-1]), core[-1] if core else "")

    def common_families(self, at_least: int) -> frozenset[str]:
        """Return the family names that stand at least so often in the sample."""
        return frozenset(word for word, count in self.family.items() if count >= at_least)

    def _first(self, word: str) -> float:
        if len(word) == 1:
            return max(self.initial.get(word, 0.0), 0.002)
        return (self.given.get(word, 0) + UNSEEN) / self.total


FLOOR: Final = -7.0
"""Smallest logarithm of an expected number of people: one in a thousand samples. Rarer names are not told apart."""


@dataclass(frozen=True)
class WordTable:
    """In how many of ``total`` texts each common word stands. Words that are not listed are rarer than all listed."""

    total: int
    texts: Mapping[str, int]

    def rarity(self, word: str) -> float:
        """Return the logarithm of one over the share of texts with the word, at least 0; higher means rarer."""
        return max(0.0, math.log(self.total / (self.texts.get(word, self.least) + 1.0)))

    @property
    def least(self) -> int:
        """The count taken for a word that is not listed."""
        return 4


@cache
def names() -> NameTable:
    """Read the table of name words."""
    total, rows = _rows("names.tsv")
    given = {word: int(first) for word, first, _ in rows if first != "0"}
    family = {word: int(last) for word, _, last in rows if last != "0"}
    letters: dict[str, float] = {}
    for word, count in given.items():
        letters[word[0]] = letters.get(word[0], 0.0) + count
    all_given = sum(letters.values()) or 1.0
    return NameTable(total, given, family, {letter: count / all_given for letter, count in letters.items()})


@cache
def title_words() -> WordTable:
    """Read the table of words in titles of works."""
    total, rows = _rows("title_words.tsv")
    return WordTable(total, {word: int(count) for word, count in rows})


@cache
def venue_words() -> WordTable:
    """Read the table of words in names of venues."""
    total, rows = _rows("venue_words.tsv")
    return WordTable(total, {word: int(count) for word, count in rows})


def _rows(name: str) -> tuple[int, list[list[str]]]:
    """Return the size of the sample and the rows of a table: comments, then "total N", then tab-separated rows."""
    text = (files("kg.identity") / "data" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return int(lines[0].split("\t")[1]), [line.split("\t") for line in lines[1:]]

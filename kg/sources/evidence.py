"""What all sources together attest: titles, names and words. The ground on which run-together lines are cut.

Knows records. Only what stands clearly apart in some record counts; nothing that was itself guessed from shape alone
within the same round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from kg.model.names import name_key, parts
from kg.model.records import SourceReading, WorkRecord
from kg.model.text import fold, words

_SMALL_WORD = re.compile(r"(?<![^\W\d_])[a-zà-öø-ÿ]{2,}(?![^\W\d_])")


@dataclass(frozen=True)
class Corpus:
    """Titles and names (in folded form) that stand apart somewhere, and the words of abstracts and such titles.

    ``small`` are the words that occur without a capital, so that they are not names only.
    """

    titles: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]
    small: frozenset[str]

    @cached_property
    def given(self) -> frozenset[str]:
        """The first words of the known names."""
        return frozenset(name.split(" ", 1)[0] for name in self.names if " " in name)


class Attested:
    """What has been attested so far. Abstracts of pages are read once; each round of cuts adds titles and names."""

    def __init__(self, readings: Iterable[SourceReading], sure_names: Iterable[str] = ()) -> None:
        """Take in all readings. ``sure_names`` are names that stand apart in lines not yet cut."""
        self._titles: set[str] = set()
        self._names = {name_key(name) for name in sure_names}
        self._words: set[str] = set()
        self._small: set[str] = set()
        self._small_seen: set[str] = set()
        for reading in readings:
            for name in (reading.source.subject, reading.profile.name if reading.profile else ""):
                if name:
                    self._names.add(name_key(name))
            if len(reading.keys):  # a data format: titles and names are facts there, its running text is not needed
                for keys in reading.keys:
                    self._titles.add(keys.title)
                    self._names.update(mention.key for mention in keys.mentions)
                continue
            for work in reading.works:
                self._attest(work.abstract)
                self.add(work)

    def add(self, work: WorkRecord) -> None:
        """Take in the title and the names of a record where they stand apart."""
        if work.title:
            self._titles.add(fold(work.title))
            self._attest(work.title)
        if work.byline:
            self._names.update(name_key(mention.name) for mention in work.byline.mentions)

    def corpus(self) -> Corpus:
        """Return what is attested now."""
        titles, names = self._titles - {""}, self._names - {""}
        return Corpus(frozenset(titles), frozenset(names), frozenset(self._words), frozenset(self._small))

    def _attest(self, text: str) -> None:
        self._words.update(words(text))
        new = set(_SMALL_WORD.findall(text)) - self._small_seen
        self._small_seen |= new
        self._small.update(map(fold, new))


def corpus_of(readings: Iterable[SourceReading], sure_names: Iterable[str] = ()) -> Corpus:
    """Collect what the readings attest. ``sure_names`` are names that stand apart in lines not yet cut."""
    return Attested(readings, sure_names).corpus()


def is_full_name(name: str) -> bool:
    """Return whether a name has a given and a family part, so that meeting it twice means something."""
    taken = parts(name)
    return bool(taken.given and taken.family)

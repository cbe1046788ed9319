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


def corpus_of(readings: Iterable[SourceReading], sure_names: Iterable[str] = ()) -> Corpus:
    """Collect what the readings attest. ``sure_names`` are names that stand apart in lines not yet cut."""
    titles: set[str] = set()
    names = {name_key(name) for name in sure_names}
    attested: set[str] = set()
    small: set[str] = set()
    for reading in readings:
        for name in (reading.source.subject, reading.profile.name if reading.profile else ""):
            if name:
                names.add(name_key(name))
        for work in reading.works:
            if work.title:
                titles.add(fold(work.title))
            if work.byline:
                names.update(name_key(mention.name) for mention in work.byline.mentions)
            for text in texts_of(work):
                attested.update(words(text))
                small.update(fold(word) for word in _SMALL_WORD.findall(text))
    return Corpus(frozenset(titles), frozenset(names - {""}), frozenset(attested), frozenset(small))


def texts_of(work: WorkRecord) -> tuple[str, ...]:
    """Return the texts of a record that attest words: its abstract, and its title where that stands apart."""
    return tuple(text for text in (work.abstract, work.title) if text)


def is_full_name(name: str) -> bool:
    """Return whether a name has a given and a family part, so that meeting it twice means something."""
    taken = parts(name)
    return bool(taken.given and taken.family)

"""Who signed what, as arrays of numbers: what counting co-authors asks of half a million signatures.

Made of the cards of works and people. Groups sign works but are no people and stand in none of the arrays. Knows IRIs
as numbers, in the order of their texts. Does not know what is counted.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kg.rdf.cards import Card

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Signatures:
    """The people of a graph in order, and for each work that one of them signed its people, as places in that order.

    ``signers`` are the people of all works, one work after the other, each once and in order; ``starts`` says where
    those of each work begin, and last where all end. ``years`` are those of the works, 0 where none is known.
    """

    people: list[str]
    signers: Numbers
    starts: Numbers
    years: Numbers

    @property
    def sizes(self) -> Numbers:
        """How many people signed each work."""
        return np.diff(self.starts)

    def teams(self) -> list[tuple[int, ...]]:
        """Return the people of each work with more than one; the same people once, in order."""
        signers, starts = self.signers.tolist(), self.starts.tolist()
        return sorted({tuple(signers[begin:end]) for begin, end in pairwise(starts) if end - begin > 1})


def signatures(cards: Iterable[Card]) -> Signatures:
    """Return the signatures on cards, which may come in any order and are looked at once."""
    people: list[str] = []
    works: list[tuple[str, tuple[str, ...], int]] = []
    for card in cards:
        if card.kind == "person":
            people.append(card.iri)
        elif card.kind == "work" and card.authors:
            works.append((card.iri, card.authors, card.year))
    people.sort()
    works.sort()
    place = {iri: number for number, iri in enumerate(people)}
    signers, sizes, years = array("q"), array("q"), array("q")
    for _, authors, year in works:
        found = {number for iri in authors if (number := place.get(iri)) is not None}
        if found:
            signers.extend(sorted(found))
            sizes.append(len(found))
            years.append(year)
    starts = np.concatenate(([0], np.cumsum(np.array(sizes, np.int64))))
    return Signatures(people, np.array(signers, np.int64), starts, np.array(years, np.int64))

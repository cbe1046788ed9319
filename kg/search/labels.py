"""The label of each thing of the merged view, what tells it from its namesakes, and how much there is about it.

Knows which part of a card is which. Does not know how labels are searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from kg.rdf.cards import CLASSES, Card

Label = tuple[str, str, str, str]
"""IRI, kind, label, detail."""

KINDS: Final = tuple(kind for kind, _ in CLASSES)


def labels(cards: Iterable[Card]) -> Iterator[Label]:
    """Yield a label for each thing: its name, and in the detail what tells namesakes apart."""
    for card in cards:
        yield card.iri, card.kind, card.label, card.detail


def weights(cards: Iterable[Card]) -> Counter[str]:
    """Return how many works point to each person, group, topic, venue, organisation and work."""
    return Counter(chain.from_iterable(map(pointed, cards)))


def pointed(card: Card) -> tuple[str, ...]:
    """Return the things that a work points to; other things point to none."""
    if card.kind != "work":
        return ()
    places = dict.fromkeys((*card.organizations, *card.signed_at)) if card.organizations else card.signed_at
    return (*card.authors, *card.topics, *card.venues, *places, *card.cites)

"""Units: the parts into which seats fall so that no two names of different parts may be one person's.

Names that share a link key lie in one unit, and so do seats that share an identifier. What a unit comes to depends on
its own seats alone, so a new source touches only the units it has names in. Knows names and keys, no evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from kg.identity.clusters import Clusters
from kg.identity.columns import Ints
from kg.identity.rarity import names
from kg.identity.seating import Seats
from kg.model.name_forms import link_keys

COMMON_FAMILY: Final = 120
"""Family names that so many distinct people of the sample carry (in 250,000) link by first name or initial only."""


def partition(seats: Seats, together: Iterable[Sequence[int]] = ()) -> list[list[int]]:
    """Return the units as sorted lists of seat indexes, ordered by their first seat.

    ``together`` are groups of seats that are to lie in one unit whatever their names.
    """
    common = names().common_families(COMMON_FAMILY)
    # What is joined are forms of names, and seats that say more than one: most seats are where their form is.
    count = len(seats.forms)
    clusters = Clusters(count + len(seats.said))
    by_form = {form: number for number, form in enumerate(seats.forms)}
    by_key: dict[str, int] = {}

    def linked(node: int, keys: Iterable[str]) -> None:
        for key in keys:
            clusters.join(by_key.setdefault(key, node), node)

    for number, form in enumerate(seats.forms):
        linked(number, link_keys(form, common))
    node_of = np.array(seats.form, dtype=np.int64)
    for node, (index, seat) in enumerate(seats.said.items(), count):
        node_of[index] = node
        for form in seat.forms:
            known = by_form.setdefault(form, node)
            if known == node:
                linked(node, link_keys(form, common))
            clusters.join(known, node)
        linked(node, (*seat.orcids, *seat.doubtful, *seat.ids, *seat.pages))
    for group in together:
        for other in group[1:]:
            clusters.join(int(node_of[group[0]]), int(node_of[other]))
    unit_of = np.array([clusters.find(node) for node in range(len(clusters))], dtype=np.int64)[node_of]
    return _by_first(unit_of)


def _by_first(label: Ints) -> list[list[int]]:
    """Return the items of each label, by the first item."""
    if not len(label):
        return []
    _, first, number = np.unique(label, return_index=True, return_inverse=True)
    label = first[number]
    order = np.argsort(label, kind="stable")
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    return [part.tolist() for part in np.split(order, cuts)]

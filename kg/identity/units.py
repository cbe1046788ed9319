"""Units: the parts into which seats fall so that no two names of different parts may be one person's.

Names that share a link key lie in one unit, and so do seats that share an identifier. What a unit comes to depends on
its own seats alone, so a new source touches only the units it has names in. Knows names and keys, no evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kg.identity.clusters import Clusters
from kg.identity.rarity import names
from kg.identity.seating import Seats
from kg.model.name_forms import NameForm, link_keys

COMMON_FAMILY: Final = 120
"""Family names that so many distinct people of the sample carry (in 250,000) link by first name or initial only."""


def partition(seats: Seats, together: Iterable[Sequence[int]] = ()) -> list[list[int]]:
    """Return the units as sorted lists of seat indexes, ordered by their first seat.

    ``together`` are groups of seats that are to lie in one unit whatever their names.
    """
    common = names().common_families(COMMON_FAMILY)
    clusters = Clusters(len(seats))
    by_form: dict[NameForm, int] = {}
    by_key: dict[str, int] = {}

    def named(form: NameForm, index: int) -> None:
        known = by_form.get(form)
        if known is not None:
            clusters.join(known, index)
            return
        by_form[form] = index
        for key in link_keys(form, common):
            clusters.join(by_key.setdefault(key, index), index)

    first = [-1] * len(seats.forms)
    for index, number in enumerate(seats.form):
        if seat := seats.said.get(index):
            for form in seat.forms:
                named(form, index)
            for value in (*seat.orcids, *seat.doubtful, *seat.ids, *seat.pages):
                clusters.join(by_key.setdefault(value, index), index)
        elif first[number] < 0:
            first[number] = index
            named(seats.forms[number], index)
        else:
            clusters.join(first[number], index)
    for group in together:
        for other in group[1:]:
            clusters.join(group[0], other)
    return clusters.groups()

"""Search by label: what things are called (`labels`) and how that folds (`words`), how an index of it is written
(`writing`), how things are found in it (`index`) and listed in order (`orders`)."""

from kg.search.index import Filter, Hit, Index, Page
from kg.search.labels import KINDS, Label, labels, weights
from kg.search.orders import Listed
from kg.search.writing import write_cards, write_index

__all__ = [
    "KINDS",
    "Filter",
    "Hit",
    "Index",
    "Label",
    "Listed",
    "Page",
    "labels",
    "weights",
    "write_cards",
    "write_index",
]

"""Search by label: what things are called (`labels`), how they are found (`index`) and listed in order (`orders`)."""

from kg.search.index import Filter, Hit, Index, Page, write_index
from kg.search.labels import KINDS, Label, labels, weights
from kg.search.orders import Listed

__all__ = ["KINDS", "Filter", "Hit", "Index", "Label", "Listed", "Page", "labels", "weights", "write_index"]

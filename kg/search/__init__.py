"""Search by label: what things are called (`labels`), and the index that finds them (`index`)."""

from kg.search.index import Filter, Hit, Index, Page, write_index
from kg.search.labels import KINDS, Label, labels, weights

__all__ = ["KINDS", "Filter", "Hit", "Index", "Label", "Page", "labels", "weights", "write_index"]

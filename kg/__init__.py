"""A knowledge graph of scholarly authorship with linked-data export.

The way of a record, and the order in which the parts may import one another, from left to right:

``model -> sources, identity, rdf -> store -> quality, queries, search -> build -> web -> cli``
"""

__version__ = "0.1.0"

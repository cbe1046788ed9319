"""Addresses by which sources name works, as IRIs that may stand in RDF.

Knows that addresses of a registry have one canonical form, and that others are kept as they are, their illegal signs
percent-encoded. Does not know schemes that have to be named: ``kg.sources.schemes``.
"""

from __future__ import annotations

from kg.model.identifiers import SURROGATE
from kg.sources import schemes
from kg.sources.bibliographic import registered_iri


def work_address(text: str) -> str:
    """Return the IRI of a DOI, arXiv id or web address; an empty text for anything else.

    >>> work_address("http://dx.doi.org/10.1234/A[1]"), work_address("https://example.org/a|b"), work_address("a word")
    ('https://doi.org/10.1234/a%5B1%5D', 'https://example.org/a%7Cb', '')
    """
    return registered_iri(text) or web_address(text)


def web_address(text: str) -> str:
    """Return a web address as an IRI, an empty text for anything else.

    One with bytes that are not text stays as it is, so that its record is not read without it.
    """
    if SURROGATE.search(text):
        return text if text.startswith("http") else ""
    return schemes.web_address(text)

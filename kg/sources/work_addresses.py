"""Addresses by which sources name works, as IRIs that may stand in RDF.

Knows which addresses are those of a registry and have one canonical form, and that others are kept as they are, their
illegal signs percent-encoded. Does not know schemes that have to be named: ``kg.sources.schemes``.
"""

from __future__ import annotations

from typing import Final

from kg.model.identifiers import SURROGATE
from kg.sources import schemes
from kg.sources.bibliographic import work_iri

REGISTERED: Final = ("https://doi.org/10.", "https://arxiv.org/abs/", "https://aclanthology.org/")
"""How the IRIs begin by which a work is the same in every source that names it."""

_HOSTS: Final = ("doi.org/", "arxiv.org/", "aclanthology.", "aclweb.org/")


def work_address(text: str) -> str:
    """Return the IRI of a DOI, arXiv id or web address; an empty text for anything else.

    >>> work_address("http://dx.doi.org/10.1234/A[1]"), work_address("https://example.org/a|b"), work_address("a word")
    ('https://doi.org/10.1234/a%5B1%5D', 'https://example.org/a%7Cb', '')
    """
    return registered_iri(text) or web_address(text)


def registered_iri(text: str) -> str:
    """Return the canonical IRI of an identifier or address of a registry, an empty text for any other text."""
    if "://" in text and not any(host in text for host in _HOSTS):
        return ""  # most addresses: said without trying each registry
    iri = work_iri(text)
    return iri if iri.startswith(REGISTERED) else ""


def web_address(text: str) -> str:
    """Return a web address as an IRI, an empty text for anything else.

    One with bytes that are not text stays as it is, so that its record is not read without it.
    """
    if SURROGATE.search(text):
        return text if text.startswith("http") else ""
    return schemes.web_address(text)

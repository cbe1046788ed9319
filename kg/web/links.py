"""How IRIs become links: own ones relative, so that a copy served elsewhere browses itself, others only when http(s).

Knows the base IRI of the dataset and how deep a page lies. Knows nothing of what an IRI names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kg.rdf import vocab
from kg.rdf.vocab import short as short

KINDS: Final = {
    "person": ("Person", "People", vocab.PERSON),
    "group": ("Group", "Groups", vocab.KG_GROUP),
    "work": ("Work", "Works", vocab.SCHOLARLY_ARTICLE),
    "organization": ("Organisation", "Organisations", vocab.ORGANIZATION),
    "topic": ("Topic", "Topics", vocab.SKOS_CONCEPT),
    "venue": ("Venue", "Venues", vocab.KG_VENUE),
    "source": ("Source", "Sources", vocab.KG_SOURCE),
    "software": ("Software", "Software", vocab.SOFTWARE_SOURCE_CODE),
}
"""First part of a thing's IRI -> its name for one, for many, and its class."""

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Links:
    """Makes links for a page. ``root`` leads from the page to the base: ``./``, ``../``, ``../../``."""

    base: str
    root: str = "./"

    def href(self, iri: str) -> str | None:
        """Return what to write into ``href``, or None when the IRI must not become a link (``javascript:``, ``urn:``).

        >>> Links("http://localhost:8000/", "../").href("http://localhost:8000/person/p1")
        '../person/p1'
        """
        if iri.startswith(self.base):
            return self.root + iri[len(self.base) :]
        return iri if iri.startswith(("http://", "https://")) else None

    def own(self, iri: str) -> str | None:
        """Return an own IRI without the base, else None."""
        return iri[len(self.base) :] if iri.startswith(self.base) else None

    def kind(self, iri: str) -> str | None:
        """Return the kind of an own thing by its IRI: ``person``, ``work``, …"""
        kind = (self.own(iri) or "").partition("/")[0]
        return kind if kind in KINDS else None


def depth_root(path: str) -> str:
    """Return the way from a request path up to the base.

    >>> depth_root("/person/p1.html"), depth_root("/")
    ('../', './')
    """
    return "../" * max(path.count("/") - 1, 0) or "./"


def spoken(iri: str) -> str:
    """Return the last part of an IRI as words: ``datePublished`` -> "date published".

    >>> spoken("http://schema.org/datePublished")
    'date published'
    """
    local = re.split(r"[#/]", iri.rstrip("#/"))[-1]
    return " ".join(word if word.isupper() else word.lower() for word in _WORDS.split(local))

"""Identifiers with the names that DataCite, Crossref, ORCID, OpenAlex and others have for their schemes, as legal IRIs.

Knows which of these names mean one scheme, and the signs that no IRI can hold. The addresses of the registries are
known to ``kg.sources.registries``. Does not know which identifier is whose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from kg.errors import IdentifierError
from kg.model.identifiers import SURROGATE, legal, parse_ror
from kg.model.text import squeeze
from kg.sources.bibliographic import registered_iri
from kg.sources.registries import registry_iri

_WEB: Final = re.compile(r"(https?)://([^\s/?#]+)([/?#].*)?", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:[^@:]+@)?[^@:]+(?::\d{1,5})?")
_FUNDER: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/)?(?:10\.13039/)?(\d{6,15})")

_PATTERNS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    scheme: (re.compile(pattern, re.IGNORECASE), address)
    for scheme, pattern, address in (
        ("isni", r"(?:https?://(?:www\.)?isni\.org/(?:isni/)?)?((?:\d{4} ?){3}\d{3}[\dX])", "https://isni.org/isni/{}"),
        ("grid", r"(?:https?://www\.grid\.ac/institutes/)?(grid\.[\d.]+[\da-f]+)", "https://www.grid.ac/institutes/{}"),
        ("ark", r"(?:https?://[^/]+/)?(ark:/?\d{5,9}/\S+)", "https://n2t.net/{}"),
        ("swh", r"(?:https?://archive\.softwareheritage\.org/)?(swh:1:[a-z]{3}:[0-9a-f]{40}(?:;\S+)?)", "{}"),
        ("urn", r"(urn:[a-z0-9][a-z0-9-]{1,31}:\S+)", "{}"),
        ("lsid", r"(?:urn:lsid:)?(\S+)", "urn:lsid:{}"),
        ("issn", r"(?:https?://(?:portal|id\.crossref|identifiers)\.(?:issn\.)?org/(?:resource/)?issn[:/])?"
                 r"(\d{4}-?\d{3}[\dX])", "https://portal.issn.org/resource/ISSN/{}"),
        ("bibcode", r"(\d{4}[\w.&]{15})", "https://ui.adsabs.harvard.edu/abs/{}"),
        ("igsn", r"(?:igsn:)?(?:10\.\d{4,9}/)?([\w.-]+)", "https://igsn.org/{}"),
        ("corpusid", r"(?:corpusid:)?(\d{1,12})", "https://api.semanticscholar.org/CorpusID:{}"),
        ("s2author", r"(\d{1,12})", "https://www.semanticscholar.org/author/{}"),
        ("eid", r"(?:https?://(?:www\.)?scopus\.com/\S*?eid=)?(2-s2\.0-\d{5,15})(?:&\S*)?",
         "https://www.scopus.com/record/display.uri?eid={}"),
        ("scopusauthor", r"(?:https?://(?:www\.)?scopus\.com/\S*?authorid=)?(\d{5,15})(?:&\S*)?",
         "https://www.scopus.com/authid/detail.uri?authorId={}"),
        ("researcherid", r"(?:https?://(?:www\.)?(?:researcherid\.com/rid|webofscience\.com/wos/author/\w+)/)?"
                         r"([A-Z]{1,4}-\d{4}-\d{4})", "https://www.webofscience.com/wos/author/record/{}"),
        ("acl", r"([A-Z]\d{2}-\d{1,4}|\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+)", "https://aclanthology.org/{}/"),
    )
}  # fmt: skip

_SAME: Final = {
    "arxivid": "arxiv", "crossref funder id": "funder", "eissn": "issn", "fundref": "funder", "funder doi": "funder",
    "gnd id": "gnd", "grid id": "grid", "https://registry.identifiers.org/registry/swh": "swh", "lissn": "issn",
    "other-id": "", "pubmed": "pmid", "pubmedcentral": "pmcid", "researcher id": "researcherid",
    "scopus": "eid", "scopus author id": "scopusauthor", "scopus id": "eid", "scopusid": "eid",
    "software heritage": "swh", "swhid": "swh", "url": "web", "w3id": "web", "wikidata-qid": "wikidata",
}  # fmt: skip


_SIGNS: Final = (
    ("doi", "10."), ("arxiv", ""), ("isbn", "ISBN"), ("swh", "swh:"), ("urn", "urn:"), ("pmcid", "PMC"),
    ("pmid", "PMID"), ("web", "://"),
)  # fmt: skip
"""Schemes, each with what stands in all its identifiers as they are printed by themselves."""


def iri_of(scheme: str, value: str) -> str:
    """Return the IRI of an identifier, an empty text where the scheme is not known to give one.

    A web address at which DOIs are resolved, or arXiv or the Anthology shows a work, gives the IRI of that work.
    Raises IdentifierError for a value that has not the shape its scheme promises.

    >>> iri_of("Crossref Funder ID", "501100000780"), iri_of("EISSN", "2050084X"), iri_of("MAG", "2955786964")
    ('https://doi.org/10.13039/501100000780', 'https://portal.issn.org/resource/ISSN/2050-084X', '')
    """
    text, name = squeeze(value), squeeze(scheme).lower()
    if SURROGATE.search(text):
        raise IdentifierError("an identifier holds bytes that are not text", value=ascii(text))
    name = _SAME.get(name, name)
    if name in ("web", "uri", "http", "https", "purl"):
        return (registered_iri(text) if "://" in text else "") or web_address(text)
    if name == "funder":
        if match := _FUNDER.fullmatch(text):
            return f"https://doi.org/10.13039/{match[1]}"
        return registry_iri("doi", text)
    if name == "ror":
        return parse_ror(text)
    if name not in _PATTERNS:
        return legal(registry_iri(name, text))
    pattern, address = _PATTERNS[name]
    if not (match := pattern.fullmatch(text)):
        if name == "eid":  # a number of Scopus without its beginning: whether of a work or an author, it does not tell
            return ""
        raise IdentifierError(f"{text!r} has not the shape of an identifier of {scheme}", value=text)
    found = match[1].replace(" ", "") if name == "isni" else match[1]
    if name == "researcherid":
        found = found.upper()
    if name == "issn":
        found = f"{found[:4]}-{found[-4:].upper()}"
    return legal(address.format(found))


def known_iri(text: str) -> str:
    """Return the IRI of a text that says by its form what it is: a DOI, arXiv or PubMed id, ISBN, SWHID, web address.

    >>> known_iri("doi:10.1234/ABC"), known_iri("ISBN:0201703726"), known_iri("none of them")
    ('https://doi.org/10.1234/abc', 'urn:isbn:0201703726', '')
    """
    text = squeeze(text)
    for scheme, sign in _SIGNS:
        if sign in text:
            try:
                return iri_of(scheme, text)
            except IdentifierError:
                continue
    return ""


@lru_cache(maxsize=1 << 15)
def web_address(text: str) -> str:
    """Return an http(s) address with the signs that no IRI can hold percent-encoded; an empty text for anything else.

    >>> web_address("http://example.org/a b|c%zz"), web_address("javascript:alert(1)"), web_address("http://[x")
    ('http://example.org/a%20b%7Cc%25zz', '', '')
    """
    match = _WEB.fullmatch(squeeze(text))
    if not match or SURROGATE.search(text) or not _HOST.fullmatch(match[2]) or legal(match[2]) != match[2]:
        return ""
    return f"{match[1].lower()}://{match[2]}{legal(match[3] or '')}"

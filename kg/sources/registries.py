"""Identifiers as bibliographies write them, "scheme and value", as IRIs: PubMed, ISBN, Handle, OpenCitations, dblp, ….

Knows the address under which each registry publishes its identifiers. Does not know which identifier is whose. Schemes
with a check digit that has a parser (DOI, ORCID, ROR, arXiv) are read by ``kg.model.identifiers``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from kg.errors import IdentifierError
from kg.model.identifiers import doi_address, parse_arxiv, parse_doi, parse_orcid, parse_ror
from kg.model.text import squeeze
from kg.sources.bibliographic import web_iri

_OLD_DOI: Final = re.compile(
    r"^(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}(?:\.\d+)*(?:/|%2F)\S+)$", re.IGNORECASE
)
_ISBN: Final = re.compile(r"^(?:97[89])?\d{9}[\dX]$")
# Genres of what is printed in something else, whose ISBN it may be given.
_PARTS: Final = frozenset({
    "article", "book chapter", "book part", "book section", "chapter", "conference item", "conference object",
    "conference paper", "data paper", "journal article", "magazine article",
    "newspaper article", "part", "peer review", "poster", "presentation",
    "reference entry", "research article", "review", "review article", "section",
})  # fmt: skip
_SERIALS: Final = frozenset({
    "book series", "collection", "journal", "magazine", "newspaper", "periodical", "series",
})  # fmt: skip
"""Genres of what has an ISSN of its own."""

_ISSN: Final = re.compile(r"^(?:ISSN:?\s*)?(\d{4})-?(\d{3}[\dXx])$", re.IGNORECASE)
_IN_ADDRESS: Final[Mapping[str, re.Pattern[str]]] = {
    "ISSN": re.compile(r"(?<![\w-])\d{4}-?\d{3}[\dXx](?![\w-])", re.ASCII),
    "ISBN": re.compile(r"(?<![\w-])(?:97[89]-?)?\d(?:-?\d){8}-?[\dXx](?![\w-])", re.ASCII),
}
"""A number as it stands in an address."""

_IN_TEXT: Final = {
    "ISSN": re.compile(r"(?<![\dXx-])\d{4}[-\u2010-\u2015]?\d{3}[\dXx](?![\dXx-])"),
    "ISBN": re.compile(r"(?<![\dXx-])(?:97[89][\s\u2010-\u2015-]?)?(?:\d[\s\u2010-\u2015-]?){9}[\dXx](?![\dXx-])"),
}

_PATTERNS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    scheme: (re.compile(pattern, re.IGNORECASE), address)
    for scheme, pattern, address in (
        ("pmid", r"(?:https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/)?(?:pmid:?\s*)?"
                 r"(\d{1,9})/?", "https://pubmed.ncbi.nlm.nih.gov/{}"),
        ("pmcid", r"(?:https?://(?:www\.)?ncbi\.nlm\.nih\.gov/pmc/articles/)?(?:pmc(?:id)?:?\s*)*(\d{1,9})/?",
         "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC{}"),
        ("handle", r"(?:https?://hdl\.handle\.net/|hdl:)?([\w.]+/[^\s<>\"{}|\\^`]+)", "https://hdl.handle.net/{}"),
        ("jstor", r"(?:https?://www\.jstor\.org/stable/)?([\w./-]+)", "https://www.jstor.org/stable/{}"),
        ("mr", r"(?:mr)?\s*(\d{1,8})(?:\s.*)?", "https://mathscinet.ams.org/mathscinet-getitem?mr={}"),
        ("zbl", r"(\d[\d.]{3,15})", "https://zbmath.org/{}"),
        ("openalex", r"(?:https?://openalex\.org/)?([WASIVCTPF]\d{1,12})", "https://openalex.org/{}"),
        ("wikidata", r"(?:https?://www\.wikidata\.org/(?:entity|wiki)/)?(Q\d{1,12})", "http://www.wikidata.org/entity/{}"),
        ("omid", r"(?:https://w3id\.org/oc/meta/)?((?:br|ra|ar|re|id)/\d{1,30})", "https://w3id.org/oc/meta/{}"),
        ("dblp", r"(?:https?://dblp\.(?:org|uni-trier\.de)/rec/)?([a-z]+/[\w./-]+?)(?:\.(?:html|bib|xml|rdf))?",
         "https://dblp.org/rec/{}"),
        ("viaf", r"(?:https?://viaf\.org/viaf/)?(\d{1,25})", "http://viaf.org/viaf/{}"),
        ("gnd", r"(?:https?://d-nb\.info/gnd/)?([\dX-]{5,12})", "https://d-nb.info/gnd/{}"),
        ("crossref", r"(\d{1,8})", "https://api.crossref.org/members/{}"),
        ("wos", r"(?:(?:WOS|ISI):)?([\dA-Z]{15})", "https://www.webofscience.com/wos/woscc/full-record/WOS:{}"),
        ("s2", r"([0-9a-f]{40})", "https://www.semanticscholar.org/paper/{}"),
    )
}  # fmt: skip

_SAME: Final = {
    "hdl": "handle", "pubmed": "pmid", "pmc": "pmcid", "mrnumber": "mr", "zblnumber": "zbl", "lccn": "", "url": "web",
    "uri": "web", "http": "web", "https": "web", "ark": "web", "purl": "web", "wikidata id": "wikidata", "s2id": "s2",
    "arxivid": "arxiv", "arxiv id": "arxiv", "dblp key": "dblp", "openalex id": "openalex", "isbn13": "isbn",
}  # fmt: skip


def registry_iri(scheme: str, value: str) -> str:
    """Return the IRI of an identifier of a named scheme, an empty text for a scheme that is not known.

    Raises IdentifierError for a value that has not the shape its scheme promises.

    >>> registry_iri("PMID", "PMID: 25883348"), registry_iri("isbn", "978-3-16-148410-0"), registry_iri("x", "1")
    ('https://pubmed.ncbi.nlm.nih.gov/25883348', 'urn:isbn:9783161484100', '')
    """
    text, name = squeeze(value), squeeze(scheme).lower()
    name = _SAME.get(name, name)
    if name in _PARSERS:
        return _PARSERS[name](text)
    if name not in _PATTERNS:
        return ""
    pattern, address = _PATTERNS[name]
    if not (match := pattern.fullmatch(text)):
        raise IdentifierError(f"{text!r} has not the shape of an identifier of {scheme}", value=text)
    return address.format(match[1].upper() if name in ("openalex", "wikidata") else match[1])


def doi_iri(text: str) -> str:
    """Return the IRI of a DOI, with signs that no IRI can hold percent-encoded, as in the DOIs of the 1990s.

    Raises IdentifierError for what is no DOI.

    >>> doi_iri("10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O")
    'https://doi.org/10.1002/(sici)1097-4571(199806)49:8%3C693::aid-asi4%3E3.0.co;2-o'
    """
    text = text.strip().rstrip(".,;")
    if "&" in text:  # as it stands in HTML
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    try:
        return parse_doi(text)
    except IdentifierError:
        if match := _OLD_DOI.match(text):
            return doi_address(match[1])
        raise


def isbn_iri(text: str) -> str:
    """Return ``urn:isbn:…`` (RFC 8254) of an ISBN with or without hyphens. Raises IdentifierError for anything else."""
    digits = re.sub(r"^ISBN(?:-1[03])?:?|[\s\u2010-\u2015-]", "", text.strip(), flags=re.IGNORECASE).upper()
    if not _ISBN.match(digits):
        raise IdentifierError(f"{text!r} is not an ISBN", value=text, advice="an ISBN has 10 or 13 digits")
    return f"urn:isbn:{digits}"


def numbers_of(kind: str, text: str) -> list[str]:
    """Return the ISSNs or ISBNs in a text that may list and explain them; the text itself where there is none.

    >>> numbers_of("ISSN", "Print: 1234-5678; Online: 23456789"), numbers_of("ISBN", "978-3-16-148410-0 (pbk.)")
    (['1234-5678', '23456789'], ['978-3-16-148410-0'])
    """
    return _IN_TEXT[kind].findall(text) or [text]


def serial(kind: str, text: str) -> str:
    """Return an ISSN or ISBN as records hold it, ``ISSN 2050-084X``, of an address with it too; other texts as printed.

    >>> serial("ISSN", "http://id.crossref.org/issn/2050084X"), serial("ISBN", "978-3-16-148410-0")
    ('ISSN 2050-084X', 'ISBN 978-3-16-148410-0')
    """
    found = _IN_ADDRESS[kind].search(text) if "://" in text else None
    printed = found[0] if found else squeeze(text)
    match = _ISSN.match(printed) if kind == "ISSN" else None
    return f"{kind} {match[1]}-{match[2].upper()}" if match else f"{kind} {printed}"


def of_container(scheme: str, genre: str) -> str:
    """Return ``ISSN`` or ``ISBN`` where an identifier is that of what a work appeared in, otherwise an empty text.

    An ISSN is a journal's or a series', an ISBN that of the book in which a chapter or paper stands.

    >>> of_container("EISSN", "report"), of_container("isbn", "book chapter"), of_container("ISBN", "book")
    ('ISSN', 'ISBN', '')
    """
    kind = squeeze(scheme).upper().removeprefix("E").removeprefix("L")
    part = (kind == "ISSN" and genre not in _SERIALS) or (kind == "ISBN" and genre in _PARTS)
    return kind if part else ""


_PARSERS: Final[Mapping[str, Callable[[str], str]]] = {
    "doi": doi_iri,
    "arxiv": parse_arxiv,
    "orcid": parse_orcid,
    "ror": parse_ror,
    "isbn": isbn_iri,
    "web": web_iri,
}

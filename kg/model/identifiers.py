"""Read DOIs, ORCID iDs, ROR ids, arXiv ids and ACL Anthology ids, and give them their one canonical IRI.

Knows the shape and the check digits that each registry publishes. Does not know whether an id is on the right
person or work: an external id is evidence, not an axiom.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from kg.errors import IdentifierError

# DOI Handbook section 2.2: prefix "10." with a registrant code, then "/", then any printable characters.
_DOI = re.compile(
    r"^(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}(?:\.\d+)*(?:/|%2F)[^\s<>\"{}|\\^`]+)$",
    re.IGNORECASE,
)
_ORCID = re.compile(r"^(?:https?://orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])/?$")
_ROR = re.compile(r"^(?:https?://)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}\d{2})/?$", re.IGNORECASE)
# arXiv identifier scheme: YYMM.NNNN(N) since 2007-04, archive(.SUBJECT)/YYMMNNN before, of which the subject class does
# not belong to the identifier; an optional version.
_ARXIV = re.compile(
    r"^(?:https?://arxiv\.org/(?:abs|pdf)/|arxiv:\s*)?(?:(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})|([a-z-]+)(?:\.[A-Z]{2})?(/\d{7}))(?:v\d+)?(?:\.pdf)?$",
    re.IGNORECASE,
)
# ACL Anthology: "2020.emnlp-demos.6" since 2020 (and for older volumes added since), "P14-1007" before; a volume's id
# lacks the number of the paper. Addresses have had three hosts.
_ANTHOLOGY = re.compile(
    r"^(?:https?://(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology|aclanthology\.info/(?:papers|volumes))/)?"
    r"(?:volumes/|papers/)?(\d{4}\.[a-z0-9]+-[a-z0-9]+(?:\.\d+)?|[A-Z]\d{2}-(?:\d{4}|\d{1,2}))(?:v\d+)?(?:\.pdf|\.bib|/)?$",
    re.IGNORECASE,
)
_ARXIV_IN_TEXT = re.compile(r"\barxiv:\s*(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.IGNORECASE)
_DOI_IN_TEXT = re.compile(
    r"\b(?:doi:\s*|https?://(?:dx\.|www\.)?doi\.org/)(10\.\d{4,9}/[^\s<>\"{}|\\^`]+)", re.IGNORECASE
)
SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""A byte that is no text, as Python holds it (PEP 383), or half of a character."""

_ESCAPED: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_QUERY: Final = re.compile(r"\?[\w.-]+=.*", re.DOTALL)
_NO_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
# All but reserved, unreserved and ucschar (RFC 3987 section 2.2). Brackets are legal in hosts only.
_ILLEGAL: Final = re.compile(
    "[^!#$%&'()*+,/:;=?@~._0-9A-Za-z\\-\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd]"
)
_SUSPECT: Final = re.compile(r"[^!$&'()*+,/:;=?@~._0-9A-Za-z-]")
_CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def legal(iri: str) -> str:
    """Return an IRI with the signs that RFC 3987 does not allow behind the host percent-encoded.

    One with bytes that are not text stays as it is, so that its record is not read without it.

    >>> legal("https://doi.org/10.1000/a[1]<2>")
    'https://doi.org/10.1000/a%5B1%5D%3C2%3E'
    """
    if not _SUSPECT.search(iri) or SURROGATE.search(iri):
        return iri
    iri, mark, fragment = _NO_PERCENT.sub("%25", iri).partition("#")
    return _ILLEGAL.sub(lambda match: quote(match[0], safe=""), iri + mark + fragment.replace("#", "%23"))


def parse_doi(text: str) -> str:
    """Return the IRI ``https://doi.org/…`` of a DOI in bare, ``doi:`` or URL form, in lower case.

    What a page added to an address, a query or a place in the page, is no part of the DOI. Raises IdentifierError when
    the text has not the shape of a DOI.

    >>> parse_doi("doi:10.18653/V1/2021.naacl-main.208")
    'https://doi.org/10.18653/v1/2021.naacl-main.208'
    >>> parse_doi("https://doi.org/10.1234/a?utm_source=x#top"), parse_doi("10.1234/a#b")
    ('https://doi.org/10.1234/a', 'https://doi.org/10.1234/a%23b')
    >>> parse_doi("10.1234/A[1]"), parse_doi("https://doi.org/10.1234%2FA%5b1%5d")
    ('https://doi.org/10.1234/a%5B1%5D', 'https://doi.org/10.1234/a%5B1%5D')
    """
    match = _DOI.match(text.strip())
    if not match:
        raise IdentifierError(f"{text!r} is not a DOI", value=text, advice="a DOI looks like 10.1234/abc")
    doi = match[1]
    if match.start(1) and "/" in text[: match.start(1)] and "#" in doi:
        # The check character of a SICI, with which old DOIs end, may be "#".
        before, _, after = doi.partition("#")
        doi = before if after else doi
    return doi_address(doi)


def doi_address(doi: str) -> str:
    """Return the one address of a DOI, in lower case; what is percent-encoded in it is decoded, and encoded once.

    So are "#" and "?", which would end it (DOI Handbook, on encoding in addresses). A query with keys is none of it.
    """
    doi = doi.lower()
    if "?" in doi:
        doi = _QUERY.sub("", doi)
    if "%" in doi:
        doi = _ESCAPED.sub(_decoded, _NO_PERCENT.sub("%25", doi))
    return legal("https://doi.org/" + doi.replace("#", "%23").replace("?", "%3F"))


def _decoded(match: re.Match[str]) -> str:
    """Return escaped characters as they are, but for the sign of escaping."""
    try:
        return unquote(match[0], errors="strict").lower().replace("%", "%25")
    except UnicodeDecodeError:
        return match[0].upper()


def parse_orcid(text: str) -> str:
    """Return the IRI ``https://orcid.org/…`` of an ORCID iD in bare or URL form.

    The last character is an ISO 7064 MOD 11-2 check digit (0 to 9 or X).
    Raises IdentifierError, with the digit that was expected, on a bad shape or digit.

    >>> parse_orcid("0000-0002-1825-0097")
    'https://orcid.org/0000-0002-1825-0097'
    """
    match = _ORCID.match(text.strip())
    if not match:
        raise IdentifierError(f"{text!r} is not an ORCID iD", value=text, advice="write 0000-0000-0000-000X")
    digits = "".join(match.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    expected = "0123456789X"[(12 - total % 11) % 11]
    if digits[-1] != expected:
        raise IdentifierError(
            f"the check digit of ORCID iD {text!r} should be {expected}", value=text, advice="correct or remove the iD"
        )
    return "https://orcid.org/" + "-".join(digits[i : i + 4] for i in range(0, 16, 4))


def parse_ror(text: str) -> str:
    """Return the IRI ``https://ror.org/…`` of a ROR id in bare or URL form.

    The id is a zero, six base-32 characters (Crockford) and two check digits, ISO 7064 MOD 97-10.
    Raises IdentifierError on a bad shape or check digits.

    >>> parse_ror("013meh722")
    'https://ror.org/013meh722'
    """
    match = _ROR.match(text.strip())
    if not match:
        raise IdentifierError(f"{text!r} is not a ROR id", value=text, advice="a ROR id looks like 013meh722")
    ror = match[1].lower()
    number = 0
    for character in ror[1:7]:
        number = number * 32 + _CROCKFORD.index(character)
    expected = 98 - (number * 100) % 97
    if int(ror[7:]) != expected:
        raise IdentifierError(
            f"the check digits of ROR id {text!r} should be {expected:02d}",
            value=text,
            advice="correct or remove the id",
        )
    return "https://ror.org/" + ror


def parse_arxiv(text: str) -> str:
    """Return the IRI ``https://arxiv.org/abs/…`` of an arXiv id, without its version.

    Raises IdentifierError when the text has not the shape of an arXiv id.

    >>> parse_arxiv("arXiv:2002.11803v2"), parse_arxiv("math.DG/0601001")
    ('https://arxiv.org/abs/2002.11803', 'https://arxiv.org/abs/math/0601001')
    """
    match = _ARXIV.match(text.strip())
    if not match:
        raise IdentifierError(f"{text!r} is not an arXiv id", value=text, advice="an arXiv id looks like 2002.11803")
    return "https://arxiv.org/abs/" + (match[1] or match[2].lower() + match[3])


def parse_anthology(text: str) -> str:
    """Return the IRI ``https://aclanthology.org/…/`` of an ACL Anthology id, bare or as any address it has had.

    The same form, that of the page today, serves papers, front matters (paper 0) and volumes.
    Raises IdentifierError when the text has not the shape of an Anthology id.

    >>> parse_anthology("https://www.aclweb.org/anthology/P14-1007.pdf")
    'https://aclanthology.org/P14-1007/'
    """
    match = _ANTHOLOGY.match(text.strip())
    if not match:
        raise IdentifierError(
            f"{text!r} is not an ACL Anthology id", value=text, advice="an id looks like 2020.emnlp-demos.6 or P14-1007"
        )
    known = match[1]
    return f"https://aclanthology.org/{known.lower() if known[0].isdigit() else known.upper()}/"


def find_identifiers(text: str) -> list[str]:
    """Return the IRIs of the DOIs and arXiv ids named in running text, each once, in order of appearance."""
    if "arxiv" not in (small := text.lower()) and "doi" not in small:
        return []
    found = [(m.start(), parse_arxiv(m[1])) for m in _ARXIV_IN_TEXT.finditer(text)]
    found += [(m.start(), doi_address(m[1].rstrip(".,;:)]'"))) for m in _DOI_IN_TEXT.finditer(text)]
    return list(dict.fromkeys(iri for _, iri in sorted(found)))

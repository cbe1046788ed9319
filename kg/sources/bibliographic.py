"""What the data formats of bibliography have in common: dates in parts, people in parts, identifiers of works.

Knows how such parts become names, partial dates and IRIs. Does not know any format's field names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from kg.errors import IdentifierError, InputError
from kg.model.dates import PartialDate, parse_date
from kg.model.identifiers import legal, parse_anthology, parse_arxiv, parse_doi
from kg.model.names import looks_like_group
from kg.model.records import AgentKind, Byline, Funding, Mention
from kg.model.text import squeeze

REGISTERED: Final = ("https://doi.org/10.", "https://arxiv.org/abs/", "https://aclanthology.org/")
"""How the IRIs begin by which a work is the same in every source that names it."""

_WEB: Final = ("http://", "https://")
_AWARDED: Final = re.compile(r"([^\[\]]*?)\s*\[([^\[\]]*)\]|([^\[\]:]*?)\s*:\s*([^\[\]]*)")
_HOSTS: Final = ("doi.org/", "arxiv.org/", "aclanthology.", "aclweb.org/")


def date_of_parts(parts: Sequence[Any]) -> PartialDate | None:
    """Return the date of ``[2022]``, ``[2022, 4]`` or ``["2022", "4", "29"]``; None where there is no year.

    Raises InputError for parts that are no date.
    """
    numbers: list[int] = []
    for part in parts:
        if part in (None, "", 0, "0"):
            break
        try:
            numbers.append(int(part))
        except (TypeError, ValueError, OverflowError) as error:
            raise InputError(f"{part!r} in a date is not a number", where="date") from error
    if not numbers:
        return None
    return parse_date("-".join(f"{n:04d}" if i == 0 else f"{n:02d}" for i, n in enumerate(numbers[:3])))


def date_of_text(printed: str) -> PartialDate | None:
    """Return the date that a text begins with (``2022-04-29T10:00:00Z`` is the day); None for an empty text.

    Raises InputError for what is no date.
    """
    text = squeeze(printed)
    return parse_date(text[:10] if len(text) > 10 and text[4:5] == "-" and text[10] in "T " else text) if text else None


def work_iri(text: str) -> str:
    """Return the canonical IRI of a work's DOI, arXiv id, Anthology page or other web address, else an empty string.

    >>> work_iri("doi:10.1234/ABC"), work_iri("arXiv:2002.11803v2"), work_iri("none")
    ('https://doi.org/10.1234/abc', 'https://arxiv.org/abs/2002.11803', '')
    """
    text = squeeze(text)
    # An Anthology id without its address has too common a shape to be taken for one.
    for parse in (parse_doi, parse_arxiv, *([parse_anthology] if text.startswith(_WEB) else [])):
        try:
            return parse(text)
        except IdentifierError:
            continue
    return web_iri(text)


def registered_iri(text: str) -> str:
    """Return the canonical IRI of an identifier or address of a registry, an empty text for any other text."""
    if "://" in text and not any(host in text for host in _HOSTS):
        return ""  # most addresses: said without trying each registry
    iri = work_iri(text)
    return iri if iri.startswith(REGISTERED) else ""


def web_iri(text: str) -> str:
    """Return an http(s) address that can stand in RDF, an empty string for anything else."""
    text = squeeze(text)
    return text if text.startswith(_WEB) and len(text) > len("https://") and legal(text) == text else ""


def full_name(given: str, family: str, particle: str = "", suffix: str = "") -> str:
    """Return a name as it is written in running text.

    >>> full_name("Teven", "Scao", particle="Le"), full_name("Sammy", "Davis", suffix="Jr.")
    ('Teven Le Scao', 'Sammy Davis Jr.')
    """
    return squeeze(" ".join(filter(None, (given, particle, family, suffix))))


def byline(mentions: Iterable[Mention], *, complete: bool = True, printed: str = "") -> Byline | None:
    """Return an author line whose mentions are numbered from 1 in the order given; None for no mentions."""
    numbered = tuple(replace(mention, position=i) for i, mention in enumerate(mentions, 1))
    return Byline(numbered, complete, printed) if numbered else None


def byline_of(entries: Iterable[Mention | None]) -> Byline | None:
    """Return an author line in the order given, in which None stands for an author without a name; None for none.

    A nameless author keeps his position, and makes the line incomplete.
    """
    listed = tuple(entries)
    numbered = tuple(replace(mention, position=i) for i, mention in enumerate(listed, 1) if mention is not None)
    return Byline(numbered, len(numbered) == len(listed)) if numbered else None


def funding_of(printed: str) -> Iterator[Funding]:
    """Yield who paid, with each award, of "Funder [award, award]; …" (Web of Science) or "Funder: award; …" (Scopus).

    >>> [(one.funder, one.award) for one in funding_of("NSF: CISE [A-1, A-2]; ERC: 7; DFG")]
    [('NSF: CISE', 'A-1'), ('NSF: CISE', 'A-2'), ('ERC', '7'), ('DFG', '')]
    """
    for part in filter(None, map(squeeze, printed.split(";"))):
        match = _AWARDED.fullmatch(part)
        funder, listed = (match[1] or match[3] or "", match[2] or match[4] or "") if match else (part, "")
        awards = filter(None, map(squeeze, listed.split(",")))
        yield from [Funding(funder, award=award) for award in awards] or [Funding(funder)]


@lru_cache(maxsize=1 << 16)
def kind_of(name: str) -> AgentKind:
    """Return whether a name reads as a group's or a person's, for formats that do not say."""
    return "group" if looks_like_group(name) else "person"

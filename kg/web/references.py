"""A work as bibliographies need it: type, ordered names, date, container, numbers, identifiers.

Read from the statements of the merged view. A name is printed once in the graph; its parts are told apart here, because
bibliographies sort by them. Lists that every source cuts stay marked as cut. Knows no file format and no style.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Triple

from kg.errors import InputError
from kg.model.dates import PartialDate, parse_date
from kg.model.names import has_case
from kg.model.printed_names import read_name
from kg.model.text import fold
from kg.rdf import vocab
from kg.rdf.description import Description
from kg.web import parts
from kg.web.links import Links
from kg.web.reading import Reading
from kg.web.tex import plain

_DOI: Final = "https://doi.org/"
_ARXIV: Final = "https://arxiv.org/abs/"
_STOP: Final = frozenset("a an and as at by for from in into of on or the to with".split())


@dataclass(frozen=True)
class Signer:
    """One name of a byline. ``literal`` holds names that have no parts: groups, and scripts that print none."""

    given: str = ""
    family: str = ""
    suffix: str = ""
    literal: str = ""
    iri: str = ""

    @property
    def name(self) -> str:
        """The name in running text."""
        return self.literal or " ".join(filter(None, (self.given, self.family, self.suffix)))


@dataclass(frozen=True)
class Reference:
    """One work. ``cut`` says that there are more authors than ``authors``; ``genre`` is the type as printed."""

    iri: str
    title: str = ""
    authors: tuple[Signer, ...] = ()
    cut: bool = False
    date: PartialDate | None = None
    genre: str = ""
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    doi: str = ""
    arxiv: str = ""
    url: str = ""
    abstract: str = ""
    languages: tuple[str, ...] = ()
    version: str = ""
    topics: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    status: str = ""

    @property
    def year(self) -> str:
        """The year in four digits, empty where no source gives one."""
        return f"{self.date.year:04}" if self.date and self.date.year else ""

    @property
    def key(self) -> str:
        """A citation key that the next release gives again: ``jiang2023mistral-0b8h7yq9``."""
        first = next(iter(self.authors), Signer())
        name = re.sub(r"[^a-z]", "", fold(first.family or first.literal.split(" ")[0]).replace(" ", ""))
        words = [word for word in re.findall(r"[a-z0-9]+", fold(self.title)) if word not in _STOP]
        return f"{name}{self.year}{next(iter(words), '')}-{self.iri.rpartition('/')[2]}"


def signer(name: str, *, group: bool = False, iri: str = "") -> Signer:
    """Tell the parts of a printed name apart, where they can be told.

    >>> signer("Diego de las Casas").family, signer("BigScience Workshop", group=True).literal
    ('de las Casas', 'BigScience Workshop')
    """
    if group or not has_case(name) or " " not in name.strip():
        return Signer(literal=name, iri=iri)
    read = read_name(name)
    return Signer(read.given, read.family, read.suffix, "" if read.given else name, iri)


def references(works: Sequence[str], triples: Iterable[Triple], links: Links) -> list[Reference]:
    """Read works, in the order of ``works``, from the statements about them, their authorships and names."""
    if not works:
        return []
    reading = Reading(Description(NamedNode(works[0]), tuple(triples)), links)
    return [_reference(reading, NamedNode(work)) for work in works if NamedNode(work) in reading.nodes]


def _reference(reading: Reading, work: NamedNode) -> Reference:
    byline = parts.byline(reading, work)
    cut = byline.complete is False
    # Whose place is unknown is among "and others" where a list is cut.
    placed = byline.ordered if byline.ordered and cut else byline.authors
    same = [term.value for term in reading.iris(work, vocab.SAME_AS)]
    venue = next(iter(reading.iris(work, vocab.IS_PART_OF)), None)
    doi = next((iri.removeprefix(_DOI) for iri in same if iri.startswith(_DOI)), "")
    arxiv = next((iri.removeprefix(_ARXIV) for iri in same if iri.startswith(_ARXIV)), "")
    return Reference(
        iri=work.value,
        title=plain(reading.name(work)),
        authors=tuple(_signed(author) for author in placed),
        cut=cut or (byline.complete is None and not byline.ordered),
        date=_date(reading.first(work, vocab.DATE_PUBLISHED)),
        genre=reading.first(work, vocab.GENRE),
        venue=plain(reading.name(venue)) if venue is not None else "",
        volume=reading.first(work, vocab.VOLUME_NUMBER),
        issue=reading.first(work, vocab.ISSUE_NUMBER),
        pages=reading.first(work, vocab.PAGINATION),
        publisher=next((plain(reading.name(node)) for node in reading.iris(work, vocab.PUBLISHER)), ""),
        doi=doi,
        arxiv=arxiv,
        url=next((term.value for term in reading.iris(work, vocab.URL)), "") or next(iter(same), "") or work.value,
        abstract=plain(reading.first(work, vocab.ABSTRACT)),
        languages=tuple(reading.texts(work, vocab.IN_LANGUAGE)),
        version=reading.first(work, vocab.VERSION),
        topics=tuple(ref.text for ref in reading.refs(work, vocab.ABOUT)),
        licences=tuple(term.value for term in reading.iris(work, vocab.KG_RELEASED_UNDER)),
        status=reading.first(work, vocab.CREATIVE_WORK_STATUS),
    )


def _signed(author: parts.Author) -> Signer:
    name = author.printed or author.ref.text
    return signer(name, group=author.ref.kind == "group", iri=author.ref.iri)


def _date(text: str) -> PartialDate | None:
    try:
        return parse_date(text) if text else None
    except InputError:  # what an edit may have written
        return None

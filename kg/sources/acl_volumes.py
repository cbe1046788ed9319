"""Volumes, ids and dates of the ACL Anthology: what its papers have in common, and how the site makes ids of parts.

Knows the rules of the Anthology's ids and what its volumes say of themselves. Does not know papers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.identifiers import parse_anthology
from kg.model.text import squeeze
from kg.sources.bibliographic import full_name
from kg.sources.elements import text
from kg.sources.printed_months import date_of_month

SITE: Final = "https://aclanthology.org/"

_PERSON: Final = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
# Journals rarely name themselves but in the title of an issue: "Toy Journal, Volume 3, Number 1, September 2031".
_ISSUE: Final = re.compile(r"[,.:]?\s+(?:Volume|Vol\.|Issue|Number|Numéro)\s.*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Volume:
    """What the papers of a volume share: the volume's id and element, its title, date, numbers and publisher."""

    known: str
    element: etree._Element | None
    title: str = ""
    journal: bool = False
    journal_title: str = ""
    number: str = ""
    issue: str = ""
    publisher: str = ""
    isbn: str = ""
    date: PartialDate | None = None
    printed: str = ""
    doubts: tuple[InputError, ...] = ()


def anthology_id(collection: str, volume: str, paper: str = "") -> str:
    """Return the id that the Anthology makes of its parts; collections before 2020 write them without a dot.

    Raises InputError for parts that make no id.

    >>> anthology_id("2020.emnlp", "demos", "6"), anthology_id("P14", "1", "7"), anthology_id("W14", "5")
    ('2020.emnlp-demos.6', 'P14-1007', 'W14-05')
    """
    if collection[:1].isdigit() or not (volume.isdecimal() and (paper or "0").isdecimal()):
        made = f"{collection}-{volume}.{paper}" if paper else f"{collection}-{volume}"
    else:
        # Workshops had more volumes than one digit counts, and so had two other collections.
        two = collection[0] == "W" or collection == "C69" or (collection == "D19" and int(volume) >= 5)
        made = f"{collection}-{int(volume):0{2 if two else 1}d}"
        made += f"{int(paper):0{2 if two else 3}d}" if paper else ""
    if parse_anthology(made) != f"{SITE}{made}/":
        raise InputError(f"{made!r} is not an id of the Anthology", where="id")
    return made


def id_of(element: etree._Element) -> str:
    """Return the Anthology id of a paper, volume, event or talk. Raises InputError where a part of it is missing."""
    if element.tag == "event":
        return squeeze(element.get("id", ""))
    if element.tag == "talk":
        event = element.getparent()
        return f"{squeeze(event.get('id', '')) if event is not None else ''}/talk"
    chain = [element, *element.iterancestors("volume", "collection")]
    parts = [squeeze(part.get("id", "")) for part in reversed(chain)]
    if not all(parts) or len(parts) != (3 if element.tag == "paper" else 2):
        raise InputError(
            f"the {element.tag} has no whole id", where="id", advice="collection, volume and paper each have an id"
        )
    try:
        return anthology_id(*parts)
    except InputError as error:
        raise InputError(error.message, where="id", advice="correct the ids") from error


def name_in_script(given: str, family: str, script: str) -> str:
    """Return a name as it is written; in Chinese characters the family name goes first, without a space.

    >>> name_in_script("大文", "陈", "hani"), name_in_script("Дарья", "Перо", "cyrl")
    ('陈大文', 'Дарья Перо')
    """
    return family + given if script == "hani" else full_name(given, family)


def person_iri(known: str) -> str:
    """Return the address of a person's page. Raises InputError for what is no id of a person.

    >>> person_iri("yang-liu-ict")
    'https://aclanthology.org/people/yang-liu-ict/'
    """
    if not _PERSON.fullmatch(known):
        raise InputError(f"{known!r} is not the id of a person", advice="ids have letters, digits and hyphens")
    return f"{SITE}people/{known}/"


def read_volume(element: etree._Element) -> Volume:
    """Return what a volume's ``meta`` says; what cannot be read of it stands in ``doubts``.

    Raises InputError for a volume without an id.
    """
    known = id_of(element)
    meta = element.find("meta")
    if meta is None:
        return Volume(known, element, journal=element.get("type") == "journal")
    month, year = text(meta, "month"), text(meta, "year")
    doubts: list[InputError] = []
    date: PartialDate | None = None
    try:
        date = date_of_month(year, month)
    except InputError as error:
        doubts.append(error)
        if error.where == "month":
            date = date_of_month(year, "")
    title, journal = text(meta, "booktitle"), element.get("type") == "journal"
    isbn = text(meta, "isbn")
    if isbn and not any(c.isdigit() for c in isbn):
        doubts.append(InputError(f"{isbn!r} is not an ISBN", where="isbn", advice="it is left out"))
        isbn = ""
    return Volume(
        known,
        element,
        title=title,
        journal=journal,
        journal_title=text(meta, "journal-title") or (_ISSUE.sub("", title) if journal else ""),
        number=text(meta, "journal-volume"),
        issue=text(meta, "journal-issue"),
        publisher=text(meta, "publisher"),
        isbn=isbn,
        date=date,
        printed=squeeze(f"{month} {year}"),
        doubts=tuple(doubts),
    )

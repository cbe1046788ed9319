"""Persons in dblp: names with homonym numbers, and the records that hold all names of one person.

Knows how dblp tells namesakes apart. A number ("Wei Wang 0001") is no part of a name; the name with it is an
identifier. Does not know publications.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.entities import codepoint2name
from typing import Final

from lxml import etree

from kg.errors import InputError
from kg.model.identifiers import parse_orcid
from kg.model.records import Place, ProfileRecord
from kg.sources.elements import attribute, texts, words
from kg.sources.formats import Item
from kg.sources.notes import Notes
from kg.sources.schemes import web_address

SITE: Final = "https://dblp.org/"
PERSON: Final = "homepages/"
"""How keys of person records begin; the rest is the number of the person (pid)."""

_HOMONYM: Final = re.compile(r"^(.+?) (\d{4})$")
_STUDIED: Final = re.compile(r"\b(?:Ph\.?D|doctora|master|M\.?Sc|graduated|alum)", re.IGNORECASE)
_USED: Final = frozenset(("uname", "unicode", "affiliation", "isnot"))
# Addresses of persons in registries; all others are pages about them.
_REGISTRIES: Final = re.compile(
    r"https?://(?:www\.)?(?:wikidata\.org/(?:entity|wiki)/Q|isni\.org/|viaf\.org/viaf/|d-nb\.info/gnd/|"
    r"openreview\.net/profile\?id=|semanticscholar\.org/author/|id\.loc\.gov/)"
)


def read_name(printed: str) -> tuple[str, str]:
    """Return a name without its homonym number, and the address of the person where it has one."""
    match = _HOMONYM.match(printed)
    return (match[1], person_address(printed)) if match else (printed, "")


def pid_address(key: str) -> str:
    """Return the address of a person by the number of the person, or by the key of the record that holds it."""
    return web_address(f"{SITE}pid/{key.removeprefix(PERSON)}") if key else ""


def person_address(name: str) -> str:
    """Return the address of the person that dblp knows by a name with a homonym number.

    It is the address that dblp gave persons before they had numbers of their own, and still answers to: last word of
    the name first, letters outside ASCII by their names.

    >>> person_address("Wei Wang 0001"), person_address("Jörg Müller 0002")
    ('https://dblp.org/pers/hd/w/Wang_0001:Wei', 'https://dblp.org/pers/hd/m/M=uuml=ller_0002:J=ouml=rg')
    """
    *given, family, number = name.split(" ")
    last = f"{''.join(map(_letter, family))}_{number}"
    first = "_".join("".join(map(_letter, word)) for word in given)
    return f"{SITE}pers/hd/{last[0].lower()}/{last}" + (f":{first}" if first else "")


def _letter(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else "="
    return f"={codepoint2name.get(ord(character)) or f'u{ord(character):x}'}="


def read_person(element: etree._Element, place: Place) -> Iterable[Item]:
    """Yield the profile that a person record gives, and its notes; the notes alone for the page of several namesakes.

    Raises InputError for a record without a name.
    """
    notes = Notes(place)
    printed = tuple(filter(None, map(words, element.findall("author"))))
    if not printed:
        raise InputError("the person has no name", where="author", advice="it names nobody")
    kinds = attribute(element, "publtype").split()
    if "disambiguation" in kinds:
        notes.note("the name is that of several persons", printed[0], "publtype", "dblp does not yet tell them apart")
        yield from notes.problems
        return
    names, known = zip(*map(read_name, printed), strict=True)
    own = [pid_address(attribute(element, "key")), *map(pid_address, texts(element, "crossref"))]
    pages: list[str] = []
    for link in map(words, element.findall("url")):
        if "orcid.org/" in link:
            own.append(notes.iri(parse_orcid, link, "url"))
        else:
            (own if _REGISTRIES.match(link) else pages).append(web_address(link))
    said = [(attribute(n, "type").split(), attribute(n, "label"), words(n)) for n in element.findall("note")]
    places = [(note, bool(_STUDIED.search(label))) for kind, label, note in said if "affiliation" in kind]
    others = [(note, read_name(note)[1]) for kind, _, note in said if "isnot" in kind]
    native = [note for kind, _, note in said if {"uname", "unicode"} & set(kind)]
    remarks = [": ".join(filter(None, (" ".join(kind), note))) for kind, _, note in said if not _USED & set(kind)]
    remarks += [f"isnot: {note}" for note, address in others if not address]
    yield ProfileRecord(
        place,
        "",
        names[0],
        description="; ".join(remarks),
        affiliations=tuple(dict.fromkeys(name for name, studied in places if not studied)),
        identifiers=tuple(dict.fromkeys(filter(None, [*own, *known]))),
        names=tuple(dict.fromkeys(name for name in (*names[1:], *native) if name != names[0])),
        urls=tuple(dict.fromkeys(filter(None, pages))),
        kind="group" if "group" in kinds else "person",
        alumni_of=tuple(dict.fromkeys(name for name, studied in places if studied)),
        distinct_from=tuple(dict.fromkeys(address for _, address in others if address)),
    )
    yield from notes.problems

"""What a work of an RDF file appeared in: its issue, volume and journal, or its book, and their numbers.

Knows how vocabularies hang containers into one another. Does not know works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.errors import InputError
from kg.sources import rdf_vocab as v
from kg.sources.fields import unmarked
from kg.sources.rdf_agents import identifier_values
from kg.sources.rdf_graph import Description
from kg.sources.registries import serial
from kg.sources.work_addresses import web_address

_ISSN_PORTAL: Final = "https://portal.issn.org/resource/ISSN/"
_CONTAINERS: Final = 5
"""Steps from an article through issue, volume and journal to a series; longer chains are circles."""


@dataclass(frozen=True, slots=True)
class Venue:
    """What a work appeared in: its name, ``ISSN …`` / ``ISBN …`` and IRIs, with the numbers of volume and issue."""

    name: str = ""
    identifiers: tuple[str, ...] = ()
    volume: str = ""
    issue: str = ""


def venue_of(said: Description, remarks: list[InputError]) -> Venue:
    """Return what a work appeared in: the first named container on the way up, numbers from those before it."""
    volume = issue = ""
    found = said
    for name in ("schema:isPartOf", "dcterms:isPartOf"):
        texts = said.texts([name])
        if texts and not web_address(texts[0]):
            return Venue(texts[0])
    for _ in range(_CONTAINERS):
        above = next(found.each(v.PART_OF), None) or _source(found)
        if above is None:
            break
        found = above
        number = found.text(["fabio:hasSequenceIdentifier"])
        if "fabio:JournalIssue" in found.classes:
            issue = issue or number
        elif "fabio:JournalVolume" in found.classes:
            volume = volume or number
        issue = issue or found.text(["schema:issueNumber", "bibo:issue"])
        volume = volume or found.text(["schema:volumeNumber", "bibo:volume"])
        if name := found.text(v.TITLE):
            numbers = [serial(kind, text) for key, kind in v.SERIAL.items() for text in found.texts([key])]
            numbers += [_serial(iri) for iri in identifier_values(found, remarks)]
            numbers.append(web_address(found.iri))
            name = name if said.graph.own else unmarked(name)
            return Venue(name, tuple(dict.fromkeys(filter(None, numbers))), volume, issue)
    return Venue("", (), volume, issue)


def _source(said: Description) -> Description | None:
    """Return SemOpenAlex's source, which stands on the first place where the work is found."""
    return next((source for place in said.each(v.INSIDE) for source in place.each(["soa:hasSource"])), None)


def _serial(iri: str) -> str:
    if iri.startswith(_ISSN_PORTAL):
        return f"ISSN {iri.removeprefix(_ISSN_PORTAL)}"
    return f"ISBN {iri[9:]}" if iri.startswith("urn:isbn:") else iri

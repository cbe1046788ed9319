"""What a work of an RDF file appeared in: its issue, volume and journal, or its book, and their numbers.

Knows how vocabularies hang containers into one another. Does not know works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.errors import InputError
from kg.sources import rdf_vocab as v
from kg.sources.fields import once, unmarked
from kg.sources.rdf_agents import identifier_values
from kg.sources.rdf_graph import Description, Term, Text
from kg.sources.registries import serial
from kg.sources.work_addresses import web_address

_ISSN_PORTAL: Final = "https://portal.issn.org/resource/ISSN/"
_CONTAINERS: Final = 5
"""Steps from an article through issue, volume and journal to a series; longer chains are circles."""


@dataclass(frozen=True, slots=True)
class Venue:
    """What a work appeared in: its name, ``ISSN …`` / ``ISBN …`` and IRIs, volume and issue, and the issue itself."""

    name: str = ""
    identifiers: tuple[str, ...] = ()
    volume: str = ""
    issue: str = ""
    dated: Description | None = None


def venue_of(said: Description, remarks: list[InputError]) -> Venue:
    """Return what a work appeared in: the nearest named container on the way up, numbers from it and those before it.

    The issue found on the way is given for its date.
    """
    volume = issue = ""
    dated: Description | None = None
    level, seen = [said], {said.node}
    for _ in range(_CONTAINERS):
        words: list[str] = []
        above: list[Description] = []
        for value in (value for found in level for value in _above(found)):
            node = said.graph.named(value.value.strip()) if isinstance(value, Text) else value
            if node is not None and node not in seen:
                seen.add(node)
                above.append(Description(said.graph, node))
            elif node is None and isinstance(value, Text):
                words.append(value.value)
        for found in above:
            number = found.text(["fabio:hasSequenceIdentifier"])
            is_issue = bool(found.classes & v.ISSUE_CLASSES)
            issue = issue or found.text(["schema:issueNumber", "bibo:issue"]) or (number if is_issue else "")
            volume = volume or found.text(["schema:volumeNumber", "bibo:volume"])
            volume = volume or (number if "fabio:JournalVolume" in found.classes else "")
            dated = dated or (found if is_issue else None)
        # Of an issue with a title and a journal beside each other, the journal is the venue.
        above.sort(key=lambda found: bool(found.classes & v.ISSUE_CLASSES))
        if titled := next((found for found in above if found.text(v.TITLE)), None):
            name, numbers = _named(titled, remarks)
            return Venue(name, numbers, volume, issue, dated)
        if words := [" ".join(text.split()) for text in words if not web_address(text.strip())]:
            return Venue(next(filter(None, words), ""), (), volume, issue, dated)
        level = above
    return Venue("", (), volume, issue, dated)


def _above(found: Description) -> list[Term]:
    """Return what a thing is part of; SemOpenAlex's source stands on the places where the work is found."""
    if values := found.values(v.PART_OF):
        return values
    return [source for place in found.each(v.INSIDE) for source in place.values(["soa:hasSource"])][:1]


def _named(venue: Description, remarks: list[InputError]) -> tuple[str, tuple[str, ...]]:
    """Return the name of a venue, and its numbers and addresses."""
    numbers = [serial(kind, text) for key, kind in v.SERIAL.items() for text in venue.texts([key])]
    known = {number.replace("-", "") for number in numbers}
    others = (_serial(iri) for iri in identifier_values(venue, remarks))
    numbers += (number for number in others if number.replace("-", "") not in known)
    name = venue.text(v.TITLE)
    return name if venue.graph.own else unmarked(name), once(*numbers, web_address(venue.iri))


def _serial(iri: str) -> str:
    if iri.startswith(_ISSN_PORTAL):
        return serial("ISSN", iri)
    return f"ISBN {iri[9:]}" if iri.startswith("urn:isbn:") else iri

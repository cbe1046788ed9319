"""DataCite XML: the metadata of one DOI, or of many in one file.

Specification: DataCite Metadata Schema, kernel 2.1 to 4.6, XML, also inside of OAI-PMH and of other wrappings. XML and
JSON are two forms of one schema: elements become the JSON of the same record, and what that means is known to
``kg.sources.datacite_json``. A creator element that holds several creators is taken apart, with a note. Leaves aside
places, sizes, media types and languages of single fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from kg.errors import InputError
from kg.model.records import Place, SourceReading
from kg.sources.datacite_json import understood
from kg.sources.elements import attribute, child, children, local, text, words
from kg.sources.formats import Format, Item, Piece, gather, problem
from kg.sources.opening import Opened
from kg.sources.xml_stream import named, xml_pieces, xml_root

FIELDS: Final[Mapping[str, str]] = {
    "identifier": "identifiers",
    "alternateIdentifiers": "identifiers",
    "titles/title": "title",
    "titles/title@titleType": "alternative_titles",
    "creators/creator/creatorName": "byline.mentions.name",
    "creators/creator/creatorName@nameType": "byline.mentions.kind",
    "creators/creator/givenName": "byline.mentions.given",
    "creators/creator/familyName": "byline.mentions.family",
    "creators/creator/nameIdentifier": "byline.mentions.identifiers",
    "creators/creator/nameIdentifier (ORCID)": "byline.mentions.orcid",
    "creators/creator/affiliation": "byline.mentions.affiliations",
    "creators/creator/affiliation@affiliationIdentifier": "organizations",
    "contributors/contributor": "contributors",
    "publisher": "publisher",
    "publicationYear": "date",
    "dates/date": "date",
    "resourceType": "genre",
    "subjects/subject": "subjects",
    "language": "languages",
    "version": "version",
    "rightsList/rights": "licenses",
    "rights": "licenses",
    "descriptions/description": "abstract",
    "descriptions/description@descriptionType": "notes",
    "fundingReferences/fundingReference": "funding",
    "relatedIdentifiers/relatedIdentifier": "related",
    "relatedItems/relatedItem": "related",
    "relatedItems/relatedItem/titles": "venue",
    "relatedItems/relatedItem/volume": "volume",
    "relatedItems/relatedItem/issue": "issue",
    "relatedItems/relatedItem/firstPage": "pages",
    "relatedItems/relatedItem/relatedItemIdentifier": "venue_identifiers",
}

ASIDE: Final = ("sizes", "formats", "geoLocations", "*@xml:lang", "*@schemeURI", "date@dateInformation")

_NAMESPACE: Final = "datacite.org/schema/kernel-"
_AGENT: Final = ("creatorName", "contributorName", "name")


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is DataCite XML: by its namespace, at the root or in a wrapping."""
    name, attributes = xml_root(beginning)
    if not name:
        return 0.0
    if name.rpartition(":")[2] == "resource" and (_NAMESPACE in attributes or "<identifier" in beginning):
        return 1.0 if _NAMESPACE in attributes else 0.6
    return 0.9 if _NAMESPACE in beginning and "resource" in beginning else 0.0


def read(opened: Opened) -> SourceReading:
    """Read one resource, or all in a wrapping."""
    return gather(opened, named(xml_pieces(opened, ("{*}resource",)), _name), _work, title="DataCite records")


def _name(resource: etree._Element) -> str:
    return text(resource, "identifier")


def _work(piece: Piece, place: Place) -> Iterator[Item]:
    resource: etree._Element = piece.value
    if not any(local(part) in ("titles", "creators", "identifier") for part in resource):
        raise InputError("the resource has neither titles nor creators nor identifier", advice="it names no work")
    value = value_of(resource)
    yield from understood(Piece(value, piece.line, piece.last_line, piece.item, piece.raw), place)
    for key in ("creators", "contributors"):
        for group in children(resource, key):
            for index, agent in enumerate(group):
                if len(_names(agent)) > 1:
                    several = InputError(
                        "several people stand in one element, and were taken apart",
                        where=f"{key}[{index}]",
                        advice="make an element for each",
                    )
                    yield problem(place, several, text="; ".join(map(words, _names(agent))))


def value_of(resource: etree._Element) -> dict[str, Any]:
    """Return a resource as DataCite's JSON has it."""
    kind = child(resource, "resourceType")
    identifiers = [_typed(e, "identifier", "identifierType") for e in children(resource, "identifier")]
    dois = [i for i in identifiers if i["identifierType"].upper() == "DOI" or not i["identifierType"]]
    return {
        "doi": dois[0]["identifier"] if dois else "",
        "identifiers": [i for i in identifiers if i not in dois],
        "alternateIdentifiers": [
            _typed(e, "alternateIdentifier", "alternateIdentifierType")
            for e in children(resource, "alternateIdentifiers", "alternateIdentifier")
        ],
        "types": {}
        if kind is None
        else {"resourceType": words(kind), "resourceTypeGeneral": attribute(kind, "resourceTypeGeneral")},
        **_shared(resource),
        "publisher": _publisher(resource),
        "dates": [_typed(e, "date", "dateType") for e in children(resource, "dates", "date")],
        "subjects": [
            _typed(e, "subject", "subjectScheme", schemeUri="schemeURI", valueUri="valueURI", classificationCode="")
            for e in children(resource, "subjects", "subject")
        ],
        "language": text(resource, "language"),
        "version": text(resource, "version"),
        "rightsList": [
            _typed(e, "rights", "rightsIdentifier", rightsUri="rightsURI")
            for e in (*children(resource, "rightsList", "rights"), *children(resource, "rights"))
        ],
        "descriptions": [
            _typed(e, "description", "descriptionType") for e in children(resource, "descriptions", "description")
        ],
        "fundingReferences": [_funding(e) for e in children(resource, "fundingReferences", "fundingReference")],
        "relatedIdentifiers": [
            _typed(e, "relatedIdentifier", "relatedIdentifierType", relationType="")
            for e in children(resource, "relatedIdentifiers", "relatedIdentifier")
        ],
        "relatedItems": [_item(e) for e in children(resource, "relatedItems", "relatedItem")],
    }


def _typed(element: etree._Element, name: str, kind: str, **more: str) -> dict[str, str]:
    """Return an element with its text under one name and its attributes under theirs (or under other names)."""
    said = {name: words(element), kind: attribute(element, kind)}
    return said | {key: attribute(element, written or key) for key, written in more.items()}


def _shared(element: etree._Element) -> dict[str, Any]:
    """Return what resources and related items both have."""
    return {
        "titles": [_typed(e, "title", "titleType") for e in children(element, "titles", "title")],
        "creators": [a for e in children(element, "creators", "creator") for a in _agents(e)],
        "contributors": [a for e in children(element, "contributors", "contributor") for a in _agents(e)],
        "publicationYear": text(element, "publicationYear"),
    }


def _publisher(resource: etree._Element) -> dict[str, str]:
    element = child(resource, "publisher")
    if element is None:
        return {}
    return {"name": words(element), "publisherIdentifier": attribute(element, "publisherIdentifier")}


def _names(agent: etree._Element) -> list[etree._Element]:
    return [part for part in agent if local(part) in _AGENT]


def _agents(element: etree._Element) -> Iterator[dict[str, Any]]:
    """Yield the person or group of an element; several, where several names with their parts stand in it."""
    parts: list[list[etree._Element]] = [[]]
    for part in element:
        if local(part) in _AGENT and any(local(other) in _AGENT for other in parts[-1]):
            parts.append([])
        parts[-1].append(part)
    for inside in parts:
        agent: dict[str, Any] = {"contributorType": attribute(element, "contributorType")}
        agent["nameIdentifiers"], agent["affiliation"] = [], []
        for part in inside:
            name = local(part)
            if name in _AGENT:
                agent |= {"name": words(part), "nameType": attribute(part, "nameType")}
            elif name == "nameIdentifier":
                agent["nameIdentifiers"].append(_typed(part, "nameIdentifier", "nameIdentifierScheme"))
            elif name == "affiliation":
                agent["affiliation"].append(
                    _typed(part, "name", "affiliationIdentifier", affiliationIdentifierScheme="")
                )
            elif name in ("givenName", "familyName"):
                agent[name] = words(part)
        yield agent


def _funding(element: etree._Element) -> dict[str, str]:
    identifier, award = child(element, "funderIdentifier"), child(element, "awardNumber")
    return {
        "funderName": text(element, "funderName"),
        "awardNumber": text(element, "awardNumber"),
        "awardTitle": text(element, "awardTitle"),
        "awardUri": "" if award is None else attribute(award, "awardURI"),
        **({} if identifier is None else _typed(identifier, "funderIdentifier", "funderIdentifierType")),
    }


def _item(element: etree._Element) -> dict[str, Any]:
    identifier = child(element, "relatedItemIdentifier")
    known = {} if identifier is None else _typed(identifier, "relatedItemIdentifier", "relatedItemIdentifierType")
    return {
        "relationType": attribute(element, "relationType"),
        "relatedItemIdentifier": known,
        **_shared(element),
        **{name: text(element, name) for name in ("volume", "issue", "firstPage", "lastPage", "publisher", "edition")},
    }


FORMAT: Final = Format(
    "datacite-xml",
    "DataCite records in XML",
    recognise,
    read,
    specification="DataCite Metadata Schema, kernel 2.1 to 4.6, XML",
    fields=FIELDS,
    aside=ASIDE,
)

"""ORCID XML: records of people with their works, persons alone, and single works.

Specification: ORCID record 2.1 and 3.0, XML of the public API (``/record``, ``/person``, ``/activities``, ``/works``,
``/work``, bulk). XML and JSON are two forms of one model: elements become the JSON of the same record, one activity at
a time, and what that means is known to ``kg.sources.orcid_json``, with the same fields mapped and left aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lxml import etree

from kg.errors import InputError
from kg.model.records import Mention, SourceReading
from kg.sources.elements import local, words
from kg.sources.formats import Format, Piece, gather
from kg.sources.opening import Opened
from kg.sources.orcid_fields import ASIDE
from kg.sources.orcid_fields import FIELDS as JSON_FIELDS
from kg.sources.orcid_json import Claimed, owner_of, understood
from kg.sources.xml_stream import named, xml_pieces, xml_root

_SEARCHED: Final = ("orcid-id", "given-names", "family-names", "credit-name", "other-name", "institution-name")

FIELDS: Final[Mapping[str, str]] = {
    name.replace(".", "/"): path for name, path in JSON_FIELDS.items() if name not in _SEARCHED
}

_NAMESPACE: Final = "http://www.orcid.org/ns/"
_ACTIVITIES: Final = ("work-summary", "funding-summary")
_ROOTS: Final = (
    "record", "person", "personal-details", "activities-summary", "works", "fundings", "work", "bulk", "educations",
    "employments", "external-identifier", "external-identifiers", "other-names", "keywords", "researcher-urls",
    "biography", "qualifications", "invited-positions", "memberships", "services", "distinctions", "emails",
    "addresses", "peer-reviews", "research-resources", "history", "preferences", "education", "employment", "funding",
    "peer-review",
)  # fmt: skip
# Leaves that are objects with a value in JSON.
_VALUED: Final = frozenset(
    ("given-names", "family-name", "credit-name", "title", "subtitle", "translated-title", "journal-title", "url",
     "year", "month", "day", "external-id-url", "external-id-normalized", "source-name")
)  # fmt: skip


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is ORCID XML: by its root element and ORCID's namespaces."""
    name = xml_root(beginning)[0].rpartition(":")[2]
    return 0.98 if name in _ROOTS and _NAMESPACE in beginning[:5000] else 0.0


def read(opened: Opened) -> SourceReading:
    """Read a record, a part of one, or works."""
    return gather(opened, _pieces(opened), understood, title="ORCID records")


def _pieces(opened: Opened) -> Iterator[Piece]:
    """Yield works and fundings one by one, each with whose it is, and then the record that they stood in."""
    root = xml_root(opened.beginning.text)[0].rpartition(":")[2]
    # Works stand in the record or in a bulk of them; whatever else is at the top is a record or a part of one.
    tops = ("work",) if root == "bulk" else (root,) if root in _ROOTS else _ROOTS
    tags = tuple(f"{{*}}{name}" for name in (*_ACTIVITIES, *tops))
    owner: Mention | None = None
    for piece in named(xml_pieces(opened, tags, () if root == "bulk" else tops), _put_code):
        element = piece.value
        if isinstance(element, InputError):
            yield piece
        elif (name := local(element)) in _ACTIVITIES:
            owner = owner or _owner(element)
            yield replace(piece, value=Claimed(value_of(element), name, owner))
        elif element.getparent() is None or root == "bulk":
            yield replace(piece, value=_document(element))


def _put_code(element: etree._Element) -> str:
    code = element.get("put-code") or ""
    return f"{local(element)}/{code}" if code else str(element.get("path", "")).strip("/") or local(element)


def _owner(element: etree._Element) -> Mention | None:
    top = list(element.iterancestors())[-1]
    found = {local(part): value_of(part) for part in top if local(part) in ("orcid-identifier", "person")}
    return owner_of({**found, "path": top.get("path", "")}, 1)


def _document(element: etree._Element) -> dict[str, Any]:
    """Return what stands at the top as the JSON of a record, of a part of one, or of a work."""
    name = local(element)
    value = value_of(element)
    if not isinstance(value, dict):
        raise InputError("the record is empty", advice="get it again")
    if name in ("person", "personal-details"):
        return {"person": value}
    if name == "activities-summary":
        return {"activities-summary": value, "path": value.get("path")}
    return value


def value_of(element: etree._Element) -> Any:
    """Return an element as the API's JSON has it: a text, a text as a value, or an object of what is inside.

    >>> value_of(etree.fromstring("<title><title>Toys</title></title>"))
    {'title': {'value': 'Toys'}}
    """
    name = local(element)
    if not len(element):
        text = words(element)
        return {"value": text} if name in _VALUED else text
    found: dict[str, Any] = {str(key).rpartition("}")[2]: value for key, value in element.attrib.items()}
    inside: dict[str, list[Any]] = {}
    for part in element:
        if key := local(part):
            inside.setdefault(key, []).append(value_of(part))
    if name == "affiliation-group":  # 3.0 puts summaries of a group into objects of their own
        summaries = [{key: value} for key, values in inside.items() if key.endswith("-summary") for value in values]
        return {**found, "summaries": summaries}
    return {**found, **{key: values[0] if len(values) == 1 else values for key, values in inside.items()}}


FORMAT: Final = Format(
    "orcid-xml",
    "ORCID records in XML",
    recognise,
    read,
    specification="ORCID record 2.1 and 3.0, XML",
    fields=FIELDS,
    aside=ASIDE,
)

"""People files of the ACL Anthology, in both schemes: who has which names, and who must not be taken for whom.

Specification: ``name_variants.yaml`` (until 2025: a list of persons with a canonical name and variants) and
``people.yaml`` (since 2026: a mapping from a person's id to names, the first of which is the canonical one). Maps every
entry to a profile: names, id, ORCID iD, the institution of the highest degree, the remark that tells a person from
namesakes, similar persons who are others, and whether names alone may be matched. Leaves nothing aside. An entry
without an id has none here: the site makes one of the name by a rule, but does not state it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kg.errors import InputError
from kg.model.identifiers import parse_orcid
from kg.model.records import Place, ProfileRecord, SourceReading
from kg.sources.acl_volumes import name_in_script, person_iri
from kg.sources.fields import Json, at, objects, text, texts
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.notes import Notes
from kg.sources.opening import Opened
from kg.sources.yaml_entries import yaml_pieces

FIELDS: Final[Mapping[str, str]] = {
    "(key)": "people.identifiers",
    "id": "people.identifiers",
    "canonical": "people.name",
    "variants": "people.names",
    "names": "people.names",
    "first": "people.given",
    "last": "people.family",
    "script": "people.names",
    "orcid": "people.identifiers",
    "comment": "people.description",
    "note": "people.description",
    "degree": "people.alumni_of",
    "institution": "people.affiliations",
    "similar": "people.distinct_from",
    "disable_name_matching": "people.identified_only",
}

_KNOWN: Final = frozenset(
    ("id", "canonical", "variants", "names", "orcid", "comment", "note", "degree", "institution", "similar",
     "disable_name_matching")
)  # fmt: skip
# The beginning of a file has its lines trimmed when a format is looked for.
_LISTED: Final = re.compile(r"^- canonical:(?: *\{|\n(?:first|last):)", re.MULTILINE)
_KEYED: Final = re.compile(
    r"^[A-Za-z0-9][A-Za-z0-9._-]*:\n(?:[a-z_]+:.*\n|- [\w.-]+\n)*?names:\n- *(?:\{ *)?(?:first|last):", re.MULTILINE
)


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is such a file: by its first entries."""
    start = beginning[:4000]
    return 0.95 if _LISTED.search(start) or _KEYED.search(start) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read either scheme, person by person."""
    return gather(opened, yaml_pieces(opened), _person, title="People of the ACL Anthology")


def _person(piece: Piece, place: Place) -> Iterable[Item]:
    entry = piece.value
    if not isinstance(entry, dict):
        raise InputError("the entry is not a mapping", advice="an entry has names, and perhaps an id and an ORCID iD")
    names = list(_names(entry))
    if not names:
        raise InputError("the entry has no name", where="names", advice="give at least one name with its last part")
    given, family, script = names[0]
    name = name_in_script(given, family, script)
    notes = Notes(place)
    for field in sorted(set(entry) - _KNOWN):
        notes.note(f"the field {field!r} is not known", str(entry[field]), field, "it is left out")
    identifiers = (
        notes.iri(person_iri, text(entry, "id") or piece.item, "id"),
        notes.iri(parse_orcid, text(entry, "orcid"), "orcid"),
    )
    yield ProfileRecord(
        place,
        "",
        name,
        description="; ".join(filter(None, (text(entry, "comment"), text(entry, "note")))),
        affiliations=texts(entry, "institution"),
        identifiers=tuple(filter(None, identifiers)),
        names=tuple(dict.fromkeys(form for other in names[1:] if (form := name_in_script(*other)) != name)),
        given=given,
        family=family,
        alumni_of=texts(entry, "degree"),
        distinct_from=tuple(filter(None, (notes.iri(person_iri, x, "similar") for x in texts(entry, "similar")))),
        identified_only=text(entry, "disable_name_matching").lower() in ("true", "yes", "on"),
    )
    yield from notes.problems


def _names(entry: Json) -> Iterator[tuple[str, str, str]]:
    """Yield given name, family name and script of each form, the canonical one first."""
    for field in ("canonical", "names", "variants"):
        for form in objects(entry, field):
            if at(form, "last") is None and at(form, "first") is None:
                raise InputError("a name has neither first nor last part", where=field, advice="complete it")
            yield text(form, "first"), text(form, "last"), text(form, "script")


FORMAT: Final = Format(
    "acl-people",
    "people files of the ACL Anthology",
    recognise,
    read,
    specification="name_variants.yaml (until 2025), people.yaml (2026)",
    fields=FIELDS,
)

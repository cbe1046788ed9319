"""People, groups and organisations of an RDF file: their names, identifiers and affiliations.

Does not know works, nor how their authors are ordered: ``kg.sources.rdf_bylines``.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from kg.errors import IdentifierError, InputError
from kg.model.identifiers import parse_orcid, parse_ror
from kg.model.printed_names import read_name
from kg.model.records import AgentKind, Mention, Place, ProfileRecord, Related, Subject
from kg.sources import rdf_vocab as v
from kg.sources.bibliographic import full_name, kind_of
from kg.sources.rdf_graph import Blank, Description, Iri, Term, Text
from kg.sources.schemes import iri_of, known_iri
from kg.sources.work_addresses import web_address, work_address

_ORCID: Final = "orcid.org/"
_ROR: Final = "https://ror.org/"
_OWN: Final = re.compile(r"/(group|person)/[0-9a-z]{8}$")


def mention(agent: Term, work: Description, remarks: list[InputError], role: str = "author") -> Mention:
    """Return an agent as one work names it; the name is empty where the file does not tell it."""
    if isinstance(agent, Text):
        return replace(_of_text(agent.value), role=role)
    found = Description(work.graph, agent)
    name, given, family = names(found)
    others: list[Related] = []
    orcid, iris = identifiers(found, remarks, others)
    if isinstance(agent, Blank):  # nothing else tells of it
        remarks += map(_left_aside, others)
    return Mention(
        name,
        kind=kind(found, name),
        affiliations=tuple(_labels(found, v.AFFILIATION)),
        orcid=orcid or None,
        given=given,
        family=family,
        identifiers=iris,
        role=role,
    )


def acting(values: Iterable[Term], work: Description) -> Iterator[tuple[Term, str]]:
    """Yield the agents that a property of a work has as values, with the words of a Role for what they did.

    A Role of schema.org stands between and repeats the property: contributor -> Role -> contributor. A text that is
    the address of a node is that node.
    """
    for value in values:
        role = Description(work.graph, value)
        is_role = role.classes & v.ROLE_CLASSES or "schema:roleName" in role.said
        if is_role and (inner := role.values((*v.AUTHOR, *v.CONTRIBUTOR))):
            yield from ((_node(agent, work), role.text(["schema:roleName"])) for agent in inner)
        else:
            yield _node(value, work), ""


def kind(agent: Description, name: str) -> AgentKind:
    """Return whether a node is a group or a person: by its class, else by its parts of names, else by its words.

    A node of our own says it by its IRI: an export of works does not describe who wrote them.
    """
    if agent.classes & v.PERSON_CLASSES:
        return "person"
    if agent.classes & (v.GROUP_CLASSES | v.ORGANIZATION_CLASSES):
        return "group"
    if own := _OWN.search(agent.iri):
        return "group" if own[1] == "group" else "person"
    return "person" if agent.text(v.FAMILY) else kind_of(name)


def names(agent: Description) -> tuple[str, str, str]:
    """Return name in running order, given and family name; the latter two where the file tells them apart."""
    parts = agent
    for card in agent.each(["obo:ARG_2000028"]):
        parts = next(card.each(["vcard:hasName"]), parts)
    given = " ".join(filter(None, (parts.text(v.GIVEN), parts.text(v.MIDDLE))))
    family = parts.text(v.FAMILY)
    name = agent.text(v.NAME)
    if (
        name.count(",") == 1
        and not agent.classes & (v.ORGANIZATION_CLASSES | v.GROUP_CLASSES)
        and kind_of(name) == "person"
    ):
        read = read_name(name)
        name, given, family = read.name, given or read.given, family or read.family
    return name or full_name(given, family), given, family


def identifiers(thing: Description, remarks: list[InputError], others: list[Related]) -> tuple[str, tuple[str, ...]]:
    """Return the ORCID iD of an agent as printed, and the IRIs by which the file knows it: its own and the same.

    Identifiers without an IRI are put to the others.
    """
    orcid = thing.text(["dbo:orcidId"])
    found: list[str] = []
    links = [value.value for value in thing.values(("vivo:orcidId", *v.SAME_AS))]
    for iri in (thing.iri, *links, *identifier_values(thing, remarks, others)):
        if _ORCID in iri:
            orcid = orcid or iri
        elif address := web_address(iri):
            found.append(address)
    if orcid:
        try:
            parse_orcid(orcid)
        except IdentifierError as error:
            remarks.append(InputError(error.message, where="orcid", advice=error.advice))
    return orcid, tuple(dict.fromkeys(found))


def identifier_values(
    thing: Description, remarks: list[InputError], others: list[Related] | None = None
) -> Iterator[str]:
    """Yield the identifiers of a node as IRIs or addresses; those without one are put to the others, as printed."""
    for name, scheme in v.IDENTIFIER.items():
        for text in thing.texts([name]):
            yield _tried(scheme, text, remarks)
    for value in thing.values(v.ANY_IDENTIFIER):
        if isinstance(value, Text) or (isinstance(value, Iri) and not thing.graph.about(value)):
            if (iri := _unnamed(value.value)) or others is None:
                yield iri
            else:
                others.append(Related("same-as", printed=" ".join(value.value.split())))
            continue
        node = Description(thing.graph, value)
        scheme = node.text(["schema:propertyID"]) or local_name(node, "datacite:usesIdentifierScheme")
        scheme = (scheme or node.text(["schema:name"])).rstrip("/")
        scheme = scheme.rsplit("/", 1)[-1] if "://" in scheme else scheme
        text = node.text(["literal:hasLiteralValue", "schema:value"]) or node.text(["schema:url"])
        if scheme.lower() == "orcid":  # as printed, right or wrong
            yield text if _ORCID in text else f"https://orcid.org/{text}"
            continue
        iri = _tried(scheme, text, remarks) if scheme else ""
        if iri or not text:
            yield iri
        elif unnamed := _unnamed(text):
            yield unnamed
        elif others is not None:
            others.append(Related("same-as", printed=text, relation=scheme))


def organizations(graph_nodes: Iterator[Description]) -> Iterator[tuple[str, str]]:
    """Yield the name and ROR id of every organisation that has both."""
    for node in graph_nodes:
        name = node.text(v.NAME)
        candidates = [node.iri, *(value.value for value in node.values((*v.SAME_AS, "soa:ror")))]
        candidates += identifier_values(node, [])
        for candidate in candidates:
            if name and candidate.startswith(_ROR):
                try:
                    yield name, parse_ror(candidate)
                except IdentifierError:
                    continue
                break


def profile(agent: Description, place: Place, remarks: list[InputError]) -> ProfileRecord | None:
    """Return what the file says of a person or group beside its works; None where it has no name."""
    name, given, family = names(agent)
    if not name:
        return None
    unknown: list[Related] = []
    orcid, iris = identifiers(agent, remarks, unknown)
    remarks += map(_left_aside, unknown)
    if orcid:
        with contextlib.suppress(IdentifierError):  # remarked above
            iris = (parse_orcid(orcid), *iris)
    others = [*agent.texts(v.NAME), *agent.texts(v.OTHER_NAME)]
    others = [other for other in others if other != name and read_name(other).name != name]
    return ProfileRecord(
        place,
        "",
        name=name,
        description=agent.text(v.DESCRIPTION),
        affiliations=tuple(dict.fromkeys([*_labels(agent, (*v.AFFILIATION, *v.MEMBERSHIP)), *_positions_held(agent)])),
        identifiers=iris,
        names=tuple(dict.fromkeys(others)),
        urls=tuple(dict.fromkeys(_pages(agent))),
        kind=kind(agent, name),
        given=given,
        family=family,
        alumni_of=tuple(_labels(agent, v.ALUMNI)),
        subjects=tuple(subjects(agent)),
        distinct_from=tuple(filter(None, (web_address(other.value) for other in agent.values(v.DISTINCT)))),
    )


def subjects(thing: Description) -> Iterator[Subject]:
    """Yield the subjects of a work or person, with IRI and scheme where they have them."""
    for value in thing.values(v.SUBJECT):
        if isinstance(value, Text):
            printed = value.value
            parts = [printed] if thing.graph.own else printed.split(";" if ";" in printed else ",")
            for part in parts:
                if part.strip():
                    yield Subject(" ".join(part.split()))
            continue
        node = Description(thing.graph, value)
        label = node.text(v.NAME)
        scheme = next((s.value for s in node.values(["skos:inScheme"])), "")
        if label or web_address(node.iri):
            # An own export has the name of such a subject among its words.
            yield Subject(label or ("" if thing.graph.own else node.iri), web_address(node.iri), scheme)


def label(node: Term, thing: Description) -> str:
    """Return the name of what a property leads to: a text as it is, a node by its name, else nothing."""
    if isinstance(node, Text):
        return " ".join(node.value.split())
    return Description(thing.graph, node).text(v.NAME)


# -- parts ------------------------------------------------------------------------------------------------------------


def local_name(node: Description, name: str) -> str:
    """Return the last part of the IRI that a property leads to, by which vocabularies tell roles and schemes."""
    return next((value.value.rstrip("/").rsplit("/", 1)[-1] for value in node.values([name])), "")


def _labels(thing: Description, properties: tuple[str, ...]) -> Iterator[str]:
    for value in thing.values(properties):
        if name := label(value, thing):
            yield name


def _positions_held(agent: Description) -> Iterator[str]:
    """Yield the organisations of VIVO's positions."""
    for position in agent.each(["vivo:relatedBy"]):
        if any(name.startswith("vivo:") and name.endswith("Position") for name in position.classes):
            for other in position.each(["vivo:relates"]):
                if other.node != agent.node and (name := other.text(v.NAME)):
                    yield name


def _pages(agent: Description) -> Iterator[str]:
    cards = [agent]
    for card in agent.each(["obo:ARG_2000028"]):
        cards += card.each(["vcard:hasURL"])
    for card in cards:
        yield from filter(None, (web_address(value.value) for value in card.values((*v.LINK, "vcard:url"))))


def _node(agent: Term, work: Description) -> Term:
    return (work.graph.named(agent.value.strip()) or agent) if isinstance(agent, Text) else agent


def _of_text(printed: str) -> Mention:
    """Return whom a text names; an address is an identifier, and no name."""
    text = " ".join(printed.split())
    if orcid := _orcid(text):
        return Mention("", orcid=orcid)
    if address := web_address(text):
        return Mention("", identifiers=(address,))
    if kind_of(text) == "group":
        return Mention(text, kind="group")
    name = read_name(text)
    return Mention(name.name, given=name.given, family=name.family) if "," in text else Mention(text)


def _orcid(text: str) -> str:
    try:
        return parse_orcid(text)
    except IdentifierError:
        return ""


def _tried(scheme: str, text: str, remarks: list[InputError]) -> str:
    try:
        return iri_of(scheme, text)
    except IdentifierError as error:
        remarks.append(InputError(error.message, where=scheme, advice=error.advice))
        return ""


def _unnamed(text: str) -> str:
    """Return the IRI of an identifier whose scheme only its form tells: an ORCID iD, a DOI, a web address, …."""
    return _orcid(text) or work_address(text) or known_iri(text)


def _left_aside(other: Related) -> InputError:
    words = f"{other.relation} {other.printed}".strip()
    return InputError(f"an identifier that has no known address was left out: {words}", where="identifier")

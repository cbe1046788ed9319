"""People, groups and organisations of an RDF file: their names, identifiers and affiliations, and lists of authors.

Knows the ways in which vocabularies order authors: own authorship nodes, RDF lists, VIVO's ranks, PRO's chains of
roles, SemOpenAlex's positions, JSON-LD's arrays. Does not know works.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kg.errors import IdentifierError, InputError
from kg.model.identifiers import parse_orcid, parse_ror
from kg.model.names import fullness
from kg.model.printed_names import read_name
from kg.model.records import AgentKind, Byline, Mention, Place, ProfileRecord, Subject
from kg.sources import rdf_vocab as v
from kg.sources.bibliographic import full_name, kind_of
from kg.sources.rdf_graph import Description, Iri, Node, Term, Text
from kg.sources.schemes import iri_of
from kg.sources.work_addresses import web_address, work_address

_AUTHOR_ROLE: Final = "author"
_PLACE: Final = {"first": 1, "last": -1}
_ORCID: Final = "orcid.org/"
_ROR: Final = "https://ror.org/"


def byline(work: Description, *, ordered: bool, remarks: list[InputError]) -> Byline | None:
    """Return the author line of a work, by the first of the ways of ordering that the file uses for it.

    ``ordered`` says that the order of statements is that of the authors, as in arrays of JSON-LD. An author whose name
    the file does not tell is remarked, and the line is incomplete.
    """
    for way in (_authorships, _roles, _ranked, _listed, _positions):
        found = list(way(work, remarks))
        if found:
            break
    else:
        found = list(_plain(work, ordered, remarks))
    named = [mention for mention in found if mention.name]
    if len(named) < len(found):
        remarks.append(InputError("the file does not tell the names of all authors", where="author"))
    named.sort(key=lambda m: (m.position is None, m.position or 0))
    complete = work.text(["kg:authorListComplete"]) != "false" and len(named) == len(found)
    return Byline(tuple(named), complete) if named else None


def mention(agent: Term, work: Description, remarks: list[InputError], role: str = _AUTHOR_ROLE) -> Mention:
    """Return an agent as one work names it; the name is empty where the file does not tell it."""
    if isinstance(agent, Text):
        return replace(_of_text(agent.value), role=role)
    found = Description(work.graph, agent)
    # schema.org puts a Role between: its own property leads on to the agent.
    inner = found.values(v.AUTHOR)
    if inner and not found.classes & (v.PERSON_CLASSES | v.ORGANIZATION_CLASSES):
        return mention(inner[0], work, remarks, found.text(["schema:roleName"]) or role)
    name, given, family = names(found)
    orcid, iris = identifiers(found, remarks)
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


def kind(agent: Description, name: str) -> AgentKind:
    """Return whether a node is a group or a person: by its class, else by its parts of names, else by its words."""
    if agent.classes & v.PERSON_CLASSES:
        return "person"
    if agent.classes & (v.GROUP_CLASSES | v.ORGANIZATION_CLASSES):
        return "group"
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


def identifiers(thing: Description, remarks: list[InputError]) -> tuple[str, tuple[str, ...]]:
    """Return the ORCID iD of an agent as printed, and the IRIs by which the file knows it: its own and the same."""
    orcid = thing.text(["dbo:orcidId"])
    found: list[str] = []
    links = [value.value for value in thing.values(("vivo:orcidId", *v.SAME_AS))]
    for iri in (thing.iri, *links, *identifier_values(thing, remarks)):
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


def identifier_values(thing: Description, remarks: list[InputError], notes: list[str] | None = None) -> Iterator[str]:
    """Yield the identifiers of a node as IRIs or addresses; those of schemes without one go to the notes."""
    for name, scheme in v.IDENTIFIER.items():
        for text in thing.texts([name]):
            yield _tried(scheme, text, remarks)
    for value in thing.values(v.ANY_IDENTIFIER):
        if isinstance(value, Text) or (isinstance(value, Iri) and not thing.graph.about(value)):
            yield _unnamed(value.value)
            continue
        node = Description(thing.graph, value)
        scheme = (node.text(["schema:propertyID"]) or _local(node, "datacite:usesIdentifierScheme")).rstrip("/")
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
        elif notes is not None:
            notes.append(f"{scheme} {text}".strip())


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
    orcid, iris = identifiers(agent, remarks)
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
    )


def subjects(thing: Description) -> Iterator[Subject]:
    """Yield the subjects of a work or person, with IRI and scheme where they have them."""
    for value in thing.values(v.SUBJECT):
        if isinstance(value, Text):
            printed = value.value
            for part in printed.split(";" if ";" in printed else ","):
                if part.strip():
                    yield Subject(" ".join(part.split()))
            continue
        node = Description(thing.graph, value)
        label = node.text(v.NAME)
        scheme = next((s.value for s in node.values(["skos:inScheme"])), "")
        if label or web_address(node.iri):
            yield Subject(label or node.iri, web_address(node.iri), scheme)


def label(node: Term, thing: Description) -> str:
    """Return the name of what a property leads to: a text as it is, a node by its name, else nothing."""
    if isinstance(node, Text):
        return " ".join(node.value.split())
    return Description(thing.graph, node).text(v.NAME)


# -- the ways of ordering ---------------------------------------------------------------------------------------------


def _authorships(work: Description, remarks: list[InputError]) -> Iterator[Mention]:
    for place in work.each(["kg:authorship"]):
        printed = sorted(place.texts(["kg:nameAsPrinted"]), key=lambda name: (fullness(name), name), reverse=True)
        agent = next(iter(place.values(["kg:agent"])), None)
        found = mention(agent, work, remarks) if agent else Mention("")
        orcids = place.texts(["kg:orcidAsPrinted"])
        yield replace(
            found,
            name=printed[0] if printed else found.name,
            position=_number(place, "schema:position"),
            affiliations=tuple(place.texts(["kg:affiliationAsPrinted"])),
            orcid=orcids[0] if orcids else found.orcid,
            given="" if printed and printed[0] != found.name else found.given,
            family="" if printed and printed[0] != found.name else found.family,
            variants=tuple(printed[1:]),
        )


def _roles(work: Description, remarks: list[InputError]) -> Iterator[Mention]:
    """Yield the authors of PRO's roles, in the order of the chain; those on no chain without a position."""
    roles = {role.node: role for role in work.each(["pro:isDocumentContextFor"]) if _role(role) == _AUTHOR_ROLE}
    after = {node: next(iter(role.values(["oco:hasNext"])), None) for node, role in roles.items()}
    chain: list[Term] = []
    starts = [node for node in roles if node not in after.values()]
    node: Term | None = starts[0] if len(starts) == 1 else None
    while node is not None and node in roles and node not in chain:
        chain.append(node)
        node = after.get(node)
    whole = len(chain) == len(roles)
    if roles and not whole:
        remarks.append(InputError("the chain that orders the authors is broken", where="oco:hasNext"))
    for number, held in enumerate(chain if whole else roles, 1):
        agent = next(iter(roles[held].values(["pro:isHeldBy"])), None)
        if agent is not None:
            yield replace(mention(agent, work, remarks), position=number if whole else None)


def _ranked(work: Description, remarks: list[InputError]) -> Iterator[Mention]:
    places = [Description(work.graph, node) for node in work.graph.pointing(work.node, ["vivo:relates"])]
    known = {place.node for place in places}
    places += [place for place in work.each(["vivo:relatedBy"]) if place.node not in known]
    authorships = [place for place in places if "vivo:Authorship" in place.classes]
    for place in authorships:
        for agent in place.values(["vivo:relates"]):
            if agent != work.node:
                rank = _number(place, "vivo:rank") or (1 if len(authorships) == 1 else None)
                yield replace(mention(agent, work, remarks), position=rank)


def _listed(work: Description, remarks: list[InputError]) -> Iterator[Mention]:
    """Yield authors of an RDF list, and those that stand beside it without a position."""
    values = (value for name in (*v.AUTHOR_LIST, *v.AUTHOR) for value in work.said.get(name, ()))
    lists = (work.graph.elements(value) for value in values if not isinstance(value, Text) and _is_list(work, value))
    inside = next(lists, [])
    for number, agent in enumerate(inside, 1):
        yield replace(mention(agent, work, remarks), position=number)
    known = set(inside)
    for agent in work.values(v.AUTHOR) if inside else ():
        if isinstance(agent, Iri) and agent not in known:
            yield mention(agent, work, remarks)


def _positions(work: Description, remarks: list[InputError]) -> Iterator[Mention]:
    """Yield SemOpenAlex's authors: the first, the last, and those between, whose order is told for one alone."""
    places = list(work.each(["soa:hasAuthorPosition"]))
    for place in places:
        agent = next(iter(place.values(["soa:hasAuthor"])), None)
        if agent is None:
            continue
        word = place.text(["soa:position"])
        position = _PLACE.get(word) or (2 if word == "middle" and len(places) == 3 else None)
        yield replace(mention(agent, work, remarks), position=len(places) if position == -1 else position)


def _plain(work: Description, ordered: bool, remarks: list[InputError]) -> Iterator[Mention]:
    """Yield the authors of the first property that has any, and those who say that they made the work."""
    agents = next((found for name in v.AUTHOR if (found := work.values([name]))), [])
    agents = agents or list(work.graph.pointing(work.node, v.MADE))
    for number, agent in enumerate(agents, 1):
        position = number if ordered or len(agents) == 1 else None
        yield replace(mention(agent, work, remarks), position=position)


# -- parts ------------------------------------------------------------------------------------------------------------


def _role(role: Description) -> str:
    return _local(role, "pro:withRole")


def _local(node: Description, name: str) -> str:
    return next((value.value.rstrip("/").rsplit("/", 1)[-1] for value in node.values([name])), "")


def _number(node: Description, name: str) -> int | None:
    text = node.text([name])
    return int(text) if text.isascii() and text.isdigit() and int(text[:9]) > 0 else None


def _is_list(work: Description, value: Node) -> bool:
    return work.graph.elements(value) != [value]


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


def _of_text(printed: str) -> Mention:
    text = " ".join(printed.split())
    if kind_of(text) == "group":
        return Mention(text, kind="group")
    name = read_name(text)
    return Mention(name.name, given=name.given, family=name.family) if "," in text else Mention(text)


def _tried(scheme: str, text: str, remarks: list[InputError]) -> str:
    try:
        return iri_of(scheme, text)
    except IdentifierError as error:
        remarks.append(InputError(error.message, where=scheme, advice=error.advice))
        return ""


def _unnamed(text: str) -> str:
    """Return the IRI of an identifier whose scheme only its form tells: a DOI, an arXiv id, a web address."""
    if text.lower().startswith(("doi:", "10.")):
        try:
            return iri_of("doi", text)
        except IdentifierError:
            return ""
    return work_address(text)

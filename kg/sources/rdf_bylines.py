"""Who signed the works of an RDF file, in which order, whether all are named, and who else had a part in them.

Knows the ways in which vocabularies order authors: own authorship nodes, RDF lists, VIVO's ranks, PRO's chains of
roles, SemOpenAlex's positions, JSON-LD's arrays. Does not know how an agent is described: ``kg.sources.rdf_agents``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kg.errors import InputError
from kg.model.names import compatible, fullness
from kg.model.records import Byline, Mention
from kg.sources import rdf_vocab as v
from kg.sources.fields import once
from kg.sources.rdf_agents import acting, local_name, mention
from kg.sources.rdf_graph import Description, Iri, Node, Term, Text
from kg.sources.work_addresses import web_address

_PLACE: Final = {"first": 1, "last": -1}


def byline(work: Description, *, ordered: bool, remarks: list[InputError]) -> Byline | None:
    """Return the author line of a work, by the first of the ways of ordering that the file uses for it.

    ``ordered`` says that the order of statements is that of the authors, as in arrays of JSON-LD. An author whose name
    the file does not tell is remarked, and the line is incomplete. So it is where somebody else says to have made the
    work: that tells neither who else did nor in which place.
    """
    ways = (list(way(work, remarks)) for way in (_authorships, _roles, _ranked, _listed, _positions))
    told = next(filter(None, ways), [])
    found = told or list(_plain(work, remarks))
    makers = [] if told and work.graph.own else list(_makers(work, found, remarks))
    # One author alone is the first where nobody else made the work; of several, the order tells.
    if not told and (ordered if len(found) > 1 else not makers):
        found = [replace(mention, position=number) for number, mention in enumerate(found, 1)]
    found += makers
    named = [mention for mention in found if mention.name]
    if len(named) < len(found):
        remarks.append(_nameless(found, "author"))
    named.sort(key=lambda m: (m.position is None, m.position or 0))
    complete = work.text(["kg:authorListComplete"]) != "false" and len(named) == len(found) and not makers
    return Byline(tuple(named), complete) if named else None


def contributors(said: Description, remarks: list[InputError]) -> Iterator[Mention]:
    """Yield who had another part in a work than that of an author; of an own export, as its contributions say."""
    own = list(said.each(["kg:contribution"]))
    for place in own:
        if (part := _as_printed(place, said, remarks)).name:
            yield replace(part, role=place.text(["schema:roleName"]) or "contributor")
    for name, role in v.CONTRIBUTOR.items() if not own else ():
        found = [mention(agent, said, remarks, did or role) for agent, did in acting(said.values([name]), said)]
        yield from (part for part in found if part.name)
        if not all(part.name for part in found):
            remarks.append(_nameless(found, name))
    for agent, did in acting(said.values(v.AUTHOR), said) if not said.graph.own else ():
        # An author of a Role with a word of its own is an author, and has that role besides.
        if did.lower() not in ("", "author", "creator") and (author := mention(agent, said, remarks, did)).name:
            yield author
    for held in said.each(["pro:isDocumentContextFor"]):
        role = next((value.value.rsplit("/", 1)[-1] for value in held.values(["pro:withRole"])), "")
        if role not in ("author", "publisher", ""):
            for agent in held.values(["pro:isHeldBy"]):
                if (holder := mention(agent, said, remarks, role)).name:
                    yield holder
    for realised in said.each(["obo:BFO_0000055"]):
        for agent in realised.values(["obo:RO_0000052"]):
            if (presenter := mention(agent, said, remarks, "presenter")).name:
                yield presenter


# -- the ways of ordering ---------------------------------------------------------------------------------------------


def _authorships(work: Description, remarks: list[InputError]) -> Iterator[Mention]:
    for place in work.each(["kg:authorship"]):
        yield replace(_as_printed(place, work, remarks), position=_number(place, "schema:position"))


def _as_printed(place: Description, work: Description, remarks: list[InputError]) -> Mention:
    """Return an agent as an own authorship or contribution prints it: the fullest name, the others as variants."""
    printed = sorted(place.texts(["kg:nameAsPrinted"]), key=lambda name: (fullness(name), name), reverse=True)
    agent = next(iter(place.values(["kg:agent"])), None)
    found = mention(agent, work, remarks) if agent else Mention("")
    orcids = place.texts(["kg:orcidAsPrinted"])
    known = (web_address(value.value) for value in place.values(["kg:identifiedAs"]))
    return replace(
        found,
        name=printed[0] if printed else found.name,
        affiliations=tuple(place.texts(["kg:affiliationAsPrinted"])),
        orcid=orcids[0] if orcids else found.orcid,
        given="" if printed and printed[0] != found.name else found.given,
        family="" if printed and printed[0] != found.name else found.family,
        variants=once(*printed[1:], *place.texts(["schema:alternateName"])),
        identifiers=once(*found.identifiers, *known),
    )


def _roles(work: Description, remarks: list[InputError]) -> Iterator[Mention]:
    """Yield the authors of PRO's roles, in the order of the chain; those on no chain without a position."""
    roles = {role.node: role for role in work.each(["pro:isDocumentContextFor"]) if _role(role) == "author"}
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
    for number, (agent, _) in enumerate(acting(inside, work), 1):
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


def _plain(work: Description, remarks: list[InputError]) -> Iterator[Mention]:
    """Yield the authors of the first property that has any."""
    agents = next((found for name in (*v.AUTHOR, *v.AUTHOR_LIST) if (found := work.values([name]))), [])
    for agent, _ in acting(agents, work):
        yield mention(agent, work, remarks)


def _makers(work: Description, listed: list[Mention], remarks: list[InputError]) -> Iterator[Mention]:
    """Yield those who say that they made a work, and whom the work does not name."""
    named = set(work.values((*v.AUTHOR, *v.AUTHOR_LIST)))
    for agent in work.graph.pointing(work.node, v.MADE):
        if agent in named:
            continue
        found = mention(agent, work, remarks)
        known = {found.orcid, *found.identifiers} - {None}
        if not any(known & {m.orcid, *m.identifiers} or compatible(m.name, found.name) for m in listed):
            yield found


# -- parts -------------------------------------------------------------------------------------------------------------


def _role(role: Description) -> str:
    return local_name(role, "pro:withRole")


def _number(node: Description, name: str) -> int | None:
    text = node.text([name])
    return int(text) if text.isascii() and text.isdigit() and int(text[:9]) > 0 else None


def _is_list(work: Description, value: Node) -> bool:
    """Return whether a node is a list in order; a bag has none."""
    return work.graph.elements(value) != [value] and "rdf:Bag" not in Description(work.graph, value).classes


def _nameless(found: list[Mention], where: str) -> InputError:
    """Return the remark that some of these agents have no name, with what else the file tells of them."""
    known = [next(iter((*filter(None, [m.orcid]), *m.identifiers)), "") for m in found if not m.name]
    who = "authors" if where == "author" else "contributors"
    cause = f"the file does not tell the names of all {who}: {', '.join(filter(None, known))}".removesuffix(": ")
    return InputError(cause, where=where)

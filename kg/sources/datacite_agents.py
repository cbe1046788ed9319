"""Who is named in a DataCite record: creators, contributors, their affiliations and identifiers, the publisher.

Knows the people of DataCite's JSON, also where they are not as the schema wants them (a single text, several names in
one). Does not know the works.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from kg.model.names import looks_like_group
from kg.model.printed_names import read_name
from kg.model.records import AgentKind, Mention
from kg.sources.bibliographic import full_name, kind_of
from kg.sources.datacite_fields import words
from kg.sources.fields import once
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.schemes import iri_of, web_address

_SCOPUS: Final = ("SCOPUS", "SCOPUS ID", "SCOPUSID")
"""Schemes that are those of works too, and among the identifiers of people that of authors."""


def agents(work: Noted, key: str) -> Iterator[Mention | None]:
    """Yield creators or contributors, None for one without a name. A text alone is a name."""
    listed: Any = work.at(key)
    if isinstance(listed, dict) and key[:-1] in listed:  # XML turned into JSON: {"creators": {"creator": [...]}}
        listed = listed[key[:-1]]
    for index, agent in enumerate(listed if isinstance(listed, list) else [listed] if listed else []):
        if isinstance(agent, str):
            work.note("a name stands where an object should", agent, key, advice="give an object with a name")
            agent = {"name": agent}
        if not isinstance(agent, dict):
            work.note("neither object nor name, and left out", agent, key)
            yield None
        else:
            yield from _agent(work.inside(agent, f"{key}[{index}]"))


def _agent(agent: Noted) -> Iterator[Mention | None]:
    printed = plain(agent.first("name") or agent.first("creatorName") or agent.first("contributorName"))
    given, family = plain(agent.text("givenName")), plain(agent.text("familyName"))
    told = agent.text("nameType") or agent.text("type")
    if not (printed or given or family):
        agent.note("the entry has no name, and was left out", agent.value, advice="give a name")
        yield None
        return
    names = [name for part in printed.split(";") if (name := part.strip())]
    if len(names) > 1 and told != "Organizational" and not (given or family):
        agent.note("several names stand in one entry, and were taken apart", printed, advice="make an entry for each")
        if any(known := _known_as(agent)):
            agent.note("it is not said whose the identifiers are, and they were left out", [*filter(None, known)])
        for name in names:
            yield _mention(agent, name, "", "", told, (None, ()))
    else:
        yield _mention(agent, printed, given, family, told, _known_as(agent))


def _mention(
    agent: Noted, printed: str, given: str, family: str, told: str, known: tuple[str | None, tuple[str, ...]]
) -> Mention:
    kind = _kind(printed, given, told)
    if kind == "person" and not (given or family) and "," in printed:
        parts = read_name(printed)
        given, family = parts.given, parts.family
    name = full_name(given, family) if kind == "person" and given and family else printed or full_name(given, family)
    orcid, identifiers = known
    # "Family, Given" says nothing that the name does not; anything else that is printed is a form of its own.
    same = printed in ("", name) or sorted(printed.replace(",", " ").split()) == sorted(name.split())
    role = agent.text("contributorType")
    return Mention(
        name,
        kind=kind,
        affiliations=once(*(a for a, _ in _affiliations(agent))),
        orcid=orcid,
        given=given if kind == "person" else "",
        family=family if kind == "person" else "",
        variants=() if same else (printed,),
        identifiers=identifiers,
        role=words(role, "-") if role else "author",
    )


def _kind(printed: str, given: str, told: str) -> AgentKind:
    if told in ("Organizational", "Organization"):
        return "group"
    if told in ("Personal", "Person") or given:
        return "person"
    return kind_of(printed) if "," not in printed or looks_like_group(printed) else "person"


def _known_as(agent: Noted) -> tuple[str | None, tuple[str, ...]]:
    """Return the ORCID iD as printed and the other identifiers of a creator as IRIs."""
    orcid, iris = None, []
    for known in agent.objects("nameIdentifiers"):
        scheme, printed = known.text("nameIdentifierScheme"), known.text("nameIdentifier")
        if scheme.upper() == "ORCID" or "orcid.org/" in printed:
            orcid = orcid or known.orcid(printed, "nameIdentifier")
        else:
            iris.append(_iri(known, scheme, printed))
    if "orcid.org/" in (own := agent.text("id")):
        orcid = orcid or agent.orcid(own, "id")
    else:
        iris.append(web_address(own))
    return orcid, once(*iris)


def _iri(known: Noted, scheme: str, printed: str) -> str:
    named = "Scopus Author ID" if scheme.upper() in _SCOPUS else scheme
    found = known.attempt(partial(iri_of, named), printed, "nameIdentifier") if printed else None
    if found == "" and not web_address(printed):
        known.note("no address is known for identifiers of this scheme, and it was left out", known.value)
    return found or web_address(printed)


def _affiliations(agent: Noted) -> Iterator[tuple[str, str]]:
    """Yield affiliations as printed with their ROR IRIs; an affiliation may be a text or an object."""
    for index, place in enumerate(agent.items("affiliation")):
        if isinstance(place, dict):
            found = agent.inside(place, f"affiliation[{index}]")
            scheme, known = found.text("affiliationIdentifierScheme"), found.text("affiliationIdentifier")
            is_ror = scheme.upper() == "ROR" or "ror.org/" in known
            ror = found.ror(known, "affiliationIdentifier") if is_ror else ""
            yield plain(found.text("name")) or known, ror
        elif isinstance(place, str):
            yield plain(place), ""
        elif place is not None:
            agent.note("an affiliation is neither text nor object, and was left out", place, "affiliation")


def organizations(work: Noted) -> Iterator[tuple[str, str]]:
    """Yield the names of organisations with their ROR IRIs: affiliations, groups, the publisher."""
    for key in ("creators", "contributors"):
        for agent in work.objects(key) if isinstance(work.at(key), list) else ():
            yield from (pair for pair in _affiliations(agent) if all(pair))
            if agent.text("nameType") == "Organizational":
                rors = (iri for iri in _known_as(agent)[1] if iri.startswith("https://ror.org/"))
                yield from ((name, ror) for ror in rors if (name := plain(agent.first("name"))))
    publisher = publisher_of(work)
    if all(publisher):
        yield publisher


def publisher_of(work: Noted) -> tuple[str, str]:
    """Return the publisher's name and its ROR IRI, each empty where it is not given."""
    if isinstance(work.at("publisher"), dict):
        publisher = work.object("publisher")
        known = publisher.text("publisherIdentifier")
        return plain(publisher.text("name")), publisher.ror(known, "publisherIdentifier") if "ror.org/" in known else ""
    return plain(work.text("publisher")), ""

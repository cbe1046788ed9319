"""The people and organisations of a CodeMeta description: who did what, and where they work.

Knows how versions 1 to 3 say what an agent did. Does not know the software.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kg.errors import IdentifierError
from kg.model.identifiers import parse_orcid
from kg.model.printed_names import read_name
from kg.model.records import AgentKind, Mention
from kg.sources.bibliographic import full_name, kind_of
from kg.sources.codemeta_fields import ROLES, VALUED, words
from kg.sources.fields import Json, once
from kg.sources.noted import Noted
from kg.sources.schemes import known_iri, web_address

_NAMES: Final = frozenset({"name", "givenName", "familyName"})
# Schema.org's Organization and what it has under it, and the words of version 1.0, in small letters.
_GROUP: Final = re.compile(
    r"organi[sz]ation|consortium|university|corporation|project|\bNGO\b|school|agency|cooperative|association|group",
    re.IGNORECASE,
)
_AUTHORS: Final = frozenset({"author", "originator", "principalinvestigator"})


def described(value: Json) -> dict[str, Json]:
    """Return the objects of a description that have a name, by their ids and ORCID iDs, wherever in it they stand."""
    found: dict[str, Json] = {}
    waiting: deque[Any] = deque([value])
    while waiting:
        one = waiting.popleft()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
            ids = [one.get("@id"), one.get("identifier")] if _NAMES & one.keys() else []
            for known in (_key(text) for text in ids if isinstance(text, str)):
                found.setdefault(known, one)
    return found


def agents_of(work: Noted, role: str, known: Mapping[str, Json]) -> Iterator[Mention | None]:
    """Yield the agents of a property; None for an author whose name the description does not tell.

    An author of a Role with a word of its own is an author, and has that role besides.
    """
    does = "author" if role == "creator" else role
    signed = {_id(value) for value in work.items(role)} - {""}
    for value, did, where in _entries(work, role):
        agent = _told(work, value, where, known)
        if did and did != does and agent and (mention := _agent(agent, did)):
            yield mention
        if not did or did == does or (does == "author" and _id(value) not in signed):
            yield _agent(agent, does) if agent else None
            signed |= {_id(value)} - {""}


def _entries(work: Noted, role: str) -> Iterator[tuple[Any, str, str]]:
    """Yield what stands for an agent, the word for what it did, and the field.

    A Role stands between, and repeats the property: contributor -> Role -> contributor.
    """
    for index, value in enumerate(work.items(role)):
        where = f"{role}[{index}]"
        if not isinstance(value, dict):
            found: list[tuple[Any, str, str]] = [(text, "", where) for text in work.inside({role: value}).texts(role)]
        elif "roleName" in value or "Role" in words(work.inside(value, where), "@type"):
            part = work.inside(value, where)
            inner = [(one, key) for key in once(role, "author", "creator", *ROLES) for one in part.items(key)]
            found = [(one, part.text("roleName"), f"{where}.{key}") for one, key in inner]
            if not found:
                part.note("the role names nobody, and was left out", value, advice="name the agent")
        else:
            found = [(value, "", where)]
        yield from found


def _told(work: Noted, value: Any, where: str, known: Mapping[str, Json]) -> Noted | None:
    """Return the object that tells who an entry is: itself, or the one that has its id; an address is no name."""
    if isinstance(value, dict):
        return work.inside(value if _NAMES & value.keys() else known.get(_id(value), value), where)
    printed = str(value).strip()
    if found := known.get(_key(printed)):
        return work.inside(found, where)
    if _key(printed) != printed or web_address(printed) or printed.startswith(("_:", "#")):
        work.note("the address has no name, and was left out", printed, where, advice="describe whose it is")
        return None
    return work.inside({"name": printed}, where)


def _id(value: Any) -> str:
    printed = value.get("@id") if isinstance(value, dict) else value
    return _key(printed) if isinstance(printed, str) else ""


def _key(printed: str) -> str:
    """Return the form in which an address is looked for: an ORCID iD in its canonical one."""
    try:
        return parse_orcid(printed)
    except IdentifierError:
        return printed.strip()


def older_agents(work: Noted) -> Iterator[Mention | None]:
    """Yield the agents of version 1.0, which say themselves what they did and whether they must be cited."""
    for agent in work.objects("agents"):
        roles = (agent.inside(r if isinstance(r, dict) else {"roleCode": r}, "role") for r in agent.items("role"))
        codes = once(*(code for one in roles for code in one.texts("roleCode")))
        cited = agent.at("mustBeCited") is True or bool(_AUTHORS & {code.lower() for code in codes})
        if cited or not codes:
            yield _agent(agent, "author")
        yield from (_agent(agent, code) for code in codes if code.lower() not in _AUTHORS)


def _agent(agent: Noted, role: str) -> Mention | None:
    given, family, printed = agent.first("givenName"), agent.first("familyName"), agent.first("name")
    known = identifying(agent)
    orcid = next((one for one in known if _key(one) != one or "orcid.org/" in one), "")
    if not (name := full_name(given, family) or printed):
        agent.note("the entry has no name, and was left out", agent.value, advice="give a name")
        return None
    kind = _kind(agent, name, given)
    if kind == "person" and "," in name and not (given or family):
        parts = read_name(name)
        name, given, family = parts.name, parts.given, parts.family
    others = (printed if printed and read_name(printed).name != name else "", *words(agent, "alternateName"))
    return Mention(
        name,
        kind=kind,
        affiliations=once(*(place for place, _ in _affiliations(agent))),
        orcid=agent.orcid(orcid, "@id"),
        given=given,
        family=family,
        variants=tuple(other for other in once(*others) if other != name),
        identifiers=once(*(known_iri(one) for one in known if one != orcid)),
        role=role,
    )


def identifying(agent: Noted) -> list[str]:
    """Return what identifies an agent: its id, its identifiers and the pages that are the same, IRIs where they can."""
    return [printed for key in ("@id", "identifier", "sameAs") for printed in _identifiers(agent, key)]


def _identifiers(agent: Noted, key: str) -> Iterator[str]:
    for value in agent.items(key):
        scheme = agent.inside(value, key).text("propertyID") if isinstance(value, dict) else ""
        for printed in words(agent.inside({key: value}), key, *VALUED):
            yield (agent.iri(scheme, printed, key) if scheme else "") or printed


def _kind(agent: Noted, name: str, given: str) -> AgentKind:
    told = " ".join(words(agent, "@type"))
    if _GROUP.search(told):
        return "group"
    return "person" if given or "person" in told.lower() or "," in name else kind_of(name)


def _affiliations(agent: Noted) -> Iterator[tuple[str, str]]:
    for value in agent.items("affiliation"):
        if isinstance(value, dict):
            place = agent.inside(value, "affiliation")
            known = [web for key in ("@id", "identifier") for web in words(place, key, *VALUED)]
            ror = next((place.ror(one, "@id") for one in known if "ror.org/" in one), "")
            yield place.first("name") or next(iter(known), ""), ror
        elif isinstance(value, str):
            yield value.strip(), ""


def organizations(work: Noted) -> Iterator[tuple[str, str]]:
    """Yield the name and ROR id of every affiliation that has both."""
    entries = ((value, where) for role in ("author", "creator", *ROLES) for value, _, where in _entries(work, role))
    for value, where in (*entries, *((value, "agents") for value in work.items("agents"))):
        if isinstance(value, dict):
            yield from (pair for pair in _affiliations(work.inside(value, where)) if all(pair))

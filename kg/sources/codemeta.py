"""CodeMeta: software described by its ``codemeta.json``.

Specification: CodeMeta 2.0 and 3.0 (JSON-LD over schema.org), and the names of fields of 1.0. Maps the software with
its authors and people in other roles, identifiers, repository and pages, licence, version, dates, keywords and
languages, publications, parts, funding and publisher. Contexts are not fetched: names of fields are read as the
published contexts define them, with or without a prefix. Leaves aside how the software is built and run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kg.errors import InputError
from kg.model.printed_names import read_name
from kg.model.records import AgentKind, Funding, Mention, Place, Related, SourceReading, Subject, WorkRecord
from kg.sources.bibliographic import byline_of, full_name, kind_of
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces
from kg.sources.schemes import known_iri, web_address

ROLES: Final = (
    "contributor",
    "maintainer",
    "editor",
    "copyrightHolder",
    "producer",
    "provider",
    "sponsor",
    "uploadedBy",
)

RELATIONS: Final[Mapping[str, str]] = {
    "citation": "cites",
    "referencePublication": "related",
    "relatedPublications": "related",
    "softwarePaperCitationIdentifiers": "related",
    "isPartOf": "part-of",
    "hasPart": "related",
    "isBasedOn": "related",
    "isSourceCodeOf": "related",
    "supportingData": "related",
    "sameAs": "same-as",
}
"""Fields that name other things -> kinds of Related, with the field's own name as the relation."""

FIELDS: Final[Mapping[str, str]] = {
    "@id": "identifiers",
    "@type": "genre",
    "identifier": "identifiers",
    "name": "title",
    "title": "title",
    "alternateName": "alternative_titles",
    "description": "abstract",
    "author.@id": "byline.mentions.orcid",
    "author.@type": "byline.mentions.kind",
    "author.name": "byline.mentions.name",
    "author.givenName": "byline.mentions.given",
    "author.familyName": "byline.mentions.family",
    "author.affiliation": "byline.mentions.affiliations",
    "author.identifier": "byline.mentions.orcid",
    "author.roleName": "contributors.role",
    "author.author": "contributors",
    "creator": "byline.mentions",
    "agents": "byline.mentions",
    "agents.role": "contributors.role",
    **dict.fromkeys(ROLES, "contributors"),
    "codeRepository": "urls",
    "url": "urls",
    "relatedLink": "urls",
    "downloadUrl": "urls",
    "downloadLink": "urls",
    "readme": "urls",
    "license": "licenses",
    "licenseId": "licenses",
    "version": "version",
    "softwareVersion": "version",
    "datePublished": "date",
    "dateCreated": "date",
    "keywords": "subjects",
    "tags": "subjects",
    "programmingLanguage": "subjects",
    "applicationCategory": "subjects",
    "publisher": "publisher",
    "funding": "funding",
    "funder": "funding.funder",
    "inLanguage": "language",
    "relationship": "related",
    **dict.fromkeys(RELATIONS, "related"),
}

ASIDE: Final = (
    "@context", "agents.email", "agents.isMaintainer", "agents.isRightsHolder", "agents.mustBeCited",
    "applicationSubCategory", "author.email", "author.endDate", "author.startDate", "author.url", "buildInstructions",
    "contIntegration", "continuousIntegration", "controlledTem", "controlledTerm", "copyrightYear", "dateModified",
    "depends", "developmentStatus", "embargoDate", "embargoEndDate", "fileFormat", "fileSize", "hasSourceCode",
    "installUrl", "isAccessibleForFree", "isAutomatedBuild", "issueTracker", "memoryRequirements", "operatingSystem",
    "permissions", "position", "processorRequirements", "releaseNotes", "review", "reviewAspect", "reviewBody",
    "runtimePlatform", "softwareHelp", "softwareRequirements", "softwareSuggestions", "storageRequirements",
    "targetProduct", "zippedCode",
)  # fmt: skip

_CONTEXT: Final = re.compile(r'"@context"[^{}]{0,400}?codemeta', re.IGNORECASE)
_PREFIX: Final = re.compile(r"^(?:schema:|codemeta:|https?://schema\.org/|https?://codemeta\.github\.io/terms/)")
_DEPTH: Final = 8
_AUTHORS: Final = frozenset({"author", "originator", "principalinvestigator"})
# {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.…"}
_VALUED: Final = ("value", "@id", "url", "identifier", "name")


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is CodeMeta: its context names it."""
    return 0.99 if beginning[:1] in ("[", "{") and _CONTEXT.search(beginning) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read one description, a list or graph of them, or one a line."""
    return gather(opened, json_pieces(opened, "/@graph"), _software, title="CodeMeta descriptions")


def _software(piece: Piece, place: Place) -> Iterator[Item]:
    value = _compacted(piece.value)  # of an object for a list or a plain value, what it holds
    if not isinstance(value, dict):
        raise InputError("the record is not an object", advice="a CodeMeta description is a JSON object")
    work = Noted(value, place)
    titles = [plain(t) for key in ("name", "title") for t in _words(work, key)]
    agents = [*_agents(work, "author"), *_agents(work, "creator"), *_older_agents(work)]
    authors = byline_of(m for m in agents if m is None or m.role == "author")
    identifiers, addresses = _identifiers(work)
    if not (titles or identifiers or authors):
        raise InputError("the record has neither name nor identifier nor author", advice="it names no software")
    kinds = [kind for kind in _words(work, "@type") if kind not in ("SoftwareSourceCode", "SoftwareApplication")]
    yield WorkRecord(
        place,
        "",
        title=next(iter(titles), ""),
        abstract=plain(" ".join(_words(work, "description"))),
        date=work.date("datePublished") or work.date("dateCreated"),
        date_printed=work.text("datePublished") or work.text("dateCreated"),
        genre=" ".join(kinds) or "software",
        byline=authors,
        identifiers=identifiers,
        alternative_titles=once(*titles[1:], *(plain(t) for t in _words(work, "alternateName"))),
        contributors=tuple(
            m for m in (*agents, *(m for role in ROLES for m in _agents(work, role))) if m and m.role != "author"
        ),
        publisher=next(iter(_words(work, "publisher")), ""),
        language=next(iter(_words(work, "inLanguage")), ""),
        version=work.text("softwareVersion") or work.text("version"),
        urls=once(
            *addresses,
            *(
                web_address(page)
                for key in ("codeRepository", "url", "relatedLink", "downloadUrl", "downloadLink", "readme")
                for page in _words(work, key, "@id", "url")
            ),
        ),
        licenses=once(*(t for key in ("license", "licenseId") for t in _words(work, key, "@id", "url", "name"))),
        subjects=tuple(_subjects(work)),
        funding=tuple(_funding(work)),
        related=tuple(_related(work)),
    )
    yield from _organizations(work)
    yield from work.notes


def _compacted(value: Any, depth: int = _DEPTH) -> Any:
    """Return JSON-LD with bare names of fields, without its objects for lists and for plain values."""
    if isinstance(value, list):
        return [_compacted(inner, depth - 1) for inner in value] if depth else value
    if not isinstance(value, dict) or not depth:
        return value
    for wrapper in ("@value", "@list", "@set"):
        if wrapper in value:
            return _compacted(value[wrapper], depth - 1)
    named: dict[str, Any] = {}
    for key, inner in value.items():
        bare = _PREFIX.sub("", key)
        named.setdefault({"id": "@id", "type": "@type"}.get(bare, bare), _compacted(inner, depth - 1))
    return named


def _words(work: Noted, key: str, *names: str) -> list[str]:
    """Return the texts of a field: texts as they are, of things their names (or what is asked for first)."""
    found = []
    for value in work.items(key):
        if isinstance(value, dict):
            thing = work.inside(value, key)
            found.append(next((t for name in names or ("name", "@id", "url") if (t := thing.first(name))), ""))
        else:
            found += work.inside({key: value}).texts(key)
    return [_PREFIX.sub("", text) if key == "@type" else text for text in found if text]


def _identifiers(work: Noted) -> tuple[tuple[str, ...], list[str]]:
    """Return the IRIs of the software, and addresses of pages among its identifiers."""
    iris, pages = [], []
    for printed in [*_words(work, "@id"), *_words(work, "identifier", *_VALUED)]:
        if (iri := known_iri(printed)).startswith(("https://doi.org/", "https://arxiv.org/", "swh:")):
            iris.append(iri)
        else:
            pages.append(web_address(printed))
    return once(*iris), pages


def _agents(work: Noted, role: str) -> Iterator[Mention | None]:
    """Yield the agents of a role. A role of version 3 is no agent: it says what an agent, named by its id, did."""
    by_id = {a.text("@id"): a for a in work.objects(role) if "name" in a.value or "familyName" in a.value}
    listed = work.items(role)
    for index, value in enumerate(listed):
        if isinstance(value, str):
            yield _agent(work.inside({"name": value}, role), role)
        elif isinstance(value, dict) and "roleName" in value:
            found = work.inside(value, f"{role}[{index}]")
            for known in (*_words(found, "author", "@id"), *_words(found, role, "@id")):
                if known in by_id and (mention := _agent(by_id[known], found.text("roleName"))):
                    yield mention
                    break
        elif isinstance(value, dict):
            yield _agent(work.inside(value, f"{role}[{index}]"), "author" if role == "creator" else role)


def _older_agents(work: Noted) -> Iterator[Mention | None]:
    """Yield the agents of version 1.0, which say themselves what they did and whether they must be cited."""
    for agent in work.objects("agents"):
        codes = agent.texts("role", "roleCode") if isinstance(agent.at("role"), dict) else agent.texts("role")
        cited = agent.at("mustBeCited") is True or bool(_AUTHORS & {code.lower() for code in codes})
        if cited or not codes:
            yield _agent(agent, "author")
        yield from (_agent(agent, code) for code in codes if code.lower() not in _AUTHORS)


def _agent(agent: Noted, role: str) -> Mention | None:
    given, family, printed = agent.first("givenName"), agent.first("familyName"), agent.first("name")
    known = [web for key in ("@id", "identifier") for web in _words(agent, key, *_VALUED)]
    orcid = next((one for one in known if "orcid.org/" in one), "")
    if not (name := full_name(given, family) or printed):
        agent.note("the entry has no name, and was left out", agent.value, advice="give a name")
        return None
    kind = _kind(agent, name, given)
    if kind == "person" and "," in name and not (given or family):
        parts = read_name(name)
        name, given, family = parts.name, parts.given, parts.family
    return Mention(
        name,
        kind=kind,
        affiliations=once(*(place for place, _ in _affiliations(agent))),
        orcid=agent.orcid(orcid, "@id"),
        given=given,
        family=family,
        identifiers=once(*(web_address(one) for one in known if one != orcid)),
        role=role,
    )


def _kind(agent: Noted, name: str, given: str) -> AgentKind:
    told = {kind.lower() for kind in _words(agent, "@type")}
    if told & {"organization", "organisation", "consortium", "collegeoruniversity", "corporation", "project"}:
        return "group"
    return "person" if given or "person" in told or "," in name else kind_of(name)


def _affiliations(agent: Noted) -> Iterator[tuple[str, str]]:
    for value in agent.items("affiliation"):
        if isinstance(value, dict):
            place = agent.inside(value, "affiliation")
            known = [web for key in ("@id", "identifier") for web in _words(place, key, *_VALUED)]
            ror = next((place.ror(one, "@id") for one in known if "ror.org/" in one), "")
            yield place.first("name") or next(iter(known), ""), ror
        elif isinstance(value, str):
            yield value.strip(), ""


def _organizations(work: Noted) -> Iterator[tuple[str, str]]:
    for role in ("author", "creator", "agents", *ROLES):
        for value in work.items(role):
            if isinstance(value, dict):
                yield from (pair for pair in _affiliations(work.inside(value, role)) if all(pair))


def _subjects(work: Noted) -> Iterator[Subject]:
    for key in ("keywords", "tags"):
        for words in _words(work, key):
            yield from (Subject(word.strip()) for word in words.split(",") if word.strip())
    for key, scheme in (("programmingLanguage", "programming language"), ("applicationCategory", "application")):
        yield from (Subject(name, scheme=scheme) for name in _words(work, key))


def _funding(work: Noted) -> Iterator[Funding]:
    funders = [(name, _funder_iri(work, name)) for name in _words(work, "funder")]
    grants = work.items("funding")
    for grant in grants:
        if isinstance(grant, dict):
            found = work.inside(grant, "funding")
            funder = next(iter(_words(found, "funder")), "")
            award = next(iter(_words(found, "identifier", *_VALUED)), "")
            yield Funding(funder, _funder_iri(found, funder), award, found.first("name"))
        elif isinstance(grant, str):
            # One text names the grant; where there is one funder as well, it is that funder's.
            funder, iri = funders[0] if len(funders) == 1 else ("", "")
            yield Funding(funder, iri, grant.strip())
    if not grants or len(funders) > 1:
        yield from (Funding(name, iri) for name, iri in funders)


def _funder_iri(owner: Noted, name: str) -> str:
    for funder in owner.items("funder"):
        if isinstance(funder, dict) and funder.get("name") == name:
            return next((web_address(one) for one in _words(owner.inside(funder, "funder"), "@id")), "")
    return ""


def _related(work: Noted) -> Iterator[Related]:
    for key, kind in RELATIONS.items():
        for value in work.items(key):
            if isinstance(value, dict):
                thing = work.inside(value, key)
                known = [*_words(thing, "@id"), *_words(thing, "identifier", *_VALUED), *_words(thing, "url")]
                iri = next((iri for one in known if (iri := known_iri(one))), "")
                printed = plain(thing.first("name") or thing.first("headline")) or next(iter(known), "")
            else:
                printed = " ".join(work.inside({key: value}).texts(key))
                iri = known_iri(printed)
            if printed:
                yield Related(kind, iri, printed, key)
    for other in work.objects("relationship"):
        printed, relation = other.text("relatedIdentifier"), other.text("relationshipType")
        if printed:
            kind = RELATIONS.get(relation, "related")
            yield Related(kind, known_iri(printed), printed, relation)


FORMAT: Final = Format(
    "codemeta",
    "software described by codemeta.json",
    recognise,
    read,
    specification="CodeMeta 1.0, 2.0 and 3.0, JSON-LD",
    fields=FIELDS,
    aside=ASIDE,
)

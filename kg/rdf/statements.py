"""The patterns that a merged thing and a source's view of it have in common, as statements.

Knows how a text's licence sentences, an author's place, an observation, a grant and an action are written. The caller
says in which graph. Knows nothing of identity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from kg.model.entities import Authorship, MentionOf, RecordOf
from kg.model.identifiers import find_identifiers
from kg.model.licenses import find_licenses, license_sentences
from kg.model.links import find_links
from kg.model.records import Action, Observed
from kg.model.text import fold
from kg.rdf import vocab
from kg.rdf.lines import Names, Statement, W, iri, link, plain, text

COAR_TYPES = {
    "preprint": "c_816b",
    "journal article": "c_6501",
    "article": "c_6501",
    "conference paper": "c_5794",
    "conference proceedings": "c_f744",
    "proceedings": "c_f744",
    "book chapter": "c_3248",
    "book": "c_2f33",
    "review": "c_efa0",
    "report": "c_93fc",
    "technical report": "c_18gh",
    "thesis": "c_46ec",
    "doctoral thesis": "c_db06",
    "master thesis": "c_bdcc",
    "dataset": "c_ddb1",
    "software": "c_5ce6",
    "editorial": "c_b239",
    "letter": "c_0857",
    "patent": "c_15cd",
    "lecture": "c_8544",
    "working paper": "c_8042",
}
"""Work types as sites print them -> COAR Resource Type Vocabulary 3.1 (http://purl.org/coar/resource_type/)."""

RELATED = {
    "cites": "CITATION",
    "version-of": "DCT_IS_VERSION_OF",
    "part-of": "DCT_IS_PART_OF",
    "supplement-to": "DCT_RELATION",
    "review-of": "ITEM_REVIEWED",
    "translation-of": "TRANSLATION_OF_WORK",
    "same-as": "SAME_AS",
    "related": "DCT_RELATION",
}
"""What a record says of another work -> the property (a constant of the vocabulary)."""


def genre(thing: str, printed: str) -> Iterator[Statement]:
    """Yield the type of a work as printed, and as a COAR concept where the words are known."""
    if printed:
        yield (thing, W.GENRE, text(printed))
        if code := COAR_TYPES.get(fold(printed)):
            yield (thing, W.DCT_TYPE, f"<http://purl.org/coar/resource_type/{code}>")


def abstract(thing: str, words: str) -> Iterator[Statement]:
    """Yield an abstract and what it names: licences, other works, links that are not repositories."""
    if words:
        for predicate, value in _of_abstract(words):
            yield (thing, predicate, value)


@lru_cache(maxsize=16)  # the merged view shows what a source says
def _of_abstract(words: str) -> list[tuple[str, str]]:
    said = [(W.ABSTRACT, text(words))]
    said += ((W.KG_LICENSE_STATEMENT, text(sentence)) for sentence in license_sentences(words))
    said += ((W.KG_RELEASED_UNDER, iri(licence)) for licence in find_licenses(words))
    said += ((W.CITATION, link(identifier)) for identifier in find_identifiers(words))
    for found in find_links(words):
        if not found.repository and not found.url.startswith(("https://doi.org/", "https://arxiv.org/")):
            said.append((W.RDFS_SEE_ALSO, link(found.url)))
    return said


def bibliographic(names: Names, thing: str, found: RecordOf) -> Iterator[Statement]:
    """Yield what a record says beside title, date, type, abstract and authors. Several sources' words add up."""
    record = found.record
    for topic in found.topics:
        yield (thing, W.ABOUT, names.thing("topic", topic))
    for organization in found.organizations:
        yield (thing, W.SOURCE_ORGANIZATION, names.thing("organization", organization))
    if found.venue:
        yield (thing, W.IS_PART_OF, names.thing("venue", found.venue))
    for identifier in record.identifiers:
        yield (thing, W.SAME_AS, link(identifier))
    if record.code_badge:
        yield (thing, W.KG_CODE_AVAILABLE, plain(True))
    for title in record.alternative_titles:
        yield (thing, W.ALTERNATE_NAME, text(title))
    for predicate, printed in (
        (W.KG_EVENT, record.event),
        (W.VOLUME_NUMBER, record.volume),
        (W.ISSUE_NUMBER, record.issue),
        (W.PAGINATION, record.pages),
        *((W.IN_LANGUAGE, language) for language in record.languages),
        (W.VERSION, record.version),
    ):
        if printed:
            yield (thing, predicate, text(printed))
    if record.retracted:
        yield (thing, W.CREATIVE_WORK_STATUS, text(f"retracted: {record.retracted}".removesuffix(": retracted")))
    for award in record.awards:
        yield (thing, W.AWARD, text(award))
    for note in record.notes:
        yield (thing, W.SKOS_NOTE, text(note))
    if found.publisher:
        yield (thing, W.PUBLISHER, names.thing("organization", found.publisher))
    for url in record.urls:
        yield (thing, W.URL, link(url))
    for licence in record.licenses:
        web = licence.startswith(("http://", "https://"))
        yield (thing, W.LICENSE, link(licence)) if web else (thing, W.DCT_RIGHTS, text(licence))
    for subject in record.subjects:
        if subject.name:
            yield (thing, W.KEYWORDS, text(subject.name))
        if subject.iri:
            yield (thing, W.DCT_SUBJECT, link(subject.iri))
    for funding, funder in zip(record.funding, found.funders, strict=True):
        said = (funding.funder, funding.funder_iri, funding.award, funding.award_title)
        content = "\n".join((*said, funding.award_url) if funding.award_url else said)
        node = names.part(thing, f"grant-{_short(content)}")
        yield (thing, W.FUNDING, node)
        yield (node, W.RDF_TYPE, W.GRANT)
        if funding.award:
            yield (node, W.IDENTIFIER, text(funding.award))
        if funding.award_title:
            yield (node, W.NAME, text(funding.award_title))
        if funding.award_url:
            yield (node, W.URL, link(funding.award_url))
        if funder:
            yield (node, W.FUNDER, names.thing("organization", funder))
        if funding.funder_iri:
            yield (node, W.RDFS_SEE_ALSO, link(funding.funder_iri))
    for related in record.related:
        predicate = getattr(W, RELATED[related.kind])
        if related.iri:
            yield (thing, predicate, link(related.iri))
        elif related.printed:
            yield (
                thing,
                W.KG_CITES_AS_PRINTED if related.kind == "cites" else W.KG_RELATED_AS_PRINTED,
                text(related.printed),
            )


def authorship(names: Names, work: str, place: Authorship, mentions: Iterable[MentionOf]) -> Iterator[Statement]:
    """Yield an authorship node with the names as the given mentions print them, with a plain link beside it."""
    agent = names.agent(place.agent)
    node = authorship_node(names, work, place)
    yield (work, W.AUTHOR, agent)
    yield (work, W.KG_AUTHORSHIP_OF, node)
    yield (node, W.RDF_TYPE, W.KG_AUTHORSHIP)
    yield (node, W.KG_AGENT, agent)
    if place.position:
        yield (node, W.POSITION, plain(place.position))
    yield from _printed(names, node, mentions)


def contribution(names: Names, work: str, place: Authorship, mentions: Iterable[MentionOf]) -> Iterator[Statement]:
    """Yield an agent's part in another role than author, as a role node, with a plain link beside it."""
    agent = names.agent(place.agent)
    node = names.part(work, f"{fold(place.role).replace(' ', '-') or 'contributor'}-{place.agent.id}")
    yield (work, W.EDITOR if place.role == "editor" else W.CONTRIBUTOR, agent)
    yield (work, W.KG_CONTRIBUTION_TO, node)
    yield (node, W.RDF_TYPE, W.KG_CONTRIBUTION)
    yield (node, W.KG_AGENT, agent)
    yield (node, W.ROLE_NAME, text(place.role))
    yield from _printed(names, node, mentions)


def _printed(names: Names, node: str, mentions: Iterable[MentionOf]) -> Iterator[Statement]:
    for mention in mentions:
        yield (node, W.KG_NAME_AS_PRINTED, text(mention.name))
        yield (node, W.PROV_WAS_DERIVED_FROM, names.thing("source", mention.source_id))
        for variant in mention.variants:
            yield (node, W.ALTERNATE_NAME, text(variant))
        for affiliation in mention.affiliations:
            yield (node, W.KG_AFFILIATION_AS_PRINTED, text(affiliation))
        for organization in mention.organizations:
            yield (node, W.AFFILIATION, names.thing("organization", organization))
        if mention.orcid:
            yield (node, W.KG_ORCID_AS_PRINTED, text(mention.orcid))
        for identifier in mention.identifiers:
            yield (node, W.KG_IDENTIFIED_AS, link(identifier))


def authorship_node(names: Names, work: str, place: Authorship) -> str:
    """Return the node of an author's place: by position where it is known, by the agent where it is not."""
    return names.part(work, f"author-{place.position}" if place.position else f"author-of-{place.agent.id}")


def observation(names: Names, about: str, observed: Observed, source_id: str, captured: str) -> Iterator[Statement]:
    """Yield a figure or state that a site gave: what, of whom, when, from where, and the words as printed."""
    content = "\n".join((source_id, observed.measure, str(observed.value), observed.printed))
    node = names.part(about, f"observation-{_short(content)}")
    yield (node, W.RDF_TYPE, W.OBSERVATION)
    yield (node, W.OBSERVATION_ABOUT, about)
    yield (node, W.MEASURED_PROPERTY, str(vocab.kg_term(observed.measure)))
    yield (node, W.VALUE, plain(observed.value))
    yield (node, W.KG_VALUE_AS_PRINTED, text(observed.printed))
    yield (node, W.PROV_HAD_PRIMARY_SOURCE, names.thing("source", source_id))
    yield (node, W.KG_LINE, plain(observed.line))
    if observed.unit:
        yield (node, W.UNIT_TEXT, text(observed.unit))
    if captured:
        yield (node, W.OBSERVATION_DATE, captured)


def action(names: Names, source: str, number: int, offered: Action) -> Iterator[Statement]:
    """Yield something that a page offers its readers to do."""
    node = names.part(source, f"action-{number}")
    yield (node, W.RDF_TYPE, W.ACTION)
    if offered.kind != "Action":
        yield (node, W.RDF_TYPE, iri(vocab.PREFIXES["schema"] + offered.kind))
    yield (node, W.NAME, text(offered.name))
    yield (node, W.KG_VALUE_AS_PRINTED, text(offered.printed))


def _short(content: str) -> str:
    return hashlib.blake2b(content.encode(), digest_size=4).hexdigest()

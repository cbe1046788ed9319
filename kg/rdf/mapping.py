"""From entities to quads: the merged view, what each source said, and the evidence of identity.

``quads(resolved, iris)`` is the door: it yields every quad of a build but the ontology and the dataset description, in
no particular order and possibly more than once; the artefact sorts and deduplicates. Knows entities and vocabulary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg.model.dates import PartialDate
from kg.model.entities import (
    Agent,
    Disagreement,
    Join,
    Organization,
    ProfileOf,
    RecordOf,
    Resolved,
    Software,
    SourceOf,
    Venue,
    Work,
)
from kg.model.topics import ARCHIVES, find_topic
from kg.rdf import statements
from kg.rdf import vocab as v
from kg.rdf.iris import Iris
from kg.rdf.statements import Statement
from kg.rdf.terms import date_literal, literal

_PAGE_TYPES = {"trust-profile": v.PROFILE_PAGE, "scored-profile": v.PROFILE_PAGE}
_PROPERTIES = {"datePublished": v.DATE_PUBLISHED, "name": v.NAME, "abstract": v.ABSTRACT, "genre": v.GENRE}


def quads(resolved: Resolved, iris: Iris) -> Iterator[Quad]:
    """Yield the quads of a build: default graph, one graph a source, and the identity graph."""
    captured = {s.id: date_literal(s.source.captured) if s.source.captured else None for s in resolved.sources}
    merged = DefaultGraph()
    identity = iris.graph("identity")
    for work in resolved.works:
        yield from _in(merged, _work(iris, work, captured))
        for record in work.records:
            graph = iris.source_graph(record.source_id)
            yield from _in(graph, _record(iris, work, record, captured[record.source_id]))
        yield from _in(identity, _joins(iris, iris.thing("work", work.id), work.joins))
    for agent in resolved.agents:
        yield from _agent(iris, agent, captured)
        yield from _in(identity, _mentions(iris, agent))
    for source in resolved.sources:
        yield from _in(merged, _source(iris, source))
        yield from _in(iris.source_graph(source.id), _problems(iris, source))
    for triples in (
        (_organization(iris, o) for o in resolved.organizations),
        (_venue(iris, venue) for venue in resolved.venues),
        (_software(iris, s) for s in resolved.software),
    ):
        for thing in triples:
            yield from _in(merged, thing)
    yield from _in(merged, _topics(iris, resolved.topics))
    for redirect in resolved.redirects:
        old, new = iris.thing(redirect.kind, redirect.old), iris.thing(redirect.kind, redirect.new)
        yield Quad(old, v.DCT_IS_REPLACED_BY, new, identity)


def _in(graph: NamedNode | DefaultGraph, triples: Iterable[Statement]) -> Iterator[Quad]:
    for subject, predicate, value in triples:
        yield Quad(subject, predicate, value, graph)


def _work(iris: Iris, work: Work, captured: Mapping[str, Literal | None]) -> Iterator[Statement]:
    """Yield a work as the merged view shows it."""
    thing = iris.thing("work", work.id)
    yield (thing, v.RDF_TYPE, v.SCHOLARLY_ARTICLE)
    yield (thing, v.RDF_TYPE, v.FOAF_DOCUMENT)
    if work.title:
        yield (thing, v.NAME, Literal(work.title))
    yield from statements.abstract(thing, work.abstract)
    yield from _date(thing, work.date)
    yield from statements.genre(thing, work.genre)
    if work.complete is not None:
        yield (thing, v.KG_AUTHOR_LIST_COMPLETE, literal(work.complete))
    for record in work.records:
        yield (thing, v.PROV_WAS_DERIVED_FROM, iris.thing("source", record.source_id))
        yield from _record_links(iris, thing, record)
        for observed in record.record.observed:
            yield from statements.observation(iris, thing, observed, record.source_id, captured[record.source_id])
    for software in work.software:
        yield (thing, v.MENTIONS, iris.thing("software", software))
    for place in work.authorships:
        yield from statements.authorship(iris, thing, place, place.mentions)
    for disagreement in work.disagreements:
        yield from _disagreement(iris, thing, disagreement)


def _record_links(iris: Iris, thing: NamedNode, record: RecordOf) -> Iterator[Statement]:
    """Yield what a record links a work to: these links of several sources add up, they do not compete."""
    for topic in record.topics:
        yield (thing, v.ABOUT, iris.thing("topic", topic))
    for organization in record.organizations:
        yield (thing, v.SOURCE_ORGANIZATION, iris.thing("organization", organization))
    if record.venue:
        yield (thing, v.IS_PART_OF, iris.thing("venue", record.venue))
    for identifier in record.record.identifiers:
        yield (thing, v.SAME_AS, NamedNode(identifier))
    if record.record.code_badge:
        yield (thing, v.KG_CODE_AVAILABLE, literal(True))


def _date(thing: NamedNode, date: PartialDate | None) -> Iterator[Statement]:
    if date:
        yield (thing, v.DATE_PUBLISHED, date_literal(date))
        if date.year_from_capture:
            yield (thing, v.KG_YEAR_FROM_CAPTURE, literal(True))


def _disagreement(iris: Iris, thing: NamedNode, found: Disagreement) -> Iterator[Statement]:
    node = iris.part(thing, f"disagreement-{found.about}")
    yield (thing, v.KG_HAS_DISAGREEMENT, node)
    yield (node, v.RDF_TYPE, v.KG_DISAGREEMENT)
    yield (node, v.KG_ON_PROPERTY, _PROPERTIES[found.about])
    yield (node, v.KG_CHOSEN_VALUE, _claimed(found.chosen))
    for number, claim in enumerate(found.claims, 1):
        part = iris.part(thing, f"claim-{found.about}-{number}")
        yield (node, v.KG_HAS_CLAIM, part)
        yield (part, v.RDF_TYPE, v.KG_CLAIM)
        yield (part, v.KG_CLAIMED_VALUE, _claimed(claim.value))
        yield (part, v.PROV_HAD_PRIMARY_SOURCE, iris.thing("source", claim.source_id))


def _claimed(value: str | PartialDate) -> Literal:
    return date_literal(value) if isinstance(value, PartialDate) else Literal(value)


def _record(iris: Iris, work: Work, found: RecordOf, captured: Literal | None) -> Iterator[Statement]:
    """Yield a work as one source states it, with the record's place and its words."""
    thing, record = iris.thing("work", work.id), found.record
    yield (thing, v.RDF_TYPE, v.SCHOLARLY_ARTICLE)
    if record.title:
        yield (thing, v.NAME, Literal(record.title))
    yield from statements.abstract(thing, record.abstract)
    yield from _date(thing, record.date)
    yield from statements.genre(thing, record.genre)
    if record.byline and record.byline.mentions:
        yield (thing, v.KG_AUTHOR_LIST_COMPLETE, literal(record.byline.complete))
    yield from _record_links(iris, thing, found)
    for place in work.authorships:
        own = [m for m in place.mentions if m.source_id == found.source_id and m.record_node == found.node]
        if own:
            yield from statements.authorship(iris, thing, place, own)
    for observed in record.observed:
        yield from statements.observation(iris, thing, observed, found.source_id, captured)
    node = iris.node(found.node)
    yield from _placed(iris, node, found.source_id, record.place.line, record.place.last_line, record.snippet)
    yield (node, v.RDF_TYPE, v.KG_RECORD)
    yield (node, v.ABOUT, thing)
    if record.date_printed:
        yield (node, v.KG_DATE_AS_PRINTED, Literal(record.date_printed))
    if record.byline and record.byline.printed:
        yield (node, v.KG_BYLINE_AS_PRINTED, Literal(record.byline.printed))
    for topic in record.topics:
        yield (node, v.KG_TOPIC_AS_PRINTED, Literal(topic))
    for keyword in record.organizations:
        yield (node, v.KG_KEYWORD_AS_PRINTED, Literal(keyword))
    if record.doubt:
        yield (node, v.KG_READING_DOUBT, Literal(record.doubt))
    for reading in record.readings:
        yield (node, v.KG_POSSIBLE_READING, Literal(f"{reading.title} | {reading.authors}"))


def _placed(
    iris: Iris, node: NamedNode, source_id: str, line: int, last_line: int, snippet: str
) -> Iterator[Statement]:
    """Yield where something stands in a source, with the text as it stands there."""
    yield (node, v.IS_PART_OF, iris.thing("source", source_id))
    yield (node, v.KG_LINE, literal(line))
    yield (node, v.KG_LAST_LINE, literal(last_line))
    yield (node, v.KG_SNIPPET, Literal(snippet))


def _agent(iris: Iris, agent: Agent, captured: Mapping[str, Literal | None]) -> Iterator[Quad]:
    """Yield a person or group: merged, and as each page with its profile states it."""
    thing = iris.agent(agent.ref)
    merged = DefaultGraph()
    types = (v.PERSON, v.FOAF_PERSON) if agent.ref.kind == "person" else (v.KG_GROUP, v.ORGANIZATION, v.FOAF_GROUP)
    yield from _in(merged, ((thing, v.RDF_TYPE, t) for t in types))
    yield from _in(merged, ((thing, p, Literal(agent.name)) for p in (v.NAME, v.FOAF_NAME)))
    yield from _in(merged, ((thing, v.ALTERNATE_NAME, Literal(n)) for n in agent.names if n != agent.name))
    names: dict[str, set[str]] = defaultdict(set)
    for mention in agent.mentions:
        names[mention.source_id].add(mention.name)
    for source_id, printed in sorted(names.items()):
        yield Quad(thing, v.PROV_WAS_DERIVED_FROM, iris.thing("source", source_id), merged)
        graph = iris.source_graph(source_id)
        yield from _in(graph, ((thing, v.RDF_TYPE, t) for t in types))
        yield from _in(graph, ((thing, p, Literal(n)) for n in sorted(printed) for p in (v.NAME, v.FOAF_NAME)))
    for profile in agent.profiles:
        stated = list(_profile(iris, thing, profile, captured[profile.source_id]))
        yield from _in(merged, stated)
        graph = iris.source_graph(profile.source_id)
        yield from _in(graph, stated)
        node = iris.node(profile.node)
        yield from _in(graph, _placed(iris, node, profile.source_id, profile.line, profile.last_line, profile.snippet))
        yield from _in(graph, ((node, v.RDF_TYPE, v.KG_RECORD), (node, v.ABOUT, thing)))


def _profile(iris: Iris, thing: NamedNode, profile: ProfileOf, captured: Literal | None) -> Iterator[Statement]:
    if profile.description:
        yield (thing, v.DESCRIPTION, Literal(profile.description))
    for organization in profile.organizations:
        yield (thing, v.AFFILIATION, iris.thing("organization", organization))
    for identifier in profile.identifiers:
        yield (thing, v.SAME_AS, NamedNode(identifier))
    for observed in profile.observed:
        yield from statements.observation(iris, thing, observed, profile.source_id, captured)


def _mentions(iris: Iris, agent: Agent) -> Iterator[Statement]:
    """Yield each printed name of an agent, where it is printed, and why the names are one agent's."""
    thing = iris.agent(agent.ref)
    for mention in agent.mentions:
        node = iris.node(mention.node)
        yield (node, v.RDF_TYPE, v.KG_MENTION)
        yield (node, v.KG_NAME_AS_PRINTED, Literal(mention.name))
        yield (node, v.KG_IN_RECORD, iris.node(mention.record_node))
        yield (node, v.KG_REFERS_TO, thing)
        if mention.position:
            yield (node, v.POSITION, literal(mention.position))
    yield from _joins(iris, thing, agent.joins)


def _joins(iris: Iris, thing: NamedNode, joins: Iterable[Join]) -> Iterator[Statement]:
    for number, join in enumerate(joins, 1):
        node = iris.part(thing, f"join-{number}")
        yield (node, v.RDF_TYPE, v.KG_JOIN)
        yield (node, v.KG_REFERS_TO, thing)
        yield (node, v.KG_JOINS, iris.node(join.a))
        yield (node, v.KG_JOINS, iris.node(join.b))
        yield (node, v.KG_RULE, Literal(join.rule))
        yield (node, v.KG_WEIGHT, literal(join.weight))
        yield (node, v.RDFS_COMMENT, Literal(join.comment))


def _source(iris: Iris, found: SourceOf) -> Iterator[Statement]:
    thing, source = iris.thing("source", found.id), found.source
    for kind in (v.KG_SOURCE, v.PROV_ENTITY, v.FOAF_DOCUMENT, _PAGE_TYPES.get(source.layout, v.COLLECTION_PAGE)):
        yield (thing, v.RDF_TYPE, kind)
    yield (thing, v.NAME, Literal(found.title))
    yield (thing, v.KG_FILE, Literal(source.file))
    yield (thing, v.SHA256, Literal(source.sha256))
    for predicate, text in ((v.KG_LAYOUT, source.layout), (v.KG_SITE, source.site), (v.DCT_RIGHTS, source.rights)):
        if text:
            yield (thing, predicate, Literal(text))
    if source.captured:
        yield (thing, v.KG_CAPTURED, date_literal(source.captured))
    if found.subject:
        subject = iris.agent(found.subject)
        yield (thing, v.MAIN_ENTITY, subject)
        yield (thing, v.FOAF_PRIMARY_TOPIC, subject)
    if found.subject_evidence:
        yield (thing, v.KG_SUBJECT_EVIDENCE, Literal(found.subject_evidence))
    for number, offered in enumerate(found.actions, 1):
        yield from statements.action(iris, thing, number, offered)


def _problems(iris: Iris, found: SourceOf) -> Iterator[Statement]:
    """Yield the lines of a source that fit no layout: they are kept as they stand, with the reason."""
    for problem in found.problems:
        if problem.kind == "unread":
            node = iris.node(f"{found.id}#L{problem.place.line}-unread")
            yield (node, v.RDF_TYPE, v.KG_UNREAD_LINE)
            yield (node, v.RDFS_COMMENT, Literal(problem.cause))
            yield from _placed(iris, node, found.id, problem.place.line, problem.place.last_line, problem.text)


def _derived(iris: Iris, thing: NamedNode, sources: Iterable[str]) -> Iterator[Statement]:
    for source_id in sources:
        yield (thing, v.PROV_WAS_DERIVED_FROM, iris.thing("source", source_id))


def _organization(iris: Iris, found: Organization) -> Iterator[Statement]:
    thing = iris.thing("organization", found.id)
    yield (thing, v.RDF_TYPE, v.ORGANIZATION)
    yield (thing, v.RDF_TYPE, v.FOAF_ORGANIZATION)
    yield (thing, v.NAME, Literal(found.name))
    yield (thing, v.FOAF_NAME, Literal(found.name))
    for keyword in found.keywords:
        yield (thing, v.KG_KEYWORD_AS_PRINTED, Literal(keyword))
    if found.ror:
        yield (thing, v.SAME_AS, NamedNode(found.ror))
    yield from _derived(iris, thing, found.sources)


def _venue(iris: Iris, found: Venue) -> Iterator[Statement]:
    thing = iris.thing("venue", found.id)
    yield (thing, v.RDF_TYPE, v.KG_VENUE)
    yield (thing, v.RDF_TYPE, v.CREATIVE_WORK)
    yield (thing, v.NAME, Literal(found.name))
    yield from _derived(iris, thing, found.sources)


def _software(iris: Iris, found: Software) -> Iterator[Statement]:
    thing = iris.thing("software", found.id)
    yield (thing, v.RDF_TYPE, v.SOFTWARE_SOURCE_CODE)
    yield (thing, v.NAME, Literal(found.name))
    yield (thing, v.CODE_REPOSITORY, NamedNode(found.repository))
    yield from _derived(iris, thing, found.sources)


def _topics(iris: Iris, notations: Iterable[str]) -> Iterator[Statement]:
    """Yield the categories that works are about, and the archives above them, as one SKOS scheme."""
    scheme = iris.thing("topic", "arxiv")
    labels: dict[str, str] = {}
    for notation in notations:
        topic = find_topic(notation)
        if topic is None:
            continue
        labels[topic.notation] = topic.label
        if topic.archive:
            labels[topic.archive] = ARCHIVES[topic.archive]
            yield (iris.thing("topic", topic.notation), v.SKOS_BROADER, iris.thing("topic", topic.archive))
    for notation, label in labels.items():
        thing = iris.thing("topic", notation)
        yield (thing, v.RDF_TYPE, v.SKOS_CONCEPT)
        yield (thing, v.SKOS_PREF_LABEL, Literal(label, language="en"))
        yield (thing, v.NAME, Literal(label))
        yield (thing, v.SKOS_NOTATION, Literal(notation))
        yield (thing, v.SKOS_IN_SCHEME, scheme)
    if labels:
        yield (scheme, v.RDF_TYPE, v.SKOS_CONCEPT_SCHEME)
        yield (scheme, v.SKOS_PREF_LABEL, Literal("arXiv category taxonomy", language="en"))
        yield (scheme, v.NAME, Literal("arXiv category taxonomy"))

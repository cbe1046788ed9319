"""From entities to statements: the merged view, what each source said, and the evidence of identity.

``fragments(resolved, iris)`` is the door. A fragment holds every statement about one thing and its parts, in whatever
graph: all lines that begin with one prefix. Fragments come in the order of their prefixes, so that written one after
the other they are the whole graph in canonical order, and a thing that did not change need not be mapped again: its
facts say so. Knows entities and vocabulary. Does not know files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import TypeVar

import msgspec

from kg.model.dates import PartialDate
from kg.model.entities import (
    Agent,
    Disagreement,
    Join,
    MentionOf,
    Organization,
    ProfileOf,
    Redirect,
    Resolved,
    Software,
    SourceOf,
    Statement,
    Venue,
    Work,
)
from kg.model.records import Place, WorkRecord
from kg.model.topics import ARCHIVES, find_topic
from kg.rdf import statements
from kg.rdf.iris import Iris
from kg.rdf.lines import Names, W, date, in_graph, link, plain, text
from kg.rdf.lines import Statement as Said

_KINDS_OF_SOURCE = {
    "trust-profile": "PROFILE_PAGE",
    "scored-profile": "PROFILE_PAGE",
    "work-list": "COLLECTION_PAGE",
    "abstract-list": "COLLECTION_PAGE",
}
_PROPERTIES = {"datePublished": "DATE_PUBLISHED", "name": "NAME", "abstract": "ABSTRACT", "genre": "GENRE"}
_DIGEST = 16
_encoder = msgspec.msgpack.Encoder()

T = TypeVar("T", Organization, Venue, Software)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Everything that is said about one thing and its parts.

    ``prefix`` is how all its lines begin, ``digest`` follows from what they depend on, ``lines`` makes them (N-Quads
    with line ends, each once, in no order).
    """

    prefix: str
    digest: bytes
    lines: Callable[[], Iterable[str]]


def fragments(resolved: Resolved, iris: Iris) -> Iterator[Fragment]:
    """Yield the fragments of a build in the order of their prefixes."""
    names = Names(iris.base)
    mapper = _Mapper(names, resolved)
    redirects: dict[str, list[Redirect]] = {}
    for redirect in resolved.redirects:
        redirects.setdefault(redirect.kind, []).append(redirect)
    base = f"<{iris.base}"

    def moved(kind: str) -> list[Fragment]:
        return [
            Fragment(f"{base}{kind}/{r.old}", _digest((r.old, r.new)), partial(mapper.redirect, r))
            for r in redirects.get(kind, ())
        ]

    def of(kind: str, things: Iterable[Fragment]) -> list[Fragment]:
        return sorted((*things, *moved(kind)), key=lambda fragment: fragment.prefix)

    agents = resolved.agents
    numbers: dict[str, list[int]] = {"person": [], "group": []}
    for i, key in enumerate(agents.keys):
        numbers[key.partition("/")[0]].append(i)

    def agent(i: int) -> Fragment:
        return Fragment(f"{base}{agents.keys[i]}", _digest(agents.facts(i)), lambda: mapper.agent(agents[i]))

    yield from of("group", map(agent, numbers["group"]))
    yield from of(
        "organization", (mapper.named("organization", o, mapper.organization) for o in resolved.organizations)
    )
    yield from of("person", map(agent, numbers["person"]))
    yield from of("software", (mapper.named("software", s, mapper.software) for s in resolved.software))
    yield from mapper.sources(resolved, base)
    if resolved.topics:
        yield Fragment(f"{base}topic/", _digest(resolved.topics), lambda: mapper.topics(resolved.topics))
    yield from of("venue", (mapper.named("venue", venue, mapper.venue) for venue in resolved.venues))
    works = resolved.works

    def work(i: int) -> Fragment:
        return Fragment(f"{base}work/{works.keys[i]}", _digest(works.facts(i)), lambda: mapper.work(works[i]))

    yield from of("work", map(work, range(len(works))))


def count_fragments(resolved: Resolved) -> int:
    """Return how many fragments there will be."""
    things = len(resolved.agents) + len(resolved.works) + len(resolved.records) + len(resolved.entries)
    named = len(resolved.organizations) + len(resolved.venues) + len(resolved.software) + len(resolved.redirects)
    return things + named + 2 * len(resolved.sources) + bool(resolved.topics)


def _digest(facts: object) -> bytes:
    return blake2b(_encoder.encode(facts), digest_size=_DIGEST).digest()


class _Mapper:
    """Makes the lines of each kind of thing."""

    def __init__(self, names: Names, resolved: Resolved) -> None:
        self._names = names
        self._base = names.thing("", "")[:-2]
        self._identity = names.graph("identity")
        self._captured = {s.id: date(s.source.captured) if s.source.captured else "" for s in resolved.sources}

    def _source_graph(self, source_id: str) -> str:
        return self._names.graph(f"source/{source_id}")

    # Works.

    def work(self, work: Work) -> list[str]:
        """Return a work as the merged view shows it, as each source states it, and why its records are one."""
        names = self._names
        thing = names.thing("work", work.id)
        lines = in_graph(dict.fromkeys(self._merged_work(thing, work)))
        for source_id in dict.fromkeys(record.source_id for record in work.records):
            stated = dict.fromkeys(self._stated_work(thing, work, source_id))
            lines += in_graph(stated, self._source_graph(source_id))
        lines += in_graph(self._joins(thing, work.joins), self._identity)
        return lines

    def _merged_work(self, thing: str, work: Work) -> Iterator[Said]:
        names = self._names
        yield (thing, W.RDF_TYPE, W.SCHOLARLY_ARTICLE)
        yield (thing, W.RDF_TYPE, W.FOAF_DOCUMENT)
        if work.title:
            yield (thing, W.NAME, text(work.title))
        yield from statements.abstract(thing, work.abstract)
        yield from _date(thing, work.date)
        yield from statements.genre(thing, work.genre)
        if work.complete is not None:
            yield (thing, W.KG_AUTHOR_LIST_COMPLETE, plain(work.complete))
        for record in work.records:
            yield (thing, W.PROV_WAS_DERIVED_FROM, names.thing("source", record.source_id))
            yield from statements.bibliographic(names, thing, record)
            yield from self._observations(thing, record.record, record.source_id)
        for cited in work.cites:
            yield (thing, W.CITATION, names.thing("work", cited))
        for software in work.software:
            yield (thing, W.MENTIONS, names.thing("software", software))
        for place in work.authorships:
            agent = names.agent(place.agent)
            yield (thing, W.AUTHOR, agent)
            yield (thing, W.FOAF_MAKER, agent)
            yield from statements.authorship(names, thing, place, place.mentions)
        for place in work.contributions:
            yield from statements.contribution(names, thing, place, place.mentions)
        for disagreement in work.disagreements:
            yield from self._disagreement(thing, disagreement)

    def _stated_work(self, thing: str, work: Work, source_id: str) -> Iterator[Said]:
        """Yield a work as one source states it, in one or several records."""
        names = self._names
        yield (thing, W.RDF_TYPE, W.SCHOLARLY_ARTICLE)
        for found in work.records:
            if found.source_id != source_id:
                continue
            record = found.record
            if record.title:
                yield (thing, W.NAME, text(record.title))
            yield from statements.abstract(thing, record.abstract)
            yield from _date(thing, record.date)
            yield from statements.genre(thing, record.genre)
            if record.byline and record.byline.mentions:
                yield (thing, W.KG_AUTHOR_LIST_COMPLETE, plain(record.byline.complete))
            yield from statements.bibliographic(names, thing, found)
            yield from self._observations(thing, record, source_id)
        for place in (*work.authorships, *work.contributions):
            if own := [m for m in place.mentions if m.source_id == source_id]:
                if place.role == "author":
                    yield (thing, W.AUTHOR, names.agent(place.agent))
                    yield from statements.authorship(names, thing, place, own)
                else:
                    yield from statements.contribution(names, thing, place, own)

    def _observations(self, thing: str, record: WorkRecord, source_id: str) -> Iterator[Said]:
        for observed in record.observed:
            yield from statements.observation(self._names, thing, observed, source_id, self._captured[source_id])

    def _disagreement(self, thing: str, found: Disagreement) -> Iterator[Said]:
        names = self._names
        node = names.part(thing, f"disagreement-{found.about}")
        yield (thing, W.KG_HAS_DISAGREEMENT, node)
        yield (node, W.RDF_TYPE, W.KG_DISAGREEMENT)
        yield (node, W.KG_ON_PROPERTY, getattr(W, _PROPERTIES[found.about]))
        yield (node, W.KG_CHOSEN_VALUE, _claimed(found.chosen))
        for number, claim in enumerate(found.claims, 1):
            part = names.part(thing, f"claim-{found.about}-{number}")
            yield (node, W.KG_HAS_CLAIM, part)
            yield (part, W.RDF_TYPE, W.KG_CLAIM)
            yield (part, W.KG_CLAIMED_VALUE, _claimed(claim.value))
            yield (part, W.PROV_HAD_PRIMARY_SOURCE, names.thing("source", claim.source_id))

    # People and groups.

    def agent(self, agent: Agent) -> list[str]:
        """Return a person or group: merged, as each source names it, and why its names are one agent's."""
        names = self._names
        thing = names.agent(agent.ref)
        types = (W.PERSON, W.FOAF_PERSON) if agent.ref.kind == "person" else (W.KG_GROUP, W.ORGANIZATION, W.FOAF_GROUP)
        merged: list[Said] = [(thing, W.RDF_TYPE, kind) for kind in types]
        merged += ((thing, p, text(agent.name)) for p in (W.NAME, W.FOAF_NAME))
        merged += ((thing, W.ALTERNATE_NAME, text(n)) for n in agent.names if n != agent.name)
        merged += ((thing, W.SAME_AS, link(identifier)) for identifier in agent.identifiers)
        merged += ((thing, W.FOAF_MADE, names.thing("work", work)) for work in agent.works)
        printed: dict[str, set[str]] = {}
        for mention in agent.mentions:
            printed.setdefault(mention.source_id, set()).add(mention.name)
        stated: dict[str, list[Said]] = {}
        for source_id, forms in printed.items():
            merged.append((thing, W.PROV_WAS_DERIVED_FROM, names.thing("source", source_id)))
            stated[source_id] = [
                (thing, W.RDF_TYPE, types[0]),
                *((thing, W.NAME, text(form)) for form in sorted(forms)),
            ]
        for profile in agent.profiles:
            said = list(self._profile(thing, profile))
            merged += said
            stated.setdefault(profile.source_id, []).extend(said)
        lines = in_graph(dict.fromkeys(merged))
        for source_id, said in stated.items():
            lines += in_graph(dict.fromkeys(said), self._source_graph(source_id))
        lines += in_graph(self._joins(thing, agent.joins), self._identity)
        return lines

    def _profile(self, thing: str, profile: ProfileOf) -> Iterator[Said]:
        names = self._names
        if profile.description:
            yield (thing, W.DESCRIPTION, text(profile.description))
        for name in profile.names:
            yield (thing, W.ALTERNATE_NAME, text(name))
        for organization in profile.organizations:
            yield (thing, W.AFFILIATION, names.thing("organization", organization))
        for identifier in profile.identifiers:
            yield (thing, W.SAME_AS, link(identifier))
        for url in profile.urls:
            yield (thing, W.URL, link(url))
        for observed in profile.observed:
            captured = self._captured[profile.source_id]
            yield from statements.observation(names, thing, observed, profile.source_id, captured)

    def _joins(self, thing: str, joins: Iterable[Join]) -> Iterator[Said]:
        names = self._names
        for number, join in enumerate(joins, 1):
            node = names.part(thing, f"join-{number}")
            yield (node, W.RDF_TYPE, W.KG_JOIN)
            yield (node, W.KG_REFERS_TO, thing)
            yield (node, W.KG_JOINS, names.node(join.a))
            yield (node, W.KG_JOINS, names.node(join.b))
            yield (node, W.KG_RULE, text(join.rule))
            yield (node, W.KG_WEIGHT, plain(join.weight))
            yield (node, W.RDFS_COMMENT, text(join.comment))

    # Sources, and the records in them.

    def sources(self, resolved: Resolved, base: str) -> Iterator[Fragment]:
        """Yield each source: what it offers and what was not read, then its entries, its records, and itself."""
        of_source: dict[str, list[tuple[str, int, bool]]] = {source.id: [] for source in resolved.sources}
        for is_entry, nodes in ((True, resolved.entries.keys), (False, resolved.records.keys)):
            for i, node in enumerate(nodes):
                of_source[node.partition("#")[0]].append((node, i, is_entry))
        entries, records = resolved.entries, resolved.records

        def entry(i: int) -> list[str]:
            return self._entry(*entries[i])

        def record(i: int) -> list[str]:
            return self._record(records[i])

        for found in resolved.sources:
            digest = _digest(found)
            yield Fragment(f"{base}source/{found.id}#", digest, partial(self._parts, found))
            for node, i, is_entry in sorted(of_source[found.id]):
                facts, make = (entries.facts, entry) if is_entry else (records.facts, record)
                yield Fragment(f"{base}source/{node}", _digest(facts(i)), partial(make, i))
            yield Fragment(f"{base}source/{found.id}>", digest, partial(self._source, found))

    def _source(self, found: SourceOf) -> list[str]:
        return in_graph(self._about_source(found))

    def _about_source(self, found: SourceOf) -> Iterator[Said]:
        names, source = self._names, found.source
        thing = names.thing("source", found.id)
        kind = _KINDS_OF_SOURCE.get(source.layout, "DIGITAL_DOCUMENT")
        for term in (W.KG_SOURCE, W.PROV_ENTITY, W.FOAF_DOCUMENT, getattr(W, kind)):
            yield (thing, W.RDF_TYPE, term)
        yield (thing, W.NAME, text(found.title))
        yield (thing, W.KG_FILE, text(source.file))
        yield (thing, W.SHA256, text(source.sha256))
        for predicate, words in ((W.KG_LAYOUT, source.layout), (W.KG_SITE, source.site), (W.DCT_RIGHTS, source.rights)):
            if words:
                yield (thing, predicate, text(words))
        if source.captured:
            yield (thing, W.KG_CAPTURED, date(source.captured))
        if found.subject:
            subject = names.agent(found.subject)
            yield (thing, W.MAIN_ENTITY, subject)
            yield (thing, W.FOAF_PRIMARY_TOPIC, subject)
        if found.subject_evidence:
            yield (thing, W.KG_SUBJECT_EVIDENCE, text(found.subject_evidence))
        for number, _ in enumerate(found.actions, 1):
            yield (thing, W.POTENTIAL_ACTION, names.part(thing, f"action-{number}"))

    def _parts(self, found: SourceOf) -> list[str]:
        names, graph = self._names, self._source_graph(found.id)
        thing = names.thing("source", found.id)
        lines: list[str] = []
        for number, offered in enumerate(found.actions, 1):
            lines += in_graph(statements.action(names, thing, number, offered))
        for problem in found.problems:
            # The lines of a page that fit no layout are kept as they stand, with the reason.
            if problem.kind == "unread":
                node = names.node(f"{found.id}#line-{problem.place.line}")
                lines += in_graph(
                    (
                        (node, W.RDF_TYPE, W.KG_UNREAD_LINE),
                        (node, W.RDFS_COMMENT, text(problem.cause)),
                        *self._placed(node, found.id, problem.place, problem.text),
                    ),
                    graph,
                )
        if found.head and found.subject:
            node = names.node(f"{found.id}#head")
            place = Place("", found.head.line, found.head.last_line)
            lines += in_graph(
                (
                    (node, W.RDF_TYPE, W.KG_RECORD),
                    (node, W.ABOUT, names.agent(found.subject)),
                    *self._placed(node, found.id, place, found.head.snippet),
                ),
                graph,
            )
        if found.mention:
            lines += in_graph(self._mention(found.mention), self._identity)
        return lines

    def _record(self, found: Statement) -> list[str]:
        """Return a record with its place and its words, and the names printed on it."""
        record = found.record.record
        node = self._names.node(found.record.node)
        said: list[Said] = [
            (node, W.RDF_TYPE, W.KG_RECORD),
            (node, W.ABOUT, self._names.thing("work", found.work_id)),
            *self._placed(node, found.record.source_id, record.place, record.snippet),
        ]
        if record.date_printed:
            said.append((node, W.KG_DATE_AS_PRINTED, text(record.date_printed)))
        if record.byline and record.byline.printed:
            said.append((node, W.KG_BYLINE_AS_PRINTED, text(record.byline.printed)))
        said += ((node, W.KG_TOPIC_AS_PRINTED, text(topic)) for topic in record.topics)
        said += ((node, W.KG_KEYWORD_AS_PRINTED, text(keyword)) for keyword in record.organizations)
        said += ((node, W.KG_VENUE_AS_PRINTED, text(venue)) for venue in (record.venue,) if venue)
        if record.doubt:
            said.append((node, W.KG_READING_DOUBT, text(record.doubt)))
        said += ((node, W.KG_POSSIBLE_READING, text(f"{r.title} | {r.authors}")) for r in record.readings)
        lines = in_graph(dict.fromkeys(said), self._source_graph(found.record.source_id))
        for mention in found.mentions:
            lines += in_graph(self._mention(mention), self._identity)
        return lines

    def _entry(self, profile: ProfileOf, mention: MentionOf) -> list[str]:
        """Return the entry of a list of people with its place, and whose it is taken to be."""
        node = self._names.node(profile.node)
        place = Place("", profile.line, profile.last_line, item=profile.item)
        said = (
            (node, W.RDF_TYPE, W.KG_RECORD),
            (node, W.ABOUT, self._names.agent(mention.agent)),
            *self._placed(node, profile.source_id, place, profile.snippet),
        )
        return in_graph(said, self._source_graph(profile.source_id)) + in_graph(self._mention(mention), self._identity)

    def _placed(self, node: str, source_id: str, place: Place, snippet: str) -> Iterator[Said]:
        """Yield where something stands in a source, with the text as it stands there."""
        yield (node, W.IS_PART_OF, self._names.thing("source", source_id))
        yield (node, W.KG_LINE, plain(place.line))
        yield (node, W.KG_LAST_LINE, plain(place.last_line))
        if place.item:
            yield (node, W.KG_ITEM, text(place.item))
        if snippet:
            yield (node, W.KG_SNIPPET, text(snippet))

    def _mention(self, mention: MentionOf) -> Iterator[Said]:
        """Yield a printed name, where it is printed, and whose it is."""
        names = self._names
        node = names.node(mention.node)
        yield (node, W.RDF_TYPE, W.KG_MENTION)
        yield (node, W.KG_NAME_AS_PRINTED, text(mention.name))
        yield (node, W.KG_IN_RECORD, names.node(mention.record_node))
        yield (node, W.KG_REFERS_TO, names.agent(mention.agent))
        if mention.position:
            yield (node, W.POSITION, plain(mention.position))

    # Things that are known by their names.

    def named(self, kind: str, thing: T, say: Callable[[str, T], Iterable[Said]]) -> Fragment:
        """Return the fragment of an organisation, venue or repository."""
        term: str = self._names.thing(kind, thing.id)

        def lines() -> list[str]:
            return in_graph(dict.fromkeys((*say(term, thing), *self._derived(term, thing.sources))))

        return Fragment(term[:-1], _digest(thing), lines)

    def _derived(self, thing: str, sources: Iterable[str]) -> Iterator[Said]:
        for source_id in sources:
            yield (thing, W.PROV_WAS_DERIVED_FROM, self._names.thing("source", source_id))

    def organization(self, thing: str, found: Organization) -> Iterator[Said]:
        """Yield an organisation with the words that stand for it."""
        yield (thing, W.RDF_TYPE, W.ORGANIZATION)
        yield (thing, W.RDF_TYPE, W.FOAF_ORGANIZATION)
        yield (thing, W.NAME, text(found.name))
        yield (thing, W.FOAF_NAME, text(found.name))
        for keyword in found.keywords:
            yield (thing, W.KG_KEYWORD_AS_PRINTED, text(keyword))
        if found.ror:
            yield (thing, W.SAME_AS, link(found.ror))

    def venue(self, thing: str, found: Venue) -> Iterator[Said]:
        """Yield a venue with its other names and numbers."""
        yield (thing, W.RDF_TYPE, W.KG_VENUE)
        yield (thing, W.RDF_TYPE, W.CREATIVE_WORK)
        yield (thing, W.NAME, text(found.name))
        for name in found.names:
            if name != found.name:
                yield (thing, W.ALTERNATE_NAME, text(name))
        for identifier in found.identifiers:
            scheme, _, number = identifier.partition(" ")
            if scheme in ("ISSN", "ISBN") and number:
                yield (thing, W.ISSN if scheme == "ISSN" else W.ISBN, text(number))
            else:
                yield (thing, W.SAME_AS, link(identifier))

    def software(self, thing: str, found: Software) -> Iterator[Said]:
        """Yield a repository."""
        yield (thing, W.RDF_TYPE, W.SOFTWARE_SOURCE_CODE)
        yield (thing, W.NAME, text(found.name))
        yield (thing, W.CODE_REPOSITORY, link(found.repository))

    def topics(self, notations: Iterable[str]) -> list[str]:
        """Return the categories that works are about, and the archives above them, as one SKOS scheme."""
        return in_graph(dict.fromkeys(self._scheme(notations)))

    def _scheme(self, notations: Iterable[str]) -> Iterator[Said]:
        names = self._names
        scheme = names.thing("topic", "arxiv")
        labels: dict[str, str] = {}
        for notation in notations:
            topic = find_topic(notation)
            if topic is None:
                continue
            labels[topic.notation] = topic.label
            if topic.archive:
                labels[topic.archive] = ARCHIVES[topic.archive]
                broader = names.thing("topic", topic.archive)
                yield (names.thing("topic", topic.notation), W.SKOS_BROADER, broader)
        for notation, label in labels.items():
            thing = names.thing("topic", notation)
            yield (thing, W.RDF_TYPE, W.SKOS_CONCEPT)
            yield (thing, W.SKOS_PREF_LABEL, text(label, "en"))
            yield (thing, W.NAME, text(label))
            yield (thing, W.SKOS_NOTATION, text(notation))
            yield (thing, W.SKOS_IN_SCHEME, scheme)
        yield (scheme, W.RDF_TYPE, W.SKOS_CONCEPT_SCHEME)
        yield (scheme, W.SKOS_PREF_LABEL, text("arXiv category taxonomy", "en"))
        yield (scheme, W.NAME, text("arXiv category taxonomy"))

    def redirect(self, found: Redirect) -> list[str]:
        """Return where an id leads that was merged into another."""
        names = self._names
        old, new = names.thing(found.kind, found.old), names.thing(found.kind, found.new)
        return in_graph([(old, W.DCT_IS_REPLACED_BY, new)], self._identity)


def _date(thing: str, found: PartialDate | None) -> Iterator[Said]:
    if found:
        yield (thing, W.DATE_PUBLISHED, date(found))
        if found.year_from_capture:
            yield (thing, W.KG_YEAR_FROM_CAPTURE, plain(True))


def _claimed(value: str | PartialDate) -> str:
    return date(value) if isinstance(value, PartialDate) else text(value)

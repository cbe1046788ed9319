"""Sources as statements: what a capture or file is, its records with their places, and the names printed on them.

Knows where things stand. Does not know what the records say of works and people; that is ``kg.rdf.mapping``.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.model.entities import MentionOf, ProfileOf, SourceOf, Statement
from kg.model.records import Place
from kg.rdf import statements
from kg.rdf.lines import Names, Pages, W, date, page, plain, text
from kg.rdf.lines import Statement as Said

_KINDS = {
    "trust-profile": "PROFILE_PAGE",
    "scored-profile": "PROFILE_PAGE",
    "work-list": "COLLECTION_PAGE",
    "abstract-list": "COLLECTION_PAGE",
}
"""Layouts of pages -> the kind of page (a constant of the vocabulary); every other source is a data file."""


class SourceMapper:
    """Makes the lines of sources and of what stands in them."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._identity = names.graph("identity")

    def _graph(self, source_id: str) -> str:
        return self._names.graph(f"source/{source_id}")

    def source(self, found: SourceOf) -> Pages:
        """Return a source: what it is, and whose page."""
        return [page("", self._about_source(found))]

    def _about_source(self, found: SourceOf) -> Iterator[Said]:
        names, source = self._names, found.source
        thing = names.thing("source", found.id)
        kind = _KINDS.get(source.layout, "DIGITAL_DOCUMENT")
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

    def parts(self, found: SourceOf) -> Pages:
        """Return what a page offers, its head, and its lines that fit no layout."""
        thing = self._names.thing("source", found.id)
        offers = [
            said
            for number, offered in enumerate(found.actions, 1)
            for said in statements.action(self._names, thing, number, offered)
        ]
        pages = [page("", offers), page(self._graph(found.id), self._stated(found))]
        if found.mention:
            pages.append(page(self._identity, self._mention(found.mention)))
        return pages

    def _stated(self, found: SourceOf) -> Iterator[Said]:
        for problem in found.problems:
            # The lines of a page that fit no layout are kept as they stand, with the reason.
            if problem.kind == "unread":
                node = self._names.node(f"{found.id}#line-{problem.place.line}")
                yield (node, W.RDF_TYPE, W.KG_UNREAD_LINE)
                yield (node, W.RDFS_COMMENT, text(problem.cause))
                yield from self._placed(node, found.id, problem.place, problem.text)
        if found.head and found.subject:
            node = self._names.node(f"{found.id}#head")
            yield (node, W.RDF_TYPE, W.KG_RECORD)
            yield (node, W.ABOUT, self._names.agent(found.subject))
            place = Place("", found.head.line, found.head.last_line)
            yield from self._placed(node, found.id, place, found.head.snippet)

    def record(self, found: Statement) -> Pages:
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
        if record.citation_key:
            said.append((node, W.KG_CITATION_KEY, text(record.citation_key)))
        related = (f"{r.relation} {r.iri or r.printed}" for r in record.related if r.relation)
        said += ((node, W.KG_RELATION_AS_PRINTED, text(words)) for words in related)
        if record.doubt:
            said.append((node, W.KG_READING_DOUBT, text(record.doubt)))
        said += ((node, W.KG_POSSIBLE_READING, text(f"{r.title} | {r.authors}")) for r in record.readings)
        names = [line for mention in found.mentions for line in self._mention(mention)]
        return [page(self._graph(found.record.source_id), said), page(self._identity, names)]

    def entry(self, profile: ProfileOf, mention: MentionOf) -> Pages:
        """Return the entry of a list of people with its place, and whose it is taken to be."""
        node = self._names.node(profile.node)
        place = Place("", profile.line, profile.last_line, item=profile.item)
        said = (
            (node, W.RDF_TYPE, W.KG_RECORD),
            (node, W.ABOUT, self._names.agent(mention.agent)),
            *self._placed(node, profile.source_id, place, profile.snippet),
        )
        return [page(self._graph(profile.source_id), said), page(self._identity, self._mention(mention))]

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

"""From entities to statements: the merged view, what each source said, and why records and names are joined.

Knows entities and vocabulary, and in which graph what is said. Does not know files, nor what else there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.model.dates import PartialDate
from kg.model.entities import (
    Agent,
    Authorship,
    DecisionOf,
    Disagreement,
    MentionOf,
    Organization,
    ProfileOf,
    RecordOf,
    Redirect,
    Software,
    Venue,
    Work,
)
from kg.model.records import WorkRecord
from kg.model.topics import ARCHIVES, find_topic
from kg.rdf import evidence, statements
from kg.rdf.iris import SCHEME
from kg.rdf.lines import Names, Pages, W, date, link, page, plain, text
from kg.rdf.lines import Statement as Said

_Records = Sequence[tuple[RecordOf, Sequence[Said]]]
_Places = Sequence[tuple[Authorship, Sequence[Said]]]

_PROPERTIES = {"datePublished": "DATE_PUBLISHED", "name": "NAME", "abstract": "ABSTRACT", "genre": "GENRE"}


class Mapper:
    """Makes the lines of each kind of thing. ``captured`` are the dates of the captures of sources, as literals."""

    def __init__(self, names: Names, captured: Mapping[str, str]) -> None:
        self._names = names
        self._identity = names.graph("identity")
        self._captured = captured

    def _source_graph(self, source_id: str) -> str:
        return self._names.graph(f"source/{source_id}")

    # Works.

    def work(self, work: Work) -> Pages:
        """Return a work as the merged view shows it, as each source states it, and why its records are one."""
        thing = self._names.thing("work", work.id)
        # What several sources say adds up: the merged view repeats it, word for word.
        records = [(found, list(self._added(thing, found))) for found in work.records]
        places = [
            (place, list(self._place(thing, place, place.mentions)))
            for place in (*work.authorships, *work.contributions)
        ]
        pages = [page("", self._merged_work(thing, work, records, places))]
        pages += (
            page(self._source_graph(source_id), self._stated_work(thing, source_id, records, places))
            for source_id in dict.fromkeys(record.source_id for record in work.records)
        )
        pages.append(page(self._identity, evidence.joins(self._names, thing, work.joins)))
        return pages

    def _merged_work(self, thing: str, work: Work, records: _Records, places: _Places) -> Iterator[Said]:
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
        for found, added in records:
            yield (thing, W.PROV_WAS_DERIVED_FROM, names.thing("source", found.source_id))
            yield from added
        for cited in work.cites:
            yield (thing, W.CITATION, names.thing("work", cited))
        for software in work.software:
            yield (thing, W.MENTIONS, names.thing("software", software))
        for place, said in places:
            if place.role == "author":
                yield (thing, W.FOAF_MAKER, names.agent(place.agent))
            yield from said
        for disagreement in work.disagreements:
            yield from self._disagreement(thing, disagreement)

    def _stated_work(self, thing: str, source_id: str, records: _Records, places: _Places) -> Iterator[Said]:
        """Yield a work as one source states it, in one or several records."""
        yield (thing, W.RDF_TYPE, W.SCHOLARLY_ARTICLE)
        for found, added in records:
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
            yield from added
        for place, said in places:
            own = [m for m in place.mentions if m.source_id == source_id]
            if len(own) == len(place.mentions):
                yield from said
            elif own:
                yield from self._place(thing, place, own)

    def _added(self, thing: str, found: RecordOf) -> Iterator[Said]:
        yield from statements.bibliographic(self._names, thing, found)
        yield from self._observations(thing, found.record, found.source_id)

    def _place(self, thing: str, place: Authorship, mentions: Iterable[MentionOf]) -> Iterator[Said]:
        if place.role != "author":
            return statements.contribution(self._names, thing, place, mentions)
        return statements.authorship(self._names, thing, place, mentions)

    def _observations(self, thing: str, record: WorkRecord, source_id: str) -> Iterator[Said]:
        for observed in record.observed:
            yield from statements.observation(
                self._names, thing, observed, source_id, self._captured.get(source_id, "")
            )

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

    def agent(self, agent: Agent) -> Pages:
        """Return a person or group: merged, as each source names it, and why its names are one agent's."""
        names = self._names
        thing = names.agent(agent.ref)
        types = (W.PERSON, W.FOAF_PERSON) if agent.ref.kind == "person" else (W.KG_GROUP, W.ORGANIZATION, W.FOAF_GROUP)
        merged: list[Said] = [(thing, W.RDF_TYPE, kind) for kind in types]
        name = text(agent.name)
        merged += ((thing, W.NAME, name), (thing, W.FOAF_NAME, name))
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
        pages = [page("", merged)]
        pages += (page(self._source_graph(source_id), said) for source_id, said in stated.items())
        pages.append(page(self._identity, evidence.joins(names, thing, agent.joins)))
        pages.append(page(self._identity, evidence.kept_apart(names, thing, agent.kept_apart)))
        return pages

    def decisions(self, found: Iterable[DecisionOf]) -> Pages:
        """Return what was decided by hand about who is who."""
        return [page(self._identity, (said for d in found for said in evidence.decision(self._names, d)))]

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
        if profile.given:
            yield (thing, W.GIVEN_NAME, text(profile.given))
        if profile.family:
            yield (thing, W.FAMILY_NAME, text(profile.family))
        for organization in profile.alumni_of:
            yield (thing, W.ALUMNI_OF, names.thing("organization", organization))
        for subject in profile.subjects:
            yield (thing, W.KNOWS_ABOUT, link(subject.iri) if subject.iri else text(subject.name))
        for other in profile.distinct_from:
            yield (thing, W.OWL_DIFFERENT_FROM, link(other))
        for observed in profile.observed:
            captured = self._captured.get(profile.source_id, "")
            yield from statements.observation(names, thing, observed, profile.source_id, captured)

    # Things that are known by their names.

    def _derived(self, thing: str, sources: Iterable[str]) -> Iterator[Said]:
        for source_id in sources:
            yield (thing, W.PROV_WAS_DERIVED_FROM, self._names.thing("source", source_id))

    def organization(self, found: Organization) -> Pages:
        """Return an organisation with the words that stand for it."""
        return [page("", self._organization(self._names.thing("organization", found.id), found))]

    def _organization(self, thing: str, found: Organization) -> Iterator[Said]:
        yield (thing, W.RDF_TYPE, W.ORGANIZATION)
        yield (thing, W.RDF_TYPE, W.FOAF_ORGANIZATION)
        yield (thing, W.NAME, text(found.name))
        yield (thing, W.FOAF_NAME, text(found.name))
        for keyword in found.keywords:
            yield (thing, W.KG_KEYWORD_AS_PRINTED, text(keyword))
        if found.ror:
            yield (thing, W.SAME_AS, link(found.ror))
        yield from self._derived(thing, found.sources)

    def venue(self, found: Venue) -> Pages:
        """Return a venue with its other names and numbers."""
        return [page("", self._venue(self._names.thing("venue", found.id), found))]

    def _venue(self, thing: str, found: Venue) -> Iterator[Said]:
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
        yield from self._derived(thing, found.sources)

    def software(self, found: Software) -> Pages:
        """Return a repository."""
        return [page("", self._software(self._names.thing("software", found.id), found))]

    def _software(self, thing: str, found: Software) -> Iterator[Said]:
        yield (thing, W.RDF_TYPE, W.SOFTWARE_SOURCE_CODE)
        yield (thing, W.NAME, text(found.name))
        yield (thing, W.CODE_REPOSITORY, link(found.repository))
        yield from self._derived(thing, found.sources)

    def topics(self, notations: Iterable[str]) -> Pages:
        """Return the categories that works are about, and the archives above them, as one SKOS scheme."""
        return [page("", self._scheme(notations))]

    def _scheme(self, notations: Iterable[str]) -> Iterator[Said]:
        names = self._names
        scheme = names.thing("topic", SCHEME)
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

    def redirect(self, found: Redirect) -> Pages:
        """Return where an id leads that was merged into another."""
        names = self._names
        old, new = names.thing(found.kind, found.old), names.thing(found.kind, found.new)
        return [page(self._identity, [(old, W.DCT_IS_REPLACED_BY, new)])]


def _date(thing: str, found: PartialDate | None) -> Iterator[Said]:
    if found:
        yield (thing, W.DATE_PUBLISHED, date(found))
        if found.year_from_capture:
            yield (thing, W.KG_YEAR_FROM_CAPTURE, plain(True))


def _claimed(value: str | PartialDate) -> str:
    return date(value) if isinstance(value, PartialDate) else text(value)

"""Put one entity together: from the numbers of a resolution, and the records, to what we believe of a thing.

Everything is made anew each time, so that a hundred thousand works need not stand in memory. For each thing there are
also its facts: what it depends on, in a form that is cheap to make and to compare. Knows no ids but those given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kg.errors import IdentifierError
from kg.identity.merge import merge_complete, merge_dates, merge_text
from kg.identity.world import NameIn, RecordIn, World
from kg.model.entities import (
    Agent,
    AgentRef,
    Authorship,
    MentionOf,
    ProfileOf,
    RecordOf,
    Statement,
    Work,
)
from kg.model.identifiers import parse_orcid
from kg.model.keys import all_mentions
from kg.model.names import fullness
from kg.model.records import Mention, ProfileRecord, WorkRecord


class _Place(NamedTuple):
    """An agent's part in a work, by the numbers of the printed names that say so."""

    agent: AgentRef
    position: int | None
    names: tuple[int, ...]
    role: str = "author"


class Makers:
    """Makes works, agents, statements and entries by their numbers. The world must not change any more."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._on_record: list[list[int]] = [[] for _ in world.records]
        self._of_agent: list[list[int]] = [[] for _ in world.refs]
        self.entries: list[int] = []
        self._loose: dict[str, int] = {}
        for n, name in enumerate(world.names):
            self._of_agent[world.agent_of[n]].append(n)
            if name.record >= 0:
                self._on_record[name.record].append(n)
            elif name.entry:
                self.entries.append(n)
            else:
                self._loose[name.source_id] = n
        self._heads = {source.id: source for source in world.sources if source.reading.profile}
        self._identified: dict[str, int] = {}
        for index, record in enumerate(world.records):
            for iri in record.keys.identifiers:
                self._identified.setdefault(iri, world.work_of[index])

    # Works.

    def work(self, number: int) -> Work:
        """Return one work, all its records merged."""
        world = self._world
        group = world.works[number]
        loaded = {i: world.records[i].load() for i in group}
        records = tuple(self._record_of(world.records[i], loaded[i]) for i in group)
        authorships: list[Authorship] = []
        contributions: list[Authorship] = []
        for place in self._places(number):
            mentions = tuple(self._mention(n, loaded[world.names[n].record]) for n in place.names)
            made = Authorship(place.agent, place.position, mentions, place.role)
            (authorships if place.role == "author" else contributions).append(made)
        title, titles = merge_text("name", records, lambda r: r.title)
        abstract, abstracts = merge_text("abstract", records, lambda r: r.abstract, longest=True)
        genre, genres = merge_text("genre", records, lambda r: r.genre)
        date, dates = merge_dates(records)
        return Work(
            id=world.work_ids[number],
            title=title,
            abstract=abstract,
            date=date,
            genre=genre,
            authorships=tuple(authorships),
            complete=merge_complete(records),
            records=records,
            disagreements=tuple(d for d in (dates, titles, abstracts, genres) if d),
            joins=tuple(world.work_joins.get(group[0], ())),
            software=self._software(group),
            contributions=tuple(contributions),
            cites=self._cites(number),
        )

    def work_facts(self, number: int) -> object:
        """Return what a work depends on."""
        world = self._world
        group = world.works[number]
        records = [self._record_facts(world.records[i]) for i in group]
        places = [
            (p.agent.kind, p.agent.id, p.position, p.role, [world.printed[n].node for n in p.names])
            for p in self._places(number)
        ]
        joins = [(j.a, j.b, j.rule, j.weight, j.comment) for j in world.work_joins.get(group[0], ())]
        return world.work_ids[number], records, places, joins, self._cites(number), self._software(group)

    def _record_of(self, record: RecordIn, loaded: WorkRecord) -> RecordOf:
        named = self._world.named
        return RecordOf(
            node=record.node,
            source_id=record.source.id,
            record=loaded,
            organizations=tuple(sorted(set(map(named.organization, loaded.organizations)))),
            venue=named.venue(loaded.venue),
            topics=record.keys.topics,
            publisher=named.organization(loaded.publisher),
            funders=tuple(named.organization(funding.funder) for funding in loaded.funding),
        )

    def _record_facts(self, record: RecordIn) -> tuple[object, ...]:
        named, captured = self._world.named, record.source.reading.source.captured
        return (
            record.node,
            record.keys.digest,
            captured.iso() if captured else "",
            [named.organization(words) for words in record.keys.organizations],
            named.venue(record.keys.venue),
        )

    def _software(self, group: Sequence[int]) -> tuple[str, ...]:
        records = self._world.records
        return tuple(sorted({s for i in group for s in self._world.named.repositories(records[i].keys)}))

    def _cites(self, number: int) -> tuple[str, ...]:
        """Return the ids of the works here that a work cites by an identifier."""
        world = self._world
        found = {self._identified.get(iri, number) for i in world.works[number] for iri in world.records[i].keys.cites}
        return tuple(sorted(world.work_ids[w] for w in found - {number}))

    def _places(self, number: int) -> list[_Place]:
        """Return the places of a work: one a slot, in order, unknown positions last; then the other roles."""
        world = self._world
        by_slot: dict[int, list[int]] = defaultdict(list)
        others: dict[tuple[str, AgentRef], list[int]] = defaultdict(list)
        for i in world.works[number]:
            for n in self._on_record[i]:
                if (role := world.names[n].key.role) == "author":
                    by_slot[world.slots[n]].append(n)
                else:
                    others[role, world.refs[world.agent_of[n]]].append(n)
        lengths = Counter(world.names[n].record for ns in by_slot.values() for n in ns if world.printed[n].place)
        taken: set[int] = set()
        found = []
        for ns in sorted(by_slot.values(), key=lambda ns: min((world.printed[n].place or 1 << 30, n) for n in ns)):
            # Where bylines disagree, the longest one tells the position; no two authors share one.
            told = sorted((-lengths[world.names[n].record], p, n) for n in ns if (p := world.printed[n].place))
            position = next((p for _, p, _ in told if p not in taken), None)
            if position:
                taken.add(position)
            found.append(_Place(world.refs[world.agent_of[ns[0]]], position, tuple(sorted(ns))))
        found.sort(key=lambda place: (place.position or 1 << 30, place.agent))
        return found + [_Place(ref, None, tuple(ns), role) for (role, ref), ns in sorted(others.items())]

    def _mention(self, n: int, record: WorkRecord | None = None) -> MentionOf:
        """Return a printed name with whose it is; with its affiliations and line where the record is given."""
        world = self._world
        name, printed = world.names[n], world.printed[n]
        whole = _whole(name, record)
        return MentionOf(
            node=printed.node,
            name=name.key.name,
            source_id=name.source_id,
            record_node=name.record_node,
            agent=world.refs[world.agent_of[n]],
            position=printed.place,
            line=whole.line if whole else 0,
            affiliations=whole.affiliations if whole else (),
            orcid=name.key.orcid or None,
            is_subject=printed.is_subject,
            role=name.key.role,
            variants=name.key.variants,
            identifiers=name.key.identifiers,
            organizations=tuple(map(world.named.organization, whole.affiliations)) if whole else (),
        )

    # Agents.

    def agent(self, number: int) -> Agent:
        """Return one person or group."""
        world = self._world
        found = self._of_agent[number]
        mentions = tuple(map(self._mention, found))
        profiles = tuple(self._profiles(number))
        names = Counter(m.name for m in mentions)
        identifiers = {iri for m in mentions for iri in (*m.identifiers, *_orcid(m.orcid))}
        variants = {v for m in mentions for v in m.variants} | {n for p in profiles for n in p.names}
        return Agent(
            ref=world.refs[number],
            name=min(names, key=lambda n: (*(-f for f in fullness(n)), -names[n], n)),
            names=tuple(sorted(names.keys() | variants)),
            mentions=mentions,
            works=self._made_by(number),
            profiles=profiles,
            joins=world.clusters[number].joins,
            identifiers=tuple(sorted(identifiers | {iri for p in profiles for iri in p.identifiers})),
        )

    def agent_facts(self, number: int) -> object:
        """Return what a person or group depends on."""
        world = self._world
        mentions = [(world.printed[n].node, world.names[n].key, world.names[n].entry) for n in self._of_agent[number]]
        pages = [self._heads[p.source_id].reading for p in self._profiles(number) if p.node.endswith("#head")]
        heads = [(page.profile, page.source.captured) for page in pages]
        return mentions, heads, self._made_by(number), world.clusters[number].joins

    def _made_by(self, number: int) -> tuple[str, ...]:
        """Return the ids of the works that an agent is an author of."""
        world = self._world
        return tuple(
            sorted(
                {
                    world.work_ids[world.work_of[name.record]]
                    for n in self._of_agent[number]
                    if (name := world.names[n]).record >= 0 and name.key.role == "author"
                }
            )
        )

    def _profiles(self, number: int) -> Iterator[ProfileOf]:
        world = self._world
        pages = {world.names[n].source_id for n in self._of_agent[number] if world.printed[n].is_subject}
        for page in sorted(pages):
            if head := self.head(page):
                yield head
        for n in self._of_agent[number]:
            if entry := world.names[n].entry:
                yield self._profile(world.names[n].source_id, world.names[n].record_node, entry)

    def _profile(self, source_id: str, node: str, p: ProfileRecord) -> ProfileOf:
        organization = self._world.named.organization
        return ProfileOf(
            source_id=source_id,
            node=node,
            line=p.place.line,
            last_line=p.place.last_line,
            snippet=p.snippet,
            name=p.name,
            description=p.description,
            organizations=tuple(sorted(set(map(organization, p.affiliations)))),
            identifiers=p.identifiers,
            observed=p.observed,
            names=p.names,
            urls=p.urls,
            item=p.place.item,
            given=p.given,
            family=p.family,
            alumni_of=tuple(sorted(set(map(organization, p.alumni_of)))),
            subjects=p.subjects,
            distinct_from=p.distinct_from,
        )

    # What sources state, one record or entry at a time.

    def statement(self, number: int) -> Statement:
        """Return one record with the work it is about and the names on it."""
        world = self._world
        record = world.records[number]
        loaded = record.load()
        mentions = tuple(self._mention(n, loaded) for n in self._on_record[number])
        return Statement(self._record_of(record, loaded), world.work_ids[world.work_of[number]], mentions)

    def statement_facts(self, number: int) -> object:
        """Return what a statement depends on."""
        world = self._world
        refs = [world.refs[world.agent_of[n]] for n in self._on_record[number]]
        names = [
            (ref.kind, ref.id, world.printed[n].node) for ref, n in zip(refs, self._on_record[number], strict=True)
        ]
        return self._record_facts(world.records[number]), world.work_ids[world.work_of[number]], names

    def head(self, source_id: str) -> ProfileOf | None:
        """Return what the head of a page says; None for a page without one."""
        source = self._heads.get(source_id)
        profile = source.reading.profile if source else None
        return self._profile(source_id, f"{source_id}#head", profile) if profile else None

    def loose(self, source_id: str) -> MentionOf | None:
        """Return the name of a page's subject where it stands on no work of the page."""
        return self._mention(self._loose[source_id]) if source_id in self._loose else None

    def entry(self, n: int) -> tuple[ProfileOf, MentionOf]:
        """Return one entry of a list of people, by the number of its name."""
        name = self._world.names[n]
        if name.entry is None:
            raise LookupError(f"printed name {n} is no entry of a list of people")
        return self._profile(name.source_id, name.record_node, name.entry), self._mention(n)

    def entry_facts(self, n: int) -> object:
        """Return what an entry depends on."""
        ref = self._world.refs[self._world.agent_of[n]]
        return ref.kind, ref.id, self._world.names[n].entry


def _whole(name: NameIn, record: WorkRecord | None) -> Mention | None:
    return all_mentions(record)[name.number - 1] if record and name.number else None


def _orcid(printed: str | None) -> tuple[str, ...]:
    """Return the IRI of an ORCID iD; nothing where none is printed or its check digit is wrong."""
    try:
        return (parse_orcid(printed),) if printed else ()
    except IdentifierError:
        return ()

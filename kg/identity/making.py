"""Put one entity together: from the numbers of a resolution, and the records, to what we believe of a thing.

Everything is made anew each time, so that a hundred thousand works need not stand in memory. For each thing there are
also its facts: what it depends on, in a form that is cheap to make and to compare. Knows no ids but those given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from kg.errors import IdentifierError
from kg.identity.merge import merge_complete, merge_dates, merge_text
from kg.identity.world import RecordIn, World
from kg.model.entities import (
    Agent,
    AgentRef,
    Authorship,
    KeptApart,
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
from kg.model.text import fold

_UNKNOWN: Final = 1 << 30
"""Where a name counts whose position no source tells: behind all others."""


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
        self._pages: dict[int, set[str]] = {}  # of an agent: the sources whose subject it is
        self._told: set[int] = set()  # names that do not follow from their record: subjects, and those without an id
        for n, name in enumerate(world.names):
            self._of_agent[world.agent_of[n]].append(n)
            if name.record >= 0:
                self._on_record[name.record].append(n)
                if not name.number or name.key != world.records[name.record].keys.mentions[name.number - 1]:
                    self._told.add(n)
            elif name.entry:
                self.entries.append(n)
            else:
                self._loose[name.source_id] = n
            if world.printed[n].is_subject:
                self._pages.setdefault(world.agent_of[n], set()).add(name.source_id)
        self._work_of = [world.work_ids[world.work_of[index]] for index in range(len(world.records))]
        self._work_of.append("")  # of names on no record, whose number is -1
        # The same words again and again.
        self._organization = lru_cache(maxsize=1 << 14)(world.named.organization)
        self._venue = lru_cache(maxsize=1 << 12)(world.named.venue)
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
        loaded = [world.records[i].load() for i in group]
        records = tuple(self._record_of(world.records[i], record) for i, record in zip(group, loaded, strict=True))
        printed = {i: all_mentions(record) for i, record in zip(group, loaded, strict=True)}
        authorships: list[Authorship] = []
        contributions: list[Authorship] = []
        for place in self._places(number):
            mentions = tuple(self._mention(n, printed[world.names[n].record]) for n in place.names)
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
        names = [n for i in group for n in self._on_record[i]]
        slots = [world.slots[n] for n in names]
        first = {slot: k for k, slot in reversed(list(enumerate(slots)))}
        shared = [first[slot] for slot in slots] if len(first) < len(slots) else None
        joins = [(j.a, j.b, j.rule, j.weight, j.comment) for j in world.work_joins.get(group[0], ())]
        return (
            world.work_ids[number],
            [self._record_facts(world.records[i]) for i in group],
            self._name_facts(names),
            shared,
            joins,
            self._cites(number),
            self._software(group),
        )

    def _name_facts(self, names: Sequence[int]) -> list[object]:
        """Return whose the names on records are, and what those are that do not follow from their record."""
        world, told = self._world, self._told
        refs, agent_of = world.refs, world.agent_of
        found: list[object] = [refs[agent_of[n]].id for n in names]
        found += [(k, world.names[n].key) for k, n in enumerate(names) if n in told]
        return found

    def _record_of(self, record: RecordIn, loaded: WorkRecord) -> RecordOf:
        organization = self._organization
        return RecordOf(
            node=record.node,
            source_id=record.source.id,
            record=loaded,
            organizations=tuple(sorted(set(map(organization, loaded.organizations)))),
            venue=self._venue(loaded.venue),
            topics=record.keys.topics,
            publisher=organization(loaded.publisher),
            funders=tuple(organization(funding.funder) for funding in loaded.funding),
        )

    def _record_facts(self, record: RecordIn) -> tuple[object, ...]:
        captured = record.source.reading.source.captured
        return (
            record.node,
            record.keys.digest,
            captured.iso() if captured else "",
            list(map(self._organization, record.keys.organizations)),
            self._venue(record.keys.venue),
        )

    def _software(self, group: Sequence[int]) -> tuple[str, ...]:
        keys = [keys for i in group if (keys := self._world.records[i].keys).repositories]
        return tuple(sorted({s for one in keys for s in self._world.named.repositories(one)})) if keys else ()

    def _cites(self, number: int) -> tuple[str, ...]:
        """Return the ids of the works here that a work cites by an identifier."""
        world = self._world
        cites = [iri for i in world.works[number] for iri in world.records[i].keys.cites]
        found = {self._identified.get(iri, number) for iri in cites} - {number}
        return tuple(sorted(world.work_ids[w] for w in found))

    def _places(self, number: int) -> list[_Place]:
        """Return the places of a work: one a slot, in order, unknown positions last; then the other roles."""
        world = self._world
        group, names = world.works[number], world.names
        by_slot: dict[int, list[tuple[int, int]]] = {}  # (position, name)
        others: dict[tuple[str, AgentRef], list[int]] = defaultdict(list)
        for i in group:
            for n in self._on_record[i]:
                key = names[n].key
                if key.role == "author":
                    by_slot.setdefault(world.slots[n], []).append((key.position or _UNKNOWN, n))
                else:
                    others[key.role, world.refs[world.agent_of[n]]].append(n)
        known = (names[n].record for told in by_slot.values() for p, n in told if p != _UNKNOWN)
        lengths = Counter(known) if len(group) > 1 else {}
        taken: set[int] = set()
        found = []
        for told in sorted(by_slot.values(), key=min):
            agent = world.refs[world.agent_of[told[0][1]]]
            if len(told) > 1:
                # Where bylines disagree, the longest one tells the position.
                told.sort(key=lambda one: (-lengths.get(names[one[1]].record, 0), one))
            position = None
            for place, _ in told:
                if place != _UNKNOWN and place not in taken:  # no two authors share one
                    position = place
                    taken.add(place)
                    break
            found.append(_Place(agent, position, tuple(sorted([n for _, n in told]))))
        found.sort(key=lambda place: (place.position or _UNKNOWN, place.agent))
        return found + [_Place(ref, None, tuple(ns), role) for (role, ref), ns in sorted(others.items())]

    def _mention(self, n: int, printed: Sequence[Mention] = ()) -> MentionOf:
        """Return a printed name with whose it is; with its affiliations and line where all of its record are given."""
        world = self._world
        name = world.names[n]
        key, whole = name.key, printed[name.number - 1] if printed and name.number else None
        return MentionOf(
            world.printed[n].node,
            key.name,
            name.source_id,
            name.record_node,
            world.refs[world.agent_of[n]],
            key.position,
            whole.line if whole else 0,
            whole.affiliations if whole else (),
            key.orcid or None,
            world.printed[n].is_subject,
            key.role,
            key.variants,
            key.identifiers,
            tuple(map(self._organization, whole.affiliations)) if whole and whole.affiliations else (),
        )

    # Agents.

    def agent(self, number: int) -> Agent:
        """Return one person or group."""
        world = self._world
        found = self._of_agent[number]
        mentions = tuple(map(self._mention, found))
        profiles = tuple(self._profiles(number))
        retired = self._world.retired.get(number, frozenset())
        names = Counter(m.name for m in mentions)
        identifiers = {iri for m in mentions for iri in (*m.identifiers, *_orcid(m.orcid))}
        variants = {v for m in mentions for v in m.variants} | {n for p in profiles for n in p.names}
        told = names.keys() | variants
        if retired:
            told = {name for name in told if fold(name) not in retired} or set(names)
        shown = names.keys() & told or told
        return Agent(
            ref=world.refs[number],
            name=min(shown, key=lambda n: (*(-f for f in fullness(n)), -names[n], n)) if len(shown) > 1 else min(shown),
            names=tuple(sorted(told)),
            mentions=mentions,
            works=self._made_by(number),
            profiles=profiles,
            joins=world.clusters[number].joins,
            kept_apart=self._kept_apart(number),
            identifiers=tuple(sorted(identifiers | {iri for p in profiles for iri in p.identifiers})),
        )

    def agent_facts(self, number: int) -> object:
        """Return what a person or group depends on."""
        world, work_of = self._world, self._work_of
        mentions = [
            (world.printed[n].node, work_of[name.record], name.key, name.entry)
            for n in self._of_agent[number]
            for name in (world.names[n],)
        ]
        pages = sorted(self._pages.get(number, ()))
        heads = [(s.reading.profile, s.reading.source.captured) for page in pages if (s := self._heads.get(page))]
        retired = sorted(world.retired.get(number, ()))
        return mentions, heads, world.clusters[number].joins, self._kept_apart(number), retired

    def _kept_apart(self, number: int) -> tuple[KeptApart, ...]:
        """Return who was nearly taken for an agent; each two are told of at one of them."""
        world = self._world
        return tuple(KeptApart(world.refs[near.other], near.evidence) for near in world.clusters[number].near)

    def _made_by(self, number: int) -> tuple[str, ...]:
        """Return the ids of the works that an agent is an author of."""
        names = [self._world.names[n] for n in self._of_agent[number]]
        return tuple(sorted({self._work_of[n.record] for n in names if n.record >= 0 and n.key.role == "author"}))

    def _profiles(self, number: int) -> Iterator[ProfileOf]:
        world = self._world
        for page in sorted(self._pages.get(number, ())):
            if head := self.head(page):
                yield head
        for n in self._of_agent[number]:
            if entry := world.names[n].entry:
                yield self._profile(world.names[n].source_id, world.names[n].record_node, entry)

    def _profile(self, source_id: str, node: str, p: ProfileRecord) -> ProfileOf:
        organization = self._organization
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
        mentions = tuple(map(self._mention, self._on_record[number]))
        words = RecordOf(record.node, record.source.id, record.load())
        return Statement(words, self._work_of[number], mentions)

    def statement_facts(self, number: int) -> object:
        """Return what a statement depends on."""
        world = self._world
        record = world.records[number]
        names = self._name_facts(self._on_record[number])
        return record.node, record.keys.digest, self._work_of[number], names

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


def _orcid(printed: str | None) -> tuple[str, ...]:
    """Return the IRI of an ORCID iD; nothing where none is printed or its check digit is wrong."""
    try:
        return (parse_orcid(printed),) if printed else ()
    except IdentifierError:
        return ()

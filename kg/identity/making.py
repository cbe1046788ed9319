"""Put one entity together: from the numbers of a resolution, and the records, to what we believe of a thing.

Everything is made anew each time, so that a hundred thousand works need not stand in memory. What a thing depends on is
told in `kg.identity.facts`. Knows no ids but those given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kg.errors import IdentifierError
from kg.identity.merge import merge_complete, merge_dates, merge_text
from kg.identity.standing import Standing
from kg.identity.world import RecordIn, World
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

    def __init__(self, world: World, standing: Standing) -> None:
        self._world = world
        self._standing = standing
        self._heads = {source.id: source for source in world.sources if source.reading.profile}

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
            software=self._standing.software(group),
            contributions=tuple(contributions),
            cites=self._standing.cites(number),
        )

    def _record_of(self, record: RecordIn, loaded: WorkRecord) -> RecordOf:
        organization = self._standing.organization
        return RecordOf(
            node=record.node,
            source_id=record.source.id,
            record=loaded,
            organizations=tuple(sorted(set(map(organization, loaded.organizations)))),
            venue=self._standing.venue(loaded.venue),
            topics=record.keys.topics,
            publisher=organization(loaded.publisher),
            funders=tuple(organization(funding.funder) for funding in loaded.funding),
        )

    def _places(self, number: int) -> list[_Place]:
        """Return the places of a work: one a slot, in order, unknown positions last; then the other roles."""
        world = self._world
        group, names = world.works[number], world.names
        by_slot: dict[int, list[tuple[int, int]]] = {}  # (position, name)
        others: dict[tuple[str, AgentRef], list[int]] = defaultdict(list)
        for i in group:
            for n in self._standing.on_record(i):
                mention = names[n].mention
                if mention.role == "author":
                    by_slot.setdefault(world.slots[n], []).append((mention.position or _UNKNOWN, n))
                else:
                    others[mention.role, world.refs[world.agent_of[n]]].append(n)
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
        mention, whole = name.mention, printed[name.number - 1] if printed and name.number else None
        return MentionOf(
            name.node,
            mention.name,
            name.source_id,
            name.stands_on,
            world.refs[world.agent_of[n]],
            mention.position,
            whole.line if whole else 0,
            whole.affiliations if whole else (),
            mention.orcid or None,
            name.is_subject,
            mention.role,
            mention.variants,
            mention.identifiers,
            tuple(map(self._standing.organization, whole.affiliations)) if whole and whole.affiliations else (),
        )

    # Agents.

    def agent(self, number: int) -> Agent:
        """Return one person or group."""
        world = self._world
        found = self._standing.of_agent(number)
        mentions = tuple(map(self._mention, found))
        profiles = tuple(self.profiles(number))
        retired = world.retired.get(number, frozenset())
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
            works=self._standing.made_by(number),
            profiles=profiles,
            joins=world.clusters[number].joins,
            kept_apart=self._standing.kept_apart(number),
            identifiers=tuple(sorted(identifiers | {iri for p in profiles for iri in p.identifiers})),
        )

    def printed(self, number: int) -> tuple[tuple[str, int], ...]:
        """Return the names that are printed for an agent, in order, each with how often."""
        names = self._world.names
        return tuple(sorted(Counter(names[n].name for n in self._standing.of_agent(number)).items()))

    def profiles(self, number: int) -> Iterator[ProfileOf]:
        """Yield what sources say of an agent: the heads of its pages, then entries of lists of people."""
        world = self._world
        for page in sorted(self._standing.pages.get(number, ())):
            if head := self.head(page):
                yield head
        for n in self._standing.listed.get(number, ()):
            name = world.names[n]
            if name.entry:
                yield self._profile(name.source_id, name.stands_on, name.entry)

    def _profile(self, source_id: str, node: str, p: ProfileRecord) -> ProfileOf:
        organization = self._standing.organization
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
        mentions = tuple(map(self._mention, self._standing.on_record(number)))
        words = RecordOf(record.node, record.source.id, record.load())
        return Statement(words, self._standing.work_of[number], mentions)

    def head(self, source_id: str) -> ProfileOf | None:
        """Return what the head of a page says; None for a page without one."""
        source = self._heads.get(source_id)
        profile = source.reading.profile if source else None
        return self._profile(source_id, f"{source_id}#head", profile) if profile else None

    def loose(self, source_id: str) -> MentionOf | None:
        """Return the name of a page's subject where it stands on no work of the page."""
        loose = self._standing.loose
        return self._mention(loose[source_id]) if source_id in loose else None

    def entry(self, n: int) -> tuple[ProfileOf, MentionOf]:
        """Return one entry of a list of people, by the number of its name."""
        name = self._world.names[n]
        if name.entry is None:
            raise LookupError(f"printed name {n} is no entry of a list of people")
        return self._profile(name.source_id, name.stands_on, name.entry), self._mention(n)


def _orcid(printed: str | None) -> tuple[str, ...]:
    """Return the IRI of an ORCID iD; nothing where none is printed or its check digit is wrong."""
    try:
        return (parse_orcid(printed),) if printed else ()
    except IdentifierError:
        return ()

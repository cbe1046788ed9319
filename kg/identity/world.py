"""The numbers behind a resolution: sources, records and printed names, each known by its place in a list.

Knows nothing of how they are called for ever, nor of what is joined.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.identity.agents import AgentCluster
from kg.identity.named import NOTHING_NAMED, NamedThings
from kg.identity.seats import Printed
from kg.model.entities import AgentRef, Join
from kg.model.keys import agent_key
from kg.model.names import looks_like_group
from kg.model.records import AgentKind, MentionKey, SourceReading, WorkKeys, WorkRecord


class SourceIn(NamedTuple):
    """A source with its id, its reading and the keys of its works."""

    id: str
    reading: SourceReading
    keys: Sequence[WorkKeys]


class RecordIn(NamedTuple):
    """A work record: its source, its number in it, its keys and its node name.

    ``was`` is the name that it had under another title, as far as it is known; else it is empty.
    """

    source: SourceIn
    number: int
    keys: WorkKeys
    node: str
    was: str = ""

    def load(self) -> WorkRecord:
        """Return the record itself."""
        return self.source.reading.works[self.number]


@dataclass
class World:
    """What is known so far, by the numbers of records, works, printed names and agents."""

    sources: list[SourceIn]
    records: list[RecordIn] = field(default_factory=list)
    named: NamedThings = NOTHING_NAMED
    works: list[list[int]] = field(default_factory=list)
    work_ids: list[str] = field(default_factory=list)
    moved: Mapping[str, str] = field(default_factory=dict)
    work_joins: dict[int, list[Join]] = field(default_factory=dict)
    work_of: dict[int, int] = field(default_factory=dict)
    names: list[Printed] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    clusters: list[AgentCluster] = field(default_factory=list)
    refs: list[AgentRef] = field(default_factory=list)
    agent_of: list[int] = field(default_factory=list)
    retired: dict[int, frozenset[str]] = field(default_factory=dict)


def printed_names(world: World) -> Iterator[Printed]:
    """Yield every printed name: of bylines, of contributors, of the subjects of pages and of people's entries.

    The subject of a page signs every work on it: a byline cut by "et al." may leave the name out. Contributors stand on
    a list of their own, for an editor may be an author too.
    """
    lists = len(world.works)  # numbers above those of works
    for index, record in enumerate(world.records):
        work, source = world.work_of[index], record.source
        if any(mention.role != "author" for mention in record.keys.mentions):
            lists += 1
        for number, mention in enumerate(record.keys.mentions, 1):
            on = work if mention.role == "author" else lists
            yield Printed(record.node, mention, on, index, number)
        if source.reading.subject:
            yield Printed(record.node, _subject(source.reading), work, index, is_subject=True)
    for source in world.sources:
        if source.reading.subject and not source.keys:
            yield Printed(f"{source.id}#head", _subject(source.reading), -1, is_subject=True)
        seen: Counter[str] = Counter()
        for entry in source.reading.people:
            key = agent_key(entry.name, entry.kind)
            text = f"{entry.identifiers} {key}"
            seen[text] += 1
            digest = hashlib.blake2b(f"{text}+{seen[text]}".encode(), digest_size=8).hexdigest()
            mention = MentionKey(entry.name, key, entry.kind, None, "", "", entry.identifiers, entry.names)
            yield Printed(f"{source.id}#p{digest}", mention, -1, entry=entry)


def _subject(reading: SourceReading) -> MentionKey:
    kind: AgentKind = "group" if looks_like_group(reading.subject) else "person"
    return MentionKey(reading.subject, agent_key(reading.subject, kind), kind)

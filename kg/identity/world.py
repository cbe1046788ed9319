"""The numbers behind a resolution: sources, records and printed names, each known by its place in a list.

Knows how a record and a printed name are called for ever: by their source and their words, never by a line, so that a
name survives a new capture of the page. Knows nothing of what is joined.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.identity.agents import AgentCluster
from kg.identity.ledger import Ledger
from kg.identity.named import NOTHING_NAMED, NamedThings
from kg.identity.seats import Printed
from kg.model.entities import AgentRef, Join
from kg.model.keys import agent_key, keys_of
from kg.model.names import looks_like_group
from kg.model.records import AgentKind, MentionKey, SourceReading, WorkKeys, WorkRecord


class SourceIn(NamedTuple):
    """A source with its id, its reading and the keys of its works."""

    id: str
    reading: SourceReading
    keys: Sequence[WorkKeys]


class RecordIn(NamedTuple):
    """A work record: its source, its number in it, its keys and its node name."""

    source: SourceIn
    number: int
    keys: WorkKeys
    node: str

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
    work_joins: dict[int, list[Join]] = field(default_factory=dict)
    work_of: dict[int, int] = field(default_factory=dict)
    names: list[Printed] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    clusters: list[AgentCluster] = field(default_factory=list)
    refs: list[AgentRef] = field(default_factory=list)
    agent_of: list[int] = field(default_factory=list)
    retired: dict[int, frozenset[str]] = field(default_factory=dict)


def identify_sources(readings: Sequence[SourceReading], ledger: Ledger) -> list[SourceIn]:
    """Give each source its id: known by the hash of its bytes and, where no other has it, its file name."""
    unique: dict[str, SourceReading] = {}
    for reading in sorted(readings, key=lambda r: (r.source.file, r.source.sha256)):
        unique.setdefault(reading.source.sha256, reading)
    named = Counter(reading.source.file for reading in unique.values())
    clusters = [
        [f"sha256:{r.source.sha256}"] + ([f"file:{r.source.file}"] if named[r.source.file] == 1 else [])
        for r in unique.values()
    ]
    ids = ledger.assign("source", clusters)
    return sorted(
        (SourceIn(i, r, list(keys_of(r))) for i, r in zip(ids, unique.values(), strict=True)), key=lambda s: s.id
    )


def list_records(sources: Sequence[SourceIn]) -> list[RecordIn]:
    """Return the work records of all sources, sorted by their node names.

    All names are equally long, so that everything about a record stands together among sorted statements.
    """
    found = []
    for source in sources:
        seen: Counter[str] = Counter()
        for number, keys in enumerate(source.keys):
            seen[keys.opening] += 1
            name = _numbered(keys.opening, seen[keys.opening])
            found.append(RecordIn(source, number, keys, f"{source.id}#r{name}"))
    return sorted(found, key=lambda record: record.node)


def _numbered(name: str, count: int) -> str:
    return name if count == 1 else hashlib.blake2b(f"{name}+{count}".encode(), digest_size=8).hexdigest()


def record_key(node: str) -> str:
    """Return the ledger's key of a record."""
    return node.replace("#r", "/")


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


def mention_keys(world: World) -> list[str]:
    """Return the ledger's key of each printed name: its record and the name; namesakes on one record are counted."""
    seen: Counter[str] = Counter()
    keys = []
    for name in world.names:
        place = record_key(name.stands_on) if name.record >= 0 else name.stands_on.partition("#head")[0]
        key = f"{place}/{'subject/' if name.is_subject else ''}{name.key}"
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}+{seen[key]}")
    return keys

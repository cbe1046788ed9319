"""What a thing depends on, in a form that is cheap to make and to compare: where it is the same, so is the thing.

A record's hash stands for its words, the id of an agent for whom a name is taken to be. What half a million names say
lies in two columns of bytes, of which a thing takes its part. Whatever else changes what is made of a thing
(`kg.identity.making`) must be told here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np

from kg.identity.agents import first_of_each
from kg.identity.making import Makers
from kg.identity.standing import Standing
from kg.identity.world import RecordIn, World

_KEY: Final = 16
_NUMBER: Final = 4


class Facts:
    """Gives the facts of works, agents, statements and entries by their numbers."""

    def __init__(self, world: World, standing: Standing, makers: Makers) -> None:
        self._world = world
        self._standing = standing
        self._makers = makers
        captured = ((source.id, source.reading.source.captured) for source in world.sources)
        self._captured = {source_id: date.iso() for source_id, date in captured if date}
        # Whose each name is, in the order of names.
        agents = np.array([f"{ref.kind[0]}{ref.id}".encode() for ref in world.refs] or [b""])
        self._width = agents.itemsize
        self._whose = agents[world.agent_of].tobytes() if world.names else b""
        # Which name of which record of which work each is, in the order of agents.
        rows = _rows(world, standing)
        self._size = rows.shape[1]
        self._printed = rows[standing.by_agent].tobytes()
        self._others: dict[int, list[int]] = defaultdict(list)
        """Names that do not follow from a record, by agents."""
        for n in (*(n for names in standing.told.values() for n in names), *standing.entries, *standing.loose.values()):
            self._others[world.agent_of[n]].append(n)

    def work(self, number: int) -> object:
        """Return what a work depends on."""
        world, standing = self._world, self._standing
        group = world.works[number]
        return (
            world.work_ids[number],
            [self._record(world.records[i]) for i in group],
            [self._names(i) for i in group],
            self._places(group),
            [(j.a, j.b, j.rule, j.weight, j.comment) for j in world.work_joins.get(group[0], ())],
            standing.cites(number),
            standing.software(group),
        )

    def agent(self, number: int) -> object:
        """Return what a person or group depends on."""
        world, standing = self._world, self._standing
        begin, end = standing.agent_starts[number : number + 2]
        printed = self._printed[begin * self._size : end * self._size]
        others = sorted(self._others.get(number, ()))
        names = standing.of_agent(number) if others else []
        told = [(bisect_left(names, n), world.names[n].node, world.names[n].mention) for n in others]
        profiles = [(one, self._captured.get(one.source_id)) for one in self._makers.profiles(number)]
        retired = sorted(world.retired.get(number, ()))
        return printed, told, profiles, world.clusters[number].basis, standing.kept_apart(number), retired

    def statement(self, number: int) -> object:
        """Return what the statement of a record depends on."""
        record = self._world.records[number]
        return record.node, record.keys.digest, self._standing.work_of[number], self._names(number)

    def entry(self, n: int) -> object:
        """Return what an entry of a list of people depends on."""
        ref = self._world.refs[self._world.agent_of[n]]
        return ref.kind, ref.id, self._world.names[n].entry

    def _places(self, group: Sequence[int]) -> list[int] | None:
        """Return the first name on each one's place, of the names on the records of a work."""
        if len(group) == 1 and group[0] not in self._standing.told:
            return None  # one record has each name at a place of its own
        spans = map(self._standing.on_record, group)
        return first_of_each([slot for span in spans for slot in self._world.slots[span.start : span.stop]])

    def _record(self, record: RecordIn) -> tuple[object, ...]:
        standing, keys = self._standing, record.keys
        organizations = list(map(standing.organization, keys.organizations))
        captured = self._captured.get(record.source.id)
        return record.node, keys.digest, captured, organizations, standing.venue(keys.venue)

    def _names(self, record: int) -> object:
        """Return whose the names on a record are, and what those are that do not follow from it."""
        on_record = self._standing.on_record(record)
        whose = self._whose[on_record.start * self._width : on_record.stop * self._width]
        if record not in self._standing.told:
            return whose
        return whose, [(n - on_record.start, self._world.names[n].mention) for n in self._standing.told[record]]


def _rows(world: World, standing: Standing) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return for each name what tells it from all others: a hash of its record, the record's work, its number."""
    records = b"".join(
        blake2b(record.keys.digest + record.node.encode(), digest_size=_KEY).digest() for record in world.records
    )
    works = np.array([work.encode() for work in standing.work_of])
    # The last row is that of names on no record, whose number is -1.
    keys = np.zeros((len(world.records) + 1, _KEY), np.uint8)
    keys[:-1] = np.frombuffer(records, np.uint8).reshape(-1, _KEY)
    width = works.itemsize
    rows = np.empty((len(world.names), _KEY + width + _NUMBER), np.uint8)
    rows[:, :_KEY] = keys[standing.record_of]
    rows[:, _KEY : _KEY + width] = works.view(np.uint8).reshape(-1, width)[standing.record_of]
    numbers = np.fromiter((name.number for name in world.names), np.dtype("<u4"), len(world.names))
    rows[:, _KEY + width :] = numbers.view(np.uint8).reshape(-1, _NUMBER)
    return rows

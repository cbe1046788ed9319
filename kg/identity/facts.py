"""What a thing depends on, in a form that is cheap to make and to compare: where it is the same, so is the thing.

A record's hash stands for its words, the id of an agent for whom a name is taken to be. Whatever else changes what is
made of a thing (`kg.identity.making`) must be told here.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.identity.making import Makers
from kg.identity.standing import Standing
from kg.identity.world import RecordIn, World


class Facts:
    """Gives the facts of works, agents, statements and entries by their numbers."""

    def __init__(self, world: World, standing: Standing, makers: Makers) -> None:
        self._world = world
        self._standing = standing
        self._makers = makers
        captured = ((source.id, source.reading.source.captured) for source in world.sources)
        self._captured = {source_id: date.iso() for source_id, date in captured if date}

    def work(self, number: int) -> object:
        """Return what a work depends on."""
        world, standing = self._world, self._standing
        group = world.works[number]
        names = [n for i in group for n in standing.on_record[i]]
        slots = [world.slots[n] for n in names]
        shared = [slots.index(slot) for slot in slots] if len(set(slots)) < len(slots) else None
        return (
            world.work_ids[number],
            [self._record(world.records[i]) for i in group],
            self._names(names),
            shared,  # the first name on each one's place
            [(j.a, j.b, j.rule, j.weight, j.comment) for j in world.work_joins.get(group[0], ())],
            standing.cites(number),
            standing.software(group),
        )

    def agent(self, number: int) -> object:
        """Return what a person or group depends on."""
        world, standing = self._world, self._standing
        mentions = [
            (name.node, standing.work_of[name.record], name.mention)
            for n in standing.of_agent[number]
            for name in (world.names[n],)
        ]
        profiles = [(one, self._captured.get(one.source_id)) for one in self._makers.profiles(number)]
        retired = sorted(world.retired.get(number, ()))
        return mentions, profiles, world.clusters[number].joins, standing.kept_apart(number), retired

    def statement(self, number: int) -> object:
        """Return what the statement of a record depends on."""
        record = self._world.records[number]
        names = self._names(self._standing.on_record[number])
        return record.node, record.keys.digest, self._standing.work_of[number], names

    def entry(self, n: int) -> object:
        """Return what an entry of a list of people depends on."""
        ref = self._world.refs[self._world.agent_of[n]]
        return ref.kind, ref.id, self._world.names[n].entry

    def _record(self, record: RecordIn) -> tuple[object, ...]:
        standing, keys = self._standing, record.keys
        organizations = list(map(standing.organization, keys.organizations))
        captured = self._captured.get(record.source.id)
        return record.node, keys.digest, captured, organizations, standing.venue(keys.venue)

    def _names(self, names: Sequence[int]) -> list[object]:
        """Return whose the names on records are, and what those are that do not follow from their record."""
        world, told = self._world, self._standing.told
        refs, agent_of = world.refs, world.agent_of
        found: list[object] = [refs[agent_of[n]].id for n in names]
        found += [(k, world.names[n].mention) for k, n in enumerate(names) if n in told]
        return found

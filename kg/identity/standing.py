"""What stands where in a world that is resolved: the printed names of records and agents, the ids of what words name.

Gathered once, so that each thing finds its own without a search. Knows numbers, places and ids. Makes no thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kg.identity.world import World
from kg.model.entities import KeptApart


class Standing:
    """Looks things up in a world, which must not change any more.

    ``on_record`` and ``of_agent`` are the numbers of printed names by those of records and agents, ``entries`` those of
    names that are entries of a list of people, and ``loose`` those of subjects whose pages list no work, by source.
    ``pages`` are the sources whose subject an agent is. ``told`` are names that do not follow from the record they
    stand on: subjects of pages, and those from which an identifier was taken by hand. ``work_of`` are the ids of works
    by records, and last the empty one of names on no record, whose number is -1.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.on_record: list[list[int]] = [[] for _ in world.records]
        self.of_agent: list[list[int]] = [[] for _ in world.refs]
        self.entries: list[int] = []
        self.loose: dict[str, int] = {}
        self.pages: dict[int, set[str]] = {}
        self.told: set[int] = set()
        for n, name in enumerate(world.names):
            self.of_agent[world.agent_of[n]].append(n)
            if name.record >= 0:
                self.on_record[name.record].append(n)
                if not name.number or name.mention != world.records[name.record].keys.mentions[name.number - 1]:
                    self.told.add(n)
            elif name.entry:
                self.entries.append(n)
            else:
                self.loose[name.source_id] = n
            if name.is_subject:
                self.pages.setdefault(world.agent_of[n], set()).add(name.source_id)
        self.work_of = [*(world.work_ids[world.work_of[i]] for i in range(len(world.records))), ""]
        # The same words again and again.
        self.organization = lru_cache(maxsize=1 << 14)(world.named.organization)
        self.venue = lru_cache(maxsize=1 << 12)(world.named.venue)
        self._identified: dict[str, int] = {}
        for index, record in enumerate(world.records):
            for iri in record.keys.identifiers:
                self._identified.setdefault(iri, world.work_of[index])

    def software(self, records: Sequence[int]) -> tuple[str, ...]:
        """Return the ids of the repositories that records link to."""
        keys = [keys for i in records if (keys := self._world.records[i].keys).repositories]
        return tuple(sorted({s for one in keys for s in self._world.named.repositories(one)})) if keys else ()

    def cites(self, work: int) -> tuple[str, ...]:
        """Return the ids of the works here that a work cites by an identifier."""
        world = self._world
        cites = [iri for i in world.works[work] for iri in world.records[i].keys.cites]
        found = {self._identified.get(iri, work) for iri in cites} - {work}
        return tuple(sorted(world.work_ids[w] for w in found))

    def made_by(self, agent: int) -> tuple[str, ...]:
        """Return the ids of the works that an agent is an author of."""
        names = [self._world.names[n] for n in self.of_agent[agent]]
        return tuple(sorted({self.work_of[n.record] for n in names if n.record >= 0 and n.mention.role == "author"}))

    def kept_apart(self, agent: int) -> tuple[KeptApart, ...]:
        """Return who was nearly taken for an agent; each two are told of at one of them."""
        refs = self._world.refs
        return tuple([KeptApart(refs[near.other], near.evidence) for near in self._world.clusters[agent].near])

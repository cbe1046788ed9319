"""What stands where in a world that is resolved: the printed names of records and agents, the ids of what words name.

Gathered once, so that each thing finds its own without a search. Knows numbers, places and ids. Makes no thing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from kg.identity.columns import Ints
from kg.identity.world import World
from kg.model.entities import KeptApart


class Standing:
    """Looks things up in a world, which must not change any more.

    Of printed names, by their numbers: ``record_of`` is the record that each stands on, -1 for none; ``by_agent`` are
    all of them, one agent's after the other's and those of each ascending, agent ``a``'s from ``agent_starts[a]`` to
    ``agent_starts[a + 1]``; ``entries`` are those that are entries of a list of people, ``loose`` those of subjects
    whose pages list no work, by source. ``told`` are names that do not follow from the record they stand on, by
    records: subjects of pages, and those from which an identifier was taken by hand.

    ``pages`` are the sources whose subject an agent is, ``listed`` the entries that are an agent's. ``work_of`` are the
    ids of works by records, and last the empty one of names on no record.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        names = world.names
        self.record_of = np.fromiter((name.record for name in names), np.int64, len(names))
        self._first, self._count = _runs(self.record_of, len(world.records))
        agents = np.array(world.agent_of, dtype=np.int64)
        self.by_agent = np.argsort(agents, kind="stable")
        self.agent_starts = np.searchsorted(agents[self.by_agent], np.arange(len(world.refs) + 1)).tolist()
        self.entries: list[int] = []
        self.loose: dict[str, int] = {}
        self.pages: dict[int, set[str]] = {}
        self.listed: dict[int, list[int]] = defaultdict(list)
        self.told: dict[int, list[int]] = defaultdict(list)
        for n, name in enumerate(names):
            if name.record >= 0:
                mention = name.mention
                on_record = world.records[name.record].keys.mentions[name.number - 1] if name.number else None
                if mention is not on_record and mention != on_record:
                    self.told[name.record].append(n)
            elif name.entry:
                self.entries.append(n)
                self.listed[world.agent_of[n]].append(n)
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

    def on_record(self, record: int) -> range:
        """Return the numbers of the names on a record; they follow each other."""
        first = self._first[record]
        return range(first, first + self._count[record])

    def of_agent(self, agent: int) -> list[int]:
        """Return the numbers of an agent's names, ascending."""
        found: list[int] = self.by_agent[self.agent_starts[agent] : self.agent_starts[agent + 1]].tolist()
        return found

    def software(self, records: Sequence[int]) -> tuple[str, ...]:
        """Return the ids of the repositories that records link to."""
        keys = [keys for i in records if (keys := self._world.records[i].keys).repositories]
        return tuple(sorted({s for one in keys for s in self._world.named.repositories(one)})) if keys else ()

    def cites(self, work: int) -> tuple[str, ...]:
        """Return the ids of the works here that a work cites by an identifier."""
        world = self._world
        cites = [iri for i in world.works[work] for iri in world.records[i].keys.cites]
        if not cites:
            return ()
        found = {self._identified.get(iri, work) for iri in cites} - {work}
        return tuple(sorted(world.work_ids[w] for w in found))

    def made_by(self, agent: int) -> tuple[str, ...]:
        """Return the ids of the works that an agent is an author of."""
        names = [self._world.names[n] for n in self.of_agent(agent)]
        return tuple(sorted({self.work_of[n.record] for n in names if n.record >= 0 and n.mention.role == "author"}))

    def kept_apart(self, agent: int) -> tuple[KeptApart, ...]:
        """Return who was nearly taken for an agent; each two are told of at one of them."""
        refs = self._world.refs
        return tuple([KeptApart(refs[near.other], near.evidence) for near in self._world.clusters[agent].near])


def _runs(record_of: Ints, records: int) -> tuple[list[int], list[int]]:
    """Return where the names of each record begin, and how many; sorted by their nodes they stand together."""
    found, first, count = np.unique(record_of, return_index=True, return_counts=True)
    # One place more for names on no record, whose number is -1.
    firsts, counts = np.zeros((2, records + 1), dtype=np.int64)
    firsts[found], counts[found] = first, count
    return firsts.tolist(), counts.tolist()

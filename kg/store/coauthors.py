"""The co-author index of a release: who wrote with whom, for shortest paths, which SPARQL cannot find.

Built from the merged view: people joined through the works that they share. Groups sign works but are no people and
join nobody. A work with a thousand authors joins all of them, as it does in the list of a person's co-authors: two
answers of one graph must not contradict each other, and an index of people and works (not of pairs) grows only with
the number of signatures. Works of one author, and works with the same authors as another, add nothing; they are left
out.

Among paths of the same length the one is taken whose people come first in the order of their IRIs, step by step, so
that the same graph always gives the same path.

Knows IRIs and the file format. Does not know names, titles or dates: a query presents the path.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np

from kg.errors import ReleaseError
from kg.rdf.signatures import Signatures

MAGIC: Final = b"kg-coauthors\x00\x00\x00\x01"
"""Twelve letters and the format version."""

_SIZES = struct.Struct("<IIQQ")  # people, works, memberships, bytes of all IRIs


def write_coauthors(path: Path, signed: Signatures) -> int:
    """Write the index of who signed what to ``path`` and return the number of people in it.

    A person without a co-author is in it too.
    """
    people, teams = signed.people, signed.teams()
    members = np.fromiter((person for team in teams for person in team), np.int64)
    sizes = np.fromiter(map(len, teams), np.int64, len(teams))
    # The works of each person: the numbers of the teams, in the order of their members.
    works = np.repeat(np.arange(len(teams)), sizes)[np.argsort(members, kind="stable")]
    works_each = np.bincount(members, minlength=len(people))
    names = [iri.encode() for iri in people]
    with path.open("wb") as out:
        out.write(MAGIC)
        out.write(_SIZES.pack(len(people), len(teams), len(members), sum(map(len, names))))
        for code, numbers in (
            ("<u8", list(accumulate(map(len, names), initial=0))),
            ("<u8", np.concatenate(([0], np.cumsum(works_each)))),
            ("<u8", np.concatenate(([0], np.cumsum(sizes)))),
            ("<u4", works),
            ("<u4", members),
        ):
            out.write(np.asarray(numbers).astype(code).tobytes())
        out.writelines(names)
    return len(people)


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class _Names(Sequence[str]):
    """Sorted IRIs in one block of bytes; looked up without decoding all of them."""

    def __init__(self, starts: array[int], block: bytes) -> None:
        self.starts = starts
        self.block = block

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> str:  # type: ignore[override]  # no slices
        return self.block[self.starts[index] : self.starts[index + 1]].decode()


class Coauthors:
    """The index in memory. It never changes, so threads may share it."""

    def __init__(
        self,
        names: Sequence[str],
        person_starts: array[int],
        team_starts: array[int],
        works: array[int],
        team: array[int],
    ) -> None:
        self._names = names
        self._person_starts = person_starts
        self._team_starts = team_starts
        self._works = works
        self._team = team

    @classmethod
    def load(cls, path: Path) -> Coauthors:
        """Read an index. Raises ReleaseError when the file is missing or damaged."""
        try:
            data = path.read_bytes()
            if not data.startswith(MAGIC):
                raise ValueError("another format or version")
            people, works, memberships, size = _SIZES.unpack_from(data, len(MAGIC))
            place = len(MAGIC) + _SIZES.size
            lengths = ((people + 1, "Q"), (people + 1, "Q"), (works + 1, "Q"), (memberships, "I"), (memberships, "I"))
            if len(data) != place + sum(count * array(code).itemsize for count, code in lengths) + size:
                raise ValueError("wrong length")
            parts = []
            for count, code in lengths:
                numbers = array(code)
                end = place + count * numbers.itemsize
                numbers.frombytes(memoryview(data)[place:end])
                parts.append(_little(numbers))
                place = end
        except (OSError, ValueError, struct.error) as problem:
            raise ReleaseError(
                f"the co-author index cannot be read ({problem})", where=str(path), advice="build the release again"
            ) from problem
        return cls(_Names(parts[0], data[place:]), *parts[1:])

    def __len__(self) -> int:
        return len(self._names)

    def shortest_path(self, a: str, b: str) -> list[str] | None:
        """Return the IRIs of the people from ``a`` to ``b``, both included, or None when there is no path.

        None also when one of them is no person of this graph. ``[a]`` when they are the same person.
        """
        start, end = self._find(a), self._find(b)
        if start is None or end is None:
            return None
        forward, backward = [{start}], [{end}]  # people by distance from each side
        met = forward[0] & backward[0]
        seen = ({start}, {end})
        teams_seen: tuple[set[int], set[int]] = (set(), set())
        while not met:
            side = 0 if len(forward[-1]) <= len(backward[-1]) else 1
            levels = (forward, backward)[side]
            reached = self._neighbours(levels[-1], teams_seen[side]) - seen[side]
            if not reached:
                return None
            seen[side].update(reached)
            levels.append(reached)
            met = forward[-1] & backward[-1]
        return [self._names[person] for person in self._first(forward, backward, met)]

    def joined(self, people: Iterable[str]) -> list[tuple[str, str]]:
        """Return the pairs among these people who share a work, each once and in order; unknown ones have none."""
        chosen = {place for iri in people if (place := self._find(iri)) is not None}
        pairs = {
            (person, other)
            for person in chosen
            for other in chosen & self._neighbours({person}, set())
            if person < other
        }
        return [(self._names[person], self._names[other]) for person, other in sorted(pairs)]

    def _first(self, forward: list[set[int]], backward: list[set[int]], met: set[int]) -> list[int]:
        """Take the first of the shortest paths: keep who lies on one, then choose the smallest at each step."""
        stages = [met]
        for level in reversed(forward[:-1]):
            stages.append(level & self._neighbours(stages[-1], set()))
        stages.reverse()
        stages.extend(reversed(backward[:-1]))
        path = [min(stages[0])]
        for stage in stages[1:]:
            path.append(min(stage & self._neighbours({path[-1]}, set())))
        return path

    def _neighbours(self, people: Iterable[int], teams_seen: set[int]) -> set[int]:
        """Everyone who shares a work, not yet in ``teams_seen``, with one of ``people``."""
        reached: set[int] = set()
        for person in people:
            for work in self._works[self._person_starts[person] : self._person_starts[person + 1]]:
                if work not in teams_seen:
                    teams_seen.add(work)
                    reached.update(self._team[self._team_starts[work] : self._team_starts[work + 1]])
        return reached

    def _find(self, iri: str) -> int | None:
        place = bisect_left(self._names, iri)
        return place if place < len(self._names) and self._names[place] == iri else None

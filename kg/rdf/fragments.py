"""The whole graph as fragments, in canonical order.

A fragment holds every statement about one thing and its parts, in whatever graph: all lines that begin with one prefix.
Fragments come in the order of their prefixes, so that written one after the other they are the whole graph, and a thing
that did not change need not be mapped again: its facts say so. Knows what there is and in which order. Does not know
how a thing is said, nor files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import blake2b
from heapq import merge
from typing import Final, NamedTuple, TypeVar

import msgspec

from kg.model.entities import Organization, Redirect, Resolved, Software, Venue
from kg.rdf.iris import Iris
from kg.rdf.lines import Names, Pages, date
from kg.rdf.mapping import Mapper
from kg.rdf.sourced import SourceMapper

T = TypeVar("T", Organization, Venue, Software)

_DIGEST: Final = 16
_encoder = msgspec.msgpack.Encoder()


class Fragment(NamedTuple):
    """Everything that is said about one thing and its parts.

    ``prefix`` is how all its lines begin, ``digest`` follows from what they depend on, ``make`` gives the statements
    by graph, each once, in no order.
    """

    prefix: str
    digest: bytes
    make: Callable[[], Pages]


def fragments(resolved: Resolved, iris: Iris) -> Iterator[Fragment]:
    """Yield the fragments of a build in the order of their prefixes."""
    names = Names(iris.base)
    mapper = Mapper(names, {s.id: date(s.source.captured) for s in resolved.sources if s.source.captured})
    redirects: dict[str, list[Redirect]] = {}
    for redirect in resolved.redirects:
        redirects.setdefault(redirect.kind, []).append(redirect)
    base = f"<{iris.base}"

    def of(kind: str, things: Iterable[Fragment]) -> Iterator[Fragment]:
        if kind not in redirects:
            return iter(things)
        moved = (
            Fragment(f"{base}{kind}/{r.old}", _digest((r.old, r.new)), partial(mapper.redirect, r))
            for r in redirects[kind]
        )
        return merge(things, moved, key=lambda fragment: fragment.prefix)

    def named(kind: str, things: Iterable[T], make: Callable[[T], Pages]) -> Iterator[Fragment]:
        return (Fragment(f"{base}{kind}/{thing.id}", _digest(thing), partial(make, thing)) for thing in things)

    agents = resolved.agents
    numbers: dict[str, list[int]] = {"person": [], "group": []}
    for i, key in enumerate(agents.keys):
        numbers[key.partition("/")[0]].append(i)

    def agent(i: int) -> Fragment:
        return Fragment(f"{base}{agents.keys[i]}", _digest(agents.facts(i)), lambda: mapper.agent(agents[i]))

    if resolved.decisions:
        prefix = f"{names.graph('identity')[:-1]}#"
        yield Fragment(prefix, _digest(resolved.decisions), lambda: mapper.decisions(resolved.decisions))
    yield from of("group", map(agent, numbers["group"]))
    yield from of("organization", named("organization", resolved.organizations, mapper.organization))
    yield from of("person", map(agent, numbers["person"]))
    yield from of("software", named("software", resolved.software, mapper.software))
    yield from _sources(resolved, names, base)
    if resolved.topics:
        yield Fragment(f"{base}topic/", _digest(resolved.topics), lambda: mapper.topics(resolved.topics))
    yield from of("venue", named("venue", resolved.venues, mapper.venue))
    works = resolved.works

    def work(i: int) -> Fragment:
        return Fragment(f"{base}work/{works.keys[i]}", _digest(works.facts(i)), lambda: mapper.work(works[i]))

    yield from of("work", map(work, range(len(works))))


def _sources(resolved: Resolved, names: Names, base: str) -> Iterator[Fragment]:
    """Yield each source: what it offers and what was not read, then its entries, its records, and itself."""
    mapper = SourceMapper(names)
    of_source: dict[str, list[tuple[str, int, bool]]] = {source.id: [] for source in resolved.sources}
    for is_entry, nodes in ((True, resolved.entries.keys), (False, resolved.records.keys)):
        for i, node in enumerate(nodes):
            of_source[node.partition("#")[0]].append((node, i, is_entry))
    entries, records = resolved.entries, resolved.records

    def entry(i: int) -> Pages:
        return mapper.entry(*entries[i])

    def record(i: int) -> Pages:
        return mapper.record(records[i])

    for found in resolved.sources:
        digest = _digest(found)
        yield Fragment(f"{base}source/{found.id}#", digest, partial(mapper.parts, found))
        for node, i, is_entry in sorted(of_source[found.id]):
            facts, make = (entries.facts, entry) if is_entry else (records.facts, record)
            yield Fragment(f"{base}source/{node}", _digest(facts(i)), partial(make, i))
        yield Fragment(f"{base}source/{found.id}>", digest, partial(mapper.source, found))


def count_fragments(resolved: Resolved) -> int:
    """Return how many fragments there will be."""
    things = len(resolved.agents) + len(resolved.works) + len(resolved.records) + len(resolved.entries)
    named = len(resolved.organizations) + len(resolved.venues) + len(resolved.software) + len(resolved.redirects)
    return things + named + 2 * len(resolved.sources) + bool(resolved.topics) + bool(resolved.decisions)


def _digest(facts: object) -> bytes:
    return blake2b(_encoder.encode(facts), digest_size=_DIGEST).digest()

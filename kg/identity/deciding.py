"""Hand decisions and the names of a resolution: which printed name each anchor means, and what follows for it.

Knows records and names by their numbers. What a decision is stands in ``decisions``; how people are resolved with
them, in ``people``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kg.errors import IdentifierError
from kg.identity.captures import file_key
from kg.identity.decisions import Applied, Decision, Index, applied, find_mentions
from kg.identity.ledger import Ledger
from kg.identity.world import World
from kg.model.entities import DecisionOf
from kg.model.identifiers import parse_orcid
from kg.model.records import MentionKey
from kg.model.text import fold


def decide(world: World, decisions: Sequence[Decision], ledger: Ledger) -> Applied:
    """Find what decisions are about, and take wrong identifiers from the names of a world."""
    if not decisions:
        return Applied()
    sources = {a.source for d in decisions for a in d.mentions}
    found = applied(decisions, find_mentions(decisions, _index(world, sources, ledger)))
    for number, value in found.wrong_ids:
        name = world.names[number]
        world.names[number] = name._replace(mention=_without(name.mention, value))
    return found


def _index(world: World, sources: set[str], ledger: Ledger) -> Index:
    """Return the names in some sources, by their files' names, those that they had before included."""
    files = {source.id: source.reading.source.file for source in world.sources}
    renamed: dict[str, str] = {}
    for source in sources.difference(files.values()):
        if (old := ledger.known("source", file_key(source))) and (file := files.get(ledger.current("source", old))):
            renamed[source] = file
    sources = sources.union(renamed.values())
    records: dict[str, list[tuple[tuple[str, ...], int]]] = {file: [] for file in files.values()}
    for number, record in enumerate(world.records):
        file = files[record.source.id]
        if file in sources:
            loaded = record.load()
            called = (loaded.place.item, loaded.title, *loaded.identifiers)
            records[file].append((tuple(filter(None, called)), number))
    names: dict[object, list[tuple[int, str, int | None]]] = defaultdict(list)
    for number, name in enumerate(world.names):
        file = files[name.source_id]
        if file in sources:
            place: object = name.record if name.record >= 0 else file
            names[place].append((number, name.name, name.place))
    for before, now in renamed.items():
        records[before], names[before] = records[now], names[now]
    return Index(records, names)


def _without(key: MentionKey, value: str) -> MentionKey:
    """Return a name without an identifier."""
    kept = tuple(iri for iri in key.identifiers if iri != value)
    return key._replace(identifiers=kept, orcid="" if _orcid(key.orcid) == _orcid(value) else key.orcid)


def _orcid(printed: str) -> str:
    try:
        return parse_orcid(printed)
    except IdentifierError:
        return printed


def retired_names(world: World, found: Applied) -> dict[int, frozenset[str]]:
    """Return the folded names that are neither shown nor searched, by the number of the agent."""
    retired: dict[int, set[str]] = defaultdict(set)
    for number, value in found.retired:
        retired[world.agent_of[number]].add(fold(value))
    return {agent: frozenset(names) for agent, names in retired.items()}


def decisions_of(world: World, found: Applied) -> tuple[DecisionOf, ...]:
    """Return what became of each decision, sorted by id."""
    told = []
    for decision, numbers in found.matched:
        told.append(_told(decision, tuple(world.names[n].node for n in numbers), _unmet(world, decision, numbers)))
    told += [_told(decision, (), fault) for decision, fault in found.unmatched]
    return tuple(sorted(told, key=lambda d: d.id))


def _unmet(world: World, decision: Decision, numbers: Sequence[int]) -> str:
    """Return why what was decided is not so, empty where it is."""
    agents = {world.agent_of[n] for n in numbers}
    if decision.kind == "different" and len(agents) == 1:
        if len({world.slots[n] for n in numbers}) == 1:
            return "both names stand at one place of one work"
        return "other decisions or a shared place make both names one"
    if decision.kind in ("same", "move") and len(agents) > 1:
        return "a person and a group are not one"
    return ""


def _told(d: Decision, nodes: tuple[str, ...], fault: str) -> DecisionOf:
    return DecisionOf(d.id, d.kind, nodes, d.by, d.at, d.why, d.value, fault)

"""From what sources said to what we believe: the function that joins records, names and ids into entities.

Works on keys throughout; a record itself is looked into when an entity made of it is asked for. Knows the order of the
steps; the steps themselves live in ``world``, ``works``, ``agents``, ``named``, ``ledger``, ``making`` and
``facts``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import TypeVar

from kg.identity.agents import cluster_agents
from kg.identity.captures import identify_sources
from kg.identity.deciding import decide, decisions_of, retired_names
from kg.identity.decisions import Applied, Decision
from kg.identity.facts import Facts
from kg.identity.heirs import moved_records, with_old_names, with_old_records
from kg.identity.lasting import list_records, mention_keys, record_key
from kg.identity.ledger import Ledger
from kg.identity.making import Makers
from kg.identity.named import OrganizationTable, named_things
from kg.identity.people import Memo
from kg.identity.standing import Standing
from kg.identity.works import Candidate, cluster_works
from kg.identity.world import SourceIn, World, printed_names
from kg.model.entities import KINDS, AgentRef, Kind, Made, Redirect, Resolved, SourceOf
from kg.model.records import SourceReading

T = TypeVar("T")


def resolve(
    readings: Sequence[SourceReading],
    ledger: Ledger,
    organizations: OrganizationTable,
    memo: Memo | None = None,
    decisions: Sequence[Decision] = (),
) -> Resolved:
    """Join the records of all sources into entities. The order of ``readings`` does not matter.

    ``organizations`` maps folded keywords that sites print to (name, ROR IRI or ""); other words name themselves.
    The ledger is changed: new things get ids, merged ones redirect. Two readings of the same bytes count once.
    ``memo`` keeps what people were resolved to, so that only what changed is weighed again. ``decisions`` were made by
    hand, and always win.
    """
    world = World(identify_sources(readings, ledger))
    world.named = named_things([(s.id, s.reading, s.keys) for s in world.sources], ledger, organizations)
    join_works(world, ledger)
    decided = decide(world, decisions, ledger)
    _join_agents(world, ledger, memo, decided)
    world.retired = retired_names(world, decided)
    return replace(_resolved(world, ledger), decisions=decisions_of(world, decided))


def join_works(world: World, ledger: Ledger) -> None:
    """Find the works behind the records of a world's sources, and the names printed on them, sorted by their nodes."""
    world.records = list_records(world.sources, ledger)
    world.works, world.work_joins = cluster_works(
        [Candidate(r.node, r.keys, r.source.reading.subject, r.load) for r in world.records]
    )
    keys = [[record_key(world.records[i].node) for i in group] for group in world.works]
    world.moved = moved_records(world.records, ledger)
    world.work_ids = ledger.assign("work", with_old_records(keys, ledger, world.moved))
    world.work_of = {i: number for number, group in enumerate(world.works) for i in group}
    world.names = sorted(printed_names(world), key=attrgetter("node"))


def _join_agents(world: World, ledger: Ledger, memo: Memo | None, decided: Applied) -> None:
    world.clusters, world.slots = cluster_agents(world.names, world.records, memo=memo, decided=decided)
    keys = mention_keys(world)
    world.refs = [AgentRef("person", "")] * len(world.clusters)
    world.agent_of = [-1] * len(world.names)
    for kind in ("person", "group"):
        of_kind = [i for i, cluster in enumerate(world.clusters) if cluster.kind == kind]
        clusters = [[keys[n] for n in world.clusters[i].printed] for i in of_kind]
        ids = ledger.assign(kind, with_old_names(kind, clusters, ledger, world.moved))
        for i, agent_id in zip(of_kind, ids, strict=True):
            world.refs[i] = AgentRef(world.clusters[i].kind, agent_id)
            for n in world.clusters[i].printed:
                world.agent_of[n] = i


def _resolved(world: World, ledger: Ledger) -> Resolved:
    standing, named = Standing(world), world.named
    makers = Makers(world, standing)
    facts = Facts(world, standing, makers)
    works = sorted(range(len(world.works)), key=world.work_ids.__getitem__)
    agents = sorted(range(len(world.refs)), key=world.refs.__getitem__)
    kinds = Counter(ref.kind for ref in world.refs)
    topics = tuple(sorted({topic for record in world.records for topic in record.keys.topics}))
    counts: dict[Kind, int] = {
        "person": kinds["person"], "group": kinds["group"], "work": len(works), "source": len(world.sources),
        "organization": len(named.organizations), "venue": len(named.venues), "software": len(named.software),
        "topic": len(topics),
    }  # fmt: skip
    subjects = {
        name.source_id: world.refs[agent]
        for name, agent in zip(world.names, world.agent_of, strict=True)
        if name.is_subject
    }
    refs, records = world.refs, range(len(world.records))
    agent_keys = [f"{refs[a].kind}/{refs[a].id}" for a in agents]
    nodes = [world.names[n].stands_on for n in standing.entries]
    return Resolved(
        sources=tuple(_source(source, subjects.get(source.id), makers) for source in world.sources),
        works=_made(works, [world.work_ids[w] for w in works], makers.work, facts.work),
        agents=_made(agents, agent_keys, makers.agent, facts.agent),
        printed=_made(agents, agent_keys, makers.printed, makers.printed),
        records=_made(records, [r.node for r in world.records], makers.statement, facts.statement),
        entries=_made(standing.entries, nodes, makers.entry, facts.entry),
        organizations=named.organizations,
        venues=named.venues,
        software=named.software,
        topics=topics,
        redirects=tuple(Redirect(kind, old, new) for kind in KINDS for old, new in ledger.redirects(kind)),
        counts=counts,
    )


def _made(order: Sequence[int], keys: list[str], make: Callable[[int], T], facts: Callable[[int], object]) -> Made[T]:
    return Made(keys, lambda i: make(order[i]), lambda i: facts(order[i]))


def _source(source: SourceIn, subject: AgentRef | None, makers: Makers) -> SourceOf:
    reading = source.reading
    return SourceOf(
        id=source.id,
        source=reading.source,
        title=reading.title or reading.source.file,
        subject=subject,
        subject_evidence=reading.subject_evidence,
        actions=reading.profile.actions if reading.profile else (),
        problems=reading.problems,
        head=makers.head(source.id),
        mention=makers.loose(source.id),
    )

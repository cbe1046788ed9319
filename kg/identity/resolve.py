"""From what sources said to what we believe: the function that joins records, names and ids into entities.

Knows the order of the steps. The steps themselves live in ``works``, ``agents``, ``named``, ``merge`` and ``ledger``.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

from kg.identity.agents import Printed, agent_key, cluster_agents
from kg.identity.ledger import Ledger
from kg.identity.merge import merge_complete, merge_dates, merge_text
from kg.identity.named import NamedThings, OrganizationTable, named_things
from kg.identity.works import Candidate, cluster_works, signed_by
from kg.model.entities import (
    KINDS,
    Agent,
    AgentRef,
    Authorship,
    Join,
    MentionOf,
    ProfileOf,
    RecordOf,
    Redirect,
    Resolved,
    SourceOf,
    Work,
)
from kg.model.names import fullness, looks_like_group
from kg.model.records import AgentKind, Mention, SourceReading, WorkRecord
from kg.model.text import fold, words
from kg.model.topics import find_topic

Sources = list[tuple[str, SourceReading]]


def resolve(readings: Sequence[SourceReading], ledger: Ledger, organizations: OrganizationTable) -> Resolved:
    """Join the records of all sources into entities. The order of ``readings`` does not matter.

    ``organizations`` maps folded keywords that sites print to (name, ROR IRI or ""); other words name themselves.
    The ledger is changed: new things get ids, merged ones redirect. Two readings of the same bytes count once.
    """
    sources = _identify_sources(readings, ledger)
    named = named_things(sources, ledger, organizations)
    records = [_record_of(i, work, named) for i, reading in sources for work in reading.works]
    subject_of = {source_id: reading.subject for source_id, reading in sources}

    groups, work_joins = cluster_works(
        [Candidate(r.node, r.record, signed_by(r.record, subject_of[r.source_id])) for r in records]
    )
    record_keys = _record_keys(records)
    work_ids = ledger.assign("work", [[record_keys[i] for i in group] for group in groups])
    work_number = {i: number for number, group in enumerate(groups) for i in group}

    printed, mentions = _printed_names(sources, records, work_number)
    clusters, slots = cluster_agents(printed)
    keys = _mention_keys(printed, record_keys)
    refs: dict[int, AgentRef] = {}
    joins: dict[AgentRef, tuple[Join, ...]] = {}
    for kind in ("person", "group"):
        of_kind = [c for c in clusters if c.kind == kind]
        for cluster, agent_id in zip(
            of_kind, ledger.assign(kind, [[keys[i] for i in c.printed] for c in of_kind]), strict=True
        ):
            ref = AgentRef(cluster.kind, agent_id)
            joins[ref] = cluster.joins
            refs |= dict.fromkeys(cluster.printed, ref)
    mentions_of = [
        MentionOf(p.node, p.name, m[0], m[1], refs[i], p.place, m[2].line, m[2].affiliations, m[2].orcid, p.is_subject)
        for i, (p, m) in enumerate(zip(printed, mentions, strict=True))
    ]

    on_work: dict[int, list[int]] = defaultdict(list)
    for i, name in enumerate(printed):
        on_work[name.work].append(i)
    works = [
        _work(
            work_ids[number],
            tuple(records[i] for i in group),
            _authorships(on_work[number], slots, mentions_of),
            tuple(work_joins.get(group[0], ())),
            named,
        )
        for number, group in enumerate(groups)
    ]
    subjects = {m.source_id: m.agent for m in mentions_of if m.is_subject}
    return Resolved(
        sources=tuple(_source(i, reading, subjects.get(i)) for i, reading in sources),
        works=tuple(sorted(works, key=lambda w: w.id)),
        agents=_agents(mentions_of, works, joins, _profiles(sources, named)),
        organizations=named.organizations,
        venues=named.venues,
        software=named.software,
        topics=tuple(sorted({topic for record in records for topic in record.topics})),
        redirects=tuple(Redirect(kind, old, new) for kind in KINDS for old, new in ledger.redirects(kind)),
    )


def _identify_sources(readings: Sequence[SourceReading], ledger: Ledger) -> Sources:
    """Give each source its id: known by the hash of its bytes and, where no other has it, its file name."""
    unique: dict[str, SourceReading] = {}
    for reading in sorted(readings, key=lambda r: (r.source.file, r.source.sha256)):
        unique.setdefault(reading.source.sha256, reading)
    named = Counter(reading.source.file for reading in unique.values())
    clusters = [
        [f"sha256:{r.source.sha256}"] + ([f"file:{r.source.file}"] if named[r.source.file] == 1 else [])
        for r in unique.values()
    ]
    return sorted(zip(ledger.assign("source", clusters), unique.values(), strict=True), key=lambda pair: pair[0])


def _record_of(source_id: str, record: WorkRecord, named: NamedThings) -> RecordOf:
    return RecordOf(
        node=f"{source_id}#L{record.place.line}",
        source_id=source_id,
        record=record,
        organizations=tuple(sorted({named.organization(o) for o in record.organizations})),
        venue=named.venue(record.venue),
        topics=tuple(dict.fromkeys(topic.notation for code in record.topics if (topic := find_topic(code)))),
    )


def _record_keys(records: Sequence[RecordOf]) -> list[str]:
    """Return the ledger key of each record: its source and its title, or the start of its text.

    A key does not hold the line, so it survives a new capture of the page with more works on it.
    """
    seen: Counter[str] = Counter()
    keys = []
    for r in records:
        start = fold(r.record.title) or " ".join(words(r.record.abstract)[:16]) or fold(r.record.snippet)
        key = f"{r.source_id}/{hashlib.blake2b(start.encode(), digest_size=8).hexdigest()}"
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}+{seen[key]}")
    return keys


def _printed_names(
    sources: Sources, records: Sequence[RecordOf], work_number: dict[int, int]
) -> tuple[list[Printed], list[tuple[str, str, Mention]]]:
    """Return every printed name, sorted by node, with (source id, record node, mention) of each.

    The subject of a page signs every work on it: a byline cut by "et al." may leave the name out.
    """
    found: list[tuple[Printed, tuple[str, str, Mention]]] = []
    readings = dict(sources)
    for index, r in enumerate(records):
        byline = r.record.byline
        for k, mention in enumerate(byline.mentions if byline else (), 1):
            node = f"{r.source_id}#L{mention.line or r.record.place.line}-m{k}"
            key = agent_key(mention.name, mention.kind)
            printed = Printed(node, key, mention.name, mention.kind, work_number[index], mention.position, index)
            found.append((printed, (r.source_id, r.node, mention)))
        reading = readings[r.source_id]
        if reading.subject:
            found.append(_subject(reading, f"{r.node}-subject", r.source_id, r.node, work_number[index], index))
    for source_id, reading in sources:
        if reading.subject and not reading.works:
            node = f"{source_id}#subject"
            found.append(_subject(reading, node, source_id, f"{source_id}#L{reading.subject_line or 1}", -1, -1))
    found.sort(key=lambda pair: pair[0].node)
    return [p for p, _ in found], [m for _, m in found]


def _subject(
    reading: SourceReading, node: str, source_id: str, record_node: str, work: int, record: int
) -> tuple[Printed, tuple[str, str, Mention]]:
    kind: AgentKind = "group" if looks_like_group(reading.subject) else "person"
    mention = Mention(reading.subject, None, kind, line=reading.subject_line)
    key = agent_key(reading.subject, mention.kind)
    printed = Printed(node, key, reading.subject, mention.kind, work, None, record, is_subject=True)
    return printed, (source_id, record_node, mention)


def _mention_keys(printed: Sequence[Printed], record_keys: Sequence[str]) -> list[str]:
    """Return the ledger key of each printed name: its record and the name; namesakes on one record are counted."""
    seen: Counter[str] = Counter()
    keys = []
    for p in printed:
        record = record_keys[p.record] if p.record >= 0 else p.node.partition("#")[0]
        key = f"{record}/{'subject/' if p.is_subject else ''}{p.key}"
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}+{seen[key]}")
    return keys


def _authorships(indexes: Sequence[int], slots: Sequence[int], mentions: Sequence[MentionOf]) -> tuple[Authorship, ...]:
    """Return the authorships of a work: one a slot, in order, unknown positions last."""
    by_slot: dict[int, list[MentionOf]] = defaultdict(list)
    for i in indexes:
        by_slot[slots[i]].append(mentions[i])
    lengths = Counter(m.record_node for i in indexes if (m := mentions[i]).position)
    taken: set[int] = set()
    result = []
    for found in sorted(by_slot.values(), key=lambda ms: min((m.position or 1 << 30, m.node) for m in ms)):
        # Where bylines disagree, the longest one tells the position; no two authors share one.
        placed = sorted((m for m in found if m.position), key=lambda m: (-lengths[m.record_node], m.position, m.node))
        position = next((m.position for m in placed if m.position not in taken), None)
        if position:
            taken.add(position)
        result.append(Authorship(found[0].agent, position, tuple(found)))
    return tuple(sorted(result, key=lambda a: (a.position or 1 << 30, a.agent)))


def _work(
    work_id: str,
    records: tuple[RecordOf, ...],
    authorships: tuple[Authorship, ...],
    joins: tuple[Join, ...],
    named: NamedThings,
) -> Work:
    title, titles = merge_text("name", records, lambda r: r.title)
    abstract, abstracts = merge_text("abstract", records, lambda r: r.abstract, longest=True)
    genre, genres = merge_text("genre", records, lambda r: r.genre)
    date, dates = merge_dates(records)
    return Work(
        id=work_id,
        title=title,
        abstract=abstract,
        date=date,
        genre=genre,
        authorships=authorships,
        complete=merge_complete(records),
        records=records,
        disagreements=tuple(d for d in (dates, titles, abstracts, genres) if d),
        joins=joins,
        software=tuple(sorted({s for r in records for s in named.repositories(r.record.abstract)})),
    )


def _source(source_id: str, reading: SourceReading, subject: AgentRef | None) -> SourceOf:
    return SourceOf(
        id=source_id,
        source=reading.source,
        title=reading.title or reading.source.file,
        subject=subject,
        subject_evidence=reading.subject_evidence,
        actions=reading.profile.actions if reading.profile else (),
        problems=reading.problems,
    )


def _profiles(sources: Sources, named: NamedThings) -> dict[str, ProfileOf]:
    """Return what the header of each page says about its subject, by source id."""
    return {
        source_id: ProfileOf(
            source_id=source_id,
            node=f"{source_id}#L{p.place.line}",
            line=p.place.line,
            last_line=p.place.last_line,
            snippet=p.snippet,
            name=p.name,
            description=p.description,
            organizations=tuple(sorted({named.organization(a) for a in p.affiliations})),
            identifiers=p.identifiers,
            observed=p.observed,
        )
        for source_id, reading in sources
        if (p := reading.profile)
    }


def _agents(
    mentions: Sequence[MentionOf],
    works: Sequence[Work],
    joins: dict[AgentRef, tuple[Join, ...]],
    profiles: dict[str, ProfileOf],
) -> tuple[Agent, ...]:
    by_agent: dict[AgentRef, list[MentionOf]] = defaultdict(list)
    for mention in mentions:
        by_agent[mention.agent].append(mention)
    made: dict[AgentRef, set[str]] = defaultdict(set)
    for work in works:
        for authorship in work.authorships:
            made[authorship.agent].add(work.id)
    result = []
    for ref in sorted(by_agent):
        found = by_agent[ref]
        pages = {m.source_id for m in found if m.is_subject}
        names = Counter(m.name for m in found)
        result.append(
            Agent(
                ref=ref,
                name=min(names, key=lambda n: (*(-f for f in fullness(n)), -names[n], n)),
                names=tuple(sorted(names)),
                mentions=tuple(found),
                works=tuple(sorted(made[ref])),
                profiles=tuple(profiles[page] for page in sorted(pages) if page in profiles),
                joins=joins[ref],
            )
        )
    return tuple(result)

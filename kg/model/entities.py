"""What we believe: people, groups, works and the rest, each with the records and the evidence it rests on.

Built by ``kg.identity`` from records; read by ``kg.rdf``. Knows ids and merged values, no IRIs and no quads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.model.dates import PartialDate
from kg.model.records import Action, Observed, Problem, Source, WorkRecord

Kind = Literal["person", "group", "work", "organization", "topic", "venue", "source", "software"]
KINDS: tuple[Kind, ...] = ("person", "group", "work", "organization", "topic", "venue", "source", "software")


@dataclass(frozen=True, slots=True, order=True)
class AgentRef:
    """A person or group by kind and id."""

    kind: Literal["person", "group"]
    id: str


@dataclass(frozen=True, slots=True)
class Join:
    """A reason why two records or mentions are one thing.

    ``a`` and ``b`` are node names (``source-id#L7`` for a record, ``source-id#L8-m1`` for a mention); ``weight`` is
    0 to 1, higher means stronger; ``comment`` is one sentence for a reader.
    """

    a: str
    b: str
    rule: str
    weight: float
    comment: str


@dataclass(frozen=True, slots=True)
class MentionOf:
    """A printed name that stands for an agent: where it is printed and in which record."""

    node: str
    name: str
    source_id: str
    record_node: str
    agent: AgentRef
    position: int | None = None
    line: int = 0
    affiliations: tuple[str, ...] = ()
    orcid: str | None = None
    is_subject: bool = False


@dataclass(frozen=True, slots=True)
class Authorship:
    """An agent's place on a work: ``position`` from 1, None where no source tells it."""

    agent: AgentRef
    position: int | None
    mentions: tuple[MentionOf, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that one source gives."""

    value: str | PartialDate
    source_id: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that give different values for one property, and the value that the merged view shows."""

    about: Literal["datePublished", "name", "abstract", "genre"]
    chosen: str | PartialDate
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class RecordOf:
    """A record with the id of its source, its node name, and the ids of what it names."""

    node: str
    source_id: str
    record: WorkRecord
    organizations: tuple[str, ...] = ()
    venue: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One work: the merged values, the authors, the records behind them and why those are one work."""

    id: str
    title: str
    abstract: str
    date: PartialDate | None
    genre: str
    authorships: tuple[Authorship, ...]
    complete: bool | None
    records: tuple[RecordOf, ...]
    disagreements: tuple[Disagreement, ...] = ()
    joins: tuple[Join, ...] = ()
    software: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileOf:
    """What one page says about its subject."""

    source_id: str
    node: str
    line: int
    last_line: int
    snippet: str
    name: str
    description: str = ""
    organizations: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    observed: tuple[Observed, ...] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """A person or a group: the form of the name to show, all forms as printed, mentions, profiles and evidence."""

    ref: AgentRef
    name: str
    names: tuple[str, ...]
    mentions: tuple[MentionOf, ...]
    works: tuple[str, ...]
    profiles: tuple[ProfileOf, ...] = ()
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """An organisation: its name, the keywords printed for it and its ROR IRI where one is known."""

    id: str
    name: str
    keywords: tuple[str, ...]
    ror: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Venue:
    """Where works appear: a journal, a conference, a preprint server."""

    id: str
    name: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Software:
    """A code repository named in abstracts."""

    id: str
    name: str
    repository: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceOf:
    """A source with its id and what was found out about it."""

    id: str
    source: Source
    title: str
    subject: AgentRef | None
    subject_evidence: str
    actions: tuple[Action, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """An id that was merged into another one of the same kind."""

    kind: Kind
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everything a build believes, each tuple sorted by id."""

    sources: tuple[SourceOf, ...]
    works: tuple[Work, ...]
    agents: tuple[Agent, ...]
    organizations: tuple[Organization, ...]
    venues: tuple[Venue, ...]
    software: tuple[Software, ...]
    topics: tuple[str, ...]
    redirects: tuple[Redirect, ...] = ()

    def count(self, kind: Kind) -> int:
        """Return how many things of a kind there are."""
        if kind in ("person", "group"):
            return sum(agent.ref.kind == kind for agent in self.agents)
        plural = {"work": self.works, "organization": self.organizations, "venue": self.venues}
        plural |= {"software": self.software, "source": self.sources, "topic": self.topics}
        return len(plural[kind])

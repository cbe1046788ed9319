"""What we believe: people, groups, works and the rest, each with the records and the evidence it rests on.

Built by ``kg.identity`` from records; read by ``kg.rdf``. Knows ids and merged values, no IRIs and no quads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar, overload

from kg.model.dates import PartialDate
from kg.model.records import Action, Observed, Problem, Source, Subject, WorkRecord

T = TypeVar("T")

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

    ``a`` and ``b`` are node names (``source-id#r8c1f…`` for a record, ``source-id#r8c1f…-m1`` for a mention);
    ``others`` are further nodes that the same reason holds together. ``weight`` is 0 to 1, higher means stronger;
    ``comment`` is one sentence for a reader. ``reasons`` says what each kind of evidence adds, in natural log-odds.
    """

    a: str
    b: str
    rule: str
    weight: float
    comment: str
    others: tuple[str, ...] = ()
    reasons: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class KeptApart:
    """Somebody who was nearly taken for an agent: who, and the evidence for and against."""

    other: AgentRef
    evidence: Join


@dataclass(frozen=True, slots=True)
class DecisionOf:
    """A decision made by hand: its id, kind and value, the nodes of the mentions it is about, who, when (ISO) and why.

    ``fault`` says why it does not apply, and is empty where it does; then ``nodes`` are complete.
    """

    id: str
    kind: str
    nodes: tuple[str, ...]
    by: str
    at: str
    why: str
    value: str = ""
    fault: str = ""


class MentionOf(NamedTuple):
    """A printed name that stands for an agent: where it is printed and in which record.

    ``organizations`` are the ids of the affiliations, in their order. ``role`` is what the agent did for the work.
    """

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
    role: str = "author"
    variants: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()


class Authorship(NamedTuple):
    """An agent's place on a work: ``position`` from 1, None where no source tells it; or its part in another role."""

    agent: AgentRef
    position: int | None
    mentions: tuple[MentionOf, ...]
    role: str = "author"


class Claim(NamedTuple):
    """A value that one source gives."""

    value: str | PartialDate
    source_id: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that give different values for one property, and the value that the merged view shows."""

    about: Literal["datePublished", "name", "abstract", "genre"]
    chosen: str | PartialDate
    claims: tuple[Claim, ...]


class RecordOf(NamedTuple):
    """A record with the id of its source, its node name, and the ids of what it names.

    ``funders`` are ids of organisations, one for each funding of the record, empty where no funder is named.
    """

    node: str
    source_id: str
    record: WorkRecord
    organizations: tuple[str, ...] = ()
    venue: str = ""
    topics: tuple[str, ...] = ()
    publisher: str = ""
    funders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One work: the merged values, the authors, the records behind them and why those are one work.

    ``contributions`` are of agents in other roles than author. ``cites`` are ids of works of this graph.
    """

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
    contributions: tuple[Authorship, ...] = ()
    cites: tuple[str, ...] = ()


class Statement(NamedTuple):
    """One work record with the work it states something about, and the names printed on it.

    The record comes without the ids of what it names, the names without their affiliations: these are the work's.
    """

    record: RecordOf
    work_id: str
    mentions: tuple[MentionOf, ...]


@dataclass(frozen=True, slots=True)
class ProfileOf:
    """What a source says about a person or group: the head of a page, or an entry of a list.

    ``organizations`` and ``alumni_of`` are ids.
    """

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
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    item: str = ""
    given: str = ""
    family: str = ""
    alumni_of: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    distinct_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """A person or a group: the form of the name to show, all forms as printed, mentions, profiles and evidence.

    ``identifiers`` are IRIs by which sources know the agent, ORCID iDs among them. ``kept_apart`` are others who were
    nearly taken for this one; each two are told of at one of them.
    """

    ref: AgentRef
    name: str
    names: tuple[str, ...]
    mentions: tuple[MentionOf, ...]
    works: tuple[str, ...]
    profiles: tuple[ProfileOf, ...] = ()
    joins: tuple[Join, ...] = ()
    identifiers: tuple[str, ...] = ()
    kept_apart: tuple[KeptApart, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Organization:
    """An organisation: its name, the keywords printed for it and its ROR IRI where one is known."""

    id: str
    name: str
    keywords: tuple[str, ...]
    ror: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Venue:
    """Where works appear: a journal, a conference, a preprint server; with the ISSNs and ISBNs printed for it."""

    id: str
    name: str
    sources: tuple[str, ...]
    names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Software:
    """A code repository named in abstracts or links."""

    id: str
    name: str
    repository: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceOf:
    """A source with its id and what was found out about it.

    ``head`` is what the head of a page says of its subject; ``mention`` is the subject's name where the page lists no
    work that it could stand on.
    """

    id: str
    source: Source
    title: str
    subject: AgentRef | None
    subject_evidence: str
    actions: tuple[Action, ...]
    problems: tuple[Problem, ...]
    head: ProfileOf | None = None
    mention: MentionOf | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """An id that was merged into another one of the same kind."""

    kind: Kind
    old: str
    new: str


class Made(Sequence[T], Generic[T]):
    """Things that are put together each time they are asked for, because all of them at once would fill the memory.

    ``keys`` name each, in order; ``facts(i)`` gives what thing ``i`` depends on, much more cheaply than the thing, so
    that one can tell whether it is what it was.
    """

    def __init__(self, keys: Sequence[str], make: Callable[[int], T], facts: Callable[[int], object]) -> None:
        self.keys = keys
        self._make = make
        self.facts = facts

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._make(index % len(self))

    def __iter__(self) -> Iterator[T]:
        return map(self._make, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(self) == len(other)
            and all(a == b for a, b in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]  # compared by what is made


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everything a build believes, each sequence sorted by id (records and people's entries by node).

    ``printed`` are the names that are printed for each agent, each with how often.
    """

    sources: tuple[SourceOf, ...]
    works: Made[Work]
    agents: Made[Agent]
    printed: Made[tuple[tuple[str, int], ...]]
    records: Made[Statement]
    entries: Made[tuple[ProfileOf, MentionOf]]
    organizations: tuple[Organization, ...]
    venues: tuple[Venue, ...]
    software: tuple[Software, ...]
    topics: tuple[str, ...]
    redirects: tuple[Redirect, ...] = ()
    decisions: tuple[DecisionOf, ...] = ()
    counts: Mapping[Kind, int] = field(default_factory=dict)

    def count(self, kind: Kind) -> int:
        """Return how many things of a kind there are."""
        return self.counts[kind]

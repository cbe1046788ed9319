"""What a source said: works and profiles as one page or file states them, in its own words, each with its place.

Knows the words and where they stand. Does not know who is who, nor which of two sources is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.model.dates import PartialDate

Value = int | float | str | bool
AgentKind = Literal["person", "group"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file, its lines (from 1, both ends included) and optionally the field."""

    file: str
    line: int
    last_line: int = 0
    field: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "last_line", max(self.line, self.last_line))

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}"
        return f"{text} {self.field}" if self.field else text


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as printed on one work or page. ``position`` counts from 1 and is None where the order is not known."""

    name: str
    position: int | None = None
    kind: AgentKind = "person"
    affiliations: tuple[str, ...] = ()
    orcid: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Byline:
    """The author line of a work: its mentions in order, whether it names them all, and the text as printed."""

    mentions: tuple[Mention, ...] = ()
    complete: bool = True
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """One figure or state that a site gives about a person or a work on the day of the capture.

    ``measure`` is a local name from the own vocabulary (``trustScore``, ``workScore``, …); ``printed`` is the text on
    the page; ``unit`` is empty or ``%``.
    """

    measure: str
    value: Value
    printed: str
    line: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something the page offers its readers to do. ``kind`` is a schema.org action class."""

    kind: str
    name: str
    printed: str
    line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to cut a line into title and authors, with the score of its evidence (higher is better)."""

    title: str
    authors: str
    score: float


@dataclass(frozen=True, slots=True)
class WorkRecord:
    """A work as one source states it. Empty text, None and empty tuples mean that the source does not say.

    ``place`` and ``snippet`` are the lines it was read from. ``topics`` and ``organizations`` are codes and keywords as
    printed. ``readings`` is filled only where title and authors could not be told apart; then ``title`` is empty, the
    byline has no mentions and ``doubt`` says why.
    """

    place: Place
    snippet: str
    title: str = ""
    abstract: str = ""
    date: PartialDate | None = None
    date_printed: str = ""
    genre: str = ""
    venue: str = ""
    topics: tuple[str, ...] = ()
    byline: Byline | None = None
    organizations: tuple[str, ...] = ()
    code_badge: bool = False
    identifiers: tuple[str, ...] = ()
    observed: tuple[Observed, ...] = ()
    readings: tuple[Reading, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class ProfileRecord:
    """What a page says about its subject in its header."""

    place: Place
    snippet: str
    name: str
    description: str = ""
    affiliations: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    observed: tuple[Observed, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an input that could not be read or decided: where, the text, what is wrong, what to do.

    ``kind`` is ``unread`` for a line that fits no layout, ``quarantined`` for a record that could not be mapped,
    ``note`` for something read that a curator should look at. Nothing is lost: ``text`` is the input as it stands.
    """

    place: Place
    text: str
    cause: str
    advice: str = ""
    kind: Literal["unread", "quarantined", "note"] = "unread"


@dataclass(frozen=True, slots=True)
class Source:
    """A capture of a page, or a file: what is known of it beside its content.

    ``captured`` is the day or year of the capture where it is known; ``subject`` the person the page is about where
    it had to be told by hand; ``sha256`` the hash of the bytes, in hexadecimal.
    """

    file: str
    sha256: str
    layout: str = ""
    captured: PartialDate | None = None
    site: str = ""
    rights: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class SourceReading:
    """All that was read from one source: profile, works, problems, and the text itself.

    ``subject`` is the printed name of the person whose page it is, and ``subject_evidence`` how that is known; both
    are empty when it is not.
    """

    source: Source
    works: tuple[WorkRecord, ...] = ()
    profile: ProfileRecord | None = None
    problems: tuple[Problem, ...] = ()
    subject: str = ""
    subject_evidence: str = ""
    subject_line: int = 0
    title: str = ""

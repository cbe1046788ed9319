"""What a source said: works and profiles as one page or file states them, in its own words, each with its place.

Knows the words and where they stand. Does not know who is who, nor which of two sources is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from kg.model.dates import PartialDate

Value = int | float | str | bool
AgentKind = Literal["person", "group"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file, its lines (from 1, both ends included) and optionally the field.

    ``item`` is the name that a record has within its file where lines are not enough to tell records apart: a BibTeX
    key, the id of an XML element, a JSON pointer (RFC 6901).
    """

    file: str
    line: int
    last_line: int = 0
    field: str = ""
    item: str = ""

    def __post_init__(self) -> None:
        if self.last_line < self.line:
            object.__setattr__(self, "last_line", self.line)

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{self.file}:{self.line}", self.item, self.field)))


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as printed on one work or page. ``position`` counts from 1 and is None where the order is not known.

    ``name`` reads as the person writes it ("Teven Le Scao"); ``given`` and ``family`` are filled where the source tells
    them apart. ``variants`` are other forms the source gives for this very mention, such as the native script.
    ``identifiers`` are IRIs by which the source knows the agent (OpenAlex, the Anthology, Wikidata, ROR for a group),
    ``orcid`` the iD as printed, and ``role`` what the agent did for the work (``author``, ``editor``, …).
    """

    name: str
    position: int | None = None
    kind: AgentKind = "person"
    affiliations: tuple[str, ...] = ()
    orcid: str | None = None
    line: int = 0
    given: str = ""
    family: str = ""
    variants: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    role: str = "author"


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
class Related:
    """Another thing that a record points to. ``kind`` is one of ``RELATIONS``; one of the other two may be empty.

    ``iri`` identifies the other thing (a DOI, an arXiv or OpenAlex IRI, …); ``printed`` is what the source prints.
    ``relation`` is the source's own word where it says more than the kind: "IsSupplementedBy", "has-review".
    """

    kind: str
    iri: str = ""
    printed: str = ""
    relation: str = ""


RELATIONS: Final = (
    "cites",
    "version-of",
    "part-of",
    "supplement-to",
    "review-of",
    "translation-of",
    "same-as",
    "related",
)
"""What a Related can say: the record cites it, is a version, a part, … of it, or is said to be the same work."""


@dataclass(frozen=True, slots=True)
class Funding:
    """Who paid for a work: the funder's name and IRI (ROR or Funder Registry DOI), the award's number, title, page."""

    funder: str = ""
    funder_iri: str = ""
    award: str = ""
    award_title: str = ""
    award_url: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject or keyword as printed, with its IRI and the scheme it belongs to where the source gives them."""

    name: str
    iri: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class WorkRecord:
    """A work as one source states it. Empty text, None and empty tuples mean that the source does not say.

    ``place`` and ``snippet`` are the lines it was read from; ``snippet`` is empty for data formats, whose records are
    found again by ``place.item`` in the kept source. ``topics`` are category codes as printed, ``subjects`` all other
    subjects and keywords; ``organizations`` keywords for organisations. ``identifiers`` are IRIs of the work itself,
    ``urls`` web pages and repositories about it, ``venue_identifiers`` IRIs or ``ISSN …`` / ``ISBN …`` of what it
    appeared in. ``contributors`` are agents in other roles than author. ``licenses`` are IRIs or words. ``readings``
    is filled only where title and authors could not be told apart; then ``title`` is empty, the byline has no mentions
    and ``doubt`` says why. ``retracted`` holds the words (day and reason, or "retracted" alone) by which the source
    says that the work was withdrawn, ``awards`` prizes, ``notes`` remarks as printed ("12 pages, accepted at …"), and
    ``citation_key`` the key under which a bibliography has it.
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
    alternative_titles: tuple[str, ...] = ()
    contributors: tuple[Mention, ...] = ()
    venue_identifiers: tuple[str, ...] = ()
    event: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    languages: tuple[str, ...] = ()
    version: str = ""
    urls: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    funding: tuple[Funding, ...] = ()
    related: tuple[Related, ...] = ()
    retracted: str = ""
    awards: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    citation_key: str = ""


@dataclass(frozen=True, slots=True)
class ProfileRecord:
    """What a source says about a person or group: the header of a page, an ORCID record, an entry of a people file.

    ``names`` are other forms of the name that the source gives, ``urls`` web pages of the person, ``affiliations``
    organisations as printed. ``given`` and ``family`` are the parts of ``name`` where the source tells them apart,
    ``alumni_of`` the organisations where the person studied, ``subjects`` what the person works on. ``distinct_from``
    are IRIs of others who are easily taken for this person and are not. ``identified_only`` says that the names must
    not be taken for this person where no identifier stands beside them.
    """

    place: Place
    snippet: str
    name: str
    description: str = ""
    affiliations: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    observed: tuple[Observed, ...] = ()
    actions: tuple[Action, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    kind: AgentKind = "person"
    given: str = ""
    family: str = ""
    alumni_of: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    distinct_from: tuple[str, ...] = ()
    identified_only: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an input that could not be read or decided: where, the text, what is wrong, what to do.

    ``kind`` is ``unread`` for a line that fits no layout, ``quarantined`` for a record that could not be mapped,
    ``note`` for something read that a curator should look at. Nothing is lost: ``text`` is the input as it can be
    shown, ``raw`` its bytes as they stand where the text cannot show them all.
    """

    place: Place
    text: str
    cause: str
    advice: str = ""
    kind: Literal["unread", "quarantined", "note"] = "unread"
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Source:
    """A capture of a page, or a file: what is known of it beside its content.

    ``captured`` is the day or year of the capture where it is known; ``subject`` the person the page is about where
    it had to be told by hand; ``sha256`` the hash of the (decompressed) bytes, in hexadecimal. ``input`` names the
    input they came in and ``container`` is its hash, which is another one for compressed files and archives.
    """

    file: str
    sha256: str
    layout: str = ""
    captured: PartialDate | None = None
    site: str = ""
    rights: str = ""
    subject: str = ""
    container: str = ""
    input: str = ""


class MentionKey(NamedTuple):
    """A printed name on a record: the name, the form under which equal names meet, what it did, and by what else the
    source knows who it is (``orcid`` as printed). ``family`` is the family name where the source tells it and the
    printed name alone would be cut elsewhere."""

    name: str
    key: str
    kind: AgentKind = "person"
    position: int | None = None
    role: str = "author"
    orcid: str = ""
    identifiers: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    family: str = ""


class WorkKeys(NamedTuple):
    """What one work record is compared by; made by `kg.model.keys`.

    ``digest`` is a hash of the whole record (16 bytes), ``opening`` one of what names it within its source: its title,
    else the start of its text (16 hex digits). ``called`` is what its source calls it: its name there, or its first
    identifier where that is nothing or a mere number. ``beginning`` is a hash of the abstract's first words, empty for
    a short one. ``sketch`` holds the smallest hashes of the abstract's shingles as 32-bit numbers in the machine's
    order, ``shingles`` their number. ``mentions`` are the byline's, then the contributors', in order. ``organizations``
    are all words for organisations as printed, ``repositories`` addresses,
    ``cites`` the identifiers of the works that it cites.
    """

    digest: bytes
    opening: str
    title: str
    identifiers: tuple[str, ...] = ()
    beginning: str = ""
    sketch: bytes = b""
    shingles: int = 0
    year: int = 0
    mentions: tuple[MentionKey, ...] = ()
    organizations: tuple[str, ...] = ()
    venue: str = ""
    venue_identifiers: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    called: str = ""


@dataclass(frozen=True, slots=True)
class SourceReading:
    """All that was read from one source: profile, works, people, problems.

    ``profile`` is of the person whose page or record it is, ``people`` are persons and groups that the source lists
    beside its works. ``organizations`` are pairs of an organisation's printed name and its IRI (ROR). ``subject`` is
    the printed name of the person whose page it is, and ``subject_evidence`` how that is known; both are empty when it
    is not. ``keys`` are those of the works, one each, where they were made with them (`kg.model.keys`).
    """

    source: Source
    works: Sequence[WorkRecord] = ()
    profile: ProfileRecord | None = None
    problems: tuple[Problem, ...] = ()
    subject: str = ""
    subject_evidence: str = ""
    subject_line: int = 0
    title: str = ""
    people: Sequence[ProfileRecord] = ()
    organizations: tuple[tuple[str, str], ...] = ()
    keys: Sequence[WorkKeys] = ()

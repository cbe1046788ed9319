"""The layout ``trust-profile``: a researcher's page with a trust snapshot, then works with type, year and venue.

Met on BZPEER; the site publishes no specification, so the grammar is what its pages show::

    Researcher profile / NAME / DESCRIPTION / ResearcherAffiliation not importedOpen to collaborate
    Trust 21 - EmergingVerification L1Unclaimed author / 6works / 0followers / 3topics / 4close collaborators
    … what readers can do … / 6 published item(s)
    preprint2024arXiv / TITLE / ABSTRACT     (once per work)

Maps: the name of the site; name, description, role, affiliations, collaboration state, trust, verification, claim,
counts, what readers can do; and of each work its type, year, venue, title and abstract. Leaves aside: headings that
every page of the site has. The authors of a work are not printed on these pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from kg.errors import InputError
from kg.model.dates import PartialDate, parse_date
from kg.model.records import Action, Observed, ProfileRecord, SourceReading, WorkRecord
from kg.sources.document import Book, Document, Line
from kg.sources.formats import page
from kg.sources.prose import TITLE_LIMIT, abstract_of, is_prose, parse_count

_GENRES: Final = (
    "book chapter|book review|book section|book series|book|conference abstract|conference paper|conference poster|"
    "data paper|dataset|dissertation|doctoral thesis|edited book|editorial|erratum|journal article|journal issue|"
    "lecture|letter|master thesis|monograph|note|other|paratext|patent|peer review|posted content|poster|preprint|"
    "presentation|proceedings article|proceedings|reference entry|report component|report|research article|"
    "retraction|review article|review|software|standard|supplementary materials|technical report|thesis|"
    "working paper|workshop paper|article"
)
_SMALL_VENUES: Final = "arXiv|bioRxiv|medRxiv|chemRxiv|psyArXiv|socArXiv|engrXiv|eLife|iScience|npj "
# A type in small letters, glued to a year or to a venue that begins with a capital, a digit or a caseless letter.
_KNOWN_TYPE = re.compile(
    rf"^(?P<genre>{_GENRES.replace(' ', '[ -]')})"
    rf"(?:\s?(?P<year>[12]\d{{3}})(?!\d{{3}})\s?(?P<venue>\S.*)?|(?P<only>(?:[^\sa-z]|{_SMALL_VENUES}).*)?)$"
)
# Any other small-letter words glued to a year: a type that is not in the list above.
_OTHER_TYPE = re.compile(
    r"^(?P<genre>[A-Za-z]?[a-z]+(?:[ -][a-z]+){0,3})(?P<year>(?:1[89]|20)\d{2})(?!\d\d)(?P<venue>\S.{0,150})?$"
)

_ROLES: Final = (
    "Researcher|Independent researcher|Senior researcher|Research scientist|Research engineer|Research fellow|"
    "Research assistant|Research associate|Postdoctoral researcher|Postdoc|PhD student|PhD candidate|"
    "Doctoral researcher|Doctoral student|Student|Assistant professor|Associate professor|Full professor|Professor|"
    "Lecturer|Senior lecturer|Scientist|Engineer|Author|Contributor|Librarian|Curator|Editor|Reviewer|Practitioner"
)
# Glued: the role is followed by nothing or by what begins the next part, never by a space or a small letter.
_ROLE = re.compile(rf"^(?P<role>(?i:{_ROLES}))(?![a-z\s])")
_COLLABORATION = re.compile(
    r"(?P<state>(?:(?:Not|Selectively|Currently|Partly) )?(?:[Oo]pen|[Cc]losed) (?:to|for) collaborat\w+"
    r"|Not (?:currently )?(?:collaborating|looking for collaborat\w+)|Collaboration (?:status )?(?:unknown|not set))$"
)
_NOT_IMPORTED = re.compile(r"^Affiliations? (?:not|unknown|pending|hidden)\b.*$")
_TRUST = re.compile(
    r"^(?:(?P<trust>Trust (?:score )?(?P<score>\d{1,4}(?:\.\d+)?)(?:\s?[-–—]\s?(?P<band>[^\W\d_][^\d]*?))?))?"
    r"(?P<verification>Verification (?P<level>L\d+|[A-Za-z]+?))?"
    r"(?P<claim>(?:Unclaimed|Claimed)\b.*)?$"
)
_COUNTED: Final = {
    "work": "workCount",
    "follower": "followerCount",
    "topic": "topicCount",
    "close collaborator": "closeCollaboratorCount",
}
_COUNT = re.compile(rf"^(?P<count>\d[\d,.]*[kKmM]?)\s?(?P<what>{'|'.join(_COUNTED)})s?$")
_LISTED = re.compile(r"^(?P<count>\d[\d,.]*) published (?:item\(s\)|items?|works?)$")

_ACTIONS: Final = (
    (re.compile(r"^((?:Follow|Unfollow|Following) researcher)\s?[\d,.]*[kKmM]?$"), "FollowAction", ""),
    (
        re.compile(r"^(?:Log in to claim|Claim (?:this )?(?:profile|author record|author))$"),
        "Action",
        "Claim this author record",
    ),
    (
        re.compile(r"^(?:Claim this author entity first to unlock direct invitations\.|Invite to collaborate)$"),
        "InviteAction",
        "Invite to collaborate",
    ),
    (
        re.compile(r"^(?:Open a focused conversation when the fit is right|(?:Open|Start) (?:a )?conversation)$"),
        "CommunicateAction",
        "Open a focused conversation",
    ),
    (re.compile(r"^Open full explorer$"), "ViewAction", "Open the full research graph explorer"),
    (
        re.compile(r"^Inspect (adjacent work, topics, institutions and collaborators)\b.*$"),
        "DiscoverAction",
        "Inspect adjacent work, topics, institutions and collaborators",
    ),
)
# Headings and explanations that every page of the site has; they say nothing about this researcher.
_HEADINGS: Final = frozenset(
    {
        "Researcher profile",
        "Trust snapshot",
        "Quick read",
        "Actions",
        "Decide how to stay connected",
        "Identity and collaboration",
        "How to connect with this researcher",
        "Claiming links this public author record to a researcher profile and unlocks direct collaboration workflows.",
        "Direct collaboration",
        "Research graph",
        "See the researcher in context",
        "Building this graph slice",
        "Published work",
    }
)
_LOADING = re.compile(r"^(\S+) is loading the nearby papers, people, topics and institutions for this page\.$")


def recognise(text: str) -> float:
    """Return how sure it is that a text is such a page: by its headings, badges and work types, not by its name."""
    lines = text.split("\n")
    signs = (
        (0.3, any(line == "Researcher profile" for line in lines[:3])),
        (0.2, "Trust snapshot" in lines),
        (0.2, any(line.startswith("Trust ") and _TRUST.match(line) for line in lines)),
        (0.2, "Published work" in lines or any(_LISTED.match(line) for line in lines)),
        (0.2, "Identity and collaboration" in lines),
        (0.2, any(_COUNT.match(line) for line in lines)),
        (0.4, any(_work_type(line) for line in lines)),
    )
    return min(1.0, sum(weight for weight, there in signs if there))


def read(document: Document) -> SourceReading:
    """Read a page: the header as a profile, then the works."""
    book = Book(document)
    starts = [i for i, line in enumerate(document.lines) if _work_type(line.text) and not line.damage]
    header = document.lines[: starts[0]] if starts else document.lines
    sound = [line for line in header if not line.damage]
    _read_header(book, sound)
    for start, end in pairwise([*starts, len(document.lines)]):
        _read_work(book, document.lines[start:end])
    for line in sound:
        if (match := _LISTED.match(line.text)) and (announced := parse_count(match["count"])) is not None:
            book.count(line, announced)
    title = f"Researcher profile: {book.profile.name}" if book.profile else "Researcher profile"
    reading = book.close(title)
    site = next((match[1] for line in sound if (match := _LOADING.match(line.text))), "")
    return replace(reading, source=replace(reading.source, site=reading.source.site or site))


def _work_type(line: str) -> re.Match[str] | None:
    return None if len(line) > 300 else _KNOWN_TYPE.match(line) or _OTHER_TYPE.match(line)


def _read_work(book: Book, lines: Sequence[Line]) -> None:
    head, rest = lines[0], lines[1:]
    match = _work_type(head.text)
    if match is None:  # the caller hands over work type lines only
        return
    parts = match.groupdict()
    year = parts["year"] or ""
    date: PartialDate | None = None
    if year:
        try:
            date = parse_date(year)
        except InputError as error:
            book.note(head.number, head.text, error.message, "compare with the page", "date")
    title, abstract, used = "", "", [head]
    if rest and not (is_prose(rest[0].text) or len(rest[0].text) > TITLE_LIMIT):
        title = rest[0].text
        used.append(rest[0])
        rest = rest[1:]
    if rest:
        abstract, taken = abstract_of(rest)
        used += taken
    record = WorkRecord(
        place=book.place(head.number, used[-1].number),
        snippet=book.document.snippet(head.number, used[-1].number),
        title=title,
        abstract=abstract,
        date=date,
        date_printed=year,
        genre=parts["genre"],
        venue=(parts.get("venue") or parts.get("only") or "").strip(),
    )
    if not title and not abstract:
        book.quarantine(
            used, "the work has neither title nor abstract", "compare with the page; the capture may be cut"
        )
        return
    if not title:
        book.note(head.number, head.text, "the work has no title", "compare with the page", "title")
    book.keep(record, used)


def _read_header(book: Book, sound: Sequence[Line]) -> None:
    observed: list[Observed] = []
    actions: list[Action] = []
    affiliations: list[str] = []
    words: list[Line] = []
    beginning = True  # the name, the description and the badges stand before the first heading of the page's body
    for line in sound:
        if line.text in _HEADINGS or _LOADING.match(line.text):
            beginning = beginning and line.text == "Researcher profile"
        elif figures := list(_figures(line)):
            observed += figures
            beginning = False
        elif action := _find_action(line):
            actions.append(action)
        elif beginning and words and (badges := _badges(line)) is not None:
            observed += badges[0]
            affiliations += badges[1]
        elif beginning:
            words.append(line)
            continue
        else:
            continue
        book.use(line)
    if not words:
        if sound:
            book.quarantine(
                sound,
                "the page has no name in its header, so it is not known whom its figures are about",
                "compare with the page; the works below are kept",
            )
        return
    name, description = words[0], words[1:]
    book.use(*words)
    last = next((line.number for line in reversed(sound)), name.number)
    book.profile = ProfileRecord(
        place=book.place(name.number, last),
        snippet=book.document.snippet(name.number, last),
        name=name.text,
        description="\n".join(line.text for line in description),
        affiliations=tuple(affiliations),
        observed=tuple(observed),
        actions=tuple(actions),
    )


def _badges(line: Line) -> tuple[list[Observed], list[str]] | None:
    """Take the line of role, affiliation and collaboration state apart; None for a line that is not one.

    The parts are glued. The state is known by its words at the end, the role by its words at the beginning; what
    stands between them is the affiliation, or the state "Affiliation not imported".
    """
    text, observed = line.text, []
    role, state = _ROLE.match(text), _COLLABORATION.search(text)
    if role:
        observed.append(Observed("profileRole", role["role"], role["role"], line.number))
    if state:
        observed.append(Observed("collaborationStatus", state["state"], state["state"], line.number))
    middle = text[role.end() if role else 0 : state.start() if state else len(text)].strip()
    if not role and not state and not _NOT_IMPORTED.match(middle):
        return None
    if _NOT_IMPORTED.match(middle):
        observed.append(Observed("affiliationStatus", middle, middle, line.number))
        return observed, []
    return observed, [part.strip() for part in re.split(r"\s*[;·]\s*", middle) if part.strip()]


def _figures(line: Line) -> Iterator[Observed]:
    text, number = line.text, line.number
    for pattern, measure in ((_COUNT, ""), (_LISTED, "listedWorkCount")):
        if (match := pattern.match(text)) and (count := parse_count(match["count"])) is not None:
            yield Observed(measure or _COUNTED[match["what"]], count, text, number)
            return
    match = _TRUST.match(text)
    if not match:
        return
    if match["score"]:
        score = float(match["score"])
        yield Observed("trustScore", int(score) if score.is_integer() else score, match["trust"], number)
    if match["band"]:
        yield Observed("trustBand", match["band"].strip(), match["trust"], number)
    if match["level"]:
        yield Observed("verificationLevel", match["level"], match["verification"], number)
    if match["claim"]:
        yield Observed("claimStatus", match["claim"], match["claim"], number)


def _find_action(line: Line) -> Action | None:
    for pattern, kind, name in _ACTIONS:
        if match := pattern.match(line.text):
            return Action(kind, name or match[1], line.text, line.number)
    return None


FORMAT: Final = page(
    "trust-profile",
    "a researcher's page with trust, verification and counts, then works with type, year and venue",
    recognise,
    read,
)

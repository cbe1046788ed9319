"""Facts are complete: a thing whose facts are those of another build is said in the same statements, whatever else
changed around it.
"""

from __future__ import annotations

import datetime
from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from kg.identity import Ledger, resolve
from kg.identity.decisions import Anchor, Decision
from kg.model.dates import parse_date
from kg.model.entities import Resolved
from kg.model.keys import work_keys
from kg.model.names import looks_like_group
from kg.model.records import Byline, Mention, Place, ProfileRecord, Related, Source, SourceReading, WorkRecord
from kg.rdf.fragments import fragments
from kg.rdf.iris import Iris
from kg.rdf.lines import lines_of

NAMES = ("Ada Ant", "A. Ant", "Ada B. Ant", "Zebulon Quxwort", "Z. Quxwort", "Bo Bee", "Wei Wang", "Ant Team")
TITLES = ("Parsing the speech of bees", "The growth of tides at night", "Maps of unknown rivers and lakes", "Stones")
DOIS = ("", "", "https://doi.org/10.1/a", "https://doi.org/10.1/b")
ORCID = "0000-0001-5109-3700"
FILES = ("a", "b", "c")


@st.composite
def mentions(draw: st.DrawFn, role: str = "author") -> tuple[Mention, ...]:
    names = draw(st.lists(st.sampled_from(NAMES), max_size=3))
    return tuple(
        Mention(
            name,
            draw(st.sampled_from([n, n, None])) if role == "author" else None,
            "group" if looks_like_group(name) else "person",
            role=role,
            orcid=draw(st.sampled_from([None, None, ORCID])),
            affiliations=draw(st.sampled_from([(), (), ("Ant Hill",)])),
        )
        for n, name in enumerate(names, 1)
    )


@st.composite
def records(draw: st.DrawFn, file: str) -> WorkRecord:
    identifier = draw(st.sampled_from(DOIS))
    cited = draw(st.sampled_from(DOIS))
    return WorkRecord(
        Place(file, draw(st.integers(1, 2)), item=str(draw(st.integers(1, 3)))),
        "",
        draw(st.sampled_from(TITLES)),
        date=parse_date(draw(st.sampled_from(["2020", "2021-03-01"]))),
        byline=Byline(draw(mentions())),
        identifiers=(identifier,) if identifier else (),
        organizations=draw(st.sampled_from([(), ("anthill",), ("beehive",)])),
        contributors=draw(mentions("editor")),
        venue=draw(st.sampled_from(["", "Journal of Maps"])),
        related=(Related("cites", cited),) if cited else (),
        urls=draw(st.sampled_from([(), (), ("https://github.com/ants/parser",)])),
    )


@st.composite
def readings(draw: st.DrawFn, file: str) -> SourceReading:
    works = draw(st.lists(records(file), max_size=3))
    people, subject = draw(TOLD)
    return SourceReading(
        Source(file, f"hash-{file}"), works, people=people, subject=subject, keys=[*map(work_keys, works)]
    )


PEOPLE = st.builds(
    lambda name, line, known, at: ProfileRecord(
        Place("", line), "", name, affiliations=at, identifiers=(f"https://orcid.org/{ORCID}",) if known else ()
    ),
    st.sampled_from(NAMES[:3]),
    st.integers(1, 2),
    st.booleans(),
    st.sampled_from([(), ("Ant Hill",)]),
)
TOLD = st.tuples(st.lists(PEOPLE, max_size=2), st.sampled_from(["", "", "Ada Ant", "A. Ant", "Zebulon Quxwort"]))
"""Entries of a list of people, and the subject of a page."""


@st.composite
def decisions(draw: st.DrawFn, world: tuple[SourceReading, ...]) -> list[Decision]:
    """Draw decisions about names that are printed in a world."""
    printed = {
        Anchor(reading.source.file, work.title, mention.name)
        for reading in world
        for work in reading.works
        if work.byline
        for mention in work.byline.mentions
    }
    found = []
    for kind in draw(st.lists(st.sampled_from(["same", "different", "move", "wrong-id", "retire-name"]), max_size=2)):
        count = 1 if kind in ("wrong-id", "retire-name") else 2
        if len(printed) >= count:
            anchors = draw(st.permutations(sorted(printed, key=str)))[:count]
            value = {"wrong-id": f"https://orcid.org/{ORCID}", "retire-name": anchors[0].name}.get(kind, "")
            at = datetime.date(2026, 4, draw(st.integers(1, 2))).isoformat()
            found.append(Decision(kind, tuple(anchors), "A. Curator", at, "it is known", value))
    return found


@st.composite
def changed(draw: st.DrawFn, world: tuple[SourceReading, ...]) -> tuple[SourceReading, ...]:
    """Draw a world in which one source says something else, or what is told of it is something else."""
    which = draw(st.integers(0, len(world) - 1))
    one = world[which]
    match draw(st.sampled_from(["told", "entries", "captured", "record", "all", "nothing"])):
        case "told":
            people, subject = draw(TOLD)
            one = replace(one, people=people, subject=subject)
        case "entries":
            at = draw(st.sampled_from([(), ("Ant Hill",), ("Bee Hive",)]))
            one = replace(one, people=[replace(entry, affiliations=at) for entry in one.people])
        case "captured":
            one = replace(one, source=replace(one.source, captured=parse_date("2026-02-01")))
        case "record":
            works = [*one.works[1:], *draw(st.lists(records(FILES[which]), max_size=1))]
            one = replace(one, works=works, keys=[*map(work_keys, works)])
        case "all":
            one = draw(readings(FILES[which]))
    return (*world[:which], one, *world[which + 1 :])


@st.composite
def builds(draw: st.DrawFn) -> list[tuple[tuple[SourceReading, ...], list[Decision]]]:
    """Draw the inputs of two builds, one after the other."""
    first = tuple(draw(readings(file)) for file in FILES)
    decided = draw(decisions(first))
    later = draw(st.sampled_from([decided, [], [replace(one, at="2026-05-01") for one in decided]]) | decisions(first))
    return [(first, decided), (draw(changed(first)), later)]


def said(resolved: Resolved) -> dict[str, tuple[bytes, list[str]]]:
    """Return by prefix: the digest of a fragment's facts, and its lines."""
    return {piece.prefix: (piece.digest, sorted(lines_of(piece.make()))) for piece in fragments(resolved, Iris())}


@given(builds())
@settings(max_examples=500, deadline=None)
def test_where_the_facts_are_the_same_the_statements_are(
    found: list[tuple[tuple[SourceReading, ...], list[Decision]]],
) -> None:
    ledger = Ledger()
    before, after = (said(resolve(world, ledger, {"anthill": ("Ant Hill", "")}, None, made)) for world, made in found)
    same = [prefix for prefix in after if prefix in before and before[prefix][0] == after[prefix][0]]
    event(f"{'some' if same else 'no'} facts stay the same")
    for prefix in same:
        assert after[prefix][1] == before[prefix][1]

"""Decisions made by hand: the file, what they are about, that they win, and that what no longer matches is said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.identity import Ledger, resolve
from kg.identity.decisions import (
    KINDS,
    Anchor,
    Decision,
    applied,
    parse_decisions,
    printed_decisions,
    undone,
)
from kg.model.entities import Resolved
from kg.model.keys import work_keys
from kg.model.names import looks_like_group
from kg.model.records import Byline, Mention, Place, Source, SourceReading, WorkRecord

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(lambda t: t.strip())
ANCHORS = st.builds(Anchor, TEXT, st.one_of(st.just(""), TEXT), TEXT, st.integers(0, 9))
COUNTS = {"different": 2, "move": 2, "wrong-id": 1, "retire-name": 1}


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    kind = draw(st.sampled_from(KINDS))
    count = COUNTS.get(kind) or draw(st.integers(2, 4))
    anchors = draw(st.lists(ANCHORS, min_size=count, max_size=count, unique=True))
    value = draw(TEXT) if kind in ("wrong-id", "retire-name") else ""
    at = draw(st.dates(date(1900, 1, 1), date(2100, 1, 1))).isoformat()
    return Decision(kind, tuple(anchors), draw(TEXT), at, draw(TEXT), value)


@given(st.lists(decisions(), max_size=4))
def test_what_is_printed_reads_as_the_same_decisions(found: list[Decision]) -> None:
    assert parse_decisions(printed_decisions(found), "file") == found


GOOD = """
[[decision]]
kind = "same"
mentions = [
  { source = "a", record = "Work one", name = "Ann Lee" },
  { source = "b", record = "Work two", name = "A. Lee", position = 2 },
]
by = "A. Curator"
at = 2026-04-02
why = "her own list"
"""


SECOND = 'source = "b", record = "Work two", name = "A. Lee", position = 2'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "same"', 'kind = "sane"', "unknown kind 'sane'"),
        ('kind = "same"', 'kind = "move"\nvalue = "x"', "takes no value"),
        ('kind = "same"', 'kind = "wrong-id"\nvalue = "x"', "takes 1 mentions, not 2"),
        ("2026-04-02", '"yesterday"', "no date"),
        ('why = "her own list"', "", "why is missing"),
        ('why = "her own list"', 'why = "x"\nwherefore = "y"', "unknown field 'wherefore'"),
        ('name = "Ann Lee"', "name = 7", "name is missing or no text"),
        ("position = 2", "position = -2", "number from 1"),
        (SECOND, 'source = "a", record = "Work one", name = "Ann Lee"', "named twice"),
        ("[[decision]]", "[[decisions]]", "only [[decision]]"),
        ("[[decision]]", "[[decision", "not TOML"),
    ],
)  # fmt: skip
def test_a_faulty_entry_is_told_with_its_place(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        parse_decisions(GOOD.replace(old, new), "decisions.toml")
    assert says in str(caught.value)
    assert "decisions.toml" in str(caught.value)


def test_an_id_names_one_decision_and_undo_takes_back_that_one() -> None:
    one, two = (decided("same", "Work one/Ann Lee", f"Work two/{name}") for name in ("A. Lee", "Ann Li"))
    assert undone([one, two], one.id[:6]) == ([two], one)
    for wanted in ("", "zz"):
        with pytest.raises(InputError, match="decisions have an id"):
            undone([one, two], wanted)


# What they do


def decided(kind: str, *mentions: str, value: str = "", at: str = "2026-04-02") -> Decision:
    """Return a decision about mentions given as "record/name", with a position behind a second slash if needed."""
    anchors = []
    for text in mentions:
        record, name, *position = text.split("/")
        anchors.append(Anchor("file", record, name, int(position[0]) if position else 0))
    return Decision(kind, tuple(anchors), "A. Curator", at, "it is known", value)


def work(number: int, title: str, *names: str, orcid: str = "") -> WorkRecord:
    mentions = tuple(
        Mention(n, i, "group" if looks_like_group(n) else "person", orcid=orcid if i == 1 and orcid else None)
        for i, n in enumerate(names, 1)
    )
    return WorkRecord(Place("file", number, item=str(number)), "", title, byline=Byline(mentions))


WORKS = (
    work(1, "Parsing the speech of bees", "Wei Wang", "Bob May"),
    work(2, "The growth of tides", "Wei Wang", "Bob May"),
    work(3, "Maps of unknown rivers", "Zed Quux", "Eve Orr"),
    work(4, "Stones and stars", "Ann Married", "Eve Orr"),
    work(5, "Stones under water", "Ann Married", "Eve Orr"),
    work(6, "Two of one name", "Wei Wang", "Wei Wang", "Eve Orr"),
)


def run(*found: Decision, works: tuple[WorkRecord, ...] = WORKS) -> Resolved:
    read = SourceReading(Source("file", "hash"), works, keys=[*map(work_keys, works)])
    return resolve([read], Ledger(), {}, None, found)


def who(resolved: Resolved, number: int, place: int = 1) -> str:
    """Return the agent's id of a place on a work."""
    for found in resolved.records:
        if found.record.record.place.item == str(number):
            return next(m.agent.id for m in found.mentions if m.position == place)
    raise LookupError(number)


@pytest.mark.parametrize("digest", ["hash", "another hash"])
def test_decisions_outlast_another_name_of_the_file(digest: str) -> None:
    ledger = Ledger()
    keys = [*map(work_keys, WORKS)]
    same = decided("same", "3/Zed Quux", "4/Ann Married")
    resolve([SourceReading(Source("file", "hash"), WORKS, keys=keys)], ledger, {})
    renamed = SourceReading(Source("file of May", digest), WORKS, keys=keys)
    found = resolve([renamed], ledger, {}, None, [same])
    assert who(found, 3) == who(found, 4) and not found.decisions[0].fault
    elsewhere = resolve([renamed], Ledger(), {}, None, [same])
    assert "file" in elsewhere.decisions[0].fault and who(elsewhere, 3) != who(elsewhere, 4)


def test_without_decisions_names_decide() -> None:
    found = run()
    assert who(found, 1) == who(found, 2)
    assert who(found, 1) != who(found, 3)


def test_same_joins_what_no_evidence_would_and_says_who_decided() -> None:
    found = run(decided("same", "Parsing the speech of bees/Wei Wang", "3/Zed Quux"))
    assert who(found, 1) == who(found, 2) == who(found, 3)
    [agent] = [a for a in found.agents if a.ref.id == who(found, 3)]
    [join] = [j for j in agent.joins if j.rule == "decision"]
    assert "A. Curator" in join.comment and join.weight == 1.0
    assert [d.fault for d in found.decisions] == [""]


def test_same_outranks_the_rule_that_one_byline_names_each_once() -> None:
    found = run(decided("same", "6/Wei Wang/1", "6/Wei Wang/2"))
    assert who(found, 6, 1) == who(found, 6, 2)


def test_different_parts_what_the_evidence_joins_and_stands_as_a_separation() -> None:
    found = run(decided("different", "1/Wei Wang", "2/Wei Wang"))
    assert who(found, 1) != who(found, 2)
    told = [k.evidence for a in found.agents for k in a.kept_apart if k.evidence.rule == "decision"]
    assert [(e.weight, "A. Curator" in e.comment) for e in told] == [(0.0, True)]


def test_a_mention_that_is_moved_takes_nobody_with_it() -> None:
    found = run(decided("move", "2/Wei Wang", "3/Zed Quux"))
    assert who(found, 2) == who(found, 3) != who(found, 1)


def test_a_wrong_identifier_is_no_evidence_and_not_shown() -> None:
    iri = "https://orcid.org/0000-0002-1825-0097"
    works = (work(1, "Bees", "Ann Lee", "Bo Li", orcid=iri), work(2, "Tides", "Cy Fox", "Di Ott", orcid=iri))
    found = run(decided("wrong-id", "2/Cy Fox", value=iri), works=works)
    assert {a.name: a.identifiers for a in found.agents if a.identifiers} == {"Ann Lee": (iri,)}


def test_a_retired_name_is_neither_shown_nor_listed_while_the_works_stay() -> None:
    works = (*WORKS, work(7, "Stones in the wind", "Ann Maiden", "Eve Orr"))
    one = decided("same", "4/Ann Married", "7/Ann Maiden")
    before = next(a for a in run(one, works=works).agents if "Ann Maiden" in a.names)
    found = run(one, decided("retire-name", "4/Ann Married", value="ann MAIDEN"), works=works)
    [agent] = [a for a in found.agents if a.name == "Ann Married"]
    assert agent.names == ("Ann Married",)
    assert len(agent.works) == len(before.works) == 3


@pytest.mark.parametrize(
    ("mention", "says"),
    [
        ("9/Wei Wang", "no record “9”"),
        ("1/Wei Wong", "is not printed there"),
        ("6/Wei Wang", "more than once"),
        ("1/Wei Wang/2", "is not printed there"),
    ],
)
def test_what_no_longer_matches_is_reported_and_changes_nothing(mention: str, says: str) -> None:
    found = run(decided("same", mention, "3/Zed Quux"))
    [told] = found.decisions
    assert says in told.fault
    assert who(found, 3) not in {who(found, 1), who(found, 6)}


def test_a_decision_on_another_file_is_reported() -> None:
    lost = Decision("same", (Anchor("gone", "1", "X"), Anchor("file", "1", "Wei Wang")), "Me", "2026-01-01", "why")
    assert run(lost).decisions[0].fault == "no source is called gone"


def test_of_contradicting_decisions_the_later_one_holds_and_the_other_is_reported() -> None:
    one = decided("same", "1/Wei Wang", "3/Zed Quux", at="2026-01-01")
    two = decided("different", "1/Wei Wang", "3/Zed Quux", at="2026-02-01")
    for order in ((one, two), (two, one)):
        found = run(*order)
        assert who(found, 1) != who(found, 3)
        assert sorted(d.fault for d in found.decisions) == ["", "a later decision says otherwise"]


def test_a_contradiction_is_found_across_other_decisions() -> None:
    chain = [decided("same", "1/a", "2/b"), decided("same", "2/b", "3/c"), decided("different", "1/a", "3/c")]
    assert [d.kind for d, _ in applied(chain, [[0, 1], [1, 2], [0, 2]]).unmatched] == ["same"]


def test_decisions_in_any_order_of_the_sources_give_the_same_people() -> None:
    found = [decided("same", "1/Wei Wang", "3/Zed Quux"), decided("move", "5/Ann Married", "3/Zed Quux")]
    expected = {frozenset(m.name for m in a.mentions) for a in run(*found).agents}
    shuffled = run(*reversed(found), works=tuple(reversed(WORKS)))
    assert {frozenset(m.name for m in a.mentions) for a in shuffled.agents} == expected


def test_a_person_and_a_group_are_not_one_and_the_decision_says_so() -> None:
    works = (work(1, "A large joint work", "BigScience Workshop", "Ann Lee"), work(2, "Another", "BigScience Workshop"))
    for kind in ("same", "move"):
        [told] = run(decided(kind, "2/BigScience Workshop", "1/Ann Lee"), works=works).decisions
        assert told.fault == "a person and a group are not one"


GROUPS = (
    work(1, "A large joint work", "BigScience Workshop", "Ann Lee"),
    work(2, "Words of many tongues", "BigScience Workshop", "Bob May"),
    work(3, "Tides and their causes", "BigScience Workshop", "Cy Fox"),
    work(4, "Maps of unknown rivers", "River Consortium", "Di Ott"),
)


def test_groups_of_one_name_are_parted_and_the_rest_stays_with_the_first_named() -> None:
    for first, second in ((1, 3), (3, 1)):
        one = decided("different", f"{first}/BigScience Workshop", f"{second}/BigScience Workshop")
        found = run(one, works=GROUPS)
        assert who(found, first) == who(found, 2) != who(found, second)
        assert [d.fault for d in found.decisions] == [""]
        told = [k.evidence for a in found.agents for k in a.kept_apart if k.evidence.rule == "decision"]
        assert [(e.weight, "A. Curator" in e.comment) for e in told] == [(0.0, True)]
        assert run(one, works=tuple(reversed(GROUPS))).counts["group"] == 3


def test_a_group_on_one_work_is_moved_and_takes_nobody_with_it() -> None:
    found = run(decided("move", "2/BigScience Workshop", "4/River Consortium"), works=GROUPS)
    assert who(found, 2) == who(found, 4) != who(found, 1)
    assert who(found, 1) == who(found, 3)
    [join] = [j for a in found.agents for j in a.joins if j.rule == "decision"]
    assert "A. Curator" in join.comment and join.weight == 1.0


def test_groups_of_different_names_are_made_one_and_it_is_told() -> None:
    found = run(decided("same", "4/River Consortium", "1/BigScience Workshop"), works=GROUPS)
    assert {who(found, n) for n in (1, 2, 3, 4)} == {who(found, 1)}
    assert [j.weight for a in found.agents for j in a.joins if j.rule == "decision"] == [1.0]


def test_decisions_on_groups_hold_beside_one_another() -> None:
    named = "BigScience Workshop"
    apart = decided("different", f"1/{named}", f"3/{named}")
    found = run(apart, decided("same", f"3/{named}", f"2/{named}"), works=GROUPS)
    assert who(found, 1) != who(found, 2) == who(found, 3)
    found = run(apart, decided("move", f"2/{named}", f"3/{named}"), works=GROUPS)
    assert who(found, 1) != who(found, 2) == who(found, 3)

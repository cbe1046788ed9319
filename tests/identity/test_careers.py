"""Careers of a crowded name: what makes two of them, what one, and that rare names are not asked.

Works are invented: a career has a team of its own, of which three sign each work beside the name in question.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.identity import Ledger, resolve
from kg.identity.careers import CONDUCTANCE, CROWDED, SMALLEST, careers
from kg.identity.decisions import Anchor, Decision
from kg.identity.rarity import names
from kg.model.entities import Resolved
from kg.model.keys import work_keys
from kg.model.name_forms import name_form
from kg.model.records import Byline, Mention, Place, Source, SourceReading, WorkRecord

TEAMS = (
    "Ottokar Vexin, Petronella Quarr, Balthasar Umlin, Isolde Threnk, Cosima Brandlow, Leopold Yssel".split(", "),
    "Ximena Udarte, Fergus Ollivant, Zuleika Marrab, Thaddeus Crook, Ginevra Pask, Rufus Hallewell".split(", "),
)
TOPICS = ("Dependency parsing for", "Speech recognition of")
THINGS = (
    "Arguments Bridges Castles Dolphins Engines Forests Glaciers Harbours Islands Jewels Kettles Lanterns Mountains "
    "Needles Orchards Pigeons Quarries Rivers Stables Tunnels"
).split()
"""The first letter tells a work from the others of its team."""


def work(
    number: int, title: str, others: Sequence[str], name: str = "Wei Wang", orcid: str = "", year: int = 2020
) -> WorkRecord:
    mentions = tuple(Mention(n, place, orcid=orcid if place == 1 else "") for place, n in enumerate((name, *others), 1))
    return WorkRecord(Place("file", number, item=str(number)), "", title, byline=Byline(mentions))


def career(team: int, count: int, name: str = "Wei Wang", orcid: str = "", start: int = 0) -> list[WorkRecord]:
    """Return works of one team: three of its six take turns, so that each shares somebody with the next."""
    return [
        work(
            100 * team + k,
            f"{TOPICS[team]} {THINGS[k]}",
            [TEAMS[team][(k + j) % 6] for j in range(3)],
            name,
            orcid,
        )
        for k in range(start, start + count)
    ]


def resolved(works: Sequence[WorkRecord], decisions: Sequence[Decision] = ()) -> Resolved:
    read = SourceReading(Source("a", "hash of a"), tuple(works), keys=[*map(work_keys, works)])
    return resolve([read], Ledger(), {}, decisions=decisions)


def titles(found: Resolved, name: str = "Wei Wang") -> list[list[str]]:
    """Return the titles of each person of a name, the largest first."""
    of = {record.record.node: record.record.record.title for record in found.records}
    people = [sorted(of[m.record_node] for m in a.mentions) for a in found.agents if a.name == name]
    return sorted(people, key=lambda p: (-len(p), p))


def sizes(found: Resolved, name: str = "Wei Wang") -> list[int]:
    return [len(person) for person in titles(found, name)]


def test_the_name_is_crowded_and_the_others_are_not() -> None:
    assert names().expected_of(name_form("Wei Wang")) > CROWDED
    assert all(names().expected_of(name_form(name)) < CROWDED for team in TEAMS for name in team)


def test_two_teams_that_nobody_changes_between_are_two_peoples() -> None:
    assert sizes(resolved([*career(0, 20), *career(1, 18)])) == [20, 18]


def test_what_kept_them_apart_is_told_with_numbers() -> None:
    found = resolved([*career(0, 20), *career(1, 18)])
    [apart] = [apart for agent in found.agents for apart in agent.kept_apart if agent.name == "Wei Wang"]
    told = re.search("two careers side by side: of ([0-9]+) works and ([0-9]+), 0 pairs share", apart.evidence.comment)
    assert told and sorted(told.groups()) == ["18", "20"]
    assert dict(apart.evidence.reasons).keys() >= {"co-authors", "topic"}


def test_teams_with_members_in_common_are_one_persons() -> None:
    between = [work(300 + k, f"{THINGS[-1 - k]} between the two", [TEAMS[0][k % 6], TEAMS[1][k % 6]]) for k in range(6)]
    assert sizes(resolved([*career(0, 20), *career(1, 18), *between])) == [44]


def test_a_few_works_are_no_career_of_their_own() -> None:
    assert sizes(resolved([*career(0, 20), *career(1, SMALLEST - 1)])) == [20 + SMALLEST - 1]


def test_a_work_without_ties_goes_to_the_career_it_is_most_like() -> None:
    alone = work(300, f"{TOPICS[1]} Zebras", ["Nobody Elsewhere"])
    found = titles(resolved([*career(0, 20), *career(1, 18), alone]))
    assert [len(person) for person in found] == [20, 19]
    assert alone.title in found[1]


def test_a_name_that_hardly_anybody_has_is_not_asked() -> None:
    name = "Zebulon Quisenberry"
    assert sizes(resolved([*career(0, 20, name), *career(1, 18, name)]), name) == [38]


def test_another_form_of_the_name_does_not_lead_from_one_to_the_other() -> None:
    longer = [work(300 + k, f"{TOPICS[k]} Zebras", TEAMS[k][:4], "Wei J. Wang") for k in (0, 1)]
    found = resolved([*career(0, 20), *career(1, 18), *longer])
    of_team = [{f"{TOPICS[k]} {thing}" for thing in THINGS} for k in (0, 1)]
    wangs = [person for name in ("Wei Wang", "Wei J. Wang") for person in titles(found, name)]
    assert max(map(len, wangs)) > 20  # the form is taken for somebody's
    assert not any(of_team[0] & set(person) and of_team[1] & set(person) for person in wangs)


IDS = ("0000-0002-1825-0097", "0000-0001-5109-3700")


def test_an_id_that_most_places_of_both_carry_makes_them_one() -> None:
    assert sizes(resolved([*career(0, 20, orcid=IDS[0]), *career(1, 18, orcid=IDS[0])])) == [38]


def test_an_id_on_one_wrong_place_does_not() -> None:
    works = [*career(0, 20, orcid=IDS[0]), *career(1, 17, orcid=IDS[1]), *career(1, 1, orcid=IDS[0], start=17)]
    assert sorted(sizes(resolved(works))) in ([18, 20], [17, 21])


def test_a_decision_makes_two_careers_one() -> None:
    first, second = career(0, 20), career(1, 18)
    anchors = tuple(Anchor("a", works[0].title, "Wei Wang") for works in (first, second))
    same = Decision("same", anchors, "A. Curator", "2026-01-02", "her own list has both")
    assert sizes(resolved([*first, *second], [same])) == [38]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_works_changes_nothing(seed: int) -> None:
    works = [*career(0, 20), *career(1, 18), work(300, "Something else altogether", ["Nobody Elsewhere"])]
    shuffled = random.Random(seed).sample(works, len(works))
    assert titles(resolved(shuffled)) == titles(resolved(works))


GRAPHS = st.integers(2 * SMALLEST, 60).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=4 * n))
)


@settings(max_examples=80, deadline=None)
@given(GRAPHS, st.integers(0, 10_000))
def test_careers_are_large_disjoint_and_hardly_tied(graph: tuple[int, list[tuple[int, int]]], seed: int) -> None:
    count, edges = graph
    tied = np.zeros((count, count), dtype=bool)
    for a, b in edges:
        tied[a, b] = tied[b, a] = a != b
    apart = np.zeros((count, count), dtype=bool)
    chance = np.random.default_rng(seed)
    alike = chance.random((count, count))
    found = careers(tied, apart, alike + alike.T)
    members = [k for career in found for k in career]
    assert len(found) != 1
    assert sorted(members) == (list(range(count)) if found else [])
    assert all(len(career) >= SMALLEST for career in found)
    # With another order of the nodes two halves without a tie between them are found all the same.
    half = count // 2
    tied[:half, half:] = tied[half:, :half] = False
    tied[:half, :half] = tied[half:, half:] = True
    np.fill_diagonal(tied, False)
    order = chance.permutation(count)
    halves = careers(tied[np.ix_(order, order)], apart, alike + alike.T)
    assert sorted(sorted(order[career].tolist()) for career in halves) == [list(range(half)), list(range(half, count))]


@pytest.mark.parametrize("bridges", range(16))
def test_how_many_ties_between_two_halves_make_them_one(bridges: int) -> None:
    """Each half has sixteen works, all tied; a bridge ties one work of one half to one of the other."""
    tied = np.zeros((32, 32), dtype=bool)
    tied[:16, :16] = tied[16:, 16:] = True
    np.fill_diagonal(tied, False)
    for k in range(bridges):
        tied[k, 16 + k] = tied[16 + k, k] = True
    nothing = np.zeros((32, 32), dtype=bool)
    found = careers(tied, nothing, nothing.astype(float))
    assert (len(found) == 2) == (bridges / (16 * 15 + bridges) <= CONDUCTANCE)


@pytest.mark.parametrize("teams", [(16, 16), (29, 30), (60, 40), (100, 17), (50, 30, 20)])
def test_large_teams_in_which_everybody_is_tied_are_careers(teams: tuple[int, ...]) -> None:
    of = np.repeat(np.arange(len(teams)), teams)
    tied = of[:, None] == of[None, :]
    np.fill_diagonal(tied, False)
    nothing = np.zeros_like(tied)
    assert [len(career) for career in careers(tied, nothing, nothing.astype(float))] == list(teams)
    one = np.ones_like(tied)
    np.fill_diagonal(one, False)
    assert careers(one, nothing, nothing.astype(float)) == []

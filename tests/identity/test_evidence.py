"""From seats to joins: invented seats of one unit, weighed with weights that are easy to reckon with."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.identity.atoms import Decided, atoms_of, spanning
from kg.identity.clusters import Clusters
from kg.identity.columns import Columns, Gathering
from kg.identity.evidence import name_pairs
from kg.identity.linkage import Linked, link
from kg.identity.seats import Seat, WorkContext
from kg.identity.weights import CONTEXT, KINDS, Curve, Model, Weights, shipped_weights
from kg.model.name_forms import name_form

Works = Sequence[tuple[str, str]]
"""Bylines and titles."""


def seats_and_columns(works: Works) -> tuple[list[Seat], Columns]:
    """Return the seats of all bylines, in order, and their evidence."""
    seats: list[Seat] = []
    gathering = Gathering()
    for byline, title in works:
        number = gathering.work(WorkContext(title=title, year=2020))
        for name in byline.split(", "):
            form = name_form(name)
            seats.append(Seat((len(seats),), number, form, (form,)))
            gathering.seat(form, number, ())
    return seats, gathering.columns()


def linked(works: Works, names: str, weights: Weights, decided: Decided | None = None) -> tuple[list[str], Linked]:
    """Resolve the seats whose last name is given, as one unit; return clusters as texts "work: name"."""
    seats, data = seats_and_columns(works)
    unit = [i for i, seat in enumerate(seats) if seat.form.family[-1] == names]
    found = link(
        np.array(unit),
        [seats[i] for i in unit],
        [None] * len(unit),
        data,
        weights,
        decided=decided or Decided(),
    )
    shown = [
        " + ".join(sorted(f"{seats[unit[k]].work}:{' '.join(seats[unit[k]].form.given)}" for k in cluster))
        for cluster in found.clusters
    ]
    return sorted(shown), found


def flat(**curves: tuple[list[float], list[float]]) -> Weights:
    """Return weights with no more than some curves: names that may fit are neither likely nor unlikely."""
    made = {name.replace("_", "-"): Curve(np.array(x), np.array(y)) for name, (x, y) in curves.items()}
    model = Model(np.full(len(KINDS), -1.0), made)
    return Weights(model, model)


CO_AUTHORS = flat(coauthors_sum=([0.0, 1.0], [0.0, 4.0]))


def test_a_shared_co_author_joins_initials_and_nothing_shared_does_not() -> None:
    works = [("Wei Wang, Teven Scao", "One"), ("W. Wang, Teven Scao", "Two"), ("W. Wang, Eva Orr", "Three")]
    clusters, _ = linked(works, "wang", CO_AUTHORS)
    assert clusters == ["0:wei + 1:w", "2:w"]


def test_initials_that_fit_two_people_about_as_well_join_neither_and_say_so() -> None:
    works = [(f"{n} Mensch, Teven Scao", "A title") for n in ("Arthur", "Alyssa", "A.")]
    clusters, found = linked(works, "mensch", CO_AUTHORS)
    assert clusters == ["0:arthur", "1:alyssa", "2:a"]
    assert {miss.why_not for miss in found.near} == {"fits-two"}


def test_two_seats_of_one_work_stay_two_unless_it_was_decided() -> None:
    works = [("Wei Wang, Wei Wang, Bob May", "A"), ("Wei Wang, Bob May", "B")]
    clusters, _ = linked(works, "wang", CO_AUTHORS)
    assert len(clusters) == 2
    clusters, _ = linked(works, "wang", CO_AUTHORS, Decided(same=[(0, 1)]))
    assert clusters == ["0:wei + 0:wei + 1:wei"]


def test_what_was_decided_to_be_apart_stays_apart_however_rare_the_name() -> None:
    works = [("Zebulon Quisenberry, Bob May", "A"), ("Zebulon Quisenberry, Bob May", "B")]
    assert len(linked(works, "quisenberry", CO_AUTHORS)[0]) == 1
    assert len(linked(works, "quisenberry", CO_AUTHORS, Decided(apart=[(0, 1)]))[0]) == 2


def test_an_identifier_on_both_sides_is_told_from_one_that_differs() -> None:
    works = [("Wei Wang, Ann Lee", "A"), ("Wei Wang, Bob May", "B"), ("Wei Wang, Cy Fox", "C")]
    seats, data = seats_and_columns(works)
    iris = (
        "https://orcid.org/0000-0002-1825-0097",
        "https://orcid.org/0000-0002-1825-0097",
        "https://orcid.org/0000-0001-5109-3700",
    )
    unit = [
        Seat(s.printed, s.work, s.form, s.forms, orcids=frozenset({iri}))
        for s, iri in zip((seats[0], seats[2], seats[4]), iris, strict=True)
    ]
    found = link(np.array([0, 2, 4]), unit, [None] * 3, data, flat(orcid=([-1.0, 0.0, 1.0], [-5.0, 0.0, 7.0])))
    assert found.clusters == [[0, 1], [2]]
    assert found.steps[0].features[CONTEXT.index("orcid")] == 1.0
    assert found.near[0].features[CONTEXT.index("orcid")] == -1.0


def test_a_record_that_is_known_by_its_identifier_only_joins_no_namesake() -> None:
    works = [("Zebulon Quisenberry, Bob May", "A"), ("Zebulon Quisenberry, Bob May", "B")]
    seats, data = seats_and_columns(works)
    aloof = Seat(seats[0].printed, 0, seats[0].form, seats[0].forms, ids=frozenset({"https://x/1"}), by_id_only=True)
    found = link(np.array([0, 2]), [aloof, seats[2]], [None] * 2, data, CO_AUTHORS)
    assert len(found.clusters) == 2


def test_the_rarity_of_what_two_names_share_decides_how_much_they_prove() -> None:
    forms = [name_form(n) for n in ("Wei Wang", "W. Wang", "Teven Scao", "T. Scao")]
    pairs = name_pairs(forms, [1] * 4, set())
    assert KINDS[pairs.kind[0, 1]] == KINDS[pairs.kind[2, 3]] == "initials"
    assert pairs.rarity[0, 1] > pairs.rarity[2, 3]
    assert pairs.kind[0, 2] == -1


NAMES = ["Wei Wang", "W. Wang", "Weiwei Wang", "Wang Wei", "Wei Chen Wang"]
FRIENDS = ["Ann Lee", "Bob May", "Cy Fox", "Di Orr", "Ed Poe"]
WORKS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(FRIENDS), max_size=3, unique=True)),
    min_size=2,
    max_size=14,
).map(lambda found: [(", ".join([name, *friends]), f"Title {len(friends)} of {name}") for name, friends in found])


@settings(max_examples=60, deadline=None)
@given(WORKS, st.integers(0, 1000))
def test_clusters_do_not_depend_on_the_order_of_the_works(works: list[tuple[str, str]], seed: int) -> None:
    def clusters(works: Works) -> list[list[str]]:
        seats, data = seats_and_columns(works)
        unit = [i for i, seat in enumerate(seats) if "wang" in seat.form.words]
        # As the caller does it: in the order of what the seats say.
        unit.sort(key=lambda i: works[seats[i].work])
        found = link(np.array(unit), [seats[i] for i in unit], [None] * len(unit), data, shipped_weights())
        return sorted(sorted(works[seats[unit[k]].work][0] for k in cluster) for cluster in found.clusters)

    shuffled = random.Random(seed).sample(works, len(works))
    assert clusters(works) == clusters(shuffled)


def one_by_one(state: Any) -> None:
    """Join as ``linkage`` says it: look at all pairs for the best one, each time."""
    while True:
        free = np.where(state.refused, -np.inf, state.score)
        a, b = divmod(int(free.argmax()), len(free))
        if free[a, b] <= 0:
            return
        a, b = min(a, b), max(a, b)
        if state._fits_two(a, b):
            state.refused[a, b] = state.refused[b, a] = True
            continue
        state.steps.append(state._step(a, b))
        state._join(a, b)


@settings(max_examples=60, deadline=None)
@given(WORKS)
def test_the_best_pair_is_found_without_looking_at_all(works: list[tuple[str, str]]) -> None:
    works = [("Wei Wang, Ann Lee", "One at least has this family name"), *works]
    for weights in (CO_AUTHORS, shipped_weights()):
        clusters, found = linked(works, "wang", weights)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kg.identity.linkage._State.run", one_by_one)
            slow_clusters, slow = linked(works, "wang", weights)
        assert clusters == slow_clusters
        assert [(s.left, s.right, s.score) for s in found.steps] == [(s.left, s.right, s.score) for s in slow.steps]
        assert [(s.left, s.right, s.score) for s in found.near] == [(s.left, s.right, s.score) for s in slow.near]


@settings(max_examples=60, deadline=None)
@given(WORKS, st.integers(0, 1000))
def test_in_a_large_unit_each_name_is_joined_first_and_all_that_is_told_holds(
    works: list[tuple[str, str]], seed: int
) -> None:
    def clusters(works: Works) -> list[list[str]]:
        seats, data = seats_and_columns(works)
        unit = [i for i, seat in enumerate(seats) if "wang" in seat.form.words]
        unit.sort(key=lambda i: works[seats[i].work])
        found = link(np.array(unit), [seats[i] for i in unit], [None] * len(unit), data, shipped_weights())
        assert sorted(k for cluster in found.clusters for k in cluster) == list(range(len(unit)))
        held = Clusters(len(unit))
        for group in (*found.atoms, *((*step.left, *step.right) for step in found.steps)):
            for k in group[1:]:
                held.join(group[0], k)
        assert held.groups() == sorted(found.clusters)
        names = [bool(len({seats[unit[k]].form.key for k in (*s.left, *s.right)}) > 1) for s in found.steps]
        assert names == sorted(names), "a name is joined with another before it is joined with itself"
        return sorted(sorted(works[seats[unit[k]].work][0] for k in cluster) for cluster in found.clusters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.identity.linkage.MOST", 0)
        assert clusters(works) == clusters(random.Random(seed).sample(works, len(works)))


def test_names_by_themselves_then_together_come_to_the_same_and_decisions_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    works = [("Wei Wang, Teven Scao", "One"), ("Wei Wang, Teven Scao", "Two"), ("W. Wang, Teven Scao", "Three"),
             ("W. Wang, Eva Orr", "Four")]  # fmt: skip
    at_once, _ = linked(works, "wang", CO_AUTHORS)
    monkeypatch.setattr("kg.identity.linkage.MOST", 1)
    assert linked(works, "wang", CO_AUTHORS)[0] == at_once == ["0:wei + 1:wei + 2:w", "3:w"]
    assert linked(works, "wang", CO_AUTHORS, Decided(apart=[(0, 1)]))[0] != at_once
    assert linked(works, "wang", CO_AUTHORS, Decided(same=[(0, 3)]))[0] == ["0:wei + 1:wei + 2:w + 3:w"]


@settings(max_examples=60, deadline=None)
@given(WORKS, st.integers(1, 40), st.tuples(st.integers(0, 13), st.integers(0, 13)))
def test_what_a_large_unit_joins_some_rows_at_once_is_what_all_pairs_join(
    works: list[tuple[str, str]], pairs: int, two: tuple[int, int]
) -> None:
    seats, data = seats_and_columns(works)
    unit = np.array([i for i, seat in enumerate(seats) if "wang" in seat.form.words])
    a, b = (k % len(unit) for k in two)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.identity.atoms.SURE_COAUTHORS", 6.0)
        for decided in (Decided(), Decided(apart=[(a, b)] if a != b else [])):
            at_once, _ = atoms_of(unit, [seats[i] for i in unit], data, decided)
            patch.setattr("kg.identity.atoms.dense", lambda rows, columns: False)
            patch.setattr("kg.identity.atoms._PAIRS", pairs)
            assert atoms_of(unit, [seats[i] for i in unit], data, decided)[0].tolist() == at_once.tolist()
            patch.setattr("kg.identity.atoms.dense", lambda rows, columns: True)


def test_a_thousand_works_of_the_same_people_are_joined_by_as_many_edges() -> None:
    together = np.arange(1000)
    first, second = np.repeat(together, 1000), np.tile(together, 1000)
    assert spanning(1001, [(first[some], second[some]) for some in np.array_split(np.arange(len(first)), 9)]) == [
        (0, i) for i in range(1, 1000)
    ]

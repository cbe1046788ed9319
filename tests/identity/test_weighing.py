"""Weighing: the same answers from any number of processes, and the same sums from tables large and small."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import shares
from kg.identity import Ledger, products, resolve, weighing
from kg.identity.products import gram
from tests.identity.test_people import Kept, invented, source


def test_two_processes_give_what_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = [source(name, *invented(seed, 60)) for seed, name in enumerate(("one", "two"))]
    alone, together = Kept(), Kept()
    before = resolve(readings, Ledger(), {}, alone)
    started: list[object] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *args: object, **more: object) -> None:
            super().__init__(*args, **more)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    monkeypatch.setattr(shares, "cores", lambda: 2)
    monkeypatch.setattr(weighing, "MANY", 1)
    assert resolve(readings, Ledger(), {}, together) == before
    assert together.results == alone.results
    assert len(started) == 1


def test_few_seats_are_weighed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    resolve([source("one", *invented(3, 30))], Ledger(), {})


@given(st.lists(st.integers(1, 1000), max_size=40), st.integers(2, 4))
def test_each_question_has_its_turn_the_largest_first(costs: list[int], processes: int) -> None:
    order = weighing._in_turn(costs, processes)
    assert sorted(order) == list(range(len(costs)))
    if costs:
        assert costs[order[0]] == max(costs)


ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(1, 1 << 16)), max_size=60)


@settings(max_examples=60)
@given(ROWS)
def test_a_sparse_table_gives_the_sums_of_a_full_one(rows: list[tuple[int, int, int]]) -> None:
    row, token, weight = (np.array([r[n] for r in rows], dtype=np.int64) for n in range(3))
    for weights in (weight / (1 << 16), None):
        full = gram(row, token, weights, 6)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(products, "_DENSE", -1)
            sparse = gram(row, token, weights, 6)
        assert full.shape == sparse.shape == (6, 6)
        assert (full == sparse).all()

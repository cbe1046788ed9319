"""The ledger: ids are minted once, follow merges and splits by rule, and do not depend on any order."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ReleaseError
from kg.identity.ledger import Ledger


def test_a_second_build_gives_the_same_ids() -> None:
    ledger = Ledger()
    first = ledger.assign("work", [["a", "b"], ["c"]])
    assert ledger.assign("work", [["a", "b"], ["c"]]) == first
    assert ledger.assign("work", [["c"], ["b", "a"]]) == first[::-1]


def test_two_machines_mint_the_same_ids() -> None:
    assert Ledger().assign("work", [["a"], ["b"]]) == Ledger().assign("work", [["b"], ["a"]])[::-1]


def test_kinds_have_ledgers_of_their_own() -> None:
    ledger = Ledger()
    assert ledger.assign("work", [["a"]]) != ledger.assign("person", [["a"]])


def test_a_merge_keeps_the_id_with_most_keys_and_redirects_the_other_for_ever() -> None:
    ledger = Ledger()
    small, large = ledger.assign("person", [["a"], ["b", "c"]])
    assert ledger.assign("person", [["a", "b", "c"]]) == [large]
    assert list(ledger.redirects("person")) == [(small, large)]
    # The merged id is never given out again, and stays a redirect after more builds.
    ledger.assign("person", [["a", "b", "c"], ["d"]])
    assert dict(ledger.redirects("person"))[small] == large


def test_the_larger_part_of_a_split_keeps_the_id() -> None:
    ledger = Ledger()
    [old] = ledger.assign("person", [["a", "b", "c"]])
    smaller, larger = ledger.assign("person", [["a"], ["b", "c"]])
    assert larger == old
    assert smaller != old


def test_redirects_of_redirects_lead_to_the_end() -> None:
    ledger = Ledger()
    a, b, c = ledger.assign("person", [["a"], ["b", "b2"], ["c", "c2", "c3", "c4"]])
    ledger.assign("person", [["a", "b", "b2"], ["c", "c2", "c3", "c4"]])
    ledger.assign("person", [["a", "b", "b2", "c", "c2", "c3", "c4"]])
    assert dict(ledger.redirects("person")) == {a: c, b: c}


def test_it_survives_a_file(tmp_path: Path) -> None:
    ledger = Ledger()
    ids = ledger.assign("work", [["a"], ["b", "ü"]])
    ledger.assign("work", [["a", "b", "ü"]])
    ledger.save(tmp_path / "ledger.jsonl")
    again = Ledger.load(tmp_path / "ledger.jsonl")
    assert list(again.redirects("work")) == list(ledger.redirects("work"))
    assert again.assign("work", [["a", "b", "ü"]]) == [ids[1]]
    again.save(tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "ledger.jsonl").read_bytes()


@pytest.mark.parametrize("damage", [b"{", b'{"kind":"work"}', b"[]", b"\xff"])
def test_a_damaged_ledger_is_refused_with_its_line(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b'{"kind":"work","key":"a","id":"x"}\n' + damage + b"\n")
    with pytest.raises(ReleaseError, match=r"ledger\.jsonl:2"):
        Ledger.load(path)


partitions = st.lists(st.integers(0, 5), min_size=1, max_size=12)


def clusters(labels: list[int]) -> list[list[str]]:
    groups: dict[int, list[str]] = {}
    for key, label in enumerate(labels):
        groups.setdefault(label, []).append(f"key{key}")
    return list(groups.values())


@given(st.lists(partitions, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_any_history_gives_distinct_live_ids_whatever_the_order(
    history: list[list[int]], chance: random.Random
) -> None:
    one, two = Ledger(), Ledger()
    for labels in history:
        groups = clusters(labels)
        ids = one.assign("person", groups)
        assert len(set(ids)) == len(ids)
        assert all(one.current("person", i) == i for i in ids)
        shuffled = list(range(len(groups)))
        chance.shuffle(shuffled)
        again = two.assign("person", [groups[i][::-1] for i in shuffled])
        assert [ids[i] for i in shuffled] == again
    assert list(one.redirects("person")) == list(two.redirects("person"))

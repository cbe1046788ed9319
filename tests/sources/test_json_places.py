"""Values of a JSON text by their pointers: the characters as they stand, and no more than is there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.json_places import texts_at

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


def pointers(value: object, here: str = "") -> dict[str, object]:
    found = {here: value}
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        found |= pointers(member, f"{here}/{str(name).replace('~', '~0').replace('/', '~1')}")
    return found


@given(VALUES, st.sampled_from([None, 1]))
def test_every_value_is_found_where_it_stands(value: object, indent: int | None) -> None:
    text = f" {json.dumps(value, indent=indent)} "
    found = texts_at(text, pointers(value))
    assert {pointer: json.loads(words) for pointer, words in found.items()} == pointers(value)
    assert all(words in text and words == words.strip() for words in found.values())


@pytest.mark.parametrize(
    "text", ["", " ", "[", "[1", '{"a"', '{"a":', "[1,]", "{1: 2}", "{[]: 1}", "x", "[[" * 100_000]
)
def test_damage_leaves_out_what_lies_behind_it(text: str) -> None:
    assert "/7" not in texts_at(text, ["/0", "/7", "/a"])


def test_what_lies_before_damage_is_found() -> None:
    assert texts_at('[{"a": 1}, {"b": ', ["/0", "/1"]) == {"/0": '{"a": 1}'}

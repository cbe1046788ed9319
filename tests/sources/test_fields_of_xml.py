"""The table of each XML format says the truth: what it claims to fill is filled from a sample that has everything."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from kg.sources import FORMATS, InputFile, read_one

FILES = Path(__file__).parent / "files"
SAMPLES = {
    "acl-anthology": ["acl-anthology.xml"],
    "acl-people": ["acl-people-2025.yaml", "acl-people-2026.yaml"],
}


def values(things: Iterable[Any], path: str) -> list[Any]:
    """Return what stands at a path of attributes, through tuples."""
    found = list(things)
    for step in path.split("."):
        found = [inner for thing in found for inner in _each(getattr(thing, step))]
    return found


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, tuple) else filter(None, [value])


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_format_claims_to_fill_is_filled(name: str) -> None:
    [form] = [form for form in FORMATS if form.name == name]
    readings = [r for file in SAMPLES[name] for r in read_one(InputFile(file, FILES / file))]
    assert {reading.source.layout for reading in readings} == {name}
    for field, path in form.fields.items():
        rooms = (
            readings if path.split(".")[0] in ("people", "organizations") else [w for r in readings for w in r.works]
        )
        assert any(values(rooms, path)), f"nothing fills {path}, which {field} should"

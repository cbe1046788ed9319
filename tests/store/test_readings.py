"""Readings kept in the home: equal to what was read, read once, and never out of date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.records import SourceReading
from kg.sources import InputFile, read_one, seed_inputs
from kg.sources.shelf import Records, Shelf
from kg.store.readings import Readings

ITEMS = b"""[{"type": "article", "title": "On Tides", "author": [{"family": "Moreno", "given": "A."}]},
 {"type": "article", "title": "On Winds", "issued": {"date-parts": [[2020, 2, 30]]}}]"""
FILE = InputFile("items.json", ITEMS)


class Reader:
    """Reads and counts."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, item: InputFile) -> Iterator[SourceReading]:
        self.read.append(item.name)
        yield from read_one(item)


def read(readings: Readings, item: InputFile, reader: Reader) -> list[SourceReading]:
    """Return what is kept, or what the reader reads, which is kept then."""
    found = readings.find(item)
    return readings.keep(item, reader(item)) if found is None else found


@pytest.mark.parametrize("item", [*seed_inputs(), FILE], ids=lambda item: item.name)
def test_what_is_kept_is_what_was_read(tmp_path: Path, item: InputFile) -> None:
    readings, reader = Readings(tmp_path, "program"), Reader()
    first = read(readings, item, reader)
    assert first == list(read_one(item))
    assert read(readings, item, reader) == first == read(Readings(tmp_path, "program"), item, reader)
    assert reader.read == [item.name]
    assert [list(reading.keys) for reading in first] == [list(reading.keys) for reading in read_one(item)]


def test_anything_else_is_read_anew(tmp_path: Path) -> None:
    reader = Reader()
    for program in ("one", "two"):
        for item in (
            FILE,
            replace(FILE, data=ITEMS + b" "),
            replace(FILE, name="b.json"),
            replace(FILE, rights="mine"),
        ):
            for _ in range(2):
                read(Readings(tmp_path, program), item, reader)
    assert len(reader.read) == 8


def test_what_is_no_longer_asked_for_is_removed(tmp_path: Path) -> None:
    other = replace(FILE, name="other.json")
    first = Readings(tmp_path, "program")
    read(first, FILE, Reader())
    read(first, other, Reader())
    second, reader = Readings(tmp_path, "program"), Reader()
    read(second, FILE, reader)
    second.prune()
    third = Readings(tmp_path, "program")
    read(third, FILE, reader)
    read(third, other, reader)
    assert reader.read == ["other.json"]


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    readings, reader = Readings(tmp_path, "program"), Reader()
    read(readings, FILE, reader)
    [path] = (tmp_path / "readings").iterdir()
    sound = path.read_bytes()
    for damaged in (b"", sound[:-9], b"rubbish" * 9, sound[:20] + b"\xc1" * 99):
        path.unlink()
        path.write_bytes(damaged)
        assert read(readings, FILE, reader) == list(read_one(FILE))
    assert len(reader.read) == 5


def test_an_input_that_cannot_be_opened_is_not_kept(tmp_path: Path) -> None:
    gone = InputFile("gone", tmp_path / "gone")
    [reading] = read(Readings(tmp_path / "home", "program"), gone, Reader())
    assert "No such file" in reading.problems[0].cause
    assert not (tmp_path / "home").exists()


@given(st.lists(st.tuples(st.text(), st.integers(0, 99))))
def test_records_are_a_sequence_like_any_other(items: list[tuple[str, int]]) -> None:
    shelf: Shelf[tuple[str, int]] = Shelf(tuple[str, int])
    for item in items:
        shelf.append(item)
    records = shelf.close()
    assert list(records) == items == [records[i] for i in range(len(items))]
    assert list(records[1:3]) == items[1:3]
    if items:
        assert isinstance(records, Records) and records == items and records[-1] == items[-1]
        with pytest.raises(IndexError):
            records[len(items)]

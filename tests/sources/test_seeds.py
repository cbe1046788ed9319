"""The five seed documents, read together: what the readers must find, and the golden files."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from kg.model.records import SourceReading
from kg.sources import FORMATS, read_all, recognise, seed_inputs

COUNTS = {"000": 6, "001": 7, "002": 12, "003": 22, "004": 4}
LAYOUTS = {
    "000": "trust-profile",
    "001": "trust-profile",
    "002": "scored-profile",
    "003": "work-list",
    "004": "abstract-list",
}


@pytest.fixture(scope="module")
def readings() -> dict[str, SourceReading]:
    return {reading.source.file[:3]: reading for reading in read_all(seed_inputs())}


def test_every_record_is_read_and_nothing_is_left(readings: dict[str, SourceReading]) -> None:
    assert {key: len(reading.works) for key, reading in readings.items()} == COUNTS
    assert sum(COUNTS.values()) == 51
    assert {key: reading.source.layout for key, reading in readings.items()} == LAYOUTS
    assert [problem for reading in readings.values() for problem in reading.problems] == []


def test_each_layout_is_recognised_clearly() -> None:
    for item in seed_inputs():
        text = "\n".join(line.strip() for line in item.open().read().decode().split("\n") if line.strip())
        found = recognise(text)
        assert found and found[0].name == LAYOUTS[item.name[:3]]
        others = [f.recognise(text) for f in FORMATS if f is not found[0]]
        assert found[1] - max(others) >= 0.3


def test_subjects(readings: dict[str, SourceReading]) -> None:
    assert {key: reading.subject for key, reading in readings.items()} == {
        "000": "Diego de las Casas",
        "001": "Teven Le Scao",
        "002": "Arthur Mensch",
        "003": "Teven Le Scao",
        "004": "Diego de las Casas",
    }
    inferred = readings["003"].subject_evidence
    assert "the only name in all 4 complete author lists" in inferred
    assert "001_3b80ab89af7915f9.txt" in inferred
    assert readings["003"].source.subject == ""
    assert readings["004"].subject_evidence == "told by hand in sources.toml"


def test_the_list_is_separated_without_the_other_sources() -> None:
    [alone] = read_all([item for item in seed_inputs() if item.name.startswith("003")])
    together = next(reading for reading in read_all(seed_inputs()) if reading.source.file.startswith("003"))
    for work, same in zip(alone.works, together.works, strict=True):
        assert (work.title, work.byline) in {(same.title, same.byline), ("", work.byline)}
    assert sum(bool(work.title) for work in alone.works) >= 20
    assert alone.subject == "Teven Le Scao"


def test_dates_without_a_year_take_the_year_of_the_capture(readings: dict[str, SourceReading]) -> None:
    dates = {w.date_printed: w.date.iso() for w in readings["003"].works if w.date and w.date.year_from_capture}
    assert dates == {"Mar 26": "2026-03-26", "Jan 13": "2026-01-13", "Feb 11": "2026-02-11"}


def test_the_order_of_the_inputs_makes_no_difference() -> None:
    inputs = seed_inputs()
    expected = read_all(inputs)
    for seed in range(3):
        random.Random(seed).shuffle(inputs)
        assert read_all(inputs) == expected


def test_places_and_snippets(readings: dict[str, SourceReading]) -> None:
    raw = {item.name: item.open().read().decode().split("\n") for item in seed_inputs()}
    for reading in readings.values():
        lines = raw[reading.source.file]
        for work in reading.works:
            assert work.snippet == "\n".join(lines[work.place.line - 1 : work.place.last_line])
            assert work.abstract and work.abstract in work.snippet
            assert work.title in work.snippet
            for mention in work.byline.mentions if work.byline else ():
                assert mention.name in lines[mention.line - 1]
            for observed in work.observed:
                assert observed.printed in lines[observed.line - 1]
        if reading.profile:
            for figure in reading.profile.observed:
                assert figure.printed in lines[figure.line - 1]
            for action in reading.profile.actions:
                assert action.printed == lines[action.line - 1].strip()


@pytest.mark.parametrize("key", COUNTS)
def test_golden(readings: dict[str, SourceReading], golden: Callable[[SourceReading], None], key: str) -> None:
    golden(readings[key])

"""OpenCitations Meta CSV: one row a work, with identifiers in brackets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model.records import Problem, SourceReading
from kg.sources import read_one, recognise
from kg.sources.inputs import InputFile
from kg.sources.opencitations_csv import COLUMNS, FIELDS

SAMPLE = (Path(__file__).parent / "files" / "opencitations-csv.csv").read_bytes()
REAL = Path(__file__).parents[3] / "shared" / "data" / "formats" / "opencitations-meta-csv"
HEADER = ",".join(COLUMNS) + "\n"


def read(data: bytes | str, name: str = "x.csv", layout: str = "opencitations-csv") -> SourceReading:
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    (reading,) = read_one(InputFile(name, raw, layout=layout))
    return reading


def quarantined(reading: SourceReading) -> list[Problem]:
    return [p for p in reading.problems if p.kind == "quarantined"]


def test_the_sample_reads_as_its_golden_file(golden: Callable[[SourceReading], None]) -> None:
    reading = read(SAMPLE, "opencitations-csv.csv", layout="")
    assert reading.source.layout == "opencitations-csv"
    golden(reading)


def test_what_the_table_of_fields_says_is_true(stated: Callable[[SourceReading, str], bool]) -> None:
    reading = read(SAMPLE)
    assert [path for path in set(FIELDS.values()) if not stated(reading, path)] == []


def test_every_row_of_the_real_files_is_mapped(real: Callable[[str], list[SourceReading]]) -> None:
    readings = real("opencitations-meta-csv")
    assert sum(len(reading.works) for reading in readings) == 17_325
    for reading in readings:
        with (REAL / reading.source.file).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert (len(reading.works), quarantined(reading)) == (len(rows), [])
        for row, work in zip(rows, reading.works, strict=True):
            authors = row["author"].split("; ") if row["author"] else []
            mentions = work.byline.mentions if work.byline else ()
            assert len(mentions) == len(authors)
            assert sum(m.orcid is not None for m in mentions) == row["author"].count("[orcid:")
            assert len(work.identifiers) == len(row["id"].split())
            assert bool(work.venue) == bool(row["venue"])
            assert len(work.contributors) == (row["editor"].count("; ") + 1 if row["editor"] else 0)


def test_a_quotation_mark_too_few_costs_few_rows() -> None:
    rows = [f'"doi:10.1234/{i}","Title {i}","Ant, A","2001","","","","","report","",""' for i in range(50)]
    rows[20] = rows[20].replace('Title 20"', "Title 20")
    reading = read(HEADER + "\n".join(rows) + "\n")
    assert len(reading.works) >= 48
    assert b"".join(p.raw for p in quarantined(reading)).count(b"\n") == 50 - len(reading.works)
    assert reading.works[-1].place.line == 51


@pytest.mark.parametrize("nobody", ["[orcid:0000-0002-1825-0097]", ", [omid:ra/061]", " "])
def test_an_author_without_a_name_keeps_the_place(nobody: str) -> None:
    reading = read(f'{HEADER}doi:10.1234/a,T,"Ant, Ada; {nobody}; Bee, Bo;",,,,,,,,\n')
    (byline,) = (work.byline for work in reading.works)
    assert byline
    known = [(m.name, m.position) for m in byline.mentions]
    if nobody == " ":  # nobody at all
        assert (known, byline.complete, reading.problems) == ([("Ada Ant", 1), ("Bo Bee", 2)], True, ())
        return
    assert (known, byline.complete) == ([("Ada Ant", 1), ("Bo Bee", 3)], False)
    assert [(p.kind, p.place.field) for p in reading.problems] == [("note", "author")]


def test_three_thousand_authors() -> None:
    cell = "; ".join(f"Ant{i}, A [orcid:0000-0002-1825-0097 omid:ra/06{i}]" for i in range(3000))
    (work,) = read(f'{HEADER}doi:10.1234/x,A,"{cell}",2001,,,,,report,,\n').works
    assert work.byline
    assert len(work.byline.mentions) == 3000


@pytest.mark.parametrize(
    "text",
    [
        HEADER + '"' + "x" * (1 << 25),
        HEADER + '"' + ("x" * 100 + "\n") * (1 << 18),
        HEADER + "," * 1_000_000 + "\n",
        HEADER + "x,T," + "; " * 200_000 + ",,,,,,,,\n",
        HEADER + "x,T," + "[" * 200_000 + ",,,,,,,,\n",
        HEADER + 'x,"T\x00","A, B",,,,,,,,\n',
        HEADER + "\n\n,,\n" * 20_000,
        "x,y\n1,2\n",
        "\n",
    ],
)
def test_hostile(text: str) -> None:
    reading = read(text)
    assert quarantined(reading) or len(reading.works) == 1
    assert all(len(p.text) <= 300_000 for p in reading.problems)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_beginning_is_read_or_refused(data: st.DataObject) -> None:
    mutated = bytearray(SAMPLE)
    at = data.draw(st.integers(0, 90))
    mutated[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5) | st.sampled_from([b'"', b"\r"]))
    reading = read(bytes(mutated))
    assert reading.works or quarantined(reading)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_files_never_raise_and_account_for_every_line(data: st.DataObject) -> None:
    start = SAMPLE.index(b"\n") + 1
    mutated = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(start, len(mutated) - 1))
        length = data.draw(st.integers(0, 40))
        mutated[at : at + length] = data.draw(
            st.binary(max_size=12) | st.sampled_from([b'"', b",", b"\n", b"; ", b"["])
        )
    reading = read(bytes(mutated))
    places = [work.place for work in reading.works] + [p.place for p in quarantined(reading)]
    covered = {line for place in places for line in range(place.line, place.last_line + 1)}
    lines = bytes(mutated).split(b"\n")
    assert [i for i, line in enumerate(lines, 1) if i > 1 and line.strip() and i not in covered] == []


def test_recognised_by_content() -> None:
    found = recognise(SAMPLE.decode())
    assert found
    assert found[0].name == "opencitations-csv"
    plain = io.StringIO()
    csv.writer(plain).writerows([COLUMNS, ["x"] * len(COLUMNS)])
    assert recognise(plain.getvalue().replace("\r", ""))
    assert recognise("name,age\nAda,7\n") is None

"""RIS: tagged references of all types, and files that keep to the specification only loosely."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rispy.config import TYPE_OF_REFERENCE_MAPPING

from kg.model.records import Problem, SourceReading, WorkRecord
from kg.sources import read_one, recognise
from kg.sources.inputs import InputFile
from kg.sources.ris import FIELDS

SAMPLE = (Path(__file__).parent / "files" / "ris.ris").read_bytes()
REAL = Path(__file__).parents[3] / "shared" / "data" / "formats" / "ris"


def read(data: bytes | str, name: str = "x.ris", layout: str = "ris") -> SourceReading:
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    (reading,) = read_one(InputFile(name, raw, layout=layout))
    return reading


def one(text: str) -> WorkRecord:
    (work,) = read(text).works
    return work


def quarantined(reading: SourceReading) -> list[Problem]:
    return [p for p in reading.problems if p.kind == "quarantined"]


def test_the_sample_reads_as_its_golden_file(golden: Callable[[SourceReading], None]) -> None:
    reading = read(SAMPLE, "ris.ris", layout="")
    assert reading.source.layout == "ris"
    golden(reading)


def test_what_the_table_of_fields_says_is_true(stated: Callable[[SourceReading, str], bool]) -> None:
    reading = read(SAMPLE)
    assert [path for path in set(FIELDS.values()) if not stated(reading, path)] == []


def test_every_record_of_the_real_files_is_mapped(real: Callable[[str], list[SourceReading]]) -> None:
    readings = real("ris")
    assert len(readings) >= 2
    for reading in readings:
        text = (REAL / reading.source.file).read_text("utf-8")
        types = sum(line[:6].replace(" ", "").startswith("TY-") for line in text.splitlines())
        authors = sum(line.startswith("AU") for line in text.splitlines())
        assert (len(reading.works), reading.problems) == (types, ())
        assert sum(len(w.byline.mentions) for w in reading.works if w.byline) == authors
        assert all(w.title and w.date and w.identifiers and w.abstract for w in reading.works)


@pytest.mark.parametrize("kind", sorted(TYPE_OF_REFERENCE_MAPPING))
def test_every_type_of_reference_is_read(kind: str) -> None:
    work = one(f"TY  - {kind}\nTI  - A title\nPY  - 2001\nER  - \n")
    assert work.title == "A title"
    assert work.genre or kind == "GEN"


@pytest.mark.parametrize(
    ("lines", "iso", "printed"),
    [
        ("PY  - 2022", "2022", "2022"),
        ("PY  - 2022/04/29/", "2022-04-29", "2022/04/29"),
        ("Y1  - 2022///Spring", "2022", "2022///Spring"),
        ("PY  - 2022\nDA  - 2022-04-29", "2022-04-29", "2022-04-29"),
        ("PY  - 2021\nDA  - 2022/04/29", "2022-04-29", "2022/04/29"),
        ("DA  - April 2022", "2022", "April 2022"),
    ],
)
def test_dates(lines: str, iso: str, printed: str) -> None:
    work = one(f"TY  - JOUR\nTI  - A\n{lines}\nER  - \n")
    assert work.date
    assert (work.date.iso(), work.date_printed) == (iso, printed)


def test_an_impossible_date_is_kept_as_printed_and_noted() -> None:
    reading = read("TY  - JOUR\nTI  - A\nPY  - 2022/02/30\nER  - \n")
    (work,), (note,) = reading.works, reading.problems
    assert (work.date, work.date_printed, note.kind, note.place.field) == (None, "2022/02/30", "note", "PY")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends(end: str) -> None:
    lines = ["TY  - JOUR", "TI  - One", "ER  - ", "", "TY  - JOUR", "TI  - Two", "ER  - ", ""]
    reading = read(end.join(lines))
    assert [(w.title, w.place.line, w.place.last_line) for w in reading.works] == [("One", 1, 3), ("Two", 5, 7)]


def test_encodings() -> None:
    text = "TY  - JOUR\nAU  - Ått, Zoë\nTI  - Über\nER  - \n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        (work,) = read(text.encode(encoding)).works
        assert work.title == "Über"
    damaged = read(text.encode("latin-1") + text.encode())
    assert len(damaged.works) == 1
    assert quarantined(damaged)[0].raw == text.encode("latin-1")


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\n" + "AU  - A\n" * 100_000,
        "TY  - JOUR\nTI  - " + "x" * (1 << 23),
        "TY  - JOUR\n" * 20_000,
        "\n" * 200_000 + "TY  - JOUR\nTI  - A",
        "x\n\n" * 50_000,
        "TY  - JOUR\nKW  - " + ";" * 100_000 + "\nTI  - A\nER  - ",
        "TY  - JOUR\nTI  - A\x00B\nER  - ",
        "TY  - JOUR\nTI  - A\nUR  - " + "http://" * 20_000 + "\nER  - ",
        "TY  - JOUR\nTI  - A\nSN  - " + "1" * 50_000 + "\nER  - ",
    ],
)
def test_hostile(text: str) -> None:
    reading = read(text)
    assert len(reading.works) + len(quarantined(reading)) >= 1


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_files_never_raise_and_account_for_every_record(data: st.DataObject) -> None:
    mutated = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(mutated) - 1))
        length = data.draw(st.integers(0, 40))
        mutated[at : at + length] = data.draw(
            st.binary(max_size=12) | st.sampled_from([b"\nTY  - JOUR\n", b"\nER  -\n"])
        )
    reading = read(bytes(mutated) + b"\nTY  - JOUR\nTI  - Sound\nER  - \n")
    assert reading.works[-1].title == "Sound"
    places = [work.place for work in reading.works] + [p.place for p in quarantined(reading)]
    covered = {line for place in places for line in range(place.line, place.last_line + 1)}
    lines = bytes(mutated).split(b"\n")
    lost = [i for i, line in enumerate(lines, 1) if line.strip() and i not in covered]
    assert all(lines[i - 1].startswith((b"Provider", b"Content", b"Database")) for i in lost)


def test_recognised_by_content() -> None:
    found = recognise(SAMPLE.decode())
    assert found
    assert found[0].name == "ris"
    assert recognise("The type TY  - JOUR is used for articles.") is None

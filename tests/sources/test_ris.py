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


def test_a_second_value_where_there_is_room_for_one_is_noted() -> None:
    [note] = read(
        "TY  - JOUR\nTI  - Rivers\nPB  - One\nPB  - Other\nVL  - 1\nVL  - 1\nKW  - a\nKW  - b\nER  - \n"
    ).problems
    assert (note.place.field, note.kind) == ("PB", "note") and "more than once" in note.cause
    series = read("TY  - BOOK\nTI  - Rivers\nT2  - Water\nT2  - Nature\nER  - \n")
    assert not series.problems and [r.printed for r in series.works[0].related] == ["Water", "Nature"]


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
        ("DA  - April 2022", "2022-04", "April 2022"),
        ("PY  - 2014\nDA  - May 12", "2014-05-12", "May 12 2014"),
        ("PY  - 1948\nDA  - July", "1948-07", "July 1948"),
        ("PY  - 1455", "1455", "1455"),
        ("Y1  - 24-26 May 2017", "2017-05", "24-26 May 2017"),
        ("PY  - c. 1999", "1999", "c. 1999"),
        ("PY  - 2014\nDA  - 20140501", "2014-05-01", "20140501"),
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


@pytest.mark.parametrize("printed", ["in press", "05/12", "2022/02/30"])
def test_what_is_no_date_is_noted_and_does_not_hide_the_year(printed: str) -> None:
    reading = read(f"TY  - JOUR\nTI  - A\nPY  - 2014\nDA  - {printed}\nER  - \n")
    (work,), (note,) = reading.works, reading.problems
    assert work.date and (work.date.iso(), note.kind, note.place.field) == ("2014", "note", "DA")


@pytest.mark.parametrize("between", ["", "\ufeff", " "])
def test_a_record_behind_the_end_of_another_is_a_record(between: str) -> None:
    first = "TY  - JOUR\nTI  - One\nDO  - 10.1234/one\nER  - "
    reading = read(f"{first}{between}TY  - JOUR\nTI  - Two\nDO  - 10.1234/two\nER  - \n")
    assert [(w.title, w.identifiers, w.place.line) for w in reading.works] == [
        ("One", ("https://doi.org/10.1234/one",), 1),
        ("Two", ("https://doi.org/10.1234/two",), 4),
    ]


def test_a_record_that_is_cut_is_no_work() -> None:
    whole = "TY  - JOUR\nTI  - One\nER  - \n"
    reading = read(f"{whole}TY  - JOUR\nTI  - Cut in the mid")
    assert [w.title for w in reading.works] == ["One"]
    [problem] = quarantined(reading)
    assert "cut" in problem.cause and problem.raw == b"TY  - JOUR\nTI  - Cut in the mid"
    for end in ("ER", "ER-", "ER  -"):
        reading = read(f"{whole}TY  - JOUR\nTI  - Two\n{end}")
        assert ([w.title for w in reading.works], reading.problems) == (["One", "Two"], ())
    reading = read(f"{whole}TY  - JOUR\nTI  - Two\n")
    assert [w.title for w in reading.works] == ["One", "Two"]
    assert [(p.kind, p.place.line, p.place.field) for p in reading.problems] == [("note", 4, "ER")]


def test_the_end_of_a_record_is_none_within_a_text() -> None:
    work = one("TY  - JOUR\nTI  - A\nAB  - An abstract of the\nER  - positive kind\nER  - \n")
    assert work.abstract == "An abstract of the ER - positive kind"


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        ("JOUR", ["editor", "series editor", "translator"]),
        ("CHAP", ["editor", "series editor", "translator"]),
        ("BOOK", ["series editor", "editor", "translator"]),
        ("THES", ["contributor", "advisor", "translator"]),
        ("VIDEO", ["director", "producer", "performer"]),
        ("CASE", ["contributor", "contributor", "contributor"]),
    ],
)
def test_what_people_did_depends_on_the_type(kind: str, roles: list[str]) -> None:
    work = one(f"TY  - {kind}\nTI  - A\nA2  - Ant, A.\nA3  - Bee, B.\nA4  - Cat, C.\nED  - Dog, D.\nER  - \n")
    assert {m.family: m.role for m in work.contributors} == dict(
        zip(["Ant", "Bee", "Cat", "Dog"], [*roles, "editor"], strict=True)
    )


def test_the_isbn_of_a_thesis_is_its_own_and_an_unpublished_work_has_its_title_in_bt() -> None:
    thesis = one("TY  - THES\nTI  - A\nSN  - 978-0-262-03561-3\nER  - \n")
    assert (thesis.identifiers, thesis.venue_identifiers) == (("urn:isbn:9780262035613",), ())
    work = one("TY  - UNPB\nBT  - A draft\nA1  - Ant, A.\nER  - \n")
    assert (work.title, work.venue) == ("A draft", "")
    work = one("TY  - UNPB\nTI  - A draft\nBT  - A book\nER  - \n")
    assert (work.title, work.venue) == ("A draft", "A book")


def test_what_web_of_science_adds_is_read() -> None:
    work = one("TY  - JOUR\nTI  - A\nFU  - River [R-1]; Sea\nAN  - WOS:000450737000010\nER  - \n")
    assert [(f.funder, f.award) for f in work.funding] == [("River", "R-1"), ("Sea", "")]
    assert work.identifiers == ("https://www.webofscience.com/wos/woscc/full-record/WOS:000450737000010",)


def test_tags_that_are_not_known_are_noted_once() -> None:
    reading = read("TY  - JOUR\nTI  - A\nZZ  - x\nER  - \nTY  - JOUR\nTI  - B\nZZ  - y\nER  - \n")
    assert [(p.kind, p.place.line, p.place.field) for p in reading.problems] == [("note", 1, "ZZ")]


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
        # Behind the first bytes: those of another kind of file would make it one.
        at = data.draw(st.integers(10, len(mutated) - 1))
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

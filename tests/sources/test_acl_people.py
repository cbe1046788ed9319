"""People files of the ACL Anthology in both schemes, and the YAML they are written in."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kg.model.records import ProfileRecord, SourceReading
from kg.sources import InputFile, read_one
from kg.sources.acl_people import FORMAT
from kg.sources.yaml_entries import DEPTH

FILES = Path(__file__).parent / "files"
REAL = Path(__file__).parents[3] / "shared" / "data" / "acl" / "name_variants.yaml"


def read(data: bytes | Path, layout: str = "") -> SourceReading:
    [reading] = read_one(InputFile(data.name if isinstance(data, Path) else "people.yaml", data, layout=layout))
    assert reading.source.layout == FORMAT.name
    return reading


def person(reading: SourceReading, name: str) -> ProfileRecord:
    [found] = [person for person in reading.people if person.name == name]
    return found


def test_a_person_of_both_schemes_is_the_same_person() -> None:
    old, new = (person(read(FILES / f"acl-people-{year}.yaml"), "Ada Quill") for year in (2025, 2026))
    assert (
        old.identifiers
        == new.identifiers
        == (
            "https://aclanthology.org/people/ada-quill-toytown/",
            "https://orcid.org/0000-0002-1825-0097",
        )
    )
    assert (old.alumni_of, old.description) == (new.alumni_of, new.description) == (("Toytown University",), "Toytown")
    assert old.distinct_from == tuple(f"https://aclanthology.org/people/{x}/" for x in ("ada-quill", "eva-quill"))
    assert old.names == ("Ada M. Quill", "A. Quill")
    assert (old.identified_only, new.identified_only) == (False, True)


def test_a_name_in_chinese_characters_begins_with_the_family_name() -> None:
    assert person(read(FILES / "acl-people-2026.yaml"), "Bo van der Nib").names == ("倪博",)


def test_words_that_yaml_would_take_for_something_else_stay_words() -> None:
    no = person(read(FILES / "acl-people-2025.yaml"), "No No")
    assert (no.given, no.family, no.place.line, no.place.last_line) == ("No", "No", 11, 16)


def test_what_is_wrong_with_an_entry_is_said() -> None:
    reading = read(FILES / "acl-people-2025.yaml")
    notes = {problem.place.field: problem.text for problem in reading.problems if problem.kind == "note"}
    assert notes == {"orcid": "0000-0002-1825-0098", "surprise": "1", "id": "no id at all"}
    lost = {p.place.line: (p.place.field, p.raw) for p in reading.problems if p.kind == "quarantined"}
    assert lost == {
        24: ("canonical", b"- canonical: {}"),
        25: ("names", b"- comment: nobody"),
        26: ("", b"- just a text"),
        29: ("", b"- *anchor"),
        30: ("first", b"- canonical: {first: Twice, first: Thrice, last: Said}"),
    }


@pytest.mark.skipif(not REAL.exists(), reason="the Anthology's people file is not beside this checkout")
def test_the_real_file_is_read_whole() -> None:
    entries = yaml.safe_load(REAL.read_text("utf-8"))
    reading = read(REAL)
    assert [f"{e['canonical'].get('first') or ''} {e['canonical']['last']}".strip() for e in entries] == [
        person.name for person in reading.people
    ]
    assert not [problem for problem in reading.problems if problem.kind == "quarantined"]
    stated = sum("id" in entry for entry in entries)
    assert sum(any("aclanthology" in iri for iri in person.identifiers) for person in reading.people) == stated


@pytest.mark.parametrize(
    ("tail", "cause"),
    [
        ("- [1\n- }", "not YAML at line 3"),
        ("- {canonical: {last: " + "[" * (DEPTH + 1) + "]" * (DEPTH + 1) + "}}", "nested too deeply"),
        ("- " + "[" * 100_000, "not YAML at line 2"),
        ("- a\0b", "control characters"),
        ("- \xff\n".encode("latin-1").decode("utf-8", "surrogateescape"), "UTF-8"),
    ],
)
def test_damage_is_reported_with_its_place(tail: str, cause: str) -> None:
    reading = read(("- canonical: {first: Ada, last: Quill}\n" + tail).encode("utf-8", "surrogateescape"), FORMAT.name)
    [problem] = [p for p in reading.problems if p.kind == "quarantined"]
    assert cause in problem.cause and problem.advice
    assert [p.name for p in reading.people] in ([], ["Ada Quill"])


def test_a_bomb_of_aliases_is_not_expanded() -> None:
    lines = ["- &a0 [lol, lol, lol]"] + [f"- &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    reading = read("\n".join(lines).encode(), FORMAT.name)
    assert len(reading.problems) == 30 and not reading.people

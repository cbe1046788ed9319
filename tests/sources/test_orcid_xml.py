"""ORCID's XML says what its JSON says: the same record in both forms gives the same records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from kg.model.records import Place, ProfileRecord, SourceReading, WorkRecord
from kg.sources import InputFile, read_one

FILES = Path(__file__).parent / "files"
NOWHERE = Place("", 1)
_Record = TypeVar("_Record", WorkRecord, ProfileRecord)


def read(data: bytes) -> SourceReading:
    [reading] = read_one(InputFile("x", data))
    return reading


def bare(records: Sequence[_Record]) -> list[_Record]:
    """Return records without the places that two files cannot share, in an order that does not depend on them."""
    return sorted((replace(record, place=NOWHERE) for record in records), key=repr)


@pytest.mark.parametrize(("name", "take"), [("orcid-xml.xml", 0), ("orcid-xml-bulk.xml", 1)])
def test_both_forms_of_a_record_say_the_same(name: str, take: int) -> None:
    record = json.loads((FILES / "orcid-json.json").read_text("utf-8"))[take]
    if take:  # the two further works of the sample in XML
        more = [
            {"put-code": 10, "title": {"title": {"value": "Another"}}, "type": "book"},
            {"put-code": 11, "type": "other"},
        ]
        record = {"bulk": [record, *({"work": work} for work in more)]}
    else:  # an entry that is no object cannot be written in XML
        record["activities-summary"]["works"]["group"][1]["work-summary"].pop()
    theirs, ours = read(json.dumps(record).encode()), read((FILES / name).read_bytes())
    assert bare(ours.works) == bare(theirs.works) and ours.works
    assert bare(ours.people) == bare(theirs.people)
    assert set(ours.organizations) == set(theirs.organizations)
    said = [sorted((p.kind, p.cause, p.place.field) for p in reading.problems) for reading in (ours, theirs)]
    assert said[0] == said[1]


def test_an_activity_is_named_by_its_code_and_stands_on_its_line() -> None:
    reading = read((FILES / "orcid-xml.xml").read_bytes())
    places = {work.place.item: work.place.line for work in reading.works}
    lines = (FILES / "orcid-xml.xml").read_text("utf-8").splitlines()
    assert set(places) == {"work-summary/733535", "work-summary/733536", "funding-summary/6"}
    for item, line in places.items():
        assert item.partition("/")[0] in lines[line - 1]


def test_activities_of_nobody_are_read_and_the_part_is_named() -> None:
    text = (FILES / "orcid-xml.xml").read_text("utf-8")
    start, end = text.index("<activities:activities-summary"), text.index("</record:record>")
    names = " ".join(part for part in text[: text.index(">\n <common")].split() if part.startswith("xmlns"))
    part = text[start:end].replace("<activities:activities-summary", f"<activities:activities-summary {names}", 1)
    reading = read(part.encode())
    assert len(reading.works) == 3 and not reading.people
    assert any("names nobody" in problem.cause for problem in reading.problems)

"""arXiv's feeds: old and new ids, versions, errors, and names that were garbled on their way."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.records import SourceReading, WorkRecord
from kg.sources import InputFile, read_one

SAMPLE = Path(__file__).parent / "files" / "arxiv-atom.xml"
EMPTY = (
    b"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:arxiv='http://arxiv.org/schemas/atom'>"
    b"<id>http://arxiv.org/api/x</id></feed>"
)


@pytest.fixture(scope="module")
def sample() -> SourceReading:
    [reading] = read_one(InputFile(SAMPLE.name, SAMPLE))
    return reading


def work(reading: SourceReading, item: str) -> WorkRecord:
    [found] = [work for work in reading.works if work.place.item == item]
    return found


def test_an_entry_has_its_versions_days_and_numbers(sample: SourceReading) -> None:
    new = work(sample, "3101.00001v3")
    assert (new.version, new.date and new.date.iso()) == ("v3", "2031-01-02")
    assert new.identifiers == (
        "https://arxiv.org/abs/3101.00001",
        "https://doi.org/10.5555/toy.1",
        "https://doi.org/10.5555/toy.2",
    )
    assert new.urls == ("http://arxiv.org/pdf/3101.00001v3",)
    assert new.topics == ("math.PR", "cs.CL")
    assert [subject.name for subject in new.subjects] == ["60J10; 68T50", "I.2.7"]


def test_old_ids_are_ids(sample: SourceReading) -> None:
    assert work(sample, "hep-th/9901001v1").identifiers == ("https://arxiv.org/abs/hep-th/9901001",)
    assert work(sample, "math.GT/0309136").identifiers == ("https://arxiv.org/abs/math/0309136",)


def test_what_is_wrong_is_said_and_kept(sample: SourceReading) -> None:
    old = work(sample, "hep-th/9901001v1")
    assert old.date is None and old.date_printed.startswith("1999-02-30") and old.retracted.startswith("This paper")
    notes = {problem.place.field: problem.cause for problem in sample.problems if problem.kind == "note"}
    assert notes["author[2]"] == "the letters look garbled; 'José Le Reed' may be meant"
    assert set(notes) == {"author[2]", "author[3]", "doi", "updated"}


def test_an_error_of_the_api_is_no_work(sample: SourceReading) -> None:
    causes = [problem.cause for problem in sample.problems if problem.kind == "quarantined"]
    assert causes == [
        "arXiv answered with an error: incorrect id format for 12",
        "the entry has neither id nor title nor author",
    ]


def test_an_empty_feed_is_noted() -> None:
    [reading] = read_one(InputFile("empty.xml", EMPTY))
    assert [(problem.kind, problem.cause) for problem in reading.problems] == [("note", "the file holds no records")]

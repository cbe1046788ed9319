"""CSL-JSON beyond the sample: forms of dates, numbers of whole works, addresses that identify, foreign fields."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.model.records import SourceReading, WorkRecord
from kg.sources import read_one
from kg.sources.inputs import InputFile


def read(*items: dict[str, Any]) -> SourceReading:
    data = json.dumps([{"id": str(i), "type": "article-journal", "title": "A"} | item for i, item in enumerate(items)])
    (reading,) = read_one(InputFile("x.json", data.encode(), layout="csl-json"))
    return reading


def one(**item: Any) -> WorkRecord:
    (work,) = read(item).works
    return work


@pytest.mark.parametrize(
    ("issued", "iso", "printed"),
    [
        ("2017-06-12", "2017-06-12", "2017-06-12"),
        ({"edtf": "2017-06~"}, "2017-06", "2017-06~"),
        ({"edtf": "2017-06/2018"}, "2017-06", "2017-06/2018"),
        ({"edtf": "2017-21"}, "2017", "2017-21"),
        ({"literal": "Spring 2017"}, "2017", "Spring 2017"),
        ({"raw": "12 June 2017"}, "2017-06-12", "12 June 2017"),
        ({"raw": "c. 1999"}, "1999", "c. 1999"),
        ({"raw": "2017-6"}, "2017-06", "2017-6"),
        ({"raw": "2014-05-01T00:00:00Z"}, "2014-05-01", "2014-05-01T00:00:00Z"),
        ({"literal": "2014-05-01 10:00:00"}, "2014-05-01", "2014-05-01 10:00:00"),
        ({"raw": "2014-05-01+02:00"}, "2014-05-01", "2014-05-01+02:00"),
        ({"raw": "2014.05.01"}, "2014-05-01", "2014.05.01"),
        ({"raw": "20140501"}, "2014-05-01", "20140501"),
        ("1 May 2014", "2014-05-01", "1 May 2014"),
        ("2014 May 1", "2014-05-01", "2014 May 1"),
        ({"edtf": "2004-06/.."}, "2004-06", "2004-06/.."),
        ({"date-parts": [[2017, 6]], "literal": "June"}, "2017-06", "2017-6"),
    ],
)
def test_dates(issued: Any, iso: str, printed: str) -> None:
    reading = read({"issued": issued})
    assert reading.works[0].date
    assert (reading.works[0].date.iso(), reading.works[0].date_printed, reading.problems) == (iso, printed, ())


@pytest.mark.parametrize("issued", ["never", {"edtf": "XXXX"}, {"literal": "in press"}, {"raw": "45 May 2001"}])
def test_a_date_that_cannot_be_read_is_kept_as_printed_and_noted(issued: Any) -> None:
    reading = read({"issued": issued})
    (work,), (note, *_) = reading.works, reading.problems
    assert (work.date, bool(work.date_printed), note.kind) == (None, True, "note")


def test_numbers_of_a_whole_work_are_its_own_and_lists_of_them_are_taken_apart() -> None:
    book = one(type="book", ISBN="978-0-262-03561-3 0-262-03561-8")
    assert (book.identifiers, book.venue_identifiers) == (("urn:isbn:9780262035613", "urn:isbn:0262035618"), ())
    assert one(type="book", ISBN="978-3-16-148410-0 (pbk.)").identifiers == ("urn:isbn:9783161484100",)
    explained = one(ISSN="Print: 1234-5678; Online: 2345-6789")
    assert explained.venue_identifiers == ("ISSN 1234-5678", "ISSN 2345-6789")
    chapter = one(type="chapter", ISBN="978-0-262-03561-3", ISSN="0028-0836, 1476-4687")
    assert chapter.identifiers == ()
    assert chapter.venue_identifiers == ("ISSN 0028-0836", "ISSN 1476-4687", "ISBN 978-0-262-03561-3")


def test_an_address_of_a_registry_is_an_identifier() -> None:
    work = one(URL="http://arxiv.org/abs/1706.03762v5")
    assert (work.identifiers, work.urls) == (("https://arxiv.org/abs/1706.03762",), ())
    work = one(URL="https://example.org/a")
    assert (work.identifiers, work.urls) == ((), ("https://example.org/a",))


def test_fields_that_are_not_known_are_noted_once() -> None:
    reading = read({"mood": "x", "custom": {"y": 1}}, {"mood": "z"})
    assert [(p.kind, p.place.item, p.place.field) for p in reading.problems] == [("note", "/0", "mood")]


def test_what_is_no_number_says_nothing() -> None:
    data = b'[{"id": "a", "type": "book", "title": "A", "volume": NaN, "issue": -Infinity, "issued": {}}]'
    (reading,) = read_one(InputFile("x.json", data, layout="csl-json"))
    (work,) = reading.works
    assert (work.volume, work.issue, reading.problems) == ("", "", ())

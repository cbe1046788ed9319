"""dblp: numbers behind names, character names without a DTD, and records of persons beside those of publications."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kg.model.records import ProfileRecord, SourceReading, WorkRecord
from kg.sources import InputFile, read_one

FILES = Path(__file__).parent / "files"


@pytest.fixture(scope="module")
def sample() -> SourceReading:
    [reading] = read_one(InputFile("dblp.xml", FILES / "dblp-xml.xml"))
    return reading


def work(reading: SourceReading, key: str) -> WorkRecord:
    [found] = [work for work in reading.works if work.place.item == key]
    return found


def person(reading: SourceReading, key: str) -> ProfileRecord:
    [found] = [person for person in reading.people if person.place.item == key]
    return found


def test_a_homonym_number_is_an_identifier_and_no_part_of_the_name(sample: SourceReading) -> None:
    byline = work(sample, "journals/toy/QuillM31").byline
    assert byline
    assert [m.name for m in byline.mentions] == ["Ada Quill", "Jörg Müller", "Teven Le Reed", "TOY Collaboration"]
    assert [m.identifiers for m in byline.mentions] == [
        ("https://dblp.org/pers/hd/q/Quill_0001:Ada",),
        ("https://dblp.org/pers/hd/m/M=uuml=ller_0002:J=ouml=rg",),
        (),
        (),
    ]
    assert byline.mentions[3].kind == "group"


def test_mentions_and_the_person_record_share_an_identifier(sample: SourceReading) -> None:
    ada = person(sample, "homepages/12/3456-1")
    byline = work(sample, "books/toy/Quill30").byline
    assert byline and set(byline.mentions[0].identifiers) <= set(ada.identifiers)
    assert ada.identifiers == (
        "https://dblp.org/pid/12/3456-1",
        "https://orcid.org/0000-0002-1825-0097",
        "https://www.wikidata.org/entity/Q4115189",
        "https://dblp.org/pers/hd/q/Quill_0001:Ada",
    )
    assert (ada.name, ada.names) == ("Ada Quill", ("Ada M. Quill", "羽文"))
    assert (ada.affiliations, ada.alumni_of) == (("Toytown University",), ("Nib College",))
    assert ada.distinct_from == ("https://dblp.org/pers/hd/q/Quill_0002:Ada",)
    assert ada.description == "award: Toy Prize; isnot: Eva Quill"


def test_titles_have_their_letters_and_not_the_stop_of_dblp(sample: SourceReading) -> None:
    titles = {work.place.item: work.title for work in sample.works}
    assert titles["journals/toy/QuillM31"] == "Counting H2O & toys: a Ökonometric λ-study"
    assert titles["conf/toy/Nib31"] == "Why?"
    assert titles["journals/corr/abs-3101-00001"] == "Toys without end..."


def test_links_are_identifiers_or_pages(sample: SourceReading) -> None:
    toy = work(sample, "journals/toy/QuillM31")
    assert toy.identifiers == ("https://dblp.org/rec/journals/toy/QuillM31", "https://doi.org/10.5555/toy.1")
    assert toy.urls == (
        "https://toy.example/a%20b.html",
        "https://dblp.org/db/journals/toy/toy33.html#QuillM31",
    )
    assert "https://aclanthology.org/2031.toy-main.1/" in work(sample, "conf/toy/Nib31").identifiers
    preprint = work(sample, "journals/corr/abs-3101-00001")
    assert (preprint.genre, preprint.identifiers[1:]) == ("preprint", ("https://arxiv.org/abs/3101.00001",))


def test_a_name_of_several_persons_makes_no_person(sample: SourceReading) -> None:
    assert "homepages/12/3456" not in {person.place.item for person in sample.people}
    assert any(problem.cause == "the name is that of several persons" for problem in sample.problems)


def test_what_is_wrong_is_said(sample: SourceReading) -> None:
    notes = {(p.place.item, p.place.field) for p in sample.problems if p.kind == "note"}
    assert notes == {
        ("journals/toy/QuillM31", "author[1].orcid"),
        ("journals/toy/QuillM31", "author[4]"),
        ("journals/corr/abs-3101-00002", "year"),
        ("conf/toy/Nib31", "month"),
        ("conf/toy/2031", "isbn"),
        ("homepages/q/AdaQuill2", "url"),
        ("homepages/12/3456", "publtype"),
    }
    lost = {(p.place.item, p.place.field) for p in sample.problems if p.kind == "quarantined"}
    assert lost == {("homepages/0/0", "author"), ("journals/toy/Nobody", "title")}


def test_the_page_of_one_person_has_numbers_of_persons() -> None:
    [reading] = read_one(InputFile("person.xml", FILES / "dblp-xml-person.xml"))
    byline = work(reading, "conf/toy/QuillN31").byline
    assert byline and [m.identifiers for m in byline.mentions] == [
        ("https://dblp.org/pid/12/3456-1", "https://dblp.org/pers/hd/q/Quill_0001:Ada"),
        ("https://dblp.org/pid/99/1",),
    ]
    assert [person.place.item for person in reading.people] == ["homepages/12/3456-1", "homepages/12/3456-2"]


def test_a_character_name_that_nobody_knows_stays_as_it_is() -> None:
    data = b'<!DOCTYPE dblp SYSTEM "dblp.dtd"><dblp><book key="b/1"><title>&nonsense; &eacute;.</title></book></dblp>'
    [reading] = read_one(InputFile("x.xml", data))
    assert [work.title for work in reading.works] == ["&nonsense; é"]


def test_the_isbn_of_a_book_or_a_thesis_is_its_own() -> None:
    entry = '<{0} key="b/{0}"><title>A.</title><isbn>978-0-262-03561-3</isbn></{0}>'
    kinds = ("book", "phdthesis", "incollection")
    data = "<dblp>" + "".join(map(entry.format, kinds)) + "</dblp>"
    [reading] = read_one(InputFile("x.xml", data.encode()))
    own = [("urn:isbn:9780262035613" in w.identifiers, bool(w.venue_identifiers)) for w in reading.works]
    assert own == [(True, False), (True, False), (False, True)]


def test_signs_that_no_address_can_hold_are_percent_encoded() -> None:
    data = (FILES / "dblp-xml.xml").read_bytes()
    key = b'key="journals/toy/QuillM31"'
    assert key in data
    data = data.replace(key, b'key="journals/t\x9cy/Quill[31]"')
    [reading] = read_one(InputFile("dblp.xml", data, layout="dblp-xml"))
    [odd] = [work for work in reading.works if "Quill[31]" in work.place.item]
    assert "https://dblp.org/rec/journals/t%C2%9Cy/Quill%5B31%5D" in odd.identifiers
    for iri in (*odd.identifiers, *odd.urls):
        NamedNode(iri)

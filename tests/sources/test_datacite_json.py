"""DataCite's JSON: what stands in the wrong place, in another form, or beside what the schema asks for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.model.records import Related, SourceReading, WorkRecord
from kg.sources import InputFile, read_one


def read(*works: dict[str, Any]) -> SourceReading:
    """Read records that have the given fields beside those that each has."""
    common = {"titles": [{"title": "T"}], "publicationYear": 2020, "types": {"resourceTypeGeneral": "Text"}}
    found = [{"doi": f"10.5555/{n}", "creators": [{"name": "Doe, Jane"}], **common, **w} for n, w in enumerate(works)]
    [reading] = read_one(InputFile("x.json", json.dumps({"data": found}).encode(), layout="datacite-json"))
    return reading


def work(**fields: Any) -> WorkRecord:
    [found] = read(fields).works
    return found


@pytest.mark.parametrize(
    ("dates", "iso", "notes"),
    [
        (["20200501"], "2020-05-01", 0),
        (["2020-05-01", "2021"], "2020-05-01", 0),
        (["Spring 2020"], "2019", 1),
        (["n.d.", "2021-02"], "2021-02", 1),
        (["20201301"], "2020", 1),
    ],
)
def test_a_date_that_cannot_be_read_does_not_hide_the_next(dates: list[str], iso: str, notes: int) -> None:
    listed = [{"date": date, "dateType": "Issued"} for date in dates]
    reading = read({"dates": listed, "publicationYear": "2019"})
    assert [w.date.iso() for w in reading.works if w.date] == [iso] and len(reading.problems) == notes


def test_a_date_that_none_can_read_is_kept_as_printed() -> None:
    found = work(dates=[{"date": "n.d.", "dateType": "Issued"}], publicationYear=None)
    assert (found.date, found.date_printed) == (None, "n.d.")


def test_character_names_in_names_are_resolved_before_names_are_told_apart() -> None:
    names = ["O&#39;Brien, Pat", "M&uuml;ller, Karl", "Li&amp;#250;s, Bo"]
    reading = read({"creators": [{"name": name, "affiliation": ["A &amp; B"]} for name in names]})
    byline = reading.works[0].byline
    assert byline and [m.name for m in byline.mentions] == ["Pat O'Brien", "Karl Müller", "Bo Liús"]
    assert {m.affiliations for m in byline.mentions} == {("A & B",)} and not reading.problems
    [firm] = read({"creators": [{"name": "Smith &amp; Sons Ltd"}]}).works
    assert firm.byline and [m.name for m in firm.byline.mentions] == ["Smith & Sons Ltd"]


def test_identifiers_of_an_entry_of_several_names_are_nobodys() -> None:
    known = [
        {"nameIdentifier": "0000-0002-1825-0097", "nameIdentifierScheme": "ORCID"},
        {"nameIdentifier": "0000 0001 2103 2683", "nameIdentifierScheme": "ISNI"},
    ]
    reading = read({"creators": [{"name": "Meyer, A.; Wu, C.", "nameIdentifiers": known}]})
    byline = reading.works[0].byline
    assert byline and [(m.name, m.orcid, m.identifiers) for m in byline.mentions] == [
        ("A. Meyer", None, ()),
        ("C. Wu", None, ()),
    ]
    assert [p.cause for p in reading.problems] == [
        "several names stand in one entry, and were taken apart",
        "it is not said whose the identifiers are, and they were left out",
    ]


def test_identifiers_of_people_have_addresses_or_are_noted() -> None:
    known = [("57200000000", "Scopus Author ID"), ("A-1234-2010", "ResearcherID"), ("7", "House number"), ("x", "ISNI")]
    identifiers = [{"nameIdentifier": value, "nameIdentifierScheme": scheme} for value, scheme in known]
    reading = read({"creators": [{"name": "Doe, Jane", "nameIdentifiers": identifiers}]})
    byline = reading.works[0].byline
    assert byline and byline.mentions[0].identifiers == (
        "https://www.scopus.com/authid/detail.uri?authorId=57200000000",
        "https://www.webofscience.com/wos/author/record/A-1234-2010",
    )
    assert [p.place.field for p in reading.problems] == [
        "creators[0].nameIdentifiers[2]",
        "creators[0].nameIdentifiers[3].nameIdentifier",
    ]
    scopus = [{"nameIdentifier": "57200000000", "nameIdentifierScheme": "ScopusID"}]
    found = work(creators=[{"name": "Doe, Jane", "nameIdentifiers": scopus}])
    assert found.byline and found.byline.mentions[0].identifiers == byline.mentions[0].identifiers[:1]


def test_a_number_of_scopus_is_never_that_of_an_author_where_a_work_has_it() -> None:
    numbers = [("85012345678", "Scopus"), ("2-s2.0-85012345678", "EID"), ("000123456700001", "WOS")]
    known = [{"alternateIdentifier": value, "alternateIdentifierType": scheme} for value, scheme in numbers]
    reading = read({"titles": [{"title": "A"}], "alternateIdentifiers": known})
    assert reading.problems == ()
    assert reading.works[0].identifiers[1:] == (
        "https://www.scopus.com/record/display.uri?eid=2-s2.0-85012345678",
        "https://www.webofscience.com/wos/woscc/full-record/WOS:000123456700001",
    )
    assert reading.works[0].related == (Related("same-as", printed="85012345678", relation="Scopus"),)


def test_a_related_item_is_printed_with_all_that_tells_it_apart() -> None:
    knuth = {
        "relatedItemType": "Book", "relationType": "Cites", "titles": [{"title": "The Art"}],
        "creators": [{"name": "Knuth, D."}], "publicationYear": "1968", "publisher": "Wesley", "volume": "1",
        "issue": "1", "firstPage": "7", "lastPage": "9",
    }  # fmt: skip
    assert [r.printed for r in work(relatedItems=[knuth]).related] == ["Knuth, D., 1968, The Art, 1, 1, 7-9, Wesley"]


@pytest.mark.parametrize(
    ("general", "special", "genre", "subjects"),
    [
        ("Dataset", "Census Data", "dataset", ["Census Data"]),
        ("Dataset", "Dataset", "dataset", []),
        ("JournalArticle", "Article", "journal article", []),
        ("Text", "Census Data", "census data", []),
        ("Dissertation", "PhD Thesis", "thesis", ["PhD Thesis"]),
    ],
)
def test_a_type_in_own_words_is_kept(general: str, special: str, genre: str, subjects: list[str]) -> None:
    found = work(types={"resourceTypeGeneral": general, "resourceType": special})
    assert (found.genre, [s.name for s in found.subjects]) == (genre, subjects)


ISSN = {"alternateIdentifiers": [{"alternateIdentifier": "1234-5679", "alternateIdentifierType": "EISSN"}]}
ISBN = {"identifiers": [{"identifier": "978-3-16-148410-0", "identifierType": "ISBN"}]}


def test_an_issn_is_that_of_the_venue_and_never_the_works() -> None:
    article = {"types": {"resourceTypeGeneral": "JournalArticle"}}
    named = work(**ISSN, **article, container={"title": "Toy Letters"})
    assert named.identifiers == ("https://doi.org/10.5555/0",)
    assert named.venue_identifiers == ("ISSN 1234-5679",) and not named.related
    alone = work(**ISSN, **article)
    assert alone.identifiers == ("https://doi.org/10.5555/0",) and not alone.venue_identifiers
    assert alone.related == (Related("part-of", "https://portal.issn.org/resource/ISSN/1234-5679", "ISSN 1234-5679"),)
    for types in (("Journal", ""), ("Text", "Periodical"), ("Collection", "Book series"), ("Text", "Magazine")):
        whole = work(**ISSN, types=dict(zip(("resourceTypeGeneral", "resourceType"), types, strict=True)))
        assert (whole.identifiers[1:], whole.related) == (("https://portal.issn.org/resource/ISSN/1234-5679",), ())


@pytest.mark.parametrize(
    ("types", "own"),
    [
        ({"resourceTypeGeneral": "Book"}, True),
        ({"resourceTypeGeneral": "Report"}, True),
        ({"resourceTypeGeneral": "Dissertation"}, True),
        ({"resourceTypeGeneral": "ConferenceProceeding"}, True),
        ({"resourceTypeGeneral": "Dataset"}, True),
        ({"resourceTypeGeneral": "BookChapter"}, False),
        ({"resourceTypeGeneral": "ConferencePaper"}, False),
        ({"resourceTypeGeneral": "Text", "resourceType": "Article"}, False),
    ],
)
def test_an_isbn_is_a_books_own_and_that_of_the_book_a_chapter_stands_in(types: dict[str, str], own: bool) -> None:
    found = work(**ISBN, types=types)
    assert ("urn:isbn:9783161484100" in found.identifiers) is own
    assert (Related("part-of", "urn:isbn:9783161484100", "ISBN 978-3-16-148410-0") in found.related) is not own

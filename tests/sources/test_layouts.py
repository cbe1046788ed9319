"""Invented pages of each layout: what varies on the sites, what may be missing, what a site may add."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kg.model.dates import parse_date
from kg.model.records import SourceReading
from kg.sources import InputFile, read_all
from kg.sources.header_lines import find_header

PAGES = Path(__file__).parent / "pages"


@cache
def page(name: str, captured: str = "2026") -> SourceReading:
    date = parse_date(captured) if captured else None
    [reading] = read_all([InputFile(name, (PAGES / f"{name}.txt").read_bytes(), captured=date)])
    return reading


def figures(reading: SourceReading) -> dict[str, object]:
    assert reading.profile
    return {observed.measure: observed.value for observed in reading.profile.observed}


def kinds(reading: SourceReading) -> list[tuple[str, int]]:
    return [(problem.kind, problem.place.line) for problem in reading.problems]


@pytest.mark.parametrize(
    ("prefix", "layout"),
    [("trust", "trust-profile"), ("scored", "scored-profile"), ("list", "work-list"), ("abstracts", "abstract-list")],
)
def test_layouts_are_recognised_by_content(prefix: str, layout: str) -> None:
    names = [path.stem for path in PAGES.glob("*.txt") if path.stem.startswith(prefix)]
    assert names
    for name in names:
        assert page(name).source.layout == layout, name


def test_an_unknown_layout_is_quarantined_whole() -> None:
    reading = page("unknown")
    [problem] = reading.problems
    assert (problem.kind, problem.place.line, reading.works) == ("quarantined", 1, ())
    assert "minutes of our meeting" in problem.text
    assert "reference-inputs" in problem.advice


def test_a_claimed_profile_with_an_affiliation() -> None:
    reading = page("trust-claimed")
    assert reading.profile
    assert reading.profile.name == reading.subject == "Zoë Ångström-Núñez"
    assert reading.profile.affiliations == ("University of Oxford, UK",)
    assert figures(reading) == {
        "profileRole": "Researcher",
        "collaborationStatus": "Not open to collaborate",
        "trustScore": 87,
        "trustBand": "Well established",
        "verificationLevel": "L3",
        "claimStatus": "Claimed author",
        "workCount": 4,
        "followerCount": 1234,
        "topicCount": 1,
        "closeCollaboratorCount": 12,
        "listedWorkCount": 4,
    }
    assert [(w.genre, w.venue, w.date_printed, w.title) for w in reading.works] == [
        ("journal article", "Nature Machine Intelligence", "2023", "A First Article, with a Comma"),
        ("conference paper", "NeurIPS", "2022", "Second Paper"),
        ("book chapter", "Handbook of Examples", "2019", "A Chapter Without an Abstract"),
        ("preprint", "arXiv", "", "A Preprint Without a Year"),
    ]
    assert reading.works[0].abstract == "We show something. It works.\n\nIt works twice."
    assert reading.works[2].abstract == ""
    assert reading.problems == ()


def test_a_profile_without_works_and_with_a_name_in_han() -> None:
    reading = page("trust-no-works")
    assert (reading.subject, reading.works, reading.problems) == ("李 明", (), ())
    assert figures(reading)["affiliationStatus"] == "Affiliation not imported"


def test_odd_works_and_unknown_lines_of_a_profile() -> None:
    reading = page("trust-odd-works")
    assert reading.profile and reading.profile.affiliations == ("Hugging Face",)
    assert figures(reading)["claimStatus"] == "Claimed by Bell O'Neil"
    assert [(w.genre, w.venue) for w in reading.works] == [
        ("preprint", ""),
        ("dataset", "Zenodo"),
        ("data descriptor", "3D Data Journal"),
        ("preprint", "arXiv"),
    ]
    assert reading.works[3].title == "" and reading.works[3].abstract.startswith("We present a paragraph")
    assert kinds(reading) == [("unread", 13), ("note", 17), ("quarantined", 25), ("note", 37)]


def test_a_profile_without_a_name_keeps_its_works() -> None:
    reading = page("trust-cut")
    assert reading.profile is None
    assert [work.title for work in reading.works] == ["Only One of Two"]
    assert {"quarantined", "note"} == {kind for kind, _ in kinds(reading)}


def test_missing_parts_of_scored_works() -> None:
    reading = page("scored-missing-parts")
    assert reading.subject == "Ngũgĩ wa Thiong'o"
    bare, no_authors, no_title, no_date, undated = reading.works
    assert (bare.title, bare.abstract, bare.byline) == ("A Title and Nothing Else", "", None)
    assert no_authors.byline is None and no_authors.abstract and no_authors.code_badge
    assert [o.value for o in no_authors.observed] == [12.0]
    assert no_title.title == "" and no_title.byline and len(no_title.byline.mentions) == 2
    assert no_title.organizations == ("mit", "huggingface")
    assert no_title.date and no_title.date.iso() == "2026-06-03"
    assert (no_date.date, no_date.date_printed, no_date.topics) == (None, "Feb 30, 2020", ("quant-ph",))
    assert no_date.byline and [m.name for m in no_date.byline.mentions] == ["Ngũgĩ wa Thiong'o"]
    assert (undated.date, undated.topics) == (None, ("AI",))
    assert undated.byline
    assert [(m.name, m.kind) for m in undated.byline.mentions] == [
        ("Sammy Davis, Jr.", "person"),
        ("The Example Collaboration", "group"),
    ]
    assert kinds(reading) == [("note", 17), ("note", 22)]


def test_scored_pages_with_no_works_and_with_unknown_lines() -> None:
    assert figures(page("scored-no-works"))["aiScore"] == 0
    assert page("scored-no-works").problems == ()
    reading = page("scored-unknown-lines")
    assert (figures(reading)["citationCount"], figures(reading)["novelty"]) == (1200, 62.5)
    assert kinds(reading) == [("unread", 5), ("note", 13), ("unread", 27)]
    first, second = reading.works
    assert first.organizations == ("Google DeepMind",)
    assert first.byline and first.byline.complete and len(first.byline.mentions) == 2
    assert second.byline and not second.byline.complete
    assert [m.name for m in second.byline.mentions] == ["Grace Hopper", "Ada Lovelace", "李明"]


def test_a_list_of_many_kinds() -> None:
    reading = page("list-variety")
    first, group, single, _, han = reading.works
    assert first.title == "Attention, Learn to Solve Routing Problems!"
    assert group.byline and (group.byline.mentions[0].name, group.byline.mentions[0].kind) == ("OpenAI", "group")
    assert single.topics == ("hep-th",) and single.byline and single.byline.complete
    assert (han.title, bool(han.byline and han.byline.mentions)) == ("", False)
    assert han.byline and han.byline.printed == "大规模语言模型综述张伟, 李娜"
    assert len(han.readings) >= 2 and han.doubt
    assert ("note", 14) in kinds(reading)
    assert reading.subject == ""


def test_a_list_spread_out_and_its_subject() -> None:
    reading = page("list-spaced")
    assert [work.title for work in reading.works] == ["A Work Spread Out", "Another Work"]
    assert reading.works[0].organizations == ("mit",)
    assert reading.subject == "Ada Lovelace"
    assert page("list-no-subject").subject == ""
    assert kinds(page("list-no-subject")) == [("note", 1)]


def test_a_date_without_a_year_stays_so_when_the_capture_is_unknown() -> None:
    reading = page("list-variety", "")
    assert reading.works[1].date and reading.works[1].date.iso() == "--03-26"
    note = next(p for p in reading.problems if p.place.line == 4)
    assert note.kind == "note" and "sources.toml" in note.advice


def test_abstracts() -> None:
    reading = page("abstracts")
    assert [work.place.line for work in reading.works] == [1, 3, 7]
    assert reading.works[1].abstract.count("\n\n") == 1
    assert ("quarantined", 8) in kinds(reading)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("70.8CVApr 29, 2022Code", ("70.8", "CV", "Apr 29, 2022", True)),
        ("AIMar 26", ("", "AI", "Mar 26", False)),
        ("AIMar 26Code", ("", "AI", "Mar 26", True)),
        ("100LGMay 1, 2020", ("100", "LG", "May 1, 2020", False)),
        ("mtrl-sciSept 2, 2020", ("", "mtrl-sci", "Sept 2, 2020", False)),
        ("cs.CLOct 1, 2020", ("", "cs.CL", "Oct 1, 2020", False)),
        ("CLApr 2022", ("", "CL", "Apr 2022", False)),
        ("Jun 3", ("", "", "Jun 3", False)),
        ("5.5CL", ("5.5", "CL", "", False)),
    ],
)
def test_header_lines(text: str, parts: tuple[str, str, str, bool]) -> None:
    header = find_header(text)
    assert header and (header.score, header.topic, header.date, header.code) == parts


@pytest.mark.parametrize("text", ["Mistral 7B", "AI for All", "ZZ", "2022", "7B", "May we?", "CL Oct", "", "CVCodeX"])
def test_lines_that_are_no_headers(text: str) -> None:
    assert find_header(text) is None

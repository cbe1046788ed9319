"""CITATION.cff: YAML whose dangers are refused, and whose words stay as they are printed."""

from __future__ import annotations

import time

import pytest

from kg.model.records import SourceReading
from kg.sources import InputFile, read_one

HEAD = "cff-version: 1.2.0\nmessage: Cite it.\ntitle: Inventor\nauthors:\n  - family-names: Carberry\n"


def read(text: str | bytes) -> SourceReading:
    data = text if isinstance(text, bytes) else text.encode()
    [reading] = read_one(InputFile("CITATION.cff", data, layout="cff"))
    return reading


def test_words_stay_as_printed() -> None:
    [work] = read(HEAD + "version: 1.10\nkeywords: [yes, 012, 1e3]\ndate-released: 2021-08-18\nabstract: ~\n").works
    assert work.version == "1.10" and [s.name for s in work.subjects] == ["yes", "012", "1e3"]
    assert work.date and work.date.iso() == "2021-08-18" and work.abstract == ""


@pytest.mark.parametrize(
    "text",
    [
        "'cff-version': 1.2.0\ntitle: Inventor\n",
        '{"cff-version": "1.2.0", "title": "Inventor"}',
        '{"title": "Inventor", "cff-version": "1.2.0"}',
        '{\n  "title": "Inventor",\n  "cff-version": "1.2.0"\n}',
    ],
)
def test_the_version_of_the_format_may_be_quoted(text: str) -> None:
    [reading] = read_one(InputFile("x", text.encode()))
    assert (reading.source.layout, [work.title for work in reading.works]) == ("cff", ["Inventor"])


def test_nothing_that_stands_beside_a_field_is_lost() -> None:
    reading = read(
        HEAD
        + "version: 2\nedition: 3rd\ncommit: 156a04c\nlanguages: [en, de]\nissue: 4\nnumber: 5\n"
        + "journal: One\ncollection-title: One\nvolume-title: Other\nunheard-of: x\n"
    )
    [work] = reading.works
    assert (work.version, work.languages, work.issue, work.venue) == ("2", ("en", "de"), "4", "One")
    assert [(r.kind, r.printed, r.relation) for r in work.related] == [("same-as", "156a04c", "commit")]
    assert [(p.place.field, p.text, p.cause) for p in reading.problems] == [
        ("edition", "3rd", "version stands there too, and this was left out"),
        ("volume-title", "Other", "journal stands there too, and this was left out"),
        ("number", "5", "issue stands there too, and this was left out"),
        ("unheard-of", "", "the field is not known, and was left out wherever it stands"),
    ]


def test_places_are_those_of_the_parts() -> None:
    text = HEAD + "references:\n  - type: book\n    title: One\n  - type: book\n    title: Two\n"
    places = {w.title: (w.place.line, w.place.last_line, w.place.item) for w in read(text).works}
    assert places == {"Inventor": (1, 10, ""), "One": (7, 8, "/references/0"), "Two": (9, 10, "/references/1")}
    [problem] = [p for p in read(text + "  - type: book\n    year: 1900\n").problems if p.kind == "quarantined"]
    assert (problem.place.line, problem.raw.split()) == (11, b"type: book year: 1900".split())


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (HEAD + "a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n", "alias at line 7"),
        (HEAD + "a: &a\n  b: *a\n", "alias at line 7"),
        (HEAD + "a: " + "[" * 100_000, "line 6"),
        (HEAD + "a: " + "[" * 40 + "]" * 40, "nested too deeply at line 6"),
        (HEAD + "a: {b: c\n", "not YAML at line"),
        (HEAD + "\ttab: x\n", "not YAML at line 6"),
        (HEAD + 'a: "\\x"\n', "not YAML at line 6"),
        (HEAD + "--- \ntitle: another document\n", "not YAML"),
        ("- cff-version: 1.2.0\n", "not a mapping"),
        (HEAD.encode() + b"abstract: \xff\n", "line 6 holds bytes that are not UTF-8"),
        (HEAD + "abstract: " + "a" * 5_000_000, "more than"),
    ],
)
def test_dangerous_and_damaged_files_are_refused(text: str | bytes, cause: str) -> None:
    started = time.process_time()
    reading = read(text)
    assert not reading.works
    [problem] = reading.problems
    assert problem.kind == "quarantined" and cause in problem.cause
    assert time.process_time() - started < 30  # no bomb went off


def test_tags_are_not_obeyed() -> None:
    [work] = read(HEAD.replace("Inventor", '!!python/object/apply:os.system ["false"]') + "doi: 10.5555/x\n").works
    assert work.title == "" and work.identifiers == ("https://doi.org/10.5555/x",)


def test_concept_dois_are_versions_and_other_identifiers_are_kept() -> None:
    text = HEAD + (
        "identifiers:\n  - {type: doi, value: 10.5281/zenodo.1, description: All versions}\n"
        "  - {type: doi, value: 10.5281/zenodo.2}\n  - {type: other, value: X-1, description: registry}\n"
    )
    [work] = read(text).works
    assert work.identifiers == ("https://doi.org/10.5281/zenodo.2",)
    assert [(r.kind, r.iri, r.printed) for r in work.related] == [
        ("version-of", "https://doi.org/10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("same-as", "", "X-1"),
    ]


def test_the_isbn_of_a_book_is_its_own_and_that_of_a_paper_is_of_what_it_appeared_in() -> None:
    references = "references:\n"
    for kind in ("book", "conference-paper"):
        references += f"  - {{type: {kind}, title: A {kind}, isbn: 978-3-16-148410-0}}\n"
    references += "  - {type: book, title: B, isbn: 12}\n"
    reading = read(HEAD + references)
    whole, book, paper, wrong = reading.works
    assert (book.identifiers, book.venue_identifiers) == (("urn:isbn:9783161484100",), ())
    assert (paper.identifiers, paper.venue_identifiers) == ((), ("ISBN 978-3-16-148410-0",))
    assert (wrong.identifiers, wrong.venue_identifiers) == ((), ())
    assert {(p.place.item, p.cause) for p in reading.problems} >= {("/references/2", "'12' is not an ISBN")}
    assert whole.related[0].iri == "urn:isbn:9783161484100"

"""Crossref's XML: answers and deposits, all kinds of works, and the agreement of XML and JSON about one real work."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kg.model.records import Related, SourceReading, WorkRecord
from kg.sources import InputFile, read_one

FILES = Path(__file__).parent / "files"
REAL = Path(__file__).parents[3] / "shared" / "data" / "formats"


def read(path: Path) -> SourceReading:
    [reading] = read_one(InputFile(path.name, path))
    return reading


def work(name: str, doi: str) -> WorkRecord:
    [found] = [w for w in read(FILES / name).works if f"https://doi.org/{doi}" in w.identifiers]
    return found


def test_an_article_is_read_with_all_its_parts() -> None:
    toy = work("crossref-xml.xml", "10.5555/toy.1")
    assert toy.title == "Counting toys in n+1 towns"
    assert toy.abstract == "We count a < b. By hand $$O(n)$$."
    assert toy.notes == ("Executive summary: For children.",)
    assert toy.byline and [(m.name, m.kind) for m in toy.byline.mentions] == [
        ("Ada Quill Jr.", "person"),
        ("TOY Collaboration", "group"),
        ("Céleste Le Reed", "person"),
    ]
    assert toy.byline.mentions[0].affiliations == ("Play, Toytown University",)
    assert (toy.venue, toy.volume, toy.issue, toy.pages) == ("Toy Letters", "3", "2", "7-9, 11")
    assert (toy.publisher, toy.version, toy.languages) == ("Toy Press", "2", ("fr",))
    assert toy.licenses == ("http://creativecommons.org/licenses/by/4.0/",)
    assert [(f.funder, f.funder_iri, f.award) for f in toy.funding] == [
        ("Toy Foundation", "https://doi.org/10.13039/501100000780", "TF-7"),
        ("Toy Foundation", "https://doi.org/10.13039/501100000780", "TF-8"),
        ("", "https://ror.org/04wxnsj81", ""),
    ]
    related = {(r.kind, r.relation, r.iri or r.printed) for r in toy.related}
    assert related >= {
        ("related", "is-supplemented-by", "https://doi.org/10.5555/toy.data"),
        ("version-of", "has-preprint", "https://arxiv.org/abs/3101.00001"),
        ("related", "has-review", "https://doi.org/10.5555/toy.1.r1"),
        ("related", "correction", "https://doi.org/10.5555/toy.0"),
        ("cites", "", "https://doi.org/10.5555/nib.1"),
        ("cites", "", "Blot E. On blots. 2028."),
        ("related", "hasComponent", "https://doi.org/10.5555/toy.1.f1"),
    }


def test_an_impossible_day_keeps_what_is_possible_of_it() -> None:
    toy = work("crossref-xml.xml", "10.5555/toy.1")
    assert toy.date and toy.date.iso() == "2031-02" and toy.date_printed == "2031-2-30"


def test_a_chapter_has_its_own_authors_and_the_editors_of_its_book() -> None:
    chapter = work("crossref-xml.xml", "10.5555/book.1.c2")
    assert chapter.byline and [m.name for m in chapter.byline.mentions] == ["Mononym"]
    assert [(m.role, m.name) for m in chapter.contributors] == [("editor", "Bo van der Nib")]
    assert (chapter.venue, chapter.genre, chapter.volume, chapter.version) == (
        "The Toy Book",
        "book chapter",
        "12",
        "2",
    )
    assert chapter.venue_identifiers == ("ISSN 1234-5678", "ISBN 978-0-00-000000-2")


def test_every_kind_of_work_in_answers_and_deposits_is_known() -> None:
    names = ("crossref-xml.xml", "crossref-xml-unixref.xml", "crossref-xml-deposit.xml")
    assert {w.title: w.genre for name in names for w in read(FILES / name).works} == {
        "Counting toys in n+1 towns": "journal article",
        "Wheels": "book chapter",
        "Posted toys": "preprint",
        "On toys": "thesis",
        "Conferring": "conference paper",
        "Review of toys": "review",
        "One": "journal article",
        "Two": "journal article",
        "Toy Letters": "journal issue",
        "All toys": "book",
        "A": "book chapter",
        "Proceedings of TOY 2": "conference proceedings",
        "State of toys": "report",
        "Wheel sizes": "standard",
        "Row 1": "dataset",
        "A wheel, drawn": "component",
        "A wheel, counted": "component",
    }


def test_components_deposited_by_themselves_are_works_and_parts_of_their_parent() -> None:
    drawn = work("crossref-xml-deposit.xml", "10.5555/toylett.1.g1")
    assert drawn.byline and [m.name for m in drawn.byline.mentions] == ["Ada Quill"]
    assert (drawn.abstract, drawn.date_printed, drawn.place.item) == ("Drawn by hand.", "2032", "10.5555/toylett.1.g1")
    whole = Related("part-of", "https://doi.org/10.5555/toylett.1", "10.5555/toylett.1", "is-part-of")
    assert drawn.related == (whole,)
    counted = work("crossref-xml-deposit.xml", "10.5555/toylett.1.t1")
    assert (counted.title, counted.related, counted.place.item) == (
        "A wheel, counted",
        (whole,),
        "10.5555/toylett.1.t1",
    )


def test_references_to_standards_and_books_keep_what_they_print(tmp_path: Path) -> None:
    path = tmp_path / "deposit.xml"
    path.write_text(
        '<doi_batch xmlns="http://www.crossref.org/schema/5.4.0"><body><posted_content><titles><title>T</title></titles>'
        "<doi_data><doi>10.5555/1</doi></doi_data><citation_list>"
        "<citation><std_designator>ISO 9001</std_designator><standards_body><standards_body_name>Body of Standards"
        "</standards_body_name><standards_body_acronym>BOS</standards_body_acronym></standards_body></citation>"
        "<citation><isbn>9780262035613</isbn></citation><citation key='x'/></citation_list></posted_content></body>"
        "</doi_batch>",
        "utf-8",
    )
    [posted] = read(path).works
    assert [r.printed for r in posted.related] == ["Body of Standards, ISO 9001", "ISBN 9780262035613"]


def test_a_component_in_an_answer_is_a_work(tmp_path: Path) -> None:
    path = tmp_path / "answer.xml"
    path.write_text(
        '<crossref_result xmlns="http://www.crossref.org/qrschema/3.0"><query><doi>10.5555/1.g1</doi><doi_record>'
        '<crossref xmlns="http://www.crossref.org/xschema/1.1"><sa_component parent_doi="10.5555/1"><component_list>'
        "<component><titles><title>Figure 1</title></titles><doi_data><doi>10.5555/1.g1</doi></doi_data></component>"
        "</component_list></sa_component></crossref></doi_record></query></crossref_result>",
        "utf-8",
    )
    [component] = read(path).works
    assert (component.title, component.genre) == ("Figure 1", "component")
    assert [(r.kind, r.iri) for r in component.related] == [("part-of", "https://doi.org/10.5555/1")]


def test_what_a_work_stands_in_is_known_to_it() -> None:
    paper = work("crossref-xml-unixref.xml", "10.5555/conf.1")
    assert (paper.event, paper.venue) == ("First Toy Conference", "Proceedings of TOY")
    assert [(m.role, m.name) for m in paper.contributors] == [("chair", "Eve Blot")]
    assert paper.date and paper.date.iso() == "2030"
    article = work("crossref-xml-deposit.xml", "10.5555/toylett.2")
    assert (article.venue, article.issue, article.date and article.date.iso()) == ("Toy Letters", "1", "2031")
    thesis = work("crossref-xml-unixref.xml", "10.5555/phd.1")
    assert [(m.role, m.name) for m in thesis.contributors] == [("institution", "Toytown University")]
    assert read(FILES / "crossref-xml-unixref.xml").organizations == (
        ("Toytown University", "https://ror.org/013meh722"),
    )


def test_what_crossref_does_not_know_is_said() -> None:
    lost = [p.cause for name in ("crossref-xml.xml", "crossref-xml-unixref.xml") for p in read(FILES / name).problems]
    assert [cause for cause in lost if "no record" in cause] == [
        "Crossref has no record: DOI not found in CrossRef",
        "Crossref has no record: DOI not found",
    ]
    assert "the record holds no work of a kind that is read" in lost


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside this checkout")
def test_xml_and_json_of_a_real_work_say_the_same() -> None:
    """The two were got at different times, and only XML has further abstracts and parts."""
    [xml] = read(REAL / "crossref-xml" / "unixref-d2e678da37.xml").works
    [json] = read(REAL / "crossref-json" / "work-7e442add90.json").works
    different = {f.name for f in fields(xml) if getattr(xml, f.name) != getattr(json, f.name)}
    assert different == {"place", "observed", "funding", "related", "notes"}
    assert set(json.related) <= set(xml.related) and set(json.funding) == set(xml.funding)
    assert xml.observed[0].value == json.observed[0].value

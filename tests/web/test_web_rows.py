"""Rows of a result: a name stands once, links lead to the thing, numbers are told from texts."""

from __future__ import annotations

from kg.web.answering import Cell, Table
from kg.web.links import Links
from kg.web.rows import shown

ADA = "http://localhost:8000/person/ada"
LINKS = Links("http://localhost:8000/", "../")
FIRST = (Cell(ADA, "iri"), Cell("Ada Quill", "literal", ""), Cell("5", "literal", ""))
SECOND = (Cell("", ""), Cell("", ""), Cell("7", "literal", ""))
TABLE = Table(("person", "name", "works"), (FIRST, SECOND), 2)


def test_a_name_with_a_column_of_its_own_is_the_link() -> None:
    person, name, works = shown(TABLE, {ADA: "Ada Quill"}, LINKS, once=True)[0]
    assert (person.text, person.small, person.beside) == ("person/ada", True, "")
    assert (name.text, name.href) == ("Ada Quill", "../person/ada")
    assert (works.number, name.number, works.href) == (True, False, None)


def test_elsewhere_it_stands_beside_the_id() -> None:
    person, name, _ = shown(TABLE, {ADA: "Ada Quill"}, LINKS)[0]
    assert (person.text, person.href, person.beside) == ("Ada Quill", "../person/ada", "person/ada")
    assert name.href is None
    other = Table(("person",), ((Cell(ADA, "iri"),),), 1)
    assert shown(other, {ADA: "Ada Quill"}, LINKS, once=True)[0][0].text == "Ada Quill"


def test_what_must_not_be_a_link_is_none() -> None:
    script = Cell("javascript:alert(1)", "iri")
    row = shown(
        Table(("x", "y"), ((script, Cell("Click", "literal", "")),), 1), {script.value: "Click"}, LINKS, once=True
    )
    assert [cell.href for cell in row[0]] == [None, None]
    assert row[0][0].text == "javascript:alert(1)"


def test_empty_cells_are_no_numbers_and_do_no_harm() -> None:
    assert [cell.text for cell in shown(TABLE, {}, LINKS)[1]] == ["", "", "7"]
    assert TABLE.numeric == {2}

"""Fields are taken by type; what is not as promised is left out with a note that tells field, value and cause."""

from __future__ import annotations

from typing import Any

import pytest

from kg.model.dates import PartialDate
from kg.model.records import Place
from kg.sources.markup import plain
from kg.sources.noted import NOTES_LIMIT, Noted

PLACE = Place("x.json", 7, item="/3")


def noted(**fields: Any) -> Noted:
    return Noted(fields, PLACE)


def test_fields_of_the_promised_type_give_no_notes() -> None:
    record = noted(
        a=" b \n c ",
        n=3,
        list=["x", None, "", 4],
        alone=["y", "y"],
        one={"in": {"t": "u"}},
        many=[{"t": "1"}, {"t": "2"}],
    )
    assert record.text("a") == "b c" and record.text("n") == "3" and record.text("none") == ""
    assert record.texts("list") == ("x", "4") and record.texts("a") == ("b c",) and record.first("alone") == "y"
    assert record.text("one", "in", "t") == "u" and record.object("one").object("in").text("t") == "u"
    assert [o.text("t") for o in record.objects("many")] == ["1", "2"]
    assert [o.text("in", "t") for o in record.objects("one")] == ["u"]
    assert record.number("n") == 3 and record.number("none") is None and record.object("none").value == {}
    assert record.notes == ()


def test_of_several_values_where_there_is_room_for_one_the_others_are_noted() -> None:
    record = noted(name=["Toy", "Plaything"])
    assert record.first("name") == "Toy"
    [note] = record.notes
    assert (note.place.field, note.text) == ("name", '["Toy", "Plaything"]')
    assert note.cause == "there is room for one value, and the others were left out"


def test_other_types_are_left_out_and_noted_with_their_field() -> None:
    record = noted(author=[{"name": "A"}, {"name": {"x": 1}}, 5], title=["a"], count="7", deep={"er": "text"})
    assert [a.text("name") for a in record.objects("author")] == ["A", ""]
    assert record.text("title") == "" and record.number("count") is None and record.text("deep", "er", "est") == ""
    assert record.object("title").value == {}
    told = [(note.place.field, note.text, note.cause) for note in record.notes]
    assert told == [
        ("author[1].name", '{"x": 1}', "the field is not a text but an object, and was left out"),
        ("author", "5", "the field is not an object but a number, and was left out"),
        ("title", '["a"]', "the field is not a text but a list, and was left out"),
        ("count", "7", "the field is not a number but a text, and was left out"),
        ("deep.er.est", "text", "the field is not an object but a text, and was left out"),
        ("title", '["a"]', "the field is not an object but a list, and was left out"),
    ]
    assert all(note.kind == "note" and note.place.file == "x.json" and note.place.item == "/3" for note in record.notes)


@pytest.mark.parametrize(
    ("printed", "date", "notes"),
    [
        ("2022-04-29T10:00:00Z", PartialDate(2022, 4, 29), 0),
        ("2022-4-9", PartialDate(2022, 4, 9), 0),
        ("2022/04", PartialDate(2022, 4), 0),
        ("2014-01-01/2015-05-31", PartialDate(2014, 1, 1), 0),
        ("2020/2021-05", PartialDate(2020), 0),
        ("2014/2015", PartialDate(2014), 0),
        ("Apr 29, 2022", PartialDate(2022, 4, 29), 0),
        ("2022-02-31", PartialDate(2022, 2), 1),
        ("2022-13-01", PartialDate(2022), 1),
        ("about 1900", None, 1),
        ("", None, 0),
    ],
)
def test_dates(printed: str, date: PartialDate | None, notes: int) -> None:
    record = noted(date=printed)
    assert record.date("date") == date and len(record.notes) == notes


@pytest.mark.parametrize(
    ("parts", "date", "printed", "notes"),
    [
        ([[2022, 4, 29]], PartialDate(2022, 4, 29), "2022-4-29", 0),
        ([["2022", "4"]], PartialDate(2022, 4), "2022-4", 0),
        ([2022], PartialDate(2022), "2022", 0),
        ([[None]], None, "", 0),
        ([[2021, 2, 31]], PartialDate(2021, 2), "2021-2-31", 1),
        ([[20211, 2]], None, "20211-2", 1),
        ([["May"]], None, "May", 1),
        ([[float("inf")]], None, "", 1),
        (None, None, "", 0),
    ],
)
def test_dates_in_parts(parts: Any, date: PartialDate | None, printed: str, notes: int) -> None:
    record = noted(date=parts)
    assert record.date_parts("date") == (date, printed) and len(record.notes) == notes


def test_identifiers_that_cannot_be_right_are_kept_or_noted() -> None:
    record = noted(a={"orcid": "0000-0002-1825-0098"})
    inner = record.object("a")
    assert inner.orcid(inner.text("orcid"), "orcid") == "0000-0002-1825-0098" and inner.orcid("") is None
    assert inner.ror("013meh799", "ror") == "" and inner.iri("doi", "no doi", "doi") == ""
    assert [note.place.field for note in record.notes] == ["a.orcid", "a.ror", "a.doi"]


def test_notes_are_counted() -> None:
    record = noted(list=[{"t": []} for _ in range(1000)])
    assert all(o.text("t") == "" for o in record.objects("list"))
    assert len(record.notes) == NOTES_LIMIT + 1 and record.notes[0].place.field == "list[0].t"
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert noted(a=deep).text("a") == ""


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("a < b and c > d", "a < b and c > d"),
        ("<jats:p>A<jats:sup>2</jats:sup>.</jats:p><jats:p>B</jats:p>", "A2. B"),
        ("&lt;p&gt;Double &amp;amp; escaped&lt;/p&gt;", "Double & escaped"),
        ("x<br/>y<BR>z", "x y z"),
        ("List<T> of <script>alert(1)</script>", "List<T> of <script>alert(1)</script>"),
        (
            "O<jats:inline-formula><jats:alternatives><jats:tex-math>$n^2$</jats:tex-math><mml:math><mml:mi>n</mml:mi>"
            "</mml:math></jats:alternatives></jats:inline-formula>.",
            "O$n^2$.",
        ),
        ("<mml:math><mml:mi>n</mml:mi><mml:annotation encoding='x'>n</mml:annotation></mml:math>", "n"),
        ("<jats:alternatives><jats:tex-math>$x$", "$x$"),
        ("a&nbsp;b &unknown; &#0;", "a b &unknown; \ufffd"),
    ],
)
def test_markup(marked: str, text: str) -> None:
    assert plain(marked) == text

"""Lists of works: what a wish leaves, in which order, page by page; and the small pictures and counts beside them."""

from __future__ import annotations

import doctest
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from kg.store.finished import Release
from kg.web import charts, listing, summary
from kg.web.listing import PER_PAGE, SORTS, Line, Wish, make_listing, read_wish

BASE = "http://localhost:8000/"
BROWSER = "text/html"
YEARS = st.sampled_from(["", "1999", "2020-05", "2020-05-06", "2021", "2022-01"])
LINES = st.lists(
    st.builds(
        Line,
        iri=st.integers(0, 10**6).map(lambda number: f"work/{number}"),
        title=st.sampled_from(["", "A", "b", "C"]),
        date=YEARS,
        genre=st.sampled_from(["", "book", "preprint"]),
        code=st.booleans(),
        topics=st.lists(st.sampled_from(["topic/a", "topic/b"]), unique=True).map(tuple),
        sources=st.lists(st.sampled_from(["source/a", "source/b"]), unique=True).map(tuple),
    ),
    max_size=130,
    unique_by=lambda line: line.iri,
)
WISHES = st.builds(
    Wish,
    sort=st.sampled_from(list(SORTS)),
    since=st.sampled_from([None, 2000, 2021]),
    until=st.sampled_from([None, 1999, 2020]),
    type=st.sampled_from(["", "book", "none"]),
    topic=st.sampled_from(["", "topic/a"]),
    source=st.sampled_from(["", "source/b"]),
    code=st.booleans(),
)


def shown(lines: list[Line], wish: Wish) -> Iterable[Line]:
    page = 1
    while True:
        made = make_listing(lines, Wish(**{**vars(wish), "page": page}), own=str)
        yield from made.lines
        if page >= made.pages:
            return
        page += 1


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(summary).failed == 0


@given(LINES, WISHES)
def test_the_pages_together_hold_what_fits_once_and_in_order(lines: list[Line], wish: Wish) -> None:
    found = list(shown(lines, wish))
    assert len({line.iri for line in found}) == len(found)
    for line in lines:
        fits = (
            (not wish.type or line.genre == wish.type)
            and (not wish.topic or wish.topic in line.topics)
            and (not wish.source or wish.source in line.sources)
            and (not wish.code or line.code)
            and (wish.since is None or (line.year and int(line.year) >= wish.since))
            and (wish.until is None or (line.year and int(line.year) <= wish.until))
        )
        assert (line in found) is bool(fits)
    for before, after in pairwise(found):
        if wish.sort == "new":
            assert before.date >= after.date
        elif wish.sort == "old":
            assert not after.date or (before.date and before.date <= after.date)
        else:
            assert bool(before.title) >= bool(after.title)


@given(LINES, WISHES)
def test_the_number_beside_a_choice_is_what_the_choice_leaves(lines: list[Line], wish: Wish) -> None:
    made = make_listing(lines, wish, own=str)
    for name in ("type", "topic", "source"):
        for option in made.options[name]:
            assert make_listing(lines, Wish(**{**vars(wish), name: option.value}), own=str).found == option.works
    assert make_listing(lines, Wish(**{**vars(wish), "code": True}), own=str).found == made.coded


@given(WISHES, st.integers(1, 50))
def test_an_address_says_the_wish_again(wish: Wish, page: int) -> None:
    import urllib.parse

    parameters = dict(urllib.parse.parse_qsl(wish.address(page=page)[1:]))
    assert read_wish(parameters) == Wish(**{**vars(wish), "page": page})


@pytest.mark.parametrize(
    "parameters",
    [{"sort": "best"}, {"since": "x"}, {"until": "-1"}, {"page": "0"}, {"page": "99999"}, {"code": "yes"},
     {"type": "x" * 201}, {"topic": "x" * 201}, {"source": "x" * 201}, {"since": "²"}],
)  # fmt: skip
def test_a_bad_wish_is_refused_in_words(parameters: dict[str, str]) -> None:
    with pytest.raises(HTTPException) as caught:
        read_wish(parameters)
    assert caught.value.status_code == 400
    assert next(iter(parameters)) in str(caught.value.detail)


@given(st.dictionaries(st.one_of(st.just(""), st.integers(1, 9999).map("{:04}".format)), st.integers(1, 400)))
def test_columns_stand_within_the_picture_and_lose_no_work(counts: dict[str, int]) -> None:
    picture = charts.per_year(counts)
    if picture is None:
        assert len([year for year in counts if year]) < 2
        return
    assert sum(one.works for one in picture.columns) + picture.undated + picture.earlier == sum(counts.values())
    for one in picture.columns:
        assert one.x >= 0
        assert one.x + one.width <= picture.width + 0.2
        assert 0 <= one.y <= picture.base
        assert abs(one.y + one.height - picture.base) < 0.2


# ---------------------------------------------------------------- on the pages


def test_a_profile_sorts_and_filters_by_its_address(client: Any) -> None:
    def order(query: str) -> list[str]:
        text = client.get(f"/person/ada.html{query}").text.partition('class="works plain"')[2].partition("</ol>")[0]
        return [work for work in ("rivers", "bridges", "maps", "tides", "notitle") if f'../work/{work}"' in text] and [
            part.partition('"')[0]
            for part in text.split('<h3 dir="auto">')[1:]
            for part in [part.split("../work/", 1)[1]]
        ]

    assert order("") == ["maps", "bridges", "rivers", "tides", "notitle"]
    assert order("?sort=old") == ["rivers", "bridges", "maps", "tides", "notitle"]
    assert order("?sort=title") == ["bridges", "maps", "rivers", "tides", "notitle"]
    assert order("?type=preprint") == ["maps", "rivers", "tides"]
    assert order("?topic=topic/geo.RV&since=2022") == ["maps", "bridges"]
    assert order("?source=source/profile") == ["maps", "rivers", "notitle"]
    assert order("?code=1") == ["rivers"]
    assert client.get("/person/ada.html?sort=best").status_code == 400
    none = client.get("/person/ada.html?since=1900&until=1901", BROWSER).text
    assert "0 works of 5 fit" in none
    sent = client.get("/person/ada?sort=old", BROWSER)
    assert sent.headers["location"] == "ada.html?sort=old"


def test_long_lists_turn_pages_and_stay_light(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    seen = []
    for page in (1, 2, 3):
        text = client.get(f"/person/ada.html?page={page}", BROWSER).text
        seen += [part.partition('"')[0] for part in text.split('<h3 dir="auto"><bdi><a href="../work/')[1:]]
        assert ('rel="next"' in text) is (page < 3)
        assert ('rel="prev"' in text) is (page > 1)
    assert len(seen) == len(set(seen)) == 4  # and the one without a title
    assert "1 to 2 of 5" in client.get("/person/ada.html", BROWSER).text
    assert PER_PAGE == 50


def test_figures_lead_to_the_query_that_gives_them(client: Any) -> None:
    text = client.get("/person/ada.html", BROWSER).text
    for name, rows in (("person-works", 5), ("person-coauthors", 3)):
        assert f"../queries/{name}?person=person%2Fada" in text
        answer = client.get(f"/queries/{name}.json?person=person/ada").json()
        assert len(answer["results"]["bindings"]) == rows
    assert "<b>3</b> co-authors" in text
    assert "<b>5</b> works" in text


def test_a_profile_tells_affiliations_timeline_and_evidence(client: Any) -> None:
    text = client.get("/person/ada.html", BROWSER).text
    for words in (
        "University of the Delta",
        'id="timeline"',
        "figures on pages captured then",
        "Why this is one person",
        "2021",
    ):
        assert words in text


def test_a_source_shows_its_lines_and_what_was_read_from_them(client: Any) -> None:
    text = client.get("/source/list.html", BROWSER).text
    assert "What was read from it" in text
    assert "lines 1 to 2" in text
    assert "Rivers of InkAda Quill, Ben Øster, Chi Łazarz" in text
    assert "not read" in text
    assert client.get("/source/list.html?part=0").status_code == 400


def test_the_whole_text_of_a_page_is_shown_with_its_records(server: Any, seeds: Any) -> None:
    entry = next(one for one in seeds.release.manifest["inputs"] if one["layout"] == "trust-profile")
    text = server.get(f"/source/{entry['source']}.html", BROWSER).text
    assert "The text, and what was read from it" in text
    assert "Trust snapshot" in text, "a heading that belongs to no record"
    raw = (seeds.release.path / "sources" / entry["sha256"]).read_text().split("\n")
    assert sum(bool(line.strip()) for line in raw) > 20
    shown = text.count("<pre")
    assert shown >= entry["mapped"]


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        ("Diego de las Casas", ["trust score", "21", "Emerging", "L1", "Unclaimed author", "followers", "topics",
                                "close collaborators", "Open to collaborate", "affiliation status", "not imported",
                                "Researcher"]),
        ("Teven Le Scao", ["trust score", "Emerging", "L1", "Unclaimed author", "close collaborators"]),
        ("Arthur Mensch", ["primary category", "h-index", "18,536", "62%", "AI score", "papers"]),
    ],
)  # fmt: skip
def test_the_seeds_profiles_show_what_their_pages_say(server: Any, person: str, shown: list[str]) -> None:
    hit = server.get(f"/search.json?q={person}&kind=person").json()["hits"][0]["iri"]
    text = server.get(hit.replace("http://localhost:8000", "") + ".html", BROWSER).text
    for words in shown:
        assert words.lower() in text.lower(), words
    observations = text.partition('id="observations"')[2].partition("</table>")[0]
    for row in observations.split("<tr id=")[1:]:
        assert "#source-" in row, "a figure without its source"
        assert "<time" in row, "a figure without its date"


def test_a_page_of_kept_rows_is_the_page_of_live_ones(
    client: Any, toy_release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two pages differ in nothing: what is kept saves time and is not seen."""
    from kg import panels
    from kg.rdf.cards import cards_of

    path = toy_release.path / panels.FILE
    sum_ = str(toy_release.manifest["files"]["graph.nq"]["sha256"])
    pages = {
        one: client.get(one, BROWSER).text for one in ("/person/ada.html", "/topic/geo.html", "/venue/archive.html")
    }
    monkeypatch.setattr(panels, "MANY", 1)
    store = toy_release.open_store()
    try:
        assert panels.write_panels(path, store, cards_of(store), BASE, sum_) > 5
        panels._load.cache_clear()
        monkeypatch.setattr(panels, "asked", lambda kind, iri: {})  # nothing is asked live
        for one, text in pages.items():
            assert client.get(one, BROWSER).text == text, one
        assert "Rivers of Ink" in pages["/person/ada.html"]
    finally:
        path.unlink()
        panels._load.cache_clear()

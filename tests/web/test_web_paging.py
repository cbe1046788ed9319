"""Named queries a page at a time: every row once, in order, in every form, and honest when the release changes."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store, parse_query_results

from kg.precomputed import write_answers
from kg.queries import load_all
from kg.settings import Settings
from kg.store.releases import Home
from kg.web import paging
from kg.web.app import create_app
from kg.web.opened import open_world
from kg.web.paging import read_cursor, stored_end, stored_page
from tests.web.conftest import make_release

QUERIES = load_all("http://localhost:8000/")
JSON = "application/sparql-results+json"


def address(name: str, **more: str) -> str:
    values = {**QUERIES[name].examples(), **more}
    return f"/queries/{name}?{urlencode(values)}" if values else f"/queries/{name}"


def next_of(answer: Any) -> str | None:
    links = answer.headers.get("link", "").split(", ")
    found = [link.split(">")[0][1:] for link in links if link.endswith('rel="next"')]
    return found[0] if found else None


def pages(client: Any, first: str, accept: str = JSON) -> list[Any]:
    found, at = [], first
    while True:
        answer = client.get(at, accept=accept)
        assert answer.status_code == 200, answer.text
        found.append(answer)
        following = next_of(answer)
        if following is None:
            return found
        assert len(found) < 500
        at = urljoin(at, following)


def rows(answers: list[Any]) -> list[Any]:
    return [row for answer in answers for row in answer.json()["results"]["bindings"]]


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("size", ["1", "3"])
def test_the_pages_together_are_the_whole_answer(client: Any, name: str, size: str) -> None:
    whole = client.get(address(name), accept=JSON)
    got = pages(client, address(name, limit=size))
    assert rows(got) == rows([whole])
    assert all(len(rows([answer])) == int(size) for answer in got[:-1])
    assert not any("kg-truncated" in answer.headers or "truncated" in answer.json()["head"] for answer in got)


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if not query.parameters])
def test_stored_answers_come_in_pages_too(server: Any, name: str) -> None:
    whole = rows([server.get(f"/queries/{name}", accept=JSON)])
    assert rows(pages(server, f"/queries/{name}?limit={max(1, len(whole) // 3)}")) == whole


def test_every_form_has_the_same_pages(client: Any) -> None:
    whole = rows([client.get(address("name-variants", person=""), accept=JSON)])
    names = [name for name, _ in QUERIES["name-variants"].columns]
    expected = [[row.get(name, {}).get("value", "") for name in names] for row in whole]
    got = pages(client, address("name-variants", person="", limit="2"), accept="text/csv")
    assert len(got) > 1
    assert [row for answer in got for row in list(csv.reader(io.StringIO(answer.text)))[1:]] == expected
    for accept in ("application/sparql-results+xml", "text/tab-separated-values"):
        form = QueryResultsFormat.from_media_type(accept)
        assert form is not None
        found = []
        for answer in pages(client, address("name-variants", person="", limit="2"), accept=accept):
            results = parse_query_results(answer.content, form)
            assert isinstance(results, QuerySolutions)
            found += [[getattr(row[name], "value", "") for name in names] for row in results]
        assert found == expected


def test_a_page_says_where_the_next_begins_in_its_head_and_null_at_the_end(client: Any) -> None:
    got = pages(client, address("name-variants", person="", limit="2"))
    for answer in got[:-1]:
        following = answer.json()["head"]["next"]
        assert following == urljoin("http://localhost:8000/queries/", "name-variants" + str(next_of(answer)))
        assert 'rel="first"' in answer.headers["link"]
    assert got[-1].json()["head"]["next"] is None


def test_an_extension_stays(client: Any) -> None:
    answer = client.get("/queries/name-variants.csv?" + address("name-variants", limit="1").partition("?")[2])
    following = urljoin("/queries/name-variants.csv", str(next_of(answer)))
    assert following.startswith("/queries/name-variants.csv?")
    assert client.get(following).headers["content-type"] == "text/csv; charset=utf-8"


def test_pages_have_validators(client: Any) -> None:
    got = pages(client, address("name-variants", person="", limit="2"))
    tags = [answer.headers["etag"] for answer in got]
    assert len(set(tags)) == len(tags)


def test_a_whole_answer_that_was_cut_says_where_it_goes_on(toy_release: Any, started: Any) -> None:
    settings = Settings(workers=1, deadline=5.0, follow=0, max_rows=2)
    with started(create_app(open_world(toy_release, settings))) as client:
        first = client.get(address("name-variants", person=""), accept="text/csv")
        assert first.headers["kg-truncated"] == "rows=2"
        got = pages(client, address("name-variants", person=""))
        assert [len(rows([answer])) for answer in got][:-1] == [2] * (len(got) - 1) and len(got) > 2
        refused = client.get(address("name-variants", limit="3"), accept=JSON)
        assert refused.status_code == 400 and "from 1 to 2" in refused.json()["detail"]


def test_the_page_for_readers_leads_on_and_back(client: Any) -> None:
    first = client.get(address("name-variants", limit="1"), accept="text/html")
    assert 'rel="next"' in first.text and "First rows" not in first.text
    after = str(next_of(client.get(address("name-variants", limit="1"), accept=JSON))).partition("after=")[2]
    second = client.get(address("name-variants", limit="1", after=after), accept="text/html")
    assert "First rows" in second.text


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "10001", "9" * 30, "١"])
def test_a_limit_that_is_none_is_refused(client: Any, limit: str) -> None:
    answer = client.get(address("name-variants", limit=limit), accept=JSON)
    assert answer.status_code == 400 and "number of rows" in answer.json()["detail"]


@pytest.mark.parametrize(
    "after", ["x", "1", "0" * 16 + "-0-" + "0" * 20, "0" * 16 + "-1-" + "g" * 20, "'\"; DROP", "١"]
)
def test_a_cursor_that_no_page_gave_is_refused(client: Any, after: str) -> None:
    answer = client.get(address("name-variants", after=after), accept=JSON)
    assert answer.status_code == 400 and "no page" in answer.json()["detail"]


def test_in_another_release_the_next_page_begins_behind_the_same_row(releases: Any, started: Any) -> None:
    _, made = releases(2)
    app = create_app(open_world(made[0], Settings(workers=1, deadline=5.0, follow=0)))
    with started(app) as client:
        whole = rows([client.get(address("name-variants"), accept=JSON)])
        first = client.get(address("name-variants", limit="1"), accept=JSON)
        cursor = read_cursor(str(next_of(first)).partition("after=")[2])
        assert cursor is not None and cursor.rows == 1
        client.portal.call(app.state.follower.switch, made[1])
        # The row is found even where others have come before it.
        moved = f"{cursor.release}-{cursor.rows + 3}-{cursor.last}"
        for after in (str(cursor), moved):
            second = client.get(address("name-variants", limit="100", after=after), accept=JSON)
            assert rows([first, second]) == whole
        gone = client.get(address("name-variants", limit="1", after=f"{cursor.release}-1-{'0' * 20}"), accept=JSON)
        assert gone.status_code == 410 and "first page" in gone.json()["detail"]


@pytest.mark.parametrize("name", QUERIES)
def test_a_window_is_legal_and_has_its_rows(name: str, toy_store: Store) -> None:
    query = QUERIES[name]
    text = query.bind(query.examples(), path_finder=lambda start, end: [start, end])

    def ask(text: str) -> list[Any]:
        results = toy_store.query(text)
        assert isinstance(results, QuerySolutions)
        data = results.serialize(format=QueryResultsFormat.JSON)
        found: list[Any] = json.loads(data or b"")["results"]["bindings"]
        return found

    whole = ask(text)
    assert ask(query.window(text, 10_000, 0)) == whole, "the sort keys of the query leave rows in no order"
    assert ask(query.window(text, 2, 1)) == whole[1:3]


def test_a_full_stored_answer_is_shown_and_given_as_it_is_stored(tmp_path: Any, started: Any, monkeypatch: Any) -> None:
    query, home = QUERIES["top-coauthor-pairs"], Home(tmp_path / "home")
    people = " , ".join(f"<person/x{number:02}>" for number in range(16))
    extra = f"@base <http://localhost:8000/> . <work/x1> <http://schema.org/author> {people} ."
    release = make_release(home, "0" * 16, extra + extra.partition(" . ")[2].replace("work/x1", "work/x2"))
    graph = release.manifest["files"]["graph.nq"]["sha256"]
    write_answers(release.path / "answers", release.open_store(), {query.name: query}, graph)
    with started(create_app(open_world(release, Settings(workers=1, deadline=5.0)))) as client:
        asked = client.get(f"/queries/{query.name}", accept=JSON, params={"limit": "90"})
        with monkeypatch.context() as patch:
            patch.setattr(paging, "page_of", None)  # nothing is computed anew
            page = client.get(f"/queries/{query.name}", accept="text/html")
            whole = client.get(f"/queries/{query.name}.csv?limit=100")
            second = client.get(f"/queries/{query.name}?limit=10&after={str(next_of(asked)).rpartition('=')[2]}")
        assert [page.status_code, whole.status_code, second.status_code] == [200, 200, 200]
        assert 'rel="next"' in page.text and whole.text.count("\n") == 101
        assert next_of(whole) == str(next_of(second)).replace("limit=10&", "limit=100&")
        last = client.get(f"/queries/{query.name}{next_of(whole)}", accept=JSON)
        assert len(rows([last])) == 21 and next_of(last) is None  # one pair of them is of the toy world


def test_the_end_of_a_stored_answer_is_found_in_it(tmp_path: Any, toy_store: Store) -> None:
    query = QUERIES["works-by-topic-year"]
    texts = {"works-by-topic-year": query}
    answers = write_answers(tmp_path / "answers", toy_store, texts, "graph")
    answered = answers.find(query.bind({}))
    assert answered is not None and answered.rows > 3
    data = answers.read(answered, "json")
    for rows_ in (1, 3):
        page = stored_page(data, "0" * 16, size=rows_, after=None)
        assert page is not None and page.next == stored_end(answers, answered, "0" * 16, rows_)

"""The pages about the whole, indexes, search, named queries, quality; headers and errors that all answers share."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from pyoxigraph import DefaultGraph, RdfFormat, Store, parse

import kg.web
from kg import errors
from kg.errors import SettingsError
from kg.model.text import words
from kg.quality import validate
from kg.store.answers import Head, Question
from kg.store.finished import Release
from kg.web import pages, problems
from kg.web.app import create_app
from kg.web.kept import report_of
from kg.web.reading import UNTITLED
from kg.web.scripts import read_scripts
from kg.web.serve import check_port

BASE = "http://localhost:8000/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAGES = ("/shapes", "/releases", "/docs", "/docs/tutorial",
         "/", "/sparql", "/queries", "/queries/person-works", "/quality", "/dataset", "/ontology", "/problems",
         "/search", "/search?q=ink", "/explore", "/explore?about=person/ada",
         "/person", "/work", "/group", "/organization", "/topic", "/venue", "/source",
         "/software", "/person/ada.html", "/work/rivers.html")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_safe_headers_and_a_sound_frame(client: Any, path: str) -> None:
    answer = client.get(path, BROWSER)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "script-src 'self'; connect-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.findall(r"<script(?! type=\"(?:module|application/(?:ld\+)?json)\")", answer.text)
    assert not re.findall(r"<[^>]* on[a-z]+=", answer.text)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "accept" in answer.headers["vary"].lower()
    for part in ('<html lang="en">', 'href="#content"', '<main id="content"', "<h1", 'name="viewport"'):
        assert part in answer.text
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    assert len(re.findall(r"<h1", answer.text)) == 1
    assert len(answer.content) < 100_000


def test_every_link_of_every_page_leads_somewhere(client: Any) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, BROWSER)
        if answer.status_code in (301, 303):
            target = answer.headers["location"]
            waiting.append(httpx.URL(f"{BASE}{path[1:]}").join(target).raw_path.decode())
            continue
        assert answer.status_code == 200, (path, answer.text[:500])
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        anchors = set(re.findall(r'\sid="([^"]*)"', answer.text))
        for href in re.findall(r'href="([^"]*)"', answer.text):
            href = href.replace("&amp;", "&")
            if href.startswith("#"):
                assert href[1:] in anchors, (path, href)
            elif not href.startswith(("http://", "https://")):
                url = httpx.URL(f"{BASE}{path[1:]}").join(href)
                assert str(url).startswith(BASE)
                # Queries are many; the states of the explorer lead to one another without end.
                if url.path not in {"/sparql", "/explore"} or not url.query:
                    waiting.append(url.raw_path.decode().partition("#")[0])
    assert len(seen) > 200


def test_the_start_page_counts_and_points_on(client: Any) -> None:
    text = client.get("/").text
    assert "<b>7</b> people" in text
    assert "<b>1</b> venue" in text
    assert "Ada Quill" in text
    assert "./queries/" in text or "queries/" in text


def test_health_and_machine_readable_docs(client: Any) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    surface = client.get("/openapi.json").json()["paths"]
    assert {"/sparql", "/person/{name}", "/queries/{name}", "/search"} <= set(surface)
    assert "swagger" not in client.get("/docs").text.lower()
    assert client.get("/redoc").status_code == 404


def test_static_files_are_few_and_kept(client: Any) -> None:
    style = client.get("/static/kg.css?v=1")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in style.headers["cache-control"]
    assert "url(http" not in style.text
    assert "@import" not in style.text
    assert client.get("/static/..%2Fapp.py").status_code == 404
    assert client.get("/static/app.py").status_code == 404
    [script] = re.findall(r'src="\./(static/dist/site-[^"]*)"', client.get("/").text)
    answer = client.get(f"/{script}")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "codemirror-lang-sparql" in client.get("/static/dist/licences.txt").text
    for name in ("bundle.json", "none.js", "..%2Fkg.css"):
        assert client.get(f"/static/dist/{name}").status_code == 404


def test_a_missing_bundle_is_said_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(errors.NotFoundError, match=r"scripts of the pages.*npm run build"):
        read_scripts(tmp_path)
    (tmp_path / "bundle.json").write_text('{"entries": {}, "files": ["gone.js"]}')
    with pytest.raises(errors.NotFoundError, match=r"gone\.js|licences"):
        read_scripts(tmp_path)


# ---------------------------------------------------------------- indexes and search


def test_indexes_list_everything_by_name_or_date(client: Any) -> None:
    people = client.get("/person.json").json()
    assert people["total"] == 7
    names = [item["name"] for item in people["items"]]
    assert names == sorted(names, key=lambda name: " ".join(words(name)))
    assert len(names) == 7
    table = list(csv.DictReader(io.StringIO(client.get("/person.csv").text, newline="")))
    assert [(row["iri"], row["name"], int(row["works"])) for row in table] == [
        (item["iri"], item["name"], item["works"]) for item in people["items"]
    ]
    listed = client.get("/work", "text/csv")
    assert listed.headers["content-type"] == "text/csv; charset=utf-8"
    assert listed.text.splitlines()[0] == "iri,name,date,authors"
    most = [item["works"] for item in client.get("/person.json?sort=works").json()["items"]]
    assert most == sorted((item["works"] for item in people["items"]), reverse=True)
    assert most[0] > most[-1]
    titles = [item["name"] for item in client.get("/work.json?sort=title").json()["items"] if item["name"] != UNTITLED]
    assert titles == sorted(titles, key=lambda title: " ".join(words(title)))
    assert client.get("/person?sort=age").status_code == 400
    assert next(item for item in people["items"] if item["name"] == "Ada Quill")["works"] == 5
    works = client.get("/work", "application/json").json()["items"]
    assert [work["date"] for work in works] == sorted((work["date"] or "" for work in works), reverse=True)[:6] + [
        None
    ] * 2
    assert {item["name"] for item in client.get("/organization.json").json()["items"]} == {
        "Delta University",
        "Ink Lab",
    }
    assert client.get("/person", "image/png").status_code == 406


def test_indexes_go_on_by_key(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.web import indexes

    monkeypatch.setattr(indexes, "THINGS", 3)
    monkeypatch.setattr(indexes, "WORKS", 3)
    for kind, total in (("person", 7), ("work", 8)):
        seen: list[str] = []
        path = f"/{kind}.json"
        while path:
            found = client.get(path, "application/json").json()
            seen += [item["iri"] for item in found["items"]]
            path = found["next"].replace(BASE, "/") if found["next"] else ""
        assert len(seen) == len(set(seen)) == total
    page = client.get("/person", BROWSER)
    assert 'rel="next"' in page.text
    assert 'rel="next"' in page.headers["link"]


def test_search_finds_and_says_what_it_found(client: Any) -> None:
    found = client.get("/search.json?q=oster").json()
    assert found["hits"][0]["iri"] == f"{BASE}person/ben"
    page = client.get("/search?q=ink", BROWSER)
    assert '<a href="./work/rivers">Rivers of Ink</a>' in page.text
    only = client.get("/search.json?q=ink&kind=organization").json()
    assert {hit["kind"] for hit in only["hits"]} == {"organization"}
    assert "Nothing is called that here" in client.get("/search?q=zzzz", BROWSER).text
    assert client.get("/search?q=x&kind=nonsense").status_code == 400
    assert client.get("/search?q=" + "x" * 501).status_code == 400
    assert client.get("/search?q=x&since=abc").status_code == 400
    assert client.get("/search?q=x&page=0").status_code == 400
    assert client.get("/search?q=ink&page=20").status_code == 200
    assert client.get("/search.pdf?q=x").status_code == 404
    echoed = client.get('/search?q="><script>alert(1)</script>', BROWSER).text
    assert "<script>" not in echoed


def test_a_search_is_data_too_and_counts_by_kind_and_year(client: Any) -> None:
    found = client.get("/search.json?q=ink").json()
    assert found["total"] == len(found["hits"]) > 2
    rows = client.get("/search.csv?q=ink").text.splitlines()
    assert rows[0] == "iri,kind,label,detail,score"
    assert len(rows) == found["total"] + 1
    turtle = client.get("/search.ttl?q=ink")
    assert {quad.subject.value for quad in parse(turtle.content, RdfFormat.TURTLE)} == {
        hit["iri"] for hit in found["hits"]
    }
    assert client.get("/search?q=ink", "text/csv").headers["content-type"] == "text/csv; charset=utf-8"
    page = client.get("/search?q=ink", BROWSER).text
    assert 'href="./search?q=ink&amp;kind=work"' in page
    assert 'href="./search?q=ink&amp;since=2021&amp;until=2021"' in page
    dated = client.get("/search.json?q=ink&since=2022&until=2022").json()
    assert {hit["detail"][:4] for hit in dated["hits"]} == {"2022"}
    near = client.get("/search?q=quilk", BROWSER).text
    assert "Nothing is spelt like this" in near
    assert "Ada Quill" in near


def test_counts_that_take_too_long_are_left_out(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*given: Any, **more: Any) -> dict[str, dict[str, int]]:
        time.sleep(0.3)
        return {"kind": {}, "year": {}}

    monkeypatch.setattr("kg.search.Index.facets", slow)
    monkeypatch.setattr("kg.web.find.FACET_SECONDS", 0.05)
    page = client.get("/search?q=ink", BROWSER)
    assert page.status_code == 200
    assert "took longer than 50 ms and was left out" in page.text
    assert "Rivers of Ink" in page.text


def test_completion_gives_what_may_be_meant(client: Any) -> None:
    hits = client.get("/search/complete.json?q=qui+a").json()["hits"]
    assert hits[0]["path"] == "person/ada"
    assert (hits[0]["label"], hits[0]["called"]) == ("Ada Quill", "Person")
    assert client.get("/search/complete.json?q=").json()["hits"] == []
    assert {hit["kind"] for hit in client.get("/search/complete.json?q=d&kind=person").json()["hits"]} == {"person"}
    assert client.get("/search/complete.json?q=x&kind=nonsense").status_code == 400
    assert client.get("/search/complete.json?q=" + "x" * 501).status_code == 400


# ---------------------------------------------------------------- named queries


def test_a_named_query_is_a_form_a_table_and_data(client: Any) -> None:
    form = client.get("/queries/person-works", BROWSER).text
    assert 'name="person"' in form
    assert "required" in form
    assert 'id="result"' not in form
    page = client.get("/queries/person-works?person=person/ada", BROWSER).text
    assert "Rivers of Ink" in page
    assert "queries/person-works.csv?person=person%2Fada" in page
    assert "sparql?query=" in page
    for extension, media in (("csv", "text/csv; charset=utf-8"), ("json", "application/sparql-results+json"),
                             ("tsv", "text/tab-separated-values; charset=utf-8"),
                             ("xml", "application/sparql-results+xml")):  # fmt: skip
        answer = client.get(f"/queries/person-works.{extension}?person=person/ada")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert b"Rivers of Ink" in answer.content
    assert client.get("/queries/person-works?person=person/ada", "text/csv").content.startswith(b"work,title")
    assert client.get("/queries/person-works.rq").text.startswith("#+ title:")


def test_every_named_query_answers_its_example(client: Any, app: FastAPI) -> None:
    for name, query in app.state.site.world.queries.items():
        answer = client.get(f"/queries/{name}.csv", params=query.examples())
        assert answer.status_code == 200, (name, answer.text)
        assert client.get(f"/queries/{name}", BROWSER, params=query.examples()).status_code == 200
        assert client.get(f"/queries/{name}", BROWSER).status_code == 200


def test_the_list_of_queries_is_data_too(client: Any) -> None:
    listed = client.get("/queries.json").json()["queries"]
    assert client.get("/queries", "application/json").json()["queries"] == listed
    assert client.get("/queries", "text/turtle").status_code == 406
    works = next(query for query in listed if query["name"] == "person-works")
    assert works["address"] == f"{BASE}queries/person-works"
    assert [(p["name"], p["type"], p["default"]) for p in works["parameters"]] == [("person", "iri", None)]
    assert works["columns"]["work"]
    assert client.get("/queries/person-works", params={"person": works["parameters"][0]["example"]}).status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"person": ""},
        {"person": "x> } INSERT DATA { <a> <b> <c> } #"},
        {"person": "http://a.example/> <b>"},
        {"person": "person/ada", "other": "1"},
        {"person": ["person/ada", "person/ben"]},
        {"person": "x" * 5000},
    ],
)
def test_bad_values_are_400_and_never_part_of_the_query(client: Any, values: dict[str, Any]) -> None:
    answer = client.get("/queries/person-works.csv", params=values)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith(("#bad-parameter", "#bad-request"))
    assert client.get("/queries/person-works", BROWSER, params={"person": 'a"><script>'}).text.count("<script>") == 0


def test_a_string_parameter_is_text_and_nothing_else(client: Any) -> None:
    for text in ('ink") } #', "ink' . ?s ?p ?o", "\\", '"""', "ink\n}", "🙂"):
        assert client.get("/queries/titles-containing.csv", params={"text": text}).status_code == 200


# ---------------------------------------------------------------- quality


def test_the_report_is_read_back_from_the_release(app: FastAPI, toy_release: Release) -> None:
    store = Store()
    store.load(path=str(toy_release.artefact_path), format=RdfFormat.N_QUADS)
    made = validate(store, base_iri=BASE)
    assert app.state.site.world.report == made
    # Where edits made another release, there is only the quality graph to read.
    kept = report_of(parse(path=str(toy_release.quality_path), format=RdfFormat.N_QUADS), store, BASE)
    assert kept is not None
    assert kept.counts_by_severity == made.counts_by_severity
    assert [(f.key, f.message, f.label, f.places, f.thing) for f in kept.findings] == [
        (f.key, f.message, f.label, f.places, f.thing) for f in made.findings
    ]
    assert kept.counts == made.counts
    assert {(f.name, f.value) for f in kept.figures} == {(f.name, f.value) for f in made.figures}
    assert report_of([], store, BASE) is None


def test_quality_in_words_and_as_data(client: Any, app: FastAPI) -> None:
    report = app.state.site.world.report
    text = client.get("/quality", BROWSER).text
    assert "./work/notitle" in text
    assert "profile.txt:6" in text
    for name, number in report.counts_by_severity.items():
        assert f'<a href="quality?severity={name}"><b>{number}</b>' in text
    warnings = client.get("/quality?severity=Warning", BROWSER).text
    assert len(warnings) < len(text)
    assert client.get("/quality?severity=Bad", BROWSER).status_code == 400
    assert len(client.get("/quality.json").json()["findings"]) == len(report.findings)
    assert client.get("/quality", "text/csv").content.startswith(b"severity,")
    for extension, form in (("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES), ("rdf", RdfFormat.RDF_XML)):
        graph = {str(quad.triple) for quad in parse(client.get(f"/quality.{extension}").content, form)}
        assert any("ValidationReport" in triple for triple in graph)


def test_the_findings_of_one_shape_have_pages(client: Any, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    report = app.state.site.world.report
    count = max(report.counts, key=lambda one: one.findings)
    name = count.shape.rpartition("#")[2]
    assert count.findings >= 3
    monkeypatch.setattr("kg.web.quality.LISTED", 2)
    shown, address = 0, f"/quality?shape={name}"
    for number in range(1, -(-count.findings // 2) + 1):
        answer = client.get(address, BROWSER)
        assert answer.status_code == 200 and answer.text.count('<li class="finding') <= 2
        shown += answer.text.count('<li class="finding')
        following = f"quality?shape={name}&amp;page={number + 1}"
        assert (following in answer.text) == ("link" in answer.headers) == (shown < count.findings)
        address = f"/quality?shape={name}&page={number + 1}"
    assert shown == count.findings
    for page in ("0", "-1", "x", "9" * 30, str(count.findings)):
        assert client.get(f"/quality?shape={name}&page={page}", BROWSER).status_code == 400
    assert client.get("/quality?shape=%3Cscript%3E", BROWSER).status_code == 404


def test_quality_by_source_and_idle_shapes(client: Any, app: FastAPI) -> None:
    text = client.get("/quality", BROWSER).text
    assert "with nothing to look at" in text
    named = [one for one in app.state.site.world.report.sources if one.total]
    assert not named or "By source" in text


# ---------------------------------------------------------------- the dataset and the vocabulary


def test_the_dataset_page_and_its_manifest(client: Any) -> None:
    text = client.get("/dataset", BROWSER).text
    assert "source/profile" in text
    assert "&lt;b&gt;odd&lt;/b&gt;" in text
    assert client.get("/dataset.json").json()["base_iri"] == BASE
    assert client.get("/dataset", "application/json").json()["id"] == "00000000000000aa"
    assert client.get("/dataset", "image/png").status_code == 406


def test_downloads_are_the_whole_graph(client: Any, toy_release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_CHUNK", 7)  # many pieces
    everything = set(parse(path=str(toy_release.artefact_path), format=RdfFormat.N_QUADS))
    quality = set(parse(path=str(toy_release.quality_path), format=RdfFormat.N_QUADS))
    assert set(parse(client.get("/dataset.nq").content, RdfFormat.N_QUADS)) == everything | quality
    assert set(parse(client.get("/dataset.trig").content, RdfFormat.TRIG)) == everything
    merged = {quad.triple for quad in everything if quad.graph_name == DefaultGraph()}
    turtle = client.get("/dataset.ttl")
    assert {quad.triple for quad in parse(turtle.content, RdfFormat.TURTLE)} == merged
    assert turtle.text.count("@prefix kg:") == 1
    assert "attachment" in turtle.headers["content-disposition"]
    assert client.request("HEAD", "/dataset.ttl").content == b""


def test_the_vocabulary_is_shown_term_by_term(client: Any) -> None:
    text = client.get("/ontology", BROWSER).text
    assert "kg:Authorship" in text
    assert 'id="trustScore"' in text
    assert client.get("/ontology.ttl").headers["content-type"] == "text/turtle; charset=utf-8"
    assert client.get("/ontology", "text/turtle").content == client.get("/ontology.ttl").content
    context = client.get("/ontology/context.jsonld")
    assert context.headers["content-type"] == "application/ld+json"
    assert "@context" in context.json()


# ---------------------------------------------------------------- errors


def test_every_expected_error_has_its_own_status() -> None:
    statuses = {
        errors.QueryError("x"): 400,
        errors.QueryRefused("x"): 403,
        errors.NotFoundError("x"): 404,
        errors.DeadlineExceeded("x"): 504,
        errors.ResultTooLarge("x"): 422,
        errors.Busy("x"): 503,
        errors.WorkerLost("x"): 503,
        errors.HomeError("x"): 500,
        errors.ReleaseError("x"): 500,
        ValueError("secret"): 500,
    }
    for error, status in statuses.items():
        problem = problems.problem_of(error)
        assert problem.kind.status == status, error
        assert "secret" not in json.dumps(problem.document(BASE))
    assert ("Retry-After", "2") in problems.problem_of(errors.Busy("x")).headers


def test_every_kind_of_problem_is_explained(client: Any) -> None:
    text = client.get("/problems").text
    for kind in problems.KINDS:
        assert f'id="{kind.name}"' in text


class BrokenPool:
    """Fails as a test wishes."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def rows(self, question: Question) -> tuple[list[str], list[list[Any]]]:
        return [], []

    async def describe(self, iri: str, *, brief: bool = False) -> bytes | None:
        raise self.error

    async def ask(self, question: Question, *, deadline: float | None = None) -> Any:
        class Answer:
            head = Head("solutions", "json", "application/sparql-results+json")
            body = BrokenBody(self.error)

        return Answer()


@dataclass
class BrokenBody:
    """The beginning of an answer, and an error."""

    error: Exception
    complete: bool = False
    until: float = 1e9

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"head":'
        raise self.error


def served(app: FastAPI, error: Exception) -> FastAPI:
    world = app.state.site.world
    empty = {name: query for name, query in world.queries.items() if name != "most-prolific-authors"}
    return create_app(replace(world, pool=BrokenPool(error), queries=empty))


def send(app: FastAPI, path: str, accept: str, *, raising: bool) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=raising)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
            return await http.get(path, headers={"Accept": accept})

    with start_blocking_portal() as portal:
        return portal.call(partial(go))


@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_an_unexpected_error_tells_nothing_of_the_inside(app: FastAPI, accept: str) -> None:
    answer = send(served(app, RuntimeError("/secret/path password")), "/person/ada", accept, raising=False)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_busy_server_says_when_to_come_back(app: FastAPI) -> None:
    answer = send(served(app, errors.Busy("all workers are busy")), "/person/ada", "*/*", raising=False)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


def test_an_answer_that_fails_midway_breaks_the_connection(app: FastAPI) -> None:
    broken = served(app, errors.DeadlineExceeded("too late"))
    with pytest.raises(Exception, match=r"too late|already started|unhandled"):
        send(broken, "/sparql?query=ASK%20%7B%7D", "application/json", raising=True)


# ---------------------------------------------------------------- starting


def test_a_taken_port_is_said_before_any_work() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} is taken") as told:
            check_port("127.0.0.1", port)
        assert f"--port {port + 1}" in str(told.value)
    check_port("127.0.0.1", 0)
    with pytest.raises(SettingsError, match="cannot be listened on"):
        check_port("256.256.256.256", 8000)


def test_templates_put_nothing_unescaped_on_a_page() -> None:
    templates = Path(kg.web.__file__).parent / "templates"
    unescaped = [
        (path.name, line.strip())
        for path in templates.iterdir()
        for line in path.read_text("utf-8").splitlines()
        if "| safe" in line or "autoescape" in line or "|safe" in line
    ]
    # The exceptions: the JSON of for_script, which is written for exactly this place, and the documentation that ships,
    # which is rendered with HTML as text.
    block = '{% for block in blocks %}<script type="application/ld+json">{{ block | safe }}</script>'
    assert sorted(unescaped) == [("doc.html", "{{ shown.html | safe }}"), ("thing_base.html", block)]

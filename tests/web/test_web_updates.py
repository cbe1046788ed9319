"""``/update`` and ``/graphs`` over HTTP: statuses, tokens, what is refused, and that a writer reads its own write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from pyoxigraph import RdfFormat, parse

from kg.settings import Settings
from kg.store.finished import Release
from kg.store.releases import Home
from kg.web.app import create_app
from kg.web.opened import open_world
from kg.web.updates import make_desk

BASE = "http://localhost:8000/"
SECRET = "all-may-be-written"
UPDATES = "only-updates-by-ann"
AUTH = {"Authorization": f"Bearer {SECRET}"}
DIRECT = {**AUTH, "Content-Type": "application/sparql-update"}
TURTLE = {**AUTH, "Content-Type": "text/turtle"}
ONE = "INSERT DATA { <http://x.example/one> <http://x.example/p> 1 }"


@pytest.fixture(scope="module")
def writer(toy_release: Release, client: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of a server that can be written to, over a copy of the toy world."""
    folder = tmp_path_factory.mktemp("writing") / "home"
    shutil.copytree(toy_release.path.parents[1], folder)
    home = Home(folder)
    release = home.current()
    assert release is not None
    settings = Settings(
        workers=1, deadline=3.0, max_request=20_000, write_token=f"root:update+graph:{SECRET} ann:update:{UPDATES}"
    )
    app = create_app(open_world(release, settings), make_desk(home, settings))
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        yield type(client)(portal, app)


def ask(client: Any, pattern: str) -> bool:
    answer = client.get("/sparql", params={"query": f"ASK {{ {pattern} }}", "format": "json"})
    found: bool = answer.json()["boolean"]
    return found


def test_a_writer_reads_its_own_write(writer: Any) -> None:
    before = writer.get("/dataset.json").json()["id"]
    ways: list[dict[str, Any]] = [
        {"data": {"update": "INSERT DATA { <http://x.example/w0> a <http://x.example/W> }"}, "headers": AUTH},
        {"content": "INSERT DATA { <http://x.example/w1> a <http://x.example/W> }", "headers": DIRECT},
        {
            "content": "INSERT DATA { <http://x.example/w2> a <http://x.example/W> }",
            "headers": {**DIRECT, "Content-Type": "application/sparql-update; charset=utf-8; version=1.2"},
            "params": {"version": "1.2"},
        },
    ]
    for number, way in enumerate(ways):
        answer = writer.post("/update", **way)
        assert answer.status_code == 200, answer.text
        assert answer.json()["added"] == 1
        assert ask(writer, f"<http://x.example/w{number}> a <http://x.example/W>")
        assert writer.get("/dataset.json").json()["id"] == answer.json()["release"] != before
    assert "access-control-allow-origin" not in answer.headers


def test_pages_and_search_go_on_after_a_write(writer: Any) -> None:
    assert writer.post("/update", content=ONE, headers=DIRECT).status_code == 200
    assert writer.get("/person/ada.html").status_code == 200
    assert writer.get("/search", params={"q": "Ada"}).status_code == 200
    assert writer.get("/quality").status_code == 200
    assert writer.get("/dataset.nq").content.count(b"x.example/one") == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({**AUTH, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**AUTH, "Origin": "https://elsewhere.example"}, 403),
        ({"Authorization": f"Bearer {UPDATES}"}, 403),
    ],
)
def test_who_may_not_write(writer: Any, headers: dict[str, str], status: int) -> None:
    for method in ("PUT", "POST", "DELETE"):
        answer = writer.request(method, "/graphs?default", content="", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert status != 401 or "Bearer" in answer.headers["www-authenticate"]
    if headers.get("Authorization") != f"Bearer {UPDATES}":
        assert writer.post("/update", data={"update": "CLEAR ALL"}, headers=headers).status_code == status


def test_without_tokens_nothing_can_be_written(client: Any) -> None:
    assert client.post("/update", data={"update": "CLEAR ALL"}, headers=AUTH).status_code == 403
    assert client.request("PUT", "/graphs?default", content="", headers=TURTLE).status_code == 403
    assert client.get("/graphs?default").status_code == 200
    assert "SPARQL11Update" not in client.get("/sparql", "text/turtle").text


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"data": {"query": "ASK {}"}, "headers": AUTH}, 400),
        ({"data": {"update": [ONE, ONE]}, "headers": AUTH}, 400),
        ({"data": {"update": ONE, "query": "ASK {}"}, "headers": AUTH}, 400),
        ({"data": {"update": ONE, "default-graph-uri": "http://x.example/"}, "headers": AUTH}, 400),
        ({"data": {"update": ONE, "using-graph-uri": "relative"}, "headers": AUTH}, 400),
        ({"content": ONE, "headers": DIRECT, "params": {"update": ONE}}, 400),
        ({"content": b"CLEAR ALL # \xff", "headers": DIRECT}, 400),
        ({"content": "CLEAR XYZ", "headers": DIRECT}, 400),
        ({"content": "CLEAR GRAPH <http://none.example/>", "headers": DIRECT}, 400),
        ({"content": "LOAD <http://127.0.0.1:1/>", "headers": DIRECT}, 403),
        ({"content": "INSERT { ?s ?p ?o } WHERE { SERVICE <http://x.example/> { ?s ?p ?o } }", "headers": DIRECT}, 403),
        ({"content": "DELETE { ?s ?p ?o } USING <http://x.example/> WHERE { ?s ?p ?o }", "headers": DIRECT,
          "params": {"using-graph-uri": "http://x.example/"}}, 400),
        ({"content": ONE, "headers": {**AUTH, "Content-Type": "application/sparql-query"}}, 415),
        ({"content": ONE, "headers": AUTH}, 415),
        ({"content": ONE, "headers": {**DIRECT, "Content-Type": "application/sparql-update; charset=utf-16"}}, 415),
        ({"content": ONE + " " * 30_000, "headers": DIRECT}, 413),
    ],
)  # fmt: skip
def test_refused_updates_change_nothing(writer: Any, request_: dict[str, Any], status: int) -> None:
    before = writer.get("/dataset.json").json()["id"]
    answer = writer.post("/update", **request_)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert writer.get("/dataset.json").json()["id"] == before


def test_update_takes_no_other_method(writer: Any) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = writer.request(method, "/update", params={"update": ONE}, headers=AUTH)
        assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")
    graphs = writer.request("PATCH", "/graphs?default", headers=AUTH)
    assert (graphs.status_code, graphs.headers["allow"]) == (405, "DELETE, GET, HEAD, OPTIONS, POST, PUT")


def test_using_parameters_name_the_dataset(writer: Any) -> None:
    graph = "http://x.example/using"
    writer.post("/update", content=f"INSERT DATA {{ GRAPH <{graph}> {{ <{graph}/s> <{graph}/p> 1 }} }}", headers=DIRECT)
    text = f"INSERT {{ ?s <{graph}/found> ?o }} WHERE {{ ?s ?p ?o }}"
    for given in (
        {"content": text, "headers": DIRECT, "params": {"using-graph-uri": graph}},
        {"data": {"update": text.replace("found", "form"), "using-graph-uri": graph}, "headers": AUTH},
    ):
        answer = writer.post("/update", **given)
        assert (answer.status_code, answer.json()["added"]) == (200, 1)


def test_a_hostile_update_is_stopped_and_others_go_on(writer: Any) -> None:
    cross = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(4))
    hostile = (
        f"INSERT {{ <http://x.example/n> <http://x.example/p> ?n }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ {cross} }} }}"
    )
    with ThreadPoolExecutor(3) as threads:
        slow = threads.submit(writer.post, "/update", content=hostile, headers=DIRECT, timeout=30)
        quick = threads.submit(writer.post, "/update", content=ONE.replace("one", "beside"), headers=DIRECT, timeout=30)
        while not slow.done():
            assert ask(writer, "")
        assert slow.result().status_code == 504
        assert quick.result().status_code == 200
    assert ask(writer, "<http://x.example/beside> ?p ?o")
    assert not ask(writer, "<http://x.example/n> ?p ?o")


def triples(body: bytes) -> set[str]:
    return {str(quad.triple) for quad in parse(body, RdfFormat.TURTLE)}


def test_the_life_of_a_graph(writer: Any) -> None:
    where = {"graph": "http://x.example/life"}
    data = "<> <p> 1 ."
    assert writer.get("/graphs", params=where).status_code == 404
    assert writer.request("DELETE", "/graphs", params=where, headers=AUTH).status_code == 404
    made = writer.request("PUT", "/graphs", params=where, headers=TURTLE, content=data)
    assert (made.status_code, made.headers["location"]) == (201, where["graph"])
    assert writer.request("PUT", "/graphs", params=where, headers=TURTLE, content=data).status_code == 204
    got = writer.get("/graphs", "text/turtle", params=where)
    assert triples(got.content) == {
        '<http://x.example/life> <http://x.example/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    }
    assert writer.post("/graphs", params=where, headers=TURTLE, content="<> <p> 2 .").status_code == 200
    nt = writer.get("/graphs", "application/n-triples", params=where)
    assert (nt.headers["content-type"], len(nt.content.splitlines())) == ("application/n-triples", 2)
    assert writer.get("/graphs", params={**where, "format": "jsonld"}).headers["content-type"] == "application/ld+json"
    head = writer.request("HEAD", "/graphs", params=where)
    assert (head.status_code, head.content) == (200, b"")
    assert writer.get("/graphs", "image/png", params=where).status_code == 406
    assert writer.request("DELETE", "/graphs", params=where, headers=AUTH).status_code == 204
    assert writer.request("HEAD", "/graphs", params=where).status_code == 404


def test_conditions_of_writers_hold_or_nothing_is_written(writer: Any) -> None:
    where = {"graph": "http://x.example/conditional"}

    def write(method: str, status: int, content: str | None = "<> <p> 1 .", **fields: str) -> None:
        headers = {**TURTLE, **{name.replace("_", "-"): value for name, value in fields.items()}}
        before = writer.get("/dataset.json").json()["id"]
        answer = writer.request(method, "/graphs", params=where, headers=headers, content=content)
        assert answer.status_code == status, (method, fields, answer.text)
        if status == 412:
            assert answer.json()["type"] == f"{BASE}problems#precondition-failed"
            assert writer.get("/dataset.json").json()["id"] == before

    write("PUT", 412, if_match="*")
    write("PUT", 412, if_match='"bogus"')
    write("PUT", 201, if_none_match="*")
    for method in ("PUT", "POST", "DELETE"):
        for fields in ({"if_match": '"bogus"'}, {"if_match": ""}, {"if_none_match": "*"},
                       {"if_unmodified_since": "Sat, 01 Jan 2000 00:00:00 GMT"}):  # fmt: skip
            write(method, 412, "<> <p> 2 .", **fields)
    for number, (accept, coding) in enumerate((("text/turtle", ""), ("application/ld+json", "br"), ("*/*", "gzip"))):
        given = {"Accept": accept, "Accept-Encoding": coding}
        tag = writer.request("GET", "/graphs", params=where, headers=given).headers["etag"]
        write("PUT", 412, if_none_match=f'"x", W/{tag}')
        write("PUT", 412, if_match=f"W/{tag}")
        write("PUT", 204, f"<> <p> 'a{number}' .", if_match=f'"x", {tag}')
        write("PUT", 412, f"<> <p> 'b{number}' .", if_match=tag)
        write("PUT", 204, f"<> <p> 'c{number}' .", if_none_match=tag)
    write("POST", 200, "<> <p> 3 .", if_unmodified_since="no date, so it says nothing")
    write("POST", 200, "<> <p> 4 .", if_unmodified_since="Fri, 01 Jan 2100 00:00:00 GMT", if_match="*")
    write("DELETE", 204, None, if_match="*")
    early = "Sat, 01 Jan 2000 00:00:00 GMT"
    for fields in ({"If-Match": "*"}, {"If-Match": '"x"'}, {"If-Unmodified-Since": early}):
        assert (
            writer.post("/update", content=ONE.replace("1 }", "9 }"), headers={**DIRECT, **fields}).status_code == 412
        )
    assert not ask(writer, "<http://x.example/one> <http://x.example/p> 9")
    assert writer.post("/update", content=ONE, headers={**DIRECT, "If-None-Match": "*"}).status_code == 200


def test_of_writers_who_read_the_same_one_writes(writer: Any) -> None:
    where, writers = {"graph": "http://x.example/raced"}, 12
    writer.request("PUT", "/graphs", params=where, headers=TURTLE, content="<> <p> 0 .")
    tag = writer.get("/graphs", params=where).headers["etag"]

    def add(number: int, fields: dict[str, str]) -> int:
        headers, content = {**TURTLE, **fields}, f"<> <p> 'n{number}' ."
        status: int = writer.request("PUT", "/graphs", params=where, headers=headers, content=content).status_code
        return status

    with ThreadPoolExecutor(writers) as threads:
        found = sorted(threads.map(add, range(writers), [{"If-Match": tag}] * writers))
        assert found == [204] + [412] * (writers - 1)
        writer.request("DELETE", "/graphs", params=where, headers=AUTH)
        found = sorted(threads.map(add, range(writers), [{"If-None-Match": "*"}] * writers))
        assert found == [201] + [412] * (writers - 1)


def test_a_graph_has_an_address_of_its_own(writer: Any) -> None:
    for path in ("/graphs/a/b%20c.ttl", "/graphs/é"):
        made = writer.request("PUT", path, headers=TURTLE, content="<> <http://x.example/p> <other> .")
        assert made.status_code == 201, made.text
        assert made.headers["location"].startswith(f"{BASE}graphs/")
        assert triples(writer.get(path, "text/turtle").content) == triples(
            writer.get("/graphs", "text/turtle", params={"graph": made.headers["location"]}).content
        )
        assert writer.request("DELETE", path, headers=AUTH).status_code == 204


def test_a_post_without_a_graph_makes_one(writer: Any) -> None:
    made = writer.post("/graphs", headers=TURTLE, content="[] <http://x.example/p> 'new' .")
    assert made.status_code == 201
    assert len(triples(writer.get("/graphs", params={"graph": made.headers["location"]}).content)) == 1


def test_a_form_may_hold_several_files(writer: Any) -> None:
    files = [
        ("a", ("a.ttl", b"<http://x.example/f> <http://x.example/p> 'one' .", "text/turtle")),
        ("b", ("b.nt", b'<http://x.example/f> <http://x.example/p> "two" .\r\n', "application/n-triples")),
    ]
    made = writer.post("/graphs", params={"graph": "http://x.example/files"}, files=files, headers=AUTH)
    assert made.status_code == 201, made.text
    assert len(triples(writer.get("/graphs", params={"graph": "http://x.example/files"}).content)) == 2
    bad = [*files, ("c", ("c.bin", b"?", "application/octet-stream"))]
    assert writer.post("/graphs?default", files=bad, headers=AUTH).status_code == 415


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/graphs", TURTLE, "", 400),
        ("/graphs?default&graph=http://x.example/", TURTLE, "", 400),
        ("/graphs?graph=http://x.example/&graph=http://x.example/", TURTLE, "", 400),
        ("/graphs?graph=relative", TURTLE, "", 400),
        ("/graphs/direct?default", TURTLE, "", 400),
        ("/graphs?default", TURTLE, "this is no Turtle", 400),
        ("/graphs?default", {**AUTH, "Content-Type": "application/ld+json"}, '{"@context": "http://x.example/"}', 400),
        ("/graphs?default", {**AUTH, "Content-Type": "application/ld+json"},
         '{"@id": "http://x.example/g", "@graph": [{"@id": "http://x.example/s", "http://x.example/p": 1}]}', 400),
        ("/graphs?default", {**AUTH, "Content-Type": "application/n-quads"}, "", 415),
        ("/graphs?default", AUTH, "", 415),
        ("/graphs?default", {**AUTH, "Content-Type": "text/turtle; charset=latin-1"}, "", 415),
        ("/graphs?default", {**AUTH, "Content-Type": "multipart/form-data; boundary=x"}, "nothing", 400),
        ("/graphs?default", TURTLE, "#" * 30_000, 413),
    ],
)  # fmt: skip
def test_refused_graphs_change_nothing(writer: Any, path: str, headers: dict[str, str], body: str, status: int) -> None:
    before = writer.get("/dataset.json").json()["id"]
    answer = writer.request("PUT", path, headers=headers, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert writer.get("/dataset.json").json()["id"] == before


def test_data_that_cannot_be_read_are_told_from_a_query_that_cannot(writer: Any) -> None:
    bad = writer.request("PUT", "/graphs?default", headers=TURTLE, content="<a> <b> .").json()
    assert (bad["type"], bad["line"]) == (f"{BASE}problems#bad-data", 1)
    linked = {**AUTH, "Content-Type": "application/ld+json"}
    far = writer.request("PUT", "/graphs?default", headers=linked, content='{"@context": "https://schema.org/"}').json()
    assert far["type"] == f"{BASE}problems#bad-data"
    assert far["advice"] == "write the context into the document"
    assert writer.post("/update", content="INSERT", headers=DIRECT).json()["type"] == f"{BASE}problems#bad-query"


def test_the_service_says_that_it_can_be_written(writer: Any) -> None:
    assert "SPARQL11Update" in writer.get("/sparql", "text/turtle").text


def test_the_names_of_writers_are_in_the_journal(writer: Any, tmp_path: Path) -> None:
    answer = writer.post(
        "/update", content=ONE.replace("one", "by-ann"), headers={**DIRECT, "Authorization": f"Bearer {UPDATES}"}
    )
    assert answer.json()["entry"] > 1


def test_answers_that_do_not_know_of_an_edit_say_so(writer: Any, client: Any) -> None:
    answer = writer.post("/update", content=ONE.replace("one", "unknown-to-the-index"), headers=DIRECT)
    edits = answer.json()["entry"]
    said = f"00000000000000aa; edits-since={edits}"
    made = ("/search?q=ada", "/quality.json", "/quality", "/person", "/", "/dataset", "/queries/coauthor-path.csv"
            "?from=person/ben&to=person/fay")  # fmt: skip
    for path in made:
        answer = writer.get(path, "text/html")
        assert (answer.status_code, answer.headers.get("kg-build")) == (200, said), path
        if answer.headers["content-type"].startswith("text/html"):
            assert f"{edits} edit" in answer.text and "not in" in answer.text
        # A build is up to date with itself.
        assert "kg-build" not in client.get(path, "text/html").headers
    assert writer.get("/search.json?q=ada").json()["asOf"] == {"build": "00000000000000aa", "editsSince": edits}
    assert "asOf" not in client.get("/search.json?q=ada").json()
    # What is asked of the graph itself is up to date.
    for path in ("/sparql?query=ASK%7B%7D", "/person/ada.ttl", "/queries/name-variants.csv"):
        assert "kg-build" not in writer.get(path).headers

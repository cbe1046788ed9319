"""``/sparql``: the protocol, the formats, the page, and what is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse

BASE = "http://localhost:8000/"
COUNT = "SELECT (COUNT(DISTINCT ?w) AS ?n) { ?w a schema:ScholarlyArticle }"
GRAPH = "CONSTRUCT { ?s a schema:Person } WHERE { ?s a schema:Person }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def rows(body: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(body)["results"]["bindings"]
    return found


def ask(client: Any, query: str, accept: str = "*/*", **more: str) -> Any:
    return client.get("/sparql", accept, params={"query": query, **more})


def test_every_way_to_ask_give_the_same(client: Any) -> None:
    answers = [
        ask(client, COUNT),
        client.post("/sparql", data={"query": COUNT}),
        client.post("/sparql", content=COUNT, headers={"Content-Type": DIRECT}),
        client.post("/sparql", content=COUNT, headers={"Content-Type": f"{DIRECT}; charset=UTF-8"}),
        client.request("QUERY", "/sparql", content=COUNT, headers={"Content-Type": f"{DIRECT}; version=1.2"}),
        client.request("QUERY", "/sparql", data={"query": COUNT, "version": "1.2"}),
        ask(client, COUNT, version="1.2"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["content-type"] for answer in answers} == {"application/sparql-results+json"}
    assert [rows(answer.content)[0]["n"]["value"] for answer in answers] == ["8"] * len(answers)


@pytest.mark.parametrize(
    ("query", "accept", "given"),
    [
        (COUNT, None, "application/sparql-results+json"),
        (COUNT, "application/json", "application/json"),
        (COUNT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (COUNT, "text/csv", "text/csv; charset=utf-8"),
        (COUNT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (COUNT, "text/csv;q=0.5, application/sparql-results+xml;q=0.4", "text/csv; charset=utf-8"),
        (COUNT, "application/sparql-results+json;q=0, */*;q=0.1", "application/sparql-results+xml"),
        (COUNT, "text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
        (GRAPH, None, "text/turtle; charset=utf-8"),
        (GRAPH, "application/ld+json", "application/ld+json"),
        (GRAPH, "application/n-triples", "application/n-triples"),
        (GRAPH, "application/rdf+xml", "application/rdf+xml"),
        (GRAPH, "application/n-quads", "application/n-quads"),
        (GRAPH, "application/trig", "application/trig"),
        (GRAPH, "application/sparql-results+json, text/turtle;q=0.1", "text/turtle; charset=utf-8"),
    ],
)
def test_the_format_follows_accept(client: Any, query: str, accept: str | None, given: str) -> None:
    answer = ask(client, query, accept or "*/*")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == given
    assert answer.headers["vary"].split(", ")[0] == "Accept"
    assert answer.content


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("json", "application/sparql-results+json"),
        ("csv", "text/csv; charset=utf-8"),
        ("CSV", "text/csv; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("xml", "application/sparql-results+xml"),
        ("html", "text/html; charset=utf-8"),
    ],
)
def test_format_overrides_accept(client: Any, name: str, given: str) -> None:
    answer = ask(client, COUNT, "application/sparql-results+xml;q=0.1", format=name)
    assert (answer.status_code, answer.headers["content-type"]) == (200, given)


def test_json_and_xml_fit_both_kinds_of_result(client: Any) -> None:
    assert ask(client, GRAPH, format="json").headers["content-type"] == "application/ld+json"
    assert ask(client, GRAPH, format="xml").headers["content-type"] == "application/rdf+xml"


@pytest.mark.parametrize(
    ("query", "accept"), [(COUNT, "image/png"), (COUNT, "text/turtle"), (GRAPH, "text/csv"), (COUNT, "*/*;q=0")]
)
def test_what_cannot_be_given_is_406(client: Any, query: str, accept: str) -> None:
    answer = ask(client, query, accept)
    assert answer.status_code == 406
    assert answer.json()["type"] == f"{BASE}problems#not-acceptable"
    assert answer.headers["vary"] == "Accept"


def test_every_graph_format_is_the_same_graph(client: Any) -> None:
    graphs = []
    for name, form in (("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES), ("rdf", RdfFormat.RDF_XML),
                       ("jsonld", RdfFormat.JSON_LD), ("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)):  # fmt: skip
        graphs.append({str(quad.triple) for quad in parse(ask(client, GRAPH, format=name).content, form)})
    assert len(graphs[0]) == 7
    assert all(graph == graphs[0] for graph in graphs)


def test_ask_has_a_boolean_answer(client: Any) -> None:
    assert ask(client, "ASK { ?s a schema:Person }").json()["boolean"] is True
    assert ask(client, "ASK { ?s a schema:Nothing }").json()["boolean"] is False


def test_dataset_parameters_name_the_graphs(client: Any) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s a schema:ScholarlyArticle }"
    graph = f"{BASE}graph/source/list"
    assert rows(ask(client, query, **{"default-graph-uri": graph}).content)[0]["n"]["value"] == "2"
    inside = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    two = {"query": inside, "named-graph-uri": [graph, f"{BASE}graph/identity"]}
    for answer in (client.get("/sparql", params=two), client.post("/sparql", data=two)):
        assert {row["g"]["value"] for row in rows(answer.content)} == {graph, f"{BASE}graph/identity"}
    direct = client.post(f"/sparql?default-graph-uri={quote(graph)}", content=query, headers={"Content-Type": DIRECT})
    assert rows(direct.content)[0]["n"]["value"] == "2"


def test_form_values_are_decoded_once(client: Any) -> None:
    answer = client.post(
        "/sparql", content="query=" + quote('SELECT ("a%41b+c" AS ?x) {}'), headers={"Content-Type": FORM}
    )
    assert rows(answer.content)[0]["x"]["value"] == "a%41b+c"


@pytest.mark.parametrize(
    "query",
    [
        "query=" + quote(COUNT) + "&query=" + quote(COUNT),
        "default-graph-uri=http%3A%2F%2Fx.example%2F",
        "query=",
        "query=%FF",
        "query=" + quote("SELECT"),
        "query=" + quote(COUNT) + "&default-graph-uri=relative",
        "query=" + quote(COUNT) + "&format=png",
        "query=" + quote(COUNT) + "&format=csv&format=json",
        "query=" + quote(COUNT) + "&update=" + quote("CLEAR ALL"),
        "update=" + quote("CLEAR ALL"),
    ],
)
def test_malformed_requests_are_400(client: Any, query: str) -> None:
    for answer in (
        client.get(f"/sparql?{query}"),
        client.post("/sparql", content=query, headers={"Content-Type": FORM}),
    ):
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 400


def test_a_direct_query_in_body_and_address_is_400(client: Any) -> None:
    answer = client.post(f"/sparql?query={quote(COUNT)}", content=COUNT, headers={"Content-Type": DIRECT})
    assert answer.status_code == 400
    assert client.post("/sparql", content=b"ASK {} # \xff", headers={"Content-Type": DIRECT}).status_code == 400


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/sparql-update", "", f"{DIRECT}; charset=utf-16", "multipart/form-data"]
)
def test_other_bodies_are_415(client: Any, content_type: str) -> None:
    answer = client.post("/sparql", content=COUNT, headers={"Content-Type": content_type})
    assert answer.status_code == 415


def test_a_large_body_is_413(client: Any) -> None:
    answer = client.post("/sparql", content=COUNT + " " * 30_000, headers={"Content-Type": DIRECT})
    assert (answer.status_code, answer.json()["type"]) == (413, f"{BASE}problems#request-too-large")


def test_a_wrong_query_says_where(client: Any) -> None:
    answer = ask(client, "SELECT ?s {\n  ?s ?p nothing:here }")
    document = answer.json()
    assert answer.status_code == 400
    assert document["type"] == f"{BASE}problems#bad-query"
    assert document["line"] == 2
    assert document["column"] > 1
    assert "nothing:" in document["detail"]


@pytest.mark.parametrize("query", ["SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "ASK { serVice ?x {} }"])
def test_closed_doors_are_403(client: Any, query: str) -> None:
    assert ask(client, query).status_code == 403


def test_updates_are_no_queries(client: Any) -> None:
    assert ask(client, "INSERT DATA { <http://a> <http://b> <http://c> }").status_code == 400
    assert ask(client, "CLEAR ALL").status_code == 400


def test_a_query_past_its_deadline_is_504(client: Any) -> None:
    cross = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(4))
    answer = ask(client, f"SELECT (COUNT(*) AS ?n) {{ {cross} }}")
    assert (answer.status_code, answer.json()["type"]) == (504, f"{BASE}problems#deadline-exceeded")
    assert rows(ask(client, COUNT).content)[0]["n"]["value"] == "8"


def test_a_bare_get_describes_the_service(client: Any) -> None:
    answer = client.get("/sparql")
    assert answer.headers["content-type"].startswith("text/turtle")
    triples = {str(quad.triple) for quad in parse(answer.content, RdfFormat.TURTLE)}
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert f"<{BASE}sparql> <{sd}endpoint> <{BASE}sparql>" in triples
    for accept, form in (("application/ld+json", RdfFormat.JSON_LD), ("application/rdf+xml", RdfFormat.RDF_XML)):
        same = client.get("/sparql", accept)
        assert same.headers["content-type"] == accept
        assert len(list(parse(same.content, form))) == len(triples)
    assert client.get("/sparql", "image/png").status_code == 406


def test_a_browser_gets_a_page_with_a_form_and_a_table(client: Any) -> None:
    page = client.get("/sparql", BROWSER)
    assert page.headers["content-type"].startswith("text/html")
    assert "<textarea" in page.text
    asked = ask(client, "SELECT ?s ?name { ?s a schema:Person ; schema:name ?name } ORDER BY ?name", BROWSER)
    assert '<a href="./person/ada">Ada Quill</a></span> <code class="note">person/ada</code>' in asked.text
    assert '<td data-value="Ada Quill">Ada Quill</td>' in asked.text
    assert "7 rows" in asked.text


def test_a_page_shows_a_fault_in_its_place(client: Any) -> None:
    page = ask(client, "SELECT ?s {", BROWSER)
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert "SELECT ?s {</textarea>" in page.text


def test_a_page_shows_graphs_and_booleans(client: Any) -> None:
    assert "schema:Person" in ask(client, GRAPH, BROWSER).text
    assert "(true)" in ask(client, "ASK {}", BROWSER).text


def test_a_page_says_when_it_shows_only_some_rows(client: Any) -> None:
    page = ask(client, "SELECT ?a ?b { ?a a schema:Person . ?b ?p ?o } LIMIT 1500", BROWSER)
    assert "1,500 rows" in page.text
    assert "the first 1,000 are shown" in page.text
    assert "format=csv" in page.text


def test_head_is_get_without_a_body(client: Any) -> None:
    got = ask(client, COUNT, "text/csv")
    head = client.request("HEAD", "/sparql", params={"query": COUNT}, headers={"Accept": "text/csv"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    for _ in range(5):  # every worker is free again
        assert ask(client, COUNT).status_code == 200


def test_options_and_other_methods(client: Any) -> None:
    options = client.request("OPTIONS", "/sparql", headers={"Origin": "https://elsewhere.example"})
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert options.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST, QUERY"
    put = client.request("PUT", "/sparql")
    assert (put.status_code, put.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST, QUERY")
    assert "access-control-allow-origin" not in put.headers


def test_any_origin_may_read(client: Any) -> None:
    assert ask(client, COUNT).headers["access-control-allow-origin"] == "*"
    assert client.post("/sparql", data={"query": COUNT}).headers["access-control-allow-origin"] == "*"
    assert ask(client, "SELECT").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("code", ["0001", "001F", "FFFE"])
def test_what_xml_cannot_hold_is_refused_in_xml_and_given_in_json(client: Any, code: str) -> None:
    rows = f'SELECT ?o {{ BIND("{"x" * 500}\\u{code}" AS ?o) }}'
    graph = f'CONSTRUCT {{ <http://x.example/s> <http://x.example/p> "\\u{code}" }} {{}}'
    for query, accept, other in (
        (rows, "application/sparql-results+xml", "application/sparql-results+json"),
        (graph, "application/rdf+xml", "application/n-triples"),
    ):
        refused = client.get("/sparql", accept, params={"query": query})
        assert (refused.status_code, refused.headers["content-type"]) == (406, "application/problem+json")
        assert f"U+{code}" in refused.json()["detail"] and "JSON" in refused.json()["advice"]
        assert client.get("/sparql", other, params={"query": query}).status_code == 200
    kept = client.get(
        "/sparql", "application/sparql-results+xml", params={"query": 'SELECT ("a\\tb\\n\\uFFFD" AS ?o) {}'}
    )
    assert kept.status_code == 200

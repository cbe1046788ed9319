"""What the server says about itself: OpenAPI document and page, VoID, query examples, stored answers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
from fastapi import FastAPI
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, QuerySolutions, RdfFormat, Store, parse
from pyoxigraph import QueryResultsFormat as Results

from kg.build import Built
from kg.precomputed import answers_of, whole_graph_queries
from kg.queries import load_all
from kg.rdf import void
from kg.store.answers import GRAPH_FORMATS, SELECT_FORMATS
from kg.web import pages
from kg.web.answering import GRAPH_TYPES
from kg.web.described import described

BASE = "http://localhost:8000/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
QUERIES = load_all(BASE)
WHOLE = whole_graph_queries(QUERIES)
# Queries that cannot find anything in the seeds, with a query that would find what they look for.
NOTHING_HERE = {"person-near-misses": "SELECT * { GRAPH ?g { ?kept <https://w3id.org/kg/ns#separates> ?apart } }"}
# The three questions that SIB's editor asks when it is pointed at an endpoint, in our words: no graph is named.
PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix }"""
SHOWN = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?example ?comment ?query { ?example a sh:SPARQLExecutable ; rdfs:comment ?comment ;
  sh:select|sh:ask|sh:construct|sh:describe ?query } ORDER BY ?example"""
PARTITIONS = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?class ?property ?target ?datatype {
  ?part void:class ?class ; void:propertyPartition ?inner . ?inner void:property ?property .
  OPTIONAL { { ?inner void:classPartition [ void:class ?target ] }
    UNION { ?inner ext:datatypePartition [ ext:datatype ?datatype ] } } }"""


def asked(server: Any, query: str) -> list[dict[str, str]]:
    # The editor adds a parameter of its own, which an endpoint has to let pass.
    answer = server.get("/sparql", "application/sparql-results+json", params={"ac": "1", "query": query})
    assert answer.status_code == 200, answer.text
    return [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]]


def test_an_editor_finds_prefixes_classes_and_examples_without_being_told_where(server: Any) -> None:
    assert {"schema", "kg", "foaf"} <= {row["prefix"] for row in asked(server, PREFIXES)}
    shown = asked(server, SHOWN)
    assert [row["example"].rpartition("#")[2] for row in shown] == sorted(QUERIES)
    schema = "http://schema.org/"
    links = {
        (row["class"], row["property"], row.get("target") or row.get("datatype")) for row in asked(server, PARTITIONS)
    }
    assert (schema + "ScholarlyArticle", schema + "author", schema + "Person") in links
    assert (schema + "ScholarlyArticle", schema + "name", "http://www.w3.org/2001/XMLSchema#string") in links
    assert {row[0] for row in links} >= {schema + "Person", "https://w3id.org/kg/ns#Authorship"}


def test_every_example_runs_as_it_stands_and_finds_something(server: Any, seeds_store: Store) -> None:
    for row in asked(server, SHOWN):
        assert "#+" not in row["query"]
        results = seeds_store.query(row["query"])
        assert isinstance(results, QuerySolutions)
        found = next(results, None) is not None
        assert found or row["example"].rpartition("#")[2] in NOTHING_HERE, row["example"]


def test_what_cannot_be_found_in_the_seeds_is_not_there(server: Any) -> None:
    assert [name for name, text in NOTHING_HERE.items() if asked(server, text)] == []


def test_partitions_say_what_a_query_gives(server: Any) -> None:
    text = """SELECT ?class ?property ?said (COUNT(?o) AS ?asked) {
      ?part void:class ?class ; void:propertyPartition ?inner . ?inner void:property ?property ; void:triples ?said .
      FILTER(?class = schema:ScholarlyArticle) ?s a ?class ; ?property ?o } GROUP BY ?class ?property ?said"""
    rows = asked(server, text)
    assert len(rows) > 5
    assert all(row["said"] == row["asked"] for row in rows)


@pytest.mark.parametrize("path", ["/.well-known/void", "/.well-known/sparql-examples"])
def test_the_documents_come_in_every_form_and_carry_the_same_graph(server: Any, path: str) -> None:
    graphs = {}
    for media_type, form in GRAPH_TYPES.items():
        answer = server.get(path, media_type)
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert "accept" in answer.headers["vary"].lower()
        dataset = Dataset(Quad(q.subject, q.predicate, q.object) for q in parse(answer.content, GRAPH_FORMATS[form]))
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
        graphs[media_type] = dataset
    assert len(graphs["text/turtle"]) > 100
    assert all(graph == graphs["text/turtle"] for graph in graphs.values())
    assert server.get(path, BROWSER).status_code == 303
    assert server.get(path, "image/png").status_code == 406
    assert server.get(f"{path}?format=ttl", BROWSER).status_code == 200
    assert server.get(f"{path}?format=png").status_code == 400
    assert server.get(f"{path}?format=csv").status_code == 406
    head = server.request("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")


def test_the_description_served_names_release_file_size_and_rights(server: Any, seeds: Built) -> None:
    turtle = server.get("/.well-known/void", "text/turtle").text
    assert f'dcat:version "{seeds.release.id}"' in turtle
    size = re.search(r"dcat:byteSize (\d+)", turtle)
    assert size is not None
    assert int(size[1]) == len(server.get("/dataset.nq").content)
    assert "dcterms:rights" in turtle
    assert "dcat:endpointURL" in turtle
    stored = server.get("/graph/dataset.ttl").text
    assert "dcat:version" not in stored
    assert "dcterms:issued" not in stored


def test_a_release_without_a_description_says_so(client: Any) -> None:
    answer = client.get("/.well-known/void", "text/turtle")
    assert answer.status_code == 404
    assert "kg build" in answer.json()["advice"]


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_stored_answers_are_the_live_ones(server: Any, seeds: Built, seeds_store: Store, name: str) -> None:
    answers = answers_of(seeds.release)
    answered = answers.find(WHOLE[name])
    assert answered is not None
    for form, kind in SELECT_FORMATS.items():
        live = seeds_store.query(WHOLE[name])
        assert isinstance(live, QuerySolutions)
        stored = answers.read(answered, form)
        assert stored == live.serialize(format=kind)
        answer = server.get(f"/queries/{name}.{form}")
        assert answer.content == stored
        # The same query, bound to the same values by another way, goes to the engine.
        assert server.get("/sparql", params={"query": WHOLE[name], "format": form}).content == stored
    live = seeds_store.query(WHOLE[name])
    assert isinstance(live, QuerySolutions)
    assert answered.rows == sum(1 for _ in live)


def test_stored_answers_need_no_worker(server: Any, seeds_app: FastAPI) -> None:
    pool = seeds_app.state.site.world.pool
    asking, pool.ask = pool.ask, None  # a question to the pool would fail
    try:
        for name in WHOLE:
            assert server.get(f"/queries/{name}", "application/json").status_code == 200
            defaults = {p.name: p.default or "" for p in QUERIES[name].parameters}
            assert server.get(f"/queries/{name}.csv", params=defaults).status_code == 200
            assert server.get(f"/queries/{name}", BROWSER, params=defaults).status_code == 200
    finally:
        pool.ask = asking


def test_other_values_and_other_graphs_have_no_stored_answer(seeds: Built) -> None:
    answers = answers_of(seeds.release)
    assert answers.find(QUERIES["top-coauthor-pairs"].bind({"least": "2"})) is not None
    assert answers.find(QUERIES["top-coauthor-pairs"].bind({"least": "3"})) is None
    files = {**seeds.release.manifest["files"], "graph.nq": {"sha256": "0" * 64}}
    other = type(seeds.release)(seeds.release.id, seeds.release.path, {**seeds.release.manifest, "files": files})
    assert not answers_of(other).known


def test_every_query_page_offers_an_example_that_finds_something(server: Any) -> None:
    for name in QUERIES:
        page = server.get(f"/queries/{name}", BROWSER).text
        link = re.search(rf'href="\.\./(queries/{name}\?[^"]*)">Try an example', page)
        if link is None:
            continue
        address = link[1].replace("&amp;", "&")
        answer = server.get(f"/{address}&format=json")
        assert answer.status_code == 200
        assert answer.json()["results"]["bindings"] or name in NOTHING_HERE, address


def test_the_row_limit_is_stated(server: Any) -> None:
    assert server.get("/queries/top-coauthor-pairs.json").headers["kg-row-limit"] == "100"
    assert server.get("/queries/top-coauthor-pairs.json?least=3").headers["kg-row-limit"] == "100"
    assert "At most 100 rows" in server.get("/queries/top-coauthor-pairs", BROWSER).text


# OpenAPI


@pytest.fixture(scope="module")
def openapi(server: Any) -> dict[str, Any]:
    found: dict[str, Any] = server.get("/openapi.json").json()
    return found


def test_every_route_is_described_and_nothing_else(openapi: dict[str, Any], seeds_app: FastAPI) -> None:
    documented = {(method, path) for path, methods in openapi["paths"].items() for method in methods}
    assert {("get", f"/queries/{name}") for name in QUERIES} <= documented
    assert described().keys() <= documented


def test_every_operation_says_what_it_gives_and_how_it_fails(openapi: dict[str, Any]) -> None:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["tags"], where
            assert "default" in operation["responses"], where
            assert any(status.startswith(("2", "3")) for status in operation["responses"]), where
            assert "422" not in operation["responses"] or "larger" in operation["responses"]["422"]["description"]
            for status, response in operation["responses"].items():
                if status[0] in "45":
                    assert list(response["content"]) == ["application/problem+json", "text/html"], where
            named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)(?::\w+)?\}", path)), where


def test_parameters_of_queries_are_typed_and_their_examples_work(openapi: dict[str, Any], server: Any) -> None:
    for name, query in QUERIES.items():
        operation = openapi["paths"][f"/queries/{name}"]["get"]
        parameters = {one["name"]: one for one in operation["parameters"]}
        assert parameters.keys() == {parameter.name for parameter in query.parameters} | {"format", "limit", "after"}
        for parameter in query.parameters:
            one = parameters[parameter.name]
            assert one["required"] is (parameter.default is None)
            jsonschema.validate(one["example"], one["schema"])
        given = {one["name"]: one["example"] for one in parameters.values() if "example" in one}
        assert (
            server.get(f"/queries/{name}.json", params=given).json()["results"]["bindings"] or name in NOTHING_HERE
        ), name


def test_the_examples_of_the_document_work(openapi: dict[str, Any], server: Any) -> None:
    for methods in openapi["paths"].values():
        for operation in methods.values():
            if "x-example" in operation:
                assert server.get(f"/{operation['x-example']}").status_code in {200, 303}, operation["x-example"]


def test_problems_are_as_the_document_says(openapi: dict[str, Any], server: Any) -> None:
    schema = openapi["components"]["schemas"]["Problem"]
    for path in ("/queries/none", "/sparql?query=SELEC", "/person/nobody", "/search?kind=cat", "/dataset.doc"):
        answer = server.get(path)
        assert answer.headers["content-type"] == "application/problem+json"
        jsonschema.validate(answer.json(), schema)


def test_the_page_needs_nothing_from_elsewhere(server: Any, openapi: dict[str, Any]) -> None:
    answer = server.get("/api", BROWSER)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert re.findall(r"<script[^>]*>", answer.text) == re.findall(
        r'<script type="module" src="\./static/dist/site-[A-Z0-9]+\.js">', answer.text
    )
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
    for path, operations in openapi["paths"].items():
        method = "GET" if "get" in operations else next(iter(operations)).upper()
        assert f"{method} {path}" in answer.text
    for link in set(re.findall(r'href="([a-z.][^"#]*)"', answer.text)):
        target = urlsplit(link.replace("&amp;", "&"))
        assert parse_qs(target.query) is not None
        assert server.get("/" + link.replace("&amp;", "&").removeprefix("./")).status_code in {200, 303}, link
    assert server.get("/api", "application/json").json() == openapi
    assert server.get("/api", "image/png").status_code == 406


def test_rows_of_stored_answers_parse_in_every_format(server: Any) -> None:
    answer = server.get("/queries/works-by-year", "text/tab-separated-values")
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    answer = server.get("/queries/works-by-year", "application/sparql-results+xml")
    assert "<sparql" in answer.text
    assert set(SELECT_FORMATS.values()) == {Results.JSON, Results.XML, Results.CSV, Results.TSV}
    assert RdfFormat.TURTLE in GRAPH_FORMATS.values()


def test_what_is_wrong_with_a_value_is_said_with_an_example_of_this_graph(server: Any, seeds: Built) -> None:
    problem = server.get("/queries/person-works.json").json()
    example = re.search(r"person=(\S+)", problem["advice"])
    assert example is not None
    assert server.get(f"/queries/person-works.json?person={example[1]}").json()["results"]["bindings"]


def test_the_page_and_the_description_offer_the_same_files() -> None:
    offered = {name: (title, kind.partition(";")[0], about) for name, (title, kind, about) in pages.DOWNLOADS.items()}
    assert offered == void.DOWNLOADS

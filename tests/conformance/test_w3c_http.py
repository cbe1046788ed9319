"""The W3C suites for the SPARQL 1.1 protocol, graph store and service description, against a server process.

Requests and expected answers are read from the manifests; nothing is skipped.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
TABULAR = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"}
RDF_TYPES = {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"}
SUITES = {
    "protocol/manifest.ttl": ("ProtocolTest", 34),
    "graph-store-protocol/manifest-indirect.ttl": ("GraphStoreProtocolTest", 9),
    "graph-store-protocol/manifest-direct.ttl": ("GraphStoreProtocolTest", 4),
    "service-description/manifest.ttl": ("ServiceDescriptionTest", 3),
}
NOT_IN_THE_LIST = {"head_non_existing_direct": "the direct manifest describes it but leaves it out of its entries"}
ROOT = Path(__file__).resolve().parents[3] / "shared/conformance/rdf-tests/sparql/sparql11"


def entries(suite: str) -> list[tuple[Graph, Node]]:
    if not (ROOT / suite).is_file():
        return []
    manifest = Graph().parse(ROOT / suite, format="turtle", publicID="http://manifest.example/")
    head = manifest.value(None, RDF.type, MF.Manifest)
    listed = manifest.value(head, MF.entries)
    assert listed is not None
    return [(manifest, test) for test in Collection(manifest, listed)]


CASES = [(suite, manifest, test) for suite in SUITES for manifest, test in entries(suite)]


def name_of(case: Any) -> str:
    return str(case[2]).rpartition("#")[2] if isinstance(case, tuple) else str(case)


def test_every_case_is_collected(shared: Path) -> None:
    for suite, (_, count) in SUITES.items():
        assert sum(case[0] == suite for case in CASES) == count, suite
    described = {str(test).rpartition("#")[2] for suite, (kind, _) in SUITES.items() if (found := entries(suite))
                 for test in found[0][0].subjects(RDF.type, MF[kind])}  # fmt: skip
    assert described - {name_of(case) for case in CASES} == set(NOT_IN_THE_LIST)


def members(graph: Graph, node: Node | None) -> list[Node]:
    return list(Collection(graph, node)) if node is not None else []


def headers_of(graph: Graph, node: Node) -> dict[str, str]:
    lists = [members(graph, one) for one in graph.objects(node, HT.headers)]
    return {
        str(graph.value(header, HT.fieldName)).lower(): str(graph.value(header, HT.fieldValue))
        for one in lists
        for header in one
    }


def send(server: Any, graph: Graph, request: Node, path: str, known: dict[str, str]) -> httpx.Response:
    body = graph.value(request, HT.body)
    content = None
    if body is not None:
        content = str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding) or "utf-8"))
    for name, value in known.items():
        path = path.replace(name, value)
    return httpx.request(
        str(graph.value(request, HT.methodName)),
        server.address + path,
        headers={**headers_of(graph, request), **server.headers},
        content=content,
        timeout=30,
    )


def is_update(graph: Graph, test: Node, request: Node, path: str) -> bool:
    if "update" not in name_of(("", graph, test)):
        return False
    return "query=" not in path and "sparql-query" not in headers_of(graph, request).get("content-type", "")


def check(graph: Graph, response: Node, answer: httpx.Response, known: dict[str, str]) -> None:
    wanted = [str(status).rpartition("#")[2] for status in graph.objects(response, MF.expectedStatus)]
    classes = {int(status[10]) for status in wanted if status.startswith("StatusCode")}
    exact = {STATUSES[status] for status in wanted if status in STATUSES}
    assert answer.status_code in exact or answer.status_code // 100 in classes, (answer.status_code, answer.text)
    assert answer.status_code < 500
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    form = graph.value(response, MF.expectedFormat)
    if form is not None:
        assert media_type in {"boolean": TABULAR, "tabular": TABULAR, "RDF": RDF_TYPES}[str(form)]
    truth = graph.value(response, MF.expectedBoolean)
    if truth is not None:
        assert json.loads(answer.content)["boolean"] is bool(truth.toPython() if isinstance(truth, Literal) else truth)
    for name, value in headers_of(graph, response).items():
        assert answer.headers[name] == value
    body = graph.value(response, HT.body)
    if body is not None:
        there = Graph().parse(data=answer.content, format="turtle")
        expected = Graph().parse(data=str(graph.value(body, CNT.chars)), format="turtle")
        assert isomorphic(there, expected), answer.text
    location = graph.value(response, MF.expectedLocation)
    if location is not None:
        known[str(location)] = answer.headers["location"]


@pytest.mark.parametrize("case", [case for case in CASES if "service-description" not in case[0]], ids=name_of)
def test_http(case: tuple[str, Graph, Node], server: Any) -> None:
    suite, graph, test = case
    empty = httpx.post(f"{server.address}/update", data={"update": "DROP ALL"}, headers=server.headers, timeout=30)
    assert empty.status_code == 200
    for data in graph.objects(test, UT.graphData):
        file, label = graph.value(data, UT.graph), graph.value(data, RDFS.label)
        put = httpx.put(
            f"{server.address}/graphs",
            params={"graph": str(label)},
            content=(ROOT / Path(suite).parent / str(file).rpartition("/")[2]).read_bytes(),
            headers={"Content-Type": "application/n-triples", **server.headers},
        )
        assert put.status_code == 201
    action = graph.value(test, MF.action)
    known: dict[str, str] = {}
    requests = [one for listed in graph.objects(action, HT.requests) for one in members(graph, listed)]
    assert requests
    for request in requests:
        path = str(graph.value(request, HT.absolutePath))
        if suite.startswith("protocol"):
            path = path.replace("/sparql/", "/update" if is_update(graph, test, request, path) else "/sparql", 1)
        else:
            path = re.sub("^/gsp", "/graphs", path)
        response = graph.value(request, HT.resp)
        assert response is not None
        check(graph, response, send(server, graph, request, path, known), known)


def described(server: Any) -> tuple[httpx.Response, Graph]:
    answer = httpx.get(f"{server.address}/sparql", headers={"Accept": "text/turtle"})
    return answer, Graph().parse(data=answer.content, format="turtle")


def test_returns_rdf(server: Any) -> None:
    answer, graph = described(server)
    assert answer.status_code == 200
    assert len(graph) > 10
    other = httpx.get(f"{server.address}/sparql")
    assert other.headers["content-type"].partition(";")[0] in RDF_TYPES


def test_has_endpoint_triple(server: Any) -> None:
    _, graph = described(server)
    # The address is the public one, which does not depend on where a request came in.
    assert URIRef("http://localhost:8000/sparql") in set(graph.objects(None, SD.endpoint))


DOMAINS = {
    SD.endpoint: SD.Service, SD.supportedLanguage: SD.Service, SD.resultFormat: SD.Service, SD.inputFormat: SD.Service,
    SD.feature: SD.Service, SD.defaultDataset: SD.Service, SD.availableGraphs: SD.Service,
    SD.defaultGraph: SD.Dataset, SD.namedGraph: SD.Dataset, SD.name: SD.NamedGraph, SD.graph: SD.NamedGraph,
}  # fmt: skip
RANGES = {
    SD.defaultDataset: SD.Dataset, SD.defaultGraph: SD.Graph, SD.namedGraph: SD.NamedGraph,
    SD.availableGraphs: SD.GraphCollection,
}  # fmt: skip
LANGUAGES = {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update}


def test_conforms_to_schema(server: Any) -> None:
    # Only graphs that hold statements are described; the cases before dropped all.
    update = "INSERT DATA { GRAPH <http://localhost:8000/graph/identity> { <x:a> <x:b> <x:c> } }"
    made = httpx.post(f"{server.address}/update", data={"update": update}, headers=server.headers, timeout=30)
    assert made.status_code == 200, made.text
    _, graph = described(server)
    for subject, predicate, value in graph:
        if isinstance(predicate, URIRef) and str(predicate).startswith(str(SD)):
            assert predicate in DOMAINS, predicate
            assert (subject, RDF.type, DOMAINS[predicate]) in graph
            if predicate in RANGES:
                assert (value, RDF.type, RANGES[predicate]) in graph
    services = list(graph.subjects(RDF.type, SD.Service))
    assert len(services) == 2
    for service in services:
        assert len(list(graph.objects(service, SD.endpoint))) == 1
        assert len(list(graph.objects(service, SD.defaultDataset))) == 1
    assert set(graph.objects(None, SD.supportedLanguage)) == LANGUAGES
    for dataset in graph.subjects(RDF.type, SD.Dataset):
        assert len(list(graph.objects(dataset, SD.defaultGraph))) == 1
        names = [unquote(str(name)) for named in graph.objects(dataset, SD.namedGraph)
                 for name in graph.objects(named, SD.name)]  # fmt: skip
        assert "http://localhost:8000/graph/identity" in names
        assert len(names) == len(set(names)) == len(list(graph.objects(dataset, SD.namedGraph)))

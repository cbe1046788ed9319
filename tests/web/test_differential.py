"""Several hundred invented queries, answered here and by the native Oxigraph server over the same files.

Here the engine stands behind a protocol, a guard, a pool of processes and a serialiser of results; there behind other
code. Both must say the same, in every format, however the query is sent.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store, parse, parse_query_results

from kg.build import Built
from kg.rdf.vocab import PREFIXES

from .generated import FEATURES, Generated, Generator, count_features, plain

NUMBER = 500
MEDIA = {
    "json": ("application/sparql-results+json", QueryResultsFormat.JSON),
    "xml": ("application/sparql-results+xml", QueryResultsFormat.XML),
    "tsv": ("text/tab-separated-values", QueryResultsFormat.TSV),
}
GRAPHS = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
}
HEADER = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def native(seeds: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The native server over the artefacts of the same release."""
    binary = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if binary is None:
        pytest.skip("the native oxigraph server is not installed")
    location = str(tmp_path_factory.mktemp("native") / "store")
    files = [str(path) for path in sorted(seeds.release.path.glob("*.nq"))]
    loaded = [part for file in files for part in ("--file", file)]
    subprocess.run([binary, "load", "--location", location, *loaded], check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [binary, "serve-read-only", "--location", location, "--bind", f"127.0.0.1:{port}", "--timeout-s", "20"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
                for _ in range(200):
                    try:
                        http.get("/query", params={"query": "ASK {}"})
                        break
                    except httpx.TransportError:
                        time.sleep(0.05)
                yield http
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def generated(seeds_store: Store) -> list[Generated]:
    generator = Generator(seeds_store)
    return [generator.query(number) for number in range(NUMBER)]


def test_the_queries_cover_the_language(generated: list[Generated]) -> None:
    counted = count_features(generated)
    assert {feature: counted[feature] for feature in FEATURES if counted[feature] < 10} == {}


@pytest.mark.parametrize("part", range(10))
def test_answers_are_those_of_the_native_server(
    part: int, server: Any, native: httpx.Client, generated: list[Generated]
) -> None:
    found = 0
    for query in generated[part::10]:
        here, there = ask_here(server, query), ask_native(native, query)
        assert here == there, f"query {query.number}: {query.text} {query.default_graphs} {query.named_graphs}"
        found += bool(here)
    assert found > NUMBER / 10 * 0.6, "too many of the queries find nothing"


def parameters(query: Generated) -> list[tuple[str, str]]:
    return [
        *(("default-graph-uri", graph) for graph in query.default_graphs),
        *(("named-graph-uri", graph) for graph in query.named_graphs),
    ]


def ask_here(server: Any, query: Generated) -> object:
    """Ask in one of the ways the protocol has and in one of the formats; the query's number chooses."""
    forms = list(GRAPHS if query.kind == "graph" else MEDIA)
    form = forms[query.number % len(forms)] if query.kind != "boolean" else ("json", "xml")[query.number % 2]
    accept = (GRAPHS if query.kind == "graph" else MEDIA)[form][0]
    pairs = parameters(query)
    match query.number % 3:
        case 0:
            answer = server.get("/sparql", accept, params=[("query", query.text), *pairs])
        case 1:
            data: dict[str, list[str]] = {"query": [query.text]}
            for name, value in pairs:
                data.setdefault(name, []).append(value)
            answer = server.post("/sparql", data=data, headers={"Accept": accept})
        case _:
            headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
            answer = server.post("/sparql", params=pairs, content=query.text.encode(), headers=headers)
    return read(answer, query, form)


def ask_native(native: httpx.Client, query: Generated) -> object:
    accept = "application/n-triples" if query.kind == "graph" else "application/sparql-results+json"
    answer = native.get(
        "/query", params=[("query", HEADER + query.text), *parameters(query)], headers={"Accept": accept}
    )
    return read(answer, query, "nt" if query.kind == "graph" else "json")


def read(answer: httpx.Response, query: Generated, form: str) -> object:
    """Return an answer in a form that can be compared: rows in their order, or else as often as each occurs."""
    assert answer.status_code == 200, f"query {query.number}: {answer.text[:500]}\n{query.text}"
    if query.kind == "graph":
        return Counter(
            tuple(plain(t) for t in (q.subject, q.predicate, q.object)) for q in parse(answer.content, GRAPHS[form][1])
        )
    results = parse_query_results(answer.content, MEDIA[form][1])
    if isinstance(results, QueryBoolean):
        return ("boolean", bool(results))
    assert isinstance(results, QuerySolutions)
    rows = [tuple(plain(term) for term in row) for row in results]
    return rows if query.ordered else Counter(rows)

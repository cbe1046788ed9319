"""Ask the same questions of `kg serve`, the native `oxigraph serve-read-only` and rdflib-endpoint, in one run.

``python -m benchmarks.endpoint --works 2000 --seconds 8 --clients 1 8 64 [--rdflib PYTHON] [--json FILE]``. The pages
of ``benchmarks.pages`` are built once; every server holds the same statements and is asked the same texts over HTTP
with kept connections. The mix is weighted towards what profiles ask (works of a person, authors of a work, co-authors,
a whole profile as a graph) with a few questions over everything. ``kg stored`` asks those few at ``/queries/NAME``,
where the answers were computed with the release.

Client and servers share the machine: read the ratios. ``benchmarks/README.md`` says how to install rdflib-endpoint.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from pyoxigraph import DefaultGraph, QuerySolutions, RdfFormat, Store, parse, serialize
from rich.console import Console
from rich.table import Table

from benchmarks.load import Ask, free_port, measure, server
from benchmarks.pages import write_pages
from kg.build import build
from kg.rdf.vocab import PREFIXES
from kg.sources import find_inputs
from kg.store.releases import Home, Release

_HEADER: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("schema", "kg", "foaf", "skos", "xsd"))
SINGLE: Final = {
    "works of a person": (30, "person", """SELECT ?work ?title ?date WHERE {
      ?work schema:author <ID> . OPTIONAL { ?work schema:name ?title } OPTIONAL { ?work schema:datePublished ?date } }
      ORDER BY DESC(STR(?date)) ?work"""),
    "authors of a work": (25, "work", """SELECT ?position ?agent ?name WHERE {
      <ID> kg:authorship ?signature . ?signature kg:agent ?agent .
      OPTIONAL { ?signature schema:position ?position } OPTIONAL { ?agent schema:name ?name } } ORDER BY ?position"""),
    "co-authors": (15, "person", """SELECT ?other (COUNT(?work) AS ?works) WHERE {
      ?work schema:author <ID> ; schema:author ?other FILTER(?other != <ID>) }
      GROUP BY ?other ORDER BY DESC(?works) ?other LIMIT 50"""),
    "profile as a graph": (15, "person", """CONSTRUCT { <ID> ?p ?o . ?work schema:name ?title } WHERE {
      { <ID> ?p ?o } UNION { ?work schema:author <ID> ; schema:name ?title } }"""),
    "topics of a person": (10, "person", """SELECT ?topic (COUNT(?work) AS ?works) WHERE {
      ?work schema:author <ID> ; schema:about ?topic } GROUP BY ?topic ORDER BY DESC(?works) ?topic"""),
}  # fmt: skip
"""Name -> weight, the kind of thing it is about, the query."""
WHOLE: Final = {
    "works-by-year": (2, "SELECT ?y (COUNT(?w) AS ?n) WHERE { ?w a schema:ScholarlyArticle ; schema:datePublished ?d "
                         "BIND(SUBSTR(STR(?d), 1, 4) AS ?y) } GROUP BY ?y ORDER BY ?y"),
    "most-prolific-authors": (2, "SELECT ?a (COUNT(?w) AS ?n) WHERE { ?w schema:author ?a } GROUP BY ?a "
                                 "ORDER BY DESC(?n) ?a LIMIT 20"),
    "works-by-topic-year": (1, "SELECT ?t ?y (COUNT(?w) AS ?n) WHERE { ?w schema:about ?t ; schema:datePublished ?d "
                               "BIND(SUBSTR(STR(?d), 1, 4) AS ?y) } GROUP BY ?t ?y ORDER BY ?t ?y"),
}  # fmt: skip
"""Named query with the same question -> weight, the query."""


def mix(store: Store, path: str, *, stored: bool = False, count: int = 2000) -> list[Ask]:
    """Return the requests in a fixed random order, for a server that answers queries at ``path``."""
    chance = random.Random(11)
    known = {kind: things(store, cls) for kind, cls in (("person", "Person"), ("work", "ScholarlyArticle"))}
    questions: list[tuple[int, str, bool]] = [(w, name, False) for name, (w, _, _) in SINGLE.items()]
    questions += [(weight, name, True) for name, (weight, _) in WHOLE.items()]
    asks = []
    for _, name, whole in chance.choices(questions, [weight for weight, _, _ in questions], k=count):
        if whole:
            text = WHOLE[name][1]
            address = f"/queries/{name}" if stored else f"{path}?{urlencode({'query': _HEADER + text})}"
        else:
            _, kind, text = SINGLE[name]
            address = f"{path}?{urlencode({'query': _HEADER + text.replace('ID', chance.choice(known[kind]))})}"
        accept = "text/turtle" if "CONSTRUCT" in text else "application/sparql-results+json"
        head = f"GET {address} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
        asks.append(Ask(whole, name, head.encode()))
    return asks


def things(store: Store, cls: str, most: int = 500) -> list[str]:
    """Return up to so many things of a class of schema.org, the same ones each time."""
    text = f"SELECT ?s WHERE {{ ?s a <{PREFIXES['schema']}{cls}> }} ORDER BY ?s"
    results = store.query(text)
    if not isinstance(results, QuerySolutions):
        raise TypeError("things come in rows")
    found = [row[0].value for row in results if hasattr(row[0], "value")]
    return random.Random(5).sample(found, min(most, len(found)))


def agree(url: str, asks: Sequence[Ask], seen: dict[str, int]) -> list[str]:
    """Compare how many rows a few questions give with what the servers before gave; return what differs."""
    different = []
    for ask in {
        ask.name: ask for ask in asks if b"CONSTRUCT" not in ask.data and b"GET /queries" not in ask.data
    }.values():
        target = ask.data.split(b" ", 2)[1].decode()
        answer = httpx.get(
            f"{url.rsplit('/', 1)[0]}{target}", headers={"Accept": "application/sparql-results+json"}, timeout=120
        )
        if answer.status_code != 200 or "results" not in answer.json():
            different.append(f"{ask.name}: {answer.status_code} {answer.text[:200]}")
            continue
        rows = len(answer.json()["results"]["bindings"])
        if seen.setdefault(ask.name, rows) != rows:
            different.append(f"{ask.name}: {rows} rows, not {seen[ask.name]}")
    return different


def contestants(release: Release, home: Path, folder: Path, rdflib: str) -> Iterator[tuple[str, list[str], str, str]]:
    """Yield (name, command, origin, path of the endpoint). Each server is started on a port of its own."""
    port = free_port()
    run = "from kg.cli import main; main()"
    command = [sys.executable, "-c", run, "serve", "--port", str(port), "--home", str(home)]
    yield "kg", command, f"http://127.0.0.1:{port}", "/sparql"
    binary = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if binary:
        port = free_port()
        command = [binary, "serve-read-only", "--location", str(release.store_path), "--bind", f"127.0.0.1:{port}"]
        yield "oxigraph", command, f"http://127.0.0.1:{port}", "/query"
    if rdflib:
        port = free_port()
        merged = folder / "merged.nt"
        with merged.open("wb") as out:
            quads = parse(path=str(release.artefact_path), format=RdfFormat.N_QUADS)
            serialize((q.triple for q in quads if q.graph_name == DefaultGraph()), out, format=RdfFormat.N_TRIPLES)
        script = str(Path(rdflib).with_name("rdflib-endpoint"))
        yield (
            "rdflib-endpoint",
            [script, "serve", "--host", "127.0.0.1", "--port", str(port), str(merged)],
            f"http://127.0.0.1:{port}",
            "/",
        )


def main() -> None:
    """Build, serve, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 8, 64])
    parser.add_argument("--rdflib", default="", help="the Python of an environment with rdflib-endpoint")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 150)
    rows: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder / "pages", chosen.works)
        built = build(find_inputs([folder / "pages"]), Home(folder / "home"), check=False)
        store = built.release.open_store()
        console.print(f"{built.release.manifest['quads']:,} statements, built in {built.seconds}")
        for label, command, origin, path in contestants(built.release, folder / "home", folder, chosen.rdflib):
            with server(command, origin + path, {}):
                for kind in ("", " stored") if label == "kg" else ("",):
                    asks = mix(store, path, stored=bool(kind))
                    for difference in agree(origin + path, asks, seen):
                        console.print(f"{label} differs: {difference}")
                    for clients in chosen.clients:
                        measured = measure(origin, asks, clients, chosen.seconds)
                        rows.append({"server": label + kind, "clients": clients, **measured.row()})
    columns = ("answers", "per_second", "all_p50", "all_p99", "single_p50", "single_p99", "whole_p50", "whole_p99")
    table = Table("server", "clients", *columns, "errors")
    for row in rows:
        kinds = f" {row['kinds_of_errors']}" if row["errors"] else ""
        figures = (f"{row[column]:,.0f}" if column in columns[:2] else f"{row[column]:,.1f}" for column in columns)
        table.add_row(row["server"], str(row["clients"]), *figures, f"{row['errors']}{kinds}")
    console.print(table)
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()

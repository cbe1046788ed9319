"""Ask the same questions of `kg serve`, the native `oxigraph serve-read-only` and rdflib-endpoint, in one run.

``python -m benchmarks.endpoint --works 2000 --seconds 8 --clients 1 8 64 [--rdflib PYTHON] [--json FILE]``. The pages
of ``benchmarks.pages`` are built once (``--home`` takes a home that is there already); every server holds the same
statements and is asked the same texts over HTTP with kept connections:

- the mix: weighted towards what profiles ask (works of a person, authors of a work, co-authors, a whole profile as a
  graph) with a few questions over everything; ``kg stored`` asks those few at ``/queries/NAME``, where the answers were
  computed with the release; ``kg cached`` is asked with its cache, all others without;
- ``single``: the mix without the questions over everything;
- ``beside``: the same single questions while as many other clients as ``--hostile`` says ask nothing but the hostile
  set of the tests, against the same without them.

Servers take turns within each round, so that a machine that changes its speed changes it for all; a figure is the
median of the rounds, and the ratios are of figures of one round. ``per_cpu_second`` is answers by processor time of all
processes of a server, which a busy machine changes less than answers a second. Client and servers share the machine:
read the ratios.
``benchmarks/README.md`` says how to install rdflib-endpoint.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from pyoxigraph import DefaultGraph, QuerySolutions, RdfFormat, Store, parse, serialize
from rich.console import Console
from rich.table import Table

from benchmarks.load import Ask, free_port, measure, processor_seconds, server
from benchmarks.pages import write_pages
from kg.build import build
from kg.rdf.vocab import PREFIXES
from kg.sources import find_inputs
from kg.store.finished import Release
from kg.store.releases import Home
from tests.web.hostile import HOSTILE

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


def contestants(
    release: Release, home: Path, folder: Path, rdflib: str
) -> Iterator[tuple[str, list[str], str, str, dict[str, str]]]:
    """Yield (name, command, origin, path of the endpoint, environment). Each server has a port of its own."""
    for name, cache in (("kg", "0"), ("kg cached", "64000000")):
        port = free_port()
        command = [sys.executable, "-m", "kg.cli", "serve", "--port", str(port), "--home", str(home)]
        yield name, command, f"http://127.0.0.1:{port}", "/sparql", {"KG_CACHE_BYTES": cache}
    binary = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if binary:
        port = free_port()
        command = [binary, "serve-read-only", "--location", str(release.store_path), "--bind", f"127.0.0.1:{port}"]
        yield "oxigraph", command, f"http://127.0.0.1:{port}", "/query", {}
    if rdflib:
        port = free_port()
        merged = folder / "merged.nt"
        with merged.open("wb") as out:
            quads = parse(path=str(release.artefact_path), format=RdfFormat.N_QUADS)
            serialize((q.triple for q in quads if q.graph_name == DefaultGraph()), out, format=RdfFormat.N_TRIPLES)
        script = str(Path(rdflib).with_name("rdflib-endpoint"))
        command = [script, "serve", "--host", "127.0.0.1", "--port", str(port), str(merged)]
        yield "rdflib-endpoint", command, f"http://127.0.0.1:{port}", "/", {}


@dataclass
class Contestant:
    """A server that runs, and what it is asked."""

    name: str
    origin: str
    asks: Sequence[Ask]
    process: int


def attack(path: str) -> list[Ask]:
    """Return the hostile set as requests; those of more than 100 kB are refused by their size and are left out."""
    found = []
    for name, query in HOSTILE.items():
        body = urlencode({"query": query}).encode()
        if len(body) < 100_000:
            head = (
                f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            found.append(Ask(True, name, head.encode() + body))
    return found


def rounds(contestants: Sequence[Contestant], clients: int, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure every server in turn, round after round; return the median of each figure, and of the ratios."""
    rows: dict[str, list[dict[str, Any]]] = {one.name: [] for one in contestants}
    for _ in range(chosen.rounds):
        for one in contestants:
            before = processor_seconds(one.process)
            row = measure(one.origin, one.asks, clients, chosen.seconds).row()
            row["per_cpu_second"] = row["answers"] / max(processor_seconds(one.process) - before, 0.01)
            rows[one.name].append(row)
    found = []
    for one in contestants:
        runs = rows[one.name]
        native = rows.get("oxigraph", runs)
        row = {key: statistics.median(run[key] for run in runs) for key in runs[0] if key != "kinds_of_errors"}
        for name, figure in (("ratio", "per_second"), ("cpu_ratio", "per_cpu_second")):
            row[name] = statistics.median(own[figure] / other[figure] for own, other in zip(runs, native, strict=True))
        kinds = {kind: count for run in runs for kind, count in run["kinds_of_errors"].items()}
        found.append({"server": one.name, "clients": clients, **row, "kinds_of_errors": kinds})
    return found


def beside(one: Contestant, path: str, clients: int, chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure cheap questions without and with the hostile set beside them."""
    quiet = measure(one.origin, one.asks, clients, chosen.seconds).row()
    loud = measure(one.origin, one.asks, clients, chosen.seconds * 3, (attack(path), chosen.hostile)).row()
    again = measure(one.origin, one.asks, clients, chosen.seconds).row()
    calm = statistics.mean((quiet["single_p99"], again["single_p99"]))
    return {
        "server": one.name,
        "clients": clients,
        "quiet_p99": calm,
        "beside_p50": loud["single_p50"],
        "beside_p99": loud["single_p99"],
        "ratio": loud["single_p99"] / calm,
        "quiet_per_second": quiet["per_second"],
        "beside_per_second": loud["per_second"],
        "errors": loud["kinds_of_errors"],
    }


def main() -> None:
    """Build, serve, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, default=2000)
    parser.add_argument("--home", type=Path, help="a home with a published release, instead of a new one")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 8, 64])
    parser.add_argument("--hostile", type=int, default=4, help="clients that ask the hostile set; 0 for none")
    parser.add_argument("--deadline", type=float, default=5.0, help="seconds, of kg beside the hostile set")
    parser.add_argument("--rdflib", default="", help="the Python of an environment with rdflib-endpoint")
    parser.add_argument("--parts", nargs="*", default=["mix", "single", "beside"])
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 150)
    found: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        home = Home(chosen.home or folder / "home")
        if chosen.home is None:
            write_pages(folder / "pages", chosen.works)
            build(find_inputs([folder / "pages"]), home, check=False)
        release = home.current()
        assert release is not None
        store = release.open_store()
        console.print(f"{release.manifest['quads']:,} statements")
        everyone = list(contestants(release, home.path, folder, chosen.rdflib))
        processes = {
            label: running.enter_context(server(command, origin + path, environment)).pid
            for label, command, origin, path, environment in everyone
        }
        agreed: dict[str, int] = {}
        for label, _, origin, path, _ in everyone:
            for difference in agree(origin + path, mix(store, path), agreed):
                console.print(f"{label} differs: {difference}")
        for part in ("mix", "single"):
            group = []
            for label, _, origin, path, _ in everyone:
                asks = mix(store, path)
                if label == "kg" and part == "mix":
                    group.append(Contestant("kg stored", origin, mix(store, path, stored=True), processes[label]))
                wanted = asks if part == "mix" else [ask for ask in asks if not ask.whole]
                group.append(Contestant(label, origin, wanted, processes[label]))
            if part in chosen.parts:
                for clients in chosen.clients:
                    found.setdefault(part, []).extend(rounds(group, clients, chosen))
        if "beside" in chosen.parts and chosen.hostile:
            for label, command, _, path, environment in everyone:
                if label in {"kg", "oxigraph"}:
                    # Servers of their own: what the hostile set leaves running burdens nobody else.
                    port = free_port()
                    own = [part.replace(_port_of(command), str(port)) for part in command]
                    with server(
                        own, f"http://127.0.0.1:{port}{path}", environment | {"KG_DEADLINE": str(chosen.deadline)}
                    ):
                        asks = [ask for ask in mix(store, path) if not ask.whole]
                        one = Contestant(label, f"http://127.0.0.1:{port}", asks, 0)
                        found.setdefault("beside", []).append(beside(one, path, 8, chosen))
    for part, rows in found.items():
        show(console, part, rows)
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1))


def _port_of(command: Sequence[str]) -> str:
    ports = [found[1] for part in command if (found := re.search(r"(?:^|:)([0-9]{4,5})$", part))]
    return str(ports[0])


_COLUMNS: Final = {
    "mix": (
        "answers",
        "per_second",
        "ratio",
        "all_p50",
        "all_p99",
        "single_p50",
        "single_p99",
        "whole_p50",
        "whole_p99",
    ),
    "single": ("per_second", "ratio", "per_cpu_second", "cpu_ratio", "single_p50", "single_p99"),
    "beside": ("quiet_p99", "beside_p50", "beside_p99", "ratio", "quiet_per_second", "beside_per_second"),
}


def show(console: Console, part: str, rows: Sequence[dict[str, Any]]) -> None:
    """Print the rows of one part; ``ratio`` is of throughput to the native server's, or of p99 to that in quiet."""
    table = Table("server", "clients", *_COLUMNS[part], "errors", title=part)
    for row in rows:
        figures = (f"{row[name]:,.2f}" if name.endswith("ratio") else f"{row[name]:,.1f}" for name in _COLUMNS[part])
        errors = row.get("kinds_of_errors", row["errors"])
        table.add_row(row["server"], str(row["clients"]), *figures, str(errors or 0)[:60])
    console.print(table)


if __name__ == "__main__":
    main()

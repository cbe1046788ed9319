"""Time validation: this package, pySHACL as shipped and pyrudof on the same graphs and shapes, one process each.

``python -m benchmarks.quality [TRIPLES …] [--home DIR] [--pyshacl-up-to N] [--rudof PYTHON] [--queries] [--json FILE]``

Graphs are invented (`benchmarks.graphs`), so many triples each, or what is validated of the release in a home.

CPU seconds are those of the validation alone; loading is told apart. Memory is the peak of the whole process. Results
are compared as multisets of (focus, value, shape, component, severity), and how many are missing and beyond is told.
The shapes are the shipped ones; without ``--queries`` those with ``sh:sparql`` are left out, because pySHACL as shipped
reads each query anew for every node. pyrudof is no dependency of this project: ``--rudof`` names a Python that has it;
it may take so many gigabytes as ``--rudof-memory`` says. Read the ratios.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, parse, serialize
from rich.console import Console
from rich.table import Table

from benchmarks.graphs import lines
from kg.quality.copying import copied
from kg.quality.data import View
from kg.quality.shapes import shipped_shapes
from kg.rdf.vocab import PREFIXES
from kg.store.releases import Home

SH = PREFIXES["sh"]
_PROLOGUE = """
import json, resource, sys, time
data, shapes, extra, found = sys.argv[1:5]
def told(load, cpu, keys, **more):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with open(found, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(key) + "\\n" for key in keys)
    print(json.dumps({"load": load, "cpu": cpu, "peak_mb": peak, "results": len(keys)} | more))
"""
_KG = """
from pathlib import Path
from pyoxigraph import RdfFormat, Store
from kg.quality.copying import copied
from kg.quality.data import View
from kg.quality.shapes import read_shapes_text
def keys_of(results):
    return [(str(r.focus), str(r.value), r.shape, r.component, r.severity) for r in results]
processor = read_shapes_text(Path(shapes).read_text("utf-8")).processor
processor.shapes
"""
CHILDREN = {
    "kg": _PROLOGUE
    + _KG
    + """
started = time.process_time()
store = Store()
store.load(path=data, format=RdfFormat.N_TRIPLES)
loaded = time.process_time()
outcome = processor.check(store)
told(loaded - started, time.process_time() - loaded, keys_of(outcome.results))
""",
    "kg, on disk": _PROLOGUE
    + _KG
    + """
store = Store.read_only(extra)
loaded = time.process_time()
outcome = processor.check(store)
told(0.0, time.process_time() - loaded, keys_of(outcome.results))
""",
    "kg, copied from disk": _PROLOGUE
    + _KG
    + """
started = time.process_time()
copy = copied(View(Store.read_only(extra)), processor.needs)
store, _ = copy.__enter__()
loaded = time.process_time()
outcome = processor.check(store)
told(loaded - started, time.process_time() - loaded, keys_of(outcome.results))
""",
    "kg, copied from the artefact": _PROLOGUE
    + _KG
    + """
started = time.process_time()
copy = copied(View(Store.read_only(extra)), processor.needs, Path(data))
store, _ = copy.__enter__()
loaded = time.process_time()
outcome = processor.check(store)
told(loaded - started, time.process_time() - loaded, keys_of(outcome.results))
""",
    "kg, whole report": _PROLOGUE
    + _KG
    + """
from kg.quality import validate
started = time.process_time()
store = Store()
store.load(path=data, format=RdfFormat.N_TRIPLES)
loaded = time.process_time()
chosen = read_shapes_text(Path(shapes).read_text("utf-8"))
report = validate(store, chosen, base_iri="http://bench.example/", limit=0)
cpu = time.process_time() - loaded
keys = [(str(r.focus_term), str(r.value_term), r.shape, r.component, r.severity) for r in report.findings]
told(loaded - started, cpu, keys)
""",
    "pySHACL": _PROLOGUE
    + """
import logging, warnings
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from pyshacl import validate
from rdflib import Graph, URIRef, Literal
started = time.process_time()
graph = Graph(bind_namespaces="none").parse(data, format="nt")
asked = Graph(bind_namespaces="none").parse(shapes, format="turtle")
loaded = time.process_time()
_, report, _ = validate(graph, shacl_graph=asked, inference="none", advanced=False, js=False)
cpu = time.process_time() - loaded
SH = "http://www.w3.org/ns/shacl#"
def sh(name):
    return URIRef(SH + name)
def written(term):
    if term is None:
        return "None"
    return term.n3() if not isinstance(term, Literal) or term.datatype or term.language else Literal(str(term)).n3()
def local(node, name):
    return str(report.value(node, sh(name))).removeprefix(SH)
keys = [
    (written(report.value(n, sh("focusNode"))), written(report.value(n, sh("value"))),
     str(report.value(n, sh("sourceShape"))), local(n, "sourceConstraintComponent"), local(n, "resultSeverity"))
    for n in report.objects(None, sh("result"))
]
told(loaded - started, cpu, keys)
""",
    "pyrudof": _PROLOGUE
    + """
import pyrudof
resource.setrlimit(resource.RLIMIT_AS, (int(extra),) * 2)
engine = pyrudof.Rudof(pyrudof.RudofConfig())
started = time.process_time()
engine.read_data(data, pyrudof.RDFFormat.NTriples)
engine.read_shacl(shapes)
loaded = time.process_time()
report = engine.validate_shacl()
cpu = time.process_time() - loaded
written = engine.serialize_shacl_validation_results(pyrudof.ResultShaclValidationFormat.NTriples)
told(loaded - started, cpu, [])
with open(found, "w", encoding="utf-8") as file:
    file.write(written)
""",
}
_INCREMENTAL = (
    _PROLOGUE
    + _KG
    + """
import random
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from kg.quality import validate
from kg.quality.incremental import revalidate
chosen = read_shapes_text(Path(shapes).read_text("utf-8"))
before, after = Store(), Store()
for store in (before, after):
    store.load(path=data, format=RdfFormat.N_TRIPLES)
if extra:
    on_disk = Store.read_only(extra)
chance = random.Random(7)
base = "http://bench.example/"
rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
name = NamedNode("http://schema.org/name")
kinds = ["http://schema.org/ScholarlyArticle", "http://schema.org/Person", "https://w3id.org/kg/ns#Authorship"]
quads = [q for k in kinds for q in before.quads_for_pattern(None, rdf_type, NamedNode(k), DefaultGraph())]
nodes = sorted((q.subject for q in quads), key=str)
changed = chance.sample(nodes, min(1000, len(nodes) // 2))
for place, node in enumerate(changed):
    quads = sorted(after.quads_for_pattern(node, None, None, DefaultGraph()), key=str)
    victim = chance.choice(quads)
    after.remove(victim)
    if place % 3:
        other = chance.choice(nodes) if not isinstance(victim.object, Literal) else Literal(f"changed {place}")
        after.add(Quad(node, victim.predicate, other, DefaultGraph()))
options = {"base_iri": base, "limit": 0}
old = validate(before, chosen, **options)
started = time.process_time()
new = revalidate(after, chosen, old, changed, before=before, **options)
cpu = time.process_time() - started
whole = validate(after, chosen, **options)
told(0.0, cpu, [], equal=new == whole, changed=len(changed), full=time.process_time() - started - cpu)
"""
)


def shapes_text(queries: bool) -> str:
    """Return the shipped shapes as Turtle, with or without those that have a query."""
    triples = shipped_shapes().processor.triples
    left_out: set[object] = set()
    if not queries:
        left_out = {one.subject for one in triples if one.predicate == NamedNode(f"{SH}sparql")}
    kept = [one for one in triples if one.subject not in left_out and one.object not in left_out]
    written = serialize(kept, format=RdfFormat.TURTLE, prefixes=PREFIXES)
    if written is None:
        raise AssertionError("serialize without an output returns bytes")
    return written.decode()


def run(python: str, child: str, data: Path, shapes: Path, extra: str = "") -> tuple[dict[str, Any], Path]:
    """Run one child and return what it tells, and where its results lie."""
    found = data.with_name("found")
    found.unlink(missing_ok=True)
    command = [python, "-c", child, str(data), str(shapes), extra, str(found)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]}, found
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told, found


def keys_of(found: Path) -> Counter[tuple[str, ...]]:
    """Return results as a child wrote them: a JSON list a line, or a report in N-Triples."""
    if not found.exists():
        return Counter()
    with found.open("rb") as file:
        if file.peek(1)[:1] in (b"[", b""):
            return Counter(tuple(json.loads(line)) for line in file)
        said: dict[str, dict[str, str]] = {}
        results = set()
        for quad in parse(file, RdfFormat.N_TRIPLES):
            said.setdefault(str(quad.subject), {})[quad.predicate.value.removeprefix(SH)] = str(quad.object)
            if quad.predicate.value == f"{SH}result":
                results.add(str(quad.object))

    def local(text: str) -> str:
        return text.strip("<>").removeprefix(SH)

    return Counter(
        (
            one["focusNode"],
            one.get("value", "None"),
            local(one["sourceShape"]),
            local(one["sourceConstraintComponent"]),
            local(one["resultSeverity"]),
        )
        for one in map(said.__getitem__, results)
    )


def lines_of(home: Path) -> list[str]:
    """Return what is validated of the published release, as sorted lines of N-Triples."""
    release = Home(home).current()
    if release is None:
        raise SystemExit(f"{home} holds no release")
    shapes = shipped_shapes().processor
    with copied(View(release.open_store()), shapes.needs, release.artefact_path) as (store, _):
        return sorted(f"{quad.triple} .\n" for quad in store)


def measure(given: Iterable[str], folder: Path, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure every engine on one graph."""
    data, shapes = folder / "data.nt", folder / "shapes.ttl"
    triples = 0
    with data.open("w", encoding="utf-8") as file:
        for line in given:
            file.write(line)
            triples += 1
    shapes.write_text(shapes_text(chosen.queries), encoding="utf-8")
    disk = folder / "store"
    make = "import sys; from pyoxigraph import *; s = Store(sys.argv[2]); s.bulk_load(path=sys.argv[1], "
    make += "format=RdfFormat.N_TRIPLES); s.optimize()"
    subprocess.run([sys.executable, "-c", make, str(data), str(disk)], check=True)
    rows: list[dict[str, Any]] = []
    own: Counter[tuple[str, ...]] = Counter()
    for engine, child in CHILDREN.items():
        if chosen.only and engine not in chosen.only:
            continue
        if engine == "pySHACL" and triples > chosen.pyshacl_up_to:
            continue
        if engine == "pyrudof" and (not chosen.rudof or triples > chosen.rudof_up_to):
            continue
        python, extra = sys.executable, str(disk)
        if engine == "pyrudof":
            python, extra = chosen.rudof, str(int(chosen.rudof_memory * 2**30))
        told, found = run(python, child, data, shapes, extra)
        row = {"triples": triples, "engine": engine} | told
        keys = keys_of(found)
        if engine == "kg":
            own = keys
        elif "error" not in row:
            row |= {"results": keys.total(), **differences(own, keys)}
        rows.append(row)
    if not chosen.only:
        told, _ = run(sys.executable, _INCREMENTAL, data, shapes)
        rows.append({"triples": triples, "engine": f"kg, {told.get('changed')} changed subjects"} | told)
    return rows


def differences(own: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> dict[str, Any]:
    """Return how many results another engine misses and has beyond ours, by shape and component."""

    def told(keys: Counter[tuple[str, ...]]) -> dict[str, int]:
        found: Counter[str] = Counter()
        for key, number in keys.items():
            found[f"{key[2].rpartition('#')[2]} {key[3]}"] += number
        return dict(found)

    return {"missing": told(own - other), "beyond": told(other - own)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("triples", nargs="*", type=int, help="[10000 100000]")
    parser.add_argument("--home", type=Path, help="a home whose release is measured")
    parser.add_argument("--pyshacl-up-to", type=int, default=110_000)
    parser.add_argument("--rudof", default="", help="a Python that has pyrudof")
    parser.add_argument("--rudof-up-to", type=int, default=110_000)
    parser.add_argument("--rudof-memory", type=float, default=8, help="in gigabytes")
    parser.add_argument("--queries", action="store_true", help="with the shapes that have a query")
    parser.add_argument("--only", nargs="*", help="engines to run")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows: list[dict[str, Any]] = []
    graphs: list[Iterable[str]] = [lines_of(chosen.home)] if chosen.home else []
    graphs += [lines(number) for number in chosen.triples or ([] if chosen.home else [10_000, 100_000])]
    for graph in graphs:
        with tempfile.TemporaryDirectory() as folder:
            rows += measure(graph, Path(folder), chosen)
    table = Table("triples", "engine", "load s", "check s", "times kg", "peak MB", "results", "same results")
    for row in rows:
        own = next((one for one in rows if one["triples"] == row["triples"] and one["engine"] == "kg"), None)
        if "error" in row or own is None or "error" in own:
            table.add_row(f"{row['triples']:,}", row["engine"], "", str(row.get("error", "")))
            continue
        same = str(row.get("equal", not row.get("missing") and not row.get("beyond")))
        table.add_row(
            f"{row['triples']:,}",
            row["engine"],
            f"{row['load']:.2f}",
            f"{row['cpu']:.2f}",
            f"{row['cpu'] / own['cpu']:.2f}",
            f"{row['peak_mb']:.0f}",
            f"{row['results']:,}",
            same,
        )
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()

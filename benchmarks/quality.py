"""Time validation: this package, pySHACL as shipped and pyrudof on the same graphs and shapes, one process each.

``python -m benchmarks.quality [TRIPLES …] [--home DIR] [--pyshacl-up-to N] [--rudof PYTHON] [--queries] [--json FILE]``

Graphs are invented (`benchmarks.graphs`), so many triples each, or what is validated of the release in a home.

CPU seconds are those of the validation alone; loading is told apart. Memory is the peak of the whole process. Results
are compared as multisets of (focus, value, shape, component, severity). The shapes are the shipped ones; without
``--queries`` those with ``sh:sparql`` are left out, because pySHACL as shipped reads each query anew for every node.
pyrudof is no dependency of this project: ``--rudof`` names a Python that has it. Read the ratios.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, serialize
from rich.console import Console
from rich.table import Table

from benchmarks.graphs import lines
from kg.quality.data import View, load
from kg.quality.shapes import shipped_shapes
from kg.rdf.vocab import PREFIXES
from kg.store.releases import Home

SH = PREFIXES["sh"]
_PROLOGUE = """
import hashlib, json, resource, sys, time
def rss():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def digest(keys):
    return hashlib.sha256("\\n".join(sorted(keys)).encode()).hexdigest()[:16]
data, shapes, extra = sys.argv[1:4]
def told(load, cpu, keys, **more):
    print(json.dumps({"load": load, "cpu": cpu, "peak_mb": rss(), "results": len(keys), "digest": digest(keys)} | more))
"""
_KG = """
from pathlib import Path
from pyoxigraph import RdfFormat, Store
from kg.quality.data import View, load
from kg.quality.shapes import read_shapes_text
def keys_of(results):
    return [f"{r.focus} {r.value} {r.shape} {r.component} {r.severity}" for r in results]
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
store = load(View(Store.read_only(extra)), processor.predicates).store
loaded = time.process_time()
outcome = processor.check(store)
told(loaded - started, time.process_time() - loaded, keys_of(outcome.results))
""",
    "kg, copied from the artefact": _PROLOGUE
    + _KG
    + """
started = time.process_time()
store = load(View(Store.read_only(extra)), processor.predicates, Path(data)).store
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
keys = [f"{r.focus_term} {r.value_term} {r.shape} {r.component} {r.severity}" for r in report.findings]
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
    f"{written(report.value(n, sh('focusNode')))} {written(report.value(n, sh('value')))} "
    f"{report.value(n, sh('sourceShape'))} {local(n, 'sourceConstraintComponent')} {local(n, 'resultSeverity')}"
    for n in report.objects(None, sh("result"))
]
told(loaded - started, cpu, keys)
""",
    "pyrudof": _PROLOGUE
    + """
import pyrudof
engine = pyrudof.Rudof(pyrudof.RudofConfig())
started = time.process_time()
engine.read_data(data, pyrudof.RDFFormat.NTriples)
engine.read_shacl(shapes)
loaded = time.process_time()
report = engine.validate_shacl()
cpu = time.process_time() - loaded
told(loaded - started, cpu, [str(place) for place in range(len(report))])
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


def run(python: str, child: str, data: Path, shapes: Path, extra: str = "") -> dict[str, Any]:
    """Run one child and return what it tells."""
    done = subprocess.run([python, "-c", child, str(data), str(shapes), extra], capture_output=True, text=True)
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1:]}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def lines_of(home: Path) -> list[str]:
    """Return what is validated of the published release, as sorted lines of N-Triples."""
    release = Home(home).current()
    if release is None:
        raise SystemExit(f"{home} holds no release")
    shapes = shipped_shapes().processor
    store = load(View(release.open_store()), shapes.predicates, release.artefact_path).store
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
    rows = []
    for engine, child in CHILDREN.items():
        if chosen.only and engine not in chosen.only:
            continue
        if engine == "pySHACL" and triples > chosen.pyshacl_up_to:
            continue
        if engine == "pyrudof" and (not chosen.rudof or triples > chosen.rudof_up_to):
            continue
        python = chosen.rudof if engine == "pyrudof" else sys.executable
        rows.append({"triples": triples, "engine": engine} | run(python, child, data, shapes, str(disk)))
    if not chosen.only:
        told = run(sys.executable, _INCREMENTAL, data, shapes)
        rows.append({"triples": triples, "engine": f"kg, {told.get('changed')} changed subjects"} | told)
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("triples", nargs="*", type=int, help="[10000 100000]")
    parser.add_argument("--home", type=Path, help="a home whose release is measured")
    parser.add_argument("--pyshacl-up-to", type=int, default=100_000)
    parser.add_argument("--rudof", default="", help="a Python that has pyrudof")
    parser.add_argument("--rudof-up-to", type=int, default=100_000)
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
        same = str(row["equal"]) if "equal" in row else str(row["digest"] == own["digest"])
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

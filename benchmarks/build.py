"""Time a whole build by stage, next to `oxigraph load` of the same quads in the same run.

``python -m benchmarks.build [WORKS …] [--input PATH … [--then PATH]] [--validate-up-to N] [--json FILE]``. Without
numbers and inputs: the seeds, then invented pages of 1,000, 10,000 and 50,000 works. ``--input`` builds real inputs;
``--then`` builds them once more with one file beside them, which shows what an unchanged input costs. Each build runs
in a process of its own, so that peak memory is its own: that of it and its children, pages of mapped files included,
shared ones once. Machines are noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.pages import write_pages
from kg.build import STAGES

_CHILD = """
import json, resource, sys, time, pathlib
from kg.build import build
from kg.sources import find_inputs, seed_inputs
from kg.store.releases import Home
started = time.perf_counter()
inputs = find_inputs([pathlib.Path(path) for path in sys.argv[3:]]) if sys.argv[3:] else seed_inputs()
built = build(inputs, Home(pathlib.Path(sys.argv[1])), check=sys.argv[2] == "1")
used, of_children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
manifest = built.release.manifest
print(json.dumps({
    "wall": time.perf_counter() - started, "peak_mb": used.ru_maxrss / 1024,
    "cpu": sum(u.ru_utime + u.ru_stime for u in (used, of_children)),
    "quads": manifest["quads"], "works": manifest["counts"]["work"], "people": manifest["counts"]["person"],
    "records": sum(f["read"] for f in manifest["inputs"]), "seconds": built.seconds,
    "artefact": str(built.release.artefact_path), "store": str(built.release.store_path),
}))
"""


_RDFLIB = """
import sys, time
from rdflib import Dataset
quads = list(__import__("pyoxigraph").parse(path=sys.argv[1], format=__import__("pyoxigraph").RdfFormat.N_QUADS))
from kg.quality.shacl.oracle import to_rdflib_term as term
rows = [(term(q.subject), term(q.predicate), term(q.object), str(getattr(q.graph_name, "value", ""))) for q in quads]
dataset = Dataset()
started = time.process_time()
for s, p, o, g in rows:
    dataset.graph(g or None).add((s, p, o))
dataset.serialize(format="nquads")
print(time.process_time() - started)
"""


def rdflib_seconds(artefact: str) -> float:
    """Return the CPU seconds that rdflib needs to add the quads of an artefact and write them as N-Quads."""
    done = subprocess.run([sys.executable, "-c", _RDFLIB, artefact], stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def _family(pid: int) -> list[int]:
    """Return a process and all that came of it."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [one for child in path.read_text().split() for one in _family(int(child))]
    return found


def _memory(pid: int) -> float:
    """Return the MB that a process and its children hold, shared pages counted once; 0 where it is not told."""
    total = 0
    for one in _family(pid):
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _watched(command: list[str]) -> tuple[str, float]:
    """Run a command and return what it wrote and its peak memory in MB, looked at once a second: a look costs time."""
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(1)
        assert process.stdout is not None
        said = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return said, peak


def measure(name: str, paths: list[Path], validate: bool, home: Path) -> dict[str, Any]:
    """Build from the paths (none: the seeds) and load the same quads with the native loader."""
    command = [sys.executable, "-c", _CHILD, str(home), "1" if validate else "0", *map(str, paths)]
    said, peak = _watched(command)
    row: dict[str, Any] = {"input": name, **json.loads(said)}
    row["peak_mb"] = peak or row["peak_mb"]
    loader = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if loader:
        target = home.with_name(f"{home.name}-native")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        subprocess.run(
            [loader, "load", "--location", str(target), "--file", row["artefact"]], check=True, capture_output=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        row["native_wall"] = time.perf_counter() - started
        row["native_cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        row["ratio"] = row["wall"] / row["native_wall"]
        row["cpu_ratio"] = row["cpu"] / row["native_cpu"]
        shutil.rmtree(target)
    row["store_mb"] = sum(p.stat().st_size for p in Path(row["store"]).rglob("*") if p.is_file()) / 1e6
    return row


def _invented(works: int, folder: Path) -> list[Path]:
    """Write pages of so many works; none for the seeds."""
    if works:
        write_pages(folder / f"pages-{works}", works)
    return [folder / f"pages-{works}"] if works else []


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="*", type=int)
    parser.add_argument("--input", nargs="+", type=Path, default=[])
    parser.add_argument("--then", type=Path, help="a file to add to the inputs afterwards")
    parser.add_argument("--validate-up-to", type=int, default=1000, help="works")
    parser.add_argument(
        "--rdflib", action="store_true", help="add and write the quads of the first row with rdflib too"
    )
    parser.add_argument("--home", type=Path, help="where real inputs are built; kept")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for works in chosen.works or ([] if chosen.input else [0, 1000, 10_000, 50_000]):
            check = works <= chosen.validate_up_to
            rows.append(measure(f"{works:,} works", _invented(works, folder), check, folder / f"home-{works}"))
        if chosen.input:
            home = chosen.home or folder / "home"
            rows.append(measure("real", chosen.input, False, home))
            if chosen.then:
                rows.append(measure("and one file", [*chosen.input, chosen.then], False, home))
        rdflib = rdflib_seconds(rows[0]["artefact"]) if chosen.rdflib else 0.0
    console = Console(width=None if sys.stdout.isatty() else 220)
    table = Table(
        "input",
        "records",
        "works",
        "people",
        "quads",
        *STAGES,
        "wall s",
        "peak MB",
        "native load s",
        "ratio",
        "CPU ratio",
        "store MB",
    )
    for row in rows:
        table.add_row(
            row["input"],
            *(f"{row[name]:,}" for name in ("records", "works", "people", "quads")),
            *(f"{row['seconds'].get(stage, 0):.2f}" for stage in STAGES),
            f"{row['wall']:.2f}",
            f"{row['peak_mb']:.0f}",
            f"{row.get('native_wall', float('nan')):.2f}",
            f"{row.get('ratio', float('nan')):.1f}",
            f"{row.get('cpu_ratio', float('nan')):.1f}",
            f"{row['store_mb']:.1f}",
        )
    console.print(table)
    if rdflib:
        own = rows[0]["seconds"]["map"] + rows[0]["seconds"]["load"]
        console.print(
            f"rdflib adds and writes these quads in {rdflib:.1f} s; mapping, writing and loading took {own:.1f} s"
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()

"""Score who is who on the ACL Anthology's gold standard, beside the baselines, and time it.

``python -m benchmarks.identity [--json FILE]``. Reads the whole Anthology without what would tell the answers, resolves
it as a build does, and compares. ``held out`` are the persons that the weights were not learnt from. ORCID takes the
iDs alone as the truth, names unused. Needs ``../shared/data/acl``. S2AND is not scored: what is at hand of it are three
invented signatures, and the papers of its "qian" set are not.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.anthology import Codes, Mention, block, codes, held_out, read_gold, score, slices, slug, without_answers
from kg.identity.agents import cluster_agents
from kg.identity.captures import identify_sources
from kg.identity.ledger import Ledger
from kg.identity.resolve import join_works
from kg.identity.world import World
from kg.model.text import fold
from kg.sources import find_inputs, read_all
from kg.store.memo import Memo


class Clock:
    """CPU and wall seconds of steps, and the peak memory after each, in MB."""

    def __init__(self) -> None:
        self.steps: dict[str, dict[str, float]] = {}
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def lap(self, name: str) -> None:
        """Note a step that ended now."""
        cpu, wall = time.process_time(), time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.steps[name] = {"cpu": cpu - self._cpu, "wall": wall - self._wall, "peak_mb": peak}
        self._cpu, self._wall = cpu, wall


def resolved(folder: Path, clock: Clock) -> tuple[list[Mention], Codes]:
    """Return the mentions of the gold that are in the files, and the cluster of each."""
    paths = without_answers(folder / "xml")
    gold = read_gold()
    clock.lap("prepare")
    readings = read_all(find_inputs(paths))
    clock.lap("read")
    ledger = Ledger()
    world = World(identify_sources(readings, ledger))
    join_works(world, ledger)
    clock.lap("works")
    memo = Memo(folder, "")
    clusters, _ = cluster_agents(world.names, world.records, memo=memo)
    clock.lap("people")
    memo.save()
    clock.lap("keep")
    again, _ = cluster_agents(world.names, world.records, memo=Memo(folder, ""))
    clock.lap("people again")
    if again != clusters:
        raise SystemExit("kept results give other clusters")
    paper = [record.load().place.item for record in world.records]
    found = {
        (paper[name.record], name.place - 1): number
        for number, cluster in enumerate(clusters)
        for name in (world.names[i] for i in cluster.printed)
        if name.mention.role == "author" and name.place
    }
    there = [m for m in gold if (m.paper, m.position) in found]
    print(f"{len(world.names):,} printed names, {len(clusters):,} people and groups, "
          f"{sum(len(c.joins) for c in clusters):,} joins, {sum(len(c.near) for c in clusters):,} near misses; "
          f"{len(gold) - len(there)} mentions of the gold are not in what was read")  # fmt: skip
    return there, np.array([found[m.paper, m.position] for m in there])


def baselines(gold: list[Mention]) -> dict[str, Codes]:
    """Return what simple rules on the name give."""
    return {
        "exact string": codes([(m.first, m.last) for m in gold]),
        "slug": codes([slug(m) for m in gold]),
        "first token + last": codes([(fold(m.first).split(" ")[0], fold(m.last)) for m in gold]),
        "initial + last": codes([block(m) for m in gold]),
    }


def main() -> None:
    """Resolve, score and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    clock = Clock()
    gc.disable()  # as a build does
    with tempfile.TemporaryDirectory() as folder:
        gold, found = resolved(Path(folder), clock)
    kept = np.array([held_out(m.person) for m in gold])
    rows: list[dict[str, Any]] = []
    for part in slices(gold):
        for name, clusters in {**baselines(gold), "kg": found, "kg, held out": found}.items():
            chosen_rows = part.rows & kept if name == "kg, held out" else part.rows
            scored = score(clusters[chosen_rows], part.gold[chosen_rows])
            rows.append({"slice": part.name, "mentions": int(chosen_rows.sum()), "system": name, **scored._asdict()})
    table = Table("slice", "mentions", "system", "pair P", "pair R", "pair F1", "B3 P", "B3 R", "B3 F1")
    for row in rows:
        figures = [f"{v:.4f}" for v in row.values() if isinstance(v, float)]
        table.add_row(row["slice"], f"{row['mentions']:,}", row["system"], *figures)
    steps = Table("step", "CPU s", "wall s", "peak MB")
    for name, step in clock.steps.items():
        steps.add_row(name, *(f"{value:,.1f}" for value in step.values()))
    console = Console(width=120)
    console.print(table)
    console.print(steps)
    if chosen.json:
        chosen.json.write_text(json.dumps({"scores": rows, "steps": clock.steps}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Many clients for a long time while the release changes again and again: errors, and the memory of every process.

``python -m benchmarks.soak --minutes 60 --clients 64 --every 10 [--json FILE]``. Two releases are built of invented
pages, one a little larger; every ``--every`` seconds the other one is published. The clients ask the mix of
``benchmarks.endpoint``, pages, things in several forms, named queries, search and the description, each over a kept
connection, without waiting between two questions. A line a minute says what was answered since, what went wrong, and
the memory (proportional set size) of the server process, and of its workers together. The aim: no error, no growth.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import uvloop
from rich.console import Console

from benchmarks.endpoint import mix, things
from benchmarks.load import Ask, Measured, ask_until, below, free_port, server
from benchmarks.pages import write_pages
from kg.build import build
from kg.sources import find_inputs
from kg.store.releases import Home


@dataclass
class Tally(Measured):
    """Counts answers without keeping their times: an hour holds millions."""

    answers: int = 0
    longest: float = 0.0
    lines: list[dict[str, Any]] = field(default_factory=list)

    def add(self, ask: Ask, milliseconds: float) -> None:
        """Count an answer."""
        self.answers += 1
        self.longest = max(self.longest, milliseconds)


def questions(home: Home, names: list[str]) -> list[Ask]:
    """Return what is asked: the mix and, between its questions, everything else a server is asked.

    Things are those that every release has: others are not found in one of them, and rightly so.
    """
    stores = [home.get_exactly(name).open_store() for name in names]
    store = stores[0]

    def both(kind: str) -> list[str]:
        there = [set(things(each, kind, most=10**6)) for each in stores]
        return sorted(urlsplit(iri).path for iri in set.intersection(*there))[:500]

    people, works = both("Person"), both("ScholarlyArticle")
    others = ["/", "/person", "/work", "/search?q=a", "/search.json?q=learning", "/.well-known/void", "/quality",
              "/queries/works-by-year", "/queries/disagreements?format=csv", "/dataset", "/healthz"]  # fmt: skip
    for number in range(200):
        person, work = people[number % len(people)], works[number % len(works)]
        others += [f"{person}.html", f"{person}.ttl", f"{work}.jsonld", f"/search?q={quote(person[-4:])}"]
        others += [f"/queries/person-works?person={quote(person.lstrip('/'))}&format=json&limit=5"]
    asked = mix(store, "/sparql", count=len(others))
    found = []
    for ask, other in zip(asked, others, strict=True):
        head = f"GET {other} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
        found += [ask, Ask(False, other, head.encode())]
    return found


def memory(process: int) -> tuple[int, int, int]:
    """Return the memory of a process and of those below it, in kB, and how many these are."""
    workers = below(process)
    return _size(process), sum(map(_size, workers)), len(workers)


def _size(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


async def soak(origin: str, process: int, home: Home, names: list[str], chosen: argparse.Namespace) -> Tally:
    """Ask, publish and look for as long as is wanted."""
    asks, tally, console = questions(home, names), Tally(), Console(width=120)
    parts = urlsplit(origin)
    address = (parts.hostname or "", parts.port or 80)
    begun = time.perf_counter()
    end = begun + chosen.minutes * 60
    switches = 0

    async def publish() -> None:
        nonlocal switches
        while time.perf_counter() + chosen.every < end:
            await asyncio.sleep(chosen.every)
            switches += 1
            await asyncio.to_thread(home.publish, names[switches % len(names)])

    async def look() -> None:
        before = 0
        while time.perf_counter() < end:
            await asyncio.sleep(min(60.0, max(end - time.perf_counter(), 0.1)))
            own, workers, number = await asyncio.to_thread(memory, process)
            line = {
                "minute": round((time.perf_counter() - begun) / 60, 1),
                "answers": tally.answers - before,
                "errors": sum(tally.errors.values()),
                "switches": switches,
                "server_mb": round(own / 1024),
                "workers_mb": round(workers / 1024),
                "workers": number,
            }
            before = tally.answers
            tally.lines.append(line)
            console.print("  ".join(f"{name} {value:,}" for name, value in line.items()))
            if tally.errors:
                console.print(f"  errors so far: {tally.errors}")

    step = len(asks) // chosen.clients or 1
    await asyncio.gather(
        publish(), look(), *(ask_until(address, asks, n * step, end, tally) for n in range(chosen.clients))
    )
    return tally


def main() -> None:
    """Build two releases, serve them in turn and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two publications")
    parser.add_argument("--works", type=int, default=300)
    parser.add_argument("--cache", type=int, default=64_000_000, help="bytes of the server's cache; 0 for none")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = Home(folder / "home")
        names = []
        for works in (chosen.works, chosen.works + 20):
            write_pages(folder / f"pages-{works}", works)
            names.append(build(find_inputs([folder / f"pages-{works}"]), home, check=False).release.id)
        home.publish(names[0])
        port = free_port()
        command = [sys.executable, "-m", "kg.cli", "serve", "--port", str(port), "--home", str(home.path)]
        origin = f"http://127.0.0.1:{port}"
        with server(command, f"{origin}/sparql", {"KG_CACHE_BYTES": str(chosen.cache)}) as process:
            tally = uvloop.run(soak(origin, process.pid, home, names, chosen))
    print(f"{tally.answers:,} answers, the longest {tally.longest:,.0f} ms; errors: {tally.errors or 'none'}")
    if chosen.json:
        facts = {"answers": tally.answers, "longest_ms": tally.longest, "errors": tally.errors, "minutes": tally.lines}
        chosen.json.write_text(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()

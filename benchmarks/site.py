"""Server time and bytes of each kind of page: ``python -m benchmarks.site [--home HOME] [--works N]``.

Serves a home (the seeds, where none is given; with ``--works`` an invented person with so many works) in a process of
its own, without the cache of answers, and asks each page one after the other. The peer is ``/healthz`` of the same
server: what a request costs before any page is made. Beside the time between question and answer stands the processor
time of the server and its query workers, which other programs on the machine do not lengthen as much (Linux). Knows
addresses; changes nothing in the home.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import httpx

from kg.build import build
from kg.sources import InputFile, seed_inputs
from kg.store.releases import Home

_HTML = {"Accept": "text/html", "Accept-Encoding": "br"}


def one_person(works: int, seed: int = 7) -> InputFile:
    """Return works of one invented person with four co-authors each out of 300, as CSL-JSON."""
    chance = random.Random(seed)
    words = "graph model language river ink speech parsing survey corpus neural logic query memory map".split()
    others = [f"Given{number} Family{number}" for number in range(300)]
    items = []
    for number in range(works):
        signed = ["Prolific Writer", *chance.sample(others, 4)]
        chance.shuffle(signed)
        items.append(
            {
                "id": f"w{number}",
                "type": chance.choice(["article-journal", "paper-conference", "article"]),
                "title": f"{' '.join(chance.choices(words, k=6)).capitalize()} {number}",
                "author": [{"given": name.split()[0], "family": name.split()[1]} for name in signed],
                "issued": {"date-parts": [[chance.randint(1990, 2025), chance.randint(1, 12)]]},
                "container-title": f"Journal {chance.randrange(40)}",
                "DOI": f"10.5555/w{number}",
                "abstract": f"{' '.join(chance.choices(words, k=120)).capitalize()}.",
            }
        )
    return InputFile("works.json", json.dumps(items).encode())


def processor(pid: int) -> tuple[float, float]:
    """Return the processor seconds of a process and of its living children; nought where there is no /proc."""
    tick = os.sysconf("SC_CLK_TCK")
    own = children = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        spent = (int(fields[11]) + int(fields[12])) / tick
        if stat.parent.name == str(pid):
            own = spent
        elif fields[1] == str(pid):
            children += spent
    return own, children


@contextmanager
def served(home: Path) -> Iterator[tuple[str, int]]:
    """Serve a home without a cache; give the address and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"KG_HOME": str(home), "KG_CACHE_BYTES": "0", "KG_LOG_REQUESTS": "0", "KG_FOLLOW": "0"}
    command = [sys.executable, "-m", "kg.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                httpx.get(f"{address}/healthz", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(30)


def paths(client: httpx.Client) -> dict[str, str]:
    """Return kind of page -> path, with the largest things of the graph."""

    def first(kind: str) -> str:
        sort = "cited" if kind == "work" else "works"
        items = client.get(f"/{kind}.json?sort={sort}").json()["items"]
        if kind == "source":  # are not ranked by works
            items = sorted(items, key=lambda item: -int(item["works"]))
        return urlsplit(items[0]["iri"]).path if items else ""

    rows = client.get("/queries/most-prolific-authors.json").json()["results"]["bindings"]
    person = urlsplit(rows[0]["person"]["value"]).path
    usual = urlsplit(rows[-1]["person"]["value"]).path
    found = {
        "nothing (/healthz)": "/healthz",
        "start": "/",
        "person, most works": f"{person}.html",
        "the same, page 2": f"{person}.html?page=2",
        "the same, filtered": f"{person}.html?since=2015&sort=title",
        "person, fewer works": f"{usual}.html",
        "work": first("work") and f"{first('work')}.html",
        **{kind: first(kind) and f"{first(kind)}.html" for kind in ("topic", "venue", "organization", "source")},
        "person as BibTeX": f"{person}.bib",
        "person as Turtle": f"{person}.ttl",
        "person, publications": f"{person}.cv",
        "person, feed": f"{person}.atom",
        "why one person": f"{person}/identity",
        "list of people": "/person",
        "people by works, far down": "/person?sort=works&after=9999999998",
        "list of works": "/work",
        "list of sources": "/source",
        "search": "/search?q=language",
        "explore": f"/explore?about={person[1:]}",
        "explore, with institutions": f"/explore?about={person[1:]}&kind=person&kind=organization&most=30",
        "named query": f"/queries/person-coauthors?person={person[1:]}",
        "SPARQL workbench": "/sparql",
        "queries": "/queries",
        "quality": "/quality",
        "dataset": "/dataset",
        "releases": "/releases",
        "vocabulary": "/ontology",
        "shapes": "/shapes",
        "documentation": "/docs/reference-inputs",
        "missing": "/person/nobody-at-all",
    }
    return {name: path for name, path in found.items() if path}


@dataclass(frozen=True)
class Cost:
    """Milliseconds (middle, worst, processor of the server and of its workers), bytes as sent and unpacked, status."""

    middle: float
    worst: float
    server: float
    workers: float
    sent: int
    size: int
    status: int


def measure(client: httpx.Client, path: str, rounds: int, pid: int) -> Cost:
    """Ask for a page so many times, and once before."""
    times: list[float] = []
    begun = processor(pid)
    for number in range(rounds + 1):
        if number == 1:  # the first reads templates and pages of the store
            times, begun = [], processor(pid)
        asked = time.perf_counter()
        with client.stream("GET", path) as answer:
            raw = b"".join(answer.iter_raw())
        times.append((time.perf_counter() - asked) * 1000)
    own, workers = (max(0.0, (b - a) / rounds * 1000) for a, b in zip(begun, processor(pid), strict=True))
    size = len(client.get(path).content)
    return Cost(median(times), max(times), own, workers, len(raw), size, answer.status_code)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--works", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        if given.home is None:
            build([one_person(given.works)] if given.works else seed_inputs(), Home(home), check=not given.works)
        with served(home) as (address, pid), httpx.Client(base_url=address, headers=_HTML, timeout=60) as client:
            print("| page | p50 ms | worst ms | times /healthz | server ms | workers ms | kB sent | kB | status |")
            print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
            floor = 0.0
            for name, path in paths(client).items():
                cost = measure(client, path, given.rounds, pid)
                floor = floor or cost.middle
                cells = [f"{cost.middle:.1f}", f"{cost.worst:.1f}", f"{cost.middle / floor:.0f}"]
                cells += [f"{cost.server:.0f}", f"{cost.workers:.0f}"]
                cells += [f"{cost.sent / 1000:.1f}", f"{cost.size / 1000:.1f}", str(cost.status)]
                print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()

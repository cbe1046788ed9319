"""Server time and bytes of each kind of page: ``python -m benchmarks.site [--home HOME] [--works N]``.

Serves a home (the seeds, where none is given; with ``--works`` an invented person with so many works) in a process of
its own, without the cache of answers, and asks each page one after the other. The peer is ``/healthz`` of the same
server: what a request costs before any page is made. Knows addresses; changes nothing in the home.
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


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve a home without a cache; give the address."""
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
        yield address
    finally:
        process.terminate()
        process.wait(30)


def paths(client: httpx.Client) -> dict[str, str]:
    """Return kind of page -> path, with the largest things of the graph."""

    def first(kind: str) -> str:
        items = client.get(f"/{kind}.json").json()["items"]
        ranked = sorted(items, key=lambda item: -int(item.get("works", 0)))
        return urlsplit(ranked[0]["iri"]).path if ranked else ""

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
        "index of people": "/person",
        "search": "/search?q=language",
        "explore": f"/explore?about={person[1:]}",
        "named query": f"/queries/person-coauthors?person={person[1:]}",
        "quality": "/quality",
        "dataset": "/dataset",
        "shapes": "/shapes",
        "documentation": "/docs/reference-inputs",
        "missing": "/person/nobody-at-all",
    }
    return {name: path for name, path in found.items() if path}


def measure(client: httpx.Client, path: str, rounds: int) -> tuple[float, float, int, int, int]:
    """Return p50 and worst in milliseconds, bytes as sent and unpacked, and the status."""
    times = []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        with client.stream("GET", path) as answer:
            raw = b"".join(answer.iter_raw())
        times.append((time.perf_counter() - begun) * 1000)
    size = len(client.get(path).content)
    times = times[1:]  # the first reads templates and pages of the store
    return median(times), max(times), len(raw), size, answer.status_code


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
        with served(home) as address, httpx.Client(base_url=address, headers=_HTML, timeout=60) as client:
            print("| page | p50 ms | worst ms | times /healthz | kB sent | kB | status |")
            print("|---|--:|--:|--:|--:|--:|--:|")
            floor = 0.0
            for name, path in paths(client).items():
                middle, worst, sent, size, status = measure(client, path, given.rounds)
                floor = floor or middle
                cells = (name, f"{middle:.1f}", f"{worst:.1f}", f"{middle / floor:.0f}", f"{sent / 1000:.1f}")
                print(f"| {' | '.join(cells)} | {size / 1000:.1f} | {status} |", flush=True)


if __name__ == "__main__":
    main()

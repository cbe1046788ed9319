"""A server killed at random moments while it is written to: every acknowledged edit is there, and no half of one."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from kg.build import build
from kg.sources import find_inputs
from kg.store.journal import Journal
from kg.store.releases import Home

KILLS = int(os.environ.get("KG_TEST_KILLS", "12"))
"""Set KG_TEST_KILLS=200 for the long run."""
WRITERS = 4
EX = "http://crash.example/"


class Load:
    """Writers that send one edit after another until the server is gone, and remember what was acknowledged."""

    def __init__(self) -> None:
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.graphs: set[str] = set()
        self._numbers = iter(range(10**9))
        self._lock = threading.Lock()

    def _name(self) -> str:
        with self._lock:
            name = f"e{next(self._numbers)}"
            self.sent.add(name)
            return name

    def write(self, server: Any, writer: int) -> None:
        with httpx.Client(headers=server.headers, timeout=30) as client:
            while server.process.poll() is None:
                name = self._name()
                try:
                    if writer == 0:
                        # Three triples in a graph of their own.
                        body = " ; ".join(f"<{EX}part> '{part}'" for part in "abc")
                        answer = client.put(
                            f"{server.address}/graphs",
                            params={"graph": EX + name},
                            content=f"<{EX}{name}> {body} .",
                            headers={"Content-Type": "text/turtle"},
                        )
                    else:
                        # Three operations; what the first adds, the last takes away.
                        update = (
                            f"INSERT DATA {{ <{EX}{name}> <{EX}part> 'a', 'x' }} ; "
                            f"INSERT {{ ?s <{EX}part> 'b', 'c' }} WHERE {{ ?s <{EX}part> 'x' }} ; "
                            f"DELETE WHERE {{ ?s <{EX}part> 'x' }}"
                        )
                        answer = client.post(f"{server.address}/update", data={"update": update})
                except httpx.TransportError:
                    return
                assert answer.status_code in {200, 201}, answer.text
                with self._lock:
                    self.acknowledged.add(name)


def parts(server: Any) -> dict[str, str]:
    """Return the parts of every edit that can be read."""
    query = (
        f"SELECT ?s (GROUP_CONCAT(?part; separator='') AS ?parts) {{ SELECT ?s ?part {{ "
        f"{{ ?s <{EX}part> ?part }} UNION {{ GRAPH ?g {{ ?s <{EX}part> ?part }} }} }} ORDER BY ?part }} GROUP BY ?s"
    )
    answer = httpx.post(f"{server.address}/sparql", data={"query": query}, timeout=30)
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]["bindings"]
    return {row["s"]["value"].removeprefix(EX): "".join(sorted(row["parts"]["value"])) for row in rows}


@pytest.mark.timeout(120 + 20 * KILLS)
def test_kills_under_load_lose_no_acknowledged_edit(tmp_path: Path, start_server: Callable[..., Any]) -> None:
    chance = random.Random(2026)
    pages, home = tmp_path / "pages", Home(tmp_path / "home")
    pages.mkdir()
    (pages / "list.txt").write_text(
        "CLOct 1, 2022\nStudy of One Thing and AnotherAnn Lee, Bob May\nWe study.\n", "utf-8"
    )
    build(find_inputs([pages]), home, check=False)
    load = Load()
    for round_ in range(KILLS):
        server = start_server(home.path)
        threads = [threading.Thread(target=load.write, args=(server, writer)) for writer in range(WRITERS)]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.05, 1.5))
        # A machine that is busy gets the time for as many edits as there are kills.
        latest = time.monotonic() + 10
        while len(load.acknowledged) <= round_ and time.monotonic() < latest:
            time.sleep(chance.uniform(0, 0.2))
        server.process.kill()
        server.process.wait()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()
        current = home.current()
        assert current is not None
        current.verify()
    server = start_server(home.path)
    found = parts(server)
    assert len(load.acknowledged) >= KILLS, "too few edits were acknowledged to prove anything"
    assert load.acknowledged - found.keys() == set(), "an acknowledged edit is lost"
    assert set(found.values()) == {"abc"}, "half of an edit is there"
    assert found.keys() <= load.sent
    server.stop()
    assert not list((home.path / "releases").glob(".*")), "the last writer left something"
    kept = {f"<{EX}{name}>" for name in load.acknowledged}
    journalled = b"".join(entry.added for entry in Journal(home.path).entries()).decode()
    assert all(name in journalled for name in kept)
    built = build(find_inputs([pages]), home, check=False)
    assert built.release.manifest["journal"]["unapplied"] == []
    text = built.release.artefact_path.read_text("utf-8")
    assert all(f"{name} <{EX}part>" in text for name in kept), "the next build lost an edit"
    print(f"{KILLS} kills, {len(load.sent)} sent, {len(load.acknowledged)} acknowledged, {len(found)} found")

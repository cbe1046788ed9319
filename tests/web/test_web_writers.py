"""Several server processes with one writer among them: written anywhere, read everywhere, and no edit lost with any."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from kg.store.journal import Journal
from kg.store.releases import Home

EX = "http://writers.example/"
PROCESSES = 3


@pytest.fixture
def several(seeds_home: Path, tmp_path: Path, start_server: Callable[..., Any]) -> Iterator[Any]:
    shutil.copytree(seeds_home, tmp_path / "home")
    server = start_server(tmp_path / "home", KG_PROCESSES=str(PROCESSES), KG_FOLLOW="0", KG_LOG_REQUESTS="0")
    yield server
    server.stop()
    assert "Traceback" not in server.log.read_text(), server.log.read_text()[-3000:]


def insert(server: Any, name: str) -> httpx.Response:
    # A connection of its own: any of the processes may take it.
    text = f"INSERT DATA {{ <{EX}{name}> <{EX}p> '{name}' }}"
    return httpx.post(f"{server.address}/update", data={"update": text}, headers=server.headers, timeout=60)


def there(server: Any, name: str) -> bool:
    query = f"ASK {{ <{EX}{name}> <{EX}p> '{name}' }}"
    answer = httpx.get(f"{server.address}/sparql", params={"query": query, "format": "json"}, timeout=60)
    assert answer.status_code == 200, answer.text
    found: bool = answer.json()["boolean"]
    return found


def processes(server: Any, wanted: int = PROCESSES) -> dict[int, bool]:
    """Return the server processes that answer, and whether each is the one that writes."""
    found: dict[int, bool] = {}
    end = time.monotonic() + 60
    while len(found) < wanted:
        assert time.monotonic() < end, found
        try:
            text = httpx.get(f"{server.address}/metrics", timeout=5).text
        except httpx.HTTPError:
            continue
        line = next(line for line in text.splitlines() if line.startswith("kg_writes{"))
        found[int(line.partition('process="')[2].partition('"')[0])] = line.endswith(" 1")
    return found


def test_what_is_written_anywhere_is_read_everywhere_at_once(several: Any) -> None:
    who = processes(several)
    assert sorted(who.values()) == [False, False, True]
    for number in range(6):
        answer = insert(several, f"n{number}")
        assert answer.status_code == 200, answer.text
        # No process looks for new releases by itself here: what it serves it was told before the answer.
        assert all(there(several, f"n{number}") for _ in range(8))
    assert [entry.number for entry in Journal(several.home).entries()] == list(range(1, 7))


def test_of_writers_anywhere_who_read_the_same_one_writes(several: Any) -> None:
    processes(several)
    address = f"{several.address}/graphs/raced"
    headers = {**several.headers, "Content-Type": "text/turtle"}
    assert httpx.put(address, headers=headers, content="<> <p> 0 .", timeout=60).status_code == 201
    tag = httpx.get(address, timeout=60).headers["etag"]

    def put(number: int) -> int:
        given = {**headers, "If-Match": tag}
        return httpx.put(address, headers=given, content=f"<> <p> 'n{number}' .", timeout=60).status_code

    with ThreadPoolExecutor(9) as threads:
        assert sorted(threads.map(put, range(9))) == [204] + [412] * 8


def test_errors_come_back_as_they_are(several: Any) -> None:
    statuses = set()
    for _ in range(8):
        answer = httpx.post(
            f"{several.address}/update",
            data={"update": "INSERT DATA { ?s ?p ?o }"},
            headers=several.headers,
            timeout=60,
        )
        statuses.add((answer.status_code, answer.json()["type"].rpartition("#")[2], answer.json()["line"]))
    assert statuses == {(400, "bad-query", 1)}


def test_the_writer_is_killed_and_another_takes_its_place(several: Any) -> None:
    acknowledged: list[str] = []
    failed: list[int] = []
    sockets: list[Path] = []
    done = threading.Event()

    def write(writer: int) -> None:
        number = 0
        while not done.is_set():
            name = f"w{writer}-{number}"
            number += 1
            try:
                answer = insert(several, name)
            except httpx.HTTPError:
                continue  # the process that had the connection was the one that was killed
            if answer.status_code == 200:
                acknowledged.append(name)
            else:
                failed.append(answer.status_code)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in writers:
        thread.start()
    try:
        for _ in range(2):
            before = len(acknowledged)
            end = time.monotonic() + 60
            while len(acknowledged) < before + 3:
                assert time.monotonic() < end, (acknowledged, failed)
                time.sleep(0.05)
            scribe = next(pid for pid, writes in processes(several).items() if writes)
            sockets.append(Path(os.fsdecode((several.home / "journal" / "writer").read_bytes())))
            os.kill(scribe, signal.SIGKILL)
            time.sleep(0.3)
        before = len(acknowledged)
        end = time.monotonic() + 60
        while len(acknowledged) < before + 3:
            assert time.monotonic() < end, "nobody has taken its place"
            time.sleep(0.05)
    finally:
        done.set()
        for thread in writers:
            thread.join()
    assert set(failed) <= {503}
    assert all(there(several, name) for name in acknowledged)
    release = Home(several.home).current()
    assert release is not None
    release.verify()
    assert sum(processes(several).values()) == 1
    assert not [path.parent for path in sockets if path.parent.exists()], "a killed writer's socket is left"

"""``kg serve`` as a process: one or several, following releases, and stopping without cutting answers short."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

import kg

ROOT = Path(kg.__file__).parent.parent
NUMBER = "SELECT ?n { <http://x.example/number> rdfs:label ?n }"
LONG = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 20000"
"""An answer several times as large as what lies between a server and its client, and read in a second."""


@pytest.fixture(scope="module")
def two(releases: Any) -> Any:
    return releases(2)


@contextmanager
def serving(home: Path, log: Path, *options: str, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    environment |= {f"KG_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "kg.cli", "serve", "--port", str(port), "--home", str(home), *options]
    with log.open("wb") as stderr, subprocess.Popen(command, stderr=stderr, env=environment) as process:
        try:
            end = time.monotonic() + 60
            while True:
                assert process.poll() is None and time.monotonic() < end, log.read_text()
                try:
                    httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2)
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def family(pid: int) -> set[int]:
    """Return the processes below one."""
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == pid:
                found |= {int(entry.name)} | family(int(entry.name))
    return found


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def number(base: str) -> str:
    with httpx.Client() as http:  # a connection of its own: any of the processes may take it
        answer = http.get(f"{base}/sparql", params={"query": NUMBER})
        return str(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_several_processes_share_the_port_the_releases_and_the_tags(two: Any, tmp_path: Path) -> None:
    home, made = two
    home.publish(made[0].id)
    log = tmp_path / "log"
    with serving(home.path, log, "--workers", "2", follow="0.2", workers="1") as (process, base):
        end = time.monotonic() + 30
        seen: set[str] = set()
        tags: set[str] = set()
        while len(seen) < 2:
            assert time.monotonic() < end, "one process answers everything"
            with httpx.Client() as http:
                text = http.get(f"{base}/metrics").text
                seen.add(text.partition('process="')[2].partition('"')[0])
                tags.add(http.get(f"{base}/person/ada.ttl").headers["etag"])
        assert len(tags) == 1
        home.publish(made[1].id)
        while {number(base) for _ in range(20)} != {"2"}:
            assert time.monotonic() < end, "not every process noticed the publication"
            time.sleep(0.1)
        below = family(process.pid)
        assert len(below) >= 2 + 2 * 2, "two processes with two workers each"
        process.terminate()
        assert process.wait(15) in (0, -signal.SIGTERM)
        end = time.monotonic() + 5
        while left := [pid for pid in below if running(pid)]:
            assert time.monotonic() < end, f"left behind: {[Path(f'/proc/{pid}/cmdline').read_text() for pid in left]}"
            time.sleep(0.1)
    assert "Traceback" not in log.read_text()


def test_a_running_answer_is_finished_before_the_server_stops(two: Any, tmp_path: Path) -> None:
    home, made = two
    home.publish(made[0].id)
    log = tmp_path / "log"
    got: list[bytes] = []

    def read(base: str) -> None:
        with httpx.stream("GET", f"{base}/sparql", params={"query": LONG, "format": "json"},
                          headers={"Accept-Encoding": "identity"}, timeout=30) as answer:  # fmt: skip
            for chunk in answer.iter_raw(1 << 18):
                got.append(chunk)
                begun.set()
                told.wait(20)  # the rest is read once the server knows that it is to stop

    begun, told = threading.Event(), threading.Event()
    with serving(home.path, log, workers="1") as (process, base):
        reader = threading.Thread(target=read, args=(base,))
        reader.start()
        assert begun.wait(20)
        process.terminate()
        told.set()
        reader.join(20)
        assert process.wait(10) in (0, -signal.SIGTERM)
    assert len(json.loads(b"".join(got))["results"]["bindings"]) == 20000
    lines = [line for line in log.read_text().splitlines() if " kg.access " in line]
    assert any("route=/sparql status=200" in line and "broken" not in line for line in lines)
    assert "Traceback" not in log.read_text()


def test_a_stream_past_its_deadline_is_broken_off_with_one_line(two: Any, tmp_path: Path) -> None:
    home, made = two
    home.publish(made[0].id)
    log = tmp_path / "log"
    endless = "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with serving(home.path, log, workers="1", deadline="0.7") as (_, base):
        for accepted in ("identity", "gzip"):
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.get(
                    f"{base}/sparql", params={"query": endless}, headers={"Accept-Encoding": accepted}, timeout=20
                )
        assert number(base) == "1"
    told = log.read_text()
    assert told.count('broken="DeadlineExceeded') == 2 and "Traceback" not in told and "uvicorn" not in told


def test_a_connection_whose_client_takes_nothing_ends_with_the_deadline(
    seeds_home: Path, tmp_path: Path, start_server: Callable[..., Any]
) -> None:
    shutil.copytree(seeds_home, tmp_path / "home")
    server = start_server(tmp_path / "home", KG_DEADLINE="2", KG_WORKERS="1")
    host, port = server.address.removeprefix("http://").split(":")
    query = urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }", "format": "csv"})
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect((host, int(port)))
        lazy.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        ours = lazy.getsockname()[1]
        assert connected(int(port), ours)
        end = time.monotonic() + 60
        while connected(int(port), ours):
            assert time.monotonic() < end, "the server keeps the connection"
            time.sleep(0.2)
    server.stop()


def connected(port: int, other: int) -> bool:
    """Say whether the system holds a connection as open at the server's end."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    ends = (f":{port:04X}", f":{other:04X}")
    return any(row[1].endswith(ends[0]) and row[2].endswith(ends[1]) and row[3] == "01" for row in rows)

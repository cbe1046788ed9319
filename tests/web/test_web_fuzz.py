"""A real server process under invented requests: by schemathesis over its whole OpenAPI document, and as raw bytes.

Whatever arrives, nothing is a failure of the server's own (503 and 504 are deliberate), the process lives on, and no
query worker is lost without another in its place.
"""

from __future__ import annotations

import random
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kg.queries import load_all
from kg.web.described import described

EXAMPLES = 6
"""Of each operation; there are about sixty."""
OPERATIONS = sorted(
    {(method.upper(), path) for method, path in described()}
    | {("GET", f"/queries/{name}") for name in load_all("http://x.example/")}
    | {("POST", "/update")}
    | {(method, path) for method in ("PUT", "POST", "DELETE") for path in ("/graphs", "/graphs/{name}")}
    | {("GET", path) for path in ("/graphs", "/graphs/{name}", "/settings", "/readyz", "/metrics")}
)
WRITING = [(method, path) for method, path in OPERATIONS if method != "GET" and path != "/sparql"]
CASES = [(*one, False) for one in OPERATIONS] + [(*one, True) for one in WRITING]
"""Everything as a stranger, and what takes a token with one too."""


def metrics(address: str) -> dict[str, float]:
    text = httpx.get(f"{address}/metrics", timeout=30).text
    return {line.split("{")[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line[:1] == "k"}


def whole(server: Any) -> None:
    """The process lives, is ready, and has its workers: one busy and one spare."""
    assert server.process.poll() is None
    end = time.monotonic() + 20
    while True:
        found = metrics(server.address)
        if found["kg_workers"] == 2 and found["kg_queries_running"] == 0:
            assert found["kg_workers_started_total"] - found["kg_workers_ended_total"] == 2
            break
        assert time.monotonic() < end, found
        time.sleep(0.1)
    assert httpx.get(f"{server.address}/readyz", timeout=30).status_code == 200


@pytest.fixture(scope="module")
def server(
    seeds_home: Path, tmp_path_factory: pytest.TempPathFactory, start_server: Callable[..., Any]
) -> Iterator[Any]:
    """A server process that can be written to, with one query worker, over a home of its own."""
    home = tmp_path_factory.mktemp("fuzz") / "home"
    shutil.copytree(seeds_home, home)
    process = start_server(home, KG_LOG_REQUESTS="0")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def schema(server: Any) -> Any:
    return schemathesis.openapi.from_url(f"{server.address}/openapi.json")


def test_the_document_holds_the_operations_that_are_asked(schema: Any) -> None:
    found = {(one.ok().method.upper(), one.ok().path) for one in schema.get_all_operations()}
    assert set(OPERATIONS) <= found
    left = found - set(OPERATIONS)
    assert all(method == "GET" for method, _ in left), left


@pytest.mark.parametrize(("method", "path", "authorised"), CASES, ids=lambda value: str(value))
def test_schemathesis_finds_nothing(server: Any, schema: Any, method: str, path: str, authorised: bool) -> None:
    operation = schema[path][method]
    deliberate = {503, 504}

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def ask(case: Any) -> None:
        headers = server.headers if authorised else {}
        answer = case.call(base_url=server.address, headers=headers, timeout=60, allow_redirects=False)
        if answer.status_code in deliberate:
            return
        checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
        case.validate_response(answer, checks=checks, headers=headers)

    ask()


def test_every_worker_is_there_after_schemathesis(server: Any) -> None:
    whole(server)


# Raw bytes. A request that is well formed, and then is not.

QUERY = b"query=SELECT+*+WHERE+%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+2"
SEEDS = [
    b"GET /sparql?" + QUERY + b" HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
    + str(len(QUERY)).encode() + b"\r\n\r\n" + QUERY,
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"6\r\nASK {}\r\n0\r\n\r\n",
    b"QUERY /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n\r\nASK {}",
    b"GET /person HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\nRange: bytes=0-9\r\nAccept-Encoding: gzip\r\n\r\n",
    b"HEAD /dataset.nq HTTP/1.1\r\nHost: x\r\nRange: bytes=5-\r\n\r\n",
    b"OPTIONS /graphs HTTP/1.1\r\nHost: x\r\nOrigin: http://x.example\r\n\r\n",
    b"PUT /graphs?default HTTP/1.1\r\nHost: x\r\nContent-Type: text/turtle\r\nContent-Length: 5\r\n\r\n<a> .",
    b"POST /graphs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a-secret-of-the-tests\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 70\r\n\r\n"
    b"--b\r\nContent-Type: text/turtle\r\n\r\n<x:a> <x:b> <x:c> .\r\n--b--\r\n        ",
    b"GET /search?q=ada&kind=person HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /queries/name-variants.csv?limit=1 HTTP/1.0\r\n\r\n",
]  # fmt: skip
PIECES = [
    b"\x00", b"\xff\xfe", b"\r\n", b"\n", b"%", b"%zz", b"%00", b"%ff", b"&&&===", b"query=", b"..", b"//", b"?", b"#",
    b"Content-Length: 99999999\r\n", b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"Content-Type: application/sparql-query; charset=utf-16\r\n", b"Content-Encoding: gzip\r\n",
    b"Upgrade: websocket\r\n",     b"Connection: upgrade\r\n", b"Range: bytes=9-1,-,a\r\n", b"Accept: ;;;,,,q=\r\n",
    b"If-Modified-Since: never\r\n",
    b"Authorization: Bearer \xc3\xbc\r\n", b"Host: [::1\r\n", b"X: " + b"y" * 9000 + b"\r\n", b"{" * 300, b"(" * 2000,
    b"SERVICE <http://127.0.0.1:9/> {", b"\xf0\x9f\x92\xa9", b"HTTP/9.9", b"CONNECT ",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]  # fmt: skip


def mutated(chance: random.Random) -> bytes:
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(0, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[at:at] = chance.choice(PIECES)
            case 1:
                del data[at : at + chance.randint(1, 20)]
            case 2:
                data[at : at + 1] = chance.randbytes(chance.randint(1, 4))
            case 3:
                data += chance.choice(SEEDS)  # pipelined
            case _:
                data[at:at] = data[at : at + 40]
    return bytes(data)


def exchange(address: str, data: bytes, patience: float = 0.25) -> bytes:
    """Send bytes and return what comes back until the server is done or waits for more."""
    parts = urlsplit(address)
    got = b""
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=patience) as sock:
        try:
            sock.sendall(data)
            while chunk := sock.recv(1 << 16):
                got += chunk
        except (TimeoutError, ConnectionError):
            pass
    return got


def statuses(answer: bytes) -> list[int]:
    return [int(found[1]) for found in re.finditer(rb"(?:^|\n|[^\r\n])HTTP/1\.[01] ([0-9]{3}) ", answer)]


@pytest.mark.parametrize("round_", range(8))
def test_no_bytes_make_the_server_fail(server: Any, round_: int) -> None:
    chance = random.Random(round_)
    seen: set[int] = set()
    for _ in range(40):
        data = mutated(chance) if chance.random() < 0.9 else chance.randbytes(chance.randint(1, 400))
        for status in statuses(exchange(server.address, data)):
            seen.add(status)
            assert status < 500 or status in {503, 504}, data
    assert seen & {200, 400}, "nothing was understood, so nothing was tried"


def test_bodies_that_never_end_or_are_not_what_they_say(server: Any) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    # Larger than a body may be, in pieces.
    chunk = b"10000\r\n" + b"#" * 0x10000 + b"\r\n"
    answer = exchange(server.address, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 40, patience=5)
    assert statuses(answer)[:1] in ([413], []), answer[:200]
    # Shorter than it says: the client leaves in the middle.
    for size in (10, 1000, 10**15):
        assert all(status < 500 for status in statuses(
            exchange(server.address, head + f"Content-Length: {size}\r\n\r\nASK".encode())))  # fmt: skip
    for body in (b"\xff\xfe\x00", b"\xed\xa0\x80", b"query=%ff", "ASK{}".encode("utf-16"), b"\x1f\x8b\x08\x00"):
        sent = head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
        assert statuses(exchange(server.address, sent)) == [400], body


def test_clients_that_leave_in_the_middle_of_an_answer(server: Any) -> None:
    query = b"SELECT+*+%7B%3Fa+%3Fb+%3Fc+.+%3Fd+%3Fe+%3Ff%7D"
    parts = urlsplit(server.address)
    for size in (1, 1000, 70_000, 1_500_000):
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=20) as sock:
            sock.sendall(b"GET /sparql?format=csv&query=" + query + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            got = 0
            while got < size:
                got += len(sock.recv(1 << 16))


def test_every_worker_is_there_in_the_end(server: Any) -> None:
    whole(server)
    told = server.log.read_text()
    assert "Traceback" not in told, told[told.index("Traceback") - 500 :][:4000]

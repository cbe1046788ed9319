"""SERVICE reaches what the operator named, on the public network, and nothing else, however it is asked.

The servers called here listen on the loopback interface. The names of the tests resolve to public addresses, and a
connection "to" such an address is led to the server of the test: nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryRefused, SettingsError
from kg.settings import Settings
from kg.store.answers import Question
from kg.store.guard import redirect_calls, refuse_closed_doors
from kg.web.app import create_app
from kg.web.federation import Gateway
from kg.web.opened import open_world
from kg.web.outside import HOPS, Outside, OutsideError, Place, Streams, public, read_places

ROWS = (
    b'{"head":{"vars":["s","o"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://localhost:8000/person/ada"},'
    b'"o":{"type":"literal","value":"from elsewhere"}}]}}'
)
ALLOWED = "https://open.example/sparql http://plain.example/"
PUBLIC = "93.184.215.14"


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """A SPARQL endpoint of somebody else's. The path says how it behaves."""

    asked: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        self.asked.append((self.headers["host"], self.path, body))
        last = self.path.rpartition("/")[2]
        if last.startswith("to="):
            self.answer(307, b"", Location=last.removeprefix("to=").replace("|", "/"))
        elif last == "round":
            self.answer(307, b"", Location="/round")
        elif last == "broken":
            self.answer(500, b"out of order")
        elif last == "large":
            self.answer(200, ROWS + b" " * 20_000)
        elif last == "slow":
            threading.Event().wait(3)
            self.answer(200, ROWS)
        else:
            self.answer(200, ROWS)

    def answer(self, status: int, body: bytes, **fields: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/sparql-results+json", **fields}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


NAMES = {
    "open.example": [PUBLIC],
    "plain.example": ["2606:4700::1111", PUBLIC],
    "inside.example": ["10.0.0.7"],
    "half.example": [PUBLIC, "127.0.0.1"],
    "none.example": [],
}


def outside(port: int, allowed: str = ALLOWED, reached: list[str] | None = None, **given: Any) -> Outside:
    async def resolve(host: str, port: int) -> list[str]:
        if host not in NAMES:
            raise OSError("unknown")
        return NAMES[host]

    async def connect(address: str, place: Place) -> Streams:
        assert public(address)
        if reached is not None:
            reached.append(address)
        return await asyncio.open_connection("127.0.0.1", port)

    return Outside(read_places(allowed), resolve=resolve, connect=connect, **given)


def post(client: Outside, iri: str) -> tuple[str, bytes]:
    return asyncio.run(client.post(iri, b"SELECT * {}", "application/sparql-query", "*/*"))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
     "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::", "192.0.0.8", "192.88.99.1",
     "fec0::1", "::7f00:1", "::10.0.0.1", "64:ff9b:1::a00:1", "3fff::1", "5f00::1", "2001:20::1",
     "2001:0:4136:e378:8000:63bf:3fff:fdd2", "localhost", "", "1", "0x7f.1"],
)  # fmt: skip
def test_an_address_that_is_not_public_is_known(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", PUBLIC, "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_a_public_address_is_known(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize(
    "iri",
    ["https://open.example/sparql", "https://open.example/sparql?x=1", "https://OPEN.example:443/sparql/deeper",
     "http://plain.example", "http://plain.example/any/thing", "https://open.example./sparql"],
)  # fmt: skip
def test_what_is_listed_or_lies_below_may_be_called(iri: str) -> None:
    outside(0).place(iri)


@pytest.mark.parametrize(
    "iri",
    ["https://open.example/", "https://open.example/sparqling", "https://open.example.evil.example/sparql",
     "https://open.example@evil.example/sparql", "https://evil.example/#https://open.example/sparql",
     "http://open.example/sparql", "https://open.example:8443/sparql", "https://open.example/sparql/../admin",
     "https://open.example/sparql/%2e%2E/admin", "https://open.example/sparql\\..\\x", "ftp://plain.example/",
     "file:///etc/passwd", "//plain.example/", "plain.example", "", "https://open.example\n/sparql",
     "https://user:secret@open.example/sparql", "https://öpen.example/sparql", "http://[::1]/", "http://127.0.0.1/",
     "http://plain.example:x/"],
)  # fmt: skip
def test_anything_else_may_not(iri: str) -> None:
    with pytest.raises(OutsideError):
        outside(0).place(iri)


@given(st.text(max_size=40))
def test_no_text_behind_the_host_makes_it_another(text: str) -> None:
    try:
        place = outside(0).place(f"https://open.example{text}")
    except OutsideError:
        return
    assert place.host == "open.example" and place.port == 443 and (place.path + "/").startswith("/sparql/")


@pytest.mark.parametrize("text", ["open.example", "ftp://x.example/", "https://x.example/?a", "https://u@x.example/"])
def test_a_setting_that_cannot_be_read_stops_the_start(text: str) -> None:
    with pytest.raises(SettingsError, match="KG_SERVICES"):
        read_places(text)


def test_a_service_is_asked_at_the_address_that_was_checked(elsewhere: int) -> None:
    reached: list[str] = []
    media_type, body = post(outside(elsewhere, reached=reached), "http://plain.example/a?b=c")
    assert (media_type, body) == ("application/sparql-results+json", ROWS)
    assert reached == ["2606:4700::1111"]
    assert Elsewhere.asked[-1] == ("plain.example", "/a?b=c", b"SELECT * {}")


@pytest.mark.parametrize("name", ["inside.example", "half.example", "none.example", "unknown.example"])
def test_a_name_that_leads_inside_is_not_followed(elsewhere: int, name: str) -> None:
    client = outside(elsewhere, f"http://{name}/")
    with pytest.raises(OutsideError, match=r"not on the public network|cannot be resolved"):
        post(client, f"http://{name}/")


def test_a_name_is_looked_up_once_for_each_call(elsewhere: int) -> None:
    """Between the check and the connection a name cannot become another: there is no second look-up."""
    turns = [[PUBLIC], ["127.0.0.1"]]

    async def resolve(host: str, port: int) -> list[str]:
        return turns.pop(0)

    client = outside(elsewhere, "http://turning.example/")
    client = Outside(client.allowed, resolve=resolve, connect=client.connect)
    assert post(client, "http://turning.example/")[1] == ROWS
    with pytest.raises(OutsideError, match="not on the public network"):
        post(client, "http://turning.example/")


def redirect(to: str) -> str:
    return f"http://plain.example/to={to.replace('/', '|')}"


def test_a_redirect_is_followed_to_what_is_allowed(elsewhere: int) -> None:
    assert post(outside(elsewhere), redirect("http://plain.example/end"))[1] == ROWS
    assert post(outside(elsewhere), redirect("/end"))[1] == ROWS


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1/", "http://inside.example/", "file:///etc/passwd", "https://x.example/"]
)
def test_a_redirect_to_anywhere_else_is_not(elsewhere: int, to: str) -> None:
    with pytest.raises(OutsideError, match=r"may be called|cannot be called"):
        post(outside(elsewhere), redirect(to))


def test_a_redirect_inside_is_refused_even_where_the_name_is_allowed(elsewhere: int) -> None:
    with pytest.raises(OutsideError, match="not on the public network"):
        post(outside(elsewhere, f"{ALLOWED} http://inside.example/"), redirect("http://inside.example/"))


def test_redirects_have_an_end(elsewhere: int) -> None:
    before = len(Elsewhere.asked)
    with pytest.raises(OutsideError, match="redirected more than"):
        post(outside(elsewhere), "http://plain.example/round")
    assert len(Elsewhere.asked) - before == HOPS + 1


@pytest.mark.parametrize(("path", "said"), [("broken", "status 500"), ("large", "larger than 10,000 bytes")])
def test_an_answer_that_cannot_be_used_is_an_error(elsewhere: int, path: str, said: str) -> None:
    with pytest.raises(OutsideError, match=said):
        post(outside(elsewhere, most=10_000), f"http://plain.example/{path}")


CALL = "SELECT * { ?s a foaf:Person SERVICE <http://plain.example/x> { ?s ?p ?o } }"


def through(iri: str) -> str:
    if not iri.startswith("http://plain.example/"):
        raise QueryRefused("not allowed")
    return f"http://127.0.0.1:9/secret/{quote(iri, safe='')}"


def test_calls_are_led_through_the_gateway_and_nothing_else_changes() -> None:
    text = "# SERVICE <http://a.example/> {\nSELECT ?service { ?s ?p 'SERVICE <http://b.example/> {' "
    query = f"{text} SERVICE SILENT # c\n <http://plain.example/x> {{ ?s ?p ?o }} }}"
    led = redirect_calls(query, through)
    assert led == query.replace("<http://plain.example/x>", f"<{through('http://plain.example/x')}>")
    refuse_closed_doors(led, services="http://127.0.0.1:9/secret/")
    with pytest.raises(QueryRefused):
        refuse_closed_doors(led, services="http://127.0.0.1:9/other/")
    assert redirect_calls(text, through) == text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { SERVICE ?x { ?s ?p ?o } }", "whole address"),
        ("SELECT * { SERVICE ex:x { ?s ?p ?o } }", "whole address"),
        ("SELECT * { SERVICE <x> { ?s ?p ?o } }", "not allowed"),
        ("SELECT * { SERVICE <http://inside.example/> { ?s ?p ?o } }", "not allowed"),
        ("SELECT * { SERVICE <http://plain.example/\\u0061> { ?s ?p ?o } }", "whole address"),
        ("SELECT * { <it's>SERVICE <http://plain.example/a'b> {}'SERVICE <http://plain.example/x> {} }", "%27"),
        ("SELECT * { ?s ?p trueSERVICE <http://plain.example/x> { ?s ?p ?o } }", "more than one way"),
        ("SELECT * { FILTER(?a<?b) SERVICE <http://plain.example/x> {} FILTER(?b>?a) SERVICE ?x {} }", "whole address"),
        ("SELECT * { SERVICE <http://plain.example/x> { SERVICE <http://b.example/> { ?s ?p ?o } } }", "not allowed"),
    ],
)
def test_a_call_that_is_not_plain_is_refused_with_its_place(query: str, said: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        redirect_calls(query, through)
    assert said in f"{caught.value.message}; {caught.value.advice}"
    assert caught.value.line == 1 and caught.value.column


def test_what_passes_the_gateway_passes_the_guard() -> None:
    """The guard reads the text in every way it can be read: none may hold a call that was not led through."""
    pieces = st.lists(
        st.sampled_from(
            ["SERVICE ", "SERVICE <http://plain.example/x> {}", "SERVICE<x>{}", "?s<?p", ">", "<", "'", "{", "}", "#\n",
             "<it's>", " ", "?a ?b ?c.", "SERVICE ?x {}", "'''", '"', "SERVICE <http://plain.example/a'b> {}",
             "{ ?s ?p ?o }"]
        ),
        max_size=9,
    )  # fmt: skip

    @given(pieces)
    def check(parts: list[str]) -> None:
        try:
            led = redirect_calls("SELECT * {" + "".join(parts) + "}", through)
        except QueryRefused:
            return
        refuse_closed_doors(led, services="http://127.0.0.1:9/secret/")

    check()


@pytest.fixture(scope="module")
def federated(toy_release: Any, started: Any, elsewhere: int) -> Iterator[Any]:
    app = create_app(open_world(toy_release, Settings(workers=1, deadline=2.0, follow=0)))
    app.state.gateway = gateway = Gateway(outside(elsewhere, most=10_000), 2.0)
    with started(app) as client:
        client.portal.call(gateway.start)
        yield client
        client.portal.call(gateway.close)


def ask(client: Any, query: str) -> Any:
    return client.get("/sparql", params={"query": query}, accept="application/sparql-results+json")


def test_a_query_joins_what_is_here_with_what_is_elsewhere(federated: Any) -> None:
    answer = ask(federated, CALL)
    assert answer.status_code == 200, answer.text
    assert [row["o"]["value"] for row in answer.json()["results"]["bindings"]] == ["from elsewhere"]
    assert answer.headers["cache-control"] == "no-store" and "etag" not in answer.headers
    assert b"SELECT" in Elsewhere.asked[-1][2]


def test_a_service_that_fails_is_named_as_the_query_named_it(federated: Any) -> None:
    answer = ask(federated, CALL.replace("/x>", "/broken>"))
    assert (answer.status_code, answer.json()["type"].rpartition("#")[2]) == (502, "service-failed")
    assert answer.json()["detail"] == (
        "<http://plain.example/broken> could not be asked: plain.example answered with status 500"
    )
    assert "127.0.0.1" not in answer.text
    silent = ask(federated, CALL.replace("/x>", "/broken>").replace("SERVICE", "SERVICE SILENT"))
    assert silent.status_code == 200 and silent.json()["results"]["bindings"]


def test_a_slow_service_is_bounded_by_the_deadline(federated: Any) -> None:
    answer = ask(federated, CALL.replace("/x>", "/slow>"))
    assert answer.status_code in {502, 504}
    assert ask(federated, "ASK {}").status_code == 200


@pytest.mark.parametrize(
    "call",
    [
        "SERVICE <http://inside.example/>",
        "SERVICE ?s",
        "SERVICE <http://127.0.0.1:1/>",
        "SERVICE <http://plain.example.evil.example/>",
    ],
)
def test_other_calls_are_refused(federated: Any, call: str) -> None:
    before = len(Elsewhere.asked)
    answer = ask(federated, f"SELECT * {{ ?s a foaf:Person {call} {{ ?s ?p ?o }} }}")
    assert answer.status_code == 403 and answer.json()["line"] == 1
    assert len(Elsewhere.asked) == before


def test_a_call_within_a_call_never_carries_the_secret_out(federated: Any) -> None:
    inner = "SERVICE <http://plain.example/y> { ?s ?p ?o }"
    answer = ask(federated, f"SELECT * {{ SERVICE <http://plain.example/x> {{ ?s ?p ?o {inner} }} }}")
    assert answer.status_code == 502 and "call within a call" in answer.json()["detail"]
    secret = federated.app.state.gateway.address.rstrip("/").rpartition("/")[2]
    assert not any(secret.encode() in body for _, _, body in Elsewhere.asked)


def test_the_gateway_answers_nobody_without_its_secret(federated: Any) -> None:
    async def try_it(target: str, method: str = "POST") -> bytes:
        port = int(federated.app.state.gateway.address.split(":")[2].split("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer

    before = len(Elsewhere.asked)
    where = quote("http://plain.example/x", safe="")
    for target, method in ((f"/guess/{where}", "POST"), (f"/{where}", "POST"), ("/", "GET"), ("nonsense", "POST")):
        assert not asyncio.run(try_it(target, method)).startswith(b"HTTP/1.1 200")
    assert len(Elsewhere.asked) == before


def test_without_the_setting_every_call_is_refused(client: Any) -> None:
    assert client.app.state.gateway is None
    assert ask(client, CALL).status_code == 403


def test_an_update_may_never_call(server_with_services: tuple[str, dict[str, str]]) -> None:
    import httpx

    address, headers = server_with_services
    text = "INSERT { ?s ?p ?o } WHERE { SERVICE <https://open.example/sparql> { ?s ?p ?o } }"
    answer = httpx.post(f"{address}/update", data={"update": text}, headers=headers, timeout=30)
    assert answer.status_code == 403 and "SERVICE is closed" in answer.json()["detail"]
    refused = httpx.get(f"{address}/sparql", params={"query": CALL}, timeout=30)
    assert refused.status_code == 403 and "not among the services" in refused.json()["detail"]
    shown = httpx.get(f"{address}/settings.json", timeout=30).json()["settings"]
    assert [entry["value"] for entry in shown if entry["name"] == "KG_SERVICES"] == ["https://open.example/sparql"]


@pytest.fixture
def server_with_services(
    seeds_home: Path, tmp_path: Path, start_server: Callable[..., Any]
) -> Iterator[tuple[str, dict[str, str]]]:
    import shutil

    shutil.copytree(seeds_home, tmp_path / "home")
    server = start_server(tmp_path / "home", KG_SERVICES="https://open.example/sparql")
    yield server.address, server.headers
    server.stop()


def test_the_question_says_which_addresses_it_may_call(federated: Any) -> None:
    gateway: Gateway = federated.app.state.gateway
    assert gateway.open(Question("ASK {}")) == Question("ASK {}")
    opened = gateway.open(Question(CALL))
    assert opened.services == gateway.address and gateway.address in opened.query

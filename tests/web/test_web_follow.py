"""A running server follows the publications of its home, drops nothing in a change, and does not fall over damage."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from typing import Any

import httpx
import pytest

from kg.errors import ReleaseError
from kg.settings import Settings
from kg.store.disk import write_durably
from kg.web.app import create_app
from kg.web.opened import open_world

NUMBER = "SELECT ?n { <http://x.example/number> rdfs:label ?n }"
LABEL = "<http://x.example/number> <http://www.w3.org/2000/01/rdf-schema#label> ?n"
MANY = f"SELECT ?n ?a ?b {{ {LABEL} . ?a ?p ?b . ?c ?q ?d }}"


def number(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["results"]["bindings"][0]["n"]["value"])


@pytest.fixture(scope="module")
def three(releases: Any) -> Any:
    return releases(3)


def test_a_publication_is_noticed_and_everything_changes_with_it(three: Any, started: Any) -> None:
    home, made = three
    home.publish(made[0].id)
    with started(create_app(open_world(made[0], Settings(follow=0.1)))) as client:
        assert number(client.get("/sparql", params={"query": NUMBER})) == "1"
        home.publish(made[1].id)
        end = time.monotonic() + 10
        while client.get("/healthz").json()["release"] != made[1].id:
            assert time.monotonic() < end, "the publication was not noticed"
            time.sleep(0.05)
        assert number(client.get("/sparql", params={"query": NUMBER})) == "2"
        assert made[1].id in client.get("/person/ada.html").text
        assert client.get("/dataset.json").json()["id"] == made[1].id
        home.rollback()
        while client.get("/healthz").json()["release"] != made[0].id:
            assert time.monotonic() < end, "the rollback was not noticed"
            time.sleep(0.05)


def test_who_awaits_the_switch_reads_what_was_written(three: Any, started: Any) -> None:
    _, made = three
    app = create_app(open_world(made[0], Settings(follow=0)))
    with started(app) as client:
        for release, expected in ((made[1], "2"), (made[2], "3"), (made[2], "3"), (made[0], "1")):
            client.portal.call(app.state.follower.switch, release)
            assert number(client.get("/sparql", params={"query": NUMBER})) == expected


def test_a_damaged_release_is_one_line_in_the_log_and_the_old_one_stays(
    releases: Any, started: Any, caplog: pytest.LogCaptureFixture
) -> None:
    home, made = releases(2)
    with started(create_app(open_world(made[0], Settings(follow=0.05)))) as client:
        (made[1].store_path / "CURRENT").unlink()
        write_durably(home.path / "current", f"{made[1].id}\n".encode())
        with caplog.at_level(logging.ERROR, "kg.releases"):
            end = time.monotonic() + 20
            while not caplog.records and time.monotonic() < end:
                time.sleep(0.05)
            time.sleep(0.4)  # it is tried again, but not told again
        assert [record.name for record in caplog.records] == ["kg.releases"]
        assert "\n" not in caplog.messages[0] and made[0].id in caplog.messages[0]
        assert number(client.get("/sparql", params={"query": NUMBER})) == "1"
        with pytest.raises(ReleaseError):
            client.portal.call(client.app.state.follower.switch, made[1])
        write_durably(home.path / "current", b"../../etc\n")
        time.sleep(0.2)
        home.publish(made[0].id)
        assert number(client.get("/sparql", params={"query": NUMBER})) == "1"


def test_switching_every_half_second_under_load_drops_nothing(three: Any, started: Any) -> None:
    _, made = three
    app = create_app(open_world(made[0], Settings(follow=0, workers=2, queue=200, deadline=20)))
    seen: dict[str, int] = {}
    long: list[int] = []

    async def ask(http: httpx.AsyncClient, until: float) -> None:
        while time.monotonic() < until:
            for path in ("/sparql", "/person/ada.html", "/work", "/person/ada.ttl"):
                answer = await http.get(path, params={"query": NUMBER} if path == "/sparql" else None)
                assert answer.status_code == 200, answer.text
                await asyncio.sleep(0.001)  # an answer from the cache does not give way by itself
                if path == "/sparql":
                    seen[number(answer)] = seen.get(number(answer), 0) + 1

    async def stream(http: httpx.AsyncClient, until: float) -> None:
        while time.monotonic() < until:
            answer = await http.get("/sparql", params={"query": f"{MANY} LIMIT 40000", "format": "csv"})
            rows = answer.text.splitlines()[1:]
            assert answer.status_code == 200 and len(rows) == 40000
            assert len({row.partition(",")[0] for row in rows}) == 1, "an answer spoke of two releases"
            long.append(len(rows))

    async def change(until: float) -> int:
        count = 0
        while time.monotonic() < until:
            await asyncio.sleep(0.5)
            count += 1
            await app.state.follower.switch(made[count % 3])
        return count

    async def run() -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=30) as http:
            until = time.monotonic() + 6
            work = [asyncio.create_task(ask(http, until)) for _ in range(6)]
            work += [asyncio.create_task(stream(http, until))]
            changes = await change(until)
            await asyncio.gather(*work)
            return changes

    with started(app) as client:
        changes = client.portal.call(partial(run))
    assert changes >= 4
    assert set(seen) == {"1", "2", "3"} and long, (changes, seen, long)

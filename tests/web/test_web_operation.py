"""What is limited, counted and logged, and that none of it gives away what it should not."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from kg.errors import DeadlineExceeded
from kg.settings import Settings
from kg.web import operation
from kg.web.app import create_app
from kg.web.limits import Buckets
from kg.web.log import _not_said_already
from kg.web.opened import open_world

ALL = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SAMPLE = re.compile(r'[a-z_]+\{(?:[a-z]+="[^"\n]*",?)*\} (?:[0-9.e+-]+|\+Inf)')


@pytest.fixture(scope="module")
def cutting(toy_release: Any, started: Any) -> Iterator[Any]:
    settings = Settings(max_rows=5, max_query=2000, max_nesting=20, follow=0, deadline=2)
    with started(create_app(open_world(toy_release, settings))) as client:
        yield client


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_cut_result_says_so_in_every_form(cutting: Any, form: str) -> None:
    for _ in range(2):  # the second comes from the cache
        answer = cutting.get("/sparql", params={"query": ALL, "format": form})
        assert answer.headers["kg-truncated"] == "rows=5"
        assert "KG-Truncated" in answer.headers["access-control-expose-headers"]
    if form == "json":
        found = answer.json()
        assert (len(found["results"]["bindings"]), found["head"]["truncated"]) == (5, {"rows": 5})
    posted = cutting.post("/sparql", data={"query": ALL, "format": form})
    assert posted.headers["kg-truncated"] == "rows=5"


def test_a_cut_result_says_so_on_the_page_and_a_whole_one_says_nothing(cutting: Any) -> None:
    page = cutting.get("/sparql", BROWSER, params={"query": ALL})
    assert "this server cuts a result after 5 rows" in page.text and page.headers["kg-truncated"] == "rows=5"
    whole = cutting.get("/sparql", params={"query": f"{ALL} LIMIT 5", "format": "json"})
    assert "kg-truncated" not in whole.headers and "truncated" not in whole.json()["head"]
    assert "cuts a result" not in cutting.get("/sparql", BROWSER, params={"query": f"{ALL} LIMIT 5"}).text


@pytest.mark.parametrize("accept", ["application/json", BROWSER])
def test_a_deep_or_long_query_is_refused_without_a_worker(cutting: Any, accept: str) -> None:
    pool = cutting.app.state.site.world.pool
    started = pool.started
    deep = "SELECT * " + "{" * 900 + "}" * 900
    for query, status, kind in ((deep, 400, "query-too-deep"), (ALL + " " * 2000, 413, "query-too-long")):
        for answer in (
            cutting.get("/sparql", accept, params={"query": query}),
            cutting.post("/sparql", data={"query": query}, headers={"Accept": accept}),
        ):
            assert answer.status_code == status
            if accept == "application/json":
                assert answer.json()["type"].endswith(f"#{kind}")
    assert pool.started == started


def test_a_client_that_sends_too_much_is_told_when_to_go_on(toy_release: Any, started: Any) -> None:
    with started(create_app(open_world(toy_release, Settings(rate=1, follow=0)))) as client:
        answers = [client.get("/problems") for _ in range(15)]
        assert [answer.status_code for answer in answers[:10]] == [200] * 10
        last = answers[-1]
        assert last.status_code == 429 and int(last.headers["retry-after"]) >= 1
        assert last.json()["type"].endswith("#too-many-requests")
        assert last.headers["access-control-allow-origin"] == "*" and last.headers["x-request-id"]
        assert {client.get(path).status_code for path in operation.MOMENTARY} == {200}


def test_tokens_come_back_at_the_rate() -> None:
    now = [0.0]
    buckets = Buckets(2.0, lambda: now[0])
    assert [buckets.take("a") for _ in range(20)] == [0.0] * 20
    assert buckets.take("a") == pytest.approx(0.5)
    assert buckets.take("b") == 0.0
    now[0] = 0.6
    assert (buckets.take("a"), buckets.take("a") > 0) == (0.0, True)
    now[0] = 1e6
    assert [buckets.take("a") for _ in range(20)] == [0.0] * 20 and buckets.take("a") > 0
    for number in range(30_000):
        buckets.take(str(number))
    assert len(buckets) <= 20_000


# ---------------------------------------------------------------- settings, readiness, metrics


def test_settings_are_shown_with_value_unit_and_meaning(client: Any) -> None:
    listed = {one["name"]: one for one in client.get("/settings.json").json()["settings"]}
    assert listed["KG_DEADLINE"] == {
        "name": "KG_DEADLINE", "value": 5.0, "unit": "s", "default": 30.0,
        "about": "Seconds after which a query is stopped; 0.1 to 3600.",
    }  # fmt: skip
    assert all(one["about"] for one in listed.values()), "each setting has a comment above it"
    assert "/" not in listed["KG_HOME"]["value"]
    page = client.get("/settings", BROWSER)
    assert all(name in page.text for name in listed)


def test_a_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class WithToken(Settings):
        # The token of those who may write.
        write_token: str = ""

    for value, said in (("hunter2", "set"), ("", "unset")):
        shown = {one.name: one for one in operation.shown(WithToken(write_token=value))}
        assert shown["KG_WRITE_TOKEN"].value == said
        assert "hunter2" not in repr(shown)


def test_readiness_is_that_of_the_workers(client: Any, toy_release: Any, started: Any) -> None:
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    app = create_app(open_world(toy_release, Settings(follow=0)))
    with started(app) as other:
        other.portal.call(app.state.site.world.pool.close)
        answer = other.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
        assert other.get("/healthz").status_code == 200


def test_metrics_are_what_prometheus_reads(cutting: Any) -> None:
    cutting.get("/sparql", params={"query": ALL})
    cutting.get("/person/ada.ttl")
    cutting.get("/wp-login.php")
    cutting.get("/sparql", params={"query": "nonsense"})
    answer = cutting.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert all(line.startswith(("# HELP kg_", "# TYPE kg_")) or SAMPLE.fullmatch(line) for line in lines)
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families))
    values = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}

    def value(start: str) -> float:
        return sum(number for name, number in values.items() if name.startswith(start))

    assert value('kg_requests_total{route="/sparql",method="GET",status="400"') >= 1
    assert value('kg_requests_total{route="/person",method="GET",status="200"') >= 1
    assert value('kg_requests_total{route="other"') >= 1 and "wp-login" not in answer.text
    assert value('kg_info{version="0.1.0",release="00000000000000aa"') == 1
    assert value("kg_workers{") == 3 and value("kg_workers_started_total{") >= 3
    for route in ("/sparql", "/person"):
        counts = [number for name, number in values.items()
                  if name.startswith(f'kg_request_duration_seconds_bucket{{route="{route}"')]  # fmt: skip
        assert counts == sorted(counts)
        assert counts[-1] == value(f'kg_request_duration_seconds_count{{route="{route}"')
        assert counts[-1] == value(f'kg_requests_total{{route="{route}"')


# ---------------------------------------------------------------- the log


def logged(client: Any, caplog: pytest.LogCaptureFixture, method: str, path: str, **given: Any) -> tuple[str, Any]:
    caplog.clear()
    with caplog.at_level(logging.INFO, "kg.access"):
        answer = client.request(method, path, **given)
    [record] = [record for record in caplog.records if record.name == "kg.access"]
    return record.getMessage(), answer


def test_a_request_is_one_line_with_the_id_that_its_answer_carries(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    line, answer = logged(client, caplog, "GET", "/sparql", params={"query": "SELECT (1 AS ?secret) {}"},
                          headers={"Authorization": "Bearer hunter2"})  # fmt: skip
    number = answer.headers["x-request-id"]
    assert re.fullmatch(
        rf"id={number} method=GET route=/sparql status=200 ms=[0-9.]+ bytes={len(answer.content)}", line
    )
    line, answer = logged(client, caplog, "POST", "/sparql", data={"query": "nonsense secret"})
    assert "status=400" in line and "secret" not in line and answer.headers["x-request-id"] in line
    line, answer = logged(client, caplog, "GET", "/search?q=secret%0A", headers={"X-Request-ID": "proxy-given-0001"})
    assert line.startswith("id=proxy-given-0001 ") and answer.headers["x-request-id"] == "proxy-given-0001"
    assert "secret" not in line
    line, _ = logged(client, caplog, "GET", "/", headers={"X-Request-ID": 'forged" status=200 id=1'})
    assert "forged" not in line
    line, _ = logged(client, caplog, "BREW", "/secret/path")
    assert "method=other route=other" in line
    line, answer = logged(client, caplog, "HEAD", "/person/ada.ttl")
    assert "method=HEAD route=/person status=200" in line and "bytes=0" in line


def test_query_text_is_logged_only_when_asked_for(
    toy_release: Any, started: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(log_queries=1, max_rows=5, follow=0)
    with started(create_app(open_world(toy_release, settings))) as client:
        line, _ = logged(client, caplog, "POST", "/sparql", data={"query": f'{ALL}\n# "x"\x1b[2J'})
    assert line.endswith(f'rows=5 query="{ALL} # \\"x\\"\\x1b[2J"')


def test_a_stream_that_breaks_off_is_one_clear_line(
    toy_release: Any, started: Any, caplog: pytest.LogCaptureFixture
) -> None:
    many = "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with started(create_app(open_world(toy_release, Settings(deadline=0.5, follow=0)))) as client:
        with caplog.at_level(logging.INFO, "kg.access"):
            answer = client.request("GET", "/sparql", params={"query": many}, headers={"Accept-Encoding": "identity"})
        with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
            json.loads(answer.content)
    [line] = [record.getMessage() for record in caplog.records if record.name == "kg.access"]
    assert 'broken="DeadlineExceeded: the query ran past its deadline of 0.5 s' in line and "status=200" in line
    error = RuntimeError("Caught handled exception, but response already started.")
    error.__cause__ = DeadlineExceeded("late")
    remark = logging.LogRecord(
        "uvicorn.error", 40, "", 0, "Exception in ASGI application\n", (), (RuntimeError, error, None)
    )
    assert not _not_said_already(remark)
    other = logging.LogRecord("uvicorn.error", 40, "", 0, "Exception", (), (ValueError, ValueError("x"), None))
    assert _not_said_already(other)

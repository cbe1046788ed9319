"""Validators, 304, codings and the cache: right after a new release, closed to what must not be kept."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from kg.settings import Settings
from kg.web import coding
from kg.web.app import create_app
from kg.web.cache import Answers, Kept
from kg.web.coding import OFFERED, choose_coding
from kg.web.opened import open_world

NUMBER = "/sparql?query=SELECT%20*%20%7B%20%3Chttp%3A%2F%2Fx.example%2Fnumber%3E%20%3Fp%20%3Fn%20%7D"
LONG = "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"
HUGE = "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20.%20%3Fa%20%3Fb%20%3Fc%20%7D%20LIMIT%2020000"
READ = (
    "/", "/person/ada.html", "/person/ada.ttl", "/person/ada.jsonld", "/person", "/work.json", "/queries", NUMBER, LONG,
    "/queries/person-works.csv?person=http://localhost:8000/person/ada", "/search?q=ink", "/search.json?q=ink",
    "/quality", "/quality.csv", "/quality.ttl", "/dataset", "/dataset.json", "/dataset.nq", "/ontology", "/settings",
    "/sparql", "/graph/source/list.ttl", "/openapi.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def two(releases: Any) -> Any:
    return releases(2)


@pytest.fixture(scope="module")
def app(two: Any) -> Any:
    return create_app(open_world(two[1][0], Settings(follow=0, deadline=10)))


@pytest.fixture(scope="module")
def cached(app: Any, started: Any) -> Iterator[Any]:
    with started(app) as client:
        yield client


def get(client: Any, path: str, method: str = "GET", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request(method, path, headers={"Accept-Encoding": "identity", **named})


@pytest.mark.parametrize("path", READ)
def test_every_reading_has_validators_and_answers_304_to_them(cached: Any, path: str) -> None:
    first = get(cached, path)
    assert first.status_code == 200, first.text
    tag, date = first.headers["etag"], first.headers["last-modified"]
    assert tag.startswith('"') and "no-store" not in first.headers["cache-control"]
    assert parsedate_to_datetime(date).timestamp() <= time.time()
    for headers in ({"If_None_Match": tag}, {"If_None_Match": f'"x", W/{tag}'}, {"If_Modified_Since": date}):
        for method in ("GET", "HEAD"):
            again = get(cached, path, method, **headers)
            assert (again.status_code, again.content) == (304, b""), (method, headers)
            assert again.headers["etag"] == tag and again.headers.get("vary") == first.headers.get("vary")
            assert again.headers["cache-control"] == first.headers["cache-control"]
            assert again.headers["access-control-allow-origin"] == "*"
    other = get(cached, path, If_None_Match='"x"', If_Modified_Since=date)
    assert other.status_code == 200, "If-None-Match decides alone where it is given"
    assert get(cached, path, If_Modified_Since="yesterday").status_code == 200
    assert get(cached, path, If_Modified_Since=formatdate(0, usegmt=True)).status_code == 200
    head = get(cached, path, "HEAD")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    if "content-length" in first.headers:
        assert head.headers["content-length"] == first.headers["content-length"]


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/readyz",
        "/metrics",
        "/nothing",
        "/sparql?query=nonsense",
        "/sparql?query=SELECT(NOW()AS%3Ft)%7B%7D",
        "/sparql?query=SELECT(rand()AS%3Ft)%7B%7D&format=html",
    ],
)
def test_what_is_of_the_moment_has_no_validators(cached: Any, app: Any, path: str) -> None:
    answer = get(cached, path)
    before = len(app.state.answers)
    assert "etag" not in answer.headers
    assert get(cached, path, If_None_Match="*").status_code == answer.status_code
    assert len(app.state.answers) == before
    assert answer.headers["cache-control"] == "no-store"


def test_tags_differ_by_form_and_coding_and_not_by_method(cached: Any) -> None:
    tags = [get(cached, LONG, Accept=form).headers["etag"] for form in ("text/csv", "application/json", "text/html")]
    codings = [get(cached, LONG, Accept="text/csv", Accept_Encoding=name) for name in OFFERED]
    assert [answer.headers["content-encoding"] for answer in codings] == list(OFFERED)
    tags += [answer.headers["etag"] for answer in codings]
    assert len(set(tags)) == len(tags)
    again = get(cached, LONG, Accept="text/csv", Accept_Encoding="gzip", If_None_Match=tags[0])
    assert again.status_code == 200, "the plain form is not the compressed one"


def test_an_authorised_request_or_a_post_has_no_part_in_the_cache(cached: Any, app: Any) -> None:
    get(cached, NUMBER)
    hits, held = app.state.answers.hits, len(app.state.answers)
    assert "etag" not in get(cached, NUMBER, Authorization="Bearer x").headers
    posted = cached.post("/sparql", data={"query": "SELECT * { ?s ?p ?o }"}, headers={"Accept-Encoding": "gzip"})
    assert "etag" not in posted.headers and posted.headers["content-encoding"] == "gzip"
    assert (app.state.answers.hits, len(app.state.answers)) == (hits, held)


def test_the_second_reading_comes_from_the_cache_with_the_same_bytes(cached: Any, app: Any) -> None:
    for path in ("/person/ada.html", NUMBER, "/person/ben"):
        first = get(cached, path)
        hits = app.state.answers.hits
        second = get(cached, path)
        assert app.state.answers.hits == hits + 1
        assert (second.content, second.status_code) == (first.content, first.status_code)
        own = {"x-request-id"}
        assert {k: v for k, v in second.headers.items() if k not in own} == {
            k: v for k, v in first.headers.items() if k not in own
        }


def test_streams_are_not_kept_but_their_validators_are(cached: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = get(cached, HUGE)
    assert "content-length" not in first.headers and len(first.content) > 1_000_000
    hits = app.state.answers.hits
    assert get(cached, HUGE).content == first.content
    assert app.state.answers.hits == hits
    monkeypatch.setattr(app.state.site.world.pool, "ask", None)  # a question to the pool would fail
    assert get(cached, HUGE, If_None_Match=first.headers["etag"]).status_code == 304


@pytest.mark.parametrize("name", OFFERED)
@pytest.mark.parametrize("path", ["/person/ada.html", LONG, HUGE, "/dataset.trig", "/dataset.nq", "/quality.ttl"])
def test_every_coding_carries_the_same_bytes(cached: Any, path: str, name: str) -> None:
    plain = get(cached, path)
    packed = get(cached, path, Accept_Encoding=name)
    assert packed.headers["content-encoding"] == name
    assert "accept-encoding" in packed.headers["vary"].lower() and "accept-encoding" in plain.headers["vary"].lower()
    assert packed.content == plain.content, "httpx has unpacked it"
    assert "content-encoding" not in plain.headers
    if "content-length" in packed.headers:
        assert int(packed.headers["content-length"]) < len(plain.content)


def test_a_tiny_body_is_sent_as_it_is(cached: Any) -> None:
    answer = get(cached, NUMBER, Accept_Encoding="gzip, br, zstd")
    assert "content-encoding" not in answer.headers and len(answer.content) < coding.LEAST


def test_the_cache_is_right_after_a_new_release(two: Any, started: Any) -> None:
    _, made = two
    app = create_app(open_world(made[0], Settings(follow=0)))
    with started(app) as client:
        tags: set[str] = set()
        for release, number in ((made[0], "1"), (made[1], "2"), (made[0], "1")):
            client.portal.call(app.state.follower.switch, release)
            assert len(app.state.answers) == 0
            for _ in range(2):
                answer = get(client, NUMBER)
                assert answer.json()["results"]["bindings"][0]["n"]["value"] == number
            old = [get(client, NUMBER, If_None_Match=tag).status_code for tag in tags - {answer.headers["etag"]}]
            assert old == [200] * len(old)
            tags.add(answer.headers["etag"])
            assert get(client, NUMBER, If_None_Match=answer.headers["etag"]).status_code == 304
        assert len(tags) == 2, "the same release has the same tags again"


def test_two_publications_of_one_second_have_different_dates(releases: Any) -> None:
    from kg.store.moments import published_at

    home, made = releases(2)
    for release in (made[1], made[0], made[1]):
        home.publish(release.id)
    moments = [published_at(home, release.id) for release in made]
    assert moments[0] < moments[1], "the one published last is the later one"
    entries = [json.loads(line)["at"] for line in (home.path / "published.log").read_text().splitlines() if line]
    assert len(entries) == 4


def test_a_part_is_given_only_of_what_the_client_holds(cached: Any) -> None:
    whole = get(cached, "/dataset.nq")
    part = get(cached, "/dataset.nq", Range="bytes=0-9", If_Range='"other"')
    assert part.status_code == 200 and part.content == whole.content
    assert get(cached, "/person/ada.ttl", Range="bytes=0-9").status_code == 200


def test_the_budget_holds() -> None:
    answers = Answers(100_000)
    for number in range(1000):
        answers.put(str(number).encode(), Kept(200, ((b"a", b"b"),), '"t"', b"x" * 1000))
        assert answers.bytes <= 100_000
    assert 0 < len(answers) < 70
    assert answers.get(b"999") is not None and answers.get(b"0") is None
    answers.put(b"large", Kept(200, (), '"t"', b"x" * 20_000))
    kept = answers.get(b"large")
    assert kept is not None and kept.body is None, "too large: only its validators"
    answers.clear()
    assert (answers.bytes, len(answers)) == (0, 0)
    nothing = Answers(0)
    nothing.put(b"a", Kept(200, (), '"t"', b""))
    assert len(nothing) == 0


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", ""), ("identity", ""), ("gzip", "gzip"), ("x-gzip", "gzip"), ("GZIP;Q=1.0", "gzip"), ("gzip;q=0", ""),
        ("*", OFFERED[0]), ("gzip;q=1, *;q=0", "gzip"), ("gzip;q=0.2, identity;q=0.5", ""), ("*;q=0", ""),
        ("gzip;q=0.5, identity;q=0", "gzip"), ("gzip;q=2", ""), ("gzip;q=x", ""), ("deflate", ""), (",;,=", ""),
        ("gzip, identity", "gzip"), ("zstd;q=0.1, br;q=0.1, gzip;q=0.9", "gzip"), (", ".join(OFFERED), OFFERED[0]),
    ],
)  # fmt: skip
def test_the_coding_follows_accept_encoding(header: str, chosen: str) -> None:
    assert choose_coding(header) == chosen


def test_a_stream_of_pieces_is_readable_at_every_piece() -> None:
    state = coding.squeezer("gzip")
    pieces = [state.feed(b"piece %d " % number * 20) for number in range(5)]
    import zlib

    reader = zlib.decompressobj(31)
    for number, piece in enumerate(pieces):
        assert reader.decompress(piece) == b"piece %d " % number * 20
    assert not reader.eof, "without its end it is not complete"
    assert gzip.decompress(b"".join(pieces) + state.finish()).endswith(b"piece 4 ")


def test_new_blank_nodes_make_a_tag_weak(cached: Any) -> None:
    query = "CONSTRUCT { [] rdfs:label ?o } WHERE { ?s schema:name ?o }"
    answer = cached.get("/sparql", params={"query": query})
    assert answer.headers["etag"].startswith('W/"')
    assert len(list(parse(answer.content, RdfFormat.TURTLE))) > 1
    headers = {"If-None-Match": answer.headers["etag"]}
    assert cached.request("GET", "/sparql", params={"query": query}, headers=headers).status_code == 304

"""Pages over odd inputs: names from right to left, very many authors, a file of one line, nothing checked."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urljoin

import pytest

from kg.build import build
from kg.settings import Settings
from kg.sources import InputFile
from kg.store.finished import Release
from kg.store.releases import Home
from kg.web import captured
from kg.web.app import create_app
from kg.web.links import Links
from kg.web.opened import open_world

BASE = "http://localhost:8000/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NAMES = ("רות כהן", "יוסי לוי", "Ada Ant")
TITLE = "נהרות של דיו"
MANY = 150


def record(number: int, title: str, names: list[str], abstract: str = "") -> dict[str, Any]:
    authors = [dict(zip(("given", "family"), name.split(" "), strict=True)) for name in names]
    doi = f"10.5555/odd.{number}"
    return {"id": doi, "type": "article-journal", "title": title, "DOI": doi, "author": authors, "abstract": abstract}


@pytest.fixture(scope="module")
def odd_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    many = [f"Given{number} Family{number}" for number in range(MANY)]
    long = [
        record(number, f"Work number {number}", ["Ada Ant"], f"Words of {number}. " + "and so on " * 400)
        for number in range(20)
    ]
    inputs = [
        InputFile("names.json", json.dumps([record(100, TITLE, list(NAMES))], indent=1).encode()),
        InputFile("many.json", json.dumps([record(101, "A long list", many)], indent=1).encode()),
        InputFile("one-line.json", json.dumps(long).encode()),
        InputFile("empty.json", b"[]"),
    ]
    return build(inputs, Home(tmp_path_factory.mktemp("odd") / "home"), check=False).release


@pytest.fixture(scope="module")
def odd(odd_release: Release, started: Callable[..., AbstractContextManager[Any]]) -> Iterator[Any]:
    with started(create_app(open_world(odd_release, Settings(workers=1, deadline=10.0)))) as client:
        yield client


def page_of(client: Any, kind: str, name: str) -> tuple[str, str]:
    """Return the address and the text of the page of a thing, by its name."""
    hits = client.get(f"/search.json?kind={kind}", params={"q": name, "kind": kind}).json()
    path = hits["hits"][0]["iri"].removeprefix(BASE)
    return path, client.get(f"/{path}.html", BROWSER).text


def source_of(release: Release, file: str) -> str:
    return next(f"source/{entry['source']}" for entry in release.manifest["inputs"] if entry["file"] == file)


def test_names_and_titles_from_right_to_left_stand_each_for_itself(odd: Any) -> None:
    text = page_of(odd, "work", TITLE)[1]
    assert f'<h1 dir="auto">{TITLE}</h1>' in text
    byline = text.partition('<p class="byline">')[2].partition("</p>")[0]
    assert re.findall(r'<bdi><a href="[^"]+">([^<]+)</a></bdi>', byline) == list(NAMES)
    listed = odd.get("/work", BROWSER).text
    assert ", ".join(f"<bdi>{name}</bdi>" for name in NAMES) in listed
    assert re.search(f'<h2 dir="auto"><a href="[^"]+">{TITLE}</a></h2>', listed)
    person = page_of(odd, "person", NAMES[0])[1]
    assert f'<h1 dir="auto">{NAMES[0]}</h1>' in person
    assert f'<bdi><strong>{NAMES[0]}</strong></bdi>, <bdi><a href="' in person
    assert re.search(f'<h3 dir="auto"><bdi><a href="[^"]+">{TITLE}</a></bdi>', person)


def test_a_work_with_very_many_authors_folds_them(odd: Any) -> None:
    text = page_of(odd, "work", "A long list")[1]
    byline = text.partition('<p class="byline">')[2].partition("</p>")[0]
    assert byline.count("<bdi>") == 60
    assert f'<a href="#authors">and {MANY - 60} more</a>' in byline
    folded = text.partition(f"<details><summary>All {MANY} authors</summary>")[2].partition("</details>")[0]
    assert folded.count("<li value=") == MANY
    assert "<details><summary>All 3" not in page_of(odd, "work", TITLE)[1]


def test_records_of_one_line_show_each_its_own_words(odd: Any, odd_release: Release) -> None:
    text = odd.get(f"/{source_of(odd_release, 'one-line.json')}.html", BROWSER).text.partition('class="captured"')[2]
    shown = [html.unescape(words) for words in re.findall(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL)]
    kept = [json.loads(words) for words in shown if words.startswith("{")]
    assert sorted(one["title"] for one in kept) == sorted(f"Work number {number}" for number in range(20))
    for block in re.findall(r'<div class="block.*?</pre>', text, re.DOTALL):
        named = re.search(r"<a [^>]*>(Work number \d+)</a>", block)
        assert named is None or f"{named[1]}&#34;" in block


def test_lines_of_many_records_are_shown_once_and_never_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("x" * 50_000, "y")
    found = [captured.Found(f"{BASE}s#{name}", 1, 1, "", name, "") for name in "ab"]
    found.append(captured.Found(f"{BASE}s#c", 2, 2, "", "c", ""))
    links = Links(BASE, "")
    blocks = captured.show(found, lines, captured.cut(found, lines, 1), links, {}, {}).blocks
    assert [(len(block.text), block.rest) for block in blocks] == [(0, 0), (20_000, 30_000), (1, 0)]


def test_what_is_not_there_is_not_linked(odd: Any, odd_release: Release) -> None:
    empty, full = (source_of(odd_release, file) for file in ("empty.json", "many.json"))
    for path in ("/dataset", "/quality", f"/{empty}.html", f"/{full}.html"):
        found = set(re.findall(r'href="([^"#]+)', odd.get(path, BROWSER).text))
        links = {link for link in (urljoin(f"{BASE[:-1]}{path}", link) for link in found) if link.startswith(BASE)}
        assert sorted(link for link in links if not served(odd, link)) == [], path
    assert f"graph/{full}.ttl" in odd.get(f"/{full}.html", BROWSER).text
    described = odd.get("/sparql", "application/n-triples").text
    named = re.findall(r"sparql-service-description#name> <([^>]+)>", described)
    assert {f"{BASE}graph/{full}", f"{BASE}graph/identity", f"{BASE}graph/dataset"} <= set(named)
    assert [name for name in named if not served(odd, f"{name}.ttl")] == []


def served(client: Any, link: str) -> bool:
    return bool(client.get("/" + html.unescape(link).removeprefix(BASE)).status_code < 400)


@pytest.mark.parametrize("kind", ["source", "person", "work"])
def test_no_id_stands_twice_on_a_page_and_links_within_it_lead_somewhere(server: Any, kind: str) -> None:
    listed = sorted(set(re.findall(rf'href="\./({kind}/[^"#?]+)"', server.get(f"/{kind}", BROWSER).text)))
    assert len(listed) > 4
    for path in listed[:25]:
        text = server.get(f"/{path}.html", BROWSER).text
        ids = re.findall(r'\sid="([^"]*)"', text)
        assert (path, [name for name, times in Counter(ids).items() if times > 1]) == (path, [])
        assert (path, set(re.findall(r'href="#([^"]+)"', text)) - set(ids)) == (path, set())
        # Whatever record of a source is spoken of has its place on the page of the source.
        assert kind != "source" or set(re.findall(rf"{path}#(r[0-9a-f]+)", text)) <= set(ids)

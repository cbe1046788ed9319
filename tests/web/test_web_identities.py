"""``/person/ID/identity``: why one person is one person, from the identity graph."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from kg.web.evidence import Part, read_evidence, read_parts
from kg.web.identities import Apart, read_apart, read_printed
from kg.web.links import Links

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
BASE = "http://localhost:8000/"
LINKS = Links(BASE, "../../")


class Text:
    """A term, as far as the pages look into one."""

    def __init__(self, value: str) -> None:
        self.value = value


def rows(*lines: tuple[str, ...]) -> Any:
    return [[Text(cell) if cell else None for cell in line] for line in lines]


def test_names_are_counted_by_their_form_with_their_works_and_sources() -> None:
    found = read_printed(
        rows(
            (f"{BASE}source/a#r1-m1", "T. Scao", f"{BASE}work/w1", "Rivers"),
            (f"{BASE}source/a#r1-m1", "T. Scao", f"{BASE}work/w2", "Bridges"),
            (f"{BASE}source/b#r1-m1", "Teven Le Scao", "", ""),
            (f"{BASE}source/b#r2-m1", "Teven Le Scao", f"{BASE}work/w1", "Rivers"),
        ),
        LINKS,
    )
    assert [(one.name, one.times, [work.text for work in one.works]) for one in found] == [
        ("Teven Le Scao", 2, ["Rivers"]),
        ("T. Scao", 1, ["Bridges", "Rivers"]),
    ]
    assert found[0].works[0].href == "../../work/w1" and found[1].sources[0].text == "a"


def test_parts_stand_beside_their_reason_the_loudest_first() -> None:
    kg = "https://w3id.org/kg/ns#"
    parts = read_parts(
        rows(
            ("j1", f"{kg}yearEvidence", "-0.5"), ("j1", f"{kg}coAuthorEvidence", "4"), ("j2", f"{kg}nameEvidence", "1")
        )
    )
    assert parts["j1"] == (Part("co author", 4.0, 100.0), Part("year", -0.5, 12.5))
    evidence = read_evidence(
        rows(("j1", "weighed", "0.9", "they share co-authors", f"{BASE}source/a#m", "A. Bo")), LINKS, parts
    )
    assert evidence.reasons[0].parts == parts["j1"]
    assert read_apart(
        rows(("j2", f"{BASE}person/x", "Xu", "0.2", "far"), ("j3", f"{BASE}person/y", "Yi", "0.4", "")), parts, LINKS
    ) == (
        Apart(read_apart(rows(("", f"{BASE}person/y", "Yi", "0.4", "")), {}, LINKS)[0].other, "0.4", ""),
        Apart(
            read_apart(rows(("", f"{BASE}person/x", "Xu", "0.2", "")), {}, LINKS)[0].other, "0.2", "far", parts["j2"]
        ),
    )


@pytest.fixture
def teven(server: Any) -> str:
    hits = server.get("/search.json", params={"q": "Teven Le Scao", "kind": "person"}).json()["hits"]
    return str(hits[0]["iri"]).removeprefix(BASE)


def test_the_page_tells_names_reasons_and_what_to_do(server: Any, teven: str) -> None:
    page = server.get(f"/{teven}/identity", BROWSER)
    assert page.status_code == 200
    text = page.text
    assert "Why is this one person?" in text and "<q>Teven Le Scao</q>" in text
    assert "same-place-on-work" in text and "Kept apart" in text
    works = set(re.findall(r'href="\.\./\.\./(work/[a-z0-9]+)"', text))
    assert works and all(server.get(f"/{work}", BROWSER).status_code == 303 for work in list(works)[:2])
    assert "../../person/" in text and f"../../{teven}" in text
    profile = server.get(f"/{teven}.html", BROWSER).text
    assert f"../{teven}/identity" in profile


def test_the_statements_behind_it_come_in_any_form(server: Any, teven: str) -> None:
    answer = server.get(f"/{teven}/identity", "text/turtle")
    assert answer.status_code == 200
    triples = list(parse(answer.content, format=RdfFormat.TURTLE))
    assert {str(triple.predicate.value).rpartition("#")[2] for triple in triples} >= {"refersTo", "joins", "rule"}
    assert server.get(f"/{teven}/identity", "image/png").status_code == 406


@pytest.mark.parametrize("path", ["/person/nobody/identity", "/person/a%3Eb/identity", "/group/none/identity"])
def test_who_is_not_there_has_no_identity(server: Any, path: str) -> None:
    assert server.get(path, BROWSER).status_code == 404


def test_a_merged_id_leads_on(client: Any) -> None:
    answer = client.get("/person/benny/identity", BROWSER)
    assert answer.status_code == 301
    assert (
        answer.headers["location"]
        == client.get("/person/benny").headers["location"].replace("../", "../../") + "/identity"
    )

"""The explorer's answers on the toy world: counts that can be checked by hand, bounds, exports, hostile input."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fastapi import FastAPI
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from kg.settings import Settings
from kg.store.releases import Home
from kg.web.app import create_app
from kg.web.explore import address, document
from kg.web.neighbours import NODES, Around, Edge, Node, Shown, View, best_first
from kg.web.opened import open_world
from tests.web.conftest import make_release

BASE = "http://localhost:8000/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def view(client: Any, query: str) -> Any:
    answer = client.get(f"/explore.json?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def edges(found: Any, kind: str = "works") -> dict[frozenset[str], int]:
    return {
        frozenset((edge["source"].removeprefix(BASE), edge["target"].removeprefix(BASE))): edge["works"]
        for edge in found["edges"]
        if edge["kind"] == kind
    }


def test_co_authors_with_the_number_of_works_and_the_links_among_them(client: Any) -> None:
    found = view(client, "about=person/ada")
    linked = edges(found)
    assert linked[frozenset(("person/ada", "person/ben"))] == 2
    assert linked[frozenset(("person/ada", "person/chi"))] == 1
    assert linked[frozenset(("person/ben", "person/chi"))] == 1, "two co-authors who wrote together"
    centres = [node["id"] for node in found["nodes"] if node["centre"]]
    assert centres == [f"{BASE}person/ada"]
    weights = {node["id"].removeprefix(BASE): node["weight"] for node in found["nodes"]}
    assert weights["person/ben"] == 2
    assert {node["kind"] for node in found["nodes"]} == {"person", "group"}
    assert found["leftOut"] == 0


def test_years_narrow_what_is_counted(client: Any) -> None:
    linked = edges(view(client, "about=person/ada&since=2022&until=2022"))
    assert linked[frozenset(("person/ada", "person/ben"))] == 1
    assert frozenset(("person/ada", "person/chi")) not in linked
    nothing = view(client, "about=person/ada&since=1900&until=1901")
    assert [node["id"] for node in nothing["nodes"]] == [f"{BASE}person/ada"]


def test_what_is_left_out_is_said(client: Any) -> None:
    found = view(client, "about=person/ada&most=1")
    around = {one["kind"]: one for one in found["around"]}
    assert (around["person"]["shown"], around["person"]["by"]) == (1, "by shared works")
    assert around["person"]["total"] > 1
    page = client.get("/explore?about=person/ada&most=1", BROWSER).text
    assert f"Showing 1 of {around['person']['total']} co-authors, by shared works" in page


def test_every_kind_of_neighbour(client: Any) -> None:
    found = view(client, "about=person/ada&kind=work&kind=topic&kind=organization&kind=venue&kind=software")
    kinds = {node["kind"] for node in found["nodes"]}
    assert kinds == {"person", "work", "topic", "organization", "venue", "software"}
    assert frozenset(("work/rivers", "topic/geo.RV")) in edges(found, "http://schema.org/about")
    work = view(client, "about=work/rivers")
    assert {node["id"].removeprefix(BASE) for node in work["nodes"]} >= {
        "work/rivers", "person/ada", "person/ben", "person/chi", "topic/geo.RV", "venue/archive", "organization/uni",
    }  # fmt: skip
    topic = view(client, "about=topic/geo&kind=person")
    assert {node["kind"] for node in topic["nodes"]} == {"topic", "person"}


def test_expanding_adds_a_thing_to_the_address(client: Any) -> None:
    found = view(client, "about=person/ada")
    ben = next(node for node in found["nodes"] if node["label"] == "Ben Øster")
    assert ben["expand"] == "explore?about=person/ada&about=person/ben"
    more = view(client, "about=person/ada&about=person/ben")
    assert {node["label"] for node in more["nodes"] if node["centre"]} == {"Ada Quill", "Ben Øster"}


def test_a_path_and_its_absence(client: Any) -> None:
    found = view(client, "from=person/ben&to=person/fay")
    walked = [(step["person"].removeprefix(BASE), step["next"].removeprefix(BASE)) for step in found["path"]]
    assert walked == [("person/ben", "person/chi"), ("person/chi", "person/fay")]
    assert len(edges(found, "path")) == 2
    assert view(client, "from=person/ben&to=person/eva")["path"] == []
    assert "No chain of co-authors" in client.get("/explore?from=person/ben&to=person/eva", BROWSER).text
    assert "the same person" in client.get("/explore?from=person/ben&to=person/ben", BROWSER).text


def test_names_are_resolved_and_unknown_ones_said(client: Any) -> None:
    answer = client.get("/explore?add=oster", BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "./explore?about=person/ben")
    assert "Nothing is called <q>zzzz" in client.get("/explore?add=zzzzzz", BROWSER).text
    assert "does not know" in client.get("/explore?about=person/nobody", BROWSER).text


def test_the_turtle_is_a_part_of_the_graph(client: Any, toy_store: Store) -> None:
    answer = client.get("/explore.ttl?about=person/ada&kind=person&kind=topic")
    assert answer.headers["content-type"].startswith("text/turtle")
    triples = [quad.triple for quad in parse(answer.content, RdfFormat.TURTLE)]
    linked = [triple for triple in triples if isinstance(triple.object, NamedNode)]
    assert len(linked) > 10
    for triple in linked:
        assert any(toy_store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)), triple
    subjects = {str(triple.subject) for triple in triples}
    assert f"<{BASE}work/rivers>" in subjects, "the work that links two people"


def test_the_graphml_holds_what_the_json_holds(client: Any) -> None:
    found = view(client, "about=person/ada")
    answer = client.get("/explore.graphml?about=person/ada")
    assert answer.headers["content-type"] == "application/graphml+xml"
    root = ET.fromstring(answer.content)
    assert {node.get("id") for node in root.iter(f"{GRAPHML}node")} == {node["id"] for node in found["nodes"]}
    pairs = {(edge.get("source"), edge.get("target")) for edge in root.iter(f"{GRAPHML}edge")}
    assert pairs == {(edge["source"], edge["target"]) for edge in found["edges"]}
    labels = {data.text for data in root.iter(f"{GRAPHML}data") if data.get("key") == "label"}
    assert "Ben Øster" in labels


def test_forms_are_negotiated(client: Any) -> None:
    for accept, form in (
        ("application/json", "application/json"),
        ("text/turtle", "text/turtle"),
        ("application/graphml+xml", "application/graphml+xml"),
        (BROWSER, "text/html"),
    ):
        assert client.get("/explore?about=person/ada", accept).headers["content-type"].startswith(form)
    assert client.get("/explore", "image/png").status_code == 406
    assert client.get("/explore.pdf").status_code == 404


def test_every_query_behind_a_view_can_be_run(client: Any) -> None:
    found = view(client, "about=person/ada&kind=person&kind=work&kind=topic&from=person/ben&to=person/fay")
    assert len(found["queries"]) >= 5
    for query in found["queries"]:
        answer = client.get("/sparql", "text/csv", params={"query": query["sparql"]})
        assert answer.status_code == 200, query
        assert len(answer.text.splitlines()) > 1


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "most=0", "most=201", "since=x", "until=99999", "&".join(f"about=person/x{n}" for n in range(13)),
     "add=" + "x" * 501],
)  # fmt: skip
def test_bad_values_are_400(client: Any, query: str) -> None:
    assert client.get(f"/explore?{query}").status_code == 400


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "person/x> } INSERT",
        "http://localhost:8000/a b",
        "javascript:alert(1)",
        "\x00",
        "%",
    ],
)
def test_hostile_values_are_names_that_nothing_has(client: Any, value: str) -> None:
    for name in ("about", "add", "from", "to"):
        answer = client.get("/explore", BROWSER, params={name: value})
        assert answer.status_code in {200, 303}
        assert "<script>" not in answer.text


def test_data_from_the_graph_cannot_end_the_script_element(client: Any) -> None:
    for path in ("/explore?about=person/ada&kind=work", "/explore?about=person/mallory&kind=work"):
        text = client.get(path, BROWSER).text
        data = text.partition('id="graph-data">')[2]
        assert "<" not in data.partition("</script>")[0]


def test_a_thing_from_elsewhere_keeps_its_whole_iri(app: Any) -> None:
    iri = "http://elsewhere.example/person/7"
    assert address(app.state.site, View(about=(iri,))) == "explore?about=http%3A//elsewhere.example/person/7"


def test_an_iri_that_must_not_become_a_link_is_no_address(client: Any, app: Any) -> None:
    odd = Node("javascript:alert(1)", "person", "Mallory")
    [node] = document(app.state.site, View(), Shown((odd,)))["nodes"]
    assert (node["href"], node["expand"]) == ("", "")
    for text in ("alert", "mallory", "javascript"):
        for hit in client.get("/search/complete.json", params={"q": text}).json()["hits"]:
            assert not hit["path"].startswith(("javascript:", "data:", "//"))


def test_a_full_picture_takes_the_best_of_every_list_first() -> None:
    lists = [
        [Around("a", "person", "", tuple(Edge("a", f"a{n}", "works", 9 - n) for n in range(3)), 3, False, "")],
        [Around("b", "person", "", tuple(Edge("b", f"b{n}", "works", 9 - n) for n in range(2)), 2, False, "")],
    ]
    assert [[edge.target for edge in edges] for edges in best_first(lists)] == [["a0", "b0"], ["a1", "b1"], ["a2"]]
    assert NODES <= 500


def test_institutions_come_from_the_affiliations_of_signatures_too(
    client: Any, tmp_path: Path, started: Callable[[FastAPI], AbstractContextManager[Any]]
) -> None:
    """Eva signed the Atlas at the lab, and no source names the lab for the work."""
    around = "about=organization/lab&kind=person&kind=group&kind=work"
    before = edges(view(client, around))
    home = Home(tmp_path / "home")
    said = f"<{BASE}work/atlas#author-1> <http://schema.org/affiliation> <{BASE}organization/lab> ."
    release = make_release(home, "00000000000000ab", said)
    home.publish(release.id)
    with started(create_app(open_world(release, Settings(workers=1, follow=0, cache_bytes=0)))) as signed:
        assert edges(view(signed, "about=person/eva&kind=organization")) == {
            frozenset(("person/eva", "organization/lab")): 1
        }
        lab = view(signed, around)
        around_lab = edges(lab)
        assert around_lab[frozenset(("organization/lab", "person/eva"))] == 1
        assert frozenset(("organization/lab", "work/atlas")) in edges(lab, "http://schema.org/affiliation")
        beside = frozenset(("organization/lab", "group/delta"))
        assert around_lab.get(beside) == before.get(beside), "it signed beside her, not there"
        counted = {item["iri"]: item["works"] for item in signed.get("/organization.json").json()["items"]}
        assert counted[f"{BASE}organization/lab"] >= 1
        page = signed.get("/organization/lab.html", BROWSER).text
        assert ">Atlas</a>" in page
        assert 'href="../person/eva"' in page
        of_work = view(signed, "about=work/atlas")
        assert f"{BASE}organization/lab" in {node["id"] for node in of_work["nodes"]}

"""Things: negotiation, pages that hold what the description holds, and nothing that a stranger's text can break."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, Store, parse

from kg.rdf import jsonld
from kg.rdf.describe import describe

BASE = "http://localhost:8000/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
THINGS = (
    "person/ada", "person/fay", "group/delta", "work/rivers", "work/notitle", "work/tides", "organization/lab",
    "topic/geo.RV", "topic/arxiv", "venue/archive", "source/profile", "source/list", "software/inkflow",
    "person/mallory", "work/evil", "source/evil",
)  # fmt: skip
FORMATS = {
    "ttl": ("text/turtle; charset=utf-8", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "nq": ("application/n-quads", RdfFormat.N_QUADS),
    "trig": ("application/trig", RdfFormat.TRIG),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
}


class Page(HTMLParser):
    """The parts of a page that tests look at; raises when an attribute runs code."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.data = ""
        self._inside = ""
        self.feed(text)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.data = self.data or data.strip()  # the first block is the graph
        else:
            self.words.append(data)

    def hrefs(self) -> list[str]:
        return [attrs["href"] for _, attrs in self.tags if "href" in attrs]


def page(client: Any, thing: str) -> Page:
    answer = client.get(f"/{thing}.html")
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def same(quads: Any) -> set[str]:
    dataset = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        ("*/*", "html"),
        (BROWSER, "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("application/n-quads", "nq"),
        ("application/trig", "trig"),
        ("text/html;q=0.3, text/turtle;q=0.8", "ttl"),
        ("text/html;q=0, */*", "ttl"),
        ("application/*", "jsonld"),
    ],
)
def test_a_thing_sends_on_to_the_form_the_client_likes_best(client: Any, accept: str, extension: str) -> None:
    answer = client.get("/person/ada", accept)
    assert (answer.status_code, answer.headers["location"]) == (303, f"ada.{extension}")
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("thing", THINGS)
def test_every_form_is_the_same_graph(client: Any, toy_store: Store, thing: str) -> None:
    description = describe(toy_store, NamedNode(BASE + thing))
    assert description is not None
    expected = same(description.triples)
    for extension, (media_type, form) in FORMATS.items():
        answer = client.get(f"/{thing}.{extension}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert same(parse(answer.content, form)) == expected, extension
    linked = client.get(f"/{thing}.jsonld")
    assert linked.headers["content-type"] == "application/ld+json"
    assert same(parse(json.dumps(jsonld.expand(linked.json())), RdfFormat.JSON_LD)) == expected


@pytest.mark.parametrize("thing", THINGS)
def test_the_page_embeds_the_same_graph_as_its_turtle(client: Any, thing: str) -> None:
    found = page(client, thing)
    embedded = same(parse(json.dumps(jsonld.expand(json.loads(found.data))), RdfFormat.JSON_LD))
    assert embedded == same(parse(client.get(f"/{thing}.ttl").content, RdfFormat.TURTLE))
    scripts = [attrs for tag, attrs in found.tags if tag == "script"]
    assert [attrs["type"] for attrs in scripts] == ["module", *["application/ld+json"] * (len(scripts) - 1)]
    assert scripts[0]["src"].startswith("../static/dist/site-")


@pytest.mark.parametrize("thing", THINGS)
def test_the_page_shows_every_literal_and_links_every_thing(client: Any, toy_store: Store, thing: str) -> None:
    description = describe(toy_store, NamedNode(BASE + thing))
    assert description is not None
    raw = client.get(f"/{thing}.html").text
    found = Page(raw)
    for triple in description.triples:
        if triple.subject == description.iri and not isinstance(triple.object, NamedNode):
            assert " ".join(getattr(triple.object, "value", "").split()) in found.text
        if triple.subject == description.iri and isinstance(triple.object, NamedNode):
            iri = triple.object.value
            if iri.startswith(BASE):
                assert "../" + iri.removeprefix(BASE) in found.hrefs()
            elif iri.startswith("http"):
                assert iri in found.hrefs()
    for record in description.records:
        assert " ".join(record.snippet.split()) in found.text
        assert f"line {record.line}" in found.text or f"lines {record.line}" in found.text


def test_a_profile_tells_what_it_should(client: Any) -> None:
    text = page(client, "person/ada").text
    assert "Ada Quill" in text
    assert "also printed as A. Quill" in text
    assert "Ada Quill studies rivers." in text
    assert "trust score" in text
    for words in ("Trust 21", "h-index", "40%", "5 works in this graph", "Ben Øster", "Delta University", "Rivers"):
        assert words in text
    assert "Untitled work" in text
    assert "We measure how far a drop of ink" in text
    assert "et al. , among them Ada Quill" in text
    assert "No source prints the author list. Signed by Ada Quill" in text
    assert "sources differ: date published" in text
    assert "profile.txt" in text


def test_works_come_newest_first_and_undated_ones_last(client: Any) -> None:
    text = client.get("/person/ada.html").text
    places = [text.index(f"../work/{work}") for work in ("maps", "bridges", "rivers", "tides")]
    assert places == sorted(places)


def test_a_work_shows_who_says_what_where_sources_differ(client: Any) -> None:
    text = page(client, "work/rivers").text
    for words in ("4 March 2021", "taken", "2022", "Rivers of ink!", "Profile: Ada Quill", "University of the Delta"):
        assert words in text
    evil = page(client, "work/evil").text
    assert "25× faster, 68.4%" in evil
    assert "2 trillion" in evil
    assert "for $5 and $10" in evil
    assert "printed M<b>allory</b>" in evil
    maps = page(client, "work/maps").text
    assert "(year taken from the capture)" in maps
    assert "Every source cuts this list" in maps
    untitled = page(client, "work/notitle").text
    assert "No source gives a title" in untitled
    assert "no date" in untitled


def test_findings_stand_on_the_page_of_the_thing(client: Any) -> None:
    text = page(client, "work/notitle").text
    assert "warning" in text
    assert "profile.txt:6" in text


@pytest.mark.parametrize("thing", THINGS)
def test_no_text_becomes_markup(client: Any, thing: str) -> None:
    raw = client.get(f"/{thing}.html").text
    found = Page(raw)
    for tag, attrs in found.tags:
        assert tag not in {"img", "iframe", "object", "u", "i"}, tag
        # The only pictures are our own.
        assert tag != "svg" or set(attrs) - {"preserveaspectratio"} == {"viewbox", "aria-hidden", "focusable"}, attrs
        assert not any(name.startswith("on") or name == "style" for name in attrs), attrs
        for name in ("href", "src", "action"):
            assert not re.match(r"\s*(javascript|data|vbscript):", attrs.get(name, ""), re.IGNORECASE)
    assert "<script>" not in raw
    blocks = 3 if thing.startswith(("person/", "group/", "work/")) else 2
    assert raw.count("</script>") == blocks, "the bundle and the data blocks"
    assert all(href.startswith(("../", "#", "https://", "http://")) or "." in href for href in found.hrefs())


def test_hostile_text_is_still_readable(client: Any) -> None:
    text = page(client, "person/mallory").text
    assert '<script>alert(1)</script> O\'Mallory & "Sons"' in text
    assert "javascript:alert(4)" in text
    assert "</pre><script>alert(7)</script>" in text
    for path in ("/person", "/work", "/source", "/search?q=mallory", "/quality", "/dataset"):
        raw = client.get(path, BROWSER).text
        assert "<script>" not in raw
        assert "<b>odd" not in raw


def test_own_addresses_are_relative_and_the_host_header_counts_for_nothing(client: Any) -> None:
    answer = client.request("GET", "/person/ada.html", headers={"Host": "evil.example", "Accept": "text/html"})
    assert "evil.example" not in answer.text + str(answer.headers)
    assert "testserver" not in answer.text
    links = [href for href in Page(answer.text).hrefs() if href.startswith("http")]
    assert [href for href in links if href.startswith(BASE)] == [f"{BASE}person/ada"]  # rel=canonical


def test_link_headers_name_the_forms(client: Any) -> None:
    link = client.get("/person/ada.html").headers["link"]
    assert f'<{BASE}person/ada>; rel="cite-as"' in link
    assert '<ada.ttl>; rel="alternate describedby"; type="text/turtle"' in link
    assert '<link rel="alternate" type="application/ld+json" href="ada.jsonld"' in client.get("/person/ada.html").text


@pytest.mark.parametrize(
    "path",
    ["/person/nobody", "/person/nobody.ttl", "/person/a%20b", "/person/%3Cx%3E", "/person/..%2Fada", "/person/ada.pdf",
     "/nothing", "/person/", "/person/ada/", "/graph/source/none.ttl", "/graph/x", "/queries/none", "/static/x",
     "/dataset.png", "/quality.png", "/person/%22%3E", "/work/ada"],
)  # fmt: skip
def test_what_is_not_there_is_404_in_both_forms(client: Any, path: str) -> None:
    document = client.get(path)
    assert (document.status_code, document.headers["content-type"]) == (404, "application/problem+json")
    assert document.json()["type"] == f"{BASE}problems#not-found"
    shown = client.get(path, BROWSER)
    assert (shown.status_code, shown.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert html.escape(document.json()["title"]) in shown.text


def test_a_merged_id_sends_on_for_ever(client: Any) -> None:
    assert client.get("/person/benny").status_code == 301
    assert client.get("/person/benny").headers["location"] == "../person/ben"
    assert client.get("/person/benny.ttl").headers["location"] == "../person/ben.ttl"


def test_a_form_that_is_not_there_is_406(client: Any) -> None:
    answer = client.get("/person/ada", "image/png")
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["detail"]


def test_named_graphs_can_be_taken_whole(client: Any) -> None:
    sent = client.get("/graph/source/list", "text/turtle")
    assert (sent.status_code, sent.headers["location"]) == (303, "list.ttl")
    answer = client.get("/graph/source/list.nt")
    assert len(list(parse(answer.content, RdfFormat.N_TRIPLES))) > 10
    assert client.get("/graph/source/list", BROWSER).headers["location"] == "../../source/list.html"
    assert client.get("/graph/identity.ttl").status_code == 200
    assert client.get("/graph/identity", "image/png").status_code == 406


def test_other_methods_are_405(client: Any) -> None:
    answer = client.post("/person/ada")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    head = client.request("HEAD", "/person/ada.ttl")
    assert (head.status_code, head.content) == (200, b"")

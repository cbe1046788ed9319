"""What the workbench's page says, and what its editor reads."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import Store

from kg.queries import load_all
from kg.web.workbench import comments, legible

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_names_stand_beside_iris(client: Any) -> None:
    text = client.get("/sparql?query=SELECT+%3Fs+%7B%3Fs+a+schema%3APerson%7D+ORDER+BY+%3Fs", BROWSER).text
    assert (
        '<span class="label"><a href="./person/ada">Ada Quill</a></span> <code class="note">person/ada</code>' in text
    )
    assert 'data-iri data-value="http://localhost:8000/person/ada"' in text
    assert re.search(r"Answered in \d+ ms", text)


def test_limits_are_stated(client: Any) -> None:
    text = client.get("/sparql", BROWSER).text
    assert "stopped after 5 seconds" in text
    assert "the first 1,000 rows" in text


def test_an_error_says_its_place_to_the_editor(client: Any) -> None:
    answer = client.get("/sparql?query=SELECT+*+%7B%0A++%3Fs+nope%3Ax+%3Fo+%7D", BROWSER)
    assert answer.status_code == 400
    assert re.search(r'class="problem" role="alert" data-line="2" data-column="\d+"', answer.text)


def test_examples_are_by_topic_and_answer(server: Any) -> None:
    text = server.get("/sparql", BROWSER).text
    topics = re.findall(r"<summary>([^<]*)</summary>", text)
    assert topics[:4] == ["People", "Works", "Topics and organisations", "Sources and quality"]
    links = re.findall(r'href="\./(sparql\?query=[^"]*)"', text)
    assert len(links) == len(load_all("http://x.example/"))
    for link in links:
        query = parse_qs(urlsplit(unescape(link)).query)["query"][0]
        assert "#+" not in query
        assert server.get("/sparql", "text/csv", params={"query": query}).status_code == 200, query


def test_a_legible_query_asks_the_same() -> None:
    for query in load_all("http://localhost:8000/").values():
        bound = query.bind(query.examples(), path_finder=lambda start, end: [start, end])
        assert legible(query, bound).startswith(f"# {query.title}\n")
        Store().query(legible(query, bound))  # still SPARQL


def test_the_vocabulary_is_what_void_counts(server: Any) -> None:
    found = server.get("/sparql/vocabulary.json").json()
    assert found["prefixes"]["schema"] == "http://schema.org/"
    classes = {one["term"]: one["count"] for one in found["classes"]}
    assert classes["schema:ScholarlyArticle"] == 31
    properties = {one["term"]: one for one in found["properties"]}
    assert "schema:ScholarlyArticle" in properties["schema:author"]["classes"]
    assert properties["kg:authorship"]["about"]
    counts = [one["count"] for one in found["properties"]]
    assert counts == sorted(counts, reverse=True)


def test_a_graph_without_a_description_has_prefixes_alone(client: Any) -> None:
    found = client.get("/sparql/vocabulary.json").json()
    assert found["classes"] == found["properties"] == []
    assert found["prefixes"]


def test_comments_are_read_from_the_ontology() -> None:
    turtle = '<http://x.example/a> <http://www.w3.org/2000/01/rdf-schema#comment> "One."@en .'
    assert comments(turtle) == {"http://x.example/a": "One."}

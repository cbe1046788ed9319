"""The page of ``/sparql`` and what its editor reads: the words of this graph, examples by topic, names beside IRIs.

Knows how a result is shown to a reader. Does not know the protocol (`kg.web.sparql` does) and evaluates nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from kg import assets
from kg.queries import NamedQuery
from kg.rdf import vocab
from kg.web import questions
from kg.web.links import short
from kg.web.named import TOPICS, examples_of, labels_of, topic_of
from kg.web.render import Site, site_of
from kg.web.rows import shown

if TYPE_CHECKING:
    from kg.web.answering import Table
    from kg.web.problems import Problem

router = APIRouter()

FIRST: Final = """\
SELECT ?work ?title ?date
WHERE {
  ?work a schema:ScholarlyArticle ; schema:name ?title .
  OPTIONAL { ?work schema:datePublished ?date }
}
ORDER BY DESC(STR(?date))
LIMIT 20"""
"""What stands in the editor of a reader who brings no query."""
_HEADER: Final = re.compile(r"(?:#\+[^\n]*\n)+")
_MARK: Final = re.compile(r"[ \t]*#\+ (?:parameters|path)$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """A query to begin with: its title, what it asks, and the address that opens it in the editor."""

    title: str
    about: str
    href: str


def page(
    request: Request,
    site: Site,
    *,
    query: str = "",
    table: Table | None = None,
    problem: Problem | None = None,
    downloads: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> Response:
    """Return the page with an answer, a problem, or neither; ``seconds`` is what the answer took."""
    downloads = dict(downloads or {})
    label = "JSON" if table is None or table.graph is None else "Turtle"
    return site.page(
        request,
        "sparql.html",
        status=problem.kind.status if problem else 200,
        headers=dict(problem.headers) if problem else None,
        query=query,
        first=FIRST,
        table=table,
        problem=problem,
        downloads=downloads,
        raw=downloads.get(label, ""),
        triples=downloads.get("N-Triples", ""),
        rows=shown(table, labels_of(site, table), site.links(request)) if table else [],
        seconds=seconds,
        prefixes=vocab.PREFIXES,
        examples=examples(site),
    )


def examples(site: Site) -> list[tuple[str, list[Example]]]:
    """Return the named queries by topic, with values that find something in this graph."""
    found: dict[str, list[Example]] = defaultdict(list)
    for query in site.world.queries.values():
        topic = topic_of(query)
        text = legible(query, query.bind(examples_of(site, query), path_finder=_finder(site)))
        found[topic].append(Example(query.title, query.about, f"sparql?{urlencode({'query': text})}"))
    return [(title, found[title]) for title, _ in TOPICS if found[title]]


def _finder(site: Site) -> Any:
    coauthors = site.world.coauthors
    return coauthors.shortest_path if coauthors is not None else lambda start, end: None


def legible(query: NamedQuery, text: str) -> str:
    """Return the text of a named query for an editor: its title as a comment in place of the header, no marks.

    >>> from kg.queries import load_all
    >>> query = load_all("http://x.example/")["works-by-year"]
    >>> legible(query, query.bind({})).splitlines()[0]
    '# Works by year'
    """
    return f"# {query.title}\n" + _MARK.sub("", _HEADER.sub("", text, count=1)).strip() + "\n"


@router.get("/sparql/vocabulary.json", summary="Prefixes, classes and properties, for editors")
async def vocabulary(request: Request) -> Response:
    """Give what an editor completes: the prefixes, and the classes and properties that VoID counts."""
    site = site_of(request)
    rows = await questions.ask(site.world.pool, site.questions["vocabulary"], {})
    about = await run_in_threadpool(comments, assets.text("ontology", "kg.ttl"))
    classes: dict[str, int] = {}
    counts: dict[str, int] = defaultdict(int)
    used: dict[str, list[str]] = defaultdict(list)
    for class_, property_, counted in rows:
        if not isinstance(class_, NamedNode) or not isinstance(counted, Literal):
            continue
        if isinstance(property_, NamedNode):
            counts[property_.value] += int(counted.value)
            used[property_.value].append(term(class_.value))
        else:
            classes[class_.value] = int(counted.value)
    body = {
        "prefixes": vocab.PREFIXES,
        "classes": _ranked(classes, about, {}),
        "properties": _ranked(counts, about, used),
    }
    return Response(orjson.dumps(body), media_type="application/json")


def _ranked(
    counts: Mapping[str, int], about: Mapping[str, str], used: Mapping[str, Iterable[str]]
) -> list[dict[str, Any]]:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [
        {"term": term(iri), "count": number, "about": about.get(iri, ""), "classes": list(used.get(iri, ()))[:6]}
        for iri, number in ordered
    ]


def term(iri: str) -> str:
    """Write an IRI as a query can hold it: with a prefix, else in angle brackets.

    >>> term("http://schema.org/name"), term("http://x.example/#a/b")
    ('schema:name', '<http://x.example/#a/b>')
    """
    shortened = short(iri)
    return f"<{iri}>" if shortened == iri else shortened


def comments(turtle: str) -> dict[str, str]:
    """Return what an ontology in Turtle says about its terms, by IRI."""
    return {
        quad.subject.value: quad.object.value
        for quad in parse(turtle, RdfFormat.TURTLE)
        if quad.predicate == vocab.RDFS_COMMENT
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
    }

"""What each route takes and gives, for the OpenAPI document: parameters, forms, statuses.

A table beside the routes, since their handlers negotiate forms by hand. Knows addresses and media types; a test
holds it against the routes there are. Does not know how the document is put together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kg.quality import SEVERITIES
from kg.rdf.documents import FORMATS
from kg.search import KINDS as SEARCHABLE
from kg.web.answering import NAMES
from kg.web.explore import EXTENSIONS as VIEW_FORMS
from kg.web.feeds import MEDIA_TYPE as ATOM
from kg.web.find import EXTENSIONS as SEARCH_FORMS
from kg.web.indexes import FORMS as INDEX_FORMS
from kg.web.indexes import orders_of
from kg.web.links import KINDS
from kg.web.listing import SORTS
from kg.web.neighbours import SHOWABLE
from kg.web.pages import DOWNLOADS
from kg.web.quality import FORMS as REPORT_FORMS
from kg.web.styles import STYLES
from kg.web.takeaways import NAMES as TAKEN
from kg.web.takeaways import offered

JSON: Final = "application/json"
HTML: Final = "text/html"
ROWS: Final = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
GRAPHS: Final = (
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
    "application/n-quads",
    "application/trig",
)
FOUND: Final = (HTML, *SEARCH_FORMS.values())
VIEWS: Final = (HTML, *VIEW_FORMS.values())
_DOCUMENTS: Final = tuple(form.media_type.partition(";")[0] for form in FORMATS.values())


@dataclass(frozen=True)
class Operation:
    """One method of one route. ``answers`` are status -> (what it is, its media types); ``example`` is an address."""

    tag: str
    answers: Mapping[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    parameters: tuple[dict[str, Any], ...] = ()
    errors: tuple[int, ...] = ()
    body: dict[str, Any] | None = None
    example: str = ""


def described() -> dict[tuple[str, str], Operation]:
    """Return (method, path) -> what is known of it."""
    found = {("get", path): operation for path, operation in _READ.items()}
    found["post", "/sparql"] = _SPARQL_POST
    for kind, (one, many, _) in KINDS.items():
        key = "before" if kind == "work" else "after"
        start = _query(key, f"Where the page begins: the value that `next` of the page before gives for `{key}`.")
        pages = {200: (f"{many}, a page at a time; `next` leads on and is null on the last page.", INDEX_FORMS)}
        sort = _query("sort", "The order.", values=tuple(orders_of(kind)))
        found["get", f"/{kind}"] = Operation("Things", pages, (start, sort), (400, 406, 503, 504), example=kind)
        found["get", f"/{kind}/{{name}}"] = Operation(
            "Things",
            {
                200: (
                    f"{one}: the page, or the form that the extension names.",
                    (HTML, *_DOCUMENTS, *(TAKEN[name][1] for name in offered(kind))),
                ),
                301: ("The thing was merged; its new address.", ()),
                303: ("The form that the request likes best.", ()),
            },
            (
                _path("name", f"An id, alone or with an extension: {', '.join((*FORMATS, *offered(kind)))} or html."),
                *_LISTED,
            ),
            (400, 404, 406, 410, 503, 504),
        )
    return found


def _query(name: str, about: str, *, values: tuple[str, ...] = (), many: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", **({"enum": list(values)} if values else {})}
    if many:
        schema = {"type": "array", "items": {"type": "string", "format": "uri"}}
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema}


def _path(name: str, about: str, *, values: tuple[str, ...] = ()) -> dict[str, Any]:
    schema = {"type": "string", **({"enum": list(values)} if values else {"minLength": 1})}
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema}


_FORMAT: Final = _query("format", "The form, instead of Accept.", values=(*sorted({*NAMES.values()}), "html"))
_GRAPH_FORMAT: Final = _query(
    "format", "The form, instead of Accept.", values=("ttl", "jsonld", "nt", "rdf", "nq", "trig")
)
PAGES: Final = (
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": "Rows of a page, up to the limit of the query.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 10_000},
    },
    _query("after", "Where a page begins: as the `next` of the page before gives it."),
)
"""How the rows of a named query are had a page at a time."""
_DATASET: Final = (
    _query("default-graph-uri", "A graph that is part of the default graph of the query.", many=True),
    _query("named-graph-uri", "A graph that GRAPH can name.", many=True),
)
_ANSWER: Final = {200: ("Rows or a boolean, or a graph for CONSTRUCT and DESCRIBE, or a page.", (*ROWS, *GRAPHS, HTML))}
_ASKING: Final = (400, 403, 406, 422, 502, 503, 504)
_SPARQL_POST: Final = Operation(
    "SPARQL",
    _ANSWER,
    _DATASET,
    (*_ASKING, 413, 415),
    {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["query"],
                    "properties": {"query": {"type": "string"}, "format": {"type": "string"}},
                }
            },
            "application/sparql-query": {"schema": {"type": "string"}, "example": "ASK { ?s ?p ?o }"},
        },
    },
)
_SEARCHED: Final = (
    _query("q", "Words of a name or title, or an identifier; at most 500 characters."),
    _query("kind", "Only things of this kind.", values=tuple(SEARCHABLE)),
    _query("since", "Only works from this year on."),
    _query("until", "Only works up to this year."),
    _query("page", "The page, from 1."),
)
_EXPLORED: Final = (
    _query("about", "A thing in the middle: an id such as person/ID, its IRI, or a name. Can be given more than once."),
    _query("add", "One more thing in the middle."),
    _query("kind", "A kind of neighbours to show. Can be given more than once.", values=SHOWABLE),
    _query("since", "Only by works from this year on."),
    _query("until", "Only by works up to this year."),
    _query("most", "Neighbours of one kind around one thing; 1 to 200."),
    _query("from", "The person where a path begins."),
    _query("to", "The person where it ends."),
)
_LISTED: Final = (
    _query("sort", "The order of the works on the page.", values=tuple(SORTS)),
    _query("since", "Only works from this year on (page)."),
    _query("until", "Only works up to this year (page)."),
    _query("type", "Only works of this type as printed (page)."),
    _query("topic", "Only works about this topic, such as topic/cs.CL (page)."),
    _query("source", "Only works that this source names (page)."),
    _query("code", "1: only works with code (page).", values=("0", "1")),
    _query("page", "The page of the list of works, from 1."),
    _query("part", "The part of the text of a source, from 1."),
    _query("style", "The style of a printable list.", values=tuple(name.lower() for name in STYLES)),
)
_XML: Final = ("application/xml",)
_READ: Final[dict[str, Operation]] = {
    "/": Operation("Service", {200: ("What this graph is.", (HTML,))}),
    "/healthz": Operation("Service", {200: ("The server is alive; the release it serves.", (JSON,))}),
    "/problems": Operation("Service", {200: ("The kinds of problems.", (HTML,))}),
    "/api": Operation("Service", {200: ("This documentation.", (HTML, JSON))}, errors=(406,), example="api"),
    "/sparql": Operation(
        "SPARQL",
        {200: (f"{_ANSWER[200][0]} Without a query: the service description.", _ANSWER[200][1])},
        (_query("query", "The query."), *_DATASET, _FORMAT),
        _ASKING,
        example="sparql?query=SELECT+*+WHERE+%7B%3Fs+a+schema%3APerson%7D+LIMIT+3&format=json",
    ),
    "/.well-known/void": Operation(
        "Dataset",
        {200: ("VoID and DCAT, with the facts of the release.", GRAPHS), 303: ("The page for readers.", ())},
        (_GRAPH_FORMAT,),
        (400, 404, 406),
        example=".well-known/void?format=ttl",
    ),
    "/.well-known/sparql-examples": Operation(
        "SPARQL",
        {200: ("Each named query as a sh:SPARQLExecutable, and the prefixes.", GRAPHS), 303: ("The page.", ())},
        (_GRAPH_FORMAT,),
        (400, 404, 406),
        example=".well-known/sparql-examples?format=ttl",
    ),
    "/search": Operation(
        "Search",
        {200: ("What was found, best first; `more` says whether there is more.", FOUND)},
        _SEARCHED,
        (400, 406),
        example="search?q=language",
    ),
    "/search.{extension}": Operation(
        "Search",
        {200: ("What was found, in one form.", tuple(SEARCH_FORMS.values()))},
        (_path("extension", "The form.", values=tuple(SEARCH_FORMS)), *_SEARCHED),
        (400, 404),
    ),
    "/search/complete.json": Operation(
        "Search",
        {200: ("Things that may be meant; those with most works first.", (JSON,))},
        _SEARCHED[:2],
        (400,),
        example="search/complete.json?q=lang",
    ),
    "/explore": Operation(
        "Search",
        {
            200: ("What lies around the things: nodes, links, what was left out, the queries behind it.", VIEWS),
            303: ("A name was resolved; the address with ids.", ()),
        },
        _EXPLORED,
        (400, 406, 503, 504),
        example="explore",
    ),
    "/explore.{extension}": Operation(
        "Search",
        {200: ("What is shown, in one form.", tuple(VIEW_FORMS.values())), 303: ("A name was resolved.", ())},
        (_path("extension", "The form.", values=tuple(VIEW_FORMS)), *_EXPLORED),
        (400, 404, 503, 504),
    ),
    "/search/suggest.json": Operation(
        "Search",
        {200: ("Completions in the form of OpenSearch.", ("application/x-suggestions+json",))},
        _SEARCHED[:2],
        (400,),
        example="search/suggest.json?q=lang",
    ),
    "/opensearch.xml": Operation(
        "Search", {200: ("The description of the search.", ("application/opensearchdescription+xml",))}
    ),
    "/robots.txt": Operation("Service", {200: ("What visiting programs may visit.", ("text/plain",))}),
    "/sitemap.xml": Operation("Service", {200: ("The parts of the map.", _XML)}, errors=(503, 504)),
    "/sitemap-{part}.xml": Operation(
        "Service",
        {200: ("The pages of one kind, ten thousand at a time.", _XML)},
        (_path("part", "The part.", values=("pages", *KINDS)), _query("after", "The last address of the part before.")),
        (400, 404, 503, 504),
    ),
    "/sparql/vocabulary.json": Operation(
        "SPARQL",
        {200: ("Prefixes, classes and properties with their numbers, for editors.", (JSON,))},
        errors=(503, 504),
        example="sparql/vocabulary.json",
    ),
    "/queries": Operation("Named queries", {200: ("The named queries.", (HTML,))}, example="queries"),
    "/queries/{name}": Operation(
        "Named queries",
        {200: ("The rows, or the query's file.", (*ROWS, HTML, "application/sparql-query", ATOM))},
        (_path("name", "A query, alone or with an extension: csv, json, tsv, xml, rq, atom or html."), _FORMAT, *PAGES),
        (400, 403, 404, 406, 410, 422, 503, 504),
    ),
    "/quality": Operation(
        "Quality",
        {200: ("The report of the validation.", tuple(REPORT_FORMS))},
        (_query("severity", "Only findings of this severity (page).", values=tuple(SEVERITIES)),),
        (400, 404, 406, 503, 504),
        example="quality",
    ),
    "/quality.{extension}": Operation(
        "Quality",
        {200: ("The report in one form.", tuple(REPORT_FORMS))},
        (_path("extension", "The form.", values=tuple(REPORT_FORMS.values())),),
        (404, 503, 504),
    ),
    "/dataset": Operation(
        "Dataset",
        {200: ("Release, counts and files: page, manifest, or the dataset's graph.", (HTML, JSON, *GRAPHS[:4]))},
        errors=(406, 503, 504),
        example="dataset",
    ),
    "/dataset.{extension}": Operation(
        "Dataset",
        {200: ("The whole graph as one file.", tuple(kind.partition(";")[0] for _, kind, _ in DOWNLOADS.values()))},
        (_path("extension", "The form.", values=tuple(DOWNLOADS)),),
        (404,),
    ),
    "/graph/{name}": Operation(
        "Dataset",
        {200: ("One graph.", GRAPHS), 303: ("The form that the request likes best.", ())},
        (_path("name", "identity, quality, dataset, ontology or source/ID, alone or with an extension."),),
        (404, 406, 503, 504),
        example="graph/dataset.ttl",
    ),
    "/releases": Operation(
        "Dataset", {200: ("The releases, newest first.", (HTML, JSON))}, errors=(406,), example="releases"
    ),
    "/releases/{a}/{b}": Operation(
        "Dataset",
        {200: ("The statements that B adds to and lacks from A, counted; the first of them.", (HTML, JSON))},
        (_path("a", "The id of a release."), _path("b", "The id of a later one.")),
        (404, 406, 422),
    ),
    "/docs": Operation("Service", {200: ("The documentation.", (HTML,))}),
    "/docs/{name}": Operation(
        "Service",
        {200: ("One page of the documentation, or its Markdown.", (HTML, "text/markdown"))},
        (_path("name", "The name of a page, alone or with .md."),),
        (404,),
    ),
    "/shapes": Operation("Quality", {200: ("What is checked, and why.", (HTML, "text/turtle"))}, errors=(406,)),
    "/shapes.ttl": Operation("Quality", {200: ("The shapes as Turtle.", ("text/turtle",))}),
    "/ontology": Operation("Dataset", {200: ("The own terms.", (HTML, "text/turtle"))}, errors=(406,)),
    "/ontology.ttl": Operation("Dataset", {200: ("The own terms.", ("text/turtle",))}),
    "/ontology/context.jsonld": Operation("Dataset", {200: ("The JSON-LD context.", ("application/ld+json",))}),
}

"""A query file says the same in its header and in its body, or the program does not start."""

from __future__ import annotations

import pytest

from kg.errors import QueryFileError
from kg.queries import Parameter, load_all, read_query

BASE = "http://localhost:8000/"
GOOD = """\
#+ title: Works of a person
#+ about: One row
#+   for each work.
#+ keywords: person, work
#+ param person: iri - the person
#+ example person: person/ada
#+ param kind: choice - what to show
#+ choices kind: all, dated
#+ example kind: all
#+ default kind: all
#+ column work: the work
#+ column kind: what was asked for
#+ limit: 10
PREFIX schema: <http://schema.org/>
SELECT ?work ?kind WHERE {
  VALUES (?person ?kind) { (<http://localhost:8000/person/ada> "all") }  #+ parameters
  ?work schema:author ?person . # LIMIT 99 }
  FILTER("} LIMIT 7" != '''} LIMIT 8''')
}
ORDER BY ?work
LIMIT 10
"""


def test_good_file() -> None:
    query = read_query("good", GOOD, BASE)
    assert query.title == "Works of a person"
    assert query.about == "One row for each work."
    assert query.keywords == ("person", "work")
    assert query.parameters == (
        Parameter("person", "iri", "the person", "person/ada"),
        Parameter("kind", "choice", "what to show", "all", ("all", "dated"), "all"),
    )
    assert query.columns == (("work", "the work"), ("kind", "what was asked for"))
    assert query.limit == 10
    assert query.path is None


BAD = [
    # what is replaced, by what, line of the error, words in the message
    ("#+ title: Works of a person\n", "", 1, "no 'title'"),
    ("#+ title: Works of a person", "#+ title:", 1, "'title' is empty"),
    ("#+ title", "#+   title", 1, "neither '#+ key: value'"),
    ("#+ keywords: person, work", "#+ keyword: person", 4, "unknown header entry 'keyword'"),
    ("#+ keywords: person, work", "#+ keywords person, work", 4, "neither '#+ key: value'"),
    ("#+ keywords: person, work", "#+ about: again", 4, "'about' stands twice"),
    ("#+ keywords: person, work", "#+ title more: again", 4, "unknown header entry 'title more'"),
    ("person: iri - the", "person: uri - the", 5, "declared as 'uri - the person'"),
    ("person: iri - the person", "person: iri", 5, "declared as 'iri'"),
    ("#+ example person: person/ada\n", "", 5, "has no example"),
    ("#+ example person: person/ada", "#+ example person: ada lovelace", 6, "cannot be 'ada lovelace'"),
    ("#+ example person:", "#+ example persn:", 5, "has no example"),
    ("#+ choices kind: all, dated\n", "", 7, "'choices' belongs to type choice"),
    ("#+ example kind: all", "#+ example kind: none", 9, "cannot be 'none'"),
    ("#+ default kind: all", "#+ default sort: all", 10, "no declared parameter"),
    ("#+ column kind: what was asked for\n", "", 1, "not those of the SELECT: work kind"),
    ("column work", "column works", 1, "not those of the SELECT"),
    ("#+ limit: 10", "#+ limit: ten", 13, "not a whole number"),
    ("#+ limit: 10", "#+ limit: 20", 1, "limit of the header is 20, that of the text 10"),
    ("#+ limit: 10\n", "", 1, "limit of the header is None, that of the text 10"),
    ("\nLIMIT 10\n", "\n", 1, "that of the text None"),
    ("ORDER BY ?work\n", "", 1, "no ORDER BY"),
    ("(?person ?kind) {", "(?person ?sort) {", 16, "?sort is in the VALUES line"),
    ('(?person ?kind) { (<http://localhost:8000/person/ada> "all")', "(?kind) { (1)", 5, "in no VALUES line"),
    ("  #+ parameters", "", 5, "in no VALUES line"),
    ("#+ parameters", "#+ parameter", 16, "marks one whole line"),
    ("  VALUES (", "  ?s ?p ?o . VALUES (", 16, "marks one whole line"),
    ("#+ parameters", "#+ path", 16, "the path line is"),
    ("#+ limit", "#+ path: person kind\n#+ limit", 13, "path names two parameters of type iri"),
    ("#+ limit", "#+ path: person person\n#+ limit", 1, "go together"),
    ("?work schema:author ?person .", "?work schema:author ?person ..", 17, "not usable SPARQL"),
    ("?work schema:author ?person .", "SERVICE <http://x.example/> { ?work ?p ?person }", 1, "not usable SPARQL"),
    ("SELECT ?work ?kind WHERE", "CONSTRUCT { ?work ?kind ?kind } WHERE", 1, "is a SELECT"),
    ("?kind WHERE", "?kind FROM WHERE", 15, "not usable SPARQL"),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), BAD)
def test_bad_file(old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    with pytest.raises(QueryFileError) as caught:
        read_query("bad", GOOD.replace(old, new, 1), BASE)
    assert caught.value.where == f"queries/bad.rq:{line}"
    assert words in caught.value.message


def test_shipped_files_document_every_column_in_words() -> None:
    queries = load_all(BASE)
    assert list(queries) == sorted(queries)
    for query in queries.values():
        assert query.limit is not None
        for _, about in (*query.columns, *((p.name, p.about) for p in query.parameters)):
            assert len(about) > 3, query.name

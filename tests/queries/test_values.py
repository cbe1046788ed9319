"""Values of readers: what each type takes, what it refuses and how, and that nothing ever becomes SPARQL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kg.errors import QueryError
from kg.queries import Parameter, load_all, read_query

BASE = "http://localhost:8000/"
QUERIES = load_all(BASE)
XSD = "http://www.w3.org/2001/XMLSchema#"

GOOD = [
    ("iri", "http://example.org/a", "<http://example.org/a>"),
    ("iri", " https://example.org/a#b ", "<https://example.org/a#b>"),
    ("iri", "<https://example.org/ä?b=c>", "<https://example.org/ä?b=c>"),
    ("iri", "person/ada", f"<{BASE}person/ada>"),
    ("iri", "topic/cs.CL", f"<{BASE}topic/cs.CL>"),
    ("string", " a 'b' \"c\" ", '" a \'b\' \\"c\\" "'),
    ("string", "two\nlines", '"two\\nlines"'),
    ("integer", "12", f'"12"^^<{XSD}integer>'),
    ("integer", "-3", f'"-3"^^<{XSD}integer>'),
    ("integer", " +007 ", f'"7"^^<{XSD}integer>'),
    ("date", "2024-02-29", f'"2024-02-29"^^<{XSD}date>'),
    ("gyear", "2024", f'"2024"^^<{XSD}gYear>'),
    ("choice", "one", '"one"'),
]
BAD = [
    ("iri", "javascript:alert(1)"),
    ("iri", "file:///etc/passwd"),
    ("iri", "ada"),
    ("iri", "Ada Quill"),
    ("iri", "person/ada quill"),
    ("iri", "/person/ada"),
    ("iri", "//evil.example/x"),
    ("iri", "http://example.org/a> ?p ?o } #"),
    ("iri", "http://example.org/{x}"),
    ("iri", 'http://example.org/"x"'),
    ("iri", "http://example.org/a\nb"),
    ("iri", "http://example.org/a\\u003E"),
    ("iri", "http://example.org/\ud800"),
    ("iri", "<>"),
    ("string", "\ud800"),
    ("integer", "1.5"),
    ("integer", "1e3"),
    ("integer", "٣"),
    ("integer", "1_000"),
    ("integer", "9" * 19),
    ("integer", "1) } #"),
    ("date", "2023-02-29"),
    ("date", "2023-2-9"),
    ("date", "20230209"),
    ("date", "2023-02-09T00:00:00"),
    ("date", "2023"),
    ("gyear", "23"),
    ("gyear", "0000"),
    ("gyear", "2023-02"),
    ("gyear", "-2023"),
    ("choice", "One"),
    ("choice", "one, two"),
]


def parameter(kind: str) -> Parameter:
    example = {"iri": "person/ada", "date": "2024-01-31", "gyear": "2024", "choice": "one"}.get(kind, "3")
    return Parameter("it", kind, "a thing", example, ("one", "two") if kind == "choice" else ())


@pytest.mark.parametrize(("kind", "value", "term"), GOOD)
def test_good_value(kind: str, value: str, term: str) -> None:
    assert str(parameter(kind).parse(value, BASE)) == term


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_bad_value_names_parameter_type_and_example(kind: str, value: str) -> None:
    expected = parameter(kind)
    with pytest.raises(QueryError) as caught:
        expected.parse(value, BASE)
    assert "'it'" in caught.value.message
    assert expected.expects() in caught.value.message
    assert f"it={expected.example}" in caught.value.advice
    str(caught.value).encode()
    assert "\n" not in str(caught.value)


def test_missing_value() -> None:
    for values in ({}, {"person": ""}, {"person": "  "}):
        with pytest.raises(QueryError, match=r"person-works needs a value for 'person': an http .* person=person/"):
            QUERIES["person-works"].bind(values)


def test_unknown_value() -> None:
    with pytest.raises(QueryError, match=r"no parameter 'persn'; its parameters are: person \(iri\)"):
        QUERIES["person-works"].bind({"person": "person/ada", "persn": "x"})
    with pytest.raises(QueryError, match="its parameters are: none"):
        QUERIES["works-by-year"].bind({"year": "2021"})


def test_path_needs_a_finder() -> None:
    with pytest.raises(QueryError, match="needs the co-author index"):
        QUERIES["coauthor-path"].bind({"from": "person/ada", "to": "person/ben"})


def test_defaults() -> None:
    assert 'VALUES (?least) { ("2"^^' in QUERIES["top-coauthor-pairs"].bind({})
    assert 'VALUES (?least) { ("2"^^' in QUERIES["top-coauthor-pairs"].bind({"least": ""})
    assert "VALUES (?topic) { (UNDEF) }" in QUERIES["works-by-topic-year"].bind({"topic": " "})
    empty_text = Parameter("it", "string", "a text", "x", default="")
    assert empty_text.parse("", BASE) == Literal("")


INJECTIONS = [
    '") } UNION { ?work ?p ?o } #',
    '"} SERVICE <http://evil.example/> { ?s ?p ?o',
    "' OR 1=1 --",
    "\\",
    '\\" )',
    "\\u0022) } #",
    "}  #+ parameters",
    "\r\n} LIMIT 1",
    "\x00",
    "a\u2028b",
    "UNDEF",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_injection_is_a_literal(text: str) -> None:
    assert echo(text) == text


ECHO = read_query(
    "echo",
    """\
#+ title: Echo
#+ about: The value itself.
#+ keywords: test
#+ param text: string - any text
#+ example text: x
#+ column text: the text
#+ limit: 9
SELECT ?text WHERE {
  VALUES (?text) { ("x") }  #+ parameters
}
ORDER BY ?text
LIMIT 9
""",
    BASE,
)


def echo(text: str) -> str:
    rows = Store().query(ECHO.bind({"text": text}))
    assert isinstance(rows, QuerySolutions)
    (row,) = list(rows)
    value = row["text"]
    assert isinstance(value, Literal)
    return value.value


@given(st.text().filter(str.strip))
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    assert echo(text) == text


@given(st.text(), st.sampled_from(sorted(QUERIES)), st.data())
def test_any_value_is_a_legal_query_or_a_query_error(text: str, name: str, data: st.DataObject) -> None:
    query = QUERIES[name]
    values = query.examples()
    if values:
        values[data.draw(st.sampled_from(sorted(values)))] = text
    try:
        bound = query.bind(values, path_finder=lambda start, end: [start, end])
    except QueryError:
        return
    rows = Store().query(bound)
    assert isinstance(rows, QuerySolutions)
    assert [variable.value for variable in rows.variables] == [column for column, _ in query.columns]


@given(st.text(), st.booleans())
def test_any_iri_is_refused_or_bound_whole(text: str, own: bool) -> None:
    value = f"person/{text}" if own else f"https://example.org/{text}"
    try:
        term = parameter("iri").parse(value, BASE)
    except QueryError:
        return
    assert isinstance(term, NamedNode)
    rows = Store().query(f"SELECT * WHERE {{ VALUES (?x) {{ ({term}) }} }}")
    assert isinstance(rows, QuerySolutions)
    (row,) = list(rows)
    assert row["x"] == term


@given(st.text(min_size=1).filter(str.strip))
def test_title_search_matches_literally(text: str) -> None:
    store = Store()
    work, name = NamedNode(f"{BASE}work/w"), NamedNode("http://schema.org/name")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    store.add(Quad(work, kind, NamedNode("http://schema.org/ScholarlyArticle")))
    store.add(Quad(work, name, Literal("Rivers of Ink")))
    rows = store.query(QUERIES["titles-containing"].bind({"text": text}))
    assert isinstance(rows, QuerySolutions)
    assert (len(list(rows)) == 1) == (text.lower() in "rivers of ink")


def test_many_sets_of_values_become_rows_and_each_is_checked() -> None:
    query = QUERIES["person-works"]
    text = query.bind_many([{"person": "person/ada"}, {"person": "person/ben"}])
    one, two = f"<{BASE}person/ada>", f"<{BASE}person/ben>"
    lines = [line for line in text.splitlines() if line.endswith("#+ parameters")]
    assert lines
    assert all(line.index(one) < line.index(two) for line in lines)
    assert query.bind_many([{"person": "person/ada"}]) == query.bind({"person": "person/ada"})
    with pytest.raises(QueryError):
        query.bind_many([{"person": "person/ada"}, {"person": "x> } #"}])

"""A kept report comes back as it was, whatever is in it; anything else is read as none or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import ReleaseError
from kg.quality import Report, validate_data
from kg.quality.kept import from_bytes, to_bytes
from kg.quality.report import Branch, Detail, Figure, Finding, Place, Proposal, ShapeCount, SourceScore
from kg.quality.shacl.outcome import Refusal
from kg.quality.shapes import read_shapes_text

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.integers(0, 9).map(lambda number: NamedNode(f"http://toy.example/{number}"))
nodes = names | st.just(BlankNode("b1"))
literals = st.one_of(
    words.map(Literal),
    words.map(lambda text: Literal(text, language="en-gb")),
    st.tuples(words, names).map(lambda both: Literal(both[0], datatype=both[1])),
)
terms = nodes | literals
triples = st.builds(Triple, nodes, names, terms)


def several(one: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, max_size=2).map(tuple)


def details(inner: st.SearchStrategy[tuple[object, ...]]) -> st.SearchStrategy[Detail]:
    return st.builds(Detail, terms, words, terms | st.none(), words, words, words, words, inner)


findings = st.builds(
    Finding,
    *[words] * 9,
    places=several(st.builds(Place, words, st.integers(0, 9), words)),
    repair=words,
    why=words,
    value_term=terms | st.none(),
    records=several(words),
    focus_term=terms | st.none(),
    messages=several(literals),
    sources=several(words),
    branches=several(st.builds(Branch, words, words, st.booleans(), several(words))),
    proposal=st.none() | st.builds(Proposal, several(triples), several(triples)),
    details=several(details(several(details(st.just(()))))),
    root=words,
    root_focus=terms | st.none(),
)
numbers = st.integers(0, 10**9)
counts = st.builds(ShapeCount, words, words, words, numbers, numbers, words, words, numbers)
pairs = several(st.tuples(words, numbers))
reports = st.builds(
    Report,
    several(findings),
    several(counts),
    several(st.builds(Figure, words, words, numbers | st.just(Decimal("0.3333")) | st.just(Decimal("1.0000")))),
    words,
    st.sampled_from(["fast", "full"]),
    words,
    several(st.builds(Refusal, words, words, words)),
    several(st.builds(SourceScore, words, words, words, numbers, pairs, pairs)),
    several(st.tuples(words, numbers, numbers)),
)


@settings(max_examples=150)
@given(reports)
def test_a_report_comes_back_as_it_was(report: Report) -> None:
    again = from_bytes(to_bytes(report))
    assert again == report
    assert again is not None and to_bytes(again) == to_bytes(report)
    assert [type(one.value) for one in again.figures] == [type(one.value) for one in report.figures]


def test_a_report_of_a_run_with_details_comes_back() -> None:
    shapes = """@prefix : <http://toy.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        :s a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :p ; sh:node :n ; sh:message "m" ] .
        :n a sh:NodeShape ; sh:property [ sh:path :q ; sh:minCount 1 ] ."""
    data = b"@prefix : <http://toy.example/> . :a a :T ; :p :b ."
    report = validate_data(data, shapes=read_shapes_text(shapes), level="full")
    assert [len(one.details) for one in report.findings] == [1]
    assert from_bytes(to_bytes(report)) == report


def test_another_form_is_no_report() -> None:
    report = Report((), (), (), "http://toy.example/")
    assert from_bytes(to_bytes(report).replace(b'"form":1', b'"form":0')) is None


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"form":1}', b'{"form":1,"report":[[1]]}'])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ReleaseError):
        from_bytes(data)

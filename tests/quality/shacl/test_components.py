"""Every component finds what it must, and breaking any generated query is noticed.

The table stands in ``cases.py``. pySHACL is asked the same, so that the table is not merely what we believe.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from pyoxigraph import BlankNode, RdfFormat, Store, Triple, parse

from kg.errors import ShapesError
from kg.quality.shacl.checks import Check, Screen
from kg.quality.shacl.documents import read_document
from kg.quality.shacl.model import roots
from kg.quality.shacl.outcome import Result, Value
from kg.quality.shacl.processor import Processor
from kg.quality.shacl.queries import compile_plan
from kg.quality.shacl.running import run, subclasses

from .cases import CASES, HEAD, Case

BASE = "http://toy.example/"
ALL = {
    "Class", "Datatype", "NodeKind", "MinCount", "MaxCount", "MinExclusive", "MinInclusive", "MaxExclusive",
    "MaxInclusive", "MinLength", "MaxLength", "Pattern", "LanguageIn", "UniqueLang", "Equals", "Disjoint", "LessThan",
    "LessThanOrEquals", "Not", "And", "Or", "Xone", "Node", "QualifiedMinCount", "QualifiedMaxCount", "Closed",
    "HasValue", "In", "SPARQL",
}  # fmt: skip
"""Every constraint component of SHACL Core that gives results of its own (SHACL 1.0, section 4), and SPARQL's."""


SIGNS = (
    (" < ", " <= "), (" > ", " >= "), (" <= ", " < "), (" >= ", " > "), (" || ", " && "), (" && ", " || "),
    ("!sameTerm", "sameTerm"), ("NOT EXISTS", "EXISTS"), ("MINUS", "OPTIONAL"),
)  # fmt: skip
"""What is put in the place of what to break a query."""


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, RdfFormat.TURTLE)]


def term(text: str) -> str:
    """Write a term of the table as a result does."""
    if text in ("", "_:"):
        return text
    (triple,) = triples(f"{HEAD} :x :x {text} .")
    return str(triple.object)


def shown(value: Value | None) -> str:
    return "" if value is None else "_:" if isinstance(value, BlankNode) else str(value)


def expected(case: Case) -> Counter[tuple[str, str, str]]:
    component = f"{case.component}ConstraintComponent"
    return Counter((term(focus), term(value), component) for focus, value in case.finds)


def found(results: list[Result]) -> Counter[tuple[str, str, str]]:
    return Counter((shown(one.focus), shown(one.value), one.component) for one in results)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    said = triples(HEAD + case.data)
    processor = Processor(tuple(triples(case.shapes)))
    outcome = processor.check(read_document(said).store)
    assert not outcome.refusals
    assert found(list(outcome.results)) == expected(case)
    assert found(processor.oracle.check(said)) == expected(case)


def test_the_table_is_complete() -> None:
    assert {case.component for case in CASES} == ALL
    for form in ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "( :p :q )"):
        assert any(form in case.shape for case in CASES), form
    assert len(CASES) == 93


def mutants(query: str) -> Iterator[tuple[str, str]]:
    """Yield a query broken in one place: each filter left out or negated, each sign and name changed."""
    yield "finds nothing", f"SELECT * WHERE {{ {{ {query} }} FILTER(false) }}"
    for match in re.finditer(r"FILTER\(", query):
        start, end = match.end(), closing(query, match.end())
        yield "filter left out", f"{query[: match.start()]}FILTER(true){query[end + 1 :]}"
        yield "filter negated", f"{query[:start]}!({query[start:end]}){query[end:]}"
    for match in re.finditer(r"<http://toy[^>]*>", query):
        yield f"{match[0]} changed", f"{query[: match.start()]}<urn:other>{query[match.end() :]}"
    for sign, other in SIGNS:
        for match in re.finditer(re.escape(sign), query):
            yield f"{sign} changed", query[: match.start()] + other + query[match.end() :]


def closing(text: str, start: int) -> int:
    """Return where the bracket that was opened before ``start`` closes."""
    depth = 1
    quoted = False
    for place in range(start, len(text)):
        if text[place] == '"' and text[place - 1] != "\\":
            quoted = not quoted
        if not quoted:
            depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place
    raise AssertionError(text)


def rows(store: Store, checks: Sequence[Check | Screen], processor: Processor) -> Counter[tuple[str, str, str]] | None:
    try:
        return found(list(run(store, checks, processor.shapes, processor.names)))
    except ShapesError:
        return None


@pytest.mark.parametrize("case", CASES, ids=str)
def test_breaking_a_query_is_noticed(case: Case) -> None:
    store = read_document(triples(HEAD + case.data)).store
    processor = Processor(tuple(triples(case.shapes)))
    checks = list(compile_plan(processor.shapes, roots(processor.shapes), subclasses(store)).checks)
    assert rows(store, checks, processor) == expected(case)
    survivors = []
    for place, check in enumerate(checks):
        for what, query in mutants(check.query):
            if isinstance(check, Screen) and what == "filter left out" and "FILTER(true)" in query[-20:]:
                # Rows in which every test holds give no result: the last filter of a screen only saves them.
                continue
            broken = [*checks[:place], replace(check, query=query), *checks[place + 1 :]]
            if rows(store, broken, processor) == expected(case):
                survivors.append(f"{what}\n  {check.query}\n  {query}")
    assert survivors == []

"""Length and depth of a query, counted without a worker and never below what the engine would nest."""

from __future__ import annotations

import time

import pytest

from kg.errors import QueryTooDeep, QueryTooLong
from kg.store.nesting import check_size, nesting


@pytest.mark.parametrize(
    ("query", "depth"),
    [
        ("", 0),
        ("SELECT * { ?s ?p ?o }", 1),
        ("SELECT * { { ?s ?p (1 2 (3)) } UNION { [ <x:p> [] ] ?q ?r } }", 4),
        ("SELECT * { ?s ?p '((((' , \"{{{{\" , '''(((\n'(((''' , \"\"\"[[\"[[\"\"\" }", 1),
        ("SELECT * { ?s ?p 'it\\'s ((((' } # {{{{ '\n# (((", 1),
        ("SELECT * { <http://x.example/a{b> ?p ?o }", 2),  # no IRI: a brace may not stand in one
        (r"SELECT * { ex:a\#b\(c ?p ((1)) }", 3),
        ("SELECT * { <http://x.example/it's> ?p ((1)) . <http://x.example/it's> ?p 1 }", 3),
        ("?a<'>' && ((((((('x'", 7),  # < compares, and '>' is a string
        ("?a<(?b>?c&&?a<(?b>?c&&?a<(?b", 3),
        ("}}}}{", 1),
        ("'((((", 0),
    ],
)
def test_the_deepest_reading_counts(query: str, depth: int) -> None:
    assert nesting(query) == depth


def test_limits_are_kept_to_the_character_and_the_level() -> None:
    check_size("x" * 100, 100, 10)
    with pytest.raises(QueryTooLong, match="101 characters and may have 100"):
        check_size("x" * 101, 100, 10)
    check_size("SELECT * " + "{" * 10 + "}" * 10, 100, 10)
    check_size("SELECT * { " + "{} " * 20 + "}", 100, 10)
    with pytest.raises(QueryTooDeep, match="more than 10 levels"):
        check_size("SELECT * " + "{" * 11, 100, 10)


@pytest.mark.parametrize(
    "piece", ["{", "(", "<(>", "<'>", "<a", '"', "'a'<", "<a'>(", "?a<(?b>?c&&", "'''(", "\\(", "#(\n"]
)
def test_counting_takes_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        query = (piece * length)[:length]
        begin = time.process_time()
        nesting(query)
        return time.process_time() - begin

    short, long = (min(seconds(length) for _ in range(3)) for length in (20_000, 200_000))
    # Ten times the length: a hundred times the time, if it were the square.
    assert long < 40 * short

"""Where the processor follows the specification and pySHACL does not: each difference shown, none of them silent.

When pySHACL changes its mind, the test that names the difference fails and the generator can take the case in.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kg.quality.shacl.documents import check_document, read_document
from kg.quality.shacl.processor import Processor

from .cases import HEAD
from .test_components import found, term, triples


@dataclass(frozen=True)
class Difference:
    """``ours`` and ``theirs`` are (focus, value) of the results; ``reason`` cites the specification."""

    name: str
    reason: str
    shape: str
    data: str
    ours: tuple[tuple[str, str], ...]
    theirs: tuple[tuple[str, str], ...]


DIFFERENCES = (
    Difference(
        "uniqueLang 1",
        "4.4.5: the value of sh:uniqueLang is true; W3C test uniqueLang-002",
        "sh:path :p ; sh:uniqueLang '1'^^xsd:boolean",
        ":a a :T ; :p 'x'@en, 'y'@en .",
        (),
        ((":a", ""),),
    ),
    Difference(
        "unknown types",
        "4.3: a value that cannot be compared breaks the constraint",
        "sh:path :p ; sh:maxInclusive 3",
        ":a a :T ; :p 'x'^^:own .",
        ((":a", "'x'^^:own"),),
        (),
    ),
    Difference(
        "truth and numbers",
        "4.3: true and 3 cannot be compared",
        "sh:path :p ; sh:maxInclusive 3",
        ":a a :T ; :p true .",
        ((":a", "true"),),
        (),
    ),
    Difference(
        "IRIs in order",
        "4.5.3: two IRIs cannot be compared by <",
        "sh:path :p ; sh:lessThan :q",
        ":a a :T ; :p :x ; :q :y .",
        ((":a", ":x"),),
        (),
    ),
    Difference(
        "month 13",
        "4.1.2: an ill-typed literal has not its datatype",
        "sh:path :p ; sh:datatype xsd:gYearMonth",
        ":a a :T ; :p '2020-13'^^xsd:gYearMonth .",
        ((":a", "'2020-13'^^xsd:gYearMonth"),),
        (),
    ),
    Difference(
        "the way back along a sequence",
        "2.3.1.3: the inverse of ( :p :q ) begins with :q",
        "sh:path [ sh:inversePath ( :p :q ) ] ; sh:minCount 1",
        ":x :p :y . :y :q :a . :a a :T .",
        (),
        ((":a", ""),),
    ),
)


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: one.name)
def test_difference(one: Difference) -> None:
    processor = Processor(tuple(triples(f"{HEAD} :s sh:targetClass :T ; sh:message 'm' ; {one.shape} .")))
    said = triples(HEAD + one.data)

    def named(results: object) -> set[tuple[str, str]]:
        return {(focus, value) for focus, value, _ in found(list(results))}  # type: ignore[call-overload]

    def meant(pairs: tuple[tuple[str, str], ...]) -> set[tuple[str, str]]:
        return {(term(focus), term(value)) for focus, value in pairs}

    assert named(check_document(processor, read_document(said)).results) == meant(one.ours), one.reason
    assert named(processor.oracle.check(said)) == meant(one.theirs)


def test_the_list_is_complete() -> None:
    """A new difference is named here before it is kept out of the generator."""
    assert len(DIFFERENCES) == 6

"""From the bytes of any format to the lines of a graph: what is read of a damaged file can be mapped and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg.identity.ledger import Ledger
from kg.identity.resolve import resolve
from kg.model.records import SourceReading
from kg.rdf.cards import cards
from kg.rdf.fragments import count_fragments, fragments
from kg.rdf.iris import Iris
from kg.rdf.lines import lines_of, read_line
from kg.sources import InputFile, read_all, recognise, seed_inputs

EXAMPLES = {path.name: path.read_bytes() for path in sorted((Path(__file__).parent / "files").iterdir())}
for _item in seed_inputs():
    with _item.open() as _file:
        EXAMPLES[_item.name] = _file.read()
LAYOUTS = {
    name: found[0].name for name, data in EXAMPLES.items() if (found := recognise(data.decode(errors="replace")))
}
HOSTILE = [
    b"\xff",
    b"\x00",
    b"\xed\xa0\x80",
    "\u202e".encode(),
    b"\x1b",
    b"\\",
    b'"',
    b"<",
    b"{",
    b"\\ud800",
    b"\n",
    b"%s",
    b"9" * 30,
]


def check_mapped(readings: Sequence[SourceReading]) -> int:
    """Go with readings all the way to the lines of the graph, which must be the canonical ones of what they state.

    Return how many lines there are.
    """
    resolved = resolve(readings, Ledger(), {})
    last, pieces, count = "", 0, 0
    for piece in fragments(resolved, Iris("http://x.example/")):
        assert piece.prefix > last, piece.prefix
        last, pieces = piece.prefix, pieces + 1
        pages = piece.make()
        lines = sorted(lines_of(pages))
        assert all(line.startswith(piece.prefix) for line in lines), piece.prefix
        assert sorted(f"{quad} .\n" for quad in parse("".join(lines).encode(), format=RdfFormat.N_QUADS)) == lines
        for line in lines:
            read_line(line)
        cards(statement for graph, statements in pages if not graph for statement in statements)
        count += len(lines)
    assert pieces == count_fragments(resolved)
    return count


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_mapped(name: str) -> None:
    assert check_mapped(read_all([InputFile(name, EXAMPLES[name])])) > 10


@given(
    st.sampled_from(sorted(LAYOUTS)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), st.sampled_from([b"", *HOSTILE])), min_size=1, max_size=6),
)
@settings(max_examples=600)
def test_what_is_left_of_a_damaged_file_is_mapped(name: str, damage: list[tuple[float, int, bytes]]) -> None:
    data = EXAMPLES[name]
    for place, gone, put in damage:
        at = int(place * len(data))
        data = data[:at] + put + data[at + gone :]
    check_mapped(read_all([InputFile(name, data, layout=LAYOUTS[name])]))


def test_what_a_quarantined_record_is_called_may_be_any_bytes() -> None:
    data = b"TY  - JOUR\nID  - \xff\x00\nTI  - Tides\nER  - \n"
    (reading,) = read_all([InputFile("x.ris", data, layout="ris")])
    assert [problem.place.item for problem in reading.problems] == [r"\xff\x00"]
    assert reading.problems[0].raw.startswith(data[:-1])
    assert check_mapped([reading])


def test_a_damaged_line_of_a_header_says_nothing_of_the_site() -> None:
    [page] = [data for data in EXAMPLES.values() if b"BZPEER" in data][:1]
    data = page.replace(b"BZPEER", b"BZ\xa7\xbaER")
    (reading,) = read_all([InputFile("x.txt", data, layout="trust-profile")])
    assert reading.profile and reading.works and not reading.source.site
    assert {problem.kind for problem in reading.problems if r"\xa7" in problem.text} == {"quarantined"}
    assert check_mapped([reading])

"""JSON is cut into records as it streams in: the same values as the parser's, with lines and bytes, whatever breaks."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.sources import json_cuts
from kg.sources.formats import Piece
from kg.sources.json_cuts import cut

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


class Dripping(io.BytesIO):
    """A stream that gives few bytes at a time, however many are asked for."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self.most = most

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.most if size is None or size < 0 else min(size, self.most))


def pieces(text: str | bytes, *lists: tuple[str, ...], most: int = 1 << 16, members: bool = False) -> list[Piece]:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return list(cut(Dripping(data, most), lambda: data, lists, members=members))


@given(st.lists(JSON, max_size=5), st.sampled_from([None, 0, 1]), st.integers(1, 9), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_list_gives_its_elements(values: list[Any], indent: int | None, most: int, ascii_only: bool) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    found = pieces(text, most=most)
    assert [p.value for p in found] == values
    assert [p.item for p in found] == [f"/{i}" for i in range(len(values))]
    assert [json.loads(p.raw().decode("utf-8", "surrogatepass")) for p in found] == values
    rest = text
    for p in found:  # the bytes are the very ones in the file, and stand on the lines that are told
        raw = p.raw().decode("utf-8", "surrogatepass")
        assert raw in rest
        assert raw.count("\n") == p.last_line - p.line
        rest = rest[rest.index(raw) + len(raw) :]


def test_an_array_of_pages_gives_the_elements_of_each() -> None:
    text = b'[{"items": [1,\n2]},\n {"x": 3}, {"items": []}, {"items": [{"items": [4]}]}]'
    found = list(cut(io.BytesIO(text), text.__bytes__, pages=[("items",)]))
    assert [(p.value, p.item, p.line, p.last_line) for p in found] == [
        (1, "/0/items/0", 1, 2),
        (2, "/0/items/1", 1, 2),
        ({"x": 3}, "/1", 3, 3),
        ({"items": [4]}, "/3/items/0", 3, 3),
    ]


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=4), st.lists(JSON, max_size=3), st.integers(1, 9))
@settings(max_examples=200, deadline=None)
def test_a_list_inside_is_found(around: dict[str, Any], values: list[Any], most: int) -> None:
    inner = {**{k: v for k, v in around.items() if k != "items"}, "items": values}
    text = json.dumps({"status": "ok", "message": inner, "more": around}, indent=1)
    assert [p.value for p in pieces(text, ("message", "items"), most=most)] == values
    if not isinstance(around.get("items"), list):
        [document] = pieces(json.dumps({"message": around}), ("message", "items"), most=most)
        assert document.value == {"message": around}


@given(st.lists(st.dictionaries(st.text(max_size=4), JSON, max_size=3), max_size=4), st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_documents_one_after_another(values: list[dict[str, Any]], most: int) -> None:
    found = pieces("\n".join(json.dumps(v, indent=2) for v in values), most=most)
    assert [p.value for p in found] == values


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=4), st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_members(value: dict[str, Any], most: int) -> None:
    found = pieces(json.dumps(value), most=most, members=True)
    assert [p.value for p in found] == list(value.values())
    assert [p.item[1:].replace("~1", "/").replace("~0", "~") for p in found] == list(value)


@given(st.text(alphabet='[]{}",:\\ \n01-etruflsan.u', max_size=40), st.integers(1, 9))
@settings(max_examples=500, deadline=None)
def test_whatever_the_parser_refuses_is_refused(text: str, most: int) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        expected = None
    try:
        found = pieces(text, most=most)
    except InputError as error:
        assert expected is None and "line" in error.message
        return
    values = [p.value for p in found]
    if expected is not None:
        assert values == (expected if isinstance(expected, list) else [expected])


DAMAGED = """[
 {"a": 1},
 %s,
 {"a": 3}
]"""


@pytest.mark.parametrize(
    ("element", "cause"),
    [
        ('{"a" 2}', "line 3, column 7: Expecting ':' delimiter"),
        ('{"a": 2,}', "line 3, column 10"),
        ('{"a": tru}', "line 3, column 8: Expecting value"),
        ('{"a": "\\x"}', "Invalid \\escape"),
        ('{"a": "tab\t"}', "Invalid control character"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "digits"),
    ],
)
def test_a_damaged_record_costs_itself_only(element: str, cause: str) -> None:
    found = pieces(DAMAGED % element)
    assert [p.value for p in found if not isinstance(p.value, InputError)] == [{"a": 1}, {"a": 3}]
    assert cause in found[1].value.message
    assert found[1].raw() == element.encode()
    assert [p.line for p in found] == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ('[{"a": 1}, {"a": 2', "line 1, column 19: the file ends too early"),
        ('[{"a": 1}\n {"a": 2}]', "line 2, column 2: ',' is expected"),
        ('[{"a": 1}, {"a": "2}]', "Unterminated string"),
        ('[{"a": 1}] x', "more text after the end"),
        ('{"a": 1,\n b: 2}', "line 2, column 2: a name in double quotes"),
    ],
)
def test_where_records_cannot_be_told_apart_the_reading_ends(text: str, cause: str) -> None:
    found: list[Piece] = []
    with pytest.raises(InputError) as caught:
        for piece in cut(io.BytesIO(text.encode()), text.encode):
            found.append(piece)
    assert cause in caught.value.message
    assert [p.value for p in found] == ([{"a": 1}] if text.startswith("[") else [])


def test_bytes_that_are_not_text_stay_as_they_are() -> None:
    [piece] = pieces(b'[{"a": "\xff\xc3\xa9"}]')
    assert piece.value == {"a": "\udcffé"} and piece.raw() == b'{"a": "\xff\xc3\xa9"}'
    [piece] = pieces("\ufeff[1]".encode("utf-16-le"))
    assert piece.value == 1
    [piece] = pieces(b"\xef\xbb\xbf[1]")
    assert piece.value == 1


def test_a_long_list_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.BytesIO):
        left = 30_000_000

        def read(self, size: int | None = -1) -> bytes:
            if self.left == 30_000_000:
                self.left -= 1
                return b"["
            if self.left <= 0:
                return b""
            block = b'{"a": "%s"},\n' % (b"b" * 100) * 500
            self.left -= len(block)
            return block if self.left > 0 else block.rstrip(b",\n") + b"]"

    tracemalloc.start()
    count = sum(1 for _ in cut(Endless(), bytes))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 250_000 and peak < 3_000_000

    monkeypatch.setattr(json_cuts, "RECORD_LIMIT", 100_000)
    with pytest.raises(InputError, match="a record has more than"):
        list(cut(io.BytesIO(b'[{"a": "' + b"b" * 10_000_000), bytes))
    with pytest.raises(InputError, match="is no list of records"):
        list(cut(io.BytesIO(b"{" + b'"a": 1, ' * 20_000), bytes))

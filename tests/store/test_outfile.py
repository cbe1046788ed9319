"""A file that a thread writes is what was put into it, and what goes wrong in the thread is told."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.store.outfile import BLOCK, Outfile

ALPHABET = bytes(range(256)) * 40
SPANS = st.tuples(st.integers(0, len(ALPHABET)), st.integers(0, len(ALPHABET))).map(sorted)


@given(st.lists(st.one_of(st.binary(max_size=20), SPANS), max_size=20))
@settings(max_examples=100, deadline=None)
def test_a_file_is_what_was_put_and_copied(tmp_path_factory: pytest.TempPathFactory, parts: list[object]) -> None:
    folder = tmp_path_factory.mktemp("out")
    (folder / "from").write_bytes(ALPHABET)
    lengths: list[int] = []
    expected = b""
    with (folder / "from").open("rb") as source, Outfile(folder / "to", lengths.append) as out:
        for part in parts:
            if isinstance(part, bytes):
                out.put(part)
                expected += part
            else:
                assert isinstance(part, list)
                out.copy(source, *part)
                expected += ALPHABET[slice(*part)]
            assert out.place == len(expected)
        assert out.close() == sha256(expected).hexdigest()
    assert (folder / "to").read_bytes() == expected
    assert lengths == sorted(lengths)
    assert not expected or lengths[-1] == len(expected)


def test_large_blocks_are_written_while_more_is_put(tmp_path: Path) -> None:
    lengths: list[int] = []
    with Outfile(tmp_path / "to", lengths.append) as out:
        for _ in range(40):
            out.put(bytes(BLOCK // 2))
        out.close()
    assert lengths == [BLOCK * n for n in range(1, 21)]
    assert (tmp_path / "to").stat().st_size == 20 * BLOCK


def test_what_the_thread_meets_is_raised_here(tmp_path: Path) -> None:
    def full(length: int) -> None:
        raise OSError("no space left")

    with Outfile(tmp_path / "to", full) as out:
        out.put(b"a line\n")
        with pytest.raises(OSError, match="no space left"):
            out.close()
    with pytest.raises(OSError, match="no space left"), Outfile(tmp_path / "to", full) as out:
        for _ in range(9):
            out.put(bytes(BLOCK))


def test_a_file_that_was_cut_meanwhile_is_not_copied_short(tmp_path: Path) -> None:
    (tmp_path / "from").write_bytes(b"1234")
    with (tmp_path / "from").open("rb") as source, Outfile(tmp_path / "to", lambda length: None) as out:
        out.copy(source, 2, 5)
        with pytest.raises(OSError, match=r"from ends before byte 5"):
            out.close()

"""Results kept for the next build: only what was used stays, and what is damaged or another program's is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.store.memo import Memo


def kept(folder: Path, program: str = "1", **results: str) -> Memo:
    memo = Memo(folder, program)
    for key, value in results.items():
        memo.put(key.encode(), value.encode())
    memo.save()
    return Memo(folder, program)


def test_what_was_put_is_there_for_the_next_build(tmp_path: Path) -> None:
    assert kept(tmp_path, a="one").get(b"a") == b"one"
    assert kept(tmp_path, a="one").get(b"b") is None


def test_what_a_build_did_not_use_is_forgotten(tmp_path: Path) -> None:
    memo = kept(tmp_path, a="one", b="two")
    memo.put(b"a", b"one")
    memo.save()
    assert Memo(tmp_path, "1").get(b"b") is None
    assert Memo(tmp_path, "1").get(b"a") == b"one"


def test_another_program_starts_anew(tmp_path: Path) -> None:
    kept(tmp_path, a="one")
    assert Memo(tmp_path, "2").get(b"a") is None


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x92\xa11", b"\x80"])
def test_a_damaged_file_counts_as_none(tmp_path: Path, data: bytes) -> None:
    kept(tmp_path, a="one")
    (tmp_path / "identity").write_bytes(data)
    assert Memo(tmp_path, "1").get(b"a") is None


def test_nothing_is_written_where_nothing_changed(tmp_path: Path) -> None:
    memo = kept(tmp_path, a="one")
    before = (tmp_path / "identity").stat().st_mtime_ns
    assert memo.get(b"a") == b"one"
    memo.put(b"a", b"one")
    memo.save()
    assert (tmp_path / "identity").stat().st_mtime_ns == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["identity"]

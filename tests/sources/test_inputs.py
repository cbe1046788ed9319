"""Finding inputs, the metadata beside them, and the table of organisations."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg import shares, sources
from kg.cli import main
from kg.errors import InputError
from kg.model.records import SourceReading
from kg.sources import InputFile, NothingKept, find_inputs, passed_over, read_all, seed_inputs, told_in_vain
from kg.sources.inputs import read_metadata
from kg.sources.organizations import organizations, read_table
from tests.conftest import children

SEEDS = Path(__file__).parent.parent.parent / "seeds"


def test_the_shipped_seeds_are_the_folder() -> None:
    def as_told(item: InputFile) -> tuple[InputFile, bytes]:
        with item.open() as file:
            return replace(item, data=b""), file.read()

    assert list(map(as_told, find_inputs([SEEDS]))) == list(map(as_told, seed_inputs()))
    assert len(seed_inputs()) == 5
    assert {item.captured.iso() if item.captured else "" for item in seed_inputs()} == {"2026"}
    assert [item.subject for item in seed_inputs()] == ["", "", "", "", "Diego de las Casas"]


def test_files_and_folders(tmp_path: Path) -> None:
    for name in ("a/x.txt", "b/x.txt", "b/.hidden", "b/README.md", "b/deep/y.txt", "c/z.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "b/sources.toml").write_text('[[source]]\nfile = "x.txt"\ncaptured = 2024-05-06\n')
    found = find_inputs([tmp_path / "a", tmp_path / "b", tmp_path / "c" / "z.md", tmp_path / "b" / "x.txt"])
    assert [item.name for item in found] == ["a/x.txt", "b/x.txt", "deep/y.txt", "z.md"]
    assert [item.captured.iso() for item in found if item.captured] == ["2024-05-06"]
    with pytest.raises(InputError, match="no file or folder"):
        find_inputs([tmp_path / "nowhere"])


def test_what_lies_beside_inputs_and_is_not_expected_there_is_told(tmp_path: Path) -> None:
    for name in (
        "README.md",
        "sources.toml",
        "decisions.toml",
        ".notes.md",
        "page.MD",
        "deep/works.toml",
        "z.md",
        "x.txt",
    ):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("")
    paths = [tmp_path / "in", tmp_path / "in" / "z.md"]
    assert [path.name for path in passed_over(paths)] == ["works.toml", "page.MD"]
    assert not {path.name for path in passed_over(paths)} & {item.name for item in find_inputs(paths)}
    done = CliRunner().invoke(main, ["check", str(tmp_path / "in")])
    assert f"Passed over: {tmp_path / 'in' / 'deep' / 'works.toml'}, " in done.stderr
    assert "name one to read it" in done.stderr
    assert "Passed over" not in CliRunner().invoke(main, ["check", str(SEEDS)]).stderr


def test_links_are_followed_once_and_none_is_lost(tmp_path: Path) -> None:
    inputs, other = tmp_path / "inputs", tmp_path / "other"
    for folder in (inputs / ".hidden", other):
        folder.mkdir(parents=True)
        (folder / "x.txt").write_text("x")
    (inputs / "other").symlink_to(other)
    (inputs / "same").symlink_to(other)
    (inputs / "loop").symlink_to(inputs)
    (inputs / "turn").symlink_to(inputs / "turn")
    (inputs / "lost.bib").symlink_to(tmp_path / "nowhere.bib")
    found = find_inputs([inputs])
    assert [item.name for item in found] == ["lost.bib", "other/x.txt", "turn"]
    causes = {reading.source.file: reading.problems[0].cause for reading in read_all(found)}
    assert "No such file" in causes["lost.bib"]
    assert "symbolic links" in causes["turn"]


def test_a_folder_that_must_not_be_searched_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("open", "closed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("x")
    real = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find_inputs([tmp_path])
    assert [item.name for item in found] == ["closed", "open/x.txt"]
    assert "the file cannot be read: Permission denied" in read_all(found)[0].problems[0].cause
    assert [item.name for item in find_inputs([tmp_path / "closed"])] == ["closed"]


def test_a_path_that_must_not_be_looked_at_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.bib").write_text("")
    real = os.stat

    def stat(path: Any, **options: Any) -> Any:
        if str(path).endswith(closed):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, **options)

    monkeypatch.setattr(os, "stat", stat)
    for closed in ("x.bib", "sources.toml"):
        with pytest.raises(InputError, match=rf"{closed}.* cannot be .*: .*Permission denied"):
            find_inputs([tmp_path / "x.bib"])


def test_what_may_never_end_is_not_begun(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.bib")
    (tmp_path / "zero.bib").symlink_to("/dev/zero")
    for found in (find_inputs([tmp_path]), find_inputs([tmp_path / "pipe.bib", tmp_path / "zero.bib"])):
        readings = read_all(found)
        assert [reading.source.file for reading in readings] == ["pipe.bib", "zero.bib"]
        assert all("a pipe or a device" in reading.problems[0].cause for reading in readings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[source]", "not TOML"),
        ("[other]\na = 1", r"only \[\[source\]\]"),
        ("[[source]]\nrights = 'x'", "names no file"),
        ("[[source]]\nfile = ' '", "names no file"),
        ("[[source]]\nfile = 'a'\nyear = 1", "unknown field 'year'"),
        ("[[source]]\nfile = 'a'\ncaptured = 'May'", "captured"),
        ("[[source]]\nfile = 'a'\ncaptured = 'May 5'", "needs its year"),
        ("[[source]]\nfile = 'a'\n[[source]]\nfile = 'a'", "two entries"),
        ("[[source]]\nfile = 'a'\nsubject = ['Ada Quill']", r"\[\[source\]\] 1: 'subject' is not text"),
    ],
)
def test_damaged_metadata_is_one_sentence(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_metadata(text, "sources.toml")


def test_metadata_of_a_file_that_is_not_beside_it_are_told(tmp_path: Path) -> None:
    for file in ("x.txt", "in/x.txt", "in/deep/x.txt"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("x")
    names = ("../x.txt", "deep/x.txt", "x.txt", "y.txt")
    (tmp_path / "in/sources.toml").write_text("".join(f'[[source]]\nfile = "{name}"\n' for name in names))
    stray = [(tmp_path / "in/sources.toml", name) for name in names if name != "x.txt"]
    assert told_in_vain([tmp_path / "in"]) == stray
    assert not told_in_vain([SEEDS, tmp_path / "in/x.txt"])
    done = CliRunner().invoke(main, ["check", str(tmp_path / "in")])
    assert all(f"{file}: an entry tells of {name!r}, which is no file" in done.stderr for file, name in stray)


def test_metadata_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x")
    (tmp_path / "sources.toml").write_text('[[source]]\nfile = "x.txt"\nsubject = "Ada Quill"\n', "utf-8-sig")
    assert [item.subject for item in find_inputs([tmp_path])] == ["Ada Quill"]


def test_a_layout_that_is_not_known_is_told_with_those_that_are() -> None:
    [reading] = read_all([InputFile("x.txt", b"Abstract: Toys.", layout="abstractlist")])
    [problem] = reading.problems
    assert "the layout 'abstractlist' told in sources.toml is not known" in problem.cause
    assert "abstract-list" in problem.advice and "work-list" in problem.advice


def test_organizations() -> None:
    table = organizations()
    assert len(table) >= 37
    assert table["deepmind"].name == "Google DeepMind"
    assert table["deepmind"].ror == "https://ror.org/00971b260"
    assert {"allen-ai", "mit", "cambridge", "berkeley", "huggingface", "tsinghua"} <= set(table)
    rors = [entry.ror for entry in table.values() if entry.ror]
    assert len(rors) == len(set(rors))
    assert len({entry.name for entry in table.values()}) == len(table)


@pytest.mark.parametrize(
    "text", ["[a]\nname = ''", "[a]\nror = 'x'", "[a]\nname = 'A'\nror = '042nb2s45'", "[a", "a = 1"]
)
def test_a_damaged_table_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_table(text, "organizations.toml")


class _Stopped(NothingKept):
    """Stops the reading after the first input, as Ctrl-C does."""

    def keep(self, item: InputFile, readings: Iterable[SourceReading]) -> list[SourceReading]:
        next(iter(readings))
        raise KeyboardInterrupt


def test_who_stops_reading_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MANY", 1)
    monkeypatch.setattr(shares, "cores", lambda: 2)
    before = children()
    with pytest.raises(KeyboardInterrupt) as stopped:
        read_all(seed_inputs(), kept=_Stopped())
    assert children() == before
    assert stopped  # what holds the frames of the reading was there still

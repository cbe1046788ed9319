"""Pipes as inputs: stdin and other pipes are read like files, to a size that memory holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import console, main
from kg.sources.opening import WHOLE_LIMIT

ENTRY = "@article{{{key}, title={{On the growth of {key}}}, author={{Lee, Ann}}, year={{2020}}}}\n"
TIDES, RIVERS = ENTRY.format(key="tides"), ENTRY.format(key="rivers")


def run(*arguments: str, text: str | bytes = "") -> Result:
    return CliRunner().invoke(main, arguments, input=text, catch_exceptions=False)


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which ``kg`` is the command."""
    (folder / "tides.bib").write_text(TIDES)
    (folder / "rivers.bib").write_text(RIVERS)
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        ["bash", "-c", f'kg() {{ {sys.executable} -m kg.cli "$@"; }}; {line}'],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )


def test_a_build_reads_stdin_beside_files_and_takes_no_decisions_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "decisions.toml").write_text("not what is read")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "rivers.bib").write_text(RIVERS)
    done = run("build", "-", "more", "--no-validate", "--json", "--home", "home", text=TIDES)
    assert done.exit_code == 0, done.output
    built = json.loads(done.stdout)
    assert [(file["file"], file["mapped"]) for file in built["files"]] == [("rivers.bib", 1), ("stdin", 1)]
    assert built["counts"]["work"] == 2


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("cat tides.bib | kg check -", ["stdin"]),
        ("cat tides.bib | kg check /dev/stdin", ["stdin"]),
        ("kg check - < tides.bib", ["stdin"]),
        ("cat tides.bib | kg check - rivers.bib", ["rivers.bib", "stdin"]),
        ("mkfifo pipe; cat tides.bib > pipe & kg check pipe", ["pipe"]),
    ],
)
def test_a_pipe_is_an_input(tmp_path: Path, line: str, names: list[str]) -> None:
    done = shell(line, tmp_path)
    assert done.returncode == 0, done.stderr
    cells = [[cell.strip() for cell in row.split("│")[1:-1]] for row in done.stdout.splitlines() if "bibtex" in row]
    assert [row[:5] for row in cells] == [[name, "bibtex", "1", "1", "1"] for name in names]


def test_what_a_shell_puts_in_the_place_of_a_file_is_read(tmp_path: Path) -> None:
    done = shell("kg check <(cat tides.bib) <(cat rivers.bib)", tmp_path)
    assert (done.returncode, done.stdout.count("bibtex")) == (0, 2), done.stderr


def test_two_pipes_of_one_name_are_refused() -> None:
    done = run("check", "-", "-", text=TIDES)
    assert done.exit_code == 1
    assert "two inputs are called stdin" in done.stderr


def test_more_than_memory_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert console.MOST_PIPED == WHOLE_LIMIT
    monkeypatch.setattr(console, "MOST_PIPED", 100)
    for command in (("check", "-"), ("sparql", "-"), ("check", "/dev/zero")):
        done = run(*command, text=TIDES * 2)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "gives more than 100 bytes; save them to a file" in done.stderr


def test_a_query_that_is_not_utf_8_is_told() -> None:
    done = run("sparql", "-", text=b"ASK { ?s ?p '\xff' }")
    assert done.exit_code == 1
    assert "not UTF-8" in done.stderr

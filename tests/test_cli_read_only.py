"""A home that may only be read: what reads it does so, and what would write in it says so in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from kg.store.catchup import catch_up
from kg.store.journal import Change, Journal
from kg.store.releases import Home
from tests.test_cli import free_port


def started(before: list[str], home: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command beside the home, which has no other name than its own there."""
    command = [*before, sys.executable, "-m", "kg.cli", *arguments, "--home", home.name]
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        command,
        cwd=home.parent,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("query", "most-prolific-authors", "--format", "csv"), "Teven Le Scao"),
        (("query", "person-coauthors", "person=Teven Le Scao", "--format", "csv"), "Arthur Mensch"),
        (("export", "person", "Teven Le Scao"), "Teven Le Scao"),
        (("sparql", "ASK {?s ?p ?o}"), "true"),
        (("releases",), "True"),
    ],
)
def test_what_reads_a_home_needs_no_right_to_write(
    without_rights: list[str], read_only_home: Path, arguments: tuple[str, ...], says: str
) -> None:
    with started(without_rights, read_only_home, *arguments) as process:
        out, talk = process.communicate()
    assert (process.returncode, talk) == (0, "")
    assert says in out


def test_a_decision_may_be_written_elsewhere(without_rights: list[str], read_only_home: Path, tmp_path: Path) -> None:
    asked = ("identity", "same", "Teven Le Scao", "Arthur Mensch", "--by", "Me", "--why", "a test")
    with started(without_rights, read_only_home, *asked, "--file", "made.toml") as process:
        _, talk = process.communicate()
    assert process.returncode == 0, talk
    assert (tmp_path / "made.toml").is_file()
    with started(without_rights, read_only_home, *asked) as process:
        assert "cannot be written" in process.communicate()[1]
    assert process.returncode == 1


@pytest.mark.parametrize("arguments", [("rollback",), ("build",)])
def test_what_would_write_says_so_in_one_sentence(
    without_rights: list[str], read_only_home: Path, arguments: tuple[str, ...]
) -> None:
    assert (Journal(read_only_home).folder / "lock").is_file()
    with started(without_rights, read_only_home, *arguments) as process:
        _, talk = process.communicate()
    assert process.returncode == 1
    assert len(talk.splitlines()) == 1
    assert "the folder cannot be written; change its permissions" in talk


def test_nothing_is_locked_where_no_edit_is_missing(
    seeds_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(seeds_home, tmp_path / "home")
    home, journal = Home(tmp_path / "home"), Journal(tmp_path / "home")
    with journal.lock():
        journal.append([Change("ann", b"", b'<http://x.example/a> <http://x.example/p> "a" .\n')])
    assert catch_up(home) is not None
    monkeypatch.setattr(Journal, "lock", None)
    assert catch_up(home) is None


def test_it_is_served(without_rights: list[str], read_only_home: Path) -> None:
    port = free_port()
    with started(without_rights, read_only_home, "serve", "--port", str(port)) as server:
        assert server.stderr is not None
        said = next((line for line in server.stderr if "Serving release" in line), "")
        try:
            assert said
            answer = httpx.get(f"http://127.0.0.1:{port}/search", params={"q": "Teven"}, follow_redirects=True)
            assert "Teven Le Scao" in answer.text
        finally:
            server.terminate()
            server.communicate()

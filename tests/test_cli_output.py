"""Where the output of a command goes: a file is replaced as a whole, and what cannot be written is one sentence."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse

from kg.cli import main
from kg.store.releases import Home

FULL = Path("/dev/full")


def run(*arguments: str, home: Path) -> Result:
    return CliRunner().invoke(main, arguments, env={"KG_HOME": str(home)}, catch_exceptions=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def sentence(done: Result | subprocess.CompletedProcess[str]) -> str:
    """Return the only line on stderr of a command that talks of nothing else."""
    [line] = [line for line in done.stderr.splitlines() if not line.endswith("…")]
    assert line.startswith("kg: ")
    return line


def test_a_disk_that_is_full_leaves_the_earlier_file_and_no_other(seeds_home: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.nq"
    target.write_text("precious")
    done = subprocess.run(
        [sys.executable, "-m", "kg.cli", "export", "-o", str(target)],
        env=os.environ | {"KG_HOME": str(seeds_home)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert f"{target} cannot be written" in sentence(done)
    assert target.read_text() == "precious"
    assert names(tmp_path) == ["all.nq"]


def test_an_export_replaces_a_file_with_its_rights_and_follows_a_link(seeds_home: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "topics.nt", tmp_path / "link.nt"
    target.write_text("earlier")
    target.chmod(0o640)
    link.symlink_to(target)
    assert run("export", "topic", "-o", str(link), home=seeds_home).exit_code == 0
    assert link.is_symlink() and target.stat().st_mode & 0o777 == 0o640
    assert len(list(parse(path=target, format=RdfFormat.N_TRIPLES))) > 10
    assert names(tmp_path) == ["link.nt", "topics.nt"]


@pytest.mark.parametrize("place", ["none/x.ttl", "file/x.ttl"])
def test_a_missing_folder_is_told(seeds_home: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    done = run("export", "topic", "-o", str(tmp_path / place), home=seeds_home)
    assert done.exit_code == 1
    assert f"there is no folder {(tmp_path / place).parent}" in sentence(done)


def test_the_format_follows_the_suffix_of_the_file(seeds_home: Path, tmp_path: Path) -> None:
    def exported(name: str, *options: str) -> bytes:
        assert run("export", "topic", "-o", str(tmp_path / name), *options, home=seeds_home).exit_code == 0
        return (tmp_path / name).read_bytes()

    assert json.loads(exported("a.jsonld"))["@graph"]
    for name in ("a.ttl", "a.txt"):
        assert exported(name).startswith(b"@prefix")
    assert exported("a.jsonld", "--format", "turtle").startswith(b"@prefix")
    assert exported("a.nt") == exported("a.txt", "--format", "nt") == exported("b.txt", "--format", "ntriples")


def test_everything_and_a_kind_are_exported_as_rdf_xml(seeds_home: Path, tmp_path: Path) -> None:
    for what in ((), ("person",)):
        for name in ("all.rdf", "all.ttl"):
            assert run("export", *what, "-o", str(tmp_path / name), home=seeds_home).exit_code == 0
        statements = set(parse(path=tmp_path / "all.rdf", format=RdfFormat.RDF_XML))
        assert statements == set(parse(path=tmp_path / "all.ttl", format=RdfFormat.TURTLE))
        assert len(statements) > 100


def test_a_dash_and_a_device_are_written_to_as_they_are(seeds_home: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    whole = run("export", "topic", home=seeds_home).stdout
    assert run("export", "topic", "-o", "-", home=seeds_home).stdout == whole
    with subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE, text=True) as reader:
        assert run("export", "topic", "-o", str(tmp_path / "pipe"), home=seeds_home).exit_code == 0
        assert reader.communicate()[0] == whole
    assert names(tmp_path) == ["pipe"]


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("releases", "--help"),
        ("releases",),
        ("releases", "--json"),
        ("check", "--json"),
        ("sparql", "SELECT * {?s ?p ?o}"),
        ("sparql", "SELECT * {?s ?p ?o}", "--format", "csv"),
        ("export", "topic"),
        ("export", "topic", "-o", str(FULL)),
        ("identity", "mentions"),
    ],
)
def test_a_full_stdout_is_one_sentence(seeds_home: Path, arguments: tuple[str, ...]) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kg.cli", *arguments],
            env=os.environ | {"KG_HOME": str(seeds_home)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert "cannot be written: No space left on device" in sentence(done)


def test_a_closed_stream_is_no_traceback_and_no_file_gets_its_place(seeds_home: Path, tmp_path: Path) -> None:
    def kg(line: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "-c", f"{sys.executable} -m kg.cli {line}"]
        return subprocess.run(command, env=os.environ | {"KG_HOME": str(seeds_home)}, capture_output=True, text=True)

    for line in (
        "releases",
        "query works-by-year",
        "sparql 'ASK {}'",
        "export topic",
        f"build --home {tmp_path / 'new'}",
    ):
        done = kg(f"{line} >&-")
        assert (done.returncode, done.stdout) == (0, "")
        assert "kg: stdout is closed, and what is written to it is lost\n" in done.stderr
        assert "Traceback" not in done.stderr
    assert Home(tmp_path / "new").current()
    heard, deaf = kg("export topic --format nt"), kg("export topic --format nt <&- 2>&-")
    assert (deaf.returncode, deaf.stdout, deaf.stderr) == (0, heard.stdout, "")
    assert kg("export topic --format none 2>&-").returncode == 2

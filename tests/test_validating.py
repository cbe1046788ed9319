"""``kg validate`` as scripts use it: what is data, which shapes, which form, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from kg.cli import main, options, validating
from kg.export import FORMATS as EXPORTED
from kg.quality import FORMATS
from kg.quality.compose import LIMIT
from kg.quality.foreign import FORMATS as DATA_FORMATS
from kg.quality.shapes import PROFILES

PERSON = "@prefix schema: <http://schema.org/> . <urn:x:1> a schema:Person ; schema:name 'X Y' ."
QUADS = (
    '<urn:x:1> <http://schema.org/name> "X Y" <urn:g:1> .\n'
    "<urn:x:1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:x:T> <urn:g:1> .\n"
    "<urn:x:2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:x:T> <urn:g:2> .\n"
)
OWN = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:s> a sh:NodeShape ; sh:targetClass <urn:x:T> ; sh:property <urn:s:name> .
<urn:s:name> sh:path <http://schema.org/name> ; sh:minCount 1 ; sh:message "nameless" ; sh:severity sh:Warning ."""


def run(*arguments: str, text: str | None = None, home: Path | None = None) -> Result:
    environment = {"KG_HOME": str(home)} if home else {}
    return CliRunner().invoke(main, ("validate", *arguments), env=environment, input=text, catch_exceptions=False)


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "own.ttl"
    path.write_text(OWN, "utf-8")
    return str(path)


def test_the_words_of_the_options_are_those_of_the_package() -> None:
    """They are written out, so that ``--help`` needs no heavy library."""
    assert set(validating.FORMATS) == {*FORMATS, "table"}
    assert set(options.RDF_FORMATS) == set(DATA_FORMATS) == set(EXPORTED) == set(options.SUFFIXES.values())
    assert validating.PROFILES == PROFILES
    assert validating.LISTED == LIMIT


@pytest.mark.parametrize("form", validating.FORMATS)
def test_every_form_of_a_release(seeds_home: Path, form: str) -> None:
    done = run("--format", form, home=seeds_home)
    assert done.exit_code == 0 and done.stdout
    if form == "sarif":
        (part,) = json.loads(done.stdout)["runs"]
        placed = [one for one in part["results"] if "physicalLocation" in one["locations"][0]]
        assert placed and {one["level"] for one in part["results"]} <= {"error", "warning", "note"}
    if form == "junit":
        assert ElementTree.fromstring(done.stdout).tag == "testsuites"


@pytest.mark.parametrize(
    ("fail_on", "code"), [("violation", 0), ("warning", 3), ("info", 3), ("never", 0)], ids=lambda one: str(one)
)
def test_exit_codes_by_policy(own: str, fail_on: str, code: int) -> None:
    done = run("-", "--data-format", "nquads", "--shapes", own, "--format", "json", "--fail-on", fail_on, text=QUADS)
    assert done.exit_code == code
    assert json.loads(done.stdout)["counts"] == {"Violation": 0, "Warning": 1, "Info": 0}


def test_which_graphs_are_data(own: str) -> None:
    arguments = ("-", "--data-format", "nquads", "--shapes", own, "--fail-on", "info")
    assert run(*arguments, "--graph", "urn:g:1", text=QUADS).exit_code == 0
    assert run(*arguments, "--graph", "urn:g:2", text=QUADS).exit_code == 3
    assert run(*arguments, "--graph", "urn:g:1", "--graph", "urn:g:2", text=QUADS).exit_code == 3
    assert run(*arguments, "--graphs", "default", text=QUADS).exit_code == 0
    assert run(*arguments, text=QUADS).exit_code == 3


def test_a_source_graph_of_a_release_alone(seeds_home: Path) -> None:
    from kg.store.releases import Home

    release = Home(seeds_home).current()
    assert release is not None
    graph = f"{release.manifest['base_iri']}graph/source/{release.manifest['inputs'][0]['source']}"
    done = run("--graph", graph, "--format", "json", "--fail-on", "never", home=seeds_home)
    figures = {one["name"]: one["value"] for one in json.loads(done.stdout)["figures"]}
    whole = json.loads(run("--format", "json", home=seeds_home).stdout)
    assert (
        0 < figures["statementsInGraph"] < {one["name"]: one["value"] for one in whole["figures"]}["statementsInGraph"]
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_profiles(profile: str) -> None:
    done = run("-", "--profile", profile, "--format", "json", "--fail-on", "never", text=PERSON)
    shapes = {one["shape"] for one in json.loads(done.stdout)["shapes"]}
    assert shapes and all((f"#{profile}-" in one) == (profile != "core") for one in shapes)


def test_full_adds_details(own: str, tmp_path: Path) -> None:
    shapes = tmp_path / "nested.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> ."
        "<urn:n> a sh:NodeShape ; sh:targetNode <urn:x:1> ; sh:node <urn:m> ."
        "<urn:m> a sh:NodeShape ; sh:property [ sh:path <urn:x:p> ; sh:minCount 1 ] .",
        "utf-8",
    )
    for level, number in (("fast", 0), ("full", 1)):
        done = run("-", "--shapes", str(shapes), "--level", level, "--format", "json", text=PERSON)
        assert [len(one["details"]) for one in json.loads(done.stdout)["findings"]] == [number]


def test_lists_are_cut_and_say_so(own: str) -> None:
    data = "".join(f"<urn:x:{number}> a <urn:x:T> .\n" for number in range(9))
    for limit, listed in (("4", 4), ("0", 9)):
        done = run("-", "--shapes", own, "--limit", limit, "--format", "json", text=data)
        body = json.loads(done.stdout)
        (counted,) = (one for one in body["shapes"] if one["findings"])
        assert (len(body["findings"]), counted["listed"], counted["findings"]) == (listed, listed, 9)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--shapes", "{own}", "--profile", "core", "-"), 2, "exclude each other"),
        (("--graphs", "all", "--graph", "urn:g", "-"), 2, "exclude each other"),
        (("--graph", "no iri", "-"), 2, "--graph takes an IRI"),
        (("--format", "pdf", "-"), 2, "Invalid value"),
        (("--profile", "none", "-"), 2, "Invalid value"),
        (("--shapes", "/no/such.ttl", "-"), 2, "does not exist"),
        (("--data-format", "rdfxml", "-"), 1, "this is not rdfxml"),
        (("/no/such.ttl",), 1, "cannot read /no/such.ttl"),
        (("--shapes", "{bytes}", "-"), 1, "not UTF-8"),
    ],
)
def test_wrong_usage_and_errors(own: str, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    (tmp_path / "bytes.ttl").write_bytes(b"\xff\xfe")
    named = [one.format(own=own, bytes=tmp_path / "bytes.ttl") for one in arguments]
    done = run(*named, text=PERSON)
    assert done.exit_code == code
    assert words in done.stderr and not done.stdout


def test_lines_of_a_file_and_of_what_is_piped(own: str, tmp_path: Path) -> None:
    path = tmp_path / "data.nq"
    path.write_text(QUADS, "utf-8")
    for name in (str(path), "-"):
        done = run(name, "--data-format", "nquads", "--shapes", own, "--format", "sarif", text=QUADS)
        ((result,),) = (part["results"] for part in json.loads(done.stdout)["runs"])
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] == 3
        assert location["physicalLocation"]["artifactLocation"]["uri"] == ("stdin" if name == "-" else str(path))


def test_a_table_shows_examples_and_does_not_list_what_is_of_another_kind(own: str) -> None:
    done = run("-", "--data-format", "nquads", "--shapes", own, text=QUADS)
    assert "stdin:3" in done.stdout and "nameless" in done.stdout
    done = run("-", text="")
    assert "shapes are about kinds of things that are not in the data" in done.stdout
    assert len(done.stdout.splitlines()) < 10


def test_a_file_without_a_shape_passes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "none.ttl"
    path.write_text(PERSON, "utf-8")
    done = run("-", "--shapes", str(path), text=PERSON)
    assert done.exit_code == 1
    assert "no shape in this file has a target" in done.stderr
    path.write_text("<urn:s> oops", "utf-8")
    assert f"{path}, line 1: this is not Turtle" in run("-", "--shapes", str(path), text=PERSON).stderr

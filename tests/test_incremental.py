"""A build after another one: the same release as from nothing, and only what changed is done again."""

from __future__ import annotations

import gc
import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, RdfFormat, parse

import kg.build
from kg.build import Built, build
from kg.identity.decisions import Anchor, Decision
from kg.precomputed import answers_of, ask, whole_graph_queries
from kg.queries import load_all
from kg.rdf.cards import cards_of
from kg.search import Index
from kg.sources import InputFile, seed_inputs
from kg.sources.organizations import Organization
from kg.store.journal import Change, Journal
from kg.store.nquads import diff, read_artefact
from kg.store.releases import Home


def items(*works: dict[str, Any]) -> bytes:
    return json.dumps([{"type": "article-journal", **work} for work in works]).encode()


def person(name: str) -> dict[str, str]:
    given, _, family = name.rpartition(" ")
    return {"given": given, "family": family}


TIDES = {"title": "The Slow Growth of Tides", "author": [person("Ana Moreno"), person("Bo Li")], "DOI": "10.5555/tides"}
WINDS = {"title": "Measuring the Winds of Spring", "author": [person("Bo Li"), person("Cy Fox")], "volume": "7"}
SEED = {
    "title": "Mistral 7B",
    "author": [person("Albert Q. Jiang"), person("Alexandre Sablayrolles"), person("Arthur Mensch")],
    "DOI": "10.48550/arxiv.2310.06825",
    "container-title": "arXiv",
}
ONE = InputFile("one.json", items(TIDES))
TWO = InputFile("two.json", items(WINDS, SEED))


def made(home: Path, *inputs: InputFile) -> Built:
    return build([*seed_inputs(), *inputs], Home(home), check=False)


def graph(built: Built) -> bytes:
    return built.release.artefact_path.read_bytes()


def test_adding_a_file_gives_the_release_of_a_build_from_nothing(tmp_path: Path) -> None:
    first = made(tmp_path / "home", ONE)
    second = made(tmp_path / "home", ONE, TWO)
    assert 0 < second.release.manifest["mapped"] < first.release.manifest["mapped"] / 2
    second.release.verify()

    shutil.rmtree(tmp_path / "home" / "workspace")
    again = made(tmp_path / "home", ONE, TWO)
    assert again.unchanged and again.release.id == second.release.id
    assert again.release.manifest["statements"] == second.release.manifest["statements"]

    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(tmp_path / "home" / "ledger.jsonl", copy)
    anew = made(copy, TWO, ONE)
    assert graph(anew) == graph(second)
    answers = [f"answers/{path.name}" for path in (anew.release.path / "answers").iterdir()]
    assert len(answers) > 40
    for name in ("description.nq", "examples.json", "coauthors.bin", *answers):
        assert (anew.release.path / name).read_bytes() == (second.release.path / name).read_bytes(), name


def test_every_thing_that_was_built_is_found_under_its_label(tmp_path: Path) -> None:
    release = made(tmp_path / "home").release
    search = Index(release.path / "search")
    for card in cards_of(read_artefact(release.artefact_path)):
        assert card.iri in {hit.iri for hit in search.search(card.label, card.kind, 200)}, card
    assert {hit.label for hit in search.search("Machine Learning", "topic")} == {"Machine Learning"}


def test_removing_a_source_removes_exactly_its_statements(tmp_path: Path) -> None:
    first = made(tmp_path / "home", ONE)
    second = made(tmp_path / "home", ONE, TWO)
    third = made(tmp_path / "home", ONE)
    assert third.release.id == first.release.id
    fourth = made(tmp_path / "home", TWO)
    source = next(f["source"] for f in first.release.manifest["inputs"] if f["file"] == "one.json")
    gone = [line for sign, line in diff(second.release.artefact_path, fourth.release.artefact_path) if sign == "-"]
    assert gone and f"source/{source}" not in graph(fourth).decode()
    assert any("The Slow Growth of Tides" in line for line in gone)
    fourth.release.verify()


def test_a_source_that_changed_is_the_same_source(tmp_path: Path) -> None:
    first = made(tmp_path / "home", ONE)
    second = made(tmp_path / "home", InputFile("one.json", items(TIDES | {"volume": "8"})))
    changed = {line for _, line in diff(first.release.artefact_path, second.release.artefact_path)}
    assert any("volumeNumber" in line for line in changed)
    assert all("volumeNumber" in line or "sha256" in line for line in changed)


def test_a_subject_told_otherwise_is_printed_otherwise(tmp_path: Path) -> None:
    """The name of a page's subject stands in no record: records that did not change are mapped again all the same."""
    told = next(item for item in seed_inputs() if item.subject)
    rest = [item for item in seed_inputs() if item != told]
    other = replace(told, subject=told.subject.upper())
    build([*rest, told], Home(tmp_path), check=False)
    second = build([*rest, other], Home(tmp_path), check=False)
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(tmp_path / "ledger.jsonl", copy)
    assert graph(second) == graph(build([*rest, other], Home(copy), check=False))
    assert told.subject.upper().encode() in graph(second)


def test_an_identifier_taken_by_hand_is_taken_from_the_work_too(tmp_path: Path) -> None:
    orcid = "https://orcid.org/0000-0002-1825-0097"
    one = InputFile("one.json", items(TIDES | {"author": [person("Ana Moreno") | {"ORCID": orcid}, person("Bo Li")]}))
    wrong = Decision(
        "wrong-id", (Anchor("one.json", str(TIDES["title"]), "Ana Moreno"),), "A. Curator", "2026-04-02", "hers", orcid
    )
    first = build([one], Home(tmp_path), check=False)
    second = build([one], Home(tmp_path), check=False, decisions=[wrong])
    assert not second.release.manifest["decisions"]["unapplied"]
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(tmp_path / "ledger.jsonl", copy)
    assert graph(second) == graph(build([one], Home(copy), check=False, decisions=[wrong]))
    assert b"orcidAsPrinted" in graph(first)
    told = [line for line in graph(second).splitlines() if b"/ontology>" not in line and b"orcidAsPrinted" in line]
    assert not told


def test_what_a_keyword_stands_for_may_change_between_builds(tmp_path: Path) -> None:
    name = "Institute of Slow Waters"
    own = {"tideslab": Organization(name, "https://ror.org/05dxps055")}
    one = InputFile(
        "one.json", items(TIDES | {"author": [person("Ana Moreno") | {"affiliation": [{"name": "TidesLab"}]}]})
    )
    first = build([one], Home(tmp_path), check=False)
    second = build([one], Home(tmp_path), check=False, organizations=own)
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(tmp_path / "ledger.jsonl", copy)
    assert graph(second) == graph(build([one], Home(copy), check=False, organizations=own))
    assert name.encode() in graph(second) and name.encode() not in graph(first)
    assert graph(build([one], Home(tmp_path), check=False)) == graph(first)


def test_nothing_is_mapped_twice(tmp_path: Path) -> None:
    first, second = made(tmp_path, ONE), made(tmp_path, ONE)
    assert second.unchanged and second.release.id == first.release.id


@pytest.mark.parametrize("with_workspace", [True, False])
def test_edits_are_laid_over_a_build_after_another(tmp_path: Path, with_workspace: bool) -> None:
    first = made(tmp_path, ONE)
    line = next(line for line in graph(first).splitlines(keepends=True) if b'"The Slow Growth of Tides"' in line)
    new = line.replace(b"Slow", b"Quick")
    journal = Journal(tmp_path)
    with journal.lock():
        journal.append([Change("ann", line, new)])
    for inputs in ((ONE, TWO), (ONE,), (ONE, TWO)):
        if not with_workspace:
            shutil.rmtree(tmp_path / "workspace")
        built = made(tmp_path, *inputs)
        assert new in graph(built) and line not in graph(built).splitlines(keepends=True)
        built.release.verify()
    with journal.lock():
        journal.append([Change("ann", new, line)])
    assert line in graph(made(tmp_path, ONE, TWO)).splitlines(keepends=True)


def test_stored_answers_of_an_edited_graph_are_what_its_store_answers(tmp_path: Path) -> None:
    first = made(tmp_path, ONE, TWO)
    end = b'"The Slow Growth of Tides" .\n'
    line = next(line for line in graph(first).splitlines(keepends=True) if line.endswith(end))
    journal = Journal(tmp_path)
    with journal.lock():
        # A work with two names, which no build would give it.
        journal.append([Change("ann", b"", line.replace(b"Slow", b"Quick"))])
    release = made(tmp_path, ONE, TWO).release
    store, known = release.open_store(), answers_of(release)
    titles = 0
    for name, text in whole_graph_queries(load_all(str(release.manifest["base_iri"]))).items():
        stored = known.read(known.known[sha256(text.encode()).hexdigest()], "json")
        assert stored == ask(store, text), name
        titles += stored.count(b"The Quick Growth of Tides")
    assert titles, "the edit is in no answer"


def test_only_what_changed_is_validated_and_the_report_is_that_of_a_build_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    first = build([*seed_inputs(), ONE], home)
    assert first.report is not None
    with monkeypatch.context() as patch:
        patch.setattr(kg.build, "validate", None)
        second = build([*seed_inputs(), ONE, TWO], home)
        third = build([*seed_inputs(), TWO], home)
    assert second.report is not None and second.report != first.report
    for inputs, built in (((ONE, TWO), second), ((TWO,), third)):
        copy = tmp_path / f"copy-{len(inputs)}"
        copy.mkdir()
        shutil.copy(tmp_path / "home" / "ledger.jsonl", copy)
        again = build([*seed_inputs(), *inputs], Home(copy))
        assert again.report == built.report
        for name in ("graph.nq", "quality.nq", "report.json"):
            assert (again.release.path / name).read_bytes() == (built.release.path / name).read_bytes(), name
        built.release.verify()


def test_findings_along_a_path_come_and_go(tmp_path: Path) -> None:
    """Their paths are blank nodes in the quality graph, which must be found again to be taken away."""
    other = TIDES | {"author": [person("Zoe Quist")], "DOI": "10.5555/other"}
    numbers = []
    for inputs in ((ONE,), (ONE, InputFile("other.json", items(other))), (ONE,), (TWO,)):
        built = build([*seed_inputs(), *inputs], Home(tmp_path))
        assert built.report is not None
        built.release.verify()
        numbers.append(sum(one.shape.endswith("#work-title-shared") for one in built.report.findings))
        store = built.release.open_store()
        kept = list(parse(path=str(built.release.quality_path), format=RdfFormat.N_QUADS))
        assert any(isinstance(quad.object, BlankNode) for quad in kept)
        assert all(quad in store for quad in kept)
    assert numbers == [0, 2, 0, 0]


def test_a_damaged_report_means_that_all_is_validated(tmp_path: Path) -> None:
    first = build([*seed_inputs(), ONE], Home(tmp_path))
    (first.release.path / "report.json").write_bytes(b"x" * (first.release.path / "report.json").stat().st_size)
    second = build([*seed_inputs(), ONE, TWO], Home(tmp_path))
    assert second.report is not None and second.report.tallies


def test_a_build_that_was_cut_off_does_not_read_and_weigh_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")

    def cut_off(*of: object) -> None:
        raise KeyboardInterrupt

    def again(*of: object) -> None:
        raise AssertionError("done once already")

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("kg.build._write_graph", cut_off)
        build(seed_inputs(), home, check=False)
    with monkeypatch.context() as patched:
        patched.setattr("kg.identity.people._weigh", again)
        patched.setattr("kg.sources._read", again)
        built = build(seed_inputs(), home, check=False)
    assert built.release.id == build(seed_inputs(), Home(tmp_path / "other"), check=False).release.id


def test_the_index_of_a_large_graph_is_written_beside_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = made(tmp_path / "alone", ONE)
    monkeypatch.setattr(kg.build, "MANY", 0)
    beside = made(tmp_path / "beside", ONE)
    indexes = [Index(built.release.path / "search") for built in (alone, beside)]
    assert len(indexes[0]) == len(indexes[1]) > 100
    for question in ("Mistral", "tides", "Bo Li", "2022"):
        one, other = (index.search(question) for index in indexes)
        assert one == other != []


def test_records_are_gone_before_the_graph_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are most of what a build holds, and the loader needs the memory; the collector of cycles stands still."""
    alive: list[set[str]] = []

    def found() -> dict[int, object]:
        return {id(one): one for one in gc.get_objects() if type(one).__name__ in ("World", "RecordIn")}

    def looked() -> None:
        alive.append({type(one).__name__ for number, one in found().items() if number not in others})

    gc.collect()
    others = found()  # of other tests
    monkeypatch.setattr(kg.build, "_give_back", looked)
    for inputs in ((ONE,), (ONE, TWO)):
        made(tmp_path / "home", *inputs)
    assert alive and not any(alive)

"""Label search: how labels fold, which hits come first, and that a question is only ever words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from kg.errors import ReleaseError
from kg.rdf.cards import cards_of
from kg.search import KINDS, Hit, Index, Label, labels, write_index

BASE = "http://localhost:8000/"


@pytest.fixture(scope="module")
def toy() -> Store:
    store = Store()
    store.load(path=str(Path(__file__).parent / "toy" / "world.trig"), format=RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def index(toy: Store, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("search") / "index"
    write_index(folder, labels(cards_of(toy)))
    return Index(folder)


def iris(hits: Iterable[Hit]) -> list[str]:
    return [hit.iri.removeprefix(BASE) for hit in hits]


def make(folder: Path, *names: str) -> Index:
    write_index(folder, [(f"{BASE}work/{number:03}", "work", name, "") for number, name in enumerate(names)])
    return Index(folder)


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("relja arandjelovic", "Relja Arandjelović"),
        ("ARANDJELOVIĆ", "Relja Arandjelović"),
        ("lukasz", "Łukasz Kaiser"),
        ("Łukasz", "Łukasz Kaiser"),
        ("oster", "Ben Øster"),
        ("ØSTER", "Ben Øster"),
        ("strasse", "Hauptstraße"),
        ("STRASSE", "Hauptstraße"),
        ("dordevic", "Novak Đorđević"),
        ("o'brien", "Pat O’Brien"),
        ("obrien", None),
        ("brien", "Pat O’Brien"),
        ("super-resolution", "Super‑resolution"),
        ("ﬁnding", "Finding Rivers"),
        ("ａｄａ", "Ada"),
        ("ada\u0301", "Ada"),
        ("小明", "王小明"),
        ("王小明", "王小明"),
        ("明小", "王小明"),
        ("김민", "김민준"),
        ("Толсто", "Лев Толстой"),
        ("αθηνα", "Αθήνα"),
    ],
)
def test_folding(tmp_path: Path, question: str, label: str | None) -> None:
    names = ["Relja Arandjelović", "Łukasz Kaiser", "Ben Øster", "Hauptstraße", "Novak Đorđević", "Pat O’Brien"]
    names += ["Super‑resolution", "Finding Rivers", "Ada", "王小明", "김민준", "Лев Толстой", "Αθήνα"]
    found = [hit.label for hit in make(tmp_path / "index", *names).search(question)]
    if label == "Hauptstraße":
        assert found == [], "a word is found by its beginning, not by its middle"
        assert [hit.label for hit in make(tmp_path / "two", "Straße").search(question)] == ["Straße"]
    else:
        assert found == ([label] if label else [])


def test_ranks(tmp_path: Path) -> None:
    index = make(
        tmp_path / "index", "Voxtral Realtime", "Voxtralism", "Realtime Voxtral", "Voxtral", "The Voxtral Realtime Way"
    )
    assert [hit.label for hit in index.search("voxtral")] == [
        "Voxtral",
        "Voxtral Realtime",
        "Realtime Voxtral",
        "The Voxtral Realtime Way",
        "Voxtralism",
    ]
    assert [hit.label for hit in index.search("voxtral realtime")] == [
        "Voxtral Realtime",
        "The Voxtral Realtime Way",
        "Realtime Voxtral",
    ]
    assert [hit.label for hit in index.search("voxtral real")] == [
        "Voxtral Realtime",
        "Realtime Voxtral",
        "The Voxtral Realtime Way",
    ]
    assert index.search("voxt real") == [], "only the last word may be a beginning"
    assert index.search("voxtral nothing") == [], "all words are required"


def test_toy_world(index: Index) -> None:
    assert iris(index.search("ada quill"))[0] == "person/ada"
    assert iris(index.search("quill", kind="person")) == ["person/ada"]
    assert iris(index.search("fay yi")) == ["person/fay", "work/clouds"], "other names and authors are in the detail"
    assert iris(index.search("clouds stern")) == ["work/clouds"]
    assert iris(index.search("measure how far")) == ["work/notitle"], "an untitled work goes by its abstract"
    assert index.search("measure how far")[0].label == "We measure how far a drop of ink travels when nobody looks…"
    assert iris(index.search("delta", kind="group")) == ["group/delta"]
    assert iris(index.search("delta", kind="organization")) == ["organization/uni"]
    assert iris(index.search("geo.RV")) == ["topic/geo.RV"]
    assert index.search("clouds")[0].detail == "2022-11 · Chi Lazarz, Dov Stern, Fay Yi"
    assert index.search("rivers of ink")[0] == index.search("Rivers of Ink", kind="work", limit=1)[0]


@pytest.mark.parametrize(
    "question", ["https://ror.org/00toy0001", "00toy0001", "00TOY0001", f"{BASE}organization/uni", "delta-uni"]
)
def test_identifiers(index: Index, question: str) -> None:
    assert iris(index.search(question))[0] == "organization/uni"


def test_every_kind_is_found(toy: Store, index: Index) -> None:
    everything = list(labels(cards_of(toy)))
    assert len(everything) == len(index) == len({iri for iri, *_ in everything})
    assert {kind for _, kind, *_ in everything} == set(KINDS)
    for iri, kind, label, _ in everything:
        assert iri in {hit.iri for hit in index.search(label, kind=kind)}


@pytest.mark.parametrize("question", ["", "  ", "***", '"', "()", "~^", "\x00", "🙂"])
def test_no_words_no_hits(index: Index, question: str) -> None:
    assert index.search(question) == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("kind:work", "kind work"),
        ("label:*", "label"),
        ("quill OR clouds", "quill or clouds"),
        ("+ada -quill", "ada quill"),
        ("[a TO z]", "a to z"),
        ("qu.ll", "qu ll"),
        ("q*", "q"),
        ('"ada quill"~3^9', "ada quill 3 9"),
        ("/ad./", "ad"),
    ],
)
def test_query_language_means_nothing(index: Index, question: str, words: str) -> None:
    assert index.search(question) == index.search(words)


def test_limit_and_unknown_kind(index: Index) -> None:
    assert len(index.search("a", limit=3)) == 3
    assert index.search("a", limit=0) == []
    assert index.search("ada", kind="nonsense") == []


def test_a_very_long_question(index: Index) -> None:
    assert index.search("ada " * 100_000) == index.search("ada " * 32)


def test_ties_are_ordered_by_label_whatever_the_order_of_writing(tmp_path: Path) -> None:
    entries: list[Label] = [(f"{BASE}work/{n:04}", "work", f"Ink {n % 100:03}", "") for n in range(500)]
    answers = []
    for number, order in enumerate((entries, entries[::-1], entries[250:] + entries[:250])):
        write_index(tmp_path / str(number), order)
        answers.append(Index(tmp_path / str(number)).search("ink", limit=37))
    assert answers[0] == answers[1] == answers[2]
    assert [(hit.label, hit.iri) for hit in answers[0]] == sorted((label, iri) for iri, _, label, _ in entries)[:37]


def test_writing_again_replaces(tmp_path: Path) -> None:
    assert [hit.label for hit in make(tmp_path / "index", "Old").search("old")] == ["Old"]
    assert make(tmp_path / "index", "New").search("old") == []


def test_missing_or_damaged(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="build the release again"):
        Index(tmp_path / "none")
    make(tmp_path / "index", "A")
    for file in (tmp_path / "index").glob("meta.json"):
        file.write_text("{")
    with pytest.raises(ReleaseError, match="build the release again"):
        Index(tmp_path / "index")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReleaseError, match="build the release again"):
        Index(tmp_path / "empty")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_question_is_answered(index: Index, question: str) -> None:
    hits = index.search(question)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.label, hit.iri))

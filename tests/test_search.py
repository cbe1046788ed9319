"""Label search: how labels fold, which hits come first, and that a question is only ever words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from kg.errors import ReleaseError
from kg.model import text as folding
from kg.rdf.cards import Card, cards_of
from kg.search import KINDS, Filter, Hit, Index, Label, labels, weights, write_cards, write_index
from kg.search.orders import ORDERS, _Keyed, date_of, places
from kg.search.words import _PART, words

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
        ("obrien", "Pat O’Brien"),
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
    begun = index.search("voxt real")
    assert {hit.label for hit in begun} == {"Voxtral Realtime", "Realtime Voxtral", "The Voxtral Realtime Way"}
    assert all(hit.near for hit in begun), "a beginning in the middle is another spelling"
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


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Index:
    names = ["Arthur Mensch", "A. Mensch", "Teven Le Scao", "Thomas Scialom", "Łukasz Kaiser", "Wang Xiaoming"]
    entries: list[Label] = [(f"{BASE}person/{number}", "person", name, "") for number, name in enumerate(names)]
    entries += [
        (f"{BASE}work/m", "work", "Mistral 7B", "2023-10-10 · Albert Q. Jiang · doi.org · abs/2310.06825"),
        (f"{BASE}work/d", "work", "Data governance", "2022 · 10.1145/3531146.3534637"),
        (f"{BASE}person/o", "person", "Josiah Carberry", "0000-0002-1825-0097"),
    ]
    folder = tmp_path_factory.mktemp("people") / "index"
    write_index(folder, entries, {f"{BASE}person/3": 9, f"{BASE}person/2": 3})
    return Index(folder)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("mensch arthur", "Arthur Mensch"),
        ("arthur mensch", "Arthur Mensch"),
        ("a mensch", "A. Mensch"),
        ("t le scao", "Teven Le Scao"),
        ("le scao t.", "Teven Le Scao"),
        ("tevn le scao", "Teven Le Scao"),
        ("teven le saco", "Teven Le Scao"),
        ("lukas kaiser", "Łukasz Kaiser"),
        ("xiaomin wang", "Wang Xiaoming"),
        ("arthur mensh", "Arthur Mensch"),
        ("doi:10.1145/3531146.3534637", "Data governance"),
        ("https://doi.org/10.1145/3531146.3534637", "Data governance"),
        ("arXiv:2310.06825v1", "Mistral 7B"),
        ("https://arxiv.org/pdf/2310.06825.pdf", "Mistral 7B"),
        ("https://orcid.org/0000-0002-1825-0097", "Josiah Carberry"),
        ("0000000218250097", "Josiah Carberry"),
    ],
)
def test_order_initials_typos_and_forms_of_identifiers_are_forgiven(people: Index, question: str, first: str) -> None:
    assert people.search(question)[0].label == first
    assert people.complete(question)[0].label == first


def test_a_wrong_letter_is_forgiven_only_where_nothing_is_spelt_so(people: Index) -> None:
    assert [hit.near for hit in people.search("mensch")] == [False, False]
    assert {hit.label for hit in people.search("mensck")} == {"Arthur Mensch", "A. Mensch"}
    assert all(hit.near for hit in people.search("mensck"))
    assert people.search("zzzzzz mensch") == []


def test_completion_takes_beginnings_and_puts_the_heavier_first(people: Index) -> None:
    assert [hit.label for hit in people.complete("t")][:2] == ["Thomas Scialom", "Teven Le Scao"]
    assert [hit.label for hit in people.complete("sc")] == ["Thomas Scialom", "Teven Le Scao"]
    assert people.complete("art men")[0].label == "Arthur Mensch"
    assert people.complete("mist")[0].label == "Mistral 7B"
    assert people.complete("m", kind="work")[0].kind == "work"
    assert people.complete("") == people.complete("…") == []
    assert len(people.complete("t", limit=1)) == 1


def test_hits_are_counted_paged_and_filtered_by_year(people: Index) -> None:
    everything = people.page("10", Filter())
    assert everything.total == len(everything.hits) == 2
    assert people.page("10", Filter(), limit=1, offset=1).hits == everything.hits[1:]
    assert [hit.label for hit in people.page("10", Filter(since=2023)).hits] == ["Mistral 7B"]
    assert [hit.label for hit in people.page("10", Filter(until=2022)).hits] == ["Data governance"]
    assert people.page("10", Filter(kind="person")).total == 0
    assert people.facets("10", Filter(until=2022)) == {"kind": {"work": 1}, "year": {"2022": 1, "2023": 1}}
    assert people.facets("") == {"kind": {}, "year": {}}


def test_things_are_named_by_their_iris(people: Index) -> None:
    iris = [f"{BASE}person/0", f"{BASE}work/m", f"{BASE}person/unknown"]
    assert {iri: hit.label for iri, hit in people.named(iris).items()} == {
        f"{BASE}person/0": "Arthur Mensch",
        f"{BASE}work/m": "Mistral 7B",
    }
    assert people.named([]) == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_question_is_answered(index: Index, question: str) -> None:
    hits = index.search(question)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.label, hit.iri))
    assert len(index.complete(question)) <= 8
    assert sum(index.facets(question)["kind"].values()) in {index.page(question).total, 0}


# ---------------------------------------------------------------- lists in order


def walked(index: Index, kind: str, order: str, most: int) -> list[str]:
    """Turn pages of ``most`` things until none is left."""
    seen: list[str] = []
    behind = ""
    while page := index.listed(kind, order, behind, most):
        seen += [one.iri for one in page]
        behind = page[-1].key
    return seen


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["person", "work"]), st.text("aÉz -~ß\u4e2d", max_size=4)), max_size=12),
    st.lists(st.integers(0, 3), min_size=12, max_size=12),
    st.integers(1, 5),
)
def test_pages_of_a_list_hold_each_thing_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, named: list[tuple[str, str]], works: list[int], most: int
) -> None:
    folder = tmp_path_factory.mktemp("orders") / "index"
    dates = ["2021-03-04 · Ada", "2021", "", "1999-12 · B"]
    given_labels = [
        (f"{BASE}{kind}/{number}", kind, name, dates[number % 4] if kind == "work" else "")
        for number, (kind, name) in enumerate(named)
    ]
    weights = {label[0]: works[number] for number, label in enumerate(given_labels)}
    write_index(folder, given_labels, weights)
    index = Index(folder)
    for kind in ("person", "work"):
        mine = {label[0]: label for label in given_labels if label[1] == kind}
        for order in ORDERS:
            found = walked(index, kind, order, most)
            assert sorted(found) == sorted(mine)
        counts = [weights[iri] for iri in walked(index, kind, "works", most)]
        assert counts == sorted(counts, reverse=True)
        new = [date_of(kind, mine[iri][3]) for iri in walked(index, kind, "new", most)]
        assert new == sorted(new, reverse=True)
        old = [date_of(kind, mine[iri][3]) for iri in walked(index, kind, "old", most)]
        assert old == sorted(old, key=lambda date: date or "~")


@given(st.text("aB_- \t\u00a0éł\u0301ßΣςİ·中カ㍿ﬁ7½") | st.text())
def test_words_are_those_of_the_whole_text(text: str) -> None:
    expected = [part for word in folding.words(text) for part in _PART.findall(word)]
    assert words(text) == words(text.replace(" ", " · ")) == expected


@given(
    st.lists(
        st.tuples(
            st.tuples(
                st.text("ab/", max_size=2),
                st.sampled_from(["person", "work"]),
                st.just(""),
                st.sampled_from(["", "2021", "2021-03 · B", "2021-03-04", "1999"]),
            ),
            st.text("ab ", max_size=3),
            st.integers(0, 3),
        ),
        unique_by=lambda one: one[0][0],
        max_size=12,
    )
)
def test_places_are_those_of_the_keys(entries: list[tuple[Label, str, int]]) -> None:
    columns = places(*(list(column) for column in zip(*entries, strict=True))) if entries else places([], [], [])
    for order in ORDERS.values():
        for kind in ("person", "work"):
            keys = [
                (place, order.key(_Keyed(iri, text, works, date_of(kind, detail))))
                for place, ((iri, of, _, detail), text, works) in zip(columns[order.field], entries, strict=True)
                if of == kind
            ]
            assert [place for place, _ in sorted(keys)] == list(range(len(keys)))
            found = [key for _, key in sorted(keys)]
            assert found == sorted(found, reverse=order.descending)


def test_cards_are_looked_at_once(tmp_path: Path) -> None:
    cards = [
        Card(f"{BASE}person/a", "person", "Ada Li"),
        Card(f"{BASE}person/b", "person", "Ada Quist"),
        Card(
            f"{BASE}work/w", "work", "Ink", "2021", authors=(f"{BASE}person/b",), signed_at=(f"{BASE}organization/o",)
        ),
    ]
    write_index(tmp_path / "two", labels(cards), weights(cards))
    assert write_cards(tmp_path / "one", iter(cards)) == 3
    found = [Index(tmp_path / name).search("ada") for name in ("one", "two")]
    assert found[0] == found[1]
    assert [hit.label for hit in found[0]] == ["Ada Quist", "Ada Li"]


def test_a_list_goes_on_behind_a_key_that_no_thing_has(tmp_path: Path) -> None:
    index = make(tmp_path / "index", "Zoë", "ada", "Émile", "Bruno", "…")
    assert [one.label for one in index.listed("work", "name")] == ["ada", "Bruno", "Émile", "Zoë", "…"]
    assert [one.label for one in index.listed("work", "name", "c")] == ["Émile", "Zoë", "…"]
    assert index.listed("work", "name", "~~") == []
    assert index.listed("venue", "name") == []


def test_an_index_without_lists_says_what_to_do(tmp_path: Path) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("kind", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    tantivy.Index(builder.build(), path=str(tmp_path))
    with pytest.raises(ReleaseError, match="build the release again"):
        Index(tmp_path).listed("person", "name")


def test_an_index_is_as_readable_as_its_folder(tmp_path: Path) -> None:
    make(tmp_path / "search", "Ann Lee")
    assert {file.stat().st_mode & 0o666 for file in (tmp_path / "search").iterdir()} == {
        (tmp_path / "search").stat().st_mode & 0o666
    }

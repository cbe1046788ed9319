"""Who and what is the same: invented records with the cases that real pages bring."""

from __future__ import annotations

import gc
import random
from collections import Counter
from collections.abc import Sequence

import pytest

from kg.identity import Ledger, resolve
from kg.model.dates import parse_date
from kg.model.entities import Resolved, Work
from kg.model.names import looks_like_group
from kg.model.records import (
    Byline,
    Mention,
    Observed,
    Place,
    ProfileRecord,
    Source,
    SourceReading,
    WorkRecord,
)
from kg.rdf.fragments import fragments
from kg.rdf.iris import Iris
from kg.rdf.lines import lines_of
from kg.sources import read_all, seed_inputs

LONG = (
    "We present a long and winding study of how {0} systems behave when the inputs grow without bound and the outputs "
    "must remain faithful to the question that was asked, with {1} experiments on forty tasks and a careful look at "
    "the cases where every known method fails in the same way, for which we give a simple and general remedy."
)

BEES = (
    "Bees gather nectar from early spring until the first frost, and the colony stores what it cannot eat at once; we "
    "count flights at twelve hives over three summers and find that rain on the previous day explains most of it."
)


def record(
    title: str = "",
    authors: str = "",
    *,
    date: str = "",
    abstract: str = "",
    complete: bool = True,
    identifiers: tuple[str, ...] = (),
    organizations: tuple[str, ...] = (),
) -> WorkRecord:
    names = [n for n in authors.removesuffix(";").split("; " if ";" in authors else ", ") if n]
    mentions = tuple(Mention(n, i, "group" if looks_like_group(n) else "person") for i, n in enumerate(names, 1))
    return WorkRecord(
        place=Place("", 1),
        snippet=title or abstract,
        title=title,
        abstract=abstract,
        date=parse_date(date) if date else None,
        byline=Byline(mentions, complete, authors) if names else None,
        identifiers=identifiers,
        organizations=organizations,
    )


def page(file: str, *works: WorkRecord, subject: str = "") -> SourceReading:
    from dataclasses import replace

    placed = tuple(replace(w, place=Place(file, 10 * n)) for n, w in enumerate(works, 1))
    return SourceReading(Source(file, sha256=f"hash of {file}"), placed, subject=subject)


def run(*pages: SourceReading, ledger: Ledger | None = None) -> Resolved:
    return resolve(pages, ledger or Ledger(), {"deepmind": ("Google DeepMind", "https://ror.org/00971b260")})


def names(resolved: Resolved) -> list[str]:
    return sorted(agent.name for agent in resolved.agents)


def one(resolved: Resolved) -> Work:
    [work] = resolved.works
    return work


def test_the_same_title_is_one_work_whatever_the_case_and_spacing() -> None:
    work = one(
        run(page("a", record("On the Growth of Things", date="2022")), page("b", record("on the growth of  things")))
    )
    assert len(work.records) == 2
    assert [j.rule for j in work.joins] == ["same-title"]


def test_an_identifier_on_records_that_share_only_small_words_is_two_works() -> None:
    shared = ("https://portal.issn.org/resource/ISSN/1234-5679",)
    a = record("The growth of wheat in southern Europe", "Anna Rossi", identifiers=shared)
    b = record("The role of banking law in the economy of Uzbekistan", "Bek Karimov", identifiers=shared)
    assert len(run(page("a", a), page("b", b)).works) == 2
    assert len(run(page("a", a), page("b", record("Wheat in the south", "Bek Karimov", identifiers=shared))).works) == 1


def test_an_equal_title_over_contradicting_abstracts_is_two_works() -> None:
    a = record("Proceedings of the Workshop", abstract=LONG.format("first", "large"))
    b = record("Proceedings of the Workshop", abstract=BEES)
    assert len(run(page("a", a), page("b", b)).works) == 2


@pytest.mark.parametrize(("authors", "works"), [("Ann Lee", 1), ("Bob May", 2)])
def test_a_short_title_needs_more_than_itself(authors: str, works: int) -> None:
    assert len(run(page("a", record("Voxtral", "Ann Lee")), page("b", record("Voxtral", authors))).works) == works


def test_a_longer_title_with_the_same_first_word_is_another_work() -> None:
    found = run(
        page("a", record("Voxtral", "Ann Lee"), record("Voxtral TTS", "Ann Lee"), record("Voxtral Realtime", "Ann Lee"))
    )
    assert len(found.works) == 3


def test_nearly_the_same_abstract_is_one_work_also_without_a_title() -> None:
    a = record("A Study of Systems", abstract=LONG.format("closed", "new"))
    b = record(abstract=LONG.format("closed v0.1", "new"))
    work = one(run(page("a", a), page("b", b)))
    assert work.title == "A Study of Systems"
    assert [d.about for d in work.disagreements] == ["abstract"]


def test_a_preprint_published_under_another_title_is_one_work_and_the_titles_disagree() -> None:
    a = record("Training Optimal Models", abstract=LONG.format("open", "new"))
    b = record("An Analysis of Optimal Training", abstract=LONG.format("open", "new"))
    work = one(run(page("a", a), page("b", b)))
    assert "name" in {d.about for d in work.disagreements}


def test_parts_are_different_works_even_with_one_abstract() -> None:
    a = record("A Study of Systems, Part I", abstract=LONG.format("open", "new"))
    b = record("A Study of Systems, Part II", abstract=LONG.format("open", "new"))
    assert len(run(page("a", a), page("b", b)).works) == 2


def test_the_same_identifier_is_one_work() -> None:
    a = record("One Title for It", identifiers=("https://doi.org/10.1/x",))
    b = record("Quite Another Title", identifiers=("https://doi.org/10.1/x",))
    assert [j.rule for j in one(run(page("a", a), page("b", b))).joins] == ["same-identifier"]


def test_a_page_subject_is_an_author_beyond_et_al_at_an_unknown_position() -> None:
    work = one(run(page("a", record("A Large Joint Work", "Ann Lee, Bob May", complete=False), subject="Cy Fox")))
    assert [a.position for a in work.authorships] == [1, 2, None]
    assert work.complete is False


def test_a_page_subject_on_the_byline_fills_the_place_there() -> None:
    found = run(page("a", record("A Large Joint Work", "Ann Lee, C. Fox", complete=False), subject="Cy Fox"))
    assert names(found) == ["Ann Lee", "Cy Fox"]
    assert [a.position for a in one(found).authorships] == [1, 2]


def test_initials_are_one_person_with_a_shared_co_author_and_two_without() -> None:
    assert names(
        run(
            page(
                "a",
                record("Parsing the Speech of Bees", "Wei Wang, Bob May"),
                record("Growth of Tides", "W. Wang, Bob May"),
            )
        )
    ) == ["Bob May", "Wei Wang"]
    apart = run(
        page(
            "a",
            record("Parsing the Speech of Bees", "Wei Wang, Bob May"),
            record("Growth of Tides", "W. Wang, Eve Orr"),
        )
    )
    assert "W. Wang" in names(apart)


def test_initials_that_fit_two_people_stay_apart() -> None:
    found = run(
        page(
            "a",
            record("First of the Works", "Arthur Mensch, Bob May"),
            record("Second of the Works", "Alyssa Mensch, Bob May"),
            record("Third of the Works", "A. Mensch, Bob May"),
        )
    )
    assert names(found) == ["A. Mensch", "Alyssa Mensch", "Arthur Mensch", "Bob May"]


def test_two_names_on_one_byline_are_never_one() -> None:
    found = run(
        page(
            "a",
            record("First of the Works", "Wei Wang, Wei Wang, W. Wang"),
            record("Second of the Works", "Wei Wang, Bob May"),
        )
    )
    assert len([n for n in names(found) if "Wang" in n]) == 3


def test_accents_and_order_do_not_split_a_person_and_the_accented_form_is_shown() -> None:
    found = run(
        page("a", record("First of the Works", "Florent Altche")),
        page("b", record("Second of the Works", "Altché, Florent;"), record("Third of the Works", "Florent Altché")),
    )
    [person] = found.agents
    assert person.name == "Florent Altché"
    assert set(person.names) == {"Florent Altche", "Altché, Florent", "Florent Altché"}


def test_a_group_is_a_group_and_no_person() -> None:
    found = run(page("a", record("A Large Joint Work", "BigScience Workshop, Ann Lee")))
    assert (found.count("group"), found.count("person")) == (1, 1)


def test_the_finer_date_wins_and_contradictions_are_kept() -> None:
    work = one(
        run(
            page("a", record("On the Growth of Things", date="2022")),
            page("b", record("On the Growth of Things", date="Oct 15, 2021")),
        )
    )
    assert work.date is not None
    assert work.date.iso() == "2021-10-15"
    [disagreement] = work.disagreements
    assert {str(getattr(c.value, "year", "")) for c in disagreement.claims} == {"2021", "2022"}


def test_dates_of_different_precision_that_agree_are_no_disagreement() -> None:
    work = one(
        run(
            page("a", record("On the Growth of Things", date="2022")),
            page("b", record("On the Growth of Things", date="Oct 15, 2022")),
        )
    )
    assert not work.disagreements


def test_keywords_lead_to_organisations_and_unknown_ones_name_themselves() -> None:
    found = run(page("a", record("A Large Joint Work", "Ann Lee", organizations=("deepmind", "unheard-of"))))
    assert {(o.name, o.ror) for o in found.organizations} == {
        ("Google DeepMind", "https://ror.org/00971b260"),
        ("unheard-of", ""),
    }


def corpus() -> list[SourceReading]:
    return [
        page(
            "a",
            record("First of the Works", "Arthur Mensch, Bob May", date="2022"),
            record("Voxtral", "Ann Lee, Cy Fox", complete=False),
            subject="Cy Fox",
        ),
        page(
            "b",
            record("First of the Works", "A. Mensch, Bob May"),
            record(abstract=LONG.format("open", "new")),
            subject="Bob May",
        ),
        page(
            "c",
            record("A Study of Systems", "Eve Orr", abstract=LONG.format("open", "new")),
            record("Voxtral TTS", "Ann Lee, C. Fox"),
        ),
    ]


def ids(resolved: Resolved) -> dict[str, set[str]]:
    return {
        "work": {w.id for w in resolved.works},
        "agent": {a.ref.id for a in resolved.agents},
        "source": {s.id for s in resolved.sources},
    }


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_inputs_changes_nothing(seed: int) -> None:
    shuffled = corpus()
    random.Random(seed).shuffle(shuffled)
    assert run(*shuffled) == run(*corpus())


def test_an_added_document_changes_no_id() -> None:
    ledger = Ledger()
    before = ids(run(*corpus(), ledger=ledger))
    more = page(
        "0 first by name",
        record("First of the Works", "Arthur Mensch, Bob May, Zoe Ash"),
        record("Quite New", "Zoe Ash"),
    )
    after = ids(run(more, *corpus(), ledger=ledger))
    assert all(before[kind] <= after[kind] for kind in before)


def test_the_same_bytes_twice_count_once() -> None:
    again: Sequence[SourceReading] = [*corpus(), *corpus()]
    assert run(*again) == run(*corpus())


SAME = (("Acme", "https://ror.org/03yrm5c26"), ("Acme Corp", "https://ror.org/03yrm5c26"))


def listing(*, joined: bool = False, captured: str = "") -> SourceReading:
    """A list of people of two organisations, which may turn out to be one."""
    people = [
        ProfileRecord(Place("list", n), "", name, affiliations=(words,), observed=(Observed("hIndex", n, str(n), n),))
        for n, (name, words) in enumerate((("Ann Lee", "Acme"), ("Bo Fox", "Acme Corp")), 1)
    ]
    source = Source("list", "hash of list", captured=parse_date(captured) if captured else None)
    return SourceReading(source, people=people, organizations=SAME if joined else ())


@pytest.mark.parametrize("later", [listing(joined=True), listing(captured="2024-01-02")])
def test_what_changes_a_person_changes_the_facts_of_the_person(later: SourceReading) -> None:
    ledger = Ledger()
    before, after = run(listing(), ledger=ledger), run(later, ledger=ledger)
    iris = Iris()
    old, new = ({f.prefix: (lines_of(f.make()), f.digest) for f in fragments(found, iris)} for found in (before, after))
    changed = {prefix for prefix in old.keys() & new.keys() if old[prefix][0] != new[prefix][0]}
    assert any("/person/" in prefix for prefix in changed)
    assert all(old[prefix][1] != new[prefix][1] for prefix in changed)


def test_all_of_a_world_is_freed_when_it_is_let_go_of() -> None:
    """A build keeps the collector of cycles still, and needs the memory: nothing may lead around to itself."""

    def held() -> Counter[str]:
        return Counter(type(one).__name__ for one in gc.get_objects() if type(one).__module__.startswith("kg.identity"))

    readings = read_all(seed_inputs())
    resolve(readings, Ledger(), {})  # takes up the shipped tables, which stay
    gc.collect()
    gc.disable()
    try:
        before = held()
        resolved = resolve(readings, Ledger(), {})
        for fragment in fragments(resolved, Iris()):
            fragment.make()
        assert (held() - before)["World"] == 1
        del resolved, fragment
        assert not held() - before
    finally:
        gc.enable()

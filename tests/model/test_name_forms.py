"""How two printed names relate, as a table of pairs, and what must hold for any two names."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.model.name_forms import RELATIONS, link_keys, name_form, outline, relation, skeleton

PAIRS = [
    ("Arthur Mensch", "ARTHUR MENSCH", "same"),
    ("Arthur Mensch", "Mensch, Arthur", "same"),
    ("Florent Altche", "Florent Altché", "same"),
    ("Jean-Baptiste Alayrac", "Jean Baptiste Alayrac", "same"),
    ("Xiao-Ming Wu", "Xiaoming Wu", "same"),
    ("Brendan O'Connor", "Brendan O’Connor", "same"),
    ("A. Mensch", "Arthur Mensch", "initials"),
    ("A. Mensch", "Alyssa Mensch", "initials"),
    ("Arthur Mensch", "Alyssa Mensch", "conflict"),
    ("A. B. Mensch", "A. Mensch", "initials-both"),
    ("A.B. Mensch", "Arthur Mensch", "initials-partial"),
    ("Teven Scao", "Teven Le Scao", "particle"),
    ("Laurens van der Maaten", "Laurens Maaten", "particle"),
    ("Hinrich Schütze", "Hinrich Schuetze", "spelling"),
    ("Christopher D. Manning", "Christopher Manning", "initial-added"),
    ("Christopher D. Manning", "Christopher David Manning", "middle-initial"),
    ("Edoardo Ponti", "Edoardo Maria Ponti", "word-added"),
    ("Bill Dolan", "William Dolan", "nickname"),
    ("Maria Garcia Lopez", "Maria Garcia", "last-dropped"),
    ("Wei Wang", "Wang Wei", "swapped"),
    ("Ann Lee", "Ann Li", "conflict"),
    ("John Smith Jr.", "John Smith Sr.", "conflict"),
    ("John A. Smith", "John B. Smith", "middle-conflict"),
    ("李明", "李明", "same"),
    ("李明", "王芳", "conflict"),
]


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS)
def test_names_relate(one: str, other: str, expected: str) -> None:
    assert relation(name_form(one), name_form(other)).kind == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [(a, b) for a, b, kind in PAIRS if kind not in ("conflict", "middle-conflict", "last-dropped")],
)
def test_names_that_fit_lie_in_one_unit_and_are_not_ruled_out(one: str, other: str) -> None:
    a, b = name_form(one), name_form(other)
    assert outline(a).may_fit(outline(b)) or relation(a, b).kind == "same"
    assert set(link_keys(a, frozenset())) & set(link_keys(b, frozenset()))


def test_a_family_name_of_two_words_meets_its_first_one_where_the_source_cuts_it() -> None:
    whole, short = name_form("", "Maria", "Garcia Lopez"), name_form("Maria Garcia")
    assert relation(whole, short).kind == "last-dropped"
    assert set(link_keys(whole, frozenset())) & set(link_keys(short, frozenset()))


def test_the_cut_a_source_tells_is_kept() -> None:
    assert name_form("", "Diego", "de las Casas") == name_form("Diego de las Casas")
    assert name_form("", "Maria", "Garcia Lopez").family == ("garcia", "lopez")
    assert name_form("Bonnie Dorr Jr.").suffix == "jr"


WORDS = st.sampled_from(
    ["Ana", "A.", "Bo", "B.", "Li", "Wang", "Wei", "de", "van", "Le", "Scao", "Schütze", "Schuetze", "Bill", "William"]
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=400, deadline=None)
@example("A. A.", "A. de A.")
@given(NAMES, NAMES)
def test_a_relation_has_no_direction_and_no_quick_check_contradicts_it(one: str, other: str) -> None:
    a, b = name_form(one), name_form(other)
    found = relation(a, b)
    assert found == relation(b, a)
    assert found.kind in RELATIONS
    if a.key == b.key:
        assert found.kind in ("same", "conflict")  # a conflict only by suffixes, of which there are none here
    if not outline(a).may_fit(outline(b)) and a.key != b.key:
        assert found.kind == "conflict"


@given(st.text(alphabet="abcdeghkmostuwyz", min_size=1, max_size=12))
def test_a_skeleton_is_that_of_the_word_without_doubled_letters(word: str) -> None:
    doubled = word.replace("t", "tt")
    if len(word) >= 6 and "th" not in word:
        assert skeleton(word) == skeleton(doubled)

"""Names: tables of pairs that must and must not be compatible, and properties that hold for all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.names import block_key, compatible, fullness, looks_like_group, looks_like_person, name_key, parts

ONE_PERSON = [
    ("Arthur Mensch", "A. Mensch"),
    ("Arthur Mensch", "Mensch, Arthur"),
    ("Albert Q. Jiang", "Albert Jiang"),
    ("Jean-Baptiste Alayrac", "J.-B. Alayrac"),
    ("Jean-Baptiste Alayrac", "Jean Baptiste Alayrac"),
    ("Diego de las Casas", "De Las Casas, Diego"),
    ("Diego de las Casas", "Diego de Las Casas"),
    ("Teven Le Scao", "Teven Scao"),
    ("Florent Altché", "Florent Altche"),
    ("Relja Arandjelović", "R. Arandjelovic"),
    ("Brian O'Neil", "Brian O’Neil"),
    ("Łukasz Kaiser", "Lukasz Kaiser"),
    ("Søren Kierkegård", "Soren Kierkegard"),
    ("John Smith Jr.", "John Smith, Jr."),
    ("Иван Петров", "И. Петров"),
]
TWO_PEOPLE = [
    ("Arthur Mensch", "Alyssa Mensch"),
    ("Arthur Mensch", "Arthur Menschel"),
    ("John A. Smith", "John B. Smith"),
    ("John Smith Jr.", "John Smith III"),
    ("Wei Wang", "Wei Zhang"),
    ("李明", "李娜"),
    ("Maria Garcia", "Garcia"),
    ("Иван Петров", "Пётр Петров"),
]


@pytest.mark.parametrize(("a", "b"), ONE_PERSON)
def test_forms_of_one_name_are_compatible_both_ways(a: str, b: str) -> None:
    assert compatible(a, b)
    assert compatible(b, a)
    assert block_key(a) == block_key(b)


@pytest.mark.parametrize(("a", "b"), TWO_PEOPLE)
def test_names_of_two_people_are_not_compatible(a: str, b: str) -> None:
    assert not compatible(a, b)
    assert not compatible(b, a)


@pytest.mark.parametrize(
    "name",
    [
        *("BigScience Workshop", "Mistral-AI", "The ATLAS Collaboration", "The Llama Team", "scikit-learn developers"),
        *("University of Oxford", "Institute for Advanced Study", "Department of Energy", "European Commission"),
        *("Université de Paris", "Universität Wien", "Instituto de Física", "Max-Planck-Institut für Informatik"),
        *("Bank of England", "Office for National Statistics", "U.S. Geological Survey", "Harvard Medical School"),
        *("Merck & Co.", "Merck & Co., Inc.", "Siemens GmbH", "Novo Nordisk A/S", "Google LLC", "Verein Test e.V."),
    ],
)
def test_groups_are_told_by_their_words(name: str) -> None:
    assert looks_like_group(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Ai Tanaka", "Lab Singh", "Team", "The Anh Hoang", "李明", "", "Siemens AG", "Smith AB", "Hiroshi Sa"),
        *("Peter Bank", "Marie Bureau", "Institut", "Wei Co", "William Press", "J. P. A. Smith", "E. V. Smirnov"),
    ],
)
def test_people_are_not_taken_for_groups(name: str) -> None:
    assert not looks_like_group(name)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Albert Q. Jiang", "BAlbert Q. Jiang"),
        ("Jack W. Rae", "GopherJack W. Rae"),
        ("Teven Le Scao", "super-resolutionTeven Le Scao"),
        ("Ronan Le Bras", "models"),
        ("Anna McDonald", "anna mcdonald of the"),
        ("Albert Villanova del Moral", "Albert 7B"),
    ],
)
def test_the_shape_of_a_name_scores_higher_than_what_is_none(better: str, worse: str) -> None:
    assert looks_like_person(better) > looks_like_person(worse)


def test_particles_belong_to_the_family_name() -> None:
    assert parts("Diego de las Casas").particles == ("de", "las")
    assert parts("Teven Le Scao").family == ("scao",)
    # A first word is a given name even where it looks like a particle.
    assert parts("Van Nguyen").given == ("van",)


def test_the_fuller_form_is_shown() -> None:
    assert max(["A. Mensch", "Arthur Mensch"], key=fullness) == "Arthur Mensch"
    assert max(["Florent Altche", "Florent Altché"], key=fullness) == "Florent Altché"
    assert max(["HUGO LAURENÇON", "Hugo Laurençon"], key=fullness) == "Hugo Laurençon"


NAMES = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Zs", "Pd", "Po"]), min_size=1, max_size=30)


@given(NAMES)
def test_every_text_has_a_key_and_is_compatible_with_itself_where_it_has_a_family_name(name: str) -> None:
    assert name_key(name) == name_key(f"  {name} ")
    if parts(name).family:
        assert compatible(name, name)


@given(NAMES, NAMES)
def test_compatible_is_symmetric_and_implies_the_same_family_word(a: str, b: str) -> None:
    assert compatible(a, b) == compatible(b, a)
    if compatible(a, b):
        assert parts(a).family[-1] == parts(b).family[-1]


@given(NAMES)
def test_scores_stay_between_0_and_1(name: str) -> None:
    assert 0.0 <= looks_like_person(name) <= 1.0

"""Given and family names in all printed orders, and the rules for particles held against names that people split."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.printed_names import CAPITALISED, read_inverted, read_name, read_parts
from kg.model.text import squeeze


@pytest.mark.parametrize(
    ("printed", "given_name", "family", "suffix"),
    [
        ("Arthur Mensch", "Arthur", "Mensch", ""),
        ("Mensch, Arthur", "Arthur", "Mensch", ""),
        ("Teven Le Scao", "Teven", "Le Scao", ""),
        ("Diego de las Casas", "Diego", "de las Casas", ""),
        ("Diego de Las Casas", "Diego", "de Las Casas", ""),
        ("De Las Casas, Diego", "Diego", "De Las Casas", ""),
        ("Casas, Diego de las", "Diego", "de las Casas", ""),
        ("DIEGO DE LAS CASAS", "DIEGO", "DE LAS CASAS", ""),
        ("L'elio Renard Lavaud", "L'elio Renard", "Lavaud", ""),
        ("Anise d’Orange Ferreira", "Anise", "d’Orange Ferreira", ""),
        ("Santiago Ramón y Cajal", "Santiago", "Ramón y Cajal", ""),
        ("Alexandre Graell i Amat", "Alexandre", "Graell i Amat", ""),
        ("Albert Villanova del Moral", "Albert Villanova", "del Moral", ""),
        ("Christopher E Manning", "Christopher E", "Manning", ""),
        ("Vinh Van Nguyen", "Vinh Van", "Nguyen", ""),
        ("Sujatha Das Gollapalli", "Sujatha Das", "Gollapalli", ""),
        ("Marieke Van Heugten", "Marieke", "Van Heugten", ""),
        ("King, Jr., Martin Luther", "Martin Luther", "King", "Jr."),
        ("King, Martin Luther, Jr.", "Martin Luther", "King", "Jr."),
        ("Sammy Davis Jr.", "Sammy", "Davis", "Jr."),
        ("Van Nguyen", "Van", "Nguyen", ""),
        ("Plato", "", "Plato", ""),
        ("范一", "", "范一", ""),
        ("", "", "", ""),
    ],
)
def test_parts(printed: str, given_name: str, family: str, suffix: str) -> None:
    name = read_name(printed)
    assert (name.given, name.family, name.suffix) == (given_name, family, suffix)


def test_words_in_braces_stay_together() -> None:
    assert read_parts([["Per", "Brinch Hansen"]]).family == "Brinch Hansen"


@pytest.mark.parametrize("printed", ["Karthik S. Rao", "A. Ant", "Ant, A", "lower Case X Y"])
def test_what_is_not_inverted(printed: str) -> None:
    assert read_inverted(printed) is None


@given(st.text(max_size=60))
def test_no_letter_is_lost(printed: str) -> None:
    name = read_name(printed)
    kept = sorted(squeeze(f"{name.given} {name.family} {name.suffix}").replace(",", "").replace(" ", ""))
    assert kept == sorted("".join(printed.replace(",", " ").split()))


def test_particles_as_people_split_their_own_names(shared: Path) -> None:
    """The Anthology's names: the rules must split at least 97 % as their owners did, 78 % of those with particles."""
    path = shared / "data" / "acl" / "gold" / "mentions_dev.tsv.gz"
    if not path.is_file():
        pytest.skip("the Anthology's mentions are not beside this checkout")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        names = {(row["first"], row["last"]) for row in csv.DictReader(file, delimiter="\t")}
    right = total = right_particles = particles = 0
    for first, last in names:
        if not first or not last:
            continue
        name = read_name(f"{first} {last}")
        same = squeeze(f"{name.family} {name.suffix}") == last or name.family == last
        right, total = right + same, total + 1
        if any(word.lower().strip(".") in CAPITALISED for word in f"{first} {last}".split()[1:-1]):
            right_particles, particles = right_particles + same, particles + 1
    assert total > 100_000
    assert right / total >= 0.97
    assert right_particles / particles >= 0.78

"""`docs/tutorial-enriching.md`, run as written: the seeds gain what the Anthology and dblp know of their works."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store

from kg.store.finished import Release
from kg.store.releases import Home

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
TUTORIAL = ROOT / "docs" / "tutorial-enriching.md"
VOLUMES = ["2020.emnlp", "2021.emnlp", "2021.naacl", "2022.findings", "2023.acl", "2023.emnlp"]
FILES = [
    *(DATA / "acl" / "xml" / f"{volume}.xml" for volume in (*VOLUMES, "E12", "N12")),
    *(DATA / "formats" / "bibtex" / f"{name}2022.bib.gz" for name in ("iclr", "icml", "neurips")),
]
PREFIXES = """PREFIX schema: <http://schema.org/> PREFIX kg: <https://w3id.org/kg/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#> """

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not all(map(Path.exists, FILES)), reason="the volumes are not beside the checkout"),
]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """The folder after all commands of the tutorial but the last, and what each printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "seeds").symlink_to(ROOT / "seeds")
    (folder / "more").mkdir()
    for file in FILES:
        (folder / "more" / file.name).symlink_to(file)
    commands = re.findall(r"^```sh\n(.*?)^```$", TUTORIAL.read_text("utf-8"), re.M | re.S)
    assert len(commands) == 6 and commands[-1].startswith("kg rollback")
    kg = f"kg() {{ '{sys.executable}' -m kg.cli \"$@\"; }}\n"
    printed = []
    for command in commands[:-1]:
        done = subprocess.run(
            ["bash", "-ec", kg + command], cwd=folder, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout + done.stderr)
    yield folder, printed


@pytest.fixture(scope="module")
def release(said: tuple[Path, list[str]]) -> Release:
    found = Home(said[0] / "graph").current()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def store(release: Release) -> Store:
    return release.open_store()


def rows(store: Store, text: str) -> list[list[str]]:
    solutions: Any = store.query(PREFIXES + text)
    return [[value.value if value else "" for value in row] for row in solutions]


def works(store: Store, title: str) -> set[str]:
    """Return the works that have this title, or of which some source says so."""
    named = "{ ?work schema:name ?title } UNION { ?work kg:disagreement/kg:claim/kg:value ?title }"
    text = (
        f'SELECT DISTINCT ?work {{ ?work a schema:ScholarlyArticle {named} FILTER(LCASE(?title) = LCASE("{title}")) }}'
    )
    return {work for (work,) in rows(store, text)}


@pytest.mark.parametrize(
    ("titles", "authors", "identifier"),
    [
        (
            [
                "Training Compute-Optimal Large Language Models",
                "An empirical analysis of compute-optimal large language model training",
            ],
            22,
            "https://dblp.org/rec/",
        ),
        (["Multitask Prompted Training Enables Zero-Shot Task Generalization"], 40, "https://dblp.org/rec/"),
        (["Improving language models by retrieving from trillions of tokens"], 28, "https://dblp.org/rec/"),
        (["Flamingo: a Visual Language Model for Few-Shot Learning"], 27, "https://dblp.org/rec/"),
        (["The BigScience ROOTS Corpus: A 1.6TB Composite Multilingual Dataset"], 54, "https://dblp.org/rec/"),
        (
            [
                "HuggingFace's Transformers: State-of-the-art Natural Language Processing",
                "Transformers: State-of-the-Art Natural Language Processing",
            ],
            22,
            "https://doi.org/10.18653/v1/2020.emnlp-demos.6",
        ),
    ],
    ids=["Chinchilla", "T0", "RETRO", "Flamingo", "ROOTS", "Transformers"],
)
def test_a_work_of_the_seeds_gains_what_the_others_know(
    store: Store, titles: list[str], authors: int, identifier: str
) -> None:
    (work,) = set.union(*(works(store, title) for title in titles))
    files = {file for (file,) in rows(store, f"SELECT ?f {{ <{work}> prov:wasDerivedFrom/kg:file ?f }}")}
    assert any(file.endswith(".txt") for file in files) and any(not file.endswith(".txt") for file in files)
    places = rows(store, f"SELECT ?p {{ <{work}> kg:authorship/schema:position ?p }}")
    assert sorted(int(place) for (place,) in places) == list(range(1, authors + 1))
    assert rows(store, f"SELECT ?c {{ <{work}> kg:authorListComplete ?c }}") in ([["true"]], [["1"]])
    assert any(iri.startswith(identifier) for (iri,) in rows(store, f"SELECT ?i {{ <{work}> schema:sameAs ?i }}"))
    assert rows(store, f"SELECT ?v {{ <{work}> schema:isPartOf ?v . ?v a kg:Venue }}")


def test_names_become_people(store: Store) -> None:
    text = "SELECT DISTINCT ?p ?n { ?a kg:agent ?p ; kg:nameAsPrinted ?n FILTER(REGEX(?n, 'Scao$|Mensch$')) }"
    people: dict[str, set[str]] = {}
    for person, name in rows(store, text):
        people.setdefault(person, set()).add(name)
    assert sorted(map(sorted, people.values())) == [
        ["Alyssa Mensch"],
        ["Arthur Mensch"],
        ["Teven Le Scao", "Teven Scao"],
    ]
    (teven,) = (person for person, names in people.items() if "Teven Scao" in names)
    affiliations = rows(
        store, f"SELECT DISTINCT ?x {{ ?a kg:agent <{teven}> ; schema:affiliation|kg:affiliationAsPrinted ?x }}"
    )
    assert affiliations, "the Anthology prints where he works"


def test_what_the_tutorial_prints_is_what_it_promises(said: tuple[Path, list[str]]) -> None:
    built, diff, joined, disagreements, people = said[1]
    assert "things: " in diff and "merged view" in diff
    assert "Flamingo" in joined and "doi.org/10.18653/v1/2020.emnlp-demos.6" in joined
    assert "An empirical" in disagreements, "the other title is a disagreement"
    assert "Teven Scao" in people and "Alyssa Mensch" in people
    assert "2023.emnlp.xml" in built


def test_going_back_gives_the_release_of_the_seeds(said: tuple[Path, list[str]]) -> None:
    home = Home(said[0] / "graph")
    first = home.history()[0].release
    assert home.rollback().id == first

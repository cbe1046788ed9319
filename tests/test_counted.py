"""What a build counts from cards is what the engine counts: the same answer, byte by byte, wherever it is cut."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from kg.build import Built, build
from kg.counted import COUNTS, Known, counted, limit_of, values_with_rows, with_rows
from kg.precomputed import answers_of, ask, rows_of, whole_graph_queries
from kg.queries import load_all
from kg.rdf.cards import cards_of
from kg.rdf.signatures import signatures
from kg.rdf.void import Survey
from kg.sources import InputFile, seed_inputs
from kg.store.nquads import read_artefact, write_artefact
from kg.store.releases import Home
from kg.store.survey import survey

BASE = "http://localhost:8000/"
TEXTS = whole_graph_queries(load_all(BASE))
PRINTED = """
PREFIX kg: <https://w3id.org/kg/ns#>
SELECT ?person ?printed (COUNT(DISTINCT ?mention) AS ?times) WHERE {
  GRAPH ?identity { ?mention a kg:Mention ; kg:refersTo ?person ; kg:nameAsPrinted ?printed }
}
GROUP BY ?person ?printed
"""
YEARLESS = """
@prefix schema: <http://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<work/a> a schema:ScholarlyArticle ; schema:name "A" ; schema:about <topic/t> ;
  schema:datePublished "--07-15"^^xsd:gMonthDay .
<work/b> a schema:ScholarlyArticle ; schema:name "B" ; schema:about <topic/t> ; schema:datePublished "2020"^^xsd:gYear .
<work/c> a schema:ScholarlyArticle ; schema:name "C" ; schema:about <topic/t> .
"""
OTHERS = ("files/acl-people-2026.yaml", "pages/scored-no-works.txt", "pages/trust-no-works.txt")
LIMITS = (1, 2, 3, 7, 25, 100_000)


def crossref(seed: int, works: int) -> bytes:
    """Return records with few names, so that people share works, of all lengths, some without title, date or place."""
    chance = random.Random(seed)
    names = [f"{given} {family}" for given in ("Ana", "Bo", "Cy", "Dora") for family in ("Li", "Okafor", "Quist")]
    found = []
    for number in range(works):
        authors: list[dict[str, object]] = []
        for place, name in enumerate(chance.sample(names, chance.choice([0, 1, 1, 2, 3, 5]))):
            given, family = name.split()
            author: dict[str, object] = {"given": given, "family": family}
            author["sequence"] = "additional" if place else "first"
            if chance.random() < 0.4:
                author["affiliation"] = [{"name": chance.choice(["Tide Lab", "“Wind” \\ Institute", "北の研究所"])}]
            authors.append(author)
        if chance.random() < 0.2:
            authors.append({"name": "The Rivers Collaboration", "sequence": "additional"})
        work: dict[str, object] = {"DOI": f"10.5555/{seed}.{number}", "type": "journal-article", "author": authors}
        if chance.random() < 0.9:
            work["title"] = [f'{chance.choice(["Tides", "Winds", "Kelp"])} of the {number}th "Kind"']
        else:
            work["abstract"] = f"We study number {number}, and then everything else there is to know about it."
        if chance.random() < 0.8:
            work["issued"] = {"date-parts": [[chance.randint(1999, 2003), 2][: chance.randint(1, 2)]]}
        found.append(work)
    return json.dumps({"status": "ok", "message-type": "work-list", "message": {"items": found}}).encode()


def known(store: Store, found: Survey) -> Known:
    """Return what is known of a graph that was loaded."""
    cards = cards_of(store)
    printed: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in json.loads(ask(store, PRINTED))["results"]["bindings"]:
        printed[row["person"]["value"]].append((row["printed"]["value"], int(row["times"]["value"])))
    return Known(cards, signatures(cards), found, printed)


@pytest.fixture(scope="module")
def loaded(seeds: Built, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Store, Known]]:
    """The toy world, dates without a year, the seeds, and invented records."""
    inputs = [InputFile(f"{seed}.json", crossref(seed, 40)) for seed in (1, 2, 3)]
    inputs.append(InputFile("4.json", crossref(1, 20)))  # the same works once more: they have two sources
    made = build([*seed_inputs(), *inputs], Home(tmp_path_factory.mktemp("home")), check=False)
    toy = Store()
    toy.load(path=str(Path(__file__).parent / "toy" / "world.trig"), format=RdfFormat.TRIG)
    yearless = Store()
    yearless.load(YEARLESS.encode(), format=RdfFormat.TURTLE, base_iri=BASE)
    found = []
    for store in (toy, yearless):
        graph = tmp_path_factory.mktemp("toy") / "graph.nq"
        write_artefact(graph, store)
        found.append((store, known(store, survey(graph, BASE))))
    for path in (seeds.release.artefact_path, made.release.artefact_path):
        store = Store()
        store.extend(read_artefact(path))
        found.append((store, known(store, survey(path, BASE))))
    return found


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", COUNTS)
def test_the_answer_is_the_engines(name: str, limit: int, loaded: list[tuple[Store, Known]]) -> None:
    text = re.sub(r"LIMIT \d+", f"LIMIT {limit}", TEXTS[name])
    rows = []
    for store, known in loaded:
        answer = ask(store, text)
        assert ask(store, counted({name: text}, known)[name]) == answer
        rows.append(rows_of(answer))
    assert max(rows) > 0
    if limit < 25 and name != "works-by-year":
        assert max(rows) == limit, "the cut is never met"


@pytest.mark.parametrize(
    ("name", "parameter"), [("organization-signatures", "organization"), ("single-source-works", "source")]
)
def test_values_with_rows_are_those_the_engine_finds(
    name: str, parameter: str, loaded: list[tuple[Store, Known]]
) -> None:
    query = load_all(BASE)[name]
    for store, known in loaded:
        values = [card.iri for card in known.cards if card.kind == parameter]
        found = frozenset(value for value in values if rows_of(ask(store, query.bind({parameter: value}))))
        assert found == values_with_rows(name, known)
    assert found
    assert values_with_rows("works-by-year", known) is None


def test_fewer_rows_are_given_than_there_are(loaded: list[tuple[Store, Known]]) -> None:
    _, known = loaded[-1]
    for name in COUNTS.keys() - {"works-by-year"}:
        text = re.sub(r"LIMIT \d+", "LIMIT 3", TEXTS[name])
        assert len(counted({name: text}, known)[name]) < len(counted({name: TEXTS[name]}, known)[name]), name


def test_a_build_knows_how_often_each_name_is_printed(tmp_path: Path) -> None:
    """Names on works, subjects of pages with and without works, and entries of a list of people."""
    sources = Path(__file__).parent / "sources"
    inputs = [*seed_inputs(), InputFile("1.json", crossref(1, 40))]
    inputs += [InputFile(name, (sources / name).read_bytes()) for name in OTHERS]
    made = build(inputs, Home(tmp_path / "home"), check=False).release
    store = made.open_store()
    kept = answers_of(made)
    found = kept.find(TEXTS["name-variants"])
    assert found is not None
    assert kept.read(found, "json") == ask(store, TEXTS["name-variants"])
    printed = {row["printed"]["value"] for row in json.loads(kept.read(found, "json"))["results"]["bindings"]}
    assert {"李 明", "Bo van der Nib"} <= printed, "the subject of a page without works, and an entry of the list"


def test_a_query_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="no sub-select"):
        with_rows("SELECT * WHERE {\n  ?s ?p ?o\n}\nLIMIT 3\n", ["s"], [])
    with pytest.raises(ValueError, match="no limit"):
        limit_of("SELECT * WHERE {\n  ?s ?p ?o\n}\n")

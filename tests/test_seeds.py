"""The main job: the five seed documents give exactly what they say, and nothing else."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from kg import assets
from kg.build import Built, build
from kg.identity import Ledger, resolve
from kg.model.entities import KINDS, Resolved
from kg.model.text import fold
from kg.quality import validate
from kg.quality.report import Report
from kg.rdf.vocab import PREFIXES
from kg.sources import read_all, seed_inputs
from kg.sources.organizations import organizations
from kg.store.releases import Home


@pytest.fixture(scope="module")
def resolved() -> Resolved:
    table = {fold(k): (o.name, o.ror) for k, o in organizations().items()}
    return resolve(read_all(seed_inputs()), Ledger(), table)


@pytest.fixture(scope="module")
def report(seeds_store: Store) -> Report:
    return validate(seeds_store)


def ask(store: Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(query, prefixes=PREFIXES)
    assert isinstance(solutions, QuerySolutions)
    return [tuple(str(getattr(term, "value", "")) for term in row) for row in solutions]


def test_the_seed_documents_are_kept_byte_for_byte(shared: Path) -> None:
    originals = sorted((shared / "seeds").glob("*.txt"))
    assert len(originals) == 5
    for original in originals:
        assert assets.data("seeds", original.name) == original.read_bytes()


def test_counts(resolved: Resolved) -> None:
    assert sum(len(r.works) for r in read_all(seed_inputs())) == 51
    assert {kind: resolved.count(kind) for kind in KINDS} == {
        "work": 31,
        "person": 54,
        "group": 2,
        "source": 5,
        "organization": 7,
        "topic": 7,
        "software": 8,
        "venue": 1,
    }


def test_one_work_has_no_title_and_is_known_by_its_abstract(resolved: Resolved) -> None:
    [work] = [w for w in resolved.works if not w.title]
    assert "NEVIS'22" in work.abstract
    assert [a.position for a in work.authorships] == [None]


def test_no_line_of_the_seeds_is_unread_or_in_quarantine() -> None:
    assert [p for r in read_all(seed_inputs()) for p in r.problems] == []


def test_voxtral_is_three_works(resolved: Resolved) -> None:
    assert sorted(w.title for w in resolved.works if w.title.startswith("Voxtral")) == [
        "Voxtral",
        "Voxtral Realtime",
        "Voxtral TTS",
    ]


def test_accents_are_kept(resolved: Resolved) -> None:
    shown = {agent.name for agent in resolved.agents}
    assert {"Florent Altché", "Relja Arandjelović", "Hugo Laurençon", "Diego de las Casas"} <= shown
    assert {a.name for a in resolved.agents if a.ref.kind == "group"} == {"BigScience Workshop", "Mistral-AI"}


@pytest.mark.parametrize(
    ("title", "iso", "disagree"),
    [
        ("Multitask Prompted Training Enables Zero-Shot Task Generalization", "2021-10-15", True),
        ("Scaling Language Models: Methods, Analysis & Insights from Training Gopher", "2021-12-08", True),
        ("Training Compute-Optimal Large Language Models", "2022-03-29", False),
        ("Ministral 3", "2026-01-13", False),
        ("Mistral 7B", "2023-10-10", False),
    ],
)
def test_dates(resolved: Resolved, title: str, iso: str, disagree: bool) -> None:
    [work] = [w for w in resolved.works if w.title == title]
    assert work.date is not None
    assert work.date.iso() == iso
    assert ("datePublished" in {d.about for d in work.disagreements}) is disagree


def test_the_year_of_a_capture_is_marked_as_such(resolved: Resolved) -> None:
    marked = {w.title for w in resolved.works if w.date and w.date.year_from_capture}
    assert marked == {"Ministral 3", "Voxtral TTS", "Voxtral Realtime"}


def test_subjects_of_pages(resolved: Resolved) -> None:
    names = {a.ref: a.name for a in resolved.agents}
    subjects = {s.source.file[:3]: names[s.subject] for s in resolved.sources if s.subject}
    assert subjects == {
        "000": "Diego de las Casas",
        "001": "Teven Le Scao",
        "002": "Arthur Mensch",
        "003": "Teven Le Scao",
        "004": "Diego de las Casas",
    }


OBSERVED = {
    ("Diego de las Casas", "trustScore", "21"),
    ("Diego de las Casas", "trustBand", "Emerging"),
    ("Diego de las Casas", "verificationLevel", "L1"),
    ("Diego de las Casas", "claimStatus", "Unclaimed author"),
    ("Diego de las Casas", "workCount", "6"),
    ("Diego de las Casas", "followerCount", "0"),
    ("Diego de las Casas", "topicCount", "3"),
    ("Diego de las Casas", "closeCollaboratorCount", "4"),
    ("Teven Le Scao", "workCount", "7"),
    ("Teven Le Scao", "trustScore", "21"),
    ("Arthur Mensch", "primaryCategory", "CL"),
    ("Arthur Mensch", "hIndex", "10"),
    ("Arthur Mensch", "paperCount", "12"),
    ("Arthur Mensch", "citationCount", "18536"),
    ("Arthur Mensch", "novelty", "62"),
    ("Arthur Mensch", "aiScore", "48"),
}


def test_site_figures_are_dated_sourced_observations_and_no_facts(seeds_store: Store) -> None:
    rows = ask(
        seeds_store,
        """SELECT ?name ?what ?value WHERE {
          ?o a schema:Observation ; schema:observationAbout/schema:name ?name ; schema:measuredProperty ?p ;
             schema:value ?value ; schema:observationDate ?date ; prov:hadPrimarySource/kg:file ?file .
          BIND(STRAFTER(STR(?p), "#") AS ?what) }""",
    )
    assert set(rows) >= OBSERVED
    assert sum(row[1] == "workScore" for row in rows) == 12
    assert ("Flamingo: a Visual Language Model for Few-Shot Learning", "workScore", "70.8") in rows


def test_what_a_page_offers_its_readers_is_kept(seeds_store: Store) -> None:
    rows = ask(seeds_store, "SELECT DISTINCT ?name WHERE { ?page schema:potentialAction/schema:name ?name }")
    said = " ".join(row[0] for row in rows).lower()
    for word in ("follow", "claim", "collaborat", "explorer"):
        assert word in said


def test_links_and_licences_of_abstracts_are_kept(seeds_store: Store) -> None:
    repositories = {row[0] for row in ask(seeds_store, "SELECT ?r WHERE { ?s schema:codeRepository ?r }")}
    assert "https://github.com/huggingface/transformers" in repositories
    assert len(repositories) == 8
    see_also = {r[0] for r in ask(seeds_store, "SELECT ?l WHERE { ?w a schema:ScholarlyArticle ; rdfs:seeAlso ?l }")}
    assert see_also == {"https://huggingface.co/bigscience", "https://turkunlp.org/gpt3-finnish"}
    cited = ask(seeds_store, "SELECT ?l WHERE { ?w schema:citation ?l }")
    assert cited == [("https://arxiv.org/abs/2002.11803",)]
    licences = {r[0] for r in ask(seeds_store, "SELECT ?l WHERE { ?w kg:licenseStatement ?l }")}
    assert "We release the model weights under a CC BY-NC license." in licences


def test_every_record_keeps_its_place_and_words(seeds_store: Store) -> None:
    rows = ask(
        seeds_store,
        """SELECT ?file ?line ?last ?snippet WHERE { GRAPH ?g { ?r a kg:Record ; kg:line ?line ; kg:lastLine ?last ;
           kg:snippet ?snippet ; schema:about ?work ; schema:isPartOf ?source } ?source kg:file ?file }""",
    )
    assert len(rows) == 51 + 3
    for file, line, last, snippet in rows:
        lines = assets.text("seeds", file).split("\n")
        assert "\n".join(lines[int(line) - 1 : int(last)]) == snippet


FINDINGS = {
    "work-title": ("Warning", 1),
    "work-date": ("Warning", 1),
    "disagreement-date": ("Warning", 5),
    "work-author-list-complete": ("Info", 26),
    "work-year-from-capture": ("Info", 3),
    "source-captured-day": ("Info", 5),
}


@pytest.mark.parametrize("shape", FINDINGS)
def test_the_report_finds_what_the_guide_to_the_seeds_names(report: Report, shape: str) -> None:
    found = [f for f in report.findings if f.shape.endswith(f"#{shape}")]
    assert (found[0].severity, len(found)) == FINDINGS[shape]


def test_the_report_speaks_of_the_right_works_and_places(report: Report) -> None:
    disagreeing = {f.label for f in report.findings if f.shape.endswith("#disagreement-date")}
    assert "Multitask Prompted Training Enables Zero-Shot Task Generalization" in disagreeing
    assert "Scaling Language Models: Methods, Analysis & Insights from Training Gopher" in disagreeing
    assert not report.counts_by_severity["Violation"], "the seeds hold gaps, but nothing that the model forbids"
    for finding in report.findings:
        assert finding.places, f"{finding.message} does not say where it comes from"


def test_a_second_build_is_the_same_release(seeds_home: Path, seeds: Built) -> None:
    again = build(seed_inputs(), Home(seeds_home))
    assert again.unchanged
    assert again.release.id == seeds.release.id


def test_another_machine_and_another_order_give_the_same_bytes(tmp_path: Path, seeds: Built) -> None:
    inputs = seed_inputs()
    random.Random(7).shuffle(inputs)
    other = build(inputs, Home(tmp_path))
    assert other.release.id == seeds.release.id
    for name in ("graph.nq", "quality.nq", "description.nq", "examples.json", "answers/index.json", "coauthors.bin"):
        ours, theirs = (r.path / name for r in (seeds.release, other.release))
        assert hashlib.sha256(ours.read_bytes()).digest() == hashlib.sha256(theirs.read_bytes()).digest(), name

"""Own exports are legal inputs: works, people, bylines, dates and identifiers come back as they were."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse, serialize

from kg.build import build
from kg.export import export_everything, export_kind, export_thing
from kg.identity.ledger import Ledger
from kg.identity.resolve import resolve
from kg.model.dates import PartialDate
from kg.model.entities import Agent, Authorship, Resolved, Work
from kg.model.records import (
    Byline,
    Funding,
    Mention,
    Place,
    ProfileRecord,
    Related,
    Source,
    SourceReading,
    Subject,
    WorkRecord,
)
from kg.model.topics import find_topic
from kg.rdf.documents import DATASET_FORMATS, write_dataset
from kg.rdf.fragments import fragments
from kg.rdf.iris import Iris
from kg.rdf.lines import lines_of
from kg.sources import InputFile, read_all, read_one, seed_inputs
from kg.sources.organizations import organizations
from kg.store.finished import Release
from kg.store.releases import Home

BASE = "http://localhost:8000/"
TOY = Path(__file__).parents[1] / "toy" / "world.trig"
SEEDS = "seeds"
KNOWN_AS = "https://agents.example/"
"""How the addresses begin by which invented records know their agents."""


def read(data: bytes, name: str = "export") -> SourceReading:
    (reading,) = read_one(InputFile(name, data))
    assert reading.source.layout == "rdf"
    return reading


def written(statements: list[Quad], extension: str) -> bytes:
    out = io.BytesIO()
    write_dataset(statements, extension, out)
    return out.getvalue()


def unplaced(reading: SourceReading) -> tuple[list[Any], list[Any], set[tuple[str, str]]]:
    """Return what a reading states, without where and in which order the file states it."""
    nowhere = Place("", 1)
    works = [replace(w, place=nowhere) for w in reading.works]
    people = [replace(p, place=nowhere) for p in reading.people]
    key = repr
    return sorted(map(_unordered, works), key=key), sorted(map(_unordered, people), key=key), set(reading.organizations)


def _unordered(record: WorkRecord | ProfileRecord) -> Any:
    """Sort what has no order in RDF: identifiers, topics, names, … and authors without a position."""
    changed: dict[str, Any] = {}
    for name in ("identifiers", "topics", "organizations", "names", "affiliations", "urls", "related", "subjects"):
        if hasattr(record, name):
            changed[name] = tuple(sorted(getattr(record, name), key=repr))
    if isinstance(record, WorkRecord) and record.byline:
        mentions = [
            replace(
                m, identifiers=tuple(sorted(m.identifiers)), affiliations=tuple(sorted(m.affiliations)),
                variants=tuple(sorted(m.variants)),
            )
            for m in record.byline.mentions
        ]  # fmt: skip
        mentions.sort(key=lambda m: (m.position is None, m.position or 0, m.name))
        changed["byline"] = replace(record.byline, mentions=tuple(mentions))
    return replace(record, **changed)


@cache
def of_seeds() -> Resolved:
    table = {keyword: (entry.name, entry.ror) for keyword, entry in organizations().items()}
    return resolve(read_all(seed_inputs()), Ledger(), table)


def quads(resolved: Resolved) -> list[Quad]:
    lines = "".join(line for piece in fragments(resolved, Iris(BASE)) for line in lines_of(piece.make()))
    return [quad for quad in parse(lines, format=RdfFormat.N_QUADS) if isinstance(quad, Quad)]


@cache
def statements_of(world: str) -> tuple[Quad, ...]:
    if world == SEEDS:
        return tuple(quads(of_seeds()))
    return tuple(parse(TOY.read_bytes(), format=RdfFormat.TRIG, base_iri=BASE))


def check_works(works: Sequence[Work], reading: SourceReading, named: Resolved) -> None:
    """Assert that each work came back: what it says, who signed it, where, under which names."""
    iris = Iris(BASE)
    found = {next(i for i in record.identifiers if i.startswith(BASE)): record for record in reading.works}
    assert len(found) == len(works) == len(reading.works)
    organization_names = {o.id: o.name for o in named.organizations}
    venue_names = {v.id: v.name for v in named.venues}
    for work in works:
        record = found[iris.thing("work", work.id).value]
        assert (record.title, record.abstract, record.genre) == (work.title, work.abstract, work.genre)
        assert record.date == work.date
        assert set(record.identifiers) - {iris.thing("work", work.id).value} == {
            i for r in work.records for i in r.record.identifiers
        }
        assert {t.notation for c in record.topics if (t := find_topic(c))} == {
            t for r in work.records for t in r.topics
        }
        assert set(record.organizations) == {organization_names[o] for r in work.records for o in r.organizations}
        assert record.venue in {venue_names[r.venue] for r in work.records if r.venue} or not record.venue
        assert record.code_badge == any(r.record.code_badge for r in work.records)
        mentions = record.byline.mentions if record.byline else ()
        if work.authorships:
            assert record.byline
            assert record.byline.complete == (work.complete is not False)
        assert {(a.position, *_printed(a, iris)) for a in work.authorships} == {
            (m.position, *_mentioned(m)) for m in mentions
        }
        assert {(a.role, *_printed(a, iris)) for a in work.contributions} == {
            (m.role, *_mentioned(m)) for m in record.contributors
        }
        check_words(work, record, organization_names)
        positions = [m.position for m in mentions if m.position]
        assert positions == sorted(positions)


def _printed(place: Authorship, iris: Iris) -> tuple[Any, ...]:
    """Return who holds a place of a work, under which names, with which affiliations and other addresses."""
    names = frozenset(name for m in place.mentions for name in (m.name, *m.variants))
    affiliations = frozenset(name for m in place.mentions for name in m.affiliations)
    known = frozenset(iri for m in place.mentions for iri in m.identifiers)
    return iris.agent(place.agent).value, names, affiliations, known


def _mentioned(mention: Mention) -> tuple[Any, ...]:
    names = frozenset((mention.name, *mention.variants))
    known = frozenset(i for i in mention.identifiers[1:] if i.startswith(KNOWN_AS))
    return mention.identifiers[0], names, frozenset(mention.affiliations), known


def check_words(work: Work, record: WorkRecord, organization_names: dict[str, str]) -> None:
    """Assert that all words came back that the sources of a work have for it beside title, date, authors and venue."""
    stated = [r.record for r in work.records]
    for name in ("event", "volume", "issue", "pages", "version", "retracted"):
        said = {getattr(r, name) for r in stated} - {""}
        assert getattr(record, name) in (said or {""}), name
    for name in ("notes", "awards", "urls", "licenses", "languages"):
        assert set(getattr(record, name)) == {value for r in stated for value in getattr(r, name)}, name
    others = {title for r in stated for title in r.alternative_titles} - {work.title}
    assert set(record.alternative_titles) == others
    assert {s.name for s in record.subjects} | {""} == {s.name for r in stated for s in r.subjects} | {""}
    assert {s.iri for s in record.subjects} | {""} == {s.iri for r in stated for s in r.subjects} | {""}
    assert record.publisher in ({organization_names[r.publisher] for r in work.records if r.publisher} or {""})
    assert {(f.funder, f.funder_iri, f.award, f.award_title, f.award_url) for f in record.funding} == {
        (organization_names.get(funder, ""), f.funder_iri, f.award, f.award_title, f.award_url)
        for r in work.records
        for f, funder in zip(r.record.funding, r.funders, strict=True)
    }
    related = {(_kind(r.kind), r.iri, "" if r.iri else r.printed) for s in stated for r in s.related}
    assert {(kind, iri, printed) for kind, iri, printed in related if kind != "same-as"} <= {
        (r.kind, r.iri, "" if r.iri else r.printed) for r in record.related
    }


def _kind(kind: str) -> str:
    return "related" if kind == "supplement-to" else kind


def check_agents(agents: Sequence[Agent], reading: SourceReading, named: Resolved) -> None:
    """Assert that each person and group came back: names, descriptions, identifiers, affiliations."""
    iris = Iris(BASE)
    found = {next(i for i in p.identifiers if i.startswith(BASE)): p for p in reading.people}
    assert len(found) == len(agents) == len(reading.people)
    organization_names = {o.id: o.name for o in named.organizations}
    for agent in agents:
        profile = found[iris.agent(agent.ref).value]
        assert (profile.name, profile.kind) == (agent.name, agent.ref.kind)
        assert {profile.name, *profile.names} >= set(agent.names) - {agent.name}
        assert set(profile.identifiers) - {iris.agent(agent.ref).value} == set(agent.identifiers)
        assert set(profile.affiliations) == {organization_names[o] for p in agent.profiles for o in p.organizations}
        assert not profile.description or profile.description in {p.description for p in agent.profiles}


@pytest.mark.parametrize("extension", DATASET_FORMATS)
def test_the_seeds_come_back(extension: str) -> None:
    resolved = of_seeds()
    reading = read(written(list(statements_of(SEEDS)), extension))
    assert reading.problems == ()
    check_works(resolved.works, reading, resolved)
    check_agents(resolved.agents, reading, resolved)
    assert set(reading.organizations) == {(o.name, o.ror) for o in resolved.organizations if o.ror}


@pytest.mark.parametrize("world", [SEEDS, "toy"])
def test_every_form_of_an_export_reads_the_same(world: str) -> None:
    statements = list(statements_of(world))
    merged = [q.triple for q in statements if isinstance(q.graph_name, DefaultGraph)]
    readings = [read(written(statements, extension)) for extension in DATASET_FORMATS]
    readings.append(read(serialize(merged, format=RdfFormat.RDF_XML) or b""))
    assert len(readings[0].works) == (len(of_seeds().works) if world == SEEDS else 7)
    for reading in readings[1:]:
        assert unplaced(reading) == unplaced(readings[0])


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([SEEDS, "toy"]), st.sampled_from(DATASET_FORMATS), st.integers(0, 10**6))
def test_the_order_of_statements_changes_nothing(world: str, extension: str, seed: int) -> None:
    statements = list(statements_of(world))
    before = unplaced(read(written(statements, extension)))
    Random(seed).shuffle(statements)
    statements.sort(key=lambda q: str(q.subject))  # as writers of Turtle and JSON-LD need them
    assert unplaced(read(written(statements, extension))) == before


NAMES = st.sampled_from(
    "Ada Quill|Ben Øster|Teven Le Scao|Diego de las Casas|范一|BigScience Workshop|D. Stern".split("|")
)
DATES = st.one_of(
    st.none(),
    st.builds(PartialDate, st.integers(1000, 9999)),
    st.builds(PartialDate, st.integers(1000, 9999), st.integers(1, 12)),
    st.builds(PartialDate, st.integers(1000, 9999), st.integers(1, 12), st.integers(1, 28)),
)
TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp", "Cf"]), min_size=1, max_size=40)


WORDS: dict[str, Any] = {
    "contributors": (
        Mention("Eva Fox", role="editor", affiliations=("River University",), variants=("伊娃",)),
        Mention("Gil Gnu", role="data curator", identifiers=(f"{KNOWN_AS}gil",)),
        Mention("Eva Fox", role="translator"),
    ),
    "alternative_titles": ("Of rivers",),
    "event": "Ninth River Meeting",
    "volume": "12",
    "issue": "4",
    "pages": "1-9",
    "publisher": "River Press",
    "languages": ("en", "de"),
    "version": "2",
    "urls": ("https://rivers.example/", "https://arxiv.org/pdf/2002.11803"),
    "licenses": ("https://spdx.org/licenses/MIT", "for friends only"),
    "subjects": (Subject("ink, of rivers"), Subject("Water", "https://subjects.example/water")),
    "funding": (
        Funding("River Fund", "https://doi.org/10.13039/100000001", "R-7", "Crossing"),
        Funding(award="8", award_url="https://grants.example/8"),
    ),
    "related": (
        Related("cites", printed="A printed reference, 1999"),
        Related("related", printed="A thing beside it"),
        Related("part-of", "https://doi.org/10.1234/whole", "The whole"),
        Related("version-of", "https://doi.org/10.1234/first"),
    ),
    "retracted": "2021-01-01 data were fabricated",
    "awards": ("Best of rivers",),
    "notes": ("12 pages", "to appear"),
}
"""Attributes beside title, date, authors and venue, as a record may fill them."""


@st.composite
def records(draw: st.DrawFn) -> WorkRecord:
    names = draw(st.lists(NAMES, max_size=5, unique=True))
    numbered = draw(st.booleans())
    mentions = tuple(Mention(name, i if numbered else None) for i, name in enumerate(names, 1))
    title = " ".join(draw(TEXT | st.just("a <b>c</b> &amp; d")).split()) or "x"
    return WorkRecord(
        Place("f", 1),
        "",
        title=f"{title} {draw(st.integers(0, 10**9))}",
        abstract=" ".join(draw(TEXT).split()),
        date=draw(DATES),
        genre=draw(st.sampled_from(["", "preprint", "something else"])),
        byline=Byline(mentions, draw(st.booleans())) if mentions else None,
        identifiers=tuple(
            draw(st.sets(st.sampled_from(["https://doi.org/10.1234/a", "https://arxiv.org/abs/2002.11803"])))
        ),
        topics=tuple(draw(st.sets(st.sampled_from(["cs.CL", "math.ST"])))),
        **(draw(st.sampled_from([{}, WORDS]))),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(records(), min_size=1, max_size=4), st.sampled_from(DATASET_FORMATS))
def test_invented_works_come_back(works: list[WorkRecord], extension: str) -> None:
    works = [replace(work, place=Place("f", i)) for i, work in enumerate(works, 1)]
    resolved = resolve([SourceReading(Source("f", "0" * 64), tuple(works))], Ledger(), {})
    reading = read(written(quads(resolved), extension))
    check_works(resolved.works, reading, resolved)
    check_agents(resolved.agents, reading, resolved)


@pytest.mark.parametrize("words", ["retracted", "2021-01-01 data were fabricated"])
def test_a_retracted_work_stays_retracted(words: str) -> None:
    work = WorkRecord(Place("f", 1), "", title="Of rivers", retracted=words)
    resolved = resolve([SourceReading(Source("f", "0" * 64), (work,))], Ledger(), {})
    (record,) = read(written(quads(resolved), "nq")).works
    assert record.retracted == words


def test_one_thing_and_one_kind_are_inputs_too(seeds_home: Path, seeds_store: Store) -> None:
    release: Release | None = Home(seeds_home).current()
    assert release
    out = io.BytesIO()
    export_everything(release, "nq", out)
    whole = {record.identifiers[0]: record for record in read(out.getvalue()).works}
    for extension in DATASET_FORMATS:
        out = io.BytesIO()
        export_kind(release, "work", extension, out)
        works = read(out.getvalue()).works
        assert {w.identifiers[0]: (w.title, w.date, _names(w)) for w in works} == {
            iri: (w.title, w.date, _names(w)) for iri, w in whole.items()
        }
        assert not [r for w in works for r in w.related if r.kind == "part-of"]  # venues are another kind
    for iri in list(whole)[:5]:
        for extension in ("ttl", "jsonld", "nt", "nq", "trig", "rdf"):
            found = [
                w for w in read(export_thing(seeds_store, NamedNode(iri), extension)).works if iri in w.identifiers
            ]
            assert [(w.title, w.date, w.abstract, _names(w)) for w in found] == [
                (whole[iri].title, whole[iri].date, whole[iri].abstract, _names(whole[iri]))
            ]


def _names(work: WorkRecord) -> set[tuple[int | None, str, str]]:
    return {(m.position, m.name, m.kind) for m in work.byline.mentions} if work.byline else set()


def test_an_export_builds_a_graph_with_the_same_works(seeds_home: Path, tmp_path: Path) -> None:
    release = Home(seeds_home).current()
    assert release
    out = io.BytesIO()
    export_everything(release, "jsonld", out)
    built = build([InputFile("export.jsonld", out.getvalue())], Home(tmp_path / "again"))
    counts = {key: release.manifest["counts"][key] for key in ("work", "person", "group")}
    assert {key: built.release.manifest["counts"][key] for key in counts} == counts

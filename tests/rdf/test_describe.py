"""What a description holds, for each kind of thing, and that it crosses a process border whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple

from kg.rdf import describe as describing
from kg.rdf import vocab
from kg.rdf.describe import Description, describe, describe_nquads, from_nquads
from kg.rdf.nodes import Term, by_subject, take_lists
from kg.rdf.redirects import replaced_by

TOY = Path(__file__).with_name("toy.trig")
BASE = "http://localhost:8000/"
THINGS = (
    "person/p1", "person/p2", "person/p9", "group/g1", "work/w1", "work/w2", "topic/cs.CL", "topic/cs", "topic/arxiv",
    "venue/v1", "organization/o1", "software/r1", "source/s2", "source/s4",
)  # fmt: skip


def node(name: str) -> NamedNode:
    return NamedNode(BASE + name)


@pytest.fixture(scope="module")
def toy() -> Store:
    store = Store()
    store.load(path=TOY, format=RdfFormat.TRIG)
    return store


def described(store: Store, name: str) -> Description:
    description = describe(store, node(name))
    assert description is not None
    return description


def objects(description: Description, subject: str, predicate: NamedNode) -> list[Term]:
    return [t.object for t in description.triples if t.subject == node(subject) and t.predicate == predicate]


@pytest.mark.parametrize("name", THINGS)
def test_every_thing_comes_whole_and_only_with_what_the_merged_view_says(toy: Store, name: str) -> None:
    description = described(toy, name)
    merged = {q.triple for q in toy.quads_for_pattern(None, None, None) if str(q.graph_name) == "DEFAULT"}
    computed = {vocab.BIBO_AUTHOR_LIST, vocab.RDF_FIRST, vocab.RDF_REST}
    given = [t for t in description.triples if t.predicate not in computed]
    assert set(given) <= merged
    assert len(set(description.triples)) == len(description.triples)
    own = {t for t in merged if t.subject == node(name) or str(t.subject).startswith(f"<{BASE}{name}#")}
    assert own <= set(given)
    assert description.triples[0].subject == node(name), "the thing comes first"
    assert description.limits == ()


@pytest.mark.parametrize("name", THINGS)
def test_a_description_crosses_the_border_unchanged_and_is_the_same_each_time(toy: Store, name: str) -> None:
    data = describe_nquads(toy, BASE + name)
    assert data is not None
    assert from_nquads(BASE + name, data) == describe(toy, node(name))
    again = Store()
    again.extend(sorted(toy, key=str, reverse=True))
    assert describe_nquads(again, BASE + name) == data, "the order of loading leaves no trace"


def test_an_unknown_thing_has_no_description(toy: Store) -> None:
    assert describe(toy, node("person/nobody")) is None
    assert describe(toy, node("person/old")) is None, "what the identity graph alone says is no description"
    assert describe_nquads(toy, BASE + "person/nobody") is None


def test_authors_come_in_order_and_those_without_a_position_last(toy: Store) -> None:
    work = described(toy, "work/w1")
    order = [node("group/g1"), node("person/p2"), node("person/p1"), node("person/p9")]
    assert objects(work, "work/w1", vocab.AUTHOR) == order
    assert objects(work, "work/w1", vocab.FOAF_MAKER) == order
    assert [str(a)[-10:-1] for a in objects(work, "work/w1", vocab.KG_AUTHORSHIP_OF)] == [
        "#author-1", "#author-2", "author-10", "hor-of-p9",
    ]  # fmt: skip
    for name in ("work/w1", "person/p2", "group/g1"):
        lists = take_lists(by_subject(described(toy, name).triples))
        assert list(lists.values()) == [order[:3]], "the list holds the known positions only"


def test_a_profile_is_complete_by_itself(toy: Store) -> None:
    profile = described(toy, "person/p1")
    assert objects(profile, "person/p1", vocab.FOAF_MADE) == [node("work/w2"), node("work/w1")], "newest first"
    assert objects(profile, "work/w1", vocab.NAME) == [Literal("Toys: a survey")]
    assert objects(profile, "work/w1", vocab.ABSTRACT) == []
    assert objects(profile, "work/w1#author-10", vocab.POSITION) == [Literal(10)]
    assert objects(profile, "person/p2", vocab.NAME) == [Literal("李小明")]
    assert objects(profile, "topic/cs.CL", vocab.NAME) == [Literal("Computation and Language")]
    assert objects(profile, "organization/o1", vocab.NAME) == [Literal("Toy Inc.")]
    assert objects(profile, "person/p1#observation-1a2b", vocab.VALUE) == [Literal(21)]
    assert objects(profile, "source/s2", vocab.KG_FILE) == [Literal("ada.txt")]
    assert len(take_lists(by_subject(profile.triples))) == 2, "each work has its list of authors"


def test_what_points_to_a_thing_comes_with_it(toy: Store) -> None:
    topic = described(toy, "topic/cs.CL")
    assert objects(topic, "work/w1", vocab.ABOUT) == [node("topic/cs.CL")]
    assert objects(topic, "work/w1", vocab.DATE_PUBLISHED)
    organization = described(toy, "organization/o1")
    assert objects(organization, "work/w1", vocab.SOURCE_ORGANIZATION)
    assert objects(organization, "person/p1", vocab.AFFILIATION)
    source = described(toy, "source/s2")
    assert objects(source, "work/w2", vocab.PROV_WAS_DERIVED_FROM)
    assert objects(source, "source/s2#action-1", vocab.NAME)
    assert objects(described(toy, "person/p1"), "source/s2", vocab.MAIN_ENTITY)


def test_the_sources_of_each_statement_are_known(toy: Store) -> None:
    work = described(toy, "work/w1")
    iri = node("work/w1")
    s2, s4 = node("graph/source/s2"), node("graph/source/s4")
    assert work.stated[Triple(iri, vocab.NAME, Literal("Toys: a survey"))] == (s2, s4)
    assert work.stated[Triple(iri, vocab.AUTHOR, node("person/p9"))] == (s2,)
    year = Triple(iri, vocab.DATE_PUBLISHED, Literal("2022", datatype=vocab.XSD_GYEAR))
    assert year not in work.stated, "what lost is in the disagreement, not among the stated"
    assert set(work.stated) <= set(work.triples)


def test_the_records_of_a_thing_come_with_file_lines_and_text(toy: Store) -> None:
    places = [(r.file, r.line, r.last_line, r.unread) for r in described(toy, "work/w1").records]
    assert places == [("ada.txt", 12, 15, False), ("list.txt", 7, 9, False)]
    record = described(toy, "work/w1").records[1]
    assert (record.source, record.graph) == (node("source/s4"), node("graph/source/s4"))
    assert record.snippet == "Toys: a survey\nToy Workshop, 李小明"
    assert (vocab.KG_DATE_AS_PRINTED, Literal("Nov 9, 2022")) in record.printed
    assert [r.iri for r in described(toy, "person/p1").records] == [node("source/s2#L3"), node("source/s4#L7")]
    of_source = described(toy, "source/s4").records
    assert [(r.iri, r.unread) for r in of_source] == [(node("source/s4#L7"), False), (node("source/s4#L30"), True)]
    assert described(toy, "topic/cs.CL").records == ()


def test_a_replaced_thing_leads_to_the_last_one(toy: Store) -> None:
    assert replaced_by(toy, node("person/older")) == node("person/p1")
    assert replaced_by(toy, node("person/old")) == node("person/p1")
    assert replaced_by(toy, node("person/p1")) is None
    assert replaced_by(toy, node("person/ring1")) == node("person/ring2"), "a ring of replacements ends"


def crowd(size: int) -> Store:
    """Works w0, w1, … about one topic, all made by one person, all from one record each."""
    store = Store()
    person, topic, source = node("person/p"), node("topic/t"), node("source/s")
    graph = node("graph/source/s")
    quads = [Quad(topic, vocab.RDF_TYPE, vocab.SKOS_CONCEPT), Quad(person, vocab.RDF_TYPE, vocab.PERSON)]
    for n in range(size):
        work, authorship, record = node(f"work/w{n}"), node(f"work/w{n}#author-1"), node(f"source/s#L{n}")
        date = Literal(f"{2000 + n:04}", datatype=vocab.XSD_GYEAR)
        quads += [
            Quad(work, vocab.RDF_TYPE, vocab.SCHOLARLY_ARTICLE),
            Quad(work, vocab.DATE_PUBLISHED, date),
            Quad(work, vocab.ABOUT, topic),
            Quad(person, vocab.FOAF_MADE, work),
            Quad(work, vocab.KG_AUTHORSHIP_OF, authorship),
            Quad(authorship, vocab.KG_AGENT, person),
            Quad(authorship, vocab.POSITION, Literal(1)),
            Quad(record, vocab.RDF_TYPE, vocab.KG_RECORD, graph),
            Quad(record, vocab.ABOUT, person, graph),
            Quad(record, vocab.IS_PART_OF, source, graph),
        ]
    store.extend(quads)
    return store


def test_a_crowd_is_cut_newest_first_and_the_cut_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describing, "THINGS", 3)
    monkeypatch.setattr(describing, "WORKS", 4)
    monkeypatch.setattr(describing, "RECORDS", 2)
    store = crowd(9)
    topic = described(store, "topic/t")
    assert [str(limit) for limit in topic.limits] == ["3 of 9 things that point here"]
    assert [t.subject for t in topic.triples if t.predicate == vocab.ABOUT] == [node(f"work/w{n}") for n in (8, 7, 6)]
    person = described(store, "person/p")
    assert [str(limit) for limit in person.limits] == ["4 of 9 works", "2 of 9 records"]
    assert [limit.what for limit in person.cut] == ["works"]
    assert len(objects(person, "person/p", vocab.FOAF_MADE)) == 9, "the links themselves are never cut"
    assert [t.subject for t in person.triples if t.predicate == vocab.DATE_PUBLISHED] == [
        node(f"work/w{n}") for n in (8, 7, 6, 5)
    ]
    assert [record.iri for record in person.records] == [node("source/s#L0"), node("source/s#L1")]
    data = describe_nquads(store, BASE + "person/p")
    assert data is not None
    assert from_nquads(BASE + "person/p", data) == person


def test_the_total_is_counted_even_where_not_every_link_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describing, "SCAN", 5)
    monkeypatch.setattr(describing, "THINGS", 2)
    store = crowd(9)
    topic = described(store, "topic/t")
    assert [(limit.shown, limit.total) for limit in topic.limits] == [(2, 9)]
    assert describe(store, node("topic/t")) == topic


def test_only_lists_that_can_be_written_as_lists_are_taken() -> None:
    from pyoxigraph import BlankNode, parse

    text = """
    @prefix : <http://example.org/> .
    :good :list ( 1 ( 2 3 ) :x ) .
    :shared :list _:twice . :shared2 :list _:twice . _:twice :first 1 .
    :more :list _:more .
    """
    rdf = vocab.PREFIXES["rdf"]
    text += f"""
    _:twice <{rdf}first> 1 ; <{rdf}rest> <{rdf}nil> .
    _:more <{rdf}first> 1, 2 ; <{rdf}rest> <{rdf}nil> .
    _:ring <{rdf}first> 1 ; <{rdf}rest> _:ring .
    _:self <{rdf}first> _:self ; <{rdf}rest> <{rdf}nil> .
    _:tail <{rdf}first> 1 ; <{rdf}rest> _:free .
    """
    triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    nodes = by_subject(triples)
    lists = take_lists(nodes)
    assert sorted(len(items) for items in lists.values()) == [2, 3]
    left = {subject for subject in nodes if isinstance(subject, BlankNode)}
    assert {b.value for b in left} == {"twice", "more", "ring", "self", "tail"}

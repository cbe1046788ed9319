"""RDF: works and people in six vocabularies and all syntaxes, damage, and own exports that come back as they were."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize

from kg.model.dates import PartialDate
from kg.model.records import Byline, Funding, Problem, Related, SourceReading, WorkRecord
from kg.sources import read_one, recognise
from kg.sources.inputs import InputFile
from kg.sources.rdf import FIELDS
from kg.sources.rdf_graph import Graph
from kg.sources.rdf_syntax import syntax_of
from kg.sources.rdf_vocab import BACKWARDS, KNOWN, NAMESPACES, REFERRING, SIGNING

FILES = Path(__file__).parent / "files"
SAMPLES = sorted(FILES.glob("rdf-*"))
TOY = Path(__file__).parents[1] / "toy" / "world.trig"
REAL = Path(__file__).parents[3] / "shared" / "data" / "formats"
WHOLE = Byline()
CRATE = """{"@context": ["https://w3id.org/ro/crate/1.1/context", {"codemeta": "https://codemeta.github.io/terms/"}],
 "@graph": [{"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}, "name": "A description",
   "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}, "author": {"@id": "#ann"}},
  {"@id": "./", "@type": "Dataset", "name": "Whale songs", "author": {"@id": "#ann"},
   "hasPart": {"@id": "codemeta.json"},
   "license": {"@type": "CreativeWork", "url": "https://creativecommons.org/licenses/by/4.0/"}},
  {"@id": "codemeta.json", "@type": "File", "name": "metadata of the software"},
  {"@id": "#ann", "@type": "Person", "name": "Ann Lee"}]}"""
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def read(data: bytes | str, name: str = "x", layout: str = "rdf") -> SourceReading:
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    (reading,) = read_one(InputFile(name, raw, layout=layout))
    return reading


def one(text: str) -> WorkRecord:
    reading = read(text)
    assert len(reading.works) == 1, reading.problems
    return reading.works[0]


def quarantined(reading: SourceReading) -> list[Problem]:
    return [p for p in reading.problems if p.kind == "quarantined"]


def authors(work: WorkRecord) -> list[tuple[int | None, str]]:
    return [(m.position, m.name) for m in work.byline.mentions] if work.byline else []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_samples_read_as_their_golden_files(path: Path, golden: Callable[[SourceReading], None]) -> None:
    reading = read(path.read_bytes(), path.name, layout="")
    assert reading.source.layout == "rdf"
    golden(reading)


def test_what_the_table_of_fields_says_is_true(stated: Callable[[SourceReading, str], bool]) -> None:
    readings = [read(path.read_bytes()) for path in (*SAMPLES, TOY)]
    own = '<http://e/w> a schema:Article ; kg:authorship [ kg:nameAsPrinted "Ada Ant", "A. Ant" ] ; '
    own += 'schema:about <http://e/topic/cs.CL> . <http://e/p> a schema:Person ; schema:name "P" ; '
    own += "owl:differentFrom <http://e/q> ."
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in NAMESPACES.items())
    readings.append(read(prefixes + own))
    assert [p for p in set(FIELDS.values()) if not any(stated(reading, p) for reading in readings)] == []


def test_the_tables_of_terms_hold_together() -> None:
    assert KNOWN >= REFERRING | SIGNING | BACKWARDS
    assert all(name.partition(":")[0] in NAMESPACES for name in KNOWN)


# -- the real files ---------------------------------------------------------------------------------------------------


def test_schema_org_documents(real: Callable[[str], list[SourceReading]]) -> None:
    readings = {r.source.file: r for r in real("schema-org")}
    assert len(readings) >= 3
    for path in (REAL / "schema-org").iterdir():
        found = json.loads(path.read_bytes())
        documents = found if isinstance(found, list) else [found]
        reading = readings[path.name]
        assert (len(reading.works), quarantined(reading)) == (len(documents), [])
        for document, work in zip(documents, reading.works, strict=True):
            listed = document["author"] if isinstance(document["author"], list) else [document["author"]]
            assert [name for _, name in authors(work)] == [author["name"] for author in listed]
            assert [position for position, _ in authors(work)] == list(range(1, len(listed) + 1))
            assert work.date_printed == document["datePublished"]
            assert work.identifiers[0].lower() == document["@id"].lower()
            assert [s.name for s in work.subjects] == document.get("keywords", "").split(", ") or not work.subjects


def test_opencitations_meta(real: Callable[[str], list[SourceReading]]) -> None:
    (reading,) = real("opencitations-meta-rdf")
    with gzip.open(REAL / "opencitations-meta-rdf" / "real_data.nt.gz", "rt", encoding="utf-8") as file:
        text = file.read()
    articles = set(
        re.findall(rf"^<(\S+)> <{TYPE}> <http://purl.org/spar/fabio/(?:JournalArticle|Book)> \.$", text, re.M)
    )
    roles = re.findall(
        r"^<(\S+)> <http://purl.org/spar/pro/withRole> <http://purl.org/spar/pro/author> \.$", text, re.M
    )
    people = set(re.findall(r"^<(\S+)> <http://xmlns.com/foaf/0.1/familyName> ", text, re.M))
    assert {w.identifiers[0] for w in reading.works} == articles
    assert len(reading.works) == len(articles) == 2014
    assert {p.identifiers[-1] for p in reading.people} == people
    mentions = [m for w in reading.works if w.byline for m in w.byline.mentions]
    assert len(mentions) == len(roles) == 3309
    assert all(m.given and m.family for m in mentions)
    # The chains of four works are broken in the data; their authors have no positions, all others have.
    broken = {p.place.item for p in reading.problems if "chain" in p.cause}
    assert len(broken) == len(reading.problems) == 4
    placed = {w.identifiers[0]: [m.position for m in w.byline.mentions] for w in reading.works if w.byline}
    assert all(ps == ([None] * len(ps) if iri in broken else [*range(1, len(ps) + 1)]) for iri, ps in placed.items())
    assert sum(m.orcid is not None for m in mentions) >= 200
    assert all(w.date and w.venue and w.publisher for w in reading.works if w.genre == "journal article")


def test_semopenalex(real: Callable[[str], list[SourceReading]]) -> None:
    readings = {r.source.file: r for r in real("semopenalex-rdf")}
    reading = readings["semopenalex-data-sample.trig"]
    (work,) = reading.works
    assert authors(work) == [(1, "Christian Bizer"), (2, "Tom Heath"), (3, "Tim Berners-Lee")]
    assert (work.volume, work.issue, work.pages) == ("5", "3", "1-22")
    assert (len(work.subjects), sum(r.kind == "cites" for r in work.related)) == (20, 37)
    assert (len(reading.people), len(reading.organizations), reading.problems) == (3, 4, ())
    ontology = readings["semopenalex-ontology.ttl"]
    assert [p.name for p in ontology.people][:2] == ["Michael Färber", "Johan Krause"]


def test_vivo(real: Callable[[str], list[SourceReading]]) -> None:
    readings = {r.source.file: r for r in real("vivo-rdf")}
    reading = readings["sample-data.n3"]
    quads = parse((REAL / "vivo-rdf" / "sample-data.n3").read_bytes(), format=RdfFormat.N3)
    types = [str(q.object).strip("<>") for q in quads if q.predicate.value == TYPE]
    kinds = [name.rpartition("/")[2].rpartition("#")[2] for name in types]
    works = {"AcademicArticle", "Book", "Chapter", "AudioDocument", "InvitedTalk"}
    people = {"FacultyMember", "EmeritusFaculty", "Postdoc", "Person"}
    assert len(reading.works) == sum(kind in works for kind in kinds) == 6
    assert len(reading.people) == sum(kind in people for kind in kinds) == 7
    assert reading.problems == ()
    ranked = next(w for w in reading.works if w.title.startswith("Derrida's"))
    assert authors(ranked) == [(1, "Andrew Bogart"), (2, "Patricia Roberts"), (3, "Emily K Stevens")]
    (labels,) = quarantined(readings["sample-data-i18n-fr_FR.ttl"])
    assert "neither works nor people" in labels.cause


# -- syntaxes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ('{"@id": "x"}', "json"),
        ("<http://a> <http://b> <http://c> .\n<http://a> <http://b> 'x", "lines"),
        ('_:a <http://b> "c"@en .\n# a comment', "lines"),
        ("PREFIX a: <http://b/>\na:x a a:y .", "turtle"),
        ("@prefix : <#> .\n", "turtle"),
        ("@base <http://b/> .\n", "turtle"),
        ("<?xml version='1.0'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", "xml"),
        ("<html><head/></html>", ""),
        ("@article{x,", ""),
        ("plain words", ""),
    ],
)
def test_syntaxes_are_told_apart(text: str, syntax: str) -> None:
    assert syntax_of(text) == syntax


def test_one_graph_reads_the_same_in_every_syntax() -> None:
    text = (FILES / "rdf-dialects.trig").read_bytes().replace(b":broken schema:name x:undeclared .", b"")
    triples = [quad.triple for quad in parse(text, format=RdfFormat.TRIG)]
    forms = (RdfFormat.N_TRIPLES, RdfFormat.TURTLE, RdfFormat.RDF_XML, RdfFormat.TRIG, RdfFormat.N_QUADS)
    readings = [read(serialize(triples, format=form) or b"") for form in forms]
    assert len(readings[0].works) == 8
    for reading in readings[1:]:
        assert (reading.works, reading.people, reading.organizations) == (
            readings[0].works,
            readings[0].people,
            readings[0].organizations,
        )


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("listed", "positions"),
    [('["Ada Ant", "Bo Bee"]', [1, 2]), ('{"@list": [{"name": "Ada Ant"}, {"name": "Bo Bee"}]}', [1, 2])],
)
def test_both_namespaces_and_both_ways_to_order(scheme: str, listed: str, positions: list[int]) -> None:
    text = (
        f'{{"@context": {{"@vocab": "{scheme}://schema.org/"}}, "@type": "Article", "name": "A", "author": {listed}}}'
    )
    assert authors(one(text)) == list(zip(positions, ["Ada Ant", "Bo Bee"], strict=True))


def test_where_the_order_of_statements_means_nothing_there_are_no_positions() -> None:
    work = one('@prefix s: <https://schema.org/> . <http://e/w> a s:Article ; s:author "Ada Ant", "Bo Bee" .')
    assert authors(work) == [(None, "Ada Ant"), (None, "Bo Bee")]


LEE = '{"@type": "Person", "@id": "https://orcid.org/0000-0002-1825-0097", "name": "Ann Lee"}'
PAPER = '{"@context": "https://schema.org", "@type": "ScholarlyArticle", "name": "A paper", '


def test_who_says_to_have_made_a_work_says_neither_who_else_did_nor_in_which_place() -> None:
    made = (
        '@prefix f: <http://xmlns.com/foaf/0.1/> . <http://e/p> a f:Person ; f:name "Ann Lee" ; f:made <http://e/w> . '
    )
    written = '{"@context": "http://schema.org", "@type": "Person", "name": "Ann Lee", "@reverse": {"creator": [{"@id": "http://e/w", "@type": "CreativeWork", "name": "A"%s}]}}'  # noqa: E501
    defined = '{"@context": {"@vocab": "http://schema.org/", "wrote": {"@reverse": "author"}}, "@type": "Person", "name": "Ann Lee", "wrote": {"@id": "http://e/w", "@type": "Book", "name": "A"}}'  # noqa: E501
    for text in (made + '<http://e/w> a f:Document ; f:name "A" .', written % "", defined):
        work = one(text)
        assert authors(work) == [(None, "Ann Lee")]
        assert work.byline and not work.byline.complete
    both = one(made + '<http://e/w> a f:Document ; f:name "A" ; f:maker <http://e/p> .')
    assert authors(both) == [(1, "Ann Lee")]
    assert both.byline and both.byline.complete
    beside = one(written % ', "creator": {"name": "Bob Ray"}')
    assert authors(beside) == [(None, "Bob Ray"), (None, "Ann Lee")]
    assert beside.byline and not beside.byline.complete
    named = one(written % ', "creator": [{"name": "Bob Ray"}, {"name": "A. Lee"}]')
    assert authors(named) == [(1, "Bob Ray"), (2, "A. Lee")]
    assert named.byline and named.byline.complete


@pytest.mark.parametrize(
    "listed", ['["Bo Bee", "Ada Smith", "Cy Cat"]', '{"@list": ["Bo Bee", "Ada Smith", "Cy Cat"]}']
)
def test_who_says_to_have_made_a_work_leaves_the_order_of_its_authors_as_it_is(listed: str) -> None:
    article = f'{{"@id": "http://e/w", "@type": "Article", "name": "A", "author": {listed}}}'
    made = '{"@type": "Person", "name": "%s", "http://xmlns.com/foaf/0.1/made": {"@id": "http://e/w"}}'
    order: list[tuple[int | None, str]] = [(1, "Bo Bee"), (2, "Ada Smith"), (3, "Cy Cat")]
    for name, also in (("Ada Ant", [(None, "Ada Ant")]), ("A. Smith", [])):
        work = one(f'{{"@context": "https://schema.org", "@graph": [{article}, {made % name}]}}')
        assert authors(work) == [*order, *also]
        assert work.byline and work.byline.complete is not bool(also)


@pytest.mark.parametrize(
    "members",
    [
        "a rdf:Seq ; rdf:_2 <http://e/b> ; rdf:_10 <http://e/c> ; rdf:_1 <http://e/a>",
        "rdf:li <http://e/a>, <http://e/b>, <http://e/c>",
    ],
)
def test_the_members_of_a_sequence_are_in_order(members: str) -> None:
    text = "@prefix b: <http://purl.org/ontology/bibo/> . @prefix t: <http://purl.org/dc/terms/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix f: <http://xmlns.com/foaf/0.1/> . "  # noqa: E501
    text += '<http://e/c> f:name "Cy Cat" . <http://e/b> f:name "Bo Bee" . <http://e/a> f:name "Ada Ant" . '
    text += f'<http://e/w> a b:Article ; t:title "A" ; b:authorList [ {members} ] ; b:editorList [ {members} ] . '
    work = one(text)
    assert authors(work) == [(1, "Ada Ant"), (2, "Bo Bee"), (3, "Cy Cat")]
    assert [m.name for m in work.contributors] == ["Ada Ant", "Bo Bee", "Cy Cat"]
    bag = one(text.replace("a rdf:Seq", "a rdf:Bag").replace("[ rdf:li", "[ a rdf:Bag ; rdf:li"))
    assert sorted(authors(bag), key=str) == [(None, "Ada Ant"), (None, "Bo Bee"), (None, "Cy Cat")]


ISSUE = '{"@type": "PublicationIssue", "issueNumber": "4", "datePublished": "2012"%s}'
TOYS = '{"@id": "#toys", "@type": "Periodical", "name": "Journal of Toys", "issn": "2050-084X", "dateCreated": "1950"}'


@pytest.mark.parametrize(
    "containers",
    [
        f"[{ISSUE % ''}, {TOYS}]",
        f"[{TOYS}, {ISSUE % ''}]",
        ISSUE % f', "isPartOf": {TOYS}',
        ISSUE % ', "isPartOf": "Journal of Toys"',
    ],
)
def test_issue_and_venue_are_found_on_all_ways_up_and_a_missing_date_is_that_of_the_issue(containers: str) -> None:
    work = one(PAPER + f'"author": "Ann Lee", "isPartOf": {containers}}}')
    assert (work.venue, work.issue, work.date) == ("Journal of Toys", "4", PartialDate(2012))
    dated = one(PAPER + f'"author": "Ann Lee", "datePublished": "2011", "isPartOf": {containers}}}')
    assert dated.date == PartialDate(2011)


def test_a_text_that_is_the_address_of_a_node_is_that_node() -> None:
    issue = '{"@id": "#issue", "@type": "PublicationIssue", "issueNumber": "4", "isPartOf": {"name": "Toys"}}'
    book = '{"@type": "Book", "name": "A", "isPartOf": "#issue"}'
    work = one(f'{{"@context": "http://schema.org/", "@graph": [{issue}, {book}]}}')
    assert (work.venue, work.issue) == ("Toys", "4")
    whole = one(PAPER + '"author": "Ann Lee", "isPartOf": "https://doi.org/10.1234/whole"}')
    assert (whole.venue, whole.related) == ("", (Related("part-of", "https://doi.org/10.1234/whole"),))


def test_a_role_repeats_the_property_that_it_qualifies() -> None:
    work = one(
        PAPER + '"author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Role", "roleName": "Developer", "author": "Bo Bee"}], '  # noqa: E501
        '"contributor": {"@type": "Role", "roleName": "Data curator", "contributor": [{"name": "Cy Cat"}, {"name": "Dee Dog"}]}, '  # noqa: E501
        '"editor": {"@type": "Role", "editor": {"@type": "Person", "name": "Edna Editor"}}}'
    )  # fmt: skip
    assert authors(work) == [(1, "Ann Lee"), (2, "Bo Bee")]
    assert [(m.name, m.role) for m in work.contributors] == [
        ("Edna Editor", "editor"), ("Cy Cat", "Data curator"), ("Dee Dog", "Data curator"), ("Bo Bee", "Developer"),
    ]  # fmt: skip
    assert work.byline and {m.role for m in work.byline.mentions} == {"author"}


OTHER_THINGS = (
    "EventSeries ExhibitionEvent BreadcrumbList DefinedTerm DefinedTermSet Comment Product Place Rating Offer Action "
    "Role Audience WebPageElement SomethingNew"
)


def test_whatever_is_signed_and_has_a_title_is_a_work_unless_its_class_says_otherwise() -> None:
    kinds = {
        "VideoObject": "video recording", "Collection": "collection", "ImageObject": "image", "MediaObject": "",
        "Poster": "poster", "LearningResource": "learning resource", "WebApplication": "software",
        "APIReference": "technical article", "OpinionNewsArticle": "newspaper article", "File": "", "Thing": "",
        "Course": "", "https://example.org/SomethingNew": "",
    }  # fmt: skip
    for kind, genre in kinds.items():
        work = one(PAPER.replace("ScholarlyArticle", kind) + '"author": "Ann Lee"}')
        assert (work.genre, authors(work)) == (genre, [(1, "Ann Lee")])
    for kind in ("WebPage", "Periodical", "PublicationIssue", *OTHER_THINGS.split()):
        reading = read(PAPER.replace("ScholarlyArticle", kind) + '"author": "Ann Lee"}')
        [problem] = reading.problems
        assert (len(reading.works), problem.kind, problem.text) == (0, "note", "A paper")
        assert problem.cause.endswith(f"it is schema:{kind}")
    prefixes = "@prefix t: <http://purl.org/dc/terms/> . @prefix y: <http://purl.org/dc/dcmitype/> . @prefix d: <http://www.w3.org/ns/dcat#> . @prefix f: <http://xmlns.com/foaf/0.1/> . "  # noqa: E501
    for kind in ("a t:BibliographicResource", "a y:Text", "a d:Dataset", 't:created "2004"'):
        text = f'<http://e/w> {kind} ; t:title "A" . <http://e/p> a f:Person ; f:name "Ann Lee" ; f:made <http://e/w> .'
        assert authors(one(prefixes + text)) == [(None, "Ann Lee")]


@pytest.mark.parametrize(
    ("kind", "is_work"),
    [
        *((kind, False) for kind in (
            "skos:ConceptScheme", "skos:Collection", "dcat:Catalog", "dcat:CatalogRecord", "dcat:DataService",
            "dcat:Distribution", "void:Linkset", "foaf:Project", "doap:Project", "bibo:Conference", "bibo:Event",
            "bibo:Image", "bibo:Website", "bibo:Webpage", "rdfs:Datatype", "sh:NodeShape", "prov:Activity",
            "vivo:Course", "dcat:Catalog, dcat:Dataset", "bibo:Webpage, bibo:Document", "owl:Thing, bibo:Event",
            "<http://e/Talk>, prov:Activity",
        )),
        *((kind, True) for kind in (
            "fabio:WhitePaper", "prov:Entity", "owl:NamedIndividual, <http://e/Paper>", "bibo:Letter", "vivo:CaseStudy",
            "dcat:Dataset, prov:Activity", "schema:VideoObject, schema:Product", "<http://e/Paper>",
        )),
    ],
)  # fmt: skip
def test_of_vocabularies_with_known_classes_only_the_works_are_works(kind: str, is_work: bool) -> None:
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in NAMESPACES.items())
    reading = read(prefixes + f'<http://e/w> a {kind} ; dcterms:title "A" ; dcterms:creator "Ann Lee" .')
    assert (len(reading.works), [p.kind for p in reading.problems]) == ((1, []) if is_work else (0, ["note"]))


def test_what_somebody_made_is_a_work_if_more_than_the_title_of_a_page_is_told() -> None:
    made = "@prefix f: <http://xmlns.com/foaf/0.1/> . @prefix d: <http://purl.org/dc/elements/1.1/> . "
    made += '[] a f:Person ; f:name "Ann Lee" ; f:made %s . %s d:title "A" '
    page = read(made % (("<http://e/home>",) * 2) + ".")
    assert [p.cause for p in page.problems] == [
        "it has a title and an author, but is no work: it is a page of which only the title is told"
    ]
    assert page.works == ()
    for text in (
        made % (("<http://e/w>",) * 2) + '; d:date "2004" .',
        made % (("<http://e/w>",) * 2) + '; d:creator "Ann Lee" .',
        made % (("<http://e/w>",) * 2) + "; a f:Document .",
        made % (("<https://doi.org/10.1234/abc>",) * 2) + ".",
    ):
        assert one(text).title == "A"


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("associatedMedia", "ScholarlyArticle"), ("associatedMedia", "Dataset"), ("encoding", "ScholarlyArticle"),
        ("distribution", "SoftwareSourceCode"),
    ],
)  # fmt: skip
def test_a_declared_work_is_one_whatever_links_to_it(link: str, kind: str) -> None:
    work = f'{{"@id": "https://doi.org/10.1234/abc", "@type": "{kind}", "name": "A", "author": "Ann Lee"}}'
    page = '{"@context": "https://schema.org", "@type": "WebPage", "name": "P", "%s": %s}'
    assert one(page % (link, work)).identifiers == ("https://doi.org/10.1234/abc",)
    file = '{"@type": "DigitalDocument", "contentUrl": "https://e/a.pdf", "encodingFormat": "pdf", "name": "a.pdf"}'
    reading = read(PAPER + f'"author": "Ann Lee", "{link}": {file}}}')
    assert ([found.title for found in reading.works], reading.problems) == (["A paper"], ())


def test_a_file_of_a_data_set_is_no_work() -> None:
    text = "@prefix t: <http://purl.org/dc/terms/> . @prefix d: <http://www.w3.org/ns/dcat#> . "
    text += '<http://e/d> a d:Dataset ; t:title "D" ; t:creator "Ann Lee" ; d:distribution <http://e/f> . '
    reading = read(text + '<http://e/f> t:title "F" ; t:creator "Ann Lee" .')
    assert [work.title for work in reading.works] == ["D"]
    assert [p.cause for p in reading.problems] == [
        "it has a title and an author, but is no work: it is a picture or file of another thing"
    ]


def test_a_picture_of_somebody_is_no_work_whoever_signed_it() -> None:
    picture = '{"@type": "ImageObject", "name": "Ann at sea", "author": "Bo Bee"}'
    for text in (
        f'{{"@context": "https://schema.org", "@type": "Person", "name": "Ann Lee", "image": {picture}}}',
        f'{{"@context": "https://schema.org", "@type": "Person", "name": "Ann Lee", "affiliation": {{"@type": "Organization", "name": "Uni", "logo": {picture}}}}}',  # noqa: E501
    ):
        reading = read(text)
        assert (len(reading.works), len(reading.people)) == (0, 1)
        assert [p.cause for p in reading.problems] == [
            "it has a title and an author, but is no work: it is a picture or file of another thing"
        ]


def test_an_address_is_the_agent_of_the_document_and_never_a_name() -> None:
    orcid = "https://orcid.org/0000-0002-1825-0097"
    for address in (orcid, orcid.removeprefix("https://orcid.org/"), orcid.replace("https", "http")):
        work = one(PAPER + f'"author": "{address}", "editor": {LEE}}}')
        assert work.byline and [(m.name, m.orcid) for m in work.byline.mentions] == [("Ann Lee", orcid)]
    work = one(PAPER + '"author": "#p", "editor": {"@id": "#p", "name": "Ann Lee"}}')
    assert authors(work) == [(1, "Ann Lee")]
    reading = read(PAPER + f'"author": ["{orcid}", "Bo Bee"], "editor": "https://e/p"}}')
    assert authors(reading.works[0]) == [(2, "Bo Bee")]
    assert (reading.works[0].byline or WHOLE).complete is False
    assert reading.works[0].contributors == ()
    assert [p.cause for p in reading.problems] == [
        f"the file does not tell the names of all authors: {orcid}",
        "the file does not tell the names of all contributors: https://e/p",
    ]


def test_nodes_of_a_graph_are_read_together_and_documents_of_a_list_apart() -> None:
    nodes = '{"@id": "http://e/w", "@type": "Article", "name": "A", "author": {"@id": "http://e/p"}}, {"@id": "http://e/p", "@type": "Person", "name": "Ada Ant"}'  # noqa: E501
    context = '"@context": "https://schema.org/"'
    for text in (
        f'{{{context}, "@graph": [{nodes}]}}',
        f'{{"@graph": [{nodes}], {context}}}',
        f'{{"@context": ["http://schema.org", {{"x": "http://e/x"}}], "@graph": [{nodes}]}}',
    ):
        assert authors(one(text)) == [(1, "Ada Ant")]
    lines = "\n".join(f'{{{context}, "@type": "Article", "name": "Work {i}"}}' for i in range(3))
    assert [w.title for w in read(lines).works] == ["Work 0", "Work 1", "Work 2"]
    expanded = (
        '[{"@id": "http://e/w", "@type": ["http://schema.org/Article"], "http://schema.org/name": [{"@value": "A"}]}]'
    )
    assert one(expanded).title == "A"
    own = '{"@vocab": "http://schema.org/", "heading": "http://schema.org/name"}'
    each = [f'{{"@context": {own}, "@graph": [{{"@type": "Article", "heading": "Work {i}"}}]}}' for i in range(2)]
    assert [w.title for w in read(f"[{', '.join(each)}]").works] == ["Work 0", "Work 1"]


def test_a_context_that_is_not_known_is_not_fetched() -> None:
    text = '{"@context": "http://127.0.0.1:9/x.jsonld", "@type": "Article", "name": "A"}'
    (problem,) = quarantined(read(text))
    assert "never fetched" in problem.cause
    imported = '{"@context": {"@import": "http://127.0.0.1:9/x"}, "@type": "Article", "name": "A"}'
    assert "never fetched" in quarantined(read(imported))[0].cause


def test_errors_cost_their_statement_only() -> None:
    lines = [f'<http://e/{i}> <http://schema.org/name> "Work {i}" .\n<http://e/{i}> <{TYPE}> <http://schema.org/Book> .\n' for i in range(9)]  # fmt: skip  # noqa: E501
    lines[4] = '<http://e/4> <http://schema.org/name> "Unended .\n'
    reading = read("".join(lines))
    assert len(reading.works) == 8
    (problem,) = quarantined(reading)
    assert (problem.place.line, problem.raw) == (9, lines[4].encode())


@pytest.mark.parametrize("base", ["@base <http://e/> .", "BASE <http://x/>\nBASE <http://e/>"])
def test_behind_an_error_addresses_are_meant_from_the_same_base(base: str) -> None:
    text = f'{base}\n@prefix s: <http://schema.org/> .\n<p> a s:Person ; s:name "Ann Lee" .\n'
    text += '<w> s:name "Unended ;\n s:x 1 .\n<v> a s:Book ; s:name "A" ; s:author <p> .\n'
    reading = read(text + '<u> s:name "Unended .\n<t> a s:Book ; s:name "B" .')
    assert [(w.title, w.identifiers) for w in reading.works] == [("A", ("http://e/v",)), ("B", ("http://e/t",))]
    assert authors(reading.works[0]) == [(1, "Ann Lee")]
    assert [p.place.line for p in quarantined(reading)] == [4 + base.count("\n"), 7 + base.count("\n")]


def test_bytes_that_are_not_utf8_keep_their_record_out() -> None:
    good = f'<http://e/1> <http://schema.org/name> "Sound" .\n<http://e/1> <{TYPE}> <http://schema.org/Book> .\n'
    bad = good.replace("/1>", "/2>").encode().replace(b"Sound", b"M\xfcller")
    for data in (good.encode() + bad, b"@prefix x: <http://x/> .\n" + bad + good.encode()):
        reading = read(data)
        assert [w.title for w in reading.works] == ["Sound"]
        assert len(quarantined(reading)) == 1
    assert [w.title for w in read(good.encode("utf-16")).works] == ["Sound"]
    assert [w.title for w in read(b"\xef\xbb\xbf@prefix x: <http://x/> .\n" + good.encode()).works] == ["Sound"]


def test_xml_is_read_up_to_its_damage() -> None:
    start = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://schema.org/">\n'
    book = '<s:Book rdf:about="http://e/{0}"><s:name>{0}</s:name></s:Book>\n'
    text = start + book.format(1) + book.format(2) + '<s:Book rdf:about="http://e/3"><s:name>3</s:title></s:Book>\n'
    reading = read(text + book.format(4) + "</rdf:RDF>")
    assert [w.title for w in reading.works] == ["1", "2"]
    assert "line 4" in quarantined(reading)[0].cause


# -- hostile input ----------------------------------------------------------------------------------------------------

_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"@id":' * 5_000 + "1" + "}" * 5_000,
        '{"@context":' + '{"a":{"@id":"http://e/a","@context":' * 900 + "{}" + "}}" * 900 + ',"a":1}',
        '{"@context": {"@vocab": "http://schema.org/"}, "name": ' + '{"@list":[' * 200 + "1" + "]}" * 200 + "}",
        '{"@context": {"@vocab": "http://schema.org/"}, "@type": "Book", "name": "\\ud800"}',
        '{"@context": {"@vocab": "http://schema.org/"}, "@type": "Book", "position": 1' + "0" * 5000 + "}",
        "@prefix a: <http://a/> .\na:a a:b " + "[ a:b " * 100_000,
        "@prefix a: <http://a/> .\n" + "a:a b:c d . " * 20_000,
        "@prefix a: <http://a/> .\n<< " * 20_000,
        '@prefix a: <http://a/> .\na:a a:b """' + "x" * (1 << 25),
        "<http://a> <http://b> <http://c> .\n" + "bad\n" * 20_000,
        _XML + "<rdf:Description><e:a>" * 100_000,
        "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]>" + _XML + "</rdf:RDF>",
        "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + _XML + "&a;</rdf:RDF>",
        f"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a '{'x' * 500}'>]>" + _XML + "</rdf:RDF>",
    ],
    ids=lambda text: text[:30],
)
def test_hostile(text: str) -> None:
    assert quarantined(read(text))


def test_circles_end() -> None:
    prefixes = "@prefix s: <http://schema.org/> . @prefix b: <http://purl.org/ontology/bibo/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix p: <http://purl.org/spar/pro/> . @prefix o: <https://w3id.org/oc/ontology/> ."  # noqa: E501
    text = """
    <http://e/w> a s:Article ; s:name "A" ; s:isPartOf <http://e/w> ; b:authorList _:l .
    _:l rdf:first "Ada Ant" ; rdf:rest _:l .
    <http://e/x> a s:Article ; s:name "B" ; p:isDocumentContextFor <http://e/r1>, <http://e/r2> .
    <http://e/r1> p:withRole p:author ; p:isHeldBy <http://e/p> ; o:hasNext <http://e/r2> .
    <http://e/r2> p:withRole p:author ; p:isHeldBy <http://e/p> ; o:hasNext <http://e/r1> .
    <http://e/p> s:name "Bo Bee" .
    """
    assert [w.title for w in read(prefixes + text).works] == ["A", "B"]


def test_a_large_graph_on_disk_reads_as_one_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [read(path.read_bytes(), "x") for path in (*SAMPLES, TOY)]
    monkeypatch.setattr("kg.sources.rdf_graph.MEMORY_LIMIT", 20)
    monkeypatch.setattr("kg.sources.rdf_graph.BATCH", 7)
    assert [read(path.read_bytes(), "x") for path in (*SAMPLES, TOY)] == before


def test_reading_twice_gives_the_same_in_another_process() -> None:
    code = "import sys, pathlib; from kg.sources import read_one, InputFile; print(*read_one(InputFile('x', pathlib.Path(sys.argv[1]))))"  # noqa: E501
    path = str(FILES / "rdf-dialects.trig")
    runs = {
        subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=True).stdout for _ in range(2)
    }
    assert len(runs) == 1


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_mutated_files_never_raise(path: Path, data: st.DataObject) -> None:
    mutated = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(mutated) - 1))
        length = data.draw(st.integers(0, 40))
        mutated[at : at + length] = data.draw(
            st.binary(max_size=10) | st.sampled_from([b"<", b'"', b"[", b"}", b" . "])
        )
    reading = read(bytes(mutated))
    assert reading.works or reading.people or reading.problems


@pytest.mark.parametrize("text", ['{"@context": "https://doi.org/10.5063/schema/codemeta-2.0", "@type": "SoftwareSourceCode"}', "[1]"])  # fmt: skip  # noqa: E501
def test_other_json_is_not_claimed(text: str) -> None:
    found = recognise(text)
    assert not found or found[0].name != "rdf"


def test_the_word_codemeta_costs_no_file_of_another_format() -> None:
    paper = (
        '{"@context": "https://schema.org", "@type": "ScholarlyArticle", "keywords": "codemeta, software", "name": "A"}'
    )
    inline = '{"@context": {"@vocab": "https://schema.org/", "codemeta": "https://codemeta.github.io/terms/"}, "@type": "SoftwareSourceCode", "name": "A", "author": {"givenName": "Ann", "familyName": "Lee"}}'  # noqa: E501
    for text, layout in ((paper, "rdf"), (inline, "codemeta"), (CRATE, "rdf")):
        reading = read(text, layout="")
        assert reading.source.layout == layout
        assert (len(reading.works), reading.problems) == (1, ())


def test_of_an_ro_crate_the_data_set_is_the_work_and_neither_its_description_nor_its_licence() -> None:
    work = one(CRATE)
    assert (work.title, authors(work)) == ("Whale songs", [(1, "Ann Lee")])
    assert work.licenses == ("https://creativecommons.org/licenses/by/4.0/",)
    inner = '{"@id": "inner/", "@type": "Dataset", "name": "Inner", "author": {"@id": "#ann"}, "about": "whales", '
    inner += '"conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}}, '
    nested = read(CRATE.replace('{"@id": "codemeta.json", "@type"', inner + '{"@id": "codemeta.json", "@type"'))
    assert [work.title for work in nested.works] == ["Whale songs", "Inner"]


def test_a_licence_is_known_by_its_address_or_its_name() -> None:
    for licence, known in (
        ('{"@type": "CreativeWork", "url": "https://a.example/by"}', ("https://a.example/by",)),
        ('{"@id": "#by", "@type": "CreativeWork", "name": "CC  BY"}', ("CC BY",)),
        ('["CC BY", {"@type": "CreativeWork", "text": "do what you like"}]', ("CC BY",)),
    ):
        reading = read(PAPER + f'"author": "Ann Lee", "license": {licence}}}')
        assert [work.licenses for work in reading.works] == [known]
        assert [p.cause for p in reading.problems] == ["the licence has neither address nor name"] * ("text" in licence)


def test_identifiers_are_known_by_their_form_or_kept_as_printed() -> None:
    work = one(
        PAPER + '"author": {"name": "Ann Lee", "identifier": "0000-0002-1825-0097"}, '
        '"identifier": ["urn:isbn:9783161484100", "PMC1234567", '
        '{"@type": "PropertyValue", "name": "PMID", "value": "25883348"}, '
        '"swh:1:dir:247168dd727c19cef2ce885476d3e4102d2ca7de", "ascl:2103.012", '
        '{"@type": "PropertyValue", "propertyID": "RRID", "value": "SCR_1"}]}'
    )  # fmt: skip
    assert work.byline and [m.orcid for m in work.byline.mentions] == ["https://orcid.org/0000-0002-1825-0097"]
    assert work.identifiers == (
        "urn:isbn:9783161484100",
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234567",
        "https://pubmed.ncbi.nlm.nih.gov/25883348",
        "swh:1:dir:247168dd727c19cef2ce885476d3e4102d2ca7de",
    )
    assert work.related == (
        Related("same-as", printed="ascl:2103.012"),
        Related("same-as", printed="SCR_1", relation="RRID"),
    )


@pytest.mark.parametrize("at", ['"@id": "https://e/p", ', ""])
def test_an_identifier_of_somebody_without_a_known_address_is_noted_once(at: str) -> None:
    value = '{"@type": "PropertyValue", "propertyID": "Staff Number", "value": "S-1"}'
    reading = read(
        PAPER + f'"author": {{{at}"@type": "Person", "name": "Ann Lee", "identifier": [{value}, "staff-7"]}}}}'
    )
    causes = [p.cause.removeprefix("an identifier that has no known address was left out: ") for p in reading.problems]
    assert causes == ["Staff Number S-1", "staff-7"]


def test_a_cited_work_is_known_by_whatever_identifies_it() -> None:
    reading = read(
        PAPER + '"author": "Ann Lee", "citation": [{"@type": "Article", "identifier": "https://doi.org/10.1234/one"}, '
        '{"name": "Two", "sameAs": "https://doi.org/10.1234/two"}, {"@type": "Article", "identifier": "hal-3"}, '
        '{"name": "Four", "url": "https://doi.org/10.1234/four"}, '
        '{"@type": "Article", "text": "nothing"}]}'
    )
    [work] = reading.works
    assert work.related == (
        Related("cites", "https://doi.org/10.1234/one"),
        Related("cites", "https://doi.org/10.1234/two", "Two"),
        Related("cites", printed="hal-3"),
        Related("cites", "https://doi.org/10.1234/four", "Four"),
    )
    assert [(p.place.field, p.cause) for p in reading.problems] == [
        ("schema:citation", "what it leads to has neither title nor identifier")
    ]


def test_the_funder_of_a_grant_may_be_a_text() -> None:
    work = one(
        PAPER + '"author": "Ann Lee", "funding": {"@type": "Grant", "identifier": "R-7", "funder": "River Fund"}}'
    )
    assert work.funding == (Funding("River Fund", award="R-7"),)


def test_an_empty_graph_has_no_folder_on_disk() -> None:
    with Graph() as graph:
        graph.finish()
        assert graph.records == {}


def test_a_second_value_where_a_record_has_room_for_one_is_noted() -> None:
    text = """@prefix schema: <https://schema.org/> .
<http://x.example/1> a schema:ScholarlyArticle ; schema:name "Rivers", "Streams" ; schema:inLanguage "en", "de" ;
  schema:abstract "We cross." ; schema:description "A paper." ; schema:publisher "One", "Two" ; schema:version "1" ;
  schema:datePublished "2020", "2020-05", "2021" ; schema:dateCreated "2019" ; schema:volumeNumber "7", 7 .
"""
    [reading] = read_one(InputFile("x.ttl", text.encode()))
    [work] = reading.works
    assert {work.title, *work.alternative_titles} == {"Rivers", "Streams"} and set(work.languages) == {"en", "de"}
    assert work.date and work.date.iso() == "2020-05"
    assert [(p.place.field, p.kind) for p in reading.problems] == [
        ("schema:datePublished", "note"),
        ("schema:description", "note"),
        ("schema:publisher", "note"),
    ]
    assert reading.problems[0].cause == "2020-05 stands there too, and 2021 was left out"

"""The envelopes, versions and spellings in which JSON records come: all give the same records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.model.dates import PartialDate
from kg.model.records import Mention, SourceReading, WorkRecord
from kg.sources import InputFile, pieces, read_one

FILES = Path(__file__).parent / "files"


def sample(name: str) -> Any:
    return json.loads((FILES / f"{name}.json").read_bytes())


def read(document: Any, name: str = "x.json") -> SourceReading:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    [reading] = read_one(InputFile(name, data))
    return reading


def lines(documents: list[Any]) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


def told(reading: SourceReading) -> tuple[list[Any], list[Any], int]:
    """Return what the records of a reading say, without where they stand."""
    works = [(w.title, w.abstract, w.date, w.byline, w.identifiers, w.related, w.funding) for w in reading.works]
    people = [(p.name, p.names, p.identifiers, p.affiliations) for p in reading.people]
    return works, people, sum(p.kind == "quarantined" for p in reading.problems)


CROSSREF = sample("crossref-json")["message"]["items"]
DATACITE = sample("datacite-json")
OPENALEX = sample("openalex")["results"]
INVENIO = sample("inveniordm-json")["hits"]["hits"]
SCHOLAR = sample("semantic-scholar")["data"]


@pytest.mark.parametrize(
    ("records", "envelopes"),
    [
        (
            CROSSREF,
            {
                "page": lambda r: {"message-type": "work-list", "message": {"items": r, "total-results": len(r)}},
                "items": lambda r: {"items": r},
                "array": lambda r: r,
                "lines": lines,
                "lines of answers": lambda r: lines(
                    [{"status": "ok", "message-type": "work", "message": work} for work in r]
                ),
                "array of pages": lambda r: [
                    {"message-type": "work-list", "message": {"items": part}} for part in (r[:2], r[:0], r[2:])
                ],
                "lines of pages": lambda r: lines(
                    [{"message-type": "work-list", "message": {"items": part}} for part in (r[:2], r[2:])]
                ),
            },
        ),
        (
            DATACITE,
            {
                "array": lambda r: r,
                "page": lambda r: {
                    "data": [{"id": w.get("id"), "type": "dois", "attributes": w} for w in r],
                    "meta": {},
                },
                "lines": lambda r: lines([{"id": w.get("id"), "type": "dois", "attributes": w} for w in r]),
                "array of pages": lambda r: [
                    {"data": [{"id": w.get("id"), "type": "dois", "attributes": w}], "meta": {}} for w in r
                ],
                "lines of answers": lambda r: lines(
                    [{"data": {"type": "dois", "attributes": w, "id": w.get("id", "")}} for w in r]
                ),
            },
        ),
        (
            OPENALEX,
            {
                "page": lambda r: {"meta": {}, "results": r},
                "lines": lines,
                "array": lambda r: r,
                "array of pages": lambda r: [{"meta": {}, "results": r[:2]}, {"meta": {}, "results": r[2:]}],
            },
        ),
        (
            INVENIO,
            {
                "hits": lambda r: {"hits": {"hits": r}},
                "array": lambda r: r,
                "lines": lines,
                "array of pages": lambda r: [{"hits": {"hits": r[:2]}}, {"hits": {"hits": r[2:]}}],
            },
        ),
        (
            SCHOLAR,
            {
                "page": lambda r: {"data": r},
                "batch": lambda r: r,
                "lines": lines,
                "array of pages": lambda r: [{"total": 9, "data": r[:2]}, {"total": 9, "data": r[2:]}],
            },
        ),
    ],
    ids=["crossref", "datacite", "openalex", "inveniordm", "semantic scholar"],
)
def test_envelopes(records: list[Any], envelopes: dict[str, Callable[[list[Any]], Any]]) -> None:
    # Relationships stand beside the attributes; they are compared by the golden file.
    plain = [{k: v for k, v in record.items() if k != "relationships"} for record in records]
    readings = {name: told(read(envelope(plain))) for name, envelope in envelopes.items()}
    first = next(iter(readings.values()))
    assert first[0] or first[1]
    for name, reading in readings.items():
        assert reading == first, name


@pytest.mark.parametrize(
    ("record", "envelope"),
    [
        (CROSSREF[0], lambda r: {"status": "ok", "message-type": "work", "message": r}),
        (CROSSREF[0], lambda r: r),
        (OPENALEX[0], lambda r: r),
        (INVENIO[1], lambda r: r),
        (SCHOLAR[0], lambda r: r),
        (DATACITE[0], lambda r: {"data": {"id": r["doi"], "type": "dois", "attributes": r}, "included": [{"id": "x"}]}),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_single_records(record: Any, envelope: Callable[[Any], Any], indent: int | None) -> None:
    reading = read(json.dumps(envelope(record), indent=indent).encode())
    [work] = reading.works
    assert work.title and work.byline and work.place.item == ""
    assert not [problem for problem in reading.problems if problem.kind == "quarantined"]


def test_a_work_as_a_doi_resolver_answers() -> None:
    work = {**CROSSREF[0], "title": "A text, not a list", "container-title": "J. Text", "subtitle": []}
    [found] = read(work).works
    assert (found.title, found.venue) == ("A text, not a list", "J. Text")


def work_of(reading: SourceReading) -> WorkRecord:
    [work] = reading.works
    return work


def test_data_sets_of_semantic_scholar_have_names_in_small_letters() -> None:
    paper = {
        "corpusid": 7, "externalids": {"DOI": "10.5555/small", "MAG": None}, "title": "Small", "year": 1997,
        "authors": [{"authorId": "1", "name": "A. Small"}], "s2fieldsofstudy": [{"category": "Art"}],
        "publicationdate": "1997-05-01", "citationcount": 3, "publicationtypes": ["Review"],
    }  # fmt: skip
    work = work_of(read(lines([paper])))
    assert work.identifiers == ("https://api.semanticscholar.org/CorpusID:7", "https://doi.org/10.5555/small")
    assert work.date == PartialDate(1997, 5, 1) and work.genre == "review" and work.observed[0].value == 3
    assert work.byline and work.byline.mentions[0].identifiers == ("https://www.semanticscholar.org/author/1",)
    [person] = read(lines([{"authorid": "1", "name": "A. Small", "hindex": 3, "papercount": 1}])).people
    assert person.identifiers == ("https://www.semanticscholar.org/author/1",) and len(person.observed) == 2
    cited = {"contexts": [], "intents": [], "citedPaper": {"paperId": "0" * 40, "externalIds": {}, "title": "Cited"}}
    assert work_of(read({"offset": 0, "data": [cited]})).title == "Cited"


ORCID = sample("orcid-json")


def test_a_cut_list_of_authors_in_openalex_is_incomplete() -> None:
    work = {k: v for k, v in OPENALEX[0].items() if k != "authorships"}
    authors = [{"author": {"display_name": "B. P. Abbott"}, "raw_author_name": "B. P. Abbott"}]
    for cut in (True, False):
        byline = work_of(read({**work, "authorships": authors, "is_authors_truncated": cut})).byline
        assert byline and byline.complete is not cut


def test_character_names_in_names_of_openalex_are_resolved() -> None:
    authorship = {
        "author": {"display_name": "Se&aacute;n O'Brien"}, "raw_author_name": "Se&#225;n O&amp;#8217;Brien",
        "raw_affiliation_strings": ["Trinity &amp; Co"],
        "institutions": [{"display_name": "Trinity &amp; Co", "ror": "https://ror.org/013meh722"}],
    }  # fmt: skip
    reading = read({**OPENALEX[0], "authorships": [authorship], "funders": []})
    byline = work_of(reading).byline
    assert byline and byline.mentions[0].name == "Seán O’Brien"
    assert byline.mentions[0].variants == ("Seán O'Brien",)
    assert byline.mentions[0].affiliations == ("Trinity & Co",)
    assert reading.organizations == (("Trinity & Co", "https://ror.org/013meh722"),)


def test_character_names_in_names_of_repositories_and_reference_managers_are_resolved() -> None:
    creator = {"name": "O&#39;Brien, Pat", "affiliation": "Smith &amp; Sons"}
    zenodo = {
        "title": "T",
        "creators": [creator],
        "resource_type": {"type": "software"},
        "journal": {"title": "A &amp; B"},
    }
    author = {
        "authorId": "1",
        "name": "Pat O&#39;Brien",
        "affiliations": ["Smith &amp; Sons"],
        "aliases": ["P. O&#39;Brien"],
    }
    scholar = {**SCHOLAR[0], "authors": [author], "venue": "A &amp; B", "journal": None, "publicationVenue": None}
    csl = {
        "id": "1", "type": "article-journal", "title": "T", "container-title": "A &amp; B", "publisher": "C &amp; D",
        "author": [{"given": "Pat", "family": "O&#39;Brien", "affiliation": [{"name": "Smith &amp; Sons"}]}],
    }  # fmt: skip
    works = [work_of(read(d)) for d in ({"conceptrecid": "0", "metadata": zenodo}, scholar, [csl])]
    for work in works:
        assert work.byline and [m.name for m in work.byline.mentions] == ["Pat O'Brien"]
        assert work.byline.mentions[0].affiliations == ("Smith & Sons",)
        assert work.venue == "A & B"
    assert [work.publisher for work in works] == ["", "", "C & D"]
    [person] = read(lines([{**author, "hIndex": 3, "paperCount": 1}])).people
    assert (person.name, person.names, person.affiliations) == ("Pat O'Brien", ("P. O'Brien",), ("Smith & Sons",))


def test_further_types_of_a_paper_are_subjects() -> None:
    kinds = ["Review", "JournalArticle", "CaseReport", "Review"]
    work = work_of(read({**SCHOLAR[0], "publicationTypes": kinds, "fieldsOfStudy": [], "s2FieldsOfStudy": []}))
    assert (work.genre, [s.name for s in work.subjects]) == ("journal article", ["Review", "CaseReport"])
    assert work_of(read({**SCHOLAR[0], "publicationTypes": ["Review"]})).genre == "review"


def test_null_in_a_batch_of_papers_is_a_note() -> None:
    reading = read([SCHOLAR[0], None])
    assert len(reading.works) == 1
    [problem] = [p for p in reading.problems if p.place.item == "/1"]
    assert (problem.kind, problem.cause) == ("note", "Semantic Scholar found nothing for an id")


def test_an_issn_given_to_an_article_in_a_repository_is_that_of_its_venue() -> None:
    metadata = {
        "title": "T", "access_right": "open", "resource_type": {"type": "publication", "subtype": "article"},
        "alternate_identifiers": [{"identifier": "1234-5679", "scheme": "issn"}, {"identifier": "7", "scheme": "pmid"}],
    }  # fmt: skip
    own = ("https://doi.org/10.5281/zenodo.1", "https://pubmed.ncbi.nlm.nih.gov/7")
    alone = work_of(read({"conceptrecid": "0", "doi": "10.5281/zenodo.1", "metadata": metadata}))
    assert (alone.identifiers, alone.venue_identifiers) == (own, ())
    assert [(r.kind, r.printed) for r in alone.related] == [("part-of", "ISSN 1234-5679")]
    metadata["journal"] = {"title": "Toy Letters"}
    named = work_of(read({"conceptrecid": "0", "doi": "10.5281/zenodo.1", "metadata": metadata}))
    assert (named.identifiers, named.venue_identifiers, named.related) == (own, ("ISSN 1234-5679",), ())


def test_orcid_bulk_search_and_parts() -> None:
    whole = ORCID[1]["work"]
    bulk = read({"bulk": [{"work": whole}, {"error": {"response-code": 404}}]})
    assert [w.title for w in bulk.works] == ["A whole work"]
    assert [p.kind for p in bulk.problems if p.place.item == "/bulk/1"] == ["quarantined"]
    assert work_of(read(whole)).title == "A whole work"
    found = read({"expanded-result": ORCID[3:5], "num-found": 2})
    assert [p.name for p in found.people] == ["Ian Searched", "Ian D. Searched"]
    person = {**ORCID[0]["person"]}
    [alone] = read(person).people
    assert alone.name == "Josiah Carberry" and alone.identifiers[0] == "https://orcid.org/0000-0002-1825-0097"
    section = read(ORCID[0]["activities-summary"]["works"])
    assert section.works[0].title.startswith("Toward") and section.works[0].byline is None
    employments = read(ORCID[0]["activities-summary"]["employments"] | {"path": "/0000-0002-1825-0097/employments"})
    assert [p.kind for p in employments.problems] == ["quarantined"]


def names(work: WorkRecord) -> list[tuple[str, int | None, str | None]]:
    mentions: tuple[Mention, ...] = work.byline.mentions if work.byline else ()
    return [(m.name, m.position, m.orcid) for m in mentions]


def test_the_owner_of_an_orcid_record_is_an_author_of_its_works() -> None:
    titles = {w.title: w for w in read(ORCID).works}
    unknown = titles["Toward a Unified Theory of High-Energy Metaphysics"]
    assert names(unknown) == [("Josiah Carberry", None, "https://orcid.org/0000-0002-1825-0097")]
    assert unknown.byline and not unknown.byline.complete
    among = titles["Among the authors"]
    assert names(among) == [("A. Nother", 1, None), ("L. Haak", 2, "0000-0001-5109-3700")]
    assert among.byline and among.byline.complete
    other = titles["Not among the authors"]
    assert names(other) == [("A. Nother", 1, None), ("Laure Haak", None, "0000-0001-5109-3700")]
    assert other.byline and not other.byline.complete


def test_codemeta_with_prefixes_values_and_graphs() -> None:
    software = {
        "@context": "https://w3id.org/codemeta/3.0", "type": "SoftwareSourceCode", "id": "https://doi.org/10.5555/3",
        "schema:name": {"@value": "Third"}, "http://schema.org/author": {"@list": [
            {"type": "Person", "id": "_:a1", "givenName": "Ana", "familyName": "Flores"},
            {"type": "Role", "schema:author": {"id": "_:a1"}, "roleName": "Maintainer"},
        ]},
    }  # fmt: skip
    work = work_of(read(software))
    assert (work.title, work.identifiers) == ("Third", ("https://doi.org/10.5555/3",))
    assert names(work) == [("Ana Flores", 1, None)]
    assert [(m.name, m.role) for m in work.contributors] == [("Ana Flores", "Maintainer")]
    graph = {"@context": "https://w3id.org/codemeta/3.0", "@graph": [software, software]}
    assert [w.place.item for w in read(graph).works] == ["/@graph/0", "/@graph/1"]


@pytest.mark.parametrize("held", ["@list", "@set", "@value"])
@pytest.mark.parametrize("value", [["Third"], "Third", [{"name": "Third"}], 3, None])
def test_a_description_that_is_an_object_for_something_else_is_reported(held: str, value: Any) -> None:
    odd = {"@context": "https://w3id.org/codemeta/3.0", "@type": "SoftwareSourceCode", "name": "Odd", held: value}
    reading = read({"@context": odd["@context"], "@graph": [odd, {**odd, held: {"name": "Third"}}]})
    assert [work.title for work in reading.works] == ["Third"]
    [problem] = reading.problems
    assert (problem.kind, problem.cause) == ("quarantined", "the record is not an object")


@pytest.mark.parametrize(
    ("layout", "record", "inside"),
    [
        ("openalex", OPENALEX[0], b"transformers"),
        ("crossref-json", CROSSREF[0], b"Growth"),
        ("datacite-json", DATACITE[0], b"What was"),
        ("orcid-json", ORCID[1], b"whole"),
        ("csl-json", sample("csl-json")[0], b"Pots"),
    ],
)
def test_damaged_lines_cost_themselves_only(layout: str, record: Any, inside: bytes) -> None:
    good = json.dumps(record).encode()
    broken = [good[:-20], good.replace(inside, b"\xff" + inside, 1), b"{" * 5000, b"null", good.replace(b'"', b"'")]
    reading = read(b"\n".join([good, *broken, good]) + b"\n")
    assert reading.source.layout == layout
    quarantined = [p for p in reading.problems if p.kind == "quarantined"]
    assert len(reading.works) == 2 and len(quarantined) == len(broken)
    assert [p.place.line for p in quarantined] == [2, 3, 4, 5, 6]
    assert [p.raw.rstrip(b"\n") for p in quarantined] == broken


def test_a_line_beyond_any_use_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LINE_LIMIT", 100_000)
    good = json.dumps(OPENALEX[0]).encode()
    reading = read(b"\n".join([good, good[:-1] + b" " * 350_000 + b"}", good, b'{"id": "' + b"x" * 200_000]))
    assert [work.place.item for work in reading.works] == ["L1", "L3"]
    told = [(p.place.line, p.cause) for p in reading.problems if p.kind == "quarantined"]
    assert told == [(line, "the line has more than 100,000 bytes") for line in (2, 4)]


def test_a_first_record_longer_than_what_is_looked_at_first() -> None:
    long = {**OPENALEX[0], "referenced_works": [f"https://openalex.org/W{i}" for i in range(20_000)]}
    assert len(json.dumps(long)) > 3 << 17
    for data in (lines([long, OPENALEX[0]]), json.dumps({"results": [long, OPENALEX[0]]}).encode()):
        assert [len(work.related) for work in read(data).works] == [20_000, 2]

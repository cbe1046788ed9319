"""What OpenAlex, Semantic Scholar and arXiv print that is not what it looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.model.records import SourceReading
from kg.sources import InputFile, read_one

OPENALEX = "https://openalex.org/"


def read(data: Any) -> SourceReading:
    text = data if isinstance(data, str) else json.dumps(data)
    [reading] = read_one(InputFile("in", text.encode()))
    return reading


def openalex(*names: str, author: str = "A1", **fields: Any) -> SourceReading:
    authorships = [
        {
            "author": {"id": OPENALEX + author, "display_name": name},
            "raw_author_name": name,
            "author_position": "middle",
        }
        for name in names
    ]
    work = {"id": OPENALEX + "W1", "display_name": "Tides", "publication_year": 2020, "authorships": authorships}
    return read(work | fields)


def arxiv(comment: str = "", summary: str = "", names: tuple[str, ...] = ("Ann Lee",)) -> SourceReading:
    authors = "".join(f"<author><name>{name}</name></author>" for name in names)
    return read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><entry>'
        "<id>http://arxiv.org/abs/2002.11803v2</id><title>Tides</title><published>2020-02-27T00:00:00Z</published>"
        f"{authors}<summary>{summary}</summary><arxiv:comment>{comment}</arxiv:comment></entry></feed>"
    )


@pytest.mark.parametrize("author", ["A9999999999", "A5317838346"])
def test_the_ids_of_nobody_in_openalex_identify_nobody(author: str) -> None:
    byline = openalex("Ann Lee", "Bo Li", author=author).works[0].byline
    assert byline and [mention.identifiers for mention in byline.mentions] == [(), ()]


@pytest.mark.parametrize(
    ("printed", "name", "given"),
    [
        ("Smith, John", "John Smith", "John"),
        ("Smith, J. A.", "J. A. Smith", "J. A."),
        ("John Smith, MD", "John Smith, MD", ""),
        ("Robert Brown, M.D., Ph.D.", "Robert Brown, M.D., Ph.D.", ""),
        ("University of California, Berkeley", "University of California, Berkeley", ""),
        (",LAGEP, Université de Lyon, Lyon, F-69003", ",LAGEP, Université de Lyon, Lyon, F-69003", ""),
    ],
)
def test_what_stands_behind_a_comma_is_not_always_a_given_name(printed: str, name: str, given: str) -> None:
    byline = openalex(printed).works[0].byline
    assert byline and (byline.mentions[0].name, byline.mentions[0].given) == (name, given)


def test_authors_of_openalex_that_are_cut_are_not_all() -> None:
    names = [f"Ann B{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(100)]
    cases: list[tuple[list[str], dict[str, Any], bool]] = [
        (names[:2], {}, True),
        (names[:2], {"authors_count": 2}, True),
        (names[:2], {"authors_count": 2900}, False),
        (names[:99], {}, True),
        (names, {}, False),
    ]
    for names_there, fields, complete in cases:
        byline = openalex(*names_there, **fields).works[0].byline
        assert byline and byline.complete is complete, fields


def test_what_openalex_removed_is_cited_by_nobody() -> None:
    [work] = openalex(referenced_works=[OPENALEX + "W4285719527", OPENALEX + "W2"]).works
    assert [other.iri for other in work.related] == [OPENALEX + "W2"]


def test_the_doi_of_a_funder_is_read() -> None:
    doi = "https://doi.org/10.13039/100000001"
    fields = {"display_name": "NSF", "works_count": 1, "cited_by_count": 2, "ids": {"doi": doi}}
    assert doi in read({"id": OPENALEX + "F1"} | fields).people[0].identifiers


PAPER = {"paperId": "649def34f8be52c8b66281af98ae884c09aef38b", "corpusId": 2314124, "title": "Tides"}


def test_recommendations_of_semantic_scholar_are_papers() -> None:
    [work] = read({"recommendedPapers": [PAPER | {"publicationTypes": ["LettersAndComments"]}]}).works
    assert (work.title, work.genre) == ("Tides", "letters and comments")


@pytest.mark.parametrize("count", [499, 500])
def test_as_many_authors_as_semantic_scholar_gives_at_most_are_not_all(count: int) -> None:
    authors = [{"authorId": str(n), "name": f"Ann B{chr(97 + n % 26)}{chr(97 + n // 26)}"} for n in range(count)]
    byline = read(PAPER | {"authors": authors}).works[0].byline
    assert byline and byline.complete is (count < 500)


@pytest.mark.parametrize(
    ("comment", "withdrawn"),
    [
        ("This paper has been withdrawn by the author", True),
        ("Withdrawn due to an error in Lemma 2", True),
        ("The submission was withdrawn by arXiv administrators", True),
        ("10 pages. Supersedes arXiv:0901.1234, which has been withdrawn", False),
        ("v2: Section 3 of v1 withdrawn; all other results unchanged", False),
        ("Quantum money withdrawn from a bank; 12 pages", False),
    ],
)
def test_a_comment_of_arxiv_says_what_is_withdrawn(comment: str, withdrawn: bool) -> None:
    assert bool(arxiv(comment).works[0].retracted) is withdrawn


def test_a_withdrawal_may_stand_in_the_abstract() -> None:
    said = "This paper has been withdrawn by the author due to a crucial error."
    assert arxiv(summary=said).works[0].retracted == said
    assert not arxiv(summary="We study banks. This version of money is often withdrawn.").works[0].retracted


def test_signs_and_et_al_among_authors_of_arxiv_are_nobody() -> None:
    reading = arxiv(names=("Planck Collaboration", ":", "P. Ade", "et al."))
    byline = reading.works[0].byline
    assert byline and [(m.name, m.position) for m in byline.mentions] == [("Planck Collaboration", 1), ("P. Ade", 2)]
    assert not byline.complete and len(reading.problems) == 1


@pytest.mark.parametrize(
    ("answer", "layout", "titles"),
    [
        ({"results": [{"id": OPENALEX + "W1", "doi": None, "title": "Tides"}]}, "openalex", ["Tides"]),
        ({"id": OPENALEX + "W1", "title": "Tides"}, "openalex", ["Tides"]),
        ({"paperId": "ab" * 20, "title": "Tides"}, "semantic-scholar", ["Tides"]),
        ({"data": [{"citedPaper": {"paperId": "ab" * 20, "title": "Tides"}}]}, "semantic-scholar", ["Tides"]),
        ({"authorId": "1741101", "name": "Ann Lee"}, "semantic-scholar", []),
    ],
)  # fmt: skip
def test_answers_with_few_fields_are_recognised(answer: Any, layout: str, titles: list[str]) -> None:
    reading = read(answer)
    assert reading.source.layout == layout and not reading.problems
    assert [work.title for work in reading.works] == titles
    assert len(reading.works) + len(reading.people) == 1


def test_an_award_under_its_newer_and_its_older_name_is_one() -> None:
    funder = OPENALEX + "F1"
    award = {"funder_id": funder, "funder_display_name": "Fund", "funder_award_id": "A-1", "display_name": "On tides"}
    grant = {"funder": funder, "funder_display_name": "Fund", "award_id": "A-1"}
    nothing = {"funder": None, "funder_display_name": None, "award_id": None}
    [work] = openalex("Ann Lee", awards=[award], grants=[grant, grant | {"award_id": "A-2"}, nothing]).works
    assert [(f.funder, f.award, f.award_title) for f in work.funding] == [
        ("Fund", "A-1", "On tides"),
        ("Fund", "A-2", ""),
    ]

"""Crossref's JSON: what publishers deposit in other forms than the API's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.model.records import SourceReading
from kg.sources import InputFile, read_one


def read(**fields: Any) -> SourceReading:
    """Read a work with the given fields beside its DOI, title and type."""
    work = {"DOI": "10.5555/1", "title": ["T"], "type": "journal-article", **fields}
    answer = {"status": "ok", "message-type": "work", "message": work}
    [reading] = read_one(InputFile("x.json", json.dumps(answer).encode(), layout="crossref-json"))
    return reading


def test_character_names_in_names_and_affiliations_are_resolved() -> None:
    place = {"name": "Trinity &amp;amp; Co", "id": [{"id": "https://ror.org/013meh722", "id-type": "ROR"}]}
    people = [
        {"given": "Se&#225;n", "family": "O&#8217;Brien", "affiliation": [place]},
        {"name": "The B &amp; C Group"},
    ]
    reading = read(author=people, funder=[{"name": "Women&apos;s Fund"}])
    [work] = reading.works
    assert work.byline and [m.name for m in work.byline.mentions] == ["Seán O’Brien", "The B & C Group"]
    assert (work.byline.mentions[0].given, work.byline.mentions[0].family) == ("Seán", "O’Brien")
    assert work.byline.mentions[0].affiliations == ("Trinity & Co",)
    assert reading.organizations == (("Trinity & Co", "https://ror.org/013meh722"),)
    assert [f.funder for f in work.funding] == ["Women's Fund"]


def test_references_are_read_without_markup() -> None:
    doi = "10.1175/1520-0469(1979)036&lt;0099:TRITAS&gt;2.0.CO;2"
    [work] = read(reference=[{"unstructured": "Smith J. <i>Nature</i> &amp; Science.", "DOI": doi}]).works
    assert [(r.printed, r.iri) for r in work.related] == [
        ("Smith J. Nature & Science.", "https://doi.org/10.1175/1520-0469(1979)036%3C0099:tritas%3E2.0.co;2")
    ]


@pytest.mark.parametrize(
    ("reference", "printed"),
    [
        ({"standards-body": "ISO", "standard-designator": "ISO 9001"}, "ISO, ISO 9001"),
        ({"ISBN": "http://id.crossref.org/isbn/9780262035613"}, "ISBN 9780262035613"),
        ({"journal-title": "J", "component": "S1", "ISSN": "12345678"}, "J, S1, ISSN 1234-5678"),
        ({"DOI": "10.5555/2", "ISSN": "12345678"}, "10.5555/2"),
        ({"key": "r6"}, None),
    ],
)
def test_a_reference_keeps_what_it_prints(reference: dict[str, str], printed: str | None) -> None:
    [work] = read(reference=[reference]).works
    assert [r.printed for r in work.related] == ([] if printed is None else [printed])


def test_issn_and_isbn_are_read_of_their_addresses() -> None:
    [work] = read(
        ISSN="http://id.crossref.org/issn/12345679", ISBN=["https://id.crossref.org/isbn/9780262035613"]
    ).works
    assert work.venue_identifiers == ("ISSN 1234-5679", "ISBN 9780262035613")


def test_all_projects_of_a_grant_are_read() -> None:
    def project(title: str, family: str) -> dict[str, Any]:
        return {
            "project-title": [{"title": title}],
            "project-description": [{"description": f"{title}."}],
            "lead-investigator": [{"given": "Ann", "family": family}],
            "funding": [{"funder": {"name": f"Fund of {family}"}}],
        }

    late = {**project("Second", "Blot"), "award-start": {"date-parts": [[2021, 5]]}}
    [grant] = read(title=[], type="grant", award="7", project=[project("First", "Quill"), late]).works
    assert (grant.title, grant.alternative_titles, grant.abstract) == ("First", ("Second",), "First. Second.")
    assert [m.name for m in grant.contributors] == ["Ann Quill", "Ann Blot"]
    assert [(f.funder, f.award) for f in grant.funding] == [("Fund of Quill", "7"), ("Fund of Blot", "7")]
    assert grant.date and grant.date.iso() == "2021-05"

"""Crossref's JSON: what publishers deposit in other forms than the API's own."""

from __future__ import annotations

import json
from typing import Any

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

"""The table "attribute to RDF" against the mapping: each attribute is filled and mapped, its properties compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kg.identity.ledger import Ledger
from kg.identity.resolve import resolve
from kg.model.dates import PartialDate
from kg.model.records import (
    Byline,
    Funding,
    Mention,
    Observed,
    Place,
    ProfileRecord,
    Related,
    Source,
    SourceReading,
    Subject,
    WorkRecord,
)
from kg.rdf import vocab
from kg.rdf.field_map import ATTRIBUTES
from kg.rdf.fragments import fragments
from kg.rdf.iris import Iris
from kg.rdf.lines import lines_of, read_line
from kg.sources import FORMATS

PLACE = Place("x.json", 1, item="/0")
ADA = Mention("Ada Quill", 1)
WORK = WorkRecord(PLACE, "", title="Rivers", byline=Byline((ADA,)))
PERSON = ProfileRecord(Place("x.json", 9, item="/9"), "", "Ben Oster")
IRI = "https://a.example/thing"
SEEN = Observed("citationCount", 3, "3 citations", 1)
# What every node has, and what comes with a node that an attribute makes.
STRUCTURE = {
    "rdf:type", "prov:wasDerivedFrom", "schema:name", "foaf:name", "kg:line", "kg:lastLine", "kg:item", "kg:refersTo",
    "schema:isPartOf", "kg:inRecord", "schema:about", "foaf:made", "kg:agent", "kg:nameAsPrinted", "schema:position",
    "schema:author", "foaf:maker", "kg:authorship", "kg:authorListComplete", "kg:joins", "kg:rule", "kg:weight",
    "rdfs:comment", "kg:keywordAsPrinted", "skos:prefLabel", "skos:notation", "skos:inScheme", "skos:broader",
}  # fmt: skip


def signed(**more: Any) -> WorkRecord:
    return replace(WORK, byline=Byline((replace(ADA, **more),)))


def helped(**more: Any) -> WorkRecord:
    return replace(WORK, contributors=(Mention("Chi Lazarz", role="translator", **more),))


FILLED: dict[str, tuple[Any, ...]] = {
    "title": (WORK,),
    "alternative_titles": (replace(WORK, alternative_titles=("Flows",)),),
    "abstract": (replace(WORK, abstract="Ink flows downhill."),),
    "date": (replace(WORK, date=PartialDate(2021, 3)),),
    "genre": (replace(WORK, genre="preprint"),),
    "awards": (replace(WORK, awards=("Best paper",)),),
    "byline": (WORK,),
    "byline.complete": (replace(WORK, byline=Byline((ADA,), complete=False)),),
    "byline.mentions": (WORK,),
    "byline.mentions.name": (WORK,),
    "byline.mentions.given": (signed(given="Ada", family="Quill"),),
    "byline.mentions.family": (signed(given="Ada", family="Quill"),),
    "byline.mentions.position": (WORK,),
    "byline.mentions.kind": (signed(kind="group"),),
    "byline.mentions.affiliations": (signed(affiliations=("Delta University",)),),
    "byline.mentions.orcid": (signed(orcid="0000-0002-1825-0097"),),
    "byline.mentions.identifiers": (signed(identifiers=(IRI,)),),
    "byline.mentions.variants": (signed(variants=("A. Quill",)),),
    "contributors": (helped(),),
    "contributors.role": (helped(),),
    "contributors.identifiers": (helped(identifiers=(IRI,)),),
    "citation_key": (replace(WORK, citation_key="quill2021"),),
    "code_badge": (replace(WORK, code_badge=True),),
    "event": (replace(WORK, event="InkConf"),),
    "funding": (replace(WORK, funding=(Funding(award="1"),)),),
    "funding.award": (replace(WORK, funding=(Funding(award="1"),)),),
    "funding.award_title": (replace(WORK, funding=(Funding(award_title="On ink"),)),),
    "funding.award_url": (replace(WORK, funding=(Funding(award="1", award_url=IRI),)),),
    "funding.funder": (replace(WORK, funding=(Funding("Ink Fund"),)),),
    "funding.funder_iri": (replace(WORK, funding=(Funding("Ink Fund", "https://doi.org/10.13039/1"),)),),
    "identifiers": (replace(WORK, identifiers=("https://doi.org/10.1234/x",)),),
    "issue": (replace(WORK, issue="2"),),
    "languages": (replace(WORK, languages=("en",)),),
    "licenses": (replace(WORK, licenses=("https://creativecommons.org/licenses/by/4.0/", "free")),),
    "notes": (replace(WORK, notes=("12 pages",)),),
    "observed": (replace(WORK, observed=(SEEN,)),),
    "organizations": (replace(WORK, organizations=("delta-uni",)),),
    "pages": (replace(WORK, pages="1-9"),),
    "people.name": (PERSON,),
    "people.names": (replace(PERSON, names=("B. Oster",)),),
    "people.given": (replace(PERSON, given="Ben"),),
    "people.family": (replace(PERSON, family="Oster"),),
    "people.description": (replace(PERSON, description="Sails."),),
    "people.affiliations": (replace(PERSON, affiliations=("Delta University",)),),
    "people.alumni_of": (replace(PERSON, alumni_of=("Delta University",)),),
    "people.identifiers": (replace(PERSON, identifiers=(IRI,)),),
    "people.distinct_from": (replace(PERSON, identifiers=(IRI,), distinct_from=("https://a.example/other",)),),
    "people.identified_only": (replace(PERSON, identified_only=True),),
    "people.observed": (replace(PERSON, observed=(SEEN,)),),
    "people.subjects": (replace(PERSON, subjects=(Subject("Ink"),)),),
    "people.urls": (replace(PERSON, urls=(IRI,)),),
    "publisher": (replace(WORK, publisher="Ink Press"),),
    "related": tuple(
        replace(WORK, related=(Related(kind, iri, printed, "IsRelatedTo"),))
        for kind in ("cites", "version-of", "part-of", "related", "review-of", "translation-of", "same-as")
        for iri, printed in ((IRI, ""), ("", "Another work"))
    ),
    "retracted": (replace(WORK, retracted="retracted"),),
    "subjects": (replace(WORK, subjects=(Subject("Ink", IRI),)),),
    "topics": (replace(WORK, topics=("cs.CL",)),),
    "urls": (replace(WORK, urls=(IRI,)),),
    "venue": (replace(WORK, venue="The Archive"),),
    "venue_identifiers": (
        replace(WORK, venue="The Archive", venue_identifiers=("ISSN 2049-3630", "ISBN 9780306406157", IRI)),
    ),
    "version": (replace(WORK, version="2"),),
    "volume": (replace(WORK, volume="7"),),
}


def predicates(record: WorkRecord | ProfileRecord | None) -> set[str]:
    works = (record,) if isinstance(record, WorkRecord) else ()
    people = (record,) if isinstance(record, ProfileRecord) else ()
    reading = SourceReading(Source("x.json", "ab" * 32, layout="csl-json"), works=works, people=people)
    resolved = resolve([reading], Ledger(), {})
    lines = [line for piece in fragments(resolved, Iris("http://x.example/")) for line in lines_of(piece.make())]
    return {curie(read_line(line)[0][1]) for line in lines}


def curie(term: str) -> str:
    iri = term[1:-1]
    for prefix, namespace in vocab.PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def test_every_attribute_that_a_format_fills_is_in_the_table_and_in_this_test() -> None:
    named = {attribute for format_ in FORMATS for attribute in format_.fields.values()}
    assert named <= set(ATTRIBUTES)
    assert set(FILLED) == set(ATTRIBUTES)


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_an_attribute_becomes_what_the_table_says(attribute: str) -> None:
    declared = {term for _, term in ATTRIBUTES[attribute].terms}
    found: set[str] = set()
    for record in FILLED[attribute]:
        found |= predicates(record)
    assert declared <= found, declared - found
    plain = predicates(PERSON if attribute.startswith("people.") else WORK)
    # A part of a node comes with the node: the number of a venue with the venue, a role with the contribution.
    root = attribute.partition(".")[0].partition("_identifiers")[0]
    beside = {term for name, rdf in ATTRIBUTES.items() if name.partition(".")[0] == root for _, term in rdf.terms}
    assert found - plain <= declared | beside | STRUCTURE, "the table does not know these"

"""Documents of others: the lines that findings are about, two spellings of schema.org, contexts named by address."""

from __future__ import annotations

import io
import json

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from kg.errors import InputError
from kg.quality import Report, validate_data
from kg.quality.foreign import FORMATS
from kg.quality.forms import examples, table
from kg.quality.report import Place
from kg.quality.shapes import read_shapes_text, shipped_shapes

DATA = """@prefix schema: <http://schema.org/> .
@prefix ex: <http://example.org/> .

ex:ann a schema:Person ;
    schema:name "Ann" ;
    schema:age "007"^^<http://www.w3.org/2001/XMLSchema#integer> .
ex:bob
    a schema:Person
    ;
    schema:email "no address" , "b@example.org" .
_:x a schema:Person ; schema:name "Anon" ,
    "Anonymous" .
[] a schema:Person .
ex:list schema:member ex:ann .
"""
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <http://schema.org/> .
@prefix ex: <http://example.org/shapes#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Person a sh:NodeShape ; sh:targetClass schema:Person ;
  sh:property [ sh:path schema:name ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path schema:email ; sh:pattern "@" ; sh:message "an address has an @" ] ;
  sh:property [ sh:path schema:age ; sh:datatype xsd:integer ; sh:maxLength 2 ] ;
  sh:property [ sh:path [ sh:inversePath schema:member ] ; sh:nodeKind sh:BlankNode ] .
"""


def report(data: str | bytes = DATA, **options: str) -> Report:
    given = data.encode() if isinstance(data, str) else data
    return validate_data(given, shapes=read_shapes_text(SHAPES), name="people.ttl", **options)  # type: ignore[arg-type] # words


def lines(found: Report) -> dict[tuple[str, str], list[int]]:
    short = {"MinCount": "min", "MaxCount": "max"}
    return {
        (one.focus.rpartition("/")[2], short.get(one.component[:8], one.path.rpartition("/")[2].rstrip(">"))): [
            place.line for place in one.places
        ]
        for one in found.findings
        if len(one.focus) < 30
    }


def test_findings_name_the_line_of_the_statement_or_of_the_node() -> None:
    assert lines(report()) == {
        ("ann", "age"): [6],
        ("ann", "member"): [14],
        ("bob", "min"): [8],
        ("bob", "email"): [10],
        ("_:x", "max"): [11, 12],
    }
    (email,) = (one for one in report().findings if one.path.endswith("email"))
    assert email.places == (Place("people.ttl", 10, 'schema:email "no address" , "b@example.org" .'),)


def test_a_node_without_a_label_is_in_the_file_and_on_no_line() -> None:
    (nameless,) = (one for one in report().findings if one.focus.startswith("_:") and len(one.focus) > 30)
    assert nameless.places == (Place("people.ttl", 0, ""),)


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "jsonld"])
def test_lines_in_every_syntax_that_has_lines(form: str) -> None:
    """Each statement of N-Triples has a line, so that the lines tell what was written there."""
    triples = [quad.triple for quad in parse(DATA, RdfFormat.TURTLE)]
    written = serialize(triples, format=FORMATS[form])
    assert written is not None
    found = report(written, format=form)
    assert len(found.findings) == len(report().findings)
    text = written.decode().splitlines()
    for one in found.findings:
        for place in one.places:
            if place.line:
                assert place.snippet == text[place.line - 1].strip()[:200]
                assert one.value in place.snippet or one.focus.rpartition("/")[2] in "\n".join(text)


def test_without_a_name_or_a_second_reading_there_are_no_lines() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    shapes = read_shapes_text(SHAPES)
    assert not any(one.places for one in validate_data(DATA.encode(), shapes=shapes).findings)
    assert not any(one.places for one in validate_data(Pipe(DATA.encode()), shapes=shapes, name="x").findings)


def test_shapes_without_words_get_some() -> None:
    found = report()
    assert {count.label for count in found.counts} == {
        "schema:name of Person",
        "schema:email of Person",
        "schema:age of Person",
        "^schema:member of Person",
    }
    (age,) = (one for one in found.findings if one.path.endswith("age"))
    # "007" is checked as it is written, by pySHACL; the words are those of the compiled queries all the same.
    assert (age.value, age.message) == ("007", "schema:age may have at most 2 characters")
    assert table(found).row_count == 4 and examples(found, 1).row_count == 4


@pytest.mark.parametrize("namespace", ["http://schema.org/", "https://schema.org/"])
def test_both_spellings_of_schema_org_are_one(namespace: str) -> None:
    data = f"@prefix s: <{namespace}> . <http://x.example/> a s:ProfilePage ; s:mainEntity [ a s:Person ] ."
    found = validate_data(data.encode(), shapes=shipped_shapes("google"), name="page.ttl")
    assert {one.shape.rpartition("#")[2] for one in found.findings if one.severity == "Violation"}
    assert {one.places for one in found.findings if one.focus.startswith("http")} == {
        (Place("page.ttl", 1, data[:200]),)
    }
    own = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> sh:targetClass <https://schema.org/ProfilePage> ; "
    own += "sh:nodeKind sh:Literal ."
    assert len(validate_data(data.encode(), shapes=own).findings) == (namespace[:5] == "https"), "as others write it"


def test_known_contexts_are_put_in_and_others_are_not_fetched() -> None:
    page = {"@context": "https://schema.org", "@type": "ProfilePage", "mainEntity": {"@type": "Person", "name": "X"}}
    found = validate_data(json.dumps(page).encode(), format="jsonld", shapes=shipped_shapes("google"), name="p.jsonld")
    assert {count.focus_nodes for count in found.counts if count.shape.endswith("#google-profile-entity")} == {1}
    page["@context"] = "https://example.org/context"
    with pytest.raises(InputError, match=r"p.jsonld, @context: .* is not known, and contexts are never fetched"):
        validate_data(json.dumps(page).encode(), format="jsonld", name="p.jsonld")
    with pytest.raises(InputError, match="this is not JSON"):
        validate_data(b"{", format="jsonld")

"""Identifiers of named schemes become IRIs that RDF can hold, or are refused; nothing in between."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.errors import IdentifierError
from kg.model.identifiers import legal
from kg.sources import registries, schemes
from kg.sources.schemes import iri_of, known_iri, web_address

NAMES = sorted({*schemes._PATTERNS, *schemes._SAME, *registries._PATTERNS, *registries._PARSERS, "funder", "nonsense"})
ODD = st.text(alphabet="10.12/abc[]<>%{}|^ \\'\"#?x-:_~éü\u200b\ud800\ue000\U0001f600\x80\x85", max_size=30)


@given(
    st.sampled_from(NAMES),
    st.text() | ODD.map(lambda text: "10.1234/" + text) | ODD.map(lambda text: "http://a" + text),
)
@settings(max_examples=1500, deadline=None)
def test_what_is_given_can_stand_in_rdf(scheme: str, printed: str) -> None:
    try:
        iri = iri_of(scheme, printed)
    except IdentifierError:
        return
    if iri:
        assert NamedNode(iri).value == iri
        assert legal(iri) == iri  # what is legal stays as it is


@given(st.text() | ODD)
@settings(max_examples=500, deadline=None)
def test_a_text_is_known_or_not(printed: str) -> None:
    iri = known_iri(printed)
    assert not iri or NamedNode(iri).value == iri


@pytest.mark.parametrize(
    ("scheme", "printed", "iri"),
    [
        ("DOI", "10.1002/(SICI)1:8<693::A>3.0.CO;2-O", "https://doi.org/10.1002/(sici)1:8%3C693::a%3E3.0.co;2-o"),
        (
            "DOI",
            "https://doi.org/10.1002/(SICI)1:8%3C693::A%3E3.0<x>",
            "https://doi.org/10.1002/(sici)1:8%3C693::a%3E3.0%3Cx%3E",
        ),
        ("DOI", "https://doi.org/10.1000%2F182", "https://doi.org/10.1000/182"),
        ("doi", "doi:10.1000/a[1]", "https://doi.org/10.1000/a%5B1%5D"),
        ("Crossref Funder ID", "https://doi.org/10.13039/501100000780", "https://doi.org/10.13039/501100000780"),
        ("Crossref Funder ID", "10.5555/funder", "https://doi.org/10.5555/funder"),
        ("ROR", "013meh722", "https://ror.org/013meh722"),
        ("ISNI", "0000 0001 2103 2683", "https://isni.org/isni/0000000121032683"),
        ("GRID", "grid.5335.0", "https://www.grid.ac/institutes/grid.5335.0"),
        ("ARK", "https://n2t.net/ark:/13030/tqb3kh97gh8w", "https://n2t.net/ark:/13030/tqb3kh97gh8w"),
        ("issn", "https://id.crossref.org/issn/0920-5691", "https://portal.issn.org/resource/ISSN/0920-5691"),
        ("EISSN", "2050084x", "https://portal.issn.org/resource/ISSN/2050-084X"),
        ("bibcode", "2018AGUFM.A24K..07S", "https://ui.adsabs.harvard.edu/abs/2018AGUFM.A24K..07S"),
        ("URN", "urn:nbn:de:101:1-201102033592", "urn:nbn:de:101:1-201102033592"),
        ("acl", "2020.acl-main.447", "https://aclanthology.org/2020.acl-main.447/"),
        ("CorpusId", "53235312", "https://api.semanticscholar.org/CorpusID:53235312"),
        ("PubMedCentral", "6000000", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6000000"),
        ("URL", "http://example.org/a b", "http://example.org/a%20b"),
        ("URL", "http://dx.doi.org/10.5072/AA", "https://doi.org/10.5072/aa"),
        ("uri", "https://doi.org/not-a-doi", "https://doi.org/not-a-doi"),
        ("url", "http://arxiv.org/abs/2001.00001v2", "https://arxiv.org/abs/2001.00001"),
        ("https", "https://www.aclweb.org/anthology/P14-1007", "https://aclanthology.org/P14-1007/"),
        ("URL", "math/0601001", ""),
        ("Scopus Author ID", "57200000000", "https://www.scopus.com/authid/detail.uri?authorId=57200000000"),
        (
            "Scopus Author ID",
            "http://www.scopus.com/inward/authorDetails.url?authorID=57200000000&partnerID=MN8",
            "https://www.scopus.com/authid/detail.uri?authorId=57200000000",
        ),
        ("ResearcherID", "a-1234-2010", "https://www.webofscience.com/wos/author/record/A-1234-2010"),
        ("scopus", "85012345678", ""),
        ("scopus", "2-s2.0-85012345678", "https://www.scopus.com/record/display.uri?eid=2-s2.0-85012345678"),
        ("EID", "2-s2.0-85012345678", "https://www.scopus.com/record/display.uri?eid=2-s2.0-85012345678"),
        (
            "eid",
            "https://www.scopus.com/inward/record.uri?eid=2-s2.0-85012345678&partnerID=40",
            "https://www.scopus.com/record/display.uri?eid=2-s2.0-85012345678",
        ),
        ("WOS", "000123456700001", "https://www.webofscience.com/wos/woscc/full-record/WOS:000123456700001"),
        ("wos", "WOS:A1996VN34100006", "https://www.webofscience.com/wos/woscc/full-record/WOS:A1996VN34100006"),
        ("EAN13", "0123456789123", ""),
    ],
)
def test_schemes(scheme: str, printed: str, iri: str) -> None:
    assert iri_of(scheme, printed) == iri


@pytest.mark.parametrize(
    ("scheme", "printed"),
    [("doi", "work:doi"), ("ror", "013meh799"), ("issn", "1234"), ("Handle", "1234.1675"), ("swh", "swh:1:x:1")],
)
def test_values_of_another_shape_are_refused(scheme: str, printed: str) -> None:
    with pytest.raises(IdentifierError):
        iri_of(scheme, printed)


@pytest.mark.parametrize(
    ("kind", "printed", "number"),
    [
        ("ISSN", "https://portal.issn.org/resource/ISSN/1234-5678/", "ISSN 1234-5678"),
        ("ISSN", "https://portal.issn.org/resource/ISSN/1234567x#ISSN-L", "ISSN 1234-567X"),
        ("ISSN", "https://x.org/journal?lang=en", "ISSN https://x.org/journal?lang=en"),
        ("ISBN", "https://x.org/isbn?id=978", "ISBN https://x.org/isbn?id=978"),
        ("ISBN", "https://x.org/isbn/978-3-16-148410-0?lang=en", "ISBN 978-3-16-148410-0"),
        ("ISBN", "http://x.org/020170372X", "ISBN 020170372X"),
    ],
)
def test_the_number_of_a_serial_is_found_in_an_address_or_the_text_is_kept(
    kind: str, printed: str, number: str
) -> None:
    assert registries.serial(kind, printed) == number


@pytest.mark.parametrize(
    ("printed", "iri"),
    [
        ("HTTPS://Example.org/ü", "https://Example.org/ü"),
        ("http://user@example.org:8080/x", "http://user@example.org:8080/x"),
        ("http://example.org/#a#b", "http://example.org/#a%23b"),
        ("http://a:b:c/", ""),
        ("http://[::1]/", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://", ""),
    ],
)
def test_addresses(printed: str, iri: str) -> None:
    assert web_address(printed) == iri


def test_old_dois_with_brackets_of_both_kinds_are_iris() -> None:
    iri = registries.doi_iri("10.1002/(SICI)1097-4571[199806]49:8<693::AID-ASI4>3.0.CO;2-O")
    assert (
        NamedNode(iri).value == "https://doi.org/10.1002/(sici)1097-4571%5B199806%5D49:8%3C693::aid-asi4%3E3.0.co;2-o"
    )

"""Dates, identifiers, links, licences, topics, text: what they read, what they refuse, and round trips."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg.model
from kg.errors import IdentifierError, InputError
from kg.model import identifiers, licenses, links, text, topics
from kg.model.dates import PartialDate, parse_date


@pytest.mark.parametrize("module", [m.name for m in pkgutil.iter_modules(kg.model.__path__)])
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(f"kg.model.{module}"))
    assert failed == 0


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("Apr 29, 2022", "2022-04-29"),
        ("April 29 2022", "2022-04-29"),
        ("Sept 7, 2021", "2021-09-07"),
        ("Mar 26", "--03-26"),
        ("Feb 29", "--02-29"),
        ("2022", "2022"),
        ("2022-04", "2022-04"),
        ("May 2020", "2020-05"),
    ],
)
def test_printed_dates_keep_their_precision(printed: str, iso: str) -> None:
    assert parse_date(printed).iso() == iso


@pytest.mark.parametrize("printed", ["Feb 30, 2022", "Feb 29, 2023", "Smarch 1, 2022", "2022-13", "yesterday", ""])
def test_what_is_no_date_is_refused(printed: str) -> None:
    with pytest.raises(InputError):
        parse_date(printed)


@given(st.dates(min_value=date(1, 1, 1)))
def test_iso_dates_round_trip(day: date) -> None:
    assert parse_date(PartialDate(day.year, day.month, day.day).iso()) == PartialDate(day.year, day.month, day.day)


def test_a_missing_year_is_the_year_of_the_capture_and_never_lies_after_it() -> None:
    assert parse_date("Mar 26").with_year_of(PartialDate(2026)) == PartialDate(2026, 3, 26, True)
    assert parse_date("Dec 30").with_year_of(PartialDate(2026, 1, 5)).year == 2025
    assert parse_date("Mar 26").with_year_of(None).precision == 0
    assert not parse_date("Mar 26, 2020").with_year_of(PartialDate(2026)).year_from_capture


@pytest.mark.parametrize(("a", "b", "agree"), [("2022", "2022-04-29", True), ("2022", "2021-10-15", False)])
def test_a_coarse_date_agrees_with_a_finer_one_of_the_same_year(a: str, b: str, agree: bool) -> None:
    assert parse_date(a).agrees_with(parse_date(b)) is agree


@given(st.text("0123456789", min_size=15, max_size=15))
def test_of_eleven_check_characters_one_is_right(digits: str) -> None:
    accepted = []
    for character in "0123456789X":
        try:
            accepted.append(identifiers.parse_orcid(digits + character))
        except IdentifierError as error:
            assert error.value == digits + character
    assert len(accepted) == 1


@pytest.mark.parametrize("bad", ["0000-0002-1825-0098", "0000-0002-1825", "", "https://orcid.org/abc"])
def test_wrong_orcids_are_refused(bad: str) -> None:
    with pytest.raises(IdentifierError):
        identifiers.parse_orcid(bad)


@pytest.mark.parametrize("bad", ["013meh723", "13meh722", "01lmeh722", ""])
def test_wrong_rors_are_refused(bad: str) -> None:
    with pytest.raises(IdentifierError):
        identifiers.parse_ror(bad)


@pytest.mark.parametrize(
    "given_form",
    ["10.18653/V1/X.1", "doi:10.18653/v1/x.1", "https://doi.org/10.18653/v1/x.1", "http://dx.doi.org/10.18653/v1/X.1"],
)
def test_a_doi_has_one_canonical_iri(given_form: str) -> None:
    assert identifiers.parse_doi(given_form) == "https://doi.org/10.18653/v1/x.1"


@pytest.mark.parametrize("bad", ["10.1/x", "11.1234/x", "10.1234/a b", "10.1234/<x>", ""])
def test_what_is_no_doi_is_refused(bad: str) -> None:
    with pytest.raises(IdentifierError):
        identifiers.parse_doi(bad)


@pytest.mark.parametrize(
    ("address", "doi"),
    [
        ("https://doi.org/10.1002/(SICI)1:8%3C693::A%3E3.0.CO;2-O", "10.1002/(SICI)1:8%3c693::A%3e3.0.CO;2-O"),
        ("https://doi.org/10.1016/0022-2836%2870%2990057-4", "10.1016/0022-2836(70)90057-4"),
        ("http://www.doi.org/10.1000%2F182", "10.1000/182"),
        ("https://doi.org/10.1000/%C3%89", "10.1000/É"),
        ("https://doi.org/10.1000/%2F%3f", "10.1000//%3F"),
        ("https://doi.org/10.1002/(SICI)1:8%3C693::A%3E3.0.CO;2-%23", "10.1002/(SICI)1:8%3c693::A%3e3.0.CO;2-#"),
        ("https://doi.org/10.1002/(SICI)1:8%3C693::A%3E3.0.CO;2-#", "10.1002/(SICI)1:8%3c693::A%3e3.0.CO;2-#"),
        ("https://doi.org/10.1000/a#page=3", "10.1000/a"),
        ("https://doi.org/10.1000/a?utm_source=x&utm_medium=y", "10.1000/A"),
        ("doi.org/10.1000/a?ref=x#top", "10.1000/a?ref=x"),
        ("https://doi.org/10.1000/a%3Fb", "10.1000/a?b"),
    ],
)
def test_what_is_percent_encoded_in_a_doi_is_encoded_once(address: str, doi: str) -> None:
    assert identifiers.parse_doi(address) == identifiers.parse_doi(doi)


@given(st.text(alphabet="abAB%2345CEFcef<>()[]#?/é. "))
def test_the_address_of_a_doi_has_itself_as_address(name: str) -> None:
    address = identifiers.doi_address(f"10.1000/{name}")
    assert identifiers.doi_address(address.removeprefix("https://doi.org/")) == address


@pytest.mark.parametrize("printed", ["math.DG/0601001", "arXiv:math/0601001v2", "http://arxiv.org/abs/Math.dg/0601001"])
def test_the_subject_class_is_no_part_of_an_old_arxiv_id(printed: str) -> None:
    assert identifiers.parse_arxiv(printed) == "https://arxiv.org/abs/math/0601001"
    assert identifiers.find_identifiers("see arXiv:math.DG/0601001.") == ["https://arxiv.org/abs/math/0601001"]


def test_ids_in_running_text_are_found_once_and_in_order() -> None:
    found = identifiers.find_identifiers("See doi:10.1234/ABC. and arXiv:2002.11803 [cs.LG], arXiv: 2002.11803.")
    assert found == ["https://doi.org/10.1234/abc", "https://arxiv.org/abs/2002.11803"]


def test_links_are_found_inside_tex_brackets_and_sentences() -> None:
    found = links.find_links(
        r"Code: \url{https://github.com/a/b}. See (https://github.com/a/b/blob/main/x.py), https://x.org/a_(b)."
    )
    assert [link.url for link in found] == ["https://github.com/a/b", "https://x.org/a_(b)"]
    assert found[0].repository == "a/b"
    assert not found[1].repository


@pytest.mark.parametrize(
    ("sentence", "spdx"),
    [
        ("Released under the Apache 2.0 license.", ["Apache-2.0"]),
        ("under CC BY-NC 4.0 and Apache 2.0", ["Apache-2.0", "CC-BY-NC-4.0"]),
        ("under a CC BY-NC license", []),
        ("under the Responsible AI License", []),
    ],
)
def test_licences_are_recognised_only_with_their_version(sentence: str, spdx: list[str]) -> None:
    assert licenses.find_licenses(sentence) == [f"https://spdx.org/licenses/{s}" for s in spdx]


def test_a_licence_sentence_is_kept_as_printed() -> None:
    abstract = "We train v2.5 models. All are under the Apache 2.0 license. They are fast."
    assert licenses.license_sentences(abstract) == ["All are under the Apache 2.0 license."]


def test_bare_codes_lead_to_categories_and_ambiguity_is_told() -> None:
    assert topics.find_topic("SE") == topics.Topic("cs.SE", "Software Engineering", "cs")
    assert (topic := topics.find_topic("NA")) is not None
    assert topic.others == ("math.NA",)
    assert topics.find_topic("quant-ph") == topics.Topic("quant-ph", "Quantum Physics", "")
    assert topics.find_topic("XX") is None
    assert len(topics.CATEGORIES) == 155


@given(st.text(), st.text())
def test_folding_is_idempotent_and_blind_to_case(a: str, b: str) -> None:
    assert text.fold(text.fold(a)) == text.fold(a)
    assert 0.0 <= text.resemblance(text.shingles(a), text.shingles(b)) <= 1.0


def test_near_duplicate_abstracts_resemble_each_other() -> None:
    long = " ".join(f"word{i}" for i in range(60))
    assert text.resemblance(text.shingles(long), text.shingles(long.replace("word30", "other"))) > 0.8
    assert text.containment(text.shingles(long), text.shingles(long[:200])) > 0.9


@pytest.mark.parametrize(
    ("printed", "iri"),
    [
        ("2020.emnlp-demos.6", "https://aclanthology.org/2020.emnlp-demos.6/"),
        ("https://aclanthology.org/2020.emnlp-demos.6", "https://aclanthology.org/2020.emnlp-demos.6/"),
        ("https://www.aclweb.org/anthology/2020.emnlp-demos.6.pdf", "https://aclanthology.org/2020.emnlp-demos.6/"),
        ("http://aclweb.org/anthology/p14-1007v2.pdf", "https://aclanthology.org/P14-1007/"),
        ("https://aclanthology.info/papers/P14-1007", "https://aclanthology.org/P14-1007/"),
        ("https://aclanthology.org/volumes/2022.findings-acl/", "https://aclanthology.org/2022.findings-acl/"),
        ("https://aclanthology.org/W14-05", "https://aclanthology.org/W14-05/"),
    ],
)
def test_all_addresses_of_an_anthology_page_are_one(printed: str, iri: str) -> None:
    assert identifiers.parse_anthology(printed) == iri == identifiers.parse_anthology(iri)


@pytest.mark.parametrize(
    "printed", ["P14-10071", "P14-100", "14-1007", "https://aclanthology.org/people/x/", "2020.6", ""]
)
def test_what_is_no_anthology_id_is_refused(printed: str) -> None:
    with pytest.raises(IdentifierError):
        identifiers.parse_anthology(printed)

"""Small functions for display: TeX, links, dates."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.web import cache, fields, lag, limits, links, metrics, negotiate, outside, reading, tex, things
from kg.web.links import Links, depth_root
from kg.web.tex import plain


@pytest.mark.parametrize(
    "module", [cache, fields, lag, limits, links, metrics, negotiate, outside, reading, tex, things]
)
def test_the_examples_in_the_documentation_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("25$\\times$", "25×"),
        ("$2$ trillion", "2 trillion"),
        ("68.4\\%", "68.4%"),
        ("\\textit{Transformers}", "Transformers"),
        ("\\textbf{a \\emph{b}} c", "a b c"),
        ("\\url{https://github.com/a_b}", "https://github.com/a_b"),
        ("\\href{https://a.example}{here}", "here (https://a.example)"),
        ("for $5 and $10", "for $5 and $10"),
        ("$5-$10", "$5-$10"),
        ("$\\mathcal{O}(n^2)$", "O(n²)"),
        ("$x_{12}$ and $10^{-5}$", "x₁₂ and 10⁻⁵"),
        ("$x^{abc}$", "x^(abc)"),
        ("H\\'elo\\\"ise \\c{c}a", "Héloïse ça"),
        ("$\\alpha$-$\\beta$", "α-β"),
        ("R\\&D \\#1 \\$3", "R&D #1 $3"),
        ("\\unknown{x} stays", "\\unknown{x} stays"),
        ("no tex at all", "no tex at all"),
        ("a { b } c", "a { b } c"),
        ("C:\\new", "C:\\new"),
    ],
)
def test_tex_is_shown_plainly(printed: str, shown: str) -> None:
    assert plain(printed) == shown


@given(st.text(alphabet="ab$\\{}^_% 12", max_size=60))
def test_tex_of_any_kind_gives_text(text: str) -> None:
    assert isinstance(plain(text), str)


@given(st.text(alphabet=st.characters(exclude_characters="$\\^"), max_size=60))
def test_text_without_tex_is_left_alone(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("iri", "href"),
    [
        ("http://localhost:8000/person/p1", "../person/p1"),
        ("http://localhost:8000/", "../"),
        ("http://localhost:8000/javascript:alert(1)", "../javascript:alert(1)"),
        ("http://localhost:8000//evil.example", "..//evil.example"),
        ("https://elsewhere.example/", "https://elsewhere.example/"),
        ("http://localhost:80000/", "http://localhost:80000/"),
        ("javascript:alert(1)", None),
        ("JAVASCRIPT:alert(1)", None),
        ("data:text/html,x", None),
        ("urn:x:y", None),
        ("mailto:a@b.example", None),
    ],
)
def test_only_web_addresses_become_links_and_own_ones_are_relative(iri: str, href: str | None) -> None:
    assert Links("http://localhost:8000/", "../").href(iri) == href


def test_at_the_top_a_link_cannot_become_an_address_of_its_own() -> None:
    at_top = Links("http://localhost:8000/", depth_root("/"))
    assert at_top.href("http://localhost:8000/javascript:alert(1)") == "./javascript:alert(1)"
    assert at_top.href("http://localhost:8000//evil.example") == ".//evil.example"


@pytest.mark.parametrize(
    ("path", "root"), [("/", "./"), ("/sparql", "./"), ("/person/p.html", "../"), ("/a/b/c", "../../")]
)
def test_the_way_up(path: str, root: str) -> None:
    assert depth_root(path) == root

"""Accept headers: a table of what is asked and what is given."""

from __future__ import annotations

import pytest

from kg.web.negotiate import choose, parse_accept, prefers_page

OFFERS = ("application/json", "text/turtle", "text/html")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "text/html"),
        ("text/*", "text/turtle"),
        ("text/*;q=0.5, application/json;q=0.4", "text/turtle"),
        ("text/turtle;q=0.5, text/*;q=0.9", "text/html"),
        ("*/*, text/html", "text/html"),
        ("application/json;q=0, */*", "text/turtle"),
        ("application/*;q=0, text/turtle;q=0, */*;q=0.1", "text/html"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ("text/html;level=1;q=0.2, text/turtle;q=0.3", "text/turtle"),
        ("TEXT/HTML", "text/html"),
        ("image/png", None),
        ("text/html;q=0", None),
        ("*/*;q=0", None),
        ("nonsense", None),
        ("text/html;q=2", None),
        ("text/html;q=abc, text/turtle", "text/turtle"),
        ("*/html, text/turtle", "text/turtle"),
        ('text/html;title="a,b";q=0.1, text/turtle;q=0.2', "text/turtle"),
        (BROWSER, "text/html"),
    ],
)
def test_the_best_offer_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, OFFERS) == chosen


def test_a_very_long_header_is_cut_not_suffered() -> None:
    assert len(parse_accept("a/b," * 100_000)) <= 1001


def test_browsers_want_pages_and_programs_do_not() -> None:
    assert prefers_page(BROWSER)
    assert not prefers_page(None)
    assert not prefers_page("*/*")
    assert not prefers_page("application/json, text/html;q=0.9")

"""The pages in a real browser: no error, nothing fetched from elsewhere, no sideways scroll, accessible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
Thing = Callable[[str, str], str]

PAGES: dict[str, Callable[[Thing], str]] = {
    "start": lambda thing: "/",
    "person": lambda thing: thing("Teven Le Scao", "person"),
    "work with disagreement": lambda thing: thing("Multitask Prompted", "work"),
    "work without title": lambda thing: thing("Never Ending VIsual", "work"),
    "group": lambda thing: thing("BigScience Workshop", "group"),
    "source": lambda thing: thing("List of works", "source"),
    "identity": lambda thing: f"{thing('Teven Le Scao', 'person')}/identity",
    "topic": lambda thing: thing("Machine Learning", "topic"),
    "venue": lambda thing: thing("arXiv", "venue"),
    "organization": lambda thing: thing("Google DeepMind", "organization"),
    "software": lambda thing: thing("promptsource", "software"),
    "works filtered": lambda thing: f"{thing('Teven Le Scao', 'person')}.html?sort=title&since=2022&code=1",
    "publications to print": lambda thing: f"{thing('Teven Le Scao', 'person')}.cv",
    "shapes": lambda thing: "/shapes",
    "releases": lambda thing: "/releases",
    "documentation": lambda thing: "/docs",
    "tutorial": lambda thing: "/docs/tutorial",
    "reference": lambda thing: "/docs/reference-queries",
    "people": lambda thing: "/person",
    "works": lambda thing: "/work",
    "search": lambda thing: "/search?q=language",
    "search for nothing": lambda thing: "/search?q=zzzzzzzz",
    "explore": lambda thing: "/explore",
    "explore a person": lambda thing: f"/explore?about={thing('Teven Le Scao', 'person')[1:]}",
    "quality": lambda thing: "/quality",
    "queries": lambda thing: "/queries",
    "query": lambda thing: "/queries/disagreements",
    "query form": lambda thing: "/queries/coauthor-path",
    "sparql": lambda thing: "/sparql",
    "sparql result": lambda thing: "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+5",
    "dataset": lambda thing: "/dataset",
    "ontology": lambda thing: "/ontology",
    "api": lambda thing: "/api",
    "settings": lambda thing: "/settings",
    "problems": lambda thing: "/problems",
    "missing": lambda thing: "/person/nobody",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound(visit: Callable[..., Any], thing: Thing, axe: str, name: str) -> None:
    watched = visit(viewport=PHONE, color_scheme="light")
    page = watched.open(PAGES[name](thing), 404 if name == "missing" else 200)
    for size, scheme in ((PHONE, "light"), (DESKTOP, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{scheme}: scrolls sideways"
        dark = page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every(c => c < 90)"
        )
        assert dark is (scheme == "dark")
        assert watched.breaches(axe) == []


def test_a_reader_finds_a_person_by_keyboard_alone_and_without_scripts(visit: Callable[..., Any]) -> None:
    page = visit(java_script_enabled=False).open("/")
    page.keyboard.press("Tab")
    assert "skip" in (page.locator(":focus").text_content() or "").lower()
    page.locator("input[name=q]").first.focus()
    page.keyboard.type("arthur mensch")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    page.get_by_role("link", name="Arthur Mensch", exact=True).first.click()
    assert page.locator("h1").inner_text() == "Arthur Mensch"
    text = page.locator("main").inner_text()
    for shown in ("18,536", "62%", "h-index", "Flamingo", "12 papers"):
        assert shown.lower() in text.lower()


def test_the_first_page_is_small(visit: Callable[..., Any]) -> None:
    watched = visit()
    sizes: list[int] = []
    watched.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    watched.open("/")
    assert len(sizes) >= 3, "the page, its style and its script"
    assert sum(sizes) < 100_000


def test_a_page_prints_without_its_controls(visit: Callable[..., Any], thing: Thing) -> None:
    page = visit().open(thing("Arthur Mensch", "person"))
    page.emulate_media(media="print")
    assert page.locator("header.top").is_hidden()
    assert page.get_by_role("heading", name="Works 12").is_visible()


def test_a_profile_shows_a_slice_of_the_graph_that_leads_on(visit: Callable[..., Any], thing: Thing) -> None:
    page = visit(java_script_enabled=False).open(thing("Arthur Mensch", "person"))
    names = page.locator(".slice svg text").all_text_contents()
    assert "Diego de las Casas" in names
    assert "Showing 14 of 25 co-authors, by shared works" in page.locator(".slice figcaption").inner_text()
    page.locator(".slice").get_by_role("link", name="Explore").click()
    assert page.get_by_role("heading", name="Around Arthur Mensch").is_visible()


def test_works_are_sorted_and_filtered_without_scripts(visit: Callable[..., Any], thing: Thing) -> None:
    page = visit(java_script_enabled=False).open(thing("Teven Le Scao", "person"))
    listing = page.locator(".listing")
    total = listing.locator(".work").count()
    listing.get_by_label("Order").select_option("old")
    listing.get_by_label("From").fill("2022")
    listing.get_by_label("Until").fill("2023")
    listing.get_by_role("button", name="Show").click()
    years = [text[-4:] for text in page.locator(".listing .when").all_inner_texts()]
    assert years == sorted(years)
    assert {*years} == {"2022", "2023"}
    assert len(years) < total
    assert f"{len(years)} works of {total} fit" in page.locator(".listing").inner_text()
    page.get_by_role("link", name="Show all").click()
    assert page.locator(".listing .work").count() == total


def test_a_profile_leads_to_query_line_and_file(visit: Callable[..., Any], thing: Thing) -> None:
    page = visit().open(thing("Arthur Mensch", "person"))
    page.get_by_label("From this graph").get_by_role("link", name="co-authors").click()
    assert page.get_by_role("heading", name="Co-authors of a person").is_visible()
    assert page.locator(".result tbody tr").count() == 25
    page.go_back()
    page.locator(".sources a").first.click()
    assert page.get_by_role("heading", name="The text, and what was read from it").is_visible()
    assert "work-list" in page.locator("aside").inner_text()
    page.go_back()
    page.get_by_role("link", name="BibTeX").first.wait_for()
    text = page.request.get(page.url.replace(".html", "") + ".bib").text()
    assert text.count("@") >= 12


def test_a_list_of_publications_prints_alone(visit: Callable[..., Any], thing: Thing) -> None:
    page = visit().open(f"{thing('Arthur Mensch', 'person')}.cv")
    page.emulate_media(media="print")
    assert page.locator("header.top").is_hidden()
    assert page.locator("footer").is_hidden()
    assert page.locator(".citations li").count() == 12

"""The explorer: expand, filter, path, exports, the table that says the same, the address that holds the state."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from playwright.sync_api import Page, expect


def shown(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.locator("#graph-data").text_content() or "")
    return found


def test_start_add_expand_and_go_back(visit: Callable[..., Any], thing: Callable[[str, str], str], axe: str) -> None:
    watched = visit()
    page = watched.open("/explore")
    page.get_by_label("Start at a person").press_sequentially("teven le s")
    page.get_by_role("listbox", name="Suggestions").get_by_role("option").first.click()
    expect(page.get_by_role("heading", name="Around Teven Le Scao")).to_be_visible()
    expect(page.locator("#network canvas").first).to_be_visible()
    assert page.url.endswith(f"about={thing('Teven Le Scao', 'person')[1:]}")
    before = len(shown(page)["nodes"])
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Arthur Mensch", exact=True)).first
    row.get_by_role("link", name="add").click()
    expect(page.get_by_role("heading", name="Around Arthur Mensch")).to_be_visible()
    assert len(shown(page)["nodes"]) > before
    assert page.url.count("about=") == 2
    assert watched.breaches(axe) == []
    page.go_back()
    expect(page.get_by_role("heading", name="Around Arthur Mensch")).to_have_count(0)
    page.reload()
    assert len(shown(page)["nodes"]) == before


# Cytoscape notes itself at its container: where the nodes are drawn cannot be read from a canvas.
PLACES = """() => {
  const graph = document.getElementById("network")._cyreg?.cy;
  return graph ? graph.nodes().map((node) => [node.data("label"), node.renderedPosition()]) : [];
}"""


def places(page: Page) -> dict[str, tuple[float, float]]:
    """Return where the nodes stand on the page, by their labels, once they stand still."""
    found: list[Any] = []
    for _ in range(100):
        before, found = found, page.evaluate(PLACES)
        if found and found == before:
            break
        page.wait_for_timeout(200)
    page.locator("#network").scroll_into_view_if_needed()
    box = page.locator("#network").bounding_box()
    assert box is not None and found
    return {label: (box["x"] + at["x"], box["y"] + at["y"]) for label, at in found}


def test_a_click_selects_and_a_double_click_expands(
    visit: Callable[..., Any], thing: Callable[[str, str], str]
) -> None:
    page = visit().open(f"/explore?about={thing('Mistral 7B', 'work')[1:]}")
    drawn = places(page)
    assert len(drawn) == len(shown(page)["nodes"])
    label = "Arthur Mensch"
    page.mouse.click(*drawn[label])
    expect(page.locator("#selected h3")).to_have_text(label)
    assert page.url.count("about=") == 1
    page.mouse.click(min(x for x, _ in drawn.values()) - 60, drawn[label][1])  # beside all of them
    expect(page.locator("#selected h3")).to_have_count(0)
    page.mouse.dblclick(*drawn[label])
    expect(page.get_by_role("heading", name=f"Around {label}")).to_be_visible()
    expect(page).to_have_url(re.compile("about=.*about="))


def test_filters_say_what_is_left_out(visit: Callable[..., Any], thing: Callable[[str, str], str], axe: str) -> None:
    watched = visit()
    page = watched.open(f"/explore?about={thing('Teven Le Scao', 'person')[1:]}&most=20")
    expect(page.locator("caption").first).to_have_text("Showing 20 of 37 co-authors, by shared works")
    page.get_by_label("works", exact=True).check()
    expect(page.locator("caption").filter(has_text="works, newest first")).to_be_visible()
    assert {node["kind"] for node in shown(page)["nodes"]} >= {"person", "work"}
    page.get_by_label("Years from").fill("2024")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**since=2024**")
    expect(page.locator("#explored")).not_to_contain_text("2021")
    assert all((edge["first"] or 2024) >= 2024 for edge in shown(page)["edges"])


def test_a_path_between_two_people(visit: Callable[..., Any], axe: str) -> None:
    watched = visit()
    page = watched.open("/explore")
    page.get_by_text("Path between two people").click()
    page.get_by_role("combobox", name="From").fill("Samy Jelassi")
    page.get_by_role("combobox", name="To", exact=True).fill("Claire Gardent")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show", exact=True).click()
    steps = page.locator("ol.path li")
    expect(steps).to_have_count(3)
    expect(steps.first).to_contain_text("Dissecting adaptive methods in GANs")
    assert [edge["kind"] for edge in shown(page)["edges"]].count("path") == 3
    assert watched.breaches(axe) == []


def test_what_is_shown_is_taken_along(
    visit: Callable[..., Any], thing: Callable[[str, str], str], tmp_path: Path
) -> None:
    page = visit(accept_downloads=True).open(f"/explore?about={thing('Arthur Mensch', 'person')[1:]}")
    for button, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as caught:
            page.get_by_role("button", name=button, exact=True).click()
        data = Path(caught.value.path()).read_bytes()
        assert data.startswith(start)
        if button == "SVG":
            names = [text.text for text in ET.fromstring(data).iter("{http://www.w3.org/2000/svg}text")]
            assert "Diego de las Casas" in names
    for name in ("Turtle", "GraphML", "JSON"):
        expect(page.locator("#exports").get_by_role("link", name=name)).to_be_visible()
    page.locator("#exports summary").click()
    page.locator("#exports li a").first.click()
    expect(page.locator("#answer tbody tr").first).to_be_visible()


def test_the_tables_do_without_scripts(visit: Callable[..., Any]) -> None:
    page = visit(java_script_enabled=False).open("/explore")
    page.get_by_label("Start at a person").fill("Arthur Mensch")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.get_by_role("heading", name="Around Arthur Mensch").is_visible()
    rows = page.locator("table.around").first.locator("tbody tr")
    assert rows.count() > 10
    rows.first.get_by_role("link", name="centre").click()
    assert not page.get_by_role("heading", name="Around Arthur Mensch").count()
    page.get_by_role("link", name="Begin anew").click()
    assert page.get_by_role("heading", name="Begin with").is_visible()

"""The search box: suggestions by pointer and keyboard, by the ARIA pattern of a combobox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect


def test_suggestions_are_walked_and_taken_by_keyboard(visit: Callable[..., Any], axe: str) -> None:
    watched = visit()
    page = watched.open("/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search names, titles, identifiers").first
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("art men")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_contain_text("Arthur Mensch")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert watched.breaches(axe) == []
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/person/*")
    expect(page.locator("h1")).to_have_text("Arthur Mensch")


def test_enter_without_a_mark_searches_and_a_click_takes(visit: Callable[..., Any]) -> None:
    page = visit().open("/")
    box = page.locator("input[name=q]").first
    box.press_sequentially("le scao")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Enter")
    page.wait_for_url("**/search?q=le+scao")
    expect(page.get_by_role("link", name="Teven Le Scao", exact=True)).to_be_visible()
    page.locator("input[name=q]").first.fill("")
    page.locator("input[name=q]").first.press_sequentially("tevn le sc")
    page.get_by_role("option").first.click()
    expect(page.locator("h1")).to_have_text("Teven Le Scao")


def test_hits_are_narrowed_by_kind_and_year(visit: Callable[..., Any]) -> None:
    page = visit(java_script_enabled=False).open("/search?q=language")
    aside = page.get_by_role("complementary", name="Narrow the search")
    aside.get_by_role("link", name="Works").click()
    assert "kind=work" in page.url
    aside.get_by_role("link", name="2023").click()
    assert "since=2023" in page.url
    hits = page.locator(".hits li")
    assert hits.count() >= 1
    assert all("2023" in text for text in hits.all_inner_texts())
    page.get_by_role("link", name="All years").click()
    assert page.locator(".hits li").count() > hits.count() or "since" not in page.url


def test_a_query_form_takes_a_thing_by_its_name(visit: Callable[..., Any]) -> None:
    page = visit().open("/queries/person-coauthors")
    page.get_by_role("combobox", name="person").press_sequentially("mensch")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("table.rows tbody")).to_contain_text("Diego de las Casas")

"""The SPARQL workbench: running, errors at their place, completion, views, history; and the plain form it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

COUNTED = (
    "SELECT ?author (COUNT(?w) AS ?n) WHERE { ?w schema:author ?author } GROUP BY ?author ORDER BY DESC(?n) LIMIT 9"
)


def write(page: Page, query: str) -> None:
    """Replace what stands in the editor, as a reader would."""
    editor = page.get_by_role("textbox", name="SPARQL query")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    # Pasted, not typed: typing closes brackets by itself.
    page.keyboard.insert_text(query)


def test_a_query_runs_without_leaving_the_page_and_the_address_holds_it(visit: Callable[..., Any], axe: str) -> None:
    watched = visit()
    page = watched.open("/sparql")
    write(page, COUNTED)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer table tbody tr")).to_have_count(9)
    assert parse_qs(urlsplit(page.url).query)["query"] == [COUNTED]
    expect(page.locator("#answer tbody tr").first).to_contain_text("Teven Le Scao")
    expect(page.locator("#answer tbody tr").first).to_contain_text("person/")
    expect(page.locator("#answer")).to_contain_text("Answered in")
    for name in ("JSON", "CSV", "TSV", "XML"):
        expect(page.locator("#answer .formats").get_by_role("link", name=name)).to_be_visible()
    assert watched.breaches(axe) == []
    write(page, "ASK { ?s a schema:Person }")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#answer .answer")).to_contain_text("yes")
    page.go_back()
    expect(page.locator("#answer tbody tr")).to_have_count(9)
    expect(page.locator("#history li")).to_have_count(2)
    page.get_by_role("button", name="Forget all").click()
    expect(page.locator("#history")).to_be_hidden()


def test_an_error_stands_at_its_place(visit: Callable[..., Any]) -> None:
    watched = visit()
    page = watched.open("/sparql")
    write(page, "SELECT ?s WHERE {\n  ?s schema:name ?n .\n  ?s nope:author ?x\n}")
    page.get_by_role("button", name="Run").click()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("line 3")
    assert problem.get_attribute("data-line") == "3"
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()
    underlined = page.locator(".cm-lintRange-error")
    expect(underlined).to_have_count(1)
    write(page, "ASK {}")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#answer .answer")).to_be_visible()
    expect(page.locator(".cm-lint-marker-error")).to_have_count(0)
    # The browser reports the status of the wrong query.
    assert all("400" in line for line in watched.trouble)
    watched.trouble.clear()


def test_the_editor_completes_from_what_the_graph_holds(visit: Callable[..., Any]) -> None:
    page = visit().open("/sparql")
    write(page, "SELECT ?author ?name WHERE { ?work ")
    page.keyboard.type("schema:auth")
    option = page.locator(".cm-tooltip-autocomplete li")
    expect(option.first).to_contain_text("schema:author")
    page.keyboard.press("Enter")
    page.keyboard.type(" ?au")
    expect(option.first).to_contain_text("?author")
    page.keyboard.press("Enter")
    page.keyboard.type(" . ?work a ")
    page.keyboard.type("schema:Sch")
    expect(option.first).to_contain_text("schema:ScholarlyArticle")
    page.keyboard.press("Escape")
    write(page, "")
    page.keyboard.type("PREFIX kg")
    expect(option.first).to_contain_text("kg: <https://w3id.org/kg/ns#>")


def test_a_result_is_also_a_chart_a_graph_and_raw(visit: Callable[..., Any], axe: str) -> None:
    watched = visit()
    page = watched.open("/sparql")
    write(page, COUNTED)
    page.keyboard.press("Control+Enter")
    page.get_by_role("tab", name="Chart").click()
    bars = page.locator(".chart rect.bar")
    expect(bars).to_have_count(9)
    expect(page.locator(".chart svg text").first).to_have_text("Teven Le Scao")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Graph")).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_contain_text("two columns of IRIs")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel")).to_contain_text('"bindings"')
    write(page, "SELECT ?w ?a WHERE { ?w schema:author ?a } LIMIT 30")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer tbody tr")).to_have_count(30)
    page.get_by_role("tab", name="Graph").click()
    expect(page.locator(".network canvas").first).to_be_visible()
    expect(page.get_by_role("tabpanel")).to_contain_text("30 lines")
    write(
        page, "CONSTRUCT { ?w schema:author ?a . ?a schema:name ?n } WHERE { ?w schema:author ?a . ?a schema:name ?n }"
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer pre.graph")).to_be_visible()
    page.get_by_role("tab", name="Graph").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("Statements between things")
    assert watched.breaches(axe) == []


def test_examples_are_ready_to_run(visit: Callable[..., Any]) -> None:
    page = visit().open("/sparql")
    page.get_by_role("link", name="Co-authors of a person").click()
    expect(page.locator("#answer tbody tr").first).to_be_visible()
    expect(page.get_by_role("textbox", name="SPARQL query")).to_contain_text("# Co-authors of a person")
    assert "#+" not in page.get_by_role("textbox", name="SPARQL query").inner_text()


def test_a_result_is_downloaded(visit: Callable[..., Any], tmp_path: Path) -> None:
    page = visit().open("/sparql?query=SELECT+%3Fs+%7B%3Fs+a+schema%3APerson%7D")
    with page.expect_response("**/sparql?**format=csv") as caught:
        page.evaluate("fetch([...document.querySelectorAll('#answer .formats a')].find(a => a.text == 'CSV').href)")
    assert caught.value.text().startswith("s\r\nhttp")


@pytest.mark.parametrize("scripts", [True, False])
def test_hostile_values_are_text(visit: Callable[..., Any], scripts: bool) -> None:
    evil = "<img src=x onerror=alert(1)>"
    query = f'SELECT ("{evil}" AS ?x) (IRI("javascript:alert(1)") AS ?y) {{}}'
    page = visit(java_script_enabled=scripts).open(f"/sparql?{urlencode({'query': query})}")
    cells = page.locator("#answer tbody td")
    assert cells.all_inner_texts() == [evil, "javascript:alert(1)"]
    assert page.locator("#answer tbody img, #answer tbody a").count() == 0


def test_it_is_a_plain_form_without_scripts(visit: Callable[..., Any]) -> None:
    page = visit(java_script_enabled=False).open("/sparql")
    area = page.get_by_label("Query", exact=True)
    area.fill(COUNTED)
    page.get_by_role("button", name="Run").click()
    assert page.locator("#answer tbody tr").count() == 9
    assert page.get_by_label("Query", exact=True).input_value().strip() == COUNTED

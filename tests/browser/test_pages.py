"""The pages in a real browser: no error, nothing fetched from elsewhere, no sideways scroll, usable by keyboard."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def address(seeds_home: Path) -> Iterator[str]:
    """The address of a server on the seeds, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kg.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=os.environ | {"KG_HOME": str(seeds_home)}, stderr=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                httpx.get(f"{url}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the module."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def thing(address: str, query: str, kind: str) -> str:
    """Return the path of the first thing that a search finds."""
    hits = httpx.get(f"{address}/search", params={"q": query}, headers={"Accept": "application/json"}).json()["hits"]
    return str(next(urlsplit(hit["iri"]).path for hit in hits if hit["kind"] == kind))


def watched(page: Page, address: str) -> list[str]:
    """Return a list that fills with everything a page does wrong: errors, warnings, requests that fail or leave."""
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
    page.on("request", lambda r: None if r.url.startswith((address, "data:")) else trouble.append(f"left for {r.url}"))
    return trouble


PAGES: dict[str, Callable[[str], str]] = {
    "start": lambda a: "/",
    "person": lambda a: thing(a, "Teven Le Scao", "person"),
    "work with disagreement": lambda a: thing(a, "Multitask Prompted", "work"),
    "work without title": lambda a: thing(a, "Never Ending VIsual", "work"),
    "group": lambda a: thing(a, "BigScience Workshop", "group"),
    "source": lambda a: thing(a, "List of works", "source"),
    "people": lambda a: "/person",
    "search": lambda a: "/search?q=scao",
    "quality": lambda a: "/quality",
    "queries": lambda a: "/queries",
    "query": lambda a: "/queries/disagreements",
    "sparql": lambda a: "/sparql",
    "sparql result": lambda a: "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+5",
    "dataset": lambda a: "/dataset",
    "ontology": lambda a: "/ontology",
    "missing": lambda a: "/person/nobody",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "dark desktop"])
def test_a_page_is_sound(
    browser: Browser, address: str, name: str, size: ViewportSize, scheme: Literal["dark", "light"]
) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    trouble = watched(page, address)
    response = page.goto(address + PAGES[name](address))
    assert response is not None
    assert response.status == (404 if name == "missing" else 200)
    if name == "missing":
        # The browser itself reports the status of the page.
        trouble = [line for line in trouble if "404" not in line]
    assert trouble == []
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    dark = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every(c => c < 90)"
    )
    assert dark is (scheme == "dark")
    context.close()


def test_a_reader_finds_a_person_by_keyboard_alone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert "skip" in (page.locator(":focus").text_content() or "").lower()
    page.locator("input[type=search], input[name=q]").first.focus()
    page.keyboard.type("arthur mensch")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    page.get_by_role("link", name="Arthur Mensch", exact=True).first.click()
    assert page.locator("h1").inner_text() == "Arthur Mensch"
    text = page.locator("main").inner_text()
    for shown in ("18,536", "62%", "h-index", "Flamingo", "12 papers"):
        assert shown.lower() in text.lower()
    context.close()

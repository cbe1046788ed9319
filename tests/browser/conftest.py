"""A server on the seeds, a headless Chromium, and a page that watches itself: what every browser test begins with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

expect.set_options(timeout=20_000)  # machines that run many tests at once are slow
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def address(seeds_home: Path, start_server: Callable[..., Any]) -> str:
    """The address of a server on the seeds, in a process of its own."""
    return str(start_server(seeds_home, KG_WRITE_TOKEN="", KG_WORKERS="2", KG_DEADLINE="10").address)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium; Playwright keeps an event loop until it is closed, which no other test may meet."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core, which `npm ci` in ``frontend/`` installs. In CI it may not be missing."""
    if not AXE.is_file() and not os.environ.get("CI"):
        pytest.skip("axe-core is not installed: run `npm ci` in frontend/")
    return AXE.read_text("utf-8")


@dataclass
class Visit:
    """One page and everything that it did wrong: errors, warnings, refused and failed requests, requests elsewhere."""

    page: Page
    address: str
    trouble: list[str] = field(default_factory=list)

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a path and wait until the page is quiet."""
        answer = self.page.goto(self.address + path, wait_until="networkidle")
        assert answer is not None
        assert answer.status == status, path
        if status >= 400:
            # The browser itself reports the status of the page.
            self.trouble[:] = [line for line in self.trouble if str(status) not in line]
        return self.page

    def breaches(self, axe: str) -> list[str]:
        """Return what axe-core finds on the page as it is now."""
        self.page.evaluate(axe)
        # Without ``resultTypes`` every node that passes is written out as well: three times the time.
        asked = {"runOnly": RULES, "resultTypes": ["violations"]}
        found = self.page.evaluate("(asked) => axe.run(document, asked)", asked)
        return [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Open pages that are watched; at the end nothing may have gone wrong on any of them."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def start(**options: Any) -> Visit:
        context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        contexts.append(context)
        page = context.new_page()
        made = Visit(page, address)
        visits.append(made)
        note = made.trouble.append
        page.on("console", lambda m: note(f"{m.type}: {m.text}") if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: note(f"page error: {error}"))
        page.on("requestfailed", lambda r: None if "ERR_ABORTED" in (r.failure or "") else note(f"failed: {r.url}"))
        page.on(
            "request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else note(f"left for {r.url}")
        )
        return made

    yield start
    for context in contexts:
        context.close()
    assert [line for made in visits for line in made.trouble] == []


def path_of(address: str, query: str, kind: str) -> str:
    """Return the path of the first thing of a kind that a search finds."""
    hits = httpx.get(f"{address}/search.json", params={"q": query, "kind": kind}).json()["hits"]
    return str(urlsplit(hits[0]["iri"]).path)


@pytest.fixture(scope="session")
def thing(address: str) -> Callable[[str, str], str]:
    """Finds the path of a thing by its name and kind."""
    return lambda query, kind: path_of(address, query, kind)

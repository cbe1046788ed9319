"""Take pictures of the main pages, light and dark, desktop and phone: ``python -m tests.browser.screenshots DIR``.

Builds the seeds in a folder of its own, serves them, and visits each kind of page. The pictures are for looking at;
nothing compares them, and they are not kept in the repository.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import sync_playwright

from kg.build import build
from kg.sources import seed_inputs
from kg.store.releases import Home
from tests.conftest import serve

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUERY = (
    "SELECT ?author (COUNT(?work) AS ?works)\nWHERE { ?work schema:author ?author }\n"
    "GROUP BY ?author\nORDER BY DESC(?works)\nLIMIT 15"
)
SIZES = {"desktop": (1280, 900), "phone": (390, 844), "wide": (1800, 1100)}
LOOKS = (("desktop", "light"), ("phone", "light"), ("desktop", "dark"), ("phone", "dark"), ("wide", "light"))
TALLEST = 2_400
"""Pixels of a page that are taken; the rest of a long list looks like its beginning."""


def pages(address: str) -> dict[str, str]:
    """Return name -> path of every kind of page."""

    def thing(name: str, kind: str) -> str:
        hits = httpx.get(f"{address}/search.json", params={"q": name, "kind": kind}).json()["hits"]
        return str(urlsplit(hits[0]["iri"]).path)

    def first(kind: str) -> str:
        return str(urlsplit(httpx.get(f"{address}/{kind}.json?sort=works").json()["items"][0]["iri"]).path)

    scao, mensch = thing("Teven Le Scao", "person"), thing("Arthur Mensch", "person")
    releases = httpx.get(f"{address}/releases", headers={"Accept": "application/json"}).json()["releases"]
    return {
        "start": "/",
        "search": "/search?q=language+models",
        "search-nothing": "/search?q=zzzzz",
        "people": "/person",
        "works": "/work",
        "sources": "/source",
        "person": mensch,
        "person-many": scao,
        "identity": f"{scao}/identity",
        "group": first("group"),
        "work": thing("Multitask Prompted", "work"),
        "works-by-title": "/work?sort=title",
        "organization": first("organization"),
        "topic": first("topic"),
        "venue": first("venue"),
        "source": thing("List of works", "source"),
        "source-profile": thing("Researcher profile", "source"),
        "software": first("software"),
        "explore-empty": "/explore",
        "explore": f"/explore?about={scao[1:]}",
        "explore-mixed": f"/explore?about={scao[1:]}&kind=person&kind=work&kind=topic&most=20",
        "explore-path": f"/explore?from={mensch[1:]}&to={thing('Claire Gardent', 'person')[1:]}",
        "sparql": f"/sparql?{httpx.QueryParams({'query': QUERY})}",
        "sparql-wrong": f"/sparql?{httpx.QueryParams({'query': 'SELECT * WHERE { ?s ?p }'})}",
        "queries": "/queries",
        "query": f"/queries/person-coauthors?person={scao[1:]}",
        "query-open": "/queries/coauthor-path",
        "quality": "/quality",
        "quality-shape": "/quality/shape/WorkHasDate",
        "dataset": "/dataset",
        "releases": "/releases",
        "difference": f"/releases/{releases[-1]['id']}/{releases[0]['id']}",
        "cv": f"{scao}.cv",
        "ontology": "/ontology",
        "shapes": "/shapes",
        "docs": "/docs",
        "tutorial": "/docs/tutorial",
        "reference": "/docs/reference-commands",
        "api": "/api",
        "settings": "/settings",
        "missing": "/person/arthur-mensch",
    }


def main(folder: Path, only: frozenset[str], at: str) -> None:
    """Take the pictures and print their names; with ``at`` of a server that runs already."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        server = None
        if not at:
            home = Home(Path(name) / "home")
            build(seed_inputs()[:-1], home)
            build(seed_inputs(), home)
            server = serve(home.path, KG_WORKERS="2")
            at = server.address
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for size, scheme in LOOKS:
                width, height = SIZES[size]
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if scheme == "dark" else "light",
                    reduced_motion="reduce",
                )
                page = context.new_page()
                for what, path in pages(at).items():
                    if only and not only & {what, f"{what}-{size}-{scheme}", f"{size}-{scheme}"}:
                        continue
                    page.goto(at + path, wait_until="networkidle")
                    target = folder / f"{what}-{size}-{scheme}.png"
                    tall = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
                    page.screenshot(path=target, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall})
                    print(target)
                context.close()
            browser.close()
        finally:
            if server is not None:
                server.stop()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path, nargs="?", default=Path("screenshots"))
    options.add_argument("only", nargs="*", help="names of pages (person), of looks (phone-dark) or of both")
    options.add_argument("--at", default="", help="address of a server to take them of")
    given = options.parse_args()
    main(given.folder, frozenset(given.only), given.at)

"""Take pictures of the main pages, light and dark, desktop and phone: ``python -m tests.browser.screenshots DIR``.

Builds the seeds in a folder of its own, serves them, and visits each page. The pictures are for looking at; nothing
compares them, and they are not kept in the repository.
"""

from __future__ import annotations

import shutil
import sys
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
SIZES = {"wide": (1600, 1000), "desktop": (1280, 900), "phone": (390, 844)}


def pages(address: str) -> dict[str, str]:
    """Return name -> path of the pages worth looking at."""

    def thing(name: str, kind: str) -> str:
        hits = httpx.get(f"{address}/search.json", params={"q": name, "kind": kind}).json()["hits"]
        return str(urlsplit(hits[0]["iri"]).path)

    scao = thing("Teven Le Scao", "person")
    return {
        "start": "/",
        "search": "/search?q=language+models",
        "person": thing("Arthur Mensch", "person"),
        "work": thing("Multitask Prompted", "work"),
        "topic": thing("Machine Learning", "topic"),
        "source": thing("List of works", "source"),
        "explore": f"/explore?about={scao[1:]}",
        "explore-mixed": f"/explore?about={scao[1:]}&kind=person&kind=work&kind=topic&most=20",
        "sparql": f"/sparql?{httpx.QueryParams({'query': QUERY})}",
        "queries": "/queries",
        "quality": "/quality",
        "dataset": "/dataset",
        "cv": f"{scao}.cv",
        "shapes": "/shapes",
        "docs": "/docs",
        "tutorial": "/docs/tutorial",
        "missing": "/person/arthur-mensch",
    }


def main(folder: Path) -> None:
    """Take the pictures and print their names."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        home = Path(name) / "home"
        build(seed_inputs(), Home(home))
        server = serve(home, KG_WORKERS="2")
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for scheme in ("light", "dark"):
                for size, (width, height) in SIZES.items():
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme="dark" if scheme == "dark" else "light",
                        reduced_motion="reduce",
                    )
                    page = context.new_page()
                    for what, path in pages(server.address).items():
                        page.goto(server.address + path, wait_until="networkidle")
                        target = folder / f"{what}-{size}-{scheme}.png"
                        page.screenshot(path=target)
                        print(target)
                    context.close()
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("screenshots"))

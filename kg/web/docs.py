"""The documentation as pages: ``/docs`` and ``/docs/NAME``, rendered from the Markdown that the repository holds.

Knows the four kinds by the beginnings of file names. Markdown is rendered by markdown-it without HTML, so that a text
cannot become a script. Does not know what the texts say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from fastapi import APIRouter, Request
from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from kg import assets
from kg.errors import NotFoundError
from kg.web.render import site_of

router = APIRouter()

KINDS: Final = {
    "tutorial": ("Tutorial", "To learn: one way through, from the beginning."),
    "how-to": ("How to", "To do: a goal, and the steps to it."),
    "reference": ("Reference", "To look up: complete, and written from the code."),
    "explanation": ("Explanation", "To understand: what was chosen, and why."),
}
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,60}")
_ELSEWHERE: Final = re.compile(r"[a-z]+:|/|#", re.IGNORECASE)


@dataclass(frozen=True)
class Section:
    """A heading of a page: where it leads, and its words."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Page:
    """A page of the documentation. ``html`` is safe: made of Markdown in which HTML is text."""

    name: str
    kind: str
    title: str
    about: str
    html: str
    sections: tuple[Section, ...]


@router.get("/docs", summary="The documentation")
async def index(request: Request) -> Response:
    """List the pages in their four kinds."""
    found = await run_in_threadpool(pages)
    return site_of(request).page(request, "docs.html", kinds=KINDS, pages=found)


@router.get("/docs/{name}", summary="One page of the documentation")
async def page(request: Request, name: str) -> Response:
    """Show a page; with ``.md`` behind its name give the Markdown."""
    stem = name.removesuffix(".md")
    if not _NAME.fullmatch(stem) or f"{stem}.md" not in assets.names("docs", ".md") or stem == "readme":
        raise NotFoundError(f"there is no page {name[:80]!r} in the documentation", advice="/docs lists the pages")
    if name.endswith(".md"):
        return Response(assets.data("docs", name), media_type="text/markdown; charset=utf-8")
    shown = await run_in_threadpool(read, stem)
    return site_of(request).page(request, "doc.html", shown=shown, kinds=KINDS)


@lru_cache(maxsize=1)
def pages() -> tuple[Page, ...]:
    """Return every page, in the order of the kinds and of the index that the repository shows."""
    listed = re.findall(r"\]\(([a-z0-9-]+)\.md\)", assets.text("docs", "README.md"))
    return tuple(read(name) for name in listed)


@lru_cache(maxsize=64)
def read(name: str) -> Page:
    """Read and render one page."""
    text = assets.text("docs", f"{name}.md")
    kind = next((kind for kind in KINDS if name.startswith(kind)), "explanation")
    html, sections = render(text)
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "<!--"))]
    title = text.partition("\n")[0].removeprefix("# ")
    about = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(lines[:2])).split(". ")[0].rstrip(".:")
    return Page(name, kind, title, f"{about}.", html, sections)


def render(text: str) -> tuple[str, tuple[Section, ...]]:
    """Return Markdown as HTML without its first heading, and its sections.

    Links to other pages lose their ``.md``; headings get anchors; tables and code can be scrolled by keyboard.
    """
    # Comments are HTML too, and would be shown as text.
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("fence", _fence)
    tokens = parser.parse(text)
    sections: list[Section] = []
    used: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag != "h1":
            words = tokens[place + 1].content.replace("`", "")
            anchor = re.sub(r"\W+", "-", words.lower()).strip("-") or "part"
            used[anchor] = used.get(anchor, 0) + 1
            anchor = anchor if used[anchor] == 1 else f"{anchor}-{used[anchor]}"
            token.attrSet("id", anchor)
            if token.tag == "h2":
                sections.append(Section(anchor, words))
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrSet("href", _link(str(inner.attrGet("href") or "")))
    if len(tokens) > 2 and tokens[0].tag == "h1":
        tokens = tokens[3:]
    return str(parser.renderer.render(tokens, parser.options, {})), tuple(sections)


def _link(href: str) -> str:
    if _ELSEWHERE.match(href):
        return href
    return re.sub(r"\.md(?=$|#)", "", href)


def _table_open(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    # Regions of a page need names of their own.
    env["tables"] = env.get("tables", 0) + 1
    label = f"Table {env['tables']}"
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table class="rows">\n'


def _table_close(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    return "</table></div>\n"


def _fence(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    from html import escape

    return f'<pre tabindex="0"><code>{escape(tokens[place].content)}</code></pre>\n'

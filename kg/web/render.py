"""Pages: the templates, what each of them can use, and the headers a page goes out with.

Knows Jinja2 (escaping everything, undefined names are errors) and where the templates lie. Knows nothing of the graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kg import __version__
from kg.queries import NamedQuery
from kg.web import questions
from kg.web.lag import lag_of
from kg.web.links import KINDS, Links, depth_root, short, spoken
from kg.web.note import note
from kg.web.reading import Ref, day_of
from kg.web.scripts import Scripts, read_scripts
from kg.web.tex import plain
from kg.web.world import World

STATIC: Final = ("kg.css", "icon.svg")
EXAMPLES: Final = 6


def environment() -> Environment:
    """Return the template environment; the templates themselves are read when they are first used."""
    env = Environment(
        loader=PackageLoader("kg.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(tex=plain, n=thousands, short=short, spoken=spoken, many=many, moment=moment)
    env.globals["KINDS"] = KINDS
    return env


def thousands(value: float | str) -> str:
    """Write a number with thin separators: 12,345."""
    return f"{value:,}" if isinstance(value, int | float) else value


def moment(text: str) -> str:
    """Write a moment in ISO form for people; what is none stays as it is.

    >>> moment("2026-11-25T19:33:25.452+00:00")
    '25 November 2026, 19:33 UTC'
    """
    day, _, time = text.partition("T")
    utc = " UTC" if time.endswith(("+00:00", "Z")) else ""
    return f"{day_of(day).text}, {time[:5]}{utc}" if time else day_of(day).text


def many(count: int, one: str, more: str = "") -> str:
    """Write a count with its noun: "1 work", "2 works"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


@dataclass(frozen=True)
class Site:
    """The world, and the means to show it. ``examples`` are things of each kind, known once the pool runs."""

    world: World
    templates: Environment
    stylesheet: str
    assets: Mapping[str, bytes]
    questions: Mapping[str, NamedQuery]
    scripts: Scripts
    examples: Mapping[str, tuple[Ref, ...]] = field(default_factory=dict)
    writing: bool = False
    """True when updates are open to those who hold a token."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Things by kind, as the manifest of the release counts them."""
        return self.world.release.manifest.get("counts") or {}

    def links(self, request: Request) -> Links:
        """Return the links of the page that answers a request."""
        return Links(self.world.base_iri, depth_root(request.scope["path"]))

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """Render a template. Beside ``values`` it can use ``links``, ``root``, ``world``, ``site`` and ``here``."""
        links = self.links(request)
        html = self.templates.get_template(template).render(
            links=links,
            root=links.root,
            world=self.world,
            site=self,
            version=__version__,
            here=request.scope["path"],
            lag=lag_of(self.world.release) if note().of_build else None,
            **values,
        )
        return HTMLResponse(html, status, {"Vary": "Accept", **(headers or {})})


def make_site(world: World) -> Site:
    """Return the site of a world. The stylesheet's address changes with its content, so that it can be cached.

    Raises NotFoundError when the scripts of the pages were not bundled.
    """
    folder = files("kg.web").joinpath("static")
    shipped = {name: folder.joinpath(name).read_bytes() for name in STATIC}
    style = f"static/kg.css?v={sha256(shipped['kg.css']).hexdigest()[:8]}"
    return Site(world, environment(), style, shipped, questions.load(world.base_iri), read_scripts())


async def with_examples(site: Site) -> Site:
    """Return the site with examples of each kind: those with most works, of works the most cited."""
    found: dict[str, tuple[Ref, ...]] = {}
    for kind in KINDS:
        listed = await run_in_threadpool(site.world.index.listed, kind, "works", "", EXAMPLES)
        found[kind] = tuple(Ref(one.iri, plain(one.label), None, kind) for one in listed)
    return replace(site, examples=found)


def site_of(request: Request) -> Site:
    """Return the site that a request was sent to."""
    return cast("Site", request.app.state.site)

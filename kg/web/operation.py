"""What those who run the server look at: ``/settings``, ``/readyz``, ``/metrics``.

Knows how a setting is documented (by the comment above it) and which settings are nobody's business: of one with
TOKEN in its name only whether it is set is shown, of a folder only its name.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import KgError
from kg.settings import Settings
from kg.store.answers import Question
from kg.web import answering, metrics
from kg.web.render import Site, site_of

router = APIRouter()

FORMS: Final = ("text/html", "application/json")
MOMENTARY: Final = ("/healthz", "/readyz", "/metrics")
"""Paths whose answers are of the moment and are never kept."""
_NO_STORE: Final = {"Cache-Control": "no-store"}
_UNITS: Final = {"seconds": "s", "bytes": "bytes", "rows": "rows", "characters": "characters", "levels": "levels",
                 "requests": "requests/s"}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """One setting as it is shown."""

    name: str
    value: Any
    unit: str
    default: Any
    about: str


@cache
def documentation() -> dict[str, str]:
    """Return what the comment above each setting says."""
    found: dict[str, str] = {}
    comment: list[str] = []
    for line in inspect.getsource(Settings).splitlines():
        text = line.strip()
        if text.startswith("#"):
            comment.append(text.removeprefix("#").strip())
            continue
        name = re.match(r"(\w+):", text)
        if name and comment:
            found[name[1]] = " ".join(comment)
        comment = []
    return found


def shown(settings: Settings) -> tuple[Setting, ...]:
    """Return every setting, as strangers may see it."""
    listed = []
    for field in fields(settings):
        value, default = getattr(settings, field.name), field.default
        if "token" in field.name or "secret" in field.name or "password" in field.name:
            value, default = "set" if value else "unset", "unset"
        elif isinstance(value, Path):
            value, default = value.name, str(default)
        about = documentation().get(field.name, "")
        unit = _UNITS.get(about.partition(" ")[0].lower(), "")
        listed.append(Setting(f"KG_{field.name.upper()}", value, unit, default, about))
    return tuple(listed)


@router.get("/settings", summary="The settings of this server, with value, unit and meaning")
async def settings_page(request: Request) -> Response:
    """Show every setting, as a page or as JSON."""
    form = answering.form_of(request, FORMS)
    return _settings(request, form)


@router.get("/settings.json", include_in_schema=False)
async def settings_json(request: Request) -> Response:
    """Give every setting as JSON."""
    return _settings(request, "application/json")


def _settings(request: Request, form: str) -> Response:
    site = site_of(request)
    listed = shown(site.world.settings)
    if form == "text/html":
        return site.page(request, "settings.html", settings=listed)
    body = orjson.dumps({"settings": [asdict(setting) for setting in listed]}, option=orjson.OPT_INDENT_2)
    return Response(body, headers={"Vary": "Accept"}, media_type=form)


@router.get("/readyz", summary="Can the server answer queries?")
async def readyz(request: Request) -> Response:
    """Answer 200 when a query is answered within a second or waits behind others, else 503."""
    site = site_of(request)
    reason = await _trouble(site)
    body = {"status": "unavailable" if reason else "ready", "release": site.world.release.id}
    if reason:
        body["reason"] = reason
    return Response(orjson.dumps(body), 503 if reason else 200, _NO_STORE, "application/json")


async def _trouble(site: Site) -> str:
    pool = site.world.pool
    if pool.closed:
        return "the server is starting or shutting down"
    if pool.full:
        return ""  # busy is not broken: deadlines see to it that it passes
    try:
        async with await pool.ask(Question("ASK {}"), deadline=1.0) as answer:
            await answer.read()
    except KgError as error:
        return error.message
    return ""


@router.get("/metrics", summary="Counters for Prometheus")
async def prometheus(request: Request) -> Response:
    """Give the counters of this server process in Prometheus' text format."""
    state = request.app.state
    writes = bool(getattr(state.updates, "writes", False))
    body = state.counts.write(site_of(request).world, state.answers, state.follower.epoch, writes=writes)
    return Response(body, 200, {**_NO_STORE, "Content-Type": metrics.MEDIA_TYPE})

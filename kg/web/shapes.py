"""The shapes for people: what is checked, how bad it is, why it matters and what to do, with what this release has.

Knows the words that shapes carry and the counts of a report. Runs no check.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from kg import assets
from kg.web import answering
from kg.web.links import short
from kg.web.render import site_of

router = APIRouter()

FORMS: Final = ("text/html", "text/turtle")


@dataclass(frozen=True)
class Rule:
    """One property shape in words. ``local`` is the end of its IRI."""

    local: str
    iri: str
    label: str
    severity: str
    path: str
    message: str
    why: str
    repair: str


@dataclass(frozen=True)
class Target:
    """A class and the rules for it, worst first."""

    name: str
    about: str
    rules: tuple[Rule, ...]


@router.get("/shapes", summary="What is checked, and why")
async def shapes(request: Request) -> Response:
    """Show the shapes in words, or give them as Turtle."""
    chosen = answering.form_of(request, FORMS)
    if chosen == "text/turtle":
        return await shapes_turtle(request)
    site = site_of(request)
    targets = await run_in_threadpool(read_targets)
    report = site.world.report
    counts = {count.shape: (count.focus_nodes, count.findings) for count in report.counts} if report else {}
    return site.page(request, "shapes.html", targets=targets, counts=counts, checked=report is not None)


@router.get("/shapes.ttl", summary="The shapes as Turtle")
async def shapes_turtle(request: Request) -> Response:
    """Give the shipped files one after the other."""
    body = b"\n".join(assets.data("shapes", name) for name in assets.names("shapes", ".ttl"))
    return Response(body, headers={"Vary": "Accept", "Content-Type": "text/turtle; charset=utf-8"})


@lru_cache(maxsize=1)
def read_targets() -> tuple[Target, ...]:
    """Return the shapes by what they check."""
    from kg.quality.report import SEVERITIES
    from kg.quality.shapes import shipped_shapes

    infos = shipped_shapes().infos
    rank = {name: place for place, name in enumerate(SEVERITIES)}
    targets = []
    for shape in sorted(infos):
        parent = infos[shape]
        rules = [
            Rule(name.rpartition("#")[2], name, one.label, one.severity, one.path, one.message, one.why, one.repair)
            for name, one in infos.items()
            if shape in one.parents and one.message and not name.startswith("_:")
        ]
        if rules and parent.target:
            ordered = sorted(rules, key=lambda rule: (rank.get(rule.severity, 9), rule.local))
            where = ", ".join(short(target) for target in parent.target.split())
            targets.append(Target(parent.label or where, f"{parent.why} Target: {where}.", tuple(ordered)))
    return tuple(targets)

"""``/quality``: what the validation of the release found, in words, with the thing and the line; and as data.

Knows how a report is shown and filtered. Does not validate anything: the report was made with the release.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.errors import NotFoundError, ReleaseError
from kg.quality import SEVERITIES, write
from kg.quality.history import NOTHING, Background, background
from kg.quality.kept import of_release
from kg.quality.shapes import SHAPES_IRI
from kg.store.answers import Question
from kg.store.releases import Home
from kg.web import answering
from kg.web.lag import of_build
from kg.web.render import Site, site_of

if TYPE_CHECKING:
    from kg.quality import Finding, Report, ShapeCount
    from kg.quality.report import SourceScore

router = APIRouter()

SHOWN: Final = 20
"""Findings of one shape on the page of all shapes."""
LISTED: Final = 100
"""Findings on a page of one shape; the data forms hold all that the release keeps."""
POINTS: Final = 10
"""Releases whose counts stand in a row."""
SOURCES: Final = 20
"""Sources with most findings that are named."""
FORMS: Final = {
    "text/html": "html",
    "application/json": "json",
    "text/csv": "csv",
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
}


@dataclass(frozen=True)
class ShapeSection:
    """The findings of one shape: those shown, how many the release lists, and how many there are.

    ``name`` is what the address of its own page calls the shape.
    """

    count: ShapeCount
    anchor: str
    name: str
    findings: tuple[Finding, ...]
    listed: int
    total: int


@router.get("/quality", summary="What the validation of this release found")
async def quality(request: Request) -> Response:
    """Show the report, or give it in the form a client prefers."""
    chosen = answering.form_of(request, tuple(FORMS))
    return await _answer(request, FORMS[chosen])


@router.get("/quality.{extension}", summary="The report as json, csv, ttl, jsonld, nt or rdf")
async def quality_data(request: Request, extension: str) -> Response:
    """Give the report in one form."""
    if extension not in FORMS.values():
        raise HTTPException(404, f"the report is offered as {', '.join(FORMS.values())}, not as {extension[:40]!r}")
    return await _answer(request, extension)


async def _answer(request: Request, form: str) -> Response:
    site = site_of(request)
    of_build()
    report = site.world.report
    if report is None:
        if form == "html":
            return site.page(request, "quality.html", report=None)
        raise NotFoundError("this release was built without validation", advice="build it without --no-validate")
    media_type = next(media for media, name in FORMS.items() if name == form)
    if form in {"json", "csv"}:
        headers = {"Vary": "Accept", "Content-Disposition": f'inline; filename="quality.{form}"'}
        return Response(write(report, form), headers=headers, media_type=media_type)
    if form != "html":
        want = answering.Wanted(None, (media_type, form))
        question = Question(
            "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", default_graphs=(f"{site.world.base_iri}graph/quality",)
        )
        return await answering.respond(
            request, site.world.pool, question, want, deadline=site.world.limits.deadline, name="quality"
        )
    severity = request.query_params.get("severity", "")
    if severity and severity not in SEVERITIES:
        raise HTTPException(400, f"severity is one of {', '.join(SEVERITIES)}, not {severity[:40]!r}")
    if "shape" in request.query_params:
        return _of_shape(site, request, report, request.query_params["shape"])
    known = await run_in_threadpool(_background, site.world.release.path)
    return site.page(
        request,
        "quality.html",
        report=report,
        points=known.points[-POINTS:],
        comparison=known.comparison,
        sections=sections_of(report, severity),
        clean=tuple(count for count in report.counts if not count.findings and count.focus_nodes),
        blind=tuple(count for count in report.counts if not count.findings and not count.focus_nodes),
        sources=sorted((one for one in report.sources if one.total), key=lambda one: (-one.total, one.source))[
            :SOURCES
        ],
        severity=severity,
        severities=SEVERITIES,
    )


@lru_cache(maxsize=4)
def _background(folder: Path) -> Background:
    """Return what is known of the releases up to one, by its folder. The reports of releases never change."""
    home = Home(folder.parent.parent)
    with suppress(ReleaseError):
        release = home.get_exactly(folder.name)
        report = of_release(release)
        if report is not None:
            return background(home.releases(), release, report)
    return NOTHING


def _worst(report: Report) -> list[SourceScore]:
    """Return the sources with most findings."""
    ranked = sorted(report.sources, key=lambda one: (-one.total, one.source))
    return [one for one in ranked[:SOURCES] if one.total]


def _of_shape(site: Site, request: Request, report: Report, name: str) -> Response:
    """Show the findings of one shape, a page at a time."""
    found = next((one for one in sections_of(report, shown=0) if one.name == name), None)
    if found is None:
        raise HTTPException(404, f"no check of the name {name[:80]!r} found anything in this release")
    text = request.query_params.get("page", "1")
    last = -(-found.listed // LISTED)
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    if not 1 <= number <= last:
        raise HTTPException(400, f"page is a number from 1 to {last}, not {text[:40]!r}")
    findings = [one for one in report.findings if one.shape == found.count.shape]
    shown = tuple(findings[(number - 1) * LISTED : number * LISTED])

    def address(page: int) -> str:
        return f"quality?{urlencode({'shape': name, 'page': page})}"

    following = address(number + 1) if number < last else ""
    return site.page(
        request,
        "quality_shape.html",
        headers={"Link": f'<{site.links(request).root}{following}>; rel="next"'} if following else {},
        section=replace(found, findings=shown),
        first=(number - 1) * LISTED,
        previous=address(number - 1) if number > 1 else "",
        following=following,
    )


def sections_of(report: Report, severity: str = "", shown: int = SHOWN) -> tuple[ShapeSection, ...]:
    """Group the findings by shape, worst first; with ``severity`` only the findings of that one."""
    by_shape: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if not severity or finding.severity == severity:
            by_shape.setdefault(finding.shape, []).append(finding)
    rank = {name: place for place, name in enumerate(SEVERITIES)}
    counts = sorted(report.counts, key=lambda count: (rank.get(count.severity, 9), -count.findings, count.shape))
    return tuple(
        ShapeSection(
            count,
            f"shape-{place}",
            count.shape.removeprefix(SHAPES_IRI),
            tuple(by_shape[count.shape][:shown]),
            len(by_shape[count.shape]),
            max(count.findings, len(by_shape[count.shape])),
        )
        for place, count in enumerate(counts, start=1)
        if count.shape in by_shape
    )

"""``/quality``: what the validation of the release found, in words, with the thing and the line; and as data.

Knows how a report is shown and filtered. Does not validate anything: the report was made with the release.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.errors import NotFoundError
from kg.quality import SEVERITIES, write
from kg.store.answers import Question
from kg.web import answering
from kg.web.lag import of_build
from kg.web.negotiate import choose
from kg.web.render import site_of

if TYPE_CHECKING:
    from kg.quality import Finding, Report, ShapeCount

router = APIRouter()

SHOWN: Final = 200
"""Findings of one shape on a page; the data forms hold all of them."""
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
    """The findings of one shape: those shown, and how many there are."""

    count: ShapeCount
    anchor: str
    findings: tuple[Finding, ...]
    total: int


@router.get("/quality", summary="What the validation of this release found")
async def quality(request: Request) -> Response:
    """Show the report, or give it in the form a client prefers."""
    chosen = choose(request.headers.get("accept"), tuple(FORMS))
    if chosen is None:
        raise answering.not_acceptable(FORMS)
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
            return site.page(
                request, "quality.html", report=None, sections=(), clean=(), severity="", severities=SEVERITIES
            )
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
    sections = sections_of(report, severity)
    clean = tuple(count for count in report.counts if not count.findings)
    return site.page(
        request,
        "quality.html",
        report=report,
        sections=sections,
        clean=clean,
        severity=severity,
        severities=SEVERITIES,
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
        ShapeSection(count, f"shape-{place}", tuple(by_shape[count.shape][:shown]), len(by_shape[count.shape]))
        for place, count in enumerate(counts, start=1)
        if count.shape in by_shape
    )

"""The report as one self-contained page: counts first, then the list.

Knows the page's layout, kept in ``page.html`` beside this module. It needs no script and fetches nothing: filters
are radio buttons and anchors. Every value is escaped by the template engine; addresses become links only when they
are http or https.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.quality.forms import short
from kg.quality.report import SEVERITIES, Report

if TYPE_CHECKING:
    from jinja2 import Template

PLACES_SHOWN = 5
"""Places listed openly under a finding; the others are one click away, none is left out."""


def page(report: Report) -> bytes:
    """Write the page."""
    return _template().render(_words(report)).encode("utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["short"] = short
    environment.filters["link"] = link
    environment.filters["figure"] = figure
    return environment.from_string((files("kg.quality") / "page.html").read_text(encoding="utf-8"))


def link(iri: str) -> str:
    """Return an address that is safe to follow, or ``""``."""
    return iri if iri.startswith(("http://", "https://")) else ""


def figure(value: int | Decimal) -> str:
    r"""Write a count with thin spaces between thousands, and a share as a percentage with one digit.

    >>> figure(Decimal("0.9677"))
    '96.8\xa0%'
    """
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f")
    return f"{value * 100:.1f}\u00a0%"


def _words(report: Report) -> Mapping[str, Any]:
    groups: list[dict[str, Any]] = []
    ranked = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    by_shape: dict[str, list[Any]] = {}
    for finding in report.findings:
        by_shape.setdefault(finding.shape, []).append(finding)
    for count in sorted(report.counts, key=lambda one: (ranked.get(one.severity, 9), -one.findings, one.shape)):
        groups.append({"count": count, "anchor": f"shape-{len(groups) + 1}", "findings": by_shape.get(count.shape, [])})
    return {
        "report": report,
        "found": [group for group in groups if group["findings"]],
        "clean": [group for group in groups if not group["findings"]],
        "counts": report.counts_by_severity,
        "severities": SEVERITIES,
        "shown": PLACES_SHOWN,
    }

"""The report as one self-contained page: counts first, what changed, where it comes from, then the list.

Knows the page's layout, kept in ``page.html`` and ``page.css`` beside this module. It needs no script and fetches
nothing: filters are radio buttons, charts are drawn here. Every value is escaped by the template engine; addresses
become links only when they are http or https.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from kg.quality import charts
from kg.quality.history import NOTHING, Background
from kg.quality.report import SEVERITIES, Finding, Report, ShapeCount, SourceScore
from kg.quality.shapes import short

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

PLACES_SHOWN: Final = 5
"""Places listed openly under a finding; the others are one click away, none is left out."""
FINDINGS_SHOWN: Final = 200
"""Findings of one check on the page; how many there are is said, and other forms list more."""
SOURCES_SHOWN: Final = 40
FILTERS: Final = 12
"""Kinds and sources that can be picked."""
WORDS: Final = {"Violation": "violations", "Warning": "warnings", "Info": "notes"}
NAMES: Final = {"Violation": "violation", "Warning": "warning", "Info": "note"}
TRIED: Final = {
    "OrConstraintComponent": "One of these must hold:",
    "XoneConstraintComponent": "Exactly one of these must hold:",
    "AndConstraintComponent": "Each of these must hold:",
}
"""What is said above the alternatives of a finding; under ``sh:not`` the message says all."""


@dataclass(frozen=True)
class Group:
    """One check with the findings that are shown, and the numbers of the filters it falls under."""

    count: ShapeCount
    anchor: str
    label: str
    share: str
    bar: Markup
    findings: tuple[Finding, ...] = ()
    kinds: tuple[int, ...] = ()
    sources: tuple[tuple[int, ...], ...] = ()

    @property
    def why(self) -> str:
        """Why the check is made."""
        return self.findings[0].why if self.findings else ""


def page(report: Report, background: Background = NOTHING) -> bytes:
    """Write the page. ``background`` is what is known of earlier releases."""
    return _template().render(_words(report, background)).encode("utf-8")


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
    >>> figure(Decimal("0.00001"))
    '<\xa00.1\xa0%'
    """
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f")
    if 0 < value < Decimal("0.0005"):
        return "<\u00a00.1\u00a0%"
    return f"{value * 100:.1f}\u00a0%"


def kind_of(target: str) -> str:
    """Return what a check is about in a word: the local name of its target's class.

    >>> kind_of("http://schema.org/ScholarlyArticle")
    'ScholarlyArticle'
    """
    return target.split(" ")[0].rstrip("/#").rpartition("#")[2].rpartition("/")[2] or "other"


def _words(report: Report, background: Background) -> Mapping[str, Any]:
    from markupsafe import Markup

    counts = report.counts_by_severity
    groups = _groups(report)
    found = [group for group in groups if group.count.findings]
    idle = [group for group in groups if not group.count.findings]
    scores = sorted(report.sources, key=lambda one: (-one.total, one.source))[:SOURCES_SHOWN]
    scores = [one for one in scores if one.total]
    return {
        "report": report,
        "lead": _lead(report, found),
        "sheet": Markup((files("kg.quality") / "page.css").read_text(encoding="utf-8").strip()),  # noqa: S704 - ours
        "cards": [_card(name, counts[name], background) for name in SEVERITIES],
        "overview": charts.bar(
            [charts.Part(counts[name], name, f"{counts[name]} {WORDS[name]}") for name in SEVERITIES],
            report.total,
            "Findings by severity",
        ),
        "found": found,
        "clean": [group for group in idle if group.count.focus_nodes],
        "blind": [group for group in idle if not group.count.focus_nodes],
        "counts": counts,
        "severities": SEVERITIES,
        "words": WORDS,
        "names": defaultdict(str, NAMES),
        "tried": defaultdict(str, TRIED),
        "kinds": _kinds(report),
        "top_sources": _top_sources(report),
        "comparison": background.comparison,
        "points": background.points,
        "trend": _trend(background),
        "scores": [
            {
                "one": one,
                "by": dict.fromkeys(SEVERITIES, 0) | dict(one.findings),
                "rate": _rate(one),
                "bar": _parts(one, scores[0].total),
            }
            for one in scores
        ],
        "numbers": [one for one in report.figures if isinstance(one.value, int)],
        "shares": [(one, charts.share(float(one.value))) for one in report.figures if not isinstance(one.value, int)],
        "shown": PLACES_SHOWN,
    }


def _lead(report: Report, found: Sequence[Group]) -> str:
    checks = len(report.counts)
    if not found:
        return f"No findings. {checks} checks were made."
    return f"{figure(report.total)} findings in {len(found)} of {checks} checks."


def _card(name: str, number: int, background: Background) -> dict[str, Any]:
    change = ""
    if len(background.points) > 1:
        difference = number - background.points[-2].counts.get(name, 0)
        if difference:
            change = f"{'+' if difference > 0 else '−'}{figure(abs(difference))} since the last release"
        else:
            change = "as in the last release"
    return {"name": name, "number": number, "word": WORDS[name], "change": change}


def _kinds(report: Report) -> list[tuple[str, int]]:
    numbers: Counter[str] = Counter()
    for count in report.counts:
        if count.findings:
            numbers[kind_of(count.target_class)] += count.findings
    return sorted(numbers.items(), key=lambda one: (-one[1], one[0]))[:FILTERS]


def _top_sources(report: Report) -> list[SourceScore]:
    ranked = sorted((one for one in report.sources if one.total), key=lambda one: (-one.total, one.source))
    return ranked[:FILTERS]


def _groups(report: Report) -> list[Group]:
    ranked = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    by_shape: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_shape.setdefault(finding.shape, []).append(finding)
    kinds = {name: place for place, (name, _) in enumerate(_kinds(report), start=1)}
    sources = {one.source: place for place, one in enumerate(_top_sources(report), start=1)}
    ordered = sorted(report.counts, key=lambda one: (ranked.get(one.severity, 9), -one.findings, one.shape))
    most = max((count.findings for count in ordered), default=0)
    groups = []
    for place, count in enumerate(ordered, start=1):
        shown = tuple(by_shape.get(count.shape, ())[:FINDINGS_SHOWN])
        kind = kinds.get(kind_of(count.target_class))
        groups.append(
            Group(
                count=count,
                anchor=f"shape-{place}",
                label=count.label or short(count.shape),
                bar=charts.bar([charts.Part(count.findings, count.severity)], most),
                share=figure(Decimal(count.findings) / Decimal(count.focus_nodes)) if count.focus_nodes else "",
                findings=shown,
                kinds=() if kind is None else (kind,),
                sources=tuple(tuple(sources[one] for one in finding.sources if one in sources) for finding in shown),
            )
        )
    return groups


def _parts(score: SourceScore, most: int) -> Markup:
    return charts.bar([charts.Part(number, name, WORDS.get(name, name)) for name, number in score.findings], most)


def _rate(score: SourceScore) -> str:
    """Return findings for each thing of a source; nothing for a source that states none."""
    return f"{Decimal(score.total) / score.things:.2f}" if score.things else ""


def _trend(background: Background) -> Markup:
    series = [
        charts.Line(tuple(float(point.counts.get(name, 0)) for point in background.points), name, WORDS[name])
        for name in SEVERITIES
    ]
    return charts.lines(series, "Findings over releases")

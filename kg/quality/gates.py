"""Gates: when a new release is worse than the last, by a stated rule.

A shape got worse when it has more findings than before, and a larger share of the nodes it looks at; or when it looked
at nodes before and looks at none now, because then it checks nothing. Growth alone makes nothing worse. Before the
first release there was nothing: every finding is worse. Knows two reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from kg.errors import GateError
from kg.quality.report import SEVERITIES, Report, ShapeCount

Gate: TypeAlias = Literal["violation", "warning", "info"]
"""The mildest severity that a gate looks at."""


@dataclass(frozen=True)
class Worsening:
    """One shape that got worse, with findings and nodes looked at, before and now."""

    shape: str
    label: str
    severity: str
    before: int
    now: int
    nodes_before: int
    nodes_now: int

    def __str__(self) -> str:
        name = self.label or self.shape
        if not self.nodes_now:
            return f"{self.severity}: {name} looked at {self.nodes_before:,} nodes before and looks at none now"
        return (
            f"{self.severity}: {name} has {self.now:,} findings on {self.nodes_now:,} nodes, "
            f"before {self.before:,} on {self.nodes_before:,}"
        )


def hold(old: Report | None, new: Report, gate: Gate) -> None:
    """Raise GateError, with every shape that got worse, when a release must not be published."""
    found = worse(old, new, gate)
    if found:
        checks = "one check" if len(found) == 1 else f"{len(found)} checks"
        raise GateError(
            f"the release is worse than the last by {checks} and was not published:\n"
            + "\n".join(f"  {one}" for one in found)
            + "\n",
            advice="repair the inputs, or build without --gate",
        )


def worse(old: Report | None, new: Report, gate: Gate = "violation") -> tuple[Worsening, ...]:
    """Return the shapes that got worse, worst severity first; empty when the release may be published.

    ``old`` is the report of the last release, None before the first.
    """
    looked_at = SEVERITIES[: ("violation", "warning", "info").index(gate) + 1]
    before = {} if old is None else {one.shape: one for one in old.counts}
    now = {one.shape: one for one in new.counts}
    found = []
    for shape in sorted({*before, *now}):
        was, is_now = before.get(shape), now.get(shape)
        known = is_now or was
        if known is not None and known.severity in looked_at and _is_worse(was, is_now):
            found.append(
                Worsening(
                    shape=shape,
                    label=known.label,
                    severity=known.severity,
                    before=was.findings if was else 0,
                    now=is_now.findings if is_now else 0,
                    nodes_before=was.focus_nodes if was else 0,
                    nodes_now=is_now.focus_nodes if is_now else 0,
                )
            )
    return tuple(sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.shape)))


def _is_worse(was: ShapeCount | None, now: ShapeCount | None) -> bool:
    if was is None or was.focus_nodes == 0:
        return now is not None and now.findings > (was.findings if was else 0)
    if now is None:
        # The shape itself is gone: that is a change of the rules, not of the data.
        return False
    if now.focus_nodes == 0:
        return True
    # Cross-multiplied: now.findings / now.focus_nodes > was.findings / was.focus_nodes, without rounding.
    return now.findings > was.findings and now.findings * was.focus_nodes > was.findings * now.focus_nodes

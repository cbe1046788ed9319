"""Gates: when a new release is worse than the last, by a stated rule.

A shape got worse when it has more findings than before, and a larger share of the nodes it looks at; or when it looked
at nodes before and looks at none now, because then it checks nothing. Growth alone makes nothing worse. Before the
first release there was nothing: every finding is worse. Knows two reports.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from kg.errors import GateError
from kg.quality.history import Change, changes
from kg.quality.report import SEVERITIES, Report

Gate: TypeAlias = Literal["violation", "warning", "info"]
"""The mildest severity that a gate looks at."""


def hold(old: Report | None, new: Report, gate: Gate) -> None:
    """Raise GateError, with every shape that got worse, when a release must not be published."""
    found = worse(old, new, gate)
    if found:
        checks = "one check" if len(found) == 1 else f"{len(found)} checks"
        raise GateError(
            f"the release is worse than the last by {checks} and was not published:\n"
            + "\n".join(f"  {told(one)}" for one in found)
            + "\n",
            advice="repair the inputs, or build without --gate",
        )


def worse(old: Report | None, new: Report, gate: Gate = "violation") -> tuple[Change, ...]:
    """Return the shapes that got worse, worst severity first; empty when the release may be published.

    ``old`` is the report of the last release, None before the first.
    """
    looked_at = SEVERITIES[: ("violation", "warning", "info").index(gate) + 1]
    found = [one for one in changes(old, new) if one.severity in looked_at and _is_worse(one)]
    return tuple(sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.shape)))


def _is_worse(one: Change) -> bool:
    if one.gone:
        # The shape itself is gone: that is a change of the rules, not of the data.
        return False
    if one.nodes_before == 0:
        return one.now > one.before
    if one.nodes_now == 0:
        return True
    # Cross-multiplied: findings per node now > findings per node before, without rounding.
    return one.now > one.before and one.now * one.nodes_before > one.before * one.nodes_now


def told(one: Change) -> str:
    """Say in words how a shape got worse."""
    name = one.label or one.shape
    if not one.nodes_now:
        return f"{one.severity}: {name} looked at {one.nodes_before:,} nodes before and looks at none now"
    return (
        f"{one.severity}: {name} has {one.now:,} findings on {one.nodes_now:,} nodes, "
        f"before {one.before:,} on {one.nodes_before:,}"
    )

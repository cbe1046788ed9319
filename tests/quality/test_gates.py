"""When a release is worse than the last: the rule as a table, and what a build does about it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kg.build import build
from kg.cli import main
from kg.errors import GateError
from kg.quality import Report
from kg.quality.gates import Gate, hold, told, worse
from kg.quality.report import ShapeCount
from kg.sources import InputFile
from kg.store.releases import Home


def report(findings: int, nodes: int, severity: str = "Violation", shape: str = "s") -> Report:
    return Report((), (ShapeCount(shape, "", severity, nodes, findings),), (), "http://toy.example/")


TABLE = [
    # before (findings, nodes), now, is it worse?
    ((0, 100), (0, 100), False),
    ((5, 100), (5, 100), False),
    ((5, 100), (4, 50), False),
    ((5, 100), (6, 100), True),
    ((5, 100), (6, 120), False),
    ((5, 100), (7, 120), True),
    ((5, 100), (10, 200), False),
    ((5, 100), (5, 10), False),
    ((0, 100), (1, 10**6), True),
    ((0, 0), (0, 50), False),
    ((0, 0), (3, 50), True),
    ((3, 50), (0, 0), True),
    ((0, 50), (0, 0), True),
]


@pytest.mark.parametrize(("before", "now", "is_worse"), TABLE, ids=str)
def test_the_rule(before: tuple[int, int], now: tuple[int, int], is_worse: bool) -> None:
    assert bool(worse(report(*before), report(*now))) == is_worse


@pytest.mark.parametrize(
    ("severity", "stopped_by"),
    [("Violation", {"violation", "warning", "info"}), ("Warning", {"warning", "info"}), ("Info", {"info"})],
)
def test_the_severities_a_gate_looks_at(severity: str, stopped_by: set[Gate]) -> None:
    gates: tuple[Gate, ...] = ("violation", "warning", "info")
    old, new = report(0, 5, severity), report(1, 5, severity)
    assert {gate for gate in gates if worse(old, new, gate)} == stopped_by


def test_before_the_first_release_every_finding_is_worse() -> None:
    assert worse(None, report(1, 5)) and not worse(None, report(0, 5))


def test_a_shape_that_is_gone_or_new_is_a_change_of_the_rules() -> None:
    assert not worse(report(0, 5, shape="old"), Report((), (), (), "http://toy.example/"))
    assert not worse(report(0, 5, shape="old"), report(0, 5, shape="new"))


def test_what_got_worse_is_said() -> None:
    both = replace(report(0, 5), counts=(*report(0, 5).counts, *report(0, 5, "Warning", "w").counts))
    now = replace(report(2, 5), counts=(*report(2, 5).counts, *report(1, 5, "Warning", "w").counts))
    assert [told(one) for one in worse(both, now, "warning")] == [
        "Violation: s has 2 findings on 5 nodes, before 0 on 5",
        "Warning: w has 1 findings on 5 nodes, before 0 on 5",
    ]
    with pytest.raises(GateError, match=r"by 2 checks and was not published:\n  Violation: s has"):
        hold(both, now, "warning")
    hold(both, both, "info")


WORK = {
    "type": "article-journal",
    "title": "The Slow Growth of Tides",
    "author": [{"given": "Ana", "family": "Moreno"}],
}
DATED = WORK | {"issued": {"date-parts": [[2001, 2, 3]]}}


def items(*works: dict[str, Any]) -> InputFile:
    return InputFile("works.json", json.dumps(works).encode())


def test_a_build_that_is_worse_changes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = build([items(DATED)], home)
    ledger = home.ledger_path.read_bytes()
    with pytest.raises(GateError, match="Warning: Work has a date"):
        build([items(WORK)], home, gate="warning")
    current = home.current()
    assert current is not None and current.id == first.release.id
    assert [one.id for one in home.releases()] == [first.release.id]
    assert home.ledger_path.read_bytes() == ledger
    assert build([items(WORK)], home, gate="violation").release.id != first.release.id


def test_a_release_that_was_not_validated_is_compared_all_the_same(tmp_path: Path) -> None:
    home = Home(tmp_path)
    build([items(WORK)], home, check=False)
    build([items(WORK)], home, gate="info")
    build([items(DATED)], home, check=False)
    with pytest.raises(GateError):
        build([items(WORK)], home, gate="warning")


def command(*arguments: str, home: Path) -> Result:
    return CliRunner().invoke(main, ("build", *arguments, "--home", str(home)), catch_exceptions=False)


def test_the_command(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    for folder, item in ((good, items(DATED)), (bad, items(WORK))):
        folder.mkdir()
        (folder / item.name).write_bytes(json.dumps([DATED if folder == good else WORK]).encode())
    home = tmp_path / "home"
    assert command(str(good), home=home).exit_code == 0
    stopped = command(str(bad), "--gate", "warning", home=home)
    assert stopped.exit_code == 3 and "was not published" in stopped.stderr and "Work has a date" in stopped.stderr
    usage = command(str(bad), "--gate", "warning", "--no-validate", home=home)
    assert usage.exit_code == 2 and "--gate needs the validation" in usage.stderr
    assert command(str(bad), home=home).exit_code == 0

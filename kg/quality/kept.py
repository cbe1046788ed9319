"""A report as bytes and back, whole: what a release keeps, and what the next validation starts from.

It stands in ``report.json`` of the release. JSON, compact, with terms as short lists. The RDF form of a report
(`Report.graph`) says the same to the world; this one keeps the order and the words of every field. Knows the fields
of a report and nothing else.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import orjson
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import ReleaseError
from kg.quality.report import Branch, Detail, Figure, Finding, Place, Proposal, Report, ShapeCount, SourceScore
from kg.quality.shacl.outcome import Refusal
from kg.store.finished import Release

FILE: Final = "report.json"
FORM: Final = 1
"""Counts up when the fields change; a report of another form is read as none."""


def keep(report: Report, folder: Path) -> None:
    """Write a report into the folder of a release that is being made."""
    (folder / FILE).write_bytes(to_bytes(report))


def of_release(release: Release) -> Report | None:
    """Return the report of a release as it was built.

    None where it was built without validation or by another version, where the file is damaged, and where edits made
    another release of it: then the quality graph is all that can be read.
    """
    path = release.path / FILE
    if "edition_of" in release.manifest or not path.is_file():
        return None
    try:
        return from_bytes(path.read_bytes())
    except ReleaseError:
        return None


def to_bytes(report: Report) -> bytes:
    """Write a report. About 1 kB a finding."""
    return orjson.dumps({"form": FORM, "report": _plain(report)})


def from_bytes(data: bytes) -> Report | None:
    """Read a report; None when it was written by another version. Raises ReleaseError for anything else."""
    try:
        document = orjson.loads(data)
        if document["form"] != FORM:
            return None
        return _report(document["report"])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ReleaseError("the kept report cannot be read", advice="build the release again") from error


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, NamedNode):
        return ["u", value.value]
    if isinstance(value, BlankNode):
        return ["b", value.value]
    if isinstance(value, Literal):
        return ["l", value.value, value.language, value.datatype.value]
    if isinstance(value, Triple):
        return [_plain(value.subject), _plain(value.predicate), _plain(value.object)]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _term(kept: Any) -> Any:
    if kept is None:
        return None
    kind, value = kept[0], kept[1]
    if kind == "u":
        return NamedNode(value)
    if kind == "b":
        return BlankNode(value)
    if kept[2]:
        return Literal(value, language=kept[2])
    return Literal(value, datatype=NamedNode(kept[3]))


def _triples(kept: Any) -> tuple[Triple, ...]:
    return tuple(Triple(_term(s), _term(p), _term(o)) for s, p, o in kept)


def _detail(kept: Any) -> Detail:
    focus, path, value, shape, component, severity, message, details = kept
    inner = tuple(map(_detail, details))
    return Detail(_term(focus), path, _term(value), shape, component, severity, message, inner)


def _finding(kept: Any) -> Finding:
    values = dict(zip((field.name for field in fields(Finding)), kept, strict=True))
    proposal = values["proposal"]
    return Finding(
        **values
        | {
            "places": tuple(Place(*one) for one in values["places"]),
            "value_term": _term(values["value_term"]),
            "records": tuple(values["records"]),
            "focus_term": _term(values["focus_term"]),
            "messages": tuple(map(_term, values["messages"])),
            "sources": tuple(values["sources"]),
            "branches": tuple(
                Branch(name, label, holds, tuple(wrong)) for name, label, holds, wrong in values["branches"]
            ),
            "proposal": None if proposal is None else Proposal(_triples(proposal[0]), _triples(proposal[1])),
            "details": tuple(map(_detail, values["details"])),
            "root_focus": _term(values["root_focus"]),
        }
    )


def _score(kept: Any) -> SourceScore:
    source, label, file, things, findings, shapes = kept
    by_severity, by_shape = (tuple((name, number) for name, number in some) for some in (findings, shapes))
    return SourceScore(source, label, file, things, by_severity, by_shape)


def _report(kept: Any) -> Report:
    values = dict(zip((field.name for field in fields(Report)), kept, strict=True))
    return Report(
        **values
        | {
            "findings": tuple(map(_finding, values["findings"])),
            "counts": tuple(ShapeCount(*one) for one in values["counts"]),
            "figures": tuple(
                Figure(name, about, value if isinstance(value, int) else Decimal(value))
                for name, about, value in values["figures"]
            ),
            "refusals": tuple(Refusal(*one) for one in values["refusals"]),
            "sources": tuple(map(_score, values["sources"])),
            "tallies": tuple(map(tuple, values["tallies"])),
        }
    )

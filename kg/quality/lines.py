"""On which lines of a document the statements stand that findings are about.

The document is read a second time, line by line, for these statements alone. A line is where a statement ends. Knows
the syntaxes that are written in lines; JSON-LD is not, nor is a blank node without a label found again: there the file
is named and no line. Nothing is guessed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import IO, Final, TypeAlias, cast

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat

from kg.quality.report import Finding, Place, Report
from kg.quality.shacl.paths import Step, parse_path

SHOWN: Final = 200
"""Characters of a line that are quoted."""
MOST: Final = 10
"""Lines of one finding that are named."""
Read: TypeAlias = Callable[[IO[bytes]], Iterable[Quad]]
"""Parses a file."""
_Asked = tuple[object, ...]
_LINED: Final = frozenset({RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS, RdfFormat.RDF_XML})


def placed(report: Report, file: IO[bytes], syntax: RdfFormat, read: Read, name: str) -> Report:
    """Return a report whose findings name the lines of a document, called ``name``, that they are about.

    That is the statement of the value that is wrong, or those of the property that is wrong, or the first about the
    node. ``file`` stands at its beginning; ``read`` parsed it without an error before.
    """
    found = _found(report.findings, file, read) if syntax in _LINED else {}
    findings = tuple(
        one if one.places else replace(one, places=_places(found.get(place, []), name))
        for place, one in enumerate(report.findings)
    )
    return replace(report, findings=findings)


def _places(lines: Iterable[tuple[int, str]], name: str) -> tuple[Place, ...]:
    return tuple(Place(name, line, text) for line, text in dict.fromkeys(lines)) or (Place(name, 0, ""),)


class _Lines(io.RawIOBase):
    """A file that is read one line at a time, and knows which."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.number = 0
        self._line = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if line := self._file.readline():
            self.number += 1
            self._line = line
        return line

    @property
    def text(self) -> str:
        """The line without the blanks around it, cut where it is long."""
        return self._line[: 4 * SHOWN].decode("utf-8", "replace").strip()[:SHOWN]


def _found(findings: Iterable[Finding], file: IO[bytes], read: Read) -> dict[int, list[tuple[int, str]]]:
    """Return the lines of each finding, by its place in the report."""
    asked: dict[_Asked, None] = {}
    ways: dict[int, tuple[_Asked, ...]] = {}
    for place, finding in enumerate(findings):
        ways[place] = tuple(_asked(finding))
        asked |= dict.fromkeys(ways[place])
    lines: dict[_Asked, list[tuple[int, str]]] = {}
    source = _Lines(file)
    for quad in read(cast("IO[bytes]", source)):
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        for key in ((subject, predicate, value), (subject, predicate), (subject,)):
            if key in asked:
                some = lines.setdefault(key, [])
                if len(some) < (1 if len(key) == 1 else MOST):
                    some.append((source.number, source.text))
    return {place: next((lines[key] for key in keys if key in lines), []) for place, keys in ways.items()}


def _asked(finding: Finding) -> Iterator[_Asked]:
    """Yield what would say where a finding is, best first: statements, properties of a node, nodes."""
    focus, value = finding.focus_term, finding.value_term
    step = parse_path(finding.path) if finding.path else None
    if isinstance(step, Step) and focus is not None:
        start, end = (value, focus) if step.inverse else (focus, value)
        if isinstance(start, NamedNode | BlankNode):
            if end is not None:
                yield (start, step.predicate, end)
            if not step.inverse:
                yield (start, step.predicate)
    if isinstance(focus, NamedNode | BlankNode):
        yield (focus,)

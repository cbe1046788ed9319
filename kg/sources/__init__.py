"""Read input files of every known format into records, each with its place and raw words.

This is the registry: it knows which formats there are, recognises them by content, and reads all inputs together,
because what one source prints apart ("Mistral 7B") tells how to read another ("Mistral 7BAlbert Q. Jiang"). It
does not know who is who, and writes no RDF. Nothing an input holds makes it raise: what cannot be read is a Problem.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from kg.model.records import Place, Problem, Source, SourceReading
from kg.sources import abstract_list, scored_profile, trust_profile, work_list
from kg.sources.document import Document, open_document
from kg.sources.formats import Format
from kg.sources.inputs import InputFile, find_inputs, seed_inputs
from kg.sources.settle import settle
from kg.sources.subject import infer_subjects

__all__ = ["FORMATS", "Format", "InputFile", "find_inputs", "read_all", "read_one", "recognise", "seed_inputs"]

FORMATS: Final[tuple[Format, ...]] = (
    trust_profile.FORMAT,
    scored_profile.FORMAT,
    work_list.FORMAT,
    abstract_list.FORMAT,
)

SURE_ENOUGH: Final = 0.5
"""A text is read as the format that recognises it best, if that one is at least so sure."""


def read_all(inputs: Sequence[InputFile], *, progress: Callable[[str], None] | None = None) -> list[SourceReading]:
    """Read every input, separate run-together lines with the evidence of all, then find whose page each one is.

    The readings are sorted by file name; the order of the inputs makes no difference. ``progress`` is called with a
    sentence before each step.
    """
    tell = progress or (lambda _: None)
    ordered = sorted(inputs, key=lambda item: (item.name, item.data))
    readings: list[SourceReading] = []
    for number, item in enumerate(ordered, start=1):
        tell(f"reading {item.name} ({number} of {len(ordered)})")
        readings.append(read_one(item))
    tell("separating titles from authors")
    readings = settle(readings)
    tell("finding whose pages they are")
    return [_titled(reading) for reading in infer_subjects(readings)]


def read_one(item: InputFile) -> SourceReading:
    """Read one input by itself: run-together lines stay pending, a page's subject stays open."""
    source = Source(
        file=item.name,
        sha256=hashlib.sha256(item.data).hexdigest(),
        layout=item.layout,
        captured=item.captured,
        site=item.site,
        rights=item.rights,
        subject=item.subject,
    )
    if item.fault:
        return _refused(source, "", f"the file cannot be read: {item.fault}", "check the file and its permissions")
    document = open_document(source, item.data)
    if not document.lines:
        cause = "the file is empty" if not item.data else "the file holds nothing but white space"
        return _refused(source, "", cause, "capture the page again, or remove the file")
    layout = _format_for(item, document)
    if layout is None:
        known = ", ".join(f"{f.name} ({f.about})" for f in FORMATS)
        damage = next((f"; line {line.number}: {line.damage}" for line in document.lines if line.damage), "")
        advice = f"known layouts: {known}; a layout that is not recognised can be told in sources.toml"
        told = (
            f"the layout {item.layout!r} that was told is not known" if item.layout else "no known layout fits the file"
        )
        return _refused(source, document.snippet(1, len(document.raw)), told + damage, advice, len(document.raw))
    return layout.read(replace(document, source=replace(source, layout=layout.name)))


def recognise(text: str) -> tuple[Format, float] | None:
    """Return the format that recognises a text best, and how sure it is (0 to 1); None when none is sure enough."""
    best, sure = max(((f, f.recognise(text)) for f in FORMATS), key=lambda pair: pair[1])
    return (best, sure) if sure >= SURE_ENOUGH else None


def _format_for(item: InputFile, document: Document) -> Format | None:
    if item.layout:
        return next((f for f in FORMATS if f.name == item.layout), None)
    found = recognise(document.text)
    return found[0] if found else None


def _refused(source: Source, text: str, cause: str, advice: str, last_line: int = 1) -> SourceReading:
    return SourceReading(
        source, problems=(Problem(Place(source.file, 1, last_line), text, cause, advice, "quarantined"),)
    )


def _titled(reading: SourceReading) -> SourceReading:
    if reading.profile or not reading.title or not reading.subject:
        return reading
    return replace(reading, title=f"{reading.title}: {reading.subject}")

"""Read input files of every known format into records, each with its place and raw words.

This is the registry: it knows which formats there are, recognises them by content, and reads all inputs together,
because what one source prints apart ("Mistral 7B") tells how to read another ("Mistral 7BAlbert Q. Jiang"). It
does not know who is who, and writes no RDF. Nothing an input holds makes it raise: what cannot be read is a Problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from kg.errors import InputError
from kg.model.keys import keys_of
from kg.model.records import Place, Problem, Source, SourceReading
from kg.sources import (
    abstract_list,
    acl_anthology,
    acl_people,
    arxiv_atom,
    bibtex,
    cff,
    codemeta,
    crossref_json,
    crossref_xml,
    csl_json,
    datacite_json,
    datacite_xml,
    dblp_xml,
    inveniordm_json,
    openalex,
    opencitations_csv,
    orcid_json,
    orcid_xml,
    rdf,
    ris,
    s2and,
    scored_profile,
    semantic_scholar,
    trust_profile,
    work_list,
)
from kg.sources.formats import Format
from kg.sources.inputs import InputFile, find_inputs, seed_inputs
from kg.sources.opening import Opened, open_input
from kg.sources.settle import settle
from kg.sources.subject import infer_subjects

__all__ = ["FORMATS", "Format", "InputFile", "find_inputs", "read_all", "read_one", "recognise", "seed_inputs"]

FORMATS: Final[tuple[Format, ...]] = (
    trust_profile.FORMAT,
    scored_profile.FORMAT,
    work_list.FORMAT,
    abstract_list.FORMAT,
    csl_json.FORMAT,
    acl_anthology.FORMAT,
    acl_people.FORMAT,
    arxiv_atom.FORMAT,
    dblp_xml.FORMAT,
    crossref_json.FORMAT,
    crossref_xml.FORMAT,
    openalex.FORMAT,
    datacite_json.FORMAT,
    datacite_xml.FORMAT,
    orcid_json.FORMAT,
    orcid_xml.FORMAT,
    inveniordm_json.FORMAT,
    semantic_scholar.FORMAT,
    s2and.FORMAT,
    codemeta.FORMAT,
    cff.FORMAT,
    bibtex.FORMAT,
    ris.FORMAT,
    opencitations_csv.FORMAT,
    rdf.FORMAT,
)
"""Every format there is. A file that two recognise equally well is read as the first of them."""

SURE_ENOUGH: Final = 0.5
"""A text is read as the format that recognises it best, if that one is at least so sure."""

_PAGES: Final = frozenset(layout.name for layout in FORMATS if layout.page)


def read_all(
    inputs: Sequence[InputFile],
    *,
    read: Callable[[InputFile], Iterable[SourceReading]] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[SourceReading]:
    """Read every input, separate run-together lines with the evidence of all, then find whose page each one is.

    The readings are sorted by file name; the order of the inputs makes no difference. ``read`` reads one input where
    it is not `read_one`; ``progress`` is told how many inputs are done, of how many.
    """
    readings: list[SourceReading] = []
    for number, item in enumerate(sorted(inputs, key=lambda item: item.name)):
        progress(number, len(inputs))
        readings.extend((read or read_one)(item))
    readings.sort(key=lambda reading: (reading.source.file, reading.source.sha256))
    readings = infer_subjects(settle(readings), _PAGES)
    return [replace(_titled(reading), keys=keys_of(reading)) for reading in readings]


def read_one(item: InputFile) -> Iterator[SourceReading]:
    """Read one input by itself: run-together lines stay pending, a page's subject stays open.

    A file gives one reading, an archive one for each file inside.
    """
    for opened in open_input(item):
        if isinstance(opened, Problem):
            source = Source(opened.place.file, "", layout=item.layout, captured=item.captured)
            yield SourceReading(source, problems=(opened,))
        else:
            yield _read(opened)


def recognise(text: str) -> tuple[Format, float] | None:
    """Return the format that recognises a text best, and how sure it is (0 to 1); None when none is sure enough."""
    best, sure = max(((f, f.recognise(text)) for f in FORMATS), key=lambda pair: pair[1])
    return (best, sure) if sure >= SURE_ENOUGH else None


def _read(opened: Opened) -> SourceReading:
    try:
        layout = _format_for(opened)
        named = replace(opened, source=replace(opened.source, layout=layout.name))
        return layout.read(named)
    except InputError as error:
        beginning = opened.beginning
        damage = next((f"; line {line.number}: {line.damage}" for line in beginning.lines if line.damage), "")
        last = len(beginning.raw)
        problem = Problem(
            Place(opened.source.file, 1, last, error.where),
            beginning.snippet(1, last),
            error.message + damage,
            error.advice,
            "quarantined",
        )
        return SourceReading(opened.source, problems=(problem,))


def _format_for(opened: Opened) -> Format:
    """Return the format of a file, told by hand or recognised. Raises InputError, with what is known, for none."""
    if not opened.head.strip():
        cause = "the file is empty" if not opened.size else "the file holds nothing but white space"
        raise InputError(opened.fault or cause, advice="get the file again, or remove it")
    known = ", ".join(f"{f.name} ({f.about})" for f in FORMATS)
    advice = f"known formats: {known}; a format that is not recognised can be told in sources.toml"
    if told := opened.source.layout:
        for layout in FORMATS:
            if layout.name == told:
                return layout
        raise InputError(f"the layout {told!r} that was told is not known", advice=advice)
    if found := recognise(opened.beginning.text):
        return found[0]
    raise InputError("no known format fits the file", advice=advice)


def _titled(reading: SourceReading) -> SourceReading:
    if reading.profile or not reading.title or not reading.subject:
        return reading
    return replace(reading, title=f"{reading.title}: {reading.subject}")

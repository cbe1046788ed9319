"""Read input files of every known format into records, each with its place and raw words.

This is the registry: it knows which formats there are, recognises them by content, and reads all inputs together,
because what one source prints apart ("Mistral 7B") tells how to read another ("Mistral 7BAlbert Q. Jiang"). It
does not know who is who, and writes no RDF. Nothing an input holds makes it raise: what cannot be read is a Problem,
and so is a file that a reader fails at, which is a fault of the reader and costs that file only.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Final, NamedTuple, Protocol

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
from kg.sources.foreign import foreign
from kg.sources.formats import Format, problem, stored
from kg.sources.inputs import InputFile, find_inputs, passed_over, seed_inputs, told_in_vain
from kg.sources.opening import Opened, legible, open_input
from kg.sources.settle import settle
from kg.sources.subject import infer_subjects
from kg.sources.watching import Watch

__all__ = [
    "FORMATS", "Format", "InputFile", "Kept", "NothingKept", "Read", "find_inputs", "passed_over", "read_all",
    "read_many", "read_one", "recognise", "seed_inputs", "told_in_vain",
]  # fmt: skip

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

MANY: Final = 1 << 22
"""Bytes of inputs from which another process that reads is worth its start."""

_PROCESSES: Final = 4
_SAID: Final = 200  # characters of what a fault says of itself
_IN_MEMORY: Final = 1 << 25
_PAGES: Final = frozenset(layout.name for layout in FORMATS if layout.page)


class Kept(Protocol):
    """Readings of inputs, kept from one build to the next."""

    def find(self, item: InputFile) -> list[SourceReading] | None:
        """Return what is kept of an input, None where nothing is."""

    def keep(self, item: InputFile, readings: Iterable[SourceReading]) -> list[SourceReading]:
        """Keep the readings of an input, and return them."""


class NothingKept:
    """Keeps nothing."""

    def find(self, item: InputFile) -> list[SourceReading] | None:
        """Return None."""

    def keep(self, item: InputFile, readings: Iterable[SourceReading]) -> list[SourceReading]:
        """Return the readings."""
        return list(readings)


def read_all(
    inputs: Sequence[InputFile],
    *,
    kept: Kept | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    timed: Callable[[str, float], None] = lambda name, seconds: None,
) -> list[SourceReading]:
    """Read every input, separate run-together lines with the evidence of all, then find whose page each one is.

    The readings are sorted by file name; the order of the inputs makes no difference. What is ``kept`` is not read
    again. ``progress`` is told how many bytes of the inputs are done, of how many; ``timed`` of each input that was
    read, by its name, how many seconds its files took, which several may take at once.
    """
    kept = kept or NothingKept()
    items = sorted(inputs, key=lambda item: item.name)
    found = [kept.find(item) for item in items]
    total, done = sum(item.size for item in items), 0
    missing: list[tuple[InputFile, Watch]] = []
    for item, known in zip(items, found, strict=True):
        if known is None:
            missing.append((item, _shares(done, item.size, total, progress)))
        done += item.size
    readings: list[SourceReading] = []
    with closing(read_many(missing)) as one_by_one:
        read = groupby(one_by_one, key=attrgetter("number"))
        for item, known in zip(items, found, strict=True):
            if known is not None:
                readings += known
                continue
            seconds: list[float] = []
            readings += kept.keep(item, _noting(next(read)[1], seconds))
            timed(legible(item.name), sum(seconds))
    readings.sort(key=lambda reading: (reading.source.file, reading.source.sha256))
    readings = infer_subjects(settle(readings), _PAGES)
    return [replace(_titled(reading), keys=keys_of(reading)) for reading in readings]


class Read(NamedTuple):
    """A reading, the number of the input it is of, and the seconds that it took."""

    number: int
    reading: SourceReading
    seconds: float


def _noting(read: Iterable[Read], seconds: list[float]) -> Iterator[SourceReading]:
    for one in read:
        seconds.append(one.seconds)
        yield one.reading


def _shares(done: int, size: int, total: int, progress: Callable[[int, int], None]) -> Watch:
    return lambda share: progress(done + int(share * size), total)


def read_one(item: InputFile, watch: Watch | None = None) -> Iterator[SourceReading]:
    """Read one input by itself: run-together lines stay pending, a page's subject stays open.

    A file gives one reading, an archive one for each file inside. ``watch`` is told which share of the input was read.
    """
    return (read.reading for read in read_many([(item, watch)], processes=1))


def read_many(
    items: Sequence[tuple[InputFile, Watch | None]], processes: int | None = None
) -> Generator[Read, None, None]:
    """Yield the readings of inputs, one input after the other, as `read_one` reads them.

    ``processes`` read at once, a file inside an input each; as many as are worth it if it is not given. Every input
    gives at least one reading. Close it to stop before the end: the processes end with it.
    """
    if processes is None:
        from kg.shares import cores

        processes = min(cores(), _PROCESSES) if sum(item.size for item, _ in items) >= MANY else 1
    if processes < 2:
        yield from map(_read_packed, _packed(items))
        return
    from kg.shares import over

    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        yield from over(_read_packed, _packed(items, Path(folder)), processes)


class _Packed(NamedTuple):
    """A file inside an input, ready to be read by another process, or the reading of what could not be opened.

    The bytes go with the file, or lie at ``path``. ``number`` is that of the input.
    """

    number: int
    opened: Opened | SourceReading
    path: Path | None = None


def _packed(items: Sequence[tuple[InputFile, Watch | None]], folder: Path | None = None) -> Iterator[_Packed]:
    """Yield the files inside inputs as they are for this process, or with a folder, in a form that can travel."""
    for number, (item, watch) in enumerate(items):
        for place, found in enumerate(_open(item, watch)):
            if isinstance(found, Problem):
                source = Source(found.place.file, "", layout=item.layout, captured=item.captured)
                yield _Packed(number, SourceReading(source, problems=(found,)))
            elif folder is None:
                yield _Packed(number, found)
            elif found.size <= _IN_MEMORY:
                yield _Packed(number, replace(found, file=io.BytesIO(found.stream().read())))
            else:
                path = folder / f"{number}-{place}"
                with path.open("wb") as file:
                    shutil.copyfileobj(found.stream(), file, 1 << 20)
                yield _Packed(number, replace(found, file=io.BytesIO()), path)


def _open(item: InputFile, watch: Watch | None) -> Iterator[Opened | Problem]:
    try:
        yield from open_input(item, watch)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - what it is stands in the problem
        yield problem(Place(legible(item.name), 1), _fault(error), kind="quarantined")


def _read_packed(packed: _Packed) -> Read:
    if isinstance(packed.opened, SourceReading):
        return Read(packed.number, packed.opened, 0.0)
    started = time.perf_counter()
    if packed.path is None:
        reading = _read(packed.opened)
    else:
        with packed.path.open("rb") as file:
            reading = _read(replace(packed.opened, file=file))
    return Read(packed.number, reading, time.perf_counter() - started)


def recognise(text: str) -> tuple[Format, float] | None:
    """Return the format that recognises a text best, and how sure it is (0 to 1); None when none is sure enough."""
    best, sure = max(((f, f.recognise(text)) for f in FORMATS), key=lambda pair: pair[1])
    return (best, sure) if sure >= SURE_ENOUGH else None


def _read(opened: Opened) -> SourceReading:
    try:
        layout = _format_for(opened)
        named = replace(opened, source=replace(opened.source, layout=layout.name))
        reading = layout.read(named)
        _check_storable(reading)
    except InputError as error:
        damage = next((f"; line {line.number}: {line.damage}" for line in opened.beginning.lines if line.damage), "")
        advice = f"convert the file to UTF-8; {error.advice}" if damage.endswith("not UTF-8") else error.advice
        return _unread(opened, InputError(error.message + damage, where=error.where, advice=advice))
    except (OSError, MemoryError):  # the machine's faults: another file would meet them too
        raise
    except Exception as error:  # noqa: BLE001 - what it is stands in the problem
        return _unread(opened, _fault(error))
    return reading


def _check_storable(reading: SourceReading) -> None:
    """Raise TypeError where something holds what is no Unicode text. Records of data files are checked as they come."""
    works = reading.works if isinstance(reading.works, tuple) else ()
    stored(replace(reading, works=works, people=(), keys=()))


def _unread(opened: Opened, error: InputError) -> SourceReading:
    """Return the reading of a file of which nothing was read; of a long one its beginning stands in the problem."""
    last = len(opened.beginning.raw)
    place, text = Place(opened.source.file, 1, last), opened.beginning.snippet(1, last)
    found = replace(problem(place, error, kind="quarantined", text=text), raw=opened.head)
    return SourceReading(opened.source, problems=(found,))


def _fault(error: Exception) -> InputError:
    """Say what a reader should not have raised. The tests put something here that raises."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    said = f"{type(error).__name__}: {str(error)[:_SAID]}, at {Path(at.filename).name}:{at.lineno}"
    return InputError(
        f"the reader failed, which is a fault of kg and not of the file ({said})",
        advice="report it with this file; the other files are read all the same",
    )


def _format_for(opened: Opened) -> Format:
    """Return the format of a file, told by hand or recognised. Raises InputError, with what is known, for none."""
    if not opened.head.strip():
        cause = "the file is empty" if not opened.size else "the file holds nothing but white space"
        raise InputError(opened.fault or cause, advice="get the file again, or remove it")
    advice = (
        "BibTeX, RIS, CSL-JSON, the answers of registries, RDF and more are known (docs/reference-inputs.md); a format "
        "that is not recognised can be told in sources.toml"
    )
    if told := opened.source.layout:
        for layout in FORMATS:
            if layout.name == told:
                return layout
        known = ", ".join(sorted(layout.name for layout in FORMATS))
        raise InputError(f"the layout {told!r} told in sources.toml is not known", advice=f"known are {known}")
    if found := recognise(opened.beginning.text):
        return found[0]
    name, other = foreign(opened.beginning.text)
    raise InputError(
        f"this is {name}, which is not read" if name else "no known format fits the file", advice=other or advice
    )


def _titled(reading: SourceReading) -> SourceReading:
    if reading.profile or not reading.title or not reading.subject:
        return reading
    return replace(reading, title=f"{reading.title}: {reading.subject}")

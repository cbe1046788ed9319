"""What holds for every format in XML: golden samples, true tables of fields, and nothing that disappears.

The samples are invented; the real files are counted by other means than the readers use.
"""

from __future__ import annotations

import doctest
import importlib
import random
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model.records import SourceReading
from kg.sources import FORMATS, InputFile, find_inputs, read_one, recognise

FILES: Final = Path(__file__).parent / "files"
REAL: Final = Path(__file__).parents[3] / "shared" / "data" / "formats"

SAMPLES: Final = {
    "acl-anthology": ["acl-anthology.xml"],
    "acl-people": ["acl-people-2025.yaml", "acl-people-2026.yaml"],
    "arxiv-atom": ["arxiv-atom.xml"],
    "crossref-xml": ["crossref-xml.xml", "crossref-xml-unixref.xml", "crossref-xml-deposit.xml"],
    "datacite-xml": ["datacite-xml.xml"],
    "dblp-xml": ["dblp-xml.xml", "dblp-xml-person.xml"],
    "orcid-xml": ["orcid-xml.xml", "orcid-xml-bulk.xml"],
}
"""Format -> the invented files that together have everything the format's table lists."""

PIECES: Final = {
    "arxiv-atom": rb"<(?:\w+:)?entry[ >]",
    "crossref-xml": rb"<query[ >]",
    "datacite-xml": rb"<resource[\s>]",
    # The record or part itself, and each activity in it.
    "orcid-xml": rb"\A|<(?:work:work|funding:funding)-summary[\s>]",
}
"""Folder of real files -> what each record begins with."""

CASES = [(name, file) for name, files in SAMPLES.items() for file in files]


def read(data: bytes | Path, layout: str = "") -> SourceReading:
    [reading] = read_one(InputFile(data.name if isinstance(data, Path) else "x.xml", data, layout=layout))
    return reading


def quarantined(reading: SourceReading) -> int:
    return sum(problem.kind == "quarantined" for problem in reading.problems)


MODULES: Final = (
    "acl_volumes", "crossref_parts", "dblp_people", "dblp_xml", "elements", "opening", "orcid_xml", "printed_months",
    "xml_stream",
)  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(f"kg.sources.{module}"))
    assert tried and not failed


@pytest.mark.parametrize(("name", "file"), CASES)
def test_the_samples_are_read_as_the_golden_files_say(
    name: str, file: str, golden: Callable[[SourceReading], None]
) -> None:
    reading = read(FILES / file)
    assert reading.source.layout == name
    golden(reading)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_format_claims_to_fill_is_filled(name: str) -> None:
    [form] = [form for form in FORMATS if form.name == name]
    readings = [read(FILES / file) for file in SAMPLES[name]]
    for field, path in form.fields.items():
        rooms: list[Any] = [work for reading in readings for work in reading.works]
        if path.split(".")[0] in ("people", "organizations"):
            rooms = [*readings, *(rooms if path == "organizations" else ())]
        assert any(values(rooms, path)), f"nothing fills {path}, which {field} should"


def values(things: Iterable[Any], path: str) -> list[Any]:
    """Return what stands at a path of attributes, through tuples."""
    found = list(things)
    for step in path.split("."):
        found = [inner for thing in found for inner in _each(getattr(thing, step))]
    return found


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else filter(None, [value])


@pytest.mark.parametrize("folder", PIECES)
def test_of_real_files_nothing_disappears(folder: str) -> None:
    if not (REAL / folder).is_dir():
        pytest.skip(f"the real {folder} files are not beside this checkout")
    inputs = find_inputs([REAL / folder])
    assert inputs
    for item in inputs:
        with item.open() as file:
            count = len(re.findall(PIECES[folder], file.read()))
        [reading] = read_one(item)
        assert reading.source.layout == folder, item.name
        assert len(reading.works) + len(reading.people) + quarantined(reading) == count, item.name


@pytest.mark.parametrize(("name", "file"), CASES)
def test_a_sample_is_taken_for_its_own_format_only(name: str, file: str) -> None:
    text = "\n".join(line.strip() for line in (FILES / file).read_text("utf-8").splitlines() if line.strip())
    found = recognise(text)
    assert found and found[0].name == name
    others = [form.name for form in FORMATS if form.name != name and form.recognise(text) >= found[1]]
    assert not others


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 2**32))
def test_mutated_samples_never_raise_and_are_accounted_for(case: tuple[str, str], seed: int) -> None:
    """Cut, repeated, swapped and overwritten at random, a file gives records and problems, and never silence."""
    name, file = case
    rng = random.Random(seed)
    data = bytearray((FILES / file).read_bytes())
    for _ in range(rng.randrange(1, 6)):
        if not data:
            break
        at, length = rng.randrange(len(data)), rng.randrange(1, 40)
        match rng.randrange(6):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = data[at : at + length * 8]
            case 2:
                data[at : at + 1] = rng.choice([b"\0", b"\xff", b"&", b"<", b"\xe2\x80\xae", b"&x;", b"]]>", b"<!--"])
            case 3:
                del data[at:]
            case 4:
                start = rng.randrange(len(data))
                data[at : at + length] = data[start : start + length]
            case 5:
                data[at:at] = b"<a>" * rng.choice([1, 300])
    reading = read(bytes(data) or b" ", name)
    assert reading.works or reading.people or reading.problems
    for problem in reading.problems:
        assert problem.cause and problem.place.file
        problem.text.encode("utf-8")
    for work in reading.works:
        assert "\0" not in work.title and "\u202e" not in work.title

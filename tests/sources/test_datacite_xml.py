"""DataCite's XML: kernels of all ages, wrapped or not, and creators that do not keep to the schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.records import SourceReading, WorkRecord
from kg.sources import InputFile, read_one

SAMPLE = Path(__file__).parent / "files" / "datacite-xml.xml"
REAL = Path(__file__).parents[3] / "shared" / "data" / "formats" / "datacite-xml"


def read(path: Path) -> SourceReading:
    [reading] = read_one(InputFile(path.name, path))
    return reading


@pytest.fixture(scope="module")
def work() -> WorkRecord:
    return next(work for work in read(SAMPLE).works if work.place.item == "10.5555/TOY.DATA")


def test_people_and_groups_are_told_apart_and_keep_their_order(work: WorkRecord) -> None:
    assert work.byline and not work.byline.complete  # one creator has no name
    assert [(m.position, m.name, m.kind) for m in work.byline.mentions] == [
        (1, "Ada Quill", "person"),
        (2, "Céleste Le Reed", "person"),
        (3, "The Toy Study Group", "group"),
        (4, "Bo Nib", "person"),
        (5, "Eve Blot", "person"),
    ]
    ada = work.byline.mentions[0]
    assert ada.orcid == "https://orcid.org/0000-0002-1825-0097"
    assert ada.identifiers == ("https://isni.org/isni/0000000121032683",)
    assert work.byline.mentions[1].orcid == "0000-0002-1825-0098"  # as printed, and noted


def test_organisations_bring_their_iris() -> None:
    assert read(SAMPLE).organizations == (
        ("Toytown University", "https://ror.org/013meh722"),
        ("Toy Archive", "https://ror.org/04wxnsj81"),
    )


def test_what_is_wrong_is_said() -> None:
    reading = read(SAMPLE)
    notes = {p.place.field for p in reading.problems if p.kind == "note"}
    assert notes == {
        "creators[1].nameIdentifiers[0].nameIdentifier",
        "creators[3]",
        "creators[5]",
        "dates[1].date",
        "relatedIdentifiers[2].relatedIdentifier",
    }
    [lost] = [p for p in reading.problems if p.kind == "quarantined"]
    assert b"<sizes/>" in lost.raw


def test_the_oldest_kernel_is_read_too() -> None:
    old = next(work for work in read(SAMPLE).works if work.place.item == "10.5555/toy.old")
    assert (old.title, old.licenses, old.date and old.date.iso()) == ("Old toys", ("all kept",), "2010")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside this checkout")
def test_a_real_file_that_is_not_well_formed_is_kept_whole() -> None:
    path = REAL / "datacite-example-relateditems.xml"
    [problem] = read(path).problems
    data = path.read_bytes()
    assert problem.kind == "quarantined" and "line 46" in problem.cause
    assert problem.raw == data[data.index(b"<resource") : data.index(b"</resource>") + len("</resource>")]

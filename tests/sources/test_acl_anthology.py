"""The ACL Anthology: a sample with every element of its schema, and the whole of it counted by other means."""

from __future__ import annotations

import re
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.model.records import SourceReading, WorkRecord
from kg.sources import InputFile, read_one
from kg.sources.acl_anthology import FORMAT
from kg.sources.acl_volumes import anthology_id
from kg.sources.printed_months import date_of_month

SAMPLE = Path(__file__).parent / "files" / "acl-anthology.xml"
ACL = Path(__file__).parents[3] / "shared" / "data" / "acl"
WHOLE = ACL / "acl-anthology-xml-2025-11-04.tar.xz"


@pytest.fixture(scope="module")
def sample() -> SourceReading:
    [reading] = read_one(InputFile(SAMPLE.name, SAMPLE))
    return reading


def work(reading: SourceReading, item: str) -> WorkRecord:
    [found] = [work for work in reading.works if work.place.item == item]
    return found


def test_every_piece_is_mapped_or_quarantined(sample: SourceReading) -> None:
    text = SAMPLE.read_text("utf-8")
    pieces = len(re.findall(r"<(?:paper|volume|talk)[ >]", text))
    quarantined = [problem for problem in sample.problems if problem.kind == "quarantined"]
    assert len(sample.works) + len(quarantined) == pieces
    assert sorted(problem.place.field for problem in quarantined) == ["", "id", "meta", "title", "title"]
    assert all(problem.raw.startswith((b"<paper", b"<volume", b"<talk")) for problem in quarantined)


def test_what_a_curator_should_look_at_is_noted_and_loses_nothing(sample: SourceReading) -> None:
    notes = {problem.place.field: problem.cause for problem in sample.problems if problem.kind == "note"}
    assert set(notes) == {"author[2].orcid", "author[5]", "doi", "month", "isbn", "year"}
    byline = work(sample, "2031.toy-main.1").byline
    assert byline and [m.orcid for m in byline.mentions] == [
        "0000-0002-1825-0097",
        None,
        "0000-0002-1825-0098",
        None,
        None,
    ]
    assert [m.position for m in byline.mentions] == [1, 2, 3, 4, 5]


def test_markup_of_titles_becomes_text(sample: SourceReading) -> None:
    paper = work(sample, "2031.toy-main.1")
    assert paper.title == "Counting GPUs in $O(n^2)$ with bold and slanted words"
    assert paper.abstract == "We count. See https://toy.example/code: it costs $x < y$ over two lines."


def test_names_keep_their_parts_and_their_script(sample: SourceReading) -> None:
    byline = work(sample, "2031.toy-main.1").byline
    assert byline
    ada, celeste, _, group, mononym = byline.mentions
    assert (ada.variants, ada.identifiers) == (("羽文",), ("https://aclanthology.org/people/ada-quill-toytown/",))
    assert (celeste.name, celeste.given, celeste.family) == ("Céleste Le Reed", "Céleste", "Le Reed")
    assert (group.name, group.kind, group.family) == ("BigToy Workshop", "group", "")
    assert (mononym.kind, mononym.given, mononym.family) == ("person", "", "Mononym")


def test_a_volume_has_its_editors_and_stands_for_its_front_matter(sample: SourceReading) -> None:
    volume = work(sample, "2031.toy-main")
    assert [m.name for m in volume.contributors] == ["Ada Quill", "Bo van der Nib"]
    assert {m.role for m in volume.contributors} == {"editor"}
    assert volume.byline is None
    assert volume.identifiers == (
        "https://aclanthology.org/2031.toy-main/",
        "https://doi.org/10.5555/2031.toy-main",
        "urn:isbn:9780000000002",
        "https://aclanthology.org/2031.toy-main.0/",
        "https://doi.org/10.5555/2031.toy-main.0",
    )


def test_a_journal_is_named_by_its_title_or_by_that_of_its_issue(sample: SourceReading) -> None:
    assert {work(sample, item).venue for item in ("2031.toy-j", "2031.toy-j.1", "2031.toy-k")} == {"Toy Journal"}


@pytest.mark.parametrize(
    ("year", "month", "iso"),
    [
        ("2020", "July", "2020-07"),
        ("2020", "7", "2020-07"),
        ("2020", "sEPTEMBER", "2020-09"),
        ("2020", "Sept", "2020-09"),
        ("2020", "March.", "2020-03"),
        ("2020", "August 28th", "2020-08-28"),
        ("2020", "5 January", "2020-01-05"),
        ("2020", "August 28th and 29th", "2020-08"),
        ("2020", "4--6 December", "2020-12"),
        ("2020", "Aug 23–Aug 27", "2020-08"),
        ("2020", "May–June", "2020"),
        ("2020", "31 May--2 June", "2020"),
        ("2020", "", "2020"),
    ],
)
def test_dates_are_as_fine_as_the_words_are(year: str, month: str, iso: str) -> None:
    date = date_of_month(year, month)
    assert date and date.iso() == iso


@pytest.mark.parametrize(
    ("year", "month"), [("2020", "Septemer"), ("20x0", "May"), ("2020", "13"), ("2020", "30 February")]
)
def test_dates_that_are_none_say_so(year: str, month: str) -> None:
    with pytest.raises(InputError):
        date_of_month(year, month)


@pytest.mark.parametrize(
    "parts",
    [
        ("P14", "1", "7", "P14-1007"),
        ("C69", "12", "1", "C69-1201"),
        ("D19", "1", "1", "D19-1001"),
        ("D19", "57", "2", "D19-5702"),
        ("2022.acl", "long", "42", "2022.acl-long.42"),
        ("W18", "63", "", "W18-63"),
    ],
)
def test_ids_are_those_of_the_site(parts: tuple[str, str, str, str]) -> None:
    assert anthology_id(*parts[:3]) == parts[3]


@pytest.mark.parametrize(
    "parts", [("P14", "long", "1"), ("2022.acl", "lo ng", "1"), ("../x", "1", "1"), ("2022.acl", "a", "1/../2")]
)
def test_parts_that_make_no_id_are_refused(parts: tuple[str, str, str]) -> None:
    with pytest.raises(InputError):
        anthology_id(*parts)


@pytest.mark.skipif(not WHOLE.exists(), reason="the Anthology is not beside this checkout")
@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_whole_anthology_is_read_paper_by_paper() -> None:
    """Counted by regular expressions on the raw files: papers, authors, editors, talks, volumes."""
    counts: Counter[str] = Counter()
    with tarfile.open(WHOLE, "r:xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            if file is None:
                continue
            text = file.read()
            for name in (b"paper", b"volume", b"talk", b"author", b"editor", b"speaker", b"orcid=", b"variant"):
                pattern = rb"<author[^>]* orcid=" if name == b"orcid=" else rb"<" + name + rb"[ >]"
                counts[name.decode()] += len(re.findall(pattern, text))
    read: Counter[str] = Counter()
    for reading in read_one(InputFile(WHOLE.name, WHOLE)):
        assert reading.source.layout == FORMAT.name
        for found in reading.works:
            kind = {"talk": "talk", "conference proceedings": "volume", "journal issue": "volume"}.get(
                found.genre, "paper"
            )
            read[kind] += 1
            mentions = found.byline.mentions if found.byline else ()
            read["author"] += len(mentions)
            read["orcid="] += sum(m.orcid is not None for m in mentions)
            for contributor in found.contributors:
                read[contributor.role] += 1
            read["variant"] += sum(len(m.variants) for m in (*mentions, *found.contributors))
        assert not any(p.cause == "the file holds no records" for p in reading.problems)
        read["quarantined"] += sum(problem.kind == "quarantined" for problem in reading.problems)
    assert read.pop("quarantined") == 0
    assert read == counts
    assert (read["paper"], read["author"]) == (108_819, 388_393)


@pytest.mark.skipif(not ACL.exists(), reason="the Anthology is not beside this checkout")
def test_the_seed_authors_stand_where_they_should() -> None:
    [reading] = read_one(InputFile("2020.emnlp.xml", ACL / "xml" / "2020.emnlp.xml"))
    byline = work(reading, "2020.emnlp-demos.6").byline
    assert byline and byline.mentions[17].name == "Teven Le Scao" and byline.mentions[17].family == "Le Scao"


def test_a_paper_within_an_event_is_one_of_the_volume_around_it() -> None:
    """Such a file breaks the schema; the id of an event may hold what no address can."""
    paper = "<paper id='1'><title>T</title><author><first>A</first><last>B</last></author></paper>"
    data = f"<collection id='2031.toy'><volume id='1'><event id='toy-20`31'>{paper}</event></volume></collection>"
    [reading] = read_one(InputFile("x.xml", data.encode()))
    assert [r.iri for r in work(reading, "2031.toy-1.1").related] == ["https://aclanthology.org/2031.toy-1/"]


def test_other_collections_are_not_taken_for_it() -> None:
    assert FORMAT.recognise("<collection id='stamps'><paper/></collection>") == 0
    assert FORMAT.recognise("[{}]") == 0

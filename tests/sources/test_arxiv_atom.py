"""arXiv's feeds: old and new ids, versions, errors, and names that were garbled on their way."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kg.model.records import SourceReading, WorkRecord
from kg.sources import InputFile, read_one

SAMPLE = Path(__file__).parent / "files" / "arxiv-atom.xml"
EMPTY = (
    b"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:arxiv='http://arxiv.org/schemas/atom'>"
    b"<id>http://arxiv.org/api/x</id></feed>"
)


@pytest.fixture(scope="module")
def sample() -> SourceReading:
    [reading] = read_one(InputFile(SAMPLE.name, SAMPLE))
    return reading


def work(reading: SourceReading, item: str) -> WorkRecord:
    [found] = [work for work in reading.works if work.place.item == item]
    return found


def test_an_entry_has_its_versions_days_and_numbers(sample: SourceReading) -> None:
    new = work(sample, "3101.00001v3")
    assert (new.version, new.date and new.date.iso()) == ("v3", "2031-01-02")
    assert new.identifiers == (
        "https://arxiv.org/abs/3101.00001",
        "https://doi.org/10.5555/toy.1",
        "https://doi.org/10.5555/toy.2",
    )
    assert new.urls == ("http://arxiv.org/pdf/3101.00001v3",)
    assert new.topics == ("math.PR", "cs.CL")
    assert [subject.name for subject in new.subjects] == ["60J10; 68T50", "I.2.7"]


def test_old_ids_are_ids(sample: SourceReading) -> None:
    assert work(sample, "hep-th/9901001v1").identifiers == ("https://arxiv.org/abs/hep-th/9901001",)
    assert work(sample, "math.GT/0309136").identifiers == ("https://arxiv.org/abs/math/0309136",)


def test_what_is_wrong_is_said_and_kept(sample: SourceReading) -> None:
    old = work(sample, "hep-th/9901001v1")
    assert old.date is None and old.date_printed.startswith("1999-02-30") and old.retracted.startswith("This paper")
    notes = {problem.place.field: problem.cause for problem in sample.problems if problem.kind == "note"}
    assert notes["author[2]"] == "the letters look garbled; 'José Le Reed' may be meant"
    assert set(notes) == {"author[2]", "author[3]", "doi", "updated"}


def test_the_entries_of_a_daily_feed_tell_what_is_announced() -> None:
    def entry(said: str, number: str = "3102.00001v2") -> str:
        return (
            f"<entry><id>oai:arXiv.org:{number}</id><title>Toys</title><published>2031-02-03T00:00:00-05:00</published>"
            f'<link href="https://arxiv.org/abs/{number[:10]}" rel="alternate"/><category term="cs.CL"/>'
            "<dc:creator>Ada Quill (Toy Lab, Toytown), Bo Nib, Jr., Cy Pen</dc:creator>"
            "<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights><arxiv:DOI>10.5555/toy.1</arxiv:DOI>"
            f"<arxiv:journal_reference>Toy Letters 3</arxiv:journal_reference>"
            f"<arxiv:announce_type>{said}</arxiv:announce_type>"
            f"<summary>arXiv:{number} Announce Type: {said}\nAbstract: We count.</summary></entry>"
        )

    feed = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:arxiv='http://arxiv.org/schemas/atom' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><id>http://rss.arxiv.org/atom/cs.CL</id>"
        f"{entry('new')}{entry('replace-cross', '3001.00002v3')}</feed>"
    )
    [reading] = read_one(InputFile("cs.CL", feed.encode()))
    assert reading.source.layout == "arxiv-atom" and not reading.problems
    new, again = reading.works
    assert new.identifiers == ("https://arxiv.org/abs/3102.00001", "https://doi.org/10.5555/toy.1")
    assert (new.place.item, new.version, new.abstract, new.title) == ("3102.00001v2", "v2", "We count.", "Toys")
    assert new.byline and new.byline.complete
    assert [(m.position, m.name, m.affiliations) for m in new.byline.mentions] == [
        (1, "Ada Quill", ("Toy Lab, Toytown",)),
        (2, "Bo Nib, Jr.", ()),
        (3, "Cy Pen", ()),
    ]
    assert new.date and new.date.iso() == "2031-02-03" and new.topics == ("cs.CL",)
    assert new.licenses == ("http://creativecommons.org/licenses/by/4.0/",) and new.urls == ()
    assert [(r.kind, r.iri, r.printed) for r in new.related] == [
        ("version-of", "https://doi.org/10.5555/toy.1", "Toy Letters 3")
    ]
    assert again.date is None and again.date_printed == ""  # the day of another version


def test_a_line_of_very_many_authors_is_taken_apart_in_one_go() -> None:
    line = ", ".join(f"Ada Quill{n}" for n in range(20_000))
    entry = f"<entry><id>oai:arXiv.org:3101.00001v1</id><creator>{line} (Lab, Toytown, Bo Nib</creator></entry>"
    started = time.process_time()
    [reading] = read_one(InputFile("in", EMPTY.replace(b"</feed>", f"{entry}</feed>".encode())))
    assert time.process_time() - started < 30
    [work] = reading.works
    assert work.byline and len(work.byline.mentions) == 20_000
    assert work.byline.mentions[-1].affiliations == ("Lab, Toytown, Bo Nib",)


def test_every_doi_of_an_entry_is_kept() -> None:
    entry = b"<entry><id>http://arxiv.org/abs/3101.00001</id><arxiv:doi>10.5555/a</arxiv:doi><arxiv:doi>10.5555/b</arxiv:doi></entry>"
    [reading] = read_one(InputFile("in", EMPTY.replace(b"</feed>", entry + b"</feed>")))
    assert reading.works[0].identifiers[1:] == ("https://doi.org/10.5555/a", "https://doi.org/10.5555/b")


def test_an_error_of_the_api_is_no_work(sample: SourceReading) -> None:
    causes = [problem.cause for problem in sample.problems if problem.kind == "quarantined"]
    assert causes == [
        "arXiv answered with an error: incorrect id format for 12",
        "the entry has neither id nor title nor author",
    ]


def test_an_empty_feed_is_noted() -> None:
    [reading] = read_one(InputFile("empty.xml", EMPTY))
    assert [(problem.kind, problem.cause) for problem in reading.problems] == [("note", "the file holds no records")]

"""Files are recognised by their content: each real file as its own format, and as no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.sources import FORMATS, InputFile, read_one, recognise, seed_inputs
from kg.sources.inputs import BESIDE_SUFFIXES
from kg.sources.opening import Opened, open_input

FILES = Path(__file__).parent / "files"
REAL = Path(__file__).parents[3] / "shared" / "data" / "formats"

# Folder of the real files -> the format that reads them.
FOLDERS = {
    "arxiv-atom": "arxiv-atom",
    "cff": "cff",
    "codemeta": "codemeta",
    "crossref-json": "crossref-json",
    "crossref-xml": "crossref-xml",
    "csl-json": "csl-json",
    "datacite-json": "datacite-json",
    "datacite-xml": "datacite-xml",
    "inveniordm-json": "inveniordm-json",
    "openalex-json": "openalex",
    "orcid-json": "orcid-json",
    "orcid-xml": "orcid-xml",
    "s2and": "s2and",
    "bibtex": "bibtex",
    "bibtex-scale": "bibtex",
    "opencitations-meta-csv": "opencitations-csv",
    "opencitations-meta-rdf": "rdf",
    "ris": "ris",
    "schema-org": "rdf",
    "semopenalex-rdf": "rdf",
    "vivo-rdf": "rdf",
}
NAMES = {f.name for f in FORMATS}


def beginning(path: Path) -> str:
    for opened in open_input(InputFile(path.name, path)):
        assert isinstance(opened, Opened)
        return opened.beginning.text
    raise AssertionError(f"{path} holds nothing")


def real_files() -> list[Path]:
    return sorted(p for p in REAL.glob("*/*") if p.suffix not in BESIDE_SUFFIXES) if REAL.is_dir() else []


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside this checkout")
@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_real_files_are_recognised(folder: str) -> None:
    files = [path for path in real_files() if path.parent.name == folder]
    assert files
    for path in files:
        text = beginning(path)
        sure = {f.name: f.recognise(text) for f in FORMATS}
        own = sure.pop(FOLDERS[folder])
        # A margin, so that the order of the formats decides nothing.
        assert own >= 0.5 and own - max(sure.values()) >= 0.05, (path.name, own, sure)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside this checkout")
def test_no_format_claims_files_of_another() -> None:
    for path in real_files():
        if path.parent.name not in FOLDERS:
            text = beginning(path)
            claimed = [f.name for f in FORMATS if f.name in FOLDERS.values() and f.recognise(text) >= 0.5]
            assert not claimed, path


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_samples_are_recognised(path: Path) -> None:
    found = recognise(beginning(path))
    assert found and (path.stem == found[0].name or path.stem.startswith(f"{found[0].name}-"))


def test_pages_are_not_claimed_by_data_formats() -> None:
    for item in seed_inputs():
        for opened in open_input(item):
            assert isinstance(opened, Opened)
            sure = {f.name: f.recognise(opened.beginning.text) for f in FORMATS if not f.page}
            assert max(sure.values()) < 0.5, item.name


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"type": "x"}', "[1, 2]", "plain words", "<a/>", "@prefix", "AU  - x"]
)
def test_what_is_no_format_is_claimed_by_none(text: str) -> None:
    assert recognise(text) is None


@pytest.mark.parametrize(
    ("text", "name", "advice"),
    [
        ("\nPMID- 25883348\nOWN - NLM\nTI  - Rivers\n", "PubMed's own format (nbib)", "CSL-JSON"),
        ("<?xml version='1.0'?>\n<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>", "PubMed XML", "CSL-JSON"),
        ("<?xml version='1.0'?>\n<xml><records><record/></records></xml>", "EndNote XML", "RIS"),
        ("%0 Journal Article\n%T Rivers\n", "EndNote's tagged format (enw, Refer)", "RIS"),
        ("FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\n", "Web of Science's plain text", "BibTeX"),
        ("<collection xmlns='http://www.loc.gov/MARC21/slim'><record/></collection>", "MARCXML", "RIS"),
        ("<mods:modsCollection xmlns:mods='http://www.loc.gov/mods/v3'/>", "MODS", "RIS"),
        ("<article article-type='research-article'><front/></article>", "the text of an article in XML (JATS)", "DOI"),
        ("<rss version='2.0'><channel/></rss>", "an RSS feed", "Atom"),
        ("<!DOCTYPE html>\n<html><body>Ada Ant</body></html>", "a web page", "JSON-LD"),
        ('Authors,"Author full names",Title\n', "a table of Scopus", "RIS"),
    ],
)
def test_formats_that_are_not_read_are_called_by_their_names(text: str, name: str, advice: str) -> None:
    [reading] = read_one(InputFile("x", text.encode()))
    [problem] = reading.problems
    assert (problem.kind, problem.cause) == ("quarantined", f"this is {name}, which is not read")
    assert advice in problem.advice and not reading.works

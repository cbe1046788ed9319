"""The readers of JSON formats, and of YAML: what they map, that they lose nothing, and that nothing hurts them.

Each format has a sample of invented records with all its fields (``files/``), a golden file of what is made of it, and
the real files of its folder where they are at hand.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.model.records import Funding, Problem, SourceReading
from kg.sources import FORMATS, InputFile, read_one

FILES = Path(__file__).parent / "files"
REAL = Path(__file__).parents[3] / "shared" / "data" / "formats"

Count = Callable[[Any], int]


@dataclasses.dataclass(frozen=True)
class Case:
    """A format, the folder of its real files, and how many records a parsed file holds, counted another way."""

    name: str
    folder: str
    count: Count
    lists: tuple[str, ...] = ()
    """Where in the sample its records stand; the paths of ``FIELDS`` begin there."""
    within: tuple[str, ...] = ()
    """Names of fields in which records stand inside others; the paths of ``FIELDS`` begin there, too."""

    members: bool = False
    """Whether the records are the members of an object."""

    suffix: str = "json"

    @property
    def sample(self) -> bytes:
        return (FILES / f"{self.name}.{self.suffix}").read_bytes()

    def parse(self, data: bytes) -> Any:
        if self.suffix != "json":
            return yaml.load(data, Loader=yaml.CBaseLoader)
        return json.loads(data, parse_constant=lambda name: None)  # NaN and Infinity say nothing

    def write(self, document: Any, ascii_only: bool = True) -> bytes:
        if self.suffix == "json":
            return json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
        sound = json.loads(json.dumps(document).replace("\\ud800", "?"))  # which YAML cannot hold
        written: str = yaml.dump(sound, Dumper=_Plain, sort_keys=False)
        return written.encode()


class _Plain(yaml.CSafeDumper):
    """Writes each value out, however often it stands there."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def citation_file(document: Any) -> int:
    """Count the software, its preferred citation and its references."""
    if not isinstance(document, dict):
        return 1
    references = document.get("references")
    preferred = document.get("preferred-citation") not in (None, "", "null")
    return 1 + preferred + (len(references) if isinstance(references, list) else 0)


def listed(*paths: str) -> Count:
    """Count the elements of the list at the first path that there is; a document without any is one record.

    Documents that stand in an array are counted one by one.
    """
    return lambda document: len(flat(document, *paths))


def flat(document: Any, *paths: str) -> list[Any]:
    """Return the records of a document, or of an array of documents."""
    return (
        [r for one in document for r in _held(one, *paths)] if isinstance(document, list) else _held(document, *paths)
    )


def _held(document: Any, *paths: str) -> list[Any]:
    for path in paths:
        found = document
        for step in path.split("/"):
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, list):
            return found
    return [document]


def papers(document: Any) -> int:
    """Count the papers and authors; null in a list stands for one that was not found."""
    return sum(record is not None for record in flat(document, "data"))


def signatures(document: Any) -> int:
    """Count the members; a file of clusters is refused as a whole, and so is what is no object."""
    first = document.get("1") if isinstance(document, dict) else None
    clusters = isinstance(first, dict) and "signature_ids" in first
    return len(document) if isinstance(document, dict | list) and not clusters else 1


def orcid(document: Any) -> int:
    """Count people, works and fundings: the works of a record are records of their own."""

    def entries(value: Any) -> list[Any]:
        return value if isinstance(value, list) else [] if value is None else [value]

    def activities(section: Any, entry: str) -> int:
        groups = entries(section.get("group")) if isinstance(section, dict) else []
        return sum(len(entries(g.get(entry))) if isinstance(g, dict) else 1 for g in groups)

    count = 0
    for record in flat(document, "bulk", "expanded-result", "result"):
        count += 1
        if isinstance(record, dict) and {"orcid-identifier", "person", "activities-summary"} & set(record):
            summary = record.get("activities-summary")
            if isinstance(summary, dict):
                count += activities(summary.get("works"), "work-summary")
                count += activities(summary.get("fundings"), "funding-summary")
        elif isinstance(record, dict) and isinstance(record.get("group"), list):
            count += activities(record, "work-summary") - 1
    return count


CASES = [
    Case("crossref-json", "crossref-json", listed("message/items", "items"), ("message", "items")),
    Case("datacite-json", "datacite-json", listed("data")),
    Case("orcid-json", "orcid-json", orcid, within=("work", "work-summary")),
    Case("inveniordm-json", "inveniordm-json", listed("hits/hits"), ("hits", "hits")),
    Case("semantic-scholar", "semantic-scholar-json", papers, ("data",)),
    Case("s2and", "s2and", signatures, members=True),
    Case("codemeta", "codemeta", listed("@graph")),
    Case("cff", "cff", citation_file, within=("preferred-citation", "references"), suffix="cff"),
    Case("csl-json", "csl-json", listed("items")),
    Case("openalex", "openalex-json", listed("results"), ("results",)),
]
IDS = [case.name for case in CASES]


def read(data: bytes, name: str = "sample.json") -> SourceReading:
    [reading] = read_one(InputFile(name, data))
    return reading


def records(reading: SourceReading) -> int:
    """Return how many records a reading accounts for: mapped and in quarantine."""
    return len(reading.works) + len(reading.people) + sum(p.kind == "quarantined" for p in reading.problems)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_sample_gives_what_its_golden_file_says(case: Case, golden: Callable[[SourceReading], None]) -> None:
    reading = read(case.sample, f"{case.name}.{case.suffix}")
    assert reading.source.layout == case.name
    assert records(reading) == case.count(case.parse(case.sample))
    golden(reading)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_every_record_of_every_real_file_is_mapped_or_reported(case: Case) -> None:
    if not (REAL / case.folder).is_dir():
        pytest.skip(f"the real {case.folder} files are not beside this checkout")
    files = sorted((REAL / case.folder).iterdir())
    assert files
    for path in files:
        data = path.read_bytes()
        reading = read(data, path.name)
        assert reading.source.layout == case.name or not reading.works, path.name
        assert records(reading) == case.count(case.parse(data)), path.name
        assert all(p.cause for p in reading.problems)
        assert all(NamedNode(iri) for iri in iris(reading))


# What FIELDS and ASIDE say


def paths_of(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every value in a record; lists do not count as steps."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths_of(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from paths_of(inner, path)
    else:
        yield path


def records_of(document: Any, lists: tuple[str, ...]) -> list[Any]:
    """Return the records of a file without the envelopes that an API puts around them."""
    for step in (*lists, "message", "data", "bulk"):
        found = document.get(step) if isinstance(document, dict) else None
        document = found if isinstance(found, dict | list) else document
    records = document if isinstance(document, list) else [document]
    for wrapper in ("attributes", "work"):
        records = [{**{k: r[k] for k in r if k != wrapper}, **r[wrapper]} if wrapper in r else r for r in records]
    return records


def without(value: Any, path: tuple[str, ...], within: tuple[str, ...] = ()) -> Any:
    """Return a copy of records in which nothing stands at a path, neither in them nor in records inside."""
    if isinstance(value, list):
        return [without(inner, path, within) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, inner in value.items():
        if key == path[0] and len(path) > 1:
            kept[key] = without(inner, path[1:])
        elif key != path[0]:
            kept[key] = inner
    return {key: _inside(inner, path, within, key) for key, inner in kept.items()} if within else kept


def _inside(value: Any, path: tuple[str, ...], within: tuple[str, ...], key: str) -> Any:
    if key in within:
        return without(value, path)
    if isinstance(value, list):
        return [_inside(inner, path, within, "") for inner in value]
    return {k: _inside(v, path, within, k) for k, v in value.items()} if isinstance(value, dict) else value


def attribute(reading: SourceReading, path: str) -> Any:
    """Return what stands at an attribute in all records of a reading: ``byline.mentions.orcid``, ``people.names``."""
    if path == "organizations":
        return reading.organizations
    owners: Any = reading.people if path.startswith("people.") else reading.works
    return [_reached(owner, path.removeprefix("people.").split(".")) for owner in owners]


def _reached(value: Any, path: list[str]) -> Any:
    if not path:
        return value
    if isinstance(value, tuple):
        return tuple(_reached(inner, path) for inner in value)
    return None if value is None else _reached(getattr(value, path[0]), path[1:])


def filled(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(filled, value))
    return value not in (None, "")


FIELDS = [(case, field) for case in CASES for field in next(f for f in FORMATS if f.name == case.name).fields]


@pytest.mark.parametrize(("case", "field"), FIELDS, ids=[f"{case.name} {field}" for case, field in FIELDS])
def test_what_the_table_of_fields_says_is_true(case: Case, field: str) -> None:
    """With the field the attribute is filled; without it, it is another one."""
    target = next(f for f in FORMATS if f.name == case.name).fields[field]
    whole = read(case.sample)
    assert filled(attribute(whole, target)), f"no record of the sample has {target}"
    document = case.parse(case.sample)
    changed = copy.deepcopy(document)
    owner = changed
    for step in case.lists[:-1]:
        owner = owner[step]
    if case.members:
        changed = {key: without(record, tuple(field.split("."))) for key, record in changed.items()}
    elif case.lists:
        owner[case.lists[-1]] = without(owner[case.lists[-1]], tuple(field.split(".")), case.within)
    else:
        changed = without(changed, tuple(field.split(".")), case.within)
    assert changed != document, f"the sample has no {field}"
    cut = read(case.write(changed))
    assert attribute(cut, target) != attribute(whole, target)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_no_field_is_left_aside_in_silence(case: Case) -> None:
    """Every field of the sample and of the real files is mapped, or listed among those left aside."""
    layout = next(f for f in FORMATS if f.name == case.name)
    told = {tuple(field.split(".")) for field in (*layout.fields, *layout.aside)}
    assert len(told) == len(layout.fields) + len(layout.aside), "a field is told twice"
    for field in layout.aside:  # what is left aside is left aside whole
        assert not [mapped for mapped in layout.fields if mapped.startswith(f"{field}.")], field
    inner = {path[:n] for path in told for n in range(1, len(path))}
    files = [case.sample]
    if (REAL / case.folder).is_dir():
        files += [path.read_bytes() for path in sorted((REAL / case.folder).iterdir())]
    silent = set()
    for data in files:
        reading = read(data)
        if not (reading.works or reading.people):
            continue
        document = case.parse(data)
        for record in list(document.values()) if case.members else records_of(document, case.lists):
            for path in set(paths_of(record)) - {()}:
                known = any(path[:n] in told for n in range(1, len(path) + 1)) or path in inner
                if not known:
                    silent.add(".".join(path))
    assert not silent


# What may come


@st.composite
def damaged(draw: st.DrawFn, case: Case) -> bytes:
    """A sample in which some values were lost, doubled, exchanged, or have become something else."""
    document = case.parse(case.sample)
    rng = random.Random(draw(st.integers(0, 2**32)))
    odd: list[Any] = [
        None, True, 0, -1, 2**70, 1e308, float("inf"), "", "\x00", "\ud800", "‮abc", "a" * 5000, [], {}, [[]], [None],
        {"": None}, "https://[bad", "10.1/x", "0000-0000-0000-0000", [[2021, 2, 31]], "2021-13", {"name": {"name": []}},
    ]  # fmt: skip
    for _ in range(rng.randrange(1, 12)):
        holder, key = rng.choice([*_slots(document)] or [({"x": 1}, "x")])
        match rng.randrange(6):
            case 0:
                del holder[key]
            case 3 if isinstance(holder, dict):  # as JSON-LD says that a thing is a list or a plain value
                holder[rng.choice(["@list", "@set", "@value"])] = holder[key]
            case 1:
                other, at = rng.choice([*_slots(document)] or [({"x": 1}, "x")])
                holder[key] = copy.deepcopy(other[at])
            case 2:
                holder[key] = [holder[key], copy.deepcopy(rng.choice(odd))]
            case _:
                holder[key] = copy.deepcopy(rng.choice(odd))
    return case.write(document, rng.random() < 0.5)


def _slots(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in list(value.items()) if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _slots(inner)


def read_as(case: Case, data: bytes) -> SourceReading:
    [reading] = read_one(InputFile("x.json", data, layout=case.name))
    for problem in reading.problems:
        assert problem.cause
        problem.text.encode("utf-8")
    return reading


def iris(reading: SourceReading) -> Iterator[str]:
    """Yield every IRI that the records of a reading state."""
    for work in reading.works:
        yield from (*work.identifiers, *work.urls)
        yield from (iri for iri in work.venue_identifiers if not iri.startswith(("ISSN ", "ISBN ")))
        for mention in (*(work.byline.mentions if work.byline else ()), *work.contributors):
            yield from mention.identifiers
        yield from filter(None, (other.iri for other in work.related))
        yield from filter(None, (subject.iri for subject in work.subjects))
        yield from filter(None, (funding.funder_iri for funding in work.funding))
    for person in reading.people:
        yield from (*person.identifiers, *person.urls)
    yield from (iri for _, iri in reading.organizations)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_records_with_damaged_values_are_mapped_or_reported(case: Case) -> None:
    @given(damaged(case))
    @settings(max_examples=150, deadline=None, database=None)
    def check(data: bytes) -> None:
        reading = read_as(case, data)
        for iri in iris(reading):
            NamedNode(iri)  # raises where RDF cannot hold it
        try:
            document = case.parse(data)
        except yaml.YAMLError:  # such as a lone surrogate, which YAML cannot hold
            assert records(reading) == 1
        else:
            assert records(reading) == case.count(document), reading.problems

    check()


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_files_with_damaged_bytes_never_raise(case: Case) -> None:
    @given(st.integers(0, 2**32))
    @settings(max_examples=100, deadline=None, database=None)
    def check(seed: int) -> None:
        rng = random.Random(seed)
        data = bytearray(case.sample)
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(data) + 1)
            match rng.randrange(5):
                case 0:
                    del data[at:]
                case 1:
                    del data[at : at + rng.randrange(1, 200)]
                case 2:
                    data[at:at] = rng.choice([b"\x00", b"\xff", b'"', b"{", b"[", b"]", b"}", b",", b"\\", b"\n"])
                case 3:
                    data[at:at] = data[: rng.randrange(400)]
                case _:
                    data[at : at + 1] = bytes([rng.randrange(256)])
        reading = read_as(case, bytes(data))
        assert records(reading) or bytes(data).strip() in (b"[]", b"{}")

    check()


@pytest.mark.parametrize("case", CASES, ids=IDS)
@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'[1, 2, null, true, "text", [[]], {}]',
        b'{"a": ' + b"9" * 100_000 + b"}",
        b'[{"title": "' + b"a" * 3_000_000 + b'"}]',
        b"null",
        b'"text"',
    ],
    ids=["open lists", "open objects", "no records", "a long number", "a long text", "null", "a text"],
)
def test_hostile_files(case: Case, hostile: bytes) -> None:
    reading = read_as(case, hostile)
    assert records(reading)
    assert all(isinstance(problem, Problem) for problem in reading.problems)


# -- ORCID ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("isbn", ["9783161484100", "978-3-16-148410-0"])
@pytest.mark.parametrize(
    ("kind", "relationship", "own"),
    [
        ("book", "self", True),
        ("EDITED_BOOK", "SELF", True),
        ("book", "part-of", False),
        ("journal-article", "self", False),
    ],
)
def test_the_isbn_of_a_book_is_its_own(kind: str, relationship: str, own: bool, isbn: str) -> None:
    known = {"external-id-type": "isbn", "external-id-value": isbn, "external-id-relationship": relationship}
    work = {"title": {"title": {"value": "Pots"}}, "type": kind, "external-ids": {"external-id": [known]}}
    [record] = read(json.dumps({"bulk": [{"work": {"put-code": 1, **work}}]}).encode()).works
    assert record.identifiers == (("urn:isbn:9783161484100",) if own else ())
    assert record.venue_identifiers == (() if own else (f"ISBN {isbn}",))


# -- CodeMeta ---------------------------------------------------------------------------------------------------------


def software(fields: str) -> SourceReading:
    return read(f'{{"@context": "https://w3id.org/codemeta/3.0", "type": "SoftwareSourceCode", "name": "Toy", {fields}}}'.encode())  # fmt: skip  # noqa: E501


def test_a_role_of_codemeta_leads_to_its_agents() -> None:
    [work] = software(
        '"author": [{"id": "https://orcid.org/0000-0002-1825-0097", "type": "Person", "givenName": "Josiah"},'
        ' {"type": "Role", "roleName": "Developer", "schema:author": {"type": "Person", "name": "Nora Nested"}},'
        ' {"type": "Role", "roleName": "Designer", "schema:author": "0000-0002-1825-0097"}],'
        '"contributor": [{"type": "Role", "roleName": "Tester", "schema:contributor": ["_:c", {"name": "Una"}]},'
        ' {"id": "_:c", "type": "Person", "givenName": "Madonna"}]'
    ).works
    assert work.byline and [(m.position, m.name) for m in work.byline.mentions] == [(1, "Josiah"), (2, "Nora Nested")]
    assert work.byline.complete
    assert [(m.name, m.role) for m in work.contributors] == [
        ("Nora Nested", "Developer"), ("Josiah", "Designer"), ("Madonna", "Tester"), ("Una", "Tester"),
        ("Madonna", "contributor"),
    ]  # fmt: skip


def test_an_address_of_codemeta_is_the_agent_it_names_and_never_a_name() -> None:
    known, other = "https://orcid.org/0000-0002-1825-0097", "https://orcid.org/0000-0001-5109-3700"
    reading = software(
        f'"author": [{{"id": "{known}", "type": "Person", "name": "Ann Lee"}}, "{other}", "Bo Bee"],'
        f'"maintainer": "{known}", "editor": {{"id": "{known}"}}, "producer": ["{other}", {{"id": "{other}"}}],'
        '"provider": {"type": "Role", "roleName": "Host"}'
    )
    [work] = reading.works
    assert work.byline and [(m.position, m.name) for m in work.byline.mentions] == [(1, "Ann Lee"), (3, "Bo Bee")]
    assert not work.byline.complete
    assert [(m.name, m.role, m.orcid) for m in work.contributors] == [
        ("Ann Lee", "maintainer", known),
        ("Ann Lee", "editor", known),
    ]
    assert [(p.place.field, p.text) for p in reading.problems] == [
        ("author[1]", other),
        ("producer[0]", other),
        ("producer[1]", f'{{"@id": "{other}"}}'),
        ("provider[0]", '{"@type": "Role", "roleName": "Host"}'),
    ]


@pytest.mark.parametrize(
    ("fields", "funding"),
    [
        ('"funder": {"name": "NSF"}, "funding": {"identifier": "A-1"}', [Funding("NSF", "", "A-1")]),
        ('"funder": "NSF", "funding": "A-1"', [Funding("NSF", "", "A-1")]),
        ('"funder": ["NSF", "ERC"], "funding": "A-1"', [Funding("", "", "A-1"), Funding("NSF"), Funding("ERC")]),
        ('"funder": ["NSF", "ERC"], "funding": {"name": "On toys", "funder": "ERC"}',
         [Funding("ERC", award_title="On toys"), Funding("NSF")]),
        ('"funding": {"identifier": "A-1", "funder": ["NSF", {"id": "https://ror.org/0472cxd90", "name": "ERC"}]}',
         [Funding("NSF", "", "A-1"), Funding("ERC", "https://ror.org/0472cxd90", "A-1")]),
        ('"funder": {"id": "https://ror.org/0472cxd90"}', [Funding("", "https://ror.org/0472cxd90")]),
        ('"funder": "https://ror.org/0472cxd90"', [Funding("", "https://ror.org/0472cxd90")]),
        ('"funder": {"name": "ERC", "identifier": {"propertyID": "ROR", "value": "0472cxd90"}}',
         [Funding("ERC", "https://ror.org/0472cxd90")]),
        ('"funder": {"givenName": "Ann", "familyName": "Lee"}, "funding": {"url": "https://grants.example/1"}',
         [Funding("Ann Lee", "", "https://grants.example/1", "", "https://grants.example/1")]),
        ('"funding": [{}, " "], "funder": {}', []),
    ],
)  # fmt: skip
def test_every_funder_and_grant_of_codemeta_is_kept(fields: str, funding: list[Funding]) -> None:
    [work] = software(fields).works
    assert work.funding == tuple(funding)


@pytest.mark.parametrize(
    ("agent", "mention"),
    [
        ('"name": "J. Lee", "givenName": "Jo", "familyName": "Lee"', {"name": "Jo Lee", "variants": ("J. Lee",)}),
        ('"name": "Lee, Jo", "givenName": "Jo", "familyName": "Lee"', {"name": "Jo Lee", "variants": ()}),
        ('"name": "Jo", "sameAs": ["https://orcid.org/0000-0002-1825-0097", "https://jo.example/"]',
         {"orcid": "https://orcid.org/0000-0002-1825-0097", "identifiers": ("https://jo.example/",)}),
        ('"name": "Jo", "identifier": "0000-0002-1825-0097"', {"orcid": "0000-0002-1825-0097", "identifiers": ()}),
        ('"name": "Jo", "identifier": {"propertyID": "ORCID", "value": "0000-0002-1825-0097"}',
         {"orcid": "https://orcid.org/0000-0002-1825-0097", "identifiers": ()}),
        ('"name": "Jo", "identifier": {"propertyID": "Wikidata", "value": "Q42"}',
         {"orcid": None, "identifiers": ("http://www.wikidata.org/entity/Q42",)}),
        *((f'"type": "{kind}", "name": "Jo Lee"', {"kind": "group"})
          for kind in ("ResearchOrganization", "GovernmentOrganization", "NGO", "schema:Corporation", "organisation")),
    ],
)  # fmt: skip
def test_everything_about_an_agent_of_codemeta_is_kept(agent: str, mention: dict[str, Any]) -> None:
    [work] = software(f'"author": {{{agent}}}').works
    assert work.byline
    assert {name: getattr(work.byline.mentions[0], name) for name in mention} == mention


def test_the_roles_of_an_agent_in_the_first_version_of_codemeta_may_be_a_list() -> None:
    reading = software('"agents": {"name": "Jo", "role": [{"roleCode": "originator"}, {"roleCode": ["a", "b"]}, "c"]}')
    [work] = reading.works
    assert work.byline and [m.name for m in work.byline.mentions] == ["Jo"] and not reading.problems
    assert [m.role for m in work.contributors] == ["a", "b", "c"]


def test_what_codemeta_gives_twice_or_nobody_knows_is_noted() -> None:
    reading = software('"publisher": ["One", {"name": "Two"}], "inLanguage": ["en", "de"], "unheardOf": 1')
    assert (reading.works[0].publisher, reading.works[0].languages) == ("One", ("en", "de"))
    assert [p.place.field for p in reading.problems] == ["publisher", "unheardOf"]


def test_identifiers_of_codemeta_without_an_address_are_kept_as_printed() -> None:
    [work] = software(
        '"id": "_:b0", "identifier": ["ascl:2103.012", "hal-01234567", "urn:isbn:9783161484100", '
        '"https://toy.example/", {"propertyID": "RRID", "value": "SCR_1"}, {"propertyID": "pmid", "value": "25883348"}]'
    ).works
    assert work.identifiers == ("urn:isbn:9783161484100", "https://pubmed.ncbi.nlm.nih.gov/25883348")
    assert work.urls == ("https://toy.example/",)
    assert [(r.kind, r.iri, r.printed, r.relation) for r in work.related] == [
        ("same-as", "", "ascl:2103.012", ""), ("same-as", "", "hal-01234567", ""), ("same-as", "", "SCR_1", "RRID"),
    ]  # fmt: skip

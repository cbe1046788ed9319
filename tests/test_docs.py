"""The documentation: the reference is what the code says, links lead somewhere, and what is shown works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kg.build import build
from kg.identity.ledger import Ledger
from kg.identity.resolve import resolve
from kg.queries import read_query
from kg.rdf.field_map import ATTRIBUTES
from kg.reference import PAGES
from kg.sources import FORMATS, InputFile, read_all
from kg.store.releases import Home
from kg.web.docs import KINDS, read, render

DOCS = Path(__file__).resolve().parents[1] / "docs"
TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(DOCS.glob("*.md"))}


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "write it anew: python -m kg.reference docs"


def test_every_field_of_every_format_has_its_way_to_rdf() -> None:
    text = TEXTS["reference-inputs"]
    for format_ in FORMATS:
        assert f"\n## {format_.name}\n" in text
        for field, attribute in format_.fields.items():
            assert f"| `{field}` | `{attribute}` | {ATTRIBUTES[attribute].short.replace('|', chr(92) + '|')} |" in text


def test_there_are_four_kinds_and_the_index_names_every_page() -> None:
    listed = re.findall(r"\]\(([a-z0-9-]+)\.md\)", TEXTS["README"])
    assert sorted(listed) == sorted(name for name in TEXTS if name != "README")
    assert {kind for kind in KINDS for name in listed if name.startswith(kind)} == set(KINDS)


@pytest.mark.parametrize("name", TEXTS)
def test_links_between_pages_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", TEXTS[name]):
        if not target.startswith(("http://", "https://")):
            assert (DOCS / target).is_file(), target


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "README"])
def test_a_page_is_rendered_whole(name: str) -> None:
    shown = read(name)
    assert shown.title
    assert len(shown.about) > 10
    assert "<script" not in shown.html
    assert ".md" not in "".join(re.findall(r'href="([^"]*)"', shown.html))
    anchors = re.findall(r' id="([^"]*)"', shown.html)
    assert len(anchors) == len(set(anchors))


def test_a_text_cannot_become_markup() -> None:
    html, sections = render("# T\n\n## <b>x</b> & y\n\n<script>alert(1)</script>\n\n[l](javascript:alert(1)) `a<b`\n")
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "&lt;script&gt;" in html
    assert sections[0].anchor == "b-x-b-y"


def test_the_tutorials_own_data_is_read_as_it_says(tmp_path: Path) -> None:
    text = TEXTS["tutorial"]
    [entry] = re.findall(r"<<'END'\n(.*?)END\n", text, re.DOTALL)
    built = build([InputFile("mine.bib", entry.encode())], Home(tmp_path / "home"), check=False)
    assert built.release.manifest["counts"]["person"] == 2
    assert built.release.manifest["problems"] == []


def test_commands_that_are_shown_exist() -> None:
    known = set(re.findall(r"^## kg (\w+)$", TEXTS["reference-commands"], re.MULTILINE))
    for name, text in TEXTS.items():
        for block in re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL):
            for command in re.findall(r"(?:^|\$ |&& )kg (\w+)", block, re.MULTILINE):
                assert command in known, (name, command)


def test_the_tutorials_answers_are_given(seeds_home: Path) -> None:
    [block] = re.findall(r"```console\n\$ (kg query.*?)\n(.*?)```", TEXTS["tutorial"], re.DOTALL)
    done = subprocess.run(
        ["bash", "-c", f'kg() {{ {sys.executable} -m kg.cli "$@" --home {seeds_home}; }}; {block[0]}'],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.replace("\r", "") == block[1], done.stderr


def test_examples_of_the_how_tos_hold() -> None:
    [query] = re.findall(r"```sparql\n(.*?)```", TEXTS["how-to-query"], re.DOTALL)
    read_query("works-in-venue", re.sub(r"^   ", "", query, flags=re.MULTILINE), "http://localhost:8000/")
    [joined] = re.findall(r"```bibtex\n(.*?)```", TEXTS["how-to-identity"], re.DOTALL)
    assert resolve(read_all([InputFile("mine.bib", joined.encode())]), Ledger(), {}).count("person") == 2


def test_the_shape_of_the_how_to_is_a_shape() -> None:
    from kg.quality.shapes import parse_shapes

    [shape] = re.findall(r"```turtle\n(.*?)```", TEXTS["how-to-shape"], re.DOTALL)
    prefixes = "".join(
        f"@prefix {name}: <{iri}> .\n"
        for name, iri in {
            "kg": "https://w3id.org/kg/ns#",
            "kgs": "https://w3id.org/kg/shapes#",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "schema": "http://schema.org/",
            "sh": "http://www.w3.org/ns/shacl#",
        }.items()
    )
    infos = parse_shapes(prefixes + shape).infos
    assert infos["https://w3id.org/kg/shapes#work-pages"].severity == "Warning"

"""What readers take along: references that come back as they were, feeds, typed links, maps; a helpful 404 and 410."""

from __future__ import annotations

import doctest
import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.model.dates import PartialDate
from kg.model.records import SourceReading, WorkRecord
from kg.settings import Settings
from kg.sources import InputFile, read_one
from kg.store.finished import Release
from kg.store.releases import Home
from kg.web import citing, feeds, references, signposting, styles, takeaways
from kg.web.app import create_app
from kg.web.citing import FORMS
from kg.web.links import KINDS
from kg.web.opened import open_world
from kg.web.references import Reference, Signer
from kg.web.styles import STYLES

BASE = "http://localhost:8000/"
BROWSER = "text/html"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("module", [citing, feeds, references, styles])
def test_the_examples_in_the_documentation_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


# ---------------------------------------------------------------- references


def read_back(form: str, body: bytes) -> list[WorkRecord]:
    name = {"bib": "x.bib", "csl": "x.json", "ris": "x.ris"}[form]
    layout = {"bib": "bibtex", "csl": "csl-json", "ris": "ris"}[form]
    [reading] = list(read_one(InputFile(name, body, layout=layout)))
    assert isinstance(reading, SourceReading)
    assert [problem for problem in reading.problems if problem.kind != "note"] == []
    return list(reading.works)


def printed(one: Signer) -> str:
    return one.name


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("person", ["Teven Le Scao", "Arthur Mensch", "Diego de las Casas"])
def test_a_profile_comes_back_as_it_was(server: Any, form: str, person: str) -> None:
    hit = server.get(f"/search.json?q={person}&kind=person").json()["hits"][0]["iri"].removeprefix(BASE)
    answer = server.get(f"/{hit}.{form}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == FORMS[form].media_type.partition(";")[0]
    works = read_back(form, answer.content)
    rows = server.get(f"/queries/person-works.json?person={hit}").json()["results"]["bindings"]
    titled = {row["title"]["value"] for row in rows if not row["title"]["value"].startswith("[")}
    assert {work.title for work in works if work.title} == {html.unescape(title) for title in titled}
    by_title = {work.title: work for work in works}
    for row in rows:
        work = by_title.get(row["title"]["value"])
        if work is None:
            continue
        date = row.get("date", {}).get("value", "")
        assert (work.date.iso() if work.date else "")[:7] == date[:7]
        signed = server.get(f"/queries/work-authors.json?work={row['work']['value']}").json()["results"]["bindings"]
        placed = [one["name"]["value"] for one in signed if "position" in one]
        assert work.byline is not None
        assert [mention.name for mention in work.byline.mentions][: len(placed)] == placed
        if form == "bib" and row.get("complete", {}).get("value") == "false":
            assert not work.byline.complete


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn", "Cf")), min_size=1, max_size=40
)
TITLES = TEXT.map(lambda text: " ".join(text.split())).filter(lambda text: any(c.isalpha() for c in text))


@given(TITLES, st.sampled_from(["Ada Quill", "Diego de las Casas", "李明", "Sammy Davis Jr."]), st.booleans())
def test_no_title_breaks_out_of_its_field(title: str, name: str, cut: bool) -> None:
    one = Reference(
        f"{BASE}work/w1", title, (references.signer(name),), cut, PartialDate(2021, 3), "journal article", "The Archive"
    )
    two = Reference(f"{BASE}work/w2", "Second", (references.signer("Ben Øster"),), date=PartialDate(2020))
    for form, known in FORMS.items():
        body = known.write([one, two])
        if form == "csl":
            items = json.loads(body)
            assert [item["title"] for item in items] == [title, "Second"]
            continue
        works = read_back(form, body)
        assert len(works) == 2, (form, body)
        assert works[1].title == "Second"
        assert works[0].byline is not None
        assert works[0].byline.mentions[0].name == name
        if form == "bib":
            assert works[0].byline.complete is not cut


def test_a_work_in_several_languages_is_cited_with_all_of_them() -> None:
    one = Reference(f"{BASE}work/w1", "Tides", (references.signer("Ada Quill"),), languages=("en", "de"))
    for form, known in FORMS.items():
        [work] = read_back(form, known.write([one]))
        assert work.languages == ("en", "de"), form


def test_a_key_is_a_key_and_stays() -> None:
    one = Reference(
        f"{BASE}work/0b8h7yq9", "The Mistral 7B", (references.signer("Albert Q. Jiang"),), date=PartialDate(2023)
    )
    assert one.key == "jiang2023mistral-0b8h7yq9"
    assert re.fullmatch(r"[a-z0-9-]+", Reference(f"{BASE}work/x1", "李 {}", (Signer(literal="李明"),)).key)


MANY = tuple(references.signer(f"Given{n} Name{n}") for n in range(1, 25))
LIU = references.signer("Jean-Baptiste Alayrac")
STYLED = [
    ("APA", Reference("x", "A Title?", (LIU,), date=PartialDate(2022, 4, 29), url="https://a.example/x"),
     "Alayrac, J.-B. (2022, April 29). A Title? https://a.example/x"),
    ("APA", Reference("x", "T", (LIU, MANY[0]), date=PartialDate(2022), venue="J", volume="3", issue="2", pages="1-9",
                      doi="10.1/x", genre="journal article"),
     "Alayrac, J.-B., & Name1, G. (2022). T. J, 3(2), 1-9. https://doi.org/10.1/x"),
    ("APA", Reference("x", "T", MANY, url="u"),
     ", ".join(f"Name{n}, G." for n in range(1, 20)) + ", … Name24, G. (n.d.). T. u"),
    ("APA", Reference("x", "T", (LIU,), True, url="u"), "Alayrac, J.-B., et al. (n.d.). T. u"),
    ("Chicago", Reference("x", "T", (LIU, MANY[0], MANY[1]), date=PartialDate(2022), venue="J", volume="3", issue="2",
                          pages="1-9", url="u"),
     "Alayrac, Jean-Baptiste, Given1 Name1, and Given2 Name2. 2022. “T.” J 3 (2): 1-9. u"),
    ("MLA", Reference("x", "T", (LIU, MANY[0]), date=PartialDate(2022, 9, 1), venue="J", url="u"),
     "Alayrac, Jean-Baptiste, and Given1 Name1. “T.” J, 1 Sept. 2022. u"),
    ("MLA", Reference("x", "T", MANY[:3], url="u"), "Name1, Given1, et al. “T.” u"),
    ("MLA", Reference("x", "", (Signer(literal="BigScience Workshop"),), url="u"),
     "BigScience Workshop. “Untitled work.” u"),
]  # fmt: skip


@pytest.mark.parametrize(("style", "reference", "said"), STYLED)
def test_styles(style: str, reference: Reference, said: str) -> None:
    assert STYLES[style](reference) == said


def test_a_work_can_be_cited_from_its_page(client: Any) -> None:
    text = html.unescape(client.get("/work/rivers.html", BROWSER).text)
    assert "Quill, A., Øster, B., & Łazarz, C. (2021, March 4). Rivers of Ink. The Archive." in text
    assert "Quill, Ada, et al. “Rivers of Ink.” The Archive, 4 Mar. 2021." in text
    for name, value in (("citation_title", "Rivers of Ink"), ("citation_author", "Ben Øster"),
                        ("citation_publication_date", "2021/03/04")):  # fmt: skip
        assert f'<meta name="{name}" content="{value}">' in text
    assert "citation_journal_title" not in text, "an archive is no journal"
    assert "citation_" not in client.get("/work/notitle.html", BROWSER).text


def test_a_list_to_print_has_every_work(client: Any) -> None:
    text = client.get("/person/ada.cv", BROWSER).text
    assert text.count("<li>") == 5
    assert "5 works in this graph" in text
    assert "“Rivers of Ink.”" in client.get("/person/ada.cv?style=mla", BROWSER).text
    assert client.get("/topic/geo.cv").status_code == 404
    assert client.get("/work/rivers.atom").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_offered_is_there(client: Any, kind: str) -> None:
    things = {"person": "ada", "group": "delta", "work": "rivers", "organization": "uni", "topic": "geo",
              "venue": "archive", "source": "list", "software": "inkflow"}  # fmt: skip
    link = client.get(f"/{kind}/{things[kind]}.html", BROWSER).headers["link"]
    for extension in takeaways.offered(kind):
        answer = client.get(f"/{kind}/{things[kind]}.{extension}")
        assert answer.status_code == 200, extension
        media = takeaways.NAMES[extension][1]
        assert answer.headers["content-type"].partition(";")[0] == media
        assert f'<{things[kind]}.{extension}>; rel="' in link
        if media != "text/html":
            sent = client.get(f"/{kind}/{things[kind]}", media)
            assert sent.headers["location"] == f"{things[kind]}.{extension}"


def test_long_lists_say_where_they_are_cut(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeaways, "MOST", 2)
    answer = client.get("/person/ada.bib")
    assert answer.headers["kg-truncated"] == "works=2"
    assert answer.text.count("\n@") + answer.text.startswith("@") == 2
    assert "the newest 2 are listed" in client.get("/person/ada.cv", BROWSER).text


# ---------------------------------------------------------------- what search engines read


def blocks(text: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return [json.loads(block) for block in found]


def as_graph(block: dict[str, Any]) -> rdflib.Graph:
    # A search engine knows the context; here it is what schema.org's own file says of these few terms.
    links = ("url", "license", "mainEntityOfPage", "sameAs")
    context = {"@vocab": "http://schema.org/", **{name: {"@type": "@id"} for name in links}}
    return rdflib.Graph().parse(data=json.dumps(block | {"@context": context}), format="json-ld")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_short_block_fits_what_search_engines_ask(client: Any, server: Any) -> None:
    from pyshacl import validate

    shapes = rdflib.Graph().parse(Path(__file__).with_name("google.ttl"))
    paths = [(client, path) for path in ("/person/ada", "/group/delta", "/work/rivers", "/work/maps", "/work/notitle")]
    for kind in ("person", "work"):
        paths += [(server, item["iri"].removeprefix(BASE[:-1])) for item in server.get(f"/{kind}.json").json()["items"]]
    seen = set()
    for who, path in paths:
        whole, short = blocks(who.get(f"{path}.html", BROWSER).text)
        assert short["@context"] == "https://schema.org"
        assert whole["@id"] in {short["@id"], short.get("mainEntity", {}).get("@id")}
        graph = as_graph(short)
        conforms, _, report = validate(graph, shacl_graph=shapes)
        assert conforms, (path, report)
        seen.add(short["@type"])
    assert seen == {"ProfilePage", "ScholarlyArticle"}
    broken = as_graph({"@type": "ScholarlyArticle", "@id": "http://x.example/w", "name": "No author"})
    assert not validate(broken, shacl_graph=shapes)[0], "a shape that finds nothing wrong proves nothing"


def test_signposts_stand_in_header_and_linkset(client: Any) -> None:
    answer = client.get("/work/rivers.html", BROWSER)
    link = answer.headers["link"]
    for part in (f'<{BASE}work/rivers>; rel="cite-as"', '<https://schema.org/ScholarlyArticle>; rel="type"',
                 '<https://schema.org/AboutPage>; rel="type"', f'<{BASE}person/ben>; rel="author"',
                 '<rivers.linkset>; rel="linkset"; type="application/linkset+json"',
                 f'<{BASE}venue/archive>; rel="collection"'):  # fmt: skip
        assert part in link
    assert link.count('rel="cite-as"') == 1
    assert client.get("/work/rivers.ttl").headers["link"].count('rel="type"') == 0
    [context] = client.get("/work/rivers.linkset").json()["linkset"]
    assert context["anchor"] == f"{BASE}work/rivers.html"
    assert [entry["href"] for entry in context["author"]][:3] == [
        f"{BASE}person/{name}" for name in ("ada", "ben", "chi")
    ]
    assert client.get("/person/ada.linkset").json()["linkset"][0]["type"] == [
        {"href": "https://schema.org/ProfilePage"}
    ]


def test_no_iri_breaks_out_of_the_header() -> None:
    links = [signposting.Link('http://x.example/>; rel="evil"', "author")]
    assert not [link for link in links if signposting._safe(link.target)]
    assert len(signposting.header([signposting.Link(f"http://x.example/{n}", "author") for n in range(500)])) == 20


# ---------------------------------------------------------------- feeds


def test_a_feed_has_what_the_standard_asks(client: Any) -> None:
    for path in ("/person/ada.atom", "/topic/geo.atom", "/source/list.atom", "/queries/works-by-year.atom",
                 "/queries/person-works.atom?person=person/ada", "/person/mallory.atom"):  # fmt: skip
        answer = client.get(path)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        feed = ET.fromstring(answer.content)
        assert feed.tag == f"{ATOM}feed"
        ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
        assert len(ids) == len(set(ids)) > 0
        for node in (feed, *feed.findall(f"{ATOM}entry")):
            assert (node.findtext(f"{ATOM}id") or "").startswith(BASE)
            assert node.findtext(f"{ATOM}title")
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", node.findtext(f"{ATOM}updated") or "")
        assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "alternate"}
        assert client.get(path).content == answer.content, "the same release, the same feed"
    newest = ET.fromstring(client.get("/person/ada.atom").content).findall(f"{ATOM}entry")
    assert newest[0].findtext(f"{ATOM}title") == "Maps of Everything"
    assert 'type="application/atom+xml" href="ada.atom"' in client.get("/person/ada.html", BROWSER).text


def test_what_changed_and_what_is_gone_is_told(
    releases: Callable[..., tuple[Home, list[Release]]], started: Any
) -> None:
    home, _ = releases(1)
    from tests.web.conftest import make_release

    gone = "GRAPH <http://x.example/g> { <http://x.example/a> <http://x.example/b> 1 }"
    more = (
        f'<{BASE}person/ada> <http://schema.org/description> "Ada sails." . '
        f'<{BASE}person/zoe> a <http://schema.org/Person> ; <http://schema.org/name> "Zoe Brief" .'
    )
    second = make_release(home, "00000000000000f1", more)
    home.publish(second.id)
    third = make_release(home, "00000000000000f2", gone)
    home.publish(third.id)
    with started(create_app(open_world(third, Settings(workers=1, follow=0)))) as client:
        feed = ET.fromstring(client.get("/person/ada.atom").content)
        titles = [entry.findtext(f"{ATOM}title") or "" for entry in feed.findall(f"{ATOM}entry")]
        assert titles[0] == f"Release {third.id}: 0 statements added, 1 removed"
        assert titles[1] == f"Release {second.id}: 1 statements added, 0 removed"
        assert "Ada sails." in (feed.findall(f"{ATOM}entry")[1].findtext(f"{ATOM}summary") or "")
        withdrawn = client.get("/person/zoe")
        assert (withdrawn.status_code, withdrawn.json()["type"]) == (410, f"{BASE}problems#gone")
        assert second.id in withdrawn.json()["detail"]
        assert client.get("/person/never").status_code == 404


# ---------------------------------------------------------------- visitors


def test_a_map_leads_to_every_thing(client: Any) -> None:
    robots = client.get("/robots.txt").text
    assert f"Sitemap: {BASE}sitemap.xml" in robots
    assert "Disallow: /sparql?" in robots
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    parts = [node.text or "" for node in ET.fromstring(client.get("/sitemap.xml").content).iter(f"{space}loc")]
    places: list[str] = []
    for part in parts:
        body = client.get(part.replace(BASE, "/")).content
        places += [node.text or "" for node in ET.fromstring(body).iter(f"{space}loc")]
    for kind in ("person", "group", "work", "topic", "venue", "source", "software", "organization"):
        listed = {item["iri"] for item in client.get(f"/{kind}.json").json()["items"]}
        assert {f"{iri}.html" for iri in listed} <= set(places)
    assert len(places) == len(set(places))
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_a_map_of_many_things_is_cut_into_parts(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.web import crawlers

    async def three(site: Any, kind: str, after: str) -> list[str]:
        return [name for name in ("a", "b", "c", "d", "e", "f", "g") if name > after][:3]

    monkeypatch.setattr(crawlers, "_PORTION", 3)
    monkeypatch.setattr(crawlers, "_things", three)
    text = client.get("/sitemap.xml").text
    assert f"{BASE}sitemap-person.xml</loc>" in text
    assert f"{BASE}sitemap-person.xml?after=c</loc>" in text
    assert f"{BASE}sitemap-person.xml?after=f</loc>" in text


def test_a_browser_can_take_the_search_along(client: Any) -> None:
    description = ET.fromstring(client.get("/opensearch.xml").content)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    templates = {url.get("type"): url.get("template") or "" for url in description.iter(f"{space}Url")}
    for media, template in templates.items():
        path = template.replace(BASE, "/").replace("{searchTerms}", "ada").replace("{startPage?}", "1")
        answer = client.get(path, media)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(media)
    text, names, details, iris = client.get("/search/suggest.json?q=ada").json()
    assert (text, names[0], iris[0]) == ("ada", "Ada Quill", f"{BASE}person/ada")
    assert len(names) == len(details) == len(iris)
    assert 'rel="search"' in client.get("/", BROWSER).text


def test_a_wrong_address_helps_to_find_the_right_one(client: Any) -> None:
    text = client.get("/person/ada-quill", BROWSER).text
    assert "Was it one of these?" in text
    assert "../person/ada" in text
    assert 'value="ada quill"' in text
    evil = client.get("/person/%22%3E%3Cscript%3Ealert(1)", BROWSER)
    assert evil.status_code == 404
    assert "<script>" not in evil.text

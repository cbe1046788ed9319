"""SARIF and JUnit: what a build server is told agrees with the report, and nothing in the data can break the form."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from kg.quality import Report, validate_data, write
from kg.quality.ci import LEVELS, rule_id

DATA = """
@prefix ex: <http://toy.example/> . @prefix kg: <https://w3id.org/kg/ns#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <http://schema.org/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
ex:page a kg:Source ; schema:name "Page" ; kg:file "a folder/ä#1.txt" .
ex:w a schema:ScholarlyArticle ; schema:name "]]> <b>&amp;</b> \\u0001\\uFFFE\\u0085" ; prov:wasDerivedFrom ex:page .
<http://toy.example/page#L7> a kg:Record ; kg:line 7 ; kg:snippet "Tides ]]>" ;
    schema:about ex:w ; schema:isPartOf ex:page .
ex:p a schema:Person, foaf:Person ; schema:name "B" ; foaf:name "B" ; prov:wasDerivedFrom ex:page .
_:b a schema:Person ; schema:name "Nameless Node" .
""".encode()


@pytest.fixture(scope="module")
def report() -> Report:
    return validate_data(DATA, base_iri="http://toy.example/")


@pytest.fixture(scope="module")
def run(report: Report) -> Any:
    document = json.loads(write(report, "sarif"))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return run


def test_sarif_has_a_rule_for_each_shape_and_a_result_for_each_finding(report: Report, run: Any) -> None:
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule_id(count.shape) for count in report.counts]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert Counter(one["ruleId"] for one in run["results"]) == {
        rule_id(count.shape): count.findings for count in report.counts if count.findings
    }
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    levels = Counter(one["level"] for one in run["results"])
    assert levels == {LEVELS[name]: number for name, number in report.counts_by_severity.items() if number}


def test_sarif_results_have_words_a_place_and_a_fingerprint(report: Report, run: Any) -> None:
    assert all(one["message"]["text"] and one["locations"] for one in run["results"])
    prints = [one["partialFingerprints"]["finding/v1"] for one in run["results"]]
    assert len(set(prints)) == len(prints)
    again = json.loads(write(validate_data(DATA, base_iri="http://toy.example/"), "sarif"))
    assert again["runs"] == [run]


def test_sarif_names_file_and_line(run: Any) -> None:
    places = [
        place["physicalLocation"]
        for one in run["results"]
        for place in one["locations"]
        if "physicalLocation" in place and one["properties"]["thing"] == "http://toy.example/w"
    ]
    assert places
    for place in places:
        uri = place["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9%/._~-]+", uri), "a relative reference of RFC 3986"
        assert unquote(uri) == "a folder/ä#1.txt"
        assert place["region"] == {"startLine": 7, "snippet": {"text": "Tides ]]>"}}


def test_junit_counts_agree_with_the_report(report: Report) -> None:
    whole = ElementTree.fromstring(write(report, "junit"))
    suites = whole.findall("testsuite")
    assert sum(int(one.get("tests", "")) for one in suites) == len(report.counts) == len(whole.findall(".//testcase"))
    for suite in suites:
        for name in ("failure", "skipped"):
            number = suite.get("failures" if name == "failure" else name)
            assert number == str(len(suite.findall(f"testcase/{name}")))
    failed = [one for one in report.counts if one.findings and one.severity != "Info"]
    assert len(whole.findall(".//failure")) == len(failed)
    assert len(whole.findall(".//skipped")) == sum(not one.focus_nodes and not one.findings for one in report.counts)
    told = "".join(one.text or "" for one in whole.iter("failure"))
    assert "[a folder/ä#1.txt" in told
    types = Counter(one.get("type") for one in whole.iter("failure"))
    assert types == Counter(one.severity for one in failed)


def test_junit_is_xml_whatever_the_data_hold(report: Report) -> None:
    text = write(report, "junit").decode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text)
    assert "\ufffd" in text, "what XML cannot hold is replaced, not left out"
    assert "<b>" not in text

"""Invent graphs in the model of this project, of any size, with one thing in a hundred broken in a known way.

Lines of N-Triples: works with ordered authorships, people, organizations, venues, topics, sources, observations and
disagreements, in the proportions of a bibliography. The same size and seed give the same lines. Used by
``benchmarks.quality`` and by tests that need more than the toy world. Knows the vocabulary; knows no shapes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from kg.rdf.vocab import PREFIXES

BASE = "http://bench.example/"
TRIPLES_A_WORK = 46
"""Triples a work brings with it on average, its share of people and sources included."""

_XSD = PREFIXES["xsd"]
_SYLLABLES = (
    "ka lo mi ren ta su vi dor el an bri co fa ges hu il jo mar ne os per qui ros sal tur ul ver wen yo zi".split()
)
_WORDS = (
    "tide moon harbour salt wave current drift shore reef storm model graph measure method survey field data".split()
)


def lines(triples: int, *, seed: int = 1, broken: float = 0.01) -> Iterator[str]:
    """Yield about so many lines of N-Triples. ``broken`` is the share of works, people and parts with one fault."""
    return _Graph(max(1, triples // TRIPLES_A_WORK), seed, broken).lines()


def _iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>" if prefix in PREFIXES else f"<{BASE}{name}>"


def _typed(text: object, datatype: str) -> str:
    return f'"{text}"^^<{_XSD}{datatype}>'


def _check_digit(digits: str) -> str:
    """Return the last character of an ORCID iD by its first fifteen (ISO 7064 MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11]


_Said = list[tuple[str, str, str]]
_Fault = Callable[["_Graph", str, _Said], _Said]


class _Graph:
    """The state of one invention."""

    def __init__(self, works: int, seed: int, broken: float) -> None:
        self.random = random.Random(seed)
        self.broken = broken
        self.works = works
        self.people = max(2, works * 4 // 5)
        self.sources = max(1, works // 500)
        self.venues = max(1, works // 200)
        self.organizations = max(1, works // 100)
        self.made: dict[int, list[int]] = {}

    def lines(self) -> Iterator[str]:
        yield from self._written(self._topics())
        for number in range(self.works):
            yield from self._work(number)
        for number in range(self.people):
            yield from self._person(number)
        for number in range(self.organizations):
            yield from self._organization(number)
        for number in range(self.venues):
            yield from self._venue(number)
        for number in range(self.sources):
            yield from self._source(number)

    def _written(self, said: _Said) -> Iterator[str]:
        for subject, predicate, value in said:
            yield f"{subject} {predicate} {value} .\n"

    def _maybe_broken(self, subject: str, said: _Said, faults: tuple[_Fault, ...]) -> Iterator[str]:
        if self.random.random() < self.broken:
            said = self.random.choice(faults)(self, subject, said)
        return self._written(said)

    def name(self, number: int) -> str:
        """Return a name of two parts that no other number has."""
        base = len(_SYLLABLES)
        digits = [number // base**place % base for place in range(4)]
        given, family = (f"{_SYLLABLES[a]}{_SYLLABLES[b]}n".capitalize() for a, b in (digits[:2], digits[2:]))
        return f"{given} {family}{'' if number < base**4 else number // base**4}"

    def text(self, words: int) -> str:
        return " ".join(self.random.choices(_WORDS, k=words)).capitalize()

    def source(self, number: int) -> str:
        return _iri(f"source/{number % self.sources}")

    def _topics(self) -> _Said:
        said = []
        scheme = _iri("topic/scheme")
        said += [
            (scheme, _iri("rdf:type"), _iri("skos:ConceptScheme")),
            (scheme, _iri("skos:prefLabel"), '"Topics"@en'),
        ]
        for number in range(40):
            topic = _iri(f"topic/{number}")
            said += [
                (topic, _iri("rdf:type"), _iri("skos:Concept")),
                (topic, _iri("skos:prefLabel"), f'"Topic {number}"@en'),
                (topic, _iri("skos:notation"), f'"t.{number}"'),
                (topic, _iri("skos:inScheme"), scheme),
            ]
            if number:
                said.append((topic, _iri("skos:broader"), _iri(f"topic/{number // 7}")))
        return said

    def _date(self) -> str:
        year, month, day = self.random.randint(1960, 2025), self.random.randint(1, 12), self.random.randint(1, 28)
        form = self.random.random()
        if form < 0.6:
            return _typed(f"{year}-{month:02}-{day:02}", "date")
        return _typed(f"{year}-{month:02}", "gYearMonth") if form < 0.8 else _typed(year, "gYear")

    def _work(self, number: int) -> Iterator[str]:
        work = _iri(f"work/{number}")
        authors = self.random.sample(range(self.people), min(self.people, self.random.choice((1, 2, 2, 3, 3, 4, 5, 7))))
        said: _Said = [
            (work, _iri("rdf:type"), _iri("schema:ScholarlyArticle")),
            (work, _iri("rdf:type"), _iri("foaf:Document")),
            (work, _iri("schema:name"), f'"{self.text(6)} {number}"'),
            (work, _iri("schema:abstract"), f'"{self.text(40)}"'),
            (work, _iri("schema:datePublished"), self._date()),
            (work, _iri("schema:about"), _iri(f"topic/{number % 40}")),
            (work, _iri("schema:isPartOf"), _iri(f"venue/{number % self.venues}")),
            (work, _iri("schema:sameAs"), f"<https://doi.org/10.{1000 + number % 9000}/w.{number}>"),
            (work, _iri("kg:authorListComplete"), _typed("true", "boolean")),
            (work, _iri("dcterms:type"), "<http://purl.org/coar/resource_type/c_6501>"),
            (work, _iri("prov:wasDerivedFrom"), self.source(number)),
        ]
        if number % 10 == 0:
            said.append((work, _iri("schema:sourceOrganization"), _iri(f"organization/{number % self.organizations}")))
        for place, author in enumerate(authors, 1):
            person, signature = _iri(f"person/{author}"), _iri(f"work/{number}#author-{place}")
            self.made.setdefault(author, []).append(number)
            said += [
                (work, _iri("schema:author"), person),
                (work, _iri("foaf:maker"), person),
                (work, _iri("kg:authorship"), signature),
            ]
            part: _Said = [
                (signature, _iri("rdf:type"), _iri("kg:Authorship")),
                (signature, _iri("kg:agent"), person),
                (signature, _iri("schema:position"), _typed(place, "integer")),
                (signature, _iri("kg:nameAsPrinted"), f'"{self.name(author)}"'),
                (signature, _iri("prov:wasDerivedFrom"), self.source(number)),
            ]
            yield from self._maybe_broken(signature, part, _AUTHORSHIP_FAULTS)
        if number % 200 == 0:
            yield from self._written(self._disagreement(work, number))
            said.append((work, _iri("kg:disagreement"), _iri(f"work/{number}#dis")))
        yield from self._maybe_broken(work, said, _WORK_FAULTS)

    def _disagreement(self, work: str, number: int) -> _Said:
        node = _iri(f"work/{number}#dis")
        said = [
            (node, _iri("rdf:type"), _iri("kg:Disagreement")),
            (node, _iri("kg:onProperty"), _iri("schema:name")),
            (node, _iri("kg:chosenValue"), '"first"'),
        ]
        for place, value in enumerate(("first", "second")):
            claim = _iri(f"work/{number}#claim-{place}")
            said += [
                (node, _iri("kg:claim"), claim),
                (claim, _iri("rdf:type"), _iri("kg:Claim")),
                (claim, _iri("kg:claimedValue"), f'"{value}"'),
                (claim, _iri("prov:hadPrimarySource"), self.source(number + place)),
            ]
        return said

    def _person(self, number: int) -> Iterator[str]:
        person = _iri(f"person/{number}")
        said: _Said = [
            (person, _iri("rdf:type"), _iri("schema:Person")),
            (person, _iri("rdf:type"), _iri("foaf:Person")),
            (person, _iri("schema:name"), f'"{self.name(number)}"'),
            (person, _iri("foaf:name"), f'"{self.name(number)}"'),
            (person, _iri("prov:wasDerivedFrom"), self.source(number)),
        ]
        said += [(person, _iri("foaf:made"), _iri(f"work/{work}")) for work in self.made.pop(number, ())]
        if number % 8 == 0:
            digits = f"{1_000_000_000 + number:015}"
            written = digits + _check_digit(digits)
            groups = "-".join(written[start : start + 4] for start in range(0, 16, 4))
            said.append((person, _iri("schema:sameAs"), f"<https://orcid.org/{groups}>"))
        if number % 5 == 0:
            said.append((person, _iri("schema:affiliation"), _iri(f"organization/{number % self.organizations}")))
        yield from self._maybe_broken(person, said, _PERSON_FAULTS)
        if number % 20 == 0:
            for measured, value in (("hIndex", number % 60), ("paperCount", 60 + number % 90)):
                node = _iri(f"person/{number}#{measured}")
                part: _Said = [
                    (node, _iri("rdf:type"), _iri("schema:Observation")),
                    (node, _iri("schema:observationAbout"), person),
                    (node, _iri("schema:measuredProperty"), _iri(f"kg:{measured}")),
                    (node, _iri("schema:value"), _typed(value, "integer")),
                    (node, _iri("kg:valueAsPrinted"), f'"{value}"'),
                    (node, _iri("schema:observationDate"), _typed("2026-03-01", "date")),
                    (node, _iri("prov:hadPrimarySource"), self.source(number)),
                ]
                yield from self._maybe_broken(node, part, _OBSERVATION_FAULTS)

    def _organization(self, number: int) -> Iterator[str]:
        node = _iri(f"organization/{number}")
        name = f'"Institute {number}"'
        yield from self._written(
            [
                (node, _iri("rdf:type"), _iri("schema:Organization")),
                (node, _iri("rdf:type"), _iri("foaf:Organization")),
                (node, _iri("schema:name"), name),
                (node, _iri("foaf:name"), name),
                (node, _iri("prov:wasDerivedFrom"), self.source(number)),
            ]
        )

    def _venue(self, number: int) -> Iterator[str]:
        node = _iri(f"venue/{number}")
        yield from self._written(
            [
                (node, _iri("rdf:type"), _iri("kg:Venue")),
                (node, _iri("rdf:type"), _iri("schema:CreativeWork")),
                (node, _iri("schema:name"), f'"Journal {number}"'),
                (node, _iri("prov:wasDerivedFrom"), self.source(number)),
            ]
        )

    def _source(self, number: int) -> Iterator[str]:
        node = _iri(f"source/{number}")
        yield from self._written(
            [
                (node, _iri("rdf:type"), _iri("kg:Source")),
                (node, _iri("rdf:type"), _iri("foaf:Document")),
                (node, _iri("schema:name"), f'"Source {number}"'),
                (node, _iri("kg:file"), f'"source-{number}.xml"'),
                (node, _iri("kg:layout"), '"invented"'),
                (node, _iri("kg:site"), '"BENCH"'),
                (node, _iri("kg:captured"), _typed("2026-03-01", "date")),
                (node, _iri("schema:sha256"), f'"{number:064x}"'),
                (node, _iri("dcterms:rights"), '"Invented."'),
            ]
        )


def _without(name: str) -> _Fault:
    predicate = _iri(name)
    return lambda graph, subject, said: [one for one in said if one[1] != predicate]


def _instead(name: str, value: str) -> _Fault:
    predicate = _iri(name)

    def change(graph: _Graph, subject: str, said: _Said) -> _Said:
        return [one for one in said if one[1] != predicate] + [(subject, predicate, value)]

    return change


def _also(name: str, value: str) -> _Fault:
    return lambda graph, subject, said: [*said, (subject, _iri(name), value)]


_WORK_FAULTS: tuple[_Fault, ...] = (
    _without("schema:name"),
    _without("schema:datePublished"),
    _without("schema:abstract"),
    _without("schema:about"),
    _without("prov:wasDerivedFrom"),
    _without("foaf:maker"),
    _without("kg:authorListComplete"),
    _also("schema:name", '"A second title"'),
    _instead("schema:name", '"AN OLD TITLE PRINTED IN CAPITALS ONLY"'),
    _instead("schema:name", '"<b>Marked</b> title"'),
    _instead("schema:name", '"X"'),
    _instead("schema:datePublished", '"last spring"'),
    _instead("schema:datePublished", _typed("1021", "gYear")),
    _also("schema:datePublished", _typed("1999", "gYear")),
    _also("schema:sameAs", "<https://doi.org/10.1234/UPPER.Case>"),
    _also("schema:author", _iri("person/lost")),
    _also("schema:about", _iri("topic/lost")),
    _also("schema:citation", '"a text"'),
    _also("schema:isPartOf", _iri("venue/lost")),
)
_AUTHORSHIP_FAULTS: tuple[_Fault, ...] = (
    _without("kg:agent"),
    _without("kg:nameAsPrinted"),
    _without("schema:position"),
    _instead("schema:position", _typed(0, "integer")),
    _instead("schema:position", '"first"'),
    _also("kg:orcidAsPrinted", '"0000-0002-1825-0098"'),
    _also("kg:agent", _iri("person/lost")),
)
_PERSON_FAULTS: tuple[_Fault, ...] = (
    _without("schema:name"),
    _without("foaf:name"),
    _without("foaf:made"),
    _instead("schema:name", '"M"'),
    _instead("schema:name", '"MORENO ADA"'),
    _also("schema:name", '"Another Name"'),
    _also("schema:sameAs", "<https://orcid.org/0000-0002-1825-0098>"),
    _also("schema:sameAs", "<https://orcid.org/0000-0002-1825>"),
    _also("schema:affiliation", _iri("organization/lost")),
    _without("prov:wasDerivedFrom"),
)
_OBSERVATION_FAULTS: tuple[_Fault, ...] = (
    _without("schema:value"),
    _instead("schema:value", _typed(-4, "integer")),
    _instead("schema:value", _typed(4000, "integer")),
    _without("schema:observationDate"),
    _instead("schema:measuredProperty", _iri("kg:unknown")),
    _without("prov:hadPrimarySource"),
)

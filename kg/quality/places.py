"""Where the things of a finding come from: their names, and the lines they were read from.

Knows how the graphs of a store say it: records in the source graphs, mentions in the identity graph, files on the
sources. Knows nothing of shapes. What a store does not say stays empty; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

from kg.quality.report import Place
from kg.quality.shacl.outcome import Value, text_of
from kg.rdf import vocab

SHOWN_TEXT = 100
"""How much of a long text, in characters, is quoted in a message; a cut is marked by an ellipsis."""

_NAMES = (vocab.NAME, vocab.FOAF_NAME, vocab.SKOS_PREF_LABEL, vocab.RDFS_LABEL)
_SOURCES = (vocab.PROV_HAD_PRIMARY_SOURCE, vocab.PROV_WAS_DERIVED_FROM)


@dataclass(frozen=True)
class Found:
    """The places of one finding, the records that stand there, and what else its message should say.

    ``sources`` are the sources that the finding leads to.
    """

    places: tuple[Place, ...]
    records: tuple[str, ...]
    detail: str
    sources: tuple[str, ...] = ()


class Places:
    """A look-up over one store. Answers are kept, so that many findings on one thing cost one search."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._labels: dict[str, str] = {}
        self._known_sources: dict[Value, bool] = {}
        self._records: dict[str, tuple[tuple[Place, str, str], ...]] = {}
        self._unread: set[NamedNode] | None = None

    def label(self, thing: str) -> str:
        """Return the name of a thing; for one without a name the start of its abstract, or ``""``."""
        if thing not in self._labels:
            try:
                self._labels[thing] = self._find_label(thing)
            except ValueError:
                # A literal where a thing should be has no name of its own.
                self._labels[thing] = ""
        return self._labels[thing]

    def of(self, focus: Value, thing: str) -> Found:
        """Find the places of a finding about ``focus``, a part of ``thing``.

        Only places in the sources the focus itself names are given; where it names none, all places of the thing.
        """
        if isinstance(focus, Literal):
            return Found((), (), "")
        claims = self._claims(focus)
        named = self.sources(focus, thing)
        if thing.startswith("_:"):
            known = tuple((Place(file, 0, ""), "", source) for source in sorted(named) if (file := self.file(source)))
        else:
            known = self._places(thing)
        chosen = [one for one in known if one[1] == text_of(focus)] or [one for one in known if one[2] in named]
        if not chosen and focus == self._node(thing):
            chosen = list(known)
        if not chosen:
            files = sorted({file for source in named if (file := self.file(source))})
            chosen = [(Place(file, 0, ""), "", "") for file in files] or list(known)
        places = tuple(dict.fromkeys(place for place, _, _ in chosen))
        records = tuple(dict.fromkeys(record for _, record, _ in chosen if record))
        return Found(places, records, self._told(focus, claims), tuple(sorted(named)))

    def sources(self, focus: Value, thing: str) -> set[str]:
        """Return the sources that disagree here, or those a node names, or its thing, or what it is part of."""
        if isinstance(focus, Literal):
            return set()
        node = self._node(thing)
        named = [source for source, _ in self._claims(focus)] or self._sources(focus)
        if not named and node != focus:
            named = self._sources(node)
        if not named:
            named = [one for one in self._values(focus, vocab.IS_PART_OF) if self._is_source(one)]
        if not named and self._is_source(node):
            named = [node]
        return {one.value for one in named if isinstance(one, NamedNode)}

    def _is_source(self, node: Value) -> bool:
        if node not in self._known_sources:
            found = isinstance(node, NamedNode) and vocab.KG_SOURCE in self._merged(node, vocab.RDF_TYPE)
            self._known_sources[node] = found
        return self._known_sources[node]

    def _node(self, thing: str) -> NamedNode | BlankNode:
        return BlankNode(thing[2:]) if thing.startswith("_:") else NamedNode(thing)

    def _values(self, subject: NamedNode | BlankNode, predicate: NamedNode) -> list[Value]:
        """Return the values a node has in any graph, sorted."""
        found = {
            quad.object
            for quad in self._store.quads_for_pattern(subject, predicate, None, None)
            if isinstance(quad.object, NamedNode | BlankNode | Literal)
        }
        return sorted(found, key=str)

    def _merged(self, subject: NamedNode | BlankNode, predicate: NamedNode) -> list[Value]:
        """Return the values a node has in the merged view, sorted."""
        found = {
            quad.object
            for quad in self._store.quads_for_pattern(subject, predicate, None, DefaultGraph())
            if isinstance(quad.object, NamedNode | BlankNode | Literal)
        }
        return sorted(found, key=str)

    def _subjects(self, predicate: NamedNode, value: NamedNode | BlankNode) -> Iterator[NamedNode]:
        for quad in self._store.quads_for_pattern(None, predicate, value, None):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject

    def _find_label(self, thing: str) -> str:
        node = self._node(thing)
        for name in _NAMES:
            for value in self._merged(node, name):
                if isinstance(value, Literal):
                    return value.value
        for value in self._merged(node, vocab.ABSTRACT):
            return f"(untitled) {_cut(text_of(value))}"
        return ""

    def _sources(self, focus: NamedNode | BlankNode) -> list[Value]:
        return [
            value
            for predicate in _SOURCES
            for value in self._merged(focus, predicate) or self._values(focus, predicate)
        ]

    def file(self, source: str) -> str:
        """Return the file a source was read from, or ``""``."""
        try:
            values = self._values(self._node(source), vocab.KG_FILE)
        except ValueError:
            return ""
        return text_of(values[0]) if values else ""

    def depending(self, subject: Value) -> set[str]:
        """Return the things whose names or places may change when something is said of a subject.

        That is the thing itself, what a record or mention is about, and whom the mentions in a record refer to.
        """
        if isinstance(subject, Literal):
            return set()
        found = {text_of(subject).partition("#")[0] if isinstance(subject, NamedNode) else text_of(subject)}
        for predicate in (vocab.ABOUT, vocab.KG_REFERS_TO, vocab.IS_PART_OF):
            found |= {text_of(one) for one in self._values(subject, predicate)}
        for mention in self._subjects(vocab.KG_IN_RECORD, subject):
            found |= {text_of(one) for one in self._values(mention, vocab.KG_REFERS_TO)}
        return found

    def _places(self, thing: str) -> tuple[tuple[Place, str, str], ...]:
        """Return (place, record, source) for each record of a thing, or for the files it comes from."""
        if thing not in self._records:
            node = self._node(thing)
            records = {*self._subjects(vocab.ABOUT, node), *self._parts(node)}
            for mention in self._subjects(vocab.KG_REFERS_TO, node):
                records |= {one for one in self._values(mention, vocab.KG_IN_RECORD) if isinstance(one, NamedNode)}
            found = sorted(place for record in records if (place := self._place(record)))
            if not found:
                sources = {thing, *(text_of(source) for source in self._sources(node))}
                found = sorted((Place(file, 0, ""), "", one) for one in sources if (file := self.file(one)))
            self._records[thing] = tuple(found)
        return self._records[thing]

    def _parts(self, source: NamedNode | BlankNode) -> Iterator[NamedNode]:
        """Yield the unread lines of a source, whose findings are about the source."""
        if self._unread is None:
            # There are few of them, and a source has very many parts.
            self._unread = set(self._subjects(vocab.RDF_TYPE, vocab.KG_UNREAD_LINE))
        if self._unread:
            yield from (part for part in self._subjects(vocab.IS_PART_OF, source) if part in self._unread)

    def _place(self, record: NamedNode) -> tuple[Place, str, str] | None:
        lines, sources = self._values(record, vocab.KG_LINE), self._values(record, vocab.IS_PART_OF)
        file = self.file(text_of(sources[0])) if sources else ""
        if not lines or not file or not text_of(lines[0]).isdigit():
            return None
        snippets = self._values(record, vocab.KG_SNIPPET)
        text = text_of(snippets[0]).strip() if snippets else ""
        first = text.splitlines()[0].strip() if text else ""
        return Place(file, int(text_of(lines[0])), first), record.value, text_of(sources[0])

    def _claims(self, focus: NamedNode | BlankNode) -> list[tuple[Value, Value]]:
        """Return (source, claimed value) for each claim of a disagreement; nothing for any other node."""
        claims = []
        for claim in self._values(focus, vocab.KG_HAS_CLAIM):
            if isinstance(claim, NamedNode | BlankNode):
                for source in self._values(claim, vocab.PROV_HAD_PRIMARY_SOURCE):
                    claims += [(source, value) for value in self._values(claim, vocab.KG_CLAIMED_VALUE)]
        return sorted(claims, key=str)

    def _told(self, focus: NamedNode | BlankNode, claims: list[tuple[Value, Value]]) -> str:
        """Say in words which source claims what, and which of the values was chosen."""
        chosen = self._values(focus, vocab.KG_CHOSEN_VALUE)
        told = []
        for source, value in claims:
            name = self.label(text_of(source)) or text_of(source)
            kept = ", which is kept" if value in chosen else ""
            told.append(f"{name} says “{_cut(text_of(value))}”{kept}.")
        return " ".join(told)


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_TEXT else f"{flat[: SHOWN_TEXT - 1].rstrip()}…"

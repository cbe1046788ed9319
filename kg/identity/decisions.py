"""Decisions made by hand about who is who: read, written, and found again in what was read.

A decision is anchored to mentions: the file, the record in it, the name printed there. So it survives another reading,
another order and other ids. Decisions always win; where two contradict each other, the later one does. What a decision
no longer matches is reported. Knows TOML and names; does not know files, nor how people are resolved.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Final

import orjson

from kg.errors import InputError
from kg.identity.clusters import Clusters

KINDS: Final = ("same", "different", "move", "wrong-id", "retire-name")
"""Two or more mentions are one person; two are two; the first belongs to whom the second means; an identifier at a
mention is not that person's; a name of a mention's person is neither shown nor searched."""

_FIELDS: Final = frozenset({"kind", "mentions", "value", "by", "at", "why"})
_ANCHOR_FIELDS: Final = frozenset({"source", "record", "name", "position"})
_VALUED: Final = frozenset({"wrong-id", "retire-name"})
_COUNTS: Final = {"different": 2, "move": 2, "wrong-id": 1, "retire-name": 1}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A mention: the name of its file, the record's id in it or its title, the name as printed.

    ``record`` is empty for the head of a page and an entry of a list of people; ``position``, from 1, is needed only
    where a record prints one name twice, else 0.
    """

    source: str
    record: str
    name: str
    position: int = 0

    def __str__(self) -> str:
        at = f", place {self.position}" if self.position else ""
        return f"“{self.name}” in {self.source}" + (f", “{self.record}”" if self.record else "") + at


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, about which mentions, by whom, on which day (ISO 8601) and why.

    ``value`` is the identifier that is wrong or the name that is retired, else empty.
    """

    kind: str
    mentions: tuple[Anchor, ...]
    by: str
    at: str
    why: str
    value: str = ""

    @property
    def id(self) -> str:
        """A short name that follows from the content, 12 hex digits."""
        return blake2b(printed_decisions([self]).encode(), digest_size=6).hexdigest()


def parse_decisions(text: str, where: str) -> list[Decision]:
    """Read decisions from TOML: ``[[decision]]`` entries, in their order.

    Raises InputError, naming the entry and the field, for what is not TOML, unknown or missing fields.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the file is not TOML: {error}", where=where) from error
    entries = table.get("decision", [])
    if set(table) - {"decision"} or not isinstance(entries, list):
        raise InputError("only [[decision]] entries are known", where=where, advice="see seeds/README.md")
    return [_decision(entry, f"{where} [[decision]] {number}") for number, entry in enumerate(entries, 1)]


def _decision(entry: Any, where: str) -> Decision:
    if not isinstance(entry, dict):
        raise InputError("the entry is no table", where=where, advice="write [[decision]] above its fields")
    _known(entry, _FIELDS, where)
    kind = entry.get("kind")
    if kind not in KINDS:
        raise InputError(f"unknown kind {kind!r}", where=where, advice=f"known are {', '.join(KINDS)}")
    found = entry.get("mentions")
    if not isinstance(found, list):
        raise InputError("the entry names no mentions", where=where, advice="write mentions = [{ source = …, … }]")
    anchors = tuple(_anchor(item, f"{where} mentions[{number}]") for number, item in enumerate(found))
    if len(anchors) != _COUNTS.get(kind, max(2, len(anchors))):
        raise InputError(
            f"{kind} takes {_COUNTS.get(kind, 'two or more')} mentions, not {len(anchors)}", where=f"{where} mentions"
        )
    if len(set(anchors)) < len(anchors):
        raise InputError("a mention is named twice", where=f"{where} mentions")
    value = _text(entry, "value", where, needed=kind in _VALUED)
    if value and kind not in _VALUED:
        raise InputError(f"{kind} takes no value", where=f"{where} value")
    at = entry.get("at")
    if isinstance(at, str):
        try:
            at = date.fromisoformat(at)
        except ValueError:
            at = None
    if not isinstance(at, date):
        raise InputError("the day is missing or no date", where=f"{where} at", advice="write at = 2026-04-02")
    by, why = (_text(entry, name, where) for name in ("by", "why"))
    return Decision(kind, anchors, by, at.isoformat()[:10], why, value)


def _anchor(item: Any, where: str) -> Anchor:
    if not isinstance(item, dict):
        raise InputError("a mention is a table", where=where, advice="write { source = …, record = …, name = … }")
    _known(item, _ANCHOR_FIELDS, where)
    position = item.get("position", 0)
    if not isinstance(position, int) or isinstance(position, bool) or position < 0:
        raise InputError("a position is a number from 1", where=f"{where} position")
    source, name = (_text(item, key, where) for key in ("source", "name"))
    return Anchor(source, _text(item, "record", where, needed=False), name, position)


def _known(entry: dict[str, Any], fields: frozenset[str], where: str) -> None:
    if unknown := sorted(set(entry) - fields):
        raise InputError(f"unknown field {unknown[0]!r}", where=where, advice=f"known are {', '.join(sorted(fields))}")


def _text(entry: dict[str, Any], name: str, where: str, *, needed: bool = True) -> str:
    value = entry.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise InputError(f"{name} is missing or no text", where=f"{where} {name}", advice=f'write {name} = "…"')
    return value


def printed_decisions(decisions: Iterable[Decision]) -> str:
    """Return decisions as TOML, an entry each, one line a mention; reading it gives the same decisions."""
    return "\n".join(map(_printed, decisions))


def _printed(found: Decision) -> str:
    lines = ["[[decision]]", f"kind = {_quoted(found.kind)}", "mentions = ["]
    for m in found.mentions:
        place = f", position = {m.position}" if m.position else ""
        record = f", record = {_quoted(m.record)}" if m.record else ""
        lines.append(f"  {{ source = {_quoted(m.source)}{record}, name = {_quoted(m.name)}{place} }},")
    lines.append("]")
    if found.value:
        lines.append(f"value = {_quoted(found.value)}")
    lines += [f"by = {_quoted(found.by)}", f"at = {found.at}", f"why = {_quoted(found.why)}", ""]
    return "\n".join(lines)


def _quoted(value: str) -> str:
    # JSON's escapes are TOML's, but for the control character 127, which TOML wants escaped too.
    return orjson.dumps(value).decode().replace("\x7f", "\\u007f")


@dataclass
class Applied:
    """Decisions as numbers of printed names: with each pair, the decision it comes from.

    ``moves`` are (the mention, one of whom it belongs to). ``wrong_ids`` and ``retired`` are (printed name, value).
    ``unmatched`` are decisions that did not fully apply, each with the reason.
    """

    same: list[tuple[int, int, Decision]] = field(default_factory=list)
    apart: list[tuple[int, int, Decision]] = field(default_factory=list)
    moves: list[tuple[int, int, Decision]] = field(default_factory=list)
    wrong_ids: list[tuple[int, str]] = field(default_factory=list)
    retired: list[tuple[int, str]] = field(default_factory=list)
    matched: list[tuple[Decision, list[int]]] = field(default_factory=list)
    unmatched: list[tuple[Decision, str]] = field(default_factory=list)


def applied(decisions: Sequence[Decision], found: Sequence[Sequence[int | str]]) -> Applied:
    """Sort out decisions whose mentions were looked for: ``found`` has a printed name's number for each mention, or why
    there is none. Of decisions that contradict each other the later one holds; of one day, the one further down.
    """
    result = Applied()
    latest_first = sorted(range(len(decisions)), key=lambda n: (decisions[n].at, n), reverse=True)
    told = _Told(sum(map(len, found)))
    for n in latest_first:
        decision, places = decisions[n], found[n]
        if missing := [place for place in places if isinstance(place, str)]:
            result.unmatched.append((decision, missing[0]))
            continue
        numbers = [place for place in places if isinstance(place, int)]
        if not told.take(decision.kind, numbers):
            result.unmatched.append((decision, "a later decision says otherwise"))
            continue
        result.matched.append((decision, numbers))
        first = numbers[0]
        if decision.kind == "same":
            result.same += ((first, other, decision) for other in numbers[1:])
        elif decision.kind == "different":
            result.apart.append((first, numbers[1], decision))
        elif decision.kind == "move":
            result.moves.append((first, numbers[1], decision))
        else:
            held = result.wrong_ids if decision.kind == "wrong-id" else result.retired
            held.append((first, decision.value))
    return result


class _Told:
    """What later decisions say: who is one, who is not, and who was moved."""

    def __init__(self, size: int) -> None:
        self._numbers: dict[int, int] = {}
        self._clusters = Clusters(size)
        self._apart: list[tuple[int, int]] = []
        self._moved: set[int] = set()

    def take(self, kind: str, numbers: Sequence[int]) -> bool:
        """Take a decision in, or return False where it contradicts what was taken in before."""
        own = [self._numbers.setdefault(n, len(self._numbers)) for n in numbers]
        if kind == "different":
            if self._clusters.find(own[0]) == self._clusters.find(own[1]):
                return False
            self._apart.append((own[0], own[1]))
        elif kind in ("same", "move"):
            if not self._moved.isdisjoint(own[:1] if kind == "move" else own):
                return False
            roots = {self._clusters.find(n) for n in own}
            if any({self._clusters.find(a), self._clusters.find(b)} <= roots for a, b in self._apart):
                return False
            if kind == "move":
                self._moved.add(own[0])
            for other in own[1:]:
                self._clusters.join(own[0], other)
        return True


def find_mentions(decisions: Sequence[Decision], index: Index) -> list[list[int | str]]:
    """Return for each decision and mention the number of the printed name, or why there is none."""
    return [[index.find(anchor) for anchor in decision.mentions] for decision in decisions]


class Index:
    """Printed names by source and record. ``names`` are (number, name, position from 1 or None) by record, or by the
    source itself for what stands on no record.
    """

    def __init__(
        self,
        records: dict[str, list[tuple[tuple[str, ...], int]]],
        names: dict[object, list[tuple[int, str, int | None]]],
    ) -> None:
        self._records = records
        self._names = names

    def find(self, anchor: Anchor) -> int | str:
        """Return the number of a mention's printed name, or a sentence on why there is none."""
        if anchor.source not in self._records:
            return f"no source is called {anchor.source}"
        if anchor.record:
            places: list[object] = [n for called, n in self._records[anchor.source] if anchor.record in called]
            if not places:
                return f"{anchor.source} has no record “{anchor.record}”"
        else:
            places = [anchor.source]
        found = [entry for place in places for entry in self._names.get(place, ()) if entry[1] == anchor.name]
        if anchor.position:
            found = [entry for entry in found if entry[2] == anchor.position]
        if not found:
            return f"{anchor} is not printed there"
        placed = {entry[2] for entry in found if entry[2]}
        if len(places) > 1 or len(placed) > 1:
            return f"{anchor} is printed more than once; give its position, or the record's id"
        return found[0][0]


def undone(decisions: Sequence[Decision], wanted: str) -> tuple[list[Decision], Decision]:
    """Return the decisions without the one whose id begins as given, and that one.

    Raises InputError where none does, or more than one.
    """
    found = [d for d in decisions if d.id.startswith(wanted)]
    if len(found) != 1 or not wanted:
        raise InputError(
            f"{len(found)} decisions have an id that begins with {wanted!r}", advice="see `kg identity list`"
        )
    return [d for d in decisions if d is not found[0]], found[0]

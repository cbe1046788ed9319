"""Cut a YAML file into its entries: the elements of the list, or the keys of the mapping, that it holds.

Knows YAML's syntax (1.1, as libyaml reads it), where each entry stands, and how to survive damage and depth. Every
scalar stays the text that is printed, because "No" and "1.10" are names and versions before they are anything else.
Aliases are refused: a few lines of them expand without end. Does not know any format's fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import yaml

from kg.errors import InputError
from kg.sources.formats import Piece
from kg.sources.opening import Opened

DEPTH: Final = 32
"""Levels of lists and mappings in one entry; known formats have four."""

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING: Final = frozenset(("", "~", "null"))


def yaml_pieces(opened: Opened) -> Iterator[Piece]:
    """Yield the entries of a YAML file: lists, mappings and texts (None for nothing), each named by its key if any.

    Raises InputError, with line and column, where the file ends being YAML.
    """
    data = opened.whole()
    events = _events(data)
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            yield from _mapping(events, data)
        elif isinstance(event, yaml.SequenceStartEvent):
            for first in events:
                if isinstance(first, yaml.SequenceEndEvent):
                    break
                yield _piece(first, events, data)
        elif isinstance(event, yaml.NodeEvent):
            yield _piece(event, events, data)


def _mapping(events: Iterator[yaml.Event], data: bytes) -> Iterator[Piece]:
    for key in events:
        if isinstance(key, yaml.MappingEndEvent):
            return
        name, _ = _value(key, events)
        yield _piece(next(events), events, data, key, name if isinstance(name, str) else "")


def _piece(
    first: yaml.Event, events: Iterator[yaml.Event], data: bytes, key: yaml.Event | None = None, name: str = ""
) -> Piece:
    begins = _line(key or first)
    value, last = _value(first, events)
    return Piece(value, begins, max(begins, last), name, partial(_lines, data, begins, max(begins, last)))


def _value(first: yaml.Event, events: Iterator[yaml.Event]) -> tuple[Any, int]:
    """Return what an entry says, or the InputError that keeps it from being used, and its last line (from 1)."""
    fault: InputError | None = None
    open_nodes: list[tuple[yaml.Event, list[Any]]] = []
    event, last = first, _line(first)
    while True:
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event, []))
            if len(open_nodes) > DEPTH:
                fault = InputError("the entry is nested too deeply", advice=f"at most {DEPTH} levels are read")
        else:
            value: Any = None
            if isinstance(event, yaml.ScalarEvent):
                value = None if event.implicit[0] and event.value in _NOTHING else event.value
                # A block text ends where the next line begins.
                last = max(last, _line(event, ends=True))
            elif isinstance(event, yaml.AliasEvent):
                fault = InputError("the entry uses an alias, which is not resolved", advice="repeat the text itself")
            elif isinstance(event, yaml.CollectionEndEvent):
                start, inside = open_nodes.pop()
                value = inside
                if isinstance(start, yaml.MappingStartEvent):
                    value, twice = _pairs(inside)
                    fault = fault or twice
            if not open_nodes:
                return (fault or value), last
            open_nodes[-1][1].append(value)
        event = next(events)


def _line(event: yaml.Event, *, ends: bool = False) -> int:
    """Return the line (from 1) on which an event begins or ends."""
    mark = event.end_mark if ends else event.start_mark
    return 1 if mark is None else mark.line + (0 if ends and not mark.column else 1)


def _pairs(inside: list[Any]) -> tuple[dict[str, Any], InputError | None]:
    found: dict[str, Any] = {}
    for key, value in zip(inside[::2], inside[1::2], strict=True):
        if not isinstance(key, str):
            return found, InputError("a key of the entry is not a text", advice="write it as a text")
        if key in found:
            return found, InputError(f"the entry has the key {key!r} twice", where=key, advice="keep one of them")
        found[key] = value
    return found, None


def _events(data: bytes) -> Iterator[yaml.Event]:
    """Yield what the YAML parser finds; its errors become InputError here."""
    try:
        yield from yaml.parse(data, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InputError(
            f"not YAML{place}: {error.problem or error.context}",
            advice="repair the file; the entries before this place were read",
        ) from error
    except yaml.YAMLError as error:
        raise InputError(f"not YAML: {' '.join(str(error).split())}", advice="repair the file") from error


def _lines(data: bytes, first: int, last: int) -> bytes:
    return b"\n".join(data.split(b"\n")[first - 1 : last])

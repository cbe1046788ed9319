"""Find values in a JSON text by their pointers (RFC 6901): the very characters, not the value written anew.

Knows JSON's syntax as far as Python's decoder does not. Does not know what the values are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str)
_SPACE: Final = re.compile(r"[ \t\n\r]*")

Wanted = list[tuple[list[str], str]]
"""The steps that lead on from here, and the pointer that they end."""


def texts_at(text: str, pointers: Iterable[str]) -> dict[str, str]:
    """Return the characters of the values at these pointers, leaving out what is not there or lies behind damage.

    >>> texts_at('{"a/b": [1, {"c": 2.0}]}', ["/a~1b/1", "/a~1b/7"])
    {'/a~1b/1': '{"c": 2.0}'}
    """
    wanted = [
        ([step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]], pointer)
        for pointer in pointers
    ]
    found: dict[str, str] = {}
    with suppress(ValueError, TypeError, IndexError, RecursionError):
        _read(text, _skip(text, 0), wanted, found)
    return found


def _read(text: str, at: int, wanted: Wanted, found: dict[str, str]) -> int:
    """Read the value that begins at a place; return where it ends."""
    deeper: dict[str, Wanted] = {}
    for steps, pointer in wanted:
        if steps:
            deeper.setdefault(steps[0], []).append((steps[1:], pointer))
    inside = deeper and text[at] in "[{"
    end = _children(text, at, deeper, found) if inside else _DECODER.raw_decode(text, at)[1]
    found.update((pointer, text[at:end]) for steps, pointer in wanted if not steps)
    return end


def _children(text: str, at: int, deeper: dict[str, Wanted], found: dict[str, str]) -> int:
    named, index = text[at] == "{", 0
    at = _skip(text, at + 1)
    while not text.startswith(("]", "}"), at):
        name = str(index)
        if named:
            name, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        at = _skip(text, _read(text, at, deeper.get(name, []), found))
        at = _skip(text, at + text.startswith(",", at))
        index += 1
    return at + 1


def _skip(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too

"""Take fields out of JSON records without trusting their types, and make names, dates and identifiers of them.

Knows JSON's types and what scholarly metadata have in common: an absent field says nothing, a field of another type is
not what the format promises. Does not know any format.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kg.errors import InputError
from kg.model.text import squeeze

Json = Mapping[str, Any]

_TAG: Final = re.compile(r"</?(?:jats:|mml:|ns\d:)?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>")


def text(record: Json, *path: str) -> str:
    """Return the text at a path, white space squeezed; an empty one where there is none; numbers as they print.

    Raises InputError, naming the field, where something else stands there.
    """
    found = at(record, *path)
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise InputError(f"{'.'.join(path)} is not a text but {_kind(found)}", where=".".join(path))
    return squeeze(str(found))


def items(record: Json, *path: str) -> list[Any]:
    """Return the list at a path; a single value as a list of one, nothing as an empty list."""
    found = at(record, *path)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def texts(record: Json, *path: str) -> tuple[str, ...]:
    """Return the texts of the list at a path, without empty ones. Raises InputError for other elements."""
    return tuple(filter(None, (text({"": element}, "") for element in items(record, *path))))


def objects(record: Json, *path: str) -> Iterator[Json]:
    """Yield the objects of the list at a path. Raises InputError, naming the field, for other elements."""
    for element in items(record, *path):
        if not isinstance(element, dict):
            raise InputError(f"{'.'.join(path)} is not an object but {_kind(element)}", where=".".join(path))
        yield element


def at(record: Json, *path: str) -> Any:
    """Return what stands at a path, None where nothing does. Raises InputError where the path leads through a text."""
    found: Any = record
    for step in path:
        if found is None:
            return None
        if not isinstance(found, dict):
            raise InputError(f"{'.'.join(path)} leads through {_kind(found)}", where=".".join(path))
        found = found.get(step)
    return found


def once(*texts: str) -> tuple[str, ...]:
    """Return the texts that are not empty, each once, in order.

    >>> once("b", "", "a", "b")
    ('b', 'a')
    """
    return tuple(dict.fromkeys(filter(None, texts)))


def unmarked(marked: str) -> str:
    """Return a text without XML or HTML markup, with its character names resolved.

    >>> unmarked("<jats:p>A &lt; B in <i>vivo</i></jats:p>")
    'A < B in vivo'
    """
    return (
        squeeze(html.unescape(_TAG.sub(" " if "p>" in marked else "", marked)))
        if "<" in marked or "&" in marked
        else marked
    )


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "nothing")

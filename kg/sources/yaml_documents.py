"""Read a small YAML document into plain values, all scalars as they are printed.

Knows YAML's dangers: aliases, which make bombs, are refused, depth and size are limited, tags are never obeyed. A
version ``1.10`` stays "1.10" and a date stays text, because nothing is taken for a number. Does not know any format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import yaml

from kg.errors import InputError

SIZE: Final = 1 << 22
"""Characters of a document (4 Mi); the largest citation files known have some 100,000."""

DEPTH: Final = 30
"""Levels of lists and mappings; a citation file has five."""

_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NOTHING: Final = frozenset(("", "~", "null", "Null", "NULL"))
_OPENING: Final = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING: Final = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document: its value, its first and last line (from 1), its text."""

    value: Any
    line: int
    last_line: int
    text: str


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A document that is a mapping, with ways to its parts. ``repeated`` are keys that stand twice in one mapping."""

    text: str
    root: yaml.Node
    value: dict[str, Any]
    repeated: tuple[str, ...]

    def part(self, *path: str | int) -> Part | None:
        """Return the part at a path of keys and indices, None where there is none."""
        node: yaml.Node | None = self.root
        for step in path:
            node = _step(node, step)
        if node is None:
            return None
        first = node.start_mark.line + 1
        # A block ends for YAML where the next one begins.
        text = self.text[node.start_mark.index : node.end_mark.index].rstrip()
        return Part(_plain(node, []), first, first + text.count("\n"), text)


def read_yaml(text: str) -> YamlDocument:
    """Read a document. Raises InputError, with line and column, for what is no YAML, no mapping, or dangerous."""
    if len(text) > SIZE:
        raise InputError(f"the YAML has more than {SIZE:,} characters", advice="no citation file is so large")
    try:
        _check(text)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        cause = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
        raise InputError(f"not YAML{place}: {cause}", advice="repair the file or get it again") from error
    except (ValueError, OverflowError) as error:  # characters that no encoding has, escapes beyond Unicode
        raise InputError(f"not YAML: {error}", advice="repair the file or get it again") from error
    if not isinstance(root, yaml.MappingNode):
        raise InputError("the YAML is not a mapping of names to values", advice="get the file again")
    repeated: list[str] = []
    return YamlDocument(text, root, _plain(root, repeated), tuple(repeated))


def _check(text: str) -> None:
    """Read the events before anything is built. Raises InputError for aliases and for too many levels."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        place = f"line {event.start_mark.line + 1}" if event.start_mark else "some line"
        if isinstance(event, yaml.AliasEvent):
            raise InputError(f"the YAML uses an alias at {place}", advice="write the value out; aliases are not read")
        depth += isinstance(event, _OPENING) - isinstance(event, _CLOSING)
        if depth > DEPTH:
            raise InputError(f"the YAML is nested too deeply at {place}", advice=f"at most {DEPTH} levels are read")


def _step(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None


def _plain(node: yaml.Node, repeated: list[str]) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, repeated) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                repeated.append(name)
            else:
                found[name] = _plain(value, repeated)
        return found
    plain = isinstance(node, yaml.ScalarNode) and not node.style
    return None if plain and node.value in _NOTHING else node.value

"""Lists of people as BibTeX writes them: names joined by "and", braces around groups, "others" for the rest.

Knows BibTeX's and biblatex's syntax of names (also ``family=…, given=…``) and the mistakes that are common in it: lists
with commas or semicolons instead of "and". Does not know how one name falls into parts: ``kg.model.printed_names``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from kg.errors import InputError
from kg.model.names import looks_like_person
from kg.model.printed_names import PrintedName, read_inverted, read_name, read_parts
from kg.model.records import AgentKind, Mention
from kg.model.text import squeeze
from kg.sources.bibliographic import kind_of
from kg.sources.latex import decoded

_AND: Final = re.compile(r"[{}]|(?<!\S)and(?!\S)", re.IGNORECASE)
# A backslash makes a space of the comma and an accent of the tie: "N.\,D." and "Mu\~noz" are one word each.
_COMMAS: Final = re.compile(r"[{}]|(?<!\\),")
_SPACES: Final = re.compile(r"[{}]|(?:\s|(?<!\\)~)+")
_SEMICOLON: Final = re.compile(r"[{};]")
_EXTENDED: Final = re.compile(r"^\s*(?:family|given|prefix|suffix)(?:-i)?\s*=", re.IGNORECASE)
_REST: Final = frozenset({"others", "et al", "et. al", "etal", "et alii"})
# TeX takes the space behind a command's name for its end: "Fran\c cois" and "\L ukasz" are one word each.
_ARGUMENT: Final = re.compile(r"\\([cvuHkrdbt])\s+([A-Za-z])")
_LETTER: Final = re.compile(r"\\(aa|AA|ae|AE|oe|OE|ss|SS|dh|DH|dj|DJ|ng|NG|th|TH|[loLOij])\s+")
_INITIALS: Final = re.compile(r"(?:[A-Z]\.?[\s~-]*){1,4}")
_INITIAL: Final = re.compile(r"(?:^|\s)[^\W\d_]\.(?:\s|$)")
_ET_AL: Final = re.compile(r"[\s,~]+et\.?[\s~]+al\.?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class People:
    """A list of people: mentions without positions, whether it names them all, and what a curator should look at."""

    mentions: tuple[Mention, ...] = ()
    complete: bool = True
    remarks: tuple[InputError, ...] = ()


@lru_cache(maxsize=1 << 10)
def read_people(value: str, role: str = "author") -> People:
    """Return the people that the value of a field names, in order.

    >>> [m.name for m in read_people("Le Scao, Teven and {BigScience Workshop} and others").mentions]
    ['Teven Le Scao', 'BigScience Workshop']
    """
    remarks: list[InputError] = []
    mentions: list[Mention] = []
    complete = True
    for printed in _listed(value, remarks, role):
        if _is_rest(printed):
            complete = False
            continue
        if "et" in printed and (shortened := _ET_AL.search(printed)):
            complete, printed = False, printed[: shortened.start()]
        try:
            kind, name = _one(printed)
        except InputError as error:
            remarks.append(InputError(f"in the name {printed[:200]!r}: {error.message}", where=role))
            kind, name = "person", PrintedName("", squeeze(printed))
        given, family = (name.given, name.family) if kind == "person" and name.given else ("", "")
        if running := name.name:
            mentions.append(Mention(running, None, kind, given=given, family=family, role=role))
    return People(tuple(mentions), complete, tuple(remarks))


def _listed(value: str, remarks: list[InputError], role: str) -> Iterator[str]:
    """Yield the names of a list as printed; lists without "and" are cut where they clearly are lists."""
    if "\\" in value:
        value = _LETTER.sub(r"\\\1{}", _ARGUMENT.sub(r"\\\1{\2}", value))
    found = [part for part in _cut(value, _AND) if part.strip()]
    if len(found) == 1 and ";" in value:
        found = [part for part in _cut(value, _SEMICOLON) if part.strip()]
        if len(found) > 1:
            remarks.append(InputError("the names are separated by semicolons", where=role, advice='write "and"'))
    if len(found) > 1 and all(read_inverted(name) for name in found if not _is_rest(name)):
        found = [f"{name.family}, {name.given}" if (name := read_inverted(n)) else n for n in found]
    for printed in found:
        if _commas(printed) > 2 and (names := _run_together(printed)):
            remarks.append(InputError("the names are separated by commas", where=role, advice='write "and"'))
            yield from names
        else:
            yield printed


def _commas(printed: str) -> int:
    return printed.count(",") - printed.count("\\,")


def _is_rest(printed: str) -> bool:
    """Return whether a name only says that there are more."""
    return printed.strip(" \t\r\n{}.").lower() in _REST


def _cut(value: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield the parts of a value between matches outside braces."""
    if "{" not in value:
        yield from pattern.split(value)
        return
    depth, start = 0, 0
    for match in pattern.finditer(value):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(depth - 1, 0)
        elif not depth:
            yield value[start : match.start()]
            start = match.end()
    yield value[start:]


def _run_together(printed: str) -> list[str]:
    """Return the names of "A. Ant, Bee Bo, C. Cat" or "Ant, A., Bo, B., Cat, C."; none where it may be one name."""
    if "{" in printed or "\\" in printed or _EXTENDED.match(printed):
        return []
    parts = [part.strip() for part in printed.split(",") if part.strip()]
    if len(parts) % 2 == 0 and all(_INITIALS.fullmatch(part) for part in parts[1::2]):
        return [f"{family}, {initials}" for family, initials in pairwise(parts)][::2]
    return parts if all(" " in part and looks_like_person(part) >= 0.9 for part in parts) else []


@lru_cache(maxsize=1 << 16)
def _one(printed: str) -> tuple[AgentKind, PrintedName]:
    """Return whose kind one printed name is, and its parts. Raises InputError for LaTeX that cannot be decoded."""
    if _EXTENDED.match(printed):
        return _extended(printed)
    if "{" not in printed and "\\" not in printed and "~" not in printed:
        if _commas(printed) > 2:
            raise InputError(f"it has {_commas(printed)} commas", advice='write "Family, Given", joined by "and"')
        kind = kind_of(printed)
        return (kind, read_name(printed)) if kind == "person" else (kind, PrintedName("", squeeze(printed)))
    if inner := _braced(printed.strip()):
        whole = decoded(inner)
        # Braces also keep a person's name from being taken apart: dblp's "{Karthik {C. S.}}".
        person = _INITIAL.search(whole) and kind_of(whole) == "person"
        return "person" if person else "group", PrintedName("", whole)
    sections = _sections(printed)
    if len(sections) > 3:
        raise InputError(f"it has {len(sections) - 1} commas", advice='write "Family, Given", names joined by "and"')
    name = read_parts(sections)
    if kind_of(name.name) == "group":
        return "group", PrintedName("", ", ".join(" ".join(section) for section in sections))
    return "person", name


def _braced(printed: str) -> str:
    """Return what stands in braces that enclose a whole name, an empty text where none do or they hold an accent."""
    if not (printed.startswith("{") and printed.endswith("}")) or printed.startswith("{\\"):
        return ""
    depth = 0
    for match in re.finditer(r"[{}]", printed):
        depth += 1 if match[0] == "{" else -1
        if not depth and match.end() < len(printed):
            return ""
    return printed[1:-1]


def _sections(printed: str) -> list[list[str]]:
    """Return the words of a name, decoded, between its commas; braces keep words together."""
    return [[word for part in _cut(section, _SPACES) if (word := decoded(part))] for section in _cut(printed, _COMMAS)]


def _extended(printed: str) -> tuple[AgentKind, PrintedName]:
    """Return the parts of a name in biblatex's extended format: ``family=Le Scao, given=Teven``."""
    found: dict[str, str] = {}
    for part in _cut(printed, _COMMAS):
        key, _, value = part.partition("=")
        found[key.strip().lower()] = decoded(value.strip().strip('"'))
    family: Sequence[str] = [found.get("prefix", ""), found.get("family", "")]
    name = PrintedName(found.get("given", ""), " ".join(filter(None, family)), found.get("suffix", ""))
    return ("person", name) if name.given else (kind_of(name.name), name)

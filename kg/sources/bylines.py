"""Author lines as these sites print them: ``Ada Lovelace, Jack W. Rae et al. · deepmind, mit``.

Knows separators, ``et al.``, suffixes (Jr.) and organisation keywords. Does not know who anybody is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.model.names import SUFFIXES, looks_like_group, looks_like_person
from kg.model.records import Byline, Mention
from kg.model.text import fold

# Anything but a sentence: on a line of its own the text after " · " can be a keyword or a written-out name.
_KEYWORDS = re.compile(r"[^,·•]{1,80}(?:, ?[^,·•]{1,80})*")
# Glued to a title, only what cannot be part of one counts: the site's keywords are small letters, digits, hyphens.
_STRICT_KEYWORDS = re.compile(r"[a-z0-9][a-z0-9.&_-]*(?:, ?[a-z0-9][a-z0-9.&_-]*)*")
_ET_AL = re.compile(r"(?:,\s*|\s+)(?:et\.? al\b\.?|and others|(?:and |\+ ?)\d+ (?:more|others))\s*$", re.IGNORECASE)
_DOT = re.compile(r"\s+[·•]\s+")


@dataclass(frozen=True, slots=True)
class AuthorLine:
    """An author line taken apart. ``text`` is what is left for the names (and a title, where one is glued to them)."""

    text: str
    complete: bool
    organizations: tuple[str, ...]


def take_apart(printed: str) -> AuthorLine:
    """Take ``et al.`` and the organisation keywords off the end of an author line.

    >>> take_apart("Jack W. Rae, Trevor Cai et al. · allen-ai, berkeley")
    AuthorLine(text='Jack W. Rae, Trevor Cai', complete=False, organizations=('allen-ai', 'berkeley'))
    """
    text = printed.strip()
    organizations: list[str] = []
    while dots := list(_DOT.finditer(text)):
        before, after = text[: dots[-1].start()], text[dots[-1].end() :]
        pattern = _KEYWORDS if _ET_AL.search(before) else _STRICT_KEYWORDS
        if not pattern.fullmatch(after):
            break
        organizations[:0] = [keyword.strip() for keyword in after.split(",")]
        text = before.rstrip()
    cut = _ET_AL.search(text)
    if cut:
        text = text[: cut.start()].rstrip(" ,")
    return AuthorLine(text, cut is None, tuple(keyword for keyword in organizations if keyword))


def split_names(text: str) -> list[str]:
    """Return the names in a comma-separated list, in order; a suffix goes with the name before it.

    >>> split_names("Jack W. Rae, Sammy Davis, Jr., Claire Gardent")
    ['Jack W. Rae', 'Sammy Davis, Jr.', 'Claire Gardent']
    """
    names: list[str] = []
    for segment in re.split(r"\s*[,，、;]\s*", text):
        name = segment.strip()
        if not name:
            continue
        if names and fold(name) in SUFFIXES:
            names[-1] += f", {name}"
        else:
            names.append(name)
    if len(names) > 1 and (match := re.fullmatch(r"(\S.*?) (?:and|&) (\S.*)", names[-1])):
        pair = [match[1], match[2]]
        if not looks_like_group(names[-1]) and all(looks_like_person(name) >= 0.8 for name in pair):
            names[-1:] = pair
    if len(names) > 1 and names[-1].startswith(("and ", "& ")):
        names[-1] = names[-1].partition(" ")[2]
    return names


def byline_of(names: list[str], *, complete: bool, printed: str, line: int) -> Byline:
    """Return a byline with these names in order, each told apart as a person or a group by its words."""
    mentions = tuple(
        Mention(name, position, "group" if looks_like_group(name) else "person", line=line)
        for position, name in enumerate(names, start=1)
    )
    return Byline(mentions, complete, printed)


def parse_byline(printed: str, line: int) -> tuple[Byline, tuple[str, ...]]:
    """Return the byline of an author line that stands alone, and its organisation keywords."""
    parts = take_apart(printed)
    text, organizations = parts.text, parts.organizations
    if not organizations and (dot := _DOT.search(text)):
        # On a line of its own nothing but organisations can follow the dot.
        organizations = tuple(
            keyword.strip() for keyword in _DOT.sub(",", text[dot.end() :]).split(",") if keyword.strip()
        )
        cut = _ET_AL.search(text[: dot.start()])
        parts = AuthorLine(text[: cut.start()] if cut else text[: dot.start()], cut is None, organizations)
    byline = byline_of(split_names(parts.text), complete=parts.complete, printed=printed, line=line)
    return byline, organizations


def byline_likeness(text: str) -> float:
    """Return how much a whole line looks like an author line, 0 to 1. ``et al.`` or organisations make it sure.

    >>> byline_likeness("Ada Lovelace, Jack W. Rae"), byline_likeness("Dissecting adaptive methods in GANs")
    (1.0, 0.0)
    """
    parts = take_apart(text)
    if not parts.complete or parts.organizations:
        return 1.0
    names = split_names(_DOT.split(parts.text)[0])
    if not names:
        return 0.0
    shapes = [max(looks_like_person(name), 0.8 if looks_like_group(name) and len(name) < 60 else 0.0) for name in names]
    return 0.0 if 0.0 in shapes else sum(shapes) / len(shapes)

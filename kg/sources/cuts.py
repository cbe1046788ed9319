"""Find the places at which a title and the authors glued to it could be cut, and judge the shape of a name.

Knows letters, scripts, separators and the shape of names. Knows no other record: which cut is right, is weighed in
``kg.sources.separate``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from kg.model.names import PARTICLES, SUFFIXES, has_case, looks_like_group, looks_like_person
from kg.model.text import fold
from kg.sources.bylines import split_names
from kg.sources.evidence import is_full_name
from kg.sources.prose import TITLE_LIMIT

_LEAST_SHAPE: Final = 0.15
"""Every author has at least this shape: a single word has 0.3, a name with a capital inside a word 0.2."""

SEPARATOR = re.compile(r"\s*[,，]\s*")
_OPENING = frozenset("([{<«“‘„'\"’`-‐‑–—/\\&+@#:,;=_~·*^$|")
_SENTENCE_MARK = re.compile(r"[:;?!()]")
_INITIAL_END = re.compile(r"(?:^|[\s.\-])[^\W\d_]\.$")
_PARTICLE_START = re.compile(r"(?P<word>[^\W\d_]+)\s")


def cuts(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield every possible cut as title, author text and names.

    Titles hold commas too, so the cut may lie in any segment after which every segment is shaped like a name.
    """
    spans = _segments(text)
    for index in range(len(spans) - 1, -1, -1):
        start, end = spans[index]
        following = tuple(split_names(text[spans[index + 1][0] :])) if index + 1 < len(spans) else ()
        if any(name_shape(name) < _LEAST_SHAPE for name in following):
            return
        if fold(text[start:end]) in SUFFIXES:
            continue
        for position in _starts(text, start, min(end, TITLE_LIMIT)):
            first = text[position:end].strip()
            suffix = _suffix_after(text, spans, index)
            if name_shape(first) >= _LEAST_SHAPE:
                rest = following[1:] if suffix and following and fold(following[0]) in SUFFIXES else following
                yield text[:position].strip(), text[position:].strip(), (first + suffix, *rest)


def sure_names(text: str) -> list[str]:
    """Return the names that stand apart in a line however it is cut: those after the last possible cut."""
    spans = _segments(text)
    names: list[str] = []
    for index in range(len(spans) - 1, 0, -1):
        start, end = spans[index]
        name = text[start:end]
        if name_shape(name) < 0.9 or any(name_shape(text[p:end]) > 0 for p in _starts(text, start, end)):
            break
        names.append(name)
    return [name for name in names if is_full_name(name)]


def name_shape(name: str) -> float:
    """Return how much a text has the shape of an author's name, 0 to 1: a person's, or by its words a group's."""
    if len(name) > 80:
        return 0.0
    if looks_like_group(name):
        return 0.8 if not name[0].islower() and len(name.split()) <= 7 and not _SENTENCE_MARK.search(name) else 0.0
    tokens = name.split()
    if any(len(scripts(token)) > 1 for token in tokens):
        return 0.0
    if not has_case(name) and len(tokens) == 1 and scripts(name) <= {"CJK"}:
        # A name in Han characters has two to four of them; Japanese names may have more.
        return {2: 0.7, 3: 0.7, 4: 0.7, 5: 0.4, 6: 0.3}.get(len(name), 0.0)
    return looks_like_person(name)


def _segments(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for match in SEPARATOR.finditer(text):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [(a, b) for a, b in spans if b > a]


def _suffix_after(text: str, spans: Sequence[tuple[int, int]], index: int) -> str:
    if index + 1 < len(spans):
        start, end = spans[index + 1]
        if fold(text[start:end]) in SUFFIXES:
            return f", {text[start:end]}"
    return ""


def _starts(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the positions in a segment at which a name glued to the text before it could begin."""
    for position in range(max(start, 1), end):
        before, here = text[position - 1], text[position]
        if position == start or before.isspace() or before in _OPENING or not here.isalpha():
            continue
        if before == "." and _INITIAL_END.search(text[max(0, position - 4) : position]):
            continue
        if here.islower():
            particle = _PARTICLE_START.match(text, position)
            if not particle or particle["word"] not in PARTICLES:
                continue
        yield position


def inner_capital(word: str) -> bool:
    """Return whether a small letter is followed by a capital within a word, as in "ModelBig"."""
    return any(a.islower() and b.isupper() for a, b in pairwise(word))


def glued_words(word: str) -> bool:
    """Return whether a word looks like two: "ModelBig", "TTSAlexander", "3Ada" do; "LLMs", "LLaMA", "7B" do not."""
    shape = "".join(
        "U" if c.isupper() else "l" if c.islower() else "0" if c.isdigit() else "'" if c in "'’" else "-" for c in word
    )
    return "lUl" in shape or "UU'" in shape or "UUll" in shape or "0Ul" in shape


def scripts(text: str) -> set[str]:
    """Return the scripts of the letters of a text by Unicode's names; Han characters and kana count as one, CJK."""
    found = {unicodedata.name(c, "?").split(" ", 1)[0].split("-", 1)[0] for c in text if c.isalpha()}
    return {"CJK" if script in {"HIRAGANA", "KATAKANA", "CJK"} else script for script in found}

"""Separate a title from the authors glued to it ("Mistral 7BAlbert Q. Jiang, …"), by named and weighted evidence.

Knows letters, names and what the other records attest. Knows no list of titles. Where no reading leads the others
clearly, it decides nothing: both readings are kept and the record says so. A wrong cut makes a false author and a
false title; an open question only waits for another source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kg.model.names import looks_like_group, name_key
from kg.model.text import fold
from kg.sources.cuts import SEPARATOR, cuts, glued_words, inner_capital, name_shape, scripts
from kg.sources.evidence import Corpus, is_full_name
from kg.sources.prose import TITLE_LIMIT

# Weights: units of evidence, to be added up. 1 is a hint, 3 is what a well-formed name alone gives.
TITLE_KNOWN: Final = 6.0  # another source prints exactly this title, apart from its authors
FIRST_NAME_KNOWN: Final = 4.0  # the first author, given and family name, is printed apart elsewhere
NAME_SHAPE: Final = 3.0  # times 0 to 1: the first author has the shape of a name
GROUP_SHAPE: Final = 2.5  # the first author is a group by its words; less than a person, for titles hold such words too
FOLLOWING_SHAPE: Final = 1.0  # times 0 to 1: the least name-like of the authors after the first
GIVEN_KNOWN: Final = 1.5  # the first word of the first author begins a name that is known
SENTENCE_END: Final = 2.0  # ?, !, a closing bracket or quotation mark ends the title
STOP_END: Final = 1.0  # a full stop ends the title; it also ends abbreviations
CASE_CHANGE: Final = 1.0  # small letter or digit before the cut, capital after it: the mark of gluing
ACRONYM_END: Final = 0.5  # capital before the cut, capital and small letter after it ("TTSAlexander")
SMALL_START: Final = -2.0  # the first author would begin with a particle in small letters, which is rare
SCRIPT_CHANGE: Final = 3.0  # the script changes at the cut, as no word does
LEFT_ATTESTED: Final = 1.5  # the last word of the title occurs as a word in other text
GLUED_ATTESTED: Final = -5.0  # title end and name beginning together are a word of other text: it must not be cut
LEFT_ODD: Final = -2.5  # the last word of the title looks like two glued words and occurs nowhere
LEFT_GLUED: Final = -3.0  # the last word of the title follows a bracket, ? or ! without a space
RIGHT_ODD: Final = -3.0  # the first word of the first author has a capital inside, outside Mc-, De-, and occurs nowhere
NAME_PREFIX: Final = -3.0  # the title would end in Mc, Mac, De, Le, O': a name is being cut in two
BARE_INITIAL: Final = (
    -1.5
)  # the first author would begin with one letter without a stop, or with capitals, cut off an acronym
COMMON_WORDS: Final = -3.0  # every word of the first author is also an ordinary word ("Control Suite")
TITLE_HOLDS_NAMES: Final = -2.0  # the title would hold, before its last comma, something shaped like a name
CUT_AT_THREE: Final = 0.5  # these sites print three names before "et al."
NO_AUTHORS: Final = -2.0  # every page known prints authors: a line without any is the exception
WORDS_ATTESTED: Final = 4.0  # every word of a line read as a title alone occurs in other text

ENOUGH: Final = 3.5
"""The least evidence on which a reading is accepted: a well-formed name and one hint more."""

MARGIN: Final = 1.5
"""By how much the best reading must lead the second: more than one hint."""


_CLOSING = frozenset('?!)]}”»’"。？！')
_AFTER_CLOSING = re.compile(r"[?!)\]}][^\W\d_]+$")
_LAST_WORD = re.compile(r"[^\W_]+$")
_FIRST_WORD = re.compile(r"[^\W_]+")
_NAME_PREFIXES: Final = frozenset(
    {"mc", "mac", "de", "di", "du", "da", "la", "le", "van", "o", "fitz", "ben", "el", "al"}
)
_PREFIXED_NAME = re.compile(r"^(?:Mc|Mac|De|Di|Du|Da|La|Le|Van|Fitz|Ben|El|Al)[^\W\d_]+$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to cut a line, with its evidence: pairs of name and weight."""

    title: str
    authors: str
    names: tuple[str, ...]
    evidence: tuple[tuple[str, float], ...] = ()

    @property
    def score(self) -> float:
        """The sum of the evidence; higher is better."""
        return round(sum(weight for _, weight in self.evidence), 3)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a line: the candidates, best first, and whether the first is accepted; if not, why."""

    candidates: tuple[Candidate, ...]
    decided: bool
    doubt: str = ""


def separate(text: str, corpus: Corpus, *, complete: bool) -> Verdict:
    """Judge every way to cut a line whose ``et al.`` and organisations have been taken off.

    Accepted is the best reading when it has ENOUGH evidence and leads the second by MARGIN.
    """
    candidates = sorted(
        (_weigh(title, names, authors, corpus, complete=complete) for title, authors, names in cuts(text)),
        key=lambda candidate: (-candidate.score, candidate.title),
    )
    if complete and len(text) <= TITLE_LIMIT:
        candidates.append(_title_alone(text, corpus))
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.title))
    if not candidates:
        return Verdict((), False, "no place in the line looks like the end of a title and the beginning of a name")
    best = candidates[0]
    if best.score < ENOUGH:
        return Verdict(
            tuple(candidates),
            False,
            f"the best cut has evidence {best.score:g}, less than {ENOUGH:g}: {best.title!r} | {best.authors!r}",
        )
    if len(candidates) > 1 and best.score - candidates[1].score < MARGIN:
        second = candidates[1]
        return Verdict(
            tuple(candidates),
            False,
            f"two cuts are nearly equal ({best.score:g} and {second.score:g}): "
            f"{best.title!r} | {best.authors!r}, or {second.title!r} | {second.authors!r}",
        )
    return Verdict(tuple(candidates), True)


def _weigh(title: str, names: Sequence[str], authors: str, corpus: Corpus, *, complete: bool) -> Candidate:
    first, before = names[0], title[-1]
    left, right = _LAST_WORD.search(title), _FIRST_WORD.match(authors)
    left_word, right_word = (left[0] if left else ""), (right[0] if right else "")
    evidence: list[tuple[str, float]] = []

    def add(name: str, weight: float, applies: bool = True) -> None:
        if applies and weight:
            evidence.append((name, weight))

    group = looks_like_group(first)
    add("title known", TITLE_KNOWN, fold(title) in corpus.titles)
    add("first author known", FIRST_NAME_KNOWN, is_full_name(first) and name_key(first) in corpus.names)
    add("shape of the first author", GROUP_SHAPE if group else NAME_SHAPE * name_shape(first))
    if len(names) > 1:
        add("shape of the other authors", FOLLOWING_SHAPE * min(name_shape(name) for name in names[1:]))
    add("given name known", GIVEN_KNOWN, not group and len(right_word) > 1 and fold(right_word) in corpus.given)
    add("the title ends as a sentence", SENTENCE_END, before in _CLOSING)
    add("the title ends with a stop", STOP_END, before == ".")
    add("case changes", CASE_CHANGE, authors[0].isupper() and (before.islower() or before.isdigit()))
    add("an acronym ends", ACRONYM_END, before.isupper() and authors[0].isupper() and authors[1:2].islower())
    add("the name begins small", SMALL_START, authors[0].islower())
    changes = _script_changes(title, authors)
    add("the script changes", SCRIPT_CHANGE, changes)
    glued = fold(left_word + right_word)
    add("the last word is attested", LEFT_ATTESTED, len(left_word) > 1 and fold(left_word) in corpus.words)
    add("the glued word is attested", GLUED_ATTESTED, bool(left_word) and glued in corpus.words)
    add("the last word is odd", LEFT_ODD, glued_words(left_word) and fold(left_word) not in corpus.words)
    add("the last word is glued to a bracket", LEFT_GLUED, bool(_AFTER_CLOSING.search(title)))
    odd = (
        inner_capital(right_word)
        and right_word != first
        and not _PREFIXED_NAME.match(right_word)
        and fold(right_word) not in corpus.words
    )
    add("the first name is odd", RIGHT_ODD, odd)
    bare = before.isupper() and (right_word.isupper() if len(right_word) > 1 else authors[1:2] not in {"", "."})
    add("an acronym is cut", BARE_INITIAL, bare)
    add("a name is cut in two", NAME_PREFIX, fold(left_word) in _NAME_PREFIXES and not changes)
    own_words = [fold(word) for word in first.split() if len(word) > 2]
    add("ordinary words", COMMON_WORDS, not group and bool(own_words) and all(w in corpus.small for w in own_words))
    segments = [part for part in SEPARATOR.split(title)[:-1] if part]
    add("the title holds names", TITLE_HOLDS_NAMES, any(_ends_like_name(part, corpus) for part in segments))
    add("three names", CUT_AT_THREE, not complete and len(names) == 3)
    return Candidate(title, authors, tuple(names), tuple(evidence))


def _title_alone(text: str, corpus: Corpus) -> Candidate:
    evidence = [("no authors", NO_AUTHORS)]
    if fold(text) in corpus.titles:
        evidence.append(("title known", TITLE_KNOWN))
    tokens = [fold(token) for token in _FIRST_WORD.findall(text)]
    if tokens and all(token in corpus.words for token in tokens):
        evidence.append(("every word is attested", WORDS_ATTESTED))
    return Candidate(text, "", (), tuple(evidence))


def _ends_like_name(segment: str, corpus: Corpus) -> bool:
    """Return whether a stretch of title before a comma is, or glued to other words ends in, a person's name."""
    words = segment.split()
    acronym = any(word.isupper() and len(word) > 1 and "." not in word for word in words)
    if len(words) > 1 and name_shape(segment) >= 0.9 and not acronym:
        return not all(fold(word) in corpus.small for word in words)
    tail = [words[i:] for i in range(max(0, len(words) - 4), len(words) - 1)]
    return any(glued_words(part[0]) and name_shape(" ".join(part[1:])) > 0 for part in tail if part)


def _script_changes(title: str, authors: str) -> bool:
    last = next((c for c in reversed(title) if c.isalpha()), "")
    return bool(last) and scripts(last) != scripts(authors[0])

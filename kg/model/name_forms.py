"""The form of a personal name for comparison, and how two forms relate.

A relation says in what way two printed names could be one person's ("initials", "middle-added", "nickname", …) or that
they contradict each other. How much that is worth is not said here. Knows scripts, initials, particles, printed order,
transliteration and short forms of given names; knows nothing about works.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from kg.model.names import PARTICLES, SUFFIXES, has_case, parts
from kg.model.text import fold, squeeze

_INITIAL_RUN = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\s])")
_APOSTROPHES = re.compile(r"['’ʼ`´ʹ‘]")
_HYPHENS = re.compile(r"[-‐‑–]")

# Spellings of one sound that meet in transcribed names; applied in this order to words of six letters or more.
_SOUNDS: Final = (
    *(("sch", "sh"), ("ph", "f"), ("ck", "k"), ("kh", "h"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("gh", "g")),
    *(("w", "v"), ("y", "i"), ("j", "i"), ("z", "s"), ("x", "ks"), ("q", "k"), ("c", "k")),
)
_LONG: Final = 6
_DOUBLED = re.compile(r"(.)\1+")
# Pinyin ü is typed as v or u.
_SHORT_SPELLINGS: Final = {"lv": "lu", "nv": "nu", "lue": "lu", "lyu": "lu"}

RELATIONS: Final = (
    *("same", "spelling", "particle", "initial-added", "word-added", "middle-initial", "last-dropped"),
    *("first-dropped", "nickname", "near", "swapped", "initials", "initials-partial", "initials-both"),
    *("middle-conflict", "conflict"),
)
"""All relations, from the closest to the contradiction."""


@dataclass(frozen=True, slots=True)
class NameForm:
    """Folded words of a personal name: given names and initials, then the family name with its particles.

    Where the boundary between the two stands differs from source to source, so comparison goes by ``words``.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    suffix: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All words in order, particles included."""
        return self.given + self.family

    @property
    def core(self) -> tuple[str, ...]:
        """The family words without particles; all of them where nothing else is left ("Le", "Van")."""
        return tuple(w for w in self.family if w not in PARTICLES) or self.family

    @property
    def key(self) -> str:
        """Two names with one key are the same name: all words run together, but for the last."""
        words = self.words
        return f"{''.join(words[:-1])} {words[-1]}" if words else ""

    @property
    def initials_only(self) -> bool:
        """Whether no given name is written out (and there is at least one initial)."""
        return bool(self.given) and all(len(w) == 1 for w in self.given)


class Relation(NamedTuple):
    """How two forms relate: one of ``RELATIONS``, the words that agree in full, and the initials that fit."""

    kind: str
    full: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the two names could be one person's."""
        return self.kind != "conflict"


@lru_cache(maxsize=1 << 16)
def name_form(name: str, given: str = "", family: str = "") -> NameForm:
    """Return the form of a printed name; ``given`` and ``family`` are used where the source tells them apart.

    >>> name_form("Teven Le Scao")
    NameForm(given=('teven',), family=('le', 'scao'), suffix='')
    >>> name_form("Mensch, A.") == name_form("", given="A.", family="Mensch")
    True
    """
    if given or family:
        before, after = list(_words(given)), list(_words(family))
    elif "," in name or has_case(name) or " " in squeeze(name):
        p = parts(name)
        return NameForm(p.given, p.particles + p.family, p.suffix)
    else:
        return NameForm((), tuple(_words(name)))
    suffix = ""
    for words in (after, before):
        if len(words) > 1 and words[-1] in SUFFIXES:
            suffix = words.pop()
    while len(before) > 1 and len(before[-1]) > 1 and before[-1] in PARTICLES:
        after.insert(0, before.pop())
    return NameForm(tuple(before), tuple(after), suffix)


@lru_cache(maxsize=1 << 16)
def _words(text: str) -> tuple[str, ...]:
    spaced = _HYPHENS.sub(" ", _APOSTROPHES.sub("", _INITIAL_RUN.sub(". ", text)))
    return tuple(word for token in spaced.split() if (word := fold(token).replace(" ", "")))


@lru_cache(maxsize=1 << 16)
def skeleton(word: str) -> str:
    """Return what the spellings of one word have in common.

    >>> skeleton("schuetze") == skeleton("schutze"), skeleton("bhattacharyya") == skeleton("bhattacharya")
    (True, True)
    """
    if len(word) < 4:
        return _SHORT_SPELLINGS.get(word, word)
    plain = word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if len(word) >= _LONG:
        for printed, sound in _SOUNDS:
            plain = plain.replace(printed, sound)
        plain = _DOUBLED.sub(r"\1", plain)
    return plain


@cache
def short_forms() -> dict[str, frozenset[str]]:
    """Return for each given name the names that stand for it or that it stands for ("bill": {"william"})."""
    found: dict[str, set[str]] = {}
    text = (files("kg.model") / "given_names.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        name, *others = line.partition("#")[0].split() or [""]
        for other in others:
            found.setdefault(name, set()).add(other)
            found.setdefault(other, set()).add(name)
    return {name: frozenset(others) for name, others in found.items()}


class Laid(NamedTuple):
    """A name laid out to be compared with many: its key, the number of its words, the words without particles."""

    key: str
    length: int
    line: tuple[str, ...]
    suffix: str

    @classmethod
    def of(cls, form: NameForm) -> Laid:
        """Lay out a form."""
        return cls(form.key, len(form.given) + len(form.family), form.given + form.core, form.suffix)


def relation(a: NameForm, b: NameForm) -> Relation:
    """Return how two names relate; the order of the two does not matter.

    >>> relation(name_form("A. Mensch"), name_form("Arthur Mensch")).kind
    'initials'
    >>> relation(name_form("Alyssa Mensch"), name_form("Arthur Mensch")).kind
    'conflict'
    >>> relation(name_form("Teven Scao"), name_form("Teven Le Scao")).kind
    'particle'
    """
    if a.key == b.key and not (a.suffix and b.suffix and a.suffix != b.suffix):
        return Relation("same", a.words)
    return related(Laid.of(a), Laid.of(b))


def related(a: Laid, b: Laid) -> Relation:
    """Return how two names relate that are not the same."""
    if a.suffix and b.suffix and a.suffix != b.suffix:
        return _CONFLICT
    if b.length < a.length or (b.length == a.length and b.key < a.key):
        a, b = b, a
    if not a.length:
        return _CONFLICT
    one, two = a.line, b.line
    if one == two:
        return Relation("particle", one)
    aligned = _align(one, two)
    if len(one) == len(two) and sorted(one) == sorted(two):
        return Relation("swapped", one)
    kind = _kind(one, two, aligned)
    if kind == "conflict":
        return _CONFLICT
    full = tuple(one[i] for i, _, k in aligned if k >= _SPELLING)
    initials = tuple(min(one[i], two[j], key=len)[0] for i, j, k in aligned if k == _INITIAL)
    return Relation(kind, full, initials)


_INITIAL, _NEAR, _SHORT, _SPELLING, _EQUAL = 1, 2, 3, 4, 5
_Aligned = list[tuple[int, int, int]]
_CONFLICT: Final = Relation("conflict")


def _kind(one: tuple[str, ...], two: tuple[str, ...], aligned: _Aligned) -> str:
    """Name the relation of two aligned names; ``one`` has no more words than ``two``."""
    kinds = [k for _, _, k in aligned]
    if len(aligned) < 2 or max(kinds) < _SPELLING:
        return "conflict"
    taken_one, taken_two = {i for i, _, _ in aligned}, {j for _, j, _ in aligned}
    rest_one = [w for i, w in enumerate(one) if i not in taken_one]
    rest_two = [w for j, w in enumerate(two) if j not in taken_two]
    first = next(((j, k) for i, j, k in aligned if i == 0), (-1, 0))
    last = next(((j, k) for i, j, k in aligned if i == len(one) - 1), (-1, 0))
    last_agrees = last[1] >= _SPELLING and last[0] == len(two) - 1
    first_agrees = first[0] == 0
    if rest_one and rest_two:
        # Both names have a word that the other contradicts.
        return "middle-conflict" if last_agrees and first_agrees and first[1] >= _SHORT else "conflict"
    if _INITIAL in kinds and (first[1] == _INITIAL or not first_agrees):
        if len(one[0]) == 1 and len(two[0]) == 1:
            return "initials-both" if last_agrees else "conflict"
        if not last_agrees:
            return "conflict"
        return "initials" if first_agrees and not rest_one and not rest_two else "initials-partial"
    if not first_agrees:
        return "first-dropped" if last_agrees else "conflict"
    if not last_agrees:
        return "last-dropped" if first[1] >= _SPELLING else "conflict"
    if _SHORT in kinds:
        return "nickname"
    if _NEAR in kinds:
        return "near"
    if not rest_one and not rest_two:
        return "middle-initial" if _INITIAL in kinds else "spelling"
    return "word-added" if any(len(w) > 1 for w in rest_one + rest_two) else "initial-added"


def _align(one: tuple[str, ...], two: tuple[str, ...]) -> _Aligned:
    """Return the pairs (index, index, agreement) of the best alignment that keeps the order of both."""
    nothing: tuple[int, _Aligned] = (0, [])
    above = [nothing] * (len(two) + 1)
    for i, x in enumerate(one):
        row = [nothing]
        for j, y in enumerate(two):
            best = above[j + 1] if above[j + 1][0] >= row[j][0] else row[j]
            if agreement := _agreement(x, y):
                score, pairs = above[j]
                # Ends of a name weigh more than its middle: the family name is not to pair with a middle name.
                score += 4 * agreement + (i == j == 0) + (i == len(one) - 1 and j == len(two) - 1)
                if score > best[0]:
                    best = score, [*pairs, (i, j, agreement)]
            row.append(best)
        above = row
    return above[-1][1]


@lru_cache(maxsize=1 << 16)
def _agreement(x: str, y: str) -> int:
    """Return how well two words of names agree, 0 to 5."""
    if x == y:
        return _EQUAL if len(x) > 1 else _INITIAL
    if len(x) == 1 or len(y) == 1:
        initial, word = sorted((x, y), key=len)
        return _INITIAL if word[0] == initial or any(n[0] == initial for n in short_forms().get(word, ())) else 0
    if skeleton(x) == skeleton(y):
        return _SPELLING
    if y in short_forms().get(x, ()):
        return _SHORT
    shorter, longer = sorted((x, y), key=len)
    if len(shorter) >= 3 and longer.startswith(shorter) and len(longer) >= 5:
        return _NEAR
    return _NEAR if len(shorter) >= 5 and _one_edit(shorter, longer) else 0


def _one_edit(shorter: str, longer: str) -> bool:
    """Return whether one letter was changed, added, left out, or exchanged with its neighbour."""
    if len(longer) - len(shorter) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(shorter, longer, strict=False)) if x != y), len(shorter))
    a, b = shorter[start:], longer[start:]
    return a[1:] == b[1:] or a == b[1:] or (a[2:] == b[2:] and a[:2] == b[1::-1][:2])


@dataclass(frozen=True, slots=True)
class Outline:
    """What rules out quickly that two names fit: their sounds, other forms of their words, and near spellings.

    ``loose`` marks names with an initial or a word twice, of which one word in common is enough.
    """

    sounds: frozenset[str]
    loose: bool
    others: frozenset[str]
    words: frozenset[str]
    prefixes: frozenset[str]
    edits: frozenset[str]

    def may_fit(self, other: Outline) -> bool:
        """Return False only where ``relation`` would find a conflict."""
        common = self.sounds & other.sounds
        if not common:
            return not (self.sounds or other.sounds)  # without a written-out word nothing is ruled out
        if len(common) > 1 or self.loose or other.loose:
            return True
        return not (
            self.others.isdisjoint(other.sounds)
            and self.edits.isdisjoint(other.edits)
            and self.words.isdisjoint(other.prefixes)
            and other.words.isdisjoint(self.prefixes)
        )


def outline(form: NameForm) -> Outline:
    """Return the outline of a form."""
    full = [w for w in (*form.given, *form.core) if len(w) > 1]
    long = [w for w in full if len(w) >= 5]
    return Outline(
        frozenset(map(skeleton, full)),
        any(len(w) == 1 for w in form.given + form.core) or len(set(full)) < len(full),
        frozenset(skeleton(other) for w in full for other in short_forms().get(w, ())),
        frozenset(w for w in full if len(w) >= 3),
        frozenset(w[:n] for w in long for n in range(3, len(w))),
        frozenset(w[:i] + w[i + 1 :] for w in long for i in range(len(w))) | frozenset(long),
    )


def link_keys(form: NameForm, common: frozenset[str]) -> Iterator[str]:
    """Yield keys of which two names that may be one person's share at least one.

    Families in ``common`` are so frequent that names which agree in a middle name alone are not brought together.
    """
    core = form.core
    if not core:
        yield " ".join(form.words)
        return
    first = form.given[0] if form.given else ""
    last = skeleton(core[-1])
    yield f"{last}|{first[:1]}"
    if len(first) > 1:
        sound = skeleton(first)
        for word in core:
            if len(word) > 2:
                yield f"{skeleton(word)}+{sound}"
        if core[-1] not in common:
            yield from (f"{last}+{skeleton(other)}" for other in sorted(short_forms().get(first, ())))
    if core[-1] not in common:
        yield from (f"{last}+{skeleton(word)}" for word in form.given[1:] if len(word) > 2)
    full = sorted(skeleton(word) for word in (*form.given, *core) if len(word) > 1)
    # Either order of two family names is a person's name ("Yang Liu", "Liu Yang"): order tells them apart.
    if len(set(full)) > 1 and sum(word in common for word in (*form.given, *core)) < 2:
        yield "~".join(full)

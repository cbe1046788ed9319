"""Personal names and group names: shape, comparison, and the choice of a form to show.

Knows scripts, initials, particles and the two printed orders. Knows nothing about works, so it can say that two
printed names *could* be one person's, never that they are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kg.model.text import fold, squeeze

PARTICLES: Final = frozenset(
    "al af av bin da das de del della den der di do dos du e el ibn la las le les los mac of op san st ste te ten ter "
    "van vande vander vom von y zu zum zur 't im des dem auf aus dal dall degli dei ap wa".split()
)
"""Words that belong to a family name and are printed in lower case or with a capital ("de las Casas", "Le Scao")."""

SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})

_GROUP_WORDS: Final = frozenset(
    "academy administration agency ai alliance association authority center centre club collaboration collaborators "
    "college commission committee community company consortium contributors corp corporation council department "
    "developers federation foundation gmbh group hospital inc initiative institut institute institutet institution "
    "instituto instituut investigators istituto lab laboratories laboratory labs library llc ltd ministry museum "
    "network observatory organisation organization plc programme project publishers publishing research school "
    "society survey team trialists universidad universidade universita universitat universitatea universite "
    "universiteit universitesi universitet universitetet university univerzita uniwersytet working workshop".split()
)
_OPENING: Final = frozenset(
    "academia academie accademia akademie centro commission departamento department dipartimento faculdade facultad "
    "faculte faculty fakultat institut institute instituto instituut istituto laboratoire laboratorio ministere "
    "ministerio ministerium ministero ministry universidad universidade universita universitat universitatea "
    "universite universiteit universitet university univerzita uniwersytet".split()
)
"""Words with which the name of an organisation begins and nobody's name does ("Université de Paris")."""
_OFFICES: Final = frozenset({"bank", "board", "bureau", "office"}) | _GROUP_WORDS - {"ai", "working"}
"""Words that name an organisation where "of" or "for" follows ("Office for National Statistics")."""
_COMPANY: Final = re.compile(r"&\s*(?:Cie|Co|Sons)\b|\w (?:A/S|e\. ?V\.|S\.p\.A\.)$")
"""Legal forms that no name of a person ends with; those of two capitals ("AG", "SA") may be somebody's initials."""
_GROUP_SIGNS: Final = _GROUP_WORDS | _OPENING | _OFFICES | {"the"}
_ASCII_WORD = re.compile(r"[a-z]+")
_LETTER_RUN = re.compile(r"[^\W\d_]+")
# One word of a personal name: letters of any script with inner apostrophes, hyphens and stops ("O'Neil", "J.-B.").
_NAME_WORD = re.compile(r"^['’ʼ`]?[^\W\d_]+(?:['’ʼ`.·-]{1,2}[^\W\d_]+)*[.'’]?$")
# Names with a capital inside: "McDonald", "LeCun", "FitzGerald".
_PREFIXED = re.compile(r"^(?:Mc|Mac|De|Di|La|Le|Van|Du|Da|Fitz|O['’])[^\W\d_]")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A personal name taken apart for comparison. ``given`` and ``family`` are folded words; ``particles`` too.

    ``family`` holds the last word only where the source does not separate the parts; ``middle`` words that may
    belong to either side ("Villanova" in "Albert Villanova del Moral") stand in ``given``.
    """

    given: tuple[str, ...]
    particles: tuple[str, ...]
    family: tuple[str, ...]
    suffix: str = ""


def has_case(text: str) -> bool:
    """Return whether any letter of the text belongs to a script with capitals."""
    return any(c.isupper() or c.islower() for c in text)


def looks_like_group(name: str) -> bool:
    """Return whether a printed author is a group by its words ("BigScience Workshop", "Mistral-AI").

    >>> looks_like_group("Mistral-AI"), looks_like_group("OpenAI"), looks_like_group("Ai Tanaka")
    (True, True, False)
    >>> looks_like_group("University of Oxford"), looks_like_group("Merck & Co."), looks_like_group("Siemens AG")
    (True, True, False)
    """
    if _COMPANY.search(name):
        return True
    if name.isascii() and "AI" not in name and _GROUP_SIGNS.isdisjoint(_ASCII_WORD.findall(name.lower())):
        return False  # most names: said without folding
    runs = _LETTER_RUN.findall(name)
    if not runs:
        return False
    folded = [fold(run) for run in runs]
    # "Ai" and "Lab" are given names too: "AI" counts only in capitals and at the end.
    if runs[-1] == "AI" and len(runs) > 1:
        return True
    if len(runs) == 1 and re.fullmatch(r"[^\W\d_]*[a-z]AI", runs[0]):
        return True
    if len(folded) > 1 and (folded[0] in _OPENING or (folded[0] in _OFFICES and folded[1] in {"of", "for"})):
        return True
    strong = _GROUP_WORDS - {"ai", "lab", "college", "club", "company", "working"}
    if folded[0] in {"the", "team"} and len(folded) > 1:
        # "The Anh Hoang" is a Vietnamese name: some short words behind "The", none of them a group's.
        vietnamese = (
            folded[0] == "the"
            and len(folded) > 2
            and all(re.fullmatch(r"[^\W\d_a-z][^\W\d_A-Z]{0,5}", r) for r in runs)
        )
        return not vietnamese or any(word in strong for word in folded[1:])
    return any(word in strong for word in folded[1:]) or (len(folded) > 1 and folded[-1] in {"lab", "club", "company"})


def looks_like_person(name: str) -> float:
    """Return how much a text has the shape of one personal name, 0 (not at all) to 1.

    Two to four capitalised words, initials and particles give 1; one word, many words, digits, punctuation, sentence
    words or run-together words give less. Scripts without capitals are judged by length alone.

    >>> looks_like_person("Albert Q. Jiang"), looks_like_person("BAlbert Q. Jiang"), looks_like_person("7B")
    (1.0, 0.2, 0.0)
    """
    before, comma, after = name.rpartition(",")
    if comma and fold(after) in SUFFIXES:
        name = f"{before} {after.strip()}"
    tokens = name.split()
    if not tokens or not all(_NAME_WORD.match(t) for t in tokens):
        return 0.0
    if not has_case(name):
        return 0.7 if 2 <= len(name.replace(" ", "")) <= 12 and len(tokens) <= 4 else 0.0
    score = {1: 0.3, 2: 1.0, 3: 1.0, 4: 0.95, 5: 0.8, 6: 0.6}.get(len(tokens), 0.0)
    if fold(tokens[-1]) in SUFFIXES:
        score = max(score, 0.9)
    for i, token in enumerate(tokens):
        if _run_together(token):
            score *= 0.2
        lower_start = token[0].islower()
        if lower_start and (fold(token) not in PARTICLES or i == len(tokens) - 1):
            score *= 0.1
        if (
            not lower_start
            and len(token) > 4
            and token.isupper()
            and "." not in token
            and has_case(name.replace(token, ""))
        ):
            score *= 0.5
    if all(len(t.rstrip(".")) == 1 for t in tokens):
        score *= 0.3
    return round(score, 3)


def _run_together(token: str) -> bool:
    """Return whether a word looks like two: "BAlbert", "ModelsTeven"; in any script that has capitals.

    Two capitals before a small letter are not how a name begins; three small letters before a capital are not how
    one goes on, except after a prefix ("FitzGerald").
    """
    shape = "".join("U" if c.isupper() else "l" if c.islower() else "'" if c in "'’" else "-" for c in token)
    prefixed = _PREFIXED.match(token)
    return (
        "UUl" in shape or "UU'" in shape or ("lllU" in shape and not (prefixed and token[prefixed.end() - 1].isupper()))
    )


@lru_cache(maxsize=65536)
def parts(name: str) -> NameParts:
    """Take a printed personal name apart. "Family, Given" and "Given Family" are both read.

    >>> parts("Diego de las Casas")
    NameParts(given=('diego',), particles=('de', 'las'), family=('casas',), suffix='')
    >>> parts("De Las Casas, Diego") == parts("Diego de las Casas")
    True
    """
    before, comma, after = squeeze(name).partition(",")
    suffix = ""
    if comma and fold(after) in SUFFIXES:
        before, comma, after, suffix = before, "", "", fold(after)
    if comma:
        family_words, given_words = _words(before), _words(after)
    else:
        words = _words(before)
        if len(words) > 1 and words[-1] in SUFFIXES:
            suffix, words = words[-1], words[:-1]
        if not has_case(before) and len(words) == 1:
            return NameParts((), (), tuple(words), suffix)
        start = len(words) - 1
        while start > 1 and words[start - 1] in PARTICLES:
            start -= 1
        given_words, family_words = words[: max(start, 0)], words[max(start, 0) :]
    particles: list[str] = []
    while len(family_words) > 1 and family_words[0] in PARTICLES:
        particles.append(family_words.pop(0))
    return NameParts(tuple(given_words), tuple(particles), tuple(family_words), suffix)


def _words(text: str) -> list[str]:
    """Return the folded words of a name; hyphenated words and apostrophes stay one word, initials are split.

    "J.-B. Alayrac" gives ``j b alayrac``; "Jean-Baptiste" gives ``jeanbaptiste``'s parts ``jean baptiste``.
    """
    spaced = re.sub(r"(?<=\b[^\W\d_])\.(?=[^\s])", ". ", text)
    spaced = re.sub(r"['’ʼ`]", "", spaced)
    return [word for token in spaced.replace("-", " ").split() if (word := fold(token).replace(" ", ""))]


def name_key(name: str) -> str:
    """Return the form under which two printed names are the same name: folded words, particles kept, order kept.

    "Family, Given" is turned into "Given Family" first.
    """
    p = parts(name)
    return " ".join((*p.given, *p.particles, *p.family, *([p.suffix] if p.suffix else [])))


def block_key(name: str) -> str:
    """Return the last family word and the first given initial: names that can be one person's share it."""
    p = parts(name)
    initial = p.given[0][0] if p.given else ""
    return f"{p.family[-1] if p.family else ''}|{initial}"


def compatible(a: str, b: str) -> bool:
    """Return whether two printed names could be the same person's.

    The last family word must be equal; each given word must equal, or be the initial of, the other's in order; words
    that only one form has (middle names, particles, a first half of a double family name) do not count against it;
    different suffixes (Jr., III) do.

    >>> compatible("Arthur Mensch", "A. Mensch"), compatible("Arthur Mensch", "Alyssa Mensch")
    (True, False)
    >>> compatible("Teven Le Scao", "Teven Scao")
    True
    """
    one, two = parts(a), parts(b)
    if not one.family or not two.family or one.family[-1] != two.family[-1]:
        return False
    if one.suffix and two.suffix and one.suffix != two.suffix:
        return False
    if not one.given or not two.given:
        return name_key(a) == name_key(b)
    return _given_compatible(one.given, two.given)


def _given_compatible(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    shorter, longer = sorted((a, b), key=len)
    if not _word_compatible(shorter[0], longer[0]):
        return False
    position = 0
    for word in shorter:
        while position < len(longer) and not _word_compatible(word, longer[position]):
            position += 1
        if position == len(longer):
            return False
        position += 1
    return True


def _word_compatible(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) == 1 and a[0] == b[0])


def fullness(name: str) -> tuple[int, int, int, int, int]:
    """Rank a printed form for display, higher is better: written-out words, accents, normal case, length.

    The rule: the form with the most written-out words wins; then the one with more accented letters (they are lost
    in transcription, never added); then one that is not all capitals or all small; then given name first; then the
    longer one.
    """
    words = [w for w in name.replace(".", ". ").split() if w]
    written = sum(len(w.rstrip(".")) > 1 for w in words)
    accents = sum(bool(unicodedata.combining(c)) for c in unicodedata.normalize("NFD", name))
    normal = int(not (name.isupper() or name.islower()) or not has_case(name))
    return written, accents, normal, int("," not in name), len(name)

"""Invent researcher pages in the four layouts of the seeds: deterministic, any number of works.

Works have invented titles, abstracts, authors and dates; each stands on the pages of one or two of its authors, so that
pages overlap as the seeds do. Knows the layouts as text; knows nothing of the readers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_GIVEN = (
    "Ada Bruno Chen Dana Elif Farid Greta Hiro Ines Jonas Kofi Lena Mira Nils Olga Pablo Quinn Rosa Sven Tara Umar "
    "Vera Wanda Xiang Yara Zeno Aïda Björn Céline Đorđe Émile Fátima Gökhan Håkon Íris José Łucja Márta Noël Øystein"
).split()
_FAMILY_START = (
    "Al Ber Cas Dor El Fan Gor Hal Iv Jan Kor Lan Mor Nov Or Pet Ros San Tor Var Wen Zar Lind Mend Park".split()
)
_FAMILY_END = (
    "berg da dez ek en er es etti feld ić ini kov lund man ner off ova quist sen ski stein ström toni yama".split()
)
_WORDS = (
    "model language data training attention sparse dense scaling retrieval graph benchmark multilingual evaluation "
    "representation inference generation speech vision alignment optimisation gradient kernel prompt reasoning memory "
    "compression distillation robustness calibration transfer corpus annotation parsing translation summarisation "
    "dialogue embedding transformer recurrent convolutional bayesian causal temporal spatial adaptive hierarchical "
    "efficient scalable reliable interpretable private federated continual supervised contrastive generative"
).split()
_CODES = ("CL", "CV", "LG", "AI", "SD", "IV", "SE", "RO", "IR")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_KEYWORDS = ("deepmind", "mit", "allen-ai", "berkeley", "cambridge", "huggingface", "tsinghua", "oxford", "stanford")


@dataclass(frozen=True)
class _Work:
    title: str
    abstract: str
    authors: tuple[str, ...]
    code: str
    year: int
    month: str
    day: int
    badge: bool
    keywords: str
    score: float


def _works(count: int, chance: random.Random) -> tuple[list[str], list[_Work]]:
    people = [
        f"{chance.choice(_GIVEN)} {chance.choice(_GIVEN)[0]}. "
        f"{chance.choice(_FAMILY_START)}{chance.choice(_FAMILY_END)}"
        for _ in range(max(12, count // 6))
    ]
    works = []
    for number in range(count):
        title = " ".join(chance.choices(_WORDS, k=chance.randint(4, 8))).capitalize()
        abstract = ". ".join(
            " ".join(chance.choices(_WORDS, k=chance.randint(10, 18))).capitalize() for _ in range(chance.randint(5, 9))
        )
        if chance.random() < 0.2:
            abstract += f". Code is at https://github.com/lab{number % 97}/repo{number}"
        start = chance.randrange(len(people))
        authors = tuple(dict.fromkeys(people[(start + step) % len(people)] for step in range(chance.randint(1, 6))))
        works.append(
            _Work(
                f"{title} {number}" if chance.random() < 0.2 else title,
                abstract + ".",
                authors,
                chance.choice(_CODES),
                chance.randint(2015, 2025),
                chance.choice(_MONTHS),
                chance.randint(1, 28),
                chance.random() < 0.3,
                chance.choice(_KEYWORDS) if chance.random() < 0.3 else "",
                round(chance.uniform(1, 99), 1),
            )
        )
    return people, works


def write_pages(folder: Path, count: int, seed: int = 42) -> int:
    """Write pages for ``count`` works into ``folder`` and return the number of files."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    _, works = _works(count, chance)
    pages: dict[str, list[_Work]] = {}
    for work in works:
        for author in chance.sample(work.authors, min(2, len(work.authors))):
            pages.setdefault(author, []).append(work)
    layouts = (_trust_profile, _scored_profile, _work_list, _abstract_list)
    entries = []
    for number, (author, listed) in enumerate(sorted(pages.items())):
        name = f"{number:06}.txt"
        lines = layouts[number % 20 // 6](author, listed)
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        subject = f'subject = "{author}"\n' if number % 20 // 6 == 3 else ""
        entries.append(f'[[source]]\nfile = "{name}"\ncaptured = "2026"\n{subject}')
    (folder / "sources.toml").write_text("\n".join(entries), encoding="utf-8")
    return len(pages)


def _trust_profile(author: str, works: list[_Work]) -> Iterator[str]:
    yield from ("Researcher profile", "", author, "", f"{author} contributes to research discovery.", "")
    yield from ("ResearcherAffiliation not importedOpen to collaborate", "", "Trust snapshot", "", "Quick read", "")
    yield from ("Trust 21 - EmergingVerification L1Unclaimed author", f"{len(works)}works", "0followers", "3topics")
    yield from ("4close collaborators", "", "Published work", "", f"{len(works)} published item(s)", "")
    for work in works:
        yield from (f"preprint{work.year}arXiv", "", work.title, "", work.abstract, "")


def _scored_profile(author: str, works: list[_Work]) -> Iterator[str]:
    yield from (author, "", works[0].code, "h-index10", f"{len(works)}papers", "1,536citations", "Novelty62%")
    yield from ("AI Score48", "", f"{len(works)} Papers", "")
    for work in works:
        yield from (f"{work.score}{_header(work)}", work.title, "", _byline(work), "", work.abstract, "")


def _work_list(author: str, works: list[_Work]) -> Iterator[str]:
    for work in works:
        yield from (_header(work), work.title + _byline(work), work.abstract)


def _abstract_list(author: str, works: list[_Work]) -> Iterator[str]:
    for work in works:
        yield f"Abstract:{work.abstract}"


def _header(work: _Work) -> str:
    return f"{work.code}{work.month} {work.day}, {work.year}{'Code' if work.badge else ''}"


def _byline(work: _Work) -> str:
    text = ", ".join(work.authors[:3]) + (" et al." if len(work.authors) > 3 else "")
    return f"{text} · {work.keywords}" if work.keywords else text

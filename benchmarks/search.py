"""Search and completion on half a million invented labels, beside SQLite's full-text index (FTS5) of the same labels.

``python -m benchmarks.search [LABELS]``: for each key of names and titles as they are typed, milliseconds of a
completion; then whole questions, misspelt questions and counts for facets. SQLite answers the same prefix questions,
ordered by weight as well; it knows no misspelt words, so those have no peer.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import quantiles

from benchmarks.pages import _FAMILY_END, _FAMILY_START, _GIVEN, _WORDS
from kg.model.text import words
from kg.search import Filter, Index, Label, write_index

BASE = "http://localhost:8000/"
TYPED = 150
"""Labels that are typed, key by key."""


def invent(count: int, chance: random.Random) -> tuple[list[Label], dict[str, int]]:
    """Return people (two of five) and works (the rest), and how many works each person has."""
    syllables = [start + end for start in _FAMILY_START for end in _FAMILY_END]
    labels: list[Label] = []
    weights: dict[str, int] = {}
    for number in range(count * 2 // 5):
        family = chance.choice(syllables) + chance.choice(["", "", "", chance.choice(_FAMILY_END)])
        middle = chance.choice(["", "", f"{chance.choice(_GIVEN)[0]}. "])
        iri = f"{BASE}person/{number}"
        labels.append((iri, "person", f"{chance.choice(_GIVEN)} {middle}{family}", ""))
        weights[iri] = int(chance.paretovariate(1.2))
    for number in range(count - len(labels)):
        title = " ".join(chance.choices(_WORDS, k=chance.randint(4, 11))).capitalize()
        if chance.random() < 0.5:
            title = f"{chance.choice(syllables)}{number % 5000}: {title}"
        authors = ", ".join(label[2] for label in chance.sample(labels[:1000], 3))
        year = chance.randint(1980, 2025)
        labels.append((f"{BASE}work/{number}", "work", title, f"{year} · {authors} · 10.{number}/w{number}"))
    return labels, weights


def peer(folder: Path, labels: Sequence[Label], weights: dict[str, int]) -> sqlite3.Connection:
    """Return the same labels in SQLite, indexed for beginnings of one to three letters."""
    database = sqlite3.connect(folder / "peer.sqlite")
    database.execute("CREATE VIRTUAL TABLE labels USING fts5(words, more, iri UNINDEXED, prefix='1 2 3')")
    ordered = sorted(labels, key=lambda label: -weights.get(label[0], 0))
    database.executemany(
        "INSERT INTO labels(words, more, iri) VALUES (?, ?, ?)",
        ((" ".join(words(label)), " ".join(words(detail)), iri) for iri, _, label, detail in ordered),
    )
    database.commit()
    return database


def measure(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Return milliseconds of each question, after some that warm up."""
    for question in questions[:50]:
        ask(question)
    found = []
    for question in questions:
        begun = time.perf_counter()
        ask(question)
        found.append((time.perf_counter() - begun) * 1000)
    return found


def misspelt(text: str, chance: random.Random) -> str:
    """Exchange two letters of the longest word."""
    longest = max(text.split(), key=len)
    place = chance.randrange(1, max(len(longest) - 1, 2))
    wrong = longest[: place - 1] + longest[place] + longest[place - 1] + longest[place + 1 :]
    return text.replace(longest, wrong)


def main(count: int) -> None:
    """Measure and print."""
    chance = random.Random(7)
    labels, weights = invent(count, chance)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = time.perf_counter()
        write_index(folder / "index", labels, weights)
        built = time.perf_counter() - begun
        index = Index(folder / "index")
        size = sum(path.stat().st_size for path in (folder / "index").iterdir()) / 1e6
        begun = time.perf_counter()
        database = peer(folder, labels, weights)
        print(f"{count:,} labels: index {built:.1f} s, {size:.0f} MB; SQLite {time.perf_counter() - begun:.1f} s")
        chosen = [label[2] for label in chance.sample(labels, TYPED)]
        keys = [label[:end] for label in chosen for end in range(1, min(len(label), 25) + 1)]

        def like_peer(question: str) -> object:
            parts = words(question)
            if not parts:
                return []
            text = " ".join(f'"{part}"*' for part in parts)
            return database.execute(
                "SELECT iri FROM labels WHERE labels MATCH ? ORDER BY rowid LIMIT 8", [text]
            ).fetchall()

        letters = [label[:1] for label in chosen]
        rows = (
            ("completion, each key", measure(index.complete, keys), measure(like_peer, keys)),
            ("one letter", measure(index.complete, letters), measure(like_peer, letters)),
            ("completion, misspelt", measure(index.complete, [misspelt(text, chance) for text in chosen]), None),
            ("search, whole label", measure(lambda q: index.page(q, Filter(), 50), chosen), measure(like_peer, chosen)),
            ("facets, one word", measure(index.facets, [text.split()[0] for text in chosen]), None),
        )  # fmt: skip
        print("| question | p50 ms | p99 ms | worst ms | SQLite p50 | SQLite p99 | ratio of p99 |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for what, own, other in rows:
            cuts = quantiles(own, n=100)
            line = f"| {what} | {cuts[49]:.2f} | {cuts[98]:.2f} | {max(own):.1f} |"
            if other is None:
                print(f"{line} | | |")
            else:
                theirs = quantiles(other, n=100)
                print(f"{line} {theirs[49]:.2f} | {theirs[98]:.2f} | {cuts[98] / theirs[98]:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)

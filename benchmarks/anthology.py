"""The ACL Anthology as a gold standard of who is who: names without the answers, and the answers.

The XML is copied without the attributes of authors and editors (``id``, ``orcid``), so that nothing tells who is who
but names, works and affiliations. The gold tells the person of each mention. Both lie beside the checkout, in
``../shared/data/acl``, and are no part of the project.
"""

from __future__ import annotations

import csv
import gzip
import re
import tarfile
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kg.model.text import fold

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "acl"
ARCHIVE = DATA / "acl-anthology-xml-2025-11-04.tar.xz"
GOLD = DATA / "gold" / "mentions_dev.tsv.gz"
HELD_OUT = 5
"""One person in so many is kept out of training, by a checksum of the person's name."""

NAMED = re.compile(r"<(author|editor)\b[^>]*>")
Codes = npt.NDArray[np.int64]


class Mention(NamedTuple):
    """One mention of the gold: paper, place from 0, names as printed, the person, the iD where there is one, and how
    the person is known: "id" where a curator said so."""

    paper: str
    position: int
    first: str
    last: str
    person: str
    orcid: str
    how: str


def without_answers(folder: Path) -> list[Path]:
    """Write the XML files without attributes of authors and editors into a folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            name = Path(member.name).name
            if member.isfile() and name.endswith(".xml") and (file := archive.extractfile(member)):
                text = NAMED.sub(r"<\1>", file.read().decode("utf-8"))
                path = folder / name
                path.write_text(text, encoding="utf-8")
                paths.append(path)
    return sorted(paths)


def read_gold() -> list[Mention]:
    """Read the gold; ``person`` is empty for the mentions that the curators left open."""
    with gzip.open(GOLD, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        columns = ("first", "last", "gold_person", "orcid", "how")
        return [Mention(r["paper_id"], int(r["position"]), *(r[c] for c in columns)) for r in rows]


def held_out(person: str) -> bool:
    """Return whether a person of the gold is kept out of training."""
    return zlib.crc32(person.encode()) % HELD_OUT == 0


def slug(mention: Mention) -> str:
    """Return the Anthology's own key of a name: folded, without its cut."""
    return fold(f"{mention.first} {mention.last}").replace(" ", "-")


def block(mention: Mention) -> tuple[str, str]:
    """Return the first initial and the last name."""
    return fold(mention.first)[:1], fold(mention.last)


def codes(values: Sequence[Any]) -> Codes:
    """Return equal values as equal numbers."""
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)


@dataclass(frozen=True)
class Slice:
    """A part of the gold: which mentions, and what they are compared with."""

    name: str
    rows: npt.NDArray[np.bool_]
    gold: Codes


def slices(gold: Sequence[Mention]) -> list[Slice]:
    """Return the slices of the notes: all; homonyms, synonyms and the blocks touched by them; the ORCID iDs."""
    people = codes([m.person for m in gold])
    told = np.array([bool(m.person) for m in gold])
    slugs = [slug(m) for m in gold]
    blocks = [block(m) for m in gold]
    persons_of: dict[str, set[str]] = defaultdict(set)
    slugs_of: dict[str, set[str]] = defaultdict(set)
    for m, s in zip(gold, slugs, strict=True):
        if m.person:
            persons_of[s].add(m.person)
            slugs_of[m.person].add(s)
    homonyms = np.array([len(persons_of[s]) > 1 for s in slugs]) & told
    synonyms = np.array([len(slugs_of[m.person]) > 1 for m in gold]) & told
    touched = {b for b, h, s in zip(blocks, homonyms, synonyms, strict=True) if h or s}
    hard = np.array([b in touched for b in blocks]) & told
    identified = np.array([bool(m.orcid) for m in gold])
    return [
        Slice("ALL", told, people),
        Slice("HARD", hard, people),
        Slice("HOMONYMS", homonyms, people),
        Slice("SYNONYMS", synonyms, people),
        Slice("ORCID", identified, codes([m.orcid for m in gold])),
    ]


class Score(NamedTuple):
    """Pairwise and B-cubed precision, recall and F1, 0 to 1; higher is better."""

    pair_precision: float
    pair_recall: float
    pair_f1: float
    b3_precision: float
    b3_recall: float
    b3_f1: float


def score(found: Codes, gold: Codes) -> Score:
    """Compare two clusterings of the same mentions, given as numbers of clusters."""
    _, cell, in_cell = np.unique(found * (gold.max() + 1) + gold, return_inverse=True, return_counts=True)
    _, a, in_a = np.unique(found, return_inverse=True, return_counts=True)
    _, b, in_b = np.unique(gold, return_inverse=True, return_counts=True)

    def pairs(counts: npt.NDArray[np.int64]) -> float:
        return float((counts.astype(np.float64) * (counts - 1) / 2).sum())

    right = pairs(in_cell)
    precision, recall = right / max(pairs(in_a), 1.0), right / max(pairs(in_b), 1.0)
    b3_precision, b3_recall = float((in_cell[cell] / in_a[a]).mean()), float((in_cell[cell] / in_b[b]).mean())
    return Score(precision, recall, _f1(precision, recall), b3_precision, b3_recall, _f1(b3_precision, b3_recall))


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

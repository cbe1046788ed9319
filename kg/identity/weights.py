"""The shipped weights: what each piece of evidence adds to the log-odds that two clusters are one person.

Two additive models: one for clusters of one name, one for clusters of different names. Each has a base, and for every
feature a curve through a few named points, straight between them and level outside. Features that are not known add
nothing. The file says what was learnt from what; ``benchmarks/train_identity.py`` makes it anew. Knows features and
numbers, no names and works.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson

from kg.model.name_forms import RELATIONS

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CONTEXT: Final = (
    *("coauthors-shared", "coauthors-covered", "coauthors-sum", "coauthors-peak", "coauthors-size", "coauthors-none"),
    *("text-small", "text-large", "text-mean", "text-peak", "venue", "affiliation", "years-apart", "years-span"),
    *("smaller", "larger", "cites", "orcid", "doubtful-orcid", "identifier"),
    *("relation", "rarity", "namesakes", "competitors", "names-conflict"),
)
"""The features of two clusters, in the order of the columns."""

RENAMED: Final = "renamed"
"""The relation of names that share an identifier and a given name, but no family name."""

KINDS: Final = (*RELATIONS[:-1], RENAMED)
"""Relations of names that may be one person's, in the order of their numbers in the column ``relation``."""

INITIALS: Final = ("initials", "initials-partial", "initials-both")
"""Relations in which one of the names has initials only: their rarity has a curve of its own."""

GROUPS: Final[Mapping[str, str]] = {
    "coauthors-shared": "co-authors",
    "coauthors-covered": "co-authors",
    "coauthors-sum": "co-authors",
    "coauthors-peak": "co-authors",
    "coauthors-size": "co-authors",
    "coauthors-none": "co-authors",
    "text-small": "topic",
    "text-large": "topic",
    "text-mean": "topic",
    "text-peak": "topic",
    "venue": "venue",
    "affiliation": "affiliation",
    "years-apart": "years",
    "years-span": "years",
    "smaller": "size",
    "larger": "size",
    "cites": "citation",
    "orcid": "identifier",
    "doubtful-orcid": "identifier",
    "identifier": "identifier",
    "relation": "name",
    "rarity": "name",
    "initials-rarity": "name",
    "namesakes": "name",
    "competitors": "name",
    "names-conflict": "name",
}
"""The groups under which contributions are told to readers."""

_RELATION: Final = CONTEXT.index("relation")
_RARITY: Final = CONTEXT.index("rarity")
_SAME: Final = KINDS.index("same")
_SHORT: Final = np.array([KINDS.index(kind) for kind in INITIALS])
_CURVES: Final = tuple(name for name in CONTEXT if name != "relation")


@dataclass(frozen=True)
class Curve:
    """A piecewise straight curve: ``y`` in natural log-odds at the points ``x``."""

    x: Floats
    y: Floats

    def at(self, values: Floats) -> Floats:
        """Return the log-odds for feature values; 0 where a value is not known (NaN)."""
        result: Floats = np.interp(values, self.x, self.y)
        result[np.isnan(values)] = 0.0
        return result


@dataclass(frozen=True)
class Model:
    """One additive model: the base for each relation of names (in the order of ``KINDS``), and a curve a feature."""

    relations: Floats
    curves: Mapping[str, Curve]

    def terms(self, features: Floats) -> dict[str, Floats]:
        """Return what each feature adds for rows of features, in the order of ``CONTEXT``."""
        kind = features[:, _RELATION].astype(np.int64)
        found = {"relation": self.relations[kind]}
        for column, name in enumerate(CONTEXT):
            if name == "rarity" and "initials-rarity" in self.curves:
                short = np.isin(kind, _SHORT)
                rarity = features[:, _RARITY]
                found[name] = self.curves[name].at(np.where(short, np.nan, rarity))
                found["initials-rarity"] = self.curves["initials-rarity"].at(np.where(short, rarity, np.nan))
            elif name in self.curves:
                found[name] = self.curves[name].at(features[:, column])
        return found

    def score(self, features: Floats) -> Floats:
        """Return the log-odds of rows of features, in the order of ``CONTEXT``."""
        total = np.zeros(len(features))
        for term in self.terms(features).values():
            total += term
        return total


@dataclass(frozen=True)
class Weights:
    """The two models, and the digest of the file they came from.

    Namesakes and variants are different questions: how often people share a name, and how often one person's name is
    printed in two ways.
    """

    namesakes: Model
    variants: Model
    digest: str = ""

    def score(self, features: Floats) -> Floats:
        """Return the log-odds of rows of features, in the order of ``CONTEXT``."""
        same: Bools = features[:, _RELATION] == _SAME
        total = np.empty(len(features))
        for rows, model in ((same, self.namesakes), (~same, self.variants)):
            if rows.any():
                total[rows] = model.score(features[rows])
        return total

    def contributions(self, features: Floats) -> dict[str, float]:
        """Return what each group of features adds for one row, in natural log-odds; groups that add nothing are out."""
        model = self.namesakes if features[_RELATION] == _SAME else self.variants
        found: dict[str, float] = {}
        for name, term in model.terms(features[None, :]).items():
            found[GROUPS[name]] = found.get(GROUPS[name], 0.0) + float(term[0])
        return {group: value for group, value in found.items() if abs(value) >= 0.005}


def read_weights(data: bytes) -> Weights:
    """Read a file of weights. Raises KeyError when a relation is missing from it, or a feature from both models."""
    tree = orjson.loads(data)

    def model(found: Any, kinds: tuple[str, ...]) -> Model:
        base = np.full(len(KINDS), np.nan)
        for kind in kinds:
            base[KINDS.index(kind)] = found["relations"][kind]
        curves = {name: Curve(np.array(c["x"], float), np.array(c["y"], float)) for name, c in found["curves"].items()}
        return Model(base, curves)

    variants = tuple(kind for kind in KINDS if kind != "same")
    read = Weights(
        model(tree["namesakes"], ("same",)), model(tree["variants"], variants), hashlib.sha256(data).hexdigest()
    )
    missing = set(_CURVES) - (read.namesakes.curves.keys() | read.variants.curves.keys())
    if missing:
        raise KeyError(f"no curve for {', '.join(sorted(missing))}")
    return read


@cache
def shipped_weights() -> Weights:
    """Read the weights that are shipped."""
    return read_weights((files("kg.identity") / "data" / "weights.json").read_bytes())

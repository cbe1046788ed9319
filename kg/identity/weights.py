"""The shipped weights: what each piece of evidence adds to the log-odds that two clusters are one person.

The model is additive: a weight for the relation of the names, and for every other feature a curve through a few named
points, straight between them and level outside. Features that are not known add nothing. The file says what was
learnt from what; ``benchmarks/train_identity.py`` makes it anew. Knows features and numbers, no names and works.
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
    "names-conflict": "name",
}
"""The groups under which contributions are told to readers."""

RENAMED: Final = "renamed"
"""The relation of names that share an identifier and a given name, but no family name."""

NAME_CURVES: Final = ("same-rarity", "initials-rarity", "other-rarity", "namesakes", "competitors")
"""Curves that a relation of names uses beside its own weight."""


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
    """One additive model: an intercept and a curve for each feature of ``CONTEXT``."""

    intercept: float
    curves: Mapping[str, Curve]

    def score(self, features: Floats) -> Floats:
        """Return the log-odds of rows of features, in the order of ``CONTEXT``."""
        total = np.full(len(features), self.intercept)
        for column, name in enumerate(CONTEXT):
            total += self.curves[name].at(features[:, column])
        return total

    def contributions(self, features: Floats) -> dict[str, float]:
        """Return what each group adds for one row of features, in the order of ``GROUPS``."""
        found: dict[str, float] = {}
        for column, name in enumerate(CONTEXT):
            value = float(self.curves[name].at(features[column : column + 1])[0])
            found[GROUPS[name]] = found.get(GROUPS[name], 0.0) + value
        return found


@dataclass(frozen=True)
class Weights:
    """What names say, and two models of the rest: for clusters of one name, and for clusters of different names.

    Namesakes and variants are different questions: how often people share a name, and how often one person's name is
    printed in two ways. ``digest`` identifies the file.
    """

    relations: Mapping[str, float]
    names: Mapping[str, Curve]
    namesakes: Model
    variants: Model
    digest: str = ""

    def context(self, features: Floats, same: Bools) -> Floats:
        """Return the log-odds of rows of features; ``same`` says where both clusters have one name."""
        total = np.empty(len(features))
        total[same] = self.namesakes.score(features[same])
        total[~same] = self.variants.score(features[~same])
        return total


def read_weights(data: bytes) -> Weights:
    """Read a file of weights. Raises KeyError when a feature or relation is missing from it."""
    tree = orjson.loads(data)

    def curves(found: Mapping[str, Mapping[str, list[float]]], wanted: tuple[str, ...]) -> dict[str, Curve]:
        return {n: Curve(np.array(found[n]["x"], dtype=np.float64), np.array(found[n]["y"])) for n in wanted}

    def model(found: Any) -> Model:
        return Model(float(found["intercept"]), curves(found["curves"], CONTEXT))

    relations = {kind: float(tree["relations"][kind]) for kind in (*RELATIONS[:-1], RENAMED)}
    digest = hashlib.sha256(data).hexdigest()
    names = curves(tree["names"], NAME_CURVES)
    return Weights(relations, names, model(tree["namesakes"]), model(tree["variants"]), digest)


@cache
def shipped_weights() -> Weights:
    """Read the weights that are shipped."""
    return read_weights((files("kg.identity") / "data" / "weights.json").read_bytes())

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
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson

from kg.model.name_forms import RELATIONS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
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
_IS_SHORT: Final = np.array([kind in INITIALS for kind in KINDS])
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

    @cached_property
    def _table(self) -> _Curves:
        return _Curves(self.curves)

    @property
    def names(self) -> tuple[str, ...]:
        """What adds to the log-odds, in the order of the rows of ``terms``."""
        return "relation", *self._table.names

    def terms(self, features: Floats) -> Floats:
        """Return what the relation of names and each curve add, one row each, to rows of features."""
        kind = features[:, _RELATION].astype(np.int64)
        return np.concatenate((self.relations[kind][None, :], self._table.at(features, kind)))

    def score(self, features: Floats) -> Floats:
        """Return the log-odds of rows of features, in the order of ``CONTEXT``."""
        # One after the other, whatever their number: rounding follows the order of a sum.
        total: Floats = self.terms(features).cumsum(axis=0)[-1]
        return total


class _Curves:
    """All curves of a model in one table, a column each, to be read at once."""

    def __init__(self, curves: Mapping[str, Curve]) -> None:
        found = [
            (column, own)
            for column, name in enumerate(CONTEXT)
            for own in ((name, "initials-rarity") if name == "rarity" else (name,))
            if own in curves
        ]
        self.names = tuple(name for _, name in found)
        self._columns = np.array([column for column, _ in found], dtype=np.int64)
        # The rarity of initials has its own curve, where there is one.
        self._short = self.names.index("initials-rarity") if "initials-rarity" in self.names else -1
        self._long = self.names.index("rarity") if "rarity" in self.names else -1
        most = max((len(curves[name].x) for name in self.names), default=0) + 1
        # Piece 0 lies before the first point; pieces that a curve does not have begin nowhere.
        self._begin = np.full((most, len(found)), np.inf)
        self._x, self._y, self._slope = (np.zeros((most, len(found))) for _ in range(3))
        for n, name in enumerate(self.names):
            x, y = curves[name].x, curves[name].y
            self._begin[: len(x), n] = x
            self._y[0, n], self._x[0, n] = y[0], x[0]
            self._x[1 : len(x) + 1, n], self._y[1 : len(x) + 1, n] = x, y
            self._slope[1 : len(x), n] = np.diff(y) / np.diff(x)

    def at(self, features: Floats, kind: Ints) -> Floats:
        """Return what each curve adds, one row each; 0 where a value is not known (NaN)."""
        values = features.T[self._columns]
        if self._short >= 0:
            short = _IS_SHORT[kind]
            values[self._short, ~short] = np.nan
            if self._long >= 0:
                values[self._long, short] = np.nan
        piece = (values >= self._begin[:, :, None]).sum(axis=0)
        at = piece * len(values) + np.arange(len(values))[:, None]
        found: Floats = self._slope.take(at) * (values - self._x.take(at)) + self._y.take(at)
        found[np.isnan(found)] = 0.0
        return found


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
        for name, term in zip(model.names, model.terms(features[None, :])[:, 0].tolist(), strict=True):
            found[GROUPS[name]] = found.get(GROUPS[name], 0.0) + term
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

"""Learn the weights of identity from the ACL Anthology's gold standard, and write ``kg/identity/data/weights.json``.

``python -m benchmarks.train_identity [--out FILE]``. Units are resolved with the weights so far, every pair of clusters
that is looked at on the way is recorded with the share of its mentions that are one person's, and the weights are
fitted anew; a few rounds of this, so that the weights are learnt from the situations they lead to. A fifth of the
persons is kept out. The fit is a logistic regression on curves: straight pieces between named points, rising or falling
where the direction is known beforehand, drawn together by a small penalty. Needs ``../shared/data/acl``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
from scipy import optimize, sparse

from benchmarks.anthology import held_out, read_gold, score, slices, slug, without_answers
from kg.identity.captures import identify_sources
from kg.identity.evidence import Field
from kg.identity.ledger import Ledger
from kg.identity.linkage import Linked, Scoring, Watch
from kg.identity.prepared import Lists, Prepared
from kg.identity.resolve import join_works
from kg.identity.seating import Seats
from kg.identity.seats import find_slots
from kg.identity.units import partition
from kg.identity.weighing import linked, question
from kg.identity.weights import CONTEXT, INITIALS, KINDS, RENAMED, Curve, Model, Weights, read_weights
from kg.identity.world import World
from kg.sources import find_inputs, read_all

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

OUT: Final = Path(__file__).resolve().parent.parent / "kg" / "identity" / "data" / "weights.json"


@dataclass(frozen=True)
class Settings:
    """What a training depends on beside the data.

    ``others`` units are drawn beside those of the hard slice, ``largest`` is the size up to which a unit is learnt
    from, ``recorded`` the number of pairs of one relation that are recorded in a unit before they are sampled;
    ``level`` and ``step`` penalise a curve's level and its steps. ``unchecked`` is what a pair counts of a rare name
    (of an expected number of people below e to the power of ``rare``) in two forms that is two people's in the gold
    only because nobody looked. ``caution`` is taken from the log-odds of initials: in the Anthology nearly all who
    could be meant are there themselves, in a handful of pages they are not.
    """

    seed: int = 5
    rounds: int = 3
    others: int = 2500
    largest: int = 700
    recorded: int = 40
    level: float = 2.0
    step: float = 6.0
    unchecked: float = 0.2
    rare: float = -2.5
    caution: float = 1.0


KNOTS: Final[Mapping[str, tuple[float, ...]]] = {
    "coauthors-shared": (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1),
    "coauthors-covered": (0.05, 0.15, 0.3, 0.5, 0.75, 1),
    "coauthors-sum": (1.4, 2.2, 2.7, 3.2, 3.7, 4.4, 5.2),
    "coauthors-size": (2.3, 3.2, 4, 4.8, 5.6, 6.4, 7.2),
    "coauthors-peak": (4, 10, 15, 25, 40, 60),
    "coauthors-none": (2.3, 3.2, 4, 4.8, 5.6, 6.4, 7.2),
    "text-small": (0, 0.03, 0.08, 0.15, 0.25, 0.4, 0.6),
    "text-large": (0.05, 0.12, 0.2, 0.3, 0.4, 0.55, 0.7),
    "text-mean": (0, 0.01, 0.03, 0.06, 0.1, 0.2, 0.4),
    "text-peak": (0, 0.05, 0.1, 0.2, 0.3, 0.5),
    "venue": (0, 0.1, 0.25, 0.5, 0.75, 1),
    "affiliation": (0, 0.1, 0.3, 0.6, 1),
    "years-apart": (0, 1, 3, 6, 10, 16, 25),
    "years-span": (0, 3, 8, 15, 22, 30, 40),
    "smaller": (0, 0.7, 1.4, 2.3, 3.5),
    "larger": (0, 0.7, 1.4, 2.3, 3.5, 4.5),
    "names-conflict": (0, 0.1, 0.3, 0.5, 0.8, 1),
    "rarity": (-6, -4, -3, -2, -1, 0, 1, 2, 3, 4),
    "initials-rarity": (-6, -4, -3, -2, -1, 0, 1, 2, 3, 4),
    "namesakes": (0.7, 1.4, 2.3, 3.2, 4.2, 5.5),
    "competitors": (0, 0.7, 1.4, 2, 3, 4.5),
}
"""The points of the curves."""

RISING: Final = frozenset(
    "coauthors-shared coauthors-covered coauthors-sum coauthors-peak text-small text-large text-mean text-peak venue "
    "affiliation".split()
)
FALLING: Final = frozenset(
    "coauthors-none coauthors-size years-apart names-conflict rarity initials-rarity competitors namesakes".split()
)

BY_HAND: Final[Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {
    "cites": ((0, 1), (0, 2)),
    "orcid": ((-1, 0, 1), (-4.5, 0, 7)),
    "doubtful-orcid": ((-1, 0, 1), (-1, 0, 3)),
    "identifier": ((-1, 0, 1), (-4, 0, 6)),
}
"""Curves for what the gold cannot teach, because its answers were made from it or it has none: estimates. One shared
iD outweighs most contrary evidence, but not all; 1 in 100 of the Anthology's iDs stand on the wrong person."""

_COLUMN: Final = {name: i for i, name in enumerate(CONTEXT)}
_SAME: Final = KINDS.index("same")
_OTHERS: Final = tuple(kind for kind in KINDS if kind not in ("same", RENAMED))


class Beginning:
    """Weights guessed by hand, from which the first round starts."""

    _NAMES: Final = {"same": 3.0, "spelling": 2.0, "initial-added": 2.0, "middle-initial": 1.0, "near": -2.0}

    def score(self, features: Floats) -> Floats:
        """Return log-odds of rows of features."""

        def column(name: str, unknown: float = 0.0) -> Floats:
            return np.asarray(np.nan_to_num(features[:, _COLUMN[name]], nan=unknown))

        base = np.array([self._NAMES.get(kind, -4.0 if "conflict" in kind else 0.0) for kind in KINDS])
        total = base[features[:, _COLUMN["relation"]].astype(int)]
        total = total + 4 * column("coauthors-shared") + 0.5 * column("coauthors-sum") - 0.4 * column("coauthors-none")
        total += 4 * (column("text-small") + column("text-large")) + 1.5 * column("affiliation", 0.5)
        total -= 0.08 * column("years-apart") + 0.5 * column("rarity") + 0.6 * column("competitors")
        return np.asarray(total - 4 * column("names-conflict"))


@dataclass
class Records:
    """Pairs of clusters that were looked at: features, the share of one person's, how much they count, held out."""

    features: list[Floats]
    share: list[float]
    counts: list[float]
    held: list[bool]

    def arrays(self) -> tuple[Floats, Floats, Floats, Bools]:
        """Return them as arrays."""
        return np.array(self.features), np.array(self.share), np.array(self.counts), np.array(self.held)


class Corpus:
    """The Anthology's seats and units, and the person of each seat where the gold tells it (else empty)."""

    def __init__(self, folder: Path) -> None:
        readings = read_all(find_inputs(without_answers(folder)))
        ledger = Ledger()
        world = World(identify_sources(readings, ledger))
        join_works(world, ledger)
        self.seats = Seats(world.names, find_slots(world.names))
        units = partition(self.seats)
        self.prepared = Prepared(self.seats, Lists(world.names, world.records), units)
        self.units = [[unit[k] for k in self.prepared.order(unit)] for unit in units]
        paper = [record.load().place.item for record in world.records]
        at = {
            (paper[name.record], name.place - 1): n
            for n, seat in enumerate(self.seats)
            for name in (world.names[i] for i in seat.printed)
            if name.mention.role == "author" and name.place
        }
        self.gold = [m for m in read_gold() if (m.paper, m.position) in at]
        self.seat_of = np.array([at[m.paper, m.position] for m in self.gold])
        self._answers()

    def link(self, unit: Sequence[int], weights: Scoring, watch: Watch | None = None) -> Linked:
        """Join the seats of a unit, which stand in their order."""
        return linked(question(unit, self.seats, self.prepared), self.prepared.columns, weights, watch)

    def _answers(self) -> None:
        self.person, self.orcid, self.checked, self.curated = ([""] * len(self.seats) for _ in range(4))
        for m, seat in zip(self.gold, self.seat_of.tolist(), strict=True):
            self.person[seat] = m.person
            self.orcid[seat] = m.orcid
            # Where several people have a name, the plain id is the one for mentions that nobody gave to any of them.
            self.checked[seat] = m.person if m.how == "id" and m.person != slug(m) else ""
            self.curated[seat] = m.person if m.how in ("id", "variant") else ""

    def answer(self, left: Sequence[int], right: Sequence[int], *, same_name: bool) -> tuple[float, bool, list[str]]:
        """Return the share of pairs of seats that are one person's, whether that was checked, and who they are mainly.

        iDs tell where both sides have some, and what curators said of namesakes; else it is the gold's rule that equal
        names are one person and others two. Raises LookupError where the gold tells nothing.
        """
        people = [[p for k in side if (p := self.person[k])] for side in (left, right)]
        if not all(people):
            raise LookupError("no answer")
        mainly = [Counter(side).most_common(1)[0][0] for side in people]
        for answers in (self.orcid, self.checked) if same_name else (self.orcid,):
            sides = [[a for k in side if (a := answers[k])] for side in (left, right)]
            if all(sides):
                return _agreement(*sides), True, mainly
        share = _agreement(*people)
        return share, share >= 0.5 or any(self.curated[k] for k in (*left, *right)), mainly

    def chosen(self, settings: Settings) -> list[int]:
        """Return the units to learn from: those of the hard slice, and others drawn by chance."""
        unit_of = np.empty(len(self.seats), dtype=np.int64)
        for n, unit in enumerate(self.units):
            unit_of[unit] = n
        hard = next(s for s in slices(self.gold) if s.name == "HARD")
        touched = set(unit_of[self.seat_of[hard.rows]].tolist())
        rest = [n for n, unit in enumerate(self.units) if len(unit) > 1 and n not in touched]
        drawn = np.random.default_rng(settings.seed).choice(rest, settings.others, replace=False)
        return sorted(touched) + sorted(drawn.tolist())


def _agreement(left: Sequence[str], right: Sequence[str]) -> float:
    a, b = Counter(left), Counter(right)
    return sum(a[value] * b[value] for value in a) / len(left) / len(right)


def record(corpus: Corpus, units: Iterable[int], weights: Any, settings: Settings, seed: int) -> Records:
    """Resolve units and record the pairs of clusters that were looked at."""
    found = Records([], [], [], [])
    chance = np.random.default_rng(seed)
    for n in units:
        unit = corpus.units[n]
        if not 1 < len(unit) <= settings.largest:
            continue
        seen: Counter[int] = Counter()

        def watch(field: Field, a: int, b: int, features: Floats, unit: list[int] = unit, seen: Any = seen) -> None:
            sides = [[unit[k] for k in field.members[c]] for c in (a, b)]
            same_name = features[_COLUMN["relation"]] == _SAME
            try:
                share, checked, mainly = corpus.answer(*sides, same_name=same_name)
            except LookupError:
                return
            relation = int(features[_COLUMN["relation"]])
            seen[relation] += 1
            if seen[relation] > settings.recorded and chance.random() > settings.recorded / seen[relation]:
                return
            rare = not same_name and features[_COLUMN["rarity"]] < settings.rare
            found.features.append(features)
            found.share.append(share)
            weight = settings.unchecked if rare and not checked else 1.0
            found.counts.append(weight * min(map(len, sides)) ** 0.5)
            found.held.append(any(map(held_out, mainly)))

        corpus.link(unit, weights, watch=watch)
    return found


def fit(features: Floats, share: Floats, counts: Floats, settings: Settings, *, same: bool) -> Model:
    """Fit one model to rows of features; ``same`` says that all rows are of clusters of one name."""
    kinds = ("same",) if same else _OTHERS
    left_out = {"competitors", "names-conflict", "initials-rarity"} if same else {"namesakes"}
    names = [name for name in KNOTS if name not in left_out]
    columns = _columns(features, same=same)
    number = {KINDS.index(kind): k for k, kind in enumerate(kinds)}
    base = np.eye(len(kinds))[[number[int(k)] for k in features[:, _COLUMN["relation"]]]]
    blocks, steps = [base], [np.eye(len(kinds))]
    bounds: list[tuple[float | None, float | None]] = [(None, None)] * len(kinds)
    penalty = [settings.level / 6] * len(kinds)
    for name in names:
        knots = KNOTS[name]
        blocks.append(_hats(columns[name], knots))
        steps.append(np.tril(np.ones((len(knots), len(knots)))))
        way = (0.0, None) if name in RISING else (None, 0.0) if name in FALLING else (None, None)
        bounds += [(None, None), *[way] * (len(knots) - 1)]
        penalty += [settings.level, *[settings.step] * (len(knots) - 1)]
    design = sparse.csr_matrix(np.concatenate(blocks, axis=1))
    turned = sparse.block_diag(steps, format="csr")
    matrix = sparse.csr_matrix(design @ turned)
    known = sum((Curve(np.array(x, float), np.array(y, float)).at(columns[n]) for n, (x, y) in BY_HAND.items()), 0.0)
    weight, price = counts / counts.mean(), np.array(penalty)

    def loss(steps: Floats) -> tuple[float, Floats]:
        odds = matrix @ steps + known
        wrong = weight * (1.0 / (1.0 + np.exp(-odds)) - share)
        value = (weight * (np.logaddexp(0.0, odds) - share * odds)).sum() + 0.5 * (price * steps * steps).sum()
        return float(value) / len(share), np.asarray(matrix.T @ wrong + price * steps) / len(share)

    start = np.zeros(matrix.shape[1])
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 600})
    values = np.asarray(turned @ found.x)
    relations = np.full(len(KINDS), np.nan)
    relations[[KINDS.index(kind) for kind in kinds]] = values[: len(kinds)]
    if not same:
        relations[[KINDS.index(kind) for kind in INITIALS]] -= settings.caution
        # The gold has two dozen rare names with and without a particle, most of which nobody looked at. It is dropped
        # more easily than a name is spelt in another way.
        relations[KINDS.index("particle")] = relations[KINDS.index("spelling")] + 0.5
        # No two names of the gold are like this: a shared identifier has to outweigh it.
        relations[KINDS.index(RENAMED)] = relations[KINDS.index("middle-conflict")] - 2.0
    curves, at = {}, len(kinds)
    for name in names:
        curves[name] = Curve(np.array(KNOTS[name], float), values[at : at + len(KNOTS[name])])
        at += len(KNOTS[name])
    by_hand = {name: Curve(np.array(x, float), np.array(y, float)) for name, (x, y) in BY_HAND.items()}
    return Model(relations, curves | by_hand)


def _columns(features: Floats, *, same: bool) -> dict[str, Floats]:
    columns = {name: features[:, i] for name, i in _COLUMN.items()}
    if not same:
        short = np.isin(columns["relation"].astype(int), [KINDS.index(kind) for kind in INITIALS])
        columns["initials-rarity"] = np.where(short, columns["rarity"], np.nan)
        columns["rarity"] = np.where(short, np.nan, columns["rarity"])
    return columns


def _hats(values: Floats, knots: Sequence[float]) -> Floats:
    """Return how much each point of a curve counts for each value; nothing where a value is not known."""
    points = np.array(knots, dtype=np.float64)
    known = np.clip(np.nan_to_num(values, nan=points[0]), points[0], points[-1])
    left = np.clip(np.searchsorted(points, known, side="right") - 1, 0, len(points) - 2)
    share = (known - points[left]) / (points[left + 1] - points[left])
    hats = np.zeros((len(values), len(points)))
    rows = np.arange(len(values))
    hats[rows, left], hats[rows, left + 1] = 1 - share, share
    hats[np.isnan(values)] = 0.0
    return hats


def learn(rounds: Sequence[Records], settings: Settings) -> Weights:
    """Fit both models to all that was recorded, without what is held out."""
    parts = [r.arrays() for r in rounds]
    features, share, counts, held = (np.concatenate([p[i] for p in parts]) for i in range(4))
    same = features[:, _COLUMN["relation"]] == _SAME
    namesakes, variants = (
        fit(features[rows], share[rows], counts[rows], settings, same=of_same)
        for of_same, rows in ((True, same & ~held), (False, ~same & ~held))
    )
    weights = Weights(namesakes, variants)
    for name, rows in (("training", ~held), ("held out", held)):
        if not rows.any():
            continue
        odds = weights.score(features[rows])
        lost = (counts[rows] * (np.logaddexp(0.0, odds) - share[rows] * odds)).sum() / counts[rows].sum()
        print(f"  log loss, {name}: {lost:.4f} of {rows.sum():,} pairs", flush=True)
    return weights


def evaluate(corpus: Corpus, units: Iterable[int], weights: Any) -> None:
    """Print the scores of units resolved with weights."""
    found = np.arange(len(corpus.seats))
    chosen = np.zeros(len(corpus.seats), dtype=bool)
    for n in units:
        unit = corpus.units[n]
        chosen[unit] = True
        for cluster in corpus.link(unit, weights).clusters:
            found[[unit[k] for k in cluster]] = unit[cluster[0]]
    of_gold, in_units = found[corpus.seat_of], chosen[corpus.seat_of]
    kept = np.array([held_out(m.person) for m in corpus.gold])
    for title, rows in (("these units", in_units), ("held out", in_units & kept)):
        for part in slices(corpus.gold):
            k = part.rows & rows
            figures = " ".join(f"{x:.4f}" for x in score(of_gold[k], part.gold[k]))
            print(f"  {title:12} {part.name:9} {k.sum():7,} {figures}")
    print(flush=True)


def written(weights: Weights, settings: Settings) -> bytes:
    """Return the file of weights, with four decimals."""

    def model(found: Model) -> dict[str, Any]:
        bases = {kind: round(float(v), 4) for kind, v in zip(KINDS, found.relations, strict=True) if not np.isnan(v)}
        curves = {n: {"x": c.x.tolist(), "y": [round(float(v), 4) + 0.0 for v in c.y]} for n, c in found.curves.items()}
        return {"relations": bases, "curves": curves}

    tree = {
        "about": "Natural log-odds that two clusters of printed names are one person; see kg/identity/weights.py.",
        "origin": "Gold standard of the ACL Anthology (2025-11), a fifth of the persons held out; "
        "python -m benchmarks.train_identity",
        "settings": asdict(settings),
        "by_hand": sorted(BY_HAND),
        "namesakes": model(weights.namesakes),
        "variants": model(weights.variants),
    }
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        corpus = Corpus(Path(folder))
        units = corpus.chosen(settings)
        print(f"{len(corpus.seats):,} seats, {len(corpus.units):,} units, {len(units):,} to learn from", flush=True)
        weights: Any = Beginning()
        rounds: list[Records] = []
        for number in range(settings.rounds):
            rounds.append(record(corpus, units, weights, settings, settings.seed + number))
            weights = learn(rounds, settings)
            print(f"round {number + 1}: {time.process_time() - started:.0f} s CPU", flush=True)
        data = written(weights, settings)
        evaluate(corpus, units, read_weights(data))
        chosen.out.write_bytes(data)


if __name__ == "__main__":
    main()

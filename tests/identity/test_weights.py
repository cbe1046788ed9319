"""The shipped weights: what the training script's recorded settings say, whole, and in the direction they must have."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import orjson
import pytest

from benchmarks import train_identity
from benchmarks.train_identity import BY_HAND, FALLING, KNOTS, RISING, Records, Settings, learn, written
from kg.identity.weights import CONTEXT, GROUPS, INITIALS, KINDS, read_weights, shipped_weights

FILE = train_identity.OUT
TREE = orjson.loads(FILE.read_bytes())


def test_the_file_is_what_the_script_writes_with_its_settings() -> None:
    assert TREE["settings"] == asdict(Settings())
    assert TREE["by_hand"] == sorted(BY_HAND)
    assert FILE.read_bytes() == written(read_weights(FILE.read_bytes()), Settings())


@pytest.mark.parametrize("model", ["namesakes", "variants"])
def test_the_curves_are_those_of_the_script_and_go_the_way_they_must(model: str) -> None:
    for name, curve in TREE[model]["curves"].items():
        if name in BY_HAND:
            assert (tuple(curve["x"]), tuple(curve["y"])) == BY_HAND[name]
            continue
        assert tuple(curve["x"]) == KNOTS[name]
        steps = np.diff(curve["y"])
        assert name not in RISING or (steps >= -1e-9).all()
        assert name not in FALLING or (steps <= 1e-9).all()


def test_every_feature_has_a_curve_and_a_group_for_readers() -> None:
    weights = shipped_weights()
    curves = weights.namesakes.curves.keys() | weights.variants.curves.keys()
    assert curves == {*CONTEXT, "initials-rarity"} - {"relation"}
    assert curves | {"relation"} == GROUPS.keys()


def test_contributions_add_up_to_the_score() -> None:
    chance = np.random.default_rng(1)
    for relation in range(len(KINDS)):
        row = chance.uniform(0, 4, len(CONTEXT))
        row[chance.random(len(CONTEXT)) < 0.4] = np.nan
        row[CONTEXT.index("relation")] = relation
        told = shipped_weights().contributions(row)
        assert sum(told.values()) == pytest.approx(float(shipped_weights().score(row[None, :])[0]), abs=0.05)


def test_a_missing_curve_is_said(tmp_path: Path) -> None:
    tree = orjson.loads(FILE.read_bytes())
    for model in ("namesakes", "variants"):
        tree[model]["curves"].pop("venue", None)
    with pytest.raises(KeyError, match="venue"):
        read_weights(orjson.dumps(tree))


def test_learning_finds_what_was_put_in() -> None:
    """Pairs whose answer follows from co-authors and from initials: both are found, with their signs."""
    chance = np.random.default_rng(2)
    records = Records([], [], [], [])
    kinds = [KINDS.index(kind) for kind in ("same", "initials", "spelling")]
    for _ in range(3000):
        row = np.full(len(CONTEXT), np.nan)
        row[CONTEXT.index("relation")] = kind = chance.choice(kinds)
        row[CONTEXT.index("rarity")] = 0.0
        row[CONTEXT.index("coauthors-shared")] = shared = chance.random()
        odds = 6 * shared - 2 - 2 * (KINDS[kind] in INITIALS)
        records.features.append(row)
        records.share.append(float(chance.random() < 1 / (1 + np.exp(-odds))))
        records.counts.append(1.0)
        records.held.append(False)
    weights = learn([records], Settings(caution=0.0))
    curve = weights.variants.curves["coauthors-shared"].y
    assert curve[-1] - curve[0] > 3
    variants = dict(zip(KINDS, weights.variants.relations, strict=True))
    assert variants["spelling"] - variants["initials"] > 1

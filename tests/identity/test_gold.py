"""A fixed part of the ACL Anthology's gold standard: whom curators know by several names, and who shares one.

The data lie beside the checkout and are no part of it. Six volumes are resolved, without what tells the answers.
"""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import numpy as np
import pytest

from benchmarks.anthology import GOLD, NAMED, codes, score
from kg.identity import Ledger, resolve
from kg.sources import InputFile, read_all

XML = Path(__file__).resolve().parents[3] / "shared" / "data" / "acl" / "xml"

pytestmark = pytest.mark.skipif(not (XML.is_dir() and GOLD.is_file()), reason="the gold standard is not beside this")


def test_the_volumes_at_hand_are_resolved_better_than_by_their_names() -> None:
    inputs = [
        InputFile(path.name, NAMED.sub(r"<\1>", path.read_text(encoding="utf-8")).encode())
        for path in sorted(XML.glob("*.xml"))
    ]
    found = resolve(read_all(inputs), Ledger(), {})
    person = {
        (record.record.record.place.item, mention.position - 1): mention.agent.id
        for record in found.records
        for mention in record.mentions
        if mention.position
    }
    with gzip.open(GOLD, "rt", encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(io.StringIO(file.read()), delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["gold_person"] and (row["paper_id"], int(row["position"])) in person
        ]
    assert len(rows) > 20_000
    gold = codes([row["gold_person"] for row in rows])
    ours = score(codes([person[row["paper_id"], int(row["position"])] for row in rows]), gold)
    by_name = score(codes([(row["first"], row["last"]) for row in rows]), gold)
    assert ours.pair_precision > 0.9 and ours.pair_recall > 0.97 and ours.b3_f1 > 0.98
    assert ours.b3_f1 > by_name.b3_f1
    assert np.unique(gold).size < len(rows) / 2

"""Fixtures of the readers' tests: golden files, and the real files of each format where they are at hand."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kg.model.records import SourceReading
from kg.sources import find_inputs, read_all

GOLDEN = Path(__file__).parent.parent / "golden" / "sources"
REAL = Path(__file__).parents[3] / "shared" / "data" / "formats"


@pytest.fixture(scope="session")
def golden() -> Callable[[SourceReading], None]:
    """Compare a reading with its golden file. ``KG_WRITE_GOLDEN=1 pytest tests/sources`` writes the files anew."""

    def compare(reading: SourceReading) -> None:
        whole = dataclasses.replace(reading, works=tuple(reading.works), people=tuple(reading.people), keys=())
        text = json.dumps(_stated(dataclasses.asdict(whole)), ensure_ascii=False, indent=1) + "\n"
        path = GOLDEN / f"{Path(reading.source.file).stem}.json"
        if os.environ.get("KG_WRITE_GOLDEN"):
            path.write_text(text, "utf-8")
        assert path.read_text("utf-8") == text

    return compare


def _stated(value: Any) -> Any:
    """Leave out what a record does not state, so that a golden file shows what it does."""
    if isinstance(value, dict):
        return {key: _stated(v) for key, v in value.items() if v not in (None, "", (), [], False)}
    if isinstance(value, list | tuple):
        return [_stated(v) for v in value]
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


@pytest.fixture(scope="session")
def real() -> Callable[[str], list[SourceReading]]:
    """Read the real files of one format's folder, once for all tests; skips where they are not at hand."""

    @cache
    def read(folder: str) -> list[SourceReading]:
        if not (REAL / folder).is_dir():
            pytest.skip(f"the real {folder} files are not beside this checkout")
        return read_all(find_inputs([REAL / folder]))

    return read


@pytest.fixture(scope="session")
def stated() -> Callable[[SourceReading, str], bool]:
    """Say whether a reading fills an attribute that a format's table of fields names (``byline.mentions.orcid``)."""

    def filled(thing: Any, steps: list[str]) -> bool:
        if isinstance(thing, Sequence) and not isinstance(thing, str):
            return any(filled(element, steps) for element in thing)
        if not steps:
            return thing not in (None, "", ())
        return thing is not None and filled(getattr(thing, steps[0], None), steps[1:])

    def anywhere(reading: SourceReading, path: str) -> bool:
        records = (*reading.works, *reading.people, *filter(None, [reading.profile]), reading)
        return any(filled(record, path.split(".")) for record in records)

    return anywhere

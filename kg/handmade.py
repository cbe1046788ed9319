"""Where decisions about who is who are kept: beside the inputs, and in the home for those made by command.

``decisions.toml`` lies in a folder of inputs, as ``sources.toml`` does, or in the home. Knows files. What a decision
says and how it is applied stands in ``kg.identity``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kg import assets
from kg.errors import InputError
from kg.identity.decisions import Decision, parse_decisions, printed_decisions
from kg.store.disk import translated, write_durably

NAME: Final = "decisions.toml"


def decisions_beside(paths: Iterable[Path]) -> list[Decision]:
    """Return the decisions that lie in folders of inputs, or in those of single files; of the seeds without any path.

    Raises InputError for a file that cannot be read as decisions.
    """
    if not (given := list(paths)):
        return parse_decisions(assets.text("seeds", NAME), NAME)
    found = [file for path in given for file in (sorted(path.rglob(NAME)) if path.is_dir() else [path.parent / NAME])]
    files = {file.resolve(): file for file in found}
    return [decision for file in files.values() for decision in read_decisions(file)]


def read_decisions(file: Path) -> list[Decision]:
    """Return the decisions in a file; none where there is no such file. Raises InputError for a damaged one."""
    try:
        return parse_decisions(file.read_text("utf-8-sig"), str(file))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the decisions cannot be read: {error}", where=str(file)) from error


def home_file(home: Path) -> Path:
    """Return where a home keeps the decisions made by command."""
    return home / NAME


def write_decisions(file: Path, decisions: Iterable[Decision]) -> None:
    """Replace the decisions in a file in one step. Comments in it are not kept. Raises HomeError."""
    with translated(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_durably(file, printed_decisions(decisions).encode())

"""What commands share: options, exit codes, and the home and release that they work on.

Knows click and the settings. Knows no command.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kg.errors import ReleaseError

if TYPE_CHECKING:
    from kg.settings import Settings
    from kg.store.releases import Home, Release

FINDINGS: Final = 3
"""Exit code of a command that did its work and found something that its policy does not let pass."""


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--home``."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        help="Where ledger and releases are kept [KG_HOME; kg-data].",
    )(command)


json_option: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def home_of(settings: Settings) -> Home:
    """Return the home that the settings name."""
    from kg.store.releases import Home

    return Home(settings.home)


def release_of(settings: Settings) -> Release:
    """Return the published release. Raises ReleaseError, with the next step, when there is none."""
    release = home_of(settings).current()
    if release is None:
        raise ReleaseError(f"{settings.home} holds no release", advice="make one with `kg build`")
    return release

"""The settings: few, named, with bounds. Environment variables ``KG_…``; command-line options win over them.

Knows names, defaults and units. Reads the environment only when ``from_environment`` is called.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kg.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """One value per setting; the comment above each is its documentation.

    Raises SettingsError for a value out of bounds.
    """

    # Where ledger and releases are kept.
    home: Path = Path("kg-data")
    # The base of all IRIs. Fixed for a dataset by its first build; empty means: as recorded, else the default.
    base_iri: str = ""
    # Seconds after which a query is stopped; 0.1 to 3600.
    deadline: float = 30.0
    # Query workers, each a process of its own; 1 to 64.
    workers: int = 2
    # Queries that may go on beside these once they have taken long; 1 to 64.
    long: int = 2
    # Queries that may wait for a worker, and long ones that may wait for theirs; a page asks up to ten; 0 to 10000.
    queue: int = 512
    # Bytes after which an answer is stopped; from 1 MB.
    max_bytes: int = 200_000_000
    # Bytes of memory a query worker may use; from 256 MB.
    worker_memory: int = 4_000_000_000
    # Bytes of a request body that are read; from 1 kB.
    max_request: int = 1_000_000
    # Rows after which a result is cut, and says so; 0 for no limit. With a limit, answers wait until they are counted.
    max_rows: int = 0
    # Characters a query may have; from 100.
    max_query: int = 100_000
    # Levels of brackets a query may nest; 10 to 500.
    max_nesting: int = 128
    # Requests a second that one client address may go on sending, with bursts of ten times as many; 0 for no limit.
    rate: float = 0.0
    # Bytes of finished answers that each server process keeps; 0 for none.
    cache_bytes: int = 64_000_000
    # Seconds between looks for a new publication; 0 for never.
    follow: float = 1.0
    # Server processes that share the port, each with its own query workers; 1 to 64.
    processes: int = 1
    # Addresses that SERVICE may call, with all below each, apart by spaces; empty for none. Never on a private network.
    services: str = ""
    # 1 for a line in the log for each request, 0 for none.
    log_requests: int = 1
    # 1 to write the text of clients' queries into the log; 0 to keep it out.
    log_queries: int = 0
    # Who may write, empty for nobody: a secret, or NAME:SCOPES:SECRET, several apart by spaces. See kg.web.tokens.
    write_token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        bounds: dict[str, tuple[float, float]] = {
            "deadline": (0.1, 3600),
            "workers": (1, 64),
            "long": (1, 64),
            "queue": (0, 10_000),
            "max_bytes": (1_000_000, 1e12),
            "worker_memory": (256_000_000, 1e12),
            "max_request": (1000, 1e9),
            "max_rows": (0, 1e9),
            "max_query": (100, 1e8),
            "max_nesting": (10, 500),
            "rate": (0, 1e6),
            "cache_bytes": (0, 1e12),
            "follow": (0, 3600),
            "processes": (1, 64),
            "log_requests": (0, 1),
            "log_queries": (0, 1),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"KG_{name.upper()} is {value:g}", advice=f"give a number from {low:g} to {high:g}")


def from_environment(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Return the settings: the given values that are not None, then ``KG_…`` variables, then the defaults.

    Raises SettingsError, naming the variable, for a value of the wrong type or out of bounds.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for each in fields(Settings):
        text = environment.get(f"KG_{each.name.upper()}", "")
        if given.get(each.name) is not None:
            values[each.name] = given[each.name]
        elif text:
            default: Any = each.default
            try:
                values[each.name] = type(default)(text)
            except ValueError as error:
                raise SettingsError(f"KG_{each.name.upper()} is {text!r}", advice="give a number") from error
    return Settings(**values)


def as_environment(settings: Settings) -> dict[str, str]:
    """Return the settings as ``KG_…`` variables, for processes that are started to serve with the same ones."""
    return {f"KG_{each.name.upper()}": str(getattr(settings, each.name)) for each in fields(settings)}

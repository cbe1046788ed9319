"""When a release was published, to the second, as HTTP dates need it: no two publications share a second.

``Last-Modified`` counts whole seconds. Were two publications of one second given the same date, a client that holds
the first would be told that nothing has changed. So the later of the two is dated one second on. Knows the log of
publications; every process that reads the same log finds the same moments.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from kg.store.releases import Home


def published_at(home: Home, release_id: str) -> int:
    """Return the moment (seconds since 1970) at which this release was last published.

    A release the log does not name counts as published when the file ``current`` was written; without that file: 0.
    """
    moment, found = 0, 0
    for entry in home.history():
        with suppress(ValueError):
            moment = max(int(datetime.fromisoformat(entry.at).timestamp()), moment + 1)
            if entry.release == release_id:
                found = moment
    if not found:
        with suppress(OSError):
            found = max(int((home.path / "current").stat().st_mtime), moment + 1)
    return found

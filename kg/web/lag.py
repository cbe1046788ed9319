"""What does not know of the latest edits: the parts of a release that only a build makes.

An edit over HTTP changes the graph. Search index, co-authors, quality report, counts and the description stay those of
the build it was laid over, until the next build (`kg.store.editions` is where they could be brought up to date). An
answer made of them says so: in the header ``KG-Build``, on its page, and in JSON of our own. Knows how far a release is
ahead of its build. Does not know which answers are made of which part; whoever makes one calls `of_build`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.web.note import note

if TYPE_CHECKING:
    from kg.store.finished import Release

HEADER: Final = b"kg-build"


@dataclass(frozen=True)
class Lag:
    """A build, and how many edits the release that is served holds beside it."""

    build: str
    edits: int

    @property
    def header(self) -> bytes:
        """The value of the header.

        >>> Lag("00000000000000aa", 2).header
        b'00000000000000aa; edits-since=2'
        """
        return f"{self.build}; edits-since={self.edits}".encode()

    def document(self) -> dict[str, object]:
        """Return it as JSON of our own says it."""
        return {"build": self.build, "editsSince": self.edits}


def lag_of(release: Release) -> Lag | None:
    """Return how far a release is ahead of its build; None for a build itself."""
    build = release.manifest.get("edition_of")
    if build is None:
        return None
    return Lag(str(build), int(release.manifest.get("edits_since", 0)))


def of_build() -> None:
    """Say that the answer under way is made of parts that only a build makes."""
    note().of_build = True

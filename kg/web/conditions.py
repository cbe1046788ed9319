"""Conditions of a write (RFC 9110, section 13.1): ``If-Match``, ``If-None-Match`` and ``If-Unmodified-Since``.

What a client has read is compared here with what is served now. Whether it is still so when the write is made, and
whether a graph is there at all, the writer says, in one step with the write. Knows header fields and entity tags.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request

from kg.errors import PreconditionFailed
from kg.web.cache import matches, moment_of
from kg.web.coding import OFFERED
from kg.web.delivery import root_of, tag_of
from kg.web.render import site_of


@dataclass(frozen=True)
class Condition:
    """What the writer must find: the release ``on`` (empty: any), and whether the graph is there (None: either)."""

    on: str = ""
    exists: bool | None = None


def condition_of(request: Request, forms: Iterable[str] = ()) -> Condition:
    """Return the condition of a write to an address that can be read in these media types.

    Raises PreconditionFailed where it does not hold already.
    """
    world, address = site_of(request).world, (request.scope["path"], request.scope["query_string"])
    match, unless, since = (_field(request, name) for name in ("if-match", "if-none-match", "if-unmodified-since"))
    if match is unless is since is None:
        return Condition()
    root = root_of(world)
    tags = {tag_of(root, *address, form.encode(), coding) for form in forms for coding in ("", *OFFERED)}
    on, exists = "", None
    if match == "*":
        exists = True
    elif match is not None:
        if tags.isdisjoint(entry.strip() for entry in match.split(",")):
            raise _failed("If-Match names nothing that is served here now")
        on = world.release.id
    elif since is not None and (moment := moment_of(since)) is not None:
        if world.published > moment:
            raise _failed("something was changed after the moment that If-Unmodified-Since names")
        on = world.release.id
    if unless == "*":
        if exists:
            raise _failed("If-Match and If-None-Match contradict each other")
        exists = False
    elif unless is not None and any(matches(tag, unless) for tag in tags):
        raise _failed("If-None-Match names what is served here now")
    return Condition(on, exists)


def _field(request: Request, name: str) -> str | None:
    return ", ".join(request.headers.getlist(name)).strip() if name in request.headers else None


def _failed(what: str) -> PreconditionFailed:
    return PreconditionFailed(f"{what}; nothing was written", advice="read it again")

"""Who may write: bearer tokens with scopes, and the refusal of requests that other sites make a browser send.

``KG_WRITE_TOKEN`` holds one secret, or several entries ``NAME:SCOPES:SECRET`` apart by spaces; scopes are joined by
``+``: ``update`` (SPARQL Update), ``graph`` (the graph store), ``admin`` (both, and what else there will be). A secret
alone is the token ``writer`` with ``update+graph``. The name is what the journal calls the writer. Knows headers and
secrets; does not know what is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException

from kg.errors import SettingsError

SCOPES: Final = ("update", "graph", "admin")
SHORTEST: Final = 16
"""Characters that a secret has at least."""

_NAME: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_SYNTAX: Final = "write a secret, or NAME:SCOPES:SECRET with scopes out of update, graph, admin joined by +"


@dataclass(frozen=True)
class Token:
    """One token: who holds it, what it opens, and the SHA-256 of its secret."""

    name: str
    scopes: frozenset[str]
    digest: bytes = field(repr=False)

    def opens(self, scope: str) -> bool:
        """Say whether the token is good for a scope."""
        return scope in self.scopes or "admin" in self.scopes


def read_tokens(text: str) -> tuple[Token, ...]:
    """Read the setting. Raises SettingsError, without quoting a secret, for what cannot be read or is too short."""
    found: list[Token] = []
    for number, entry in enumerate(text.split(), 1):
        name, scopes, secret = "writer", "update+graph", entry
        if ":" in entry:
            name, _, rest = entry.partition(":")
            scopes, _, secret = rest.partition(":")
        wanted = frozenset(scopes.split("+"))
        if not _NAME.fullmatch(name) or not wanted <= set(SCOPES):
            raise SettingsError(f"KG_WRITE_TOKEN cannot be read at entry {number}", advice=_SYNTAX)
        if len(secret) < SHORTEST:
            raise SettingsError(
                f"a secret in KG_WRITE_TOKEN is too short at entry {number}",
                advice=f"use {SHORTEST} characters or more, for example from `openssl rand -hex 24`",
            )
        found.append(Token(name, wanted, sha256(secret.encode()).digest()))
    return tuple(found)


def authorise(tokens: Sequence[Token], headers: Mapping[str, str], scope: str) -> Token:
    """Return the token of a request that is good for a scope.

    All tokens are compared, each in constant time. Raises HTTPException 403 where nothing can be written at all or the
    scope is missing, 401 without a token or with a wrong one.
    """
    if not tokens:
        raise HTTPException(403, "writing is closed here: no write token is set on this server")
    scheme, _, secret = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        challenge = 'Bearer realm="kg"'
        raise HTTPException(401, "send a write token as Authorization: Bearer", {"WWW-Authenticate": challenge})
    digest = sha256(secret.strip().encode("utf-8", "surrogateescape")).digest()
    matching = [token for token in tokens if compare_digest(token.digest, digest)]
    if not matching:
        challenge = 'Bearer realm="kg", error="invalid_token"'
        raise HTTPException(401, "the write token is not known here", {"WWW-Authenticate": challenge})
    for token in matching:
        if token.opens(scope):
            return token
    challenge = f'Bearer realm="kg", error="insufficient_scope", scope="{scope}"'
    raise HTTPException(403, f"the write token lacks the scope {scope!r}", {"WWW-Authenticate": challenge})


def refuse_foreign_site(headers: Mapping[str, str], base_iri: str) -> None:
    """Raise HTTPException 403 when a page of another site made a browser send this.

    Programs send neither header and pass.
    """
    site = headers.get("sec-fetch-site", "").lower()
    if site and site not in {"same-origin", "none"}:
        raise HTTPException(403, "a page of another site may not write here (Sec-Fetch-Site)")
    origin = headers.get("origin")
    if origin is None:
        return
    sent, own = urlsplit(origin.lower()), urlsplit(base_iri.lower())
    if not sent.netloc or sent.netloc not in {headers.get("host", "").lower(), own.netloc}:
        raise HTTPException(403, "a page of another site may not write here (Origin)")

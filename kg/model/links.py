"""Find web links in running text and tell code repositories from other pages.

Knows the hosts that keep source code. Fetches nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

CODE_HOSTS: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht", "gitee.com"})
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_REPOSITORY = re.compile(r"^https?://(?:www\.)?([^/]+)/([^/\s]+)/([^/\s#?]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text. ``repository`` is ``owner/name`` for a code repository and empty for any other page."""

    url: str
    repository: str = ""


def find_links(text: str) -> list[Link]:
    r"""Return the links of a text, each once, in order. TeX wrapping and a full stop after the link are left off.

    A link below a repository (a file, an issue) stands for the repository.

    >>> find_links(r"at \\url{https://github.com/huggingface/transformers}.")
    [Link(url='https://github.com/huggingface/transformers', repository='huggingface/transformers')]
    """
    if "://" not in text:
        return []
    found: dict[str, Link] = {}
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?'\"")
        # A closing bracket belongs to the sentence unless the link opened it.
        while url.endswith((")", "]")) and url.count(url[-1]) > url.count("(["[url[-1] == "]"]):
            url = url[:-1].rstrip(".,;:")
        link = _repository(url) or Link(url)
        found.setdefault(link.url, link)
    return list(found.values())


def _repository(url: str) -> Link | None:
    match = _REPOSITORY.match(url)
    if not match or match[1].lower() not in CODE_HOSTS:
        return None
    owner, name = match[2], match[3].removesuffix(".git")
    return Link(f"https://{match[1].lower()}/{owner}/{name}", f"{owner}/{name}")

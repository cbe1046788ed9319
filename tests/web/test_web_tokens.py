"""Who may write."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from kg.errors import SettingsError
from kg.settings import from_environment
from kg.web.tokens import authorise, read_tokens, refuse_foreign_site

SECRET = "0123456789abcdef"
OTHER = "fedcba9876543210"
BASE = "https://kg.example/"


def test_a_secret_alone_writes_but_is_no_admin() -> None:
    (token,) = read_tokens(SECRET)
    assert token.name == "writer"
    assert token.opens("update")
    assert token.opens("graph")
    assert not token.opens("admin")
    assert SECRET not in repr(token)
    assert read_tokens("") == read_tokens("  ") == ()


def test_tokens_have_names_and_scopes() -> None:
    tokens = read_tokens(f"ann:update:{SECRET} bob@example:admin:{OTHER}:with:colons")
    headers = Headers({"Authorization": f"Bearer {SECRET}"})
    assert authorise(tokens, headers, "update").name == "ann"
    with pytest.raises(HTTPException) as refused:
        authorise(tokens, headers, "graph")
    assert refused.value.status_code == 403
    admin = Headers({"Authorization": f"bearer {OTHER}:with:colons"})
    assert [authorise(tokens, admin, scope).name for scope in ("update", "graph", "admin")] == ["bob@example"] * 3


@pytest.mark.parametrize(
    "value", ["short", f"ann:everything:{SECRET}", f"a n:update:{SECRET}", "ann:update:short", "a:b"]
)
def test_what_cannot_be_a_token_is_told_without_the_secret(value: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_tokens(value)
    assert SECRET not in str(error.value)


def test_the_setting_is_not_shown() -> None:
    settings = from_environment({"KG_WRITE_TOKEN": SECRET})
    assert settings.write_token == SECRET
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    "value",
    [None, "", "Bearer", "Bearer ", f"Basic {SECRET}", f"Bearer {OTHER}", SECRET, f"Bearer {SECRET}x", "Bearer é"],
)
def test_no_token_or_a_wrong_one_is_401(value: str | None) -> None:
    headers = Headers(raw=[(b"authorization", value.encode("latin-1"))] if value is not None else [])
    with pytest.raises(HTTPException) as refused:
        authorise(read_tokens(SECRET), headers, "update")
    assert refused.value.status_code == 401
    assert "Bearer" in dict(refused.value.headers or {})["WWW-Authenticate"]


def test_without_tokens_nobody_writes() -> None:
    with pytest.raises(HTTPException) as refused:
        authorise((), Headers({"Authorization": "Bearer "}), "update")
    assert refused.value.status_code == 403


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "https://kg.example", "Host": "10.0.0.1:8000"}, True),
        ({"Origin": "http://10.0.0.1:8000", "Host": "10.0.0.1:8000"}, True),
        ({"Origin": "https://elsewhere.example", "Host": "kg.example"}, False),
        ({"Origin": "null", "Host": "kg.example"}, False),
        ({"Origin": "https://kg.example.evil", "Sec-Fetch-Site": "same-origin"}, False),
    ],
)
def test_pages_of_other_sites_may_not_write(headers: dict[str, str], passes: bool) -> None:
    if passes:
        refuse_foreign_site(Headers(headers), BASE)
        return
    with pytest.raises(HTTPException) as refused:
        refuse_foreign_site(Headers(headers), BASE)
    assert refused.value.status_code == 403

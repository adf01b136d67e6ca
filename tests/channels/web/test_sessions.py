"""Signing in and out as people do it."""

from __future__ import annotations

from .browsing import Browser


async def test_a_page_asks_to_sign_in(visitor: Browser) -> None:
    page = await visitor.get("/")
    assert page.url.endswith("/sign-in?next=%2F")
    assert "rejoinder console --link" in page.text


async def test_the_operator_comes_in(operator: Browser) -> None:
    page = await operator.get("/")
    assert "Operator" in page.text
    page = await operator.send("/sign-out")
    assert "/sign-in" in page.url

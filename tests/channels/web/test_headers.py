"""What stands around every response, and to whom the console listens at all."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from bot.channels.web.access import ROUTES
from bot.channels.web.headers import CSP, HEADERS
from bot.channels.web.words import LANGUAGES
from bot.cli.console import http_app
from bot.metrics import Metrics
from bot.service import Service

from .browsing import ADDRESS, Browser
from .test_access import path


def check(response: httpx.Response) -> None:
    """Hold that the headers stand, whatever the response is."""
    where = (response.request.method, str(response.request.url), response.status_code)
    for name, value in HEADERS.items():
        assert response.headers.get(name) == value, (where, name)
    assert response.headers.get_list("content-security-policy") == [CSP]
    assert "cache-control" in response.headers, where
    # Nothing on a page may need what the policy forbids.
    for forbidden in (" style=", "<style", " onclick=", "javascript:"):
        assert forbidden not in response.text, (where, forbidden)


def test_the_policy_lets_no_foreign_script_in() -> None:
    assert "default-src 'none'" in CSP
    assert "script-src 'self';" in CSP
    assert "unsafe" not in CSP
    assert "frame-ancestors 'none'" in CSP


async def test_they_stand_on_every_page(visitor: Browser, operator: Browser) -> None:
    for browser in (visitor, operator):
        for page in ROUTES:
            if page.method == "GET":
                check(await browser.http.get(path(page)))
            else:
                check(await browser.http.post(path(page)))


async def test_they_stand_on_errors_and_files(operator: Browser) -> None:
    http = operator.http
    found = [
        await http.get("/no/such/page"),
        await http.post("/healthz"),
        await http.get("/static/..%2fapp.py"),
        await http.get("/static/app.css"),
        await http.get("/static/Inter-Regular.ttf"),
        await http.get("/", headers={"Host": "evil.example"}),
        await http.put("/"),
        await http.post("/sign-in", content=b"x" * 20_000),
        await http.get("/sign-in?topic=%00"),
    ]
    assert [r.status_code for r in found][:7] == [404, 405, 404, 200, 200, 421, 405]
    for response in found:
        if not response.headers.get("content-type", "").startswith("font/"):
            check(response)


async def test_an_error_is_a_page_with_a_sentence_and_an_id(operator: Browser) -> None:
    page = await operator.get("/no/such/page", status=404)
    assert "There is no such page." in page.text
    assert "Id of this page for whoever looks into it:" in page.text


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080"],
)
async def test_hosts_of_this_machine_are_answered(visitor: Browser, host: str) -> None:
    response = await visitor.http.get("/sign-in", headers={"Host": host})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "127.0.0.1:80:80",
     "[::1", "2130706433", "localhost.", "127.0.0.1 evil.example", "rejoinder.example.org"],
)  # fmt: skip
async def test_other_hosts_are_not(visitor: Browser, host: str) -> None:
    for address in ("/sign-in", "/", "/static/app.css"):
        response = await visitor.http.get(address, headers={"Host": host})
        assert response.status_code == 421
        assert "set-cookie" not in response.headers
    assert (await visitor.http.get("/healthz", headers={"Host": host})).status_code == 200
    assert (await visitor.http.get("/metrics", headers={"Host": host})).status_code == 200


async def test_the_console_address_of_the_settings_is_answered(
    public: Callable[[str], Browser],
) -> None:
    browser = public("https://rejoinder.example.org")
    response = await browser.http.get("/sign-in", headers={"Host": "rejoinder.example.org"})
    assert response.status_code == 200
    assert "max-age" in response.headers["strict-transport-security"]
    response = await browser.http.get("/sign-in", headers={"Host": "example.org"})
    assert response.status_code == 421


async def test_files_may_be_kept_only_under_their_hash(visitor: Browser) -> None:
    page = await visitor.get("/sign-in")
    address = page.html.partition('rel="stylesheet" href="')[2].partition('"')[0]
    response = await visitor.http.get(address)
    assert "immutable" in response.headers["cache-control"]
    again = await visitor.http.get(address, headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    other = await visitor.http.get("/static/app.css?v=0")
    assert other.headers["cache-control"] == "no-cache"
    assert other.content == response.content


async def test_language_follows_the_browser_until_one_is_chosen(visitor: Browser) -> None:
    for accepted, language in (
        ("uk,ru;q=0.9", "uk"), ("de-DE, ru;q=0.5, en;q=0.4", "ru"), ("de", "en"), ("", "en"),
        ("ru;q=0, en;q=0.1", "en"), (",;q=x,\x7f" + "a" * 9_000, "en"),
    ):  # fmt: skip
        response = await visitor.http.get("/sign-in", headers={"Accept-Language": accepted})
        assert f'<html lang="{language}"' in response.text
    await visitor.get("/sign-in")
    page = await visitor.send("/preferences", language="uk")
    assert '<html lang="uk"' in page.html
    assert page.url == f"{ADDRESS}/sign-in"
    page = await visitor.send("/preferences", language="xx")
    assert '<html lang="uk"' in page.html
    assert set(LANGUAGES) == {"en", "ru", "uk"}


async def test_colours_follow_the_device_until_some_are_chosen(visitor: Browser) -> None:
    page = await visitor.get("/sign-in")
    assert 'data-theme="auto"' in page.html
    page = await visitor.send("/preferences", theme="dark")
    assert 'data-theme="dark"' in page.html
    page = await visitor.send("/preferences", theme="auto")
    assert 'data-theme="auto"' in page.html


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
async def test_nobody_is_sent_elsewhere(visitor: Browser, elsewhere: str) -> None:
    await visitor.get("/sign-in")
    assert visitor.at is not None
    form = visitor.at.form("/preferences")
    given = form.fields | {"theme": "dark", "from": elsewhere}
    response = await visitor.http.post("/preferences", data=given)
    assert response.headers["location"] == "/"


async def test_a_console_that_is_switched_off_leaves_health_and_metrics(service: Service) -> None:
    settings = service.settings.model_copy(update={"console": False})
    async with http_app(service, settings, Metrics(), {}) as app:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/metrics")).status_code == 200
            for gone in ("/", "/sign-in", "/static/app.css"):
                assert (await client.get(gone)).status_code == 404

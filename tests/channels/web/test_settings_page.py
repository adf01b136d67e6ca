"""What the operator reads about the program, and that no secret is among it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.health import Health
from bot.channels.web.app import console_app
from bot.channels.web.console import Console
from bot.channels.web.pages.settings import in_force
from bot.channels.web.routing import Role
from bot.channels.web.words import LANGUAGES, say
from bot.metrics import Metrics
from bot.querylog import VERDICTS, Home, LogUnavailable, Place
from bot.service import Service
from bot.settings import Settings, load_settings

from .browsing import ADDRESS, Browser

SECRETS = {
    "database_url": "postgresql://ada:hunter-two@db.example/rejoinder",
    "discord_token": "MTA4-token-of-the-bot",
    "discord_client_secret": "client-secret-of-the-app",
}
PAGES = ("/settings", "/settings/values", "/settings/audit")


@pytest.fixture
async def secretive(service: Service) -> AsyncIterator[Browser]:
    """Return an operator's browser where all secrets are set."""
    given = {name: SecretStr(value) for name, value in SECRETS.items()}
    settings = service.settings.model_copy(update=given)
    metrics = Metrics()
    console = Console(service, settings, metrics=metrics, health=Health(service, metrics, {}))
    transport = httpx.ASGITransport(app=console_app(console))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        browser = Browser(console, client)
        browser.sign_in(Role.OPERATOR)
        yield browser


async def test_no_secret_is_on_any_page(secretive: Browser) -> None:
    for path in PAGES:
        page = await secretive.get(path)
        for secret in (*SECRETS.values(), "hunter-two", "db.example"):
            assert secret not in page.html, path
    page = await secretive.get("/settings/values")
    for name in SECRETS:
        assert " set " in page.text.partition(f" {name} ")[2][:120], name


async def test_no_session_is_on_any_page(
    operator: Browser, browse: Callable[[], Browser], service: Service
) -> None:
    other = browse()
    other.sign_in(Role.MODERATOR, "bridge", "discord:302")
    key = (service.settings.data / "pseudonym.key").read_bytes().hex()
    sessions = [session.id for session, _, _ in operator.console.sessions.alive()]
    assert len(sessions) == 2
    for path in PAGES:
        page = await operator.get(path)
        assert key not in page.html
        for session in sessions:
            assert session not in page.html


async def test_every_setting_has_its_row_in_every_language(operator: Browser) -> None:
    page = await operator.get("/settings/values")
    for name, field in Settings.model_fields.items():
        assert f"<code>{name}</code>" in page.html
        said = say(f"settings-is-{name.replace('_', '-')}", "en")
        assert said == (field.description or "").replace("`", "")
    for language in LANGUAGES:
        operator.http.cookies.set("language", language)
        for path in PAGES:
            assert f'<html lang="{language}"' in (await operator.get(path)).html


def sources(settings: Settings) -> dict[str, str]:
    """Return where each setting is said to come from."""
    return {row.name: row.source for row in in_force(settings)}


def test_where_a_setting_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("http_port: 9000\nthreads: 2\nknowledge: topic\n")
    monkeypatch.setenv("REJOINDER_THREADS", "3")
    monkeypatch.setenv("REJOINDER_DATA", str(tmp_path / "from-environment"))
    found = sources(load_settings(file))
    assert found["http_port"] == "file"
    assert found["threads"] == "environment"
    assert found["data"] == "environment"
    assert found["log_level"] == "default"
    assert found["discord_token"] == "default"
    # An option of a command goes before both.
    found = sources(load_settings(file, data=tmp_path / "from-option"))
    assert found["data"] == "line"
    assert found["knowledge"] == "file-or-line"


def test_the_moderators_copy_is_named(tmp_path: Path) -> None:
    (tmp_path / "knowledge" / "bridge").mkdir(parents=True)
    (tmp_path / "knowledge" / "bridge" / "topic.yaml").write_text("id: bridge\n")
    assert sources(load_settings(data=tmp_path))["knowledge"] == "own"


async def test_overview(service: Service, operator: Browser) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    await service.log.places.save_home(Home("bridge", "discord", "4711", "4712", "4713"))
    await service.log.places.save_place(Place("discord", "4711", "4714", "bridge"))
    await service.log.places.save_place(
        Place("discord", "4711", "4715", "bridge", paused=True, paused_until=until)
    )
    page = await operator.get("/settings")
    assert "The query log works." in page.text
    assert service.release.id[:12] in page.text
    commit = service.moderation("bridge").curator.repository.head().id
    assert commit[:12] in page.text
    assert str(service.settings.data) in page.text
    assert service.encoder_name in page.text
    assert "Database SQLite" in page.text
    for shown in ("4711", "4712", "4713", "4714 4711 bridge Answers", "4715 4711 bridge Paused"):
        assert shown in page.text


async def test_who_is_signed_in_and_sign_out_everywhere(
    operator: Browser, browse: Callable[[], Browser]
) -> None:
    second, moderator = browse(), browse()
    second.sign_in(Role.OPERATOR)
    moderator.sign_in(Role.MODERATOR, "bridge", "discord:302")
    page = await operator.get("/settings")
    assert page.text.count("web:operator") == 2
    assert page.text.count("you, here") == 1
    assert "Ada discord:302 Moderator bridge" in page.text
    form = next(form for form in page.forms if "everywhere" in form.fields)
    await operator.http.post(form.action, data=form.fields)
    for browser, status in ((operator, 303), (second, 303), (moderator, 200)):
        assert (await browser.http.get("/insights")).status_code == status


async def test_what_was_done_page_by_page(service: Service, operator: Browser) -> None:
    page = await operator.get("/settings/audit")
    assert "Nothing yet" in page.text
    for number in range(60):
        await service.log.audit.record(
            "discord:302", "web", "test.action", topic="bridge", target=f"<b>{number:02}"
        )
    page = await operator.get("/settings/audit")
    assert "<b>59" in page.text
    assert "<b>10" in page.text
    assert "<b>09" not in page.text
    assert "discord:302" not in page.html
    page = await operator.get(next(link for link in page.links if "before=" in link))
    assert "<b>09" in page.text
    assert "<b>00" in page.text
    for odd in ("x", "-1", "9" * 30, "٣", "%00", ""):
        await operator.get(f"/settings/audit?before={odd}")


async def test_what_was_done_has_words_in_every_language(
    service: Service, operator: Browser
) -> None:
    done = [f"judge_{verdict}" for verdict in VERDICTS]
    done += ["take_back", "split", "draft", "draft.add", "knowledge.publish", "sign-in"]
    for action in (*done, "of.another_version"):
        await service.log.audit.record("discord:302", "web", action, topic="bridge")
    for language, words in (("en", "Judged: Wrong"), ("ru", "Оценка: неверно"),
                            ("uk", "Оцінка: неправильно")):  # fmt: skip
        await operator.get("/settings/audit")
        await operator.send("/preferences", language=language)
        page = await operator.get("/settings/audit")
        assert words in page.text
        assert not [action for action in done if f"<code>{action}</code>" in page.html]
        assert "of.another_version" in page.text


async def test_the_log_that_fails_is_told(
    service: Service, operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing() -> None:
        raise OSError("disk full")

    monkeypatch.setattr(service.log, "_heartbeat", failing)
    page = await operator.get("/settings")
    assert "The query log is not well." in page.text


async def test_each_part_tells_that_the_database_is_down(
    operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: AsyncEngine) -> None:
        raise ConnectionError("no answer")

    for name in ("connect", "begin"):
        monkeypatch.setattr(AsyncEngine, name, fail)
    page = await operator.get("/settings")
    for said in (
        "The query log is not well.", "Its size is not known", "The home servers cannot be read",
        "The channels cannot be read", "Topics in service", "you, here",
    ):  # fmt: skip
        assert said in page.text
    assert "Not set up on Discord" not in page.text
    page = await operator.get("/settings/audit")
    assert "What was done cannot be read now" in page.text
    assert "Nothing yet" not in page.text
    await operator.get("/settings/values")


async def test_parts_that_can_be_read_are_shown_beside_those_that_cannot(
    service: Service, operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def homes() -> None:
        raise LogUnavailable("not now")

    await service.log.places.save_place(Place("discord", "4711", "4714", "bridge"))
    monkeypatch.setattr(service.log.places, "homes", homes)
    page = await operator.get("/settings")
    assert "The home servers cannot be read" in page.text
    assert "4714 4711 bridge Answers" in page.text
    assert "Its size is not known now" not in page.text


async def test_one_must_be_the_operator(moderator: Browser) -> None:
    for path in PAGES:
        await moderator.get(path, status=403)

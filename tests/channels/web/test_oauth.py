"""Signing in through Discord, against an authorisation server on a local port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.health import Health, serving
from bot.channels.web.access import ROUTES
from bot.channels.web.app import console_app, open_console
from bot.channels.web.console import Console
from bot.channels.web.discord_people import CALLBACK, DiscordPeople
from bot.channels.web.routing import Page, Role
from bot.errors import UsageError
from bot.metrics import Metrics
from bot.querylog.places import Home
from bot.service import Service
from bot.settings import discord_client_secret, load_settings

from .browsing import ADDRESS, Browser, Seen, read
from .door import CLIENT, SECRET, Door, Person

HOME, MODERATORS, REVIEWERS = "900", "77", "78"


@dataclass
class World:
    """A console with people from a door, and what was published there."""

    console: Console
    door: Door
    clock: list[float]
    published: list[str]
    open_browser: Callable[[], Browser]


@pytest.fixture
async def world(service: Service) -> AsyncIterator[World]:
    """Serve a console whose people come from Discord, with two pages of the test's own."""
    door, clock, published = Door(), [1_000.0], []
    clients: list[httpx.AsyncClient] = []
    await service.log.places.save_home(Home("bridge", "discord", HOME, moderator_role=MODERATORS))

    async def look(request: Request) -> Response:
        return Response(f"{request.state.session.name} {request.state.role.name}")

    async def publish(request: Request) -> Response:
        published.append(request.state.session.user)
        return Response("published")

    routes = [
        *ROUTES,
        Page("GET", "/look", "look", Role.REVIEWER, look),
        Page("POST", "/publish", "publish_it", Role.MODERATOR, publish, fresh=True),
    ]
    async with serving(door.app, "127.0.0.1", 0) as address:
        metrics = Metrics()
        people = DiscordPeople(
            CLIENT, SECRET, f"{ADDRESS}{CALLBACK}", homes=service.log.places.homes,
            reviewer_role=int(REVIEWERS), authorize=f"{address}/oauth2/authorize",
            api=f"{address}/api", clock=lambda: clock[0],
        )  # fmt: skip
        console = Console(
            service, service.settings, metrics=metrics, health=Health(service, metrics, {}),
            people=people, clock=lambda: clock[0],
        )  # fmt: skip
        app = console_app(console, routes)

        def open_browser() -> Browser:
            transport = httpx.ASGITransport(app=app)
            clients.append(httpx.AsyncClient(transport=transport, base_url=ADDRESS))
            return Browser(console, clients[-1])

        yield World(console, door, clock, published, open_browser)
        for client in clients:
            await client.aclose()
        await console.close()


async def at_discord(browser: Browser, back: str = "/look") -> str:
    """Choose to sign in through Discord and agree there; return where Discord sends us."""
    await browser.get(f"/sign-in?next={back}")
    assert browser.at is not None
    [chosen] = [link for link in browser.at.links if link.startswith("/sign-in/discord")]
    away = await browser.http.get(chosen)
    assert away.status_code == 303
    async with httpx.AsyncClient() as elsewhere:
        answer = await elsewhere.get(away.headers["location"])
    assert answer.status_code == 302
    returned = str(answer.headers["location"])
    assert returned.startswith(f"{ADDRESS}{CALLBACK}?")
    return returned


async def arrive(browser: Browser, address: str, status: int = 200) -> Seen:
    """Follow Discord's redirect back."""
    browser.at = read(await browser.http.get(address, follow_redirects=True))
    assert browser.at.status == status, browser.at.text
    return browser.at


async def signed_in(world: World, *roles: str, guild: str = HOME) -> Browser:
    """Return a browser that somebody with these roles has signed in with."""
    world.door.person = Person("301", "Ada", {guild: list(roles)})
    browser = world.open_browser()
    await arrive(browser, await at_discord(browser))
    return browser


async def publish(browser: Browser) -> httpx.Response:
    return await browser.http.post("/publish", data={"csrf": browser.csrf})


async def test_a_moderator_comes_in_and_publishes(world: World) -> None:
    browser = await signed_in(world, "1", MODERATORS)
    assert browser.at is not None
    assert (browser.at.url, browser.at.text) == (f"{ADDRESS}/look", "Ada MODERATOR")
    assert (await publish(browser)).status_code == 200
    assert world.published == ["discord:301"]
    rows = await world.console.service.log.audit.recent()
    assert [row.action for row in rows] == ["sign-in"]


async def test_a_reviewer_comes_in_and_cannot_publish(world: World) -> None:
    browser = await signed_in(world, REVIEWERS)
    assert browser.at is not None
    assert browser.at.text == "Ada REVIEWER"
    assert (await publish(browser)).status_code == 403
    assert not world.published


async def test_no_secret_is_in_what_the_browser_keeps(world: World) -> None:
    browser = await signed_in(world, MODERATORS)
    [token] = world.door.tokens
    kept = str(dict(browser.http.cookies)) + str(browser.at)
    assert token not in kept
    assert SECRET not in kept
    for session in world.console.sessions._sessions.values():
        assert token not in repr(session)


async def test_the_cookie_comes_along_when_discord_sends_people_back(world: World) -> None:
    browser = world.open_browser()
    response = await browser.http.get("/sign-in")
    assert "SameSite=lax" in response.headers["set-cookie"]


@pytest.mark.parametrize("roles", [{}, {HOME: []}, {HOME: ["5"]}, {"901": [MODERATORS]}])
async def test_whoever_has_no_role_stays_out(world: World, roles: dict[str, list[str]]) -> None:
    world.door.person = Person("302", "Bo", roles)
    browser = world.open_browser()
    page = await arrive(browser, await at_discord(browser), status=403)
    assert "neither the moderators' role nor the reviewers'" in page.text
    assert "/sign-in" in (await browser.get("/look")).url


async def test_whoever_says_no_at_discord_is_told_so(world: World) -> None:
    world.door.denies = True
    browser = world.open_browser()
    page = await arrive(browser, await at_discord(browser), status=403)
    assert "sign-in was cancelled" in page.text


async def test_an_answer_counts_once(world: World) -> None:
    world.door.person = Person("301", "Ada", {HOME: [MODERATORS]})
    browser = world.open_browser()
    returned = await at_discord(browser)
    await arrive(browser, returned)
    page = await arrive(browser, returned, status=403)
    assert "started in another browser" in page.text


async def test_a_code_that_discord_has_taken_before_is_refused(world: World) -> None:
    world.door.person = Person("301", "Ada", {HOME: [MODERATORS]})
    first, second = world.open_browser(), world.open_browser()
    used, fresh = await at_discord(first), await at_discord(second)
    await arrive(first, used)
    code = parse_qs(urlsplit(used).query)["code"][0]
    state = parse_qs(urlsplit(fresh).query)["state"][0]
    page = await arrive(second, f"{CALLBACK}?code={code}&state={state}", status=403)
    assert "did not accept this sign-in" in page.text


async def test_an_answer_to_another_browser_is_refused(world: World) -> None:
    world.door.person = Person("301", "Ada", {HOME: [MODERATORS]})
    attacker, victim = world.open_browser(), world.open_browser()
    returned = await at_discord(attacker)
    await victim.get("/sign-in")
    page = await arrive(victim, returned, status=403)
    assert "started in another browser" in page.text
    assert "/sign-in" in (await victim.get("/look")).url
    # And it is used up for the attacker as well.
    await arrive(attacker, returned, status=403)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("access_denied", "Discord says that the sign-in was cancelled."),
        ("invalid_scope", "Discord refused this sign-in."),
        ("<b>", "Discord refused this sign-in."),
    ],
)
async def test_only_who_cancelled_is_told_so(world: World, error: str, said: str) -> None:
    browser = world.open_browser()
    state = (await at_discord(browser)).partition("state=")[2].partition("&")[0]
    back = urlencode({"error": error, "state": state})
    page = await arrive(browser, f"{ADDRESS}{CALLBACK}?{back}", 403)
    assert said in page.text


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=y"])
async def test_an_answer_to_nothing_is_refused(world: World, query: str) -> None:
    browser = world.open_browser()
    await browser.get("/sign-in")
    await arrive(browser, f"{CALLBACK}{query}", status=403)


async def test_an_answer_that_comes_late_is_refused(world: World) -> None:
    browser = world.open_browser()
    returned = await at_discord(browser)
    world.clock[0] += 601
    await arrive(browser, returned, status=403)


async def test_discord_that_does_not_answer_is_a_sentence(world: World) -> None:
    browser = world.open_browser()
    returned = await at_discord(browser)
    world.door.down = True
    page = await arrive(browser, returned, status=503)
    assert "Discord does not answer now" in page.text


async def test_a_role_that_is_taken_away_ends_publishing_at_once(world: World) -> None:
    browser = await signed_in(world, MODERATORS)
    world.door.person.roles[HOME] = []
    assert (await publish(browser)).status_code == 403
    assert not world.published
    # Reading is over too: the session's rights are what Discord said last.
    assert (await browser.http.get("/look")).status_code == 403


async def test_a_role_that_is_taken_away_ends_reading_in_minutes(world: World) -> None:
    browser = await signed_in(world, MODERATORS)
    world.door.person.roles[HOME] = [REVIEWERS]
    before = len(world.door.asked)
    assert (await browser.http.get("/look")).text == "Ada MODERATOR"
    assert len(world.door.asked) == before
    world.clock[0] += 181
    assert (await browser.http.get("/look")).text == "Ada REVIEWER"


async def test_somebody_thrown_out_of_the_server_has_no_rights(world: World) -> None:
    browser = await signed_in(world, MODERATORS)
    del world.door.person.roles[HOME]
    assert (await publish(browser)).status_code == 403


async def test_a_home_that_moves_takes_the_rights_along(world: World) -> None:
    browser = await signed_in(world, MODERATORS)
    await world.console.service.log.places.save_home(
        Home("bridge", "discord", "901", moderator_role=MODERATORS)
    )
    assert (await publish(browser)).status_code == 403


async def test_while_discord_is_down_nothing_is_published_and_reading_goes_on_a_while(
    world: World,
) -> None:
    browser = await signed_in(world, MODERATORS)
    world.door.down = True
    response = await publish(browser)
    assert response.status_code == 503
    assert not world.published
    world.clock[0] += 600
    assert (await browser.http.get("/look")).text == "Ada MODERATOR"
    world.clock[0] += 600
    assert (await browser.http.get("/look")).status_code == 503
    world.door.down = False
    assert (await publish(browser)).status_code == 200


async def test_while_discord_is_down_not_every_page_waits_for_it(world: World) -> None:
    browser = await signed_in(world, MODERATORS)
    world.door.down = True
    world.clock[0] += 181
    before = len(world.door.asked)
    for _ in range(3):
        assert (await browser.http.get("/look")).text == "Ada MODERATOR"
    assert len(world.door.asked) == before + 1
    # Publishing asks all the same.
    assert (await publish(browser)).status_code == 503
    assert len(world.door.asked) == before + 2
    world.door.down = False
    world.door.person.roles[HOME] = [REVIEWERS]
    world.clock[0] += 31
    assert (await browser.http.get("/look")).text == "Ada REVIEWER"


@pytest.mark.parametrize("down", [False, True])
async def test_whoever_has_lost_their_role_can_sign_out(world: World, down: bool) -> None:
    browser = await signed_in(world, MODERATORS)
    await browser.get("/jobs/x", status=404)
    world.door.person.roles[HOME], world.door.down = [], down
    world.clock[0] += 1_000
    before = len(world.door.asked)
    page = await browser.send("/sign-out")
    assert "/sign-in" in page.url
    assert len(world.door.asked) == before
    assert world.console.sessions.alive() == []


async def test_whoever_takes_the_console_out_at_discord_must_sign_in_again(world: World) -> None:
    browser = await signed_in(world, MODERATORS)
    world.door.tokens.clear()
    response = await publish(browser)
    assert response.status_code == 401
    assert "Your session has ended" in response.text
    assert not world.published


async def test_attempts_through_discord_are_counted_too(world: World) -> None:
    browser = world.open_browser()
    found = [(await browser.http.get("/sign-in/discord")).status_code for _ in range(21)]
    assert found == [303] * 20 + [429]


async def test_without_discord_the_page_offers_none(visitor: Browser) -> None:
    page = await visitor.get("/sign-in")
    assert not any("discord" in link for link in page.links)
    await visitor.get("/sign-in/discord", status=404)


async def test_settings_that_do_not_fit_are_sentences(service: Service) -> None:
    metrics = Metrics()
    health = Health(service, metrics, {})
    for values, said in (
        ({"discord_client_id": CLIENT}, "there is no client secret"),
        ({"discord_client_id": CLIENT, "discord_client_secret_file": "secret"}, "an address"),
    ):
        given = dict(values)
        if "discord_client_secret_file" in given:
            file = service.settings.data / "secret"
            file.write_text(SECRET)
            given["discord_client_secret_file"] = file
        settings = service.settings.model_copy(update=given)
        with pytest.raises(UsageError, match=said) as raised:
            async with open_console(service, settings, metrics, health):
                pass
        assert SECRET not in str(raised.value)


def test_a_secret_in_the_settings_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"# mine\ndiscord_client_secret: {SECRET}\n")
    with pytest.raises(UsageError, match="2:1: discord_client_secret: a secret must not") as raised:
        load_settings(file)
    assert SECRET not in str(raised.value)
    assert "REJOINDER_DISCORD_CLIENT_SECRET" in str(raised.value)


def test_the_secret_is_read_from_its_file_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    file = tmp_path / "config.yaml"
    file.write_text("discord_client_secret_file: secret\n")
    secret = discord_client_secret(load_settings(file))
    assert secret is not None
    assert secret.get_secret_value() == SECRET
    (tmp_path / "secret").write_text("two words")
    with pytest.raises(UsageError, match="holds no client secret"):
        discord_client_secret(load_settings(file))


async def test_only_the_server_of_the_settings_is_a_home(service: Service) -> None:
    metrics = Metrics()
    settings = service.settings.model_copy(
        update={
            "discord_client_id": CLIENT, "console_url": ADDRESS, "discord_home": 5,
            "discord_client_secret_file": service.settings.data / "secret",
        }
    )  # fmt: skip
    (service.settings.data / "secret").write_text(f"{SECRET}\n")
    await service.log.places.save_home(Home("bridge", "discord", HOME, moderator_role=MODERATORS))
    health = Health(service, metrics, {})
    async with open_console(service, settings, metrics, health) as console:
        assert console.people is not None
        # No home counts, so nobody is asked about and nobody has a right.
        assert not (await console.people.rights("token")).any

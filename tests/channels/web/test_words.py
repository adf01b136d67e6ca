"""The console speaks three languages, and says everything in each of them."""

from __future__ import annotations

import re
import threading
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import httpx
import pytest
from fluent.syntax import FluentParser, ast

import bot.channels.web
from bot.channels import catalogue
from bot.channels.web.words import LANGUAGES, say
from bot.cli.console import http_app
from bot.metrics import Metrics
from bot.service import Service

from .browsing import ADDRESS

FOLDER = Path(bot.channels.web.__file__).parent
PARTS = sorted({path.name.partition(".")[2] for path in (FOLDER / "locale").glob("*.ftl")})


def messages(language: str, part: str) -> dict[str, set[str]]:
    """Return the keys of a part of a catalogue, each with the names of its values."""
    found: dict[str, set[str]] = {}
    for entry in FluentParser().parse((FOLDER / "locale" / f"{language}.{part}").read_text()).body:
        assert not isinstance(entry, ast.Junk), (language, part, entry.content)
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, (language, part, entry.id.name)
            text = entry.value
            names = re.findall(r"VariableReference.*?name='?([\w-]+)", _dump(text))
            found[entry.id.name] = set(names)
    return found


def _dump(node: object) -> str:
    if isinstance(node, ast.VariableReference):
        return f"VariableReference name='{node.id.name}' "
    if isinstance(node, ast.BaseNode):
        return "".join(_dump(value) for value in vars(node).values())
    if isinstance(node, list):
        return "".join(_dump(value) for value in node)
    return ""


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_each_part_says_the_same_in_each_language(language: str, part: str) -> None:
    assert messages(language, part) == messages("en", part)


def test_no_key_stands_in_two_parts() -> None:
    keys = [key for part in PARTS for key in messages("en", part)]
    assert sorted(set(keys)) == sorted(keys)


def test_every_key_that_a_page_names_is_in_the_catalogue() -> None:
    known = {key for part in PARTS for key in messages("en", part)}
    named: set[str] = set()
    for template in FOLDER.glob("templates/*.html"):
        shown = re.sub(r"{#.*?#}", "", template.read_text(), flags=re.DOTALL)
        # A key that is put together ("outcome-" ~ name) ends in a dash and is not whole.
        named |= set(re.findall(r"""\bt\(\s*["']([a-z0-9_-]+[a-z0-9_])["']\s*[,)]""", shown))
    for module in FOLDER.rglob("*.py"):
        text = module.read_text()
        named |= set(re.findall(r"""say_in\(\s*\w+,\s*["']([\w-]+)["']""", text))
        named |= set(re.findall(r"""Refused\(\s*\d+,\s*["']([\w-]+)["']""", text))
    assert named
    assert named - known == set()


def test_every_shared_word_is_used() -> None:
    code = "".join(
        file.read_text() for file in sorted(FOLDER.rglob("*")) if file.suffix in {".py", ".html"}
    )
    # A key may be put together of its beginning and a name: "outcome-" ~ name.
    unused = {
        key
        for key in messages("en", "ftl")
        if f'"{key}"' not in code
        and f"'{key}'" not in code
        and not ("-" in key and re.search(rf"""["']{key.rpartition("-")[0]}-(?:["']|{{)""", code))
    }
    assert unused == set()


def test_a_key_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("no-such-key", "en")
    assert say("sign-in", "xx") == "Sign in"
    assert say("sign-in", "uk") == "Вхід"


async def test_they_are_read_before_the_first_page_and_beside_the_loop(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading: list[int] = []

    def noted(package: str) -> Traversable:
        reading.append(threading.get_ident())
        return files(package)

    monkeypatch.setattr(catalogue, "files", noted)
    catalogue.bundle.cache_clear()
    async with http_app(service, service.settings, Metrics(), {}) as app:
        assert len(reading) == len(LANGUAGES)
        assert threading.get_ident() not in reading
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            for language in LANGUAGES:
                page = await client.get("/sign-in", headers={"Accept-Language": language})
                assert f'<html lang="{language}"' in page.text
        assert len(reading) == len(LANGUAGES)

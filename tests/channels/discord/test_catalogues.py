"""The bot's own words: three catalogues that say the same, in forms that fit Discord's limits."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import bot.channels.discord
from bot.channels.discord.feedback import REASONS
from bot.channels.discord.words import LANGUAGES, say, spoken

from .world import World

PACKAGE = files(bot.channels.discord)
# The parts of each language's catalogue: the first is everybody's.
PARTS = ("", "knowledge", "suggest", "review")
COUNTS = (0, 1, 2, 3, 5, 11, 12, 21, 22, 25, 101, 111)
# The fewest plural forms that a language needs (CLDR); "other" is what Fluent always asks for.
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many"}, "uk": {"one", "few", "many"}}
BUTTONS = {
    "objections-and-replies", "sources", "wrong", "more", "browse", "none-of-these", "map",
    "as-text", "why", "read-all", "follow-up", "show-everyone", "delete", "ask-privately", "export",
    "forget", "forget-yes",
}  # fmt: skip
# Longest texts: menu placeholders 150, options 100, a form's title and label 45, its example 100.
LIMITS = {
    "choose-proposal": 150, "choose-objection": 150, "wrong-choose": 150, "setup-topic": 150,
    "setup-channels": 150, "setup-role": 150, "setup-alerts": 150, "ask": 45, "your-question": 45,
    "ask-example": 100, "follow-example": 100, "cmd-answer-this": 32,
    **{f"wrong-{key}": 100 for key in REASONS},
    # A sign and a blank stand beside these.
    "back": 70, "next": 70, "proposals": 70, "proposal": 70,
    **dict.fromkeys(BUTTONS, 80),
}  # fmt: skip


class _Seen(Visitor):
    """What a message is made of."""

    def __init__(self, message: ast.Message) -> None:
        self.variables: set[str] = set()
        self.selects: list[tuple[str, set[str]]] = []
        self.visit(message)

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.variables.add(node.id.name)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802
        assert isinstance(node.selector, ast.VariableReference)
        keys = {str(getattr(v.key, "name", getattr(v.key, "value", ""))) for v in node.variants}
        self.selects.append((node.selector.id.name, keys))
        self.generic_visit(node)


def parse(language: str) -> dict[str, ast.Message]:
    names = [f"{language}.{part}.ftl" if part else f"{language}.ftl" for part in PARTS]
    text = "\n".join(PACKAGE.joinpath("locale", name).read_text("utf-8") for name in names)
    body = FluentParser().parse(text).body
    assert not [entry for entry in body if isinstance(entry, ast.Junk)]
    messages = [entry for entry in body if isinstance(entry, ast.Message)]
    names = [message.id.name for message in messages]
    assert len(names) == len(set(names))
    return {message.id.name: message for message in messages}


CATALOGUES = {language: parse(language) for language in LANGUAGES}
KEYS = sorted(CATALOGUES["en"])


def values_of(key: str, language: str, number: int = 3) -> dict[str, str | int]:
    """Return something to say for each of a message's variables."""
    seen = _Seen(CATALOGUES[language][key])
    counted = {name for name, _ in seen.selects}
    return {name: number if name in counted else f"‹{name}›" for name in seen.variables}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_have_the_same_keys_and_values(language: str) -> None:
    catalogue = CATALOGUES[language]
    assert set(catalogue) == set(KEYS)
    for key in KEYS:
        expected = _Seen(CATALOGUES["en"][key])
        found = _Seen(catalogue[key])
        assert found.variables == expected.variables, key
        assert {name for name, _ in found.selects} >= {name for name, _ in expected.selects}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_have_all_plural_forms_of_the_language(language: str) -> None:
    for key, message in CATALOGUES[language].items():
        for name, forms in _Seen(message).selects:
            assert forms >= FORMS[language], (key, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_said(language: str) -> None:
    for key in KEYS:
        if not _Seen(CATALOGUES[language][key]).selects:
            continue
        said = {}
        for number in COUNTS:
            text = say(key, language, **values_of(key, language, number))
            said[number] = text.replace(str(number), "#")
            # 0 and 1 may be words; 21 takes the form of 1 in Russian and is not one.
            assert number < 2 or str(number) in text, (key, number)
        if (language, key) == ("ru", "review-people"):
            assert said[21] == said[5] != said[2] == said[22]  # один человек, пять человек
        elif language != "en":
            assert said[21] == said[101] != said[5] == said[11] == said[25] == said[111], key
            assert said[2] == said[3] == said[22] != said[12], key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_text_can_be_said(key: str, language: str) -> None:
    values = values_of(key, language)
    text = say(key, language, **values)

    assert text == text.strip()
    assert len(text) > 0
    for value in values.values():
        assert str(value) in text
    assert not re.search(r"\s{2,}", text.replace("\n", ""))
    if re.search(r"[A-Za-z]{4}", say(key, "en", **values)) and language != "en":
        assert text != say(key, "en", **values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_and_labels_keep_to_discords_limits(language: str) -> None:
    for key in KEYS:
        text = say(key, language, **values_of(key, language))
        if key.startswith(("cmd-", "opt-")) and key != "cmd-answer-this":
            if key.endswith("-about") and key != "cmd-about":
                assert len(text) <= 100, key
            else:
                assert re.fullmatch(r"[-_\w]{1,32}", text), key
                assert text == text.lower(), key
        else:
            assert len(text) <= LIMITS.get(key, 1_800), key
    assert set(KEYS) >= set(LIMITS)


async def test_names_of_commands_and_options_differ(world: World) -> None:
    bot = world.bot
    translator = bot.tree.translator
    assert translator is not None
    payloads = [
        await command.get_translated_payload(bot.tree, translator)
        for command in bot.tree.get_commands()
    ]

    def check(each: list[dict[str, Any]]) -> None:
        for locale in ("en", "ru", "uk"):
            names = [
                (one.get("type", 1), (one.get("name_localizations") or {}).get(locale, one["name"]))
                for one in each
            ]
            assert len(names) == len(set(names)), names
        for one in each:
            check(one.get("options") or [])

    assert len(payloads) > 10
    check(payloads)


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_that_a_text_names_exist_under_that_name(language: str) -> None:
    commands = {
        f"/{say(key, language)}"
        for key in KEYS
        if key.startswith("cmd-") and (key == "cmd-about" or not key.endswith("-about"))
    }
    for key in KEYS:
        text = say(key, language, **values_of(key, language))
        assert set(re.findall(r"`(/[^`\s]+)", text)) <= commands, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_that_a_text_names_exist_under_that_name(language: str) -> None:
    labels = {say(key, language) for key in KEYS if not _Seen(CATALOGUES[language][key]).variables}
    for key in KEYS:
        text = say(key, language, **values_of(key, language))
        assert set(re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text)) <= labels, key


def test_every_key_is_used_and_every_used_key_is_there() -> None:
    code = "\n".join(
        path.read_text("utf-8") for path in PACKAGE.iterdir() if path.name.endswith(".py")
    )
    starts = {"cmd-", *re.findall(r'f"([a-z-]+-)\{', code)}
    named = set(re.findall(r"""["']([a-z-]+)["']""", code))
    unused = [
        key
        for key in KEYS
        if not {key, key.removesuffix("-about")} & named and not key.startswith(tuple(starts))
    ]
    assert unused == []
    asked = set(re.findall(r'\bsay\(\s*"([a-z-]+)"', code))
    # What wording.say() takes has a dot or is the advisor's.
    assert {key for key in asked if key not in KEYS} <= {"caution"}


def test_locales_of_discord_are_understood() -> None:
    assert [spoken(locale) for locale in ("en-US", "en-GB", "ru", "uk", "de", "", None, "RU")] == [
        "en", "en", "ru", "uk", "en", "en", "en", "ru",
    ]  # fmt: skip
    with pytest.raises(KeyError):
        say("no-such-words", "en")

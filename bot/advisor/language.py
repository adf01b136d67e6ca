"""Tell which of the bot's languages a question is in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.knowledge.words import normalise

SUPPORTED = ("en", "ru", "uk")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_LATIN = re.compile(r"[A-Za-z]")
_UKRAINIAN_LETTERS = re.compile(r"[іїєґІЇЄҐ]")
_RUSSIAN_LETTERS = re.compile(r"[ыэъёЫЭЪЁ]")
# Frequent words that the two languages do not share.
_UKRAINIAN_WORDS = frozenset(
    {"що", "це", "як", "чи", "але", "ні", "хто", "де", "коли", "чому", "який", "яка", "яке", "які"}
    | {"вони", "вона", "він", "від", "під", "між", "або", "якщо", "тому", "тільки", "дуже", "вже"}
    | {"ще", "було", "буде", "його", "її", "їх", "треба", "можна", "та", "й", "щодо"}
    | {"дякую", "вітаю", "бувай", "скажіть", "будь", "ласка", "навіщо", "немає"}
    | {"джерело", "джерела", "докази", "проти", "кажуть"}
)
_RUSSIAN_WORDS = frozenset(
    {"что", "это", "нет", "кто", "где", "когда", "почему", "зачем", "какой", "какая", "какие"}
    | {"они", "мы", "вы", "от", "между", "если", "потому", "только", "очень", "уже", "еще", "было"}
    | {"будет", "его", "ее", "их", "надо", "можно", "чтобы", "тоже", "и", "с", "как", "или", "но"}
    | {"источник", "источники", "доказательства", "против", "говорят"}
)


Own = Mapping[str, frozenset[str]]


def own_words(texts: Iterable[tuple[str, str | None]]) -> Own:
    """Return the words that only Russian, or only Ukrainian texts have; each with its language."""
    found: dict[str, list[str]] = {"ru": [], "uk": []}
    for text, language in texts:
        if language in found:
            found[language].append(text)
    # In one go: a text at a time takes twice as long.
    words = {language: set(normalise("\n".join(own)).split()) for language, own in found.items()}
    return {
        "ru": frozenset(words["ru"] - words["uk"]),
        "uk": frozenset(words["uk"] - words["ru"]),
    }


def detect(text: str, fallback: str = "en", own: Own | None = None) -> str:
    """Return ``en``, ``ru`` or ``uk``; ``fallback`` where the text gives no sign.

    By script first, then by letters and words that only one of the two Cyrillic languages has, then
    by the ``own`` words of each; a mixed sentence counts as the script of most of its letters.
    """
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if cyrillic == 0 and latin == 0:
        return fallback
    if latin >= cyrillic:
        return "en"
    words = normalise(text).split()
    ukrainian = 2 * len(_UKRAINIAN_LETTERS.findall(text)) + sum(
        word in _UKRAINIAN_WORDS for word in words
    )
    russian = 2 * len(_RUSSIAN_LETTERS.findall(text)) + sum(
        word in _RUSSIAN_WORDS for word in words
    )
    if ukrainian == russian and own is not None:
        # "хочу померти" has no letter that tells.
        ukrainian = sum(word in own["uk"] for word in words)
        russian = sum(word in own["ru"] for word in words)
    if ukrainian == russian:
        return fallback if fallback in {"ru", "uk"} else "ru"
    return "uk" if ukrainian > russian else "ru"

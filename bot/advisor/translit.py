"""Read Russian and Ukrainian that is typed in Latin letters, or with the wrong keyboard layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from bot.knowledge.words import normalise

Knows = Callable[[str], bool]
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*['’ʼ`]?")
_LONGEST, _MOST_WAYS = 24, 64
_ENOUGH, _PROVING = 2, 4

# How the letters of either language are written, longest first where they begin alike; of several
# ways to read one the likelier stands first.
_BOTH: dict[str, tuple[str, ...]] = {
    "shch": ("щ",), "sch": ("щ",), "zh": ("ж",), "kh": ("х",), "ts": ("ц", "тс"), "ch": ("ч",),
    "sh": ("ш",), "yu": ("ю",), "ju": ("ю",), "ya": ("я",), "ja": ("я",), "iu": ("ю", "иу"),
    "ia": ("я", "иа"), "a": ("а",), "b": ("б",), "v": ("в",), "w": ("в", "ш"), "d": ("д", "дь"),
    "z": ("з",), "k": ("к",), "l": ("л", "ль"), "m": ("м",), "n": ("н", "нь"), "o": ("о",),
    "p": ("п",), "r": ("р", "рь"), "s": ("с", "сь"), "t": ("т", "ть"), "u": ("у",), "f": ("ф",),
    "x": ("х", "кс"), "c": ("ц", "к"), "q": ("я", "к"), "'": ("ь", ""),
}  # fmt: skip
_TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "ru": {
        **_BOTH,
        "yo": ("е",), "jo": ("е",), "ye": ("е", "ые"), "je": ("е",), "e": ("е", "э"),
        "iya": ("ия",), "iyu": ("ию",), "iye": ("ие",), "iy": ("ий",), "ij": ("ий",),
        "yy": ("ый",), "yj": ("ый",), "g": ("г",), "h": ("х", "г"),
        "i": ("и", "й"), "y": ("ы", "й", "и"), "j": ("й", "ж"),
    },
    "uk": {
        **_BOTH,
        "yi": ("ї",), "ji": ("ї",), "ye": ("є",), "je": ("є",), "ie": ("є", "іє"), "e": ("е", "є"),
        "yo": ("йо",), "jo": ("йо",), "iya": ("ія",), "iyu": ("ію",), "iye": ("іє",),
        "iy": ("ий", "ій"), "yj": ("ий",), "g": ("г", "ґ"),
        "h": ("г", "х"), "i": ("і", "ї", "и"), "y": ("и", "й", "і"), "j": ("й", "ж"),
        "iu": ("ю", "іу"), "ia": ("я", "іа"),
    },
}  # fmt: skip
_LONGEST_SIGN = 4

_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_LAYOUTS = {
    "ru": "йцукенгшщзхъфывапролджэячсмитьбю",
    "uk": "йцукенгшщзхїфівапролджєячсмитьбю",
}
_KEYED = re.compile(r"\S+")

# Said alone, these are no names that could be anybody's.
_GREETINGS = (["privet"], ["spasibo"], ["zdravstvuyte"], ["pryvit"], ["dyakuyu"], ["vitayu"])

# What English questions are made of; a text with one of these that is no word of the others stays.
_ENGLISH = frozenset(
    (
        "the and is are was were be been have has had does did will would should could can may "
        "might must not what why who whom how when where which whose this that these those they "
        "them their there here it its he she his her him we us our you your i me of for from with "
        "about against between into out over under than then if because but or so just any some "
        "all more most much many people say says said think really like want pay money russian "
        "russia ukraine putin war west visa visas ban soldiers who's what's isn't don't won't"
    ).split()
)


def from_latin(text: str, knows: Knows, knows_latin: Knows) -> str | None:
    """Return a transliterated text in Cyrillic, or None where it is none.

    ``knows`` tells whether a Cyrillic word is known, ``knows_latin`` whether a Latin one is. A text
    counts as transliterated where several words are known once read so and none is English alone.
    """
    words = [normalise(word) for word in _WORD.findall(text)]
    if not words or not all(word.isascii() and len(word) <= _LONGEST for word in words):
        return None
    if any(word in _ENGLISH and len(word) > 2 for word in words):
        return None
    latin = {word for word in words if knows_latin(word)}
    if 2 * sum(len(word) >= _PROVING for word in latin) > len(set(words)):
        return None
    readings = [_read(words, language, knows) for language in _TABLES]
    best = max(readings, key=lambda reading: sum(len(word) for word in words if reading[word]))
    known = [word for word in words if best[word]]
    proving = [word for word in known if len(word) >= _PROVING and word not in latin]
    english = [word for word in words if not best[word] and word in latin]
    clear = len(known) == len(words) >= _ENOUGH and not any(len(w) >= _PROVING for w in latin)
    enough = len(proving) >= (1 if clear else _ENOUGH) or words in _GREETINGS
    if english or not enough or 2 * len(known) < len(words):
        return None
    table = _TABLES["ru" if best is readings[0] else "uk"]

    def put(found: re.Match[str]) -> str:
        word = normalise(found.group())
        return best[word] or next(_ways(word, table), found.group())

    return _WORD.sub(put, text)


def _read(words: list[str], language: str, knows: Knows) -> dict[str, str | None]:
    table = _TABLES[language]
    return {
        word: next((way for way in islice(_ways(word, table), _MOST_WAYS) if knows(way)), None)
        for word in words
    }


def _ways(word: str, table: dict[str, tuple[str, ...]], start: int = 0) -> Iterator[str]:
    """Yield how a word can be read, the likeliest ways first."""
    if start >= len(word):
        yield ""
        return
    for size in range(min(_LONGEST_SIGN, len(word) - start), 0, -1):
        signs = table.get(word[start : start + size])
        if signs is None:
            continue
        for sign in signs:
            for rest in _ways(word, table, start + size):
                yield sign + rest
        return
    for rest in _ways(word, table, start + 1):
        yield word[start] + rest


def from_layout(text: str, knows: Knows, knows_latin: Knows) -> str | None:
    """Return what was typed with the other keyboard layout on ("ghbdtn"), or None."""
    typed = _KEYED.findall(text.lower())
    plain = [normalise(word) for word in typed]
    if not any(len(word) >= _PROVING for word in plain):
        return None
    if all(word.isascii() for word in typed):
        if any(knows_latin(word) for word in plain if len(word) > 2):
            return None
        keys = [str.maketrans(_LATIN_KEYS, layout) for layout in _LAYOUTS.values()]
        accepts = knows
    elif not any(word.isascii() and word for word in plain):
        if any(knows(word) for word in plain if len(word) >= _PROVING):
            return None
        keys = [str.maketrans(layout, _LATIN_KEYS) for layout in _LAYOUTS.values()]
        accepts = knows_latin
    else:
        return None
    ways = [[_keyed(word, table, accepts) for word in typed] for table in keys]
    best = max(ways, key=lambda way: sum(known for _, known in way))
    if 3 * sum(known for _, known in best) < 2 * len(typed):
        return None
    return " ".join(word for word, _ in best)


def _keyed(word: str, table: dict[int, int], knows: Knows) -> tuple[str, bool]:
    # A mark at the end is one, or the letter of its key.
    for end in (len(word), len(word.rstrip("?!.,;"))):
        read = word[:end].translate(table) + word[end:]
        if knows(normalise(read)):
            return read, True
    return word.translate(table), False

"""Take contact data and secrets out of what people write, before it is stored anywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from re import Match

TEXT_LIMIT = 2_000
"""Characters of a stored text, its ellipsis mark included."""

# Bounding the input first makes the cost the same for 10 kB and for 10 MB.
_RAW_LIMIT = 6_000
# A bounded input may end inside an address; as much as an address may take is dropped there.
_TORN = 200
_PASSES = 8
_KEPT = frozenset("\n\t…")  # the mark of a cut stays one character
# Characters that show nothing, beyond those of the categories Cf and Cc.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

_S = "[ \u00a0\u2009\u202f]"
_CREDENTIALS = "[credentials removed]"

_SECRETS = re.compile(
    r"""
    -----BEGIN\ [A-Z ]{0,40}KEY-----(?:(?!-----END)[\s\S])*(?:-----END[A-Z ]{0,40}-----)?
  | (?<![\w-])[MNO][A-Za-z\d_-]{22,28}\.[\w-]{6}\.[\w-]{25,110}          # Discord bot
  | (?<!\d)\d{8,10}:[A-Za-z\d_-]{35}                                     # Telegram bot
  | (?<![A-Za-z\d])(?:sk|pk|rk)[-_][A-Za-z\d_-]{16,}                     # OpenAI, Stripe
  | (?<![A-Za-z\d])gh[pousr]_\w{16,} | github_pat_\w{16,} | glpat-[\w-]{16,}
  | (?<![A-Za-z\d])xox[a-z]-[\w-]{10,} | (?<![A-Za-z\d])AIza[\w-]{30,}
  | (?<![A-Za-z\d])(?:AKIA|ASIA)[A-Z\d]{16}
  | (?<![A-Za-z\d])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?                  # JSON web token
    """,
    re.VERBOSE,
)
_WEBHOOK = re.compile(r"(discord(?:app)?\.com/api/(?:v\d+/)?webhooks/)[\w/-]+", re.IGNORECASE)
_PROFILE = re.compile(r"(discord(?:app)?\.com/users/)\d+", re.IGNORECASE)
_BEARER = re.compile(r"\b(bearer|basic)[ ]+(?!\[)(?=\S*\d)[\w.~+/=-]{12,}", re.IGNORECASE)
_PASSWORD = re.compile(
    r"(?<![^\W_])((?:pass(?:word|wort|wd|phrase)|пароль|api[ _-]?key|token)(?=[ ]?[:=])"
    r"|(?:secret|key)(?=[ ]?=))([ ]?[:=][ ]?)(?!\[)[^\s]+",
    re.IGNORECASE,
)
_URL = re.compile(r"(?<![A-Za-z\d+.-])([A-Za-z][A-Za-z\d+.-]{1,20}://)([^\s<>]+)")
_PARAMETER = re.compile(r"([?&#;])([^=&#;\s?]{1,80})=([^&#;\s]*)")
_PARAMETER_NAME = re.compile(
    r"token|secret|sig$|signature|passw|pwd|session|^sid$|auth|jwt|^key$|api.?key|credential|^code$",
    re.IGNORECASE,
)
_TELEGRAM = re.compile(r"(?<![\w.-])((?:t|telegram)\.me/)(?!\[)[@+\w][\w/+-]*", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_MENTIONS = (
    (re.compile(r"<@!?\d+>"), "[user]"),
    (re.compile(r"<@&\d+>"), "[role]"),
    (re.compile(r"<#\d+>"), "[channel]"),
)
_HANDLE = re.compile(
    r"(?<![\w@/])(?<!\[credentials removed\])@[A-Za-z_]\w{1,31}(?:\.\w{1,31}){0,3}"
)
_IBAN = re.compile(rf"(?<![A-Za-z\d])[A-Za-z]{{2}}\d{{2}}(?:{_S}?[A-Za-z\d]{{4}}){{2,8}}"
                   rf"(?:{_S}?[A-Za-z\d]{{1,3}})?(?![A-Za-z\d])")  # fmt: skip
_CARD = re.compile(rf"(?<![\w,./])\d(?:(?:{_S}|-)?\d){{12,18}}(?!\d)")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = re.compile(rf"(?<![\d.])(?:{_BYTE}\.){{3}}{_BYTE}(?![\d.]?\d)")
_SNOWFLAKE = re.compile(r"(?<![\w,./])\d{17,20}(?![\d,.]\d|\w)")
_PHONE = re.compile(rf"(?<![\w,./+])(?:\+{_S}?)?\(?\d(?:[().\-/]|{_S}){{0,3}}"
                    rf"(?:\d(?:[().\-/]|{_S}){{0,3}}){{5,17}}\d(?!\w|[,]\d)")  # fmt: skip
_LONG = re.compile(r"(?<![\w+=-])(?:[0-9a-fA-F]{32,}|[A-Za-z\d+_-]{32,}={0,2})(?![\w+-])")

_DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?!\d)"
)
_SUM = re.compile(rf"\d{{1,3}}(?:({_S})\d{{3}}(?:\1\d{{3}})*|(?:\.\d{{3}})+|(?:-\d{{3}}))")
_YEAR_ASIDE = re.compile(r"\((?:1[5-9]|20|21)\d\d\b")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d|21\d\d")


def redact(text: str) -> str:
    """Replace contact data and secrets by words in brackets and cut the text.

    Gives at most ``TEXT_LIMIT`` characters that any database can store. Never raises; redacting
    twice changes nothing more; the time does not depend on the length of the input.
    """
    torn = len(text) > _RAW_LIMIT
    # What one replacement joins or a cut exposes may be found only by the next pass.
    text = _visible(clean(text[:_RAW_LIMIT]))
    # One character may become many.
    torn = torn or len(text) > _RAW_LIMIT
    text = _settle(text[:_RAW_LIMIT], _once)
    if torn:
        text = text[:-_TORN] + "…"
    return _settle(text, lambda part: _cut(_once(part)))


def _settle(text: str, step: Callable[[str], str]) -> str:
    for _ in range(_PASSES):
        following = step(text)
        if following == text:
            return text
        text = following
    return "[redacted]"


def clean(text: str) -> str:
    """Replace what databases refuse: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _visible(text: str) -> str:
    """Give what a reader sees: one form of each character and none that hides or reorders."""
    if text.isascii() and text.isprintable():
        return text
    text = _drop(text.replace("\r\n", "\n").replace("\r", "\n"))
    return _drop("…".join(unicodedata.normalize("NFKC", part) for part in text.split("…")))


def _drop(text: str) -> str:
    return "".join(
        character
        for character in _INVISIBLE.sub("", text)
        if character in _KEPT or unicodedata.category(character) not in {"Cf", "Cc"}
    )


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


def _once(text: str) -> str:
    text = _SECRETS.sub("[token]", _visible(text))
    text = _WEBHOOK.sub(r"\1[token]", text)
    text = _PROFILE.sub(r"\1[id]", text)
    text = _BEARER.sub(r"\1 [token]", text)
    # Addresses first: of these only the parameter goes.
    text = _URL.sub(_url, text)
    text = _PASSWORD.sub(r"\1\2[secret]", text)
    text = _TELEGRAM.sub(r"\1[handle]", text)
    text = _EMAIL.sub("[e-mail]", text)
    for pattern, word in _MENTIONS:
        text = pattern.sub(word, text)
    text = _IBAN.sub(_iban, text)
    text = _CARD.sub(_when(_is_card, "[card]"), text)
    text = _SNOWFLAKE.sub("[id]", text)
    text = _IPV4.sub("[ip]", text)
    text = _PHONE.sub(_when(_is_phone, "[phone]"), text)
    text = _HANDLE.sub("[handle]", text)
    return _LONG.sub(_when(_is_token, "[token]"), text)


def _when(test: Callable[[str], bool], word: str) -> Callable[[Match[str]], str]:
    def replace(match: Match[str]) -> str:
        return word if test(match[0]) else match[0]

    return replace


def _url(match: Match[str]) -> str:
    scheme, rest = match[1], match[2]
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    authority, path = rest[:end], rest[end:]
    name, colon, port = authority.partition(":")
    if colon and not port.isdigit() and "@" not in authority and "@" in path and name:
        # A password with a slash in it: the address goes on after the last @.
        authority, path = _CREDENTIALS + "@" + path.rpartition("@")[2], ""
    elif "@" in authority:
        authority = _CREDENTIALS + "@" + authority.rpartition("@")[2]
    return scheme + authority + _PARAMETER.sub(_parameter, path)


def _parameter(match: Match[str]) -> str:
    mark, name, value = match.groups()
    if value and (_PARAMETER_NAME.search(name) or (len(value) >= 20 and _looks_random(value))):
        return f"{mark}{name}=[removed]"
    return match[0]


def _looks_random(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    return digits >= 4 and any(character.isalpha() for character in value)


def _is_token(value: str) -> bool:
    if re.fullmatch(r"[0-9a-fA-F]+", value):
        return True
    kinds = (str.isdigit, str.isupper, str.islower)
    return all(sum(map(kind, value)) >= 3 for kind in kinds)


def _iban(match: Match[str]) -> str:
    found = match[0]
    # The words that follow may look like its last groups: try ever shorter beginnings.
    for end in range(len(found), 14, -1):
        if _is_iban(found[:end]) and not found[end : end + 1].isalnum():
            return "[iban]" + found[end:]
    return "[iban]" if sum(map(str.isdigit, found)) >= 14 else found


def _is_iban(value: str) -> bool:
    compact = "".join(value.split())
    if not 15 <= len(compact) <= 34:
        return False
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def _is_card(value: str) -> bool:
    digits = _digits(value)
    if digits[0] == "0" or _SUM.fullmatch(value) or _only_years(value):
        return False
    total = 0
    for position, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if position % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _is_phone(value: str) -> bool:
    digits = _digits(value)
    if value.startswith("+"):
        return 8 <= len(digits) <= 15
    if _is_date_or_sum(value):
        return False
    if digits.startswith("00"):
        return 10 <= len(digits) <= 17
    if digits == value:
        return 10 <= len(digits) <= 12 and not digits.endswith("000")
    return (9 if digits.startswith("0") else 10) <= len(digits) <= 12


def _is_date_or_sum(value: str) -> bool:
    if _DATE.search(value) or _YEAR_ASIDE.search(value) or _only_years(value):
        return True
    if re.fullmatch(r"\d+\.\d+", value) or _SUM.fullmatch(value):
        return True
    return all(map(_SUM.fullmatch, re.split(r"\s*[-/]\s*", value)))


def _only_years(value: str) -> bool:
    groups = re.findall(r"\d+", value)
    return len(groups) > 1 and all(map(_YEAR.fullmatch, groups))


def _digits(value: str) -> str:
    return "".join(character for character in value if character.isdigit())

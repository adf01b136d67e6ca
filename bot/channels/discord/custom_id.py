"""What a button's id says: everything that its handler needs, so that it survives a restart."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from bot.advisor.facets import Facet

# One or two characters each: an entry's id may take 60 of the 100 that Discord allows.
Action = Literal[
    "objections", "sources", "wrong", "more", "follow", "map", "why", "delete", "show", "choose",
    "none", "page", "reason", "meant", "browse", "proposal", "argument", "maptext", "forget",
    "forgetyes", "topic", "channels", "role", "alerts", "read", "export", "about",
    # /knowledge
    "kdraft", "kadd", "kedit", "kentry", "kitem", "kphrase", "kreword", "ktest",
    "kaim", "kdrop", "kmove", "kremove", "kdiscard", "kname", "kpreview", "kpublish",
    "kask", "khistory", "kcommit", "kundo", "kretry",
    # /suggest and /suggestions
    "suggest", "queue", "sapprove", "sedit", "sreject", "smerge", "sphrase",
    # /review, and who waits for an answer
    "vshow", "vjudge", "vwrong", "vgap", "vkind", "vadd", "vunder", "vundo", "vall", "vsplit",
    "vlist", "vfilter", "vitem", "vsample", "vpost", "await",
]  # fmt: skip
_LETTERS: dict[Action, str] = {
    "objections": "o",
    "sources": "s",
    "wrong": "w",
    "more": "m",
    "follow": "f",
    "map": "g",
    "why": "y",
    "delete": "d",
    "show": "e",
    "choose": "c",
    "none": "n",
    "page": "p",
    "reason": "r",
    "meant": "u",
    "browse": "b",
    "proposal": "l",
    "argument": "a",
    "maptext": "t",
    "forget": "k",
    "forgetyes": "x",
    "topic": "i",
    "channels": "h",
    "role": "j",
    "alerts": "v",
    "read": "q",
    "export": "4",
    "about": "5",
    # /knowledge
    "kdraft": "kd",
    "kadd": "ka",
    "kedit": "ke",
    "kentry": "kn",
    "kitem": "ki",
    "kphrase": "kf",
    "kreword": "kw",
    "ktest": "kt",
    "kaim": "kg",
    "kdrop": "kx",
    "kmove": "km",
    "kremove": "kr",
    "kdiscard": "kc",
    "kname": "kh",
    "kpreview": "kv",
    "kpublish": "kp",
    "kask": "kq",
    "khistory": "kl",
    "kcommit": "ko",
    "kundo": "kz",
    "kretry": "ky",
    # /suggest and /suggestions
    "suggest": "ss",
    "queue": "sq",
    "sapprove": "sa",
    "sedit": "se",
    "sreject": "sr",
    "smerge": "sm",
    "sphrase": "sp",
    # /review
    "vshow": "vs",
    "vjudge": "vj",
    "vwrong": "vw",
    "vgap": "vg",
    "vkind": "vk",
    "vadd": "va",
    "vunder": "vr",
    "vundo": "vz",
    "vall": "vm",
    "vsplit": "vx",
    "vlist": "vl",
    "vfilter": "vf",
    "vitem": "vi",
    "vsample": "vd",
    "vpost": "vp",
    "await": "aw",
}
_ACTIONS = {letter: action for action, letter in _LETTERS.items()}
_FACETS: dict[Facet, str] = {
    Facet.OVERVIEW: "v",
    Facet.HOW: "h",
    Facet.WHY: "w",
    Facet.PROPOSERS: "p",
    Facet.EVIDENCE: "e",
    Facet.OBJECTIONS: "o",
    Facet.REPLIES: "r",
    Facet.SINCE: "s",
    Facet.SOURCES: "q",
}
_FACET_OF = {letter: facet for facet, letter in _FACETS.items()}
OURS = "rj1:"
"""what the ids of all our components and forms begin with"""
PATTERN = (
    r"rj1:(?P<action>[a-z0-9]{1,2}):(?P<entry>[a-z0-9.-]{0,60}):(?P<language>[a-z]{2,3}):"
    r"(?P<topic>[0-9a-f]{4}):(?P<event>[0-9a-z]{0,13}):(?P<facet>[a-z])(?P<page>[0-9]{0,4})"
    r"(?P<mark>[a-z]?)"
)
_COMPILED = re.compile(PATTERN)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class ButtonId:
    """A button's meaning.

    ``topic`` is topic_mark() of a topic's id; ``event`` is the snowflake of the question's event
    (a message or an interaction); ``entry`` is an entry's id, or a message's for ``delete``;
    ``mark`` keeps ids in one message apart and says small things to a handler.
    """

    action: Action
    topic: str
    entry: str = ""
    language: str = "en"
    event: int | None = None
    facet: Facet = Facet.OVERVIEW
    page: int = 0
    mark: str = ""

    def __str__(self) -> str:
        event = "" if self.event is None else base36(self.event)
        page = str(self.page) if self.page else ""
        facet = _FACETS[self.facet]
        return (
            f"rj1:{_LETTERS[self.action]}:{self.entry}:{self.language}:{self.topic}:{event}:"
            f"{facet}{page}{self.mark}"
        )

    @classmethod
    def of(cls, groups: dict[str, str]) -> ButtonId:
        """Read the groups of PATTERN. Raises KeyError for letters that mean nothing."""
        return cls(
            _ACTIONS[groups["action"]],
            groups["topic"],
            groups["entry"],
            groups["language"],
            int(groups["event"], 36) if groups["event"] else None,
            _FACET_OF[groups["facet"]],
            int(groups["page"] or 0),
            groups["mark"],
        )


def read_id(custom_id: str) -> ButtonId | None:
    """Read a custom id; None for what is not one of ours."""
    match = _COMPILED.fullmatch(custom_id)
    if match is None:
        return None
    try:
        return ButtonId.of(match.groupdict())
    except KeyError:
        return None


def topic_mark(topic: str) -> str:
    """Return the four hexadecimal digits that stand for a topic in an id."""
    return hashlib.sha256(topic.encode()).hexdigest()[:4]


def base36(number: int) -> str:
    """Return a number of zero or more in base 36, as int(text, 36) reads it."""
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if not number:
            return digits

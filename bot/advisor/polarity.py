"""Questions that are put against a proposal, in three languages: "why is it not fair to …".

An encoder hardly hears a "not"; so who asks what speaks against a proposal is shown the proposal
as if they had asked what it is. These cues say that objections are asked for. They are weak ones:
where an argument of its own answers the question, it stays the answer.
"""

from __future__ import annotations

import re

# In normalised text: case-folded, without punctuation and apostrophes.
_BAD_EN = (
    r"(?:wrong|unfair|unjust|immoral|unethical|illegal|dangerous|risky|naive|stupid|pointless|useless"
    r"|absurd|harmful|a mistake|a waste|(?:a )?(?:bad|terrible|awful|stupid|dumb) idea)"
)
_BAD_RU = (
    r"(?:неправильно|несправедливо|нечестно|аморально|незаконно|опасно|рискованно|наивно|глупо"
    r"|бессмысленно|бесполезно|вредно|ошибка|плохо|плохая (?:идея|мысль))"
)
_BAD_UK = (
    r"(?:неправильно|несправедливо|нечесно|аморально|незаконно|небезпечно|ризиковано|наївно|нерозумно"
    r"|безглуздо|марно|шкідливо|помилка|погано|погана (?:ідея|думка))"
)
# A group captures the subject inside a cue, which is no part of it.
_OPPOSED = tuple(
    re.compile(rf"\b(?:{pattern})\b")
    for pattern in (
        r"why not(?: just| simply| rather)?",
        r"why (?:is|are|was|would|does|do|should|could|can|will) ((?:\w+ ){1,6}?)not(?: just)?",
        r"why (?:isnt|arent|wasnt|doesnt|dont|didnt|wont|wouldnt|cant|couldnt|shouldnt)"
        r"(?: (?:we|they|it|you|anyone|the west))?(?: just| simply)?",
        rf"why (?:is|are|was|would|s) ((?:\w+ ){{1,6}}?)(?:be |so |such ){{0,4}}"
        rf"{_BAD_EN}(?: to| for)?",
        rf"(?:isnt|arent|wasnt|wouldnt|aint|is|are) ((?:\w+ ){{0,6}}?)"
        rf"(?:be |just |simply |not ){{0,4}}{_BAD_EN}(?: to| for| of)?",
        r"почему (?:бы )?((?:\w+ ){0,3}?)(?:не (?:надо|нужно|стоит|следует|должны)|нельзя)",
        r"(?:почему|зачем) бы (?:\w+ )?не",
        r"почему (?:это |оно |так )?не",
        rf"(?:разве|неужели|почему) ((?:\w+ ){{0,5}}?)(?:не )?{_BAD_RU}",
        r"чем (?:\w+ )?плох(?:о|а|и|ой|ая)?|что (?:\w+ )?(?:не так|плохого)(?: с| в)?",
        r"чому (?:би? )?((?:\w+ ){0,3}?)не (?:треба|потрібно|варто|слід|можна|мають)",
        r"чому би? (?:\w+ )?не",
        r"чому (?:це |воно |так )?не",
        rf"(?:хіба|невже|чому) ((?:\w+ ){{0,5}}?)(?:не )?{_BAD_UK}",
        r"чим (?:\w+ )?поган(?:о|а|ий|і)|що (?:\w+ )?(?:не так|поганого)(?: з| у| в)?",
    )
)


def opposed(plain: str) -> str | None:
    """Return what a normalised question says besides being put against it; None where it is not."""
    for pattern in _OPPOSED:
        if found := pattern.search(plain):
            subject = " ".join(group for group in found.groups() if group)
            return " ".join(f"{plain[: found.start()]} {subject} {plain[found.end() :]}".split())
    return None

"""Which side of an entry a question asks for: how it works, who proposes it, what is objected …"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.advisor.polarity import opposed
from bot.knowledge.words import normalise


class Facet(StrEnum):
    """The sides of a proposal or argument that can be asked for."""

    OVERVIEW = "overview"
    HOW = "how"
    WHY = "why"
    PROPOSERS = "proposers"
    EVIDENCE = "evidence"
    OBJECTIONS = "objections"
    REPLIES = "replies"
    SINCE = "since"
    SOURCES = "sources"


# Cues are matched in normalised text (case-folded, no punctuation or apostrophes). The first facet
# that matches wins, so the more particular ones stand first. A group captures what is no cue but
# its subject ("how would freezing assets work"), which stays in the residual.
_CUES: tuple[tuple[Facet, str], ...] = (
    (
        Facet.REPLIES,
        r"\b(?:what (?:do|did|would|can|could) (?:\w+ ){1,3}(?:reply|say|answer|respond) "
        r"(?:to|back)|how (?:do|did|would|can) (?:\w+ ){1,3}(?:answer|reply|respond|rebut)"
        r"(?: to)?|(?:the |any |strongest |best ){0,4}(?:repl(?:y|ies)|respon[sc]es?|rebuttals?"
        r"|comebacks?|answers?|counters?) (?:to|against)|rebut(?:s|tal|tals)?"
        r"|any (?:repl(?:y|ies)|responses?|rebuttals?)|(?:the )?(?:replies|responses|rebuttals)"
        r"|what(?: is|s| was)? (?:the )?(?:reply|response|rebuttal|replied|answered"
        r"|said to that)|(?:any |the |best |strongest |good ){1,3}(?:comebacks?|counterpoints?"
        r"|rejoinders?)(?: (?:to|for))?|(?:say|said|says) back(?: to)?)\b",
    ),
    (
        Facet.REPLIES,
        r"\b(?:что (?:на это |им |тут )?(?:отвечают|возражают в ответ)(?: на)?"
        r"|как (?:\w+ ){0,2}(?:отвечают|парируют)(?: на)?|(?:какие )?ответы? на"
        r"|чем (?:\w+ ){0,2}(?:отвечают|парируют|отбиваются|крыть|кроют)(?: на)?"
        r"|є? ?відповід[ьі] на|що (?:на це |їм |тут )?(?:відповідають|кажуть у відповідь)(?: на)?"
        r"|(?:як|чим) (?:\w+ ){0,2}(?:відповідають|парирують|відбиваються|крити)(?: на)?)\b",
    ),
    (
        # Whoever asks for both sides gets the overview, which has them.
        Facet.OVERVIEW,
        r"\b(?:(?:what are )?(?:the )?(?:(?:arguments?|case|reasons?) )?"
        r"(?:pros (?:and|n) cons|for and against|both sides)(?: (?:of|about|on))?"
        r"|(?:(?:какие )?(?:аргументы|доводы) )?за и против|плюсы и минусы"
        r"|(?:(?:які )?(?:аргументи|доводи) )?за (?:і|й|та) проти|плюси (?:і|й|та) мінуси)\b",
    ),
    (
        Facet.OBJECTIONS,
        r"^(?:(?:and|but|so|ok) )*who (?:\w+ ){0,3}?(?:against|oppos(?:e|es|ed|ing)"
        r"|object(?:s|ed)?(?: to)?|disagree[sd]?(?: with)?|reject(?:s|ed)?|critici[sz]e[sd]?)\b"
        r"|\b(?:the )?(?:critics?|opponents?|critique) of\b"
        r"|^(?:(?:а|и|но|ну) )*кто (?:\w+ ){0,3}?(?:против|возража\w+|критику\w+|критиковал\w*"
        r"|не соглас\w+(?: с)?)\b"
        r"|^(?:(?:а|і|й|та|але) )*хто (?:\w+ ){0,3}?(?:проти|заперечу\w+|критику\w+|критикував\w*"
        r"|не зг\w+(?: з)?)\b",
    ),
    (
        Facet.OBJECTIONS,
        r"\b(?:what (?:do|did|are|is|would|s) (?:the )?(?:critics?|opponents?|sceptics?|skeptics?"
        r"|detractors|objections?|downsides?|drawbacks?|cons|problems?|counterarguments?"
        r"|arguments? against|case against)(?: \w+)?(?: (?:say|saying|think|argue|object))?"
        r"(?: (?:about|of|to|on|with|against|for))?"
        r"|(?:the )?(?:main |any |biggest |list ){0,4}(?:objections?|criticisms?|critiques?"
        r"|downsides?|drawbacks?|counter ?arguments?|cons)(?: (?:to|of|against|about|with|for))?"
        r"|(?:the )?(?:case|arguments?) against|(?:critics?|opponents?|sceptics?|skeptics?) "
        r"(?:say|think|argue|of|object)(?: about)?|critici[sz]e[ds]?|(?:who|what) (?:is|s) against"
        r"|(?:naysayers|haters)(?: say)?|(?:is|are|was|whats) said against"
        r"|whats? the catch(?: with)?|whats? wrong with|what (?:is|s) wrong with"
        r"|why (?:would|do|are) (?:people|anyone|they"
        r"|some)"
        r" (?:oppose|object to|against))\b",
    ),
    (
        Facet.OBJECTIONS,
        r"\b(?:(?:что|чего) (?:\w+ )?(?:говорят|возражают) (?:\w+ )?(?:критики|противники|против)?"
        r"|(?:какие|что за|есть) (?:\w+ )?(?:возражения|минусы|доводы против|аргументы против"
        r"|недостатки)|возражени[ея](?: против)?|доводы? против|аргументы? против|критика|критики?"
        r"|противники|(?:які|чи є) (?:\w+ )?(?:заперечення|мінуси|аргументи проти|недоліки)"
        r"|заперечення(?: проти)?|аргументи? проти|доводи? проти|критики кажуть|(?:а |і )?критики"
        r"|що кажуть (?:критики|противники|ті хто проти)|(?:в чем|у чому) (?:подвох|підступ)"
        r"|что (?:\w+ )?не (?:нравится|устраивает) (?:критикам|противникам)"
        r"|що (?:\w+ )?не (?:подобається|влаштовує) (?:критикам|противникам))\b",
    ),
    (
        Facet.PROPOSERS,
        r"\b(?:who (?:\w+ )?(?:proposed|proposes|suggested|suggests|came up with|comes up with"
        r"|thought (?:up|of)|dreamed up|dreamt up|floated|pushed for|hatched|invented|said|says"
        r"|is saying|argues|argued|claims|claimed|wants|wanted"
        r"|raised|raises|supports|is behind|backs)(?: (?:that|this|it|so))?|whose (?:\w+ )?(?:idea"
        r"|proposal|plan|claim|argument|brainchild|brainwave|scheme|words)(?: (?:is|was))?"
        r"|(?:name|names) of the (?:author|proposer)"
        r"|according to whom"
        r"|кто (?:\w+ ){0,2}(?:предлага\w+|предложил\w*|придумал\w*|выдвинул\w*|сказал\w*"
        r"|говорил\w*|заявил\w*|заявля\w+|утвержда\w+|озвучил\w*|продвига\w+|топит|топил\w*"
        r"|за этим стоит)|кто (?:\w+ )?(?:говорит|автор|считает)"
        r"|чь[яеи] (?:\w+ ){0,2}(?:идея|мысль|задумка|затея|слова)"
        r"|кому (?:\w+ ){0,2}пришло в голову"
        r"|хто (?:\w+ ){0,2}(?:(?:за)?пропону(?:вав|вала|вали|є|ють)|(?:вигада|придума)(?:в|ла|ли)"
        r"|висунув|висунула|сказа(?:в|ла|ли)|казав|казала|казали|заяви(?:в|ла|ли)|заявля\w+"
        r"|стверджу\w+|просува\w+|топить)|хто (?:\w+ )?(?:каже|автор|вважає)"
        r"|чи[яїє] (?:\w+ ){0,2}(?:ідея|думка|задумка|затія|слова)"
        r"|кому (?:\w+ ){0,2}спало на думку)\b",
    ),
    (
        Facet.SINCE,
        r"\b(?:what (?:has )?happened (?:since|next|after|then|to|with)(?: (?:that|then|with))?"
        r"|(?:has|have|was|were|did|is) ((?:\w+ ){1,3})(?:ever )?(?:adopted|implemented|come of it"
        r"|come to anything|put into practice)|what (?:has |ever )?(?:came|became|become|come) of"
        r"|whatever (?:happened (?:with|to)|came of)|did ((?:\w+ ){1,4})ever (?:vote on"
        r"|go through with)"
        r"|how did (?:it|that|this) (?:end|turn out|go)|since then|any (?:progress|update)"
        r"|что (?:из этого )?(?:вышло|стало|было дальше)|чем (?:\w+ ){0,2}(?:кончил[оа]сь"
        r"|закончил[оа]сь)|що (?:з цього )?(?:вийшло|сталося|було далі)|чим (?:\w+ ){0,2}"
        r"(?:закінчил[оа]ся|скінчил[оа]ся))\b",
    ),
    (
        Facet.HOW,
        r"\b(?:how (?:exactly )?(?:would|does|do|will|is|should|could|might) ((?:\w+ ){0,6})"
        r"(?:work|function|be done|be run|be organi[sz]ed|be implemented)|how it works"
        r"|in practice|как (?:именно )?(?:это |оно )?(?:будет работать|работает|работало бы"
        r"|устроено)|як (?:саме )?(?:це |воно )?(?:працює|працюватиме|працювало б|влаштовано))\b",
    ),
    (
        Facet.EVIDENCE,
        r"\b(?:(?:any |what |is there |wheres the ){0,4}(?:evidence|proof)(?: (?:for|of|that"
        r"|is there))*"
        r"|(?:did|has|have|was) ((?:it|this|that|any of (?:it|this)) )(?:ever |actually ){0,4}"
        r"(?:work(?:ed)?|been tried|been done|tried|done)(?: (?:anywhere|before|in practice))*"
        r"|(?:это|такое) (?:\w+ )?(?:хоть раз|когда нибудь|где нибудь|раньше) (?:\w+ )?(?:работало"
        r"|срабатывало|пробовали)|(?:це|таке) (?:\w+ )?(?:колись|десь|раніше|хоч раз) (?:\w+ )?"
        r"(?:працювало|спрацювало|пробували)"
        r"|prove it|what (?:facts|figures|data|numbers)(?: support| back| are there)?|(?:какие )?"
        r"доказательства|чем докажешь|(?:які )?докази)\b",
    ),
    (
        Facet.SOURCES,
        r"\b(?:(?:the |any |your |what |which |show |list |give ){0,4}(?:sources?|citations?"
        r"|references?"
        r"|links?)(?: (?:for|of|on|to|please|are there))*|where (?:is|does|did) (?:that|this|it) "
        r"(?:come )?from|where can i read|источник[иа]?|ссылк[иау]|где (?:это )?почитать"
        r"|откуда это|джерел[оа]|посилання|звідки це|де (?:це )?почитати)\b",
    ),
    (
        Facet.WHY,
        r"\b(?:why (?:would|should|do|does|did) (?:anyone|anybody|somebody|someone|people|they"
        r"|we|the"
        r" west|supporters|proponents)(?: (?:even|ever))?(?: (?:want|support|like|back|do"
        r"|favou?r))?"
        r"(?: (?:to|this|that|it))?|(?:the )?(?:case|arguments?|reasons?|rationale) (?:for"
        r"|behind|in"
        r" favou?r of)|whats? the (?:point|rationale|benefit|upside)(?: (?:of|in|behind))?"
        r"|what (?:is|are|s) the (?:points?|rationale|benefits?|upsides?|pros|advantages?)"
        r"(?: (?:of|in|behind|for))?|why should|the reasoning (?:behind|of)"
        r"|(?:в чем|какой) (?:\w+ )?(?:смысл|прок|резон)"
        r"|чем (?:\w+ ){0,2}(?:обосновывают|обосновывали)|чим (?:\w+ ){0,2}обґрунтовують|доводы за"
        r"|аргументы за"
        r"|почему ((?:\w+ ){0,3}?)(?:надо|нужно|следует|стоит|должны)|навіщо|який сенс"
        r"|аргументи за|чому ((?:\w+ ){0,3}?)(?:треба|потрібно|слід|варто|мають|мусять))\b",
    ),
)
_COMPILED = tuple((facet, re.compile(pattern)) for facet, pattern in _CUES)

# A follow-up says little but its facet; on their own these also mean a facet.
_BARE: tuple[tuple[Facet, str], ...] = (
    (
        Facet.WHY,
        r"(?:but |and |ok |so )*(?:why|how come|what for|почему|зачем|а зачем|чому|навіщо)",
    ),
    (Facet.HOW, r"(?:but |and |ok |so )*(?:how|как|а как|як)"),
    (
        Facet.PROPOSERS,
        r"(?:but |and |ok |so )*(?:who|says who|who says|who said|by whom|кто|а кто|хто|а хто)",
    ),
    (Facet.REPLIES, r"(?:and |so )*(?:what is the answer|whats the answer|answer|и что на это)"),
    (
        Facet.OBJECTIONS,
        r"(?:and |but |а |и |но |і |й |але )*(?:against|cons|(?:the )?(?:other side"
        r"|critics?|opponents?|sceptics?|skeptics?)|против|противники|критики?|проти)",
    ),
    (Facet.SINCE, r"(?:and |so )*(?:and then|then what|what then|и что потом|а що потім)"),
    (Facet.EVIDENCE, r"(?:got |any )?(?:proof|evidence|really|source)"),
)
_BARE_COMPILED = tuple((facet, re.compile(pattern)) for facet, pattern in _BARE)

# Words that carry no topic: what remains of a follow-up once its cue is taken out.
_FILLER = frozenset(
    (
        "a an the and but or so ok okay well then also too again please about for of to on in "
        "with from it its that this those these them they their there he she his her one ones "
        "idea proposal plan objection argument point claim thing more tell show give me us you "
        "i we is are was were be do does did what which how any some say says said think "
        "exactly really now just can could would ever actually у в на с о об про і й та а и ну "
        "же это этот эта эту этом это́ что то там его ее их они он она це цей ця що його її їх "
        "вони він вона мне мені есть є какой какая какие який яка які расскажи покажи розкажи еще "
        "ще кажуть говорят насчет щодо об подробнее поподробнее детальніше докладніше detail "
    ).split()
)


_RANKING = re.compile(
    r"\b(?:strongest|best|most (?:convincing|serious|important|compelling)|weakest|worst|biggest"
    r"|главн\w+|сам\w+ (?:сильн|важн|убедительн|слаб)\w+|найсильніш\w+|найважливіш\w+|головн\w+)\b"
)


@dataclass(frozen=True)
class Cue:
    """A facet that a question names, and what the question says besides."""

    facet: Facet
    residual: str
    """the text without the cue and without filler words around it"""
    weak: bool = False
    """only the way of asking says so, as in "why is it not …"."""
    carried: bool = False
    """the question before it said so, as for "and about X?"."""

    @property
    def bare(self) -> bool:
        """Tell whether nothing but the cue was said, so that it needs a context."""
        return not self.residual


# "strongest argument against it": what remains without these is the bare cue.
_POINTING = re.compile(r"^(?:(?:the|whats|what is|and|arguments?|one) )+|(?: (?:it|that|this))+$")


def find_cue(text: str) -> Cue | None:
    """Return the facet that a question asks for in words, or None where it names none."""
    plain = normalise(text)
    unranked = _POINTING.sub("", " ".join(_RANKING.sub(" ", plain).split()))
    for facet, pattern in _BARE_COMPILED:
        if pattern.fullmatch(plain) or pattern.fullmatch(unranked):
            return Cue(facet, "")
    against = opposed(plain)
    for facet, pattern in _COMPILED:
        if against is not None and facet in {Facet.HOW, Facet.WHY}:
            continue
        if found := pattern.search(plain):
            subject = " ".join(group for group in found.groups() if group)
            left = f"{plain[: found.start()]} {subject} {plain[found.end() :]}"
            return Cue(facet, remainder(left))
    return Cue(Facet.OBJECTIONS, remainder(against), weak=True) if against is not None else None


def remainder(plain: str) -> str:
    """Return what is left of a question without its cue; nothing where only filler is left."""
    rest = _RANKING.sub(" ", _JOINING.sub("", plain.strip())).split()
    return " ".join(rest) if any(word not in _FILLER for word in rest) else ""


def content(plain: str) -> list[str]:
    """Return the words of a normalised text that carry a topic."""
    return [word for word in plain.split() if word not in _FILLER]


_ANAPHORA = re.compile(
    r"\b(?:that|this|it|them|those|they|he|she|his|her|their|its|этого|этому|этом|этим|это|они|их|им"
    r"|его|ему|она|ее|цього|цьому|цим|це|вони|їх|їм|їхн\w{1,4}|його|йому|вона|її)\b"
)
# A subject that is nothing but what was shown, or something of it: "them", "their families".
_SAME = re.compile(
    r"^(?:(?:that|this|it|them|those|these|they|him|her|это|этого|этом|эт\w{1,2}|они|их|им|ими|них|ним"
    r"|нем|нему|него|ней|нее|его|ее|це|цього|цьому|ці|вони|їх|їм|ними|нього|ньому|неї|ній|його|її)$"
    r"|(?:their|his|her|its|его|ее|их|ихн\w{1,3}|їхн\w{1,4}|його|її|эти|этих|этим|ці|цих|цим)\b)"
)
_JOINING = re.compile(r"^(?:and|but|ok|so|then|а|и|но|ну|але|і|й|та|ну а|ну і)\b")
_ABOUT = re.compile(
    r"^(?:(?:and|but|ok|so|а|и|но|ну|але|і|й|та) )+"
    r"(?:(?:what|how) )?(?:(?:about|for|of|on|with|to|как насчет|насчет|что про|что с|про|о|об|по"
    r"|для|як щодо|щодо|що про|що з|стосовно) )?"
)
_ASKING = re.compile(
    r"\b(?:who|what|how|why|when|where|which|is|are|do|does|did|can|could|would|will|should|has|have"
    r"|кто|что|как|почему|зачем|когда|где|какой|какая|какие|сколько|чей|ли|разве|хто|що|як|чому"
    r"|навіщо|коли|де|який|яка|які|скільки|чи|хіба|чия)\b"
)
_LONGEST_ABOUT = 6
# Whoever says so asks something new, not the same of something else.
_ELSEWHERE = re.compile(
    r"\b(?:(?:different|another|other|new|next) (?:thing|topic|subject|question)|btw|by the way"
    r"|друг\w{2,3} (?:тем\w|вопрос\w*)|інш\w{1,3} (?:тем\w|питання)|кстати|до речі)\b"
)


def is_elliptical(text: str) -> bool:
    """Tell whether a short question leans on what was said before ("and is it legal?")."""
    plain = normalise(text)
    words = content(plain)
    return len(words) <= 2 and (
        _ANAPHORA.search(plain) is not None or (not words and _JOINING.search(plain) is not None)
    )


def points_back(residual: str) -> bool:
    """Tell whether what a cue leaves says little and points at what was said before."""
    return len(content(residual)) <= 2 and _ANAPHORA.search(residual) is not None


def and_about(text: str) -> str | None:
    """Return X of "and about X?", which asks of X what was asked before; None for all else.

    "And their families?" stays with what was shown, and asks something else about it.
    """
    plain = normalise(text)
    found = _ABOUT.match(plain)
    if found is None or _ELSEWHERE.search(plain):
        return None
    subject = plain[found.end() :]
    if not content(subject) or len(subject.split()) > _LONGEST_ABOUT or _ASKING.search(subject):
        return None
    return None if _SAME.search(subject) else subject


def asks_to_rank(text: str) -> bool:
    """Tell whether a question wants the arguments ranked, which the bot never does."""
    return _RANKING.search(normalise(text)) is not None

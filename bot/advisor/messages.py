"""Find the questions in a message as people type it: greetings, quotations, lists and all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.advisor.comparison import compared
from bot.advisor.facets import Facet, find_cue, is_elliptical
from bot.knowledge.words import clean, normalise

MAX_QUESTIONS = 3
Courtesy = Literal["greeting", "thanks", "farewell", "acknowledged"]

_FENCE = re.compile(r"```(?:\w+\n)?")
_MARKUP = re.compile(r"\*\*+|__+|~~|\|\||`+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
# Mentions, channels and emoji of Discord, addresses, emoji by name.
_TOKENS = re.compile(
    r"<(?:@[!&]?|#|a?:\w+:|/[\w -]+:|t:)\d+(?::\w)?>|@(?:everyone|here)\b"
    r"|(?:https?://|www\.)[^\s>)\]]+|(?<![\w:]):[a-z0-9_+-]{2,30}:(?![\w:])",
    re.IGNORECASE,
)
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\ud800-\udfff\ufe0f\u20e3\u200d]"
)
_QUOTED_LINE = re.compile(r"^\s*>+ ?(.*)$")
_QUOTATION = re.compile("[“\"«„]([^“”\"«»„]{60,})[”\"»“]")  # fmt: skip
_LISTED = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•–])\s+(?=\S)")
_QUESTION_END = re.compile(r"(?<=[?？])[?!？…]*(?:\s+|$)")
_MARKS = re.compile(r"([?!])[?!]+")
_SHOUTED_LETTERS, _SHOUTED_SHARE = 8, 0.8
_RHETORICAL_WORDS = 2

_EN_HELLO = (
    r"hi(?:ya| there)?|hello(?: there)?|hey{1,4}(?: there)?|yo|howdy|greetings|good (?:morning"
    r"|afternoon|evening|day)|dear (?:all|bot|rejoinder)|excuse me|sup"
)
_RU_HELLO = (
    r"привет(?:ствую|ик)?|здравствуй(?:те)?|здрасте|добрый (?:день|вечер)|доброе утро"
    r"|доброго (?:времени суток|дня|ранку|вечора)|салют|хай"
)
# What both languages say stands above: repeated, an alternative that is there twice takes forever.
_UK_HELLO = r"привіт(?:ик)?|вітаю|добрий (?:день|вечір|ранок)"
_NAMES = r"(?: (?:all|bot|rejoinder|everyone|everybody|guys|folks|mate|бот|ботик|все|всем|усім))*"
_HELLO = rf"(?:{_EN_HELLO}|{_RU_HELLO}|{_UK_HELLO}){_NAMES}"
_THANKS = (
    r"(?:(?:ok|okay|great|cool|perfect|nice|ок|окей|отлично|супер|понятно|ясно|добре) ){0,4}"
    r"(?:(?:many |big |большое |огромное |щиро |дуже |наперед |заздалегідь |заранее ){0,4}"
    r"(?:thanks|thank you|thankyou|thx|thnx|tnx|ty|tysm|ta very much|cheers|much appreciated"
    r"|appreciate (?:it|that)|пасиб(?:о|ки)?|от души|красно дякую"
    r"|gracias|спасибо|спасиб|спасибочки|спасибище|спс|(?:та )?дякс|благодарочка|дякулі"
    r"|благодарю|дякую|спасибі)(?: (?:you|so much|very much|a lot|a bunch|muchly|heaps|loads"
    r"|cheers|in advance|bot|again"
    r"|mate|m8|fam|man|bro|buddy|pal|dude|guys|folks|friend|everyone|all|друг|друже|братан|ребята|друзі"
    r"|ur a legend|youre a (?:legend|star|lifesaver)|выручил[аи]?|красно"
    r"|большое|огромное|заранее|вам|тебе|дуже|наперед|заздалегідь|бот|for (?:the|your) "
    r"(?:help|answers?|info)|за (?:ответ|помощь|відповідь|допомогу)|(?:that|this|it)(?: really)?"
    r" help(?:s|ed)(?: (?:me|a lot|a bunch))?|(?:that|this|it) was (?:really )?(?:helpful|useful)"
    r")){0,6})"
)
_HEARD = (
    r"(?:(?:ну )?(?:ok(?:ay)?|okey|k|alright|all right|fine|good|great|cool|nice|perfect|awesome"
    r"|got it|gotcha|i see|understood|fair enough|makes sense|good to know"
    r"|(?:nope |no )?thats all|that is all"
    r"|ок|окей|ладно|понятно|ясно|понял|поняла|отлично|супер|круто|хорошо|ясненько|это все|добре"
    r"|гаразд|зрозуміло|зрозумів|зрозуміла|чудово|це все|на цьому все)(?: |$)){1,4}"
)
_BYE = (
    r"(?:bye(?: bye)?|goodbye|good night|see (?:you|ya)(?: later)?|cya|пока|до свидания"
    r"|до встречи|бувай|до побачення|на все добре)(?: bot| бот)?"
)
_PLEASE = (
    r"please|pls|plz|(?:can|could|would|will) (?:you|u|somebody|someone|anyone)"
    r"(?: (?:please|kindly|pls)){0,3}"
    r" (?:tell|explain to|remind) (?:me|us)(?: please| pls)?|do you (?:happen to )?know"
    r"|i (?:would|d) (?:like|love) to know|i(?: just)? (?:wanna|want to|wanted to) (?:know|ask)"
    r"|i (?:was|am|m) (?:just )?wondering|just (?:curious|wondering)|(?:a )?(?:quick|one|small)"
    r" question|пожалуйста|плиз|(?:не )?(?:подскажите|подскажи|скажите|скажи)(?: мне)?"
    r"(?: пожалуйста)?|хотел(?:а)? (?:бы )?(?:спросить|узнать)|(?:такой |один )?вопрос"
    r"|будь ласка|(?:підкажіть|підкажи|скажіть|скажи)(?: мені)?(?: будь ласка)?"
    r"|хотів би (?:спитати|запитати)|хотіла б (?:спитати|запитати)"
)
_BEFORE = re.compile(rf"(?:{_HELLO}|(?P<thanks>{_THANKS})|{_PLEASE})(?= |$) ?")
_AFTER = re.compile(rf"(?:^| )(?:{_THANKS}|{_BYE}|please|pls|plz|пожалуйста|плиз|будь ласка)$")
_ONLY: tuple[tuple[Courtesy, re.Pattern[str]], ...] = (
    ("thanks", re.compile(rf"(?:{_HELLO} )?(?:{_HEARD})?{_THANKS}(?: {_HEARD})?(?: ?{_BYE})?")),
    ("farewell", re.compile(rf"(?:{_THANKS} )?(?:{_HEARD} ?)?{_BYE}")),
    ("greeting", re.compile(rf"{_HELLO}(?: {_HELLO})*+(?: {_PLEASE})?")),
)
_HEARD_ONLY = re.compile(_HEARD)
# "Thanks to sanctions" thanks nobody, "Вопрос виз решён?" and "Хай платять" announce nothing.
_THANKED = frozenset({"to", "for"})
_UNLESS_MARKED = frozenset({"вопрос", "хай"})
_ASKS = re.compile(
    r"(?:(?:and|but|also|so|or|then|а|и|но|і|й|але|та|ещё|еще|ще) )*(?:who|whos|what|whats|why|how"
    r"|hows|where|when|which|is|are|isnt|arent|does|do|doesnt|dont|did|didnt|can|cant|could|would"
    r"|wouldnt|should|shouldnt|will|wont|has|have|any|кто|что|чем|почему|зачем|как|какие|какой"
    r"|какая|где|откуда|когда|сколько|есть|разве|хто|що|чому|навіщо|як|які|який|яка|де|звідки"
    r"|коли|скільки|чи|хіба)\b"
)
_ABOUT_QUOTATION = re.compile(
    r"(?:(?:so |and |but |ok |well |а |ну |и |і |та )*(?:(?:any )?(?:thoughts|opinions|comments"
    r"|ideas)(?: on (?:this|that))?|discuss|debunk (?:this|that|it)|agree|do you agree|wdyt"
    r"|(?:is|are|was) (?:this|that|it|he|she|they) (?:even |really )?(?:true|right|correct|wrong"
    r"|fair|real|nonsense|accurate)|true(?: or false)?|what do you (?:think|say)(?: (?:about|of|to)"
    r" (?:this|that|it))?|what about (?:this|that|it)|how (?:would|do|should|can|to) (?:(?:i|you|we"
    r"|one) )?(?:answer|respond|reply|counter)(?: (?:to )?(?:this|that|it|him|her|them))?"
    r"|(?:это )?правда(?: ли(?: это)?)?|что (?:скажете|думаете|ответить|на это ответить)"
    r"|(?:он|она|они) прав(?:а|ы)?|так ли это|согласны|верно ли это"
    r"|(?:чи )?(?:це )?правда|чи так це|що (?:скажете|думаєте|відповісти|на це відповісти)))"
)
# One word that asks for a side of what was shown; other single words are rhetoric.
_SINGLE = {Facet.SOURCES, Facet.EVIDENCE, Facet.OBJECTIONS, Facet.REPLIES, Facet.SINCE}
_WONDER = frozenset({"really", "seriously", "right", "why", "what", "wtf", "huh", "how", "who"})


@dataclass(frozen=True)
class Message:
    """What a message asks, cleaned of all around it.

    ``whole`` is all of it as one question; ``questions`` the ones it consists of where there are
    several. ``quoted`` is what it quotes, and ``leans`` tells that the question is about that.
    ``courtesy`` is set where nothing but a greeting, thanks, a farewell or an "ok" was said.
    """

    whole: str
    questions: tuple[str, ...] = ()
    quoted: str = ""
    leans: bool = False
    more: bool = False
    """there were more questions than are read"""
    compared: bool = False
    """the questions are two things that are to be compared"""
    courtesy: Courtesy | None = None


def parse(text: str) -> Message:
    """Read a message; its whole is empty only where the message has no words at all."""
    lines, quoted = _quotation(tidy(text).split("\n"))
    asked = _without_courtesy(" ".join(lines))
    heard = "?" not in asked and _HEARD_ONLY.fullmatch(normalise(asked)) is not None
    if heard or not normalise(asked):
        spoken = normalise(" ".join(lines))
        if quoted and not heard:
            return Message(quoted)
        return Message(
            clean(text), courtesy=_courtesy(spoken) or ("acknowledged" if heard else None)
        )
    asked = clean(asked)
    if quoted and (_ABOUT_QUOTATION.fullmatch(normalise(asked)) or _leans(asked)):
        return Message(asked, quoted=quoted, leans=True)
    questions = _split(lines)
    if len(questions) < 2:
        sides = compared(asked)
        return Message(asked, sides, quoted, compared=bool(sides))
    more = len(questions) > MAX_QUESTIONS
    return Message(asked, tuple(questions[:MAX_QUESTIONS]), quoted, more=more)


def tidy(text: str) -> str:
    """Take mark-up, mentions, addresses and emoji out of a text, and lower the voice of shouting.

    Lines are kept. What consists of nothing else comes back as it is.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _TOKENS.sub(" ", _FENCE.sub("\n", plain))
    plain = _MARKUP.sub("", plain)
    plain = "".join(" " if _is_emoji(character) else character for character in plain)
    plain = "\n".join(clean(line) for line in plain.split("\n"))
    plain = _MARKS.sub(lambda found: "?" if "?" in found.group() else found.group(1), plain)
    if not normalise(plain):
        return text
    letters = [character for character in plain if character.isalpha()]
    shouted = sum(character.isupper() for character in letters)
    if len(letters) >= _SHOUTED_LETTERS and shouted >= _SHOUTED_SHARE * len(letters):
        plain = plain.lower()
    return plain


def _is_emoji(character: str) -> bool:
    # By place and not by category: "№", "°" and "™" are other symbols as well.
    return _EMOJI.match(character) is not None


def _quotation(lines: list[str]) -> tuple[list[str], str]:
    """Return the lines that are the writer's own, and what they quote."""
    own: list[str] = []
    quoted: list[str] = []
    for line in lines:
        if found := _QUOTED_LINE.match(line):
            quoted.append(found.group(1))
        else:
            own.append(line)
    if not quoted:
        joined = "\n".join(own)
        if found := _QUOTATION.search(joined):
            rest = f"{joined[: found.start()]}\n{joined[found.end() :]}"
            if normalise(rest):
                return rest.split("\n"), clean(found.group(1))
    said = clean(" ".join(quoted))
    return own, said if normalise(said) else ""


def _leans(asked: str) -> bool:
    cue = find_cue(asked)
    return (cue is not None and cue.bare) or is_elliptical(asked)


def _courtesy(plain: str) -> Courtesy | None:
    for kind, pattern in _ONLY:
        if pattern.fullmatch(plain):
            return kind
    return None


def _without_courtesy(text: str) -> str:
    """Take greetings, thanks and politeness off both ends of a text, mark by mark."""
    words = text.split()
    plain = [normalise(word) for word in words]
    while found := _BEFORE.match(" ".join(filter(None, plain))):
        count = _words_in(plain, found.group())
        if not count or _belongs(words, plain, count, thanks=found["thanks"] is not None):
            break
        words, plain = words[count:], plain[count:]
    while found := _AFTER.search(" ".join(filter(None, plain))):
        count = _words_in(plain[::-1], found.group())
        if not count:
            break
        words, plain = words[:-count], plain[:-count]
    return " ".join(words)


def _belongs(words: list[str], plain: list[str], count: int, *, thanks: bool) -> bool:
    """Tell whether what looks like politeness goes on in the next word without a mark between."""
    if count == len(words) or not words[count - 1][-1:].isalnum():
        return False
    return plain[count - 1] in _UNLESS_MARKED or (thanks and plain[count].split()[0] in _THANKED)


def _words_in(plain: list[str], taken: str) -> int:
    """Return how many words, empty ones between them included, make up what was taken."""
    left = len(taken.split())
    count = 0
    for word in plain:
        if left <= 0 and word:
            break
        left -= len(word.split())
        count += 1
    return count if left == 0 else 0


def _split(lines: list[str]) -> list[str]:
    """Return the questions of a message, those that belong together in one."""
    listed = sum(_LISTED.match(line) is not None for line in lines) > 1
    found: list[str] = []
    waiting = ""  # what leads up to a question, or is too little to be one
    for line in lines:
        item = _LISTED.match(line) if listed else None
        if item is not None and waiting:
            waiting = _keep(found, waiting)
        for part in _QUESTION_END.split(line[item.end() if item else 0 :]):
            part = _without_courtesy(part)  # noqa: PLW2901 - the same part, without its politeness
            plain = normalise(part)
            if not plain:
                continue
            joined = f"{waiting} {part}".strip()
            if _is_rhetorical(plain) or not _asks(part, plain, listed=item is not None):
                waiting = joined
                continue
            found.append(joined)
            waiting = ""
    if waiting:
        _keep(found, waiting)
    return [clean(question) for question in found]


def _keep(found: list[str], waiting: str) -> str:
    """Put what no question follows with the one before it."""
    if found:
        found[-1] = f"{found[-1]} {waiting}"
    else:
        found.append(waiting)
    return ""


def _asks(part: str, plain: str, *, listed: bool) -> bool:
    return listed or part.rstrip(' !…"”»)').endswith(("?", "？")) or bool(_ASKS.match(plain))


def _is_rhetorical(plain: str) -> bool:
    words = plain.split()
    if len(words) > _RHETORICAL_WORDS:
        return False
    cue = find_cue(plain)
    return cue is None or cue.facet not in _SINGLE or bool(_WONDER & set(words))

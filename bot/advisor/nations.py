"""Countries and peoples in a text, in three languages, and the part that each plays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Of each the beginnings of words: for the country, and for its people and what is theirs. The
# longest beginning that fits a word counts; one with "$" is the whole word.
_NATIONS: Final[dict[str, tuple[str, str]]] = {
    "afghanistan": ("afghanistan афганист афганіст", "afghan$ afghans$ афганск афганц афганськ"),
    "armenia": ("armenia$ armenias$ армени вірмені", "armenian армян вірмен$ вірмени$ вірменськ"),
    "azerbaijan": ("azerbaijan$ азербайджан", "azerbaijani azeri азербайджанц азербайджанськ"),
    "belarus": ("belarus$ беларус белорусси білорус", "belarusian belarusans белорус$ белорусы$"
                " белорусов$ белорусск беларусск білоруси$ білорусів$ білоруськ"),
    "britain": ("britain uk$ england британи англи британі англі", "british brits$ britons english"
                " британц британск британськ англич англійськ"),
    "canada": ("canada канад", "canadian канадц канадск канадськ"),
    "china": ("china китай$ китая$ китае$ китаю$ китаєм$ китаєві$ китаї$", "chinese китайц китайск"
              " китайськ"),
    "cuba": ("cuba$ кубе$ кубу$ кубы$ кубі$ куба$", "cuban кубинц кубинск кубинськ"),
    "czechia": ("czechia чехи$ чехии$ чехию$ чехія$ чехії$ чехію$", "czech$ czechs$ чешск чеськ"),
    "estonia": ("estonia$ эстони естоні", "estonian эстонц эстонск естонц естонськ"),
    "europe": ("europe$ europes$ eu$ европ ес$ евросоюз європ єс$ євросоюз", "european европейц"
               " европейск європейц європейськ"),
    "finland": ("finland финлянд фінлянд", "finnish finns$ финск финны$ фінськ фіни$"),
    "france": ("france франци$ франция франции францию франці", "french французск французы"
               " французьк французи"),
    "georgia": ("georgia$ грузи$ грузия грузии грузию грузі", "georgian грузин"),
    "germany": ("germany германи німеччин", "german$ germans$ немец немц німец німц німецьк"),
    "hungary": ("hungary венгри угорщин", "hungarian венгерск угорськ угорц"),
    "india": ("india$ индии$ индия$ индию$ індія$ індії$ індію$", "indian$ indians$ индийск"
              " індійськ індійц"),
    "iran": ("iran$ irans$ иран$ ирана$ иране$ іран$ ірану$ ірані$", "iranian иранск иранц іранськ"
             " іранц"),
    "iraq": ("iraq$ ирак$ ираке$ ирака$ ірак$ іраку$", "iraqi иракск іракськ"),
    "israel": ("israel$ израил ізраїл", "israeli израильск израильтян ізраїльськ ізраїльтян"),
    "italy": ("italy$ итали італі", "italian итальян італійськ італійц"),
    "japan": ("japan$ япони японі", "japanese японск японц японськ"),
    "kazakhstan": ("kazakhstan казахстан", "kazakh$ kazakhs$ казах$ казахи$ казахов$ казахск"
                   " казахськ"),
    "korea": ("korea$ коре$ корея$ кореи$ корею$ кореї$", "korean корейск корейц корейськ"),
    "latvia": ("latvia$ латви латві", "latvian латышск латыш латвийск латиськ латиш латвійськ"),
    "lithuania": ("lithuania$ литв$ литва$ литве$ литву$ литвы$ литві$ литви$", "lithuanian литовск"
                  " литовц литовськ"),
    "moldova": ("moldova молдов молдави", "moldovan молдаван молдавськ"),
    "mongolia": ("mongolia$ монголи монголі", "mongolian монгольск монгольськ"),
    "norway": ("norway норвеги норвегі", "norwegian норвежск норвезьк норвежц"),
    "poland": ("poland польш польщ", "polish$ poles$ польск поляк$ поляки$ поляков$ польськ"
               " поляків$"),
    "romania": ("romania$ румыни румуні", "romanian румынск румын$ румунськ румун$"),
    "russia": ("russia$ russias$ росси росі рф$", "russian россиян российск русск русские росіян"
               " російськ"),
    "serbia": ("serbia$ серби$ сербия сербии сербию сербі", "serbian serbs$ сербск сербськ"),
    "spain": ("spain испани іспані", "spanish испанск іспанськ"),
    "sweden": ("sweden швеци швеці", "swedish swedes$ шведск шведы шведськ шведи"),
    "syria": ("syria$ сири$ сирия$ сирии$ сирию$ сирія$ сирії$ сирію$", "syrian сирийск сирийц"
              " сирійськ сирійц"),
    "turkey": ("turkey турци туреччин", "turkish turks$ турецк турки$ турецьк"),
    "ukraine": ("ukraine$ ukraines$ украин$ украина$ украине$ украину$ украины$ украиной$ україн$"
                " україна$ україні$ україну$ україни$ україною$", "ukrainian украинск украинец"
                " украинц українськ українець українц"),
    "usa": ("usa$ america$ americas$ сша$ америк$ америка$ америке$ америку$ америки$ америці$"
            " америкою$", "american американ"),
    "uzbekistan": ("uzbekistan узбекистан", "uzbek$ uzbeks$ узбек$ узбеки$ узбекск узбецьк"),
    "venezuela": ("venezuela$ венесуэл венесуел", "venezuelan венесуэльск венесуельськ"),
    "vietnam": ("vietnam$ vietnams$ вьетнам$ вьетнама$ вьетнаме$ в'єтнам вєтнам$ вєтнаму$"
                " вєтнамі$", "vietnamese вьетнамск вьетнамц вєтнамськ вєтнамц"),
}  # fmt: skip
_TO = frozenset("to into toward towards до".split())
_FROM = frozenset(
    "from leave leaving left fled flee fleeing escaped out из с от з із зі від".split()
)
# "в Россию" is to it, "в России" in it; only the accusative tells.
_INTO = frozenset("в во на у".split())
_ACCUSATIVE = re.compile(r"(?:ию|ю|у)$")
# "Russian" and русский are said of things, "Russians" and россияне are people.
_ADJECTIVE = re.compile(r"(?:с|ц|ш)ь?к|зьк")
# "Ukrainian men" are Ukrainians.
_PEOPLE = frozenset(
    "men man women woman people citizens guys folks мужчин мужчины мужчинам мужики мужиков люди"
    " людей людям граждан граждане гражданам женщин женщины женщинам чоловіки чоловіків чоловікам"
    " громадян громадяни громадянам жінки жінок жінкам".split()
)
_SKIPPED = frozenset("the of out all".split())
_STEM, _LEAST = 5, 4
# No beginning in the table is shorter.
_INITIAL = 3
_ABBREVIATED = (
    (re.compile(r"\bunited states(?: of america)?\b"), "usa"),
    (re.compile(r"\bunited kingdom\b"), "uk"),
    (re.compile(r"\bu s\b|\bu s a\b"), "usa"),
    (re.compile(r"\b(?:соединенные|соединенных|сполучені|сполучених) штат\w+"), "сша"),
)


@dataclass(frozen=True)
class Mention:
    """A nation in a text, and its part.

    ``to`` and ``from`` for a country; ``people``, or ``of deser`` for deserters that are said to be
    theirs; empty where the text does not tell.
    """

    nation: str
    part: str = ""
    word: str = ""

    def rivals(self, known: Mention) -> bool:
        """Tell whether a known mention says another thing in this one's place."""
        if self.part in {"to", "from"}:
            opposite = "from" if self.part == "to" else "to"
            return known.nation == self.nation and known.part == opposite
        return bool(self.part) and known.part == self.part and known.nation != self.nation

    @property
    def plain(self) -> Mention:
        """Return the mention without the word, so that it can be compared."""
        return Mention(self.nation, self.part)


class _Table:
    """Beginnings of words, the longest first."""

    def __init__(self) -> None:
        self._whole: dict[str, tuple[str, bool]] = {}
        self._begins: dict[str, tuple[str, bool]] = {}
        for nation, (places, people) in _NATIONS.items():
            for words, is_people in ((places, False), (people, True)):
                for word in words.split():
                    into = self._whole if word.endswith("$") else self._begins
                    into[word.removesuffix("$")] = (nation, is_people)
        self._longest = max(map(len, self._begins))
        # Most words of a text begin like none of these.
        self._initials = frozenset(word[:_INITIAL] for word in self._begins)

    def find(self, word: str) -> tuple[str, bool] | None:
        """Return the nation that a word names, and whether its people."""
        if found := self._whole.get(word):
            return found
        if word[:_INITIAL] not in self._initials:
            return None
        for size in range(min(len(word), self._longest), _INITIAL - 1, -1):
            if found := self._begins.get(word[:size]):
                return found
        return None


_TABLE = _Table()


def mentions(plain: str) -> tuple[Mention, ...]:
    """Return the nations that a normalised text names, in its order."""
    for pattern, short in _ABBREVIATED:
        plain = pattern.sub(short, plain)
    words = plain.split()
    found: list[Mention] = []
    for place, word in enumerate(words):
        named = _TABLE.find(word)
        if named is None:
            continue
        nation, is_people = named
        if is_people:
            theirs = _ADJECTIVE.search(word) or (word.isascii() and not word.endswith("s"))
            after = words[place + 1] if place + 1 < len(words) else ""
            theirs = theirs and after not in _PEOPLE
            found.append(Mention(nation, "" if theirs else "people", word))
            if theirs and len(after) >= _LEAST and _TABLE.find(after) is None:
                found.append(Mention(nation, f"of {after[:_STEM]}", word))
        else:
            found.append(Mention(nation, _direction(words, place), word))
    return tuple(found)


def _direction(words: list[str], place: int) -> str:
    before = [word for word in words[max(0, place - 2) : place] if word not in _SKIPPED]
    near = before[-1] if before else ""
    if near in _TO or (near in _INTO and _ACCUSATIVE.search(words[place])):
        return "to"
    return "from" if near in _FROM else ""

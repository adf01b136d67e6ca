"""The bot's own words in its three languages; everything else it says is quoted."""

from __future__ import annotations

from typing import Final

_EN: Final = {
    "heading.why": "Why its supporters want it",
    "heading.how": "How it would work",
    "heading.objections": "What is objected",
    "heading.replies": "What is replied",
    "heading.since": "What has happened since",
    "heading.evidence": "Facts and figures",
    "heading.proposers": "Who proposes it",
    "heading.raised": "Who says it",
    "heading.sources": "Sources",
    "heading.objection": "Objection",
    "heading.counters": "What is said against that",
    "proposers.none": "No person is on record for this; it is commonly raised.",
    "clarify": "I am not sure which of these you mean:",
    "clarify.none": "none of these",
    "gap.unlogged": "I have nothing on that in this collection.",
    "gap": "I have nothing on that in this collection. Your question is in the log, so that the "
    "people who keep the collection can see what is missing.",
    "out_of_scope": "That is outside this collection, “{topic}”. Ask “what is this?” to see "
    "what it covers.",
    "no_words": "I can only answer words. Ask about a proposal, an objection or a reply.",
    "greeting": "Hello! Ask me about a proposal, an objection or a reply, or “what is this?”.",
    "thanks": "You are welcome! Ask on: who says it, what critics say, which sources there are.",
    "acknowledged": "Good. Ask on: who says it, what critics say, which sources there are.",
    "farewell": "Goodbye! Come back with any proposal, objection or reply you hear of.",
    "also.asked": "You also asked about:",
    "also.none": "For another question of your message I have nothing; please ask it alone, in "
    "other words.",
    "also.more": "Your message had more questions than I answer at once; please ask the others one "
    "by one.",
    "too_long": "That is {length} characters; I read questions of up to {limit}. Please ask it "
    "in a sentence or two.",
    "facet.none": "Nothing is recorded on that here. This is what there is:",
    "replies.none": "No reply is recorded here.",
    "objections.none": "No objection is recorded here.",
    "no_comparison": "I weigh nothing against anything; here is one, and the other is offered "
    "below.",
    "no_ranking": "I do not rank arguments; these are all that are on record, in the order in "
    "which they are kept.",
    "translated": "Translated by the keepers of this collection.",
    "untranslated": "This entry has not been translated yet.",
    "basis.common": "commonly raised, no source found",
    "basis.inference": "an inference, not found in a source in these words",
    "as_of": "as of {date}",
    "caution": "Caution: {text}",
    "hint.objections": "what do critics say about it?",
    "hint.how": "how would it work?",
    "hint.why": "why would anyone want it?",
    "hint.proposers": "who proposed it?",
    "hint.since": "what has happened since?",
    "hint.sources": "sources?",
    "hint.replies": "what is the reply?",
    "hint.said": "who said that?",
    "hint.evidence": "any evidence?",
}
_RU: Final = {
    "heading.why": "Зачем это нужно, по словам сторонников",
    "heading.how": "Как это работало бы",
    "heading.objections": "Что возражают",
    "heading.replies": "Что на это отвечают",
    "heading.since": "Что было дальше",
    "heading.evidence": "Факты и цифры",
    "heading.proposers": "Кто это предлагает",
    "heading.raised": "Кто так говорит",
    "heading.sources": "Источники",
    "heading.objection": "Возражение",
    "heading.counters": "Что говорят против этого",
    "proposers.none": "Конкретный автор не указан; довод встречается часто.",
    "clarify": "Не уверен, что именно вы имеете в виду:",
    "clarify.none": "ничего из этого",
    "gap.unlogged": "В этой подборке об этом ничего нет.",
    "gap": "В этой подборке об этом ничего нет. Вопрос записан в журнал: так видно, чего "
    "не хватает.",
    "out_of_scope": "Это вне этой подборки («{topic}»). Спросите «что это такое?», чтобы узнать, "
    "о чём она.",
    "no_words": "Я отвечаю только на слова. Спросите о предложении, возражении или ответе на него.",
    "greeting": "Здравствуйте! Спросите о предложении, возражении или ответе на него — или «что "
    "это такое?».",
    "thanks": "Пожалуйста! Можно спросить дальше: кто так говорит, что возражают, какие источники.",
    "acknowledged": "Хорошо. Спрашивайте дальше: кто так говорит, что возражают, где источники.",
    "farewell": "До свидания! Возвращайтесь с любым предложением, возражением или ответом.",
    "also.asked": "Вы спросили и об этом:",
    "also.none": "На другой вопрос из вашего сообщения у меня ничего нет; задайте его, пожалуйста, "
    "отдельно и иначе.",
    "also.more": "В сообщении больше вопросов, чем я беру за раз; остальные задайте, пожалуйста, "
    "по одному.",
    "too_long": "Здесь {length} символов, а я читаю вопросы до {limit}. Спросите, пожалуйста, "
    "одной-двумя фразами.",
    "facet.none": "Об этом здесь ничего не записано. Вот что есть:",
    "replies.none": "Ответа на это здесь не записано.",
    "objections.none": "Возражений здесь не записано.",
    "no_comparison": "Я не взвешиваю одно против другого: вот первое, второе предложено ниже.",
    "no_ranking": "Я не сравниваю доводы по силе; вот все, что записаны, в том порядке, в каком "
    "они хранятся.",
    "translated": "Перевод составителей подборки.",
    "untranslated": "Эта запись пока не переведена.",
    "basis.common": "часто встречается, источник не найден",
    "basis.inference": "вывод; в таких словах в источнике не найден",
    "as_of": "по состоянию на {date}",
    "caution": "Осторожно: {text}",
    "hint.objections": "что говорят критики?",
    "hint.how": "как это будет работать?",
    "hint.why": "в чём смысл?",
    "hint.proposers": "кто это предложил?",
    "hint.since": "что из этого вышло?",
    "hint.sources": "источники?",
    "hint.replies": "что на это отвечают?",
    "hint.said": "кто это сказал?",
    "hint.evidence": "какие доказательства?",
}
_UK: Final = {
    "heading.why": "Навіщо це потрібно, за словами прихильників",
    "heading.how": "Як це працювало б",
    "heading.objections": "Що заперечують",
    "heading.replies": "Що на це відповідають",
    "heading.since": "Що було далі",
    "heading.evidence": "Факти й цифри",
    "heading.proposers": "Хто це пропонує",
    "heading.raised": "Хто так каже",
    "heading.sources": "Джерела",
    "heading.objection": "Заперечення",
    "heading.counters": "Що кажуть проти цього",
    "proposers.none": "Конкретного автора не вказано; довід трапляється часто.",
    "clarify": "Не певен, що саме ви маєте на увазі:",
    "clarify.none": "нічого з цього",
    "gap.unlogged": "У цій збірці про це нічого немає.",
    "gap": "У цій збірці про це нічого немає. Запитання занесено до журналу: так видно, чого "
    "бракує.",
    "out_of_scope": "Це поза цією збіркою («{topic}»). Запитайте «що це таке?», щоб дізнатися, "
    "про що вона.",
    "no_words": "Я відповідаю лише на слова. Запитайте про пропозицію, заперечення чи відповідь "
    "на нього.",
    "greeting": "Вітаю! Запитайте про пропозицію, заперечення чи відповідь на нього — або «що це "
    "таке?».",
    "thanks": "Прошу! Можна питати далі: хто так каже, що заперечують, які джерела.",
    "acknowledged": "Добре. Можна питати далі: хто так каже, що заперечують, які джерела.",
    "farewell": "До побачення! Повертайтеся з будь-якою пропозицією, запереченням чи відповіддю.",
    "also.asked": "Ви запитали й про це:",
    "also.none": "На інше запитання з вашого повідомлення в мене нічого немає; поставте його, будь "
    "ласка, окремо й іншими словами.",
    "also.more": "У повідомленні більше запитань, ніж я беру за раз; решту поставте, будь ласка, "
    "по одному.",
    "too_long": "Тут {length} символів, а я читаю запитання до {limit}. Запитайте, будь ласка, "
    "одним-двома реченнями.",
    "facet.none": "Про це тут нічого не записано. Ось що є:",
    "replies.none": "Відповіді на це тут не записано.",
    "objections.none": "Заперечень тут не записано.",
    "no_comparison": "Я не зважую одне проти одного: ось перше, друге запропоновано нижче.",
    "no_ranking": "Я не порівнюю доводи за силою; ось усі, що записані, у тому порядку, в якому "
    "вони зберігаються.",
    "translated": "Переклад укладачів збірки.",
    "untranslated": "Цей запис поки не перекладено.",
    "basis.common": "трапляється часто, джерела не знайдено",
    "basis.inference": "висновок; у таких словах у джерелі не знайдено",
    "as_of": "станом на {date}",
    "caution": "Обережно: {text}",
    "hint.objections": "що кажуть критики?",
    "hint.how": "як це працюватиме?",
    "hint.why": "який сенс?",
    "hint.proposers": "хто це запропонував?",
    "hint.since": "що з цього вийшло?",
    "hint.sources": "джерела?",
    "hint.replies": "що на це відповідають?",
    "hint.said": "хто це сказав?",
    "hint.evidence": "які докази?",
}
CATALOGUE: Final[dict[str, dict[str, str]]] = {"en": _EN, "ru": _RU, "uk": _UK}


def say(key: str, language: str, **values: object) -> str:
    """Return the bot's words for a key; English where a language is not spoken.

    Raises KeyError for a key that no catalogue has.
    """
    text = CATALOGUE.get(language, _EN).get(key) or _EN[key]
    return text.format(**values) if values else text

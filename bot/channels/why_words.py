"""Words by which moderators are told why an answer is what it is, in the bot's three languages."""

from __future__ import annotations

from typing import Final

_EN: Final = {
    "matched": "Answered, because “{entry}” was sure enough: {likely} likely right, and {answer} "
    "is asked for answers.",
    "follow_up": "Read together with “{before}”, which was shown before, as the question does not "
    "say by itself what it is about.",
    "chosen": "Shown because “{entry}” was chosen, not asked for.",
    "boundary": "Showed the notice “{entry}”, because the question comes near what the bot does "
    "not answer; that is looked at before anything else.",
    "unsure": "Asked back, because nothing was sure enough: the nearest, “{first}”, is "
    "{first_likely} likely right, and {answer} is asked for answers.",
    "unsure.two": "Asked back, because two entries were about as likely: “{first}” with "
    "{first_likely} and “{second}” with {second_likely}; {answer} is asked for answers.",
    "nothing_near": "Answered nothing: it sounds like this topic, but no entry is near enough.",
    "off_topic": "Answered nothing: it does not sound like this topic.",
    "nearest": "The nearest was “{first}” with {first_likely}.",
    "nearest.far": "The nearest was “{first}” with {first_likely}, and {clarify} is asked for "
    "offering it.",
    "missing_facet": "Nothing is on record about what was asked for in “{before}”.",
    "no_words": "Answered nothing: there were no words in it.",
    "courtesy": "It greets, thanks, agrees or says goodbye, and asks nothing.",
    "too_long": "Answered nothing: it is longer than what is read as a question.",
    "which_one": "Asked back, because it leans on what was said before, and that may be one of "
    "several entries.",
    "mismatch": "Not answered from “{first}”, the nearest, because the question names what is not "
    "in it.",
    "doubts": "Not in it: {words}.",
    "read": "“{typed}” was read as “{read}”.",
    "text": "Nearest wording on record: “{text}”",
    "facet": "Its words ask for: {facet}.",
    "talk": "The talk was of “{before}”, so what belongs with that counted for a little more.",
    "thresholds": "An answer needs {answer}, asking back {clarify}; what is less than {topical} "
    "likely to be about the topic counts as off topic (this: {topicality}).",
    "release": "Release {release}.",
    "candidates": "Nearest entries",
    "likely": "likely right",
    "cosine": "wording alike",
    "overlap": "your words found in its texts",
    "facet.overview": "an overview",
    "facet.how": "how it would work",
    "facet.why": "the reasons for it",
    "facet.proposers": "who says it",
    "facet.evidence": "facts and figures",
    "facet.objections": "objections",
    "facet.replies": "replies",
    "facet.since": "what has happened since",
    "facet.sources": "sources",
}
_RU: Final = {
    "matched": "Ответ дан, потому что запись «{entry}» подошла достаточно уверенно: вероятность "
    "{likely}, а для ответа нужно {answer}.",
    "follow_up": "Вопрос прочитан вместе с записью «{before}», показанной перед ним: сам он не "
    "говорит, о чём он.",
    "chosen": "Запись «{entry}» выбрали, а не нашли по вопросу.",
    "boundary": "Показано пояснение «{entry}»: вопрос близок к тому, на что бот не отвечает, а это "
    "проверяется прежде всего.",
    "unsure": "Бот переспросил, потому что ничто не подошло достаточно уверенно: у ближайшей "
    "записи «{first}» вероятность {first_likely}, а для ответа нужно {answer}.",
    "unsure.two": "Бот переспросил, потому что две записи подошли почти одинаково: «{first}» "
    "({first_likely}) и «{second}» ({second_likely}); для ответа нужно {answer}.",
    "nothing_near": "Ответа нет: вопрос похож на эту тему, но ни одна запись не подходит "
    "достаточно близко.",
    "off_topic": "Ответа нет: вопрос не похож на эту тему.",
    "nearest": "Ближе всего «{first}»: вероятность {first_likely}.",
    "nearest.far": "Ближе всего «{first}»: вероятность {first_likely}, а чтобы её предложить, "
    "нужно {clarify}.",
    "missing_facet": "В записи «{before}» ничего нет о том, что спрашивали.",
    "no_words": "Ответа нет: в вопросе не было слов.",
    "courtesy": "Это приветствие, благодарность, согласие или прощание, а не вопрос.",
    "too_long": "Ответа нет: это длиннее, чем бот читает как вопрос.",
    "which_one": "Бот переспросил, потому что вопрос опирается на сказанное раньше, а это может "
    "быть одна из нескольких записей.",
    "mismatch": "Ближайшая запись «{first}» не показана как ответ: в вопросе названо то, чего в "
    "ней нет.",
    "doubts": "В ней нет: {words}.",
    "read": "«{typed}» прочитано как «{read}».",
    "text": "Ближайшая сохранённая формулировка: «{text}»",
    "facet": "По словам видно, о чём спрашивают: {facet}.",
    "talk": "Речь шла о записи «{before}», поэтому то, что с ней связано, весило чуть больше.",
    "thresholds": "Для ответа нужно {answer}, чтобы переспросить, {clarify}; если вероятность, "
    "что вопрос по теме, ниже {topical}, он считается не по теме (здесь {topicality}).",
    "release": "Выпуск {release}.",
    "candidates": "Ближайшие записи",
    "likely": "вероятность, что подходит",
    "cosine": "схожа формулировка",
    "overlap": "ваши слова есть в её текстах",
    "facet.overview": "обзор",
    "facet.how": "как это работало бы",
    "facet.why": "доводы за",
    "facet.proposers": "кто это говорит",
    "facet.evidence": "факты и цифры",
    "facet.objections": "возражения",
    "facet.replies": "ответы",
    "facet.since": "что было дальше",
    "facet.sources": "источники",
}
_UK: Final = {
    "matched": "Відповідь дано, бо запис «{entry}» підійшов досить упевнено: імовірність "
    "{likely}, а для відповіді потрібно {answer}.",
    "follow_up": "Запитання прочитано разом із записом «{before}», показаним перед ним: саме воно "
    "не каже, про що воно.",
    "chosen": "Запис «{entry}» вибрали, а не знайшли за запитанням.",
    "boundary": "Показано пояснення «{entry}»: запитання близьке до того, на що бот не відповідає, "
    "а це перевіряється передусім.",
    "unsure": "Бот перепитав, бо ніщо не підійшло досить упевнено: у найближчого запису «{first}» "
    "імовірність {first_likely}, а для відповіді потрібно {answer}.",
    "unsure.two": "Бот перепитав, бо два записи підійшли майже однаково: «{first}» "
    "({first_likely}) і «{second}» ({second_likely}); для відповіді потрібно {answer}.",
    "nothing_near": "Відповіді немає: запитання схоже на цю тему, але жоден запис не підходить "
    "досить близько.",
    "off_topic": "Відповіді немає: запитання не схоже на цю тему.",
    "nearest": "Найближче «{first}»: імовірність {first_likely}.",
    "nearest.far": "Найближче «{first}»: імовірність {first_likely}, а щоб його запропонувати, "
    "потрібно {clarify}.",
    "missing_facet": "У записі «{before}» немає нічого про те, що запитували.",
    "no_words": "Відповіді немає: у запитанні не було слів.",
    "courtesy": "Це привітання, подяка, згода або прощання, а не запитання.",
    "too_long": "Відповіді немає: це довше, ніж бот читає як запитання.",
    "which_one": "Бот перепитав, бо запитання спирається на сказане раніше, а це може бути один "
    "із кількох записів.",
    "mismatch": "Найближчий запис «{first}» не показано як відповідь: у запитанні названо те, чого "
    "в ньому немає.",
    "doubts": "У ньому немає: {words}.",
    "read": "«{typed}» прочитано як «{read}».",
    "text": "Найближче збережене формулювання: «{text}»",
    "facet": "Зі слів видно, про що питають: {facet}.",
    "talk": "Ішлося про запис «{before}», тож те, що з ним пов’язане, важило трохи більше.",
    "thresholds": "Для відповіді потрібно {answer}, щоб перепитати, {clarify}; якщо ймовірність, "
    "що запитання за темою, нижча за {topical}, воно вважається не за темою (тут {topicality}).",
    "release": "Випуск {release}.",
    "candidates": "Найближчі записи",
    "likely": "імовірність, що підходить",
    "cosine": "схоже формулювання",
    "overlap": "ваші слова є в його текстах",
    "facet.overview": "огляд",
    "facet.how": "як це працювало б",
    "facet.why": "доводи за",
    "facet.proposers": "хто це каже",
    "facet.evidence": "факти й цифри",
    "facet.objections": "заперечення",
    "facet.replies": "відповіді",
    "facet.since": "що було далі",
    "facet.sources": "джерела",
}
WORDS: Final[dict[str, dict[str, str]]] = {"en": _EN, "ru": _RU, "uk": _UK}


def say(key: str, language: str, **values: str) -> str:
    """Return the words for a key; English where a language is not spoken. Raises KeyError."""
    return WORDS.get(language, _EN)[key].format(**values)


def percent(share: float, digits: int = 0) -> str:
    """Return a share in percent; only what is certain is 0 or 100."""
    least = 10.0**-digits
    value = round(100 * share, digits)
    if 0 < share < 1:
        value = min(100 - least, max(least, value))
    return f"{value:.{digits}f}\u00a0%"

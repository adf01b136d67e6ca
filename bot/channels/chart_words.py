"""The charts' own words, numbers and dates in the bot's three languages."""

from __future__ import annotations

from datetime import date
from typing import Final

_EN: Final = {
    "insights": "Questions and answers: {title}",
    "questions": "Questions",
    "questions.day": "Questions a day",
    "questions.week": "Questions a week",
    "questions.days": "Questions in {days} days each",
    "rate": "Answer rate",
    "rate.short": "Answer rate",
    "rate.day": "Answer rate by day",
    "rate.week": "Answer rate by week",
    "rate.days": "Answer rate in {days} days each",
    "rate.whole": "of the whole span: {share}",
    "published": "published",
    "more": "{label} +{count}",
    "outcome.answered": "Answered",
    "outcome.clarify": "Choice offered",
    "outcome.gap": "Gap",
    "outcome.out_of_scope": "Off topic",
    "outcome.boundary": "Boundary",
    "none": "No questions in this time.",
    "precision": "How many answers are right",
    "precision.random": "Drawn at random",
    "precision.picked": "Picked, as something seemed wrong",
    "precision.of": "{right} of {n} · 95% interval {low} to {high}",
    "precision.none": "No verdicts yet",
    "precision.draw": "Only answers drawn at random tell how good the bot is.",
    "gaps": "Most wanted, without an answer",
    "gaps.none": "Nothing is waiting.",
    "gaps.near": "Near: {title}",
    "gaps.unlike": "Unlike anything here",
    "entries": "Most asked",
    "entries.none": "Nothing has been answered yet.",
    "waiting": "To review",
    "waiting.clusters": "clusters",
    "before": "before: {value}",
    "busiest": "Most on {day}: {count}.",
    "utc": "{span} (UTC)",
}
_RU: Final = {
    "insights": "Вопросы и ответы: {title}",
    "questions": "Вопросы",
    "questions.day": "Вопросы по дням",
    "questions.week": "Вопросы по неделям",
    "questions.days": "Вопросы, по {days} дн.",
    "rate": "Доля ответов",
    "rate.short": "Доля ответов",
    "rate.day": "Доля ответов по дням",
    "rate.week": "Доля ответов по неделям",
    "rate.days": "Доля ответов, по {days} дн.",
    "rate.whole": "за всё время: {share}",
    "published": "публикация",
    "more": "{label} +{count}",
    "outcome.answered": "Отвечено",
    "outcome.clarify": "Предложен выбор",
    "outcome.gap": "Пробел",
    "outcome.out_of_scope": "Не по теме",
    "outcome.boundary": "Граница",
    "none": "За это время вопросов не было.",
    "precision": "Сколько ответов верны",
    "precision.random": "Выбраны наугад",
    "precision.picked": "Отобраны: что-то показалось не так",
    "precision.of": "{right} из {n} · 95-процентный интервал {low} – {high}",
    "precision.none": "Оценок пока нет",
    "precision.draw": "Качество показывают только ответы, выбранные наугад.",
    "gaps": "Чаще всего спрашивают, а ответа нет",
    "gaps.none": "Ничего не ждёт.",
    "gaps.near": "Близко к: {title}",
    "gaps.unlike": "Ни на что здесь не похоже",
    "entries": "Чаще всего спрашивают",
    "entries.none": "Ответов пока не было.",
    "waiting": "На разбор",
    "waiting.clusters": "групп вопросов",
    "before": "до этого: {value}",
    "busiest": "Больше всего {day}: {count}.",
    "utc": "{span} (UTC)",
}
_UK: Final = {
    "insights": "Запитання й відповіді: {title}",
    "questions": "Запитання",
    "questions.day": "Запитання за днями",
    "questions.week": "Запитання за тижнями",
    "questions.days": "Запитання, по {days} дн.",
    "rate": "Частка відповідей",
    "rate.short": "Відповіді",
    "rate.day": "Частка відповідей за днями",
    "rate.week": "Частка відповідей за тижнями",
    "rate.days": "Частка відповідей, по {days} дн.",
    "rate.whole": "за весь час: {share}",
    "published": "публікація",
    "more": "{label} +{count}",
    "outcome.answered": "Є відповідь",
    "outcome.clarify": "Запропоновано вибір",
    "outcome.gap": "Прогалина",
    "outcome.out_of_scope": "Не за темою",
    "outcome.boundary": "Межа",
    "none": "За цей час запитань не було.",
    "precision": "Скільки відповідей правильні",
    "precision.random": "Вибрані навмання",
    "precision.picked": "Відібрані: щось здалося не так",
    "precision.of": "{right} із {n} · 95-відсотковий інтервал {low} – {high}",
    "precision.none": "Оцінок поки немає",
    "precision.draw": "Якість показують лише відповіді, вибрані навмання.",
    "gaps": "Найчастіше питають, а відповіді немає",
    "gaps.none": "Нічого не чекає.",
    "gaps.near": "Близько до: {title}",
    "gaps.unlike": "Ні на що тут не схоже",
    "entries": "Найчастіше питають",
    "entries.none": "Відповідей поки не було.",
    "waiting": "На розгляд",
    "waiting.clusters": "груп запитань",
    "before": "до того: {value}",
    "busiest": "Найбільше {day}: {count}.",
    "utc": "{span} (UTC)",
}
_WORDS: Final = {"en": _EN, "ru": _RU, "uk": _UK}

_MONTHS: Final = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "ru": "янв. фев. мар. апр. мая июн. июл. авг. сен. окт. ноя. дек.".split(),
    "uk": "січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.".split(),
}
_SPACE: Final = "\N{NO-BREAK SPACE}"
_MINUS: Final = "\N{MINUS SIGN}"


def word(key: str, language: str, **values: str) -> str:
    """Return one of the charts' own words; English where a language is not spoken."""
    return _WORDS.get(language, _EN)[key].format(**values)


def outcome_name(outcome: str, language: str) -> str:
    """Return what an outcome is called; its own name where it has none."""
    return _WORDS.get(language, _EN).get(f"outcome.{outcome}", outcome)


def number(value: int, language: str) -> str:
    """Write a whole number with its thousands apart."""
    written = f"{value:,}".replace("-", _MINUS)
    return written if language not in _MONTHS or language == "en" else written.replace(",", _SPACE)


def percent(share: float, language: str) -> str:
    """Write a share as whole percents; what is not quite 0 or all does not read as if it were."""
    value = round(100 * share)
    sign = ""
    if value <= 0 < share:
        sign, value = "<", 1
    elif value >= 100 and share < 1:
        sign, value = ">", 99
    apart = _SPACE if language in {"ru", "uk"} else ""
    return f"{sign}{value}{apart}%"


def day_name(day: date, language: str, *, year: bool = False) -> str:
    """Write a day shortly: "3 Nov", with its year "3 Nov 2026"."""
    months = _MONTHS.get(language, _MONTHS["en"])
    written = f"{day.day}{_SPACE}{months[day.month - 1]}"
    return f"{written}{_SPACE}{day.year}" if year else written


def month_name(day: date, language: str) -> str:
    """Write a month of a year in figures: "11.2026", as there is little room on an axis."""
    del language
    return f"{day.month:02}.{day.year}"


def span_name(first: date, last: date, language: str) -> str:
    """Write a span of days, each with what the other does not say."""
    if first == last:
        return day_name(first, language, year=True)
    end = day_name(last, language, year=True)
    return f"{day_name(first, language, year=first.year != last.year)} – {end}"

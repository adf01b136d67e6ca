insights-about = Сколько спрашивают, как часто находится ответ и что изменила публикация.
insights-csv = CSV
insights-json = JSON
insights-span = За какое время
insights-span-days = { $n ->
    [one] { $n } день
    [few] { $n } дня
   *[many] { $n } дней
}
insights-span-all = Всё время
insights-questions = Вопросы
insights-change = { $change } к предыдущему такому же периоду
insights-points = { $n } п. п.
insights-rate = Доля ответов
insights-answered = Отвечено
insights-precision = Точность
insights-interval = 95-процентный интервал { $low } – { $high }, n = { $n }
insights-precision-none = Случайные ответы ещё не оценивали.
insights-precision-draw = Взять несколько
insights-latency = Время ответа
insights-ms = { $n } мс
insights-latency-p95 = медиана; 95 % – до { $n } мс
insights-waiting = Групп ждёт оценки
insights-waiting-open = Разобрать
insights-waiting-none = Ничего не ждёт.
insights-empty = Вопросов нет
insights-empty-span = В эти дни никто ничего не спрашивал.
insights-empty-about = Пока никто ничего не спросил. Цифры появятся с первым вопросом.
insights-show-all = Показать всё время
insights-ask = Спросить
insights-numbers = Цифры
insights-by-day = Вопросы по дням
insights-day = День
insights-all = Всего
insights-gaps = Чаще всего спрашивают, а ответа нет
insights-gaps-about = Как есть сейчас, за всё время: сколько людей стоит за открытыми группами.
insights-question = Вопрос
insights-people = Люди
insights-entries = Чаще всего спрашивают
insights-entry = Запись
insights-id = Обозначение
insights-verdicts = Оценки
insights-verdict = Оценка
insights-sampled = Выбраны наугад
insights-languages = Языки
insights-language-unknown = Неизвестен
insights-effects = Что изменила каждая публикация
insights-effects-about = Доля ответов за { $n } дней до и после, без самого дня. Меняется и другое – например, о чём спрашивают.
insights-history = К истории
insights-published = Опубликовано
insights-reason = Зачем
insights-before = До
insights-after = После
insights-effect = Разница
insights-of = из { $n }
insights-chance = может быть случайностью
insights-young = судить рано

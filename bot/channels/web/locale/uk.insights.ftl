insights-about = Скільки питають, як часто знаходиться відповідь і що змінила публікація.
insights-csv = CSV
insights-json = JSON
insights-span = За який час
insights-span-days = { $n ->
    [one] { $n } день
    [few] { $n } дні
   *[many] { $n } днів
}
insights-span-all = Увесь час
insights-questions = Запитання
insights-change = { $change } до попереднього такого самого періоду
insights-points = { $n } в. п.
insights-rate = Частка відповідей
insights-answered = Є відповідь
insights-precision = Точність
insights-interval = 95-відсотковий інтервал { $low } – { $high }, n = { $n }
insights-precision-none = Випадкових відповідей ще не оцінювали.
insights-precision-draw = Узяти кілька
insights-latency = Час відповіді
insights-ms = { $n } мс
insights-latency-p95 = медіана; 95 % – до { $n } мс
insights-waiting = Груп чекає на оцінку
insights-waiting-open = Розібрати
insights-waiting-none = Нічого не чекає.
insights-empty = Запитань немає
insights-empty-span = У ці дні ніхто нічого не питав.
insights-empty-about = Поки ніхто нічого не запитав. Цифри з’являться з першим запитанням.
insights-show-all = Показати весь час
insights-ask = Запитати
insights-numbers = Цифри
insights-by-day = Запитання за днями
insights-day = День
insights-all = Усього
insights-gaps = Найчастіше питають, а відповіді немає
insights-gaps-about = Як є зараз, за весь час: скільки людей стоїть за відкритими групами.
insights-question = Запитання
insights-people = Люди
insights-entries = Найчастіше питають
insights-entry = Запис
insights-id = Позначення
insights-verdicts = Оцінки
insights-verdict = Оцінка
insights-sampled = Вибрані навмання
insights-languages = Мови
insights-language-unknown = Невідома
insights-effects = Що змінила кожна публікація
insights-effects-about = Частка відповідей за { $n } днів до і після, без самого дня. Змінюється й інше – наприклад, про що питають.
insights-history = До історії
insights-published = Опубліковано
insights-reason = Навіщо
insights-before = До
insights-after = Після
insights-effect = Різниця
insights-of = із { $n }
insights-chance = може бути випадковістю
insights-young = судити зарано

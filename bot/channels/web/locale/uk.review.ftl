# Розбір: черга того, на що варто глянути, одна група, оцінки й те, що з них випливає.

review-about = Про що питали й чого ще ніхто не оцінив. Запитання про те саме стоять разом; спочатку те, про що питало більше людей.
review-tabs = Вигляди розбору
review-tab-clusters = Групи
review-tab-questions = Усі запитання
review-tab-random = Випадкові відповіді
review-tab-done = Готово
review-open-clusters = Груп чекає на оцінку
review-open-items = Запитань у них
review-people-behind = { $count ->
    [one] від { $count } людини
   *[other] від { $count } людей
  }
review-answered-clusters = Відтоді є відповідь
review-judged-items = Запитань оцінено
review-clustering = Нові запитання розкладаються по групах. Чекати не потрібно: списком уже можна користуватися.
review-status = Стан
review-status-open = Відкрито
review-status-answered = Відтоді є відповідь
review-status-judged = Оцінено
review-status-muted = Приховано оцінкою
review-reason = Чому це тут
review-reason-gap = Немає відповіді
review-reason-none = Нічого із запропонованого
review-reason-doubtful = Сумнівно
review-reason-reported = Вказали на помилку
review-reason-boundary = Межа
review-reason-changed = Запис змінився
review-look = Подивитися
review-forgotten = Це запитання видалив той, хто його поставив.
review-was-answered = відповідь:
review-follow-up = Запитали після:
review-people = Людей
review-asked = Запитань
review-since = Уперше
review-last = Востаннє
review-first-page = На початок списку
review-further = Далі
review-end = На цьому список закінчується.
review-none-such = Під фільтр нічого не підходить
review-none-such-about = Виберіть інший стан або іншу причину.
review-all-done = Усе оцінено
review-all-done-about = Нові запитання з’являються тут не пізніше ніж за хвилину. Тим часом варто глянути на випадкові відповіді: з них видно, як часто бот має рацію.
review-to-random = До випадкових відповідей
review-questions-about = Кожне запитання черги окремо, спочатку нові.
review-not-here = Запитань не за темою, і тих, де бот запропонував вибір і ніхто не сказав, що нічого не підходить, у черзі немає. Вони є в журналі:

review-cluster = Група { $number }
review-around = Інші групи
review-previous = Назад
review-next = Далі
review-answered-by = Зараз на це вже є відповідь: { $entry }. Оцініть, якщо вона не підходить.
review-what-answered = Яку відповідь було дано
review-confidence = Упевненість
review-read-answer = Прочитати відповідь
review-entry-gone = більше не опубліковано.
review-no-answer-clarify = Було запропоновано вибрати з кількох записів.
review-no-answer-none = Нічого: бот сказав, що відповіді не має.
review-ask-again = Запитати ще раз на пробу
review-meant = Які записи могли мати на увазі
review-meant-more = Ще { $count }
review-score = Наскільки близько
review-members = Запитання
review-choose-member = Вибрати запитання { $number }
review-split = Виділити вибрані в окрему групу
review-split-hint = Для запитань, які означають інше.
review-split-done = { $count ->
    [one] { $count } запитання тепер в окремій групі, ось у цій.
    [few] { $count } запитання тепер в окремій групі, ось у цій.
   *[other] { $count } запитань тепер в окремій групі, ось у цій.
  }
review-nothing-split = Виберіть частину запитань, але не всі.
review-gone = Такої групи або такого запитання більше немає. Можливо, запитання видалив той, хто його поставив.

review-verdict = Оцінка
review-verdict-is = Оцінка: { $verdict }
review-right-about-answered = Відповідь саме та, на яку чекали.
review-right-about-declined = Відмова правильна: жоден запис не має на це відповідати.
review-right-about-boundary = Пояснення тут доречне.
review-right-about-clarify = Перепитати було правильно: запропоновано потрібні записи.
review-wrong-about = Відповідати мав інший запис.
review-gap-about = На це не відповідає жоден запис.
review-which = Який запис мав відповісти?
review-which-unknown = Не знаю, або жоден із цих
review-other = Інший запис
review-other-hint = Його id або слова для пошуку.
review-phrasings = Як іще про це питають
review-own-words = Своїми словами, по одному формулюванню в рядку. Потрапить до вашої чернетки.
review-test = Контрольне запитання
review-test-hint = Відтепер має вести до цього запису; іншими словами, ніж вище.
review-wrong-send = Оцінити як неправильне
review-kind = Вид запису
review-parent = Під чим
review-parent-hint = Лише для заперечень і відповідей: id того, під чим це стоїть. Почніть вводити заголовок.
review-parent-id = Досить id. Почніть вводити заголовок.
review-parent-objection = Пропозиція, проти якої заперечують
review-parent-response = Заперечення, на яке відповідають
review-parent-counter = Відповідь, проти якої це довід
review-gap-draft = Прогалина: написати запис
review-gap-only = Просто прогалина
review-gap-reviewer = Модератори бачать, чого бракує, і можуть написати запис.
review-button-out_of_scope = Не за темою
review-button-abuse = Зловживання
review-button-ignore = Неважливо
review-mute-hint = Після цих трьох таке саме запитання більше не повернеться.
review-look-empty = Введіть id або слова для пошуку.
review-look-nothing = Жоден запис не близький до цих слів. Спробуйте інші.
review-choose-one = Виберіть потрібний запис або введіть його id.
review-choose-first = Виберіть запис, якого стосуються ці слова.
review-late = Тим часом це вже оцінили або розділили. Із цієї форми нічого не записано: подивіться, як це виглядає зараз.
review-by-you = Це оцінили ви
review-by = Хто оцінив: { $name }
review-by-forgotten = Дані того, хто це оцінив, видалено
review-take-back = Відкликати
review-undo = Скасувати
review-done = { $count ->
    [one] Оцінено { $count } запитання: { $verdict }.
    [few] Оцінено { $count } запитання: { $verdict }.
   *[other] Оцінено { $count } запитань: { $verdict }.
  }
review-drafted = Це у вашій чернетці. Там можна переглянути й опублікувати.
review-to-draft = До чернетки
review-taken-back = Оцінку відкликано, запитання знову відкрите.
review-nothing-to-take-back = Тут немає вашої оцінки, яку можна відкликати.
review-draft-from-it = Написати з цього приводу

review-draft-phrasing = Додати формулювання
review-draft-phrasing-about = Щоб наступного разу запис знайшовся. Потрапить до вашої чернетки; до публікації нічого не змінюється.
review-draft-entry = Написати новий запис
review-draft-entry-about = Потрапить до вашої чернетки; до публікації нічого не змінюється.
review-draft-later = У чернетці все ще можна змінити.
review-back = Назад
review-verdict-kept = Оцінку збережено. Лише написаного вами ще немає в чернетці.
review-for-entry = Для запису
review-language-told = Визначити за словами
review-add-to-draft = Додати до чернетки
review-they-asked = Що питали
review-no-copies = Лише для вас: те, що пишуть люди, до збірки не потрапляє. Майже дослівні копії не приймаються.
review-mend = Деякі поля треба поправити.
review-group-who = Хто це каже
review-group-how = Як це працювало б
review-group-facts = Факти
review-group-more = Ще
review-sources-here = Наявні джерела

review-random-about = Як часто відповіді правильні?
review-random-heading = Оцініть випадкові відповіді
review-random-why = До черги потрапляє те, що здалося неправильним, тож із неї мало що скажеш про решту відповідей. Тут кожна відповідь за останні 30 днів може випасти з однаковою ймовірністю: лише оцінки таких відповідей без перекосу показують, яка частка правильна.
review-random-interval = правильних з оцінених за останні 30 днів; 95-відсотковий інтервал { $low } – { $high } %, оцінок: { $count }
review-random-nothing-yet = За останні 30 днів ще не оцінено жодної випадкової відповіді. Корисне число дасть пів сотні оцінок.
review-random-draw = Узяти відповідь навмання
review-random-hint = Оцінюйте й складні: якщо їх пропускати, число вийде кращим, ніж насправді.
review-random-none = За останні 30 днів не лишилося неоцінених відповідей.
review-random-this = Вибрано навмання. Чи це та відповідь, на яку чекали?
review-random-another = Інша

review-keys = Клавіші
review-keys-about = Працюють, доки не набирається текст у полі, у будь-якій розкладці.
review-keys-off = Вимкнути клавіші
review-keys-on = Увімкнути клавіші
review-key-r = Правильно
review-key-w = Неправильно: відкрити вибір
review-key-g = Прогалина: відкрити вибір
review-key-o = Не за темою
review-key-a = Зловживання
review-key-i = Неважливо
review-key-j = Далі
review-key-k = Назад
review-key-u = Скасувати, відкликати

# The knowledge: browsing it

knowledge-about = Усе, що бот знає про тему «{ $topic }»: що пропонують, що кажуть за й проти та на чому це ґрунтується.
knowledge-search = Пошук за назвами, текстами й формулюваннями
knowledge-found = { $count ->
     [one] { $count } запис із цими словами
     [few] { $count } записи з цими словами
    *[other] { $count } записів із цими словами
    }
knowledge-near = Близькі за змістом
knowledge-nothing = Нічого не знайшлося
knowledge-nothing-about = Спробуйте менше слів або інші.
knowledge-all = Знову показати все
knowledge-parts = Частини збірки
knowledge-part-proposals = Пропозиції
knowledge-part-facts = Факти
knowledge-part-glossary = Глосарій
knowledge-part-faq = Запитання й відповіді
knowledge-part-boundaries = Межі
knowledge-part-sources = Джерела
knowledge-part-withdrawn = Зняте
knowledge-part-empty = Тут поки нічого немає
knowledge-none-withdrawn = Нічого не знято
knowledge-n-reasons = { $count ->
     [one] { $count } довід за
     [few] { $count } доводи за
    *[other] { $count } доводів за
    }
knowledge-n-objections = { $count ->
     [one] { $count } заперечення
     [few] { $count } заперечення
    *[other] { $count } заперечень
    }
knowledge-n-replies = { $count ->
     [one] { $count } відповідь
     [few] { $count } відповіді
    *[other] { $count } відповідей
    }
knowledge-n-counters = { $count ->
     [one] { $count } контрдовід
     [few] { $count } контрдоводи
    *[other] { $count } контрдоводів
    }
knowledge-n-bare = { $count ->
     [one] { $count } без відповіді
     [few] { $count } без відповіді
    *[other] { $count } без відповіді
    }
knowledge-uses = Де використано
knowledge-gone = Такого запису немає. Можливо, його зняли, або він є лише в чиїйсь чернетці.

# An entry

knowledge-withdrawn = Знято
knowledge-in-draft = У вашій чернетці
knowledge-basis-inference = висновок, без джерела
knowledge-basis-common = загальновідомо
knowledge-reasons = Доводи за
knowledge-no-reasons = Доводів за поки не записано.
knowledge-objections = Заперечення й відповіді
knowledge-no-objections = Заперечень поки не записано.
knowledge-replies = Що на це відповідають
knowledge-no-replies = Відповідей поки не записано.
knowledge-answers-objection = Заперечення проти запису
knowledge-answers-response = Відповідь на
knowledge-answers-counter = Контрдовід на
knowledge-no-phrasings = Запитати про це поки не можна: формулювань немає.
knowledge-no-tests = Жодне контрольне запитання не чекає на цей запис.
knowledge-expects = може відповісти:
knowledge-translations = Переклади
knowledge-more = Про цей запис
knowledge-log = Запитання, на які він відповідав
knowledge-history = Його історія
knowledge-map = Карта доводів
knowledge-map-text = Карта текстом
knowledge-with-draft = { $count ->
     [one] Показано з { $count } зміною з вашої чернетки.
     [few] Показано з { $count } змінами з вашої чернетки.
    *[other] Показано з { $count } змінами з вашої чернетки.
    }
knowledge-see-published = Показати, що діє зараз
knowledge-as-published = Показано, як діє зараз, без вашої чернетки.
knowledge-see-draft = Показати з чернеткою
knowledge-draft-stuck = Ваша чернетка не пасує до того, що опубліковано, тому тут її не враховано. Відкрийте чернетку, щоб виправити.
knowledge-is-withdrawn = Цей запис знято: жодна відповідь його не показує.
knowledge-rests = { $count ->
     [one] На ньому ґрунтується { $count } запис
     [few] На ньому ґрунтуються { $count } записи
    *[other] На ньому ґрунтується { $count } записів
    }
knowledge-rests-none = На цьому джерелі поки нічого не ґрунтується.

# The forms

edit-add-proposal = Нова пропозиція
edit-add-objection = Нове заперечення
edit-add-response = Нова відповідь на заперечення
edit-add-counter = Новий контрдовід
edit-add-fact = Новий факт
edit-add-term = Новий термін
edit-add-faq = Нове запитання з відповіддю
edit-add-boundary = Нова межа
edit-add-source = Додати джерело
edit-add-reason = Новий довід
edit-phrasings = Нові формулювання
edit-test = Нове контрольне запитання
edit-item-phrasing = Формулювання
edit-item-test = Контрольне запитання
edit-move = Перемістити
edit-more = Ще поля
edit-group-main = Текст і джерела
edit-group-who = Хто це каже
edit-group-how = Хто, як, що було далі
edit-group-facts = Факти
edit-group-rationale = Довід за
edit-group-more = Інші поля
edit-group-source-main = Правити
edit-group-source-more = Інші поля
edit-back = Назад
edit-save = До моєї чернетки
edit-check = Перевірити
edit-nothing-yet = До публікації чернетки ніщо не діє.
edit-taken = Це у вашій чернетці.
edit-already = Це вже було у вашій чернетці; вдруге нічого не додано.
edit-fine = Усе гаразд. У чернетці цього ще немає.
edit-nothing = Від того, що вже є, разом із чернеткою, ніщо не відрізняється. Змініть щось або залиште як є.
edit-room = до { $limit } знаків
edit-offer-sources = Id джерел
edit-offer-entries = Можливі id
edit-now = Зараз тут сказано:
edit-now-empty = Нічого.
edit-look = Так це покаже Discord
edit-look-empty = Заповніть форму: тут з’явиться те, що прочитають учасники.
edit-suggested = Доповнення № { $number } словами автора
edit-own-words = Пишіть своїми словами: майже дослівну копію форма не прийме.

# Fields that only these forms have, and what can be chosen

field-parent = Стоїть під
field-parent-help = Id того, проти чого це заперечення або на що це відповідь.
field-position = Місце
field-position-help = Число від 1; порожньо: останнім.
field-language = Мова
field-language-help = Мова рядків нижче.
field-phrasing = Як про це питають
field-phrasing-help = Одне формулювання, вашими словами.
field-ask = Запитання
field-ask-help = Так, як могли б запитати, словами, яких ще немає серед формулювань.
field-expect = Які записи можуть відповісти
field-expect-help = По одному id у рядку. Порожньо: відповідати не можна.
field-must = Суворість
field-must-help = Не публікувати, якщо не виконується, або лише рахувати в підсумках.
field-context = Запитано після
field-context-help = Id запису, показаного раніше, якщо запитання його продовжує.
field-id = Id
field-id-help = Малі латинські літери, цифри, крапки й дефіси. Якщо порожньо, вийде з назви; потім не змінюється.
edit-choice-for = за
edit-choice-against = проти
edit-choice-mixed = обидві сторони
edit-choice-report = лише повідомляє
edit-choice-text = сам текст
edit-choice-copy = копія
edit-choice-mention = згадка деінде
edit-choice-yes = так
edit-choice-no = ні
edit-choice-must = мусить виконуватися
edit-choice-measured = рахується в підсумках
edit-choice-en = англійська
edit-choice-ru = російська
edit-choice-uk = українська

# Why something was not taken

edit-no-repository = Тут знання змінити не можна. Це може виправити той, хто тримає бота:
edit-rebase = Поки ви працювали, хтось опублікував зміну того самого місця. Обидві версії:
edit-refused = Це публікувати не можна. Змінюйте чернетку, доки перегляд не перестане відмовляти:
edit-unconfirmed = Це змінює минулі відповіді. Знову відкрийте перегляд і опублікуйте звідти:
edit-stale = Тим часом ця чернетка змінилася, опублікована або викинута, чи доповнення видалили або ухвалили щодо нього рішення. Подивіться, як усе є зараз.
edit-stale-changed = Тим часом ця чернетка змінилася. Подивіться на неї, якою вона є зараз, і почніть перегляд знову.
edit-stale-gone = Тим часом цю чернетку опублікували або викинули: робити з нею більше нічого.
edit-stale-suggestion = Тим часом щодо цього доповнення ухвалили рішення, або його видалили.
edit-own-work = Тут діє правило двох людей: написане або запропоноване вами публікує інший модератор.
edit-verbatim = Це майже дослівно те, що написав хтось інший. Чужі слова до бази знань не потрапляють: скажіть це своїми словами.
edit-not-published = Не вийшло, нічого не змінилося:
edit-overtaken = Поки ви заповнювали форму, це змінив хтось інший. Під кожним полем видно, що там зараз; введене збережено. Надішліть ще раз, щоб замінити своїм.
edit-gone = Того, чого стосується форма, більше немає: запис зняли, перенесли або змінили. Введене залишилося тут, його можна скопіювати.
edit-draft-changed = Ваша чернетка змінилася після того, як форму відкрили. Введене збережено; надішліть ще раз, якщо це все ще треба додати. Чернетка закінчується так:
edit-form = На деякі поля треба глянути ще раз; нічого не змінилося.
edit-cannot = У такому вигляді це неможливо; нічого не змінилося:

# The draft

draft-about = Те, що ви готуєте. До публікації чи передачі інші цього не бачать.
draft-empty = Поки що вона порожня
draft-empty-about = Відкрийте запис і правте його або додайте новий: кожна зміна спершу потрапляє сюди.
draft-waiting = Чекає на іншого модератора. Будь-яка зміна її відкликає.
draft-changes = { $count ->
     [one] { $count } зміна
     [few] { $count } зміни
    *[other] { $count } змін
    }
draft-preview-about = Перегляд ставить наново всі минулі запитання й каже, що зміниться. Публікація після нього.
draft-takes-up = враховує доповнення № { $number }
draft-remove = Прибрати
draft-remove-this = Прибрати зміну { $number }
draft-removed = Прибрано з чернетки.
draft-hand-over = Передати іншому
draft-two = Тут діє правило двох людей: подивиться й опублікує інший модератор.
draft-ask = Попросити схвалення
draft-submitted = Тепер чекає на іншого модератора.
draft-discard = Викинути чернетку
draft-discard-about = Пропадуть усі зміни: { $count }.
draft-discard-tick = Так, викинути
draft-discard-sure = Поставте позначку, якщо її треба викинути. Нічого не змінилося.
draft-discarded = Чернетку викинуто.
draft-others = Чекають на вас
draft-of = Чернетка, автор: { $name }
draft-of-about = Другу людину просять подивитися це й опублікувати. В історії буде ім’я автора.
draft-gone = Такої чернетки немає: її опубліковано, викинуто або відкликано.
draft-name = Ваше ім’я в історії
draft-name-label = Ім’я
draft-name-about = Його там прочитає кожен. Порожньо: псевдонім.
draft-name-kept = Ім’я збережено.

# The preview, and publishing

preview-start = Перегляд
preview-title = Перегляд
preview-about = Що зміниться, на прикладі всіх минулих запитань. Поки нічого не опубліковано.
preview-words = Зміна
preview-refused = Відмовлено, бо
preview-refused-about = Змінюйте чернетку, доки відмов не залишиться.
preview-confirm = Змінюються минулі відповіді
preview-confirm-tick = Я переглянув їх; нехай змінюються
preview-replay = Минулі запитання
preview-expectations = Контрольні запитання
preview-same-totals = З контрольними запитаннями все як раніше.
preview-unlearned = Новий запис надійно знаходиться лише після точного навчання теми, за пів хвилини після публікації; доти контрольні запитання можуть виглядати гірше, ніж буде насправді.
undo-goes = зникає з відповідей
undo-back = повертається
undo-changes = змінюється
preview-findings = Зауваження
preview-new = нове
preview-gone = більше немає
preview-files = Що зміниться у файлах
preview-no-answer = немає відповіді
preview-asked-back = зустрічне запитання
preview-left-out = Не показано ще: { $count }.
preview-not-there = Цього перегляду вже немає: він зберігається пів години, не переживає перезапуск і зникає, коли хтось видаляє свої дані. Почніть знову з чернетки або з історії.
preview-gone-typed = Цього перегляду вже немає, тому нічого не опубліковано. Почніть знову. Ваша причина, щоб скопіювати:
expectation-broken = тепер не виконується
expectation-mended = тепер виконується
expectation-met = нове, виконується
expectation-unmet = нове, не виконується
expectation-added = нове
expectation-retargeted = очікується інше
expectation-retired = знято
total-cases = Контрольних запитань
total-top1 = Правильно одразу
total-top3 = Правильно серед перших трьох
total-precision = Правильно з тих, на які є відповідь
total-coverage = Є відповідь
total-out-of-scope-recall = Відхилено з тих, що треба відхилити
replay-none = Минулих запитань, щоб спробувати, немає.
replay-newly = відповідь уперше
replay-noticed = отримали б повідомлення про межу
replay-gone = більше без відповіді
replay-differently = інша відповідь
replay-reworded = іншими словами
replay-unchanged = як раніше
replay-list-gone = Більше без відповіді
replay-list-differently = Інша відповідь
replay-list-newly = Відповідь уперше
replay-list-noticed = Отримали б повідомлення про межу
publish = Опублікувати
publish-reason = Причина
publish-reason-about = Що змінюється й чому, одним реченням. В історії це видно всім.
publish-why = Скажіть чому, реченням хоча б із трьох літер; воно стоїть в історії. Поки нічого не опубліковано.
publish-confirm-first = Змінюються минулі відповіді: перегляньте їх, поставте позначку й публікуйте. Поки нічого не опубліковано.
publish-anew = Тим часом хтось опублікував своє, тому тут нічого не опубліковано. Ось що ваша зміна зробить тепер.
publish-done = Опубліковано й діє як { $commit }. Скасування поверне все назад.
publish-done-before = Це вже опубліковано; вдруге нічого не зроблено.
publish-kept = Тієї миті хтось правив ці файли; вони залишилися, як були: { $files }

# The history

history-about = Кожна публікація: хто, чому й що вона змінила. Будь-яку можна скасувати.
history-of = Що змінювало запис: { $entry }.
history-all = Уся історія
history-search = Знайти запис: його історія, зняти, повернути
history-found = Записи
history-none = Жодна публікація цього не змінювала
history-unknown = У цій темі немає такої публікації.
history-first = З цього запису тема почалася; його не скасувати.
history-undo = Скасувати
history-undoing = Скасування: { $what }
history-release = випуск { $before } → { $after }
history-kind-publish = публікація
history-kind-undo = скасування
history-kind-withdraw = знято
history-kind-restore = повернуто
history-newly-answered = { $count ->
     [one] { $count } з відповіддю вперше
     [few] { $count } з відповіддю вперше
    *[other] { $count } з відповіддю вперше
    }
history-no-longer-answered = { $count ->
     [one] { $count } більше без відповіді
     [few] { $count } більше без відповіді
    *[other] { $count } більше без відповіді
    }
history-answered-differently = { $count ->
     [one] { $count } з іншою відповіддю
     [few] { $count } з іншою відповіддю
    *[other] { $count } з іншою відповіддю
    }
withdraw-open = Зняти
withdraw-title = Зняти запис
withdraw-about = Він зникне з усіх відповідей одразу, без перегляду й без другої людини. Його можна повернути.
withdraw-below = { $count ->
     [one] Разом із ним піде { $count } довід під ним:
     [few] Разом із ним підуть { $count } доводи під ним:
    *[other] Разом із ним підуть { $count } доводів під ним:
    }
withdraw-now = Зняти зараз
withdraw-done = Запису більше немає у відповідях.
withdraw-already = Це вже так; вдруге нічого не зроблено.
withdraw-rather = Не так терміново?
withdraw-rather-about = Покладіть це до чернетки: тоді перегляд покаже, що станеться з минулими запитаннями.
restore-open = Повернути
restore-title = Повернути запис
restore-about = Він одразу знову з’явиться у відповідях. Контрольні запитання, що пішли з ним, не повернуться.
restore-now = Повернути зараз
restore-done = Запис знову у відповідях.

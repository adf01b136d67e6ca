# The knowledge: browsing it

knowledge-about = Всё, что бот знает о теме «{ $topic }»: что предлагают, что говорят за и против и на чём это основано.
knowledge-search = Поиск по названиям, текстам и формулировкам
knowledge-found = { $count ->
     [one] { $count } запись с этими словами
     [few] { $count } записи с этими словами
    *[other] { $count } записей с этими словами
    }
knowledge-near = Близкие по смыслу
knowledge-nothing = Ничего не нашлось
knowledge-nothing-about = Попробуйте меньше слов или другие.
knowledge-all = Снова показать всё
knowledge-parts = Части подборки
knowledge-part-proposals = Предложения
knowledge-part-facts = Факты
knowledge-part-glossary = Глоссарий
knowledge-part-faq = Вопросы и ответы
knowledge-part-boundaries = Границы
knowledge-part-sources = Источники
knowledge-part-withdrawn = Снятое
knowledge-part-empty = Здесь пока ничего нет
knowledge-none-withdrawn = Ничего не снято
knowledge-n-reasons = { $count ->
     [one] { $count } довод за
     [few] { $count } довода за
    *[other] { $count } доводов за
    }
knowledge-n-objections = { $count ->
     [one] { $count } возражение
     [few] { $count } возражения
    *[other] { $count } возражений
    }
knowledge-n-replies = { $count ->
     [one] { $count } ответ
     [few] { $count } ответа
    *[other] { $count } ответов
    }
knowledge-n-counters = { $count ->
     [one] { $count } контрдовод
     [few] { $count } контрдовода
    *[other] { $count } контрдоводов
    }
knowledge-n-bare = { $count ->
     [one] { $count } без ответа
     [few] { $count } без ответа
    *[other] { $count } без ответа
    }
knowledge-uses = Где использован
knowledge-gone = Такой записи нет. Возможно, её сняли, или она есть только в чьём-то черновике.

# An entry

knowledge-withdrawn = Снято
knowledge-in-draft = В вашем черновике
knowledge-basis-inference = вывод, без источника
knowledge-basis-common = общеизвестно
knowledge-reasons = Доводы за
knowledge-no-reasons = Доводов за пока не записано.
knowledge-objections = Возражения и ответы
knowledge-no-objections = Возражений пока не записано.
knowledge-replies = Что на это отвечают
knowledge-no-replies = Ответов пока не записано.
knowledge-answers-objection = Возражение против записи
knowledge-answers-response = Ответ на
knowledge-answers-counter = Контрдовод на
knowledge-no-phrasings = Спросить об этом пока нельзя: формулировок нет.
knowledge-no-tests = Ни один контрольный вопрос не ждёт этой записи.
knowledge-expects = может ответить:
knowledge-translations = Переводы
knowledge-more = Об этой записи
knowledge-log = Вопросы, на которые она отвечала
knowledge-history = Её история
knowledge-map = Карта доводов
knowledge-map-text = Карта текстом
knowledge-with-draft = { $count ->
     [one] Показано с { $count } изменением из вашего черновика.
     [few] Показано с { $count } изменениями из вашего черновика.
    *[other] Показано с { $count } изменениями из вашего черновика.
    }
knowledge-see-published = Показать, что действует сейчас
knowledge-as-published = Показано, как действует сейчас, без вашего черновика.
knowledge-see-draft = Показать с черновиком
knowledge-draft-stuck = Ваш черновик не подходит к тому, что опубликовано, поэтому здесь он не учтён. Откройте черновик, чтобы исправить.
knowledge-is-withdrawn = Эта запись снята: ни один ответ её не показывает.
knowledge-rests = { $count ->
     [one] На нём основана { $count } запись
     [few] На нём основаны { $count } записи
    *[other] На нём основано { $count } записей
    }
knowledge-rests-none = На этом источнике пока ничего не основано.

# The forms

edit-add-proposal = Новое предложение
edit-add-objection = Новое возражение
edit-add-response = Новый ответ на возражение
edit-add-counter = Новый контрдовод
edit-add-fact = Новый факт
edit-add-term = Новый термин
edit-add-faq = Новый вопрос с ответом
edit-add-boundary = Новая граница
edit-add-source = Добавить источник
edit-add-reason = Новый довод
edit-phrasings = Новые формулировки
edit-test = Новый контрольный вопрос
edit-item-phrasing = Формулировка
edit-item-test = Контрольный вопрос
edit-move = Переместить
edit-more = Ещё поля
edit-group-main = Текст и источники
edit-group-who = Кто это говорит
edit-group-how = Кто, как, что было дальше
edit-group-facts = Факты
edit-group-rationale = Довод за
edit-group-more = Другие поля
edit-group-source-main = Править
edit-group-source-more = Другие поля
edit-back = Назад
edit-save = В мой черновик
edit-check = Проверить
edit-nothing-yet = До публикации черновика ничего не действует.
edit-taken = Это в вашем черновике.
edit-already = Это уже было в вашем черновике; второй раз ничего не добавлено.
edit-fine = Всё в порядке. В черновике этого ещё нет.
edit-nothing = От того, что уже есть, черновик включая, ничего не отличается. Измените что-нибудь или оставьте как есть.
edit-room = до { $limit } знаков
edit-offer-sources = Id источников
edit-offer-entries = Возможные id
edit-now = Сейчас здесь сказано:
edit-now-empty = Ничего.
edit-look = Так это покажет Discord
edit-look-empty = Заполните форму: здесь появится то, что прочитают участники.
edit-suggested = Дополнение № { $number } словами автора
edit-own-words = Пишите своими словами: почти дословную копию форма не примет.

# Fields that only these forms have, and what can be chosen

field-parent = Стоит под
field-parent-help = Id того, против чего это возражение или на что ответ.
field-position = Место
field-position-help = Число от 1; пусто: последним.
field-language = Язык
field-language-help = Язык строк ниже.
field-phrasing = Как об этом спрашивают
field-phrasing-help = Одна формулировка, вашими словами.
field-ask = Вопрос
field-ask-help = Так, как могли бы спросить, словами, которых ещё нет среди формулировок.
field-expect = Какие записи могут ответить
field-expect-help = По одному id в строке. Пусто: отвечать нельзя.
field-must = Строгость
field-must-help = Не публиковать, если не выполняется, или только считать в итогах.
field-context = Спрошено после
field-context-help = Id записи, показанной раньше, если вопрос её продолжает.
field-id = Id
field-id-help = Строчные латинские буквы, цифры, точки и дефисы. Если пусто, получится из названия; потом не меняется.
edit-choice-for = за
edit-choice-against = против
edit-choice-mixed = обе стороны
edit-choice-report = только сообщает
edit-choice-text = сам текст
edit-choice-copy = копия
edit-choice-mention = упоминание в другом месте
edit-choice-yes = да
edit-choice-no = нет
edit-choice-must = обязан выполняться
edit-choice-measured = считается в итогах
edit-choice-en = английский
edit-choice-ru = русский
edit-choice-uk = украинский

# Why something was not taken

edit-no-repository = Здесь знания изменить нельзя. Это может исправить тот, кто держит бота:
edit-rebase = Пока вы работали, кто-то опубликовал изменение того же места. Обе версии:
edit-refused = Это публиковать нельзя. Меняйте черновик, пока просмотр не перестанет отказывать:
edit-unconfirmed = Это меняет прошлые ответы. Снова откройте просмотр и опубликуйте оттуда:
edit-stale = Тем временем этот черновик изменился, опубликован или выброшен, либо дополнение удалили или приняли по нему решение. Посмотрите, как обстоит дело сейчас.
edit-stale-changed = Тем временем этот черновик изменился. Посмотрите на него, каков он сейчас, и начните просмотр снова.
edit-stale-gone = Тем временем этот черновик опубликован или выброшен: делать с ним больше нечего.
edit-stale-suggestion = Тем временем по этому дополнению приняли решение, или его удалили.
edit-own-work = Здесь действует правило двух человек: написанное или предложенное вами публикует другой модератор.
edit-verbatim = Это почти дословно то, что написал кто-то другой. Чужие слова в базу знаний не попадают: скажите это своими словами.
edit-not-published = Не получилось, ничего не изменилось:
edit-overtaken = Пока вы заполняли форму, это изменил кто-то другой. Под каждым полем видно, что там сейчас; введённое сохранено. Отправьте ещё раз, чтобы заменить своим.
edit-gone = Того, к чему относится форма, больше нет: запись сняли, перенесли или изменили. Введённое осталось здесь, его можно скопировать.
edit-draft-changed = Ваш черновик изменился после того, как форма была открыта. Введённое сохранено; отправьте ещё раз, если это всё ещё нужно добавить. Черновик кончается так:
edit-form = На некоторые поля надо взглянуть ещё раз; ничего не изменилось.
edit-cannot = В таком виде это невозможно; ничего не изменилось:

# The draft

draft-about = То, что вы готовите. До публикации или передачи другие этого не видят.
draft-empty = Пока он пуст
draft-empty-about = Откройте запись и правьте её или добавьте новую: каждое изменение сначала попадает сюда.
draft-waiting = Ждёт другого модератора. Любое изменение его отзывает.
draft-changes = { $count ->
     [one] { $count } изменение
     [few] { $count } изменения
    *[other] { $count } изменений
    }
draft-preview-about = Просмотр задаёт заново все прошлые вопросы и говорит, что изменится. Публикация после него.
draft-takes-up = учитывает дополнение № { $number }
draft-remove = Убрать
draft-remove-this = Убрать изменение { $number }
draft-removed = Убрано из черновика.
draft-hand-over = Передать другому
draft-two = Здесь действует правило двух человек: посмотрит и опубликует другой модератор.
draft-ask = Попросить одобрения
draft-submitted = Теперь ждёт другого модератора.
draft-discard = Выбросить черновик
draft-discard-about = Пропадут все изменения: { $count }.
draft-discard-tick = Да, выбросить
draft-discard-sure = Поставьте отметку, если его надо выбросить. Ничего не изменилось.
draft-discarded = Черновик выброшен.
draft-others = Ждут вас
draft-of = Черновик, автор: { $name }
draft-of-about = Второго человека просят посмотреть это и опубликовать. В истории будет имя автора.
draft-gone = Такого черновика нет: он опубликован, выброшен или отозван.
draft-name = Ваше имя в истории
draft-name-label = Имя
draft-name-about = Его там прочтёт каждый. Пусто: псевдоним.
draft-name-kept = Имя сохранено.

# The preview, and publishing

preview-start = Просмотр
preview-title = Просмотр
preview-about = Что изменится, на примере всех прошлых вопросов. Пока ничего не опубликовано.
preview-words = Изменение
preview-refused = Отказано, потому что
preview-refused-about = Меняйте черновик, пока отказов не останется.
preview-confirm = Меняются прошлые ответы
preview-confirm-tick = Я посмотрел на них; пусть меняются
preview-replay = Прошлые вопросы
preview-expectations = Контрольные вопросы
preview-same-totals = С контрольными вопросами всё как прежде.
preview-unlearned = Новая запись надёжно находится лишь после точного обучения темы, через полминуты после публикации; до того контрольные вопросы могут выглядеть хуже, чем будет на деле.
undo-goes = уходит из ответов
undo-back = возвращается
undo-changes = меняется
preview-findings = Замечания
preview-new = новое
preview-gone = больше нет
preview-files = Что изменится в файлах
preview-no-answer = нет ответа
preview-asked-back = встречный вопрос
preview-left-out = Не показано ещё: { $count }.
preview-not-there = Этого просмотра уже нет: он хранится полчаса, не переживает перезапуск и исчезает, когда кто-то удаляет свои данные. Начните снова из черновика или из истории.
preview-gone-typed = Этого просмотра уже нет, поэтому ничего не опубликовано. Начните снова. Ваша причина, чтобы скопировать:
expectation-broken = теперь не выполняется
expectation-mended = теперь выполняется
expectation-met = новый, выполняется
expectation-unmet = новый, не выполняется
expectation-added = новый
expectation-retargeted = ожидается другое
expectation-retired = снят
total-cases = Контрольных вопросов
total-top1 = Верно сразу
total-top3 = Верно среди первых трёх
total-precision = Верно из тех, где есть ответ
total-coverage = Есть ответ
total-out-of-scope-recall = Отклонено из тех, что надо отклонить
replay-none = Прошлых вопросов, чтобы попробовать, нет.
replay-newly = ответ впервые
replay-noticed = получили бы уведомление о границе
replay-gone = больше без ответа
replay-differently = другой ответ
replay-reworded = другими словами
replay-unchanged = как прежде
replay-list-gone = Больше без ответа
replay-list-differently = Другой ответ
replay-list-newly = Ответ впервые
replay-list-noticed = Получили бы уведомление о границе
publish = Опубликовать
publish-reason = Причина
publish-reason-about = Что меняется и почему, одним предложением. В истории это видно всем.
publish-why = Скажите почему, предложением хотя бы из трёх букв; оно стоит в истории. Пока ничего не опубликовано.
publish-confirm-first = Меняются прошлые ответы: посмотрите на них, поставьте отметку и публикуйте. Пока ничего не опубликовано.
publish-anew = Тем временем кто-то опубликовал своё, поэтому здесь ничего не опубликовано. Вот что ваше изменение сделает теперь.
publish-done = Опубликовано и действует как { $commit }. Отмена вернёт всё назад.
publish-done-before = Это уже опубликовано; второй раз ничего не сделано.
publish-kept = В этот момент кто-то правил эти файлы; они остались, как были: { $files }

# The history

history-about = Каждая публикация: кто, почему и что она изменила. Любую можно отменить.
history-of = Что меняло запись: { $entry }.
history-all = Вся история
history-search = Найти запись: её история, снять, вернуть
history-found = Записи
history-none = Ни одна публикация этого не меняла
history-unknown = В этой теме нет такой публикации.
history-first = С этой записи тема началась; её не отменить.
history-undo = Отменить
history-undoing = Отмена: { $what }
history-release = выпуск { $before } → { $after }
history-kind-publish = публикация
history-kind-undo = отмена
history-kind-withdraw = снято
history-kind-restore = возвращено
history-newly-answered = { $count ->
     [one] { $count } с ответом впервые
     [few] { $count } с ответом впервые
    *[other] { $count } с ответом впервые
    }
history-no-longer-answered = { $count ->
     [one] { $count } больше без ответа
     [few] { $count } больше без ответа
    *[other] { $count } больше без ответа
    }
history-answered-differently = { $count ->
     [one] { $count } с другим ответом
     [few] { $count } с другим ответом
    *[other] { $count } с другим ответом
    }
withdraw-open = Снять
withdraw-title = Снять запись
withdraw-about = Она исчезнет из всех ответов сразу, без просмотра и без второго человека. Её можно вернуть.
withdraw-below = { $count ->
     [one] Вместе с ней уйдёт { $count } довод под ней:
     [few] Вместе с ней уйдут { $count } довода под ней:
    *[other] Вместе с ней уйдут { $count } доводов под ней:
    }
withdraw-now = Снять сейчас
withdraw-done = Записи больше нет в ответах.
withdraw-already = Это уже так; второй раз ничего не сделано.
withdraw-rather = Не так срочно?
withdraw-rather-about = Положите это в черновик: тогда просмотр покажет, что станет с прошлыми вопросами.
restore-open = Вернуть
restore-title = Вернуть запись
restore-about = Она сразу снова появится в ответах. Ушедшие с ней контрольные вопросы не вернутся.
restore-now = Вернуть сейчас
restore-done = Запись снова в ответах.

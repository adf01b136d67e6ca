# /knowledge: что видят модераторы. Собственные фразы движка (что меняется, почему отказано) всегда
# по-английски; они стоят под одной из этих.

cmd-knowledge = знания
cmd-knowledge-about = Изменить то, что знает бот (модераторы)
sub-draft = черновик
sub-draft-about = Показать, что вы готовите
sub-add = добавить
sub-add-about = Добавить предложение, возражение, ответ, факт, термин, вопрос, границу или источник
sub-edit = править
sub-edit-about = Изменить запись или источник
sub-phrase = формулировки
sub-phrase-about = Добавить формулировки, которыми спрашивают о записи
sub-withdraw = снять
sub-withdraw-about = Сразу убрать запись из всех ответов или вернуть её
sub-preview = просмотр
sub-preview-about = Показать, что изменит ваш черновик, в том числе в прошлых ответах
sub-publish = опубликовать
sub-publish-about = Опубликовать ваш черновик
sub-history = история
sub-history-about = Показать, что опубликовано, кем и почему
sub-undo = отменить
sub-undo-about = Отменить публикацию после просмотра
sub-check = проверка
sub-check-about = Проверить действующие знания: замечания и контрольные вопросы

opt-kind = вид
opt-kind-about = Что это
opt-parent = под
opt-parent-about = Против чего это возражение или на что ответ; начните вводить заголовок
opt-edited = запись
opt-edited-about = Запись или источник, которые надо изменить; начните вводить заголовок
opt-phrased = запись
opt-phrased-about = Запись, о которой спрашивают; начните вводить заголовок
opt-withdrawn = запись
opt-withdrawn-about = Запись; вместе с ней уходит всё, что под ней
opt-reason = причина
opt-reason-about = Почему; причина стоит в истории, её могут прочитать все
opt-back = вернуть
opt-back-about = Вернуть снятую запись
opt-of-entry = запись
opt-of-entry-about = Только то, что меняло эту запись
opt-commit = публикация
opt-commit-about = Публикация, которую надо отменить; начните вводить её причину

kind-proposal = Предложение
kind-objection = Возражение
kind-response = Ответ на возражение
kind-counter = Контрдовод
kind-fact = Факт
kind-term = Термин
kind-faq = Вопрос и ответ
kind-boundary = Граница
kind-source = Источник

add-proposal = Новое предложение
add-objection = Новое возражение
add-response = Новый ответ на возражение
add-counter = Новый контрдовод
add-fact = Новый факт
add-term = Новый термин
add-faq = Новый вопрос с ответом
add-boundary = Новая граница
add-source = Добавить источник

field-title = Заголовок
field-title-help = Несколько слов, по которым это узнают.
field-title-optional = Заголовок
field-title-optional-help = Необязательно; без него вместо заголовка стоит начало текста.
field-text = Текст
field-text-help = Довод простыми предложениями, так, как сказали бы его сторонники.
field-sources = Источники или на чём это основано
field-sources-help = По одному в строке: id-источника или адрес, место; без источника: common или inference
field-by = Кто это говорит
field-by-help = По одному в строке: имя, как его показать, или id термина.
field-phrasings = Как об этом спрашивают
field-phrasings-help = Одна формулировка в строке; ru: в начале строки указывает её язык.
field-test = Контрольный вопрос
field-test-help = Вопрос, на который это должно отвечать, другими словами, чем выше.
field-statement = Что предлагается
field-statement-help = В одном-двух предложениях.
field-proposed-by = Кто предлагает
field-proposed-by-help = По одному в строке: имя, как его показать, или id термина.
field-how = Как это работало бы
field-how-help = Простыми предложениями.
field-how-sources = Источники к «как это работало бы»
field-how-sources-help = По одному в строке: id-источника или адрес, место; без источника: common или inference
field-since = Что произошло с тех пор
field-since-help = Простыми предложениями, с датами.
field-since-sources = Источники к «что произошло с тех пор»
field-since-sources-help = По одному в строке: id-источника или адрес, место; без источника: common или inference
field-facts = Факты
field-facts-help = По одному в строке: id факта.
field-reason = Довод за
field-reason-help = Одна причина, по которой этого хотят сторонники.
field-reason-sources = Источники довода
field-reason-sources-help = По одному в строке: id-источника или адрес, место; без источника: common или inference
field-fact = Факт
field-fact-help = Число или событие, в одном-двух предложениях.
field-as-of = По состоянию на
field-as-of-help = Дата: 2025, 2025-03 или 2025-03-01.
field-caution = Оговорка
field-caution-help = О чём читателю надо помнить.
field-name = Название
field-name-help = Имя человека, название организации или слово.
field-definition = Кто или что это
field-definition-help = В одном-двух предложениях.
field-aliases = Другие названия
field-aliases-help = По одному в строке.
field-question = Вопрос
field-question-help = Так, как его задают.
field-answer = Ответ
field-answer-help = Простыми предложениями.
field-notice = Уведомление
field-notice-help = Что говорится вместо ответа.
field-covers = Что сюда относится
field-covers-help = Для тех, кто это правит; больше никто этого не видит.
field-alert = Сообщать модераторам
field-alert-help = Узнают ли они, когда уведомление показано.
field-source-title = Заголовок
field-source-title-help = Как в самом источнике.
field-url = Адрес
field-url-help = Полностью, начиная с https://.
field-author = Автор
field-author-help = Кто это написал или сказал.
field-publisher = Издание
field-publisher-help = Газета, сайт, организация.
field-date = Дата
field-date-help = Как указано там, лучше всего 2025-03-01.
field-stance = Позиция
field-stance-help = На чьей стороне источник.
field-seen = Что прочитано
field-seen-help = Сам текст, его копия или упоминание в другом месте.
field-read-url = Адрес копии
field-read-url-help = Копии, которую читали.
field-note = Примечание
field-note-help = Для тех, кто это правит.
field-history-name = Имя в истории
field-history-name-help = Его могут прочитать все. Пусто: псевдоним.
field-entry = Запись
field-entry-help = Её id.
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
field-parent = Стоит под
field-parent-help = Id того, против чего это возражение или на что ответ.
field-position = Место
field-position-help = Число от 1; пусто: последним.
field-publish-reason = Причина
field-publish-reason-help = Что меняется и почему, одним предложением. В истории это видят все.

choice-for = за
choice-against = против
choice-mixed = обе стороны
choice-report = только сообщает
choice-text = сам текст
choice-copy = копия
choice-mention = упоминание в другом месте
choice-yes = да
choice-no = нет
choice-must = обязан выполняться
choice-measured = считается в итогах
choice-en = английский
choice-ru = русский
choice-uk = украинский

group-main = Текст и источники
group-who = Кто это говорит
group-how = Кто, как, что с тех пор
group-facts = Факты
group-rationale = Довод за
group-more = Другие поля

draft = Ваш черновик
draft-empty = Пока он пуст. `/знания` с подкомандой *добавить*, *править* или *формулировки* что-то в него положит; до публикации ничего не действует.
draft-added = Добавлено в ваш черновик: **{ $entry }**. До публикации ничего не действует.
draft-taken = Это в вашем черновике.
draft-has = { $count ->
    [one] В вашем черновике { $count } изменение; здесь оно учтено.
    [few] В вашем черновике { $count } изменения; здесь они учтены.
    [many] В вашем черновике { $count } изменений; здесь они учтены.
   *[other] В вашем черновике { $count } изменений; здесь они учтены.
  }
draft-remove = Убрать что-нибудь из черновика
draft-suggestions = Учтённые дополнения: № { $numbers }. С публикацией считаются принятыми.
draft-waiting = Ждёт другого модератора. Любое изменение его отзывает.
draft-of-other = { $count ->
    [one] Ждёт одобрения: { $count } изменение
    [few] Ждёт одобрения: { $count } изменения
    [many] Ждёт одобрения: { $count } изменений
   *[other] Ждёт одобрения: { $count } изменений
  }
add-phrasings = Добавить формулировки
add-test = Добавить контрольный вопрос
add-reason = Добавить довод
edit-it = Править
remove = Убрать
move = Переместить
preview = Просмотр
publish = Опубликовать
publish-confirm = Опубликовать, меняя прошлые ответы
ask-approval = Попросить одобрения
discard = Выбросить
discard-sure = Черновик пропадёт навсегда. Опубликованное останется как есть.
discard-yes = Да, выбросить
discarded = Черновика больше нет. Опубликованное осталось как было.
my-name = Моё имя
name-now = В истории вы теперь **{ $name }**.
undo = Отменить
look-at-it = Посмотреть
history = История

items-reason = { $count ->
    [one] { $count } довод: править или убрать
    [few] { $count } довода: править или убрать
    [many] { $count } доводов: править или убрать
   *[other] { $count } доводов: править или убрать
  }
items-phrasing = { $count ->
    [one] { $count } формулировка: править или убрать
    [few] { $count } формулировки: править или убрать
    [many] { $count } формулировок: править или убрать
   *[other] { $count } формулировок: править или убрать
  }
items-test = { $count ->
    [one] { $count } контрольный вопрос: править или убрать
    [few] { $count } контрольных вопроса: править или убрать
    [many] { $count } контрольных вопросов: править или убрать
   *[other] { $count } контрольных вопросов: править или убрать
  }
item-reason = Довод за
item-phrasing = Формулировка
item-test = Контрольный вопрос
item-expects = Могут ответить: { $entries }
item-gone = Это тем временем изменилось. Откройте запись ещё раз.

knowledge-parent-objection = Возражение стоит под предложением: выберите его в поле `{ opt-parent }`.
knowledge-parent-response = Ответ стоит под возражением: выберите его в поле `{ opt-parent }`.
knowledge-parent-counter = Контрдовод стоит под ответом или другим контрдоводом: выберите его в поле `{ opt-parent }`.
move-no-entry = записи { $entry } нет.
move-position = напишите число от 1 до { $count } или ничего.
knowledge-nothing = От того, что там уже стоит, ничего не отличается. Измените что-нибудь или оставьте как есть.
knowledge-too-long = Поле «{ $field }» слишком длинное для формы Discord. Исправьте его в файле.
knowledge-slow = Форма открывалась слишком долго. Попробуйте ещё раз, теперь выйдет быстрее.
knowledge-retry = Открыть форму снова
knowledge-which = Какую запись? Пока ничего не изменилось. Выберите из списка, который появляется при вводе, или введите id:
form-unread = Эту форму больше нельзя прочитать, ничего не изменилось. Откройте её заново.
knowledge-retry-old = Эта форма слишком старая, введённое больше не хранится. Начните снова с `/знания`.
knowledge-form = На некоторые поля надо взглянуть ещё раз; ничего не изменилось:
knowledge-cannot = В таком виде это невозможно; ничего не изменилось:
knowledge-no-repository = Здесь знания изменить нельзя. Это может исправить тот, кто держит бота:
knowledge-rebase = Пока вы работали, кто-то опубликовал изменение того же места. Обе версии:
knowledge-refused = Это публиковать нельзя. Меняйте черновик, пока просмотр не перестанет отказывать:
knowledge-unconfirmed = Это меняет прошлые ответы. Откройте просмотр и опубликуйте оттуда:
knowledge-stale = Тем временем этот черновик изменился, опубликован или выброшен, либо дополнение удалили или приняли по нему решение. Откройте снова подкоманду *черновик* команды `/знания` или посмотрите подкоманду *история*.
knowledge-own-work = Здесь действует правило двух человек: написанное или предложенное вами публикует другой модератор. Попросите одобрения.
knowledge-not-published = Не опубликовано, ничего не изменилось:

working-start = Идёт работа …
working = Задаю прошлые и контрольные вопросы: { $done } из { $total } …
preview-queued = Готовится другой просмотр или проверка; ваша очередь следующая …
preview-refused = Отказано, потому что
preview-confirm = Надо подтвердить: меняются прошлые ответы
preview-new = Новые замечания
preview-gone = Замечания, которых больше нет
preview-mended = { $count ->
    [one] Исправлено { $count } замечание.
    [few] Исправлено { $count } замечания.
    [many] Исправлено { $count } замечаний.
   *[other] Исправлено { $count } замечаний.
  }
preview-expectations = Контрольные вопросы
preview-same-totals = С контрольными вопросами всё как прежде.
preview-replay = Прошлые вопросы
preview-more = { $count ->
    [one] и ещё { $count } строка в файле
    [few] и ещё { $count } строки в файле
    [many] и ещё { $count } строк в файле
   *[other] и ещё { $count } строк в файле
  }
preview-file = В файле всё целиком. Видите это только вы.
preview-anew = Тем временем оказалось, что изменятся не те прошлые ответы, что вам показаны. Вот как теперь; ничего ещё не опубликовано.
preview-look = Взгляните на это до публикации; ничего ещё не опубликовано.
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
replay-total = { $count ->
    [one] Испытано: { $count } прошлый вопрос;
    [few] Испытано: { $count } прошлых вопроса;
    [many] Испытано: { $count } прошлых вопросов;
   *[other] Испытано: { $count } прошлых вопросов;
  }
replay-same = ни один ответ не меняется
replay-newly-answered = { $count ->
    [one] впервые есть ответ на { $count } вопрос
    [few] впервые есть ответ на { $count } вопроса
    [many] впервые есть ответ на { $count } вопросов
   *[other] впервые есть ответ на { $count } вопросов
  }
replay-no-longer-answered = { $count ->
    [one] больше нет ответа на { $count } вопрос
    [few] больше нет ответа на { $count } вопроса
    [many] больше нет ответа на { $count } вопросов
   *[other] больше нет ответа на { $count } вопросов
  }
replay-answered-differently = { $count ->
    [one] другой ответ на { $count } вопрос
    [few] другой ответ на { $count } вопроса
    [many] другой ответ на { $count } вопросов
   *[other] другой ответ на { $count } вопросов
  }
replay-reworded = { $count ->
    [one] та же запись другими словами в ответ на { $count } вопрос
    [few] та же запись другими словами в ответ на { $count } вопроса
    [many] та же запись другими словами в ответ на { $count } вопросов
   *[other] та же запись другими словами в ответ на { $count } вопросов
  }
replay-list-gone = Больше без ответа
replay-list-differently = Другой ответ
replay-list-newly = Ответ впервые
no-answer = нет ответа
in-other-words = то же другими словами
asked-back = уточняющий вопрос
before = до
after = после

publish-why = Скажите почему, предложением хотя бы из трёх букв; оно стоит в истории.
publish-reason-kept = Ваша причина, чтобы скопировать:
published = Опубликовано
published-as = Это действует. В истории это { $commit }; там *Отменить* возвращает всё назад.
published-kept = Эти файлы в тот момент кто-то правил; они остались, какими он их оставил: { $files }
asked-approval = Ваш черновик ждёт другого модератора; в канале модераторов об этом сказано.
asked-approval-unheard = Ваш черновик ждёт другого модератора. Канал модераторов в `/настройка` не выбран, так что скажите кому-нибудь: подкоманда *черновик* команды `/знания` его покажет.
withdrawn = **{ $entry }** убрано из всех ответов. `/знания` *снять* с `вернуть` вернёт запись.
restored = **{ $entry }** снова в ответах.
words-withdrawn = Снято: { $entry }
words-restored = Снова в ответах: { $entry }
office-published = { $name }: опубликовано
office-withdrawn = { $name }: снято
office-restored = { $name }: возвращено
office-more = { $count ->
    [one] и ещё { $count } изменение; всё покажет *{ look-at-it }*
    [few] и ещё { $count } изменения; всё покажет *{ look-at-it }*
   *[many] и ещё { $count } изменений; всё покажет *{ look-at-it }*
  }
office-waiting = { $count ->
    [one] { $name } просит одобрить { $count } изменение:
    [few] { $name } просит одобрить { $count } изменения:
    [many] { $name } просит одобрить { $count } изменений:
   *[other] { $name } просит одобрить { $count } изменений:
  }

history-choose = Выберите публикацию, чтобы увидеть, что она изменила
history-none = Ничто из опубликованного эту запись не меняло.
history-unknown = Такой публикации у этой темы нет. Посмотрите подкоманду *история* команды `/знания`.
check = Проверка
check-release = Действует выпуск { $release }, записей в нём: { $entries }.
check-expectations = { $count ->
    [one] Выполняется { $passed }, всего { $count } контрольный вопрос.
    [few] Выполняется { $passed }, всего { $count } контрольных вопроса.
    [many] Выполняется { $passed }, всего { $count } контрольных вопросов.
   *[other] Выполняется { $passed }, всего { $count } контрольных вопросов.
  }
check-musts = Обязаны выполняться и не выполняются
check-below = Ниже порога
check-unmet = не выполнено: «{ $ask }»: ожидалось: { $wanted }; получено: { $got }
check-unmet-must = обязано выполняться и не выполнено: «{ $ask }»: ожидалось: { $wanted }; получено: { $got }
check-findings = { $count ->
    [0] Замечаний нет.
    [one] { $count } замечание:
    [few] { $count } замечания:
    [many] { $count } замечаний:
   *[other] { $count } замечаний:
  }
knowledge-overtaken = Пока вы заполняли форму, это изменил кто-то другой. Сейчас здесь сказано:
    { $now }
    Внесите свои изменения в новейшую версию: нажмите кнопку ещё раз.

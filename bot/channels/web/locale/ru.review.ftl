# Разбор: очередь того, на что стоит взглянуть, одна группа, оценки и то, что из них следует.

review-about = О чём спрашивали и что ещё никто не оценил. Вопросы об одном и том же стоят вместе; вначале то, о чём спрашивало больше людей.
review-tabs = Виды разбора
review-tab-clusters = Группы
review-tab-questions = Все вопросы
review-tab-random = Случайные ответы
review-tab-done = Готово
review-open-clusters = Групп ждёт оценки
review-open-items = Вопросов в них
review-people-behind = { $count ->
    [one] от { $count } человека
   *[other] от { $count } человек
  }
review-answered-clusters = Отвечено с тех пор
review-judged-items = Вопросов оценено
review-clustering = Новые вопросы раскладываются по группам. Ждать не нужно: списком уже можно пользоваться.
review-status = Состояние
review-status-open = Открыто
review-status-answered = Отвечено с тех пор
review-status-judged = Оценено
review-status-muted = Скрыто оценкой
review-reason = Почему это здесь
review-reason-gap = Нет ответа
review-reason-none = Ничего из предложенного
review-reason-doubtful = Сомнительно
review-reason-reported = Указали на ошибку
review-reason-boundary = Граница
review-reason-changed = Запись изменилась
review-look = Посмотреть
review-forgotten = Этот вопрос удалил тот, кто его задал.
review-was-answered = ответ:
review-follow-up = Спросили после:
review-people = Людей
review-asked = Вопросов
review-since = Впервые
review-last = Последний раз
review-first-page = К началу списка
review-further = Дальше
review-end = На этом список кончается.
review-none-such = Под фильтр ничего не подходит
review-none-such-about = Выберите другое состояние или другую причину.
review-all-done = Всё оценено
review-all-done-about = Новые вопросы появляются здесь не позже чем через минуту. Тем временем стоит взглянуть на случайные ответы: по ним видно, как часто бот прав.
review-to-random = К случайным ответам
review-questions-about = Каждый вопрос очереди по отдельности, сначала новые.
review-not-here = Вопросов не по теме, и тех, где бот предложил выбор и никто не сказал, что ничего не подходит, в очереди нет. Они есть в журнале:

review-cluster = Группа { $number }
review-around = Другие группы
review-previous = Назад
review-next = Дальше
review-answered-by = Сейчас на это уже есть ответ: { $entry }. Оцените, если он не подходит.
review-what-answered = Какой ответ был дан
review-confidence = Уверенность
review-read-answer = Прочитать ответ
review-entry-gone = больше не опубликована.
review-no-answer-clarify = Было предложено выбрать из нескольких записей.
review-no-answer-none = Ничего: бот сказал, что ответа у него нет.
review-ask-again = Спросить ещё раз на пробу
review-meant = Какие записи могли иметь в виду
review-meant-more = Ещё { $count }
review-score = Насколько близко
review-members = Вопросы
review-choose-member = Выбрать вопрос { $number }
review-split = Выделить выбранные в отдельную группу
review-split-hint = Для вопросов, которые значат другое.
review-split-done = { $count ->
    [one] { $count } вопрос теперь в отдельной группе, вот в этой.
    [few] { $count } вопроса теперь в отдельной группе, вот в этой.
   *[other] { $count } вопросов теперь в отдельной группе, вот в этой.
  }
review-nothing-split = Выберите часть вопросов, но не все.
review-gone = Такой группы или такого вопроса больше нет. Возможно, вопрос удалил тот, кто его задал.

review-verdict = Оценка
review-verdict-is = Оценка: { $verdict }
review-right-about-answered = Ответ тот, которого ждали.
review-right-about-declined = Отказ верен: ни одна запись не должна на это отвечать.
review-right-about-boundary = Пояснение здесь уместно.
review-right-about-clarify = Переспросить было верно: предложены нужные записи.
review-wrong-about = Отвечать должна другая запись.
review-gap-about = На это не отвечает ни одна запись.
review-which = Какая запись должна была ответить?
review-which-unknown = Не знаю, или ни одна из этих
review-other = Другая запись
review-other-hint = Её id или слова для поиска.
review-phrasings = Как ещё об этом спрашивают
review-own-words = Своими словами, по одной формулировке в строке. Попадёт в ваш черновик.
review-test = Контрольный вопрос
review-test-hint = Отныне должен вести к этой записи; другими словами, чем выше.
review-wrong-send = Оценить как неверное
review-kind = Вид записи
review-parent = Под чем
review-parent-hint = Только для возражений и ответов: id того, под чем это стоит. Начните вводить заголовок.
review-parent-id = Достаточно id. Начните вводить заголовок.
review-parent-objection = Предложение, против которого возражают
review-parent-response = Возражение, на которое отвечают
review-parent-counter = Ответ, против которого это довод
review-gap-draft = Пробел: написать запись
review-gap-only = Просто пробел
review-gap-reviewer = Модераторы видят, чего не хватает, и могут написать запись.
review-button-out_of_scope = Не по теме
review-button-abuse = Злоупотребление
review-button-ignore = Не важно
review-mute-hint = После этих трёх такой же вопрос больше не вернётся.
review-look-empty = Введите id или слова для поиска.
review-look-nothing = Ни одна запись не близка к этим словам. Попробуйте другие.
review-choose-one = Выберите нужную запись или введите её id.
review-choose-first = Выберите запись, к которой относятся эти слова.
review-late = Тем временем это уже оценили или разделили. Из этой формы ничего не записано: посмотрите, как это выглядит сейчас.
review-by-you = Это оценили вы
review-by = Кто оценил: { $name }
review-by-forgotten = Данные того, кто это оценил, удалены
review-take-back = Отозвать
review-undo = Отменить
review-done = { $count ->
    [one] Оценён { $count } вопрос: { $verdict }.
    [few] Оценены { $count } вопроса: { $verdict }.
   *[other] Оценено { $count } вопросов: { $verdict }.
  }
review-drafted = Это в вашем черновике. Там можно просмотреть и опубликовать.
review-to-draft = К черновику
review-taken-back = Оценка отозвана, вопрос снова открыт.
review-nothing-to-take-back = Здесь нет вашей оценки, которую можно отозвать.
review-draft-from-it = Написать по этому поводу

review-draft-phrasing = Добавить формулировки
review-draft-phrasing-about = Чтобы в следующий раз запись нашлась. Попадёт в ваш черновик; до публикации ничего не меняется.
review-draft-entry = Написать новую запись
review-draft-entry-about = Попадёт в ваш черновик; до публикации ничего не меняется.
review-draft-later = В черновике всё ещё можно изменить.
review-back = Назад
review-verdict-kept = Оценка сохранена. Только написанное вами ещё не в черновике.
review-for-entry = Для записи
review-language-told = Определить по словам
review-add-to-draft = Добавить в черновик
review-they-asked = Что спрашивали
review-no-copies = Только для вас: то, что пишут люди, в подборку не попадает. Почти дословные копии не принимаются.
review-mend = Некоторые поля надо поправить.
review-group-who = Кто это говорит
review-group-how = Как это работало бы
review-group-facts = Факты
review-group-more = Ещё
review-sources-here = Имеющиеся источники

review-random-about = Как часто ответы верны?
review-random-heading = Оцените случайные ответы
review-random-why = В очередь попадает то, что показалось неверным, поэтому по ней мало что скажешь об остальных ответах. Здесь любой ответ за последние 30 дней может выпасть с одинаковой вероятностью: только оценки таких ответов без перекоса показывают, какая доля верна.
review-random-interval = верных из оценённых за последние 30 дней; 95-процентный интервал { $low } – { $high } %, оценок: { $count }
review-random-nothing-yet = За последние 30 дней ещё не оценён ни один случайный ответ. Полезное число даст полсотни оценок.
review-random-draw = Взять ответ наугад
review-random-hint = Оценивайте и трудные: если их пропускать, число выйдет лучше, чем на деле.
review-random-none = За последние 30 дней не осталось неоценённых ответов.
review-random-this = Выбрано наугад. Тот ли это ответ, которого ждали?
review-random-another = Другой

review-keys = Клавиши
review-keys-about = Работают, пока не набирается текст в поле, в любой раскладке.
review-keys-off = Отключить клавиши
review-keys-on = Включить клавиши
review-key-r = Верно
review-key-w = Неверно: открыть выбор
review-key-g = Пробел: открыть выбор
review-key-o = Не по теме
review-key-a = Злоупотребление
review-key-i = Не важно
review-key-j = Дальше
review-key-k = Назад
review-key-u = Отменить, отозвать

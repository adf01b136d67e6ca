# /review: о чём спрашивали и что бот ответил; сводка за неделю; кто ждёт ответа.

cmd-review = разбор
cmd-review-about = Посмотреть, о чём спрашивали, и оценить ответы (модераторы)
sub-next = следующее
sub-next-about = Показать, о чём многие спросили и не получили хорошего ответа, и решить, что делать
sub-list = список
sub-list-about = Показать список вопросов, которые надо посмотреть
sub-sample = наугад
sub-sample-about = Взять наугад вопрос с ответом и оценить, верен ли ответ
sub-stats = статистика
sub-stats-about = Показать картинкой, о чём спрашивали и насколько хорошо бот отвечал
opt-listed = причина
opt-listed-about = Только то, что попало в список по этой причине

review-reason-gap = Нет ответа
review-reason-none = Ничего из предложенного
review-reason-doubtful = Сомнительно
review-reason-reported = Указали на ошибку
review-reason-boundary = Граница
review-reason-changed = Запись изменилась
review-reason-all = Все причины

review-people = { $people ->
    [one] { $people } человек
    [few] { $people } человека
    [many] { $people } человек
   *[other] { $people } человека
  }
review-questions = { $questions ->
    [one] { $questions } вопрос
    [few] { $questions } вопроса
    [many] { $questions } вопросов
   *[other] { $questions } вопроса
  }
review-clusters = { $clusters ->
    [one] { $clusters } группа
    [few] { $clusters } группы
    [many] { $clusters } групп
   *[other] { $clusters } группы
  }
review-since = первый раз { $when }
review-others = Спрашивали и так:
review-got = Что показал бот: { $outcome }
review-confidence = уверенность { $value }
review-follow-up = Спросили после: { $title }
review-said = Люди сообщили: { $what }
review-meant = имелось в виду «{ $title }»
review-near = Возможно, речь об этом:

review-right = Верно
review-wrong = Неверно
review-gap = Пробел
review-out-of-scope = Не по теме
review-abuse = Злоупотребление
review-ignore = Не важно
review-skip = Пропустить
review-undo = Отменить оценку
review-all = Все вопросы
review-draft = Мой черновик ({ $count })
review-read = Прочитать ответ
review-draw = Взять ответ наугад
review-begin = Разобрать
review-cluster = Вся группа

review-judged = { $verdict }. Решено: { $questions }.
review-stale = Кто-то успел раньше, или группа с тех пор изменилась. Вот что есть сейчас.
review-gone = Этого больше нет: кто-то удалил свой вопрос.
review-empty = Разбирать нечего. Новое попадает сюда примерно раз в минуту.
review-again = Это было последнее; снова показываем первое.
review-undone = Ваша оценка отменена. То, что в черновике, там и осталось.
review-undo-none = Здесь нет вашей оценки, которую можно отменить.
review-drafted = В вашем черновике: `{ $entry }`. Бот начнёт отвечать, когда вы опубликуете это командой `/знания опубликовать`.

review-which = Какая запись на это отвечает?
review-words = Как об этом спросить, своими словами
review-words-help = Попадёт в черновик; можно не заполнять. Почти дословный повтор чужих слов не принимается.
review-test = Контрольный вопрос (необязательно)
review-test-help = Другими словами; перед каждой публикацией он должен находить запись. Тоже своими словами.

review-what = Что ответило бы на это?
review-choose-what = Выберите, что добавить
review-elsewhere = Под другой записью…
review-only-gap = Только отметить пробел
review-kind = Что это
review-parent = Под чем стоит: id или заголовок
review-under = { $kind }, под записью **{ $title }**
review-form = Заполнить форму

review-split = Отделить то, что значит другое
review-split-done = Отделено: { $questions }. Теперь это отдельная группа.
review-split-none = Отделить не получилось: хотя бы один вопрос должен остаться в группе.
review-older = Раньше
review-newest = Самые новые

review-list = Вопросы, которые надо посмотреть
review-list-empty = Здесь пусто.
review-choose = Посмотреть один из них
review-filter = Причина

review-sample = Взято наугад
review-sample-about = Каждый ответ за последние 30 дней мог попасться с одной и той же вероятностью. Только такие оценки говорят, сколько ответов верны: в очередь вопросы попадают, когда что-то показалось не так.
review-sample-none = За последние 30 дней не осталось ответов, которые можно оценить.

review-stats = { $title }: последние 30 дней
review-post = Отправить в канал модераторов
review-posted = Отправлено в канал модераторов.
review-not-posted = Отправить не удалось. Проверьте, может ли бот писать и прикреплять файлы в канале модераторов.
error-chart = Картинку нарисовать не удалось. Запросите её чуть позже ещё раз.

digest-title = { $title }: неделя { $span }
digest-total = Вопросы: { $count } (неделей раньше: { $before })
digest-rate = Отвечено: { $share } (неделей раньше: { $before })
digest-waiting = На разбор: { $waiting }
digest-wanted = Чаще всего спрашивают, а ответа нет:
digest-near = Близко к записи «{ $title }»
digest-unlike = Ни на что в подборке не похоже
digest-private = Сами вопросы здесь не приводятся: этот канал могут читать и другие. Кнопка *Разобрать* покажет их модераторам.

await-tell = Сообщить мне
await-kept = Вы получите одно личное сообщение, когда на это появится ответ. До тех пор id вашей учётной записи хранится зашифрованным; потом его удалят, а через 30 дней в любом случае.
await-not-yours = Сообщить можно только тому, кто спросил, и только там, где слова вопросов сохраняются. Задайте вопрос сами в одном из каналов бота и нажмите *Сообщить мне*.
await-answered = Вы спрашивали о том, на что в подборке «{ $topic }» не было ответа:
await-now = Теперь ответ есть: **{ $title }**

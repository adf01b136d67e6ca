# /review: про що запитували і що бот відповів; підсумок за тиждень; хто чекає на відповідь.

cmd-review = розгляд
cmd-review-about = Подивитися, про що запитували, й оцінити відповіді (модератори)
sub-next = наступне
sub-next-about = Показати, про що багато хто запитав і не дістав доброї відповіді, й вирішити, що робити
sub-list = список
sub-list-about = Показати список запитань, які треба переглянути
sub-sample = навмання
sub-sample-about = Взяти навмання запитання з відповіддю й оцінити, чи правильна відповідь
sub-stats = статистика
sub-stats-about = Показати картинкою, про що запитували й наскільки добре бот відповідав
opt-listed = причина
opt-listed-about = Лише те, що потрапило до списку з цієї причини

review-reason-gap = Немає відповіді
review-reason-none = Нічого із запропонованого
review-reason-doubtful = Сумнівно
review-reason-reported = Вказали на помилку
review-reason-boundary = Межа
review-reason-changed = Запис змінився
review-reason-all = Усі причини

review-people = { $people ->
    [one] { $people } людина
    [few] { $people } людини
    [many] { $people } людей
   *[other] { $people } людини
  }
review-questions = { $questions ->
    [one] { $questions } запитання
    [few] { $questions } запитання
    [many] { $questions } запитань
   *[other] { $questions } запитання
  }
review-clusters = { $clusters ->
    [one] { $clusters } група
    [few] { $clusters } групи
    [many] { $clusters } груп
   *[other] { $clusters } групи
  }
review-since = уперше { $when }
review-others = Запитували й так:
review-got = Що показав бот: { $outcome }
review-confidence = певність { $value }
review-follow-up = Запитали після: { $title }
review-said = Люди повідомили: { $what }
review-meant = малося на увазі «{ $title }»
review-near = Можливо, йдеться про це:

review-right = Правильно
review-wrong = Неправильно
review-gap = Прогалина
review-out-of-scope = Не за темою
review-abuse = Зловживання
review-ignore = Неважливо
review-skip = Пропустити
review-undo = Скасувати оцінку
review-all = Усі запитання
review-draft = Моя чернетка ({ $count })
review-read = Прочитати відповідь
review-draw = Взяти відповідь навмання
review-begin = Розглянути
review-cluster = Уся група

review-judged = { $verdict }. Вирішено: { $questions }.
review-stale = Хтось устиг раніше, або група відтоді змінилася. Ось що є зараз.
review-gone = Цього більше немає: хтось видалив своє запитання.
review-empty = Розглядати нічого. Нове потрапляє сюди приблизно раз на хвилину.
review-again = Це було останнє; знову показуємо перше.
review-undone = Вашу оцінку скасовано. Те, що в чернетці, там і залишилося.
review-undo-none = Тут немає вашої оцінки, яку можна скасувати.
review-drafted = У вашій чернетці: `{ $entry }`. Бот почне відповідати, коли ви опублікуєте це командою `/знання опублікувати`.

review-which = Який запис на це відповідає?
review-words = Як про це запитати, своїми словами
review-words-help = Потрапить до чернетки; можна не заповнювати. Майже дослівний повтор чужих слів не приймається.
review-test = Контрольне запитання (не обов’язково)
review-test-help = Іншими словами; перед кожною публікацією має знаходити запис. Теж своїми словами.

review-what = Що відповіло б на це?
review-choose-what = Виберіть, що додати
review-elsewhere = Під іншим записом…
review-only-gap = Лише позначити прогалину
review-kind = Що це
review-parent = Під чим стоїть: id або заголовок
review-under = { $kind }, під записом **{ $title }**
review-form = Заповнити форму

review-split = Відокремити те, що означає інше
review-split-done = Відокремлено: { $questions }. Тепер це окрема група.
review-split-none = Відокремити не вдалося: принаймні одне запитання має залишитися в групі.
review-older = Раніше
review-newest = Найновіші

review-list = Запитання, які треба переглянути
review-list-empty = Тут порожньо.
review-choose = Подивитися одне з них
review-filter = Причина

review-sample = Взято навмання
review-sample-about = Кожна відповідь за останні 30 днів могла трапитися з однаковою ймовірністю. Лише такі оцінки кажуть, скільки відповідей правильні: до черги запитання потрапляють, коли щось здалося не так.
review-sample-none = За останні 30 днів не залишилося відповідей, які можна оцінити.

review-stats = { $title }: останні 30 днів
review-post = Надіслати в канал модераторів
review-posted = Надіслано в канал модераторів.
review-not-posted = Надіслати не вдалося. Перевірте, чи може бот писати й долучати файли в каналі модераторів.
error-chart = Картинку намалювати не вдалося. Запитайте її трохи згодом ще раз.

digest-title = { $title }: тиждень { $span }
digest-total = Запитання: { $count } (тижнем раніше: { $before })
digest-rate = Дано відповідь: { $share } (тижнем раніше: { $before })
digest-waiting = На розгляд: { $waiting }
digest-wanted = Найчастіше питають, а відповіді немає:
digest-near = Близько до запису «{ $title }»
digest-unlike = Ні на що у збірці не схоже
digest-private = Самих запитань тут не наведено: цей канал можуть читати й інші. Кнопка *Розглянути* покаже їх модераторам.

await-tell = Повідомити мені
await-kept = Ви отримаєте одне особисте повідомлення, коли на це з’явиться відповідь. До того id вашого облікового запису зберігається зашифрованим; потім його видалять, а через 30 днів у будь-якому разі.
await-not-yours = Повідомити можна лише того, хто запитав, і лише там, де слова запитань зберігаються. Запитайте самі в одному з каналів бота й натисніть *Повідомити мені*.
await-answered = Ви запитували про те, на що у збірці «{ $topic }» не було відповіді:
await-now = Тепер відповідь є: **{ $title }**

# /knowledge: що бачать модератори. Власні фрази рушія (що змінюється, чому відмовлено) завжди
# англійською; вони стоять під однією з цих.

cmd-knowledge = знання
cmd-knowledge-about = Змінити те, що знає бот (модератори)
sub-draft = чернетка
sub-draft-about = Показати, що ви готуєте
sub-add = додати
sub-add-about = Додати пропозицію, заперечення, відповідь, факт, термін, запитання, межу чи джерело
sub-edit = правити
sub-edit-about = Змінити запис або джерело
sub-phrase = формулювання
sub-phrase-about = Додати формулювання, якими питають про запис
sub-withdraw = зняти
sub-withdraw-about = Одразу прибрати запис з усіх відповідей або повернути його
sub-preview = перегляд
sub-preview-about = Показати, що змінить ваша чернетка, також у минулих відповідях
sub-publish = опублікувати
sub-publish-about = Опублікувати вашу чернетку
sub-history = історія
sub-history-about = Показати, що опубліковано, ким і чому
sub-undo = скасувати
sub-undo-about = Скасувати публікацію після перегляду
sub-check = перевірка
sub-check-about = Перевірити чинні знання: зауваження й контрольні запитання

opt-kind = вид
opt-kind-about = Що це
opt-parent = під
opt-parent-about = Проти чого це заперечення або на що це відповідь; почніть вводити заголовок
opt-edited = запис
opt-edited-about = Запис або джерело, які треба змінити; почніть вводити заголовок
opt-phrased = запис
opt-phrased-about = Запис, про який питають; почніть вводити заголовок
opt-withdrawn = запис
opt-withdrawn-about = Запис; разом із ним зникає все, що під ним
opt-reason = причина
opt-reason-about = Чому; причина стоїть в історії, її можуть прочитати всі
opt-back = повернути
opt-back-about = Повернути знятий запис
opt-of-entry = запис
opt-of-entry-about = Лише те, що змінювало цей запис
opt-commit = публікація
opt-commit-about = Публікація, яку треба скасувати; почніть вводити її причину

kind-proposal = Пропозиція
kind-objection = Заперечення
kind-response = Відповідь на заперечення
kind-counter = Контрдовід
kind-fact = Факт
kind-term = Термін
kind-faq = Запитання й відповідь
kind-boundary = Межа
kind-source = Джерело

add-proposal = Нова пропозиція
add-objection = Нове заперечення
add-response = Нова відповідь на заперечення
add-counter = Новий контрдовід
add-fact = Новий факт
add-term = Новий термін
add-faq = Нове запитання з відповіддю
add-boundary = Нова межа
add-source = Додати джерело

field-title = Заголовок
field-title-help = Кілька слів, за якими це впізнають.
field-title-optional = Заголовок
field-title-optional-help = Необов’язково; без нього замість заголовка стоїть початок тексту.
field-text = Текст
field-text-help = Довід простими реченнями, так, як сказали б його прихильники.
field-sources = Джерела або на чому це ґрунтується
field-sources-help = По одному в рядку: id-джерела або адреса, місце; без джерела: common або inference
field-by = Хто це каже
field-by-help = По одному в рядку: ім’я, як його показати, або id терміна.
field-phrasings = Як про це питають
field-phrasings-help = Одне формулювання в рядку; ru: на початку рядка вказує його мову.
field-test = Контрольне запитання
field-test-help = Запитання, на яке це має відповідати, іншими словами, ніж вище.
field-statement = Що пропонується
field-statement-help = Одним-двома реченнями.
field-proposed-by = Хто пропонує
field-proposed-by-help = По одному в рядку: ім’я, як його показати, або id терміна.
field-how = Як це працювало б
field-how-help = Простими реченнями.
field-how-sources = Джерела до «як це працювало б»
field-how-sources-help = По одному в рядку: id-джерела або адреса, місце; без джерела: common або inference
field-since = Що сталося відтоді
field-since-help = Простими реченнями, з датами.
field-since-sources = Джерела до «що сталося відтоді»
field-since-sources-help = По одному в рядку: id-джерела або адреса, місце; без джерела: common або inference
field-facts = Факти
field-facts-help = По одному в рядку: id факту.
field-reason = Довід за
field-reason-help = Одна причина, з якої цього хочуть прихильники.
field-reason-sources = Джерела доводу
field-reason-sources-help = По одному в рядку: id-джерела або адреса, місце; без джерела: common або inference
field-fact = Факт
field-fact-help = Число або подія, одним-двома реченнями.
field-as-of = Станом на
field-as-of-help = Дата: 2025, 2025-03 або 2025-03-01.
field-caution = Застереження
field-caution-help = Про що читач має пам’ятати.
field-name = Назва
field-name-help = Ім’я людини, назва організації або слово.
field-definition = Хто або що це
field-definition-help = Одним-двома реченнями.
field-aliases = Інші назви
field-aliases-help = По одній у рядку.
field-question = Запитання
field-question-help = Так, як його ставлять.
field-answer = Відповідь
field-answer-help = Простими реченнями.
field-notice = Повідомлення
field-notice-help = Що кажуть замість відповіді.
field-covers = Що сюди належить
field-covers-help = Для тих, хто це править; більше ніхто цього не бачить.
field-alert = Сповіщати модераторів
field-alert-help = Чи дізнаються вони, коли повідомлення показано.
field-source-title = Заголовок
field-source-title-help = Як у самому джерелі.
field-url = Адреса
field-url-help = Повністю, починаючи з https://.
field-author = Автор
field-author-help = Хто це написав або сказав.
field-publisher = Видання
field-publisher-help = Газета, сайт, організація.
field-date = Дата
field-date-help = Як указано там, найкраще 2025-03-01.
field-stance = Позиція
field-stance-help = На чиєму боці джерело.
field-seen = Що прочитано
field-seen-help = Сам текст, його копію або згадку деінде.
field-read-url = Адреса копії
field-read-url-help = Копії, яку читали.
field-note = Примітка
field-note-help = Для тих, хто це править.
field-history-name = Ім’я в історії
field-history-name-help = Його можуть прочитати всі. Порожньо: псевдонім.
field-entry = Запис
field-entry-help = Його id.
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
field-parent = Стоїть під
field-parent-help = Id того, проти чого це заперечення або на що це відповідь.
field-position = Місце
field-position-help = Число від 1; порожньо: останнім.
field-publish-reason = Причина
field-publish-reason-help = Що змінюється й чому, одним реченням. В історії це бачать усі.

choice-for = за
choice-against = проти
choice-mixed = обидві сторони
choice-report = лише повідомляє
choice-text = сам текст
choice-copy = копія
choice-mention = згадка деінде
choice-yes = так
choice-no = ні
choice-must = мусить виконуватися
choice-measured = рахується в підсумках
choice-en = англійська
choice-ru = російська
choice-uk = українська

group-main = Текст і джерела
group-who = Хто це каже
group-how = Хто, як, що відтоді
group-facts = Факти
group-rationale = Довід за
group-more = Інші поля

draft = Ваша чернетка
draft-empty = Поки що вона порожня. `/знання` з підкомандою *додати*, *правити* або *формулювання* щось до неї покладе; до публікації ніщо не діє.
draft-added = Додано до вашої чернетки: **{ $entry }**. До публікації ніщо не діє.
draft-taken = Це у вашій чернетці.
draft-has = { $count ->
    [one] У вашій чернетці { $count } зміна; тут її враховано.
    [few] У вашій чернетці { $count } зміни; тут їх враховано.
    [many] У вашій чернетці { $count } змін; тут їх враховано.
   *[other] У вашій чернетці { $count } змін; тут їх враховано.
  }
draft-remove = Прибрати щось із чернетки
draft-suggestions = Враховані доповнення: № { $numbers }. З публікацією вважаються прийнятими.
draft-waiting = Чекає на іншого модератора. Будь-яка зміна її відкликає.
draft-of-other = { $count ->
    [one] Чекає на схвалення: { $count } зміна
    [few] Чекає на схвалення: { $count } зміни
    [many] Чекає на схвалення: { $count } змін
   *[other] Чекає на схвалення: { $count } змін
  }
add-phrasings = Додати формулювання
add-test = Додати контрольне запитання
add-reason = Додати довід
edit-it = Правити
remove = Прибрати
move = Перемістити
preview = Перегляд
publish = Опублікувати
publish-confirm = Опублікувати, змінивши минулі відповіді
ask-approval = Попросити схвалення
discard = Викинути
discard-sure = Чернетка зникне назавжди. Опубліковане залишиться як є.
discard-yes = Так, викинути
discarded = Чернетки більше немає. Опубліковане залишилося як було.
my-name = Моє ім’я
name-now = В історії ви тепер **{ $name }**.
undo = Скасувати
look-at-it = Подивитися
history = Історія

items-reason = { $count ->
    [one] { $count } довід: правити або прибрати
    [few] { $count } доводи: правити або прибрати
    [many] { $count } доводів: правити або прибрати
   *[other] { $count } доводу: правити або прибрати
  }
items-phrasing = { $count ->
    [one] { $count } формулювання: правити або прибрати
    [few] { $count } формулювання: правити або прибрати
    [many] { $count } формулювань: правити або прибрати
   *[other] { $count } формулювань: правити або прибрати
  }
items-test = { $count ->
    [one] { $count } контрольне запитання: правити або прибрати
    [few] { $count } контрольні запитання: правити або прибрати
    [many] { $count } контрольних запитань: правити або прибрати
   *[other] { $count } контрольних запитань: правити або прибрати
  }
item-reason = Довід за
item-phrasing = Формулювання
item-test = Контрольне запитання
item-expects = Можуть відповісти: { $entries }
item-gone = Це тим часом змінилося. Відкрийте запис ще раз.

knowledge-parent-objection = Заперечення стоїть під пропозицією: виберіть її в полі `{ opt-parent }`.
knowledge-parent-response = Відповідь стоїть під запереченням: виберіть його в полі `{ opt-parent }`.
knowledge-parent-counter = Контрдовід стоїть під відповіддю або іншим контрдоводом: виберіть потрібне в полі `{ opt-parent }`.
move-no-entry = запису { $entry } немає.
move-position = напишіть число від 1 до { $count } або нічого.
knowledge-nothing = Від того, що там уже стоїть, ніщо не відрізняється. Змініть щось або залиште як є.
knowledge-too-long = Поле «{ $field }» задовге для форми Discord. Виправте його у файлі.
knowledge-slow = Форма відкривалася надто довго. Спробуйте ще раз, тепер вийде швидше.
knowledge-retry = Відкрити форму знову
knowledge-which = Який запис? Поки нічого не змінилося. Виберіть зі списку, що з’являється під час введення, або введіть id:
form-unread = Цю форму більше не можна прочитати, нічого не змінилося. Відкрийте її знову.
knowledge-retry-old = Ця форма застара, введене більше не зберігається. Почніть знову з `/знання`.
knowledge-form = На деякі поля треба глянути ще раз; нічого не змінилося:
knowledge-cannot = У такому вигляді це неможливо; нічого не змінилося:
knowledge-no-repository = Тут знання змінити не можна. Це може виправити той, хто тримає бота:
knowledge-rebase = Поки ви працювали, хтось опублікував зміну того самого місця. Обидві версії:
knowledge-refused = Це публікувати не можна. Змінюйте чернетку, доки перегляд не перестане відмовляти:
knowledge-unconfirmed = Це змінює минулі відповіді. Відкрийте перегляд і опублікуйте звідти:
knowledge-stale = Тим часом ця чернетка змінилася, опублікована або викинута, чи доповнення видалили або ухвалили щодо нього рішення. Відкрийте знову підкоманду *чернетка* команди `/знання` або подивіться підкоманду *історія*.
knowledge-own-work = Тут діє правило двох людей: написане або запропоноване вами публікує інший модератор. Попросіть схвалення.
knowledge-not-published = Не опубліковано, нічого не змінилося:

working-start = Триває робота …
working = Ставлю минулі й контрольні запитання: { $done } з { $total } …
preview-queued = Готується інший перегляд або перевірка; ваша черга наступна …
preview-refused = Відмовлено, бо
preview-confirm = Треба підтвердити: змінюються минулі відповіді
preview-new = Нові зауваження
preview-gone = Зауваження, яких більше немає
preview-mended = { $count ->
    [one] Виправлено { $count } зауваження.
    [few] Виправлено { $count } зауваження.
    [many] Виправлено { $count } зауважень.
   *[other] Виправлено { $count } зауважень.
  }
preview-expectations = Контрольні запитання
preview-same-totals = З контрольними запитаннями все як раніше.
preview-replay = Минулі запитання
preview-more = { $count ->
    [one] і ще { $count } рядок у файлі
    [few] і ще { $count } рядки у файлі
    [many] і ще { $count } рядків у файлі
   *[other] і ще { $count } рядків у файлі
  }
preview-file = У файлі все повністю. Бачите це лише ви.
preview-anew = Тим часом виявилося, що зміняться не ті минулі відповіді, які вам показано. Ось як тепер; нічого ще не опубліковано.
preview-look = Гляньте на це до публікації; нічого ще не опубліковано.
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
replay-total = { $count ->
    [one] Випробувано: { $count } минуле запитання;
    [few] Випробувано: { $count } минулі запитання;
    [many] Випробувано: { $count } минулих запитань;
   *[other] Випробувано: { $count } минулих запитань;
  }
replay-same = жодна відповідь не змінюється
replay-newly-answered = { $count ->
    [one] уперше є відповідь на { $count } запитання
    [few] уперше є відповідь на { $count } запитання
    [many] уперше є відповідь на { $count } запитань
   *[other] уперше є відповідь на { $count } запитань
  }
replay-no-longer-answered = { $count ->
    [one] більше немає відповіді на { $count } запитання
    [few] більше немає відповіді на { $count } запитання
    [many] більше немає відповіді на { $count } запитань
   *[other] більше немає відповіді на { $count } запитань
  }
replay-answered-differently = { $count ->
    [one] інша відповідь на { $count } запитання
    [few] інша відповідь на { $count } запитання
    [many] інша відповідь на { $count } запитань
   *[other] інша відповідь на { $count } запитань
  }
replay-reworded = { $count ->
    [one] той самий запис іншими словами у відповідь на { $count } запитання
    [few] той самий запис іншими словами у відповідь на { $count } запитання
    [many] той самий запис іншими словами у відповідь на { $count } запитань
   *[other] той самий запис іншими словами у відповідь на { $count } запитань
  }
replay-list-gone = Більше без відповіді
replay-list-differently = Інша відповідь
replay-list-newly = Відповідь уперше
no-answer = немає відповіді
in-other-words = те саме іншими словами
asked-back = уточнювальне запитання
before = до
after = після

publish-why = Скажіть чому, реченням хоча б із трьох літер; воно стоїть в історії.
publish-reason-kept = Ваша причина, щоб скопіювати:
published = Опубліковано
published-as = Це діє. В історії це { $commit }; там *Скасувати* повертає все назад.
published-kept = Ці файли тієї миті хтось правив; вони лишилися такими, як їх залишено: { $files }
asked-approval = Ваша чернетка чекає на іншого модератора; у каналі модераторів про це сказано.
asked-approval-unheard = Ваша чернетка чекає на іншого модератора. Канал модераторів у `/налаштування` не вибрано, тож скажіть комусь: підкоманда *чернетка* команди `/знання` її покаже.
withdrawn = **{ $entry }** прибрано з усіх відповідей. `/знання` *зняти* з `повернути` поверне запис.
restored = **{ $entry }** знову у відповідях.
words-withdrawn = Знято: { $entry }
words-restored = Знову у відповідях: { $entry }
office-published = { $name }: опубліковано
office-withdrawn = { $name }: знято
office-restored = { $name }: повернуто
office-more = { $count ->
    [one] і ще { $count } зміна; усе покаже *{ look-at-it }*
    [few] і ще { $count } зміни; усе покаже *{ look-at-it }*
   *[many] і ще { $count } змін; усе покаже *{ look-at-it }*
  }
office-waiting = { $count ->
    [one] { $name } просить схвалити { $count } зміну:
    [few] { $name } просить схвалити { $count } зміни:
    [many] { $name } просить схвалити { $count } змін:
   *[other] { $name } просить схвалити { $count } змін:
  }

history-choose = Виберіть публікацію, щоб побачити, що вона змінила
history-none = Ніщо з опублікованого цей запис не змінювало.
history-unknown = Такої публікації в цієї теми немає. Подивіться підкоманду *історія* команди `/знання`.
check = Перевірка
check-release = Діє випуск { $release }, записів у ньому: { $entries }.
check-expectations = { $count ->
    [one] Виконується { $passed }, усього { $count } контрольне запитання.
    [few] Виконується { $passed }, усього { $count } контрольні запитання.
    [many] Виконується { $passed }, усього { $count } контрольних запитань.
   *[other] Виконується { $passed }, усього { $count } контрольних запитань.
  }
check-musts = Мусять виконуватися й не виконуються
check-below = Нижче порога
check-unmet = не виконано: «{ $ask }»: очікувалося: { $wanted }; отримано: { $got }
check-unmet-must = мусить виконуватися й не виконано: «{ $ask }»: очікувалося: { $wanted }; отримано: { $got }
check-findings = { $count ->
    [0] Зауважень немає.
    [one] { $count } зауваження:
    [few] { $count } зауваження:
    [many] { $count } зауважень:
   *[other] { $count } зауважень:
  }
knowledge-overtaken = Поки ви заповнювали форму, це змінив хтось інший. Зараз тут сказано:
    { $now }
    Внесіть свої зміни в найновішу версію: натисніть кнопку ще раз.

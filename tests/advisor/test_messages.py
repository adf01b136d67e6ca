"""Messages as people type them: manners, quotations, lists of questions, mark-up, shouting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advisor.advisor import MAX_QUESTION, Advisor
from bot.advisor.answer import Conversation, Outcome, Question
from bot.advisor.facets import Facet, and_about, find_cue
from bot.advisor.messages import MAX_QUESTIONS, parse, tidy
from bot.advisor.wording import say
from bot.retrieval.index import Index
from bot.retrieval.match import Match

from .conftest import Forced


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("hi bot! could you please tell me who proposed it? thanks!!", "who proposed it?"),
        ("Привет! Подскажите, пожалуйста, кто предложил визы?", "кто предложил визы?"),
        ("Добрий день, підкажіть будь ласка, хто це запропонував? Дякую!", "хто це запропонував?"),
        ("thanks, but who said that?", "but who said that?"),
        ("WHY PAY THESE KILLERS", "why pay these killers"),
        ("<@123> **why** pay them https://example.org/z 🇺🇦", "why pay them"),
        ("why on earth?!?!?!", "why on earth?"),
        ("```\nwhy pay\n```", "why pay"),
        ("what can you do", "what can you do"),
        ("really? why? why pay them?", "really? why? why pay them?"),
        ("NATO", "NATO"),
        ("ok but why", "ok but why"),
        ("good idea?", "good idea?"),
        ("fine?", "fine?"),
        ("Thanks to sanctions, did prices rise?", "Thanks to sanctions, did prices rise?"),
        ("Thanks! To whom was it proposed?", "To whom was it proposed?"),
        ("thanks for your help, who said that", "who said that"),
        ("Вопрос виз решён?", "Вопрос виз решён?"),
        ("Такой вопрос: кто это предложил?", "кто это предложил?"),
        ("Хай платять росіяни?", "Хай платять росіяни?"),
        ("Is №5 at 20° a Lego™ bridge? 👍🏽", "Is №5 at 20° a Lego™ bridge?"),
    ],
)
def test_one_question_is_what_is_left(text: str, asked: str) -> None:
    message = parse(text)
    assert message.whole == asked
    assert message.questions == ()
    assert message.courtesy is None


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("who proposed it? and what do critics say?", 2),
        ("1) who proposed asylum\n2) what do critics say about cash\n3) why pay deserters", 3),
        ("why pay deserters\nwhat do critics say about visas", 2),
        ("why pay deserters? sources?", 2),
        ("what is the ban? who is Somin? does it work here? is it legal there?", MAX_QUESTIONS),
        ("кто это предложил? и что говорят критики?", 2),
    ],
)
def test_questions_are_parted(text: str, questions: int) -> None:
    assert len(parse(text).questions) == questions


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hi", "greeting"), ("Hello there!", "greeting"), ("привет", "greeting"),
        ("вітаю", "greeting"), ("thanks!", "thanks"), ("ok thank you so much 🙏", "thanks"),
        ("большое спасибо", "thanks"), ("thx m8 cheers", "thanks"), ("thanks muchly", "thanks"),
        ("thanks a bunch, nope that's all", "thanks"), ("та дякс", "thanks"),
        ("спасибище", "thanks"), ("дякую", "thanks"), ("bye", "farewell"),
        ("до свидания", "farewell"), ("до побачення", "farewell"),
        ("thx, that's all, bye", "thanks"), ("ok cool bye", "farewell"), ("OK!", "acknowledged"),
        ("fair enough", "acknowledged"), ("ну ок, понятно", "acknowledged"),
        ("добре, зрозуміло", "acknowledged"), ("Got it, thanks", "thanks"),
        ("thanks mate", "thanks"), ("cheers guys, that helped a lot", "thanks"),
        ("heyy", "greeting"), ("ta very much", "thanks"), ("спасибочки, выручил", "thanks"),
        ("дякую красно", "thanks"),
        ("> a whole paragraph that somebody quotes\nok, makes sense", "acknowledged"),
    ],
)  # fmt: skip
def test_manners_alone_get_a_friendly_sentence(bridge: Advisor, text: str, kind: str) -> None:
    answer = bridge.answer(Question(text))
    assert answer.outcome is Outcome.OUT_OF_SCOPE
    assert answer.text == say(kind, answer.language)
    assert answer.explanation is not None
    assert answer.explanation.reason == "courtesy"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("Hello!! Could you please tell me who is going to pay for that bridge? Thanks", "cost"),
        ("WHO IS GOING TO PAY FOR THAT BRIDGE", "cost"),
        ("who is goign to pay for taht brigde", "cost"),
        ("> the herons will leave their nests\nis that true?", "herons"),
        (
            "“The herons of the river will all of them leave their nests for good” thoughts?",
            "herons",
        ),
        ("<@42> the **herons** will leave their nests 😢", "herons"),
    ],
)
def test_a_messy_question_finds_its_entry(bridge: Advisor, text: str, entry: str) -> None:
    assert bridge.answer(Question(text)).entry == f"new-bridge.{entry}"


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("Compare the visa ban with the open door, please", ("visa ban", "open door")),
        ("what's the difference between asylum and parole?", ("asylum", "parole")),
        ("so how is a deserter different from a draft dodger", ("a deserter", "a draft dodger")),
        ("visa ban vs sports ban", ("visa ban", "sports ban")),
        ("compare and contrast NATO's plan and Somin's", ("NATO's plan", "Somin's")),
        ("сравни визовый запрет и конфискацию", ("визовый запрет", "конфискацию")),
        ("чим притулок відрізняється від візи?", ("притулок", "візи")),
        ("is there a difference?", ()),
        ("how would they compare to that", ()),
        ("why pay deserters and not refugees", ()),
    ],
)
def test_what_is_compared_is_read(text: str, sides: tuple[str, ...]) -> None:
    message = parse(text)
    assert message.compared is bool(sides)
    assert message.questions == sides


def test_two_things_are_shown_side_by_side(advisor: Advisor) -> None:
    answer = advisor.answer(Question("compare the visa ban and open door"))
    assert (answer.outcome, answer.entry) == (Outcome.ANSWERED, "visa-ban")
    assert [entry for entry, _ in answer.offered] == ["open-door"]
    assert answer.text.startswith(say("no_comparison", "en"))


def test_of_two_things_the_one_that_is_known_is_not_enough(advisor: Advisor) -> None:
    answer = advisor.answer(Question("visa ban versus fishing licences"))
    assert answer.outcome is not Outcome.ANSWERED
    assert answer.entry is None


def test_a_side_that_is_not_sure_is_offered(advisor: Advisor) -> None:
    answer = advisor.answer(Question("visa ban vs rewards"))
    assert answer.entry == "visa-ban"
    assert answer.offered
    assert answer.text.startswith(say("no_comparison", "en"))


def test_a_word_that_is_compared_calls_for_no_notice(advisor: Advisor) -> None:
    assert advisor.answer(Question("killing them")).outcome is Outcome.BOUNDARY
    answer = advisor.answer(Question("visa ban vs killing them"))
    assert answer.outcome is not Outcome.BOUNDARY


def test_what_tells_two_things_apart_is_shown_whole(advisor: Advisor) -> None:
    answer = advisor.answer(Question("what's the difference between a deserter and an evader?"))
    assert (answer.entry, answer.offered) == ("deserter-evader", ())


def test_what_two_questions_share_is_said_once(bridge: Advisor) -> None:
    both = bridge.answer(Question("tell me about the footbridge idea? why would anyone want it?"))
    assert both.entry == "new-bridge"
    said = [block.text for block in both.blocks]
    assert len(said) == len(set(said))


def test_a_side_of_what_is_quoted_is_shown(bridge: Advisor) -> None:
    text = "> the herons will leave their nests\nwhat do people reply to this?"
    answer = bridge.answer(Question(text))
    assert (answer.entry, answer.facet) == ("new-bridge.herons", Facet.REPLIES)


def test_other_questions_are_offered_beside_the_answer(bridge: Advisor) -> None:
    asked = "who is going to pay for that bridge? and the herons will leave their nests, no?"
    answer = bridge.answer(Question(asked))
    assert (answer.outcome, answer.entry) == (Outcome.ANSWERED, "new-bridge.cost")
    assert answer.offered == (("new-bridge.herons", "It disturbs the herons"),)
    assert say("also.asked", "en") in answer.text
    after = answer.conversation(Conversation())
    assert (after.entry, after.offered) == ("new-bridge.cost", ("new-bridge.herons",))
    assert after.beside
    assert after.offered_facet is Facet.OVERVIEW


def test_an_elliptical_second_question_leans_on_the_first(bridge: Advisor) -> None:
    asked = "tell me about the footbridge idea? and what do critics say?"
    answer = bridge.answer(Question(asked))
    assert answer.entry == "new-bridge"
    assert "The town should build a foot bridge beside the mill." in answer.text
    assert "The money is needed for the school roof." in answer.text
    assert not answer.offered


def test_a_boundary_comes_first_wherever_it_stands(bridge: Advisor) -> None:
    asked = "who is going to pay for that bridge? can I sue the council over the bridge?"
    assert bridge.answer(Question(asked)).entry == "legal-advice"


def test_what_was_read_as_what_is_told(forced: Forced) -> None:
    # Nothing is sure here, so that no slip is left as it was typed.
    why = forced(1.1, 0.0, 0.0).answer(Question("the hernos will leave")).explanation
    assert why is not None
    assert why.read == (("hernos", "herons"),)
    assert "hernos" not in repr(why)


def test_what_is_surely_known_is_no_slip(forced: Forced) -> None:
    why = forced(0.0, 0.0, 0.0).answer(Question("the hernos will leave")).explanation
    assert why is not None
    assert why.read == ()


def test_no_text_is_looked_up_twice(forced: Forced, monkeypatch: pytest.MonkeyPatch) -> None:
    advisor = forced(0.0, 0.0, 0.0)
    looked_up: list[str] = []
    search = Index.search

    def counting(index: Index, text: str, *, limit: int = 10) -> Match:
        looked_up.append(text)
        return search(index, text, limit=limit)

    monkeypatch.setattr(Index, "search", counting)
    advisor.answer(Question("the hernos will leave"))
    assert looked_up == ["the hernos will leave"]


def test_what_follows_a_boundary_is_not_looked_up(
    bridge: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    search = Index.search

    def counting(index: Index, text: str, *, limit: int = 10) -> Match:
        looked_up.append(text)
        return search(index, text, limit=limit)

    monkeypatch.setattr(Index, "search", counting)
    asked = "can I sue the council over the bridge? will the herons leave their nests?"
    assert bridge.answer(Question(asked)).entry == "legal-advice"
    assert not any(text.startswith("will the herons") for text in looked_up)


def test_no_more_is_offered_than_wanted(bridge_index: Index) -> None:
    asked = "who will pay for the bridge? will the herons leave? what is the town going to build?"
    some = Advisor(bridge_index).answer(Question(asked))
    assert some.outcome is Outcome.ANSWERED
    assert len(some.offered) > 1
    assert Advisor(bridge_index, choices=1).answer(Question(asked)).offered == some.offered[:1]


REPEATED = (
    "доброго дня ", "доброго дня бот ", "hi there all ", "any ", "what the ", "is there any ",
    "thanks ", "ok thank you very much ", "please ", "не подскажите пожалуйста ", "why is not ",
    "is just not so ", "почему бы не ", "the first one of them ", "and so what about ", "а и но ",
    "who is who ", "was it ever ", "вопрос ", "U.S.A.", "a-", "*a", "“", "> ", "1. a\n", "hi!\n",
)  # fmt: skip


@pytest.mark.timeout(60)  # milliseconds each, where nothing is tried in exponentially many ways
@pytest.mark.parametrize("unit", REPEATED)
@pytest.mark.parametrize("end", ["", "!", "zzz"])
def test_what_repeats_itself_is_read_at_once(unit: str, end: str) -> None:
    text = (unit * MAX_QUESTION)[: MAX_QUESTION - len(end)] + end
    message = parse(text)
    find_cue(message.whole)
    and_about(message.whole)
    assert len(message.whole) <= len(text)


@given(st.text(st.one_of(st.characters(), st.sampled_from('?\n>"*`1.) hi')), max_size=200))
def test_any_message_is_read(text: str) -> None:
    message = parse(text)
    assert len(message.questions) <= MAX_QUESTIONS
    assert sum(map(len, message.questions)) <= 3 * len(text) + 10
    assert len(tidy(text)) <= 3 * len(text) + 10

"""The quality benchmark counts right, knows only what it may, and writes what it measured."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import peers, quality, quality_debates, quality_sets
from benchmarks.peers import Scores
from benchmarks.quality_debates import Debate, DebateQuestion, Point
from benchmarks.quality_encoding import Remembering
from benchmarks.quality_measure import Outcome, count, matthews, measure, outcome_of, sampled
from benchmarks.quality_methods import Decision, Method, Peer, Product, level_of
from benchmarks.quality_reliability import cross_fitted, reliability, without
from benchmarks.quality_sets import Base, Missing, Query, Sources, Task, debate_base
from bot.errors import RejoinderError
from bot.knowledge.load import load
from bot.retrieval.scoring import roots as roots_of
from tests.retrieval.conftest import CountingEncoder
from training import corpora


class Words:
    """Score by the number of words in common."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [set(text.split()) for text in texts]

    def scores(self, text: str) -> Scores:
        return np.array([float(len(known & set(text.split()))) for known in self._texts])


@pytest.fixture
def counting() -> CountingEncoder:
    """Return an encoder that is cheap and remembers what it was asked."""
    return CountingEncoder()


# --- the debates


def test_the_file_of_debates_is_what_the_script_makes() -> None:
    debates = quality_debates.held_out_debates()

    written = quality_debates.FILE.read_text(encoding="utf-8")
    assert written == quality_debates.written(debates), "run: python -m benchmarks.quality_debates"
    assert quality_debates.read() == debates


def test_every_point_of_a_held_out_debate_has_five_known_questions_in_english() -> None:
    for debate in quality_debates.read():
        ids = [point.id for point in debate.points]
        known = [question for question in debate.questions if question.known]
        assert {question.point for question in debate.questions} == {*ids, None}
        assert sorted(str(question.point) for question in known) == sorted(ids * 5)
        assert {question.language for question in known} == {"en"}


def test_held_out_debates_are_no_training_debates() -> None:
    kept = corpora.held_out()
    trained = [debate.name for debate in quality_debates.training_debates()]

    assert len(set(kept)) == len(kept) >= 10
    assert trained
    assert not set(kept) & set(trained)


@pytest.mark.parametrize("line", ["{", "[]", '{"type": "point", "debate": "a"}', '{"debate": 1}'])
def test_a_line_that_is_no_debate_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "debates.jsonl"
    title = json.dumps({"type": "debate", "debate": "a", "title": "A"})
    file.write_text(f"{title}\n{line}\n", encoding="utf-8")

    with pytest.raises(RejoinderError, match=r"Line 2 of .*debates\.jsonl"):
        quality_debates.read(file)


DEBATE = Debate(
    "pond",
    "A pond",
    (Point("dig", "proposal", "Dig a pond."), Point("frogs", "objection", "Frogs are loud.")),
    (
        DebateQuestion("what's the plan", "en", "dig", known=True),
        DebateQuestion("where would it go", "en", "dig"),
        DebateQuestion("а спать когда", "ru", "frogs"),
        DebateQuestion("who won the match", "en", None),
    ),
)


def test_a_debate_with_known_questions_asks_only_the_others() -> None:
    alone = debate_base(DEBATE, few=False, language="en")
    few = debate_base(DEBATE, few=True)

    assert alone.known == {"dig": ("Dig a pond.",), "frogs": ("Frogs are loud.",)}
    assert [query.text for query in alone.queries] == [
        "what's the plan", "where would it go", "who won the match",
    ]  # fmt: skip
    assert few.known["dig"] == ("Dig a pond.", "what's the plan")
    assert few.phrasings == {"what's the plan"}
    assert few.queries == (
        Query("where would it go", ("dig",)),
        Query("а спать когда", ("frogs",)),
        Query("who won the match"),
    )


# --- counting


def asked(labels: str, ranked: str, answered: str | None, scope: str | None = None) -> Outcome:
    base = Base({}, (), notices=frozenset({"n"}))
    query = Query("?", tuple(labels), None, scope)
    return outcome_of(base, query, Decision(tuple(ranked), answered))


def test_figures_are_those_counted_by_hand() -> None:
    outcomes = [
        asked("a", "ab", "a"),  # right
        asked("a", "ba", "b"),  # wrong, the right one second
        asked("b", "bc", None),  # right one first, not answered
        asked("bc", "cd", "c"),  # right by the second of two
        asked("n", "na", "n"),  # a notice that was expected
        asked("", "a", "a", "near"),  # out of scope, answered
        asked("", "a", None, "near"),
        asked("", "n", "n", "far"),  # a notice counts as no answer
    ]

    found = count(outcomes)

    assert found.accuracy == 4 / 5
    assert found.top3 == 1.0
    assert found.answered_right == 3 / 5
    assert found.precision == 3 / 5
    assert found.coverage == 4 / 5
    assert found.out_of_scope == 2 / 3
    assert (found.near, found.far) == (1 / 2, 1.0)
    assert found.overall == 5 / 8


def test_nothing_to_count_is_no_figure() -> None:
    found = count([asked("a", "", None)])

    assert found.precision is None
    assert found.out_of_scope is None
    assert found.accuracy == 0


def test_matthews_correlation_is_that_counted_by_hand() -> None:
    # 3 of 4 right; truths a, b, o occur 2, 1, 1 times, what was said 1, 2, 1 times:
    # (3·4 − 2·1 − 1·2 − 1·1) / √((16 − 6) · (16 − 6)) = 7 / 10.
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("o", "o")]

    assert matthews(pairs) == pytest.approx(0.7)
    assert matthews([("a", "a"), ("b", "b")]) == 1
    assert matthews([("a", "a"), ("b", "a")]) == 0
    assert matthews([]) is None


def test_draws_are_averaged_and_slow_methods_asked_a_fixed_sample() -> None:
    queries = (Query("one", ("x",)), Query("two", ("y",)))
    right = Base({"x": ("one",), "y": ("two",)}, queries)
    wrong = Base({"x": ("two",), "y": ("one",)}, queries)

    def start(base: Base, leaves_out: bool) -> Peer:
        assert leaves_out
        texts = [text for known in base.known.values() for text in known]
        return Peer(Words(texts), list(base.known), 1.0)

    method = Method("words", start, lambda *_: None, nullcontext)
    count_of_asked: list[None] = []

    found = measure(
        Task("t", ((right,), (right,), (wrong,))), method, lambda: count_of_asked.append(None)
    )

    assert len(count_of_asked) == 6
    assert found.questions == 2
    assert found.accuracy is not None
    assert list(found.accuracy) == pytest.approx([2 / 3, math.sqrt(1 / 3)])
    assert found.latency is not None
    assert found.out_of_scope is None
    many = replace(right, queries=queries * 50)
    chosen = sampled((many, many), 30)
    assert sum(len(taken) for _, taken in chosen) == 30
    assert chosen == sampled((many, many), 30)


# --- peers


def test_a_peer_answers_with_the_nearest_text_from_its_level_up() -> None:
    texts, labels = ["red apple", "green pear", "red pear tart"], ["apple", "pear", "tart"]

    peer = Peer(Words(texts), labels, 2.0)

    assert peer.decide(Query("a red pear")) == Decision(("tart", "apple", "pear"), "tart", 2.0)
    assert peer.decide(Query("a red house")) == Decision(("apple", "tart"), None, 1.0)
    assert peer.decide(Query("nothing")) == Decision((), None, 0.0)


def test_the_level_keeps_nine_of_ten_phrasings_that_are_left_out() -> None:
    known = {"x": tuple(f"x{n} same other" for n in range(9)), "y": ("lone", "alone"), "z": ("z",)}
    texts = [text for found in known.values() for text in found]

    # Left out, nine texts of x still share two words with another, both of y none: of the scores
    # 0, 0, 2 × 9 the tenth part lies at place 0.1 · 10 = 1, the second 0.
    assert level_of(Words(texts), Base(known, ())) == 0
    # Only those of x are phrasings: all share two.
    only_x = Base(known, (), frozenset(known["x"]))
    assert level_of(Words(texts), only_x) == 2
    assert level_of(Words(["a", "b"]), Base({"a": ("a",), "b": ("b",)}, ())) is None


def test_character_tf_idf_is_that_counted_by_hand() -> None:
    # " ab " has the runs " ab", "ab ", " ab "; "cd" has three as well, equally rare.
    matcher = peers.CharacterTfIdf(["ab", "cd", "ab cd"])

    assert matcher.scores("AB!").tolist() == pytest.approx([1, 0, 1 / math.sqrt(2)])
    assert matcher.scores("zz").tolist() == [0, 0, 0]


def test_chatterbots_matcher_rounds_and_stops_at_the_first_that_is_near_enough() -> None:
    # ratio = 2 · matches / letters of both
    assert peers.Chatterbot(["abcd", "xy"]).scores("AB").tolist() == [0.67, 0]
    text = "a" * 40
    scores = peers.Chatterbot(["b", text + "b", text]).scores(text)
    assert int(np.argmax(scores)) == 1, "its search ends before the one that is the same"


def test_a_peer_that_is_not_installed_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    monkeypatch.setitem(sys.modules, "rapidfuzz.process", None)

    with pytest.raises(peers.PeerError, match=r"rapidfuzz is not installed.*make bench-quality"):
        peers.Fuzzy(["a"], "WRatio")


def test_rapidfuzz_scores_as_its_documentation_says() -> None:
    pytest.importorskip("rapidfuzz")
    texts = ["fuzzy was a bear", "a cat"]

    assert peers.Fuzzy(texts, "token_set_ratio").scores("Fuzzy fuzzy WAS a bear!")[0] == 100
    assert peers.Fuzzy(texts, "WRatio").scores("fuzzy was a bear").argmax() == 0


def test_bm25_stems_and_prefers_rare_words() -> None:
    pytest.importorskip("bm25s")
    pytest.importorskip("Stemmer")
    matcher = peers.Bm25(["the bridges", "the cost", "the мосты", "the"])

    assert matcher.scores("the bridge").argmax() == 0
    assert matcher.scores("моста").argmax() == 2
    assert not matcher.scores("nothing of this").any()
    assert not matcher.scores("zebra").any()


# --- the product


def test_each_text_is_encoded_once_and_anew_only_where_time_is_taken(
    tmp_path: Path, counting: CountingEncoder
) -> None:
    remembering = Remembering(counting, tmp_path)
    remembering.prepare("one", ["a", " b "])
    remembering.prepare("two", ["a", "c"])
    assert sorted(counting.taken()) == [" b ", "a", "b", "c"]

    remembering.encode(["b", "d", "d"])
    assert counting.taken() == ["d"]
    with remembering.fresh():
        remembering.encode(["a"])
    assert counting.taken() == ["a"]

    later = Remembering(counting, tmp_path)
    later.prepare("one", ["a", " b "])
    assert counting.taken() == [], "kept on disk"
    assert np.array_equal(later.encode(["a"]), remembering.encode(["a"]))


KNOWN = {
    "refund": ("refund", "i want my money back", "return my payment", "please refund the order"),
    "opening": ("opening hours", "when do you open", "are you open on sunday", "closing time"),
    "delivery": ("delivery", "when does my parcel arrive", "track the parcel", "shipping time"),
}


def test_the_product_answers_from_the_texts_of_the_base_alone(counting: CountingEncoder) -> None:
    product = Product(Base(KNOWN, ()), Remembering(counting, None))

    for label, texts in KNOWN.items():
        for text in texts:
            assert product.decide(Query(text)).ranked[0] == label
    indexed = {text.text for text in product.advisor.index.texts}
    assert indexed == {text for texts in KNOWN.values() for text in texts}


def test_the_product_answers_from_the_topic_itself_and_follows_up(
    small_topic: Path, counting: CountingEncoder
) -> None:
    sources = Sources(None, topic=small_topic)
    release = load(sources.topic)
    base = quality_sets.topic_base(release, [])

    product = Product(base, Remembering(counting, None))
    decision = product.decide(Query("any proof?", (), "new-bridge.cost"))

    assert base.notices == {"legal-advice"}
    assert "what about the birds" in base.phrasings
    assert "The money is needed for the school roof." in base.known["new-bridge.cost"]
    assert decision.answered == "new-bridge.cost"
    assert product.decide(Query("what is a mill race")).ranked[0] == "mill-race"


# --- the confidence


def test_the_calibration_error_is_that_counted_by_hand() -> None:
    found = reliability("r", [(0.05, False), (0.95, True), (0.95, False), (1.0, True)])

    # First bin: gap .05 of one. Last: said 2.9/3, right 2/3, gap .3 of three.
    assert found.error == pytest.approx((0.05 + 3 * 0.3) / 4)
    assert [one.count if one else 0 for one in found.bins] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 3]


def test_what_is_rare_counts_as_if_it_were() -> None:
    said, rare = [(0.95, True)] * 4, [(0.95, False)] * 100

    found = reliability("r", said, rare, 0.25)

    # One wrong to four right, however many were asked.
    assert found.error == pytest.approx(0.95 - 0.8)
    assert found.bins[-1] is not None
    assert found.bins[-1].count == 5


def test_phrasings_are_asked_of_indexes_that_do_not_know_them(
    small_topic: Path, counting: CountingEncoder
) -> None:
    release = load(small_topic)
    phrasings = sum(len(release.topic.phrasings(entry)) for entry in release.entries)

    known, unknown = cross_fitted(release, Remembering(counting, None), lambda: None)

    # Over the five folds every phrasing is left out once by itself, if not with its family.
    own = {"new-bridge"}
    assert 0 < len(known) <= phrasings
    assert len(unknown) == sum(
        len(release.topic.phrasings(entry)) for entry in release.entries if entry not in own
    )
    assert all(0 <= confidence <= 1 for confidence, _ in [*known, *unknown])
    assert not any(right for _, right in unknown)


def test_a_family_goes_with_all_that_answers_it(small_topic: Path) -> None:
    topic = load(small_topic).topic
    roots = roots_of(topic.entries.values())
    assert roots["new-bridge.cost.c1"] == "new-bridge.cost"

    left = without(topic, {"new-bridge.cost", "mill-race"}, {"what about the birds"})

    gone = set(topic.entries) - set(left.entries)
    assert gone == {"new-bridge.cost", "new-bridge.cost.1", "new-bridge.cost.c1", "mill-race"}
    assert left.phrasings("new-bridge.herons") == (("en", "the herons will leave their nests"),)


# --- the sets


def write_lines(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_intents(folder: Path) -> None:
    """Write sets whose questions are known texts word for word, and letters nobody knows."""
    kinds = {
        "refund": "money back payment return refund cash order".split(),
        "opening": "hours sunday open closing door early late".split(),
    }
    rows: list[dict[str, object]] = []
    for label, words in kinds.items():
        texts = [f"{words[n % 7]} {words[(n + 1) % 7]} {n}{label}" for n in range(13)]
        rows.append({"text": f"{label} name", "label": label, "split": "canon"})
        rows += [{"text": text, "label": label, "split": "train5"} for text in texts[:5]]
        rows += [{"text": text, "label": label, "split": "train10"} for text in texts[:10]]
        rows += [{"text": text, "label": label, "split": "valid"} for text in texts[10:]]
        rows += [{"text": text, "label": label, "split": "test"} for text in texts[:4]]
    rows += [
        {"text": "żółw ћирилица", "label": "__oos__", "split": "oos_test"},
        {"text": "ξένος λόγος", "label": "__oos__", "split": "oos_test"},
    ]
    write_lines(folder / "clinc150.jsonl", rows)
    for row in rows:
        if row["split"] == "train10":
            row["split"] = "train"
    write_lines(folder / "hint3_sofmattress.jsonl", rows)


def write_argkp(folder: Path) -> None:
    (folder / "argkp").mkdir()
    files = {
        "key_points_dev.csv": "key_point_id,key_point,topic,stance\n"
        "k1,Ponds are wet,Ponds,1\nk2,Frogs sing well,Ponds,1\nk3,Ponds cost money,Ponds,-1\n",
        "arguments_dev.csv": "arg_id,argument,topic,stance\n"
        'a1,"ponds are wet, really",Ponds,1\na2,frogs sing,Ponds,1\na3,hello,Ponds,1\n'
        "a4,unclear,Ponds,1\na5,they cost money,Ponds,-1\n",
        "labels_dev.csv": "arg_id,key_point_id,label\n"
        "a1,k1,1\na1,k2,0\na2,k1,1\na2,k2,1\na3,k1,0\na3,k2,0\na4,k1,0\na5,k3,1\n",
    }
    for name, text in files.items():
        (folder / "argkp" / name).write_text(text, encoding="utf-8")


def test_a_draw_of_our_own_takes_from_all_that_is_not_asked(tmp_path: Path) -> None:
    write_intents(tmp_path)

    tasks = quality_sets.intents(Sources(tmp_path), "CLINC150", "clinc150.jsonl")

    assert [task.name for task in tasks] == [
        "CLINC150, 5 phrasings, published draw", "CLINC150, 5 phrasings, 5 draws of our own",
        "CLINC150, 10 phrasings, published draw", "CLINC150, 10 phrasings, 5 draws of our own",
    ]  # fmt: skip
    published, own = tasks[0], tasks[1]
    assert isinstance(published, Task)
    assert isinstance(own, Task)
    [[base]] = published.draws
    assert base.known["refund"][0] == "refund name"
    assert "refund name" not in base.phrasings
    assert [len(texts) for texts in base.known.values()] == [6, 6]
    assert sum(not query.labels for query in base.queries) == 2
    assert len({draw[0].known["refund"] for draw in own.draws}) > 1
    assert own.draws == quality_sets.intents(Sources(tmp_path), "", "clinc150.jsonl")[1].draws  # type: ignore[union-attr]


def test_an_argument_is_held_against_the_key_points_of_its_side(tmp_path: Path) -> None:
    write_argkp(tmp_path)

    [task] = quality_sets.argkp(Sources(tmp_path))

    assert isinstance(task, Task)
    assert not task.leaves_out
    [[favour, against]] = task.draws
    assert favour.known == {"k1": ("Ponds are wet",), "k2": ("Frogs sing well",)}
    assert favour.queries == (
        Query("ponds are wet, really", ("k1",)),
        Query("frogs sing", ("k1", "k2")),
        Query("hello"),
    ), "an argument that judges disagreed on is not known to match nothing"
    assert against.queries == (Query("they cost money", ("k3",)),)


def test_the_gate_is_read_by_language_with_its_scopes(tmp_path: Path, small_topic: Path) -> None:
    file = tmp_path / "gate.jsonl"
    common = {"context": None, "facet": None}
    write_lines(
        file,
        [
            {"ask": "q", "language": "en", "expect": ["mill-race"], "scope": "in", **common},
            {"ask": "r", "language": "uk", "expect": [], "scope": "near", **common},
            {"ask": "s", "language": "ru", "expect": [], "scope": "far",
             "context": "new-bridge", "facet": None},
        ],
    )  # fmt: skip

    tasks = quality_sets.gate(Sources(None, topic=small_topic, gate=file))

    found = {
        task.name: task.draws[0][0].queries for task in tasks if isinstance(task, Task)
    }  # fmt: skip
    assert list(found) == ["The gate, all", "The gate, English", "The gate, Russian",
                           "The gate, Ukrainian"]  # fmt: skip
    assert found["The gate, English"] == (Query("q", ("mill-race",), None, "in"),)
    assert found["The gate, Russian"] == (Query("s", (), "new-bridge", "far"),)
    assert len(found["The gate, all"]) == 3


def test_the_gate_opens_only_by_its_own_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        quality.main(["--sets", "gate"])
    assert "invalid choice: 'gate'" in capsys.readouterr().err


def test_a_set_that_is_absent_says_so(tmp_path: Path) -> None:
    assert quality_sets.sofmattress(Sources(None)) == [
        Missing("HINT3 SOFMattress", "no folder of public sets was named (--bench DIR)")
    ]
    [missing] = quality_sets.argkp(Sources(tmp_path))
    assert isinstance(missing, Missing)
    assert missing.why == f"{tmp_path.name}/argkp/labels_dev.csv is not there"


# --- all together


@pytest.mark.timeout(300)
def test_a_run_writes_its_figures_between_the_markers(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_intents(tmp_path)
    write_argkp(tmp_path)
    output = tmp_path / "quality.md"
    output.write_text(
        "# Quality\n\n<!-- bench:quality -->\nStale.\n<!-- /bench:quality -->\n\nEnd.\n"
    )

    status = quality.main(
        ["--bench", str(tmp_path), "--sets", "clinc150", "sofmattress", "argkp", "banking77",
         "--methods", "rejoinder", "tf-idf", "--work", str(tmp_path / "work"),
         "--write", str(output), "--quick"]
    )  # fmt: skip

    said = capfd.readouterr()
    assert status == 0, said.err
    assert not said.out
    text = output.read_text(encoding="utf-8")
    assert "Stale." not in text
    assert text.endswith("<!-- /bench:quality -->\n\nEnd.\n")
    table = text[text.index("**CLINC150, 5 phrasings, published draw** (10 questions)") :]
    # Each question is a known text word for word, and no letter of the others is known.
    assert "| TF-IDF, characters | 100.0 | 100.0 | 100.0 | 100.0 | 100.0 | 0." in table
    assert table.split("**Rejoinder** | ")[1].startswith("100.0 | ")
    assert "| *ICDA* [1] | 92.6 | – | – | – | – | – |" in table
    assert "2 draws of our own** (10 questions)" in table
    assert "± " in table
    assert "**BANKING77** | not measured:" in table
    assert "| TF-IDF, characters | 100.0 | 1.000 |" in table, "HINT3's accuracy and MCC"
    assert "| *the best of four platforms and BERT* [3] | 71.3 | 0.638 |" in table
    assert "ArgKP, development topics, key points of the argument's side** (4 questions" in table
    assert 'ARGS="--bench DIR --sets clinc150 sofmattress argkp banking77' in text
    assert str(tmp_path) not in text

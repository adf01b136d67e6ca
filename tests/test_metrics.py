"""Metrics: what is counted can be scraped, and no label ever holds what a user wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import BUCKETS, OTHER, REASONS, Metrics
from bot.querylog import Health

GOOD = Health(ok=True, database_ok=True, spool_ok=True, spooled=0, message="")


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Scrape, and return the values by name and labels (as ``name=value``, sorted)."""
    content, kind = metrics.render()
    assert kind.startswith("text/plain")
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): (
            sample.value
        )
        for family in text_string_to_metric_families(content.decode())
        for sample in family.samples
    }


def labels(metrics: Metrics) -> Iterator[str]:
    for key in samples(metrics):
        yield from key[1:]


def test_what_happened_can_be_scraped() -> None:
    metrics = Metrics()
    metrics.answered("discord", "answered", 0.004)
    metrics.answered("discord", "answered", 0.3)
    metrics.answered("discord", "gap", 30)
    metrics.failed("expired")
    metrics.refused("cooldown")
    metrics.refused("cooldown")
    metrics.said_wrong("one-sided")
    found = samples(metrics)
    questions = "rejoinder_questions_total"
    assert found[questions, "channel=discord", "outcome=answered"] == 2
    assert found[questions, "channel=discord", "outcome=gap"] == 1
    assert found["rejoinder_failures_total", "kind=expired"] == 1
    assert found["rejoinder_refused_total", "reason=cooldown"] == 2
    assert found["rejoinder_feedback_total", "reason=one-sided"] == 1
    bucket = "rejoinder_answer_seconds_bucket"
    assert found[bucket, "channel=discord", "le=0.005"] == 1
    assert found[bucket, "channel=discord", "le=0.5"] == 2
    assert found[bucket, "channel=discord", "le=10.0"] == 2
    assert found[bucket, "channel=discord", "le=+Inf"] == 3
    assert found["rejoinder_answer_seconds_sum", "channel=discord"] == pytest.approx(30.304)
    assert (BUCKETS[0], BUCKETS[-1]) == (0.005, 10.0)


def test_gauges_show_the_last_state_only() -> None:
    metrics = Metrics()
    metrics.log_is(GOOD)
    metrics.shards_are({"up": 1, "down": 1})
    metrics.releases_are({"bridge": "aaa", "bike-lane": "bbb"})
    metrics.log_is(replace(GOOD, ok=False, spooled=7))
    metrics.shards_are({"up": 2})
    metrics.releases_are({"bridge": "ccc"})
    found = samples(metrics)
    assert found["rejoinder_log_healthy",] == 0
    assert found["rejoinder_log_spooled",] == 7
    assert {k: v for k, v in found.items() if k[0] == "rejoinder_discord_shards"} == {
        ("rejoinder_discord_shards", "state=up"): 2
    }
    assert [key[1:] for key in found if key[0] == "rejoinder_release_info"] == [
        ("release=ccc", "topic=bridge")
    ]


def test_two_programs_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.failed("ours")
    assert ("rejoinder_failures_total", "kind=ours") in samples(one)
    assert ("rejoinder_failures_total", "kind=ours") not in samples(other)


@given(st.text())
@example("my neighbour is a thief")
@example("123456789012345678")
@example('"} 1\nrejoinder_log_healthy 1')
def test_what_people_write_as_a_reason_is_counted_and_not_shown(text: str) -> None:
    metrics = Metrics()
    metrics.said_wrong(text)
    reason = text if text in REASONS else OTHER
    assert set(labels(metrics)) == {f"reason={reason}"}
    assert samples(metrics)["rejoinder_feedback_total", f"reason={reason}"] == 1


@given(st.text(alphabet=st.characters(), min_size=1).filter(lambda text: not text[0].isalpha()))
@example("123456789012345678")
@example("<@123456789012345678>")
def test_what_is_no_word_of_the_program_never_becomes_a_label(text: str) -> None:
    metrics = Metrics()
    metrics.failed(text)
    metrics.refused(text)
    metrics.answered(text, text, 0.1)
    values = {label.partition("=")[2] for label in labels(metrics) if not label.startswith("le=")}
    assert values == {OTHER}


def test_a_mistaken_caller_cannot_flood_the_monitoring() -> None:
    metrics = Metrics()
    metrics.failed("ours")
    for number in range(500):
        metrics.failed(f"kind{number}")
    metrics.failed("ours")
    name = "rejoinder_failures_total"
    kinds = {key[1]: n for key, n in samples(metrics).items() if key[0] == name}
    assert len(kinds) < 50
    assert kinds["kind=ours"] == 2
    assert kinds["kind=other"] > 400

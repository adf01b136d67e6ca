"""The benchmarks run, write where they are told, and measure what they say."""

from __future__ import annotations

import re
import sqlite3
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import chart, report, synthetic
from benchmarks.__main__ import main
from benchmarks.process import percentile
from benchmarks.review_texts import Texts
from bot.knowledge.load import load


@pytest.mark.timeout(300)
def test_quick_mode_measures_everything_and_writes_the_sections(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "docs" / "performance.md"
    names = ["latency", "start", "throughput", "scale"]

    status = main([*names, "--quick", "--work", str(tmp_path / "work"), "--output", str(output)])

    said = capfd.readouterr()
    assert status == 0, said.err
    assert not said.out, "progress belongs on standard error"
    text = output.read_text(encoding="utf-8")
    for name in names:
        assert f"<!-- bench:{name} -->" in text
        assert f"`python -m benchmarks {name} --quick`" in text
    assert len(re.findall(r"^\*\d{4}-\d\d-\d\d, .+ cores?, ", text, re.MULTILINE)) == len(names)
    assert re.search(r"\| `Advisor\.answer` \| p50 \| [\d.]+ ms", text)
    assert re.search(r"\| cold `ask`, median \| [\d.]+ s", text)
    assert re.search(r"group commit.* \| [\d,]+ /s", text)
    assert re.search(r"^\| 100 \| 10 \| ", text, re.MULTILINE)
    ET.parse(output.parent / "performance-scale.svg")


@pytest.mark.timeout(300)
def test_load_on_discord_loses_nothing_and_answers_nothing_twice(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "performance.md"

    status = main(
        ["discord", "--quick", "--seconds", "2", "--work", str(tmp_path / "work"),
         "--output", str(output)]
    )  # fmt: skip

    assert status == 0, capfd.readouterr().err
    text = output.read_text(encoding="utf-8")
    assert "40 mentions and 20 `/ask` a second for 2 s, 120 questions, 60 of them" in (
        " ".join(text.split())
    )
    assert re.search(r"\| event to reply \| median \| [\d.,]+ ms \| ≤ 60.0 ms", text)
    assert re.search(r"\| event to reply \| p99 \| [\d.,]+ ms \| ≤ 500 ms", text)
    assert re.search(r"\| questions lost \|  \| 0 \| 0 \| yes", text)
    assert re.search(r"\| questions answered twice \|  \| 0 \| 0 \| yes", text)
    assert re.search(r"\| questions without a row.* \|  \| 0 \| 0 \| yes", text)
    assert re.search(r"^\| end \| [\d,]+ MB \|", text, re.MULTILINE)


def test_a_section_measured_again_replaces_only_itself(tmp_path: Path) -> None:
    output = tmp_path / "performance.md"
    report.write(output, "one", "first of one")
    report.write(output, "two", "first of two")
    output.write_text(output.read_text("utf-8") + "\nA person's own words.\n", encoding="utf-8")

    report.write(output, "one", "second of one")

    text = output.read_text("utf-8")
    assert "first of one" not in text
    assert text.count("bench:one") == 2
    assert text.index("second of one") < text.index("first of two")
    assert text.endswith("A person's own words.\n")


def test_an_unknown_benchmark_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["latenzy", "--work", str(tmp_path)])
    assert "latenzy" in capsys.readouterr().err


def test_synthetic_topics_are_valid_and_the_same_every_time(tmp_path: Path) -> None:
    release = load(synthetic.write(tmp_path / "one", 200))
    again = load(synthetic.write(tmp_path / "two", 200))
    larger = load(synthetic.write(tmp_path / "three", 400))

    assert release.id == again.id
    assert not release.warnings
    assert len(release.entries) == 20
    assert sum(len(release.topic.phrasings(entry)) for entry in release.entries) == 200
    assert all(larger.entries[entry] == release.entries[entry] for entry in release.entries)
    phrasings = {text for entry in release.entries for _, text in release.topic.phrasings(entry)}
    assert not phrasings & set(synthetic.questions(200, 50))


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.001, 1)]
)
def test_percentiles_are_nearest_ranks(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_figures_are_held_against_their_targets() -> None:
    assert report.against(14.9, 15.0, "ms") == ["14.9 ms", "≤ 15.0 ms", "yes"]
    assert report.against(15.1, 15.0, "ms")[2] == "**no**"
    assert report.against(1999, 2000, "/s", least=True) == ["1,999 /s", "≥ 2,000 /s", "**no**"]
    assert report.against(3, None, "s") == ["3.00 s", "–", ""]


def test_a_chart_is_well_formed_and_inside_its_frame() -> None:
    picture = chart.draw(
        [chart.Panel("time, s", {"a": [(100.0, 0.2), (1e5, 90.0)], "b": [(100.0, 7.0)]})],
        "phrasings",
    )
    root = ET.fromstring(picture)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    circles = root.findall("{http://www.w3.org/2000/svg}circle")
    assert len(circles) == 3
    assert all(0 < float(circle.attrib["cx"]) < width for circle in circles)
    assert all(0 < float(circle.attrib["cy"]) < height for circle in circles)


@pytest.mark.timeout(300)
def test_a_large_log_is_made_reviewed_and_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "performance.md"
    arguments = ["review", "--quick", "--work", str(tmp_path / "work"), "--output", str(output)]

    status = main(arguments)

    assert status == 0, capfd.readouterr().err
    text = output.read_text(encoding="utf-8")
    assert "2,000 questions of 365 days by 80 people" in text
    assert re.search(r"\| a cluster \| [\d.,]+ ms \| ≤ 100 ms", text)
    assert re.search(r"\| search for rare words, through the page \| [\d.,]+ ms \| ≤ 200 ms", text)
    assert re.search(r"\| clustering 100 questions \| [\d.]+ s \| ≤ 60.0 s \| yes", text)
    assert re.search(r"\| database \| [\d.]+ MB \| ≤ 800 MB \| yes", text)
    assert re.search(r"\| forgetting a person, [1-9]\d* questions \|", text)
    assert re.search(r"\| retention of one day, [1-9]\d* questions \|", text)
    # The log that was made is there for the next time, as it was.
    made = tmp_path / "work" / "review-2000" / "data" / "querylog.sqlite3"
    with closing(sqlite3.connect(f"file:{made}?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM queries").fetchone() == (2_000,)
        assert connection.execute("SELECT sum(queries) FROM daily").fetchone() == (2_000,)
        waiting = "SELECT count(*) FROM review_items WHERE status = 'open' AND cluster_id IS NULL"
        assert connection.execute(waiting).fetchone() == (100,)
        words = "SELECT count(*) FROM queries_fts WHERE queries_fts MATCH 'the'"
        assert connection.execute(words).fetchone()[0] > 100


def test_texts_are_the_same_every_time_and_come_again(tmp_path: Path) -> None:
    release = load(synthetic.write(tmp_path / "one", 200))
    texts, again = Texts(release, 5_000), Texts(release, 5_000)

    drawn = [texts.draw() for _ in range(2_000)]

    assert drawn == [again.draw() for _ in range(2_000)]
    asked = Counter(text for _, text in drawn)
    assert 1_000 < len(asked) < 1_800
    assert asked.most_common(1)[0][1] > 20
    assert {language for language, _ in drawn} == {"en", "ru", "uk"}

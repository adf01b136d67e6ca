"""Settings: where they come from, what is refused, and that each of them is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.errors import UsageError
from bot.settings import PREFIX, Settings, load_settings, shipped_knowledge

ROOT = Path(__file__).parent.parent
NAMES = sorted(Settings.model_fields)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def test_defaults_need_nothing() -> None:
    settings = load_settings()
    assert (settings.knowledge / "million-carrots" / "topic.yaml").exists()
    assert settings.knowledge == shipped_knowledge()
    assert settings.data.is_absolute()
    assert settings.data.name == "rejoinder"
    assert settings.database_url is None
    assert settings.threads == 1


def test_command_line_beats_environment_beats_file_beats_default(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().threads == 1
    file.write_text("threads: 2\nretention_days: 30\nlog_level: info\n")
    assert load_settings(file).threads == 2
    monkeypatch.setenv("REJOINDER_THREADS", "3")
    monkeypatch.setenv("REJOINDER_LOG_LEVEL", "")  # empty counts as not set
    settings = load_settings(file)
    assert (settings.threads, settings.retention_days, settings.log_level) == (3, 30, "info")
    assert load_settings(file, threads=4).threads == 4
    assert load_settings(file, threads=None).threads == 3


def test_the_environment_names_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("threads: 5")
    monkeypatch.setenv("REJOINDER_CONFIG", str(file))
    assert load_settings().threads == 5


def test_paths_in_a_file_count_from_the_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file.write_text("knowledge: topics/mine\ndata: ~/data\n")
    settings = load_settings(file)
    assert settings.knowledge == tmp_path / "topics" / "mine"
    assert settings.data == tmp_path / "home" / "data"
    file.write_text("data: /var/lib/rejoinder\n")
    assert load_settings(file).data == Path("/var/lib/rejoinder")


@pytest.mark.parametrize("content", ["", "# nothing\n", "\ufeff# with a mark\n"])
def test_an_empty_file_is_all_defaults(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")
    assert load_settings(file).threads == 1


@pytest.mark.parametrize("word", ["null", "none", "None", "~", ""])
def test_retention_can_be_switched_off(file: Path, word: str) -> None:
    file.write_text(f"retention_days: {word}\ndatabase_url: {word}\n")
    settings = load_settings(file)
    assert settings.retention_days is None
    assert settings.database_url is None


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("threads", "0"), ("threads", "65"), ("threads", "1.5"), ("threads", "one"),
        ("log_time_limit", "0"), ("log_time_limit", "61"), ("log_time_limit", "nan"),
        ("retention_days", "0"), ("log_level", "DEBUG"), ("log_level", "trace"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_place(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, bad: str
) -> None:
    file.write_text(f"# settings\n{name}: {bad}\n")
    with pytest.raises(UsageError) as raised:
        load_settings(file)
    assert raised.value.message.startswith(f"{file}:2:1: {name}: ")
    assert "docs/operation.md" in (raised.value.hint or "")
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", bad)
    with pytest.raises(UsageError, match=f"^{PREFIX}{name.upper()} in the environment: "):
        load_settings()
    with pytest.raises(UsageError, match=f"^--{name.replace('_', '-')}: "):
        load_settings(None, **{name: bad})


def test_an_unknown_key_is_an_error_with_a_guess(file: Path) -> None:
    file.write_text("threads: 1\n\nretention: 5\n")
    with pytest.raises(UsageError) as raised:
        load_settings(file)
    assert raised.value.message.startswith(f"{file}:3:1: retention: unknown key 'retention'")
    assert "did you mean 'retention_days'?" in raised.value.message
    for name in NAMES:
        assert name in raised.value.message


def test_secrets_do_not_show(file: Path) -> None:
    file.write_text("database_url: postgresql://me:hunter2@h/d\n")
    settings = load_settings(file)
    assert isinstance(settings.database_url, SecretStr)
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()
    for bad in ("[hunter2]", "{a: hunter2}"):
        file.write_text(f"database_url: {bad}\n")
        with pytest.raises(UsageError) as raised:
            load_settings(file)
        assert "hunter2" not in str(raised.value)
        assert raised.value.__suppress_context__


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
@example("threads: 1\nthreads: 2")
@example("? a\n: b")
@example("<<: {threads: 1}")
@example("threads: {1: 2}")
@example('data: "\\0"')
def test_any_file_is_settings_or_a_sentence(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8", newline="")
    refused = None
    try:
        assert load_settings(file).threads >= 1
    except UsageError as error:
        refused = error
    if refused is not None:
        assert str(file) in refused.message
        assert refused.message.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_says_what_it_does(name: str) -> None:
    description = Settings.model_fields[name].description or ""
    assert description.endswith(".")
    assert description[0].isupper()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("page", ["docs/operation.md", "config.example.yaml"])
def test_every_setting_is_documented(name: str, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    pattern = rf"^#? ?{name}:" if page.endswith(".yaml") else rf"`{name}`"
    assert re.search(pattern, text, re.MULTILINE), f"{page} says nothing about {name}"

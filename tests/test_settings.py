"""Settings: where they come from, what is refused, and that each of them is documented."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.errors import UsageError
from bot.settings import PREFIX, Settings, discord_token, load_settings, shipped_knowledge

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
        ("http_port", "-1"), ("http_port", "65536"), ("http_port", "http"),
        ("discord_home", "0"), ("discord_home", "my server"), ("discord_user_limit", "-1"),
        ("answer_precision", "0.4"), ("answer_precision", "95"), ("answer_precision", "95 %"),
        ("answer_precision", "nan"), ("choices", "1"), ("choices", "6"), ("choices", "2.5"),
        ("discord_channel_limit", "1.5"), ("discord_window", "0"), ("discord_window", "inf"),
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


@pytest.mark.parametrize("bad", ["1", "0.3", "95", "95 %", "high", "nan", "[0.9]"])
def test_a_bad_precision_is_told_what_to_write(file: Path, bad: str) -> None:
    file.write_text(f"answer_precision: {bad}\n")
    with pytest.raises(UsageError, match=r"write a share from 0\.5 to 0\.99, such as 0\.95\. "):
        load_settings(file)
    file.write_text(f"choices: {bad}\n")
    with pytest.raises(UsageError, match=r"write a whole number from 2 to 5\. "):
        load_settings(file)


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


def test_further_topics_count_from_the_file_or_stand_like_a_path_in_the_environment(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().topics == ()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file.write_text("topics: [harbour, ../canal, /srv/mill, ~/lock]\n")
    home = tmp_path / "home"
    assert load_settings(file).topics == (
        tmp_path / "harbour", tmp_path / ".." / "canal", Path("/srv/mill"), home / "lock",
    )  # fmt: skip
    monkeypatch.setenv("REJOINDER_TOPICS", os.pathsep.join(["/a", "", "~/b"]))
    assert load_settings(file).topics == (Path("/a"), home / "b")


@pytest.mark.parametrize("bad", ["harbour", "{a: b}", "[[a]]", "[{a: b}]"])
def test_further_topics_are_a_list_of_paths(file: Path, bad: str) -> None:
    file.write_text(f"threads: 1\ntopics: {bad}\n")
    with pytest.raises(UsageError) as raised:
        load_settings(file)
    assert raised.value.message.startswith(f"{file}:2:1: topics: ")


@pytest.mark.parametrize(
    "name", ["http_port", "discord_home", "discord_token", "discord_token_file", "retention_days"]
)
def test_what_can_be_left_out_can_be_null(
    file: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for word in ("null", "~", "None", ""):
        file.write_text(f"{name}: {word}\n")
        assert getattr(load_settings(file), name) is None
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", "null")
    assert getattr(load_settings(), name) is None


TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.hunter2hunter2hunter2hunter2hunter2"


def test_a_token_in_the_settings_file_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in (TOKEN, f"'{TOKEN}'", "[hunter2]", "{hunter2: 1}"):
        file.write_text(f"threads: 1\ndiscord_token: {value}\n")
        # Not even where another one goes before it: it has been written down.
        monkeypatch.setenv("REJOINDER_DISCORD_TOKEN", "another")
        with pytest.raises(UsageError) as raised:
            load_settings(file)
        assert raised.value.message == (
            f"{file}:2:1: discord_token: a token must not stand in this file."
        )
        assert "Reset it" in (raised.value.hint or "")
        assert "hunter2" not in str(raised.value)


def test_the_token_comes_from_the_environment_or_a_file_of_its_own(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert discord_token(load_settings()) is None
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    file.write_text("discord_token_file: token\n")
    settings = load_settings(file)
    found = discord_token(settings)
    assert found is not None
    assert found.get_secret_value() == TOKEN
    monkeypatch.setenv("REJOINDER_DISCORD_TOKEN", "from-the-environment")
    settings = load_settings(file)
    found = discord_token(settings)
    assert found is not None
    assert found.get_secret_value() == "from-the-environment"
    shown = repr(settings) + str(settings) + settings.model_dump_json() + repr(found)
    assert "from-the-environment" not in shown


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"hunter2 hunter2", b"hunter2\nhunter2", b"hunter2" * 200]
)
def test_a_file_without_a_token_is_named_and_not_quoted(tmp_path: Path, content: bytes) -> None:
    secret = tmp_path / "token"
    secret.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        discord_token(load_settings(discord_token_file=secret))
    assert raised.value.message == f"The token file {secret} holds no token."
    assert "hunter2" not in str(raised.value)


@given(st.binary(max_size=1200))
def test_any_token_file_is_a_token_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    secret = tmp_path / "token"
    secret.write_bytes(content)
    try:
        found = discord_token(load_settings(discord_token_file=secret))
    except UsageError as error:
        refused = error.message
        assert refused.endswith("holds no token.")
        return
    assert found is not None
    # It goes into the header of a request.
    token = found.get_secret_value()
    assert token.isascii()
    assert token.isprintable()
    assert " " not in token


@pytest.mark.parametrize("value", ["hunter2 hunter2", "hunter2\nhunter2", "жhunter2"])
def test_an_environment_without_a_token_is_named_and_not_quoted(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("REJOINDER_DISCORD_TOKEN", value)
    with pytest.raises(UsageError, match=r"^REJOINDER_DISCORD_TOKEN holds no token") as raised:
        discord_token(load_settings())
    assert "hunter2" not in str(raised.value)


def test_a_token_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for wrong in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(UsageError, match=f"^The token file {wrong} cannot be read: "):
            discord_token(load_settings(discord_token_file=wrong))


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

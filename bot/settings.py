"""All settings: one typed, described model, read from a YAML file and the environment."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import UsageError
from bot.knowledge import reader
from bot.knowledge.advice import advice
from bot.knowledge.parse import find_place

PREFIX = "REJOINDER_"
_UNSET = {"null", "none", "~", ""}
_LONGEST_TOKEN = 1_000
_ADVICE = {
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "finite_number": "write a number that is finite",
    "path_type": "write one path",
    # Only an address has one.
    "string_pattern_mismatch": "write an address such as https://rejoinder.example.org, with "
    "nothing behind the host and port",
}
# Settings whose bounds are best said whole.
_ADVICE_ON = {
    "answer_precision": "write a share from 0.5 to 0.99, such as 0.95",
    "choices": "write a whole number from 2 to 5",
}


def shipped_knowledge() -> Path:
    """Return the folder of shipped topics: inside an installed wheel, or the source tree's."""
    inside = Path(__file__).parent / "topics"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "knowledge"


def default_data() -> Path:
    """Return the platform's directory for a user's data of this program."""
    import platformdirs  # noqa: PLC0415 - only needed where no directory is given

    return Path(platformdirs.user_data_dir("rejoinder", appauthor=False))


def own_knowledge(data: Path) -> Path:
    """Return where in a data directory the copies of shipped topics are that moderators change."""
    return data / "knowledge"


class Settings(BaseSettings):
    """What can be configured. Order of precedence: command line, environment, file, default.

    Environment variables are named REJOINDER_ and the setting's name in capitals.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    knowledge: Path = Field(
        default_factory=shipped_knowledge,
        description="Topic folder to answer from (it holds topic.yaml). If unset: the copy in the "
        "data directory that moderators change, where there is one, else the shipped topic.",
    )
    topics: tuple[Path, ...] = Field(
        default=(),
        description="Further topic folders, which chat channels can be set to.",
    )
    data: Path = Field(
        default_factory=default_data,
        description="Directory for the query log, its key, the spool and the caches.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL address of the query log; SQLite in the data directory if unset.",
    )
    log_time_limit: float = Field(
        default=2.0,
        gt=0,
        le=60,
        description="Seconds a query may wait for the database before it goes to the spool.",
    )
    retention_days: int | None = Field(
        default=365,
        ge=1,
        description="Days after which logged queries become daily counts; `null` keeps them.",
    )
    threads: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Threads that encode a question; learning a topic uses all cores.",
    )
    answer_precision: float = Field(
        default=0.95,
        ge=0.5,
        le=0.99,
        description="How often direct answers should be right, 0.5 to 0.99; with more, the bot "
        "asks back or declines more often.",
    )
    choices: int = Field(
        default=4,
        ge=2,
        le=5,
        description="How many entries are offered at most where none is surely meant, 2 to 5.",
    )
    two_person_rule: bool = Field(
        default=False,
        description="Whether a change is published, and a suggestion decided, by another moderator "
        "than its author; taking an entry down never waits.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning",
        description="Least severity of the program's own log lines: debug, info, warning, error.",
    )
    http_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address on which console, health and metrics are served.",
    )
    http_port: int | None = Field(
        default=8080,
        ge=0,
        le=65535,
        description="Port of console, health and metrics; 0 takes any free one, `null` serves "
        "none of them.",
    )
    console: bool = Field(
        default=True,
        description="Whether the web console is served beside health and metrics.",
    )
    console_url: str | None = Field(
        default=None,
        pattern=r"^https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?/?$",
        description="Address at which people reach the console from elsewhere, such as "
        "https://rejoinder.example.org; if unset, it is for this machine.",
    )
    console_idle_minutes: int = Field(
        default=120,
        ge=1,
        le=1440,
        description="Minutes without a page after which somebody must sign in again.",
    )
    console_session_hours: int = Field(
        default=12,
        ge=1,
        le=168,
        description="Hours after which somebody must sign in again in any case.",
    )
    discord_client_id: int | None = Field(
        default=None,
        ge=1,
        le=2**64 - 1,
        description="Application id with which people sign in to the console through Discord.",
    )
    discord_client_secret: SecretStr | None = Field(
        default=None,
        description="Client secret of that application; taken from the environment only.",
    )
    discord_client_secret_file: Path | None = Field(
        default=None,
        description="File that holds the client secret, such as a container's secret.",
    )
    discord_reviewer_role: int | None = Field(
        default=None,
        ge=1,
        le=2**64 - 1,
        description="Id of the role in a topic's home server whose members may review questions "
        "in the console.",
    )
    discord_token: SecretStr | None = Field(
        default=None,
        description="Token of the Discord bot; taken from the environment only.",
    )
    discord_token_file: Path | None = Field(
        default=None,
        description="File that holds the token, such as a container's secret.",
    )
    discord_home: int | None = Field(
        default=None,
        ge=1,
        le=2**64 - 1,
        description="Id of the guild whose moderators may set up the bot; if unset, the "
        "application's owner claims one by using /setup there.",
    )
    discord_digest: bool = Field(
        default=True,
        description=(
            "Whether a topic's moderators' channel hears every Monday how the week before was: "
            "counts and titles of entries, no word of a question."
        ),
    )
    discord_user_limit: int = Field(
        default=5,
        ge=0,
        description="Questions that a person may ask within `discord_window`; 0 is no limit.",
    )
    discord_channel_limit: int = Field(
        default=15,
        ge=0,
        description="Questions that a channel may ask within `discord_window`; 0 is no limit.",
    )
    discord_window: float = Field(
        default=20.0,
        gt=0,
        le=3600,
        allow_inf_nan=False,
        description="Seconds over which questions are counted against the two limits.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what load_settings() merged; it has looked at the environment itself."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


_CAN_BE_UNSET = {
    name
    for name, field in Settings.model_fields.items()
    if type(None) in get_args(field.annotation)
}


def load_settings(file: Path | None = None, **overrides: Any) -> Settings:
    """Merge defaults, a YAML file, the environment and the command line's overrides.

    ``file`` None means REJOINDER_CONFIG, or none. Raises UsageError that names the setting, and
    for a file its line; the values of secrets are never part of it.
    """
    if file is None and (named := os.environ.get(f"{PREFIX}CONFIG")):
        file = Path(named)
    values: dict[str, Any] = {}
    text = ""
    if file is not None:
        text, from_file = _read(file)
        values |= from_file
    environment = {
        name: os.environ[f"{PREFIX}{name.upper()}"]
        for name in Settings.model_fields
        if os.environ.get(f"{PREFIX}{name.upper()}")
    }
    values |= environment
    given = {name: value for name, value in overrides.items() if value is not None}
    values |= given
    for name in _CAN_BE_UNSET & values.keys():
        value = values[name]
        if isinstance(value, str) and value.lower() in _UNSET:
            values[name] = None
    if "topics" in environment:
        values["topics"] = [
            Path(part).expanduser() for part in environment["topics"].split(os.pathsep) if part
        ]
    try:
        settings = Settings(**values)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        name = str(detail["loc"][0]) if detail["loc"] else ""
        if name in given:
            place = f"--{name.replace('_', '-')}"
        elif name in environment:
            place = f"{PREFIX}{name.upper()} in the environment"
        else:
            at = find_place(reader.places(text), (name,))
            place = f"{file}:{at.line}:{at.column}: {name}"
        said = (
            _ADVICE_ON.get(name)
            or _ADVICE.get(detail["type"])
            or advice({**detail, "input": _quotable(name, detail["input"])}, Settings)
        )
        raise UsageError(
            f"{place}: {said}.", hint="docs/operation.md lists all settings."
        ) from None
    own = own_knowledge(settings.data)
    if "knowledge" not in values and any(own.glob("*/topic.yaml")):
        return settings.model_copy(update={"knowledge": own})
    return settings


def _quotable(name: str, value: object) -> str:
    """Return what an error may quote of a setting's value: nothing of what may hold a password."""
    field = Settings.model_fields.get(name)
    return "" if field is None or "Secret" in str(field.annotation) else str(value)


def _read(file: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = reader.decode(file.read_bytes())
        data = reader.read(text)
    except OSError as error:
        raise UsageError(f"The settings file {file} cannot be read: {error.strerror}.") from error
    except reader.ReadError as error:
        place = error.place
        raise UsageError(f"{file}:{place.line}:{place.column}: {error.message}.") from error
    if data is None:
        return text, {}
    if not isinstance(data, dict):
        raise UsageError(f"{file}:1:1: write settings as lines of `name: value`.")
    for name, what in (("discord_token", "a token"), ("discord_client_secret", "a secret")):
        if str(data.get(name) or "").lower() in _UNSET:
            continue
        at = find_place(reader.places(text), (name,))
        raise UsageError(
            f"{file}:{at.line}:{at.column}: {name}: {what} must not stand in this file.",
            hint="Reset it, as whoever read the file may have it. Then set "
            f"{PREFIX}{name.upper()}, or name a file of its own with {name}_file.",
        )
    folder = file.resolve().parent

    def here(path: str) -> str:
        # Relative to the file, so that it means the same from every working directory.
        return str(folder / Path(path).expanduser())

    for name in ("knowledge", "data", "discord_token_file", "discord_client_secret_file"):
        value = data.get(name)
        if isinstance(value, str) and not (name in _CAN_BE_UNSET and value.lower() in _UNSET):
            data[name] = here(value)
    if isinstance(data.get("topics"), list):
        data["topics"] = [here(x) if isinstance(x, str) else x for x in data["topics"]]
    return text, dict(data)


def discord_token(settings: Settings) -> SecretStr | None:
    """Return the token of the Discord bot, None where none is given.

    One in the environment goes before the file's. Raises UsageError for a file that cannot be
    read, and for what cannot be a token; it is never part of the message.
    """
    return _secret(settings.discord_token, settings.discord_token_file, "discord_token", "token")


def discord_client_secret(settings: Settings) -> SecretStr | None:
    """Return the client secret with which people sign in through Discord; as discord_token()."""
    file = settings.discord_client_secret_file
    return _secret(settings.discord_client_secret, file, "discord_client_secret", "client secret")


def _secret(given: SecretStr | None, file: Path | None, name: str, what: str) -> SecretStr | None:
    if given is not None:
        return _checked(given.get_secret_value(), f"{PREFIX}{name.upper()}", what)
    if file is None:
        return None
    try:
        with file.open("rb") as stream:
            raw = stream.read(_LONGEST_TOKEN + 1)
    except OSError as error:
        raise UsageError(
            f"The {what} file {file} cannot be read: {error.strerror}.",
            hint=f"It is named by the setting {name}_file.",
        ) from error
    return _checked(raw.decode("ascii", "replace"), f"The {what} file {file}", what)


def _checked(text: str, where: str, what: str) -> SecretStr:
    secret = text.strip()
    # It goes into a request.
    if not re.fullmatch(r"[!-~]+", secret) or len(text) > _LONGEST_TOKEN:
        raise UsageError(
            f"{where} holds no {what}.",
            hint=f"A {what} is one word of letters, digits and signs, as Discord showed it.",
        )
    return SecretStr(secret)

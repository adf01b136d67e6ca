"""All settings: one typed, described model, read from a YAML file and the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

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
_ADVICE = {
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "finite_number": "write a number that is finite",
    "path_type": "write one path",
}


def shipped_knowledge() -> Path:
    """Return the folder of shipped topics: inside an installed wheel, or the source tree's."""
    inside = Path(__file__).parent / "topics"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "knowledge"


def default_data() -> Path:
    """Return the platform's directory for a user's data of this program."""
    import platformdirs  # noqa: PLC0415 - only needed where no directory is given

    return Path(platformdirs.user_data_dir("rejoinder", appauthor=False))


class Settings(BaseSettings):
    """What can be configured. Order of precedence: command line, environment, file, default.

    Environment variables are named REJOINDER_ and the setting's name in capitals.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    knowledge: Path = Field(
        default_factory=shipped_knowledge,
        description="Topic folder to answer from (it holds topic.yaml).",
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
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning",
        description="Least severity of the program's own log lines: debug, info, warning, error.",
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
    for name in ("retention_days", "database_url"):
        value = values.get(name)
        if isinstance(value, str) and value.lower() in {"null", "none", "~", ""}:
            values[name] = None
    try:
        return Settings(**values)
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
        said = _ADVICE.get(detail["type"]) or advice(
            {**detail, "input": _quotable(name, detail["input"])}, Settings
        )
        raise UsageError(
            f"{place}: {said}.", hint="docs/operation.md lists all settings."
        ) from None


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
    folder = file.resolve().parent
    for name in ("knowledge", "data"):
        if isinstance(data.get(name), str):
            # Relative to the file, so that it means the same from every working directory.
            data[name] = str(folder / Path(str(data[name])).expanduser())
    return text, dict(data)

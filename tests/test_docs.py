"""What the documentation says is true: every name in it exists, and everything there is in it."""

from __future__ import annotations

import ast
import os
import re
import shlex
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
import typer
from typer.main import get_command

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Outcome, Question
from bot.advisor.evaluation import Report
from bot.advisor.facets import Facet
from bot.cli.app import app
from bot.cli.ask import as_object
from bot.cli.chat import COMMANDS
from bot.knowledge import files, model, parse, reader
from bot.knowledge.canonical import format_text
from bot.knowledge.files import snapshot
from bot.knowledge.load import inspect
from bot.knowledge.model import Kind
from bot.querylog import Health, Logged
from bot.querylog.log import DATABASE_FILE, SPOOL_DIRECTORY
from bot.querylog.privacy import KEY_FILE
from bot.querylog.tables import metadata
from bot.service import Reply
from bot.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXAMPLE = ROOT / "config.example.yaml"
_SKIPPED = {".venv", ".git", "dist", "build", "__pycache__", "htmlcov"}
_SHARED = {"--knowledge", "-k", "--data", "-d", "--config", "-c", "--help", "-h"}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def project_files(*suffixes: str) -> list[Path]:
    found: list[Path] = []
    for base, folders, names in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in _SKIPPED and not (name.startswith(".") and name != ".ci")
        ]
        found += [Path(base, name) for name in names if not suffixes or name.endswith(suffixes)]
    return sorted(found)


PAGES = {path.relative_to(ROOT).as_posix(): path for path in project_files(".md")}


def page(name: str) -> str:
    return PAGES[name].read_text("utf-8")


def section(text: str, title: str) -> str:
    """Return what stands under a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}\n", text, re.MULTILINE)
    assert found, f"there is no heading {title!r}"
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def code_in(text: str) -> set[str]:
    """Return everything that stands between backticks outside of fenced blocks."""
    return set(re.findall(r"`([^`\n]+)`", _FENCE.sub("", text)))


def commands() -> dict[str, Any]:
    """Return the commands by what is typed: "ask", "log", "log stats" …"""
    found: dict[str, Any] = {}

    def walk(command: Any, words: tuple[str, ...]) -> None:
        if words:
            found[" ".join(words)] = command
        for name, child in getattr(command, "commands", {}).items():
            walk(child, (*words, name))

    walk(get_command(app), ())
    return found


def options(command: Any) -> set[str]:
    return {opt for parameter in command.params for opt in parameter.opts if opt.startswith("-")}


@pytest.mark.parametrize("name", commands())
def test_every_command_and_each_of_its_options_is_in_its_section(name: str) -> None:
    text = section(page("docs/operation.md"), f"rejoinder {name}").partition("\n### ")[0]
    rows = set(re.findall(r"`(-[\w-]+)", "".join(re.findall(r"^\|.*?\|", text, re.MULTILINE))))
    assert rows == options(commands()[name]) - _SHARED
    assert f"`rejoinder {name}" in page("README.md")


def test_options_of_all_commands_are_documented_once() -> None:
    text = section(page("docs/operation.md"), "Options of every command")
    known = options(get_command(app)) | _SHARED | {"--debug"}
    assert set(re.findall(r"`(-[\w-]+)", text)) == known
    for name, command in commands().items():
        assert _SHARED - {"--help", "-h"} <= options(command), name


def test_every_chat_command_is_documented() -> None:
    known = code_in(section(page("docs/operation.md"), "rejoinder chat"))
    assert {name.split()[0] for name in COMMANDS} <= {name.split()[0] for name in known}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_in_its_own_words(name: str) -> None:
    field = Settings.model_fields[name]
    [row] = re.findall(rf"^\| `{name}` .*$", page("docs/operation.md"), re.MULTILINE)
    assert f"`{PREFIX}{name.upper()}`" in row
    assert field.description
    assert field.description in row
    comments = " ".join(re.findall(r"^# (.*)$", EXAMPLE.read_text("utf-8"), re.MULTILINE))
    assert field.description in comments


def test_example_settings_load_and_change_nothing() -> None:
    assert load_settings(EXAMPLE) == load_settings()


def test_example_settings_without_their_marks_load_with_the_defaults(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8")
    names = re.findall(r"^#(\w+):", text, re.MULTILINE)
    assert sorted(names) == sorted(Settings.model_fields)
    file = tmp_path / "config.yaml"
    file.write_text(re.sub(r"^#(?=\w+:)", "", text, flags=re.MULTILINE), "utf-8")
    loaded, default = load_settings(file), load_settings()
    for name in set(names) - {"knowledge", "data", "database_url"}:
        assert getattr(loaded, name) == getattr(default, name)
    assert loaded.data == tmp_path / "data"
    assert loaded.database_url is not None


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", "")).replace(" ", "-")


@pytest.mark.parametrize("name", PAGES)
def test_every_relative_link_resolves(name: str) -> None:
    text = _FENCE.sub("", page(name))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (PAGES[name].parent / path).resolve() if path else PAGES[name]
        assert file.exists(), f"{name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), f"{name} links to {target}"


def shell_lines() -> Iterator[tuple[str, list[str]]]:
    """Yield every command line of the pages, as (page, words), cut at pipes and redirections."""
    for name in PAGES:
        blocks = [body for kind, body in _FENCE.findall(page(name)) if kind in {"sh", "console"}]
        lines = [line for body in blocks for line in body.splitlines() if line.strip()]
        lines += [
            code for code in code_in(page(name)) if re.match(r"(\S+/)?rejoinder |make ", code)
        ]
        for line in lines:
            lexer = shlex.shlex(line, posix=True, punctuation_chars="<>|;&")
            lexer.whitespace_split = True
            words: list[str] = []
            for word in [*lexer, ";"]:
                if word and set(word) <= set("<>|;&"):
                    yield name, words
                    words = []
                else:
                    words.append(word)


def test_every_command_line_of_the_pages_is_understood() -> None:
    seen = 0
    for name, words in shell_lines():
        start = next((n for n, w in enumerate(words) if re.search(r"(^|/)rejoinder$", w)), None)
        if start is None or words[0] == "python3":
            continue
        rest = [word for word in words[start + 1 :] if word not in {"--debug", "…"}]
        command: Any = get_command(app)
        while rest and rest[0] in getattr(command, "commands", {}):
            command = command.commands[rest.pop(0)]
        if rest and hasattr(command, "commands") and rest[0] != "COMMAND":
            assert rest[0].startswith("-"), f"{name}: there is no command {' '.join(words)}"
        if rest and rest[0] != "COMMAND":
            try:
                command.make_context("rejoinder", list(rest))
            except typer.Exit:
                pass
            except Exception as error:  # noqa: BLE001 - whatever typer raises, it names the mistake
                pytest.fail(f"{name}: {' '.join(words)}: {error}")
        seen += 1
    assert seen > 50


def test_every_make_target_that_is_named_exists() -> None:
    known = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {
        (name, word)
        for name, words in shell_lines()
        if words and words[0] == "make"
        for word in words[1:]
        if "=" not in word and re.fullmatch(r"[a-z-]+", word)
    }
    assert ("README.md", "chat") in named
    assert [target for target in named if target[1] not in known] == []


def test_every_outcome_is_explained() -> None:
    explained = code_in(section(page("README.md"), "How it answers"))
    in_json = code_in(section(page("docs/operation.md"), "The JSON of ask"))
    assert set(Outcome) <= explained
    assert {*Outcome, *Facet, *Kind} <= in_json


def test_every_key_of_the_json_is_documented(small_advisor: Callable[[], Advisor]) -> None:
    answer = small_advisor().answer(Question("isn't the bridge a waste of money"))
    found = as_object("…", Reply(answer, Logged("logged", 1), 1.0))
    text = section(page("docs/operation.md"), "The JSON of ask")
    assert set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE)) == set(found)
    assert {*found["candidates"][0], *found["sources"][0]} <= code_in(text)


def test_figures_and_health_are_documented() -> None:
    known = {field.name for field in fields(Report)} - {"cases", "results"} | {"failures"}
    assert known <= code_in(section(page("docs/quality.md"), "The figures"))
    health = code_in(section(page("docs/operation.md"), "rejoinder health"))
    assert {field.name for field in fields(Health)} | {"release"} <= health


@pytest.mark.parametrize("table", metadata.tables)
def test_every_column_that_is_stored_is_documented(table: str) -> None:
    known = code_in(section(page("docs/privacy.md"), "What is stored"))
    assert {table, *(column.name for column in metadata.tables[table].columns)} <= known


def test_files_of_the_data_directory_are_documented() -> None:
    known = code_in(section(page("docs/operation.md"), "The data directory"))
    assert {DATABASE_FILE, KEY_FILE, f"{SPOOL_DIRECTORY}/", "cache/", "open.lock"} <= known


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    text = page("docs/decisions.md")
    names = {re.split(r"[^\w.-]", requirement)[0] for requirement in wanted}
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", text)] == []


_MODELS = (
    model.SourceRef, model.Claim, model.Argument, model.Proposal, model.Fact, model.Term,
    model.Faq, model.Boundary, model.Source, model.Floors, model.TopicInfo, model.Expectation,
    model.TranslatedField,
)  # fmt: skip


@pytest.mark.parametrize("kind", _MODELS, ids=lambda kind: kind.__name__)
def test_every_field_of_the_format_and_its_choices_are_documented(kind: type[Any]) -> None:
    known = code_in(page("docs/knowledge-format.md"))
    assert set(kind.model_fields) <= known
    for field in kind.model_fields.values():
        for part in (field.annotation, *get_args(field.annotation)):
            if get_origin(part) is Literal:
                assert set(get_args(part)) <= known


def test_limits_are_documented() -> None:
    text = section(page("docs/knowledge-format.md"), "Limits")
    mebibyte = 1024 * 1024
    for number in (
        model.ID_MAX, model.TITLE_MAX, model.TEXT_MAX, model.PHRASING_MAX,
        files.MAX_FILES, files.MAX_TOTAL_BYTES // mebibyte, parse.MAX_ENTRIES, parse.MAX_PHRASINGS,
        reader.MAX_BYTES // mebibyte, reader.MAX_DEPTH, reader.MAX_NODES,
    ):  # fmt: skip
        assert re.search(rf"\b{number:,}\b", text), number


def constants(*modules: str) -> Iterator[str]:
    for module in modules:
        for path in sorted(ROOT.glob(module)):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_codes_of_findings_are_those_of_the_checks() -> None:
    text = section(page("docs/knowledge-format.md"), "Check")
    documented = set(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE))
    used: set[str] = {"invalid"}
    for path in [*ROOT.glob("bot/knowledge/*.py"), ROOT / "bot/retrieval/audit.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                place = {"Problem": 6, "report": 3, "_report": 2}.get(name)
                given = node.args[place : place + 1] if place else []
                given += [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                used |= {ast.literal_eval(code) for code in given if isinstance(code, ast.Constant)}
    assert documented == used


def test_error_sentences_of_the_manual_are_those_of_the_program() -> None:
    spoken = "\n".join(constants("bot/*.py", "bot/**/*.py"))
    sentences = []
    for title in ("Troubleshooting", "Health"):
        rows = re.findall(r"^\| (.*?) \|", section(page("docs/operation.md"), title), re.MULTILINE)
        sentences += [row for row in rows if "…" in row or row.endswith(".")]
    assert len(sentences) > 25
    for sentence in sentences:
        for part in re.split(r"\s*…\s*", sentence):
            wanted = part.strip(" .:;()")
            assert wanted in spoken, f"nothing says {wanted!r} ({sentence})"


def example_files(name: str) -> dict[str, str]:
    """Return the YAML blocks of a page that begin with a comment naming their file."""
    blocks = [body for kind, body in _FENCE.findall(page(name)) if kind == "yaml"]
    named = [re.match(r"# (\S+\.yaml)\n", body) for body in blocks]
    return {
        match[1]: body[match.end() :]
        for match, body in zip(named, blocks, strict=True)
        if match is not None
    }


@pytest.mark.parametrize("name", ["README.md", "docs/knowledge-format.md"])
def test_the_topic_that_a_page_shows_is_valid_and_in_canonical_layout(
    name: str, tmp_path: Path
) -> None:
    shown = example_files(name)
    assert {"topic.yaml", "sources.yaml", "proposals/bike-lane.yaml"} <= set(shown)
    for file, text in shown.items():
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        assert format_text(file, text).partition("\n")[2] == text, file
    release, problems = inspect(snapshot(tmp_path))
    assert problems == []
    assert release is not None


# Hosts that hand out packages, and folders that exist on one machine only. Written so that this
# file does not name them itself.
_FOREIGN = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|proxy\.golang|arti[f]actory|--(extra-)?index-url"
    r"|(?<![\w.$}])/(?:work|root|home/\w+|Users/\w+)/"
)


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = []
    for path in project_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in _FOREIGN.finditer(text)]
    assert found == []


def test_helpers_see_what_they_should() -> None:
    text = textwrap.dedent("""\
        # One
        `a` and
        ```sh
        `b`
        ```
        ## Two
        `c`
        # Three
        """)
    assert code_in(text) == {"a", "c"}
    assert "`c`" in section(text, "One")
    assert section(text, "Two") == "`c`\n"

"""The canonical layout changes no text, loses no comment and settles after one pass."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge import reader
from bot.knowledge.canonical import WIDTH, format_folder, format_text
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.release import text_hash
from bot.knowledge.scalars import fold, scalar

SHIPPED = Path(__file__).parents[2] / "knowledge" / "million-carrots"
SCHEMA = "# yaml-language-server: $schema=schema/facts.schema.json\n"

NASTY = [
    "no", "yes", "null", "~", "2022-03-01", "1:30", "0x1f", "5 million", "1_000", ".inf", "<<", "=",
    "", " ", "  leading", "trailing ", "a: b", "a:", "a #b", "#a", "- x", "-", "-x", "--- x", "...",
    "? x", "?", ": x", "%a", "@a", "`a", "&a", "*a", "!a", "|", ">", "[a]", "{a: b}", "a, b", "a]",
    "it's", "'", '"', '"quoted" start', "back\\slash", "both ' and \"", "tab\there", "line\nline",
    "\n", "a\n\n b ", "nel\x85x", "ls\u2028x", "🥕 carrot", "Сомин: ёж", "é", "e\u0301", "a  b",
    "https://example.org/a?b=c#d", "long " * 60 + "end", "w" * 150, "w" * 99 + " - x " + "y " * 40,
    "x " * 45 + "- y", "x " * 60 + "\n " + "y  z " * 30, "\u0338x", "\xa0", "\xa0#",
    "key: " + "v " * 80,
]  # fmt: skip
_ALPHABET = st.characters(
    codec="utf-8",
    exclude_categories=("Cc", "Cs"),
    exclude_characters=[c for c in map(chr, range(0x110000)) if reader._FORBIDDEN.match(c)],
)
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.sampled_from("ab :#-?,[]{}'\"\\\n\t%@&*!|>`=~.0"), max_size=130),
    st.text(_ALPHABET, max_size=30),
)
KEYS = st.one_of(
    st.sampled_from(["id", "title", "text", "by", "sources", "replies", "how", "objections"]),
    st.sampled_from([text for text in NASTY if text not in {"", "e\u0301"} and len(text) < 40]),
)
COMMENTS = st.lists(st.sampled_from(["# one", "#two", "", "# three: x"]), max_size=2)
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)
NAMES = st.sampled_from(
    ["facts.yaml", "proposals/x.yaml", "questions/en/x.yaml", "translations/ru/x.yaml", "odd.yaml"]
)


def dump(value: object) -> str:
    """Write a value as JSON, which is YAML once line ends that JSON ignores are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    for character in "\x85\u2028\u2029\x7f":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def read(text: str) -> reader.Plain | None:
    return reader.read(reader.decode(text.encode()))


def write(draw: st.DrawFn, value: object, indent: int) -> str:
    """Write a value in a careless layout, with comments wherever they may stand."""
    pad = "\n" + " " * indent
    end = "  # after" if draw(st.booleans()) else ""
    if isinstance(value, str) or not value:
        return " " + dump(value) + end
    if draw(st.integers(0, 5)) == 0:
        return " " + dump(value) + end
    assert isinstance(value, dict | list)
    text = end
    pairs = list(value.items()) if isinstance(value, dict) else [(None, item) for item in value]
    for key, item in pairs:
        text += "".join(f"{pad}{line}".rstrip() for line in draw(COMMENTS))
        mark = "-" if key is None else dump(key) + ":"
        text += f"{pad}{mark}" + write(draw, item, indent + draw(st.integers(1, 4)))
    return text + "".join(f"{pad}{line}".rstrip() for line in draw(COMMENTS))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw a whole file with comments at its head and foot."""
    value = draw(VALUES)
    head = "\n".join(draw(COMMENTS))
    foot = "\n".join(draw(COMMENTS))
    return f"{head}\n{write(draw, value, 0).strip(' ')}\n{foot}\n"


def comments(text: str) -> list[str]:
    found = [part for line in text.splitlines() for part in line.split("# ")[1:]]
    return sorted(part.strip() for part in found if part.strip() in {"one", "after", "three: x"})


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES, documents())
def test_layout_keeps_meaning_and_settles_in_one_pass(name: str, text: str) -> None:
    once = format_text(name, text)
    assert read(once) == read(text)
    assert format_text(name, once) == once
    assert once.endswith("\n")
    assert not once.endswith("\n\n")
    assert not any(line != line.rstrip(" ") for line in once.split("\n"))


@settings(max_examples=60)
@given(NAMES, documents())
def test_no_comment_is_lost(name: str, text: str) -> None:
    values = " ".join(NASTY)
    assert "# one" not in values
    assert comments(format_text(name, text)) == comments(text)


@settings(max_examples=150)
@given(TEXTS, st.integers(0, 60))
def test_a_folded_scalar_reads_back(text: str, first: int) -> None:
    lines = fold(scalar(text), first + 3, first + 2, WIDTH)
    written = " " * first + "k: " + "\n".join(lines)
    assert reader.read(written) == {"k": text}
    assert all(len(line) <= WIDTH for line in lines if max(map(len, line.split(" "))) < 30)


@pytest.mark.parametrize("value", NASTY)
def test_nasty_strings_keep_their_characters(value: str) -> None:
    for data in ([value], {"by": [value, value]}, [{"id": "a", "sources": [{"source": value}]}]):
        text = format_text("facts.yaml", dump(data))
        assert read(text) == read(dump(data))


@pytest.mark.parametrize("value", ["no", "2022-03-01", "1:30", "0x1f", "~", "5 million"])
def test_plain_values_stay_unquoted(value: str) -> None:
    assert format_text("facts.yaml", f'- id: a\n  statement: "{value}"\n') == (
        f"{SCHEMA}- id: a\n  statement: {value}\n"
    )


def test_keys_follow_the_model_and_take_their_comments_along() -> None:
    text = (
        "# About the file.\n\n# about the entry\n- statement: x  # seen\n"
        "  # where from\n  sources:\n    - source: s\n  # its name\n  id: a\n  # trailing\n"
        "# next\n- id: b\n"
    )
    assert format_text("facts.yaml", text) == (
        f"{SCHEMA}# About the file.\n\n# about the entry\n# its name\n- id: a\n"
        "  statement: x  # seen\n  # where from\n  sources: [{source: s}]\n  # trailing\n"
        "# next\n- id: b\n"
    )


def test_an_argument_starts_with_its_id_and_ends_with_its_replies() -> None:
    text = (
        "objections:\n  - replies:\n      - {text: r, id: p.o.1}\n    status: withdrawn\n"
        "    text: t\n    by: [\n      ann,\n      bob]\n    title: T\n    id: p.o\nid: p\n"
    )
    assert format_text("proposals/p.yaml", text) == (
        "# yaml-language-server: $schema=../schema/proposal.schema.json\n"
        "id: p\nobjections:\n- id: p.o\n  title: T\n  text: t\n  by: [ann, bob]\n"
        "  status: withdrawn\n  replies:\n  - id: p.o.1\n    text: r\n"
    )


def test_long_text_folds_and_long_lists_become_blocks() -> None:
    data = [{"id": "a", "statement": "word " * 50 + "end", "sources": [{"source": "s" * 30}] * 3}]
    text = format_text("facts.yaml", json.dumps(data))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "\n    word" in text
    assert text.count("\n  - {source: ") == 3


def test_a_comment_in_a_flow_list_makes_it_a_block() -> None:
    text = format_text("facts.yaml", "- id: a\n  sources: [{source: s}, # why\n    {source: t}]\n")
    assert text == f"{SCHEMA}- id: a\n  sources:\n  - {{source: s}}  # why\n  - {{source: t}}\n"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("topic.yaml", "schema/topic"),
        ("proposals/x.yaml", "../schema/proposal"),
        ("questions/en/x.yaml", "../../schema/questions"),
        ("translations/ru/x.yaml", "../../schema/translations"),
    ],
)
def test_the_schema_line_is_added_or_corrected(name: str, path: str) -> None:
    line = f"# yaml-language-server: $schema={path}.schema.json\n"
    assert format_text(name, "a: b\n").startswith(line)
    wrong = "# yaml-language-server: $schema=elsewhere.json\n\na: b\n"
    assert format_text(name, wrong) == f"{line}a: b\n"
    assert not format_text("odd/place.yaml", "a: b\n").startswith("#")


def test_an_empty_file_keeps_its_comments() -> None:
    assert format_text("facts.yaml", "\n# none yet\n\n") == f"{SCHEMA}# none yet\n"
    assert format_text("facts.yaml", "") == SCHEMA


def test_a_missing_hash_is_filled_in_a_translation() -> None:
    text = "a:\n  title: Имя\n  text:\n    of: 00000000\n    text: т\n  other: x\n"
    result = format_text("translations/ru/p.yaml", text, {"a": {"title": "Name", "text": "t"}})
    assert read(result) == {
        "a": {
            "title": {"text": "Имя", "of": text_hash("Name")},
            "text": {"text": "т", "of": "00000000"},
            "other": "x",
        }
    }
    assert format_text("translations/ru/p.yaml", result, {"a": {"title": "Else"}}) == result


@pytest.mark.parametrize("text", ["a: &x b\n", "a: b\na: c\n", "a: [b\n", "a: \u202eb\n", "\ud800"])
def test_text_that_does_not_parse_is_refused(text: str) -> None:
    with pytest.raises(KnowledgeError) as error:
        format_text("facts.yaml", text)
    assert error.value.problems[0].file == "facts.yaml"
    assert error.value.problems[0].line


def test_a_folder_is_laid_out_once(tmp_path: Path) -> None:
    folder = tmp_path / "topic"
    shutil.copytree(SHIPPED, folder)
    (folder / "faq.yaml").write_bytes(b"- question: a?\r\n  id: a\r\n  answer: b\r\n")
    (folder / "faq.yaml").chmod(0o640)
    first = {result.name: result for result in format_folder(folder, check=True)}
    assert first["faq.yaml"].changed
    assert "+- id: a" in first["faq.yaml"].diff
    assert (folder / "faq.yaml").read_bytes().startswith(b"- question")
    format_folder(folder)
    assert (folder / "faq.yaml").stat().st_mode & 0o777 == 0o640
    assert b"\r" not in (folder / "faq.yaml").read_bytes()
    assert not any(result.changed for result in format_folder(folder, check=True))
    assert not [path for path in folder.rglob("*") if path.name.endswith(".tmp")]


def test_a_folder_with_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "topic.yaml").write_text("title:   T\n")
    (tmp_path / "faq.yaml").write_text("- id: [a\n")
    (tmp_path / "facts.yaml").write_bytes(b"\xff")
    with pytest.raises(KnowledgeError) as error:
        format_folder(tmp_path)
    assert {problem.file for problem in error.value.problems} == {"faq.yaml", "facts.yaml"}
    assert (tmp_path / "topic.yaml").read_text() == "title:   T\n"


def test_a_failed_write_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "topic.yaml").write_text("title:   T\n")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        format_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["topic.yaml"]
    assert (tmp_path / "topic.yaml").read_text() == "title:   T\n"

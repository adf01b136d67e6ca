"""The reader takes plain text in a small part of YAML and refuses the rest where it starts."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import reader
from bot.knowledge.reader import Place, ReadError, decode, field_name, places, read

YAML_SIGNS = st.text(
    st.sampled_from("ab01é :#-?,[]{}'\"\\\n\r\t%@&*!|>`=~.<\u0301\ufeff"), max_size=80
)
# YAML takes some characters for the ends of lines that JSON does not.
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029"), max_size=12)
PLAIN = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner),
    max_leaves=12,
)
UNSEEN = [
    "\x00", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\x9f",
    "\u061c", "\u200b", "\u200e", "\u200f", "\u202a", "\u202d", "\u202e", "\u2060", "\u2064",
    "\u2066", "\u2069", "\u206f", "\ufeff", "\uffff", "\U000e0001", "\U000e0041", "\U000e007f",
]  # fmt: skip


def refused(text: str) -> ReadError:
    """Return the error with which a text is refused."""
    with pytest.raises(ReadError) as caught:
        read(text)
    return caught.value


def test_values_are_the_text_that_was_written() -> None:
    values = ["no", "1:30", "2022-03-01", "null", "~", "0x1f", "1e3", ".inf", "007", "=", ""]
    assert read("\n".join(f"- {value}" for value in values)) == values
    assert read("a: 'yes'\nb:\n") == {"a": "yes", "b": ""}


@pytest.mark.parametrize("text", ["a: &{0} b", "a: *{0}", "a: !{0} b", "? {0}\n: 1\n? {0}\n: 2"])
def test_a_message_quotes_only_the_start_of_what_is_long(text: str) -> None:
    error = refused(text.format("x" * 500_000))
    assert "x" * 40 in error.message
    assert len(error.message) < 200
    assert len(error.field) < 200


def test_keys_are_text_too_and_a_merge_key_merges_nothing() -> None:
    assert read("yes: 1\n<<: {a: b}\n") == {"yes": "1", "<<": {"a": "b"}}


def test_styles_and_folding_follow_yaml() -> None:
    text = "a: one\n  two\nb: |\n  x\n  y\nc: >-\n  x\n  y\nd: [p, 'q', \"r\\ts\"]\n"
    assert read(text) == {"a": "one two", "b": "x\ny\n", "c": "x y", "d": ["p", "q", "r\ts"]}


@pytest.mark.parametrize("text", ["", "\n \n", "# only a comment\n", "---\n"])
def test_an_empty_file_holds_nothing(text: str) -> None:
    assert read(text) in (None, "")


def outcome(raw: bytes) -> reader.Plain | ReadError | None:
    """Return what a file's bytes hold, or the error; any other exception fails the test."""
    try:
        return read(decode(raw))
    except ReadError as error:
        return error


@given(st.binary(max_size=200) | (YAML_SIGNS | st.text(max_size=60)).map(str.encode))
def test_arbitrary_bytes_are_read_or_refused_in_a_sentence(raw: bytes) -> None:
    result = outcome(raw)
    if isinstance(result, ReadError):
        assert result.message
        # The ends of lines that YAML knows: \n, \r, U+0085, U+2028 and U+2029.
        ends = sum(raw.count(end) for end in (b"\n", b"\r", b"\xc2\x85", b"\xe2\x80"))
        assert 1 <= result.place.line <= ends + 2
        assert result.place.column >= 1


@given(YAML_SIGNS | st.text(max_size=60))
def test_every_place_is_that_of_a_value(text: str) -> None:
    found = places(text)
    try:
        data = read(text)
    except ReadError:
        return
    for path in found:
        value: Any = data
        for part in path:
            if part == "<key>":
                break
            value = value[part]


@given(st.text(st.characters(codec="utf-8"), max_size=60) | YAML_SIGNS)
def test_decoded_text_is_composed_and_shows_all_it_holds(text: str) -> None:
    try:
        decoded = decode(text.encode())
    except ReadError:
        assert any(unicodedata.category(character) in {"Cc", "Cf", "Cn"} for character in text)
    else:
        assert unicodedata.is_normalized("NFC", decoded)
        assert not any(character in decoded for character in UNSEEN)


@given(PLAIN)
def test_json_means_the_same(data: object) -> None:
    text = json.dumps(data, ensure_ascii=False)
    result = outcome(text.encode())
    if isinstance(result, ReadError):
        # What the format refuses, and keys that differ only by composition.
        assert re.search("not allowed|stands here twice", result.message)
    else:
        assert result == json.loads(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("character", UNSEEN, ids=lambda c: f"U+{ord(c):04X}")
def test_what_nobody_sees_is_refused_where_it_stands(character: str) -> None:
    with pytest.raises(ReadError) as caught:
        decode(f"a: b\nc: дx{character}y\n".encode())
    assert caught.value.place == Place(2, 6)
    assert f"U+{ord(character):04X}" in caught.value.message
    assert "type the text again" in caught.value.message


@pytest.mark.parametrize("character", UNSEEN, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("template", ['a:\n- {b: "x%sy"}', 'a:\n- {"x%sy": b}'])
def test_escapes_let_nothing_unseen_in(character: str, template: str) -> None:
    code = ord(character)
    escape = (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
    error = refused(template % escape)
    assert error.place.line == 2
    assert f"U+{code:04X}" in error.message
    assert error.field.startswith("a[0]")


@pytest.mark.parametrize("escape", ["\\0", "\\a", "\\b", "\\e", "\\v", "\\f"])
def test_short_escapes_let_no_control_character_in(escape: str) -> None:
    assert "not allowed" in refused(f'a: "x{escape}y"').message


@pytest.mark.parametrize(
    "text",
    ["می\u200cخواهم", "👩\u200d👩\u200d👧", "❤\ufe0f", "soft\u00adhyphen", "tab\there", "nel\x85x"],
)
def test_what_scripts_and_emoji_need_is_kept(text: str) -> None:
    assert text in decode(f"a: {text}".encode())


def test_text_is_composed_in_values_keys_and_escapes() -> None:
    raw = 'e\u0301: caf\u0065\u0301\nb: "caf\\u0065\\u0301"\n'.encode()
    assert read(decode(raw)) == {"\u00e9": "caf\u00e9", "b": "caf\u00e9"}


def test_keys_that_differ_only_by_composition_are_one_key() -> None:
    error = refused('"\u00e9": 1\n"e\\u0301": 2\n')
    assert error.place == Place(2, 1)
    assert "stands here twice" in error.message


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    text = "a: one\n  two\nb:\n- c: |\n    x\n    y\n"
    windows = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert read(decode(windows)) == read(text) == {"a": "one two", "b": [{"c": "x\ny\n"}]}
    assert places(decode(windows)) == places(text)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"a: b\nc: caf\xe9\n", 2),
        ("title: мост".encode("cp1251"), 1),
        ("title: x".encode("utf-16"), 1),
        (b"a: \xed\xa0\x80\n", 1),
    ],
)
def test_other_encodings_are_named(raw: bytes, line: int) -> None:
    with pytest.raises(ReadError) as caught:
        decode(raw)
    assert caught.value.place.line == line
    assert "UTF-8" in caught.value.message


def test_a_file_has_a_greatest_size() -> None:
    with pytest.raises(ReadError, match="larger than 16 MiB"):
        decode(b"#" * (reader.MAX_BYTES + 1))
    assert read(decode(b"a: b\n#".ljust(reader.MAX_BYTES, b"."))) == {"a": "b"}


def test_a_file_has_a_greatest_number_of_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_NODES", 100)
    assert len(read("- a\n" * 99) or "") == 99
    error = refused("- a\n" * 100)
    assert error.place.line == 100
    assert "more than 100 values" in error.message


@pytest.mark.parametrize(
    ("text", "place", "field", "said"),
    [
        ("a:\n  b: &x 1\n", (2, 6), "a.b", "the anchor &x is not allowed; write it out"),
        ("a: 1\nb: *x\n", (2, 4), "b", "the alias *x is not allowed; write it out"),
        ("a:\n- !!python/object/apply:os.system [ls]\n", (2, 3), "a[0]", "the tag"),
        ("a: !!str x\n", (1, 4), "a", "the tag"),
        ("a: !custom {b: c}\n", (1, 4), "a", "the tag !custom is not allowed"),
        ("a: 1\n---\nb: 2\n", (2, 1), "", "one document; remove the line ---"),
        ("a:\n- b: 1\n  c: 2\n  b: 3\n", (4, 3), "a[0]", "'b' stands here twice; keep one"),
        ("? [a]\n: b\n", (1, 3), "", "a key must be plain text"),
        ("{a: {b: c}: d}\n", (1, 11), "", "separate items with commas"),
        ("a: b: c\n", (1, 5), "", 'put text that contains ": " in quotes'),
        ("a: @b\n", (1, 4), "a", "quote text that starts with @"),
        ("a: 1\n\tb: 2\n", (2, 1), "a", "indent with spaces, not tabs"),
        ("a: [1, 2\nb: 3\n", (2, 2), "a[2]", "close the bracket"),
        ("a: 'open\nb: c\n", (1, 4), "a", "a quote is opened here and not closed"),
        ('a: "\\ud83d"\n', (1, 7), "a", "not valid YAML"),
        ('a: "C:\\q"\n', (1, 7), "a", "use single quotes"),
        ("a:\n  - b\n c: d\n", (3, 2), "", "check indentation"),
        ("%YAML 9.9\n---\na: b\n", (1, 1), "", "not valid YAML"),
    ],
)
def test_what_the_format_does_not_allow_is_named_with_its_place(
    text: str, place: tuple[int, int], field: str, said: str
) -> None:
    error = refused(text)
    assert said in error.message
    assert (error.place, error.field) == (Place(*place), field)


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    assert refused(bomb).place == Place(1, 5)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "[{a: "])
def test_deep_nesting_is_refused_where_it_gets_too_deep(opening: str) -> None:
    error = refused(opening * 200_000)
    assert f"nested more than {reader.MAX_DEPTH} levels" in error.message
    assert error.place.line == 1
    assert error.place.column <= len(opening) * (reader.MAX_DEPTH + 1)
    depth = reader.MAX_DEPTH
    assert read("[" * depth + "]" * depth)


def test_places_name_keys_and_values() -> None:
    text = "a: x\nlist:\n- id: one\n  sub: {k: [p, q]}\n- two\n"
    found = places(text)
    assert found["list", 0, "id"] == Place(3, 7)
    assert found["list", 0, "sub", "<key>"] == Place(4, 3)
    assert found["list", 0, "sub", "k", 1] == Place(4, 16)
    assert found["list", 1] == Place(5, 3)


def test_places_reach_as_far_as_the_text_can_be_parsed() -> None:
    assert places("a:\n- b: c\n- *d\n")["a", 0, "b"] == Place(2, 6)


def test_a_path_is_written_as_people_read_it() -> None:
    assert field_name(("objections", 2, "replies", 0, "text")) == "objections[2].replies[0].text"
    assert field_name((3, "id")) == "[3].id"
    assert field_name(()) == ""

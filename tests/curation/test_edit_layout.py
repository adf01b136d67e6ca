"""Withdrawing takes files as people left them: it lays out what it touches and loses no comment."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.curation.edit import apply
from bot.curation.workspace import arranged
from bot.knowledge import reader
from bot.knowledge.canonical import format_text
from bot.knowledge.files import snapshot

from ..conftest import write_topic
from .topics import bridge, loads, parsed, with_files

PROPOSAL = "proposals/new-bridge.yaml"
ASKED = "expectations.yaml"
WITHDRAW = parsed({"op": "withdraw", "id": "new-bridge.herons"})
RESTORE = parsed({"op": "restore", "id": "new-bridge.herons"})
# What people do to a line below the one for editors: its number, what stands above, on it or not.
marks = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(["", "\n", "\n\n\n"]), st.booleans()),
    min_size=1, max_size=6, unique_by=lambda mark: mark[0],
)  # fmt: skip


def _loosened(raw: bytes, marks: list[tuple[int, str, bool]], name: str) -> tuple[bytes, list[str]]:
    lines, comments = raw.decode().splitlines(), []
    for number, above, is_trailing in marks:
        if number >= len(lines):
            continue
        comment = f"# {name} {number}."
        comments.append(comment)
        line = lines[number]
        indent = line[: len(line) - len(line.lstrip())]
        lines[number] = (
            f"{above}{line}   {comment}" if is_trailing else f"{above}{indent}{comment}\n{line}"
        )
    return "\n".join([*lines, ""]).encode(), comments


@given(marks, marks)
def test_withdrawing_keeps_the_comments_of_files_in_any_layout(
    first: list[tuple[int, str, bool]], second: list[tuple[int, str, bool]]
) -> None:
    files = bridge()
    loose, wanted = dict(files.contents), []
    for name, some in ((PROPOSAL, first), (ASKED, second)):
        loose[name], comments = _loosened(files.contents[name], some, name[:4])
        wanted += [(name, comment) for comment in comments]
        # A mark inside a text of several lines is part of the text.
        assume(_values(loose[name]) == _values(files.contents[name]))
    odd = with_files(files, loose)
    done = apply(odd, WITHDRAW)
    assert done.touched == (ASKED, PROPOSAL)
    gone = _gone(loose[ASKED])
    for name, comment in wanted:
        text = done.contents[name].decode()
        assert format_text(name, text) == text
        # What stands on the lines of an expectation goes with it; what stands above it stays.
        if comment not in gone:
            assert text.count(comment) == 1
    for name in (PROPOSAL, ASKED):
        laid_out = format_text(name, loose[name].decode()).encode() == loose[name]
        note = f"{name} was brought into the canonical layout along with this."
        assert (note in done.notes) == (not laid_out)
    assert loads(with_files(files, done.contents))
    back = apply(with_files(files, done.contents), RESTORE)
    assert _values(back.contents[PROPOSAL]) == _values(files.contents[PROPOSAL])
    assert "new-bridge.herons" in back.release.entries


def _values(raw: bytes) -> object:
    try:
        return reader.read(raw.decode())
    except reader.ReadError:
        return None


def _gone(before: bytes) -> str:
    """Return the lines of the expectations that are retired, without what stands above them."""
    found = [f"- ask: {item}" for item in before.decode().split("- ask: ")]
    retired = [item for item in found if "new-bridge.herons" in item]
    assert len(retired) == 2
    # From the last line of its own on, an item's text is what stands above the next.
    return "".join(re.sub(r"(^#.*\n|^\n)*\Z", "", item, flags=re.MULTILINE) for item in retired)


def test_any_change_lays_out_what_it_touches_and_says_so() -> None:
    files = bridge()
    loose = files.contents["faq.yaml"].replace(b"  answer:", b"  answer:   ")
    odd = with_files(files, {**files.contents, "faq.yaml": loose})
    edit = parsed({"op": "edit", "id": "about-this", "set": {"answer": "x"}})
    done = apply(odd, edit)
    assert done.notes == ("faq.yaml was brought into the canonical layout along with this.",)
    # Where a file is in order already, nothing is said.
    assert apply(files, edit).notes == ()


def test_a_file_that_nobody_touches_is_left_as_it_is() -> None:
    files = bridge()
    loose = files.contents["faq.yaml"].replace(b"  answer:", b"  answer:   ")
    odd = with_files(files, {**files.contents, "faq.yaml": loose})
    done = apply(odd, WITHDRAW)
    assert done.contents["faq.yaml"] == loose
    assert not any("faq.yaml" in note for note in done.notes)


def test_files_are_arranged_as_a_folder_is_read(tmp_path: Path) -> None:
    further = {
        "proposals/a-b.yaml": "", "proposals/a.yaml": "", "proposals/B.yml": "",
        "questions/en-gb/faq.yaml": "", "questions/ru/x.yaml": "", "translations/en/a.yaml": "",
        "questions/en/sub/x.yaml": "", "proposals/ё.yaml": "", "questions/top.yaml": "",
    }  # fmt: skip
    contents = snapshot(write_topic(write_topic(tmp_path / "bridge"), further)).contents
    for names in (sorted(contents), sorted(contents, reverse=True), sorted(contents, key=len)):
        assert list(arranged({name: contents[name] for name in names})) == list(contents)

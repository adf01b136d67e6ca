"""Whoever follows docs/knowledge.md step by step gets where it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from .conftest import Run

PAGE = (Path(__file__).parents[2] / "docs" / "knowledge.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_leads_from_nothing_to_an_answered_question(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("REJOINDER_DATA", str(tmp_path / "data"))
    shown = "".join(blocks("text"))

    def says(*arguments: str, status: int = 0) -> str:
        return run(*arguments, on=None).calm(status).out

    made = says("knowledge", "new", "~/town-debate", "--title", "Our town's debate")
    assert made in shown
    topic = tmp_path / "town-debate"
    monkeypatch.setenv("REJOINDER_KNOWLEDGE", str(topic))
    checked = says("check").strip().splitlines()
    assert checked[0].partition(": ")[2] in shown
    assert checked[-1] in shown
    assert "Sunday is the day they have" in says("ask", "what about the librarians?")

    entry, phrasings = blocks("yaml")
    faq, asked = topic / "faq.yaml", topic / "questions" / "en" / "faq.yaml"
    before = faq.read_text("utf-8")
    faq.write_text(before + entry, "utf-8")
    assert says("check", "--fast", status=1).splitlines()[0] in shown
    faq.write_text(before + entry.replace("answer:In", "answer: In"), "utf-8")
    asked.write_text(asked.read_text("utf-8") + phrasings, "utf-8")
    assert says("check").strip().splitlines()[0].partition(": ")[2] in shown
    assert "In Mill Street 4, behind the church." in says("ask", "where do I go?")

    # Hand-made edits are never swept into somebody's publish.
    new = ("knowledge", "add", "faq", "--set", "question=May I bring a dog?",
           "--set", "answer=Only guide dogs may come in.",
           "--set", "phrasings=are dogs allowed\\ncan my dog wait inside\\nwhat about pets",
           "--set", "test=is my poodle welcome")  # fmt: skip
    assert "never committed" in run(*new, on=None).calm(1).err
    [save] = [text for text in blocks("sh") if "knowledge save" in text]
    kept = says(*shlex.split(save)[1:], "-y").splitlines()[-1]
    assert re.sub("[0-9a-f]{12}", "#", kept) in re.sub("[0-9a-f]{12}", "#", shown)

    draft = says(*new)
    assert draft in shown
    preview = says("knowledge", "preview")
    assert preview.strip().splitlines()[-1] in shown
    says("knowledge", "publish", "-m", "Asked at the desk", "-y", "--accept-changed-answers")
    assert "Only guide dogs may come in." in says("ask", "are pets allowed inside?")
    assert [line.split("  ")[-1] for line in says("knowledge", "history").splitlines()] == [
        "Asked at the desk", "Say where the library is", "Start the topic Our town's debate",
    ]  # fmt: skip

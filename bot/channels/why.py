"""Say why an answer is what it is, so that moderators understand it; each channel lays it out."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from bot.advisor.answer import Answer, Explanation
from bot.advisor.compose import Composer
from bot.channels.why_words import percent, say
from bot.knowledge.release import Release

Titles = Callable[[str], str]
"""gives an entry's title for its id"""
# What of an entry's features people can make something of.
_SHOWN = ("cosine", "overlap")
# Sentences that have nothing in common still have about so much of the encoder's cosine.
_UNLIKE = 0.7
# A second entry that has this share of the first one's likelihood is about as likely.
_ABOUT_AS_LIKELY = 0.6
_LONGEST = 120


@dataclass(frozen=True)
class Bar:
    """A share, 0 to 1, with what it is a share of in words."""

    share: float
    label: str

    @property
    def percent(self) -> str:
        """Return the share in whole percent."""
        return percent(self.share)


@dataclass(frozen=True)
class Row:
    """An entry that was considered: how likely it is right, and what that is read from."""

    id: str
    title: str
    likely: Bar
    parts: tuple[Bar, ...]


@dataclass(frozen=True)
class Why:
    """A decision in words.

    ``decision`` says in a sentence or two what was decided; ``notes`` what the question was read
    as and came near to; ``rows`` the best candidates under ``heading``; ``thresholds`` what is
    asked for what, empty where nothing was compared; ``release`` which release answered.
    """

    decision: str
    notes: tuple[str, ...]
    heading: str
    rows: tuple[Row, ...]
    thresholds: str
    release: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return all of it as sentences, without bars."""
        rows = (
            f"{row.title} ({row.id}) – "
            + "; ".join(f"{bar.label}: {bar.percent}" for bar in (row.likely, *row.parts))
            for row in self.rows
        )
        every = (self.decision, *self.notes, *rows, self.thresholds, self.release)
        return tuple(each for each in every if each)


def why_of(answer: Answer, language: str, titles: Titles, *, question: bool = True) -> Why | None:
    """Say why an answer is what it is; None where it is not explained.

    ``question`` tells whether words of the question may be part of it.
    """
    found = answer.explanation
    if found is None:
        return None
    notes: list[str] = []
    if question:
        notes += [
            say("read", language, typed=_short(typed), read=_short(read))
            for typed, read in found.read
        ]
    if found.doubts and question:
        notes.append(say("doubts", language, words=", ".join(found.doubts)))
    if found.matched_text:
        notes.append(say("text", language, text=_short(found.matched_text)))
    if found.facet_cue and answer.facet is not None:
        facet = say(f"facet.{answer.facet.value}", language)
        notes.append(say("facet", language, facet=facet))
    if found.weighed and answer.context_entry:
        notes.append(say("talk", language, before=titles(answer.context_entry)))
    rows = tuple(
        Row(
            one.id,
            titles(one.id),
            Bar(one.likely, say("likely", language)),
            tuple(
                Bar(_share(name, one.parts[name]), say(name, language))
                for name in _SHOWN
                if name in one.parts
            ),
        )
        for one in found.considered
    )
    return Why(
        _decision(answer, found, language, titles),
        tuple(notes),
        say("candidates", language),
        rows,
        _thresholds(found, language) if rows else "",
        say("release", language, release=answer.release),
    )


def titles_of(release: Release, language: str) -> Titles:
    """Return what gives the titles of a release's entries; the id of one that is gone."""
    composer = Composer(release, language)

    def title(entry: str) -> str:
        found = release.entries.get(entry)
        return composer.title(found) if found else entry

    return title


def _decision(answer: Answer, found: Explanation, language: str, titles: Titles) -> str:
    before = answer.context_entry or answer.entry
    # What falls short of a threshold by less than half a percent should not look as if it did not.
    likely, needed = percent(found.confidence), percent(found.answer_threshold)
    if likely == needed and found.confidence < found.answer_threshold:
        likely, needed = percent(found.confidence, 1), percent(found.answer_threshold, 1)
    values = {
        "entry": titles(answer.entry) if answer.entry else "–",
        "before": titles(before) if before else "–",
        "likely": likely,
        "answer": needed,
        "clarify": percent(found.clarify_threshold),
        "first": "–",
        "first_likely": percent(0.0),
    }
    key = found.reason
    near = found.considered
    if answer.candidates:
        # What was aimed at goes before what only resembles the question.
        first = answer.candidates[0].id
        values |= {"first": titles(first), "first_likely": likely}
        rivals = [one for one in near if one.id != first]
        if key == "unsure" and rivals and rivals[0].likely >= _ABOUT_AS_LIKELY * found.confidence:
            values |= {"second": titles(rivals[0].id), "second_likely": percent(rivals[0].likely)}
            key = "unsure.two"
    decision = say(key, language, **values)
    if key in {"nothing_near", "off_topic"} and near:
        far = found.confidence < found.clarify_threshold
        decision += " " + say("nearest.far" if far else "nearest", language, **values)
    return decision


def _thresholds(found: Explanation, language: str) -> str:
    return say(
        "thresholds",
        language,
        answer=percent(found.answer_threshold),
        clarify=percent(found.clarify_threshold),
        topical=percent(found.topical_threshold),
        topicality=percent(found.topicality),
    )


def _share(name: str, value: float) -> float:
    share = (value - _UNLIKE) / (1 - _UNLIKE) if name == "cosine" else value
    return min(1.0, max(0.0, share))


def _short(text: str) -> str:
    return textwrap.shorten(text, _LONGEST, placeholder="…")

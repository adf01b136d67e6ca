"""Make a small topic, which is sure of little, just sure enough for a test."""

from __future__ import annotations

from dataclasses import replace

from bot.service import Service


def answered_from(service: Service, text: str) -> None:
    """Set the thresholds of the index in service so that a question is just answered."""
    index = service.advisor.index
    level = index.search(text).confidence - 0.02
    index.confidence = replace(index.confidence, answer=level, clarify=level / 2)

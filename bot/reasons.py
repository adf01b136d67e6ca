"""What can be said to be wrong with an answer, or missing: the same words in every channel.

The query log keeps them, and figures count by them, so that one word means one thing everywhere.
"""

from __future__ import annotations

from typing import Final

ANOTHER: Final = "answers another question"
WRONG: Final = (ANOTHER, "outdated", "source problem", "one-sided", "something else")
"""what people choose from"""
NONE: Final = "none of these"
"""of the candidates that were offered"""
MEANT: Final = "should be this entry"

"""Write synthetic topics of any size in the documented format.

Entries and phrasings combine words with a seeded generator: the same size gives the same bytes, so
that vectors can be kept between runs. A larger topic begins with all entries of a smaller one.
"""

from __future__ import annotations

import random
from pathlib import Path

PHRASINGS_PER_ENTRY = 10
_ENTRIES_PER_FILE = 500
_SEED = 20_260_301

_ACTORS = (
    "council|mayor|school board|harbour office|library|bus company|museum|market traders|"
    "rowing club|water board|fire brigade|hospital|farmers|housing office|theatre|zoo|"
    "allotment holders|university|post office|railway|bakers|swimming club|town archive|"
    "youth centre|cyclists|fishing fleet|brewery|orchestra|night watch|beekeepers|"
    "cemetery office|ferry crew|chess club|tax office|kindergarten|power station|"
    "forest rangers|cinema|tram drivers|lighthouse keepers"
).split("|")
_ACTIONS = (
    ("close", "closing", "shut"),
    ("build", "building", "put up"),
    ("sell", "selling", "get rid of"),
    ("repair", "repairing", "fix"),
    ("move", "moving", "relocate"),
    ("rent out", "renting out", "let"),
    ("paint", "painting", "recolour"),
    ("heat", "heating", "warm"),
    ("fence in", "fencing in", "wall off"),
    ("light", "lighting", "illuminate"),
    ("insure", "insuring", "cover"),
    ("tax", "taxing", "put a levy on"),
    ("inspect", "inspecting", "check"),
    ("rename", "renaming", "call differently"),
    ("widen", "widening", "enlarge"),
    ("guard", "guarding", "watch over"),
    ("open", "opening", "unlock"),
    ("flood", "flooding", "put under water"),
    ("demolish", "demolishing", "tear down"),
    ("photograph", "photographing", "take pictures of"),
)
_THINGS = (
    "old mill|clock tower|foot bridge|playground|ice rink|parking garage|town wall|stables|"
    "fountain|greenhouse|tennis court|bandstand|orchard|sluice|reading room|bicycle shed|"
    "observatory|bus shelter|skate park|pier|boat house|band hall|picnic meadow|archive cellar|"
    "ticket hall|water tower|grain store|tunnel|rose garden|toll house|weather station|"
    "climbing wall|laundry|bell foundry|coal yard|fish market|pottery|windmill|salt works|"
    "drill hall"
).split("|")
_TIMES = (
    "in winter|after dark|on Sundays|during the holidays|before harvest|at weekends|next spring|"
    "in the rain|for ten years|at short notice|every morning|until autumn"
).split("|")
_WHERE = "in the north|by the river|on the hill|near the station|behind the church".split("|")
_OPENINGS = (
    "why would the {actor} {act} the {thing} {time}",
    "is it true that the {actor} want to {other} the {thing} {time} {where}",
    "{doing} the {thing} {time}, whose idea was that, the {actor}?",
    "how much will {doing} the {thing} {time} cost the {actor}",
    "so the {actor} simply {act} our {thing} {time} and nobody is asked?!",
    "can anybody stop the {actor} from {doing} the {thing} {time}",
    "the {thing} {where}: does the {actor} {other} it {time} or not",
    "who pays when the {actor} {other} the {thing} {time}",
    "{actor} {thing} {doing} {time} explained please",
    "tell me what happens to the {thing} {where} if the {actor} {act} it {time}",
    "i heard about the {actor} and {doing} that {thing} {time}, what's the point",
    "are there good reasons for {doing} the {thing} {time} as the {actor} say",
    "what do neighbours think of the {actor} who {other} the {thing} {time} {where}",
    "no way they {other} the {thing} {time}... {actor} again?",
)


def write(folder: Path, phrasings: int) -> Path:
    """Write a topic with that many phrasings, ten an entry; returns its folder."""
    count = max(1, phrasings // PHRASINGS_PER_ENTRY)
    questions = folder / "questions" / "en"
    questions.mkdir(parents=True, exist_ok=True)
    (folder / "topic.yaml").write_text(
        "title: A town that was made up\nlanguages: [en]\n", encoding="utf-8"
    )
    faq: list[str] = []
    lines: list[str] = []
    for number, (actor, action, thing, time) in enumerate(_combinations(count)):
        act, doing, other = action
        words = {
            "actor": actor,
            "act": act,
            "doing": doing,
            "other": other,
            "thing": thing,
            "time": time,
        }
        rng = random.Random(f"{_SEED}:{number}")
        faq += [
            f"- id: town-{number}",
            f"  question: Why would the {actor} {act} the {thing} {time}?",
            f"  answer: The {actor} say that {doing} the {thing} {time} saves money; "
            f"those who live {rng.choice(_WHERE)} doubt it.",
        ]
        lines.append(f"town-{number}:")
        for opening in rng.sample(_OPENINGS, PHRASINGS_PER_ENTRY):
            text = opening.format(**words, where=rng.choice(_WHERE))
            # ": " would begin a mapping.
            lines.append(f'- "{text}"' if ": " in text else f"- {text}")
        if (number + 1) % _ENTRIES_PER_FILE == 0 or number + 1 == count:
            name = f"town-{number // _ENTRIES_PER_FILE:03d}.yaml"
            (questions / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
            lines = []
    (folder / "faq.yaml").write_text("\n".join(faq) + "\n", encoding="utf-8")
    return folder


def questions(phrasings: int, count: int) -> list[str]:
    """Return questions about a synthetic topic that differ from its phrasings by a typo or word."""
    entries = max(1, phrasings // PHRASINGS_PER_ENTRY)
    rng = random.Random(_SEED + phrasings)
    known = _combinations(entries)
    asked = []
    for _ in range(count):
        actor, action, thing, time = known[rng.randrange(entries)]
        opening = rng.choice(_OPENINGS)
        text = opening.format(
            actor=actor, act=action[0], doing=action[1], other=action[2], thing=thing, time=time,
            where=rng.choice(_WHERE),
        )  # fmt: skip
        at = rng.randrange(len(text) - 1)
        asked.append(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    return asked


def _combinations(count: int) -> list[tuple[str, tuple[str, str, str], str, str]]:
    total = len(_ACTORS) * len(_ACTIONS) * len(_THINGS) * len(_TIMES)
    order = random.Random(_SEED).sample(range(total), min(total, 20_000))
    if count > len(order):
        raise ValueError(f"at most {len(order) * PHRASINGS_PER_ENTRY:,} phrasings")
    found = []
    for place in order[:count]:
        rest, time = divmod(place, len(_TIMES))
        rest, thing = divmod(rest, len(_THINGS))
        actor, action = divmod(rest, len(_ACTIONS))
        found.append((_ACTORS[actor], _ACTIONS[action], _THINGS[thing], _TIMES[time]))
    return found

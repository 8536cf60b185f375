"""`python -m bot.sample_questions`: draws the examples of the intent `ask_faq` from data/training_questions_vi.yml.

The draw is fixed by hashes, so the same questions give the same file. It need not follow every FAQ edit: the intent
only has to know what questions sound like. The rest of the questions stays unseen and measures the routing.
"""

import hashlib
import sys
from pathlib import Path
from typing import Dict, List, Tuple

from ruamel.yaml import YAML

SOURCE = Path("data/training_questions_vi.yml")
TARGET = Path("bot/data/nlu_ask_faq.yml")
PER_ENTRY = 7
# Reports of a fraud or of bad staff are acts of their own (fixed steps first, then search): teaching them as plain
# questions too would only blur the line.
LEFT_OUT = {"lua-dao-da-bi-lua", "ho-tro-phan-anh-can-bo"}
HEAD = (
    'version: "3.1"\n\n'
    "# Made by `python -m bot.sample_questions`; do not edit. All FAQ questions are this one intent, which leads to search.\n"
    "nlu:\n- intent: ask_faq\n  examples: |\n"
)


def rank(question: str) -> str:
    """The question's place in the draw."""
    return hashlib.sha256(question.encode()).hexdigest()


def draw(questions: Dict[str, List[str]]) -> Tuple[List[str], List[str]]:
    """(drawn, left): `PER_ENTRY` questions of each entry, and all others."""
    drawn: List[str] = []
    left: List[str] = []
    for entry, texts in questions.items():
        ranked = sorted(dict.fromkeys(texts), key=rank)
        cut = 0 if entry in LEFT_OUT else PER_ENTRY
        drawn += ranked[:cut]
        left += ranked[cut:]
    return drawn, left


def load() -> Dict[str, List[str]]:
    """Entry id -> questions of all batches."""
    batches: Dict[str, Dict[str, List[str]]] = YAML(typ="safe").load(SOURCE)
    loaded: Dict[str, List[str]] = {}
    for entries in batches.values():
        for entry, texts in entries.items():
            loaded.setdefault(entry, []).extend(texts)
    return loaded


def main() -> None:
    """Writes the file."""
    drawn, _ = draw(load())
    # A Rasa example reads [x](y) as an entity and {…} as its value; no question needs those signs.
    lines = [f"    - {' '.join(text.translate(str.maketrans('[]{}', '()()')).split())}\n" for text in drawn]
    TARGET.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{TARGET}: {len(lines)} questions", file=sys.stderr)


if __name__ == "__main__":
    main()

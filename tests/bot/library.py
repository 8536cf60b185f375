"""A stand-in of search that knows the few fixed entries of tests/conversations/answers.yml.

Hits by folded words: one hit answers, several ask back, none abstains. No semantics: conversations test the bot, not search.
"""

from pathlib import Path
from typing import Any, Dict, List, Tuple

from ruamel.yaml import YAML

from bot.text import fold, normalise
from tests.bot.standins import World, sample

FOLDER = Path(__file__).resolve().parent.parent / "conversations"


def load() -> Dict[str, Dict[str, Any]]:
    """Entry id -> the entry with its `keys`."""
    return {entry["id"]: entry for entry in YAML(typ="safe").load(FOLDER / "answers.yml")}


class Library(World):
    """`World` with entries of its own in place of the contract's samples."""

    def __init__(self) -> None:
        super().__init__()
        self.known = load()

    def search(self, query: Dict[str, str]) -> Tuple[int, Any]:
        self.searched.append(query)
        if self.search_error:
            return self.search_error
        asked = {fold(query["q"].lower()), fold(normalise(query["q"]))}
        near = self._group(query["group"]) if "group" in query else list(self.known)
        hits = [
            item for item in near if any(key in text for key in self.known[item]["keys"] for text in asked)
        ]
        shown = [{**self._shown(item), "score": 0.9} for item in hits[:4]]
        return 200, {**sample("search_answer"), "decision": self._decision(hits), "hits": shown}

    def entry(self, entry_id: str) -> Tuple[int, Any]:
        if self.search_error:
            return self.search_error
        if entry_id not in self.known:
            return 404, {"error": {"code": "unknown_entry", "message": ""}}
        return 200, self._shown(entry_id)

    def _group(self, entry_id: str) -> List[str]:
        return [entry_id, *self.known[entry_id]["related"]] if entry_id in self.known else []

    def _decision(self, hits: List[str]) -> str:
        if not hits:
            return "abstain"
        if self.known[hits[0]]["needs_person"] == "always":
            return "needs_person"
        return "answer" if len(hits) == 1 else "clarify"

    def _shown(self, entry_id: str) -> Dict[str, Any]:
        entry = {key: value for key, value in self.known[entry_id].items() if key != "keys"}
        related = [{"id": other, "question": self.known[other]["question"]} for other in entry["related"]]
        return {**sample("entry"), **entry, "related": related}

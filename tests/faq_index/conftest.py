"""A small FAQ in a folder of its own, the tools to break it, and its index built once with the hashing embedder."""

import shutil
from argparse import Namespace
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from faq_index.build import build
from faq_index.embedder import HashEmbedder
from faq_index.searcher import FaqSearcher, Models, load_models
from faq_index.settings import Settings
from faq_index.source import DataFiles, load_faq
from faq_index.training.command import train

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DAY = date(2026, 11, 24)  # the day most tests look at, whatever the clock says
TRAINING = "cong-nhan:\n  quen-mat-khau:\n  - tôi hết nhớ mật khẩu rồi\n"


@dataclass(frozen=True)
class Desk:
    """A folder with the editors' files, as a fresh clone has them in data/, and room for an index."""

    folder: Path

    @classmethod
    def of_small_faq(cls, folder: Path, learned: Path | None = None) -> "Desk":
        """The sound small FAQ; with what was `learned` from it, where decisions are wanted."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("faq", "laws", "allowlist"):
            shutil.copy(HERE / f"{name}_small.yml", folder / f"{name}_vi.yml")
        (folder / "training_questions_vi.yml").write_text(TRAINING, encoding="utf-8")
        if learned is not None:
            for name in ("decision.json", "kinds.json"):
                shutil.copy(learned / name, folder / name)
        return cls(folder)

    @property
    def faq(self) -> Path:
        return self.folder / "faq_vi.yml"

    @property
    def files(self) -> DataFiles:
        return DataFiles(
            self.faq,
            self.folder / "laws_vi.yml",
            self.folder / "allowlist_vi.yml",
            self.folder / "training_questions_vi.yml",
        )

    def environment(self) -> dict[str, str]:
        """Settings for a command or a server over this folder."""
        return {
            "FAQ_DATA": self.files.faq.as_posix(),
            "FAQ_LAWS": self.files.laws.as_posix(),
            "FAQ_ALLOWLIST": self.files.allowlist.as_posix(),
            "FAQ_TRAINING": str(self.files.training),
            "FAQ_INDEX_DIR": str(self.folder / "index"),
            "FAQ_DECISION": str(self.folder / "decision.json"),
            "FAQ_KINDS": str(self.folder / "kinds.json"),
            "FAQ_FACTS": str(self.folder / "facts_them_vi.yml"),
            "FAQ_MODEL": "hash",
        }

    def write(self, old: str, new: str) -> int:
        """Save the FAQ with the first `old` replaced by `new`; the line, from 1, where the two begin to differ."""
        text = self.faq.read_text(encoding="utf-8")
        at = text.index(old)
        same = 0
        while same < min(len(old), len(new)) and old[same] == new[same]:
            same += 1
        changed = text[:at] + new + text[at + len(old) :]
        self.faq.write_text(changed, encoding="utf-8")
        return changed[: at + same].count("\n") + 1


def same_shape(found, wanted, where="$"):
    """Same keys, same kinds of values, all the way down; a list is compared by its first item when both have one."""
    if isinstance(wanted, dict):
        if where.endswith("facets"):
            assert all(isinstance(v, str) for v in found.values())
            return
        assert found.keys() == wanted.keys(), where
        for key, value in wanted.items():
            same_shape(found[key], value, f"{where}.{key}")
    elif isinstance(wanted, list):
        assert isinstance(found, list), where
        if found and wanted:
            same_shape(found[0], wanted[0], f"{where}[0]")
    elif isinstance(wanted, float | int):
        assert isinstance(found, float | int), where
    else:
        assert type(found) is type(wanted), where


@pytest.fixture(scope="session")
def learned(tmp_path_factory) -> Path:
    """A folder with decision.json and kinds.json learned for the hashing embedder. What is shipped was learned from
    hundreds of entries and fits no FAQ of four.
    """
    desk = Desk.of_small_faq(tmp_path_factory.mktemp("learned"))
    settings = Settings(
        data=desk.files.faq,
        laws=desk.files.laws,
        allowlist=desk.files.allowlist,
        training=desk.files.training,
        kinds_training=HERE / "kinds_small.yml",
        decision=desk.folder / "decision.json",
        kinds=desk.folder / "kinds.json",
        model="hash",
    )
    assert train(settings, Namespace(calibrate_only=True, on=DAY)) == 0
    return desk.folder


@pytest.fixture
def desk(tmp_path, learned) -> Desk:
    return Desk.of_small_faq(tmp_path / "desk", learned)


@pytest.fixture(scope="session")
def generation(learned):
    """The small FAQ, built. Frozen: tests that need another use dataclasses.replace."""
    return build(load_faq(Desk(learned).files, DAY), HashEmbedder())


@pytest.fixture(scope="session")
def models(learned) -> Models:
    return load_models(HashEmbedder(), learned / "decision.json", learned / "kinds.json")


@pytest.fixture(scope="session")
def searcher(generation, models) -> FaqSearcher:
    return FaqSearcher(generation, models)

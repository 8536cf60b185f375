"""A small FAQ, learned from, built and promoted once for all tests; with the hashing embedder, so that nothing is loaded."""

import shutil
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

import pytest

from faq_index.__main__ import main
from faq_index.build import build
from faq_index.embedder import HashEmbedder
from faq_index.searcher import FaqSearcher, Models, load_models
from faq_index.settings import Settings
from faq_index.source import load_faq
from faq_index.store import Store
from faq_index.training.command import train
from tests.faq_index.samples import DAY, write_files

_ENVIRONMENT = (
    "data", "laws", "allowlist", "training", "kinds_training", "decision", "kinds", "index_dir", "model", "keep",
)  # fmt: skip


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a process is given them."""
    return {f"FAQ_{name.upper()}": str(getattr(settings, name)) for name in _ENVIRONMENT}


@pytest.fixture(scope="session")
def learned(tmp_path_factory) -> Path:
    """A folder with decision.json and kinds.json learned from the small FAQ for the hashing embedder."""
    folder = tmp_path_factory.mktemp("learned")
    # A day on which every entry is in effect: what is learned must know all of them.
    assert train(write_files(folder), Namespace(calibrate_only=True, on=DAY.replace(year=2027))) == 0
    return folder


@pytest.fixture(scope="session")
def generation():
    """The small FAQ, built. Never changed by a test."""
    import tempfile  # noqa: PLC0415  # only here

    with tempfile.TemporaryDirectory() as folder:
        return build(load_faq(write_files(Path(folder)).files(), DAY), HashEmbedder())


@pytest.fixture(scope="session")
def models(learned) -> Models:
    return load_models(HashEmbedder(), learned / "decision.json", learned / "kinds.json")


@pytest.fixture(scope="session")
def searcher(generation, models) -> FaqSearcher:
    return FaqSearcher(generation, models)


@pytest.fixture
def files(tmp_path, learned):
    """Gives settings for a folder of its own: `files()` for the sound FAQ, `files(text)` for another."""

    def make(faq: str | bytes | None = None, name: str = "desk") -> Settings:
        settings = write_files(tmp_path / name, faq)
        shutil.copy(learned / "decision.json", settings.decision)
        shutil.copy(learned / "kinds.json", settings.kinds)
        return settings

    return make


@pytest.fixture
def promoted(files, generation) -> Settings:
    """Settings whose index holds the small FAQ, live."""
    settings = files()
    store = Store(settings.index_dir, settings.keep)
    store.write(generation)
    store.promote(generation.id)
    return settings


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Runs `python -m faq_index ARGUMENTS` in this process: importing the libraries anew would take seconds each."""

    def run(settings: Settings, *arguments: str) -> Done:
        monkeypatch.chdir(tmp_path)  # no .env of a developer
        for name, value in environment(settings).items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = main(list(arguments))
        written = capsys.readouterr()
        return Done(code, written.out, written.err)

    return run

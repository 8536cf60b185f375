"""What the tests of the editors' tool share: settings and the command line over a desk's folder."""

from faq_index.__main__ import main
from faq_index.build import build
from faq_index.embedder import HashEmbedder
from faq_index.settings import Settings
from faq_index.source import load_faq
from faq_index.store import Store

from .conftest import DAY

TOKEN = "secret"


def settings_of(desk, **more) -> Settings:
    """Settings over the desk's folder; no .env of a developer."""
    values = {k.removeprefix("FAQ_").lower(): v for k, v in desk.environment().items()}
    return Settings(_env_file=None, **values, SERVICE_TOKEN=TOKEN, **more)


def publish(desk) -> str:
    """Build the desk's file and make it live; the generation's id."""
    settings = settings_of(desk)
    store = Store(settings.index_dir, settings.keep)
    generation = build(load_faq(desk.files, DAY), HashEmbedder())
    store.write(generation)
    store.promote(generation.id)
    return generation.id


class Tool:
    """`python -m faq_index` over a desk, in this process: importing everything anew would take seconds a time."""

    def __init__(self, desk, monkeypatch, capsys):
        self._capsys = capsys
        monkeypatch.chdir(desk.folder)  # where no .env lies
        for name, value in desk.environment().items():
            monkeypatch.setenv(name, value)

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """(exit code, stdout, stderr)."""
        self._capsys.readouterr()
        code = main(list(arguments))
        written = self._capsys.readouterr()
        return code, written.out, written.err

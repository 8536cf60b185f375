"""Builds the two virtual environments, the search index, the bot's model and the database, each only when needed.

`python3 deploy/setup.py [--dev]`. Standard library only. Each step leaves a fingerprint of its inputs;
a second run skips what has not changed. Without Python 3.10 everything but the bot is still set up.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import settings
from pythons import fetch_python, find_python
from steps import StepFailed, run

ROOT = settings.ROOT
VENV, VENV_BOT = ROOT / ".venv", ROOT / ".venv-bot"
NETWORK_ADVICE = "Hãy kiểm tra mạng tới kho gói Python (PyPI) và chỗ trống trên đĩa, rồi chạy lại; các bước đã xong không phải làm lại."
BOT_INPUTS = [
    "bot/config.yml",
    "bot/domain.yml",
    "bot/data",
    "bot/components",
    "bot/text.py",
    "requirements/bot-py310.txt",
]


def fingerprint(paths: list[str], extra: str = "") -> str:
    """Hash of the contents of `paths` (files, or folders read recursively) below the root."""
    digest = hashlib.sha256(extra.encode())
    for name in paths:
        path = ROOT / name
        files = (
            sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".pyc")
            if path.is_dir()
            else [path]
        )
        for file in files:
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def build_environment(venv: Path, python: str, locks: list[str], *, torch: bool, log: Path) -> None:
    """Makes `venv` from `python` with exactly the packages of `locks`; a lock that is installed already is skipped."""
    mark = venv / ".locks"
    installed = settings.read_env_file(mark)
    missing = [lock for lock in locks if installed.get(lock) != fingerprint([lock], python)]
    if not missing:
        return
    if not (venv / "bin" / "python").exists():
        advice = "Cài gói python3-venv rồi chạy lại."
        run(
            f"Tạo môi trường {venv.name}",
            [python, "-m", "venv", str(venv)],
            root=ROOT,
            log=log,
            advice=advice,
        )
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for lock in missing:
        title = f"Cài gói vào {venv.name} theo {lock}"
        command = [*pip, "--no-deps", "--require-hashes", "-r", lock]
        run(title, command, root=ROOT, log=log, advice=NETWORK_ADVICE)
    if torch:
        # No hash: the CPU and the CUDA build share the version. TORCH_INDEX_URL may point at PyTorch's CPU wheels.
        index = ["--index-url", os.environ["TORCH_INDEX_URL"]] if os.environ.get("TORCH_INDEX_URL") else []
        run("Cài PyTorch", [*pip, *index, "torch==2.13.0"], root=ROOT, log=log, advice=NETWORK_ADVICE)
    installed.update({lock: fingerprint([lock], python) for lock in locks})
    mark.write_text("".join(f"{lock}={value}\n" for lock, value in installed.items()), encoding="utf-8")


def environments(*, dev: bool, log: Path) -> bool:
    """Both environments; returns whether the bot's could be made.

    :raises StepFailed: when Python 3.11 is missing or an installation fails.
    """
    python = find_python("3.11") or fetch_python("3.11", None)
    if not python:
        raise StepFailed(
            "Không tìm thấy Python 3.11. Hãy cài python3.11 (kèm python3.11-venv), hoặc cài uv, rồi chạy lại `make run`."
        )
    build_environment(
        VENV,
        python,
        ["requirements/desk-py311.txt", *(["requirements/dev-py311.txt"] if dev else [])],
        torch=True,
        log=log,
    )
    python = find_python("3.10") or fetch_python("3.10", VENV / "bin" / "uv")
    if not python:
        print(
            "  ! Không có Python 3.10: chạy không có bot Rasa. Tìm kiếm, phiếu và bàn làm việc vẫn chạy đủ."
        )
        print("    Để có bot: cài python3.10 (hoặc pyenv install 3.10, hoặc uv), rồi chạy lại.")
        return False
    build_environment(
        VENV_BOT,
        python,
        ["requirements/bot-py310.txt", *(["requirements/dev-py310.txt"] if dev else [])],
        torch=False,
        log=log,
    )
    return True


def encoder(env: dict[str, str], log: Path) -> None:
    """Takes the shipped encoder; trains one from the shipped questions where it is missing."""
    if env.get("FAQ_MODEL") or (ROOT / "data" / "encoder" / "modules.json").exists():
        return
    run(
        "Huấn luyện bộ mã hoá câu hỏi",
        [str(VENV / "bin" / "python"), "-m", "faq_index", "train"],
        root=ROOT,
        log=log,
        env=env,
        advice="Xem báo lỗi ở trên; hoặc đặt FAQ_MODEL trỏ tới một mô hình sentence-transformers có sẵn.",
    )


def index(env: dict[str, str], log: Path) -> None:
    """Builds and promotes an index generation. A broken FAQ is no reason not to start: the last good generation serves."""
    python = str(VENV / "bin" / "python")
    try:
        run(
            "Dựng chỉ mục câu hỏi",
            [python, "-m", "faq_index", "build", "--promote"],
            root=ROOT,
            log=log,
            env=env,
            advice="Sửa data/faq_vi.yml rồi lưu lại: máy chủ tự nạp.",
        )
    except StepFailed as failure:
        print(f"  ! {failure}\n    Tiếp tục với bản chỉ mục tốt gần nhất (nếu có).")


def bot_model(env: dict[str, str], log: Path) -> None:
    """Trains the Rasa model unless one from the same inputs is there."""
    folder = ROOT / env["BOT_MODEL_DIR"]
    wanted = fingerprint(BOT_INPUTS)
    mark = folder / "fingerprint"
    if mark.exists() and mark.read_text() == wanted and list(folder.glob("*.tar.gz")):
        return
    for old in folder.glob("*.tar.gz"):
        old.unlink()
    command = [
        str(VENV_BOT / "bin" / "python"),
        "-m",
        "rasa",
        "train",
        "--data",
        "bot/data",
        "--config",
        "bot/config.yml",
        "--domain",
        "bot/domain.yml",
    ]
    command += ["--out", str(folder), "--fixed-model-name", "bot"]
    run(
        "Huấn luyện bot Rasa",
        command,
        root=ROOT,
        log=log,
        env=env,
        advice="Xem báo lỗi ở trên; bot nằm ở thư mục bot/.",
    )
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(wanted)


def set_up(*, dev: bool) -> tuple[dict[str, str], bool]:
    """Everything that must be there before the processes start; returns settings and whether the bot can run."""
    env = settings.load()
    log = ROOT / env["VSSID_VAR"] / "log" / "setup.log"
    with_bot = environments(dev=dev, log=log)
    encoder(env, log)
    if with_bot:
        bot_model(env, log)
    if dev:
        index(env, log)  # the browser tests' desks share it
    return env, with_bot


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also install the tools for tests, types and lint")
    options = parser.parse_args()
    try:
        _, with_bot = set_up(dev=options.dev)
    except StepFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    if options.dev and not with_bot:
        print("\nThiếu Python 3.10 nên không chạy được phần kiểm thử của bot.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

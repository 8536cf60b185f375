"""Sets everything up and runs the whole desk on embedded defaults: what `make run` calls.

It prepares, then becomes supervisord, which runs the processes of the Procfile, restarts what dies and stops
everything on Ctrl-C. Standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import settings
from setup import VENV, index, set_up
from steps import StepFailed, run

ROOT = settings.ROOT
BOT_PROCESSES = {"rasa", "actions"}


def procfile() -> dict[str, str]:
    """Process name -> command line."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): command.strip() for name, _, command in pairs}


def refuse_taken_ports(env: dict[str, str], names: set[str]) -> None:
    """:raises StepFailed: naming each taken port and the setting that moves it."""
    taken = [
        f"Cổng {env[setting]} của «{name}» đang có chương trình khác dùng. Đặt {setting}=<cổng khác> trong .env rồi chạy lại."
        for name, (setting, _) in settings.PORTS.items()
        if name in names and settings.port_taken(int(env[setting]))
    ]
    if taken:
        raise StepFailed("\n".join(taken))


def database(env: dict[str, str], log: Path) -> None:
    """Brings the database to the newest schema and makes the first administrator; its password is printed once."""
    python = str(VENV / "bin" / "python")
    advice = "Kiểm tra DESK_DATABASE_URL và quyền ghi vào thư mục của nó."
    run(
        "Cập nhật cơ sở dữ liệu",
        [python, "-m", "feedback_api", "migrate"],
        root=ROOT,
        log=log,
        env=env,
        advice=advice,
    )
    # Not through `run`, which logs its output: the password is for the eyes of whoever starts the desk, once.
    made = subprocess.run(
        [python, "-m", "feedback_api", "ensure-admin"],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise StepFailed(f"Không tạo được quản trị viên đầu tiên:\n{made.stderr.strip()}\n{advice}")
    if made.stdout.strip():
        print("\n" + made.stdout.strip() + "\n", flush=True)


def supervisor_config(env: dict[str, str], commands: dict[str, str]) -> str:
    """Supervisord's configuration for `commands`: restart what dies, stop whole process groups, one log per process."""
    var = ROOT / env["VSSID_VAR"]
    parts = [
        f"""[supervisord]
nodaemon=true
silent=true
logfile={var}/log/supervisord.log
pidfile={var}/supervisord.pid
childlogdir={var}/log
directory={ROOT}

[unix_http_server]
file={var}/supervisor.sock
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{var}/supervisor.sock

[program:announce]
command={VENV}/bin/python {ROOT}/deploy/announce.py {" ".join(commands)}
autorestart=false
startsecs=0
stdout_logfile=/dev/fd/1
stdout_logfile_maxbytes=0
redirect_stderr=true
"""
    ]
    parts.extend(
        f"""
[program:{name}]
command=/bin/sh -c {shell_quote("exec " + command)}
autorestart=true
startsecs=2
startretries=1000000
stopwaitsecs=10
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={var}/log/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""
        for name, command in commands.items()
    )
    return "".join(parts)


def shell_quote(text: str) -> str:
    """`text` as one word for supervisord, whose own % expansion is switched off by doubling."""
    return '"' + text.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"') + '"'


def main() -> int:
    try:
        print("Chuẩn bị bàn hỗ trợ VssID …", flush=True)
        env, with_bot = set_up(dev=False)
        commands = {
            name: command for name, command in procfile().items() if with_bot or name not in BOT_PROCESSES
        }
        refuse_taken_ports(env, set(commands))
        var = ROOT / env["VSSID_VAR"]
        for folder in ("log", "mail", "rasa"):
            (var / folder).mkdir(parents=True, exist_ok=True)
        log = var / "log" / "setup.log"
        index(env, log)
        database(env, log)
    except StepFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nĐã dừng.", file=sys.stderr)
        return 130
    config = var / "supervisord.conf"
    config.write_text(supervisor_config(env, commands), encoding="utf-8")
    program = str(VENV / "bin" / "supervisord")
    os.chdir(ROOT)
    # Becoming supervisord, not starting it: Ctrl-C and kill reach the one process that stops all others.
    os.execve(program, [program, "-c", str(config)], {**os.environ, **env})
    return 0


if __name__ == "__main__":
    sys.exit(main())

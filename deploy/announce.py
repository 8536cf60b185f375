"""Waits until the desk answers, then prints where it is; says so too when the bot is ready or a part stays away."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request

PROBES = {
    "desk": ("Bàn hỗ trợ", "DESK_PORT", "/live"),
    "search": ("Tìm kiếm", "FAQ_PORT", "/v1/health"),
    "actions": ("Hành động của bot", "BOT_ACTIONS_PORT", "/health"),
    "rasa": ("Bot Rasa", "BOT_RASA_PORT", "/"),
}
PATIENCE = 180.0  # seconds until a part that does not answer is reported


def answers(port: str, path: str) -> bool:
    """Whether the process answers at all; a 503 of search is an answer too."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def main() -> int:
    started = time.monotonic()
    waiting = [name for name in PROBES if name in sys.argv[1:]]
    while waiting and time.monotonic() - started < PATIENCE:
        for name in list(waiting):
            title, setting, path = PROBES[name]
            if answers(os.environ[setting], path):
                waiting.remove(name)
                print(f"  ✓ {title} sẵn sàng ({time.monotonic() - started:.0f} giây)", flush=True)
                if name == "desk":
                    url = os.environ["DESK_PUBLIC_URL"]
                    print(
                        f"\n  Người dân:  {url}/chat\n  Cán bộ:     {url}/console\n  Dừng lại:   Ctrl-C\n",
                        flush=True,
                    )
        time.sleep(0.3)
    for name in waiting:
        print(f"  ! {PROBES[name][0]} chưa trả lời; xem {os.environ['VSSID_VAR']}/log/{name}.log", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The desk's command line: serve, migrate, create-agent, ensure-admin, mail-worker, purge."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from feedback_api import logs
from feedback_api.agents import service as agents
from feedback_api.database import Database
from feedback_api.settings import Settings, SettingsError, load_settings
from feedback_api.tickets.routing import RoutingError
from feedback_api.workhours.calendar_file import CalendarError

if TYPE_CHECKING:
    from types import FrameType


def serve(settings: Settings) -> int:
    """Runs the web server until it is told to stop; exit status 1 when the port is taken."""
    import uvicorn  # noqa: PLC0415  # the other commands need neither server nor pages

    from feedback_api.app import create_app  # noqa: PLC0415

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        print(
            f"Không mở được cổng {settings.port} của {settings.host} ({error.strerror}). "
            "Đặt DESK_PORT=<cổng khác> rồi chạy lại.",
            file=sys.stderr,
        )
        return 1
    logs.configure(settings.log_level)
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=10,
        # Longer than proxies and phones keep theirs: otherwise a message may arrive on a connection just being closed.
        timeout_keep_alive=75,
    )
    logs.event("serving", host=settings.host, port=settings.port)
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def migrate(settings: Settings) -> int:
    """Brings the database to the newest schema."""
    from feedback_api.migrations.run import upgrade  # noqa: PLC0415

    database = Database(settings.database_url)
    upgrade(database.engine)
    database.dispose()
    return 0


def create_agent(settings: Settings, arguments: argparse.Namespace) -> int:
    """Makes an account; a generated password is printed once."""
    password = sys.stdin.readline().rstrip("\n") if arguments.password_stdin else agents.new_password()
    database = Database(settings.database_url)
    with database.writing() as session:
        agent = agents.create_agent(session, arguments.role, arguments.name, arguments.login, password)
    print(f"Đã tạo tài khoản {agent.login} ({agent.role}).")
    if not arguments.password_stdin:
        print(f"Mật khẩu (chỉ hiện một lần): {password}")
    return 0


def ensure_admin(settings: Settings) -> int:
    """Makes the first administrator; prints nothing when there is one already."""
    database = Database(settings.database_url)
    with database.writing() as session:
        made = agents.ensure_admin(session)
    if made:
        print("Tài khoản quản trị đầu tiên (chỉ hiện một lần):")
        print(f"  tên đăng nhập: {made[0].login}\n  mật khẩu:      {made[1]}")
    return 0


def mail_worker(settings: Settings) -> int:
    """Sends mail until it is told to stop."""
    from feedback_api.app import open_database  # noqa: PLC0415
    from feedback_api.clients.smtp_client import make_mailer  # noqa: PLC0415
    from feedback_api.mail.worker import MailWorker  # noqa: PLC0415

    logs.configure(settings.log_level)
    worker = MailWorker(open_database(settings), make_mailer(settings), settings)

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        worker.stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logs.event("mail_worker_started", by="smtp" if settings.smtp_url else "files")
    worker.run()
    return 0


def purge(settings: Settings) -> int:
    """Deletes what is older than the settings allow, ends tickets without an answer, closes those that stayed resolved."""
    from feedback_api.app import open_database  # noqa: PLC0415
    from feedback_api.retention import purge_all  # noqa: PLC0415

    database = open_database(settings)
    with database.writing() as session:
        done = purge_all(session, settings.keep_conversations_days)
    print(
        f"Đã xoá {done.conversations} cuộc trò chuyện, {done.drafts} liên hệ tạm, {done.keys} khoá cũ, {done.pictures} ảnh; "
        f"đóng {done.closed} phiếu, kết thúc {done.unanswered} phiếu mà người dân không trả lời."
    )
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    root = argparse.ArgumentParser(prog="python -m feedback_api", description=__doc__)
    commands = root.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the web server on DESK_HOST:DESK_PORT")
    commands.add_parser("migrate", help="bring the database to the newest schema")
    account = commands.add_parser("create-agent", help="make an account for the console")
    account.add_argument("--role", required=True, choices=["agent", "lead", "editor", "admin"])
    account.add_argument("--name", required=True, help="the name colleagues see")
    account.add_argument("--login", required=True)
    account.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    commands.add_parser("ensure-admin", help="make the first administrator if there is none")
    commands.add_parser("mail-worker", help="send what is in the outbox")
    commands.add_parser("purge", help="delete old conversations (for a daily timer)")
    return root


def main(argv: list[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    commands = {
        "serve": serve,
        "migrate": migrate,
        "ensure-admin": ensure_admin,
        "mail-worker": mail_worker,
        "purge": purge,
    }
    try:
        settings = load_settings()
        if arguments.command == "create-agent":
            return create_agent(settings, arguments)
        return commands[arguments.command](settings)
    except SettingsError as error:
        print(f"Cấu hình chưa đúng:\n{error.args[0]}", file=sys.stderr)
    except RoutingError as error:
        print(f"Tệp phân tuyến chưa đúng:\n{error.args[0]}", file=sys.stderr)
    except CalendarError as error:
        print(f"Tệp giờ làm việc chưa đúng:\n{error.args[0]}", file=sys.stderr)
    except agents.AccountError as error:
        print(f"Không tạo được tài khoản: {error.args[0]}", file=sys.stderr)
    except SQLAlchemyError as error:
        print(
            f"Không dùng được cơ sở dữ liệu ({type(error).__name__}). Kiểm tra DESK_DATABASE_URL, "
            "rồi chạy `python -m feedback_api migrate`.",
            file=sys.stderr,
        )
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""The action server: `python -m bot.actions_server`, bound to the loopback address only.

Speaks rasa-sdk's webhook protocol through its own executor; needs no CORS and no package scanning.
"""

import logging
import socket
import sys
from typing import Any, Optional

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import actions, settings
from bot.clients import DeskClient, SearchClient
from bot.settings import HOST, Settings

logger = logging.getLogger(__name__)


def create_app(wanted: Settings, name: str = "bot_actions") -> Sanic:
    """The server for `wanted`; clients are made when its event loop runs and closed with it."""
    app = Sanic(name, configure_logging=False)
    executor = ActionExecutor()

    @app.before_server_start
    async def open_clients(app: Any, _loop: Any) -> None:
        app.ctx.clients = (SearchClient(wanted), DeskClient(wanted))
        for action in actions.every_action(*app.ctx.clients):
            executor.register_action(action)

    @app.after_server_stop
    async def close_clients(app: Any, _loop: Any) -> None:
        for client in app.ctx.clients:
            await client.close()

    @app.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        return response.json({"status": "ok", "actions": sorted(executor.actions)})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        try:
            result = await executor.run(request.json)
        except ActionExecutionRejection as rejected:
            return response.json({"error": rejected.message, "action_name": rejected.action_name}, status=400)
        except ActionNotFoundException as unknown:
            logger.error("domain.yml names an action that is not there: %s", unknown.action_name)  # noqa: TRY400 - the name says it all
            return response.json({"error": unknown.message, "action_name": unknown.action_name}, status=404)
        return response.json(result)

    return app


def listen(port: int) -> socket.socket:
    """The bound loopback socket.

    :raises OSError: when the port is taken.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
    except OSError:
        sock.close()
        raise
    return sock


def main() -> Optional[str]:
    """Serves until it is stopped; returns one line for a setting that must be changed."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(
        logging.WARNING
    )  # its INFO lines hold the query, which is the citizen's text
    try:
        wanted = settings.load()
        sock = listen(wanted.actions_port)
    except settings.BadSetting as wrong:
        return f"actions: {wrong}"
    except OSError as error:
        return f"actions: port {wanted.actions_port} on {HOST} is taken ({error.strerror}); set BOT_ACTIONS_PORT to a free one"
    logger.info("actions listen on %s:%s", HOST, wanted.actions_port)
    create_app(wanted).run(sock=sock, access_log=False, motd=False)
    return None


if __name__ == "__main__":
    sys.exit(main())

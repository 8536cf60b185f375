"""What all pages of the console share: who may see what, the navigation, fragments for htmx.

Routes that ask search or Rasa open their own short transactions through `signed_in`; none is held while they wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends

from feedback_api import texts_vi
from feedback_api.agents.auth import current_agent, require_role
from feedback_api.console.titles import (
    CHANNEL_TITLES,
    OUTCOME_TITLES,
    RESOLUTION_TITLES,
    ROLE_TITLES,
)
from feedback_api.errors import DeskError
from feedback_api.models import Agent, Role
from feedback_api.templating import page
from feedback_api.text import TICKET_LIMIT

if TYPE_CHECKING:
    from fastapi import Request, Response
    from sqlalchemy.orm import Session

TICKETS = (Role.AGENT, Role.LEAD)  # administrators may everything
EVERYONE = tuple(Role)
EDITORS = (Role.EDITOR, Role.LEAD)
ADMINS: tuple[Role, ...] = ()

TicketAgent = Annotated[Agent, Depends(require_role(*TICKETS))]
AdminAgent = Annotated[Agent, Depends(require_role(*ADMINS))]


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation."""

    href: str
    title: str
    here: bool


PLACES: tuple[tuple[str, str, str, tuple[Role, ...]], ...] = (
    ("queue", "/console", "Hàng chờ", TICKETS),
    ("overview", "/console/overview", "Tổng quan", EVERYONE),
    ("faq", "/console/faq", "Bộ câu hỏi", EVERYONE),
    ("health", "/console/health", "Tình trạng", EVERYONE),
    ("agents", "/console/agents", "Cán bộ", ADMINS),
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person as pages need it, usable after the transaction has ended."""

    id: int
    name: str
    role: str

    @classmethod
    def of(cls, agent: Agent) -> Viewer:
        return cls(agent.id, agent.name, agent.role)

    def may(self, roles: tuple[Role, ...]) -> bool:
        return self.role == Role.ADMIN.value or self.role in {role.value for role in roles}


def signed_in(request: Request, session: Session, roles: tuple[Role, ...]) -> Agent:
    """The signed-in agent, if of one of `roles` or an administrator.

    :raises NotSignedIn: without a live session.
    :raises DeskError: 403 forbidden.
    """
    agent = current_agent(request, session)
    if not Viewer.of(agent).may(roles):
        raise DeskError(texts_vi.FORBIDDEN, 403, "forbidden")
    return agent


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks, so that a partial is enough."""
    return request.headers.get("HX-Request") == "true"


def console_page(
    request: Request,
    viewer: Viewer,
    here: str,
    template: str,
    context: dict[str, Any],
    *,
    status_code: int = 200,
) -> Response:
    """A page or partial of the console with what all of them need."""
    shared = {
        "agent": viewer,
        "nav": [
            NavItem(href, title, name == here) for name, href, title, roles in PLACES if viewer.may(roles)
        ],
        "role_titles": ROLE_TITLES,
        "status_titles": texts_vi.STATUS_TITLES_FOR_AGENTS,
        "channel_titles": CHANNEL_TITLES,
        "outcome_titles": OUTCOME_TITLES,
        "resolution_titles": RESOLUTION_TITLES,
        "text_limit": TICKET_LIMIT,
    }
    return page(request, template, {**shared, **context}, status_code=status_code)

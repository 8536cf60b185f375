"""Two people at once, with real transactions on real threads."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from feedback_api.errors import DeskError
from feedback_api.models import OutboxMail, Ticket, TicketEvent
from feedback_api.tickets import service as tickets

from .factories import make_agent, make_ticket, ticket_request


def together(*works):
    """Runs the works at the same moment; results, or the DeskError's code."""
    barrier = threading.Barrier(len(works))

    def run(work):
        barrier.wait(10)
        try:
            return work()
        except DeskError as error:
            return error.code

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.parametrize("attempt", range(3))
def test_two_agents_take_one_ticket(desk, attempt):
    with desk.database.writing() as session:
        agents = [make_agent(session, login=f"agent{number}") for number in range(4)]
        code = make_ticket(session)[0].code

    def take(agent):
        def work():
            with desk.database.writing() as session:
                tickets.take(session, tickets.find_for_agent(session, code), agent)
                return "won"

        return work

    results = together(*(take(agent) for agent in agents))
    assert sorted(results) == ["already_taken"] * 3 + ["won"]
    with desk.database.reading() as session:
        taken = session.scalars(select(TicketEvent).where(TicketEvent.kind == "taken")).one()
        assert taken.agent_id == session.scalars(select(Ticket.assignee_id)).one()
        assert taken.agent_id == agents[results.index("won")].id


def test_a_double_submit_at_the_same_moment(desk):
    key = str(uuid.uuid4())

    def submit():
        with desk.database.writing() as session:
            return tickets.open_ticket(session, ticket_request(), key).code

    assert len(set(together(*[submit] * 4))) == 1
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1
        assert session.scalar(select(func.count()).select_from(OutboxMail)) == 1


def test_two_replies_to_the_same_version(desk):
    with desk.database.writing() as session:
        agents = [make_agent(session, login=f"agent{number}") for number in range(2)]
        ticket, _ = make_ticket(session)
        code, version = ticket.code, ticket.version

    def answer(agent):
        def work():
            with desk.database.writing() as session:
                found = tickets.find_for_agent(session, code)
                tickets.reply(session, found, agent, f"Trả lời của {agent.login}", version, str(uuid.uuid4()))
                return "sent"

        return work

    assert sorted(together(*(answer(agent) for agent in agents))) == ["sent", "stale_ticket"]
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).where(TicketEvent.kind == "agent_replied")) == 1
        assert session.scalar(select(func.count()).where(OutboxMail.template == "agent_replied")) == 1

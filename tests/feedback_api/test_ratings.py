"""One rating per ticket, after it is done, editable for a day, seen by the hotline."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feedback_api.models import TicketRating, utc_now
from feedback_api.ratings import service as ratings
from feedback_api.tickets import service as tickets

from .factories import PASSWORD, make_agent, make_ticket


@pytest.fixture
def done(client, desk):
    """The code of a resolved ticket that `client` may read."""
    with desk.database.writing() as session:
        ticket, secret = make_ticket(session)
        tickets.resolve(session, ticket, make_agent(session), "personal_case", None, "Đã xong.")
        code = ticket.code
    client.post("/tickets/status", data={"code": code, "secret": secret})
    return code


def rate(client, code, **form):
    return client.post(f"/tickets/{code}/rating", data=form, follow_redirects=False)


def kept(desk):
    with desk.database.reading() as session:
        return [(row.score, row.reason, row.comment) for row in session.query(TicketRating)]


def test_one_tap_then_a_reason_and_a_change_of_mind(client, desk, done):
    assert rate(client, done, solved="no").status_code == 303
    assert kept(desk) == [("no", None, None)]
    comment = "Gọi tôi 0912345678"
    assert rate(client, done, solved="no", reason="unclear", comment=comment).status_code == 303
    assert kept(desk) == [("no", "unclear", "Gọi tôi [số điện thoại đã ẩn]")]
    rate(client, done, solved="yes")
    assert kept(desk) == [("yes", None, None)]
    with desk.database.reading() as session:
        assert ratings.counts(session) == ratings.RatingCounts(1, 0)


def test_after_a_day_it_stays(client, desk, done):
    rate(client, done, solved="no")
    with desk.database.writing() as session:
        session.query(TicketRating).one().created_at = utc_now() - timedelta(hours=25)
    late = rate(client, done, solved="yes")
    assert (late.status_code, kept(desk)) == (409, [("no", None, None)])


@pytest.mark.parametrize("form", [{}, {"solved": "maybe"}, {"solved": "no", "reason": "x' OR 1"}])
def test_nonsense_is_refused(client, desk, done, form):
    assert rate(client, done, **form).status_code == 422
    assert kept(desk) == []


def test_an_open_ticket_and_another_ones_cannot_be_rated(client, desk, done):
    with desk.database.writing() as session:
        ticket, secret = make_ticket(session)
        other, _ = make_ticket(session)
    client.post("/tickets/status", data={"code": ticket.code, "secret": secret})
    assert rate(client, ticket.code, solved="yes").status_code == 409
    assert rate(client, other.code, solved="yes").status_code == 404
    client.cookies.clear()
    assert rate(client, done, solved="yes").status_code == 404
    assert kept(desk) == []


def test_the_hotline_sees_it(client, desk, done):
    rate(client, done, solved="no", reason="slow", comment="Tôi chờ hai ngày")
    client.post("/console/login", data={"login": "lan", "password": PASSWORD})
    page = client.get(f"/console/tickets/{done}").text
    assert "Chưa giải quyết: Trả lời chậm" in page
    assert "Tôi chờ hai ngày" in page
    assert "<b>0/1</b>" in client.get("/console/overview").text

"""Pictures with a ticket: made anew, named anew, shown to nobody who may not read the ticket."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from starlette.testclient import TestClient

from feedback_api.app import create_app, make_desk
from feedback_api.attachments import images
from feedback_api.models import Attachment, TicketEvent, utc_now
from feedback_api.retention import purge_all
from feedback_api.tickets import service as tickets

from .conftest import SAME_ORIGIN, make_settings
from .factories import PASSWORD, make_agent, make_ticket

PLACE = "TOA-DO-NHA-TOI"


def jpeg(size=(60, 40), orientation=None):
    exif = Image.Exif()
    exif[0x010E] = PLACE
    if orientation:
        exif[0x0112] = orientation
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG", exif=exif, comment=PLACE.encode())
    return out.getvalue()


def png(mode="RGBA"):
    out, info = BytesIO(), PngInfo()
    info.add_text("Comment", PLACE)
    Image.new(mode, (20, 10)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def webp():
    out = BytesIO()
    Image.new("RGB", (20, 10), "blue").save(out, "WEBP")
    return out.getvalue()


def test_nothing_but_pixels_is_left():
    for raw in (jpeg(), png(), png("P"), png("L"), webp()):
        picture = images.cleaned(raw)
        assert PLACE.encode() not in picture.content
        with Image.open(BytesIO(picture.content)) as image:
            assert not image.getexif()
            assert not {"comment", "Comment", "exif", "icc_profile"} & set(image.info)
            assert image.mode == "RGB"
    assert PLACE.encode() in jpeg()  # so that the test could fail
    assert PLACE.encode() in png()


def test_a_picture_taken_sideways_is_turned_upright_and_a_huge_one_is_made_smaller():
    with Image.open(BytesIO(images.cleaned(jpeg((60, 40), orientation=6)).content)) as image:
        assert image.size == (40, 60)
    with Image.open(BytesIO(images.cleaned(jpeg((5000, 100))).content)) as image:
        assert image.size == (2560, 51)


def bomb():
    out = BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    return out.getvalue()


def gif():
    out = BytesIO()
    Image.new("RGB", (5, 5)).save(out, "GIF")
    return out.getvalue()


BAD = {
    "text": lambda: b"hello",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "pdf": lambda: b"%PDF-1.7",
    "gif": gif,
    "cut off": lambda: jpeg((600, 400))[:400],
    "bomb": bomb,
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_picture_by_its_content_is_refused(kind):
    with pytest.raises(images.BadPicture):
        images.cleaned(BAD[kind]())


@pytest.fixture
def shop(database_url, tmp_path):
    """(client that may read the ticket, desk, code)"""
    settings = make_settings(database_url, tmp_path, attachments=True, attachment_mb=1, attachment_count=2)
    desk = make_desk(settings)
    with TestClient(create_app(settings, desk), headers=SAME_ORIGIN, raise_server_exceptions=False) as client:
        with desk.database.writing() as session:
            ticket, secret = make_ticket(session)
            code = ticket.code
        client.post("/tickets/status", data={"code": code, "secret": secret})
        yield client, desk, code


def send(client, code, content=None, key="k1", name="cccd-cua-toi.html"):
    return client.post(
        f"/tickets/{code}/attachments",
        data={"idempotency_key": key},
        files={"file": (name, jpeg() if content is None else content, "text/html")},
        follow_redirects=False,
    )


def picture_of(desk):
    with desk.database.reading() as session:
        return session.query(Attachment).one()


def test_a_picture_goes_into_the_thread_and_can_be_seen(shop):
    client, desk, code = shop
    reply = send(client, code)
    assert reply.status_code == 303, reply.text
    kept = picture_of(desk)
    assert "cccd" not in kept.name
    assert kept.kind == "image/jpeg"
    shown = client.get(f"/tickets/{code}/attachments/{kept.name}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "no-store"
    assert shown.content == kept.content
    assert kept.name in client.get(f"/tickets/{code}").text
    with desk.database.reading() as session:
        ticket = tickets.find_for_agent(session, code)
        last = tickets.agent_thread(session, ticket)[-1]
        assert (last.kind, last.title) == ("attached", "Người dân gửi ảnh")
        assert last.attachments[0].url == f"/console/tickets/{code}/attachments/{kept.name}"


def test_strangers_see_nothing_and_agents_do(shop):
    client, desk, code = shop
    send(client, code)
    name = picture_of(desk).name
    with desk.database.writing() as session:
        make_agent(session)
        other, secret = make_ticket(session)
    client.cookies.clear()
    for url in (f"/tickets/{code}/attachments/{name}", f"/console/tickets/{code}/attachments/{name}"):
        reply = client.get(url, follow_redirects=False)
        assert reply.status_code in {303, 404}
        assert not reply.headers.get("content-type", "").startswith("image/")
    client.post("/tickets/status", data={"code": other.code, "secret": secret})
    assert client.get(f"/tickets/{other.code}/attachments/{name}").status_code == 404
    assert send(client, code).status_code == 404
    client.post("/console/login", data={"login": "lan", "password": PASSWORD})
    assert client.get(f"/console/tickets/{code}/attachments/{name}").status_code == 200
    assert f"/console/tickets/{code}/attachments/{name}" in client.get(f"/console/tickets/{code}").text


def test_a_second_press_sends_nothing_twice_and_there_is_a_most(shop):
    client, desk, code = shop
    assert send(client, code).headers["location"] == send(client, code).headers["location"]
    assert picture_of(desk).size == len(picture_of(desk).content)
    assert send(client, code, key="k2").status_code == 303
    third = send(client, code, key="k3")
    assert (third.status_code, "đã đủ 2 ảnh" in third.text) == (409, True)


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "chưa chọn ảnh"),
        (b"<script>alert(1)</script>", 422, "Không đọc được ảnh"),
        (b"\xff" * 1_000_001, 413, "lớn quá 1 MB"),
        (b"\xff" * 3_000_000, 413, "quá lớn"),
    ],
)
def test_what_is_refused_is_said_at_its_field(shop, content, status, said):
    client, desk, code = shop
    reply = send(client, code, content)
    assert (reply.status_code, said in reply.text) == (status, True)
    with desk.database.reading() as session:
        assert session.query(Attachment).count() == 0
        assert session.query(TicketEvent).filter_by(kind="attached").count() == 0


def test_where_it_is_not_allowed_there_is_no_such_page(client, desk):
    with desk.database.writing() as session:
        ticket, secret = make_ticket(session)
    client.post("/tickets/status", data={"code": ticket.code, "secret": secret})
    assert send(client, ticket.code).status_code == 404
    assert send(client, ticket.code, b"\xff" * 70_000).status_code == 413
    assert "attachments" not in client.get(f"/tickets/{ticket.code}").text


def test_before_sending_it_is_said_what_not_to_send(shop):
    client, _, code = shop
    page = client.get(f"/tickets/{code}").text
    assert "Đừng gửi ảnh căn cước, thẻ BHYT, sổ BHXH" in page
    assert page.index("Đừng gửi ảnh căn cước") < page.index('type="file"')


def test_an_agent_deletes_a_picture_with_one_press_and_it_is_logged(shop, caplog, tmp_path):
    client, desk, code = shop
    send(client, code)
    kept = picture_of(desk)
    with desk.database.writing() as session:
        make_agent(session)
    delete = f"/console/tickets/{code}/attachments/{kept.name}/delete"
    assert client.post(delete, follow_redirects=False).headers["location"] == "/console/login"
    assert picture_of(desk).name == kept.name
    client.post("/console/login", data={"login": "lan", "password": PASSWORD})
    assert f'action="{delete}"' in client.get(f"/console/tickets/{code}").text
    with caplog.at_level("INFO"):
        assert client.post(delete, data={"reply": "nháp"}, headers={"HX-Request": "true"}).status_code == 200
        assert client.post(delete).status_code == 200  # a second press changes nothing
    assert [record.msg for record in caplog.records].count("picture_removed") == 1
    with desk.database.reading() as session:
        assert session.query(Attachment).count() == 0
        ticket = tickets.find_for_agent(session, code)
        gone = [event for event in tickets.agent_thread(session, ticket) if event.kind == "picture_removed"]
        assert [(one.agent_name, one.internal) for one in gone] == [("Nguyễn Thị Lan", False)]
    assert client.get(f"/tickets/{code}/attachments/{kept.name}").status_code == 404
    assert "Cán bộ đã xóa ảnh bạn gửi" in client.get(f"/tickets/{code}").text
    desk.database.dispose()
    for path in tmp_path.glob("desk.sqlite3*"):  # nothing of it is left in the file either
        assert kept.content not in path.read_bytes()


def test_pictures_of_other_tickets_cannot_be_deleted_by_name(shop):
    client, desk, code = shop
    send(client, code)
    with desk.database.writing() as session:
        make_agent(session)
        other, _ = make_ticket(session)
    client.post("/console/login", data={"login": "lan", "password": PASSWORD})
    client.post(f"/console/tickets/{other.code}/attachments/{picture_of(desk).name}/delete")
    assert picture_of(desk)


def test_pictures_of_closed_tickets_are_forgotten(shop):
    client, desk, code = shop
    send(client, code)
    with desk.database.writing() as session:
        ticket = tickets.find_for_agent(session, code)
        assert purge_all(session, 180).pictures == 0
        ticket.closed_at = utc_now() - timedelta(days=91)
    with desk.database.writing() as session:
        assert purge_all(session, 180).pictures == 1

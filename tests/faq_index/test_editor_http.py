"""The editors' part of the HTTP interface, against the running application and the samples of the contract."""

import json
import time
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from faq_index.audit import lines
from faq_index.server import create_app

from .conftest import ROOT, same_shape
from .editing import TOKEN, Tool, publish, settings_of
from .serving import until

BEARER = {"Authorization": f"Bearer {TOKEN}"}
QUERY = {"q": "quen mat khau vssid lam sao lay lai"}


def sample(name):
    return json.loads((ROOT / f"tests/contract/{name}.json").read_text(encoding="utf-8"))


@contextmanager
def serving(desk, **more):
    """A client with the service token, once the server has looked at the file."""
    with TestClient(create_app(settings_of(desk, **more)), headers=BEARER) as client:
        until(lambda: client.get("/v1/health").json()["status"] != "unavailable", "a live generation")
        yield client


@pytest.fixture
def first(desk):
    """The id of a generation whose answer names another number; that of the file is live."""
    desk.write("nhánh 8.", "nhánh 7.")
    older = publish(desk)
    desk.write("nhánh 7.", "nhánh 8.")
    publish(desk)
    return older


def entries(client, **params):
    body = client.get("/v1/entries", params=params).json()
    return {e["id"]: e for e in body["entries"]}


def hits(client):
    return [h["id"] for h in client.get("/v1/search", params=QUERY).json()["hits"]]


def answer(client):
    return client.get("/v1/entries/quen-mat-khau").json()["answer"]


def code_of(response):
    body = response.json()["error"]
    assert body.keys() == {"code", "message"}
    return response.status_code, body["code"]


def trace(desk):
    return [(row["action"], row["by"]) for row in lines(desk.folder / "index")]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/entries", None),
        ("GET", "/v1/entries/quen-mat-khau/detail", None),
        ("GET", "/v1/generations", None),
        ("POST", "/v1/rollback", {}),
        ("POST", "/v1/withdraw", {"id": "quen-mat-khau", "reason": "sai"}),
        ("POST", "/v1/restore", {"id": "quen-mat-khau"}),
    ],
)
@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", TOKEN, f"bearer {TOKEN}"])
def test_nobody_without_the_token(desk, first, method, path, body, header):
    client = TestClient(create_app(settings_of(desk)))  # not started: the token is asked for first
    refused = client.request(method, path, json=body, headers={"Authorization": header})
    assert code_of(refused) == (401, "unauthorized")
    assert trace(desk) == []


def test_without_a_token_set_nobody_is_let_in(desk):
    settings = settings_of(desk).model_copy(update={"service_token": ""})
    refused = TestClient(create_app(settings)).get("/v1/entries", headers={"Authorization": "Bearer "})
    assert code_of(refused) == (401, "unauthorized")


def test_the_list_of_entries(desk, first):
    with serving(desk) as client:
        body = client.get("/v1/entries", params={"on": "2026-11-24"}).json()
        same_shape(
            body,
            sample("search_entries")
            | {
                "entries": [
                    {**e, "failing_tests": None, "effective_to": None}
                    for e in sample("search_entries")["entries"][:1]
                ]
            },
        )
        assert [e["id"] for e in body["entries"]] == [
            "quen-mat-khau",
            "doi-mat-khau",
            "luong-huu-ngay-tra",
            "mat-the-bhyt",
        ]
        assert body["topics"][0] == {"id": "tai-khoan", "title": "Tài khoản"}
        assert body["generation"] == client.get("/v1/health").json()["generation"]


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2025-12-31", "not_yet"),
        ("2026-01-01", "live"),
        ("2026-11-30", "live"),
        ("2026-12-01", "expiring"),
        ("2026-12-31", "expiring"),
        ("2027-01-01", "expired"),
    ],
)
def test_status_on_a_day(desk, first, on, status):
    with serving(desk) as client:
        client.post("/v1/withdraw", json={"id": "doi-mat-khau", "reason": "sai", "by": "lan"})
        found = entries(client, on=on)
    assert found["luong-huu-ngay-tra"]["status"] == status
    assert found["quen-mat-khau"]["status"] == "live"
    assert found["doi-mat-khau"]["status"] == "withdrawn"
    assert (
        found["doi-mat-khau"]["withdrawn"].keys()
        == sample("search_entries")["entries"][-1]["withdrawn"].keys()
    )
    assert found["doi-mat-khau"]["withdrawn"]["by"] == "lan"
    assert found["quen-mat-khau"]["review_due"] is False


def test_review_due(desk, first):
    with serving(desk) as client:
        assert entries(client, on="2027-05-24")["quen-mat-khau"]["review_due"] is False
        assert entries(client, on="2027-05-25")["quen-mat-khau"]["review_due"] is True


def test_failing_tests_are_counted_in_the_background(desk, first):
    desk.write("tests: [mất thẻ bhyt rồi,", "tests: [quên mật khẩu vssid lấy lại, mất thẻ bhyt rồi,")
    with serving(desk) as client:
        until(lambda: entries(client)["mat-the-bhyt"]["tests"] == 5, "the edited file")
        found = until(
            lambda: (e := entries(client))["mat-the-bhyt"]["failing_tests"] is not None and e, "the count"
        )
        assert found["mat-the-bhyt"]["failing_tests"] >= 1
        assert found["quen-mat-khau"]["failing_tests"] == 0
        until(lambda: not client.get("/v1/entries").json()["counting"], "the end of counting")
        # Another day has no counts, doesn't wait for any, and today's outlive the look at it.
        other = client.get("/v1/entries", params={"on": "2027-02-01"}).json()
        assert other["counting"] is False
        assert {e["failing_tests"] for e in other["entries"]} == {None}
        assert entries(client)["mat-the-bhyt"]["failing_tests"] == found["mat-the-bhyt"]["failing_tests"]


def detail(client, entry_id, **params):
    return client.get(f"/v1/entries/{entry_id}/detail", params=params)


def test_detail_names_what_fails_and_what_ranked_first_instead(desk, first):
    stolen, near = "quên mật khẩu vssid lấy lại", "lương hưu trả ngày mấy"
    desk.write("tests: [mất thẻ bhyt rồi,", f"tests: [{stolen}, mất thẻ bhyt rồi,")
    desk.write(
        f"- {{question: {near}, id: luong-huu-ngay-tra}}",
        "- {question: quên mật khẩu vssid, id: doi-mat-khau}",
    )
    with serving(desk) as client:
        until(lambda: entries(client)["mat-the-bhyt"]["tests"] == 5, "the edited file")
        body = detail(client, "mat-the-bhyt", on="2026-11-24").json()
        same_shape(body, sample("search_entry_detail") | {"withdrawn": None})
        assert [c["kind"] for c in body["checks"]][:2] == ["question", "test"]
        lost = {c["question"]: c for c in body["checks"] if not c["passes"]}
        assert lost[stolen] == {
            "kind": "test",
            "question": stolen,
            "passes": False,
            "wanted": "mat-the-bhyt",
            "first": "quen-mat-khau",
            "first_question": "Quên mật khẩu VssID thì lấy lại bằng cách nào?",
            "decision": lost[stolen]["decision"],
        }
        body = detail(client, "quen-mat-khau").json()
        hit = [(c["question"], c["wanted"], c["first"]) for c in body["checks"] if not c["passes"]]
        assert hit == [("quên mật khẩu vssid", "doi-mat-khau", "quen-mat-khau")]


def test_detail_of_a_withdrawn_entry_has_its_text_for_editors_only(desk, first):
    with serving(desk) as client:
        client.post("/v1/withdraw", json={"id": "quen-mat-khau", "reason": "sai", "by": "lan"})
        body = detail(client, "quen-mat-khau").json()
        same_shape(body, sample("search_entry_detail"))
        assert "nhánh 8." in body["entry"]["answer"]
        assert (body["withdrawn"]["reason"], body["withdrawn"]["by"]) == ("sai", "lan")
        assert all(c["passes"] for c in body["checks"] if c["kind"] == "question")
        refused = client.get("/v1/entries/quen-mat-khau/detail", headers={"Authorization": ""})
        assert code_of(refused) == (401, "unauthorized")
        assert "nhánh" not in refused.text
        assert code_of(client.get("/v1/entries/quen-mat-khau")) == (404, "withdrawn_entry")


def test_detail_on_a_day_on_which_the_entry_is_not_in_effect(desk, first):
    with serving(desk) as client:
        body = detail(client, "luong-huu-ngay-tra", on="2027-01-01").json()
        assert (body["on"], body["checks"]) == ("2027-01-01", None)
        assert body["entry"]["answer"]
        assert detail(client, "luong-huu-ngay-tra", on="2026-11-24").json()["checks"]
        assert code_of(detail(client, "khong-co")) == (404, "unknown_entry")
        assert code_of(detail(client, "quen-mat-khau", on="mai")) == (422, "bad_query")


def test_an_id_that_is_gone_leads_to_what_replaced_it(desk, first):
    replaced = "replaced: {cu-nhat: cu-hon, cu-hon: quen-mat-khau, bo-han: null}\nentries:"
    desk.write("entries:", replaced)
    for old in (False, True):  # live at once; and after a restart over a file that can't be read
        with serving(desk) as client:
            until(lambda: client.get("/v1/entries/cu-hon").status_code == 200, "the map")
            for gone in ("cu-nhat", "cu-hon"):
                reply = client.get(f"/v1/entries/{gone}")
                assert (reply.status_code, reply.json()["id"]) == (200, "quen-mat-khau")
                assert detail(client, gone).json()["entry"]["id"] == "quen-mat-khau"
            for unknown in ("bo-han", "khong-co", "CU-HON", "cu"):
                assert code_of(client.get(f"/v1/entries/{unknown}")) == (404, "unknown_entry")
            if old:
                client.post("/v1/withdraw", json={"id": "quen-mat-khau", "reason": "sai"})
                assert code_of(client.get("/v1/entries/cu-hon")) == (404, "withdrawn_entry")
                client.post("/v1/rollback", json={"generation": first})  # which knows nothing of these ids
                assert code_of(client.get("/v1/entries/cu-hon")) == (404, "unknown_entry")
        desk.faq.write_text("schema: [", encoding="utf-8")


def test_promoting_an_older_one_on_the_command_line_holds_until_the_file_is_edited(
    desk, first, monkeypatch, capsys
):
    tool = Tool(desk, monkeypatch, capsys)
    with serving(desk) as client:
        until(lambda: client.get("/v1/health").json()["status"] == "ok", "the watch")
        code, out, _ = tool("promote", first, "--on", "2026-11-24")
        assert (code, "chưa được chạy" in out) == (0, True)
        until(lambda: client.get("/v1/health").json()["generation"] == first, "the promotion")
        assert "rolled_back" in [f["code"] for f in client.get("/v1/health").json()["faults"]]
        client.app.state.live.refresh()  # what a save of the same content, or a restart, brings about
        assert "nhánh 7." in answer(client)
    with serving(desk) as client:
        until(lambda: client.get("/v1/health").json()["faults"], "the hold")
        assert "nhánh 7." in answer(client)
        desk.write("nhánh 8.", "nhánh 9.")
        until(lambda: "nhánh 9." in answer(client), "the edited file")
        assert client.get("/v1/health").json()["status"] == "ok"


def test_promoting_what_the_file_says_holds_nothing(desk, first, monkeypatch, capsys):
    tool = Tool(desk, monkeypatch, capsys)
    assert tool("promote", first, "--force")[0] == 0
    assert (desk.folder / "index/HELD").is_file()
    code, out, _ = tool("promote", "--force")  # the newest, built from the file as it is
    assert (code, "chưa được chạy" in out) == (0, False)
    assert not (desk.folder / "index/HELD").exists()


def test_what_cannot_be_loaded_cannot_be_forced(desk, first, monkeypatch, capsys):
    tool = Tool(desk, monkeypatch, capsys)
    (desk.folder / "index" / first / "entries.json").write_text("{}", encoding="utf-8")
    before = (desk.folder / "index/CURRENT").read_text(encoding="utf-8")
    code, _, err = tool("promote", first, "--force")
    assert (code, "entries.json" in err) == (1, True)
    assert (desk.folder / "index/CURRENT").read_text(encoding="utf-8") == before


def test_generations_newest_first(desk, first):
    with serving(desk) as client:
        body = client.get("/v1/generations").json()
    same_shape(body, sample("search_generations"))
    newest, older = body["generations"]
    assert (newest["current"], newest["previous"], newest["usable"]) == (True, False, True)
    assert (older["id"], older["current"], older["previous"], older["usable"]) == (first, False, True, True)
    assert body["held"] is False


@pytest.mark.parametrize("named", [True, False])
def test_rollback_holds_until_the_file_is_saved_anew(desk, first, named):
    with serving(desk) as client:
        health = client.post(
            "/v1/rollback", json={"generation": first if named else None, "by": "lan"}
        ).json()
        assert (health["generation"], health["status"]) == (first, "degraded")
        assert [f["code"] for f in health["faults"]] == ["rolled_back"]
        assert "nhánh 7." in answer(client)
        assert client.get("/v1/generations").json()["held"] is True
        assert trace(desk) == [("rollback", "lan")]
        client.post("/v1/reload")
        assert client.get("/v1/health").json()["generation"] == first
    with serving(desk) as client:  # a restart doesn't bring it back either
        until(
            lambda: [f["code"] for f in client.get("/v1/health").json()["faults"]] == ["rolled_back"],
            "the hold",
        )
        assert "nhánh 7." in answer(client)
        desk.write("nhánh 8.", "nhánh 9.")
        until(lambda: client.get("/v1/health").json()["status"] == "ok", "the edited file")
        assert "nhánh 9." in answer(client)
        assert client.get("/v1/generations").json()["held"] is False


def test_rolling_back_twice_is_where_it_began(desk, first):
    with serving(desk) as client:
        second = client.get("/v1/health").json()["generation"]
        client.post("/v1/rollback", json={})
        health = client.post("/v1/rollback", json={}).json()
        assert (health["generation"], "nhánh 8." in answer(client)) == (second, True)


def test_rollback_on_the_command_line_is_followed(desk, first, monkeypatch, capsys):
    tool = Tool(desk, monkeypatch, capsys)
    with serving(desk) as client:
        until(lambda: client.get("/v1/health").json()["status"] == "ok", "the watch")
        moved = time.monotonic()
        assert tool("rollback")[0] == 0
        until(lambda: client.get("/v1/health").json()["generation"] == first, "the rollback")
        assert time.monotonic() - moved < 10
        assert "nhánh 7." in answer(client)


def test_rollback_on_the_command_line_after_an_edit_is_followed(desk, first, monkeypatch, capsys):
    tool = Tool(desk, monkeypatch, capsys)
    with serving(desk) as client:
        second = client.get("/v1/health").json()["generation"]
        desk.write("nhánh 8.", "nhánh 9.")
        until(lambda: "nhánh 9." in answer(client), "the edited file")
        assert tool("rollback")[0] == 0
        until(lambda: client.get("/v1/health").json()["generation"] == second, "the rollback")
        assert "nhánh 8." in answer(client)


def test_a_current_that_cannot_be_loaded_is_told_once(desk, first, caplog):
    with serving(desk) as client:
        until(lambda: client.get("/v1/health").json()["status"] == "ok", "the watch")
        before = client.get("/v1/health").json()["generation"]
        (desk.folder / "index/CURRENT").write_text("khong-co\n", encoding="utf-8")
        until(lambda: client.get("/v1/health").json()["status"] == "degraded", "the fault")
        told = len(caplog.records)
        for _ in range(3):
            client.app.state.live.follow()
        assert len(caplog.records) == told
        assert client.get("/v1/health").json()["generation"] == before


@pytest.mark.parametrize("unknown", ["khong-co", "../index", ""])
def test_rollback_to_nowhere(desk, first, unknown):
    with serving(desk) as client:
        before = client.get("/v1/health").json()["generation"]
        if unknown:
            assert code_of(client.post("/v1/rollback", json={"generation": unknown})) == (
                404,
                "unknown_generation",
            )
        else:
            (desk.folder / "index/PREVIOUS").unlink()
            assert code_of(client.post("/v1/rollback", json={})) == (404, "unknown_generation")
        assert client.get("/v1/health").json()["generation"] == before
        assert trace(desk) == []


@pytest.mark.parametrize("damage", ["recipe", "file"])
def test_rollback_to_what_cannot_be_loaded_changes_nothing(desk, first, damage):
    folder = desk.folder / "index" / first
    if damage == "file":
        (folder / "entries.json").write_text("{}", encoding="utf-8")
    else:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["recipes"]["encoder"] = "another"
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with serving(desk) as client:
        usable = {g["id"]: g["usable"] for g in client.get("/v1/generations").json()["generations"]}
        assert usable[first] is (damage == "file")  # what a list can tell without reading every file
        assert code_of(client.post("/v1/rollback", json={"generation": first})) == (
            409,
            "unusable_generation",
        )
        assert "nhánh 8." in answer(client)
        assert (desk.folder / "index/CURRENT").read_text(encoding="utf-8").strip() != first
        assert client.get("/v1/generations").json()["held"] is False


def test_withdraw_and_restore(desk, first):
    with serving(desk) as client:
        assert hits(client)[0] == "quen-mat-khau"
        body = client.post(
            "/v1/withdraw", json={"id": "quen-mat-khau", "reason": "Nhánh 8 đã bỏ", "by": "lan"}
        ).json()
        same_shape(body | {"faults": sample("search_health")["faults"]}, sample("search_health"))
        assert [(w["id"], w["reason"], w["by"]) for w in body["withdrawn"]] == [
            ("quen-mat-khau", "Nhánh 8 đã bỏ", "lan")
        ]
        assert "quen-mat-khau" not in hits(client)
        assert code_of(client.get("/v1/entries/quen-mat-khau")) == (404, "withdrawn_entry")
        assert client.get("/v1/entries/doi-mat-khau").json()["related"] == []
        assert client.get("/v1/health").json()["withdrawn"] == body["withdrawn"]
    with serving(desk) as client:  # outlives a restart
        assert "quen-mat-khau" not in hits(client)
        assert (
            client.post("/v1/restore", json={"id": "quen-mat-khau", "by": "minh"}).json()["withdrawn"] == []
        )
        assert hits(client)[0] == "quen-mat-khau"
    assert trace(desk) == [("withdraw", "lan"), ("restore", "minh")]


def test_a_new_generation_keeps_it_withdrawn(desk, first):
    with serving(desk) as client:
        client.post("/v1/withdraw", json={"id": "quen-mat-khau", "reason": "sai"})
        before = client.get("/v1/health").json()["generation"]
        desk.write("nhánh 8.", "nhánh 9.")
        until(lambda: client.get("/v1/health").json()["generation"] != before, "the edited file")
        assert "quen-mat-khau" not in hits(client)


def test_the_command_line_stops_an_answer_of_a_running_server(desk, first, monkeypatch, capsys):
    tool = Tool(desk, monkeypatch, capsys)
    with serving(desk) as client:
        assert tool("withdraw", "quen-mat-khau", "--reason", "sai")[0] == 0
        assert "quen-mat-khau" not in hits(client)  # at the very next question


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("withdraw", {"id": "khong-co", "reason": "sai"}, (404, "unknown_entry")),
        ("withdraw", {"id": "doi-mat-khau", "reason": " "}, (422, "reason_missing")),
        ("withdraw", {"id": "doi-mat-khau", "reason": "x" * 501}, (422, "reason_missing")),
        ("withdraw", {"id": "quen-mat-khau", "reason": "lần nữa"}, (409, "already_withdrawn")),
        ("withdraw", {"id": "doi-mat-khau"}, (422, "bad_query")),
        ("withdraw", {"id": ["doi-mat-khau"], "reason": "sai"}, (422, "bad_query")),
        ("withdraw", {"id": "doi-mat-khau", "reason": "sai", "more": 1}, (422, "bad_query")),
        ("restore", {"id": "doi-mat-khau"}, (404, "not_withdrawn")),
    ],
)
def test_refusals(desk, first, path, body, refusal):
    with serving(desk) as client:
        client.post("/v1/withdraw", json={"id": "quen-mat-khau", "reason": "sai"})
        assert code_of(client.post(f"/v1/{path}", json=body)) == refusal
        assert [w["id"] for w in client.get("/v1/health").json()["withdrawn"]] == ["quen-mat-khau"]
    assert len(trace(desk)) == 1


def test_a_damaged_list_degrades_health_and_stays_in_force(desk, first):
    with serving(desk) as client:
        client.post("/v1/withdraw", json={"id": "quen-mat-khau", "reason": "sai"})
        (desk.folder / "index/withdrawn.json").write_text("{", encoding="utf-8")
        health = client.get("/v1/health").json()
        assert (health["status"], [f["code"] for f in health["faults"]]) == (
            "degraded",
            ["withdrawn_damaged"],
        )
        assert "quen-mat-khau" not in hits(client)


def test_a_vanished_id_keeps_the_old_generation(desk, first):
    with serving(desk) as client:
        before = client.get("/v1/health").json()["generation"]
        text = desk.faq.read_text(encoding="utf-8")
        cut = text[: text.index("- id: mat-the-bhyt")].replace("id: mat-the-bhyt", "id: luong-huu-ngay-tra")
        desk.faq.write_text(cut, encoding="utf-8")
        faults = until(lambda: client.get("/v1/health").json()["faults"], "the fault")
        assert [(f["code"], f["id"]) for f in faults] == [("vanished_id", "mat-the-bhyt")]
        assert client.get("/v1/health").json()["generation"] == before
        desk.faq.write_text(
            cut.replace("entries:", "replaced: {mat-the-bhyt: null}\nentries:", 1), encoding="utf-8"
        )
        until(lambda: client.get("/v1/health").json()["status"] == "ok", "the mended file")
        assert code_of(client.get("/v1/entries/mat-the-bhyt")) == (404, "unknown_entry")


def test_nothing_live(desk):
    desk.faq.write_text("schema: 1\n", encoding="utf-8")
    with TestClient(create_app(settings_of(desk)), headers=BEARER) as client:
        assert code_of(client.get("/v1/entries")) == (503, "no_generation")
        assert code_of(client.post("/v1/withdraw", json={"id": "a", "reason": "sai"})) == (
            503,
            "no_generation",
        )
        assert code_of(client.post("/v1/rollback", json={})) == (404, "unknown_generation")
        assert client.get("/v1/generations").json() == {"held": False, "generations": []}


@pytest.mark.parametrize("part", ["encoder", "text"])
def test_a_start_over_an_index_of_another_make_builds_its_own(desk, first, part):
    current = (desk.folder / "index/CURRENT").read_text(encoding="utf-8").strip()
    path = desk.folder / "index" / current / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["recipes"][part] = "of another make"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with serving(desk) as client:
        until(lambda: client.get("/v1/health").json()["status"] == "ok", "an index of its own")
        assert client.get("/v1/health").json()["generation"] != current
        assert "nhánh 8." in answer(client)
        usable = {g["id"]: g["usable"] for g in client.get("/v1/generations").json()["generations"]}
        assert usable[current] is False  # kept, but nobody is offered to go back to it


def test_the_watch_outlives_what_nobody_foresaw(desk, first):
    pointer = desk.folder / "index/CURRENT"
    with serving(desk) as client:
        until(lambda: client.get("/v1/health").json()["status"] == "ok", "the watch")
        was = pointer.read_bytes()
        pointer.unlink()
        pointer.mkdir()
        faults = until(lambda: client.get("/v1/health").json()["faults"], "the fault")
        assert "ngoài dự kiến" in faults[0]["message"]
        assert "nhánh 8." in answer(client)
        pointer.rmdir()
        pointer.write_bytes(b"\xff\xfe\n")
        until(lambda: "manifest" in client.get("/v1/health").json()["faults"][0]["message"], "another fault")
        pointer.write_bytes(was)
        desk.write("nhánh 8.", "nhánh 9.")
        until(lambda: client.get("/v1/health").json()["status"] == "ok", "the edited file")
        assert "nhánh 9." in answer(client)

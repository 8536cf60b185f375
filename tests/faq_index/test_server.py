"""The running server as another process: contract, broken files, good files live within seconds, port taken."""

import json
import os
import socket
import subprocess
import sys
import time

import pytest

from .conftest import ROOT, Desk, same_shape
from .serving import PATIENCE, build, health, live, search, serving, until

CONTRACT = ROOT / "tests/contract"


def sample(name):
    return json.loads((CONTRACT / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def promoted(desk):
    """A desk whose file has been built and promoted."""
    build(desk)
    return desk


@pytest.fixture(scope="module")
def running(tmp_path_factory, learned):
    with serving(Desk.of_small_faq(tmp_path_factory.mktemp("running"), learned)) as client:
        live(client)
        yield client


def test_answer_has_the_shape_of_the_contract(running):
    body = search(running, "quên mật khẩu vssid").json()
    same_shape(body, sample("search_answer"))
    assert body["hits"][0]["id"] == "quen-mat-khau"
    assert body["hits"][0]["sources"] == ["https://baohiemxahoi.gov.vn/huong-dan"]
    assert body["hits"][0]["links"] == ["https://dichvucong.baohiemxahoi.gov.vn"]
    assert body["hits"][0]["related"] == [
        {"id": "doi-mat-khau", "question": "Đổi mật khẩu VssID sang mật khẩu mới thế nào?"}
    ]


def test_needs_person_has_the_shape_of_the_contract(running):
    body = search(running, "nhờ kiểm tra giúp hồ sơ của tôi nộp ngày 3/9 sao chưa có tiền, mã số 0123").json()
    same_shape(body, sample("search_needs_person"))
    assert body["decision"] == "needs_person"
    assert body["reason"] == "personal_case"


def test_abstain_has_the_shape_of_the_contract(running):
    body = search(running, "bóng đá ngoại hạng anh").json()
    same_shape(body, sample("search_abstain"))
    assert (body["decision"], body["hits"]) == ("abstain", [])


def test_entry_and_health_have_the_shape_of_the_contract(running):
    same_shape(running.get("/v1/entries/quen-mat-khau").json(), sample("entry"))
    same_shape(health(running), sample("search_health"))
    assert health(running)["status"] == "ok"


def test_unknown_entry(running):
    response = running.get("/v1/entries/khong-co")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "unknown_entry")


@pytest.mark.parametrize("q", ["", "   ", "x" * 2001])
def test_bad_query(running, q):
    response = search(running, q)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "bad_query")
    assert response.json()["error"]["message"]


@pytest.mark.parametrize("more", [{"limit": 0}, {"limit": "x"}, {"on": "hôm nay"}])
def test_bad_parameters(running, more):
    response = search(running, "quên mật khẩu", **more)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "bad_query")


def test_query_is_required(running):
    assert running.get("/v1/search").json()["error"]["code"] == "bad_query"


def test_on_another_day(running):
    def ids(day):
        return [h["id"] for h in search(running, "lương hưu trả ngày mấy", on=day).json()["hits"]]

    assert "luong-huu-ngay-tra" in ids("2026-11-24")
    assert "luong-huu-ngay-tra" not in ids("2027-01-01")


def test_group_keeps_to_an_entry_and_its_relations(running):
    hits = search(running, "mất thẻ bảo hiểm y tế", group="quen-mat-khau").json()["hits"]
    assert {h["id"] for h in hits} <= {"quen-mat-khau", "doi-mat-khau"}


@pytest.mark.parametrize("q", ["🙂", "\u202e\u0000", "<script>", "/intent{}", "' OR 1=1", "%00%ff"])
def test_strange_queries(running, q):
    assert search(running, q).status_code in (200, 422)


def test_reload_needs_the_token(running):
    assert running.post("/v1/reload").status_code == 401
    assert running.post("/v1/reload", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert running.post("/v1/reload", headers={"Authorization": "Bearer secret"}).status_code == 200


def test_no_generation_is_503_with_the_reason_until_the_file_is_mended(desk):
    desk.write("topic: huu-tri", "topic: khong-co")
    with serving(desk) as client:
        until(lambda: health(client)["faults"], "faults")
        response = search(client, "quên mật khẩu")
        assert response.status_code == 503
        same_shape(response.json(), sample("search_unavailable"))
        assert response.json()["error"]["code"] == "no_generation"
        assert "dòng" in response.json()["error"]["message"]
        assert client.get("/v1/entries/quen-mat-khau").status_code == 503
        assert client.get("/v1/health").status_code == 503
        assert health(client)["status"] == "unavailable"
        desk.write("topic: khong-co", "topic: huu-tri")
        assert live(client)["status"] == "ok"
        assert search(client, "quên mật khẩu vssid").json()["hits"][0]["id"] == "quen-mat-khau"


def test_broken_file_at_start_serves_the_last_good_generation(promoted):
    promoted.faq.write_text("schema: 1\nentries: [\n", encoding="utf-8")
    with serving(promoted) as client:
        degraded = until(lambda: (h := health(client))["status"] == "degraded" and h, "degraded")
        same_shape(degraded, sample("search_health"))
        assert degraded["faults"][0]["code"] == "yaml_syntax"
        assert search(client, "quên mật khẩu vssid").json()["hits"][0]["id"] == "quen-mat-khau"


def test_files_changed_while_serving(promoted):
    with serving(promoted) as client:
        first = live(client)["generation"]

        started = time.monotonic()
        promoted.write("hoặc gọi 1900.9068 nhánh 8", "hoặc gọi 1900.9068 nhánh 9")
        second = live(client, first)
        assert time.monotonic() - started < 5
        assert "nhánh 9" in client.get("/v1/entries/quen-mat-khau").json()["answer"]
        assert second["status"] == "ok"

        promoted.write("topic: huu-tri", "topic: khong-co")
        degraded = until(lambda: (h := health(client))["faults"] and h, "faults")
        assert (degraded["status"], degraded["generation"]) == ("degraded", second["generation"])
        assert degraded["faults"][0]["id"] == "luong-huu-ngay-tra"
        assert "nhánh 9" in client.get("/v1/entries/quen-mat-khau").json()["answer"]

        text = promoted.faq.read_bytes()
        promoted.faq.unlink()
        until(lambda: [f["code"] for f in health(client)["faults"]] == ["no_file"], "the missing file")
        assert search(client, "quên mật khẩu vssid").status_code == 200

        promoted.faq.write_bytes(text[: len(text) // 2])
        until(lambda: "no_file" not in {f["code"] for f in health(client)["faults"]}, "the half file")
        assert health(client)["generation"] == second["generation"]

        promoted.faq.write_bytes(text.replace(b"topic: khong-co", b"topic: huu-tri"))
        assert (
            until(lambda: (h := health(client))["status"] == "ok" and h, "ok")["generation"]
            == second["generation"]
        )


def test_rollback_becomes_live_by_reload(promoted):
    first = (promoted.folder / "index/CURRENT").read_text().strip()
    promoted.write("nhánh 8", "nhánh 9")
    build(promoted)
    with serving(promoted, FAQ_WATCH="false") as client:
        until(lambda: health(client)["status"] == "ok", "ok")
        second = live(client)["generation"]
        assert second != first
        (promoted.folder / "index/CURRENT").write_text(first + "\n")
        client.post("/v1/reload", headers={"Authorization": "Bearer secret"})
        assert health(client)["generation"] == first


def test_a_damaged_index_is_rebuilt_from_the_file(promoted):
    current = (promoted.folder / "index/CURRENT").read_text().strip()
    (promoted.folder / "index" / current / "vectors.faiss").write_bytes(b"broken")
    with serving(promoted) as client:
        assert live(client, current)["status"] == "ok"


def test_a_missing_model_says_so(promoted):
    with serving(promoted, FAQ_MODEL="data/none") as client:
        assert health(client)["status"] == "unavailable"
        assert "FAQ_MODEL" in search(client, "quên mật khẩu").json()["error"]["message"]


def test_port_taken(desk):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {**os.environ, **desk.environment(), "FAQ_PORT": str(taken.getsockname()[1])}
        done = subprocess.run(
            [sys.executable, "-m", "faq_index", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )  # fmt: skip
    assert done.returncode == 1
    assert "FAQ_PORT" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1

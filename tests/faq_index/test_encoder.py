"""The embedders: the hashing twin, and the shipped encoder read in two ways."""

import json
import os
import shutil

import numpy as np
import pytest

from faq_index.decide import load_decision
from faq_index.embedder import HashEmbedder, StaticEncoder, load_embedder
from faq_index.errors import ModelError
from faq_index.kinds import load_kinds

from .conftest import ROOT

ENCODER = ROOT / "data/encoder"
TEXTS = [
    "quên mật khẩu vssid thì lấy lại bằng cách nào",
    "quen mat khau vssid",
    "lương hưu tháng này trả ngày mấy",
    "thẻ bảo hiểm y tế",
    "xin chào",
    "zzzz qqqq",
    "a " * 300,
]


def test_the_twin_is_deterministic_and_knows_letters_only():
    first, again = HashEmbedder().encode(TEXTS), HashEmbedder().encode(TEXTS)
    assert np.array_equal(first, again)
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-5)
    accented, plain = HashEmbedder().encode(["mật khẩu", "mat khau"])
    assert np.allclose(accented, plain)
    assert not HashEmbedder().encode([""]).any()


def test_dimension_changes_the_fingerprint():
    assert HashEmbedder(64).fingerprint != HashEmbedder().fingerprint
    assert HashEmbedder(64).encode(["a"]).shape == (1, 64)


@pytest.mark.parametrize("name", ["./none", "data/none", "/none/at/all"])
def test_a_missing_folder_is_told(name):
    with pytest.raises(ModelError, match="FAQ_MODEL"):
        load_embedder(name)


@pytest.mark.parametrize("content", ["", "[]x", '{"a": 1}', '[{"kind": 1}]'])
def test_damaged_modules_are_told(tmp_path, content):
    (tmp_path / "modules.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError):
        load_embedder(str(tmp_path))


@pytest.mark.model
@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_encoder_is_told(tmp_path, name):
    folder = shutil.copytree(ENCODER, tmp_path / "encoder")
    (folder / name).write_bytes(b"{ broken")
    with pytest.raises(ModelError, match="hỏng"):
        load_embedder(str(folder))


@pytest.mark.model
def test_the_fingerprint_follows_the_files_and_not_the_report(tmp_path):
    folder = shutil.copytree(ENCODER, tmp_path / "encoder")
    before = StaticEncoder(folder).fingerprint
    assert before == StaticEncoder(ENCODER).fingerprint
    (folder / "report.json").write_text("{}", encoding="utf-8")
    assert StaticEncoder(folder).fingerprint == before
    settings = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    (folder / "config_sentence_transformers.json").write_text(
        json.dumps({**settings, "x": 1}), encoding="utf-8"
    )
    assert StaticEncoder(folder).fingerprint != before


@pytest.mark.model
def test_the_fast_way_gives_what_sentence_transformers_gives(monkeypatch):
    monkeypatch.setitem(os.environ, "HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  # seconds to import, for this test only

    fast = load_embedder(str(ENCODER))
    assert isinstance(fast, StaticEncoder)
    theirs = SentenceTransformer(str(ENCODER), device="cpu", local_files_only=True)
    vectors = np.asarray(theirs.encode(TEXTS, show_progress_bar=False), np.float32)
    assert vectors.shape == (len(TEXTS), fast.dimension)
    assert np.abs(fast.encode(TEXTS) - vectors).max() < 1e-3


@pytest.mark.model
def test_the_shipped_encoder_knows_meaning_beyond_letters():
    asked, same, other = StaticEncoder(ENCODER).encode(
        ["mật khẩu bị quên", "không nhớ mật khẩu đăng nhập", "mức đóng bảo hiểm y tế"]
    )
    assert asked @ same > asked @ other


@pytest.mark.model
def test_what_is_shipped_belongs_together():
    encoder = StaticEncoder(ENCODER)
    assert not load_decision(ROOT / "data/decision.json", encoder.fingerprint).lexical_only
    load_kinds(ROOT / "data/kinds.json")

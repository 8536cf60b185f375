"""Another encoder by setting: a real, tiny transformer made here, with a vocabulary of its own and a prompt."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faq_index.__main__ import main
from faq_index.build import build
from faq_index.decide import load_decision
from faq_index.embedder import SentenceTransformerEmbedder, load_embedder
from faq_index.entries import Decision
from faq_index.errors import ModelError, RecipeMismatchError
from faq_index.searcher import FaqSearcher, Models
from faq_index.source import load_faq
from faq_index.store import Store

from .conftest import DAY, Desk

WORDS = [
    "quên",
    "mật",
    "khẩu",
    "vssid",
    "đổi",
    "lương",
    "hưu",
    "trả",
    "ngày",
    "mấy",
    "thẻ",
    "bảo",
    "hiểm",
    "y",
    "tế",
    "mất",
    "query",
]
DIMENSION = 16
PROMPT = "query: "


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder as SentenceTransformer writes it: two layers of BERT with random weights, mean pooling."""
    import torch  # noqa: PLC0415, TID251  # seconds to import, for these tests only
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer  # noqa: PLC0415
    from transformers import BertConfig, BertModel, BertTokenizerFast  # noqa: PLC0415

    torch.manual_seed(0)
    made = tmp_path_factory.mktemp("tiny")
    letters = sorted(set("".join(WORDS)) | set("abcdefghijklmnopqrstuvwxyz0123456789?.:"))
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters), *WORDS]
    (made / "vocab.txt").write_text("\n".join(dict.fromkeys(pieces)), encoding="utf-8")
    tokenizer = BertTokenizerFast(str(made / "vocab.txt"), do_lower_case=False, strip_accents=False)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=DIMENSION, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    bare = made / "bare"
    BertModel(config).save_pretrained(bare)
    tokenizer.save_pretrained(bare)
    transformer = Transformer(str(bare), max_seq_length=64)
    model = SentenceTransformer(modules=[transformer, Pooling(DIMENSION)], device="cpu")
    model.save(str(made / "model"))
    return made / "model"


@pytest.fixture(scope="module")
def embedder(folder):
    return load_embedder(str(folder), PROMPT)


def test_it_loads_from_its_folder_and_gives_unit_vectors(embedder):
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert embedder.dimension == DIMENSION
    vectors = embedder.encode(["quên mật khẩu", "lương hưu", "quên mật khẩu"])
    assert vectors.shape == (3, DIMENSION)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[0], vectors[2], atol=1e-5)
    assert not np.allclose(vectors[0], vectors[1], atol=1e-3)
    assert embedder.encode([""]).shape == (1, DIMENSION)


def test_the_prompt_goes_before_every_text_and_into_the_fingerprint(folder, embedder):
    bare = load_embedder(str(folder))
    assert np.allclose(embedder.encode(["lương hưu"]), bare.encode([PROMPT + "lương hưu"]), atol=1e-5)
    assert not np.allclose(embedder.encode(["lương hưu"]), bare.encode(["lương hưu"]), atol=1e-3)
    assert (
        len({bare.fingerprint, embedder.fingerprint, load_embedder(str(folder), "passage: ").fingerprint})
        == 3
    )
    assert load_embedder(str(folder), PROMPT).fingerprint == embedder.fingerprint


def test_the_fingerprint_follows_the_weights(folder, embedder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert load_embedder(str(copy), PROMPT).fingerprint == embedder.fingerprint
    weights = next(copy.rglob("model.safetensors"))
    data = bytearray(weights.read_bytes())
    data[-8] ^= 1  # the last bits of one number
    weights.write_bytes(bytes(data))
    assert load_embedder(str(copy), PROMPT).fingerprint != embedder.fingerprint


def test_it_searches_with_the_weights_that_trust_words_alone(desk: Desk, learned, models, embedder):
    """Random vectors of a model never calibrated must not turn into confident answers."""
    decision = load_decision(learned / "decision.json", embedder.fingerprint)
    assert decision.lexical_only
    generation = build(load_faq(desk.files, DAY), embedder)
    assert generation.encoder == embedder.fingerprint
    searcher = FaqSearcher(generation, Models(embedder, decision, models.kinds))
    assert searcher.rank("quen mat khau vssid", DAY)[0] == "quen-mat-khau"
    assert searcher.rank("lương hưu trả ngày mấy", DAY)[0] == "luong-huu-ngay-tra"
    assert searcher.search("giá vàng hôm nay", DAY).decision is not Decision.ANSWER


def test_an_index_of_one_model_is_refused_by_the_other(desk: Desk, models, embedder, generation):
    with pytest.raises(RecipeMismatchError, match="build"):
        FaqSearcher(generation, replace(models, embedder=embedder))
    store = Store(desk.folder / "index")
    store.write(generation)
    with pytest.raises(RecipeMismatchError, match="build"):
        store.load(generation.id, embedder.fingerprint)
    store.promote(generation.id)
    assert store.load_reusable(embedder.fingerprint) is None


def test_a_stored_index_of_the_model_is_read_again(desk: Desk, embedder):
    generation = build(load_faq(desk.files, DAY), embedder)
    store = Store(desk.folder / "index")
    store.write(generation)
    again = store.load(generation.id, embedder.fingerprint)
    assert np.array_equal(again.dense.vectors(), generation.dense.vectors())


def test_build_gate_and_search_by_setting(desk: Desk, folder, monkeypatch, capsys):
    for name, value in {**desk.environment(), "FAQ_MODEL": str(folder), "FAQ_MODEL_PROMPT": PROMPT}.items():
        monkeypatch.setenv(name, value)
    assert main(["build", "--promote"]) == 0
    assert "--calibrate-only" in capsys.readouterr().out  # what is missing until it is calibrated
    assert main(["search", "quên mật khẩu vssid", "--jsonl"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["hits"][0]["id"] == "quen-mat-khau"


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        *(("missing", name) for name in ("model.safetensors", "config.json", "modules.json")),
        *(
            ("damaged", name)
            for name in ("model.safetensors", "config.json", "modules.json", "tokenizer.json")
        ),
    ],
)
def test_a_broken_folder_says_what_to_look_at(folder, tmp_path, name, harm):
    copy = shutil.copytree(folder, tmp_path / "copy")
    for path in copy.rglob(name):
        path.unlink() if harm == "missing" else path.write_bytes(b"{ broken")
    with pytest.raises(ModelError) as told:
        load_embedder(str(copy), PROMPT)
    assert str(copy) in str(told.value)
    assert "FAQ_MODEL" in str(told.value) or "hỏng" in str(told.value)


def test_a_broken_folder_ends_a_command_with_its_name_and_no_traceback(
    desk: Desk, tmp_path, monkeypatch, capsys
):
    for name, value in {**desk.environment(), "FAQ_MODEL": str(tmp_path / "none")}.items():
        monkeypatch.setenv(name, value)
    assert main(["build"]) == 1
    told = capsys.readouterr().err
    assert "FAQ_MODEL" in told
    assert "Traceback" not in told


def test_a_model_that_gives_no_numbers_is_refused(folder, tmp_path):
    from safetensors.numpy import load_file, save_file  # noqa: PLC0415  # beside torch, for this test only

    copy = shutil.copytree(folder, tmp_path / "copy")
    weights = next(copy.rglob("model.safetensors"))
    parts = load_file(weights)
    save_file({k: np.full_like(v, np.nan) for k, v in parts.items()}, weights, metadata={"format": "pt"})
    with pytest.raises(ModelError, match="không phân biệt"):
        load_embedder(str(copy), PROMPT)


def test_a_folder_without_its_vocabulary_is_refused(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    for name in ("tokenizer.json", "vocab.txt"):
        for path in copy.rglob(name):
            path.unlink()
    with pytest.raises(ModelError, match=r"chép lại|Không nạp được"):
        load_embedder(str(copy), PROMPT)

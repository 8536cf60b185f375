"""Lexical, dense, classifier, evidence, kinds: each alone."""

import json

import numpy as np
import pytest
import scipy.sparse as sp

from faq_index import classifier
from faq_index.dense import DenseIndex
from faq_index.embedder import HashEmbedder
from faq_index.errors import IndexCorruptError, ModelError
from faq_index.features import Vectoriser, feature_counts
from faq_index.kinds import load_kinds
from faq_index.lexical import PerEntry, Postings

TEXTS = ["quên mật khẩu", "đổi mật khẩu", "lương hưu tháng này", "thẻ bảo hiểm y tế"]


def test_features_bridge_missing_diacritics():
    assert dict(feature_counts("mật"))["fmat"] == 1
    vectoriser, _ = Vectoriser.fit(TEXTS)
    assert set(vectoriser.vector("mat khau").columns) & set(vectoriser.vector("mật khẩu").columns)


def test_vectors_are_unit_and_coverage_tells_unknown_words():
    vectoriser, rows = Vectoriser.fit(TEXTS)
    assert np.allclose(np.sqrt(rows.multiply(rows).sum(axis=1)), 1, atol=1e-5)
    assert vectoriser.vector("mật khẩu").coverage == pytest.approx(1)
    assert vectoriser.vector("bóng đá").coverage == 0
    assert len(vectoriser.vector("").columns) == 0


def test_vectoriser_round_trip_and_damage(tmp_path):
    vectoriser, _ = Vectoriser.fit(TEXTS)
    vectoriser.save(tmp_path)
    again = Vectoriser.load(tmp_path)
    assert np.array_equal(again.vector("mật khẩu").values, vectoriser.vector("mật khẩu").values)
    (tmp_path / "vocabulary.json").write_text("[]")
    with pytest.raises(IndexCorruptError):
        Vectoriser.load(tmp_path)


def test_postings_equal_the_plain_product():
    vectoriser, rows = Vectoriser.fit(TEXTS)
    vector = vectoriser.vector("quên mật khẩu rồi")
    dense = np.zeros(len(vectoriser), np.float32)
    dense[vector.columns] = vector.values
    assert np.allclose(Postings(rows.T.tocsr()).dot(vector), rows @ dense, atol=1e-6)


def test_postings_of_nothing():
    vectoriser, rows = Vectoriser.fit(TEXTS)
    assert not Postings(rows.T.tocsr()).dot(vectoriser.vector("xyz123")).any()


def test_damaged_postings(tmp_path):
    path = tmp_path / "nearest.npz"
    path.write_bytes(b"PK no zip")
    with pytest.raises(IndexCorruptError):
        Postings.load(path)


def test_per_entry_means():
    per_entry = PerEntry(np.array([0] * 6 + [1], dtype=np.int32), 2)
    mean, best = per_entry.sums(np.array([1, 0.9, 0.8, 0.7, 0.6, 0, 0.5], np.float32))
    assert mean == pytest.approx([0.8, 0.5])
    assert best == pytest.approx([1, 0.5])


def test_classifier_tells_siblings_apart():
    vectoriser, rows = Vectoriser.fit(TEXTS)
    weights, intercepts = classifier.train(rows, np.arange(4, dtype=np.int32), 4)
    for number, text in enumerate(TEXTS):
        assert np.argmax(Postings(weights).dot(vectoriser.vector(text)) + intercepts) == number


def test_classifier_with_one_entry():
    weights, intercepts = classifier.train(
        sp.csr_matrix(np.eye(3, dtype=np.float32)), np.zeros(3, np.int32), 1
    )
    assert weights.shape == (3, 1)
    assert intercepts.shape == (1,)


def test_directions_point_to_their_entry():
    vectors = HashEmbedder().encode(TEXTS)
    found = classifier.directions(vectors, np.arange(4, dtype=np.int32), 4)
    assert np.array_equal(np.argmax(vectors @ found.T, axis=1), np.arange(4))


def test_dense_round_trip(tmp_path):
    vectors = HashEmbedder().encode(TEXTS)
    index = DenseIndex.build(vectors)
    index.save(tmp_path / "vectors.faiss")
    scores, floor = DenseIndex.load(tmp_path / "vectors.faiss").similarities(vectors[2])
    assert scores.argmax() == 2
    assert scores[2] == pytest.approx(1, abs=1e-5)
    assert floor == 0


def test_dense_beyond_the_nearest_gets_the_floor():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(1000, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores, floor = DenseIndex.build(vectors).similarities(vectors[0])
    assert floor == pytest.approx(scores.min())
    assert (scores > floor).sum() < 256


def test_nan_is_refused_while_building_and_harmless_while_serving():
    with pytest.raises(IndexCorruptError):
        DenseIndex.build(np.full((2, 4), np.nan, np.float32))
    scores, _ = DenseIndex.build(np.eye(4, dtype=np.float32)).similarities(np.full(4, np.nan, np.float32))
    assert not scores.any()


def test_damaged_vectors(tmp_path):
    path = tmp_path / "vectors.faiss"
    path.write_bytes(b"no index")
    with pytest.raises(IndexCorruptError):
        DenseIndex.load(path)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"personal": {}}', '{"personal": {"bias": "x", "weights": {}}}']
)
def test_damaged_kinds(tmp_path, content):
    path = tmp_path / "kinds.json"
    path.write_text(content)
    with pytest.raises(ModelError):
        load_kinds(path)


def test_kinds_sum_weights(tmp_path):
    path = tmp_path / "kinds.json"
    part = {"bias": -1.0, "weights": {"giup": 4.0}}
    path.write_text(json.dumps({"personal": part, "no_entry": part}))
    kinds = load_kinds(path)
    assert kinds.personal.of(set()) == -1
    assert kinds.personal.of({"giup", "a", "b", "c"}) == pytest.approx(1)

"""Lexical, dense, classifier, evidence, kinds: each alone."""

import json

import numpy as np
import pytest

from faq_index import classifier, dense, lexical
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
    wanted = np.zeros(len(vectoriser), np.float32)
    wanted[vector.columns] = vector.values
    assert np.allclose(Postings(rows.T.tocsr()).dot([vector])[0], rows @ wanted, atol=1e-6)


def test_postings_of_nothing():
    vectoriser, rows = Vectoriser.fit(TEXTS)
    assert not Postings(rows.T.tocsr()).dot([vectoriser.vector("xyz123")]).any()


def test_what_most_questions_have_is_left_out_of_the_nearest(monkeypatch):
    monkeypatch.setattr(lexical, "COMMON_LEAST", 1)
    texts = [f"{word} bảo hiểm" for word in ("thẻ", "sổ", "tiền", "đơn", "phiếu", "quỹ")]
    vectoriser, rows = Vectoriser.fit(texts)
    postings = Postings(lexical.telling(rows).T.tocsr())
    scores = postings.cosines([vectoriser.vector("sổ bảo hiểm")])[0]
    assert scores[1] == pytest.approx(1, abs=1e-5)
    assert np.delete(scores, 1).max() < 0.2  # all share "bảo hiểm"
    assert not postings.cosines([vectoriser.vector("bảo")]).any()


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


def learn(
    texts: list[str], owners: list[int], entries: int, known=None
) -> tuple[Vectoriser, classifier.Learned]:
    vectoriser, rows = Vectoriser.fit(texts)
    numbers = np.array(owners, dtype=np.int32)
    nothing = np.zeros(len(texts), np.bool_)
    lessons = classifier.lessons(HashEmbedder().encode(texts), numbers, entries, nothing)
    keys = classifier.keys(lessons, numbers, texts, "")
    return vectoriser, classifier.train(rows, numbers, lessons, keys, known or {})


def test_classifier_tells_siblings_apart():
    vectoriser, learned = learn(TEXTS, [0, 1, 2, 3], 4)
    for number, text in enumerate(TEXTS):
        scores = Postings(learned.weights).dot([vectoriser.vector(text)])[0] + learned.intercepts
        assert np.argmax(scores) == number


def test_classifier_with_one_entry():
    vectoriser, learned = learn(TEXTS, [0, 0, 0, 0], 1)
    assert learned.weights.shape == (len(vectoriser), 1)
    assert learned.intercepts.shape == (1,)


def test_an_entry_without_questions_never_wins():
    vectoriser, learned = learn(TEXTS, [0, 1, 2, 3], 5)
    scores = Postings(learned.weights).dot([vectoriser.vector(TEXTS[0])])[0] + learned.intercepts
    assert np.argmax(scores) == 0
    assert scores[4] == -1


def test_the_nearest_and_the_sampled_are_learned_from(monkeypatch):
    monkeypatch.setattr(classifier, "NEAREST", 1)
    meanings = np.array([[1, 0], [0.9, 0.1], [0, 1], [-1, 0]], np.float32)
    owners = np.arange(4, dtype=np.int32)
    alone = classifier.lessons(meanings, owners, 4, np.zeros(4, np.bool_))
    assert [list(rows) for rows in alone[:2]] == [[0, 1], [0, 1]]
    always = classifier.lessons(meanings, owners, 4, np.array([False, False, False, True]))
    assert list(always[0]) == [0, 1, 3]


def test_the_sample_is_of_questions_learned_from_and_stays_when_others_change():
    texts = [f"câu hỏi số {i}" for i in range(5000)]
    flags = np.arange(5000) % 2 == 0
    chosen = classifier.sampled(texts, flags)
    assert not chosen[~flags].any()
    assert 800 < chosen.sum() < 1200
    longer = classifier.sampled([*texts, "câu của biên tập viên"], np.append(flags, False))
    assert np.array_equal(longer[:5000], chosen)


def test_keys_change_with_what_is_learned_from():
    owners = np.array([0, 1, 1], dtype=np.int32)
    rows = [np.array([0, 1]), np.array([1, 2])]
    keys = classifier.keys(rows, owners, ["a", "b", "c"], "w")
    assert classifier.keys(rows, owners, ["a", "b", "d"], "w")[0] == keys[0]
    assert classifier.keys(rows, owners, ["a", "b", "d"], "w")[1] != keys[1]
    assert classifier.keys(rows, np.array([1, 1, 1], np.int32), ["a", "b", "c"], "w")[0] != keys[0]
    assert not set(classifier.keys(rows, owners, ["a", "b", "c"], "other")) & set(keys)


def test_what_is_known_is_not_learned_anew():
    _, learned = learn(TEXTS, [0, 1, 2, 3], 4)
    planted = classifier.Column(np.array([0]), np.array([7.0], np.float32), 0.5)
    _, again = learn(TEXTS, [0, 1, 2, 3], 4, {learned.keys[2]: planted})
    assert again.weights[0, 2] == 7
    assert again.intercepts[2] == 0.5
    assert np.array_equal(again.weights[:, 1].toarray(), learned.weights[:, 1].toarray())


def test_rarity_follows_the_weighed_texts_alone():
    flags = np.array([True, True, True, True, False])
    before, rows = Vectoriser.fit([*TEXTS, "đổi số điện thoại"], flags)
    after, edited = Vectoriser.fit([*TEXTS, "câu khác hẳn về lương hưu"], flags)
    for text in TEXTS:
        assert np.array_equal(before.vector(text).values, after.vector(text).values)
    assert np.allclose(rows[0].data, edited[0].data)
    assert before.vector("điện thoại").coverage == 1


def test_directions_point_to_their_entry():
    vectors = HashEmbedder().encode(TEXTS)
    found = classifier.directions(vectors, np.arange(4, dtype=np.int32), 4)
    assert np.array_equal(np.argmax(vectors @ found.T, axis=1), np.arange(4))


def test_dense_round_trip(tmp_path):
    vectors = HashEmbedder().encode(TEXTS)
    index = DenseIndex.build(vectors)
    index.save(tmp_path / "vectors.faiss")
    (scores,), (floor,) = DenseIndex.load(tmp_path / "vectors.faiss").similarities(vectors[2:3])
    assert scores.argmax() == 2
    assert scores[2] == pytest.approx(1, abs=1e-5)
    assert floor == 0


def test_dense_beyond_the_nearest_gets_the_floor():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(1000, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    (scores,), (floor,) = DenseIndex.build(vectors).similarities(vectors[:1])
    assert floor == pytest.approx(scores.min())
    assert (scores > floor).sum() < 256


def test_many_questions_are_found_through_lists_and_can_be_read_back(monkeypatch, tmp_path):
    monkeypatch.setattr(dense, "EXACT_UP_TO", 1000)
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(3000, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = DenseIndex.build(vectors)
    scores, floors = index.similarities(vectors[:50])
    assert np.array_equal(scores.argmax(axis=1), np.arange(50))
    exact = vectors[:50] @ vectors.T
    assert (scores <= exact + 1e-5).all() or (floors > exact.min(axis=1)).all()
    index.save(tmp_path / "vectors.faiss")
    again = DenseIndex.load(tmp_path / "vectors.faiss")
    assert np.allclose(again.vectors(), vectors, atol=1e-6)
    assert np.array_equal(again.similarities(vectors[:50])[0], scores)


def test_several_queries_give_what_each_gives_alone():
    vectors = HashEmbedder().encode(TEXTS)
    index = DenseIndex.build(vectors)
    together, _ = index.similarities(vectors)
    for row, vector in zip(together, vectors, strict=True):
        assert np.allclose(index.similarities(vector[None])[0][0], row, atol=1e-6)
    vectoriser, rows = Vectoriser.fit(TEXTS)
    postings, asked = Postings(rows.T.tocsr()), [vectoriser.vector(t) for t in TEXTS]
    for score in (postings.dot, postings.cosines, postings.covered):
        assert np.allclose(score(asked), np.concatenate([score([v]) for v in asked]), atol=1e-6)


def test_nan_is_refused_while_building_and_harmless_while_serving():
    with pytest.raises(IndexCorruptError):
        DenseIndex.build(np.full((2, 4), np.nan, np.float32))
    scores, _ = DenseIndex.build(np.eye(4, dtype=np.float32)).similarities(
        np.full((1, 4), np.nan, np.float32)
    )
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

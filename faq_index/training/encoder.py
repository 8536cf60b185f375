"""Trains the shipped encoder: token embeddings, their mean, by contrast. First titles with their texts from open
corpora, then questions of the same entry against those of all others. Writes a sentence-transformers folder.
"""

import hashlib
import json
import lzma
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn
from tqdm import tqdm  # type: ignore[import-untyped]  # has no stubs

from faq_index.build import whole
from faq_index.entries import Faq
from faq_index.errors import FaqIndexError
from faq_index.settings import Settings, today
from faq_index.source import load_faq
from faq_index.text import TEXT_RECIPE, normalise
from faq_index.training.augment import noisy
from faq_index.training.vocabulary import learn_tokenizer

ENCODER_RECIPE = "static-2"
VARIANTS = 6  # noisy forms of each text


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result besides the data."""

    seed: int = 7
    dimension: int = 256
    pair_epochs: int = 3
    pair_batch: int = 1024
    question_steps: int = 450
    per_entry: int = 3
    temperature: float = 0.06
    rate: float = 4e-3
    body_words: int = 64


def train_encoder(settings: Settings, corpora: Path, out: Path, seed: int) -> None:
    """Train and write `out`: modules.json, tokenizer.json, fp16 weights, README.md, report.json."""
    started = time.monotonic()
    recipe = Recipe(seed=seed)
    faq = load_faq(settings.files(), today())
    questions = read_questions(faq)
    answers = {e.id: normalise(whole(e)) for e in faq.entries}
    pairs, pairs_sha = read_pairs(corpora / "pairs_open.tsv.xz", recipe.body_words)
    model = learn(questions, answers, pairs, recipe)
    folder_report = {
        "recipe": {
            "name": ENCODER_RECIPE,
            "text": TEXT_RECIPE,
            **{k: getattr(recipe, k) for k in recipe.__slots__},
        },
        "inputs": {
            "pairs_open.tsv.xz": pairs_sha,
            "training_questions": hashlib.sha256(settings.training.read_bytes()).hexdigest(),
            "faq": hashlib.sha256(settings.data.read_bytes()).hexdigest(),
        },
        "pairs": len(pairs),
        "questions": sum(map(len, questions.values())),
        "vocabulary": model.tokenizer.get_vocab_size(),
        "seconds": round(time.monotonic() - started),
    }
    write_model(model, out, folder_report)


def read_questions(faq: Faq) -> dict[str, list[str]]:
    """Normalised questions of each entry, those of the editors and those learned from; never its tests."""
    return {
        e.id: list(dict.fromkeys(map(normalise, (e.question, *e.alternates, *faq.training.get(e.id, ())))))
        for e in faq.entries
    }


def read_pairs(path: Path, body_words: int) -> tuple[list[tuple[str, str]], str]:
    """(normalised title, beginning of the normalised text) and the file's sha256."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FaqIndexError(f"Không đọc được {path} ({error.strerror}).") from error
    pairs = []
    for line in tqdm(lzma.decompress(raw).decode("utf-8").splitlines(), desc="đọc văn bản"):
        parts = line.split("\t")
        if len(parts) == 3:
            pairs.append(
                (normalise(parts[1][:300]), " ".join(normalise(parts[2][:500]).split()[:body_words]))
            )
    return pairs, hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Tokens:
    """Texts as token numbers, read once: reading them anew in every step cost more than learning."""

    flat: NDArray[np.int64]
    starts: NDArray[np.int64]  # one more than texts

    @classmethod
    def read(cls, tokenizer: Tokenizer, texts: Sequence[str]) -> "Tokens":
        ids = [e.ids or [0] for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        lengths = np.array([len(row) for row in ids], dtype=np.int64)
        flat = np.fromiter((i for row in ids for i in row), dtype=np.int64, count=int(lengths.sum()))
        return cls(flat, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(token numbers of these texts one after the other, where each begins)."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        places = np.arange(int(lengths.sum())) + np.repeat(self.starts[rows] - offsets, lengths)
        return self.flat[places], offsets


class Bag(nn.Module):
    """Mean of token embeddings, unit length."""

    def __init__(self, tokenizer: Tokenizer, dimension: int) -> None:
        super().__init__()
        self.tokenizer = tokenizer
        self.embedding = nn.EmbeddingBag(tokenizer.get_vocab_size(), dimension, mode="mean", sparse=True)
        nn.init.normal_(self.embedding.weight, std=1 / dimension**0.5)

    def forward(self, tokens: Tokens, rows: NDArray[np.int64]) -> torch.Tensor:
        flat, offsets = tokens.of(rows)
        return nn.functional.normalize(
            self.embedding(torch.from_numpy(flat), torch.from_numpy(offsets)), dim=1
        )


@dataclass(frozen=True, slots=True)
class Pairs:
    """Titles in VARIANTS noisy forms each, one after the other, and their texts."""

    titles: Tokens
    bodies: Tokens

    def __len__(self) -> int:
        return len(self.bodies)


def learn(
    questions: dict[str, list[str]], answers: dict[str, str], pairs: list[tuple[str, str]], recipe: Recipe
) -> Bag:
    """Both stages; deterministic for a seed on one machine. `answers` has the keys of `questions`."""
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    domain = [q for asked in questions.values() for q in asked]
    tokenizer = learn_tokenizer(
        [noisy(q, rng) for q in domain] + domain, (t for pair in [*pairs, *answers.items()] for t in pair)
    )
    model = Bag(tokenizer, recipe.dimension)
    read_pairs_once = Pairs(
        Tokens.read(tokenizer, [noisy(title, rng) for title, _ in pairs for _ in range(VARIANTS)]),
        Tokens.read(tokenizer, [body for _, body in pairs]),
    )
    draw = np.random.default_rng(recipe.seed)
    if pairs:
        _on_pairs(model, read_pairs_once, recipe, draw)
    _on_questions(model, questions, answers, read_pairs_once, recipe, rng, draw)
    return model


def _on_pairs(model: Bag, pairs: Pairs, recipe: Recipe, draw: np.random.Generator) -> None:
    optimiser = torch.optim.SparseAdam(model.parameters(), lr=recipe.rate * 2)
    size = min(recipe.pair_batch, len(pairs))
    batches = len(pairs) // size
    with tqdm(total=recipe.pair_epochs * batches, desc="học từ văn bản") as bar:
        for _ in range(recipe.pair_epochs):
            order = draw.permutation(len(pairs))
            for b in range(batches):
                loss = _pair_loss(model, pairs, order[b * size : (b + 1) * size], recipe, draw)
                _step(optimiser, loss)
                bar.update()
                bar.set_postfix(loss=f"{loss.item():.3f}")


def _pair_loss(
    model: Bag, pairs: Pairs, rows: NDArray[np.int64], recipe: Recipe, draw: np.random.Generator
) -> torch.Tensor:
    left = model(pairs.titles, rows * VARIANTS + draw.integers(0, VARIANTS, len(rows)))
    scores = left @ model(pairs.bodies, rows).T / recipe.temperature
    target = torch.arange(len(rows))
    return (nn.functional.cross_entropy(scores, target) + nn.functional.cross_entropy(scores.T, target)) / 2


def _on_questions(
    model: Bag,
    questions: dict[str, list[str]],
    answers: dict[str, str],
    pairs: Pairs,
    recipe: Recipe,
    rng: random.Random,
    draw: np.random.Generator,
) -> None:
    """Every step sees all entries, so that each question is held against its siblings, and against all answers;
    pairs keep the wider language.
    """
    names = sorted(questions)
    asked = Tokens.read(
        model.tokenizer, [noisy(q, rng) for n in names for q in questions[n] for _ in range(VARIANTS)]
    )
    answered = Tokens.read(model.tokenizer, [answers[n] for n in names])
    counts = np.array([len(questions[n]) for n in names])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    owners = torch.arange(len(names)).repeat_interleave(recipe.per_entry)
    same = owners[:, None] == owners[None, :]
    itself = torch.eye(len(owners), dtype=torch.bool)
    optimiser = torch.optim.SparseAdam(model.parameters(), lr=recipe.rate)
    bar = tqdm(range(recipe.question_steps), desc="học từ câu hỏi")
    for step in bar:
        optimiser.param_groups[0]["lr"] = recipe.rate * (1 + np.cos(np.pi * step / recipe.question_steps)) / 2
        chosen = [
            _some(start, count, recipe.per_entry, draw) for start, count in zip(starts, counts, strict=True)
        ]
        vectors = model(asked, np.concatenate(chosen) * VARIANTS + draw.integers(0, VARIANTS, len(owners)))
        scores = (vectors @ vectors.T / recipe.temperature).masked_fill(itself, -torch.inf)
        # The logarithm of the mean over one's siblings, not the mean of logarithms: questions of one entry may
        # have little in common, one near sibling is enough.
        good = scores.masked_fill(~same, -torch.inf).logsumexp(1)
        loss = (scores.logsumexp(1) - good).mean()
        to_answers = vectors @ model(answered, np.arange(len(names))).T / recipe.temperature
        loss = loss + 0.5 * nn.functional.cross_entropy(to_answers, owners)
        if len(pairs):
            rows = draw.choice(len(pairs), min(128, len(pairs)), replace=False)
            loss = loss + 0.3 * _pair_loss(model, pairs, rows, recipe, draw)
        _step(optimiser, loss)
        bar.set_postfix(loss=f"{loss.item():.3f}")


def _some(start: int, count: int, wanted: int, draw: np.random.Generator) -> NDArray[np.int64]:
    """`wanted` row numbers of an entry's questions, without repetition where it has enough."""
    return start + draw.choice(count, wanted, replace=count < wanted)


def _step(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    optimiser.step()


def write_model(model: Bag, out: Path, report: dict[str, Any]) -> None:
    """A folder that SentenceTransformer loads; weights in fp16, which halves it at no loss that shows."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  # six seconds, after the training only
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding  # noqa: PLC0415

    weights = model.embedding.weight.detach().to(torch.float16)
    static = StaticEmbedding(model.tokenizer, embedding_weights=weights)
    readme = out / "README.md"
    kept = readme.read_text(encoding="utf-8") if readme.exists() else None
    SentenceTransformer(modules=[static, Normalize()], device="cpu").save(str(out), create_model_card=False)
    if kept is not None:
        readme.write_text(kept, encoding="utf-8")
    (out / "report.json").write_text(
        json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )

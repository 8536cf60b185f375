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

from faq_index.entries import Faq
from faq_index.errors import FaqIndexError
from faq_index.settings import Settings, today
from faq_index.source import load_faq
from faq_index.text import TEXT_RECIPE, normalise
from faq_index.training.augment import noisy
from faq_index.training.vocabulary import learn_tokenizer

ENCODER_RECIPE = "static-1"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result besides the data."""

    seed: int = 7
    dimension: int = 256
    pair_epochs: int = 3
    pair_batch: int = 1024
    question_steps: int = 900
    per_entry: int = 3
    temperature: float = 0.06
    rate: float = 4e-3
    body_words: int = 64


def train_encoder(settings: Settings, corpora: Path, out: Path, seed: int) -> None:
    """Train and write `out`: modules.json, tokenizer.json, fp16 weights, README.md, report.json."""
    started = time.monotonic()
    recipe = Recipe(seed=seed)
    questions = read_questions(load_faq(settings.files(), today()))
    pairs, pairs_sha = read_pairs(corpora / "pairs_open.tsv.xz", recipe.body_words)
    model = learn(questions, pairs, recipe)
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


class Bag(nn.Module):
    """Mean of token embeddings, unit length."""

    def __init__(self, tokenizer: Tokenizer, dimension: int) -> None:
        super().__init__()
        self.tokenizer = tokenizer
        self.embedding = nn.EmbeddingBag(tokenizer.get_vocab_size(), dimension, mode="mean")
        nn.init.normal_(self.embedding.weight, std=1 / dimension**0.5)

    def forward(self, texts: Sequence[str]) -> torch.Tensor:
        ids = [e.ids or [0] for e in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        flat = torch.tensor([i for row in ids for i in row])
        offsets = torch.tensor(np.cumsum([0, *(len(row) for row in ids[:-1])]))
        return nn.functional.normalize(self.embedding(flat, offsets), dim=1)

    @torch.no_grad()
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows: NDArray[np.float32] = self(texts).numpy()
        return rows


def learn(questions: dict[str, list[str]], pairs: list[tuple[str, str]], recipe: Recipe) -> Bag:
    """Both stages; deterministic for a seed on one machine."""
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    domain = [q for asked in questions.values() for q in asked]
    tokenizer = learn_tokenizer([noisy(q, rng) for q in domain] + domain, (t for pair in pairs for t in pair))
    model = Bag(tokenizer, recipe.dimension)
    if pairs:
        _on_pairs(model, pairs, recipe, rng)
    _on_questions(model, questions, pairs, recipe, rng)
    return model


def _on_pairs(model: Bag, pairs: list[tuple[str, str]], recipe: Recipe, rng: random.Random) -> None:
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.rate * 2, fused=True)
    batches = len(pairs) // recipe.pair_batch
    with tqdm(total=recipe.pair_epochs * batches, desc="học từ văn bản") as bar:
        for _ in range(recipe.pair_epochs):
            order = rng.sample(range(len(pairs)), len(pairs))
            for b in range(batches):
                chosen = [pairs[i] for i in order[b * recipe.pair_batch : (b + 1) * recipe.pair_batch]]
                loss = _pair_loss(model, chosen, recipe, rng)
                _step(optimiser, loss)
                bar.update()
                bar.set_postfix(loss=f"{loss.item():.3f}")


def _pair_loss(
    model: Bag, pairs: Sequence[tuple[str, str]], recipe: Recipe, rng: random.Random
) -> torch.Tensor:
    left, right = model([noisy(a, rng) for a, _ in pairs]), model([b for _, b in pairs])
    scores = left @ right.T / recipe.temperature
    target = torch.arange(len(pairs))
    return (nn.functional.cross_entropy(scores, target) + nn.functional.cross_entropy(scores.T, target)) / 2


def _on_questions(
    model: Bag,
    questions: dict[str, list[str]],
    pairs: list[tuple[str, str]],
    recipe: Recipe,
    rng: random.Random,
) -> None:
    """Every step sees all entries, so that each question is held against its siblings; pairs keep the wider language."""
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.rate, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.question_steps)
    names = sorted(questions)
    owners = torch.arange(len(names)).repeat_interleave(recipe.per_entry)
    same = owners[:, None] == owners[None, :]
    itself = torch.eye(len(owners), dtype=torch.bool)
    bar = tqdm(range(recipe.question_steps), desc="học từ câu hỏi")
    for _ in bar:
        texts = [noisy(q, rng) for n in names for q in _some(questions[n], recipe.per_entry, rng)]
        vectors = model(texts)
        scores = (vectors @ vectors.T / recipe.temperature).masked_fill(itself, -torch.inf)
        # The logarithm of the mean over one's siblings, not the mean of logarithms: questions of one entry may
        # have little in common, one near sibling is enough.
        good = scores.masked_fill(~same, -torch.inf).logsumexp(1)
        loss = (scores.logsumexp(1) - good).mean()
        if pairs:
            loss = loss + 0.3 * _pair_loss(model, rng.sample(pairs, min(128, len(pairs))), recipe, rng)
        _step(optimiser, loss)
        schedule.step()
        bar.set_postfix(loss=f"{loss.item():.3f}")


def _some(questions: list[str], count: int, rng: random.Random) -> list[str]:
    return rng.sample(questions, count) if len(questions) >= count else rng.choices(questions, k=count)


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

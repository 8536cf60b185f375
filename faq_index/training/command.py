"""`python -m faq_index train`: the encoder from the corpora, then the decision model for it; writes both with fingerprints."""

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from faq_index.decide import save_decision
from faq_index.embedder import load_embedder
from faq_index.entries import Fault
from faq_index.errors import FaqDataError, FaqIndexError
from faq_index.kinds import save_kinds
from faq_index.settings import Settings
from faq_index.source import load_faq
from faq_index.training.calibrate import calibrate, describe
from faq_index.training.samples import OFFTOPIC, PERSONAL, UNCOVERED, collect, learn_kinds
from faq_index.yaml_nodes import read


def train(settings: Settings, args: argparse.Namespace) -> int:
    if not args.calibrate_only:
        if args.corpora is None or not args.corpora.is_dir():
            raise FaqIndexError(
                "Cho thư mục văn bản: --corpora THƯ_MỤC; hoặc --calibrate-only để chỉ học ngưỡng."
            )
        from faq_index.training.encoder import train_encoder  # noqa: PLC0415  # torch, not needed to calibrate

        train_encoder(settings, args.corpora, args.out, args.seed)
    model = settings.model if args.calibrate_only else str(args.out)
    _calibrate(settings, model, args.on)
    return 0


def _calibrate(settings: Settings, model: str, on: date) -> None:
    faq = load_faq(settings.files(), on)
    negatives = read_kinds(settings.kinds_training)
    embedder = load_embedder(model, settings.model_prompt)
    samples = collect(faq, embedder, negatives, on)
    models = calibrate(samples, embedder.fingerprint)
    asked = [q for e in faq.entries for q in (e.question, *e.alternates)]
    asked += [q for questions in faq.training.values() for q in questions]
    save_kinds(settings.kinds, learn_kinds(asked, negatives))
    report = describe(samples, models[embedder.fingerprint])
    save_decision(
        settings.decision, models, {"data": faq.digest[:16], "encoder": embedder.fingerprint, **report}
    )
    for name, value in report.items():
        print(f"{name:24}{value}")


def read_kinds(path: Path) -> Mapping[str, list[str]]:
    """Kind -> questions that no entry answers or that need the citizen's own file. Raises FaqDataError."""
    document = read(path)
    if document.faults:
        raise FaqDataError(document.faults)
    value = document.value
    if not isinstance(value, dict) or not {PERSONAL, UNCOVERED, OFFTOPIC} <= value.keys():
        fault = Fault(
            document.file, 1, "", "wrong_type", f"cần ba danh sách: {PERSONAL}, {UNCOVERED}, {OFFTOPIC}."
        )
        raise FaqDataError((fault,))
    return {kind: [str(q) for q in value[kind]] for kind in (PERSONAL, UNCOVERED, OFFTOPIC)}

"""Rasa's ResponseSelector and this search on the same part of the questions, each in its own environment.

    .venv-bot/bin/python benchmarks/response_selector.py [--entries 30] [--each 15] [--epochs 60]

Only a part, chosen by hash: over all entries and questions the selector would learn for hours on two cores. Fewer entries are an easier task for both. The selector gets our tokenizer, word and character counts and its own
network; all are asked the entries' own tests, which none has learned. The shipped encoder knows further questions of the same
entries from its training, so the search is shown without it too ("words alone"). Prints hit@1, seconds to learn,
milliseconds per question, and the ratios to the search.
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def chosen(texts: list[str], most: int) -> list[str]:
    return sorted(dict.fromkeys(texts), key=lambda t: hashlib.sha256(t.encode()).digest())[:most]


def part_of(entries: int, each: int) -> dict[str, dict[str, list[str]]]:
    """Entry id -> {"learn": questions, "ask": its own tests}."""
    import yaml  # noqa: PLC0415  # comes with Rasa; the other environment does not run this

    read = lambda name: yaml.load((ROOT / "data" / name).read_text(encoding="utf-8"), yaml.CSafeLoader)  # noqa: E731
    rows = {row["id"]: row for row in read("faq_vi.yml")["entries"] if row.get("tests")}
    batches = read("training_questions_vi.yml")
    part = {}
    for entry_id in chosen(list(rows), entries):
        row = rows[entry_id]
        learned = [q for batch in batches.values() for q in batch.get(entry_id, ())]
        texts = chosen([*row.get("alternates", ()), *learned], each - 1)
        part[entry_id] = {"learn": [row["question"], *texts], "ask": list(row["tests"])}
    return part


def of_search(part: dict[str, dict[str, list[str]]], *, words_alone: bool) -> dict[str, Any]:
    """Runs in the environment of the search."""
    from dataclasses import replace  # noqa: PLC0415

    from faq_index.build import build  # noqa: PLC0415
    from faq_index.embedder import HashEmbedder, load_embedder  # noqa: PLC0415
    from faq_index.searcher import FaqSearcher, load_models  # noqa: PLC0415
    from faq_index.settings import Settings, today  # noqa: PLC0415
    from faq_index.source import load_faq  # noqa: PLC0415

    settings = Settings()
    faq = load_faq(settings.files(), today())
    entries = tuple(replace(e, alternates=()) for e in faq.entries if e.id in part)
    faq = replace(faq, entries=entries, training={k: tuple(v["learn"]) for k, v in part.items()})
    embedder = HashEmbedder() if words_alone else load_embedder(settings.model, settings.model_prompt)
    embedder.encode(["khởi động"])
    began = time.perf_counter()
    generation = build(faq, embedder)
    learned = time.perf_counter() - began
    searcher = FaqSearcher(generation, load_models(embedder, settings.decision, settings.kinds))
    return asked(part, lambda text: (searcher.rank(text, today()) or ("",))[0], learned)


def of_selector(part: dict[str, dict[str, list[str]]], epochs: int, folder: Path) -> dict[str, Any]:
    """Runs in Rasa's environment."""
    import asyncio  # noqa: PLC0415

    import structlog  # noqa: PLC0415  # comes with Rasa, and prints every message unless told not to
    from rasa.core.agent import Agent  # noqa: PLC0415
    from rasa.model_training import train_nlu  # noqa: PLC0415

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    examples = []
    for entry_id, texts in part.items():
        lines = "".join(f"    - {json.dumps(plain(t), ensure_ascii=False)[1:-1]}\n" for t in texts["learn"])
        examples.append(f"- intent: faq/{entry_id}\n  examples: |\n{lines}")
    answers = "".join(f'  utter_faq/{i}:\n  - text: "{i}"\n' for i in part)
    # A second intent, since a classifier of one has nothing to learn; the selector does not see it.
    greet = "- intent: greet\n  examples: |\n    - xin chào\n    - chào bạn\n"
    (folder / "nlu.yml").write_text(
        f'version: "3.1"\nnlu:\n{greet}{"".join(examples)}responses:\n{answers}', encoding="utf-8"
    )
    (folder / "domain.yml").write_text(
        f'version: "3.1"\nintents: [greet, faq]\nresponses:\n{answers}', encoding="utf-8"
    )
    (folder / "config.yml").write_text(
        "recipe: default.v1\nassistant_id: bench\nlanguage: vi\npipeline:\n"
        "- name: bot.components.vi_tokenizer.VietnameseTokenizer\n"
        "- name: CountVectorsFeaturizer\n"
        "- {name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}\n"
        f"- {{name: ResponseSelector, epochs: {epochs}, retrieval_intent: faq, constrain_similarities: true, random_seed: 0}}\n",
        encoding="utf-8",
    )
    began = time.perf_counter()
    model = train_nlu(
        str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), domain=str(folder / "domain.yml")
    )
    learned = time.perf_counter() - began
    if model is None:
        raise SystemExit("Rasa trained no model; see what it says above")
    agent = Agent.load(model)
    loop = asyncio.new_event_loop()

    def first(text: str) -> str:
        parsed = loop.run_until_complete(agent.parse_message(plain(text)))
        return str(parsed["response_selector"]["faq"]["response"]["intent_response_key"]).rpartition("/")[2]

    return asked(part, first, learned)


def plain(text: str) -> str:
    """Without the signs that Rasa's training format reads as markup."""
    return " ".join("".join(" " if c in '[]{}()\\"' else c for c in text).split()).lstrip("/-# ")


def asked(part: dict[str, dict[str, list[str]]], first: Any, learned: float) -> dict[str, Any]:
    hits, times = [], []
    for entry_id, texts in part.items():
        for text in texts["ask"]:
            began = time.perf_counter()
            hits.append(first(text) == entry_id)
            times.append((time.perf_counter() - began) * 1000)
    return {
        "asked": len(hits),
        "hit1": sum(hits) / len(hits),
        "ms": statistics.median(times),
        "learn": learned,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--each", type=int, default=15, help="questions learned of each entry")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.ours:
        part = json.load(sys.stdin)
        print(json.dumps([of_search(part, words_alone=alone) for alone in (False, True)]))
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    part = part_of(args.entries, args.each)
    command = [str(ROOT / ".venv/bin/python"), __file__, "--ours"]
    text = json.dumps(part)
    done = subprocess.run(command, cwd=ROOT, input=text, stdout=subprocess.PIPE, text=True, check=True)
    ours, words = json.loads(done.stdout.splitlines()[-1])
    with tempfile.TemporaryDirectory() as folder:
        theirs = of_selector(part, args.epochs, Path(folder))
    learned = sum(len(texts["learn"]) for texts in part.values())
    print(f"{len(part)} entries, {learned} questions learned, {ours['asked']} asked")
    print(f"{'':24}{'hit@1':>8}{'learn s':>10}{'median ms':>11}")
    for name, row in (("this search", ours), ("words alone", words), ("Rasa ResponseSelector", theirs)):
        ratios = [row[key] / ours[key] for key in ("hit1", "learn", "ms")]
        shown = f"{row['hit1']:8.3f}{row['learn']:10.1f}{row['ms']:11.2f}"
        print(f"{name:24}{shown}   x ours: {ratios[0]:.2f} {ratios[1]:.1f} {ratios[2]:.1f}")


if __name__ == "__main__":
    main()

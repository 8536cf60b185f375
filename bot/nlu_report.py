"""`python -m bot.nlu_report [--heldout FILE] [--questions FILE]`: measures the intents and writes docs/bot-nlu.md.

Cross-validation over the training data, a set written apart from them, and FAQ questions that were not drawn: how many
reach search. `--questions` takes a labelled set of `q`, `kind` for the same measure; it is never learned from.
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from ruamel.yaml import YAML
from sklearn.metrics import f1_score, precision_recall_fscore_support
from sklearn.model_selection import StratifiedKFold

from bot import sample_questions
from bot.components.intent_model import IntentModel, Pair
from bot.components.vi_tokenizer import tokens_of

DATA = Path("bot/data")
TARGET = Path("docs/bot-nlu.md")
QUESTION = "ask_faq"
THRESHOLD, AMBIGUITY = 0.6, 0.15  # as the FallbackClassifier in bot/config.yml; tests/bot compares them
FOLDS = 5
HEAD = """# How well the bot tells dialogue acts from questions

Made by `python -m bot.nlu_report` in `.venv-bot`; run it again after a change of `bot/data` or `bot/components`.
"""
FIGURES = """- {folds}-fold cross-validation over {sentences} sentences: macro F1 **{first:.3f}**
  (after the fallback, where unsure means a question: {decided:.3f}).
- {left} FAQ questions that were not drawn for training: **{reached:.2%}** reach search.
"""
NOTE = """The acts' sentences partly follow common patterns, so neighbours of a test sentence may be in the training part:
read the cross-validation together with the set written apart. Reports of a fraud and complaints about staff get a fixed
first sentence and are then searched like a question, so those among the swallowed ones still get their answer."""

# What the lists below it mean for a citizen; look again when other pairs come to the top.
LOOKED_AT = """What they cost: a complaint, a fraud or an act taken for a question is searched, and each has an entry; the fixed
first sentence is missed. A "stop" taken for a yes sends no ticket: at the summary a yes that holds such a word is asked
again (`ticket_form`). Abuse, small talk and the question who is there get neighbouring replies and change nothing. A
short question taken for a no or for "none of these" is searched too where nothing was asked."""


class Measured(NamedTuple):
    """Sentences, the right intents, and what was said: as ranked first, and after the fallback (unsure = question)."""

    texts: List[str]
    right: List[str]
    first: List[str]
    decided: List[str]


def pair_of(text: str) -> Pair:
    """A text as the pipeline's features see it."""
    tokens = tokens_of(text)
    return " ".join(token.text for token in tokens), " ".join(token.lemma for token in tokens)


def training_data() -> Tuple[List[str], List[str]]:
    """Sentences and their intents out of bot/data/nlu_*.yml."""
    texts: List[str] = []
    intents: List[str] = []
    for path in sorted(DATA.glob("nlu_*.yml")):
        for block in YAML(typ="safe").load(path)["nlu"]:
            found = [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
            texts += found
            intents += [block["intent"]] * len(found)
    return texts, intents


def ask(model: IntentModel, texts: Sequence[str], right: Sequence[str]) -> Measured:
    """What `model` says about `texts`."""
    rows = model.by_library([pair_of(text) for text in texts])
    first: List[str] = []
    decided: List[str] = []
    for row in rows:
        best, second = np.sort(row)[::-1][:2]
        name = model.intents[int(row.argmax())]
        first.append(name)
        decided.append(name if best >= THRESHOLD and best - second >= AMBIGUITY else QUESTION)
    return Measured(list(texts), list(right), first, decided)


def cross_validate(texts: List[str], intents: List[str]) -> Measured:
    """Every sentence judged by a model that did not see it."""
    parts: List[Measured] = []
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(texts, intents)
    for learn, test in folds:
        model = IntentModel().fit([pair_of(texts[i]) for i in learn], [intents[i] for i in learn])
        parts.append(ask(model, [texts[i] for i in test], [intents[i] for i in test]))
    return Measured(*([text for part in parts for text in part[field]] for field in range(4)))


def macro_f1(right: Sequence[str], said: Sequence[str]) -> float:
    """Mean F1 over the intents."""
    return float(f1_score(right, said, average="macro"))


def reached_search(model: IntentModel, texts: Sequence[str]) -> Measured:
    """FAQ questions: those not decided as QUESTION went astray."""
    return ask(model, texts, [QUESTION] * len(texts))


def share(measured: Measured) -> float:
    """Part of the questions that reach search."""
    return float(np.mean([said == QUESTION for said in measured.decided]))


def intents_table(measured: Measured) -> List[str]:
    """One line per intent: precision, recall, F1, sentences."""
    names = sorted(set(measured.right))
    scores = precision_recall_fscore_support(measured.right, measured.first, labels=names, zero_division=0)
    lines = ["| intent | precision | recall | F1 | sentences |", "|---|---|---|---|---|"]
    for index, name in enumerate(names):
        precision, recall, f1, count = (column[index] for column in scores)
        lines.append(f"| {name} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {count} |")
    return lines


def confusions(measured: Measured, most: int) -> List[str]:
    """The commonest mistakes with two examples each."""
    wrong: Counter[Tuple[str, str]] = Counter()
    examples: Dict[Tuple[str, str], List[str]] = {}
    for text, right, said in zip(measured.texts, measured.right, measured.first, strict=True):
        if right != said:
            wrong[right, said] += 1
            examples.setdefault((right, said), []).append(text)
    return [
        f"- {right} → {said}: {count} ({'; '.join(f'“{text}”' for text in examples[right, said][:2])})"
        for (right, said), count in wrong.most_common(most)
    ]


def astray(measured: Measured) -> List[str]:
    """Questions that an act swallowed."""
    pairs = zip(measured.texts, measured.decided, strict=True)
    return [f"- {said}: “{text}”" for text, said in pairs if said != QUESTION]


def report(heldout: Optional[Path], questions: Optional[Path]) -> str:
    """The whole page."""
    texts, intents = training_data()
    crossed = cross_validate(texts, intents)
    model = IntentModel().fit([pair_of(text) for text in texts], intents)
    _, left = sample_questions.draw(sample_questions.load())
    learned = set(texts)  # the file drawn from may have grown since the draw
    left = [text for text in left if text not in learned]
    unseen = reached_search(model, left)
    lines = [
        HEAD,
        FIGURES.format(
            folds=FOLDS,
            sentences=len(texts),
            first=macro_f1(crossed.right, crossed.first),
            decided=macro_f1(crossed.right, crossed.decided),
            left=len(left),
            reached=share(unseen),
        ),
        NOTE,
    ]
    if heldout:
        lines += _heldout_part(model, heldout)
    if questions:
        lines += _questions_part(model, questions)
    lines += ["", "## Per intent (cross-validation)", "", *intents_table(crossed)]
    lines += ["", "## Commonest confusions", "", *confusions(crossed, 12), "", LOOKED_AT]
    lines += ["", "## Unseen FAQ questions that an act swallowed", "", *(astray(unseen)[:25] or ["None."])]
    return "\n".join(lines) + "\n"


def _heldout_part(model: IntentModel, path: Path) -> List[str]:
    loaded: Dict[str, List[str]] = YAML(typ="safe").load(path)
    rows = [(text, intent) for intent, found in loaded.items() for text in found]
    apart = ask(model, [text for text, _ in rows], [intent for _, intent in rows])
    first, decided = macro_f1(apart.right, apart.first), macro_f1(apart.right, apart.decided)
    wrong = [
        f"- {right} → {said}: “{text}”"
        for text, right, said in zip(apart.texts, apart.right, apart.decided, strict=True)
        if right != said
    ]
    head = f"{len(rows)} sentences of `{path}`: macro F1 **{first:.3f}** (after the fallback {decided:.3f})."
    return ["", "## The set written apart", "", head, "", "After the fallback wrong:", "", *wrong]


def _questions_part(model: IntentModel, path: Path) -> List[str]:
    loaded: List[Dict[str, Any]] = YAML(typ="safe").load(path)
    lines = ["", "## A labelled set of questions, never learned from", ""]
    for name, kinds in (
        ("answerable", {"answerable"}),
        ("all others", {"personal", "uncovered", "offtopic"}),
    ):
        measured = reached_search(model, [row["q"] for row in loaded if row["kind"] in kinds])
        lines.append(f"- {name}: {share(measured):.2%} of {len(measured.texts)} reach search.")
        lines += [f"  {line}" for line in astray(measured)]
    return lines


def main() -> None:
    """Writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heldout", type=Path, default=Path("tests/bot/nlu_heldout.yml"))
    parser.add_argument("--questions", type=Path)
    chosen = parser.parse_args()
    TARGET.write_text(report(chosen.heldout, chosen.questions), encoding="utf-8")
    print(TARGET)


if __name__ == "__main__":
    main()

"""The commands of `python -m faq_index`, one function each: settings and arguments in, exit code out."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from faq_index import build as building
from faq_index import evaluate as evaluating
from faq_index import gate as gating
from faq_index.decide import load_decision
from faq_index.embedder import Embedder, load_embedder
from faq_index.entries import Faq, Fault, SearchResult, Severity
from faq_index.errors import BadQueryError, FaqDataError, FaqIndexError, GateError, NoGenerationError
from faq_index.lineage import vanished
from faq_index.live_entries import live_ids
from faq_index.schema import FAQ
from faq_index.searcher import MAX_QUERY, FaqSearcher, load_models
from faq_index.settings import Settings, today
from faq_index.source import check_files, load_faq
from faq_index.store import Store
from faq_index.withdrawals import Withdrawals

Args = argparse.Namespace


def print_faults(faults: Iterable[Fault], out: TextIO) -> None:
    for fault in faults:
        kind = "LỖI" if fault.severity is Severity.ERROR else "nhắc"
        who = f" [{fault.id}]" if fault.id else ""
        out.write(f"{fault.file}:{fault.line}: {kind} {fault.code}{who}: {fault.message}\n")


def _embedder(settings: Settings) -> Embedder:
    return load_embedder(settings.model, settings.model_prompt)


def _store(settings: Settings) -> Store:
    return Store(settings.index_dir, settings.keep)


def _searcher(
    settings: Settings,
    generation_id: str | None = None,
    withdrawn: Callable[[], frozenset[str]] = frozenset,
) -> FaqSearcher:
    embedder = _embedder(settings)
    store = _store(settings)
    wanted = generation_id or store.current_id()
    if wanted is None:
        raise NoGenerationError("Chưa có chỉ mục nào; chạy `python -m faq_index build --promote`.")
    models = load_models(embedder, settings.decision, settings.kinds)
    return FaqSearcher(store.load(wanted, embedder.fingerprint), models, withdrawn)


def validate(settings: Settings, args: Args) -> int:
    faq, faults = check_files(settings.files(), args.on, thorough=True)
    faults += _vanished(settings, faq) if faq else ()
    errors = sum(f.severity is Severity.ERROR for f in faults)
    if args.json:
        print(json.dumps([asdict(f) for f in faults], ensure_ascii=False))
    else:
        print_faults(faults, sys.stdout)
        count = f"{len(faq.entries)} mục, " if faq else ""
        print(f"{count}{errors} lỗi, {len(faults) - errors} nhắc.")
    return 1 if errors else 0


def _vanished(settings: Settings, faq: Faq) -> tuple[Fault, ...]:
    return vanished(faq, live_ids(_store(settings)), settings.data.as_posix())


def build(settings: Settings, args: Args) -> int:
    started = time.perf_counter()
    faq = load_faq(settings.files(), today())
    gone = _vanished(settings, faq)
    if gone:
        raise FaqDataError(gone)
    embedder, store = _embedder(settings), _store(settings)
    generation_id = store.find(faq.digest, embedder.fingerprint)
    if generation_id is None:
        generation = building.build(faq, embedder, lambda step: print(f"  {step} ...", flush=True))
        store.write(generation, faq.replaced)
        generation_id = generation.id
        print(f"Đã dựng {generation_id} trong {time.perf_counter() - started:.1f} giây.")
    else:
        print(f"Nội dung không đổi, dùng lại {generation_id}.")
    if args.promote and store.current_id() == generation_id:
        print(f"Đang chạy sẵn: {generation_id}")
    elif args.promote:
        _gate(settings, generation_id, today(), None)
        store.promote(generation_id)
        print(f"Đang chạy: {generation_id}")
    return 0


def _gate(settings: Settings, generation_id: str, on: date, set_: Path | None) -> None:
    """Print the findings; raises GateError when one is an error."""
    searcher = _searcher(settings, generation_id)
    asked = evaluating.read_set(set_ or settings.eval_set) if set_ or settings.eval_set else ()  # type: ignore[arg-type]  # one of the two is a path
    calibrated = not load_decision(settings.decision, searcher.generation.encoder).lexical_only
    findings = gating.check(searcher, on, asked, calibrated=calibrated)
    for finding in findings:
        print(f"{'LỖI' if finding.severity is Severity.ERROR else 'nhắc'} {finding.code}: {finding.message}")
    stopped = tuple(f.message for f in findings if f.severity is Severity.ERROR)
    if stopped:
        raise GateError(stopped)


def _newest(settings: Settings, given: str | None) -> str:
    if given:
        return given
    known = _store(settings).list()
    if not known:
        raise NoGenerationError("Chưa có bản nào; chạy `python -m faq_index build`.")
    return known[-1].id


def gate(settings: Settings, args: Args) -> int:
    generation_id = _newest(settings, args.generation)
    _gate(settings, generation_id, args.on, args.set)
    print(f"{generation_id} qua cổng kiểm tra.")
    return 0


def promote(settings: Settings, args: Args) -> int:
    generation_id = _newest(settings, args.generation)
    if args.force:
        _searcher(settings, generation_id)  # what can't be loaded can't be forced either
    else:
        _gate(settings, generation_id, args.on, args.set)
    store = _store(settings)
    hold = _unlike(settings, store.digest(generation_id), args.on)
    store.promote(generation_id, hold)
    print(f"Đang chạy: {generation_id}")
    if hold is not None:
        print(
            f"{settings.data} khác bản này và chưa được chạy: dịch vụ giữ bản này cho đến khi tệp được sửa rồi lưu."
        )
    return 0


def _unlike(settings: Settings, digest: str | None, on: date) -> str | None:
    """Digest of the files as they are saved, where they are not those of `digest`: a watching server would make them
    live again. None too where they have faults: a server doesn't make those live, and mending is an edit.
    """
    faq, _ = check_files(settings.files(), on)
    return faq.digest if faq is not None and faq.digest != digest else None


def rollback(settings: Settings, _: Args) -> int:
    print(f"Đã quay lại: {_store(settings).rollback()}")
    return 0


def generations(settings: Settings, _: Args) -> int:
    known = _store(settings).list()
    for info in known:
        print(
            f"{'*' if info.current else ' '} {info.id}  {info.entries} mục, {info.questions} câu  {info.created_at}"
        )
    if not known:
        print("Chưa có bản nào.")
    return 0


def search(settings: Settings, args: Args) -> int:
    if not args.query and not args.batch:
        raise BadQueryError("Cho một câu hỏi, hoặc --batch TỆP.")
    searcher = _searcher(settings, withdrawn=Withdrawals(settings.index_dir).ids)
    # Stray bytes of an argument arrive as surrogates, which no output can hold.
    typed = " ".join(args.query).encode("utf-8", "replace").decode()
    queries = _lines(args.batch) if args.batch else [typed]
    for query in queries:
        result = searcher.search(query[:MAX_QUERY], args.on, args.limit, explain=args.explain)
        if args.jsonl:
            print(json.dumps(_line(result), ensure_ascii=False), flush=True)
        else:
            _print_result(result, explain=args.explain)
    return 0


def _lines(batch: str) -> Iterator[str]:
    if batch == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a real text stream here
        yield from (line for line in sys.stdin if line.strip())
        return
    try:
        text = Path(batch).read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise FaqIndexError(f"Không đọc được {batch} ({error.strerror}).") from error
    yield from (line for line in text.splitlines() if line.strip())


def _line(result: SearchResult) -> dict[str, Any]:
    hits = [{"id": h.entry.id, "score": h.score} for h in result.hits]
    line = {
        "query": result.query.rstrip("\n"),
        "decision": str(result.decision),
        "hits": hits,
        "ms": result.ms,
    }
    return {**line, "features": dict(result.features)} if result.features else line


def _print_result(result: SearchResult, *, explain: bool) -> None:
    print(f"{result.query.strip()}\n  -> {result.decision} ({result.reason}), {result.ms} ms")
    for hit in result.hits:
        print(f"  {hit.score:.3f}  {hit.entry.id}  {hit.entry.question}")
        if explain:
            print("         " + ", ".join(f"{k}={v:.3f}" for k, v in hit.parts.items()))
    if explain:
        print(f"  hiểu là: {result.normalised}")
        print("  " + ", ".join(f"{k}={v:.3f}" for k, v in result.features.items()))


def evaluate(settings: Settings, args: Args) -> int:
    asked = evaluating.read_set(args.set)
    report = evaluating.report(evaluating.run(_searcher(settings), asked, args.on))
    if args.json:
        print(json.dumps(report, ensure_ascii=False))
        return 0
    rows = [("total", report["total"]), *report["style"].items(), *report["kind"].items()]
    names = [n for n in report["total"] if n != "questions"]
    print(f"{'':14}{'câu':>6}" + "".join(f"{n:>15}" for n in names))
    for name, values in rows:
        cells = "".join(f"{'-' if values[n] is None else values[n]:>15}" for n in names)
        print(f"{name:14}{values['questions']:>6}{cells}")
    if args.mistakes:
        for mistake in report["mistakes"]:
            print(json.dumps(mistake, ensure_ascii=False))
    return 0


def train(settings: Settings, args: Args) -> int:
    from faq_index.training.command import train as learn  # noqa: PLC0415  # torch and scikit-learn, only here

    return learn(settings, args)


def schema(_: Settings, __: Args) -> int:
    print(json.dumps(FAQ, ensure_ascii=False, indent=1))
    return 0


def serve(settings: Settings, _: Args) -> int:
    from faq_index.server import serve as run  # noqa: PLC0415  # FastAPI, only here

    return run(settings)

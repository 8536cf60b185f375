"""The editors' further commands of `python -m faq_index`: facts, diff, preview, withdraw, restore, withdrawn."""

import argparse
import difflib
import getpass
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Protocol

from faq_index import diff_text, preview
from faq_index import evaluate as evaluating
from faq_index.build import build
from faq_index.commands import print_faults
from faq_index.diff import Verdict, compare, entry_changes, questions, verdicts
from faq_index.embedder import Embedder, load_embedder
from faq_index.entries import Faq, Severity
from faq_index.errors import FaqIndexError, NoGenerationError
from faq_index.facts import Proof, facts_files, prove, read_facts
from faq_index.lineage import vanished
from faq_index.live_entries import live_ids
from faq_index.registers import load_registers
from faq_index.searcher import FaqSearcher, load_models
from faq_index.settings import Settings
from faq_index.source import load_faq
from faq_index.store import Store
from faq_index.withdrawals import Withdrawals

Args = argparse.Namespace
PREVIEWS = Path("var/preview")
MAX_NAMED = 20


class Add(Protocol):
    """Adds one command to the parser; with `day` it takes --on."""

    def __call__(self, name: str, help_: str, *, day: bool = False) -> argparse.ArgumentParser: ...


def register(add: Add) -> None:
    """Add these commands; each sets `run` for its function."""

    def command(
        name: str, help_: str, run: Callable[[Settings, Args], int], *, day: bool = False
    ) -> argparse.ArgumentParser:
        sub = add(name, help_, day=day)
        sub.set_defaults(run=run)
        return sub

    sub = command("diff", "xem người dân sẽ thấy khác gì so với bản đang chạy", diff, day=True)
    sub.add_argument("--set", type=Path, help="thêm bộ câu đánh giá")
    sub.add_argument("--tests-only", action="store_true", help="nhanh hơn: chỉ câu thử và câu gần giống")
    sub.add_argument("--json", action="store_true", help="in dạng JSON")
    sub.add_argument("--limit", type=int, default=20, help="số dòng tối đa của mỗi phần (mặc định 20)")
    sub = command("preview", "dựng trang xem trước của một mục", show, day=True)
    sub.add_argument("id", help="mã mục")
    sub.add_argument("--out", type=Path, default=PREVIEWS, help=f"thư mục ghi trang (mặc định {PREVIEWS})")
    sub = command("withdraw", "thu hồi một mục: ngừng trả lời ngay, không phải dựng lại", withdraw)
    sub.add_argument("id", help="mã mục")
    sub.add_argument("--reason", required=True, help="vì sao thu hồi")
    sub = command("restore", "cho một mục đã thu hồi trả lời lại", restore)
    sub.add_argument("id", help="mã mục")
    sub = command("withdrawn", "liệt kê các mục đang bị thu hồi", withdrawn)
    sub.add_argument("--json", action="store_true", help="in dạng JSON")
    sub = command("facts", "chứng minh mọi con số trong câu trả lời đều có trong dữ kiện", facts, day=True)
    help_ = (
        "thêm các tệp *.yml (id, question, facts) của thư mục này bên cạnh tệp dữ kiện của dự án (FAQ_FACTS)"
    )
    sub.add_argument("--facts", type=Path, metavar="THƯ_MỤC", help=help_)
    sub.add_argument("--json", action="store_true", help="in dạng JSON")


def facts(settings: Settings, args: Args) -> int:
    files = settings.files()
    faq = load_faq(files, args.on)
    registers, _, _ = load_registers(files.laws, files.allowlist)
    known = read_facts(facts_files(settings.facts, args.facts))
    proof = prove(files.faq, faq.entries, known, registers)
    if args.json:
        print(json.dumps(asdict(proof), ensure_ascii=False))
    else:
        _print_proof(proof)
    return 1 if any(f.severity is Severity.ERROR for f in proof.faults) else 0


def _print_proof(proof: Proof) -> None:
    print_faults(proof.faults, sys.stdout)
    for one in proof.sources:
        print(f"{one.file}: {_counted(one.numbers, one.entries, one.unproven, one.other_units)}")
        if one.unknown:
            print(f"  không có mục nào mang mã: {', '.join(one.unknown)}")
    errors = sum(f.severity is Severity.ERROR for f in proof.faults)
    print(f"Tất cả: {_counted(proof.numbers, proof.entries, errors, len(proof.faults) - errors)}")
    if proof.without_facts:
        more = ", ..." if len(proof.without_facts) > MAX_NAMED else ""
        names = ", ".join(proof.without_facts[:MAX_NAMED]) + more
        print(f"Chưa có dữ kiện ({len(proof.without_facts)} mục): {names}")


def _counted(numbers: int, entries: int, unproven: int, other_units: int) -> str:
    return f"{numbers} con số trong {entries} mục: {unproven} không có dữ kiện, {other_units} cần xem lại đơn vị."


def _tell(text: str) -> None:
    """Progress goes to stderr, so that --json stays JSON."""
    sys.stderr.write(f"  {text} ...\n")
    sys.stderr.flush()


def _searcher_of(faq: Faq, settings: Settings, embedder: Embedder) -> FaqSearcher:
    """A searcher over the edited file: its generation from the disk if there is one, else built in memory."""
    store = Store(settings.index_dir, settings.keep)
    known = store.find(faq.digest, embedder.fingerprint)
    generation = store.load(known, embedder.fingerprint) if known else build(faq, embedder, _tell)
    return FaqSearcher(generation, load_models(embedder, settings.decision, settings.kinds))


def diff(settings: Settings, args: Args) -> int:
    faq = load_faq(settings.files(), args.on)
    embedder = load_embedder(settings.model, settings.model_prompt)
    live = Store(settings.index_dir, settings.keep).load_current(embedder.fingerprint)
    if live.digest == faq.digest:
        print(
            json.dumps({"same": True, "generation": live.id})
            if args.json
            else "Không có gì khác bản đang chạy."
        )
        return 0
    before = FaqSearcher(live, load_models(embedder, settings.decision, settings.kinds))
    after = _searcher_of(faq, settings, embedder)
    asked = questions(
        live.entries,
        faq.entries,
        evaluating.read_set(args.set) if args.set else (),
        faq.replaced,
        tests_only=args.tests_only,
    )
    texts = [a.text for a in asked]
    total = len(dict.fromkeys(texts))
    judged = [
        _judged(s, texts, args.on, f"{name}, {total} câu")
        for s, name in ((before, "hỏi bản đang chạy"), (after, "hỏi bản sửa"))
    ]
    changes = entry_changes(live.entries, faq.entries, faq.replaced)
    difference = compare(changes, asked, judged[0], judged[1], faq.entries)
    gone = vanished(faq, (e.id for e in live.entries), settings.data.as_posix())
    if args.json:
        body = {"same": False, "generation": live.id, **diff_text.as_json(difference, args.limit)}
        print(json.dumps({**body, "vanished": [f.id for f in gone]}, ensure_ascii=False))
    else:
        print(f"So với bản đang chạy {live.id}:")
        print("\n".join(diff_text.lines(difference, args.limit)))
    print_faults(gone, sys.stderr)
    return 1 if gone else 0


def _judged(searcher: FaqSearcher, texts: list[str], on: date, what: str) -> dict[str, Verdict]:
    _tell(what)
    return verdicts(searcher, texts, on)


def show(settings: Settings, args: Args) -> int:
    faq = load_faq(settings.files(), args.on)
    entry = next((e for e in faq.entries if e.id == args.id), None)
    if entry is None:
        raise FaqIndexError(_unknown(args.id, [e.id for e in faq.entries]))
    searcher = _searcher_of(faq, settings, load_embedder(settings.model, settings.model_prompt))
    withdrawal = next((w for w in Withdrawals(settings.index_dir).all() if w.id == entry.id), None)
    html = preview.page(faq, entry, preview.results(searcher, entry, args.on), withdrawal)
    path: Path = args.out / f"{entry.id}.html"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise FaqIndexError(
            f"Không ghi được {path} ({error.strerror}); chọn thư mục khác bằng --out."
        ) from error
    print(path)
    return 0


def _unknown(entry_id: str, known: list[str]) -> str:
    near = difflib.get_close_matches(entry_id, known, 3)
    hint = f"; có phải: {', '.join(near)}?" if near else "."
    return f"Không có mục '{entry_id}'{hint}"


def withdraw(settings: Settings, args: Args) -> int:
    known = list(live_ids(Store(settings.index_dir, settings.keep)))
    if not known:
        raise NoGenerationError("Chưa có bản nào đang chạy nên không có gì để thu hồi.")
    if args.id not in known:
        raise FaqIndexError(_unknown(args.id, known))
    Withdrawals(settings.index_dir).withdraw(args.id, args.reason, getpass.getuser())
    print(
        f"Đã thu hồi {args.id}: ngừng trả lời từ bây giờ. Cho trả lời lại: python -m faq_index restore {args.id}"
    )
    return 0


def restore(settings: Settings, args: Args) -> int:
    Withdrawals(settings.index_dir).restore(args.id, getpass.getuser())
    print(f"Đã khôi phục {args.id}: trả lời lại từ bây giờ.")
    return 0


def withdrawn(settings: Settings, args: Args) -> int:
    withdrawals = Withdrawals(settings.index_dir)
    rows = withdrawals.all()
    if args.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
    else:
        for row in rows:
            print(f"{row.id}  {row.at}  {row.by or '?'}: {row.reason}")
        if not rows:
            print("Không mục nào bị thu hồi.")
    if withdrawals.fault():
        raise FaqIndexError(withdrawals.fault())
    return 0

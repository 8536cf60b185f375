"""`python -m faq_index COMMAND`: the editors' and operators' tool. Messages are Vietnamese, exit codes are for CI.

0 done, 1 the work found faults or failed, 2 wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from faq_index import commands, editor_commands
from faq_index.errors import FaqDataError, FaqIndexError
from faq_index.settings import Settings, today


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m faq_index", description="Bộ câu hỏi VssID: kiểm tra, dựng, chạy."
    )
    parser.add_argument("--data", type=Path, help="tệp câu hỏi (mặc định FAQ_DATA)")
    parser.add_argument("--index-dir", type=Path, help="thư mục chỉ mục (mặc định FAQ_INDEX_DIR)")
    parser.add_argument("--model", help="mô hình mã hoá (mặc định FAQ_MODEL)")
    subs = parser.add_subparsers(dest="command", required=True, metavar="LỆNH")

    def add(name: str, help_: str, *, day: bool = False) -> argparse.ArgumentParser:
        sub = subs.add_parser(name, help=help_, description=help_)
        if day:
            sub.add_argument("--on", type=date.fromisoformat, default=today(), metavar="NĂM-THÁNG-NGÀY",
                             help="xem như đang ở ngày này")  # fmt: skip
        return sub

    validate = add("validate", "kiểm tra tệp câu hỏi, báo mọi lỗi cùng lúc", day=True)
    validate.add_argument("--json", action="store_true", help="in lỗi dạng JSON")
    build = add("build", "dựng một bản chỉ mục mới, chưa đưa vào chạy")
    build.add_argument("--promote", action="store_true", help="qua cổng kiểm tra thì đưa vào chạy luôn")
    for name, help_ in (
        ("gate", "kiểm tra một bản trước khi đưa vào chạy"),
        ("promote", "đưa một bản vào chạy"),
    ):
        sub = add(name, help_, day=True)
        sub.add_argument("generation", nargs="?", help="mã bản (mặc định: bản mới nhất)")
        sub.add_argument("--set", type=Path, help="bộ câu đánh giá")
        if name == "promote":
            sub.add_argument("--force", action="store_true", help="bỏ qua cổng kiểm tra")
    add("rollback", "quay lại bản trước")
    add("generations", "liệt kê các bản chỉ mục")
    search = add("search", "hỏi thử", day=True)
    search.add_argument("query", nargs="*", help="câu hỏi")
    search.add_argument("--batch", metavar="TỆP|-", help="mỗi dòng một câu hỏi")
    search.add_argument("--jsonl", action="store_true", help="in mỗi câu một dòng JSON")
    search.add_argument("--explain", action="store_true", help="in điểm từng phần và lý do")
    search.add_argument("--limit", type=int, default=5)
    evaluate = add("evaluate", "đo trên bộ câu đã gắn nhãn", day=True)
    evaluate.add_argument("--set", type=Path, required=True)
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--mistakes", action="store_true", help="in các câu sai")
    train = add("train", "huấn luyện bộ mã hoá rồi học ngưỡng quyết định", day=True)
    train.add_argument("--corpora", type=Path, help="thư mục văn bản huấn luyện")
    train.add_argument("--out", type=Path, default=Path("data/encoder"))
    train.add_argument("--seed", type=int, default=7)
    train.add_argument("--calibrate-only", action="store_true", help="chỉ học ngưỡng cho mô hình đang dùng")
    editor_commands.register(add)
    add("schema", "in JSON Schema của tệp câu hỏi cho trình soạn thảo")
    add("serve", "chạy dịch vụ tìm kiếm")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code of one command."""
    args = _parser().parse_args(argv)
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors():
            sys.stderr.write(f"Thiết lập FAQ_{str(fault['loc'][0]).upper()} sai: {fault['msg']}\n")
        return 2
    given = {"data": args.data, "index_dir": args.index_dir, "model": args.model}
    settings = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
    try:
        run = getattr(args, "run", None) or getattr(commands, args.command)
        return int(run(settings, args))
    except FaqDataError as error:
        commands.print_faults(error.faults, sys.stderr)
        return 1
    except FaqIndexError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())

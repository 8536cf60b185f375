"""A small FAQ as an editor would write it, its registers, and ways to break one thing of it.

Text, not objects: what is tested is what an editor saves. Dates lie far away, so that no test ages.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from faq_index.settings import Settings

DAY = date(2026, 3, 2)  # the day most tests look at: the entry of the next fee is not yet in effect

_HEAD = """\
schema: 1
topics:
- id: vssid-tai-khoan
  title: Tài khoản VssID
- id: bhyt-the
  title: Thẻ BHYT
- id: huu-tri
  title: Hưu trí
- id: ho-tro
  title: Hỗ trợ
entries:
"""

_ENTRIES = """\
- id: vssid-quen-mat-khau
  topic: vssid-tai-khoan
  question: Quên mật khẩu VssID thì lấy lại bằng cách nào?
  alternates:
  - quen mat khau vssid
  - không nhớ mật khẩu app bảo hiểm
  - lấy lại mk vssid ntn ạ
  - xin cấp lại mật khẩu VssID
  - mất mật khẩu đăng nhập VssID
  - bấm quên mật khẩu rồi làm gì nữa
  - lay lai mat khau vssid
  answer: >-
    Bạn lấy lại mật khẩu VssID miễn phí qua email đã đăng ký.
    Không mở được email thì gọi 1900.9068, bấm phím 8.
  steps:
  - Mở VssID, nhập mã số BHXH.
  - Bấm Quên mật khẩu, nhập email đã đăng ký.
  legal_basis: []
  sources:
  - https://lamdong.baohiemxahoi.gov.vn/tintuc (đọc ngày 1/1/2025)
  - https://blog.example/vssid
  links:
  - https://dichvucong.baohiemxahoi.gov.vn
  as_of: 2025-06
  confidence: high
  reviewed_on: 2025-01-01
  review_by: 2099-01-01
  audience: citizen
  related:
  - vssid-khong-nhan-otp
  spoken: Bạn mở VssID, bấm Quên mật khẩu rồi làm theo hướng dẫn.
  facets: {con-email: "có"}
  needs_person: never
  tests:
  - quên pass vssid phải làm sao
  - cho hỏi cách lấy lại mật khẩu VssID
  - minh quen mat khau app vssid
  - Tôi quên mật khẩu, muốn xin cấp lại
  near_misses:
  - {question: chờ mã OTP mãi không về, id: vssid-khong-nhan-otp}
  - {question: thẻ bảo hiểm y tế bị mất, id: bhyt-mat-the}
- id: vssid-khong-nhan-otp
  topic: vssid-tai-khoan
  question: Không nhận được mã OTP của VssID thì làm thế nào?
  alternates:
  - không nhận được mã xác thực vssid
  - mã otp gửi về chậm
  - khong nhan duoc otp
  - chờ hoài không thấy mã OTP
  - tin nhắn otp không về máy
  - otp vssid hết hạn
  - lau qua chua thay ma otp
  answer: >-
    Bạn kiểm tra hộp thư rác và sóng điện thoại, chờ 5 phút rồi bấm gửi lại mã.
    Mã OTP chỉ dùng một lần, đừng đọc cho ai.
  steps: []
  legal_basis: []
  sources:
  - https://baohiemxahoi.gov.vn/otp
  as_of: 2025-06
  confidence: medium
  reviewed_on: 2025-01-01
  review_by: 2099-01-01
  audience: citizen
  related:
  - vssid-quen-mat-khau
  needs_person: offer
  tests:
  - otp mãi không tới
  - không có mã otp gửi về điện thoại
  - ma otp vssid khong ve
  - sao em không nhận được mã OTP
  near_misses:
  - {question: quên mật khẩu VssID, id: vssid-quen-mat-khau}
  - {question: tuổi nghỉ hưu năm nay, id: huu-tri-tuoi-nghi-huu}
- id: bhyt-mat-the
  topic: bhyt-the
  question: Mất thẻ BHYT thì xin cấp lại ở đâu?
  alternates:
  - mất thẻ bảo hiểm y tế làm lại ở đâu
  - lam lai the bhyt bi mat
  - rớt mất thẻ bhyt
  - thẻ bảo hiểm y tế bị mất có khám được không
  - cấp lại thẻ BHYT
  - làm mất thẻ khám bệnh
  - the bao hiem y te that lac
  answer: >-
    Bạn không cần thẻ giấy: thẻ BHYT có sẵn trong VssID và căn cước công dân.
    Muốn cấp lại thẻ thì đến cơ quan BHXH gần nhất.
  steps: []
  legal_basis:
  - act: Luật BHYT
    article: Điều 18
  sources:
  - https://baohiemxahoi.gov.vn/the
  as_of: 2025-06-01
  confidence: high
  reviewed_on: 2025-01-01
  review_by: 2099-01-01
  audience: citizen
  needs_person: never
  tests:
  - xin cấp lại thẻ bhyt bị mất
  - mat the bhyt
  - thẻ BHYT thất lạc, làm lại ở đâu
  - tôi làm rơi mất thẻ bảo hiểm y tế
  near_misses:
  - {question: đóng bhyt hộ gia đình bao nhiêu tiền, id: bhyt-muc-dong-moi}
  - {question: quên mật khẩu, id: vssid-quen-mat-khau}
- id: huu-tri-tuoi-nghi-huu
  topic: huu-tri
  question: Bao nhiêu tuổi thì được nghỉ hưu?
  alternates:
  - tuổi nghỉ hưu của nam và nữ
  - bao nhieu tuoi duoc nghi huu
  - năm nay mấy tuổi về hưu
  - tuổi về hưu theo luật mới
  - nữ mấy tuổi nghỉ hưu
  - lộ trình tăng tuổi nghỉ hưu
  - may tuoi thi ve huu
  answer: >-
    Tuổi nghỉ hưu tăng dần theo lộ trình cho đến khi nam đủ 62 tuổi, nữ đủ 60 tuổi.
  steps: []
  legal_basis:
  - act: 41/2024/QH15
    article: khoản 1 Điều 64
  sources:
  - https://vanban.chinhphu.vn/tuoi-nghi-huu
  as_of: 2025-07
  confidence: high
  reviewed_on: 2025-01-01
  review_by: 2099-01-01
  audience: both
  needs_person: never
  tests:
  - mấy tuổi được về hưu vậy ạ
  - tuoi nghi huu cua nu
  - nam bao nhiêu tuổi nghỉ hưu
  - cho hỏi tuổi nghỉ hưu mới
  near_misses:
  - {question: mất thẻ BHYT, id: bhyt-mat-the}
  - {question: khong nhan duoc otp, id: vssid-khong-nhan-otp}
- id: bhyt-muc-dong-moi
  topic: bhyt-the
  question: Mức đóng BHYT hộ gia đình hiện nay là bao nhiêu?
  alternates:
  - đóng bảo hiểm y tế hộ gia đình hết bao nhiêu tiền
  - muc dong bhyt ho gia dinh
  - tiền mua bhyt tự đóng một năm
  - mua bảo hiểm y tế cho cả nhà giá bao nhiêu
  - giá bhyt hộ gia đình
  - bhyt ho gia dinh dong bao nhieu
  - người thứ hai trong hộ đóng bhyt mấy tiền
  answer: >-
    Người thứ nhất đóng 4,5% mức lương cơ sở mỗi tháng, từ người thứ hai được giảm dần.
  steps: []
  legal_basis:
  - act: Luật BHYT
    article: Điều 13
  sources:
  - https://baohiemxahoi.gov.vn/muc-dong
  as_of: 2025-07
  confidence: high
  reviewed_on: 2025-01-01
  review_by: 2099-01-01
  effective_from: 2026-07-01
  effective_to: 2098-12-31
  audience: citizen
  needs_person: never
  tests:
  - bhyt hộ gia đình giá bao nhiêu
  - mức đóng bảo hiểm y tế hộ gia đình
  - tien dong bhyt ca nha
  - mua bhyt hộ gia đình bao nhiêu tiền
  near_misses:
  - {question: làm mất thẻ bhyt, id: bhyt-mat-the}
  - {question: nữ mấy tuổi về hưu, id: huu-tri-tuoi-nghi-huu}
- id: ho-tro-mo-khoa-tai-khoan
  topic: ho-tro
  question: Tài khoản VssID bị khoá thì ai mở?
  alternates:
  - tài khoản vssid bị khóa
  - mở khoá tài khoản VssID giúp
  - tai khoan vssid bi khoa
  - đăng nhập báo tài khoản đã bị khoá
  - bị khóa tk vssid do nhập sai nhiều lần
  - ai mở khóa tài khoản vssid
  - mo khoa tk vssid
  answer: >-
    Chỉ cán bộ BHXH mở khoá được tài khoản của bạn. Bạn gọi 1900.9068 hoặc gửi yêu cầu ở đây.
  steps: []
  legal_basis: []
  sources:
  - https://baohiemxahoi.gov.vn/ho-tro
  as_of: 2025-06
  confidence: high
  reviewed_on: 2025-01-01
  review_by: 2099-01-01
  audience: citizen
  related:
  - vssid-quen-mat-khau
  needs_person: always
  tests:
  - tài khoản VssID của em bị khoá rồi
  - nhờ mở khóa tài khoản vssid
  - tk vssid bi khoa
  - bị khoá tài khoản thì ai mở
  near_misses:
  - {question: quen mat khau vssid, id: vssid-quen-mat-khau}
  - {question: tuổi nghỉ hưu, id: huu-tri-tuoi-nghi-huu}
"""

LAWS = """\
acts:
  41/2024/QH15: {title: Luật Bảo hiểm xã hội 2024, in_force_from: 2025-07-01}
  58/2014/QH13: {title: Luật Bảo hiểm xã hội 2014, in_force_to: 2025-06-30, replaced_by: 41/2024/QH15}
  Luật BHYT: {title: Luật Bảo hiểm y tế}
dead_terms:
- {term: BHXH huyện, instead: cơ quan BHXH gần nhất, entries: [huu-tri-tuoi-nghi-huu]}
"""

ALLOWLIST = """\
phones:
- {number: "1900.9068", title: Tổng đài Bảo hiểm xã hội Việt Nam}
- {number: "1900.0368", title: Tổng đài VNeID, entries: [vssid-khong-nhan-otp]}
hosts:
- "*.gov.vn"
- baohiemxahoi.gov.vn
"""

TRAINING = """\
vssid-quen-mat-khau:
- em không nhớ nổi mật khẩu vssid nữa
- mật khẩu vssid để đâu mất tiêu
bhyt-mat-the:
- thẻ y tế rơi mất rồi làm lại sao
"""

# Questions the decision model learns from beside the entries' tests.
KINDS = """\
personal:
- hồ sơ của tôi nộp ngày 3/9 sao chưa có tiền
- kiểm tra giúp em hồ sơ nộp hôm 12/5
- ho so cua toi nop thang truoc chua co ket qua
- lương hưu của mẹ tôi tháng này chưa về, nhờ tra giúp
- tra giúp mã số của tôi đóng được mấy năm
- hồ sơ của em bị trả lại, xem giúp thiếu giấy gì
- tiền thai sản của em duyệt chưa, kiểm tra giúp
- nhờ xem giúp hồ sơ của bố tôi đến đâu rồi
- toi nop ho so roi nho kiem tra giup
- em nộp giấy hôm 10/9 đến nay chưa thấy tiền
uncovered:
- thủ tục sang tên sổ đỏ cần gì
- bảo hiểm xe máy mua ở đâu
- đóng thuế thu nhập cá nhân thế nào
- bao hiem nhan tho co hoan lai khong
- xin giấy khai sinh cho con ở đâu
- lệ phí trước bạ ô tô bao nhiêu
offtopic:
- ai vô địch cúp năm nay
- hôm nay trời có mưa không
- nau pho bo the nao
- giá vàng hôm nay
- kể chuyện cười đi
- mở bài hát này giúp
"""


def faq_text() -> str:
    """Six entries in four topics, without a fault or a warning."""
    return _HEAD + _ENTRIES


def head() -> str:
    return _HEAD


def entry_text(entry_id: str) -> str:
    """One entry of faq_text(), "- id: ..." and what belongs to it."""
    start = _ENTRIES.index(f"- id: {entry_id}\n")
    end = _ENTRIES.find("\n- id: ", start)
    return _ENTRIES[start:] if end < 0 else _ENTRIES[start : end + 1]


@dataclass(frozen=True)
class Changed:
    """A text with one change, and the line from 1 where the change begins."""

    text: str
    line: int


def change(old: str, new: str, *, within: str = "", text: str | None = None) -> Changed:
    """Replace `old` by `new` once: its first place, or the first in the entry with the id `within`.

    `line` is that of the first line of `new` that differs, so that a test names lines without counting them.
    """
    whole = faq_text() if text is None else text
    start = whole.index(f"- id: {within}\n") if within else 0
    at = whole.index(old, start)
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    changed = whole[:at] + new + whole[at + len(old) :]
    return Changed(changed, changed[: at + same].count("\n") + 1)


def line_of(text: str, part: str, *, within: str = "") -> int:
    """Line from 1 on which `part` first begins, from the entry `within` on."""
    start = text.index(f"- id: {within}\n") if within else 0
    return text[: text.index(part, start)].count("\n") + 1


def write_files(folder: Path, faq: str | bytes | None = None) -> Settings:
    """The editors' files in `folder`, and settings that point at them; the rest is as a fresh clone has it."""
    folder.mkdir(parents=True, exist_ok=True)
    content = faq_text() if faq is None else faq
    (folder / "faq_vi.yml").write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / "laws_vi.yml").write_text(LAWS, encoding="utf-8")
    (folder / "allowlist_vi.yml").write_text(ALLOWLIST, encoding="utf-8")
    (folder / "training_questions_vi.yml").write_text(TRAINING, encoding="utf-8")
    (folder / "training_kinds_vi.yml").write_text(KINDS, encoding="utf-8")
    return Settings(
        data=folder / "faq_vi.yml",
        laws=folder / "laws_vi.yml",
        allowlist=folder / "allowlist_vi.yml",
        training=folder / "training_questions_vi.yml",
        kinds_training=folder / "training_kinds_vi.yml",
        decision=folder / "decision.json",
        kinds=folder / "kinds.json",
        index_dir=folder / "index",
        model="hash",
        keep=3,
    )

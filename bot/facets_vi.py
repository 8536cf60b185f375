"""How a facet of the entries is asked, as data: its key -> one short question, and titles for values that need other words.

Only facts that a citizen knows of himself are here, the most telling first. Labels that editors sort by (`chu-de`, `viec`)
say less than the full questions do, so they are left out, as is every key that is not here.
"""

from dataclasses import dataclass, field
from typing import Dict, FrozenSet, Mapping


@dataclass(frozen=True)
class Wording:
    """`titles` are for values that read badly alone; `yes` and `no` are values that a typed yes or no means."""

    question: str
    titles: Mapping[str, str] = field(default_factory=dict)
    yes: FrozenSet[str] = frozenset({"có", "rồi"})
    no: FrozenSet[str] = frozenset({"không", "chưa", "chưa cần"})


_STILL = {"có": "Còn dùng", "không": "Không còn"}

WORDINGS: Dict[str, Wording] = {
    "da-bi-lua": Wording(
        "Bạn đã đưa mã OTP, mật khẩu hoặc chuyển tiền cho họ chưa?",
        {"chưa": "Chưa, tôi chỉ nghi ngờ", "rồi": "Đã đưa hoặc đã chuyển"},
    ),
    "con-email": Wording("Bạn còn dùng email đã đăng ký không?", _STILL),
    "con-so-dien-thoai": Wording("Bạn còn dùng số điện thoại đã đăng ký không?", _STILL),
    "con-vao-duoc-tai-khoan": Wording(
        "Bạn còn đăng nhập được vào tài khoản không?", {"có": "Còn vào được", "không": "Không vào được"}
    ),
    "nho-mat-khau-cu": Wording("Bạn còn nhớ mật khẩu cũ không?", {"có": "Còn nhớ", "không": "Không nhớ"}),
    "da-co-tai-khoan": Wording(
        "Bạn đã có tài khoản VssID chưa?",
        {"có": "Đã có", "không": "Chưa có", "chưa cần": "Chưa có", "chưa": "Chưa có"},
    ),
    "doi-so-dien-thoai": Wording(
        "Bạn có đổi số điện thoại không?", {"có": "Có đổi số", "không": "Vẫn số cũ"}
    ),
    "dang-di-lam": Wording("Bạn có đang đi làm không?", {"có": "Đang đi làm", "không": "Không đi làm"}),
    "cach-vao": Wording("Bạn đăng nhập bằng gì?"),
    "noi-lam": Wording("Bạn muốn làm ở đâu?"),
    "nguoi-dung": Wording("Bạn làm cho ai?"),
    "trieu-chung": Wording("Bạn đang gặp tình trạng nào?"),
    "kenh": Wording("Bạn muốn dùng cách nào?"),
    "noi-kham": Wording("Bạn khám ở đâu so với nơi ghi trên thẻ?"),
    "giay-to": Wording("Bạn hỏi về giấy tờ nào?"),
    "nhom": Wording("Người tham gia thuộc nhóm nào?"),
    "loai-nguoi": Wording("Người tham gia thuộc nhóm nào?"),
    "loai-bhxh": Wording("Bạn đóng bảo hiểm xã hội bắt buộc hay tự nguyện?"),
    "nguoi-huong": Wording("Bạn hỏi cho ai?"),
    "nguoi-om": Wording("Ai bị ốm?"),
    "nguoi-mat": Wording("Người đã mất thuộc trường hợp nào?"),
    "noi-xay-ra": Wording("Tai nạn xảy ra ở đâu?"),
    "tinh-trang-so": Wording("Sổ bảo hiểm xã hội của bạn đang thế nào?"),
    "tinh-trang-cong-ty": Wording("Công ty đang thế nào?"),
    "tinh-trang": Wording("Việc của bạn đang ở tình trạng nào?"),
    "tinh-huong": Wording("Bạn đang ở trường hợp nào?"),
    "truong-hop": Wording("Bạn thuộc trường hợp nào?"),
    "buoc": Wording("Bạn đang ở bước nào?"),
    "thu-doan": Wording("Bạn gặp kiểu lừa nào?"),
    "viec-can": Wording("Bạn cần biết điều gì?"),
}

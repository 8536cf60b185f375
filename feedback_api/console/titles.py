"""Vietnamese names that agents read for the closed sets of the desk. Citizens' names for them are in texts_vi."""

from __future__ import annotations

ROLE_TITLES = {
    "agent": "Cán bộ tổng đài",
    "lead": "Trưởng ca",
    "editor": "Biên tập viên",
    "admin": "Quản trị",
}
OUTCOME_TITLES = {
    "answered": "Trả lời ngay",
    "clarified": "Hỏi lại",
    "abstained": "Không có câu phù hợp",
    "needs_person": "Cần cán bộ",
    "handed_over": "Đã chuyển cán bộ",
    "error_search": "Lỗi tìm kiếm",
    "error_bot": "Lỗi trợ lý",
}
CHANNEL_TITLES = {
    "chat": "Trò chuyện",
    "web": "Trang web",
    "email": "Email",
    "phone": "Điện thoại",
    "callback": "Hẹn gọi lại",
}
RESOLUTION_TITLES = {
    "answered_by_entry": "Trả lời bằng câu có sẵn",
    "faq_gap": "Chưa có câu trả lời trong bộ câu hỏi",
    "personal_case": "Việc riêng của người dân",
    "out_of_scope": "Ngoài phạm vi",
    "duplicate": "Trùng phiếu khác",
    "spam": "Tin rác",
}
STATUS_TITLES = {
    "new": "Mới",
    "open": "Đang xử lý",
    "waiting_citizen": "Chờ người dân",
    "waiting_other": "Chờ đơn vị khác",
    "resolved": "Đã trả lời",
    "closed": "Đã đóng",
    "merged": "Đã gộp",
    "spam": "Tin rác",
}
EVENT_TITLES = {
    "opened": "Người dân gửi yêu cầu",
    "citizen_replied": "Người dân trả lời",
    "agent_replied": "Cán bộ trả lời",
    "note": "Ghi chú nội bộ",
    "taken": "Nhận phiếu",
    "released": "Trả về hàng chờ",
    "resolved": "Kết thúc phiếu",
    "reopened": "Mở lại phiếu",
    "closed": "Đóng phiếu",
    "contact_revealed": "Xem thông tin liên hệ",
}

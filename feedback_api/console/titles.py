"""Vietnamese names that agents read for the closed sets of the desk; those of statuses and events are in texts_vi."""

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
QUEUE_TITLES = {
    "todo": "Cần làm",
    "mine": "Của tôi",
    "unassigned": "Chưa ai nhận",
    "waiting": "Đang chờ",
    "done": "Đã xong",
    "all": "Tất cả",
}

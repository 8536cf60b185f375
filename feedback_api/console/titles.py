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
    "no_reply": "Người dân không trả lời thêm",
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
ENTRY_STATUS_TITLES = {
    "live": "Đang chạy",
    "expiring": "Sắp hết hạn",
    "expired": "Đã hết hạn",
    "not_yet": "Chưa đến ngày",
    "withdrawn": "Đã thu hồi",
}
FAQ_VIEW_TITLES = {
    "all": "Tất cả",
    "live": "Đang chạy",
    "expiring": "Sắp hết hạn",
    "expired": "Đã hết hạn",
    "not_yet": "Chưa đến ngày",
    "withdrawn": "Đã thu hồi",
    "failing": "Câu thử trượt",
    "review": "Quá hạn rà soát",
}
CHECK_TITLES = {
    "question": "Câu hỏi chuẩn",
    "test": "Câu thử",
    "near_miss": "Câu gần giống",
}
DECISION_TITLES = {
    "answer": "Trả lời ngay",
    "clarify": "Hỏi lại để chọn",
    "abstain": "Không trả lời, mời gặp cán bộ",
    "needs_person": "Chuyển cán bộ",
}
REASON_TITLES = {
    "top_probability": "Mục đứng đầu đủ chắc chắn.",
    "close_candidates": "Chưa đủ chắc để trả lời ngay, nên đưa các mục gần nhất cho người dân chọn.",
    "no_candidate": "Không mục nào gần với câu này.",
    "low_probability": "Có mục gần giống nhưng không mục nào đủ chắc chắn.",
    "personal_case": "Câu này hỏi việc riêng; chỉ cán bộ mở hồ sơ mới trả lời được.",
    "entry_needs_person": "Mục này ghi needs_person: always, nên chuyển cán bộ.",
    "no_words": "Câu này không có chữ nào để tìm.",
}

"""What a citizen agrees to when leaving a contact. A changed text gets a new version: tickets store the version."""

from __future__ import annotations

VERSION = "2026-11"
TEXT = (
    "Tôi đồng ý để tổng đài 1900.9068 lưu họ tên, số điện thoại, email và nội dung trên nhằm trả lời yêu cầu này. "
    "Thông tin không dùng vào việc khác."
)

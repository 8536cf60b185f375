"""Every canned sentence that people read. Never a law, an amount or a number besides the hotline's."""

from __future__ import annotations

HOTLINE = "1900.9068"

# --- errors
NOT_SIGNED_IN = "Bạn cần đăng nhập để xem trang này."
BAD_REQUEST = "Yêu cầu chưa đúng. Bạn kiểm tra lại nội dung rồi gửi lại nhé."
NOT_SAVED = (
    "Hệ thống chưa lưu được nội dung của bạn. Bạn quay lại và gửi lại sau ít phút, hoặc gọi 1900.9068."
)
DATABASE_AWAY = "Hệ thống đang tạm ngừng. Bạn tải lại trang sau ít phút, hoặc gọi 1900.9068."
MESSAGE_KEPT = "Hệ thống tạm thời chưa nhận được tin. Tin của bạn được giữ trên máy này và tự gửi lại. Việc gấp, bạn gọi 1900.9068."
UNEXPECTED = "Hệ thống đang gặp lỗi. Bạn thử lại sau ít phút, hoặc gọi 1900.9068."
TOO_LARGE = "Nội dung gửi lên quá lớn. Bạn rút gọn rồi gửi lại nhé."
CROSS_SITE = "Yêu cầu không đến từ trang của bàn hỗ trợ nên bị từ chối. Bạn tải lại trang rồi thử lại."
HTTP_ERRORS = {
    404: "Không tìm thấy trang này. Bạn kiểm tra lại địa chỉ, hoặc quay về trang trò chuyện.",
    405: "Trang này không nhận thao tác vừa gửi. Bạn quay lại và thử lại.",
    413: TOO_LARGE,
}
EMPTY_TEXT = "Bạn chưa nhập nội dung. Bạn gõ câu hỏi rồi bấm Gửi nhé."
TEXT_TOO_LONG = "Nội dung dài quá {limit} ký tự. Bạn rút gọn hoặc chia thành nhiều tin nhé."
STALE_OPTION = "Lựa chọn này đã cũ. Bạn chọn lại ở tin nhắn mới nhất, hoặc gõ câu hỏi."
TOO_MANY = "Bạn gửi hơi nhanh. Bạn chờ {wait} rồi gửi lại nhé. Việc gấp, bạn gọi 1900.9068."
TOO_MANY_GUESSES = "Bạn đã thử sai quá nhiều lần. Bạn chờ {wait} rồi thử lại, hoặc gọi 1900.9068."
SAME_KEY_OTHER_BODY = "Yêu cầu này đã được gửi trước đó với nội dung khác. Bạn tải lại trang rồi gửi lại."
UNAUTHORISED_SERVICE = "Thiếu hoặc sai mã dịch vụ."
SIGNED_OUT = "Phiên đăng nhập của ứng dụng không còn hiệu lực. Bạn đăng nhập lại VssID rồi thử lại nhé."
UNKNOWN_CONVERSATION = "Không tìm thấy cuộc trò chuyện này."
UNKNOWN_MESSAGE = "Không tìm thấy tin nhắn này."

# --- chat
PERSON_OPTION = "Gặp cán bộ"
PERSON_HREF = "/tickets/new"
STATUS_HREF = "/tickets/status"
STATUS_OPTION = "Xem phiếu của bạn"
SOLVED_OPTION = "Đã giải quyết"
NOT_SOLVED_OPTION = "Chưa giải quyết"
NONE_OPTION = "Không phải các câu này"
ONLY_SYMBOLS = "Bạn gõ câu hỏi bằng chữ giúp tôi nhé, ví dụ: “Quên mật khẩu VssID thì làm sao?”"
CLARIFY = "Bạn muốn hỏi câu nào dưới đây?"
ABSTAIN = "Tôi chưa có câu trả lời chắc chắn cho câu hỏi này. Bạn bấm “Gặp cán bộ” để được trả lời, hoặc gọi 1900.9068."
NEEDS_PERSON = (
    "Việc này cần cán bộ xem hồ sơ của bạn. Bạn bấm “Gặp cán bộ” để gửi yêu cầu, hoặc gọi 1900.9068."
)
ALL_DOWN = "Hệ thống trả lời tự động đang tạm ngừng. Bạn bấm “Gặp cán bộ” để gửi yêu cầu, hoặc gọi 1900.9068."
GLAD = "Cảm ơn bạn. Cần gì thêm, bạn cứ hỏi nhé."
SORRY = "Xin lỗi vì câu trả lời chưa đúng ý bạn. Bạn hỏi lại cách khác, bấm “Gặp cán bộ”, hoặc gọi 1900.9068."
WANTS_PERSON = "Bạn bấm “Gặp cán bộ” để gửi yêu cầu cho cán bộ, hoặc gọi 1900.9068."
TICKET_STATUS = "Bạn bấm “Xem phiếu của bạn” để xem cán bộ đã trả lời chưa."
CANCELLED = "Đã dừng. Bạn cần hỏi gì thêm không?"
HELP = "Tôi đang trả lời ở chế độ đơn giản. Bạn gõ câu hỏi, bấm “Gặp cán bộ”, hoặc gọi 1900.9068."
MASKED_KINDS = {
    "cccd": "số CCCD",
    "bhxh": "mã số BHXH",
    "bhyt": "số thẻ BHYT",
    "phone": "số điện thoại",
    "email": "địa chỉ email",
    "bank": "số tài khoản ngân hàng",
    "otp": "mã OTP hoặc mật khẩu",
    "number": "một dãy số dài",
}
MASKED_NOTICE = "Để bảo vệ bạn, tôi đã ẩn {kinds} trong tin nhắn."
OTP_WARNING = "Bạn đừng đưa mã OTP hoặc mật khẩu cho bất kỳ ai, kể cả người xưng là cán bộ."

PASSED_ON = "Tôi đã chuyển tin của bạn cho cán bộ phụ trách phiếu {code}. Cán bộ trả lời ngay tại đây."
PASSED_ON_UNTIL = (
    "Tôi đã chuyển tin của bạn cho cán bộ phụ trách phiếu {code}. Bây giờ ngoài giờ làm việc ({hours}); "
    "cán bộ đọc tin từ {moment}. Việc gấp, bạn gọi 1900.9068."
)
PASSED_ON_CLOSED = (
    "Tôi đã chuyển tin của bạn cho cán bộ phụ trách phiếu {code}. Bây giờ ngoài giờ làm việc ({hours}). "
    "Việc gấp, bạn gọi 1900.9068."
)
BACK_TO_BOT = "Phiếu {code} đã được trả lời xong, từ đây tôi trả lời bạn tiếp. Nếu chưa ổn, bạn mở phiếu và viết thêm nhé."
STANDS_IN = (
    "Tôi đã ghi tin này vào phiếu {code}. Cán bộ chưa kịp trả lời nên trong lúc chờ, tôi trả lời bạn; khi cán bộ trả lời, "
    "bạn thấy ngay tại đây. Muốn nhắn thêm cho cán bộ, bạn viết vào phiếu. Việc gấp, bạn gọi 1900.9068."
)
WAITED_LONG = (
    "Cán bộ đã trả lời phiếu {code} và chờ bạn {days} ngày, nên phiếu tạm khép lại. Còn cần giúp, bạn viết thêm vào phiếu "
    "và phiếu được mở lại ngay. Trong trò chuyện, từ đây tôi trả lời bạn tiếp."
)
AWAY_UNTIL = "Bây giờ ngoài giờ làm việc ({hours}); cán bộ đọc yêu cầu từ {moment}."
AWAY = "Bây giờ ngoài giờ làm việc ({hours})."
BUSY_TURN = "Tin trước của bạn đang được trả lời. Bạn chờ ít giây rồi gửi lại nhé."

# --- tickets
STATUS_TITLES = {
    "new": "Mới tiếp nhận",
    "open": "Cán bộ đang xử lý",
    "waiting_citizen": "Chờ bạn trả lời",
    "waiting_other": "Chờ đơn vị khác",
    "resolved": "Đã trả lời xong",
    "closed": "Đã đóng",
    "merged": "Đã gộp với phiếu khác",
    "spam": "Không được xử lý",
}
STATUS_TITLES_FOR_AGENTS = {
    **STATUS_TITLES,
    "new": "Mới",
    "open": "Đang xử lý",
    "waiting_citizen": "Chờ người dân",
    "resolved": "Đã giải quyết",
    "merged": "Đã gộp",
    "spam": "Tin rác",
}
EVENT_TITLES = {
    "opened": "Bạn gửi yêu cầu",
    "citizen_replied": "Bạn trả lời",
    "agent_replied": "Cán bộ trả lời",
    "attached": "Bạn gửi ảnh",
    "picture_removed": "Cán bộ đã xóa ảnh bạn gửi để bảo vệ thông tin của bạn",
    "note": "Ghi chú nội bộ",
    "taken": "Cán bộ nhận phiếu",
    "released": "Trả phiếu về hàng chờ",
    "resolved": "Phiếu đã được trả lời xong",
    "reopened": "Phiếu được mở lại",
    "closed": "Phiếu đã đóng",
    "contact_revealed": "Đã xem thông tin liên hệ",
}
EVENT_TITLES_FOR_AGENTS = {
    **EVENT_TITLES,
    "opened": "Người dân gửi yêu cầu",
    "citizen_replied": "Người dân trả lời",
    "attached": "Người dân gửi ảnh",
    "picture_removed": "Đã xóa ảnh của người dân",
}
TICKET_NOT_FOUND = (
    "Không tìm thấy phiếu với mã và mã bí mật này. Bạn kiểm tra lại thư đã nhận, hoặc gọi 1900.9068."
)
TICKET_NOT_BY_CONTACT = (
    "Không tìm thấy phiếu với mã và thông tin liên hệ này. Bạn kiểm tra lại mã phiếu, số điện thoại hoặc email đã để lại, "
    "hoặc gọi 1900.9068."
)
CONTACT_FOR_STATUS = "Bạn cho biết số điện thoại hoặc email đã để lại khi gửi phiếu để tôi kiểm tra nhé."
BAD_SLOT = "Giờ gọi lại này không còn chọn được. Bạn chọn giờ khác nhé."
EXPECTED_BEFORE = "trước {moment}"
EXPECTED_CALL = "qua điện thoại vào {slot}"
RATING_REASONS = {
    "slow": "Trả lời chậm",
    "unclear": "Khó hiểu",
    "wrong": "Chưa đúng việc của tôi",
    "manner": "Thái độ chưa tốt",
}
BAD_RATING = "Bạn chọn “Đã giải quyết” hoặc “Chưa giải quyết”, và một lý do trong danh sách nếu có."
RATING_CLOSED = "Phiếu chỉ được đánh giá sau khi trả lời xong, và sửa được trong một ngày. Cần thêm, bạn viết vào phiếu nhé."
NO_PAPERS = "Đừng gửi ảnh căn cước, thẻ BHYT, sổ BHXH hay giấy tờ tùy thân khác. Chúng tôi không cần và sẽ xóa ảnh đó."
ATTACH_RULES = (
    "Ảnh JPEG, PNG hoặc WebP, tối đa {megabytes} MB mỗi ảnh, {number} ảnh mỗi phiếu. "
    "Bạn che mã OTP, mật khẩu và số giấy tờ trước khi gửi nhé."
)
NO_FILE = "Bạn chưa chọn ảnh. Bạn chọn một ảnh rồi bấm Gửi nhé."
FILE_TOO_LARGE = "Ảnh lớn quá {megabytes} MB. Bạn chụp lại màn hình hoặc chọn ảnh nhỏ hơn nhé."
BAD_FILE = "Không đọc được ảnh này. Bạn gửi ảnh JPEG, PNG hoặc WebP nhé."
TOO_MANY_FILES = "Phiếu này đã đủ {number} ảnh. Bạn mô tả thêm bằng lời nhé."
TICKET_UNKNOWN = "Không tìm thấy phiếu này."
CONTACT_MISSING = "Bạn cho biết số điện thoại hoặc email để cán bộ liên hệ lại nhé."
BAD_PHONE = "Số điện thoại chưa đúng. Bạn nhập số di động hoặc số bàn ở Việt Nam, ví dụ 0912 345 678."
BAD_EMAIL = "Địa chỉ email chưa đúng. Bạn nhập theo mẫu ten@example.com."
BAD_REACH_BY = "Bạn chọn cách liên hệ: điện thoại hoặc email."
PHONE_NEEDED = "Bạn nhập số điện thoại để cán bộ gọi lại, hoặc chọn nhận email."
EMAIL_NEEDED = "Bạn nhập địa chỉ email để nhận trả lời, hoặc chọn được gọi điện."
NO_CONSENT = "Bạn cần đồng ý để chúng tôi dùng thông tin liên hệ cho việc trả lời."
ALREADY_TAKEN = "Phiếu này đã có cán bộ khác nhận. Bạn tải lại trang để xem."
STALE_TICKET = "Phiếu vừa có thay đổi mới. Bạn đọc phần mới ở dưới rồi gửi lại."
ILLEGAL_MOVE = "Phiếu đang ở trạng thái “{status}” nên không làm được thao tác này."
BAD_RESOLUTION = "Bạn chọn một kết quả xử lý trong danh sách."
ENTRY_NEEDED = "Bạn chọn câu trong danh sách câu hỏi đã dùng để trả lời."

# --- agents
BAD_LOGIN = "Tên đăng nhập hoặc mật khẩu không đúng."
FORBIDDEN = "Tài khoản của bạn không có quyền làm việc này."
BAD_ACCOUNT = (
    "Chưa tạo được tài khoản. Họ tên không để trống; tên đăng nhập gồm 2 đến 63 ký tự a-z, 0-9, dấu chấm, "
    "gạch nối hoặc gạch dưới và chưa có ai dùng."
)
UNKNOWN_AGENT = "Không tìm thấy tài khoản này."
OWN_ACCOUNT = "Bạn không khóa được tài khoản của chính mình. Bạn nhờ một quản trị viên khác."

# --- editors
SEARCH_AWAY = "Dịch vụ tìm kiếm không trả lời nên chưa làm được. Bạn thử lại sau ít phút; nếu vẫn vậy, báo người vận hành."
UNKNOWN_ENTRY = "Không tìm thấy mục này trong bản đang chạy."
FAQ_REFUSALS = {
    "unknown_entry": UNKNOWN_ENTRY,
    "already_withdrawn": "Mục này đã được thu hồi trước đó. Bạn xem lý do ở dưới.",
    "not_withdrawn": "Mục này đang chạy, không cần khôi phục.",
    "reason_missing": "Bạn ghi lý do thu hồi, từ 1 đến 500 ký tự, để đồng nghiệp biết vì sao.",
    "unknown_generation": "Bản này không còn nữa. Bạn tải lại trang và chọn bản khác.",
    "unusable_generation": "Bản này do bộ tìm kiếm cũ dựng nên không chạy lại được. Bạn chọn bản khác, hoặc sửa tệp rồi lưu.",
}
FAQ_REFUSED = "Dịch vụ tìm kiếm từ chối thao tác này. Bạn tải lại trang rồi thử lại."

"""Every canned sentence of the actions. No number but the hotline's and the emergency numbers, no link, no amount.

Greetings and small talk, which need no action, are `responses` in domain.yml under the same rule.
"""

HOTLINE = "1900.9068"
CONSENT_VERSION = "2026-11"

# --- answering
CLARIFY = "Bạn muốn hỏi câu nào dưới đây?"
NONE_OF_THESE = "Không phải các câu này"
NONE_OF_THOSE, MEET_PERSON = "Không phải các ý này", "Gặp cán bộ"  # below a facet's values
SOLVED = "Đã giải quyết"
NOT_SOLVED = "Chưa giải quyết"
NEW_TICKET = "Gửi yêu cầu cho cán bộ"
ABSTAIN = (
    "Tôi chưa có câu trả lời chắc chắn cho câu hỏi này. "
    "Bạn hỏi lại cụ thể hơn, ví dụ nêu tên chức năng hoặc giấy tờ, hoặc gửi yêu cầu cho cán bộ."
)
OFFER_PERSON = (
    "Tôi chưa trả lời được việc của bạn. Để cán bộ giúp bạn nhé? "
    f"Câu hỏi của bạn đã được ghi sẵn vào yêu cầu. Bạn cũng có thể gọi {HOTLINE}."
)
NEEDS_PERSON = (
    "Việc này cần cán bộ xem hồ sơ của bạn. Bạn gửi yêu cầu cho cán bộ ngay tại đây, hoặc gọi "
    + HOTLINE
    + "."
)
NEEDS_PERSON_WITH_ENTRY = "Nếu vẫn chưa được, bạn gửi yêu cầu để cán bộ xem hồ sơ của bạn."
SEARCH_DOWN = (
    f"Phần tìm câu trả lời đang tạm ngừng. Bạn gửi yêu cầu cho cán bộ ngay tại đây, hoặc gọi {HOTLINE}. "
    "Bạn cũng có thể hỏi lại sau ít phút."
)
NO_WORDS = "Bạn gõ câu hỏi bằng chữ giúp tôi nhé, ví dụ: “Quên mật khẩu VssID thì làm sao?”"
TRY_AGAIN = (
    "Bạn thử hỏi lại bằng cách khác giúp tôi, càng cụ thể càng tốt. Nếu cần, bạn gửi yêu cầu cho cán bộ."
)
STALE_CHOICE = "Lựa chọn này không còn dùng được. Bạn gõ lại câu hỏi giúp tôi nhé."
WHY_NOT = "Tôi xin lỗi. Câu trả lời chưa được ở điểm nào? Bạn chọn một ý để tôi giúp tiếp."
WHY_NOT_TOO = "Nếu tiện, bạn cho biết câu trả lời chưa được ở điểm nào."
OTHER_QUESTION, MISSING_STEP = "Không đúng câu hỏi của tôi", "Thiếu bước"
UNCLEAR, WRONG_LAW = "Khó hiểu", "Sai quy định"
NOTED_STEP = (
    "Cảm ơn bạn, tôi đã ghi nhận để bổ sung bước còn thiếu. "
    f"Bạn để cán bộ hướng dẫn tiếp nhé? Bạn cũng có thể gọi {HOTLINE}."
)
NOTED_LAW = (
    "Cảm ơn bạn, tôi đã ghi nhận để kiểm tra lại câu trả lời này. "
    f"Bạn để cán bộ trả lời chắc chắn nhé? Bạn cũng có thể gọi {HOTLINE}."
)
NOTED_OTHER = "Cảm ơn bạn đã cho biết. "
NOTED_UNCLEAR = "Tôi nói ngắn gọn lại như sau:"
SAME_ENTRY = (
    "Phần tôi biết về việc này nằm trong câu trả lời dưới đây. Nếu chưa đủ, bạn bấm “Chưa giải quyết”."
)
MASKED_CODE = (
    "Bạn đừng gửi mã OTP hay mật khẩu cho bất kỳ ai, kể cả tôi và cán bộ. Tôi không cần các mã đó để giúp bạn. "
    "Bạn cần hỏi gì, bạn cứ gõ câu hỏi nhé."
)
MASKED_CONTACT = "Tôi đã nhận thông tin liên hệ. Bạn gõ câu hỏi, hoặc gửi yêu cầu để cán bộ liên hệ lại."
MASKED_NUMBER = (
    "Tôi không tra cứu được hồ sơ theo số này. Bạn gõ câu hỏi, hoặc gửi yêu cầu để cán bộ xem giúp."
)
GLAD = "Cảm ơn bạn. Cần gì thêm, bạn cứ hỏi nhé."
READY = "Vâng. Bạn cần hỏi gì, bạn cứ gõ câu hỏi nhé."
FINE = "Vâng. Cần gì thêm, bạn cứ hỏi nhé."
NOTHING_TO_REPEAT = "Chưa có câu trả lời nào để nhắc lại. Bạn gõ câu hỏi giúp tôi nhé."
NOTHING_TO_CANCEL = "Hiện không có việc gì đang làm dở. Bạn cần hỏi gì, bạn cứ gõ câu hỏi nhé."

# --- what comes before the answer
SCAM_STEPS = (
    "Bạn dừng lại ngay, đừng chuyển tiền và đừng đưa mã OTP, mật khẩu cho bất kỳ ai. "
    "Nếu đã lỡ đưa: đổi mật khẩu VssID, báo ngân hàng khóa tài khoản, và báo công an 113. "
    f"Cần cán bộ hỗ trợ gấp, bạn gửi yêu cầu ngay tại đây hoặc gọi {HOTLINE}."
)
EMERGENCY = (
    "Nếu có người đang nguy hiểm đến tính mạng: gọi cấp cứu 115, công an 113 hoặc cứu hỏa 114 ngay. "
    "Khi mọi việc đã ổn, tôi sẵn sàng giúp bạn về bảo hiểm."
)
DISTRESS = (
    "Tôi rất lo cho bạn. Bạn đừng ở một mình lúc này: gọi ngay cho người thân ở gần, hoặc gọi cấp cứu 115. "
    f"Việc bảo hiểm đang vướng, cán bộ sẽ giúp bạn: gửi yêu cầu tại đây hoặc gọi {HOTLINE}."
)
COMPLAINT = (
    "Tôi rất tiếc về việc bạn gặp phải. Bạn có thể gửi phản ánh cho cán bộ ngay tại đây, "
    "nêu rõ nơi và thời gian xảy ra."
)

# --- a person, the ticket
PERSON = f"Bạn gọi {HOTLINE} để gặp tổng đài viên, hoặc để lại yêu cầu ngay tại đây, cán bộ sẽ liên hệ lại."
PERSON_CLOSED = (
    "Bây giờ ngoài giờ làm việc. Cán bộ làm việc {hours}. "
    f"Bạn để lại yêu cầu ngay tại đây, cán bộ sẽ liên hệ lại; việc gấp, bạn gọi {HOTLINE}."
)
CALL_BACK = f"Vâng, cán bộ sẽ gọi lại cho bạn từ tổng đài {HOTLINE}."
CALL_BACK_CLOSED = CALL_BACK + " Cán bộ làm việc {hours}."
PERSON_IN_FORM = f"Bạn đang gửi yêu cầu cho cán bộ. Việc gấp, bạn gọi {HOTLINE}."
ASK_TEXT = "Bạn mô tả việc cần giúp: chuyện gì, từ khi nào, đã thử cách gì. Bạn đừng ghi mật khẩu hay mã OTP."
TEXT_TOO_SHORT = "Bạn viết rõ hơn một chút giúp cán bộ hiểu việc của bạn nhé."
ASK_REACH = "Cán bộ liên hệ lại với bạn bằng cách nào? Bạn gõ số điện thoại hoặc email."
ASK_REACH_KNOWN = (
    "Cán bộ liên hệ lại với bạn bằng cách nào? Bạn chọn bên dưới, hoặc gõ số điện thoại hay email khác."
)
BAD_CONTACT = "Tôi chưa đọc được số điện thoại hoặc email này. Bạn gõ số di động đủ 10 số, hoặc email theo mẫu ten@example.com."
ASK_TIME = f"Bạn muốn được gọi lại lúc nào? Cán bộ gọi từ tổng đài {HOTLINE}."
NO_SUCH_TIME = "Giờ đó cán bộ không gọi được."
ANY_TIME = "Lúc nào cũng được"
SLOT_GONE = "Giờ gọi bạn chọn vừa qua mất. Bạn chọn lại giúp tôi nhé."
BY_PHONE, BY_EMAIL = "Gọi số {contact}", "Gửi email {contact}"
SUMMARY = (
    "Yêu cầu của bạn:\n“{text}”\nLiên hệ: {contact}.\n"
    "Khi gửi, bạn đồng ý để Bảo hiểm xã hội dùng thông tin liên hệ này cho việc trả lời yêu cầu. Bạn gửi nhé?"
)
CONTACT_PHONE, CONTACT_EMAIL = "điện thoại {contact}", "email {contact}"
CALL_AT, CALL_ANY_TIME = "gọi lại {time}", "gọi lại lúc nào cũng được"
CONTACT_UNKNOWN = "thông tin bạn đã cho"
SEND, CORRECT, CANCEL = "Đúng, gửi yêu cầu", "Sửa lại", "Không gửi nữa"
WHAT_TO_CORRECT = "Bạn muốn sửa phần nào?"
CORRECT_TIME = "Sửa giờ gọi lại"
CORRECT_TEXT, CORRECT_REACH, CORRECT_NOTHING = "Sửa nội dung", "Sửa cách liên hệ", "Giữ nguyên"
PLEASE_CONFIRM = "Bạn bấm “Đúng, gửi yêu cầu” để gửi, hoặc “Sửa lại”."
OPENED_BY_PHONE = "Đã mở phiếu {code}. Cán bộ sẽ gọi lại số điện thoại bạn đã cho."
OPENED_BY_EMAIL = "Đã mở phiếu {code}. Cán bộ sẽ liên hệ qua email bạn đã cho."
EXPECTED = "Bạn sẽ được trả lời {expected}."
KEEP_CODE = "Bạn giữ mã phiếu để theo dõi. Cán bộ không bao giờ hỏi mật khẩu hay mã OTP."
CANCELLED = "Đã dừng, chưa có yêu cầu nào được gửi. Bạn cần hỏi gì thêm, bạn cứ gõ nhé."
NOT_SENT = (
    f"Tôi chưa gửi được yêu cầu của bạn, nội dung vẫn còn. Bạn bấm “Gửi lại” sau ít phút, hoặc gọi {HOTLINE}."
)
SEND_AGAIN = "Gửi lại"
CONTACT_GONE = "Tôi không còn giữ thông tin liên hệ của bạn. Bạn gõ lại giúp tôi nhé."
NO_TICKETS = "Bạn chưa có phiếu nào trong cuộc trò chuyện này. Có mã phiếu từ lần trước, bạn gõ mã vào đây."
ASK_CODE_CONTACT = "Để xem phiếu {code}, bạn gõ số điện thoại hoặc email bạn đã cho khi gửi yêu cầu."
CODE_UNKNOWN = (
    "Tôi không tìm thấy phiếu {code} với số điện thoại hoặc email bạn đã cho. "
    f"Bạn kiểm tra lại mã và thông tin liên hệ, hoặc gọi {HOTLINE}."
)
CODE_TOO_MANY = f"Bạn đã thử nhiều lần. Bạn chờ ít phút rồi thử lại, hoặc gọi {HOTLINE}."
TICKETS = "Phiếu của bạn:"
TICKET_LINE = "{code}: {status}"
STATUS_DOWN = f"Tôi chưa xem được tình trạng phiếu. Bạn thử lại sau ít phút, hoặc gọi {HOTLINE}."

# --- when an action itself fails
HAND_OVER = f"Tôi đang gặp trục trặc nên chưa trả lời được. Bạn gửi yêu cầu cho cán bộ, hoặc gọi {HOTLINE}."

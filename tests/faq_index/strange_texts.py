"""Texts that no citizen means as a question: for the tests of the search, and for its benchmark of the worst time."""

from faq_index.searcher import MAX_QUERY

TOO_LONG = {
    "one megabyte": "bảo hiểm xã hội " * 50_000,
    "ten thousand syllables in one word": "nghiêng" * 10_000,
    "a megabyte of letters": "ă" * 1_000_000,
    "a megabyte of sentences": "thẻ bảo hiểm. " * 80_000,
    "a megabyte of marks": "\u0301\u0323" * 500_000,
}
"""Name -> a text longer than a query may be."""

NOTHING_TO_READ = {
    "emoji": "🙂🙂🙂👨‍👩‍👧",
    "only diacritics": "\u0301\u0323\u0302",
    "invisible and bidi": "\u200b\u202e\u2066\ufeff",
    "marks": "??? !!! ...",
    "NUL": "\u0000\u0000",
    "lone surrogates": "\ud800\udfff",
}
"""Name -> a text without a single word."""

OTHER_TEXTS = {
    "Chinese": "你好，我忘记了密码怎么办",
    "Khmer": "តើអ្នកសុខសប្បាយទេ ខ្ញុំភ្លេចពាក្យសម្ងាត់",
    "English": "hello where is the nearest railway station please",
    "SQL": "'; DROP TABLE tickets; SELECT * FROM users WHERE '1'='1' --",
    "markup": "<script>alert(document.cookie)</script>",
    "template": "{{7*7}} ${jndi:ldap://x} %s %n ../../etc/passwd",
    "intent": '/intent{"a": 1}',
    "numbers": "0123456789 " * 20,
}
"""Name -> readable words that are no question to this FAQ."""

LONGEST = {
    "words with diacritics": ("bảo hiểm xã hội tự nguyện " * 100)[:MAX_QUERY],
    "different words": " ".join(f"câu{i} hỏi{i} ượ{i}" for i in range(300))[:MAX_QUERY],
    "one word": "ă" * MAX_QUERY,
    "one word of many syllables": ("nghiêng" * 300)[:MAX_QUERY],
    "one word of many parts": ("tờ-" * 700)[:MAX_QUERY],
    "one-letter words": ("ă ợ k z " * 300)[:MAX_QUERY],
    "sentences": ("Quên mật khẩu thì sao? " * 100)[:MAX_QUERY],
    "eight long sentences": " ".join(["lương hưu và thẻ bảo hiểm y tế của tôi " * 6 + "." for _ in range(8)])[:MAX_QUERY],
    "short forms": ("bhxhtn " * 300)[:MAX_QUERY],
    "telex keys": ("maatj khaaur queen roofi " * 100)[:MAX_QUERY],
    "stacked marks": ("a" + "\u0301\u0323\u0302" * 8) * (MAX_QUERY // 25),
    "surrogates between words": ("mật\ud800khẩu " * 300)[:MAX_QUERY],
    "emoji between words": ("quên🙂mật🙂khẩu " * 150)[:MAX_QUERY],
}  # fmt: skip
"""Name -> a text as long as a query may be, each heavy in its own way."""

ACCEPTED = {**NOTHING_TO_READ, **OTHER_TEXTS, **LONGEST}

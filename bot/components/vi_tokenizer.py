"""Vietnamese tokens for the intents: words by underthesea, and beside each its syllables without diacritics.

`Token.text` is the segmented word ("mật_khẩu"), `Token.lemma` its folded syllables ("mat khau"). A featurizer with
`use_lemma` therefore sees the same features whether or not the citizen typed diacritics, which underthesea needs.
The message's own text is never changed.
"""

from typing import Any, Dict, List, Optional

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.text import fold, normalise

# Longer texts are stories, not dialogue acts; what they want shows at their beginning and end.
_HEAD, _TAIL = 300, 100


def segment(text: str) -> List[str]:
    """Words of `text` (lower case, normalised); compounds joined by "_". Text without diacritics stays syllables."""
    if text == fold(text):
        return text.split()
    from underthesea import word_tokenize  # noqa: PLC0415 - takes a second to load; only where words are cut

    return [str(word).replace(" ", "_") for word in word_tokenize(text)]


def tokens_of(text: str) -> List[Token]:
    """Tokens of any text; at least one, so that emoji and signs alone have a (meaningless) feature too."""
    if len(text) > _HEAD + _TAIL:
        text = text[:_HEAD] + " " + text[-_TAIL:]
    words = segment(normalise(text)) or ["∅"]
    tokens, start = [], 0
    for word in words:
        tokens.append(Token(word, start, lemma=fold(word).replace("_", " ")))
        start += len(word) + 1
    return tokens


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """The pipeline's first step."""

    @staticmethod
    def supported_languages() -> Optional[List[str]]:
        """Vietnamese only."""
        return ["vi"]

    @staticmethod
    def required_packages() -> List[str]:
        """What must be installed."""
        return ["underthesea"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Intents are never split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """Tokens of one attribute of `message`; positions count in the normalised text."""
        return tokens_of(message.get(attribute))

"""The intent classifier of the pipeline: `IntentModel` as a Rasa graph component.

Rasa's own featurizers also make features per token, which only entity extraction would use; this asks the same
statistics of the whole message alone and needs about a tenth of the time.
"""

from typing import Any, Dict, List, Optional, Type

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.intent_model import IntentModel, Pair

_FILE = "intents.joblib"


def pair_of(message: Message) -> Pair:
    """Words and folded syllables of a tokenised message."""
    tokens = message.get(TOKENS_NAMES[TEXT]) or []
    return " ".join(token.text for token in tokens), " ".join(token.lemma for token in tokens)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VietnameseIntentClassifier(IntentClassifier, GraphComponent):
    """Sets `intent` and `intent_ranking` of every message."""

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """A tokenizer that fills `Token.lemma` with folded syllables."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[str]:
        """What must be installed."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`c` and `power` as in `IntentModel`; `ranking_length` intents are reported."""
        return {"c": 20.0, "power": 0.5, "ranking_length": 3}

    def __init__(
        self,
        config: Dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: Optional[IntentModel] = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "VietnameseIntentClassifier":
        """An untrained one."""
        del execution_context
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "VietnameseIntentClassifier":
        """The trained one out of the model's archive."""
        del execution_context, kwargs
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / _FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all examples that have an intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._model = IntentModel(self._config["c"], self._config["power"]).fit(
            [pair_of(example) for example in examples], [example.get(INTENT) for example in examples]
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / _FILE, compress=3)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the most probable intents; a message without a trained model is left alone."""
        if self._model is None:
            return messages
        names = self._model.intents
        for message in messages:
            row = self._model.probabilities(pair_of(message))
            best = row.argsort()[::-1][: self._config["ranking_length"]]
            ranking = [{"name": names[index], "confidence": float(row[index])} for index in best]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

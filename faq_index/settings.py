"""Settings of this room from the environment (prefix FAQ_) and .env; fails at start when one is wrong."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from faq_index.source import DataFiles


class Settings(BaseSettings):
    """Relative paths are relative to the working directory, which is the repository root."""

    model_config = SettingsConfigDict(env_prefix="FAQ_", env_file=".env", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8001, ge=1, le=65535)
    data: Path = Path("data/faq_vi.yml")
    laws: Path = Path("data/laws_vi.yml")
    allowlist: Path = Path("data/allowlist_vi.yml")
    training: Path = Path("data/training_questions_vi.yml")
    kinds_training: Path = Path("data/training_kinds_vi.yml")
    facts: Path = Path("data/facts_them_vi.yml")
    decision: Path = Path("data/decision.json")
    kinds: Path = Path("data/kinds.json")
    index_dir: Path = Path("var/index")
    model: str = "data/encoder"
    model_prompt: str = ""
    keep: int = Field(default=5, ge=2)
    watch: bool = True
    eval_set: Path | None = None
    service_token: str = Field(
        default="", validation_alias=AliasChoices("SERVICE_TOKEN", "FAQ_SERVICE_TOKEN")
    )

    def files(self) -> DataFiles:
        return DataFiles(self.data, self.laws, self.allowlist, self.training)


def today() -> date:
    """The day in Vietnam, which decides what is in force."""
    return datetime.now(timezone(timedelta(hours=7))).date()

"""All settings of the desk (`DESK_` prefix, SERVICE_TOKEN shared with the bot); nonsense refuses the start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Seconds = Annotated[float, Field(gt=0, le=120)]


class SettingsError(Exception):
    """A setting is missing or wrong; `args[0]` lists all faults, one a line."""


class Settings(BaseSettings):
    """Settings from the environment. Relative paths are relative to the working directory (the repository root)."""

    model_config = SettingsConfigDict(env_prefix="DESK_", extra="ignore", hide_input_in_errors=True)

    service_token: SecretStr = Field(min_length=16, validation_alias="SERVICE_TOKEN")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    database_url: str = "sqlite:///var/desk.sqlite3"
    public_url: str = "http://localhost:8000"
    search_url: str = "http://127.0.0.1:8001"
    search_timeout: Seconds = 2.0
    rasa_url: str = "http://127.0.0.1:5005"
    rasa_timeout: Seconds = 8.0
    chat_slots: int = Field(default=100, ge=1, le=1000)
    smtp_url: str = ""
    mail_dir: Path = Path("var/mail")
    mail_from: str = "Hỗ trợ VssID <hotro@vssid.invalid>"
    rate_limit_url: str = "memory://"
    embed_origins: str = ""
    forwarded_allow_ips: str = "127.0.0.1"
    agent_idle_minutes: int = Field(default=60, ge=5, le=24 * 60)
    access_days: int = Field(default=90, ge=1, le=730)
    draft_hours: int = Field(default=24, ge=1, le=24 * 7)
    keep_conversations_days: int = Field(default=180, ge=1, le=3650)
    waiting_days: int = Field(default=14, ge=1, le=365)
    agent_silent_hours: int = Field(default=8, ge=1, le=400)
    mail_attempts: int = Field(default=8, ge=1, le=50)
    routing_file: Path = Path("data/routing.yml")
    calendar_file: Path = Path("data/calendar_vi.yml")
    breaker_timeouts: int = Field(default=3, ge=1, le=100)
    breaker_seconds: Seconds = 30.0
    purge_at: str = Field(default="03:00", pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")
    host_jwt_secret: SecretStr = SecretStr("")
    host_jwt_public_key: Path | None = None
    host_jwt_issuer: str = Field(default="", validate_default=True)
    host_jwt_audience: str = "vssid-support"
    subject_key: SecretStr = SecretStr("")
    attachments: bool = False
    attachment_mb: int = Field(default=5, ge=1, le=20)
    attachment_count: int = Field(default=3, ge=1, le=10)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("public_url", "search_url", "rasa_url")
    @classmethod
    def _http(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an http:// or https:// address without query")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + value.partition("://")[2]
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: str) -> str:
        if value and (
            urlsplit(value).scheme not in {"smtp", "smtps", "smtp+starttls"} or not urlsplit(value).hostname
        ):
            raise ValueError("must be empty or start with smtp://, smtp+starttls:// or smtps://")
        return value

    @field_validator("rate_limit_url")
    @classmethod
    def _limits(cls, value: str) -> str:
        if not value.startswith(("memory://", "redis://", "rediss://", "redis+unix://")):
            raise ValueError("must be memory:// or redis://...")
        return value

    @field_validator("host_jwt_secret")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value().encode()) < 32:
            raise ValueError("must be empty or at least 32 bytes long")
        return value

    @field_validator("host_jwt_issuer")
    @classmethod
    def _issuer(cls, value: str, info: ValidationInfo) -> str:
        secret = info.data.get("host_jwt_secret")
        keys = (secret and secret.get_secret_value()) or info.data.get("host_jwt_public_key")
        if keys and not value.strip():
            raise ValueError("must name who signs the host app's tokens, as their `iss` says")
        return value.strip()

    @field_validator("mail_from")
    @classmethod
    def _mail_from(cls, value: str) -> str:
        if "@" not in value or "\n" in value or "\r" in value:
            raise ValueError("must be an address such as 'Name <name@example.com>'")
        return value

    @field_validator("embed_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        for origin in filter(None, map(str.strip, value.split(","))):
            parts = urlsplit(origin)
            whole = (
                parts.scheme in {"http", "https"}
                and parts.hostname
                and origin == f"{parts.scheme}://{parts.netloc}"
            )
            if origin != "null" and not whole:
                raise ValueError(
                    "must list origins such as https://app.example.vn, or null, with commas between"
                )
        return value

    @property
    def host_origins(self) -> frozenset[str]:
        """Origins of hosts' pages that may use the chat; `null` stands for pages opened from a file."""
        return frozenset(filter(None, map(str.strip, self.embed_origins.split(","))))

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may be sent over https only."""
        return self.public_url.startswith("https://")


def load_settings() -> Settings:
    """Reads the environment.

    :raises SettingsError: listing every fault with the name of its setting; values are not repeated.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # read from the environment
    except ValidationError as error:
        lines = []
        for fault in error.errors(include_input=False, include_url=False):
            name = str(fault["loc"][0]).upper()
            name = name if name == "SERVICE_TOKEN" else f"DESK_{name}"
            lines.append(f"{name}: {fault['msg']}")
        raise SettingsError("\n".join(lines)) from None

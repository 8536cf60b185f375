"""Nonsense refuses the start, by name and without repeating the value."""

from __future__ import annotations

import os

import pytest

from feedback_api.settings import SettingsError, load_settings


@pytest.fixture
def env(monkeypatch):
    for name in list(os.environ):
        if name.startswith("DESK_") or name == "SERVICE_TOKEN":
            monkeypatch.delenv(name)
    monkeypatch.setenv("SERVICE_TOKEN", "x" * 20)
    return monkeypatch


def test_defaults_are_the_contracts(env):
    settings = load_settings()
    assert (settings.port, settings.database_url) == (8000, "sqlite:///var/desk.sqlite3")
    assert (settings.rasa_timeout, settings.search_timeout) == (8, 2)
    assert settings.rate_limit_url == "memory://"
    assert str(settings.mail_dir) == "var/mail"
    assert not settings.secure_cookies


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVICE_TOKEN", "short"),
        ("DESK_PORT", "99999"),
        ("DESK_PORT", "abc"),
        ("DESK_DATABASE_URL", "mysql://x"),
        ("DESK_PUBLIC_URL", "localhost:8000"),
        ("DESK_RASA_URL", "ftp://x"),
        ("DESK_RASA_TIMEOUT", "0"),
        ("DESK_SMTP_URL", "http://mail"),
        ("DESK_RATE_LIMIT_URL", "mongodb://secret"),
        ("DESK_MAIL_FROM", "nobody"),
        ("DESK_LOG_LEVEL", "LOUD"),
    ],
)
def test_nonsense_is_named(env, name, value):
    env.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert error.value.args[0].startswith(f"{name}: ")
    assert "secret" not in error.value.args[0]


def test_a_missing_token_is_named(env):
    env.delenv("SERVICE_TOKEN")
    with pytest.raises(SettingsError, match="SERVICE_TOKEN"):
        load_settings()


def test_postgres_urls_get_their_driver(env):
    env.setenv("DESK_DATABASE_URL", "postgresql://desk@/desk?host=/run")
    assert load_settings().database_url == "postgresql+psycopg://desk@/desk?host=/run"

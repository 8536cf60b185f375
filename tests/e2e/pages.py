"""The pages as people use them, so that tests speak of questions and tickets and not of selectors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


class ChatPage:
    """`/chat` in a browser."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def open(self) -> ChatPage:
        self.page.goto(f"{self.url}/chat")
        return self

    def type(self, text: str) -> None:
        """Types and presses Enter, without waiting."""
        self.page.get_by_label("Câu hỏi của bạn").fill(text)
        self.page.get_by_label("Câu hỏi của bạn").press("Enter")

    def ask(self, text: str) -> None:
        """Types, sends and waits for the bot's answer."""
        before = self.answers().count()
        self.type(text)
        self.answers().nth(before).wait_for()

    def answers(self) -> Locator:
        """What the bot has said (the dots while it thinks are none)."""
        return self.page.locator(".message.bot:not([data-thinking])")

    def told(self) -> Locator:
        """The bar that says what is the matter."""
        return self.page.locator("[data-offline]")

    def messages(self) -> Locator:
        return self.page.locator("[data-log] > .message")

    def option(self, name: str) -> Locator:
        return self.page.locator("[data-options] button", has_text=name)


class HostPage(ChatPage):
    """`<vssid-chat>` on a host's page; locators reach into its open shadow root."""

    def open(self) -> HostPage:
        self.page.goto(self.url)
        self.page.get_by_label("Câu hỏi của bạn").wait_for()
        return self

    def events(self, *names: str) -> None:
        """Collects these events of the element from now on in `window.told`; the first named is cancelled."""
        self.page.evaluate(
            """(names) => {
              window.told = [];
              for (const name of names) document.addEventListener(name, (event) => {
                if (name === names[0]) event.preventDefault();
                window.told.push([name, event.detail]);
              });
            }""",
            list(names),
        )

    def told(self) -> list[list]:
        return self.page.evaluate("window.told")


class ConsolePage:
    """`/console` in a browser."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def sign_in(self, login: str, password: str) -> ConsolePage:
        self.page.goto(f"{self.url}/console/login")
        self.page.get_by_label("Tên đăng nhập").fill(login)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_url(re.compile(r"/console/?$"))
        return self

    def ticket(self, code: str) -> ConsolePage:
        self.page.goto(f"{self.url}/console/tickets/{code}")
        return self

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

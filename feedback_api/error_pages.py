"""Errors as pages: what happened and what to do next. Registered as `app.state.error_page`; JSON errors are not its business.

Never shows anything of the request, and leads people who are not signed in to the console's login.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import HTMLResponse, RedirectResponse

from feedback_api.errors import NotSignedIn
from feedback_api.templating import page, templates

if TYPE_CHECKING:
    from fastapi import Request, Response

    from feedback_api.errors import DeskError

TITLES = {
    403: "Bạn không có quyền mở trang này",
    404: "Không tìm thấy",
    409: "Có thay đổi mới",
    413: "Nội dung quá lớn",
    429: "Bạn chờ một chút nhé",
    503: "Hệ thống đang tạm ngừng",
}
LOGIN = "/console/login"


def error_page(request: Request, error: DeskError) -> Response:
    """The page of `error`; inside the console a fragment when htmx asked, so that a broken write never looks like success."""
    htmx = "HX-Request" in request.headers
    if isinstance(error, NotSignedIn):
        if htmx:
            return HTMLResponse("", error.status, headers={"HX-Redirect": LOGIN})
        return RedirectResponse(LOGIN, 303)
    title = TITLES.get(error.status, "Có lỗi xảy ra" if error.status >= 500 else "Chưa thực hiện được")
    # While nothing can be stored, no form is offered that would only fail again.
    context = {"title": title, "message": error.message_vi, "can_send": error.status != 503}
    if htmx:
        return templates.TemplateResponse(request, "errors/fragment.html", context, status_code=error.status)
    return page(request, "errors/error.html", context, status_code=error.status)

"""All pages of the console under one router."""

from __future__ import annotations

from fastapi import APIRouter

from feedback_api.console import faq, people, queue, reports, sign_in, ticket

router = APIRouter(include_in_schema=False)
for part in (sign_in, queue, ticket, faq, reports, people):
    router.include_router(part.router, prefix="/console")

"""The bot's actions, 20-40 lines each: read the turn, one call through `bot.clients`, `replies`, events."""

from typing import List

from bot.actions.answer_faq import AnswerFaq, Complaint, SuspectedScam
from bot.actions.base import SafeAction
from bot.actions.choose_entry import ChooseEntry, ChooseOption, Repeat, Simpler
from bot.actions.choose_facet import ChooseFacet
from bot.actions.emergency import Emergency
from bot.actions.feedback import Affirm, Cancel, Deny, NoneOfThese
from bot.actions.ticket import (
    AskConfirmed,
    AskReach,
    AskText,
    AskTime,
    SubmitTicket,
    TicketCancelled,
    ValidateTicketForm,
)
from bot.actions.ticket_status import TicketStatus
from bot.actions.wants_person import WantsPerson
from bot.actions.why_not import WhyNot
from bot.clients import DeskClient, SearchClient


def every_action(search: SearchClient, desk: DeskClient) -> List[SafeAction]:
    """One instance of every action that domain.yml names."""
    actions: List[SafeAction] = [
        AnswerFaq(search),
        SuspectedScam(search),
        Complaint(search),
        ChooseEntry(search),
        ChooseFacet(search),
        ChooseOption(search),
        Repeat(search),
        Simpler(search),
        NoneOfThese(search),
        Affirm(),
        Deny(search),
        Cancel(),
        WhyNot(search),
        WantsPerson(desk),
        Emergency(),
        ValidateTicketForm(desk),
        AskText(),
        AskReach(),
        AskTime(),
        AskConfirmed(),
        SubmitTicket(desk),
        TicketCancelled(),
        TicketStatus(desk),
    ]
    by_name = {action.action_name: action for action in actions}
    for action in actions:
        action.others = by_name
    return actions

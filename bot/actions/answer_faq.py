"""Questions: asked of search, answered with what it decided. Outcome, hits and card go to desk with the reply."""

import logging
from dataclasses import replace
from typing import Any, ClassVar, Dict, Optional, Tuple

from bot import facets, memory, replies, texts_vi
from bot.actions.base import Acted, Event, SafeAction, remember
from bot.clients import Refused, SearchClient, Unreachable
from bot.memory import MISSES_BEFORE_PERSON
from bot.replies import Outcome, Reply
from bot.text import QUERY_LIMIT, has_words, hidden, is_follow_up, typed_words
from bot.turn import Turn

logger = logging.getLogger(__name__)
_LIKELY = 0.1  # of the best hit's probability: within a small group the rest is there for want of others
_LEANS = 3  # so few words mean nothing by themselves ("ở đâu vậy")


async def ask(search: SearchClient, turn: Turn) -> Optional[Dict[str, Any]]:
    """Search's result for the turn's text; None when it finds the text unusable.

    A follow-up ("ở đâu?") is asked of the last entry's group first. Where that finds only the entry just shown, it is asked
    by itself if it is long enough to mean something, then together with the question it leans on.
    :raises Unreachable, Refused: when search is down.
    """
    words, was = typed_words(turn.text), turn.memory
    if not was.entry_id or not is_follow_up(words):
        return await _found(search, words)
    near = await _found(search, words, was.entry_id)
    if near is None or near["decision"] in ("answer", "needs_person"):
        return near
    others = [hit for hit in near["hits"] if hit["score"] >= _LIKELY * near["hits"][0]["score"]]
    if near["decision"] == "clarify" and others and others[0]["id"] != was.entry_id:
        return {**near, "hits": others}
    if len(words.split()) > _LEANS:
        whole = await _found(search, words)
        if whole and whole["decision"] in ("answer", "needs_person"):
            return whole
    if not was.about:
        return near
    joined = await _found(search, f"{was.about} {words}")
    return joined if joined and joined["decision"] != "abstain" else near


async def _found(search: SearchClient, words: str, group: Optional[str] = None) -> Optional[Dict[str, Any]]:
    try:
        return await search.search(words[:QUERY_LIMIT], group)
    except Refused as refused:
        if refused.status == 422:
            return None
        raise


def show(turn: Turn, result: Dict[str, Any]) -> Acted:
    """Search's decision as reply and memory."""
    decision, hits = result["decision"], result["hits"]
    best = hits[0] if hits else None
    if decision == "answer" and best:
        again = best["id"] == turn.memory.entry_id and is_follow_up(turn.text)
        lead = texts_vi.SAME_ENTRY if again else ""
        outcome = replies.outcome_of(result, "answered", best)
        reply = replies.answered(best, outcome, in_form=turn.in_form, lead=lead)
        return _acted(turn, reply, best, _others(hits), "resolved")
    if decision == "clarify" and best:
        return _clarified(turn, result)
    if decision == "needs_person":
        outcome = replies.outcome_of(result, "needs_person", best)
        return _acted(turn, replies.needs_person(best, outcome, in_form=turn.in_form), best, (), "ticket")
    return _missed(turn, replies.outcome_of(result, "abstained"))


def _clarified(turn: Turn, result: Dict[str, Any]) -> Acted:
    """The facet that tells the candidates apart, else their full questions; in the form always these, it asks enough."""
    hits, outcome = result["hits"][: replies.CHOICES], replies.outcome_of(result, "clarified")
    asked = None if turn.in_form else facets.question(hits)
    offered = tuple(hit["id"] for hit in hits)
    if asked is None:
        return _acted(turn, replies.clarified(hits, outcome), hits[0], offered, None)
    acted = _acted(turn, replies.ask_facet(asked, outcome), hits[0], offered, None)
    was = memory.from_slot(acted.events[0]["value"])
    event = remember(was, expecting="facet", facet_key=asked.key, facet=asked.values)
    return replace(acted, events=(event,))


def _acted(
    turn: Turn,
    reply: Reply,
    best: Optional[Dict[str, Any]],
    offered: Tuple[str, ...],
    expecting: Optional[str],
) -> Acted:
    """Inside the ticket form only the candidates are remembered: the ticket is about the question before it."""
    if turn.in_form:
        return Acted(reply, (remember(turn.memory, offered=offered),))
    shown = best if best and expecting else None
    event = remember(
        turn.memory,
        question=_asked(turn, best),
        topic=best["topic"] if best else None,
        entry_id=shown["id"] if shown else None,
        about=shown["question"] if shown else None,
        related=replies.related_ids(shown) if shown and expecting == "resolved" else (),
        offered=offered,
        expecting=expecting,
    )
    return Acted(reply, (event,))


def _asked(turn: Turn, best: Optional[Dict[str, Any]]) -> str:
    """What a ticket would be about: "vậy giờ làm sao" that found nothing says nothing without the question before it."""
    was = turn.memory.question
    whole = f"{was} / {turn.text}" if best is None and was and is_follow_up(turn.text) else turn.text
    return whole[:QUERY_LIMIT]


def _missed(turn: Turn, outcome: Outcome) -> Acted:
    misses = turn.memory.misses + 1
    reply = replies.missed(outcome, out_of_tries=misses >= MISSES_BEFORE_PERSON, in_form=turn.in_form)
    counted = turn if turn.in_form else replace(turn, memory=replace(turn.memory, misses=misses))
    return _acted(counted, reply, None, (), "ticket")


def _others(hits: Any) -> Tuple[str, ...]:
    """What "no, not solved" may offer next."""
    return tuple(hit["id"] for hit in hits[1 : replies.CHOICES + 1])


def down(turn: Turn, lead: str = "") -> Acted:
    """Search is down: ticket and hotline; the question is kept for the ticket."""
    changes: Dict[str, Any] = (
        {} if turn.in_form else {"question": turn.text[:QUERY_LIMIT], "expecting": "ticket"}
    )
    return Acted(replies.search_down(in_form=turn.in_form, lead=lead), (remember(turn.memory, **changes),))


def nothing_typed(turn: Turn) -> Acted:
    """Only signs, or only numbers that desk hid: says what to do, and for a secret never to give it away."""
    what = hidden(turn.text)
    if what == "secret":
        return Acted(replies.say(texts_vi.MASKED_CODE))
    if what is None:
        return Acted(replies.say(texts_vi.NO_WORDS))
    words = texts_vi.MASKED_CONTACT if what == "contact" else texts_vi.MASKED_NUMBER
    event = remember(turn.memory) if turn.in_form else remember(turn.memory, expecting="ticket")
    return Acted(replies.say(words, *(() if turn.in_form else (replies.TICKET,))), (event,))


class AnswerFaq(SafeAction):
    """Everything that is no dialogue act."""

    action_name = "action_answer_faq"

    def __init__(self, search: SearchClient) -> None:
        self._search = search

    async def act(self, turn: Turn) -> Acted:
        if not has_words(typed_words(turn.text)):
            return nothing_typed(turn)
        try:
            result = await ask(self._search, turn)
        except (Unreachable, Refused) as failure:
            logger.warning("search is down: %s", failure)
            return down(turn)
        return show(turn, result) if result else Acted(replies.say(texts_vi.NO_WORDS))


class _LeadThenAnswer(SafeAction):
    """A fixed text first, because it can't wait; then the entry, if search is sure of one."""

    lead: ClassVar[str]

    def __init__(self, search: SearchClient) -> None:
        self._search = search

    async def act(self, turn: Turn) -> Acted:
        try:
            result = await ask(self._search, turn)
        except (Unreachable, Refused) as failure:
            logger.warning("search is down: %s", failure)
            return down(turn, self.lead)
        best = result["hits"][0] if result and result["hits"] else None
        if result and best and result["decision"] == "clarify" and not turn.in_form:
            return self._choices(turn, result)
        event = self._remember(turn, best)
        if result and best and result["decision"] == "answer":
            outcome = replies.outcome_of(result, "answered", best)
            return Acted(self._with_entry(best, outcome, in_form=turn.in_form), (event,))
        outcome_ = replies.outcome_of(result, "needs_person") if result else None
        ticket = () if turn.in_form else (replies.TICKET,)
        return Acted(replies.say(self.lead, *ticket, outcome=outcome_), (event,))

    def _choices(self, turn: Turn, result: Dict[str, Any]) -> Acted:
        """The fixed text, then the candidates, with the ticket beside them."""
        asked = show(turn, result)
        assert asked.reply is not None  # `show` always speaks
        topic = self.topic(result["hits"][0])
        kept = replace(memory.from_slot(asked.events[0]["value"]), topic=topic)
        (choices,) = asked.reply.said
        said = (replies.Said(self.lead), replace(choices, buttons=(*choices.buttons, replies.TICKET)))
        return Acted(replace(asked.reply, said=said), (remember(kept),))

    def _with_entry(self, entry: Dict[str, Any], outcome: Outcome, *, in_form: bool) -> Reply:
        ticket = () if in_form else (replies.TICKET,)
        return Reply((replies.Said(self.lead, ticket),), outcome, entry)

    def _remember(self, turn: Turn, best: Optional[Dict[str, Any]]) -> Event:
        if turn.in_form:
            return remember(turn.memory)
        topic = self.topic(best)
        question = turn.text[:QUERY_LIMIT]
        return remember(
            turn.memory,
            question=question,
            topic=topic,
            entry_id=None,
            expecting="ticket",
            offered=(),
            related=(),
        )

    def topic(self, best: Optional[Dict[str, Any]]) -> Optional[str]:
        """The ticket's topic, which routes it."""
        return best["topic"] if best else None


class SuspectedScam(_LeadThenAnswer):
    """Somebody is being cheated now: fixed steps first, and a ticket goes to the top of the queue by its topic."""

    action_name = "action_suspected_scam"
    lead = texts_vi.SCAM_STEPS

    def topic(self, best: Optional[Dict[str, Any]]) -> Optional[str]:
        del best
        return "lua-dao"


class Complaint(_LeadThenAnswer):
    """About staff or an employer: regret first, then how to complain."""

    action_name = "action_complaint"
    lead = texts_vi.COMPLAINT

"""What a learner says about a card: a note to themselves, and a report that staff settles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from curriculum.models import Card
from study import standing
from study.models import Learner, Note, Report
from study.services import InvalidAnswer, UnknownCard

LONGEST_NOTE = 2_000
LONGEST_REPORT = 1_000
LONGEST_REPLY = 300


@dataclass(frozen=True)
class Reported:
    """A report as it stands; `repeated` when the learner had an open one with this reason."""

    report: Report
    repeated: bool


@dataclass(frozen=True)
class Kept:
    """A note as it stands, or None for none; `created` when there was none before."""

    note: Note | None
    created: bool = False


@transaction.atomic
def keep_note(*, user: User, card: str, text: str, now: datetime) -> Kept:
    """Write the learner's note on a card in place of the one before; a blank text drops it.

    `card` is a ref, `text` plain, at most 2,000 characters. Raises UnknownCard or InvalidAnswer.
    """
    words = text.strip()
    if len(words) > LONGEST_NOTE:
        raise InvalidAnswer("text", f"A note has at most {LONGEST_NOTE:,} characters.")
    if not words:
        drop_note(user=user, card=card)
        return Kept(None)
    about = _card(card)
    learner = _learner(user, now)
    values = {"text": words, "updated_at": now}
    return Kept(*Note.objects.update_or_create(learner=learner, card=about, defaults=values))


def drop_note(*, user: User, card: str) -> None:
    """Take the learner's note off a card; without one nothing happens. Raises UnknownCard."""
    if not Note.objects.for_user(user).filter(card__ref=card).delete()[0]:
        _card(card)


@transaction.atomic
def report(*, user: User, card: str, reason: str, now: datetime, note: str = "", skip_today: bool = False) -> Reported:
    """Tell staff what is amiss with a card, and bury it until tomorrow when `skip_today`.

    The same reason again, while that report is open, only puts the newer words in it. `card` is a ref.
    Raises UnknownCard or InvalidAnswer; then nothing was written.
    """
    words = note.strip()
    if reason not in Report.Reason.values:
        raise InvalidAnswer("reason", f"A reason is one of {', '.join(Report.Reason.values)}.")
    if len(words) > LONGEST_REPORT:
        raise InvalidAnswer("note", f"The words of a report have at most {LONGEST_REPORT:,} characters.")
    which = {"learner": _learner(user, now), "card": _card(card), "reason": reason, "status": Report.Status.OPEN}
    made, created = Report.objects.get_or_create(**which, defaults={"note": words, "created_at": now})
    if words and words != made.note:
        made.note = words
        made.save(update_fields=["note"])
    if skip_today:
        standing.bury(user=user, card=card, now=now)
    return Reported(made, repeated=not created)


@transaction.atomic
def settle(*, reports: Iterable[Report], status: str, now: datetime, reply: str | None = None) -> int:
    """Close reports as `fixed` or `kept`; `reply` is for the learners, None leaves theirs as it is.

    A report settled before keeps the moment it was first settled at. Returns how many were settled. For staff.
    """
    if status not in (Report.Status.FIXED, Report.Status.KEPT):
        raise ValueError(f"A report is settled as fixed or kept, not as {status}.")
    settled = list(reports)
    for one in settled:
        one.status = status
        one.settled_at = one.settled_at or now
        if reply is not None:
            one.reply = reply.strip()[:LONGEST_REPLY]
        one.save(update_fields=["status", "reply", "settled_at"])
    return len(settled)


def note_on(user: User, card: Card) -> str:
    """The words of the learner's note on a card, or nothing."""
    return Note.objects.for_user(user).filter(card=card).values_list("text", flat=True).first() or ""


def _card(ref: str) -> Card:
    card = Card.objects.asked().filter(ref=ref).only("topic_id", "ref").first()
    if card is None:
        raise UnknownCard
    return card


def _learner(user: User, now: datetime) -> Learner:
    return Learner.objects.get_or_create(user=user, defaults={"next_rollover_at": now})[0]

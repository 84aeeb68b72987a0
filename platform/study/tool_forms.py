"""What the pages of the tools accept."""

from __future__ import annotations

from django import forms

from study.forms import HeldForm, SessionForm, WordsField
from study.models import Report
from study.remarks import LONGEST_NOTE, LONGEST_REPORT

PICK_ONE = "Pick one of the four."


class AwayForm(HeldForm):
    """A card to put away or to take back; `page` is where to return to without scripts, the review if not said."""

    card = forms.RegexField(r"^[a-z0-9-]+/[a-z0-9.-]+$", max_length=130)
    page = forms.ChoiceField(required=False, choices=[("topic", "The card's topic")])


class NoteForm(SessionForm):
    """The learner's own words on a card; an empty text takes the note away."""

    text = WordsField(label="Your note", required=False, max_length=LONGEST_NOTE)


class ReportForm(HeldForm):
    """What is amiss with a card."""

    reason = forms.ChoiceField(
        label="What is wrong with it",
        choices=Report.Reason.choices,
        error_messages={"required": PICK_ONE, "invalid_choice": PICK_ONE},
    )
    note = WordsField(label="In your words", required=False, max_length=LONGEST_REPORT)
    skip_today = forms.BooleanField(label="Skip this card for today", required=False)

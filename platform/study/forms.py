"""What the study pages accept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from study import scope
from study.scope import Scope
from study.services import LONGEST_RESPONSE
from study.verdict import SEVERAL_OF, Response


class WordsField(forms.CharField):
    """Plain text of several lines; a line end counts as one character, as it does where it is typed."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        """The text with its line ends made alike."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class SessionForm(forms.Form):
    """`session` is the query string of the visit, handed on from page to page."""

    session = forms.CharField(required=False, max_length=300)

    def clean_session(self) -> Scope:
        """What part of the cards the visit is about."""
        try:
            return scope.read(given) if (given := str(self.cleaned_data["session"])) else scope.EVERYTHING
        except scope.UnknownScope as unknown:
            raise forms.ValidationError(str(unknown)) from unknown


class MoreForm(SessionForm):
    """How many new cards to add; `key` makes the same form sent twice add them once."""

    key = forms.UUIDField()
    count = forms.IntegerField(min_value=1, max_value=20, initial=5)


class HeldForm(SessionForm):
    """`held` names the cards the page already holds, so that none comes twice."""

    held = forms.CharField(required=False, max_length=1200)

    def clean_held(self) -> list[str]:
        """The refs, parted by spaces."""
        return str(self.cleaned_data["held"]).split()


class ReadForm(forms.Form):
    """A form that is read and never shown: each field takes its value straight from the post.

    Django's own makes copies of the fields and an object around each for the page; of a grade they were a fifth.
    """

    def __init__(self, data: Mapping[str, str]) -> None:
        self.data = data
        self.is_bound = True
        self._errors = None

    def full_clean(self) -> None:
        """As Django's, without what a page would need."""
        errors: ErrorDict = ErrorDict()
        self.cleaned_data = {}
        for name, field in self.base_fields.items():
            try:
                given = self.data[name] if name in self.data else None  # noqa: SIM401  a QueryDict's `get` raises inside
                wanted = given or field.required  # what may be left out has nothing to check
                self.cleaned_data[name] = field.clean(given) if wanted else field.to_python(given)
                if hasattr(self, f"clean_{name}"):
                    self.cleaned_data[name] = getattr(self, f"clean_{name}")()
            except forms.ValidationError as error:
                errors[name] = ErrorList(error.messages)
        self._errors = errors  # type: ignore[assignment]  # the stubs take it for always None


class ShowingForm(ReadForm, SessionForm):
    """A card as it was shown, with the response to it where the kind asks for one."""

    card = forms.RegexField(r"^[a-z0-9-]+/[a-z0-9.-]+$", max_length=130)
    shown = forms.CharField(max_length=1000)
    key = forms.UUIDField()
    kind = forms.CharField(required=False, max_length=10)
    response = WordsField(required=False, max_length=LONGEST_RESPONSE, strip=False)
    milliseconds = forms.IntegerField(required=False, min_value=0)

    def said(self) -> Response | None:
        """The response as its kind has it, None for none. Lists come as numbers parted by spaces.

        Of the form that asks for an order each step comes as `place.step`; checkboxes come one by one.
        """
        if "giveup" in self.data:
            return None
        kind, text = self.cleaned_data["kind"], str(self.cleaned_data["response"])
        if kind in SEVERAL_OF:
            text = " ".join(self.data.getlist("response")) if isinstance(self.data, QueryDict) else text
            numbers = _in_order(text.split())
            return (sorted(numbers) if kind == "choices" else numbers) or None  # boxes come in the order shown
        return text if text.strip() else None


def _in_order(numbers: list[str]) -> list[str]:
    if not all("." in number for number in numbers):
        return numbers
    placed = [number.partition(".")[::2] for number in numbers]
    return (
        [step for _, step in sorted(placed, key=lambda one: one[0].zfill(4))]
        if len(dict(placed)) == len(placed)
        else ["twice"]
    )


class GradeForm(ShowingForm, HeldForm):
    """A grade for a showing."""

    grade = forms.IntegerField(min_value=0, max_value=5)
    answered_at = forms.CharField(required=False)

    def clean_answered_at(self) -> datetime | None:
        """When the device says it was; no clock, however wrong, costs an answer."""
        try:
            said = parse_datetime(given) if (given := str(self.cleaned_data["answered_at"])) else None
        except ValueError:
            return None
        return said if said and is_aware(said) else None


class UndoForm(HeldForm):
    """Which answer to take back, by its key."""

    undoes = forms.UUIDField()


def first_error(form: forms.Form) -> str:
    """One sentence that says what could not be read and that nothing was stored."""
    field, errors = next(iter(form.errors.items()))
    return f"The field “{field}” could not be read: {errors[0]} Nothing was stored; reload the page and answer again."

"""Forms for how somebody studies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts.models import User
from study.capacity import FEWEST_REVIEWS, MOST_REVIEWS, SHARES
from study.models import Learner

REGIONS = {
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}
SHARE_NAMES = dict(zip(SHARES, ("Full", "75%", "Half", "25%", "None"), strict=True))
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Groups = list[tuple[str, list[tuple[str, str]]]]


@cache
def zones() -> Groups:
    """Time zones by region, as optgroups of (name, place); UTC first."""
    by_region: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in sorted(available_timezones()):
        region, _, place = name.partition("/")
        if region in REGIONS and place:
            by_region[region].append((name, place.replace("_", " ").replace("/", ", ")))
    return [("UTC", [("UTC", "UTC")]), *sorted(by_region.items())]


class ZoneField(forms.ChoiceField):
    """An IANA time zone of this machine's database."""

    def __init__(self) -> None:
        super().__init__(
            label="Time zone",
            choices=zones,
            error_messages={"invalid_choice": "Choose a time zone from the list.", "required": "Choose a time zone."},
        )


class PaceField(forms.TypedChoiceField):
    """New cards a day."""

    def __init__(self) -> None:
        super().__init__(
            label="New cards a day",
            choices=Learner.Pace.choices,
            coerce=int,
            error_messages={"invalid_choice": "Choose 5, 10, 15 or 20 new cards a day.", "required": "Choose a pace."},
        )


class WelcomeForm(forms.Form):
    """Track, pace and time zone. `startable` holds the slugs of tracks that have cards."""

    track = forms.ChoiceField(
        error_messages={
            "required": "Choose a track.",
            "invalid_choice": "Choose a track that has cards.",
        }
    )
    pace = PaceField()
    time_zone = ZoneField()

    def __init__(self, *args: Any, startable: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["track"].choices = [(slug, slug) for slug in startable]  # type: ignore[attr-defined]


class WeekdayField(forms.TypedChoiceField):
    """The share of the cap on a weekday; a page without it leaves it as it is."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            choices=[*SHARE_NAMES.items()],
            coerce=int,
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": "Choose how much of a day this weekday takes."},
        )


class SettingsForm(forms.Form):
    """Time zone and rollover hour, pace, cap and weekdays, theme and keys."""

    time_zone = ZoneField()
    rollover_hour = forms.TypedChoiceField(
        label="A new day starts at",
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        error_messages={"invalid_choice": "Choose a full hour from 00:00 to 23:00."},
    )
    pace = PaceField()
    cap = forms.IntegerField(
        label="Reviews a day, at most",
        min_value=FEWEST_REVIEWS,
        max_value=MOST_REVIEWS,
        error_messages={
            "required": f"Give a number from {FEWEST_REVIEWS} to {MOST_REVIEWS}.",
            "invalid": f"Give a whole number from {FEWEST_REVIEWS} to {MOST_REVIEWS}.",
            "min_value": f"Choose {FEWEST_REVIEWS} or more; with fewer, waiting cards would pile up.",
            "max_value": f"Choose {MOST_REVIEWS} or fewer; that is already more than an hour a day.",
        },
    )
    monday = WeekdayField("Monday")
    tuesday = WeekdayField("Tuesday")
    wednesday = WeekdayField("Wednesday")
    thursday = WeekdayField("Thursday")
    friday = WeekdayField("Friday")
    saturday = WeekdayField("Saturday")
    sunday = WeekdayField("Sunday")
    theme = forms.ChoiceField(label="Colours", choices=User.Theme.choices)
    keys = forms.BooleanField(label="Single-key shortcuts", required=False)

    @property
    def week(self) -> list[forms.BoundField]:
        """The seven weekdays, Monday first."""
        return [self[name] for name in WEEKDAYS]

    def chosen(self) -> dict[str, Any]:
        """What `update_settings` takes; the weekdays as one list, None when the page did not ask for them."""
        given = dict(self.cleaned_data)
        weekdays = [given.pop(name) for name in WEEKDAYS]
        return {**given, "weekdays": None if None in weekdays else weekdays}


class DayField(forms.DateField):
    """A day as date inputs send it."""

    def __init__(self, label: str) -> None:
        missing = "Give a day, as in 2026-08-31."
        super().__init__(
            label=label, input_formats=["%Y-%m-%d"], error_messages={"invalid": missing, "required": missing}
        )


class HolidayForm(forms.Form):
    """The first and the last day of a holiday."""

    first = DayField("First day off")
    last = DayField("Last day off")


class HolidayStartForm(forms.Form):
    """Which holiday: the one that starts on this day."""

    first = DayField("First day off")


class ComebackForm(forms.Form):
    """How fast to catch up."""

    comeback = forms.TypedChoiceField(choices=Learner.Comeback.choices, coerce=int)

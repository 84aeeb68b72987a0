"""How days are shared out: the speed of catching up, and holidays with what they cost before they are taken."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.models import User
from home.forms import ComebackForm, HolidayForm, HolidayStartForm
from scheduling.forecast import Return
from study import capacity, queue
from study.plans import today_of


@require_POST
@signed_in
def set_comeback(request: SignedInRequest) -> HttpResponse:
    """Catch up slower, as it is or faster, then back to Today."""
    form = ComebackForm(request.POST)
    if form.is_valid():
        capacity.change(user=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved.")
    else:
        messages.error(request, "Choose slower, as it is or faster. Nothing was changed.")
    return redirect("today")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def holidays(request: SignedInRequest) -> HttpResponse:
    """What days off would cost (GET), and taking them (POST)."""
    now, taking = timezone.now(), request.method == "POST"
    form = HolidayForm(request.POST if taking else request.GET or None)
    cost = None
    if form.is_valid():
        days: dict[str, date] = form.cleaned_data
        try:
            if taking:
                capacity.add_holiday(user=request.user, now=now, **days)
                messages.success(request, _kept(request.user, today_of(request.user, now), days["first"]))
                return redirect(f"{reverse('settings')}#holidays")
            cost = capacity.foresee(user=request.user, now=now, **days)
        except capacity.InvalidChoice as refusal:
            form.add_error(refusal.where, str(refusal))
    context = {"form": form, "day": today_of(request.user, now), **_words(cost)}
    return render(request, "home/holiday.html", context, status=422 if form.errors else 200)


def _kept(user: User, day: date, first: date) -> str:
    """What was done. A card missed on a day that is taken off halfway still comes back on it."""
    if first == day and queue.upcoming(learner=user.pk, day=day, count=0).waiting:
        return "Your days off are kept. What you missed today still waits; no other card comes on them."
    return "Your days off are kept, and no card comes on them."


def _words(cost: Return | None) -> dict[str, object]:
    """The forecast with its shares of 100."""
    if cost is None:
        return {"cost": None}
    return {"cost": cost, "before": round(100 * cost.recall_before), "after": round(100 * cost.recall)}


@require_POST
@signed_in
def remove_holiday(request: SignedInRequest) -> HttpResponse:
    """Study on those days after all, then back to the settings."""
    form = HolidayStartForm(request.POST)
    if form.is_valid() and capacity.remove_holiday(user=request.user, now=timezone.now(), **form.cleaned_data):
        messages.success(request, "Removed. Cards come on those days again.")
    else:
        messages.error(request, "There is no such holiday. Nothing was changed.")
    return redirect(f"{reverse('settings')}#holidays")

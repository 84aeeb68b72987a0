"""Handing out the places of a study day: which cards wait, where, and what due day each grade would give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Abs, Coalesce

from curriculum.models import Card, Tier, Topic, TrackTopic
from scheduling import placement, planning, sm2
from scheduling.placement import Capacity
from study.models import CardState, Enrolment, Learner
from study.shifts import UNPLACED
from study.showing import Placed

EVERYWHERE = Q()
FAMILY = Coalesce("card__front", "card")  # a reversed card and its way back are one family


class Waiting(NamedTuple):
    """A due card: its topic, its family and its schedule."""

    card: int
    topic: int
    family: int
    schedule: sm2.State


def capacity_of(learner: Learner) -> Capacity:
    """How many reviews fit on which day, as the learner has chosen."""
    holidays = tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in learner.holidays)
    return Capacity(learner.cap, tuple(learner.weekdays), holidays)


def pace_of(learner: Learner) -> Capacity:
    """How many new cards come on which day: the pace, in the shares that the weekdays have of the cap."""
    return replace(capacity_of(learner), cap=learner.pace)


def load(learner: int, day: date, days: int) -> dict[date, int]:
    """Reviews known to fall due after `day`, by date, so many days ahead."""
    return load_between(learner, day + timedelta(days=1), day + timedelta(days=days))


def load_between(learner: int, first: date, last: date) -> dict[date, int]:
    """Reviews known to fall due from `first` to `last`, by date."""
    ahead = CardState.objects.asked().filter(learner=learner, due_on__gte=first, due_on__lte=last)
    return dict(ahead.values_list("due_on").annotate(count=Count("id")).order_by("due_on"))


# --- what waits -----------------------------------------------------------------------------------


def due_cards(
    states: QuerySet[CardState], day: date, room: int, *, within: Q = EVERYWHERE, easiest: bool = False
) -> list[Waiting]:
    """The due cards without a place that fit, shortest interval first (longest when the `easiest` are wanted).

    `states` are all of the learner's, `within` says which of them may be chosen. Of a family one card a day, and none
    when one has a place today or was reviewed. They are spread over their topics.
    """
    waiting = states.due(day).exclude(last_review_on=day).exclude(queued_on=day)  # type: ignore[attr-defined]
    ordered = waiting.filter(within).order_by("-interval" if easiest else "interval", "card")
    met = _families(_of_today(states, day))
    chosen: dict[int, Waiting] = {}
    rows = ordered.values_list("card", "card__topic", FAMILY, *sm2.State._fields)
    for card, topic, family, *schedule in rows[: room + len(met) + room]:
        if len(chosen) < room and family not in met:
            chosen.setdefault(family, Waiting(card, topic, family, sm2.State(*schedule)))
    by_card = {one.card: one for one in chosen.values()}
    reviews = [planning.Review(one.card, one.topic, one.schedule.interval) for one in chosen.values()]
    return [by_card[review.card] for review in planning.interleaved(reviews)]


def new_cards(learner: int, day: date, count: int, *, within: QuerySet[Card] | None = None) -> list[int]:
    """The next new cards in track order, or those among some cards; never beside their sibling of the same day."""
    if count <= 0:
        return []
    steps = _steps(learner, day) if within is None else _steps_within(learner, day, within)
    topics = [step.topic for step in steps]
    links = Topic.prerequisites.through.objects.filter(from_topic__in=topics).values_list("from_topic", "to_topic")
    prerequisites: dict[int, set[int]] = defaultdict(set)
    for topic, needed in links if within is None else ():
        prerequisites[topic].add(needed)
    taken = _families(_of_today(CardState.objects.filter(learner=learner), day))
    families = dict(Card.objects.filter(topic__in=topics).values_list("pk", Coalesce("front", "pk")))
    free = [step._replace(cards=[card for card in step.cards if families[card] not in taken]) for step in steps]
    chosen: dict[int, int] = {}
    for new in planning.new_cards(free, prerequisites, _unfinished(learner, topics), 2 * count):
        chosen.setdefault(families[new.card], new.card)
    return list(chosen.values())[:count]


def _of_today(states: QuerySet[CardState], day: date) -> QuerySet[CardState]:
    return states.filter(Q(queued_on=day) | Q(last_review_on=day))


def _families(states: QuerySet[CardState]) -> set[int]:
    return set(states.values_list(FAMILY, flat=True))


def _steps(learner: int, day: date) -> list[planning.Step]:
    """The topics of the learner's tracks in order of enrolment and track, with the cards not yet reviewed."""
    enrolled = Enrolment.objects.filter(learner=learner).order_by("id").values_list("track", flat=True)
    rank = {track: number for number, track in enumerate(enrolled)}
    rows = sorted(
        TrackTopic.objects.filter(track__in=rank).values_list("track", "position", "topic", "tiers"),
        key=lambda row: (rank[row[0]], row[1]),
    )
    unseen = _unseen(learner, day, {row[2] for row in rows})
    return [
        planning.Step(topic, [card for card, tier in unseen[topic] if tier in tiers]) for _, _, topic, tiers in rows
    ]


def _steps_within(learner: int, day: date, within: QuerySet[Card]) -> list[planning.Step]:
    chosen = list(Topic.objects.filter(cards__in=within).distinct().order_by("position").values_list("pk", flat=True))
    unseen = _unseen(learner, day, chosen, within)
    return [planning.Step(topic, [card for card, _ in unseen[topic]]) for topic in chosen]


def _unseen(
    learner: int, day: date, topics: Collection[int], within: QuerySet[Card] | None = None
) -> dict[int, list[tuple[int, str]]]:
    """Topic to (card, tier) of what this learner has neither reviewed nor put away, in file order."""
    mine = CardState.objects.filter(learner=learner, card=OuterRef("pk"))
    met = mine.seen() | mine.put_away(day)
    asked = Card.objects.asked() if within is None else within
    cards = asked.filter(topic__in=topics).exclude(Exists(met)).order_by("position")
    unseen: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for card, topic, tier in cards.values_list("pk", "topic", "tier"):
        unseen[topic].append((card, tier))
    return unseen


def _unfinished(learner: int, topics: Iterable[int]) -> set[int]:
    """Topics with a foundation card not yet answered with 3 or more: never passed means neither now nor lapsed."""
    passed = CardState.objects.filter(Q(repetitions__gt=0) | Q(lapses__gt=0), learner=learner, card=OuterRef("pk"))
    foundation = Card.objects.asked().filter(topic__in=topics, tier=Tier.FOUNDATION).exclude(Exists(passed))
    return set(foundation.values_list("topic", flat=True))


# --- places ---------------------------------------------------------------------------------------


def clear(states: QuerySet[CardState], day: date) -> None:
    """Take back every place but those of cards reviewed today, and of new ones put away: they may be taken back."""
    untouched = Q(queued_on=day) & (Q(last_review_on=day) | Q(last_review_on=None, position__lt=0))
    states.filter(queued_on__isnull=False).exclude(untouched).update(queued_on=None, position=None)


def hand_out(learner: Learner, day: date, cards: Mapping[int, sm2.State], start: int = planning.STEP) -> None:
    """Give cards their places from `start` on, in the order given, with the due day that each grade would give."""
    days = _days(learner, day, cards)
    positions = planning.places(cards, start)
    rows = [
        CardState(learner=learner, card_id=card, queued_on=day, position=positions[card], **days[card])
        for card in cards
    ]
    _write(rows, ["queued_on", "position", *DAYS])
    # The rows are locked only now: a card answered or put away while the plan was made needs no place.
    mine = CardState.objects.filter(learner=learner)
    done = mine.filter(last_review_on=day, drill_open=False) | mine.put_away(day)
    done.filter(queued_on=day, position__gt=0).update(queued_on=None, position=None)


def add(learner: Learner, day: date, cards: Mapping[int, sm2.State]) -> None:
    """Hand out places at the end of the day's queue."""
    planned = Q(position__gt=-UNPLACED, position__lt=UNPLACED)
    today = CardState.objects.filter(planned, learner=learner, queued_on=day)
    last = today.aggregate(last=Max(Abs("position")))["last"] or 0
    hand_out(learner, day, cards, last + planning.STEP)


def hand_out_days(learner: Learner, day: date, cards: Mapping[int, sm2.State]) -> None:
    """Give cards with a place on `day`, in the order of their places, the due days anew; the places stay."""
    days = _days(learner, day, cards)
    _write([CardState(learner=learner, card_id=card, **days[card]) for card in cards], DAYS)


DAYS = [f"{name}_days" for name in Placed._fields]


def _days(learner: Learner, day: date, cards: Mapping[int, sm2.State]) -> dict[int, dict[str, int | None]]:
    placed = placements(learner, day, cards)
    return {card: dict(zip(DAYS, placed.get(card, Placed()), strict=True)) for card in cards}


def _write(rows: list[CardState], fields: list[str]) -> None:
    key = ["learner", "card"]
    CardState.objects.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=fields)


def allows(learner: Learner, day: date, interval: int, due_on: date) -> bool:
    """Whether a card reviewed on `day` may come back on `due_on`: it lies in its window, and something fits then."""
    first, last = placement.window(day, interval)
    return first <= due_on <= last and capacity_of(learner).on(due_on) > 0


def placements(learner: Learner, day: date, schedules: Mapping[int, sm2.State]) -> dict[int, Placed]:
    """Card to the days that placement gives its passing grades; each Good adds to the load that the next one sees.

    Cards whose intervals lie below those that move are left out.
    """
    intervals = {
        card: [sm2.review(schedule, grade).interval for grade in (sm2.PASS, 4, 5)]
        for card, schedule in schedules.items()
        if schedule.repetitions > 1
    }
    if not intervals:
        return {}
    windows = [placement.window(day, interval) for three in intervals.values() for interval in three]
    ahead = load_between(learner.pk, min(first for first, _ in windows), max(last for _, last in windows))
    capacity = capacity_of(learner)
    placed: dict[int, Placed] = {}
    for card, three in intervals.items():
        dates = [placement.place(day, interval, ahead, capacity) for interval in three]
        ahead[dates[1]] = ahead.get(dates[1], 0) + 1
        placed[card] = Placed(*((due_on - day).days for due_on in dates))
    return placed

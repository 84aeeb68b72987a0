"""What pages and API show of a learner's study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import Count, F, FilteredRelation, Q

from accounts.models import User
from curriculum.models import Card, Topic, Track, TrackTopic
from scheduling import planning, sm2
from study import cram, outlook, places, plans, queue
from study.memory import Mastery
from study.models import Answer, CardState, DayPlan, Enrolment
from study.outlook import WEEK_DAYS, Coming
from study.queue import Queue
from study.scope import Scope

LOOKS = 3  # topics worth a look
GOAL = 0.9  # recall of the cards seen, from which a topic needs no look
Counts = dict[tuple[int, str], tuple[int, int, int]]  # (topic, tier): cards that exist, cards met, those due now


@dataclass(frozen=True, slots=True)
class TrackProgress:
    """Where a learner stands on a track; `finish_on` is when the last card that exists would be met."""

    track: Track
    topics: int
    topics_with_cards: int
    topics_started: int
    cards: int
    cards_seen: int
    target: int
    finish_on: date | None


@dataclass(frozen=True, slots=True)
class Look:
    """A topic to go to: `waiting` of its cards seen have a place today, `new` are the cards not met yet.

    Its cards seen are recalled less than the goal, or it is `next` on a track: the first with cards not met.
    """

    topic: Topic
    mastery: Mastery
    waiting: int
    new: int
    next: bool = False


@dataclass(frozen=True, slots=True)
class TopicSession:
    """What happened with one topic's cards today: showings recalled, and showings in all."""

    topic: Topic
    recalled: int
    answered: int


@dataclass(frozen=True, slots=True)
class Session:
    """A study day's reviews and drills: how many were recalled at first sight, and what was missed."""

    reviewed: int
    recalled: int
    met: int
    milliseconds: int
    topics: list[TopicSession]
    missed: list[Card]

    @property
    def percent(self) -> int:
        """Share recalled, of 100."""
        return round(100 * self.recalled / self.reviewed) if self.reviewed else 0

    @property
    def seconds(self) -> int:
        """Mean seconds to recall a card, over the reviews that say how long they took."""
        return round(self.milliseconds / 1000 / self.reviewed) if self.reviewed else 0


@dataclass(frozen=True, slots=True)
class Today:
    """The page of the day. Minutes follow the learner's own speed; `week` is (day, reviews) from today on."""

    day: date
    queue: Queue
    plan: DayPlan
    session: Session
    week: list[tuple[date, int]]
    enrolments: list[TrackProgress]
    looks: list[Look]
    coming: Coming

    @property
    def day_off(self) -> bool:
        """Whether nothing fits on this day, waits or was answered: a weekday or a holiday of the learner's."""
        return not (self.plan.capacity or self.queue.waiting or self.queue.answered)

    @property
    def holiday_until(self) -> date | None:
        """The last day of the holiday that this day belongs to."""
        return next((last for first, last in self.coming.capacity.holidays if first <= self.day <= last), None)

    @property
    def minutes(self) -> int:
        """Minutes that what waits will take."""
        return planning.minutes(self.queue.waiting, self.plan.seconds_a_card)

    @property
    def spent_minutes(self) -> int:
        """Minutes that today's answers took."""
        return planning.minutes(self.queue.answered, self.plan.seconds_a_card)

    @property
    def active_days(self) -> int:
        """Of the last 28 days, those with answers."""
        return self.plan.active_days + bool(self.queue.answered)

    @property
    def unseen(self) -> int:
        """Cards of the learner's tracks not met yet."""
        return sum(part.cards - part.cards_seen for part in self.enrolments)

    @property
    def next_cards(self) -> int:
        """Reviews of the next day with capacity, as far as they are known today."""
        return self.coming.on_next(self.plan.held_back)

    @property
    def next_minutes(self) -> int:
        """Minutes that the next day's reviews will take."""
        return planning.minutes(self.next_cards, self.plan.seconds_a_card)

    @property
    def tomorrow(self) -> int:
        """Tomorrow's reviews as far as they are known today; none on a day off."""
        return self.next_cards if self.coming.next_on == self.day + timedelta(days=1) else 0

    @property
    def tomorrow_minutes(self) -> int:
        """Minutes that tomorrow's reviews will take."""
        return planning.minutes(self.tomorrow, self.plan.seconds_a_card)


def upcoming(
    *, user: User, day: date, count: int, scope: Scope, held: Collection[str] = (), apart: bool = False
) -> Queue:
    """The next cards of a visit with their counters, out of the day's queue or, to practise, of the scope."""
    if scope.cram:
        return cram.upcoming(user=user, day=day, count=count, scope=scope, held=held)
    return queue.upcoming(learner=user.pk, day=day, count=count, scope=scope, held=held, apart=apart)


def cut(user: User, plan: DayPlan, scope: Scope, minutes: int) -> Scope:
    """The scope, no further than what the learner answers from now on in so many minutes; one card at least."""
    answered = upcoming(user=user, day=plan.study_day, count=0, scope=scope).answered
    return scope.with_until(answered + max(1, minutes * 60 // plan.seconds_a_card))


def today(user: User, now: datetime) -> Today:
    """The day as it stands, planned first when nobody has; six statements when the plan is there."""
    plan = plans.current(user, now)
    day = plan.study_day
    cards = queue.upcoming(learner=user.pk, day=day, count=0)
    answered = session(user, day)
    coming = outlook.coming(plan, answered.reviewed - answered.met)
    later = [day + timedelta(days=number) for number in range(1, WEEK_DAYS)]
    steps, counts = _steps(user, day)
    room = places.pace_of(plan.learner).on
    return Today(
        day=day,
        queue=cards,
        plan=plan,
        session=answered,
        week=[(day, cards.waiting), *coming.spread(later, plan.held_back)],
        enrolments=_progresses(steps, counts, partial(planning.finish_day, day, room=room, met=answered.met)),
        looks=_worth_a_look(steps, counts),
        coming=coming,
    )


def session(user: User, day: date) -> Session:
    """The day's standing reviews and drills, newest last; one statement."""
    counted = Answer.objects.for_user(user).standing().filter(study_day=day, kind__in=["review", "drill"])
    cards = counted.select_related("card__topic").defer("card__data", "card__topic__lesson_html")
    answers = list(cards.with_first().order_by("id"))
    reviews = [answer for answer in answers if answer.kind == Answer.Kind.REVIEW]
    missed = [answer.card for answer in reviews if (answer.grade or 0) < sm2.PASS]
    by_topic: dict[int, list[Answer]] = defaultdict(list)
    for answer in reviews:
        by_topic[answer.card.topic_id].append(answer)
    topics = [
        TopicSession(group[0].card.topic, sum((answer.grade or 0) >= sm2.PASS for answer in group), len(group))
        for group in by_topic.values()
    ]
    return Session(
        reviewed=len(reviews),
        recalled=len(reviews) - len(missed),
        met=sum(bool(answer.is_first) for answer in reviews),  # type: ignore[attr-defined]  # of with_first
        milliseconds=sum(answer.milliseconds or 0 for answer in reviews),
        topics=topics,
        missed=missed,
    )


def _steps(user: User, day: date) -> tuple[list[TrackTopic], Counts]:
    """The steps of the learner's tracks, each with `recalled` and `recalled_of` as a planned day began; the counts."""
    today = Q(topic__recalls__learner=user.pk, topic__recalls__study_day=day)
    found = TrackTopic.objects.filter(track__enrolments__learner=user.pk).annotate(
        now=FilteredRelation("topic__recalls", condition=today), recalled=F("now__recall"), recalled_of=F("now__seen")
    )
    rows = found.select_related("track", "topic").defer("topic__lesson_html")
    steps: list[TrackTopic] = list(rows.order_by("track__enrolments__id", "position"))
    return steps, cards_by_tier(user, {step.topic_id for step in steps}, day) if steps else {}


def _progresses(steps: list[TrackTopic], counts: Counts, finish: Callable[[int], date]) -> list[TrackProgress]:
    by_track: dict[Track, list[TrackTopic]] = defaultdict(list)
    for step in steps:
        by_track[step.track].append(step)
    return [_progress(track, group, counts, finish) for track, group in by_track.items()]


def _worth_a_look(steps: list[TrackTopic], counts: Counts) -> list[Look]:
    """The met topics whose cards seen are recalled less than the goal, lowest first; then the next on a track.

    Nothing on the first day, when all there is waits in the queue anyway.
    """
    numbers = _by_topic(counts)
    found: dict[int, Look] = {}
    unfinished: list[int] = []
    for step in steps:
        cards, seen, waiting = numbers[step.topic_id]
        known = Mastery(step.recalled or 0.0, step.recalled_of or 0, cards)  # type: ignore[attr-defined]  # of _steps
        found.setdefault(step.topic_id, Look(step.topic, known, waiting, cards - seen))
        of_track, met_of_it = cards_of_step(step, counts)
        if of_track > met_of_it:
            unfinished.append(step.topic_id)
    met = [look for look in found.values() if look.mastery.cards and look.mastery.seen]
    low = sorted((look for look in met if look.mastery.recall < GOAL), key=lambda look: look.mastery.recall)
    ahead = [replace(found[topic], next=True) for topic in unfinished if met and found[topic] not in low]
    return [*low[:LOOKS], *ahead[:1]][:LOOKS]


def _progress(track: Track, steps: list[TrackTopic], counts: Counts, finish: Callable[[int], date]) -> TrackProgress:
    per_topic = [cards_of_step(step, counts) for step in steps]
    cards, seen = sum(cards for cards, _ in per_topic), sum(seen for _, seen in per_topic)
    return TrackProgress(
        track=track,
        topics=len(steps),
        topics_with_cards=sum(cards > 0 for cards, _ in per_topic),
        topics_started=sum(seen > 0 for _, seen in per_topic),
        cards=cards,
        cards_seen=seen,
        target=sum(step.topic.target(step.tiers) for step in steps),
        finish_on=finish(cards - seen) if cards > seen else None,
    )


def cards_of_step(step: TrackTopic, counts: Counts) -> tuple[int, int]:
    """(cards that exist, cards met) of a step in its tiers, out of what `cards_by_tier` counted."""
    tiers = [counts.get((step.topic_id, tier), (0, 0, 0)) for tier in step.tiers]
    return sum(cards for cards, _, _ in tiers), sum(seen for _, seen, _ in tiers)


def cards_by_topic(counts: Counts) -> dict[int, int]:
    """Topic to the cards that exist over all its tiers, out of what `cards_by_tier` counted."""
    return {topic: cards for topic, (cards, _, _) in _by_topic(counts).items()}


def _by_topic(counts: Counts) -> dict[int, tuple[int, int, int]]:
    found: dict[int, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for (topic, _), (cards, seen, now) in counts.items():
        before = found[topic]
        found[topic] = (before[0] + cards, before[1] + seen, before[2] + now)
    return found


def cards_by_tier(user: User, topics: Iterable[int], day: date) -> Counts:
    """(topic, tier) to (cards that exist, cards this learner has met, those of them due now); one statement."""
    mine = Q(states__learner=user.pk, states__last_review_on__isnull=False)
    now = mine & Q(states__queued_on=day, states__position__gt=0)
    rows = Card.objects.asked().filter(topic__in=topics).values_list("topic", "tier").order_by()
    counted = rows.annotate(
        cards=Count("pk", distinct=True), seen=Count("states", filter=mine), now=Count("states", filter=now)
    )
    return {(topic, tier): (cards, seen, now) for topic, tier, cards, seen, now in counted}


def card_states(user: User, topic: Topic, day: date) -> dict[int, CardState]:
    """Card to state, for the cards of a topic that this learner has met or put away; one statement."""
    mine = CardState.objects.for_user(user).filter(card__topic=topic)
    return {state.card_id: state for state in mine.seen() | mine.put_away(day)}


def tracks_of(user: User) -> set[int]:
    """The tracks a learner has taken up; one statement."""
    return set(Enrolment.objects.for_user(user).values_list("track", flat=True))

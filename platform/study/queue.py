"""The hot path in three statements: append an answer, move its card, read the next cards with the counters.

This is the one place with SQL of its own: building these statements through the ORM costs several times as much
as running them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, TextField, When
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce

from curriculum.models import Card, question_of
from scheduling import sm2
from scheduling.recall import Trace
from study.fold import Memory
from study.models import Note, Report
from study.scope import EVERYTHING, Scope
from study.showing import Placed, Showing
from study.verdict import lines_of, parts_of

Item = TypeVar("Item")

APPEND = """
INSERT INTO study_answer (learner_id, card_id, "key", sequence, grade, kind, study_day, answered_at, received_at,
    milliseconds, response, "interval", due_on, rules)
VALUES (%(learner)s, %(card)s, %(key)s, %(sequence)s, %(grade)s, %(kind)s, %(study_day)s, %(answered_at)s,
    %(received_at)s, %(milliseconds)s, %(response)s, %(interval)s, %(due_on)s, %(rules)s)
RETURNING id
"""
# `sequence = the one shown` is the lock. A finished card's place turns negative, a drill's moves back; a drill
# without a place today gets one at the end. A card put away since it was shown gets none: the place that waits for it
# moves back. An undo turns each of them back exactly. `rules` stays: what is folded on top of an older state is as old.
MOVE = """
UPDATE study_cardstate SET repetitions = %(repetitions)s, ease = %(ease)s, "interval" = %(interval)s,
    lapses = %(lapses)s, last_review_on = %(last_review_on)s, last_review_day = %(last_review_day)s,
    stability = %(stability)s, difficulty = %(difficulty)s, due_on = %(due_on)s, drill_open = %(drill_open)s,
    sequence = %(sequence)s, set_aside = (set_aside OR %(set_aside)s),
    queued_on = CASE WHEN suspended OR set_aside OR buried_until > %(day)s THEN queued_on
                     ELSE COALESCE(%(requeue)s, queued_on) END,
    position = CASE WHEN queued_on = %(day)s AND position > 0 THEN position * %(sign)s + %(shift)s
                    WHEN suspended OR set_aside OR buried_until > %(day)s
                    THEN position - CASE WHEN queued_on = %(day)s THEN %(shift)s ELSE 0 END
                    ELSE COALESCE(%(unplaced)s, position) END
WHERE learner_id = %(learner)s AND card_id = %(card)s AND sequence = %(shown)s AND rules = %(rules)s
"""
# One row at least: the counters stand even when the queue is empty. A finished card has a negative position. An undo
# has the study day of the answer it takes back, so the day's rows alone say how many answers stand. The cards come in
# the order of the index queue_of_a_day, so that nothing is sorted.
NEXT = """
SELECT w.waiting, w.fresh, w.drills, g.answered, l.key, l.grade,
       q.card_id, q.repetitions, q.ease, q."interval", q.lapses, q.last_review_on, q.due_on, q.drill_open, q.sequence,
       q.stability, q.difficulty, q.rules, q.hard_days, q.good_days, q.easy_days,
       c.ref, c.kind, c.prompt_html, c.answer_html, c.why_html, c.data, c.passage, t.slug, t.title, r.title, r.url,
       COALESCE(m.text, ''), COALESCE(o.status, ''), COALESCE(o.reply, ''),
       CASE WHEN o.id IS NULL THEN FALSE ELSE EXISTS (
         SELECT 1 FROM study_report WHERE learner_id = %(learner)s AND card_id = c.id AND status = 'open') END
FROM (
  SELECT COUNT(*) AS waiting, {apart}
  FROM study_cardstate WHERE learner_id = %(learner)s AND queued_on = %(day)s AND position > 0 {within}
) w
CROSS JOIN (
  SELECT COALESCE(SUM(CASE
      WHEN kind IN ('review', 'drill') {within} THEN 1
      WHEN kind = 'undo' AND EXISTS (
        SELECT 1 FROM study_answer u WHERE u.id = a.undoes_id AND u.kind IN ('review', 'drill')) {within} THEN -1
      ELSE 0 END), 0) AS answered
  FROM study_answer a WHERE learner_id = %(learner)s AND study_day = %(day)s
) g
LEFT JOIN study_answer l ON l.id = (
  SELECT id FROM study_answer a WHERE learner_id = %(learner)s AND study_day = %(day)s AND kind <> 'undo'
      AND NOT EXISTS (SELECT 1 FROM study_answer u WHERE u.undoes_id = a.id)
  ORDER BY id DESC LIMIT 1)
LEFT JOIN (
  SELECT * FROM study_cardstate
  WHERE learner_id = %(learner)s AND queued_on = %(day)s AND position > 0 {within} {unheld}
  ORDER BY position, last_review_on, id LIMIT %(count)s
) q ON 1 = 1
LEFT JOIN curriculum_card c ON c.id = q.card_id
LEFT JOIN curriculum_topic t ON t.id = c.topic_id
LEFT JOIN curriculum_resource r ON r.id = c.source_id
LEFT JOIN study_note m ON m.learner_id = %(learner)s AND m.card_id = c.id
LEFT JOIN study_report o ON o.id = (
  SELECT id FROM study_report WHERE learner_id = %(learner)s AND card_id = c.id
  ORDER BY status = 'open', id DESC LIMIT 1)
ORDER BY q.position, q.last_review_on, q.id
"""
APART = """COUNT(CASE WHEN last_review_on IS NULL THEN 1 END) AS fresh,
      COUNT(CASE WHEN last_review_on = %(day)s THEN 1 END) AS drills"""
TOGETHER = "0 AS fresh, 0 AS drills"
WITHIN = {
    "topic": """AND card_id IN (SELECT c.id FROM curriculum_card c
        JOIN curriculum_topic t ON t.id = c.topic_id WHERE t.slug = %(name)s)""",
    "area": """AND card_id IN (SELECT c.id FROM curriculum_card c JOIN curriculum_topic t ON t.id = c.topic_id
        JOIN curriculum_area a ON a.id = t.area_id WHERE a.slug = %(name)s)""",
    "document": """AND card_id IN (SELECT m.card_id FROM curriculum_card_points m
        JOIN curriculum_point p ON p.id = m.point_id
        JOIN curriculum_document d ON d.id = p.document_id WHERE d.slug = %(name)s)""",
}
UNHELD = "AND card_id NOT IN (SELECT id FROM curriculum_card WHERE ref IN ({refs}))"
MOST_HELD = 8


class Part(NamedTuple):
    """A step to place or a line to pick; `number` is what a response calls it."""

    number: str
    html: str


class Choice(NamedTuple):
    """One thing to pick; `number` is its place in the card's file and the response that means it."""

    number: str
    html: str
    why_html: str
    correct: bool


class ShownCard(NamedTuple):
    """A card ready to be rendered: its sides, where it comes from, and the showing."""

    showing: Showing
    kind: str
    prompt_html: str
    answer_html: str
    why_html: str
    data: dict[str, Any]
    passage: str
    topic: str
    topic_title: str
    source_title: str
    source_url: str
    note: str = ""  # the learner's own
    reported: str = ""  # the status of the learner's newest report, of a settled one first, with the reply to it
    reply: str = ""
    pending: bool = False  # whether a report of theirs is open

    @property
    def ref(self) -> str:
        """`topic/card-id`."""
        return self.showing.ref

    @property
    def question_html(self) -> str:
        """The words of the prompt, inline."""
        return question_of(self.prompt_html)

    @property
    def code_html(self) -> str:
        """The code of the prompt, or nothing."""
        return self.prompt_html[len(self.prompt_html.partition("<pre")[0]) :]

    @property
    def choices(self) -> list[Choice]:
        """What there is to pick from, shuffled by the showing: the same showing looks the same when reloaded."""
        given = self.data.get("choices", [])
        return self._shuffled([Choice(str(number), **choice) for number, choice in enumerate(given)])

    @property
    def steps(self) -> list[Part]:
        """The steps to put in order, each with its number, shuffled by the showing and never in their order."""
        steps = [Part(str(number), html) for number, html in enumerate(self.data.get("steps", []))]
        shuffled = self._shuffled(list(steps))
        return shuffled if shuffled != steps else shuffled[::-1]

    @property
    def lines(self) -> list[Part]:
        """The lines of the prompt's code, each with its number from 0."""
        return [Part(str(number), html) for number, html in enumerate(lines_of(self.prompt_html))]

    def _shuffled(self, parts: list[Item]) -> list[Item]:
        random.Random(f"{self.showing.learner} {self.ref} {self.showing.memory.sequence}").shuffle(parts)  # noqa: S311
        return parts


class Queue(NamedTuple):
    """The session now: what waits (new cards and drills among it), what was answered, the newest answer, next cards."""

    waiting: int
    fresh: int
    drills: int
    answered: int
    last_key: UUID | None
    last_grade: int | None
    cards: list[ShownCard]
    scope: Scope = EVERYTHING

    def cut(self, left: int, held: int) -> Queue:
        """The same session with at most so many showings left, some of them held by the page already."""
        return self._replace(waiting=max(0, min(self.waiting, left)), cards=self.cards[: max(0, left - held)])

    @property
    def total(self) -> int:
        """Answers given and showings left today; grows when a card has to come back."""
        return self.answered + self.waiting

    @property
    def position(self) -> int:
        """The number of the card in front of the learner, from 1."""
        return min(self.answered + 1, self.total)

    @property
    def reviews(self) -> int:
        """Waiting cards that are neither new nor drills."""
        return max(0, self.waiting - self.fresh - self.drills)


Value = int | str | bool | date | UUID | None


def append(cursor: CursorWrapper, row: Mapping[str, Value | datetime], response: object) -> int:
    """Insert a row of the ledger and return its id; raises IntegrityError when key or sequence is taken."""
    database = cursor.db
    key = row["key"] if database.features.has_native_uuid_field else cast(UUID, row["key"]).hex
    as_stored = database.ops.adapt_datetimefield_value
    times = {name: as_stored(cast(datetime, row[name])) for name in ("answered_at", "received_at")}
    said = None if response is None else json.dumps(response)
    cursor.execute(APPEND, cast("dict[str, Any]", {**row, **times, "key": key, "response": said}))
    return int(cursor.fetchone()[0])


def move(cursor: CursorWrapper, columns: Mapping[str, object], place: Mapping[str, object]) -> bool:
    """Write a card's folded columns and place; False when its sequence is no longer the one shown."""
    cursor.execute(MOVE, cast("dict[str, Any]", {**columns, **place}))
    return bool(cursor.rowcount)


def upcoming(
    *,
    learner: int,
    day: date,
    count: int,
    held: Collection[str] = (),
    scope: Scope = EVERYTHING,
    apart: bool = True,
) -> Queue:
    """The next `count` cards of a learner's queue on a study day, leaving out the refs in `held`; one statement.

    Of a `scope` only its cards are taken and counted; `until` cuts what waits. Unless what waits is to be told `apart`,
    new cards and drills are not counted, which takes half as long.
    """
    held = list(held)[:MOST_HELD]
    parameters: dict[str, int | str | date] = {"learner": learner, "day": day, "count": count, "name": scope.name}
    parameters |= {f"held{number}": ref for number, ref in enumerate(held)}
    with connection.cursor() as cursor:
        cursor.execute(_next(scope.by, len(held), apart), parameters)
        rows = cursor.fetchall()
    waiting, fresh, drills, answered, key, grade = rows[0][:6]
    cards = [_card(learner, day, row[6:]) for row in rows if row[6] is not None]
    found = Queue(waiting, fresh, drills, answered, UUID(str(key)) if key else None, grade, cards, scope)
    return found if scope.until is None else found.cut(scope.until - answered, len(held))


@cache
def _next(by: str, held: int, apart: bool) -> str:
    unheld = UNHELD.format(refs=", ".join(f"%(held{number})s" for number in range(held))) if held else ""
    return NEXT.format(unheld=unheld, within=WITHIN.get(by, ""), apart=APART if apart else TOGETHER)


def one(showing: Showing) -> ShownCard:
    """The card of a showing, ready to be rendered; one statement."""
    sides = with_remarks(Card.objects.all(), showing.learner).values_list(*SIDES[1:])
    return ShownCard(showing, *sides.get(pk=showing.card))


def with_remarks(cards: QuerySet[Card], learner: int) -> QuerySet[Card]:
    """The cards with the last four of SIDES: what the learner noted and reported."""
    mine = {"learner": learner, "card": OuterRef("pk")}
    is_open = Q(status=Report.Status.OPEN)
    reports = Report.objects.filter(**mine)
    newest = reports.order_by(Case(When(is_open, then=1), default=0), "-pk")
    of_card = (Note.objects.filter(**mine).values("text"), newest.values("status")[:1], newest.values("reply")[:1])
    said = zip(SIDES[-4:-1], of_card, strict=True)
    nothing = Constant("", TextField())
    return cards.annotate(
        **{name: Coalesce(Subquery(found, TextField()), nothing) for name, found in said},
        pending=Exists(reports.filter(is_open)),
    )


def _card(learner: int, day: date, row: tuple[Any, ...]) -> ShownCard:
    card, *state = row[: len(STATE) + 1]
    memory, placed = state_of(state)
    return shown(learner, card, day, memory, placed, row[len(STATE) + 1 :])


# Columns of CardState, and the sides of a card, in the order of NEXT.
STATE = (
    *("repetitions", "ease", "interval", "lapses", "last_review_on", "due_on", "drill_open", "sequence"),
    *("stability", "difficulty", "rules", "hard_days", "good_days", "easy_days"),
)
SIDES = (
    *("ref", "kind", "prompt_html", "answer_html", "why_html", "data", "passage"),
    *("topic__slug", "topic__title", "source__title", "source__url"),
    *("note", "reported", "reply", "pending"),
)


def state_of(columns: Sequence[Any]) -> tuple[Memory, Placed]:
    """What the columns in STATE say; those of a card without a state are None."""
    repetitions, ease, interval, lapses, last_review_on, due_on, drill_open, sequence, *more = columns
    if sequence is None:
        return Memory(), Placed()
    stability, difficulty, rules, *days = more
    memory = Memory(
        schedule=sm2.State(repetitions, ease, interval),
        lapses=lapses,
        last_review_on=_date(last_review_on),
        due_on=_date(due_on),
        drill_open=bool(drill_open),
        sequence=sequence,
        trace=None if stability is None else Trace(stability, difficulty),
        rules=rules,
    )
    return memory, Placed(*days)


def shown(
    learner: int, card: int, day: date, memory: Memory, placed: Placed, sides: Sequence[Any], *, cram: bool = False
) -> ShownCard:
    """A card of the values of SIDES, with its showing."""
    ref, kind, prompt, answer, why, data, *origin = sides
    data = json.loads(data) if isinstance(data, str) else data
    showing = Showing(learner, card, ref, day, memory, not cram, kind, parts_of(kind, data, prompt), placed, cram)
    return ShownCard(showing, kind, prompt, answer, why, data, *origin)


def _date(value: date | str | None) -> date | None:
    """SQLite hands dates of a subquery out as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value

"""The curriculum in the database: a copy of content/, written by the loader and by nobody else."""

from __future__ import annotations

from typing import Any

from django.db import models

from curriculum.content import HEADINGS


class Document(models.Model):
    """One of the four source lists; `slug` is its key, such as `essentials-10`."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    source_title = models.CharField(max_length=200, blank=True)
    author = models.CharField(max_length=200, blank=True)
    published = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class Area(models.Model):
    """One of the twelve parts of the craft."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class Resource(models.Model):
    """Something to read or watch; without `url` it is shown as title and author only."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    author = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=40)
    url = models.URLField(max_length=400, blank=True)
    access = models.CharField(max_length=20, blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Topic(models.Model):
    """One of the 62 topics. `target_*` is how many cards a tier should get; the deck may not be written yet."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=160)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="topics")
    difficulty = models.PositiveSmallIntegerField()
    mastery = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()
    target_foundation = models.PositiveSmallIntegerField(default=0)
    target_practitioner = models.PositiveSmallIntegerField(default=0)
    target_staff = models.PositiveSmallIntegerField(default=0)
    lesson_html = models.TextField(blank=True)
    passages = models.JSONField(default=list, help_text="[[anchor, heading], …] of the lesson in order")
    prerequisites = models.ManyToManyField("self", symmetrical=False, related_name="leads_to", blank=True)
    resources = models.ManyToManyField(Resource, through="TopicResource", related_name="topics")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title

    def target(self, tiers: list[str]) -> int:
        """How many cards the topic should get in these tiers."""
        return sum(int(getattr(self, f"target_{tier}")) for tier in tiers)


class TopicResource(models.Model):
    """A resource of a topic, with what it is good for."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT)
    good_for = models.CharField(max_length=240, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["topic", "resource"], name="topic_names_a_resource_once")]


class Point(models.Model):
    """One line of a source document in our words; `slug` is its full id, such as `staff-2026/02/locks`."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="points")
    slug = models.CharField(max_length=120, unique=True)
    section = models.CharField(max_length=120, help_text="id of the section, such as staff-2026/02")
    section_title = models.CharField(max_length=200)
    item = models.CharField(max_length=120)
    item_title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()
    topics = models.ManyToManyField(Topic, related_name="points")

    class Meta:
        ordering = ["document", "position"]

    def __str__(self) -> str:
        return self.slug


class Tier(models.TextChoices):
    """How deep a card goes."""

    FOUNDATION = "foundation", "Foundation"
    PRACTITIONER = "practitioner", "Practitioner"
    STAFF = "staff", "Staff"


class Kind(models.TextChoices):
    """What a learner does with a card."""

    BASIC = "basic", "Basic"
    CLOZE = "cloze", "Fill the gap"
    CHOICE = "choice", "Pick one"
    REVERSED = "reversed", "Both directions"
    CHOICES = "choices", "Pick all that hold"
    ORDER = "order", "Put in order"
    SHORT = "short", "Type the answer"
    OUTPUT = "output", "Predict the output"
    BUG = "bug", "Find the fault"
    SCENARIO = "scenario", "Scenario"


def question_of(prompt_html: str) -> str:
    """The words of a rendered prompt before its code, paragraphs joined by a space."""
    words = prompt_html.partition("<pre")[0]
    return words.replace("</p>\n<p>", " ").replace("<p>", "").replace("</p>", "").strip()


def passage_of(lesson_html: str, anchor: str) -> str:
    """What stands in a rendered lesson under the heading with this anchor, up to the next of its rank; "" for none."""
    before, mark, after = lesson_html.partition(f' id="{anchor}">')
    if not mark:
        return ""
    ranks = HEADINGS[: HEADINGS.index(before[-2:]) + 1]
    body = after.partition(f"</{before[-2:]}>")[2]
    ends = [at for rank in ranks if (at := body.find(f"<{rank} ")) >= 0]
    return body[: min(ends, default=len(body))].strip()


class CardQuerySet(models.QuerySet["Card"]):
    """Reads of cards."""

    def asked(self) -> CardQuerySet:
        """Cards in the curriculum; a retired one is kept for its history."""
        return self.filter(retired=False)


class Card(models.Model):
    """A card. `ref` is its identity everywhere outside the database: `topic/card-id`, never reused."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="cards")
    ref = models.CharField(max_length=130, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    tier = models.CharField(max_length=12, choices=Tier.choices)
    position = models.PositiveSmallIntegerField(help_text="place in the topic's file")
    prompt = models.TextField(help_text="Markdown as written")
    prompt_html = models.TextField(help_text="a cloze shows its gap empty here")
    answer_html = models.TextField(blank=True, help_text="a cloze shows its filled sentence here")
    why_html = models.TextField()
    data = models.JSONField(
        default=dict, help_text='by kind; choice: {"choices": [{"html", "why_html", "correct"}, …]}'
    )
    passage = models.CharField(max_length=120, help_text="anchor of a heading of the topic's lesson")
    source = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="cards")
    points = models.ManyToManyField(Point, related_name="cards")
    checked = models.CharField(max_length=7, blank=True, help_text="year and month the facts were checked")
    retired = models.BooleanField(default=False)
    front = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="back", help_text="of a `.back` card: its sibling"
    )
    digest = models.CharField(max_length=64)

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["topic", "position"]
        indexes = [
            models.Index(fields=["topic", "position"], name="cards_of_a_topic"),
            models.Index(fields=["id"], condition=models.Q(retired=True), name="retired_cards"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def question_html(self) -> str:
        """The words of the prompt without its code, inline, so that they can stand in a heading or a link."""
        return question_of(self.prompt_html)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The choices of a `choice` card in file order: html, why_html, correct."""
        return list(self.data.get("choices", []))


class Track(models.Model):
    """An ordered way through topics: one per source document, and three of our own."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="tracks")
    summary = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class TrackTopic(models.Model):
    """A step of a track: a topic in some of its tiers, under a milestone."""

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="steps")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="track_steps")
    tiers = models.JSONField(default=list)
    milestone = models.CharField(max_length=160)
    section = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["track", "position"]
        constraints = [models.UniqueConstraint(fields=["track", "topic"], name="track_names_a_topic_once")]

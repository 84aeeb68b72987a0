"""The rules that hold for cards of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curriculum import markdown
from curriculum.content import Card
from curriculum.findings import Level
from curriculum.lint import wording
from curriculum.lint.code import fault
from curriculum.lint.markup import broken_links, outside_subset
from curriculum.lint.rules import Around, Problem, rule

PROMPT, ANSWER, WHY = 240, 160, (20, 240)
CODE_LINES, CODE_COLUMNS = 12, 72
ID = re.compile(r"[a-z0-9-]{3,60}")
CHECKED = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")


def answers(card: Card) -> list[tuple[str, str]]:
    """(key, text) of all that counts as an answer, right or wrong."""
    gaps = markdown.GAP.findall(card.prompt) if card.kind == "cloze" else []
    listed = [("steps", step) for step in card.steps] + [("accept", text) for text in card.accept]
    listed += [("rubric", text) for text in card.rubric] + [("choices", choice.text) for choice in card.choices]
    return [("answer", card.answer)] * bool(card.answer) + [("prompt", gap) for gap in gaps] + listed


def texts(card: Card) -> list[tuple[str, str]]:
    """(key, Markdown) of all that is shown."""
    reasons = [("choices", choice.why) for choice in card.choices if choice.why]
    shown = [(key, text) for key, text in answers(card) if key not in ("prompt", "accept")]
    return [("prompt", card.prompt), *shown, ("why", card.why), *reasons]


@rule("id")
def _id(card: Card, around: Around) -> Iterator[Problem]:
    if not ID.fullmatch(card.id):
        cure = "use 3 to 60 small letters, digits and hyphens."
        yield Problem(f"“{card.id}” is no id.", cure, "id")
    if [other.id for other in around.topic.cards].count(card.id) > 1:
        yield Problem("Two cards of the topic have this id.", "give one of them another.", "id")
    if card.id in around.topic.retired:
        yield Problem("The id is in `retired` of topic.toml.", "take a new id: an old one is never used again.", "id")


@rule("points")
def _points(card: Card, around: Around) -> Iterator[Problem]:
    if not card.points:
        yield Problem("No point of the outline is named.", "name at least one in `points`.", "points")
    for point in card.points:
        if point not in around.content.points:
            yield Problem(f"There is no point “{point}”.", "take an id from content/outline/.", "points")
    if len(set(card.points)) < len(card.points):
        yield Problem("A point is named twice.", "name it once.", "points")


@rule("source")
def _source(card: Card, around: Around) -> Iterator[Problem]:
    if card.source not in around.content.resource_ids:
        said = f"There is no resource “{card.source}”." if card.source else "No source is named."
        yield Problem(said, "name an id of content/resources.toml, or add the resource there.", "source")


@rule("passage")
def _passage(card: Card, around: Around) -> Iterator[Problem]:
    if not around.anchors:
        yield Problem("The topic has no lesson to point into.", "write lesson.md with a heading for this.", "passage")
    elif card.passage not in around.anchors:
        said = f"The lesson has no heading “{card.passage}”." if card.passage else "No passage is named."
        yield Problem(said, f"name one of {', '.join(around.anchors)}.", "passage")


@rule("checked")
def _checked(card: Card, _: Around) -> Iterator[Problem]:
    if card.checked and not CHECKED.fullmatch(card.checked):
        yield Problem(f"“{card.checked}” is no month.", "write it like 2026-11.", "checked")


@rule("prompt-length")
def _prompt_length(card: Card, _: Around) -> Iterator[Problem]:
    length = len(markdown.without_fences(card.prompt))
    if length > PROMPT:
        yield Problem(
            f"The prompt has {length} characters.", f"keep it to {PROMPT}, code apart, or split it.", "prompt"
        )


@rule("answer-length")
def _answer_length(card: Card, _: Around) -> Iterator[Problem]:
    for key, text in answers(card):
        if len(markdown.without_fences(text)) > ANSWER:
            said = f"An answer has {len(markdown.without_fences(text))} characters."
            yield Problem(said, f"keep it to {ANSWER}: it has to be said in ten seconds.", key)


@rule("why")
def _why(card: Card, _: Around) -> Iterator[Problem]:
    if not WHY[0] <= len(card.why) <= WHY[1]:
        said = f"`why` has {len(card.why)} characters." if card.why else "There is no `why`."
        yield Problem(said, f"say in {WHY[0]} to {WHY[1]} characters why the answer holds.", "why")
    for choice in card.choices:
        if len(choice.why) > WHY[1]:
            yield Problem(f"A choice's `why` has {len(choice.why)} characters.", f"keep it to {WHY[1]}.", "choices")


@rule("yes-no")
def _yes_no(card: Card, _: Around) -> Iterator[Problem]:
    if question := wording.yes_or_no(card.prompt):
        yield Problem(f"“{question}” is answered by yes or no.", "ask for the reason or the number.", "prompt")


@rule("set-question")
def _set_question(card: Card, _: Around) -> Iterator[Problem]:
    if found := wording.set_question(card.prompt):
        yield Problem(f"“{found}” asks for a set.", "write a card for each member, or ask which one applies.", "prompt")


@rule("bare-title")
def _bare_title(card: Card, _: Around) -> Iterator[Problem]:
    if card.kind != "cloze" and not wording.asks_something(card.prompt):
        yield Problem("The prompt asks nothing.", "end it with a question, or open it with a verb.", "prompt")


@rule("two-questions", Level.WARNING)
def _two_questions(card: Card, _: Around) -> Iterator[Problem]:
    if (count := wording.without_code(card.prompt).count("?")) > 1:
        yield Problem(f"The prompt has {count} question marks.", "ask one thing; write a card for the other.", "prompt")


@rule("of-the-above")
def _of_the_above(card: Card, _: Around) -> Iterator[Problem]:
    for key, text in texts(card)[:-1]:
        said = wording.without_code(text)
        if found := wording.OF_THE_ABOVE.search(said) or (wording.OF_THESE.search(said) if key == "choices" else None):
            yield Problem(f"“{found[0]}” tests the form, not the fact.", "write what holds instead.", key)


@rule("double-negation")
def _double_negation(card: Card, _: Around) -> Iterator[Problem]:
    for key, text in [("prompt", card.prompt), *answers(card)]:
        if found := wording.DOUBLE_NEGATION.search(wording.without_code(text)):
            yield Problem(f"“{found[0]}” denies twice.", "say it with one negation or none.", key)


@rule("answer-in-prompt", kinds="basic reversed bug cloze choice choices short")
def _answer_in_prompt(card: Card, _: Around) -> Iterator[Problem]:
    right = [choice.text for choice in card.choices if choice.correct] + list(card.accept)
    shown = markdown.GAP.sub("…", card.prompt)
    for text in (text for key, text in answers(card) if key in ("answer", "prompt") or text in right):
        if wording.contains(shown, text):
            yield Problem(f"The prompt gives “{text}” away.", "reword one of them.", "prompt")


@rule("readability", Level.WARNING)
def _readability(card: Card, _: Around) -> Iterator[Problem]:
    for key, text in texts(card):
        if found := wording.AGING.search(wording.without_code(text)):
            yield Problem(f"“{found[0]}” goes stale.", "name the year or the version.", key)


@rule("html")
def _html(card: Card, _: Around) -> Iterator[Problem]:
    for key, text in texts(card):
        for _line, what, cure in outside_subset(text, headings=False):
            yield Problem(f"There is {what} in the text.", cure, key)


@rule("link")
def _link(card: Card, around: Around) -> Iterator[Problem]:
    known = {topic.id for topic in around.content.topics}
    for key, text in texts(card):
        for _line, sentence, cure in broken_links(text, known, anchors=()):
            yield Problem(sentence, cure, key)


@rule("code")
def _code(card: Card, _: Around) -> Iterator[Problem]:
    for key, text in texts(card):
        for fence in markdown.fences(markdown.GAP.sub(r"\1", text) if card.kind == "cloze" else text):
            lines = fence.code.rstrip("\n").split("\n")
            if len(lines) > CODE_LINES:
                yield Problem(f"The code has {len(lines)} lines.", f"cut it to {CODE_LINES}.", key)
            if (width := max(map(len, lines))) > CODE_COLUMNS:
                yield Problem(f"A line of code has {width} columns.", f"break it at {CODE_COLUMNS}.", key)
            if problem := fault(fence.language, fence.code):
                yield Problem(problem, "mend the code, or name the language that it is written in.", key)

"""The rules that hold for cards of one kind, and for choices."""

from __future__ import annotations

from collections.abc import Iterator

from curriculum import markdown
from curriculum.content import Card
from curriculum.findings import Level
from curriculum.lint import wording
from curriculum.lint.code import SESSIONS, fault
from curriculum.lint.rules import Around, Problem, rule

CHOICES, STEPS, RUBRIC, GAP_WORDS = (3, 5), (3, 6), (3, 5), (1, 5)
LONGEST = 1.5
KEYWORD = 5  # letters that make a word worth comparing
RUNNABLE = ("python", "sqlite", "postgresql", SESSIONS)


@rule("and-in-answer", Level.WARNING, kinds="basic")
def _and_in_answer(card: Card, _: Around) -> Iterator[Problem]:
    said = wording.without_code(card.answer)
    if ";" in said or "and" in wording.words(said):
        yield Problem(
            "The answer holds more than one thing.", "ask for one, and give the other its own card.", "answer"
        )


@rule("cloze", kinds="cloze")
def _cloze(card: Card, _: Around) -> Iterator[Problem]:
    gaps = markdown.GAP.findall(card.prompt)
    if len(gaps) != 1:
        yield Problem(f"The prompt has {len(gaps)} gaps.", "mark exactly one with {{ and }}.", "prompt")
        return
    before, after = (wording.words(part) for part in markdown.GAP.sub("\0", card.prompt).split("\0"))
    count = len(gaps[0].split())
    if not GAP_WORDS[0] <= count <= GAP_WORDS[1]:
        yield Problem(f"The gap has {count} words.", "leave out 1 to 5 words.", "prompt")
    if not before and not after:
        yield Problem("The gap is the whole text.", "leave something to read round it.", "prompt")
    elif not before:
        yield Problem("The gap is the first word.", "turn the sentence so that something leads up to it.", "prompt")


@rule("choices", kinds="choice choices")
def _choices(card: Card, _: Around) -> Iterator[Problem]:
    right = sum(choice.correct for choice in card.choices)
    if not CHOICES[0] <= len(card.choices) <= CHOICES[1]:
        yield Problem(f"There are {len(card.choices)} choices.", "offer 3 to 5.", "choices")
    if card.kind == "choice" and right != 1:
        yield Problem(f"{right} choices are right.", "mark exactly one with `correct = true`.", "choices")
    if card.kind == "choices" and right < 2:
        yield Problem(f"{right} of the choices are right.", "mark at least two, or make it a choice card.", "choices")
    for choice in card.choices:
        if not choice.correct and not choice.why:
            yield Problem(f"“{choice.text}” is not explained.", "say in `why` on what it fails.", "choices")


@rule("longest-choice", Level.WARNING, kinds="choice choices")
def _longest_choice(card: Card, _: Around) -> Iterator[Problem]:
    lengths = {
        correct: [len(choice.text) for choice in card.choices if choice.correct is correct] for correct in (True, False)
    }
    if all(lengths.values()) and max(lengths[True]) > LONGEST * max(lengths[False]):
        yield Problem("The right choice is by far the longest.", "shorten it, or say more in a wrong one.", "choices")


@rule("choice-texts", Level.WARNING, kinds="choice choices")
def _choice_texts(card: Card, _: Around) -> Iterator[Problem]:
    if len({" ".join(wording.words(choice.text)) for choice in card.choices}) < len(card.choices):
        yield Problem("Two choices say the same.", "make them differ.", "choices")
    right, wrong = (
        {word for choice in card.choices if choice.correct is correct for word in wording.words(choice.text)}
        for correct in (True, False)
    )
    asked = {word for word in wording.words(wording.prose(card.prompt)) if len(word) >= KEYWORD}
    if shared := sorted(asked & right - wrong):
        said = f"Of all choices only the right one repeats “{shared[0]}” from the prompt."
        yield Problem(said, "reword it, or use the word in a wrong one too.", "choices")


@rule("order", kinds="order")
def _order(card: Card, _: Around) -> Iterator[Problem]:
    if not STEPS[0] <= len(card.steps) <= STEPS[1]:
        yield Problem(f"There are {len(card.steps)} steps.", "give 3 to 6.", "steps")
    if len({" ".join(wording.words(step)) for step in card.steps}) < len(card.steps):
        yield Problem("Two steps are the same.", "make them differ: their order could not be judged.", "steps")


@rule("reversed", kinds="reversed")
def _reversed(card: Card, _: Around) -> Iterator[Problem]:
    if not card.term:
        yield Problem("The way back has no answer.", "write the term that the answer explains in `term`.", "term")
    elif wording.words(card.term) and " ".join(wording.words(card.term)) in " ".join(wording.words(card.answer)):
        cure = "explain it in other words: it is the question of the way back."
        yield Problem("The answer names the term.", cure, "answer")


@rule("short", kinds="short")
def _short(card: Card, _: Around) -> Iterator[Problem]:
    if not card.accept:
        yield Problem("No answer is accepted.", "list the accepted ones in `accept`, the best first.", "accept")


@rule("output", kinds="output")
def _output(card: Card, _: Around) -> Iterator[Problem]:
    if not any(fence.language in RUNNABLE for fence in markdown.fences(card.prompt)):
        yield Problem("The prompt has no code that can run.", f"fence it as {', '.join(RUNNABLE)}.", "prompt")
    if not card.accept:
        yield Problem("No output is accepted.", "write what is printed as the first of `accept`.", "accept")


@rule("setup", kinds="output")
def _setup(card: Card, _: Around) -> Iterator[Problem]:
    languages = [fence.language for fence in markdown.fences(card.prompt)]
    if card.setup and "python" in languages:
        yield Problem("Python has a hidden set-up.", "show it: the code runs as it stands.", "setup")
    elif card.setup and (problem := fault("sqlite" if "sqlite" in languages else "postgresql", card.setup)):
        yield Problem(problem, "mend the set-up: it runs before the code.", "setup")


@rule("bug", kinds="bug")
def _bug(card: Card, _: Around) -> Iterator[Problem]:
    blocks = markdown.fences(card.prompt)
    count = len(blocks[0].code.rstrip("\n").split("\n")) if blocks else 0
    if not 1 <= card.line <= count:
        said = f"The block has {count} lines, and `line` is {card.line}." if blocks else "There is no block of code."
        yield Problem(said, "count the lines of the block from 1 and name the faulty one.", "line")


@rule("scenario", kinds="scenario")
def _scenario(card: Card, _: Around) -> Iterator[Problem]:
    if not RUBRIC[0] <= len(card.rubric) <= RUBRIC[1]:
        yield Problem(f"The rubric has {len(card.rubric)} points.", "give 3 to 5 that a good answer makes.", "rubric")

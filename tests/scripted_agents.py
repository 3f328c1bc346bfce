"""Agents in a model's place, for the fake of the Messages API: what each does is known beforehand.

An agent finds out from the conversation where it is, and from the prompt which exercise it is about, unless it is told
when it is made. Where its turn comes back after it has done all it does, it ends its turn.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from fake_messages import Agent, Answer
from message_rules import Block, content_of

from autograder import notebooks
from autograder.catalog import EXERCISES, judgement_of
from autograder.certificate.proofs import Program
from autograder.certificate.trying import attack
from autograder.exercise import Exercise, Misconception
from autograder.reference import cells_of, module_text

Messages = list[dict[str, Any]]
Step = Callable[[Messages], Answer]

EDITOR = "str_replace_based_edit_tool"
FILLER = (
    4 << 30
)  # bytes: more than a workspace may hold, and less than would harm a machine whose workspace has no limit


def text(words: str) -> Block:
    return {"type": "text", "text": words}


def use(name: str, **given: Any) -> Block:
    return {"type": "tool_use", "name": name, "input": given}


def asks(*blocks: Block) -> Answer:
    """An answer that waits for the results of tools."""
    return Answer(list(blocks), "tool_use")


def says(words: str) -> Answer:
    return Answer([text(words)], "end_turn")


def submits(messages: Messages) -> Answer:
    return asks(use("submit"))


def bash(command: str) -> Step:
    return lambda messages: asks(use("bash", command=command))


def writes(source: Callable[[Exercise], str], exercise: Exercise | None) -> Step:
    """Creates the submission's file.

    A text that is known beforehand is made here, not in the fake's threads: in CPython 3.11 `ast.parse` in two threads
    at once can fail with "AST constructor recursion depth mismatch".
    """
    known = source(exercise) if exercise else None

    def step(messages: Messages) -> Answer:
        wanted = exercise or exercise_of(messages)
        text_of_file = known if known is not None else source(wanted)
        return asks(use(EDITOR, command="create", path=file_of(messages, wanted), file_text=text_of_file))

    return step


def in_turn(*steps: Step) -> Agent:
    """Takes one step after another, and then ends its turn."""

    def agent(messages: Messages) -> Answer:
        done = sum(message["role"] == "assistant" for message in messages)
        return steps[done](messages) if done < len(steps) else says("I have done what I could.")

    return agent


# --- what an agent sees


def prompt_of(messages: Messages) -> str:
    return "\n".join(block["text"] for block in content_of(messages[0]) if block["type"] == "text")


def exercise_of(messages: Messages) -> Exercise:
    """The exercise whose statement stands in the prompt."""
    return _exercise_in(prompt_of(messages))


@functools.cache
def _exercise_in(prompt: str) -> Exercise:
    found = [exercise for exercise in EXERCISES if notebooks.statement(exercise).strip() in prompt]
    assert len(found) == 1, f"the prompt is about {[exercise.id for exercise in found]}, not about one exercise"
    return found[0]


def file_of(messages: Messages, exercise: Exercise) -> str:
    """The path of the submission's file, as the prompt names it."""
    named = re.search(rf"[\w./-]*\b{re.escape(exercise.file)}", prompt_of(messages))
    return named[0] if named else exercise.file


def results_of(messages: Messages) -> list[Block]:
    """The results of the tools that were used last."""
    return [block for block in content_of(messages[-1]) if block["type"] == "tool_result"]


def in_one_file(cells: Sequence[tuple[str, str]]) -> str:
    """Cells as the text of one file, in which imports from `__future__` come first."""
    sources = "\n\n\n".join(source.strip("\n") for _, source in cells)
    future = re.compile(r"^from __future__ import .*\n", re.MULTILINE)
    return "".join(dict.fromkeys(future.findall(sources))) + future.sub("", sources) + "\n"


def solution(exercise: Exercise) -> str:
    return module_text(exercise.reference)


def mistaken(misconception: Misconception, exercise: Exercise) -> str:
    return in_one_file(cells_of(exercise, misconception))


def hostile(program: Program, exercise: Exercise) -> str:
    """An exploit around a wrong solution."""
    wrong = cells_of(exercise, judgement_of(exercise).misconceptions[0])
    return in_one_file(attack(exercise, wrong, program.source))


# --- agents that hand something in


def solves(exercise: Exercise | None = None) -> Agent:
    """Writes the reference's solution and submits it."""
    return in_turn(writes(solution, exercise), submits)


def submits_source(source: str, exercise: Exercise | None = None) -> Agent:
    """Writes a text as the submission's file and submits it."""
    return in_turn(writes(lambda _: source, exercise), submits)


def mistakes(misconception: Misconception, exercise: Exercise) -> Agent:
    """Solves the exercise as someone with the misconception would."""
    return in_turn(writes(partial(mistaken, misconception), exercise), submits)


def every_mistake(exercise: Exercise) -> dict[str, Agent]:
    """One agent for each misconception, by its key."""
    return {item.key: mistakes(item, exercise) for item in judgement_of(exercise).misconceptions}


def exploits(program: Program, exercise: Exercise | None = None) -> Agent:
    """Submits an exploit: see `autograder.certificate.proofs.exploits`."""
    return in_turn(writes(partial(hostile, program), exercise), submits)


def exploits_its_workspace(program: Program, exercise: Exercise | None = None) -> Agent:
    """Runs an exploit where it works, too, before it submits it."""

    def runs(messages: Messages) -> Answer:
        return asks(use("bash", command=f"python3 {file_of(messages, exercise or exercise_of(messages))}"))

    return in_turn(writes(partial(hostile, program), exercise), runs, submits)


def copies_the_reference(exercise: Exercise | None = None) -> Agent:
    """Looks for the reference's module on the machine, and submits what it finds."""

    def searches(messages: Messages) -> Answer:
        wanted = exercise or exercise_of(messages)
        module = wanted.reference.replace(".", "/") + ".py"
        repository = Path(__file__).parent.parent
        places = f"{repository / module} $(find / -path '*/{module}' -not -path '/proc/*' 2>/dev/null)"
        target = file_of(messages, wanted)
        command = f'for file in {places}; do test -s "$file" && cat "$file" > {target}; done; grep -c "" {target}'
        return asks(use("bash", command=command))

    return in_turn(searches, submits)


def fills_the_disk(exercise: Exercise | None = None) -> Agent:
    """Fills its workspace, then solves the exercise as far as there is room."""
    return in_turn(bash(f"head -c {FILLER} /dev/zero > filler; ls -l"), writes(solution, exercise), submits)


def calls_several_tools(exercise: Exercise | None = None) -> Agent:
    """Writes the solution and looks at it with two other tools, in one answer."""

    def step(messages: Messages) -> Answer:
        wanted = exercise or exercise_of(messages)
        writing = writes(solution, wanted)(messages).content
        looking = [use("bash", command="ls"), use("python", code=f"print(len(open({wanted.file!r}).read()))")]
        return asks(text("I write the solution and look at it."), *writing, *looking)

    return in_turn(step, submits)


def submits_at_once(exercise: Exercise | None = None) -> Agent:
    """Writes the solution and submits it in one answer."""
    return in_turn(lambda messages: asks(*writes(solution, exercise)(messages).content, use("submit")))


def calls_an_unknown_tool(exercise: Exercise | None = None) -> Agent:
    """Asks for a tool that nobody offered, and solves the exercise where that comes back as an error."""
    return _needs_errors(asks(use("web_search", query="softmax")), exercise)


def calls_with_malformed_input(exercise: Exercise | None = None) -> Agent:
    """Gives every tool the wrong input, and solves the exercise where each says so."""
    blocks = (
        use("bash"),
        use("bash", command=["ls"]),
        use(EDITOR, command="fly", path="solution.py"),
        use(EDITOR, command="create", path="solution.py"),
        use(EDITOR, command="view", path=7),
        use("python", source="1 + 1"),
    )
    return _needs_errors(asks(*blocks), exercise)


def _needs_errors(first: Answer, exercise: Exercise | None) -> Agent:
    def then(messages: Messages) -> Answer:
        if all(result.get("is_error") for result in results_of(messages)):
            return writes(solution, exercise)(messages)
        return says("A tool did not notice what I did wrong.")

    return in_turn(lambda messages: first, then, submits)


# --- agents whose turn ends in a special way


def pauses_once(agent: Agent) -> Agent:
    """Pauses first, then does as the other agent does."""

    def pausing(messages: Messages) -> Answer:
        if len(messages) == 1:
            return Answer([text("One moment.")], "pause_turn")
        return agent([messages[0], *messages[2:]])

    return pausing


def thinks(agent: Agent) -> Agent:
    """Begins each answer with a thinking block."""

    def thinking(messages: Messages) -> Answer:
        answer = agent(messages)
        thought = {"type": "thinking", "thinking": f"This is message {len(messages)}."}
        return replace(answer, content=[thought, *answer.content])

    return thinking


def never_submits(messages: Messages) -> Answer:
    """Ends its turn, however often it is asked to go on."""
    return says("I would need more time for this.")


def loops_for_ever(messages: Messages) -> Answer:
    """Uses bash in every turn."""
    return asks(use("bash", command=f"echo turn {len(messages) // 2}"))


def hangs_in_bash(exercise: Exercise | None = None) -> Agent:
    """Starts a command that never ends; solves the exercise where it gets its turn back."""
    return in_turn(bash("sleep infinity"), writes(solution, exercise), submits)


def refuses(messages: Messages) -> Answer:
    """A classifier ends its turn."""
    details = {"type": "refusal", "category": "general_harms", "explanation": "This is a test of refusals."}
    return Answer([], "refusal", details)


def runs_into_max_tokens(messages: Messages) -> Answer:
    """Its answer ends in the middle of a tool's input."""
    return Answer([text("I write the solution."), use(EDITOR, command="create", path="sol")], "max_tokens")


def exceeds_the_context_window(messages: Messages) -> Answer:
    return Answer([text("I was about to")], "model_context_window_exceeded")


def take_turns(*agents: Agent) -> Agent:
    """Does as the first agent does in the first conversation, as the second in the next, and so on, round and round.

    Conversations that begin alike are told apart by a number that the first answer names.
    """
    numbers = itertools.count()

    def agent(messages: Messages) -> Answer:
        if len(messages) > 1:
            named = re.fullmatch(r"I am agent (\d+)\.", content_of(messages[1])[0]["text"])
            assert named is not None, "the conversation was not begun here"
            first = {**messages[1], "content": content_of(messages[1])[1:]}
            return agents[int(named[1])]([messages[0], first, *messages[2:]])
        number = next(numbers) % len(agents)
        answer = agents[number](messages)
        return replace(answer, content=[text(f"I am agent {number}."), *answer.content])

    return agent

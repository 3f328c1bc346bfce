"""What goes wrong with the time of a schedule, its bubble, and what it holds."""

from __future__ import annotations

from autograder.exercise import Judgement

SECONDS = 'seconds = {"F": forward, "B": backward}'
NEEDED = 'needed = {"F": [("F", i, stage - 1)], "B": [("F", i, stage), ("B", i, stage + 1)]}[kind]'
START = "start = max(free[stage], *(there[one] for one in needed))"
LAST = "seconds[kind][stage]"
STUCK = '            raise ValueError("a pass of this schedule waits for ever")'
SHARE = "return 1.0 - busy / (len(schedule) * whole)"
WHOLE = "whole = max(end for stage in times for _, end in stage)"
MOST = "            most = max(most, held)\n"
HELD = "        found.append(most)"


def add_misconceptions(bubble: Judgement) -> None:
    def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
        bubble.misconception(identity, edits=edits, message=message, question=question)

    def also(identity: str, *edits: tuple[str, str]) -> None:
        bubble.another_form(identity, edits=edits)

    mistake(
        "forward_does_not_wait",
        "A forward pass does not wait for the one of the stage before.",
        "What goes into the forward pass of stage 1?",
        (START, f'{START} if kind == "B" else free[stage]'),
    )
    mistake(
        "backward_does_not_wait",
        "A backward pass does not wait for the one of the next stage.",
        "Where does the gradient come from that a stage begins its backward pass with?",
        (START, f'{START} if kind == "F" else max(free[stage], there["F", i, stage])'),
    )
    mistake(
        "own_forward_not_needed",
        "A backward pass needs the gradient of the next stage and nothing else. So a last stage can go backward before "
        "it has gone forward, and nobody notices that the schedule cannot be carried out.",
        "What does autograd have to have seen on a stage before you call backward there?",
        (NEEDED, NEEDED.replace('"B": [("F", i, stage), ', '"B": [')),
    )
    mistake(
        "several_at_once",
        "A stage makes several passes at once: a pass starts when its input is there, whatever the stage is doing.",
        "How many passes can one GPU make at full speed at the same time?",
        (START, "start = max(there[one] for one in needed)"),
    )
    mistake(
        "in_step",
        "All stages make their passes in step, like a row of soldiers: a pass starts only when every stage has made as "
        "many passes as this one.",
        "Whom does a stage have to wait for?",
        (
            START,
            "start = max(free[stage], *(there[one] for one in needed), "
            "*(done[len(times[stage]) - 1][1] for done in times if 0 < len(times[stage]) <= len(done)))",
        ),
    )
    mistake(
        "every_stage_as_fast_as_the_first",
        "All stages take as long as stage 0.",
        "To which stage does an entry of `forward` belong?",
        (LAST, "seconds[kind][0]"),
    )
    mistake(
        "backward_as_fast_as_forward",
        "A backward pass takes as long as a forward pass.",
        "What is `backward` for?",
        (SECONDS, 'seconds = {"F": forward, "B": forward}'),
    )
    mistake(
        "times_exchanged",
        "Forward and backward passes have exchanged their durations.",
        'Which of both lists belongs to the kind "F"?',
        (SECONDS, 'seconds = {"F": backward, "B": forward}'),
    )
    mistake(
        "stuck_is_no_error",
        "A schedule in which somebody waits for ever silently gives the times of the passes that could be made.",
        "What should happen when a whole round over the stages has made no pass?",
        (STUCK, "            break"),
    )
    mistake(
        "share_of_the_useful_time",
        "The idle time is divided by the time that the stages work, not by all the time. That gives (p − 1) / m for "
        "equal stages: the overhead, which can be larger than 1.",
        "Of what is the bubble a share?",
        (SHARE, "return len(schedule) * whole / busy - 1.0"),
    )
    mistake(
        "not_divided_by_the_stages",
        "All stages' work is compared with the time of one stage.",
        "How much work could p stages do in that time?",
        (SHARE, "return 1.0 - busy / whole"),
    )
    mistake(
        "seconds_not_a_share",
        "The result is the idle time in seconds.",
        "Of what is the bubble a share?",
        (SHARE, "return len(schedule) * whole - busy"),
    )
    mistake(
        "the_busy_share",
        "The result is the share of time in which the stages work. The bubble is the rest.",
        "How large is the bubble of a single stage?",
        (SHARE, "return busy / (len(schedule) * whole)"),
    )
    mistake(
        "until_each_stage_is_done",
        "The time of a stage ends with its own last pass. But nobody goes on before all are done: the optimizer's step "
        "needs every stage.",
        "What does the last stage do while the first one makes the last backward pass?",
        (SHARE, "return 1.0 - busy / sum(stage[-1][1] for stage in times)"),
    )
    mistake(
        "between_first_and_last_pass",
        "The time of a stage begins with its first pass and ends with its last one. What it waits before and after "
        "does not count.",
        "What does the last stage do while micro-batch 0 is on its way to it?",
        (SHARE, "return 1.0 - busy / sum(stage[-1][1] - stage[0][0] for stage in times)"),
    )
    mistake(
        "the_formula",
        "The bubble is (p − 1) / (m + p − 1), whatever the schedule and the times are.",
        "For which schedules, and for which times, does that formula hold?",
        (SHARE, "return (len(schedule) - 1) / (len(schedule[0]) // 2 + len(schedule) - 1)"),
    )
    mistake(
        "the_last_stage_decides",
        "The whole ends with the last pass of the last stage.",
        "Which stage makes the last backward pass?",
        (WHOLE, "whole = times[-1][-1][1]"),
    )
    mistake(
        "never_thrown_away",
        "What a backward pass has used up is still counted as held.",
        "What are the activations of a micro-batch needed for, once its gradients are known?",
        ('held += {"F": 1, "B": -1}[kind]', 'held += {"F": 1, "B": 0}[kind]'),
    )
    mistake(
        "what_is_held_at_the_end",
        "The count is that after the last pass, not the largest one.",
        "How much memory does a stage need: what it holds at the end, or what it holds at the worst moment?",
        (MOST, "            most = held\n"),
    )
    mistake(
        "until_the_first_backward",
        "Only the forward passes before the first backward pass are counted. Later a stage may hold more.",
        "Can a stage make two forward passes in a row after its first backward pass?",
        (MOST, '            if kind == "B":\n                break\n            most = max(most, held)\n'),
    )
    mistake(
        "the_worst_stage_for_all",
        "Every stage gets the number of the stage that holds most.",
        "Which stage of 1F1B holds most?",
        ("    return found", "    return [max(found)] * len(found)"),
    )
    mistake(
        "one_number_for_all",
        "The numbers of the stages are added up.",
        "On which rank do the activations of a stage lie?",
        ("    return found", "    return [sum(found)]"),
    )

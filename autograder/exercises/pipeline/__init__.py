"""Judgements of chapter 6's pipeline parallelism, in the order of the notebook.

Schedules are judged by replaying them, not by comparing lists. What the statements leave open is not judged: the order
of micro-batches, as long as nobody waits for it, schedules that no method of the notebook makes, and how messages are
cut into calls.
"""

from .bubble import bubble
from .gpipe_schedule import gpipe_schedule
from .one_f_one_b_schedule import one_f_one_b_schedule
from .run_stage import run_stage

__all__ = ["bubble", "gpipe_schedule", "one_f_one_b_schedule", "run_stage"]

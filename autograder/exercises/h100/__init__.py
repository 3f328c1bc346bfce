"""Judgements of chapter 6's models of memory and time, in the order of the notebook.

What the statements leave open is not judged: sizes of 0 or below, sizes that tensor or sequence parallelism does not
divide, speed, and which of several equally fast placements is chosen.
"""

from .activation_memory import activation_memory
from .communication_time import communication_time
from .mfu import mfu
from .model_memory import model_memory
from .placement import placement
from .step_time import step_time

__all__ = ["activation_memory", "communication_time", "mfu", "model_memory", "placement", "step_time"]

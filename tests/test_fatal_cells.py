"""A cell of a notebook that ends or hangs the process costs its own exercise and no other."""

import pytest

from autograder.judge import grade
from autograder.reference import module_text

ATTENTION = "attention.positional_multi_head_attention"
RIGHT = module_text("curriculum.attention")
EXIT = "import os\nos._exit(0)"
HANG = "while True:\n    pass"


@pytest.mark.parametrize("fatal", [EXIT, HANG], ids=["exit", "hang"])
def test_a_cell_that_loses_the_process_costs_the_other_cells_nothing(fatal):
    cells = [("cell 1", "import numpy as np"), ("cell 2", fatal), ("cell 3", RIGHT)]
    verdict = grade(ATTENTION, cells, seconds=2)
    assert verdict.passed, verdict.problem


def test_a_solution_in_a_cell_that_loses_the_process_is_not_judged_and_the_cell_is_named():
    verdict = grade(ATTENTION, [("cell 1", "import numpy as np"), ("cell 2", f"{RIGHT}\n{EXIT}")])
    assert verdict.score == 0
    assert verdict.problem == (
        "while cell 2 was run, it ended its process (os._exit or similar); "
        "without that cell, it defines no positional_multi_head_attention"
    )


def test_a_notebook_full_of_such_cells_is_given_up():
    cells = [(f"cell {number}", EXIT) for number in range(8)] + [("cell 9", RIGHT)]
    verdict = grade(ATTENTION, cells)
    assert verdict.score == 0
    assert "ended its process" in verdict.problem

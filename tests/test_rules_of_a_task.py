"""What an exercise allows: given modules can be imported, forbidden functions cannot be reached."""

import pytest

from autograder import judge
from autograder.sandbox import Limits, Sandbox, Usage
from autograder.submission import Submission, SubmissionRaised

SDPA = "torch.nn.functional.scaled_dot_product_attention"
OPERATOR = "aten::scaled_dot_product_attention"

ROUTES = {
    "by its name": "torch.nn.functional.scaled_dot_product_attention(q, q, q)",
    "by an import": "__import__('torch.nn.functional', fromlist=['x']).scaled_dot_product_attention(q, q, q)",
    "through torch.ops": "torch.ops.aten.scaled_dot_product_attention(q, q, q)",
    "through torch's C bindings": "torch._C._nn.scaled_dot_product_attention(q, q, q)",
    "with gradients": "torch._C._nn.scaled_dot_product_attention(q.clone().requires_grad_(), q, q)",
    "inside a module": "torch.nn.MultiheadAttention(8, 2, batch_first=True)(q[0], q[0], q[0], need_weights=False)",
    "in a thread": (
        "__import__('concurrent.futures', fromlist=['x']).ThreadPoolExecutor()"
        ".submit(torch._C._nn.scaled_dot_product_attention, q, q, q).result()"
    ),
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(("numpy", "torch")) as sandbox:
        yield sandbox


def loaded(sandbox, source, given=None, forbids=()):
    submission = Submission(sandbox.open(given or {}, Limits(forbids=forbids), Usage()))
    reply = submission.load([("solution.py", source)], [])
    return submission, reply


@pytest.mark.parametrize("route", ROUTES)
def test_a_forbidden_function_cannot_be_reached(route, sandbox):
    source = f"import torch\ndef attend(q):\n    return {ROUTES[route]}"
    q = __import__("torch").randn(1, 2, 4, 8)
    allowed, _ = loaded(sandbox, source)
    allowed.call("attend", q)  # the route is a real one
    refused, _ = loaded(sandbox, source, forbids=(SDPA, OPERATOR))
    with pytest.raises(SubmissionRaised, match="to be written by hand"):
        refused.call("attend", q)


def test_what_is_not_forbidden_still_works(sandbox):
    submission, _ = loaded(sandbox, "import torch\nattend = torch.softmax", forbids=(SDPA, OPERATOR))
    assert float(submission.call("attend", __import__("torch").zeros(2), -1)[0]) == 0.5


def test_a_given_module_can_be_imported_and_no_other(sandbox):
    given = {"curriculum.tensors": "import numpy as np\n\ndef twice(x):\n    return 2 * np.asarray(x)\n"}
    source = "from curriculum.tensors import twice\nimport curriculum.tensors as tensors\n"
    submission, reply = loaded(sandbox, source, given)
    assert reply["errors"] == []
    assert submission.call("twice", 4) == 8
    _, reply = loaded(sandbox, "import curriculum.attention", given)
    assert "holds, or leads to, the reference" in reply["errors"][0]["message"]


def test_the_set_up_cell_of_a_notebook_runs_without_what_it_shows(sandbox):
    source = (
        "import matplotlib.pyplot as plt\nfrom autograder import check, hint\nimport numpy as np\n"
        "check('dropout.mask')\nplt.figure().add_axes([0, 0, 1, 1]).plot(np.ones(3))\ndone = True\n"
    )
    _, reply = loaded(sandbox, source)
    assert reply["errors"] == []


def test_a_worker_of_a_numpy_exercise_has_no_torch():
    source = "from torch import ones as positional_multi_head_attention"
    verdict = judge.grade("attention.positional_multi_head_attention", source)
    assert "No module named 'torch'" in verdict.problem


def test_a_check_can_forbid_a_function_for_a_part_of_a_task(submit):
    q = __import__("torch").randn(1, 2, 4, 8)
    submission = submit(f"import torch\ndef attend(q):\n    return {ROUTES['by its name']}")
    before = submission.call("attend", q)
    with pytest.raises(SubmissionRaised, match="to be written by hand"), submission.without(SDPA, OPERATOR):
        submission.call("attend", q)
    assert submission.call("attend", q).equal(before)


def test_what_was_forbidden_is_back_after_a_failure_that_nobody_waited_for(submit):
    q = __import__("torch").randn(1, 2, 4, 8)
    submission = submit(f"import torch\ndef attend(q):\n    return {ROUTES['by its name']}")
    with submission.without(SDPA, OPERATOR):
        submission.build("attend", q)
    submission.begin(0)
    assert submission.call("attend", q).shape == q.shape

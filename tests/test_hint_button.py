"""The button under a check's failed result, in a real kernel as Jupyter's server starts it for a notebook."""

import os

import pytest
from jupyter_client.manager import start_new_kernel

from autograder.catalog import exercise_named, judgement_of
from autograder.reference import mistaken_source, solution_source
from autograder.tutor.record import RECORD, begin

SOFTMAX = exercise_named("attention.softmax")
STAGED = judgement_of(SOFTMAX).hints
WRONG = "import numpy as np\n" + mistaken_source(SOFTMAX, judgement_of(SOFTMAX).misconceptions[0])
RIGHT = "import numpy as np\n" + solution_source(SOFTMAX)
VIEW = "application/vnd.jupyter.widget-view+json"


class Notebook:
    """A kernel and what it says."""

    def __init__(self, folder, **environment):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC_", "NBGRADER_"))}
        self.manager, self.client = start_new_kernel(cwd=str(folder), env={**kept, **environment})

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def said_to(self, request):
        """All that the kernel says about a request until it is idle again."""
        found = []
        while True:
            message = self.client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") == request:
                if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                    return found
                found.append(message)

    def run(self, *cells):
        for cell in cells:
            said = self.said_to(self.client.execute(cell))
        return said

    def click(self, said):
        """Click the button among what was said, as the front end does; what the kernel says then."""
        opened = [message["content"] for message in said if message["msg_type"] == "comm_open"]
        [button] = [item["comm_id"] for item in opened if item["data"]["state"].get("_model_name") == "ButtonModel"]
        data = {"method": "custom", "content": {"event": "click"}}
        message = self.client.session.msg("comm_msg", {"comm_id": button, "data": data})
        self.client.shell_channel.send(message)
        return self.said_to(message["header"]["msg_id"])


@pytest.fixture
def opened(tmp_path):
    notebooks = []

    def start(**environment):
        notebooks.append(Notebook(tmp_path, **environment))
        return notebooks[-1]

    yield start
    for notebook in notebooks:
        notebook.close()


def shown(said):
    """The MIME types of what is displayed, in order."""
    kinds = ("display_data", "execute_result")
    return [set(message["content"]["data"]) for message in said if message["msg_type"] in kinds]


def outputs(said):
    """What a click put below the button."""
    states = [message["content"]["data"].get("state", {}) for message in said if message["msg_type"] == "comm_msg"]
    return str([state["outputs"] for state in states if "outputs" in state][-1])


CHECK = f'check("{SOFTMAX.id}")'


def test_each_click_gives_one_hint_more_and_is_remembered(opened, tmp_path):
    begin(tmp_path)
    notebook = opened(JPY_SESSION_NAME="work/attention.ipynb")
    said = notebook.run("from autograder import check", WRONG, CHECK)
    assert shown(said) == [{"text/html", "text/plain"}, {VIEW, "text/plain"}]
    first, second = outputs(notebook.click(said)), outputs(notebook.click(said))
    assert repr(STAGED[0])[1:-1] in first and "Claude is off" in first and repr(STAGED[1])[1:-1] not in first
    assert repr(STAGED[1])[1:-1] in second
    assert (tmp_path / RECORD).read_text().count('"hint"') == 2


def test_a_passed_check_has_no_button(opened):
    said = opened(JPY_SESSION_NAME="work/attention.ipynb").run("from autograder import check", RIGHT, CHECK)
    assert shown(said) == [{"text/html", "text/plain"}]


def test_where_nobody_can_click_the_result_names_the_call(opened):
    said = opened().run("from autograder import check", WRONG, CHECK)
    assert shown(said) == [{"text/html", "text/plain"}]
    assert f'hint("{SOFTMAX.id}")' in said[-1]["content"]["data"]["text/html"].replace("&quot;", '"')


def test_where_nbgrader_runs_a_notebook_there_is_a_score_and_no_button(opened):
    environment = {"JPY_SESSION_NAME": "work/attention.ipynb", "NBGRADER_EXECUTION": "autograde"}
    said = opened(**environment).run("from autograder import check", WRONG, CHECK)
    [message] = [message for message in said if message["msg_type"] == "execute_result"]
    assert float(message["content"]["data"]["text/plain"]) < SOFTMAX.points

"""Kernels that are forked from a warm parent: any client can have them, and what runs in them spoils nothing."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from autograder.kernels.provisioner import ForkedKernelManager

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


def run(folder: Path, *cells: str, **options) -> list[str]:
    """What each cell printed or evaluated to, and the name of its error, if it raised one."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(textwrap.dedent(cell)) for cell in cells])
    settings = {"kernel_manager_class": ForkedKernelManager, "allow_errors": True, "timeout": 60, **options}
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        shutdown_kernel="immediate",
        **settings,
    )
    client.execute()
    return ["".join(map(shown, cell.outputs)).strip() for cell in notebook.cells]


def shown(output) -> str:
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.text if output.output_type == "stream" else output.data["text/plain"]


def test_a_kernel_has_the_libraries_imported_and_a_working_folder_of_its_own(tmp_path, jailed):
    (tmp_path / "data.csv").write_text("1,2")
    (tmp_path / "tests.ipynb").write_text("hidden tests")
    found = run(
        tmp_path,
        "import sys; 'torch' in sys.modules and 'matplotlib.pyplot' in sys.modules",
        "open('data.csv').read()",
        "import os; open('mine.txt', 'w').write('x'); sorted(os.listdir('.'))",
        "!echo started",
    )
    assert found == ["True", "'1,2'", "['data.csv', 'mine.txt']", "started"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "tests.ipynb"]


def test_figures_are_shown(tmp_path):
    (found,) = run(tmp_path, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert found == "<Figure size 640x480 with 1 Axes>"


def test_two_kernels_draw_different_numbers_and_share_no_names(tmp_path):
    draw = "import numpy, random; (numpy.random.rand(), random.random())"
    assert run(tmp_path, draw, "left = 1") != run(tmp_path, draw, "left = 1")
    assert run(tmp_path, "left") == ["NameError: name 'left' is not defined"]


REACHED = {
    "the source notebooks": f"import os; os.path.exists({str(ROOT / 'notebooks')!r})",
    "the proofs": f"import os; os.path.exists({str(ROOT / 'proof')!r})",
    "the home folder": "import os; os.path.exists(os.path.expanduser('~root/.profile')) or os.path.exists('/home')",
    "what is mounted elsewhere": "import os; any(map(os.path.exists, ['/work', '/var', '/srv', '/mnt', '/run']))",
    "a key in the environment": "import os; 'ANTHROPIC_API_KEY' in os.environ",
    "the parent's environment": "'ANTHROPIC_API_KEY' in open('/proc/self/environ').read()",
    "other processes": "import os; any(int(name) > 50 for name in os.listdir('/proc') if name.isdigit())",
    "the network": "import socket; socket.create_connection(('127.0.0.1', 1), 1) and True",
    "a folder of the machine, to write": "import sys; bool(open(sys.prefix + '/spoilt', 'w'))",
    "more memory than there is for it": "import numpy; bool(numpy.ones(10**10).sum())",
    "a namespace of its own": "import ctypes; ctypes.CDLL(None).unshare(0x10000000) == 0",
    "a trace of another process": "import ctypes; ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0",
}


@pytest.fixture(scope="module")
def reached(tmp_path_factory, jailed):
    """What each attempt of REACHED gave, all in one kernel."""
    os.environ["ANTHROPIC_API_KEY"] = "secret"
    try:
        found = run(tmp_path_factory.mktemp("folder"), *REACHED.values())
    finally:
        del os.environ["ANTHROPIC_API_KEY"]
    return dict(zip(REACHED, found, strict=True))


@pytest.mark.parametrize("what", REACHED)
def test_a_jailed_kernel_does_not_reach(what, reached):
    assert reached[what] == "False" or "Error" in reached[what]


def test_a_flood_of_processes_meets_a_limit(tmp_path, jailed):
    flood = """
        import os, time
        made = 0
        try:
            while made < 1000:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
                made += 1
        except BlockingIOError:
            print(made < 500)
    """
    assert run(tmp_path, flood) == ["True"]


def test_nothing_outlives_a_kernel(tmp_path, jailed):
    mark = f"outlives-{os.getpid()}"
    daemon = f"import time\nwhile True: time.sleep(0.1)  # {mark}"
    start = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {daemon!r}], start_new_session=True).pid > 0"
    )
    assert run(tmp_path, start) == ["True"]
    assert wait_until(lambda: mark not in all_processes())


def test_a_kernel_ends_with_a_client_that_is_killed(tmp_path, jailed):
    mark = f"orphan-{os.getpid()}"
    sleeper = f"import time; time.sleep(60)  # {mark}"
    cell = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {sleeper!r}]).wait()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    orphaned = subprocess.Popen(script_of(f"run(Path(folder), {cell!r})", tmp_path), env=environment)
    running = lambda: f"  # {mark}\n" in all_processes()  # noqa: E731
    assert wait_until(running, seconds=60)
    orphaned.kill()
    orphaned.wait()
    assert wait_until(lambda: not running())


def test_an_endless_cell_is_interrupted_and_the_next_one_runs(tmp_path):
    found = run(tmp_path, "while True: pass", "'goes on'", timeout=1, interrupt_on_timeout=True)
    assert found == ["KeyboardInterrupt:", "'goes on'"]


def test_a_cell_that_ignores_the_interrupt_ends_in_a_timeout(tmp_path):
    with pytest.raises(CellTimeoutError):
        run(tmp_path, "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", timeout=1)


@pytest.mark.parametrize("cell", ["import os; os._exit(0)", "import ctypes; ctypes.string_at(0)"])
def test_a_dead_kernel_is_noticed_and_the_next_one_starts(cell, tmp_path):
    with pytest.raises(DeadKernelError):
        run(tmp_path, cell)
    assert run(tmp_path, "1 + 1") == ["2"]


def test_without_isolation_a_kernel_works_in_the_folder_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_KERNEL_ISOLATION", "none")
    run(tmp_path, "open('made.txt', 'w').write('x')")
    assert (tmp_path / "made.txt").exists()


NO_NAMESPACES = """
import pyseccomp
rules = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
rules.add_rule(pyseccomp.ERRNO(1), "unshare")
rules.load()
"""


def test_where_there_are_no_namespaces_strict_is_refused_and_auto_says_so(tmp_path):
    script = """
import logging
logging.basicConfig()
print(run(Path(folder), "1 + 1"))
os.environ["AUTOGRADER_KERNEL_ISOLATION"] = "strict"
run(Path(folder), "1 + 1")
"""
    done = client(NO_NAMESPACES + script, tmp_path)
    assert done.stdout.strip() == "['2']"
    assert "the notebook's kernel is not confined here (unshare: Operation not permitted)" in done.stderr
    assert "JudgeError: kernels cannot be confined on this machine (unshare: Operation not permitted)" in done.stderr


def test_other_clients_use_it_by_an_environment_variable(tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JUPYTER_DEFAULT_PROVISIONER_NAME": "autograder-forked",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import sys; print('torch' in sys.modules)")])
    nbformat.write(notebook, tmp_path / "page.ipynb")
    command = ["jupyter", "nbconvert", "--to", "markdown", "--execute", "--stdout", "page.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "True" in done.stdout, done.stderr


def script_of(source: str, folder: Path) -> list[str]:
    """A client's program, in which `run` and `folder` are known."""
    head = f"""
import os, sys
sys.path[:0] = [{str(ROOT / "tests")!r}]
from pathlib import Path
folder = {str(folder)!r}
from test_kernels import run
"""
    return [sys.executable, "-W", "ignore", "-c", head + source]


def client(source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        script_of(source, folder), env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )


def all_processes() -> str:
    return subprocess.run(["ps", "axww", "-o", "command"], capture_output=True, text=True, check=True).stdout


def wait_until(true, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


def test_a_parent_that_was_killed_is_named_in_the_error(tmp_path):
    script = """
from autograder.kernels.provisioner import zygote
zygote()._process.kill()
zygote()._process.wait()
run(Path(folder), "1")
"""
    assert "JudgeError: the parent of all kernels ended unexpectedly" in client(script, tmp_path).stderr

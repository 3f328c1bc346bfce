"""One list of what a confined submission cannot do, run at every level of isolation that this machine offers.

Each attack is also run where nothing but resource limits confines it, and must succeed there: an attack that works
nowhere would prove nothing. The list follows the docstring of `autograder/worker/jail.py`, line by line.
"""

from __future__ import annotations

import os
import platform
import signal
import stat
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder import sandbox as sandbox_module
from autograder.errors import JudgeError, UsageError
from autograder.judge import grade
from autograder.sandbox import CONFINED, LEVELS, Limits, Sandbox, Usage
from autograder.submission import Submission, SubmissionLost, SubmissionRaised

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="submissions are confined on Linux only")
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Attack:
    """Python that returns something where it gets through, and raises one of `errors` where it is stopped."""

    name: str
    code: str
    errors: tuple[str, ...] = ("PermissionError",)
    needs: str = ""
    """Why it may fail even where nothing confines it, or empty."""


HIDDEN = ("PermissionError", "FileNotFoundError", "NotADirectoryError")  # not there at all, or there and refused
PRELUDE = """
import ctypes, fcntl, os, resource, socket, subprocess, sys, threading

libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    "A system call that Python has no name for; at least 0, or OSError."
    return ok(libc.syscall(number, *arguments))

def channel():
    import stat
    return next(n for n in range(3, 64) if is_open(n) and stat.S_ISSOCK(os.fstat(n).st_mode))

def ok(result):
    "The result of a function of libc; OSError where it failed."
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def read_memory(process, address):
    vector = (ctypes.c_size_t * 2)(address, 8)
    return call(310, process, vector, 1, vector, 1, 0)

def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
"""
READS = [
    Attack("reads the repository", "open(where['repository'] + '/autograder/judge.py').read(50)", HIDDEN),
    Attack("lists the repository", "os.listdir(where['repository'] + '/curriculum')", HIDDEN),
    Attack("reads the reference", "open(where['repository'] + '/curriculum/attention.py').read(50)", HIDDEN),
    Attack("reads the users' names", "open('/etc/passwd').read(50)", HIDDEN),
    Attack("reads another library", "open(where['packages'] + '/torch/__init__.py').read(50)", HIDDEN),
    Attack("reads a temporary file", "open(where['file']).read()", HIDDEN),
    Attack(
        "reads the judge's environment", "open(f\"/proc/{where['judge']}/environ\").read(1)", HIDDEN, "ptrace rights"
    ),
    Attack("reads the judge's command line", "open(f\"/proc/{where['judge']}/cmdline\").read(1)", HIDDEN),
    Attack("opens the judge's memory", "open(f\"/proc/{where['judge']}/mem\", 'rb')", HIDDEN, "ptrace rights"),
    Attack("opens its zygote's memory", "open(f'/proc/{os.getppid()}/mem', 'rb')", HIDDEN, "dumpable"),
    Attack("lists the judge's files", "os.listdir(f\"/proc/{where['judge']}/fd\")", HIDDEN, "ptrace rights"),
    Attack("imports a library it was not given", "__import__('click')", ("ModuleNotFoundError",)),
]
WRITES = [
    Attack("creates a file", "os.close(os.open(where['folder'] + '/new', os.O_CREAT | os.O_WRONLY))", HIDDEN),
    Attack(
        "creates a file in /tmp", "os.open('/tmp/autograder-isolation', os.O_CREAT | os.O_WRONLY)", (*HIDDEN, "OSError")
    ),
    Attack(
        "creates shared memory",
        "os.open('/dev/shm/autograder-isolation', os.O_CREAT | os.O_WRONLY)",
        (*HIDDEN, "OSError"),
    ),
    Attack("opens a file for writing", "open(where['file'], 'r+b')", HIDDEN),
    Attack(
        "opens the standard library for writing", "open(os.__file__, 'r+b')", (*HIDDEN, "OSError"), "its own library"
    ),
    Attack(
        "truncates what it may read",
        "os.open(where['readable'], os.O_RDONLY | os.O_TRUNC)",
        (*HIDDEN, "OSError"),
        "skip",
    ),
    Attack(
        "plants a .pth file",
        "os.open(where['packages'] + '/x.pth', os.O_CREAT | os.O_WRONLY)",
        (*HIDDEN, "OSError"),
        "skip",
    ),
    Attack("truncates a file", "os.truncate(where['file'], 1)"),
    Attack("deletes a file", "os.unlink(where['file'])"),
    Attack("renames a file", "os.rename(where['file'], where['folder'] + '/renamed')"),
    Attack("makes a folder", "os.mkdir(where['folder'] + '/made')"),
    Attack("removes a folder", "os.rmdir(where['folder'] + '/empty')"),
    Attack("links a file", "os.link(where['file'], where['folder'] + '/linked')"),
    Attack("makes a symbolic link", "os.symlink(where['file'], where['folder'] + '/symbolic')"),
    Attack("makes a pipe with a name", "os.mkfifo(where['folder'] + '/pipe')"),
    Attack("changes a file's mode", "os.chmod(where['file'], 0o777)"),
    Attack(
        "changes a file's mode by a newer call",
        "call(452, -100, where['file'].encode(), 0o777, 0)",
        ("OSError",),
        "Linux 6.6",
    ),
    Attack("changes a file's owner", "os.chown(where['file'], os.getuid(), os.getgid())"),
    Attack("changes a file's times", "os.utime(where['file'], (1, 1))"),
    Attack(
        "sets an attribute of a file",
        "os.setxattr(where['file'], 'user.mark', b'1')",
        needs="a file system with xattrs",
    ),
    Attack("makes a file in memory", "os.memfd_create('x')"),
    Attack(
        "offers its zygote to the OOM killer",
        "os.write(os.open(f'/proc/{os.getppid()}/oom_score_adj', os.O_WRONLY), b'0')",
        (*HIDDEN, "OSError"),
        "root",
    ),
    Attack(
        "changes a setting of the kernel",
        "os.open('/proc/sys/kernel/hostname', os.O_WRONLY)",
        (*HIDDEN, "OSError"),
        "root",
    ),
]
NETWORK = [
    Attack("opens an internet socket", "socket.socket()"),
    Attack("opens a datagram socket", "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)"),
    Attack("opens a local socket", "socket.socket(socket.AF_UNIX)"),
    Attack("opens a pair of sockets", "socket.socketpair()"),
    Attack("opens a netlink socket", "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)"),
]
PROCESSES = [
    Attack("forks", "(os.fork() or os._exit(0))"),
    Attack("starts a program", "subprocess.run(['/bin/true'])"),
    Attack("starts a program by posix_spawn", "os.posix_spawn('/bin/true', ['true'], {})"),
    Attack("becomes another program", "os.execv('/bin/true', ['true'])"),
    Attack("signals its zygote", "os.kill(os.getppid(), 0) or 'signalled'"),
    Attack("signals all it can", "os.kill(-1, 0) or 'signalled'"),
    Attack("signals a thread of its zygote", "call(234, os.getppid(), os.getppid(), 0)", needs="x86_64"),
    Attack("signals through the owner of a descriptor", "fcntl.fcntl(channel(), fcntl.F_SETOWN, os.getppid())"),
    Attack(
        "signals through an owner hidden in a long",
        "call(72, channel(), ctypes.c_long(1 << 32 | 8), os.getppid())",
        needs="x86_64",
    ),
    Attack("chooses the signal of a descriptor", "fcntl.fcntl(channel(), 10, 9)"),
    Attack("signals through an ioctl", "fcntl.ioctl(channel(), 0x8901, os.getppid().to_bytes(4, 'little'))"),
    Attack("opens a handle on its zygote", "os.pidfd_open(os.getppid())"),
    Attack("limits its zygote", "resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0))"),
    Attack("moves its zygote to one core", "os.sched_setaffinity(os.getppid(), os.sched_getaffinity(0)) or 'moved'"),
    Attack("slows its zygote down", "os.setpriority(os.PRIO_PROCESS, os.getppid(), 0) or 'slowed'"),
    Attack("asks to be traced", "call(101, 0, 0, 0, 0)", needs="x86_64"),
    Attack("reads its own memory as another's would be read", "read_memory(os.getpid(), id(call))", needs="x86_64"),
    Attack("outlives its zygote", "ok(libc.prctl(1, 0, 0, 0, 0))"),
    Attack("makes its memory open to others", "ok(libc.prctl(4, 1, 0, 0, 0))"),
    Attack(
        "locks a file that others can see", "fcntl.flock(os.open(os.__file__, os.O_RDONLY), fcntl.LOCK_SH) or 'locked'"
    ),
    Attack("makes shared memory of System V", "call(29, 0, 4096, 0o1600)", needs="x86_64"),
    Attack("watches files", "call(294, 0)", needs="x86_64"),
]
KERNEL = [
    Attack("makes namespaces", "ok(libc.unshare(0x10000000))", needs="user namespaces"),
    Attack("mounts", "ok(libc.mount(b'none', b'/', None, 1 << 18, None))", needs="root"),
    Attack("uses io_uring", "call(425, 1, (ctypes.c_char * 200)())", needs="io_uring"),
    Attack("uses keyrings", "call(250, 0, -4, 1)", needs="x86_64"),
    Attack("uses bpf", "call(321, 0, 0, 0)", needs="root"),
    Attack("uses perf", "call(298, 0, 0, -1, -1, 0)", needs="root"),
    Attack("handles page faults", "call(323, 1)", needs="x86_64"),
    Attack("makes a process by clone3", "call(435, (ctypes.c_ulonglong * 11)(), 88) or os._exit(0)", ("OSError",)),
    Attack("uses a call newer than the list", "call(463, -100, 0, 0, 0, 0, 0)", ("OSError",), "skip"),
]  # fmt: skip
ATTACKS = [*READS, *WRITES, *NETWORK, *PROCESSES, *KERNEL]


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[str, Sandbox | str]]:
    """A sandbox for each level, or why the machine refuses it."""
    with ExitStack() as stack:
        found: dict[str, Sandbox | str] = {}
        for level in LEVELS:
            try:
                found[level] = stack.enter_context(Sandbox(("numpy",), level))
            except JudgeError as error:
                found[level] = str(error)
        yield found


def offered(sandboxes: dict[str, Sandbox | str], level: str) -> Sandbox:
    found = sandboxes[level]
    if isinstance(found, str):
        pytest.skip(found)
    return found


def all_offered(sandboxes: dict[str, Sandbox | str]) -> list[str]:
    found = [level for level, sandbox in sandboxes.items() if isinstance(sandbox, Sandbox)]
    assert found, "a machine without any level, not even resource limits"
    return found


@pytest.fixture(params=CONFINED)
def confined(request: pytest.FixtureRequest, sandboxes: dict[str, Sandbox | str]) -> Sandbox:
    return offered(sandboxes, request.param)


@pytest.fixture(params=LEVELS)
def any_level(request: pytest.FixtureRequest, sandboxes: dict[str, Sandbox | str]) -> Sandbox:
    return offered(sandboxes, request.param)


@pytest.fixture
def unconfined(sandboxes: dict[str, Sandbox | str]) -> Sandbox:
    return offered(sandboxes, "rlimits")


@pytest.fixture
def where(tmp_path: Path) -> dict[str, Any]:
    """What an attack aims at."""
    (tmp_path / "file").write_text("the judge's own")
    (tmp_path / "empty").mkdir()
    return {
        "repository": str(ROOT),
        "packages": sysconfig.get_path("purelib"),
        "folder": str(tmp_path),
        "file": str(tmp_path / "file"),
        "readable": str(Path(sysconfig.get_path("stdlib"), "this.py")),
        "judge": os.getpid(),
    }


class living:
    """A loaded submission in a worker of its own, closed at the end."""

    def __init__(self, sandbox: Sandbox, source: str, seconds: float = 60, memory_mb: int = 512) -> None:
        self.usage = Usage()
        self.submission = Submission(sandbox.open({}, Limits(seconds, memory_mb), self.usage))
        loaded = self.submission.load([("attack.py", source)], [])
        assert not loaded["errors"], loaded["errors"]

    def __enter__(self) -> Submission:
        return self.submission

    def __exit__(self, *exception: object) -> None:
        self.submission.transport.close()


def ran(sandbox: Sandbox, body: str, *args: Any, **limits: Any) -> Any:
    """What `body`, the lines of a function f(where), returns in a fresh worker."""
    source = PRELUDE + "def f(where=None):\n" + "\n".join("    " + line for line in body.splitlines())
    with living(sandbox, source, **limits) as submission:
        return submission.call("f", *args)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_confined_submission_cannot(attack: Attack, confined: Sandbox, where: dict[str, Any]) -> None:
    if attack.needs == "x86_64" and platform.machine() != "x86_64":
        pytest.skip("its system call has another number here")
    before = {path: path.stat() for path in sorted(Path(where["folder"]).rglob("*"))}
    with pytest.raises(SubmissionRaised) as caught:
        ran(confined, f"return str({attack.code})", where)
    assert caught.value.type in attack.errors, caught.value
    after = {path: path.stat() for path in sorted(Path(where["folder"]).rglob("*"))}
    assert {p: (s.st_mode, s.st_size, s.st_mtime, s.st_nlink) for p, s in before.items()} == {
        p: (s.st_mode, s.st_size, s.st_mtime, s.st_nlink) for p, s in after.items()
    }
    assert ran(confined, "return 1") == 1, "the zygote was harmed"


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.needs != "skip"], ids=lambda attack: attack.name)
def test_where_nothing_confines_it_a_submission_can(attack: Attack, unconfined: Sandbox, where: dict[str, Any]) -> None:
    try:
        ran(unconfined, f"return str({attack.code})", where)
    except SubmissionLost:
        assert attack.name == "becomes another program"
    except SubmissionRaised as error:
        if attack.needs:
            pytest.skip(f"the attack needs {attack.needs}: {error}")
        raise
    finally:
        for leftover in ("/tmp/autograder-isolation", "/dev/shm/autograder-isolation"):
            Path(leftover).unlink(missing_ok=True)


# What a confined submission can still do, and what ends it.


def test_sixteen_threads_work_at_once(any_level: Sandbox) -> None:
    body = """
from concurrent.futures import ThreadPoolExecutor
import numpy as np
everyone = threading.Barrier(16)
def work(n):
    everyone.wait()
    return float(np.ones((100, 100)).dot(np.ones(100)).sum()) + n
with ThreadPoolExecutor(16) as pool:
    return sum(pool.map(work, range(16)))
"""
    assert ran(any_level, body) == 16 * 10_000 + 120


def test_printing_opening_dev_null_and_reading_randomness_work(any_level: Sandbox) -> None:
    body = """
import contextlib, secrets
print("hello")
with open(os.devnull, "w") as null, contextlib.redirect_stdout(null):
    print("nothing")
sys.__stdout__.write("to the file itself")
sys.__stdout__.flush()
return len(secrets.token_bytes(8))
"""
    assert ran(any_level, body) == 8


@pytest.mark.parametrize(
    "grab", ["bytearray(10 ** 10)", "np.ones(2 ** 31)", "[bytes(1 << 20) for _ in range(10 ** 6)]", "'x' * 10 ** 10"]
)
def test_a_memory_bomb_gives_memory_error_and_the_worker_lives(grab: str, any_level: Sandbox) -> None:
    source = f"import numpy as np\ndef bomb():\n    return len({grab})\ndef fine():\n    return 1"
    with living(any_level, source, memory_mb=64) as submission:
        with pytest.raises(SubmissionRaised) as caught:
            submission.call("bomb")
        assert "MemoryError" in caught.value.bases
        assert submission.call("fine") == 1


def test_a_submission_cannot_raise_its_own_limits(any_level: Sandbox) -> None:
    for limit in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE"):
        with pytest.raises(SubmissionRaised, match="limit"):
            ran(
                any_level,
                f"hard = resource.getrlimit(resource.{limit})[1]\n"
                f"resource.setrlimit(resource.{limit}, (hard + 1, hard + 1))",
            )


def test_an_endless_loop_is_ended_by_the_judges_clock(any_level: Sandbox) -> None:
    with pytest.raises(SubmissionLost, match=r"did not finish within 0\.3 seconds"):
        ran(any_level, "while True: pass", seconds=0.3)
    assert ran(any_level, "return 1") == 1


@pytest.mark.parametrize(
    "loop",
    [
        "import time; time.sleep(1000)",
        "import signal; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 3, 15, 24)]\nwhile True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start(); threading.Event().wait()",
    ],
    ids=["sleeping", "ignoring signals", "catching all", "a thread"],
)
def test_the_judges_clock_is_not_stopped_by(loop: str, unconfined: Sandbox) -> None:
    with pytest.raises(SubmissionLost, match=r"did not finish within 0\.3 seconds"):
        ran(unconfined, loop, seconds=0.3)


@pytest.mark.parametrize("ignoring", ["", "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)"])
def test_cpu_time_is_limited_by_the_kernel_too(ignoring: str, unconfined: Sandbox) -> None:
    with living(unconfined, f"def f():\n    {ignoring}\n    while True: pass", seconds=0.1) as submission:
        submission.transport.deadline = time.monotonic() + 600
        with pytest.raises(SubmissionLost, match=r"CPU time|was killed"):
            submission.call("f")


def test_nothing_can_be_written_even_to_a_file_that_is_open(any_level: Sandbox, where: dict[str, Any]) -> None:
    body = """
try:
    file = os.open(where["folder"] + "/new", os.O_CREAT | os.O_RDWR)
except OSError:
    return 0
try:
    return os.write(file, b"something")
except OSError:
    return 0
"""
    assert ran(any_level, body, where) == 0


def test_no_capability_is_left_even_to_root(any_level: Sandbox) -> None:
    body = """
import struct
sets = ctypes.create_string_buffer(24)
ok(libc.capget(struct.pack("=Ii", 0x20080522, 0), sets))
bounding = [number for number in range(41) if libc.prctl(23, number, 0, 0, 0) == 1]
return [list(struct.unpack("=6I", sets.raw)), bounding if os.getuid() == 0 else []]
"""
    assert ran(any_level, body) == [[0] * 6, []]


# What a worker inherits, and what it leaves behind.


def test_a_worker_inherits_four_descriptors_and_no_more(sandboxes: dict[str, Sandbox | str], tmp_path: Path) -> None:
    descriptors = [os.open(tmp_path, os.O_RDONLY) for _ in range(64)]
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    try:
        for level in all_offered(sandboxes):
            with Sandbox(("numpy",), level) as fresh:
                kinds = ran(
                    fresh, "import stat\nreturn [stat.S_IFMT(os.fstat(n).st_mode) for n in range(4096) if is_open(n)]"
                )
            assert kinds == [stat.S_IFCHR] * 3 + [stat.S_IFSOCK], level
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def test_a_worker_sees_nothing_of_the_judges_environment(
    sandboxes: dict[str, Sandbox | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a secret of the judge")
    for level in all_offered(sandboxes):
        with Sandbox(("numpy",), level) as fresh:
            seen = ran(fresh, "return [list(os.environ), [value for value in os.environ.values()]]")
        assert "ANTHROPIC_API_KEY" not in seen[0]
        assert not any("secret" in value for value in seen[1])


def test_a_worker_holds_no_object_of_the_judge(any_level: Sandbox) -> None:
    body = """
import gc
names = {type(thing).__name__ for thing in gc.get_objects()} | set(sys.modules)
return sorted(name for name in names if name in ("Judgement", "Check", "Exercise", "Misconception", "Verdict")
              or name.split(".")[0] in ("autograder", "curriculum"))
"""
    assert ran(any_level, body) == []


MARKS = {
    "a patched library": ("import numpy; numpy.allclose = 'mark'", "import numpy; return numpy.allclose == 'mark'"),
    "a patched builtin": ("import builtins; builtins.mark = 1", "import builtins; return hasattr(builtins, 'mark')"),
    "a module": ("sys.modules['mark'] = sys", "return 'mark' in sys.modules"),
    "the environment": ("os.environ['MARK'] = '1'", "return 'MARK' in os.environ"),
    "the generator": (
        "import random; random.seed(3)",
        "import random; return random.random() == random.Random(3).random()",
    ),
    "the flags of an open file": (
        "[fcntl.fcntl(n, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND) for n in range(3)]",
        "return any(fcntl.fcntl(n, fcntl.F_GETFL) & os.O_APPEND for n in range(3))",
    ),
    "a limit": ("resource.setrlimit(resource.RLIMIT_STACK, (77777, 77777))",
                "return resource.getrlimit(resource.RLIMIT_STACK)[1] == 77777"),
    "its folder": ("os.chdir('/proc')", "return os.getcwd() == '/proc'"),
    "its priority": ("os.nice(3)", "return os.getpriority(os.PRIO_PROCESS, 0) == 3"),
    "its mask": ("os.umask(0o123)", "return os.umask(0) == 0o123"),
}  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
def test_nothing_of_one_worker_reaches_the_next(mark: str, any_level: Sandbox) -> None:
    leave, look = MARKS[mark]
    with living(any_level, PRELUDE + f"def leave():\n    {leave}\ndef look():\n    {look}") as submission:
        try:
            submission.call("leave")
        except SubmissionRaised as refused:
            assert refused.type == "PermissionError"
        else:
            assert submission.call("look") is True, "the mark cannot be seen even where it was left"
    assert ran(any_level, look) is False


# No worker outlives its judge.

JUDGE = """
import sys, time
from autograder.sandbox import Limits, Sandbox, Usage
from autograder.submission import Submission

clingy = '''
import ctypes, os, signal, threading, time
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
if {confined}:
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
threading.Thread(target=lambda: time.sleep(1000)).start()
def f():
    while True:
        time.sleep(1000)
'''.format(confined=sys.argv[1] != "rlimits")
box = Sandbox(("numpy",), sys.argv[1])
idle, busy = (Submission(box.open({}, Limits(600), Usage())) for _ in range(2))
idle.load([("idle.py", "x = 1")], [])
busy.load([("busy.py", clingy)], [])
print("ready", flush=True)
busy.call("f")
"""


def descendants(pid: int) -> set[tuple[int, str]]:
    """The processes below `pid`, each with its start time, so that a number used again is not mistaken."""
    parents: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append((int(folder.name), fields[19]))
    found: set[tuple[int, str]] = set()
    waiting = [pid]
    while waiting:
        for child in parents.get(waiting.pop(), []):
            found.add(child)
            waiting.append(child[0])
    return found


def is_alive(process: tuple[int, str]) -> bool:
    try:
        fields = Path(f"/proc/{process[0]}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == process[1] and fields[0] != "Z"


@pytest.mark.parametrize("level", LEVELS)
def test_no_worker_outlives_a_judge_that_is_killed(level: str, sandboxes: dict[str, Sandbox | str]) -> None:
    offered(sandboxes, level)
    judge = subprocess.Popen([sys.executable, "-c", JUDGE, level], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert judge.stdout is not None
        assert judge.stdout.readline() == b"ready\n"
        below = descendants(judge.pid)
        assert len(below) >= 3, "a zygote and two workers"
        os.kill(judge.pid, signal.SIGKILL)
    finally:
        judge.kill()
        judge.communicate()
    for _ in range(600):  # as long as it takes, a minute at most
        alive = {process for process in below if is_alive(process)}
        if not alive:
            return
        time.sleep(0.1)
    for process in alive:
        os.kill(process[0], signal.SIGKILL)
    pytest.fail(f"{len(alive)} of {len(below)} processes outlived the judge")


def test_closing_a_sandbox_ends_its_workers(sandboxes: dict[str, Sandbox | str]) -> None:
    for level in all_offered(sandboxes):
        mine = descendants(os.getpid())
        fresh = Sandbox(("numpy",), level)
        Submission(fresh.open({}, Limits(600), Usage())).load([("idle.py", "x = 1")], [])
        below = descendants(os.getpid()) - mine
        assert len(below) >= 2
        fresh.close()
        for _ in range(600):
            if not any(map(is_alive, below)):
                break
            time.sleep(0.1)
        assert not any(map(is_alive, below)), level


# The ladder itself.


def test_a_verdict_names_the_level_it_was_reached_at(sandboxes: dict[str, Sandbox | str]) -> None:
    for level in all_offered(sandboxes):
        sandbox = offered(sandboxes, level)
        assert grade("attention.positional_multi_head_attention", "x = 1", sandbox=sandbox).isolation == level
    assert grade("attention.positional_multi_head_attention", "x = 1", isolation="none").isolation == "rlimits"


def test_auto_takes_the_first_level_that_is_offered_and_remembers_why_others_were_not(
    sandboxes: dict[str, Sandbox | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = all_offered(sandboxes)[0]
    with Sandbox(("numpy",)) as sandbox:
        assert sandbox.level == first
        assert list(sandbox.refused) == list(LEVELS[: LEVELS.index(first)])
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(sandbox_module, "LEVELS", ("bubblewrap", "rlimits"))
    with Sandbox(("numpy",)) as sandbox:
        assert sandbox.level == "rlimits"
        assert "bubblewrap is not installed" in sandbox.refused["bubblewrap"]


def test_strict_refuses_a_machine_that_offers_resource_limits_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(sandbox_module, "LEVELS", ("bubblewrap", "rlimits"))
    monkeypatch.setattr(sandbox_module, "CONFINED", ("bubblewrap",))
    with pytest.raises(
        JudgeError, match=r"no isolation of the kind 'strict' \(bubblewrap: bubblewrap is not installed"
    ):
        Sandbox(("numpy",), "strict")
    with pytest.raises(JudgeError, match="strict"):
        grade("attention.positional_multi_head_attention", "x = 1", isolation="strict")


def test_a_level_that_does_not_exist_is_not_taken_for_one() -> None:
    with pytest.raises(UsageError, match="no isolation 'namespace'; it is one of auto, strict, none, namespaces"):
        Sandbox(("numpy",), "namespace")

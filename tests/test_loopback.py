"""Ranks that talk by gloo in jailed workers: what works there, what is told, and what stays out of reach."""

from __future__ import annotations

import functools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from backends import Submit
from test_isolation import ATTACKS, NETWORK, PRELUDE, Attack, descendants, living, ran, where
from test_ranks import RING, SEND_FIRST, totals

from autograder.catalog import EXERCISES, exercise_named, judgement_of
from autograder.errors import JudgeError, NotCounted, UsageError
from autograder.judge import PROCESS_GROUP, _judged_in, grade, reference_submission, runs_on_ranks
from autograder.kernel import random_state_kept
from autograder.ranks import on_every_rank
from autograder.reference import cells_of, module_text
from autograder.rendering import as_text
from autograder.sandbox import Limits, Sandbox, Usage
from autograder.submission import Submission, SubmissionLost, SubmissionRaised
from autograder.trial import PUBLIC_SEED, run_check
from autograder.verdict import Verdict
from autograder.worker.jail import WITH_A_NETWORK_OF_THEIR_OWN

__all__ = ["where"]  # a fixture
ALL_REDUCE = "collectives.ring_all_reduce"
CHAPTER = [exercise for exercise in EXERCISES if exercise.notebook.startswith("06_")]


@functools.cache
def lacking() -> str:
    """Why no level with a network namespace of its own works here, or empty."""
    refused = []
    for level in WITH_A_NETWORK_OF_THEIR_OWN:
        try:
            Sandbox(("numpy",), level).close()
            return ""
        except JudgeError as error:
            refused.append(str(error))
    return "; ".join(refused)


def profile(*libraries: str) -> Sandbox:
    if lacking():
        pytest.skip(lacking())
    return Sandbox(libraries, loopback=True)


@pytest.fixture(scope="module")
def loopback() -> Iterator[Sandbox]:
    with profile("numpy", "torch") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def small() -> Iterator[Sandbox]:
    with profile("numpy") as sandbox:
        yield sandbox


@pytest.fixture
def by_gloo(loopback: Sandbox) -> Iterator[Submit]:
    """Makes a living submission whose ranks talk by gloo; at the end no process is left but those that were there."""
    opened: list[Submission] = []
    loopback.open({}, Limits(), Usage()).close()  # from now on there is one worker that waits for its terms
    before = len(descendants(os.getpid()))

    def submit(source: str) -> Submission:
        given = {PROCESS_GROUP: module_text(PROCESS_GROUP)}
        opened.append(Submission(loopback.open(given, Limits(seconds=10), Usage())))
        assert not opened[-1].load([("solution.py", source)], [])["errors"]
        return opened[-1]

    yield submit
    for submission in opened:
        submission.transport.close()
    for _ in range(100):
        if len(descendants(os.getpid())) <= before:
            return
        time.sleep(0.1)
    pytest.fail("a process of a rank is left over")


# Ranks over gloo.


def test_ranks_reach_each_other_and_nobody_counts(by_gloo: Submit) -> None:
    for world_size in (1, 2, 5):
        arrays, ranks = totals(by_gloo(RING), world_size)
        assert all(torch.allclose(got, arrays.sum(0)) for got in ranks.results)
        for count in ("traffic", "events", "clocks", "seconds"):
            with pytest.raises(NotCounted):
                getattr(ranks.fabric, count)


def test_the_memory_of_a_rank_is_not_told_since_gloos_own_is_in_it(by_gloo: Submit) -> None:
    with pytest.raises(NotCounted):
        on_every_rank(by_gloo(RING), 2, lambda copy, comm, rank: None, memory=True)


def test_ranks_that_wait_for_each_other_end_with_the_line_where_they_wait(by_gloo: Submit) -> None:
    waiting = SEND_FIRST.replace("comm.send(x, right); comm.recv(came, left)", "comm.recv(came, left)")
    with pytest.raises(SubmissionRaised, match=r"rank \d of 3 has waited 5 seconds for another") as caught:
        totals(by_gloo(waiting), 3)
    assert "comm.recv(came, left)" in caught.value.where


def test_the_rank_that_fails_is_told_and_the_others_do_not_wait_for_it(by_gloo: Submit) -> None:
    s = by_gloo(RING.replace("    sum_ =", "    if comm.rank == 1: raise KeyError('mine')\n    sum_ ="))
    with pytest.raises(SubmissionRaised, match="KeyError: 'mine'"):
        totals(s, 3)


def test_a_rank_that_dies_is_named(by_gloo: Submit) -> None:
    s = by_gloo("import os\n" + RING.replace("    sum_ =", "    if comm.rank == 1: os._exit(0)\n    sum_ ="))
    with pytest.raises(SubmissionLost, match="rank 1 of 3: it ended its process"):
        totals(s, 3)


def test_a_message_of_another_size_ends_with_a_reason(by_gloo: Submit) -> None:
    with pytest.raises(SubmissionLost, match=r"rank \d of 3: .*another size than the one awaited"):
        totals(by_gloo(RING.replace("torch.empty_like(x)", "torch.empty(3)")), 3)


def test_a_rank_that_hangs_is_named(by_gloo: Submit) -> None:
    s = by_gloo(RING.replace("    sum_ =", "    while comm.rank == 1: pass\n    sum_ ="))
    with pytest.raises(SubmissionLost, match="rank 1 of 3: it did not finish within 10 seconds"):
        totals(s, 3)


# What the profile keeps out of reach.


@pytest.mark.parametrize(
    "attack", [attack for attack in ATTACKS if attack not in NETWORK], ids=lambda attack: attack.name
)
def test_what_a_confined_submission_cannot_do_it_cannot_do_here(
    attack: Attack, small: Sandbox, where: dict[str, Any]
) -> None:
    with pytest.raises(SubmissionRaised) as caught:
        ran(small, f"return str({attack.code})", where)
    assert caught.value.type in attack.errors, caught.value
    assert ran(small, "return 1") == 1, "the zygote was harmed"


SOCKETS = """
made, unfiltered = [], []
for family in [*range(64), 2 | 1 << 5, 2 | 1 << 31]:
    for kind in range(16):
        for protocol in [*range(20), 132, 136, 255, 256, 262, 6 | 1 << 20]:
            number = libc.socket(family, kind, protocol)
            if number >= 0:
                os.close(number)
                made.append([family, kind, protocol])
            elif ctypes.get_errno() != 1:
                unfiltered.append([family, kind, protocol])
return [made, unfiltered]
"""


def test_the_only_sockets_are_tcp_over_ipv4_and_the_list_of_interfaces(small: Sandbox) -> None:
    made, unfiltered = ran(small, SOCKETS)
    assert made == [[2, 1, 0], [2, 1, 6], [16, 3, 0]]
    assert unfiltered == [[2, 3, 0], [16, 1, 0]], "these the kernel itself refuses"


OWN_ATTACKS = [
    Attack("opens a pair of sockets", "socket.socketpair()"),
    Attack("takes its interface down", "flags('lo', 0)"),
    Attack("gives its interface an address", "fcntl.ioctl(tcp, 0x8916, b'lo'.ljust(16, b'\\0') + bytes(24))"),
    Attack("makes an interface", "linked()"),
    Attack("asks for TLS in the kernel", "tcp.setsockopt(6, 31, b'tls')"),
    Attack("asks for a filter", "tcp.setsockopt(1, 26, bytes(16))"),
    Attack("writes the packet filter's tables", "tcp.setsockopt(0, 64, bytes(84))"),
    Attack("binds to a device", "tcp.setsockopt(1, 25, b'lo')"),
    Attack("is signalled by a socket", "fcntl.ioctl(tcp, 0x8901, os.getpid().to_bytes(4, 'little'))"),
    Attack("reaches an address outside", "tcp.connect(('192.0.2.1', 80))", ("OSError",)),
    Attack("reaches the judge", "tcp.connect(('127.0.0.1', where))", ("ConnectionRefusedError",)),
]
TCP = """
import struct
tcp = socket.socket()

def flags(name, value):
    return fcntl.ioctl(tcp, 0x8914, struct.pack("16sH14x", name.encode(), value))

def linked():
    "Asks netlink for a new interface; OSError with the kernel's answer."
    asking = socket.socket(16, 3)
    kind = struct.pack("HH", 9, 1) + b"dummy".ljust(8, b"\\0")
    body = struct.pack("BxHiII", 0, 0, 0, 0, 0) + struct.pack("HH", 4 + len(kind), 18) + kind
    asking.sendto(struct.pack("IHHII", 16 + len(body), 16, 0x605, 1, 0) + body, (0, 0))
    error = struct.unpack("i", asking.recv(1000)[16:20])[0]
    if error:
        raise OSError(-error, os.strerror(-error))
"""


@pytest.mark.parametrize("attack", OWN_ATTACKS, ids=lambda attack: attack.name)
def test_with_its_sockets_a_submission_cannot(attack: Attack, small: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(SubmissionRaised) as caught:
            ran(small, f"{TCP}\nreturn str({attack.code})", server.getsockname()[1])
        assert caught.value.type in attack.errors, caught.value


def test_where_nothing_confines_it_the_judge_can_be_reached() -> None:
    with Sandbox(("numpy",), "none") as sandbox, socket.create_server(("127.0.0.1", 0)) as server:
        assert ran(sandbox, f"{TCP}\nreturn str(tcp.connect(('127.0.0.1', where)))", server.getsockname()[1]) == "None"


def test_it_sees_no_interface_but_its_own(small: Sandbox) -> None:
    assert [name for _, name in ran(small, "return [list(pair) for pair in socket.if_nameindex()]")] == ["lo"]


def test_two_attempts_have_two_networks(small: Sandbox) -> None:
    listening = PRELUDE + "server = socket.socket(); server.bind(('127.0.0.1', 2000)); server.listen()\n"
    connecting = "return str(socket.socket().connect(('127.0.0.1', 2000)))"
    with living(small, listening), profile("numpy") as other:
        assert ran(small, connecting) == "None"
        with pytest.raises(SubmissionRaised, match="ConnectionRefusedError"):
            ran(other, connecting)


# The whole.


def test_an_exercise_runs_on_ranks_if_its_checks_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class OnRanks(JudgeError):
        pass

    def ranks(self: Submission, world_size: int, gives_back: bool = False) -> None:
        raise OnRanks

    monkeypatch.setattr(Submission, "ranks", ranks)

    def does(exercise: Any) -> bool:
        submission = reference_submission(exercise)
        try:
            with random_state_kept():
                for check in judgement_of(exercise).checks:
                    run_check(check, submission, 0)
        except OnRanks:
            return True
        return False

    assert {e.id for e in CHAPTER if runs_on_ranks(e)} == {e.id for e in CHAPTER if does(e)}
    assert not any(runs_on_ranks(e) for e in EXERCISES if e not in CHAPTER)


@pytest.mark.parametrize("exercise", [e.id for e in CHAPTER if runs_on_ranks(e)])
def test_the_reference_passes_over_gloo(exercise: str, loopback: Sandbox) -> None:
    entry = exercise_named(exercise)
    verdict, _ = _judged_in(loopback, entry, cells_of(entry), PUBLIC_SEED, Limits(60, entry.memory_mb), True)
    assert verdict.passed, as_text(verdict)
    judged = {result.id for result in (*verdict.checks, *verdict.not_made)}
    assert judged == {check.id for check in judgement_of(entry).checks}
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def over_gloo(exercise: str, cells: Any, **options: Any) -> Verdict:
    if lacking():
        pytest.skip(lacking())
    return grade(exercise, cells, network="gloo", **options)


def mistaken(misconception: str) -> list[tuple[str, str]]:
    exercise = exercise_named(ALL_REDUCE)
    [item] = [item for item in judgement_of(exercise).misconceptions if item.id == misconception and item.form == 1]
    return cells_of(exercise, item)


def test_wrong_numbers_are_found_and_explained_over_gloo_too() -> None:
    verdict = over_gloo(ALL_REDUCE, mistaken("converts_to_floats"))
    assert not verdict.passed
    assert [found.id for found in verdict.diagnosis] == ["converts_to_floats"]
    assert verdict.network == "gloo"


def test_what_only_the_judge_can_count_is_said_not_to_be_judged() -> None:
    cells = mistaken("through_one_rank")
    assert not grade(ALL_REDUCE, cells).passed
    verdict = over_gloo(ALL_REDUCE, cells)
    assert verdict.passed
    assert [result.id for result in verdict.not_made] == ["sends_no_more_than_it_must"]
    assert verdict.score == verdict.points - verdict.not_made[0].max_points
    text = as_text(verdict)
    assert "passed over gloo (advisory" in text
    assert "not made: Each of N ranks sends" in text


def test_a_deadlock_ends_the_attempt() -> None:
    [(name, source)] = cells_of(exercise_named(ALL_REDUCE))
    waiting = "    if comm.world_size > 1:\n        comm.recv(x.clone(), (comm.rank + 1) % 2)\n    flat ="
    verdict = over_gloo(ALL_REDUCE, [(name, source.replace("    flat =", waiting))], seconds=6)
    assert not any(result.passed for result in verdict.checks)
    assert "has waited 3 seconds for another" in verdict.checks[0].message
    assert verdict.resources.wall_seconds < 40


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda: grade("collectives.communication_cost", "", network="gloo"), "does not run on ranks"),
        (lambda: grade(ALL_REDUCE, "", network="gloo", seed=1), "no seed to choose"),
        (lambda: grade(ALL_REDUCE, "", network="nccl"), "no network 'nccl'"),
    ],
)
def test_what_makes_no_sense_over_gloo_is_refused(refused: Callable[[], Verdict], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        refused()


def test_a_sandbox_is_not_shared_over_gloo(small: Sandbox) -> None:
    for network in ("judge", "gloo"):
        with pytest.raises(UsageError, match="a sandbox of its own"):
            grade(ALL_REDUCE, "", sandbox=small, network=network)


@pytest.mark.parametrize("isolation", ["landlock", "none"])
def test_without_a_network_namespace_it_is_refused(isolation: str) -> None:
    with pytest.raises(JudgeError, match=f"'{isolation}' with a network of its own .*no network namespace"):
        grade(ALL_REDUCE, "", isolation=isolation, network="gloo")


def test_the_command_line_chooses_the_network(tmp_path: Any, loopback: Sandbox) -> None:
    def run(exercise: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "autograder", "grade", exercise, str(tmp_path / "a.py"), "--network", "gloo"]
        return subprocess.run(command, capture_output=True, text=True)

    (tmp_path / "a.py").write_text(module_text("curriculum.collectives"))
    graded = run("collectives.all_gather")
    assert (graded.returncode, graded.stderr) == (0, "")
    assert graded.stdout.startswith("collectives.all_gather: passed over gloo (advisory: ")
    refused = run("collectives.communication_cost")
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (2, "", 1)

"""Confines the zygote, and through it every worker it forks.

Covers, at the levels `namespaces`, `bubblewrap` and `landlock`:
- files: only the interpreter's library, the exercise's libraries and the system's shared libraries can be read; nothing
  can be written anywhere (RLIMIT_FSIZE is 0, and the first two levels mount everything read-only);
- network: no sockets can be made; the first two levels have a network namespace without interfaces as well;
- processes: no fork, exec, signals to others (nor through a descriptor's owner), ptrace or reading of other processes'
  memory, and no change of others' limits or scheduling; no worker outlives its zygote;
- the kernel's larger surfaces: mount, unshare, bpf, io_uring, keyrings, perf, userfaultfd are denied, and so is every
  system call newer than this list; no capability is left, even to root;
- resources: address space, CPU seconds, open files, core dumps.
At the level `rlimits` only the last of these lines and RLIMIT_FSIZE hold, and a verdict says so.

The profile `loopback`, which only the first two levels have, is for ranks that talk with each other by gloo. More than
else it allows: TCP sockets over IPv4, and the netlink socket by which gloo lists the interfaces. Why that is safe:
- the network namespace has nothing but `lo`, so all that can be reached is the other workers of the same zygote; the
  judge and the zygote have no socket there, and raising an interface or adding an address takes a capability;
- every other family, type and protocol of sockets is refused, and every option of a socket that gloo does not set;
- workers can leave marks for each other, such as ports in use, so a zygote with this profile serves one attempt, and
  its workers are to see public inputs only (`judge.judged` holds both).

Does not cover: side channels, kernel bugs, the names and sizes of files at the level `landlock` (it covers what they
hold), and what a submission does to the worker it runs in. That worker holds nothing worth having.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import resource
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from typing import Any

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
NAMESPACES = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_NOATIME, MS_NODIRATIME, MS_BIND, MS_REC, MS_PRIVATE = 1024, 2048, 4096, 1 << 14, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
SECCOMP_MODE_FILTER = 2
SYS_LANDLOCK = 444  # create_ruleset; add_rule and restrict_self follow it on every architecture
SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
CLONE_THREAD = 0x00010000
# From 424 on, system calls have one number on every architecture. These hide their flags from a filter (clone3,
# openat2), are missing from libseccomp's table (fchmodat2), or are newer than this file (after mseal, Linux 6.10).
NOT_OFFERED = (435, 437, 452, *range(463, 512))

INSTRUCTION = struct.Struct("=HBBI")  # of classic BPF: code, jump if true, jump if false, constant
OWN_PID = 0x7E57C0DE  # above every process number, so no other constant of the filter

# Of the operating system's surfaces, those that nothing which is taught needs; a kernel may use all others.
SURFACES = (
    "ptrace process_vm_readv process_vm_writev process_madvise kcmp "
    "mount umount2 pivot_root chroot unshare setns move_mount open_tree fsopen fsmount fsconfig mount_setattr "
    "bpf io_uring_setup io_uring_enter io_uring_register perf_event_open userfaultfd "
    "keyctl add_key request_key fanotify_init "
    "open_by_handle_at name_to_handle_at init_module finit_module delete_module kexec_load kexec_file_load "
    "reboot swapon swapoff acct quotactl settimeofday clock_settime adjtimex sethostname setdomainname"
).split()
# What a worker may not do besides.
BEYOND = (
    "socket socketpair connect bind listen accept accept4 sendto "
    "execve execveat fork vfork kill tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd "
    "sched_setaffinity sched_setscheduler sched_setparam sched_setattr setpriority ioprio_set migrate_pages move_pages "
    "mq_open memfd_create memfd_secret flock "
    "shmget shmat shmctl msgget msgsnd msgrcv msgctl semget semop semtimedop semctl "
    "unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir link linkat symlink symlinkat mknod mknodat "
    "chmod fchmod fchmodat chown fchown lchown fchownat truncate ftruncate creat utime utimes futimesat utimensat "
    "setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr inotify_init inotify_init1"
).split()
DENIED = SURFACES + BEYOND
DENIED_IN_PART = (
    # (system call, argument, mask, value, …): refused where argument & mask == value. A command has 32 bits.
    ("clone", 0, CLONE_THREAD, 0),  # threads may be made, processes may not
    # Through a descriptor's owner any signal can be sent; by locks and leases two ranks could speak past the judge.
    *(("fcntl", 1, 0xFFFFFFFF, command) for command in (6, 7, 8, 10, 15, 37, 38, 1024, 1026)),
    *(("ioctl", 1, 0xFFFFFFFF, command) for command in (0x8901, 0x8902)),  # FIOSETOWN, SIOCSPGRP
    *(("prctl", 0, 0xFFFFFFFF, option) for option in (PR_SET_PDEATHSIG, PR_SET_DUMPABLE)),
)


def _all_but(name: str, argument: int, width: int, *allowed: int) -> list[tuple[Any, ...]]:
    """Rules that refuse each value of an argument of 32 bits but those allowed, which are below 2 ** `width`."""
    low = [(name, argument, (1 << width) - 1, value) for value in range(1 << width) if value not in allowed]
    return low + [(name, argument, 1 << bit, 1 << bit) for bit in range(width, 32)]


WITH_A_NETWORK_OF_THEIR_OWN = ("namespaces", "bubblewrap")
# What the profile `loopback` allows of the above, and what of it is refused there.
LOOPBACK = "socket connect bind listen accept accept4 sendto".split()
AF_NETLINK, SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 16, 0x8913, 0x8914, 1
TCP_ONLY = (
    *_all_but("socket", 0, 5, socket.AF_INET, AF_NETLINK),
    *(("socket", 1, 15, kind) for kind in range(16) if kind not in (socket.SOCK_STREAM, socket.SOCK_RAW)),
    *_all_but("socket", 2, 3, 0, socket.IPPROTO_TCP),
    ("socket", 0, 31, AF_NETLINK, 2, 7, socket.IPPROTO_TCP),  # which would be another netlink protocol
    # Options that gloo sets. Others lead to what no learner needs: TLS in the kernel, filters, the tables of IP.
    *_all_but("setsockopt", 1, 3, socket.SOL_SOCKET, socket.IPPROTO_TCP),
    *_all_but("setsockopt", 2, 5, 1, 2, 20, 21),  # TCP_NODELAY, SO_REUSEADDR, SO_RCVTIMEO, SO_SNDTIMEO
)
TRUNCATING = (("open", 1, os.O_TRUNC, os.O_TRUNC), ("openat", 2, os.O_TRUNC, os.O_TRUNC))


class JailRefused(Exception):
    """This machine does not allow this level; the message says which step failed."""


libc = ctypes.CDLL(None, use_errno=True)


def enter(level: str, readable: list[str], import_path: list[str], loopback: bool = False) -> None:
    """Confine this process to `level`, or its profile `loopback`, before it imports anything large. Raises JailRefused.

    At `namespaces` this process forks: the caller goes on as process 1 of a new process namespace, and the original
    waits for it and ends with it.
    """
    if loopback and level not in WITH_A_NETWORK_OF_THEIR_OWN:
        raise JailRefused("it has no network namespace of its own")
    if level != "rlimits":
        seccomp = _libseccomp()  # while its file can still be found
        call("prctl", libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    if level == "namespaces":
        _enter_namespaces(readable)
    else:
        _remember_address_space()
    if level == "landlock":
        _restrict_with_landlock(readable, import_path)
    if level != "rlimits":
        global _filter_program
        in_part = DENIED_IN_PART + (TRUNCATING if _readable_can_be_truncated else ())
        denied = DENIED
        if loopback:
            denied, in_part = [name for name in DENIED if name not in LOOPBACK], in_part + TCP_ONLY
        _filter_program = _compiled_filter(seccomp, denied, in_part, alone=True)
    # At `bubblewrap`, bwrap confined this process before it started.
    if loopback:
        raise_loopback()
    if sys.platform == "linux":
        drop_capabilities()
        # A worker has the same user, and could otherwise open this process's memory where /proc is to be seen.
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def raise_loopback() -> None:
    """Bring up `lo` in a network namespace that has nothing else. Raises JailRefused."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:

        def asked(command: int, name: str, flags: int = 0) -> int:
            answer = fcntl.ioctl(asking, command, struct.pack("@16sH14x", name.encode(), flags))
            return int(struct.unpack("@16sH14x", answer)[1])

        up = [name for _, name in socket.if_nameindex() if asked(SIOCGIFFLAGS, name) & IFF_UP]
        if "lo" not in up:  # bwrap does it itself
            asked(SIOCSIFFLAGS, "lo", IFF_UP)
    if set(up) - {"lo"}:
        raise JailRefused(f"its network namespace has other interfaces than lo: {', '.join(up)}")


def confine_worker(level: str) -> None:
    """Confine one forked worker. Raises JailRefused."""
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write fails with OSError rather than a signal
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    if level != "rlimits":
        _install_filter()


def limit_worker(memory: int, seconds: int) -> None:
    """What this worker may use, once only: `memory` bytes beyond what it starts with, `seconds` of CPU."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if _statm >= 0:
        limit = int(os.pread(_statm, 64, 0).split()[0]) * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        os.close(_statm)


_statm = _maps = -1
_readable_can_be_truncated = False
_filter_program = b""


def _remember_address_space() -> None:
    """Open, while /proc can still be seen, this process's page counts, from which a worker's limit starts, and its
    mappings.
    """
    global _statm, _maps
    if sys.platform == "linux":
        _statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        _maps = os.open("/proc/self/maps", os.O_RDONLY | os.O_CLOEXEC)


def mappings() -> str:
    """This process's mappings as in /proc/self/maps, once, before it forks; empty where there is no such file."""
    if _maps < 0:
        return ""
    with open(_maps, encoding="utf-8", errors="replace") as file:
        return file.read()


def _libseccomp() -> Any:
    try:
        import pyseccomp
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise JailRefused(f"libseccomp cannot be used: {error} (Debian: apt install libseccomp2)") from error
    return pyseccomp


def compile_kernel_filter() -> None:
    """Make ready what `confine_kernel` installs, where libseccomp can still be found. Raises JailRefused."""
    global _filter_program
    in_part = (("clone", 0, CLONE_NEWUSER, CLONE_NEWUSER),)
    _filter_program = _compiled_filter(_libseccomp(), SURFACES, in_part, alone=False)


def confine_kernel() -> None:
    """Confine a Jupyter kernel, which may start processes, once its files are in place. Raises JailRefused."""
    drop_capabilities()
    call("prctl", libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _install_filter()


def _compiled_filter(seccomp: Any, denied: Sequence[str], in_part: Sequence[tuple[Any, ...]], alone: bool) -> bytes:
    """The filter's program, in which OWN_PID stands for the worker's number. Compiled once: it takes 20 ms.

    A process that is `alone` signals and limits nobody but itself.
    """
    rules = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    refuse = seccomp.ERRNO(1)  # EPERM
    for name in denied:
        try:
            rules.add_rule(refuse, name)
        except (ValueError, OSError):  # not a system call of this kernel or architecture
            continue
    for name, *terms in in_part:
        terms = [terms[start : start + 3] for start in range(0, len(terms), 3)]
        try:
            rules.add_rule(refuse, name, *(seccomp.Arg(n, seccomp.MASKED_EQ, mask, value) for n, mask, value in terms))
        except (ValueError, OSError) as error:
            if name in ("socket", "setsockopt"):  # every kernel has them, and a gap here would show nowhere else
                raise JailRefused(f"libseccomp does not compile a rule on {name}: {error}") from error
    for number in NOT_OFFERED:
        rules.add_rule(seccomp.ERRNO(38), number)  # ENOSYS: libc uses an older call
    if alone:  # abort() and raise() signal the process itself, setrlimit() limits it
        rules.add_rule(refuse, "tgkill", seccomp.Arg(0, seccomp.NE, OWN_PID))
        rules.add_rule(refuse, "prlimit64", seccomp.Arg(0, seccomp.NE, 0))
    reading, writing = os.pipe()
    with open(reading, "rb") as source, open(writing, "wb") as target:
        rules.export_bpf(target)
        target.close()
        program = source.read()
    if sum(constant == OWN_PID for *_, constant in INSTRUCTION.iter_unpack(program)) != alone:
        raise JailRefused("libseccomp compiled the filter in an unknown way")
    return program


def _install_filter() -> None:
    """Put this process under the compiled filter, for ever. Raises JailRefused."""
    program = b"".join(
        INSTRUCTION.pack(code, yes, no, os.getpid() if constant == OWN_PID else constant)
        for code, yes, no, constant in INSTRUCTION.iter_unpack(_filter_program)
    )
    instructions = ctypes.create_string_buffer(program, len(program))
    count = len(program) // INSTRUCTION.size
    header = struct.pack("@HP", count, ctypes.addressof(instructions))
    call("seccomp", libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0))


def _enter_namespaces(readable: list[str]) -> None:
    unshare()
    child = os.fork()
    if child:
        follow(child)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _remember_address_space()
    build_root(readable)


def unshare() -> None:
    """Prepare for a child that is process 1 of new namespaces, without a network, as user 1000. Raises JailRefused."""
    user, group = os.getuid(), os.getgid()
    call("unshare", libc.unshare(NAMESPACES))
    try:
        for name, text in (("setgroups", "deny"), ("uid_map", f"1000 {user} 1"), ("gid_map", f"1000 {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    except OSError as error:
        raise JailRefused(f"user namespace: {error}") from error


def follow(child: int) -> None:
    """End as the child ends."""
    for descriptor in range(3, 64):  # the child alone speaks to the judge
        try:
            os.close(descriptor)
        except OSError:
            continue
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def build_root(readable: list[str], writable: Sequence[str] = (), processes: bool = False) -> None:
    """A root that holds read-only binds of `readable`, and folders in memory as `writable`.

    For a kernel that starts `processes` it has /proc, with those of this namespace, and pseudo-terminals.

    Raises JailRefused.
    """
    machine = platform.machine()
    if machine not in SYS_PIVOT_ROOT:
        raise JailRefused(f"pivot_root is not known on {machine}")
    root = "/tmp"
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    # Open the sources before /tmp is covered, so that a path below /tmp can be bound too.
    sources = [(path, os.open(path, os.O_PATH), os.path.isdir(path)) for path in readable]
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "size=4m,mode=755")
    for path in writable:  # before the binds, some of which may lie below
        os.makedirs(root + path, exist_ok=True)
        mount("tmpfs", root + path, "tmpfs", MS_NOSUID | MS_NODEV, "size=256m,mode=755")
    for path, descriptor, is_directory in sources:
        target = root + path
        if is_directory:
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
        mount(f"/proc/self/fd/{descriptor}", target, None, MS_BIND | MS_REC)
        os.close(descriptor)
        if not path.startswith("/dev/"):
            # A remount must repeat the flags that the source's own mount locks.
            locked = os.statvfs(target).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME)
            mount(None, target, None, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | locked)
    if processes:
        os.makedirs(f"{root}/proc")
        mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        os.makedirs(f"{root}/dev/pts")
        mount("devpts", f"{root}/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666")
        os.symlink("pts/ptmx", f"{root}/dev/ptmx")
    os.makedirs(root + "/old", exist_ok=True)
    call("pivot_root", libc.syscall(SYS_PIVOT_ROOT[machine], root.encode(), f"{root}/old".encode()))
    os.chdir("/")
    call("umount", libc.umount2(b"/old", MNT_DETACH))
    os.rmdir("/old")
    mount(None, "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def drop_capabilities() -> None:
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = struct.pack("=Ii", 0x20080522, 0)
    call("capset", libc.capset(header, struct.pack("=6I", 0, 0, 0, 0, 0, 0)))


def _restrict_with_landlock(readable: list[str], import_path: list[str]) -> None:
    abi = libc.syscall(SYS_LANDLOCK, None, 0, 1)
    if abi < 1:
        raise JailRefused("the kernel has no Landlock")
    global _readable_can_be_truncated
    _readable_can_be_truncated = abi < 3  # Linux 6.2
    execute, write_file, read_file, read_dir = 1, 2, 4, 8
    known = (1 << 13) - 1 | (1 << 13 if abi >= 2 else 0) | (1 << 14 if abi >= 3 else 0) | (1 << 15 if abi >= 5 else 0)
    network = 3 if abi >= 4 else 0
    scoped = 3 if abi >= 6 else 0
    attributes = struct.pack("=QQQ", known, network, scoped)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = libc.syscall(SYS_LANDLOCK, attributes[:size], size, 0)
    call("landlock_create_ruleset", ruleset)
    # An import lists the folders of its path: names may be listed there, nothing more read.
    rules = {path: read_dir for path in import_path if os.path.isdir(path)}
    for path in readable:
        rules[path] = rules.get(path, 0) | read_file | (read_dir | execute if os.path.isdir(path) else 0)
    rules["/dev/null"] |= write_file
    for path, allowed in rules.items():
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = struct.pack("=Qi", allowed, descriptor)
        call("landlock_add_rule", libc.syscall(SYS_LANDLOCK + 1, ruleset, 1, rule, 0))
        os.close(descriptor)
    call("landlock_restrict_self", libc.syscall(SYS_LANDLOCK + 2, ruleset, 0))
    os.close(ruleset)


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind, data)]
    call(f"mount {target}", libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]))


def call(name: str, result: int) -> None:
    if result < 0:
        raise JailRefused(f"{name}: {os.strerror(ctypes.get_errno())}")

"""`python3 tools/install.py course` leaves in .venv what pyproject.toml asks for, at the versions of constraints.txt.

`all` adds every extra. When nothing is out of date it does nothing, in a fraction of a second, so that the Makefile can
call it before each target. When it cannot do its work, the last thing it prints is a sentence that says what to do.

Standard library only, and no syntax newer than Python 3.6, so that an old Python gets as far as the sentence about it.
"""

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
WANTED = {
    "course": ".[course]",
    "all": ".[agents,certify,compare,course,deepspeed,dev,mujoco,similarity,transformers,wandb]",
}
CPU_INDEX = "https://download.pytorch.org/whl/cpu"

# Says what .venv holds, and is there only while .venv is whole: it goes before packages are written and comes back
# after. So whoever finds none knows that Ctrl-C, a kill or a full disk came in between.
STAMP = VENV / "installed"


def say(text: str) -> None:
    print("install: " + text, flush=True)


def stamp(holds: str) -> str:
    """What STAMP reads once `holds` is installed, at this place and from these files as they are."""
    # Contents and not dates, because a checkout renews dates; the place, because a moved .venv still names the old one.
    parts = [str(ROOT).encode()]
    parts += [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt", "tools/install.py")]
    return holds + " " + hashlib.sha256(b"\0".join(parts)).hexdigest() + "\n"


def is_sound() -> bool:
    """Whether .venv is whole, stands where it was made, and has a Python that serves."""
    activate = VENV / "bin" / "activate"  # holds the path at which it was made
    if not (STAMP.exists() and PYTHON.exists() and str(VENV) in activate.read_text(encoding="utf-8")):
        return False
    return subprocess.call([str(PYTHON), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]) == 0


def make_venv() -> None:
    """Put an empty virtual environment in the place of whatever .venv was."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):
        sys.exit(
            f"install: Python 3.11 or newer is needed, and {sys.executable} is {found}; "
            "where a newer one is installed, name it: PYTHON=python3.12 make course"
        )
    try:
        import ensurepip  # noqa: F401  (Debian and Ubuntu keep it in a package of its own)
    except ImportError:
        sys.exit(
            f"install: {sys.executable} cannot make virtual environments; "
            "on Debian and Ubuntu `sudo apt install python3-venv` mends that, then run the same command again"
        )
    if VENV.exists():
        say(".venv is unfinished, or was made elsewhere or otherwise: making it afresh")
    say(f"making .venv with Python {found} ...")
    venv.create(str(VENV), clear=True, symlinks=True, with_pip=True)
    STAMP.write_text("nothing yet\n")


def pip_install(*arguments: str) -> "list[str]":
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", *arguments]


def install_torch() -> None:
    """Install torch by itself, from the index of CPU builds where that can be reached, else from PyPI.

    PyPI's build for Linux needs gigabytes of CUDA packages. Only torch is asked of the other index, and with one retry:
    where it is out of reach, pip would otherwise wait for it again at each dependency.
    """
    pin = re.search(r"^torch==\S+", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert pin, "constraints.txt pins torch"
    say(f"installing {pin.group()}, the CPU build where download.pytorch.org can be reached ...")
    held = STAMP.read_text()
    STAMP.unlink()
    # 200 MB, so pip keeps the terminal: here its progress bar is wanted.
    status = subprocess.call(pip_install("--no-deps", "--retries", "1", "--extra-index-url", CPU_INDEX, pin.group()))
    if status:
        raise subprocess.CalledProcessError(status, "pip")
    STAMP.write_text(held)


def install_rest(wanted: str) -> None:
    """Install this repository, editable, with all that it needs, and show progress in one line, in a log in several."""
    say(f"installing {wanted} requirements at the versions of constraints.txt ...")
    command = pip_install("--progress-bar", "off", "-c", "constraints.txt", "-e", WANTED[wanted])
    on_terminal, failing = sys.stdout.isatty(), False
    with subprocess.Popen(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout
        for line in map(str.rstrip, pip.stdout):
            news = line.strip()
            failing = failing or news.lower().startswith("error")
            if news.startswith("Installing collected packages") and STAMP.exists():
                STAMP.unlink()  # no sooner: an install that ends while it downloads has spoilt nothing
            if failing or news.startswith("WARNING"):
                print(line, flush=True)
            elif on_terminal:
                print("\r\033[K" + news[: shutil.get_terminal_size().columns - 1], end="\r", flush=True)
            elif news.startswith(("Downloading", "Installing collected packages")):
                print("  " + news[:118], flush=True)
    if on_terminal:
        print("\033[K", end="", flush=True)
    if pip.returncode:
        raise subprocess.CalledProcessError(pip.returncode, "pip")
    STAMP.write_text(stamp(wanted))


def main(wanted: str) -> None:
    with open(__file__) as lock:  # two terminals, or make -j, take turns
        fcntl.flock(lock, fcntl.LOCK_EX)
        if STAMP.exists() and STAMP.read_text() in (stamp(wanted), stamp("all")) and PYTHON.exists():
            return
        try:
            if not is_sound():
                make_venv()
            install_torch()
            install_rest(wanted)
        except KeyboardInterrupt:
            sys.exit("\ninstall: interrupted; the same command takes it up again")
        except (OSError, subprocess.CalledProcessError) as error:
            output = getattr(error, "output", None)  # ensurepip's, which venv keeps to itself
            sys.exit(
                f"install: {output.decode() if output else error}\n"
                "install: not finished; what stands above says why, most often no network or a full disk: "
                "mend that and run the same command again"
            )
        say("done")


if __name__ == "__main__":
    main(sys.argv[1])

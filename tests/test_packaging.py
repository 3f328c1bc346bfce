"""What a person installs is held here: requirements, pins, the wheel, and the set-up behind the Makefile."""

import contextlib
import importlib.util
import re
import shutil
import sys
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = PROJECT["dependencies"] + [line for lines in EXTRAS.values() for line in lines]
PIN_LINES = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
PINS = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in PIN_LINES)}


# --- requirements and pins


def test_conda_and_pip_users_are_given_the_same_requirements():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    [pip_section] = [entry["pip"] for entry in conda if isinstance(entry, dict)]
    assert sorted(line for line in pip_section if not line.startswith("-")) == sorted(REQUIREMENTS)
    assert f"python{PROJECT['requires-python']}" in conda
    assert {"-c constraints.txt", "-e ."} <= set(pip_section)


@pytest.mark.parametrize("line", REQUIREMENTS)
def test_each_requirement_is_pinned_inside_its_range(line):
    requirement = Requirement(line)
    assert requirement.specifier.contains(PINS[canonicalize_name(requirement.name)])


def test_each_pin_names_one_version_of_one_package_and_nothing_local():
    # A local tag such as +cpu would refuse PyPI's build of torch; a CUDA pin would say that the CPU build was not used.
    assert [line for line in PIN_LINES if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert len(PINS) == len(PIN_LINES)
    assert [name for name in PINS if name.startswith(("cuda", "nvidia", "triton"))] == []


def closure() -> dict[str, str]:
    """The version installed here of every package that our requirements lead to, read from the packages' metadata."""
    versions, waiting = {}, [Requirement(line) for line in REQUIREMENTS]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        # Whoever cannot reach the index of CPU builds has the CUDA packages, at versions that torch itself fixes.
        if name.startswith(("cuda", "nvidia", "triton")) or (name in versions and not requirement.extras):
            continue
        package = distribution(name)
        versions[name] = package.version.partition("+")[0]
        for needed in map(Requirement, package.requires or []):
            if any(needed.marker is None or needed.marker.evaluate({"extra": e}) for e in requirement.extras or {""}):
                waiting.append(needed)
    return versions


@pytest.mark.skipif(sys.platform != "linux", reason="constraints.txt is complete for Linux")
def test_every_package_that_ours_lead_to_is_installed_as_pinned():
    installed = closure()
    assert installed == {name: PINS.get(name) for name in installed}


@pytest.mark.skipif(sys.platform != "linux" or sys.version_info[:2] != (3, 11), reason="made on Linux with Python 3.11")
def test_no_pin_is_idle():
    assert set(PINS) - set(closure()) == set()


# --- the wheel


@pytest.mark.parametrize(("version", "carried"), [("standard", True), ("editable", False)])
def test_notebooks_travel_in_the_wheel_and_are_not_copied_by_an_editable_install(tmp_path, version, carried):
    files = ["autograder/__init__.py", "curriculum/__init__.py", "notebooks/01_x/a.ipynb", "tests/test_x.py"]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    for name in ["pyproject.toml", "LICENSE", "README.md"]:
        shutil.copy(ROOT / name, tmp_path)
    [wheel] = WheelBuilder(str(tmp_path)).build(directory=str(tmp_path / "dist"), versions=[version])
    content = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {"autograder/__init__.py", "curriculum/__init__.py", "autograder/_notebooks/01_x/a.ipynb"}
    assert content == (expected if carried else {"_attention_to_rlhf.pth"})


# --- setting up .venv: tools/install.py, loaded from a copy, so that it takes a scratch folder for the repository


def load(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("install", root / "tools" / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def scratch(tmp_path):
    root = tmp_path / "clone"
    (root / "tools").mkdir(parents=True)
    for name in ["pyproject.toml", "constraints.txt", "tools/install.py"]:
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture
def install(scratch):
    return load(scratch)


def pretend_installed(install, holds):
    install.PYTHON.parent.mkdir(parents=True)
    install.PYTHON.touch()
    (install.VENV / "bin" / "activate").write_text(f"VIRTUAL_ENV={install.VENV}\n")
    install.STAMP.write_text(install.stamp(holds))


def works(install, wanted, monkeypatch):
    """Whether asking for `wanted` sets it to work, seen by its next question: is what is there sound?"""
    asked = []
    monkeypatch.setattr(install, "is_sound", lambda: asked.append(True) or sys.exit())
    with contextlib.suppress(SystemExit):
        install.main(wanted)
    return bool(asked)


@pytest.mark.parametrize(
    ("holds", "wanted", "expected"),
    [("course", "course", False), ("all", "course", False), ("all", "all", False), ("course", "all", True)],
)
def test_only_what_is_missing_sets_it_to_work(install, monkeypatch, holds, wanted, expected):
    pretend_installed(install, holds)
    assert works(install, wanted, monkeypatch) is expected


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_or_pin_sets_it_to_work(install, monkeypatch, scratch, name):
    pretend_installed(install, "all")
    (scratch / name).write_text((scratch / name).read_text() + "\n")
    assert works(install, "course", monkeypatch)


def test_a_moved_repository_sets_it_to_work(install, monkeypatch, scratch):
    pretend_installed(install, "all")
    assert works(load(scratch.rename(scratch.with_name("moved"))), "course", monkeypatch)


def test_a_python_that_has_gone_sets_it_to_work(install, monkeypatch):
    pretend_installed(install, "all")
    install.PYTHON.unlink()
    assert works(install, "course", monkeypatch)


def test_a_virtual_environment_is_sound_only_where_it_was_made_and_with_its_stamp(install, scratch):
    assert not install.is_sound()
    install.make_venv()
    assert install.is_sound()
    install.STAMP.rename(install.STAMP.with_name("elsewhere"))
    assert not install.is_sound()
    install.STAMP.with_name("elsewhere").rename(install.STAMP)
    assert not load(scratch.rename(scratch.with_name("moved"))).is_sound()


@pytest.mark.parametrize("said", ["Downloading a.whl", "Installing collected packages: a"])
def test_a_failed_install_is_trusted_again_only_if_pip_had_not_begun_to_write(install, monkeypatch, said):
    pretend_installed(install, "course")
    before = install.STAMP.read_text()
    pip = [sys.executable, "-c", f"import sys; print({said!r}); sys.exit(1)"]
    monkeypatch.setattr(install, "pip_install", lambda *arguments: pip)
    with pytest.raises(install.subprocess.CalledProcessError):
        install.install_rest("all")
    assert (install.STAMP.exists() and install.STAMP.read_text() == before) is said.startswith("Downloading")


def test_a_failed_install_ends_with_a_sentence_that_says_what_to_do_and_with_an_exit_code(install, monkeypatch):
    pretend_installed(install, "course")
    monkeypatch.setattr(install, "is_sound", lambda: True)
    monkeypatch.setattr(install, "pip_install", lambda *arguments: [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(SystemExit, match=r"no network or a full disk: mend that and run the same command again$"):
        install.main("all")
    assert not install.STAMP.exists()


def test_an_old_python_is_told_so_in_one_sentence(install, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit, match=r"^install: Python 3\.11 or newer is needed, and .* is 3\.9\.2; .*PYTHON="):
        install.main("course")


def test_a_python_without_ensurepip_is_told_so_in_one_sentence(install, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match=r"^install: .* cannot make virtual environments; .*python3-venv"):
        install.main("course")

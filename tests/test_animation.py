"""Films of what a policy does, and the experiment that records one."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
from click.testing import CliRunner

from curriculum import continuous_experiment
from curriculum.animation import Film, pendulum_film, walker_film
from curriculum.train_continuous import TASKS


def drawing(film: Film) -> ElementTree.Element:
    [svg] = re.findall(r"<svg.*</svg>", film._repr_html_())
    return ElementTree.fromstring(svg)


def test_a_pendulum_turns_by_its_angles_and_pushes_by_its_torques():
    angles = np.linspace(np.pi, 0.0, 5)[:, None].repeat(2, axis=1)
    torques = np.tile(np.array([[-2.0, 1.0]]), (5, 1))
    film = drawing(pendulum_film(angles, torques, 2.0, ["a < b", "c"], 0.05, "two pendulums"))
    turns = [item for item in film.iter("animateTransform")]
    assert [float(frame.split()[0]) for frame in turns[0].attrib["values"].split(";")] == [-180, -135, -90, -45, 0]
    assert turns[0].attrib["dur"] == "0.25s"
    widths = [item.attrib["values"] for item in film.iter("animate") if item.attrib["attributeName"] == "width"]
    assert widths == [";".join(["50.0"] * 5), ";".join(["25.0"] * 5)]
    assert film.attrib["aria-label"] == "two pendulums"


def test_a_walker_stands_on_the_ground_and_the_camera_moves_with_it():
    joints = np.array([[[x, 1.0], [x, 0.0]] for x in (0.0, 1.0, 2.0)])
    film = drawing(walker_film(joints, 0.04, "a walker"))
    [limbs] = [item for item in film.iter("animate") if item.attrib["attributeName"] == "points"]
    assert limbs.attrib["values"] == ";".join(["210,90 210,190"] * 3)


def test_a_film_needs_no_network_and_can_be_stopped():
    text = pendulum_film(np.zeros((3, 1)), np.zeros((3, 1)), 2.0, ["one"], 0.05, 'says "hello"')._repr_html_()
    assert "http" not in text
    assert "pauseAnimations" in text
    assert "prefers-reduced-motion" in text


def test_the_experiment_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    short = {name: replace(task, config=replace(task.config, updates=2)) for name, task in TASKS.items()}
    monkeypatch.setattr("curriculum.train_continuous.TASKS", short)
    monkeypatch.setattr(continuous_experiment, "SEEDS", {"pendulum": 1, "pendulum-squashed": 1})
    out, kept = tmp_path / "results.json", tmp_path / "kept"
    kept.mkdir()
    done = {"env_steps": [1], "mean_return": [None], "final_returns": [-7.0], "std": [1.0], "seconds": 0.0}
    (kept / "pendulum-0.json").write_text(json.dumps(done))
    found = CliRunner().invoke(continuous_experiment.main, ["--out", str(out), "--kept", str(kept)])
    assert found.exit_code == 0, found.output
    content = json.loads(out.read_text())
    assert content["runs"]["pendulum"]["0"] == done
    assert content["runs"]["pendulum-squashed"]["0"]["env_steps"] == [4096, 8192]
    assert set(content) == {"provenance", "target", "envs", "config", "runs"}


def test_without_mujoco_the_robots_are_left_out_and_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "mujoco", None)
    monkeypatch.setattr(continuous_experiment, "SEEDS", {"hopper": 1})
    arguments = ["--out", str(tmp_path / "results.json"), "--kept", str(tmp_path / "kept")]
    found = CliRunner().invoke(continuous_experiment.main, arguments)
    assert found.exit_code == 0, found.output
    assert "hopper is left out. MuJoCo is not installed" in found.output
    assert json.loads((tmp_path / "results.json").read_text())["runs"] == {}

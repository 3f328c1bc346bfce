"""JupyterLab on work/, with the book served beside it, one click away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from .work import WORK

BOOK = Path("book/_build/html")
ADDRESS = "/book/"


def run() -> int:
    """Run JupyterLab until Ctrl-C; its exit code. Without a display it prints its address and opens no browser."""
    if not (BOOK / "index.html").exists():
        click.echo("The book is not built yet: `make course` builds it.", err=True)
    # answer_yes: Ctrl-C stops the server at once instead of asking.
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={WORK.resolve()}"]
    command += ["--ServerApp.answer_yes=True", "--ServerApp.log_level=WARN"]
    command += [f"--ServerApp.jpserver_extensions={__name__}=True"]
    command += ["--LabApp.default_url=/lab/tree/README.md"]
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container there may be no other user
    click.echo("JupyterLab starts on work/; Ctrl-C stops it.", err=True)
    # labconfig/ beside this file shows README.md as a page and asks no news of anybody.
    paths = [str(Path(__file__).parent), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    environment = {"AUTOGRADER_BOOK": str(BOOK.resolve()), "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
    server = subprocess.Popen(command, env={**os.environ, **environment})
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:
            continue  # the server got it too, and is shutting its kernels down


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter's server: serves the book's folder below the server's own address."""
    from jupyter_server.utils import url_path_join
    from tornado.web import StaticFileHandler

    folder = {"path": os.environ["AUTOGRADER_BOOK"], "default_filename": "index.html"}
    route = url_path_join(server.web_app.settings["base_url"], ADDRESS, "(.*)")
    server.web_app.add_handlers(".*$", [(route, StaticFileHandler, folder)])

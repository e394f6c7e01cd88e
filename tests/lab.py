"""JupyterLab as an analyst has it, in a headless browser: its own settings folder, one notebook at a time."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none", "kernelStatus": {"showOnStatusBar": True}},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyterlab/apputils-extension/themes": {"theme": "JupyterLab Light"},
}  # fmt: skip
_READY = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
}"""
_RUN = "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"


@contextmanager
def jupyter_lab(root: Path, settings: Path) -> Iterator[str]:
    """Serve the folder `root`; yields the address."""
    for name, values in _SETTINGS.items():
        plugin = settings / "lab" / f"{name}.jupyterlab-settings"
        plugin.parent.mkdir(parents=True, exist_ok=True)
        plugin.write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython", "JUPYTERLAB_SETTINGS_DIR": "lab", "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }  # fmt: skip
    options = {
        "IdentityProvider.token": "", "ServerApp.password": "", "ServerApp.port": port, "ServerApp.root_dir": root,
        "ServerApp.allow_root": True, "ServerApp.open_browser": False, "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly", "ServerApp.log_level": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
    environment = os.environ | {name: str(settings / folder) for name, folder in own.items()}
    with (settings / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield _answering(server, f"http://127.0.0.1:{port}", settings / "server.log")
        finally:
            server.terminate()
            server.wait(timeout=30)


def _answering(server: subprocess.Popen[bytes], address: str, log: Path) -> str:
    """Wait for the server as long as it runs, also on a machine with much else to do."""
    for _ in range(720):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/api", timeout=5):
                return address
        except OSError:
            time.sleep(0.25)
    raise AssertionError(log.read_text())


def set_parameters(notebook: Path, **values: str) -> None:
    """Type a notebook's parameters, as an analyst does."""
    node = json.loads(notebook.read_text(encoding="utf-8"))
    (cell,) = [cell for cell in node["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    cell["source"] = "\n".join(f'{name} = "{value}"' for name, value in values.items())
    notebook.write_text(json.dumps(node), encoding="utf-8")


def run_notebook(page: Any, address: str, path: str) -> None:
    """Open a notebook and run all its cells."""
    page.goto(f"{address}/lab/tree/{path}?reset")
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext")
    page.evaluate(_READY)
    page.evaluate(_RUN)


def restart(page: Any) -> None:
    """Restart the kernel, and run all cells again."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.evaluate(_READY)
    page.evaluate(_RUN)

"""Where Jupyter's kernels come from while a warm parent is kept: forked if they can be, else started the stock way."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from okrlib.run.warm import ADDRESS, PROVISIONER, Request

_SECONDS_TO_WARM = 30.0
_OPTIONS_TO_IGNORE = {"-Xfrozen_modules=off"}  # only a debugger sees the difference
_OURS = {"env", "cwd", "independent", "stdin", "stdout", "stderr", "extra_arguments", "kernel_id"}


class ForkedKernel:
    """A kernel forked by the warm parent, as far as Jupyter knows a process (subprocess.Popen)."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.connection, self.pid = connection, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit status, None while the kernel lives; 1 when it ended after its parent."""
        if self.returncode is None and select.select([self.connection], [], [], 0)[0]:
            with self.connection:
                try:
                    self.returncode = int(self.connection.recv(64) or 1)
                except ConnectionError:
                    self.returncode = 1
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the kernel's end and return its exit status, None if it lives after `timeout` seconds."""
        if self.returncode is None:
            select.select([self.connection], [], [], timeout)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the kernel has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class WarmProvisioner(LocalProvisioner):
    """Jupyter's own provisioner of local kernels, which asks the warm parent first."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel from the warm parent, or start `cmd`."""
        request = _request(cmd, kwargs)
        forked = _forked(request, kwargs) if request else None
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process: Any = forked
        self.pid = self.pgid = forked.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, and see it end: it is quick, and Jupyter would look only after a tenth of a second."""
        await super().kill(restart)
        if isinstance(self.process, ForkedKernel):
            await asyncio.to_thread(self.process.wait, 1)


def register() -> None:
    """Make the provisioner known to this process, also where okrlib runs without having been installed."""
    entry = EntryPoint(PROVISIONER, f"{__name__}:WarmProvisioner", KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.instance().provisioners[PROVISIONER] = entry


def _request(command: Sequence[str], options: dict[str, Any]) -> Request | None:
    """Return what to ask the parent for, None when there is no parent or `command` is not a plain ipykernel."""
    executable, *rest = command
    rest = [word for word in rest if word not in _OPTIONS_TO_IGNORE]
    plain = rest[:2] == ["-m", "ipykernel_launcher"] and not options.keys() - _OURS and not options.get("independent")
    if not plain or options.get("stdin") is not None or sys.platform != "linux" or ADDRESS not in os.environ:
        return None
    environment = {**(options.get("env") or os.environ), "JPY_PARENT_PID": str(os.getpid())}
    return Request(executable, rest[2:], environment, str(options.get("cwd") or Path.cwd()))


def _forked(request: Request, options: dict[str, Any]) -> ForkedKernel | None:
    """Return a kernel forked by the warm parent, None when it refuses or is gone."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123  # a kernel reads from nobody
            streams = [nothing.fileno(), *(_number(options.get(name), n) for n, name in ((1, "stdout"), (2, "stderr")))]
            connection.settimeout(_SECONDS_TO_WARM)
            connection.connect(os.environ[ADDRESS])
            socket.send_fds(connection, [json.dumps(request).encode()], streams)
            return ForkedKernel(connection, int(connection.recv(1024)))
    except (OSError, ValueError):  # gone, too busy, or a refusal in words
        connection.close()
        return None


def _number(stream: Any, default: int) -> int:
    """Return the descriptor of a stream as subprocess.Popen takes it; ValueError for a pipe or the like."""
    number = default if stream is None else stream if isinstance(stream, int) else stream.fileno()
    if number < 0:
        raise ValueError("pipes are subprocess's business")
    return int(number)

"""A warm parent: it imports what kernels need once, then forks a kernel for each request. Linux only.

A connection is a kernel's life. The parent answers a request with the kernel's process id and later with its exit
status; when the requester goes away, the kernel ends. Anything unusual is refused, and the kernel starts the stock way.
"""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any, NamedTuple

ADDRESS = "OKR_WARM_PARENT"
PROVISIONER = "okrlib-warm"
LARGEST_MESSAGE = 1 << 20  # bytes; the system's own limit on one message is lower

_DECIDED_AT_START = (
    "PYTHON", "LD_", "LANG", "LC_", "HOME", "XDG_", "MPLCONFIGDIR", "OPENBLAS_", "OMP_", "MKL_", "MALLOC_", "_RJEM_",
)  # fmt: skip
_HARMLESS_THREADS = {"jemalloc_bg_thd"}  # it knows about forks; any other may hold a lock that its copy never releases
_INLINE = "module://matplotlib_inline.backend_inline"
_IN_EVERY_KERNEL = (
    "ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.completerlib", "IPython.extensions.storemagic",
    "tornado.platform.asyncio", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect", "psutil", "sqlite3",
)  # fmt: skip
_SECONDS_TO_ASK = 5.0
_SECONDS_TO_END = 5.0


class Request(NamedTuple):
    """What a kernel is to be: its interpreter, the arguments of ipykernel, its environment and folder."""

    executable: str
    arguments: list[str]
    environment: dict[str, str]
    folder: str


@contextmanager
def warm_parent(rehearsal: str, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Keep a warm parent; yield the environment variables that send kernels to it, none where there can be none.

    `rehearsal` names what the parent calls before it forks (``package.module:function``); the kernels it may fork have
    `environment` as far as Python and its libraries read that when they start. Leaving the block ends the parent.
    """
    if not (sys.platform == "linux" and hasattr(os, "pidfd_open")):
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="okr-", ignore_cleanup_errors=True) as folder:
        address = str(Path(folder, "warm"))
        try:
            parent = _started(address, rehearsal, environment)
        except OSError:  # such as a folder whose path is too long for a socket
            yield {}
            return
        try:
            yield {ADDRESS: address, "JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER}
        finally:
            _end(parent)


def _started(address: str, rehearsal: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the parent with a socket that takes requests from now on, though it answers only when it is warm."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen(128)
        quiet = {name: value for name, value in environment.items() if name not in {"JPY_PARENT_PID", "MPLBACKEND"}}
        return subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-m", __name__, str(listener.fileno()), rehearsal],
            stdin=subprocess.PIPE,  # its end is the parent's end
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=quiet,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # Ctrl-C is for those who use the kernels
        )


def _end(parent: subprocess.Popen[bytes]) -> None:
    if parent.stdin:
        parent.stdin.close()
    try:
        parent.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        parent.kill()
        parent.wait()


def main(arguments: Sequence[str]) -> None:
    """Be the parent until its standard input ends; in a kernel, be the kernel until it ends."""
    listener = socket.socket(fileno=int(arguments[0]))
    before = dict(os.environ)
    refusal = _warmed(arguments[1])
    imported = dict(os.environ.items() - before.items())  # what imports set, and would set in a stock kernel
    gc.collect()
    gc.freeze()
    born = _serve(listener, refusal)
    if born is not None:
        _be_kernel(*born, imported)


def _warmed(rehearsal: str) -> str:
    """Import and rehearse; return why no kernel may be forked after that, if so."""
    module, _, function = rehearsal.partition(":")
    with warnings.catch_warnings(record=True) as heard:
        try:
            for name in _IN_EVERY_KERNEL:
                import_module(name)
            getattr(import_module(module), function)()
            _know_backends()
        except Exception as bad:  # noqa: BLE001  # each kernel will meet it by itself, and say it where it belongs
            return f"rehearsal failed: {bad}"
    if heard:  # a forked kernel would not repeat it
        return f"a warning at import: {heard[0].message}"
    others = _threads() - _HARMLESS_THREADS
    return f"threads that a fork would lose: {', '.join(sorted(others))}" if others else ""


def _know_backends() -> None:
    """Let matplotlib, if it is there, look once for backends among all installed packages; it chooses none."""
    if "matplotlib" in sys.modules:
        import_module("matplotlib.rcsetup").validate_backend(_INLINE)


def _threads() -> set[str]:
    """Return the names of this process's threads but the main one, native ones included."""
    own, tasks = str(os.getpid()), Path("/proc/self/task")
    return {Path(task, "comm").read_text().strip() for task in tasks.iterdir() if task.name != own}


def _serve(listener: socket.socket, refusal: str) -> tuple[Request, list[int], socket.socket] | None:
    """Fork a kernel for each request; return in the parent when its standard input ends, and in each kernel."""
    watched = DefaultSelector()
    watched.register(listener, EVENT_READ)
    watched.register(sys.stdin, EVENT_READ)
    while True:
        for key, _ in watched.select():
            if key.fileobj is sys.stdin:
                return None
            if key.fileobj is not listener:
                _tell_end(watched, key.fd, *key.data)
                continue
            connection, _ = listener.accept()
            born = _fork(connection, watched, refusal)
            if born is not None:
                listener.close()
                return born


def _tell_end(watched: DefaultSelector, ended: int, pid: int, connection: socket.socket) -> None:
    _, status = os.waitpid(pid, 0)
    watched.unregister(ended)
    os.close(ended)
    with connection:
        _tell(connection, str(os.waitstatus_to_exitcode(status)))


def _tell(connection: socket.socket, message: str) -> None:
    try:
        connection.send(message.encode())
    except OSError:  # nobody waits for it any more
        return


def _fork(
    connection: socket.socket, watched: DefaultSelector, refusal: str
) -> tuple[Request, list[int], socket.socket] | None:
    """Answer one request; return it, its streams and its connection in the new kernel only."""
    streams: list[int] = []
    try:
        connection.settimeout(_SECONDS_TO_ASK)
        message, streams, _, _ = socket.recv_fds(connection, LARGEST_MESSAGE, 3)
        request = Request(*json.loads(message))
        refusal = refusal or _unfit(request, streams)
        pid = -1 if refusal else _forked()
    except (OSError, ValueError, TypeError) as bad:
        refusal, pid = str(bad) or type(bad).__name__, -1
    if pid == 0:
        _forget(watched)
        return request, streams, connection
    for stream in streams:
        os.close(stream)
    _tell(connection, refusal or str(pid))
    if refusal:
        connection.close()
    else:
        watched.register(os.pidfd_open(pid), EVENT_READ, (pid, connection))
    return None


def _unfit(request: Request, streams: Sequence[int]) -> str:
    """Say why a fork of this process is not what was asked for."""
    if request.executable != sys.executable or len(streams) != 3:
        return f"this is {sys.executable}"
    here, there = decided_at_start(os.environ), decided_at_start(request.environment)
    return f"another environment: {sorted(dict(here.items() ^ there.items()))}" if here != there else ""


def decided_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that Python and its libraries read when they start, and never again."""
    return {name: value for name, value in environment.items() if name.startswith(_DECIDED_AT_START)}


def _forked() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python counts threads; which ones has been looked at
        return os.fork()


def _forget(watched: DefaultSelector) -> None:
    """Close, in a new kernel, what is the parent's: other kernels' connections above all, or they would never end."""
    for key in list(watched.get_map().values()):
        if key.data:
            key.data[1].close()
            os.close(key.fd)
    watched.close()


def _be_kernel(
    request: Request, streams: Sequence[int], connection: socket.socket, imported: Mapping[str, str]
) -> None:
    """Turn this copy of the parent into what `python -m ipykernel_launcher` would be, and run it."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if sys.path[0] == str(Path.cwd()):  # the parent's; a kernel puts its own first
        del sys.path[0]
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update({**imported, **request.environment})
    _start_afresh()
    connection.settimeout(None)
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *request.arguments]
    app: Any = import_module("ipykernel.kernelapp")
    app.launch_new_instance([*request.arguments, "--IPKernelApp.parent_handle=1"])  # watched by the thread instead


def _start_afresh() -> None:
    """Undo what the parent decided for itself: random numbers, time zone, temporary folder, drawing backend."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    time.tzset()
    tempfile.tempdir = None
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = os.environ.get("MPLBACKEND") or _INLINE


def _end_with(connection: socket.socket) -> None:
    connection.recv(1)  # nothing ever comes but the end
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])

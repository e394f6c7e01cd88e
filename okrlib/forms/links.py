"""Links to files of the workbook, through the server that this kernel belongs to."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from jupyter_server.serverapp import list_running_servers
from markupsafe import Markup

from okrlib.forms.parts import Speaks
from okrlib.text import Text

_ELSEWHERE = Text(
    "(start JupyterLab in the workbook's folder to open it from here)",
    "（在工作簿文件夹中启动 JupyterLab 后可从此处打开）",
)


def link(says: Speaks, path: Path, home: Path) -> Markup:
    """Link to a file; where the server serves another folder, say where the file lies."""
    shown = path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)
    for server in list_running_servers():
        root = Path(server["root_dir"]).resolve()
        if str(server["pid"]) == os.environ.get("JPY_PARENT_PID") and path.is_relative_to(root):
            address = f"{server['base_url']}files/{quote(path.relative_to(root).as_posix())}"
            return Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(address, shown)
    return Markup('<code>{}</code> <span class="okr-quiet">{}</span>').format(path, says.say(_ELSEWHERE))

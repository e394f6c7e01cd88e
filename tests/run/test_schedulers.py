"""Every example of docs/schedulers.md is one that works: its syntax, and each command line as okr itself reads it."""

import ast
import configparser
import re
import shlex
import subprocess

import pytest
import typer
from ruamel.yaml import YAML

from okrlib.cli import app
from tests.shared import PROJECT

TEXT = (PROJECT / "docs" / "schedulers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
VALUES = {
    r"\$\{\{ matrix\.part \}\}": "1",
    r"\{part\}/\{PARTS\}": "2/4",
    r"\{part\}": "2",
    r"\$SLURM_ARRAY_TASK_ID": "3",
}


def blocks(kind):
    found = [text for name, text in BLOCKS if name == kind]
    assert found, f"no example in {kind}"
    return found


def command_lines():
    text = "\n".join(text for _, text in BLOCKS) + "\n" + "\n".join(re.findall(r"`(okr [^`]+)`", TEXT))
    for pattern, value in VALUES.items():
        text = re.sub(pattern, value, text)
    return re.findall(r"\bokr ((?:run|warm) [^\n`,&>]*?)(?=\"?,?$| >>|`|\n)", text, re.MULTILINE)


def test_the_examples_hold_commands():
    assert len(command_lines()) >= 7


@pytest.mark.parametrize("line", command_lines())
def test_okr_takes_every_command_line(line):
    name, *words = shlex.split(line)
    command = typer.main.get_command(app).commands[name]
    context = command.make_context(name, words)
    if name == "run":
        assert re.fullmatch(r"\d{4}Q[1-4]", context.params["quarter"])
        assert context.params["shard"] in {None, "1/4", "2/4", "3/4"}


def test_the_cron_line():
    (line,) = blocks("cron")
    minute, hour, *days, command = line.split(maxsplit=5)
    assert (minute.isdigit(), hour.isdigit(), days) == (True, True, ["*"] * 3)
    assert "%" not in command, "cron takes it for the end of the line"
    assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0


def test_the_systemd_units():
    service, timer = (configparser.ConfigParser(interpolation=None) for _ in range(2))
    service.optionxform = timer.optionxform = str
    for unit, text in zip((service, timer), blocks("ini"), strict=True):
        unit.read_string(text)
    assert service["Service"]["Type"] == "oneshot"
    assert service["Service"]["ExecStart"].startswith(service["Service"]["WorkingDirectory"] + "/")
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:\d\d", timer["Timer"]["OnCalendar"])


def test_the_workflow():
    (text,) = blocks("yaml")
    job = YAML(typ="safe").load(text)["jobs"]["packets"]
    (command,) = [step["run"] for step in job["steps"] if "okr run" in step.get("run", "")]
    parts = job["strategy"]["matrix"]["part"]
    assert parts == list(range(1, int(re.search(r"/(\d+)", command)[1]) + 1)), "every part is made by somebody"


def test_the_airflow_example_is_python_with_a_bash_command():
    (text,) = blocks("python")
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    (operator,) = [call for call in calls if getattr(call.func, "id", "") == "BashOperator"]
    assert {"task_id", "bash_command"} <= {keyword.arg for keyword in operator.keywords}


@pytest.mark.parametrize("text", blocks("bash"))
def test_shell_examples_are_shell(text):
    assert subprocess.run(["bash", "-n"], input=text, text=True, check=False).returncode == 0


def test_every_part_of_the_array_is_made():
    (text,) = [text for text in blocks("bash") if "--array" in text]
    assert re.search(r"--array=1-(\d+)", text)[1] == re.search(r"ID/(\d+)", text)[1]

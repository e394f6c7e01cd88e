"""A tiny workbook: two notebooks whose conduct depends on the store they are run for."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

from okrlib.run.jobs import Job, Limits, read_job
from okrlib.run.packets import Event, Outcome, run_packets
from okrlib.run.plan import Plan, Planner
from okrlib.run.workers import Crew

PAGES = "tests.run.stub_pages"
STORES = ("good", "broken", "killed", "slow", "noisy", "quitter", "undrawable", "murderer", "greedy")
PARAMETERS = 'store = "good"\nquarter = "2026Q3"\nas_of = "2026-08-15"\nlocale = "en"'
CONDUCT = """
import os, signal, sys, time
from pathlib import Path
print("cwd is home:", Path.cwd() == Path(os.environ["OKR_HOME"]))
Path("pids").mkdir(exist_ok=True)
with Path("runs").open("a") as runs:
    print(store, file=runs)
Path("pids", store).write_text(str(os.getpid()))
if store == "broken" or Path("trouble").exists():
    print("so far so good")
    raise ValueError("no orders in July")
if store == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if store == "slow":
    time.sleep(120)
if store == "patient":
    time.sleep(2)
if store == "noisy":
    print("a warning", file=sys.stderr)
if store == "greedy":
    hoard = bytearray(600_000_000)
    hoard[::4096] = b"x" * len(hoard[::4096])
    time.sleep(5)
if store == "quitter":
    sys.exit(0)
if store == "murderer":
    os.kill(os.getppid(), signal.SIGKILL)
"""
SUMMARY = """
from IPython.display import display
cards = {"title": store, "cards": [{"label": "revenue", "value": "1"}]}
display({"application/vnd.okrlib.summary+json": cards}, raw=True)
print({"a", "b", "c", store}, time.tzname, os.environ["SOURCE_DATE_EPOCH"])
"""


def cell(source, *tags, make=new_code_cell, id=None):  # noqa: A002
    made = make(source, metadata={"tags": list(tags)})
    if id:
        made["id"] = id
    return made


def write_notebook(path: Path, *cells, **metadata):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(writes(new_notebook(cells=list(cells), metadata=metadata)), encoding="utf-8")
    return path


def first_notebook(home: Path):
    return write_notebook(
        home / "notebooks" / "01_first.ipynb",
        cell(PARAMETERS, "parameters", id="declared"),
        cell("Revenue", "en", make=new_markdown_cell, id="prose-en"),
        cell("营业额", "zh", make=new_markdown_cell, id="prose-zh"),
        cell("raise RuntimeError('a form ran')", "interactive", id="form"),
        cell(CONDUCT, id="conduct"),
        cell(SUMMARY, id="summary"),
    )


@dataclass
class TinyWorkbook:
    """A home folder with stores, and what happened when packets were made there."""

    home: Path
    events: list[Event] = field(default_factory=list)
    fingerprint: str = "data-1"
    version: int = 3

    def add(self, *stores: str) -> None:
        folder = self.home / "params" / "stores"
        folder.mkdir(parents=True, exist_ok=True)
        for store in stores:
            text = f"store: {store}\ntitle: {{en: The {store}, zh: 小店}}\nplatform: tmall\ncurrency: CNY\n"
            (folder / f"{store}.yaml").write_text(text + "timezone: Asia/Shanghai\ngenerated: true\n", encoding="utf-8")

    def data_state(self, store: str):
        return {"versions": {"orders": self.version}, "fingerprint": self.fingerprint}

    def plan(self, job: Job) -> Plan:
        return Planner(self.home, self.data_state, Limits(), PAGES).plan(job)

    def run(self, *jobs: Job, **options) -> list[Outcome]:
        defaults = {
            "on_event": self.events.append,
            "crew": Crew(2),
            "limits": Limits(cell=6, memory=500),
            "renderer": PAGES,
        }
        defaults["now"] = lambda: datetime(2026, 8, 16, 9, 30, tzinfo=UTC)
        return run_packets(
            self.home,
            jobs,
            data_state=self.data_state,
            **(defaults | options),
        )

    @property
    def runs(self) -> int:
        """How often the first notebook has run."""
        return len((self.home / "runs").read_text().splitlines())

    def file(self, job: Job, name: str) -> Path:
        return job.folder(self.home) / name

    def json(self, job: Job, name: str):
        return json.loads(self.file(job, name).read_text(encoding="utf-8"))


def tiny_workbook(home: Path, *stores: str) -> TinyWorkbook:
    first_notebook(home)
    write_notebook(home / "notebooks" / "02_second.ipynb", cell(PARAMETERS, "parameters"), cell("print(locale)"))
    write_notebook(home / "notebooks" / "07_private.ipynb", cell("secret"), okrlib={"packet": False})
    book = TinyWorkbook(home)
    book.add(*stores)
    return book


def job(store="good", locale="en", quarter="2026Q3", as_of="2026-08-15") -> Job:
    return read_job({"store": store, "quarter": quarter, "as_of": as_of, "locale": locale})

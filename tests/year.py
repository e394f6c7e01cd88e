"""A year of three shops and twelve people, played through the command line: every step a team takes, on its day.

Every price is 10.00, every invoice one day's; so each figure of the year is worked by hand from units a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from unittest.mock import patch

from okrlib.periods import Quarter
from okrlib.starter import init_workbook
from okrlib.stores import Workbook
from tests.commands import Done, okr
from tests.corner_shop import COLUMNS
from tests.corner_shop import STORE as STORE_FILE

QUARTERS = [Quarter(2025, number) for number in (1, 2, 3, 4)]
FIRST_BACK = date(2024, 12, 2)  # one mug came back before the year, so that a refund rate of zero is known
CANARY = "bonus-7391"
RULE = f"""\
counts: committed
weights: {{key_results: 6, tasks: 2, teamwork: 2}}
breached_guardrail: 0.2
late_task: 0.25
proposals:
  - {{name: {CANARY}, kind: material, per: [quarter, half, year], at_least: {{key_results: 0.95}}, breaches_at_most: 0}}
  - {{name: {CANARY} pay, kind: pay, per: [year], at_least: {{key_results: 0.9}}, quarters_at_least: 4}}
"""
STRATEGY = """\
objectives:
  - id: L1
    title: Be the shops that every village here knows
    why: Whoever is known first is asked first.
    horizon: long
    until: 2029-12-31
    owner: Ann Lee
    type: aspirational
  - id: M1
    title: Grow without giving anything away
    why: Discounts teach people to wait.
    horizon: mid
    until: 2026-12-31
    parent: L1
    owner: Ann Lee
    type: aspirational
"""
FIRST_SHEET = """\
# The year begins here.
store: {store}
quarter: 2025Q1
objectives:
  - id: O1
    title: Be the shop our street recommends
    why: Neighbours buy again when they feel at home.
    parent: M1
    owner: {lead}
    type: committed
    key_results:
      - id: O1.1
        metric: revenue
        baseline: 0
        target: {target}
      - {{id: O1.2, metric: orders, baseline: 0, target: 90}}
      - {{id: O1.3, metric: refund_rate, kind: at_most, target: 0.05, guardrail: true, owner: {second}}}
{rest}"""
SECOND_OBJECTIVE = """\
  - id: O2
    title: Become the shop that villages know
    why: Villages have no tea.
    parent: M1
    owner: {third}
    type: aspirational
    key_results:
      - id: O2.1
        title: Serve ten villages
        measure: {{name: Villages served, definition: villages with a first order, unit: villages}}
        baseline: 0
        target: 10
"""
TASKS = """\
    tasks:
      - {{id: T1, key_result: O2.1, title: Print maps, owner: {fourth}, due: {middle}, effort_days: 3}}
      - id: T2
        key_result: O2.1
        title: Visit villages
        owner: {third}
        participants: [{second}]
        due: {late}
        depends_on: [T1]
        effort_days: 5
"""


@dataclass(frozen=True)
class Shop:
    """One shop: its people (lead, second, third, fourth), units sold a day and revenue target by quarter."""

    name: str
    people: tuple[str, str, str, str]
    units: tuple[int, int, int, int]
    targets: tuple[int, int, int, int]
    villages: tuple[int, int, int, int]
    taken_back: dict[date, int]

    def roles(self) -> dict[str, str]:
        """People by what they do."""
        return dict(zip(("lead", "second", "third", "fourth"), self.people, strict=True))


SHOPS = (
    Shop("north", ("Ann Lee", "Bo Finch", "Cy Moss", "Dee Hall"), (2, 3, 2, 4), (1800, 2600, 2300, 3680), (8, 9, 6, 10), {FIRST_BACK: 1}),
    Shop("south", ("Eve Stone", "Fay Wood", "Gus Reed", "Hal Marsh"), (1, 1, 1, 2), (1000, 1000, 1000, 1600), (8, 8, 8, 8),
         {FIRST_BACK: 1, date(2025, 11, 5): 20}),
    Shop("web", ("Ida Blom", "Jon Falk", "Kit Berg", "Liv Dahl"), (5, 5, 5, 5), (4500, 5000, 4600, 4600), (7, 7, 7, 7), {FIRST_BACK: 1}),
)  # fmt: skip


def _till(shop: Shop) -> str:
    """One invoice a day from October 2024 on, and what was taken back."""
    rows, day, n = [COLUMNS], date(2024, 10, 1), 500000
    while day <= date(2026, 1, 12):
        pieces = 2 if day.year != 2025 else shop.units[Quarter.of(day).number - 1]
        rows.append(f"{n},MUG,A blue mug,{pieces},{day} 10:00:00,10.00,{17000 + n % 40},United Kingdom")
        if back := shop.taken_back.get(day):
            rows.append(f"C{n},MUG,A blue mug,-{back},{day} 12:00:00,10.00,{17000 + n % 40},United Kingdom")
        day, n = day + timedelta(days=1), n + 1
    return "\n".join(rows) + "\n"


class Year:
    """The workbook, its clock, and everything that is done in the year."""

    def __init__(self, folder: Path) -> None:
        self.book = init_workbook(folder)
        self.on = date(2025, 1, 1)
        self.done: list[tuple[str, ...]] = []
        (self.book.params / "evaluation.yaml").write_text(RULE, encoding="utf-8")
        (self.book.params / "strategy.yaml").write_text(STRATEGY, encoding="utf-8")
        (self.book.params / "team.yaml").write_text(_teams(), encoding="utf-8")

    def okr(self, *words: object, code: int = 0) -> Done:
        """Run a command at nine o'clock of the year's day; it must leave with `code`."""
        moment = datetime.combine(self.on, time(9), UTC)

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.astimezone(tz) if tz else moment

        with patch("okrlib.cli.app.datetime", Clock):
            done = okr(self.book.home, *words)
        assert done.code == code, (self.on, words, done.out, done.err)
        self.done.append(tuple(map(str, words)))
        return done

    def play(self) -> Workbook:
        """Open the shops, then take all three through four quarters."""
        for shop in SHOPS:
            self._open(shop)
        for quarter in QUARTERS:
            for shop in SHOPS:
                self._quarter(shop, quarter)
        return self.book

    def _open(self, shop: Shop) -> None:
        names = {"corner": shop.name, "Corner shop": f"Shop {shop.name}", "街角小店": f"街角小店 {shop.name}"}
        text = STORE_FILE
        for old, new in names.items():
            text = text.replace(old, new)
        (self.book.params / "stores" / f"{shop.name}.yaml").write_text(text, encoding="utf-8")
        export = self.book.exports / shop.name / "till.csv"
        export.parent.mkdir()
        export.write_text(_till(shop), encoding="utf-8")
        today, self.on = (
            self.on,
            date(2026, 1, 13),
        )  # the till's two years are read at once; each command sees what lies before it
        self.okr("ingest", shop.name)
        self.on = today
        sheet = self.book.sheet_path(shop.name, QUARTERS[0])
        sheet.parent.mkdir()
        roles = shop.roles()
        rest = SECOND_OBJECTIVE.format(**roles) + _tasks(roles, QUARTERS[0])
        sheet.write_text(
            FIRST_SHEET.format(store=shop.name, target=shop.targets[0], rest=rest, **roles), encoding="utf-8"
        )

    def _quarter(self, shop: Shop, quarter: Quarter) -> None:
        number = quarter.number - 1
        if number:
            self._fill_in(shop, quarter)
        self.on = quarter.start + timedelta(days=1)
        self.okr("check", shop.name, quarter)
        self.okr("lock", shop.name, quarter, "--by", shop.people[0])
        for week in range(13):
            self.on = quarter.start + timedelta(days=7 * week + 4)
            self._week(shop, quarter, week)
        if shop.name == "north":
            self._survey(shop, quarter)
        self.on = quarter.end + timedelta(days=5)
        self.okr("close", shop.name, quarter, "--by", shop.people[0])
        self._look_back(shop, quarter)

    def _fill_in(self, shop: Shop, quarter: Quarter) -> None:
        """Set the targets that a draft leaves open, and write the quarter's tasks."""
        path = self.book.sheet_path(shop.name, quarter)
        text, roles = path.read_text(encoding="utf-8"), shop.roles()
        targets = iter((shop.targets[quarter.number - 1], 90, 10))
        lines = [
            f"        target: {next(targets)}" if line.strip().startswith("# target:") else line
            for line in text.splitlines()
        ]
        path.write_text("\n".join(lines) + "\n" + _tasks(roles, quarter), encoding="utf-8")

    def _week(self, shop: Shop, quarter: Quarter, week: int) -> None:
        lead, second, third, fourth = shop.people
        self._says(shop, quarter, "O1.1", lead, 7, f"Week {week + 1} as planned.")
        if week in {3, 7, 12}:
            value = shop.villages[quarter.number - 1] * (week + 1) // 13
            self._says(shop, quarter, "O2.1", third, 6, "We drive out twice a week.", "--value", value)
            self._says(shop, quarter, "O1.3", second, 8, "Little comes back.")
            self._says(shop, quarter, "O1.2", lead, 8, "One a day.")
        task = ("task", shop.name, quarter)
        if week == 2:
            self.okr(
                "decide", shop.name, quarter, "Open on Sundays", "--owner", second, "--due", quarter.end, "--by", lead
            )
            self.okr("idea", shop.name, quarter, "A map of tea", "--author", fourth, "--by", lead)
        if week == 5:
            self.okr(
                "idea", shop.name, quarter, "--id", "I1", "--status", "taken_up", "--judgement", "cheap", "--by", lead
            )
            self.okr(*task, "T1", "--status", "done", "--quality", 4, "--by", lead)
        if week == 6 and (shop.name, quarter.number) == ("north", 3):
            self.okr(*task, "T2", "--blocked-by", "The garage", "--by", third)
        if week == 8 and (shop.name, quarter.number) == ("north", 3):
            self.okr(*task, "T2", "--unblocked", "--by", third)
        if week == 6 and (shop.name, quarter.number) == ("web", 2):
            self._change(shop, quarter)
        if week == 11:
            self.okr(*task, "T2", "--status", "done", "--quality", 5, "--by", lead)
            self.okr("decide", shop.name, quarter, "--id", "D1", "--status", "done", "--by", second)
            self.okr("feedback", shop.name, quarter, fourth, "Lovely maps.", "--by", lead)

    def _says(self, shop: Shop, quarter: Quarter, kr: str, by: str, confidence: int, says: str, *more: object) -> None:
        words = ("--confidence", confidence, "--narrative", says, "--by", by)
        self.okr("check-in", shop.name, quarter, kr, *words, *more)

    def _change(self, shop: Shop, quarter: Quarter) -> None:
        path = self.book.sheet_path(shop.name, quarter)
        path.write_text(path.read_text(encoding="utf-8").replace("target: 5000", "target: 4550"), encoding="utf-8")
        self.okr("change", shop.name, quarter, "--reason", "The bridge is closed until July", "--by", shop.people[0])

    def _survey(self, shop: Shop, quarter: Quarter) -> None:
        """All twelve answer: clarity 4, and cooperation as many as the quarter's number."""
        path = self.book.home / f"pulse-{quarter}.csv"
        rows = [f"{one.name},4,{quarter.number}" for one in SHOPS for _ in range(4)]
        path.write_text("\n".join(["team,clarity,cooperation", *rows]) + "\n", encoding="utf-8")
        self.okr("survey", shop.name, quarter, path, "--name", "Pulse", "--by", shop.people[0])

    def _look_back(self, shop: Shop, quarter: Quarter) -> None:
        lead, third = shop.people[0], shop.people[2]
        number = quarter.number - 1
        reached = shop.units[number] * 10 * quarter.period.days
        if reached < shop.targets[number] and (shop.name, quarter.number) != ("web", 2):
            self.okr("cause", shop.name, quarter, "O1.1", "external", "--says", "Roadworks", "--by", lead)
        if shop.villages[number] < 7:
            self.okr(
                "cause",
                shop.name,
                quarter,
                "O2.1",
                "dependency",
                "--says",
                "The van stood in the garage",
                "--by",
                third,
            )
        self.okr("lesson", shop.name, quarter, "O1", "keep", "--says", "Neighbours talk", "--by", lead)
        self.okr("lesson", shop.name, quarter, "O2", "change", "--says", "Book the van early", "--by", third)
        self.okr("next", shop.name, quarter)


def _tasks(roles: dict[str, str], quarter: Quarter) -> str:
    middle, late = quarter.start + timedelta(days=39), quarter.end - timedelta(days=7)
    return TASKS.format(middle=middle, late=late, **roles)


def _teams() -> str:
    lines = ["teams:"]
    for shop in SHOPS:
        for name, people in (("shop", shop.people[:3]), ("studio", shop.people[3:])):
            lines += [f"  - name: {shop.name} {name}", f"    stores: [{shop.name}]", "    people:"]
            lines += [f"      - {{name: {person}, days_a_week: 3}}" for person in people]
    return "\n".join(lines) + "\n"

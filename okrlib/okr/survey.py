"""Surveys of a team: answers become means, and nobody is told apart who could be recognised.

A mean stands for at least `LEAST_ANSWERS` people. So does what is left over: a team is not told either when, with it, the
answers of the others could be worked out by subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from okrlib.errors import DataError
from okrlib.okr.events import LEAST_ANSWERS, Survey, SurveyGroup
from okrlib.okr.fields import exact
from okrlib.text import LOCALES, Text

TEAM = Text("team", "团队")
QUESTIONS: dict[str, Text] = {
    "satisfaction": Text("I like working here.", "我对目前的工作感到满意。"),
    "clarity": Text("I know what our objectives ask of me.", "我清楚目标对我的要求。"),
    "ambition": Text("Our targets are challenging and can be reached.", "我们的目标有挑战，也够得着。"),
    "resources": Text("I have the time and means that my tasks need.", "我有完成任务所需的时间和资源。"),
    "cooperation": Text("Other teams help when I need them.", "需要时，其他团队会配合。"),
    "feedback": Text("I am told what I do well and what to do better.", "我能及时得到对工作的反馈。"),
}
SCALE = (Decimal(1), Decimal(5))
NOTE = "#"  # begins a row that explains and holds no answer
_HUNDREDTH = Decimal("0.01")

Row = tuple[int, Sequence[str]]  # its line in the file, its cells


@dataclass(frozen=True, slots=True)
class Imported:
    """A survey as it may be kept, with what was not: cells set aside (line, question, value), columns, teams too small."""

    event: Survey
    set_aside: tuple[tuple[int, str, str], ...]
    left_out: tuple[str, ...]
    too_small: tuple[str, ...]


def template_rows() -> list[list[str]]:
    """Return the rows of an empty survey: headings, and an explanation in each language."""
    texts = (TEAM, *QUESTIONS.values())
    notes = [[text.in_(locale) for text in texts] for locale in LOCALES]
    return [["team", *QUESTIONS], *([f"{NOTE} {first}", *rest] for first, *rest in notes)]


def summarise(name: str, rows: Iterable[Row], *, at: datetime, by: str) -> Imported:
    """Make means of answers, one person a row under a heading; answers run from 1 to 5, an empty cell is no answer.

    A column without a single answer on that scale (times, names, remarks) is left out. DataError when fewer than
    `LEAST_ANSWERS` people answered.
    """
    header, answers = _table(rows)
    teams = [number for number, word in enumerate(header) if word == "team"]
    columns = {number: word for number, word in enumerate(header) if number not in teams and word}
    given = {number: list(_answers(number, answers)) for number in columns}
    asked = {number: word for number, word in columns.items() if any(value is not None for *_, value in given[number])}
    _require_survey(name, list(columns.values()), list(asked.values()))
    people = [line for line, cells in answers if any(_cell(cells, number) for number in asked)]
    if len(people) < LEAST_ANSWERS:
        raise DataError(
            f"survey {name!r}: {len(people)} answers; fewer than {LEAST_ANSWERS} would tell who said what",
            f"问卷“{name}”只有 {len(people)} 份答卷；少于 {LEAST_ANSWERS} 份会看出是谁的回答，不予导入",
        )
    team_of = {line: _cell(cells, teams[0]) if teams else "" for line, cells in answers if line in set(people)}
    scores = {
        word: {line: value for line, _, value in given[number] if value is not None} for number, word in asked.items()
    }
    told = tuple(_groups(scores, team_of))
    event = Survey(
        at=at, by=by, name=name, respondents=len(people), scale=SCALE, teams=told,
        scores={word: _mean(found.values()) for word, found in scores.items() if len(found) >= LEAST_ANSWERS},
    )  # fmt: skip
    wrong = [
        (line, word, text) for number, word in asked.items() for line, text, value in given[number] if value is None
    ]
    return Imported(
        event,
        tuple(sorted(wrong)),
        tuple(word for number, word in columns.items() if number not in asked),
        tuple(sorted({team for team in team_of.values() if team} - {group.team for group in told})),
    )


def _require_survey(name: str, columns: list[str], asked: list[str]) -> None:
    """Raise DataError for a file with few answers and no question of ours, such as an export of orders."""
    if len(asked) * 2 < len(columns) and not QUESTIONS.keys() & set(asked):
        raise DataError(
            f"survey {name!r}: only {len(asked)} of {len(columns)} columns hold answers from {SCALE[0]} to {SCALE[1]}, and none "
            "is a question known here; is this a survey? okr template survey writes an empty one",
            f"问卷“{name}”：{len(columns)} 列中只有 {len(asked)} 列是 {SCALE[0]} 至 {SCALE[1]} 分的回答，也没有已知的问题，"
            "请确认这是问卷；空白问卷可用 okr template survey 生成",
        )


def _table(rows: Iterable[Row]) -> tuple[list[str], list[Row]]:
    """Part the heading, each question under its own name where it is one of ours, from the answers."""
    known = {text.in_(locale): name for name, text in {"team": TEAM, **QUESTIONS}.items() for locale in LOCALES}
    kept = [(line, cells) for line, cells in rows if any(map(str.strip, cells)) and not cells[0].startswith(NOTE)]
    if not kept:
        raise DataError(
            "a survey needs a heading and answers; okr template survey writes an empty one",
            "问卷应有标题行和答卷；空白问卷可用 okr template survey 生成",
        )
    header = [known.get(word.strip(), word.strip()) for word in kept[0][1]]
    return ["team" if word.casefold() == "team" else word for word in header], kept[1:]


def _cell(cells: Sequence[str], number: int) -> str:
    return cells[number].strip() if number < len(cells) else ""


def _answers(number: int, answers: Iterable[Row]) -> Iterator[tuple[int, str, Decimal | None]]:
    """Yield line, text and value of each person's answer to a question; a value of None is no answer on the scale."""
    for line, cells in answers:
        if text := _cell(cells, number):
            try:
                value = exact(text)
            except ValueError:
                yield line, text, None
                continue
            yield line, text, value if SCALE[0] <= value <= SCALE[1] else None


def _mean(values: Iterable[Decimal]) -> Decimal:
    found = list(values)
    return (sum(found, Decimal(0)) / len(found)).quantize(_HUNDREDTH)


def _groups(scores: Mapping[str, Mapping[int, Decimal]], team_of: Mapping[int, str]) -> Iterator[SurveyGroup]:
    """Tell each team that is large enough, question by question."""
    told: dict[str, dict[str, Decimal]] = {}
    for word, found in scores.items():
        sizes: dict[str, int] = {}
        for line in found:
            sizes[team_of[line]] = sizes.get(team_of[line], 0) + 1
        for team in _tellable(sizes):
            told.setdefault(team, {})[word] = _mean(value for line, value in found.items() if team_of[line] == team)
    for team in sorted(told):
        yield SurveyGroup(team=team, respondents=list(team_of.values()).count(team), scores=told[team])


def _tellable(sizes: Mapping[str, int]) -> set[str]:
    """Teams that may be told: large enough, and the rest, taken together, nobody or large enough too."""
    told = {team: size for team, size in sizes.items() if team and size >= LEAST_ANSWERS}
    while told and 0 < sum(sizes.values()) - sum(told.values()) < LEAST_ANSWERS:
        del told[min(told, key=lambda team: (told[team], team))]
    return set(told)


def may_be_shown(survey: Survey) -> bool:
    """Whether enough people answered; an event that says otherwise, however it came about, is not shown."""
    return survey.respondents >= LEAST_ANSWERS


def teams_shown(survey: Survey) -> tuple[SurveyGroup, ...]:
    """Return the teams of a survey that are large enough to be shown."""
    return tuple(group for group in survey.teams if group.respondents >= LEAST_ANSWERS)

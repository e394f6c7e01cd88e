"""Small sheets and events for the tests of this folder."""

from datetime import UTC, date, datetime
from decimal import Decimal

from okrlib.okr import Baseline, Journal, KeyResult, Objective, Reading, Sheet, lock

START = date(2026, 10, 1)
SHEET = """\
# 四季度目标：大促优先
store: demo_tmall
quarter: 2026Q4
state: draft   # locked by `okr lock`
objectives:
  - id: O1
    title: 成为大促期间品类里最受信赖的茶具店
    owner: 林夏
    key_results:
      # 大促占全季约六成
      - id: O1.1
        metric: net_revenue
        baseline: last_quarter
        target: 5000000   # 含税
        commit: 4500000
      - {id: O1.2, metric: conversion, where: {channel: 搜索}, baseline: 2.35, target: 2.60}
      - id: O1.3
        kind: milestones
        milestones:
          - {title: 新包装打样, weight: 1, done: 2026-10-12}
          - {title: 上架, weight: 3}
    tasks:
      - {id: T1, key_result: O1.1, title: 双十一预售, owner: 周, start: 2026-10-08, due: 2026-10-31}
"""


def d(text):
    return Decimal(str(text))


def kr(id_="O1.1", **fields):
    given = {"metric": "net_revenue", "baseline": 100, "target": 200} | fields
    return KeyResult.model_validate({"id": id_, **{name: value for name, value in given.items() if value is not None}})


def objective(*key_results, id_="O1", **fields):
    return Objective.model_validate(
        {"id": id_, "title": "Become the shop people trust for tea", **fields}
        | {"key_results": [result.model_dump(exclude_defaults=True) for result in key_results]}
    )


def sheet(*objectives, **fields):
    return Sheet.model_validate(
        {"store": "demo_tmall", "quarter": "2026Q4", **fields}
        | {"objectives": [one.model_dump(exclude_defaults=True) for one in objectives]}
    )


def at(month, day, hour=9):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def locked(draft, on=None, **baselines):
    """The sheet as it is in force and a journal that locked it; baselines by key result id, dots as underscores."""
    computed = {name.replace("_", "."): Baseline(value=value) for name, value in baselines.items()}
    event = lock(draft, Journal(), computed, at=on or at(10, 1), by="Lin")
    return event.sheet, Journal((event,))


def reading(value, unit="money", **fields):
    return Reading(None if value is None else d(value), unit, date(2026, 11, 15), **fields)

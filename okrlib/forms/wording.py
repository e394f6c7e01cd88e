"""Changes of a sheet in words, in both languages."""

from __future__ import annotations

from typing import Any

from okrlib.forms.session import Session
from okrlib.okr import LABELS, Difference, Sheet
from okrlib.okr.fields import exact
from okrlib.text import Text, number

FIELDS: dict[str, Text] = {
    "state": Text("state", "状态"), "cadence_days": Text("days between check-ins", "更新间隔（天）"),
    "title": Text("title", "标题"), "why": Text("why", "为什么"), "horizon": Text("horizon", "周期"),
    "parent": Text("parent", "上级目标"), "level": Text("level", "层级"), "owner": Text("owner", "负责人"),
    "type": Text("type", "类型"), "weight": Text("weight", "权重"), "answers": Text("findings it answers", "对应发现"),
    "metric": Text("metric", "指标"), "measure": Text("own measure", "自定义指标"), "where": Text("filter", "统计范围"),
    "kind": Text("kind", "考核方式"), "baseline": Text("baseline", "基线"), "target": Text("target", "目标值"),
    "commit": Text("commit", "承诺值"), "stretch": Text("stretch", "冲刺值"), "band": Text("band", "目标区间"),
    "milestones": Text("milestones", "里程碑"), "due": Text("due", "截止日"), "guardrail": Text("guardrail", "底线指标"),
    "source": Text("source", "数据来源"), "latency_days": Text("days until known", "数据延迟（天）"),
    "key_result": Text("key result", "关键结果"), "participants": Text("with", "参与人"), "team": Text("team", "团队"),
    "start": Text("start", "开始日"), "depends_on": Text("after", "前置任务"), "effort_days": Text("person-days", "人天"),
    "budget": Text("budget", "预算"), "goods": Text("goods", "货品"), "status": Text("status", "进展"),
    "blocked_by": Text("blocked by", "受阻于"), "expected_effect": Text("expected effect", "预期效果"),
    "quality": Text("quality", "质量"), "objective": Text("objective", "所属目标"),
    "name": Text("name", "名称"), "definition": Text("definition", "口径"), "unit": Text("unit", "单位"),
    "higher_is_better": Text("higher is better", "越高越好"), "channel": Text("channel", "渠道"),
    "category": Text("category", "类目"), "region": Text("region", "地区"), "done": Text("reached on", "完成日"),
    "change": Text("change", "变化"), "key_results": Text("key results", "关键结果"), "tasks": Text("tasks", "任务"),
    "objectives": Text("objectives", "目标"),
}  # fmt: skip


def heading(name: str) -> Text:
    """Return a field's name as a label begins."""
    text = FIELDS[name]
    return Text(text.en[:1].upper() + text.en[1:], text.zh)


_NOTHING = Text("nothing", "空")
_CHANGED = Text("{what}: {field}: {before} → {after}", "{what}：{field}由 {before} 改为 {after}")
_ADDED = Text("{what} is added", "新增 {what}")
_REMOVED = Text("{what} is removed", "删除 {what}")
_MOVED = Text("{what}: new order of {field}: {after}", "{what}：{field}的顺序改为 {after}")
_SHEET = Text("the sheet", "目标表")


def in_words(session: Session, change: Difference, before: Sheet, after: Sheet) -> str:
    """Say one difference between two versions of a sheet."""
    item, _, field = change.path.partition("/")
    what = _named(item, after) or _named(item, before) or item
    if field == "@":
        item, field = "", item
    if field.endswith("/@") or not item:
        label = session.say(FIELDS[field.removesuffix("/@")])
        what = what if item else session.say(_SHEET)
        return session.say(_MOVED, what=what, field=label, after=", ".join(change.after))
    if not field and item not in FIELDS:
        return session.say(_REMOVED if change.after is None else _ADDED, what=what)
    label = session.say(FIELDS[field or item])
    shown = {"before": _shown(session, change.before), "after": _shown(session, change.after)}
    return session.say(_CHANGED, what=what if field else session.say(_SHEET), field=label, **shown)


def _named(item: str, sheet: Sheet) -> str | None:
    names = {one.id: one.title for one in sheet.objectives} | {task.id: task.title for task in sheet.tasks}
    names |= {kr.id: kr.title or kr.metric or "" for kr in sheet.key_results}
    return f"{item} {names[item]}".strip() if item in names else None


def _shown(session: Session, value: Any) -> str:
    """Write a value for a reader: numbers with separators, fixed words in the language, lists and parts in full."""
    if value is None or value in ({}, [], ()):
        return session.say(_NOTHING)
    if isinstance(value, bool):
        return session.say(Text("yes", "是") if value else Text("no", "否"))
    if isinstance(value, dict):
        parts = [(name, part) for name, part in value.items() if part is not None]
        return ", ".join(f"{session.say(FIELDS.get(name, Text(name, name)))} {_shown(session, part)}" for name, part in parts) or (
            session.say(_NOTHING)
        )  # fmt: skip
    if isinstance(value, list | tuple):
        return "; ".join(_shown(session, part) for part in value)
    if str(value) in LABELS:
        return session.say(LABELS[str(value)])
    return _number(session, value) or str(value)


def _number(session: Session, value: object) -> str | None:
    try:
        exactly = exact(value)
    except ValueError:
        return None
    digits = max(0, -int(exactly.as_tuple().exponent))
    return number(exactly, session.locale, digits)

"""The field's fixed words in both languages."""

from __future__ import annotations

from okrlib.text import Text

LABELS: dict[str, Text] = {
    # life of a sheet
    "draft": Text("draft", "草稿"),
    "active": Text("active", "进行中"),
    "closed": Text("closed", "已结束"),
    # horizons
    "long": Text("long term (3–5 years)", "长期（3–5 年）"),
    "mid": Text("mid term (1–2 years)", "中期（1–2 年）"),
    "short": Text("short term (this quarter)", "短期（本季度）"),
    # levels
    "company": Text("company", "公司"),
    "team": Text("team", "团队"),
    "person": Text("person", "个人"),
    # types of objective
    "committed": Text("committed", "承诺型"),
    "aspirational": Text("aspirational", "挑战型"),
    "learning": Text("learning", "探索型"),
    # kinds of key result
    "reach": Text("reach", "达到"),
    "at_least": Text("at least", "不低于"),
    "at_most": Text("at most", "不高于"),
    "between": Text("between", "保持在区间内"),
    "milestones": Text("milestones", "里程碑"),
    "yes_no": Text("yes or no", "是否完成"),
    # baseline rules
    "last_quarter": Text("last quarter", "上一季度"),
    "same_quarter_last_year": Text("same quarter last year", "去年同期"),
    "trailing_13_weeks": Text("last 13 weeks", "近 13 周"),
    # tasks
    "todo": Text("to do", "未开始"),
    "doing": Text("in progress", "进行中"),
    "done": Text("done", "已完成"),
    "dropped": Text("dropped", "已取消"),
    # blockers
    "resource": Text("resources", "资源不足"),
    "dependency": Text("waiting on others", "等待他人"),
    "clarity": Text("unclear goal", "目标不清"),
    "priority": Text("other priorities", "优先级冲突"),
    "external": Text("outside our control", "外部因素"),
    # causes: the blockers, and
    "too_high": Text("target set too high", "目标定得过高"),
    "no_effect": Text("done, but without effect", "做了但没见效"),
    "execution": Text("late or poorly done", "执行不到位"),
    # ideas and decisions
    "proposed": Text("proposed", "已提出"),
    "taken_up": Text("taken up", "已采纳"),
    "declined": Text("declined", "未采纳"),
    "open": Text("open", "待落实"),
    # lessons
    "keep": Text("keep", "保持"),
    "change": Text("change", "改进"),
    "drop": Text("drop", "停止"),
    # levels of a finding
    "error": Text("must be mended", "必须修改"),
    "warning": Text("worth mending", "建议修改"),
    "note": Text("note", "提示"),
}

"""The appendix of every packet: what sets OKR apart from KPI, and where each has its place.

After Doerr, *Measure What Matters* (2018), and Google re:Work, "Set goals with OKRs".
"""

from __future__ import annotations

from okrlib.show.table import KPI_ANCHOR
from okrlib.text import Locale, Text

_TITLE = Text("Appendix: OKR and KPI", "附录：OKR 与 KPI")
_LEAD = Text(
    "An OKR says what is to change this quarter; a KPI watches what must keep running. A shop needs both, and neither is better for "
    "its name.",
    "OKR 说的是这个季度要改变什么，KPI 盯的是日常经营不能变差。两者都需要，叫什么名字并不会让一个数字更好。",
)
_ROWS = (
    (
        Text("is set", "怎么定"),
        Text("together, from above and from below", "上下一起商定"),
        Text("from above", "自上而下下达"),
    ),
    (
        Text("its target", "目标值"),
        Text("a stretch; of an aspiration 0.7 is a good result", "有挑战；挑战型做到 0.7 就是好成绩"),
        Text("a standard; 100 % is expected", "是标准，应做到 100%"),
    ),
    (
        Text("when the market moves", "市场变化时"),
        Text("it may be adjusted, with its reason and its history", "可以调整，但要写明理由、留下记录"),
        Text("it usually stands until the period ends", "通常到期末才改"),
    ),
    (
        Text("moves people by", "靠什么激励"),
        Text("growth and meaning; pay is kept apart from aspirations", "成长与意义；挑战型目标不与薪酬挂钩"),
        Text("pay, as a rule", "一般与薪酬挂钩"),
    ),
    (
        Text("asks at the end", "期末问什么"),
        Text("what changed, and what was learned", "改变了什么，学到了什么"),
        Text("was it done", "完成了没有"),
    ),
)
_HONEST = (
    Text(
        "That is how they are meant. In practice many sheets called OKR hold KPIs, and a target tied to pay becomes one whatever it is "
        "called: people then set what they are sure to reach.",
        "这是它们本来的用法。实际上，不少叫作 OKR 的表格里装的还是 KPI；目标一旦与薪酬挂钩，不管叫什么都会变成 KPI：大家只报稳拿的数。",
    ),
    Text(
        "In this workbook a key result that only holds what there is bears the mark “looks like a KPI”. That is no fault: give it "
        "guardrail: true, and it is watched beside the goals and averaged into none of them; or say what is to be different, and it "
        "is an OKR.",
        "在本工作簿里，只是守住现状的关键结果会标注“更像 KPI”。这不是错：写上 guardrail: true，它就作为底线指标单独监控、不计入目标平均；"
        "或者写明要改变什么，它才是 OKR。",
    ),
)
_OKR, _KPI = Text("An OKR", "OKR"), Text("A KPI", "KPI")


def appendix(locale: Locale) -> dict[str, object]:
    """Return the appendix in one language, as the packet's template lays it out."""
    return {
        "anchor": KPI_ANCHOR,
        "title": _TITLE.in_(locale),
        "lead": _LEAD.in_(locale),
        "head": [_OKR.in_(locale), _KPI.in_(locale)],
        "rows": [[text.in_(locale) for text in row] for row in _ROWS],
        "paragraphs": [text.in_(locale) for text in _HONEST],
    }

"""A packet with made-up figures, as notebooks that look executed: what the page tests draw and look at."""
# ruff: noqa: E501  # words in two languages read best side by side

from datetime import date

import matplotlib.pyplot as plt
import numpy as np
from nbformat import v4

from okrlib.periods import Quarter
from okrlib.run.manifest import PacketMeta
from okrlib.show import theme
from okrlib.show.cards import Card, Cards
from okrlib.show.chart import Chart
from okrlib.show.prose import Notice, Passage
from okrlib.show.table import Bar, Change, Column, Status, Table
from okrlib.text import Text


def meta(locale, **changes):
    values = {
        "store": "harbour_gifts",
        "store_title": Text("Harbour Gifts", "海港礼品旗舰店").in_(locale),
        "quarter": Quarter(2026, 3),
        "as_of": date(2026, 8, 15),
        "locale": locale,
        "data_version": "orders 41, refunds 12",
        "data_fingerprint": "9f2c61d0a4be77b1c0ffee5e1d2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c",
        "code_version": "0.1.0",
        "sheet_fingerprint": "41d8cd98f00b204e9800998ecf8427e9d41d8cd98f00b204e9800998ecf8427e",
        "labels": (Text("Generated demo data", "演示数据，由程序生成").in_(locale),),
    }
    return PacketMeta(**values | changes)


def html_output(thing):
    bundle = thing._repr_mimebundle_() if hasattr(thing, "_repr_mimebundle_") else {"text/html": thing._repr_html_()}
    return v4.new_output("execute_result", bundle, execution_count=1)


def cell(number, *things):
    made = v4.new_code_cell("show(book)", outputs=[html_output(thing) for thing in things], execution_count=1)
    made.id = f"cell-{number}"
    return made


def prose(number, text):
    made = v4.new_markdown_cell(text)
    made.id = f"prose-{number}"
    return made


def revenue_chart(locale):
    def say(en, zh):
        return Text(en, zh).in_(locale)

    weeks = np.arange(1, 14)
    last_year = 41 + 6 * np.sin(weeks / 2) + weeks
    this_year = (last_year * 1.13 + np.array([2, -1, 3, 0, 4, -3, 1, 2, 0, 1, 2, 3, 1]))[:7]
    with theme.style(locale):
        figure, axes = plt.subplots()
        axes.plot(weeks, last_year, color=theme.LIGHT.last_year, label=say("last year", "去年"))
        axes.plot(weeks, last_year * 1.18, color=theme.LIGHT.expected, ls="--", label=say("expected path", "预期路径"))
        axes.plot(weeks[:7], this_year, color=theme.LIGHT.this_year, lw=3, label=say("this year", "今年"))
        axes.axhline(62, color=theme.LIGHT.target, lw=1.4, ls=":")
        axes.annotate(say("weekly target £62k", "周目标 6.2 万英镑"), (1, 62.6), color=theme.LIGHT.target)
        axes.set_ylim(30)
        axes.set_xticks(weeks, [str(week) for week in weeks])
        axes.set_xlabel(say("week of the quarter", "季度第几周"))
        axes.set_title(say("Net revenue a week, £ thousand", "每周净收入（千英镑）"))
        figure.legend(ncols=3, loc="outside lower center")
    rows = [
        (int(week), f"£{value:.1f}k", f"£{old:.1f}k")
        for week, value, old in zip(weeks, this_year, last_year, strict=False)
    ]
    return Chart(
        figure,
        say("Weekly net revenue runs 14% above last year and just below the expected path.", "每周净收入比去年高 14%，略低于预期路径。"),
        say("Weeks run Monday to Sunday; the expected path carries last year's season.", "每周从周一到周日；预期路径沿用去年的季节形状。"),
        Table.plain([say("Week", "周"), say("This year", "今年"), say("Last year", "去年")], rows),
        locale,
    )  # fmt: skip


def cards(locale):
    def say(en, zh):
        return Text(en, zh).in_(locale)

    return Cards(
        [
            Card(say("Become the gift shop people come back to", "成为顾客愿意再来的礼品店"), "64%", say("probability 71% · confidence 7", "达成概率 71% · 信心 7"), Status(say("On track", "正常"), "good"), 0.64),
            Card(say("Sell the range, not the hits", "卖好整个系列，而不只是爆款"), "−20%", say("3 of 4 key results moving", "4 个关键结果中 3 个有进展"), Status(say("At risk", "有风险"), "bad"), -0.2),
            Card(say("Ship gifts that arrive whole", "让礼物完好送达"), "137%", say("committed", "承诺型"), Status(say("Ahead", "超前"), "good"), 1.37),
            Card(say("Learn what wholesale wants", "弄清批发客户要什么"), "–", say("last check-in 26 July", "上次跟进 7月26日"), Status(say("Outdated", "过期"), "none")),
        ],
        {"store": "harbour_gifts", "quarter": "2026Q3", "as_of": "2026-08-15"},
    )  # fmt: skip


def key_results(locale):
    def say(en, zh):
        return Text(en, zh).in_(locale)

    columns = [
        Column("name", say("Key result", "关键结果")),
        Column("now", say("Now", "当前"), "right"),
        Column("target", say("Target", "目标"), "right"),
        Column("progress", say("Progress", "进度")),
        Column("change", say("Against last year", "同比"), "right"),
        Column("confidence", say("Confidence", "信心"), "right"),
        Column("status", say("Status", "状态")),
    ]
    rows = [
        {"name": say("Repeat-purchase rate of August buyers", "8 月买家复购率"), "now": "43.1%", "target": "50.0%", "progress": Bar(0.52, "52%", "good"), "change": Change("+3.1 pp", good=True), "confidence": 7, "status": Status(say("On track", "正常"), "good")},
        {"name": say("Net revenue from the summer range", "夏季系列净收入"), "now": "£182,400", "target": "£310,000", "progress": Bar(0.31, "31%", "warn"), "change": Change("−4.0%", good=False), "confidence": 5, "status": Status(say("Behind", "落后"), "warn")},
        {"name": say("Share of products with a sale", "动销率"), "now": "58%", "target": "70%", "progress": Bar(-0.2, "−20%", "bad"), "change": Change("−2.0 pp", good=False), "confidence": 3, "status": Status(say("At risk", "有风险"), "bad")},
        {"name": say("Refund rate, at most", "退款率，不高于"), "now": "1.6%", "target": "2.0%", "progress": Bar(1.37, "137%", "good"), "change": Change("−0.7 pp", good=True), "confidence": 9, "status": Status(say("Met", "已达成"), "good")},
        {"name": say("Wholesale buyers interviewed", "批发客户访谈数"), "now": None, "target": 12, "progress": Bar(None, "–"), "change": None, "confidence": None, "status": Status(say("No data", "无数据"), "none")},
    ]  # fmt: skip
    return Table(
        columns,
        rows,
        say("Key results as of 15 Aug 2026", "关键结果，截至 2026年8月15日"),
        say("pp: percentage points.", "pp：百分点。"),
    )


def notebooks(locale):
    def say(en, zh):
        return Text(en, zh).in_(locale)

    state = [
        prose(1, say(
            "# Business state\n\nHow the shop stands against last year and against the path it set itself.\n\n## Revenue\n\nThe quarter is half gone. Sales follow the season of last year, a step higher; the gap to the target closes only if the autumn range opens as it did in **2025**.",
            "# 经营现状\n\n店铺与去年相比、与自己设定的路径相比，处在什么位置。\n\n## 收入\n\n季度已经过半。销售走势与去年的季节一致，整体高出一截；只有秋季新品像 **2025 年**那样打开局面，才能追上目标。活动为满$100减$20。",
        )),
        cell(2, revenue_chart(locale)),
        cell(3, Passage([say("Net revenue to date is £336,900, 14.2% above the same 46 days of last year. Returning buyers brought 61% of it.", "本季至今净收入 336,900 英镑，比去年同期的 46 天高 14.2%，其中 61% 来自老客。")])),
        prose(4, say("## What the data can't say\n\nSome exports are missing; what needs them is switched off.", "## 数据没有覆盖的部分\n\n部分导出文件缺失，依赖它们的分析已关闭。")),
        cell(5, Notice("warn", say("No traffic export for 2026Q3: conversion is not available.", "缺少 2026Q3 的流量数据：无法计算转化率。"))),
    ]  # fmt: skip
    results = [
        prose(6, say("# Key results\n\nProgress comes from the data, confidence from the owner, probability from the model. They are never mixed.", "# 关键结果\n\n进度来自数据，信心来自负责人，概率来自模型，三者从不混用。")),
        cell(7, cards(locale), key_results(locale)),
        prose(8, say("## Reading the bars\n\nA bar runs from the baseline to the target. It may fall below the one and pass the other:\n\n- left of the track: worse than where the quarter began\n- past the mark: beyond the target", "## 怎么看进度条\n\n进度条从基线到目标，可以低于基线，也可以超过目标：\n\n- 轨道左侧：比季度开始时更差\n- 越过刻度：已超过目标")),
    ]  # fmt: skip
    return [
        ("01_business_state", v4.new_notebook(cells=state)),
        ("03_key_results", v4.new_notebook(cells=results)),
    ]

"""The words of the packet page, the failure page and the index, in both languages."""

from __future__ import annotations

from okrlib.run.manifest import FailureKind
from okrlib.text import Text

PACKET = {
    "packet": Text("Quarterly review", "季度复盘"),
    "as_of": Text("As of", "截至日"),
    "data_to": Text("data to", "数据截至"),
    "known_at": Text("Exports read by", "数据导入截至"),
    "skip": Text("Skip to the review", "跳到正文"),
    "contents": Text("Contents", "目录"),
    "summary": Text("Summary", "摘要"),
    "origin": Text("How this packet was made", "本报告的来历"),
    "reproducible": Text(
        "The same data, sheet, code and parameters give the same page, byte for byte.",
        "数据、目标表、程序和参数不变，重新生成的页面逐字节相同。",
    ),
    "failed": Text("This review could not be finished", "本次复盘未能完成"),
    "what_to_do": Text("What to do", "怎么处理"),
    "last_good": Text(
        "The last good packet, if there is one, stands as it was.", "上一份完整的报告（如果有）仍然保留，没有改动。"
    ),
    "detail": Text("Technical detail", "技术细节"),
    "finished": Text("What was finished before it stopped:", "中断之前已完成的内容："),
}

QUARTER_DAY = Text("Day {day} of {days}", "本季度第 {day} 天，共 {days} 天")
QUARTER_OVER = Text("Quarter complete, {days} days", "本季度已结束，共 {days} 天")
QUARTER_WITHOUT_END = Text(
    "Quarter over, {days} days, the last ones without data", "本季度已结束，共 {days} 天，末段没有数据"
)
NO_ALT = Text("A picture that its author did not describe", "作者未作说明的图片")
ALL_READ = Text("everything read so far", "已导入的全部数据")
NO_SHEET = Text("no sheet for this quarter", "本季度没有目标表")

ORIGIN = {
    "parameters": Text("Parameters", "参数"),
    "as_of": PACKET["as_of"],
    "known_at": PACKET["known_at"],
    "data_version": Text("Data version", "数据版本"),
    "data_fingerprint": Text("Data fingerprint", "数据指纹"),
    "sheet_fingerprint": Text("Sheet fingerprint", "目标表指纹"),
    "code_version": Text("Code version", "程序版本"),
}

WHERE = {
    "notebook": Text("Notebook", "笔记本"),
    "cell": Text("Cell", "单元格"),
    "message": Text("Message", "错误信息"),
}

FAILURES: dict[FailureKind, tuple[Text, Text]] = {
    "error": (
        Text("A step in one notebook ended with an error.", "有一个笔记本在某一步出错了。"),
        Text(
            "Read the message: it names the file, line or value to mend. Or open the notebook in JupyterLab with "
            "the same parameters, run it to that cell and look. Then run the packet again.",
            "先看错误信息，里面写明了需要修改的文件、行或数值；也可以在 JupyterLab 里用同样的参数打开该笔记本，"
            "运行到出错的单元格查看。改好后重新生成报告。",
        ),
    ),
    "kernel died": (
        Text(
            "The process that was computing a notebook ended without a word.",
            "正在计算的进程意外中止，没有留下错误信息。",
        ),
        Text(
            "Most often the machine ran out of memory. Close other programs or run fewer packets at once (--jobs 1), "
            "then run the packet again.",
            "最常见的原因是内存不足。请关闭其他程序，或减少同时运行的数量（--jobs 1），再重新生成报告。",
        ),
    ),
    "timeout": (
        Text("A notebook took longer than it may.", "有一个笔记本运行超时。"),
        Text(
            "Run the packet again when the machine is less busy. If it happens again, "
            "the named cell is where the time goes.",
            "请在机器空闲时重新生成报告。如果再次超时，请检查上面指出的单元格。",
        ),
    ),
    "page": (
        Text(
            "The notebooks ran, but the page could not be drawn or written.", "笔记本都已运行完，但页面没能生成或写入。"
        ),
        Text(
            "Check that there is room on the disk and that the reports folder can be written, "
            "then run the packet again.",
            "请确认磁盘有空间、reports 文件夹可以写入，再重新生成报告。",
        ),
    ),
    "worker": (
        Text("The worker that was making this packet ended.", "负责生成这份报告的工作进程中止了。"),
        Text("Run the packet again; the other packets are not touched.", "请重新生成这份报告；其他报告不受影响。"),
    ),
}

INDEX = {
    "packets": Text("Quarterly reviews", "季度复盘"),
    "find": Text("Search", "搜索"),
    "order": Text("Sort", "排序"),
    "none_yet": Text("There are no packets for this quarter yet.", "本季度还没有报告。"),
}
ORDERS = {
    "name": Text("by name", "按名称"),
    "worst": Text("what needs attention first", "最需关注在前"),
    "progress": Text("furthest first", "进度高在前"),
    "day": Text("newest data first", "数据新在前"),
}
PORTFOLIO = Text("All stores", "全店概览")
COUNTED = Text("Stores: {stores}", "店铺 {stores} 家")
COUNTED_FAILED = Text("Stores: {stores} · failed packets: {failed}", "店铺 {stores} 家 · 未完成的报告 {failed} 份")
STATUS_OK = Text("Complete", "已完成")
STATUS_FAILED = Text("Failed", "未完成")
READ = Text("Read in English", "阅读中文版")
READ_LAST_GOOD = Text("Read the last good packet", "阅读上一份完整报告")
AS_OF_DAY = Text("as of {day}", "截至日 {day}")
AS_OF_DATA_TO = Text("as of {day} · data to {last}", "截至日 {day} · 数据截至 {last}")
WHY = Text("What happened", "失败原因")

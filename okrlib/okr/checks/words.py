"""Words that give a sentence away, in English and in Chinese: activity, movement of a number, business as usual."""

from __future__ import annotations

import re
from decimal import Decimal

_ACTIVITY = re.compile(
    r"(?:analy[sz]e|arrange|attend|carry out|complete|conduct|continue|do|execute|finish|follow up|hold|host|hire|"
    r"implement|introduce|launch|meet|organi[sz]e|participate|perform|plan|post|prepare|publish|redesign|reorgani[sz]e|review|"
    r"rework|roll out|run|send|set up|start|support|test|train|update|visit|work on|write)\b"
    r"|开展|举办|组织|召开|开会|参加|参与|完成|执行|实施|推进|推动|进行|做好|搞好|策划|筹备|准备|撰写|编写|发布|上线|落实|继续|安排|制定|"
    r"优化|加强|跟进|梳理|整理|配合|协助|学习|拜访|培训|测试|更新|改版|拍摄",
    re.IGNORECASE,
)
_AS_USUAL = re.compile(
    r"(?:keep|maintain|preserve|remain|stay|sustain)\b|保持|维持|维护|稳定|稳住|守住|持续|日常", re.IGNORECASE
)
_NAMES = re.compile(  # years, quarters and shopping events are no amounts
    r"(?<!\d)(?:19|20)\d\d(?:\s*(?:年|Q[1-4])|(?![\d,]))|\bQ[1-4]\b|(?<!\d)(?:618|6\.18|11\.11|12\.12)(?!\d)"
    r"|双\s?(?:1[12]|十[一二])|Double 1[12]|第[一二三四]季度",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)(?![\d.,]*\d)\s*(万|亿|million\b|thousand\b|m\b|k\b)?"
    r"(?!\s*(?:%|％|万|亿|m(?:illion)?\b|thousand\b|k\b|[个位名人件单笔款家次场条倍成年天]|会员|用户|粉丝|buyers|units|orders|members|customers|products|fans|stores|years))",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"\d|%|％|[一二三四五六七八九十百千两]+(?:百|千|万|亿|成|倍)")
_MOVEMENT = re.compile(
    r"\b(?:increas|grow|rais|lift|boost|improv|reduc|cut|lower|doubl)\w*\b.*"
    r"\b(?:revenue|sales|gmv|orders|units|conversion|rate|share|profit|margin|traffic|visitors|buyers|price|value)\b"
    r"|(?:提升|提高|增长|增加|扩大|降低|减少|下降|翻番|翻倍).*(?:率|额|量|数|单价|流水|销售|收入|利润|份额|GMV|ROI)"
    r"|(?:率|额|量|数|单价|流水|收入|利润|份额|GMV|ROI).{0,4}(?:提升|提高|增长|增加|降低|减少|下降|翻番|翻倍)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b\d+\s+(?:\w+\s+)?(?:meetings?|calls?|posts?|e-?mails?|trainings?|workshops?|campaigns?|events?|live\s?streams?|"
    r"articles?|reports?|visits?|videos?|surveys?|tests?)\b"
    r"|\d+\s*[次场个篇期条份支]\s*(?:\w{0,4})?(?:会|会议|例会|培训|活动|直播|推文|文章|笔记|报告|拜访|视频|测试|调研|短视频)",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SCALE = {"万": 10**4, "亿": 10**8, "million": 10**6, "m": 10**6, "thousand": 10**3, "k": 10**3}


def is_chinese(sentence: str) -> bool:
    """Whether the sentence is written in Chinese characters."""
    return bool(_CHINESE.search(sentence))


def length(sentence: str) -> int:
    """Return the number of Chinese characters, or of words where there are none."""
    return len(_CHINESE.findall(sentence)) if is_chinese(sentence) else len(sentence.split())


def starts_with_activity(sentence: str) -> str | None:
    """Return the activity word a sentence begins with, such as hold or 举办."""
    found = _ACTIVITY.match(sentence.strip())
    return found[0] if found else None


def says_as_usual(sentence: str) -> bool:
    """Whether a sentence begins by holding what there is, as with maintain or 保持."""
    return bool(_AS_USUAL.match(sentence.strip()))


def counts_activities(sentence: str) -> str | None:
    """Return the counted activity in a sentence, such as ``5 meetings`` or ``5 场直播``."""
    found = _COUNTED.search(sentence)
    return found[0] if found else None


def has_number(sentence: str) -> bool:
    """Whether a sentence names an amount; years, quarters and shopping events do not count."""
    return bool(_NUMERAL.search(_NAMES.sub("", sentence)))


def moves_a_metric(sentence: str) -> bool:
    """Whether a sentence speaks of a number going up or down, such as ``raise conversion`` or 提升转化率."""
    return bool(_MOVEMENT.search(sentence))


def money_named(sentence: str) -> Decimal | None:
    """Return the largest amount a sentence names that counts no things: ``3,000,000``, ``3 million`` and 300万."""
    found = _AMOUNT.findall(_NAMES.sub("", sentence))
    amounts = [Decimal(digits.replace(",", "")) * _SCALE.get(scale.lower(), 1) for digits, scale in found]
    return max(amounts, default=None)

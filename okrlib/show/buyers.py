"""Who the buyers are by age, gender and region: what each group brings, and what it prefers."""

from __future__ import annotations

from okrlib.analysis.demographics import LEAST, TRAITS, Group, Profile, profiles
from okrlib.analysis.lenses import segment_label
from okrlib.book import Book
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Stack
from okrlib.show.table import Bar, Column, Table
from okrlib.show.wording import amount, listed, paragraph, segment_name
from okrlib.text import Text, number, percent

_MOST = 8
_GENDERS = {
    "female": Text("women", "女性"),
    "male": Text("men", "男性"),
    "女": Text("women", "女性"),
    "男": Text("men", "男性"),
}


def buyer_profiles(book: Book) -> Stack:
    """The paying buyers of the quarter by age, gender and home region."""
    found, reason = profiles(book.data, book.to_date)
    if not found:
        text = Text(
            "Buyers are not told apart by age, gender or region: {why}.", "未按年龄、性别、地区分析买家：{why}。"
        )
        return Stack(
            [Notice("none", book.say(text, why=book.say(reason or Text("no buyer has paid", "没有付款买家"))))]
        )
    told = Passage([paragraph(book, [_sentence(book, one) for one in found])])
    names = listed(book, [book.say(TRAITS[one.trait]) for one in found])
    title = book.say(Text("Buyers by {names}", "按{names}划分的买家"), names=names)
    return Stack([Fold(title, [told, *(_table(book, one) for one in found)])])


def _sentence(book: Book, one: Profile) -> str:
    best = one.best
    text = Text(
        "By {trait}, most comes from {name}: {share} of what buyers of known {trait} paid, {each} each.",
        "按{trait}看，{name}贡献最高，占已知买家支付金额的 {share}，客单价 {each}。",
    )
    words = book.say(text, trait=book.say(TRAITS[one.trait]), name=_aged(book, one, best), share=percent(best.share, book.locale),
                     each=amount(book, best.per_buyer, "money_per_buyer"))  # fmt: skip
    likes = [group for group in one.groups if group.prefers]
    if not likes:
        return words
    group = max(likes, key=lambda each: each.prefers[1] if each.prefers else 0.0)
    title, times = group.prefers or ("", 0.0)
    more = Text("{title} is taken {n} times as often by {name} as by all.", "{name}购买{title}的频率是整体的 {n} 倍。")
    return paragraph(
        book, [words, book.say(more, name=_aged(book, one, group), title=title, n=number(times, book.locale, 1))]
    )


def _name(book: Book, one: Profile, group: Group) -> str:
    if group.name is None:
        return book.say(Text("groups of fewer than {n}", "不足 {n} 人的各组"), n=LEAST)
    if one.trait == "gender":
        return book.say(_GENDERS.get(group.name.lower(), Text(group.name, group.name)))
    if one.trait == "home_region":
        return segment_name(book, segment_label("region", group.name, states=book.data.by_state))
    return group.name.replace("-", "–")


def _aged(book: Book, one: Profile, group: Group) -> str:
    """A group as a sentence names it."""
    name = _name(book, one, group)
    if one.trait != "age_group" or not name[:1].isdigit():
        return name
    if name.endswith("+"):
        return book.say(Text("those aged {x} and over", "{x} 岁及以上"), x=name[:-1])
    return book.say(Text("those aged {x}", "{x} 岁"), x=name)


def _table(book: Book, one: Profile) -> Table:
    trait = book.say(TRAITS[one.trait])
    columns = [
        Column("name", trait.capitalize()),
        Column("buyers", book.say(Text("Buyers", "买家数")), "right"),
        Column("share", book.say(Text("of what they paid", "支付金额占比"))),
        Column("each", book.say(Text("each", "客单价")), "right"),
        Column("back", book.say(Text("returning", "老客占比")), "right"),
    ]
    note = Text(
        "{trait} is known of {told} of the quarter's paying buyers; the shares are among those.",
        "本季支付买家中有 {told} 已知{trait}，占比以其为准。",
    )
    if any(group.prefers for group in one.groups):
        columns.append(Column("prefers", book.say(Text("Prefers, beyond chance", "偏好商品（超出随机）"))))
    rows = [_row(book, one, group) for group in one.groups[:_MOST]]
    caption = book.say(Text("Buyers by {trait}", "按{trait}划分的买家"), trait=trait)
    shown = trait.capitalize() if book.locale == "en" else trait
    return Table(columns, rows, caption, book.say(note, trait=shown, told=percent(one.told, book.locale)))


def _row(book: Book, one: Profile, group: Group) -> dict[str, object]:
    likes = None
    if group.prefers:
        title, times = group.prefers
        likes = book.say(Text("{title} ({n}×)", "{title}（{n} 倍）"), title=title, n=number(times, book.locale, 1))
    return {
        "name": _name(book, one, group), "buyers": number(group.buyers, book.locale), "prefers": likes,
        "share": Bar(float(group.share), percent(group.share, book.locale, 1)),
        "each": amount(book, group.per_buyer, "money_per_buyer"), "back": percent(group.returning / group.buyers, book.locale, 1),
    }  # fmt: skip

"""Charts, tables and cards of a Book: what notebooks show. They draw and word; they compute nothing.

The names below are found when first used, so that the packet page can take colours and tables without the rest.
"""

from importlib import import_module
from typing import Any

_WHERE = {
    "advertising": ("ad_channels",),
    "ahead": ("forward",),
    "aligned": ("alignment",),
    "assortment": (
        "bought_together", "buying_hours", "new_and_slow", "pareto", "price_bands", "product_refunds",
    ),
    "believed": ("beliefs",),
    "business": ("best_sellers", "headline", "splits", "where_we_stand"),
    "buyers": ("buyer_profiles",),
    "competitors": ("competitors",),
    "carried": ("carry_over",),
    "course": ("kr_courses",),
    "customers": ("cohorts", "lifetime_value", "second_orders", "segments"),
    "definitions": ("all_metrics",),
    "detail": ("course_detail", "customer_detail", "data_detail", "range_detail"),
    "effects": ("measured_effects",),
    "events": ("event_lift",),
    "appraisal": ("evaluation", "evaluation_reasons"),
    "glance": ("in_a_minute",),
    "goals": ("ambition", "dictionary", "findings", "key_results", "objectives", "reasons"),
    "learning": ("causes", "hindsight", "improvement", "lessons"),
    "lookback": ("against_rivals", "customer_voice", "team_survey", "working_together"),
    "market": ("market_share",),
    "matters": ("candidates", "growth_levers", "what_matters"),
    "meeting": ("agenda", "check_ins"),
    "money": ("what_is_left",),
    "monthly": ("blockers", "month"),
    "narrowing": ("fan",),
    "operations": ("inventory", "logistics_and_service"),
    "outlook": ("backtest", "proposals", "run_rate"),
    "overview": ("notices", "summary"),
    "plan": ("handover", "task_effects", "tasks"),
    "policies": ("platform_rules",),
    "problems": ("diagnosis",),
    "quality": ("data_quality",),
    "resources": ("budget", "load"),
    "season": ("season",),
    "starting": ("baselines",),
    "stores": ("portfolio",),
    "timeline": ("gantt",),
    "trends": ("daily_revenue", "new_and_returning", "weekly_course"),
    "review": ("changes", "growth", "scores", "verdict"),
    "visits": ("drivers",),
    "why": ("gap",),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}
__all__ = sorted(_MODULE_OF)  # noqa: PLE0605  # computed from the table above


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"okrlib.show has no {name!r}; it has {', '.join(__all__)}")
    found = getattr(import_module(f"okrlib.show.{_MODULE_OF[name]}"), name)
    globals()[name] = found  # a module of the same name must not take its place once it is imported
    return found


def __dir__() -> list[str]:
    return __all__

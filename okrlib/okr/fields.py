"""The kinds of field in sheets and journals: exact numbers, ids, words, quarters; each says what would be right."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    model_validator,
)

from okrlib.errors import FieldError, ParameterError
from okrlib.okr.refusals import refused
from okrlib.periods import Quarter

BaselineRule = Literal["last_quarter", "same_quarter_last_year", "trailing_13_weeks"]


def exact(value: object) -> Decimal:
    """Return a number as the decimal that was typed: 2.35 is ``Decimal("2.35")``; ValueError for anything else."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise refused(f"expected a number such as 5000000 or 2.35, not {value!r}")
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole and abs(whole) < Decimal(10) ** 27 else number.normalize()


def _baseline(value: object) -> Decimal | str:
    if value in get_args(BaselineRule):
        return str(value)
    try:
        return exact(value)
    except ValueError:
        raise refused(f"expected a number or one of {', '.join(get_args(BaselineRule))}") from None


def _id(value: object) -> str:
    if not isinstance(value, str):
        raise refused(f'an id is text: put it in quotes, "{value}"')  # pydantic reports ValueErrors
    if not value.strip() or any(sign in value for sign in "/ \t\n"):
        raise refused("an id has no spaces and no slash, such as O1 or O1.2")
    return value


def _quarter(value: object) -> Quarter:
    try:
        return value if isinstance(value, Quarter) else Quarter.parse(str(value))
    except ParameterError as bad:
        raise FieldError(str(bad), bad.zh) from None


Number = Annotated[Decimal, BeforeValidator(exact)]
NotNegative = Annotated[Number, Field(ge=0)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, BeforeValidator(_id)]
BaselineTyped = Annotated[Decimal | BaselineRule, BeforeValidator(_baseline)]
QuarterName = Annotated[Quarter, PlainValidator(_quarter), PlainSerializer(str)]


class Model(BaseModel):
    """Base of everything read from a sheet or a journal: unknown fields are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _left_blank(cls, given: Any) -> Any:
        """Take a field that was left blank (``owner:``) as not given; a name that is no field stays and is refused."""
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value is not None or name not in cls.model_fields}

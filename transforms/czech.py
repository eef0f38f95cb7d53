"""Czech birth numbers (rodné číslo) as the PKDD'99 bank data have them."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

FEMALE_MONTH_OFFSET = 50  # "the number is in the form YYMMDD for men, YYMM+50DD for women" (PKDD'99 guide)


def birth_number_sex(birth_number: Column) -> Column:
    """String YYMMDD -> `female`, `male`; NULL for anything but six digits."""
    month = F.substring(birth_number, 3, 2).cast("int")
    return F.when(_is_valid(birth_number), F.when(month > FEMALE_MONTH_OFFSET, "female").otherwise("male"))


def birth_number_date(birth_number: Column, *, century: int = 19) -> Column:
    """String YYMMDD -> date in `century` (19: 1900 to 1999); NULL where the number is not a date."""
    month = F.substring(birth_number, 3, 2).cast("int")
    plain = F.when(month > FEMALE_MONTH_OFFSET, month - FEMALE_MONTH_OFFSET).otherwise(month)
    year = F.substring(birth_number, 1, 2).cast("int") + century * 100
    day = F.substring(birth_number, 5, 2).cast("int")
    return F.when(_is_valid(birth_number), F.make_date(year, plain, day))


def _is_valid(birth_number: Column) -> Column:
    return birth_number.rlike(r"^\d{6}$")

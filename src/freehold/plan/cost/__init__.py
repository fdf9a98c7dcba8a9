"""What each option costs: one module a kind, every part of a bill with its formula."""

from freehold.plan.cost.bill import Bill, Part
from freehold.plan.cost.options import bill, million_tokens
from freehold.plan.cost.setting import Sizer

__all__ = ["Bill", "Part", "Sizer", "bill", "million_tokens"]

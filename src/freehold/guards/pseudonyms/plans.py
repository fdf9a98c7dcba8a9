"""Telephone numbers that nobody has: the ranges that numbering authorities keep for film and fiction.

Sources, by country: Ofcom (numbers for drama use), NANPA (555-0100 to 555-0199), ARCEP (numbers for audiovisual works),
Bundesnetzagentur (drama numbers), ACMA (numbers for use in creative works), ComReg, PTS. Elsewhere no range is kept:
the country and the length stay, the rest is drawn by lot, and such a number may be somebody's.
"""

from __future__ import annotations

import re

import msgspec

from freehold.guards.pseudonyms.conversation import Draw


class Telephone(msgspec.Struct, frozen=True):
    """A number taken apart: what stands before the national number, such as ``44`` or ``0``, and that number.

    `code` is the country code, where the number tells it or its form suggests it; otherwise empty.
    """

    code: str
    lead: str
    national: str

    def forms(self) -> list[str]:
        """The digits as they may be written: as here, from abroad, from within the country, and both at once."""
        trunk = "" if self.code == "1" else "0"
        forms = [self.lead + self.national, trunk + self.national]
        if self.code:
            forms += [f"{self.code}{self.national}", f"{self.code}{trunk}{self.national}"]
        return forms


def taken_apart(text: str) -> Telephone:
    """A number as it is written."""
    digits = "".join(filter(str.isdecimal, text))
    code, lead = _country(text, digits)
    return Telephone(code, lead, digits[len(lead) :])


def fictional(phone: Telephone, draw: Draw) -> Telephone:
    """Another number of the same country, of as many digits where the country keeps such."""
    ranges = [line.split("+") for line in _PLANS.get(phone.code, ())]
    fitting = [each for each in ranges if len(each[0]) == len(phone.national)] or ranges
    # The first digit often says whether it is a mobile telephone.
    near = [each for each in fitting if each[0][:1] == phone.national[:1]] or fitting
    if near:
        first, count = draw.of(near)
        national = str(int(first) + draw.below(int(count)))
    else:
        # The first two digits say which network or town; the others are drawn.
        national = phone.national[:2] + draw.digits(max(0, len(phone.national) - 2))
    return Telephone(phone.code, phone.lead, national)


def written(phone: Telephone, like: str) -> str:
    """The number, punctuated as another where that has as many digits."""
    signs = phone.lead + phone.national
    if sum(map(str.isdecimal, like)) == len(signs):
        fresh = iter(signs)
        return "".join(next(fresh) if char.isdecimal() else char for char in like)
    plus = "+" if like.lstrip("( ").startswith("+") else ""
    return f"{plus}{phone.lead}{' ' if phone.lead not in ('', '0') else ''}{phone.national}"


_PLANS: dict[str, tuple[str, ...]] = {
    "1": tuple(f"{area}5550100+100" for area in ("202", "303", "312", "415", "503", "512", "617", "702", "808", "919")),
    "44": tuple(f"{range_}000+1000" for range_ in ("2079460", "1632960", "7700900", "1134960", "1214960", "1614960")),
    "33": tuple(f"{range_}0000+10000" for range_ in ("19900", "26191", "35301", "46571", "53649", "63998")),
    "49": ("3023125000+1000", "4066969000+1000", "6990009000+1000", "8999998000+1000"),
    "61": tuple(f"{range_}0000+10000" for range_ in ("25550", "37010", "75550", "87010")),
    "46": ("84650040+60", "313900600+100", "406280400+100", "701740605+95"),
    "353": ("209100000+100000",),
}
"""By country code: a national number without its trunk prefix, and how many there are from it on."""

_CODES = re.compile(
    r"1|7|2(?:0|7|\d\d)|3(?:[0-469]|[578]\d)|4(?:[013-9]|2\d)|5(?:[1-8]|[09]\d)|6(?:[0-6]|[789]\d)|"
    r"8(?:[1246]|[0357-9]\d)|9(?:[0-58]|[679]\d)"
)
"""Country codes (ITU-T E.164): none begins another."""


def _country(text: str, digits: str) -> tuple[str, str]:
    """The country code, and the digits that stand before the national number."""
    lead = "00" if digits.startswith("00") else ""
    if lead or text.lstrip("( ").startswith("+"):
        code = _CODES.match(digits, len(lead))
        if code:
            # A trunk prefix in brackets, as in +44 (0)20, is none of the number.
            trunk = "0" if "(0)" in text else ""
            return code[0], lead + code[0] + trunk
    if len(digits) == 10 and digits[0] in "23456789" and digits[3] in "23456789":
        return "1", ""
    if len(digits) == 11 and digits[0] == "1":
        return "1", "1"
    if len(digits) == 11 and digits.startswith(("01", "02", "07")):
        return "44", "0"
    if len(digits) == 10 and digits[0] == "0" and digits[1] in "12345679":
        return "33", "0"
    return "", "0" if digits.startswith("0") else ""

"""Stand-ins for what is made of digits: of the same shape, with the right checksum, and nobody's.

Where a range is set aside for tests or documentation, the stand-in is from it.
"""

from __future__ import annotations

from freehold.guards.pseudonyms.conversation import Draw


def scrambled(text: str, draw: Draw) -> str:
    """Other digits for digits and other letters for letters. A leading 0 stays, and nothing else becomes one."""
    signs, leading = [], True
    for char in text:
        if char.isdecimal():
            signs.append("0" if leading and char == "0" else draw.digits(1) if leading else str(draw.below(10)))
            leading = leading and char == "0"
        elif char.isalpha():
            signs.append(_letter(char, draw))
            leading = False
        else:
            signs.append(char)
    return "".join(signs)


def card(text: str, draw: Draw) -> str:
    """A payment card of the same brand and length, under a prefix that payment services use for tests."""
    digits = "".join(filter(str.isdecimal, text))
    prefix = next((test for lead, test in _TEST_CARDS if digits.startswith(lead)), digits[:1])
    body = (prefix + draw.digits(len(digits)))[: len(digits) - 1]
    return poured(body + luhn(body), text)


def luhn(digits: str) -> str:
    """The check digit that follows these digits (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(number // 10 + number % 10 for number in doubled) % 10)


def iban(text: str, draw: Draw) -> str:
    """An account of the same country and length with the right check digits (ISO 13616, ISO/IEC 7064 MOD 97-10)."""
    signs = "".join(filter(str.isalnum, text)).upper()
    if not signs.isascii():
        return scrambled(text, draw)
    country, account = signs[:2], scrambled(signs[4:], draw)
    number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    return poured(f"{country}{98 - number % 97:02}{account}", text)


def address(text: str, draw: Draw) -> str:
    """An address of the networks for documentation (RFC 5737, RFC 3849), with the same length of prefix."""
    _, slash, length = text.partition("/")
    if ":" in text:
        return f"2001:db8:{draw.below(4096):x}:{draw.below(4096):x}::{1 + draw.below(4095):x}{slash}{length}"
    return f"{draw.of(('192.0.2', '198.51.100', '203.0.113'))}.{1 + draw.below(254)}{slash}{length}"


def hardware(text: str, draw: Draw) -> str:
    """A hardware address that is locally administered (IEEE 802), so that no maker has given it to a machine."""
    signs = "".join(filter(str.isalnum, text))
    if len(signs) != 12:
        return scrambled(text, draw)
    made = "02" + "".join(f"{draw.below(256):02x}" for _ in range(5))
    return poured(made.upper() if signs.isupper() else made, text)


def poured(signs: str, shape: str) -> str:
    """Letters and digits, punctuated as `shape` is, where that has as many."""
    if sum(map(str.isalnum, shape)) != len(signs):
        return signs
    fresh = iter(signs)
    return "".join(next(fresh) if char.isalnum() else char for char in shape)


_TEST_CARDS = (
    ("34", "343434"),
    ("37", "378282"),
    ("4", "424242"),
    ("2", "222300"),
    ("50", "506099"),
    ("5", "555555"),
    ("62", "620000"),
    ("65", "650000"),
    ("6", "601111"),
    ("30", "305693"),
    ("35", "356600"),
    ("36", "362272"),
    ("38", "385200"),
)
"""By how a brand's numbers begin, the prefix of numbers that payment services publish for tests."""


def _letter(char: str, draw: Draw) -> str:
    # Without I, O, Q and U, which the standards for documents and vehicles leave out too.
    fresh = draw.of("ABCDEFGHJKLMNPRSTVWXYZ")
    return fresh if char.isupper() else fresh.lower()

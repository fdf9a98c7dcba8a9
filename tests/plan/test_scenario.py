import msgspec
import pytest

from freehold.plan.scenario import Alike, Api, Claim, Cloud, Hybrid, Objectives, Option, Owned


def test_the_four_kinds_are_told_apart_by_one_word():
    kinds = {each: msgspec.structs.fields(each) and each.__struct_config__.tag for each in (Api, Cloud, Owned, Hybrid)}
    assert list(kinds.values()) == ["api", "cloud", "owned", "hybrid"]
    assert Option == Api | Cloud | Owned | Hybrid


def test_a_claim_and_its_companions_cannot_be_changed():
    claim = Claim(name="a", text="b", figure="fits")
    assert (claim.where, claim.server, claim.usd_month) == ({}, None, None)
    for each in (claim, Alike(("a", "b"), "test"), Objectives()):
        with pytest.raises(AttributeError):
            each.source = "other"

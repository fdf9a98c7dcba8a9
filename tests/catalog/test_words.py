from freehold.catalog.words import mend_for, near, nearest


def test_finds_the_word_that_was_meant():
    assert nearest("modle", ["model", "name", "price"]) == "model"


def test_letters_of_another_case_are_no_obstacle():
    assert nearest("BASE_URl", ["base_url"]) == "base_url"


def test_finds_nothing_where_nothing_is_alike():
    assert nearest("zebra", ["model", "price"]) is None


def test_lists_the_choices_where_none_is_alike():
    assert mend_for("zebra", ["price", "model"]) == "one of: model, price"
    assert mend_for("zebra", []) == "there are none yet"


def test_finds_several_that_may_have_been_meant_the_nearest_first():
    assert near("rtx 4900", ["L40S", "RTX 4090", "RTX 4080"]) == ("RTX 4090", "RTX 4080")
    assert near("rtx 4900", ["RTX 4090", "RTX 4080"], most=1) == ("RTX 4090",)
    assert near("zebra", ["L40S"]) == ()

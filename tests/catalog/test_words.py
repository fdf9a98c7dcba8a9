from freehold.catalog.words import mend_for, nearest


def test_finds_the_word_that_was_meant():
    assert nearest("modle", ["model", "name", "price"]) == "model"


def test_letters_of_another_case_are_no_obstacle():
    assert nearest("BASE_URl", ["base_url"]) == "base_url"


def test_finds_nothing_where_nothing_is_alike():
    assert nearest("zebra", ["model", "price"]) is None


def test_lists_the_choices_where_none_is_alike():
    assert mend_for("zebra", ["price", "model"]) == "one of: model, price"
    assert mend_for("zebra", []) == "there are none yet"

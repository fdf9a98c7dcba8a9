from freehold.config import find


def test_finds_the_file_that_the_environment_names_or_the_one_at_hand(tmp_path):
    assert find({}, tmp_path) is None
    (tmp_path / "freehold.toml").touch()
    assert find({}, tmp_path) == tmp_path / "freehold.toml"
    assert str(find({"FREEHOLD_CONFIG": "/etc/x.toml"}, tmp_path)) == "/etc/x.toml"

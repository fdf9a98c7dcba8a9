import pytest

from freehold.catalog.address import Reach, checked, reach


@pytest.mark.parametrize("url", ["http://h:8000/v1", "https://h", "http://[::1]:8000/v1", "http://h:8000/v1/"])
def test_accepts_addresses_and_trims_the_slash(url):
    assert checked(url) == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("h:8000/v1", "begins with http"),
        ("ftp://h/v1", "begins with http"),
        ("http:///v1", "names no host"),
        ("http://ada:pw@h/v1", "no user or password"),
        ("http://h/v1?key=1", "ends with its path"),
        ("http://h/v1?", "ends with its path"),
        ("http://h/v1#top", "ends with its path"),
        ("http://h:99999/v1", "not an address"),
        ("http://[::1/v1", "not an address"),
        ("http://h /v1", "no spaces"),
        ("http://h/v1\r\nx: y", "no spaces"),
    ],
)
def test_refuses_what_is_no_address(url, says):
    with pytest.raises(ValueError, match=says) as caught:
        checked(url)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", Reach.HERE),
        ("LOCALHOST.", Reach.HERE),
        ("api.localhost", Reach.HERE),
        ("127.8.9.1", Reach.HERE),
        ("[::1]", Reach.HERE),
        ("[::ffff:127.0.0.1]", Reach.HERE),
        ("10.0.0.7", Reach.PRIVATE),
        ("192.168.1.4", Reach.PRIVATE),
        ("172.16.0.1", Reach.PRIVATE),
        ("172.32.0.1", Reach.OUTSIDE),
        ("100.100.1.1", Reach.PRIVATE),
        ("[fd00::7]", Reach.PRIVATE),
        ("gpu.local", Reach.PRIVATE),
        ("gpu-box", Reach.OUTSIDE),
        ("0.0.0.0", Reach.OUTSIDE),
        ("169.254.1.1", Reach.PRIVATE),
        ("[fe80::1%25eth0]", Reach.PRIVATE),
        ("192.0.2.1", Reach.OUTSIDE),
        ("198.51.100.7", Reach.OUTSIDE),
        ("203.0.113.9", Reach.OUTSIDE),
        ("[::ffff:203.0.113.9]", Reach.OUTSIDE),
        ("198.18.0.1", Reach.OUTSIDE),
        ("240.0.0.1", Reach.OUTSIDE),
        ("[2001:db8::1]", Reach.OUTSIDE),
        ("api.openai.com", Reach.OUTSIDE),
        ("localhost.example.com", Reach.OUTSIDE),
        ("127.0.0.1.example.com", Reach.OUTSIDE),
        ("notlocalhost", Reach.OUTSIDE),
        ("8.8.8.8", Reach.OUTSIDE),
    ],
)
def test_tells_how_near_a_host_is(host, expected):
    assert reach(f"http://{host}:8000/v1") is expected

"""Values of connections that decide something."""

from lamis.connections.types import Endpoint, Health, HealthWord, TestCode, TestResult


def test_only_ok_is_ok() -> None:
    assert [code for code in TestCode if TestResult(code, "x").is_ok] == [TestCode.OK]


def test_an_endpoint_shows_no_secret() -> None:
    endpoint = Endpoint(
        ("https://192.0.2.1:9200",),
        password="s3cret",
        client_key_pem="s3cret",
        proxy="http://u:s3cret@192.0.2.2",
    )
    assert "s3cret" not in repr(endpoint)


def test_paused_and_removed_sources_are_no_trouble() -> None:
    good = {word for word in HealthWord if Health(word, "x").is_good}
    assert good == {HealthWord.GOOD, HealthWord.WAITING, HealthWord.PAUSED, HealthWord.REMOVED}

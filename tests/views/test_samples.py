from ipaddress import ip_address, ip_network

from lamis.views import samples

DOCUMENTATION = [ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


def test_the_samples_are_the_same_each_time() -> None:
    assert samples.day_histogram() == samples.day_histogram()
    assert samples.alert_rows() == samples.alert_rows()


def test_rows_come_newest_first() -> None:
    times = [row.at for row in samples.alert_rows(25)]
    assert times == sorted(times, reverse=True)


def test_public_addresses_are_of_documentation_ranges() -> None:
    shown = [item.label for item in samples.ADDRESSES]
    shown += [row.source_address for row in samples.alert_rows() if row.source_address]
    assert all(any(ip_address(each) in net for net in DOCUMENTATION) for each in shown)

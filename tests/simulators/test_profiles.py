"""The deployments of the demo."""

from lamis.simulators.profiles import PROFILES


def test_each_profile_is_a_deployment_of_its_own() -> None:
    profiles = list(PROFILES.values())
    assert list(PROFILES) == ["acme-emea", "globex-cloud", "initech-branch"]
    assert len({one.cluster_uuid for one in profiles}) == len({one.seed for one in profiles}) == 3
    assert {one.release for one in profiles} == {"4.14", "5.0"}
    assert [one.name for one in profiles if one.is_misbehaving] == ["initech-branch"]


def test_live_documents_come_often_enough() -> None:
    assert 1.5 <= sum(one.live_per_s for one in PROFILES.values()) <= 3

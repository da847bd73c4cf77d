"""Which tests share a process of pytest-xdist.

Those of a file, so that they set up once what they share; and all that need a real engine, so that each
engine starts once per run. (pytest-xdist's own groups are lost with pytest 9.2, which ignores the ids
that its version 3.8 gives to the tests.)
"""

from xdist.scheduler import LoadFileScheduling

_WITH_ENGINES = ("tests/engines/", "tests/real/", "tests/connectors/wazuh/test_engines.py")


class EnginesTogether(LoadFileScheduling):
    """A file's tests in one process, and all tests with engines in one."""

    def _split_scope(self, nodeid: str) -> str:
        return "engines" if nodeid.startswith(_WITH_ENGINES) else super()._split_scope(nodeid)

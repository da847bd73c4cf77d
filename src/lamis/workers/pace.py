"""How many documents a commit takes: what a person's small write beside it can wait for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from lamis.alerts.types import Incoming

LEAST_DOCUMENTS, MOST_DOCUMENTS = 400, 1000
AIM = timedelta(milliseconds=30)


@dataclass(slots=True)
class Pace:
    """The size of the next commit of one source, learnt from how long those before it took.

    Ids of documents come in no order, so that a commit writes about as many pages of their index whether
    it stores 250 documents or 1000: in the larger one each costs a quarter less CPU and half the writing.
    """

    documents: int = LEAST_DOCUMENTS

    def learn(self, documents: int, took: timedelta) -> None:
        """Take in how long a commit held the store. Small ones tell nothing of what a document costs."""
        if documents < LEAST_DOCUMENTS or took <= timedelta():
            return
        aimed = int(documents * (AIM / took))
        # Half the way: that once the disk or the processor was busy must not decide.
        self.documents = min(max((self.documents + aimed) // 2, LEAST_DOCUMENTS), MOST_DOCUMENTS)

    def parts(self, page: list[Incoming]) -> Iterator[Sequence[Incoming]]:
        """The page in commits, by time: a source sends any order, and neighbours share most counts.

        It takes from the page, so that what is stored is let go before the rest is.
        """
        page.sort(key=lambda one: one.fields.time_ms or 0)
        while page:
            number = self.documents
            part = page[:number]
            del page[:number]
            yield part

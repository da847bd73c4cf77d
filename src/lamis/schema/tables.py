"""Imports every room's models, so that the metadata is whole."""

import lamis.alerts.models
import lamis.blocking.models
import lamis.connections.models
import lamis.delivery.models
import lamis.incidents.models
import lamis.journal.models
import lamis.people.models
import lamis.tasks.models
import lamis.tenants.models  # noqa: F401
from lamis.storage.tables import Table

METADATA = Table.metadata

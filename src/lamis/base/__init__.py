"""What every floor stands on: settings, time, ids, errors, secrets, scope, HTTP."""

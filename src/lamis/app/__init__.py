"""The composition: settings become a store, workers and one ASGI application, and are served."""

"""Celery jobs: collecting and acting."""

"""The queue people work on; the entry of every alert."""

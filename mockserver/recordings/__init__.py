"""Calls that somebody has recorded as HAR, as scenarios.

``observations.py`` reads the answers about each room, ``takes.py`` folds them into changes of
value, and ``writing.py`` makes of each call an entry as a scenario file has it.
"""

from mockserver.recordings.reading import Recorded, RecordingError, read_recordings

__all__ = ["Recorded", "RecordingError", "read_recordings"]

"""How loud a recording is along its length, for pictures of it."""

PEAKS_PER_SECOND = 50

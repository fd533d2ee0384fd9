"""What a process holds of insights, anew: as if another process went on."""

from insights.services import process_state
from insights.services.process_state import InsightsState


def begin_new_process() -> None:
    """Hold nothing in memory any more."""
    process_state.current = InsightsState()

"""What the mock does for each operation: one module a family, and the table of them all."""

from collections.abc import Iterable, Mapping

from mockserver.operations import (
    active_calls,
    board,
    commands,
    control,
    insights,
    journal,
    workspaces,
)
from mockserver.operations.request import Context, Function, Request
from openapi import Operations

__all__ = ["FUNCTIONS", "Context", "Function", "MissingFunctionError", "Request", "demand_all"]

FUNCTIONS: Mapping[str, Function] = {
    "listActiveCalls": board.list_active_calls,
    "getActiveCall": active_calls.get_active_call,
    "getCallInsights": insights.get_call_insights,
    "endCall": commands.end_call,
    "removeAgent": commands.remove_agent,
    "getHealth": control.get_health,
    "getReadiness": control.get_readiness,
    "getMetrics": control.get_metrics,
    "getAbout": control.get_about,
    "getControlDescription": control.get_control_description,
    "listScenarios": control.list_scenarios,
    "getTimeline": control.get_timeline,
    "listRequests": journal.list_requests,
    "clearRequests": journal.clear_requests,
    "getRequest": journal.get_request,
    "getRoom": workspaces.get_room,
    "directRoom": workspaces.direct_room,
    "forgetRoom": workspaces.forget_room,
    "directWorkspace": workspaces.direct_workspace,
    "forgetWorkspace": workspaces.forget_workspace,
    "addEvent": workspaces.add_event,
    "getClock": workspaces.get_clock,
    "turnClock": workspaces.turn_clock,
    "resetClock": workspaces.reset_clock,
}
"""What answers the requests for each operation, by its operationId."""


class MissingFunctionError(LookupError):
    """An operation of a description has no function; the message is one line."""


def demand_all(functions: Mapping[str, Function], descriptions: Iterable[Operations]) -> None:
    """See to it that each operation has a function.

    Raises:
        MissingFunctionError: one has none.
    """
    for operations in descriptions:
        for one in operations:
            if one.id not in functions:
                raise MissingFunctionError(
                    f"{one.method} {one.path}: the operation {one.id} has no function; "
                    f"enter it in mockserver/operations/__init__.py"
                )

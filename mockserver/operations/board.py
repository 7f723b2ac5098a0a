"""The operation on all calls of a workspace: the board."""

from mockserver.http.errors import ApiError
from mockserver.http.responses import Response
from mockserver.operations.request import Context, Request

__all__ = ["list_active_calls"]


async def list_active_calls(request: Request, context: Context) -> Response:
    """Answer with the calls that are going on in a workspace."""
    raise ApiError(501)

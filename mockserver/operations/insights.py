"""The operation on what a call is about."""

from mockserver.http.errors import ApiError
from mockserver.http.responses import Response
from mockserver.operations.request import Context, Request

__all__ = ["get_call_insights"]


async def get_call_insights(request: Request, context: Context) -> Response:
    """Answer with what the call in a room is about."""
    raise ApiError(501)

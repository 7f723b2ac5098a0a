"""The operations that change a call: ending it, and taking its agent out."""

from mockserver.http.errors import ApiError
from mockserver.http.responses import Response
from mockserver.operations.request import Context, Request

__all__ = ["end_call", "remove_agent"]


async def end_call(request: Request, context: Context) -> Response:
    """End the call in a room."""
    raise ApiError(501)


async def remove_agent(request: Request, context: Context) -> Response:
    """Mute the AI agent of the call in a room."""
    raise ApiError(501)

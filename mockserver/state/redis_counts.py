"""Requests counted in Redis for the rate limit, over the connections that the log has."""

from limits.aio.storage import RedisStorage

from mockserver.simulation.clock import real
from mockserver.state.redis import Server

__all__ = ["RedisCounts"]


class RedisCounts(RedisStorage):
    """The library's storage, which tells the end of a window to the millisecond."""

    STORAGE_SCHEME: list[str] | None = None  # type: ignore[assignment]

    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(
            "redis://",
            implementation="redispy",
            key_prefix="{active-calls}:limit",
            connection_pool=server.client.connection_pool,  # type: ignore[arg-type]
        )

    async def get_expiry(self, key: str) -> float:
        """Return when the window ends, in UTC Unix seconds."""
        left: int = await self._server.client.pttl(self.bridge.prefixed_key(key))
        return real() + max(left, 0) / 1000

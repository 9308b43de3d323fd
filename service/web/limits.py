"""Rate limits: counted in Redis where there is one, and in this process when it is away."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from limits import RateLimitItem, parse
from limits.errors import ConfigurationError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from service.config import Config, ConfigError

log = structlog.get_logger()
LIMITS = "gradeck-limits"
REDIS_SECONDS = 0.25
AWAY_SECONDS = 10
KIB = 1024
Check = Callable[[FixedWindowRateLimiter, RateLimitItem], bool]


@dataclass(frozen=True, slots=True)
class TooMany:
    """A request too many; it may come again after `seconds`."""

    seconds: int


class RateLimits:
    """Counts requests by name and by who makes them."""

    def __init__(self, redis_url: str, **limits: str) -> None:
        """`limits` are texts such as "10 per minute" by name."""
        try:
            self._limits: dict[str, RateLimitItem] = {
                name: parse(text) for name, text in limits.items()
            }
        except ValueError as error:
            message = f"GRADECK_RATE_…: {error}; write it as: 10 per minute"
            raise ConfigError(message) from error
        self._here = FixedWindowRateLimiter(MemoryStorage())
        self._shared = self._open(redis_url) if redis_url else None
        self._away_until = 0.0

    def hit(self, name: str, who: str, cost: int = 1) -> TooMany | None:
        """Count one request, or what it costs; TooMany when it is one too many."""
        return self._ask(lambda counter, limit: counter.hit(limit, name, who, cost=cost), name, who)

    def full(self, name: str, who: str) -> TooMany | None:
        """TooMany when one more would be too many; nothing is counted."""
        return self._ask(lambda counter, limit: counter.test(limit, name, who), name, who)

    def _ask(self, good: Check, name: str, who: str) -> TooMany | None:
        limit = self._limits[name]
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return _answer(self._shared, limit, name, who, good)
            except Exception as error:  # noqa: BLE001 - whatever Redis does, requests go on
                self._away_until = time.monotonic() + AWAY_SECONDS
                log.warning("rate limits are counted here", error=type(error).__name__)
        return _answer(self._here, limit, name, who, good)

    @staticmethod
    def _open(redis_url: str) -> FixedWindowRateLimiter:
        try:
            storage = storage_from_string(
                redis_url,
                socket_timeout=REDIS_SECONDS,
                socket_connect_timeout=REDIS_SECONDS,
            )
        except ConfigurationError as error:
            message = f"GRADECK_REDIS_URL: {error}"
            raise ConfigError(message) from error
        if not isinstance(storage, Storage):
            message = "GRADECK_REDIS_URL: expected redis://…, got another kind"
            raise ConfigError(message)
        return FixedWindowRateLimiter(storage)


def _answer(
    counter: FixedWindowRateLimiter, limit: RateLimitItem, name: str, who: str, good: Check
) -> TooMany | None:
    if good(counter, limit):
        return None
    reset = counter.get_window_stats(limit, name, who).reset_time
    return TooMany(max(1, math.ceil(reset - time.time())))


def limits_of(config: Config) -> RateLimits:
    """The limits that the settings give."""
    return RateLimits(
        config.redis_url,
        default=config.rate_default,
        login=config.rate_login,
        failed=config.rate_failed,
        address=config.rate_address,
        guests=config.rate_guests,
        kept=f"{config.quota_mib * KIB} per day",
        kept_of_guests=f"{config.quota_guests_mib * KIB} per day",
        submit=config.rate_submit,
    )

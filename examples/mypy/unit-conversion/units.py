"""Speed from distance and time, with a type for each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metres:
    value: float

    def __add__(self, other: Metres) -> Metres:
        return Metres(self.value + other.value)


@dataclass(frozen=True)
class Seconds:
    value: float


@dataclass(frozen=True)
class MetresPerSecond:
    value: float

    def in_kilometres_per_hour(self) -> float:
        return self.value * 3.6


def speed(distance: Metres, time: Seconds) -> MetresPerSecond | None:
    """None where no time has passed."""
    if time.value == 0:
        return None
    return MetresPerSecond(distance.value / time.value)


def describe(distance: Metres, time: Seconds) -> str:
    result = speed(distance, time)
    if result is None:
        return "no time has passed"
    return f"{result.in_kilometres_per_hour():.1f} km/h"


print(describe(Metres(100) + Metres(0), Seconds(9.58)))

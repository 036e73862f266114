"""A measure produces figures, round after round; a row of the table is one of them with its
target."""
import dataclasses
import statistics
from collections.abc import Callable, Iterator


@dataclasses.dataclass
class Row:
    """`figure` is the name of the figure of the target; `ours` and `against` are templates for its
    components, filled from the medians."""
    what: str
    figure: str
    unit: str
    ours: str = ""
    against: str = ""
    at_most: float | None = None
    at_least: float | None = None
    stretch: float | None = None

    def verdict(self, value):
        if self.at_most is not None:
            good, best = value <= self.at_most, self.stretch and value <= self.stretch
        elif self.at_least is not None:
            good, best = value >= self.at_least, self.stretch and value >= self.stretch
        else:
            return "no target"
        return "stretch" if best else "met" if good else "**missed**"

    def target(self):
        if self.at_most is None and self.at_least is None:
            return ""
        bound = f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"
        stretch = f" ({self.stretch:g})" if self.stretch else ""
        return f"{bound}{stretch} {self.unit}".rstrip()


@dataclasses.dataclass
class Measure:
    """`take` is a generator: it sets up, yields the figures of a round each time, and cleans up
    when it is closed. It raises NotMeasured if it cannot run."""
    name: str
    take: Callable[..., Iterator[dict]]
    rows: list[Row]


def medians(rounds):
    return {name: statistics.median(figures[name] for figures in rounds) for name in rounds[0]}


def number(value):
    """Three significant digits."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Readable(dict):
    def __missing__(self, name):
        return "?"


def fill(template, figures):
    return template.format_map(Readable({name: number(value) for name, value in figures.items()}))

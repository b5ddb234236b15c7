"""A line as small as a word: only the shape of a course."""

from dataclasses import dataclass

from valore.present.charts.svg import ink, line, picture, runs, tag


@dataclass(frozen=True, slots=True)
class Spark:
    """Values in order; None leaves a hole."""

    title: str
    about: str
    values: tuple[float | None, ...]


def draw_spark(chart: Spark, width: float, name: str) -> str:
    """Return the picture, 36 pixels high, with a dot at the last value."""
    height, known = 36.0, [v for v in chart.values if v is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    step = (width - 10) / max(len(chart.values) - 1, 1)

    def at(i: int) -> tuple[float, float]:
        value = chart.values[i] or 0.0 if chart.values[i] is not None else low
        return 4 + i * step, height - 6 - (value - low) / ((high - low) or 1.0) * (height - 12)

    drawn = [line([at(i) for i in run], stroke_width=1.5) for run in runs(list(chart.values)) if len(run) > 1]
    last = max((i for i, v in enumerate(chart.values) if v is not None), default=None)
    if last is not None:
        drawn.append(tag("circle", cx=at(last)[0], cy=at(last)[1], r=3.0, fill=ink("bottiglia")))
    return picture(width, height, "".join(drawn), "", name, chart.title, chart.about)

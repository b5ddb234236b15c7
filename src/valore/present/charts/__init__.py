"""Eight kinds of picture, no more: data in, SVG out, the same bytes for the same data.

Every picture says in words what it shows (`title`, `about`); the table beside it is the page's business.
`draw` takes the width in pixels, so that letters keep their size on a phone and on paper.
"""

from valore.present.charts.bars import Bars, draw_bars
from valore.present.charts.dots import Dots, draw_dots
from valore.present.charts.heat import Heat, draw_heat
from valore.present.charts.line import Line, draw_line
from valore.present.charts.multiples import Multiples, draw_multiples
from valore.present.charts.share import Share, draw_share
from valore.present.charts.spark import Spark, draw_spark
from valore.present.charts.waterfall import Waterfall, draw_waterfall
from valore.present.language import Words

Chart = Line | Bars | Dots | Spark | Heat | Multiples | Waterfall | Share


def draw(chart: Chart, words: Words, width: float, name: str) -> str:  # noqa: PLR0911 - eight kinds
    """Return a picture as SVG; `name` makes its ids unique on a page."""
    match chart:
        case Line():
            return draw_line(chart, words, width, name)
        case Bars():
            return draw_bars(chart, words, width, name)
        case Dots():
            return draw_dots(chart, words, width, name)
        case Spark():
            return draw_spark(chart, width, name)
        case Heat():
            return draw_heat(chart, words, width, name)
        case Multiples():
            return draw_multiples(chart, words, width, name)
        case Waterfall():
            return draw_waterfall(chart, words, width, name)
        case Share():
            return draw_share(chart, words, width, name)

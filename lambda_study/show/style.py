"""How figures look: one style file, four colours, one meaning each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_study.errors import BadInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

# The four colours of Okabe and Ito that reach a contrast of 3:1 on white.
INIT = "#D55E00"  # vermillion
INVOKE = "#0072B2"  # blue
BILLED = "#009E73"  # green
THROTTLED = "#CC79A7"  # purple, always with HATCH
HATCH = "////"
FAILED_HATCH = "xxx"  # over what did not end well

# The same hues, dark enough for words: 4.5:1 on white.
INIT_INK = "#A84A00"
INVOKE_INK = "#005A8D"
BILLED_INK = "#00694D"
THROTTLED_INK = "#8A3F69"
INK = "#1a1a1a"
QUIET_INK = "#595959"

WIDTH_IN = 7.0
SMALL_PT = 9
TITLE_PT = 12
TITLE_LIMIT = 60
TITLE_ROOM_IN = 0.45

_STYLE_FILE = Path(__file__).with_name("style.mplstyle")


@contextmanager
def styled() -> Iterator[None]:
    """Applies the style while a figure is made or drawn; the reader's own plots keep theirs."""
    from matplotlib import style

    with style.context(_STYLE_FILE):
        yield


def drawing(height_in: float, width_in: float = WIDTH_IN) -> Drawing:
    """An empty figure of the given size, apart from pyplot and its global list. Use inside `styled()`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Drawing

    figure = Drawing(figsize=(width_in, height_in))
    FigureCanvasAgg(figure)
    return figure


def axes_inside(figure: Drawing, *, left: float, right: float, top: float, bottom: float) -> Axes:
    """Axes with the given margins in inches."""
    width, height = figure.get_size_inches()
    box = (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    return figure.add_axes(box)


def write_finding(figure: Drawing, text: str) -> None:
    """Writes the finding as the figure's title, at most 60 characters long.

    Raises `BadInput` for a longer one, which would run out of the picture.
    """
    if len(text := str(text)) > TITLE_LIMIT:
        raise BadInput(f'title "{text}" has {len(text)} characters. Use at most {TITLE_LIMIT}.')
    height = figure.get_size_inches()[1]
    figure.text(0.015, 1 - 0.12 / height, text, fontsize=TITLE_PT, fontweight="bold", va="top", ha="left")


def shortened(text: str, limit: int = 28) -> str:
    """The text, or its beginning and three dots.

    >>> shortened("environment 1"), shortened("a-function-with-a-very-long-name, environment 1")
    ('environment 1', 'a-function-with-a-very-lo...')
    """
    return text if len(text) <= limit else text[: limit - 3] + "..."


def text_width_in(figure: Drawing, text: str, size: float = SMALL_PT, weight: str = "normal") -> float:
    """The width of a line of text in inches."""
    artist = figure.text(0, 0, text, fontsize=size, fontweight=weight)
    width = float(artist.get_window_extent().width) / figure.dpi
    artist.remove()
    return width

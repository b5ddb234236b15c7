"""What a post is about, in the seventeen top-level subjects of the IPTC Media Topics."""

import pyarrow as pa

from valore.enrich import Over, _artefacts
from valore.enrich._classes import schema
from valore.enrich._meaning import answered

CLASSES = (
    "arts", "conflict", "crime", "disaster", "economy", "education", "environment", "health", "human_interest",
    "labour", "lifestyle", "politics", "religion", "science", "society", "sport", "weather",
)  # fmt: skip
"""In the order of `p`: arts, culture, entertainment and media · conflict, war and peace · crime, law and
justice · disaster, accident and emergency · economy, business and finance · education · environment ·
health · human interest · labour · lifestyle and leisure · politics and government · religion · science
and technology · society · sport · weather."""


class Theme:
    """A linear model on sentence vectors, from invented sentences for each subject."""

    name = "theme"
    over = Over.POSTS
    requires = ("text", "language")
    provides = schema("theme", CLASSES, reason=False)
    classes = CLASSES
    languages: frozenset[str] | None = frozenset(("ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr"))
    whole = False

    @property
    def version(self) -> str:
        """`theme@N`, of the artefact in use."""
        return _artefacts.version("theme")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label and probabilities. Uses a column `embedding` where there is one."""
        return answered(self, batch, 0.25, signs=False)


PLUGIN = Theme()

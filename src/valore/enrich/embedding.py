"""The meaning of a post as numbers, for those that compare."""

import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over
from valore.enrich._columns import column
from valore.enrich._sentences import LANGUAGES, encode, pack
from valore.enrich._text import words


class Embedding:
    """The multilingual Universal Sentence Encoder, 512 numbers in eight bits each.

    `embedding` is a float32 scale and 512 int8 numbers, little-endian (516 bytes); null for a text
    without a letter. The language need not be known: a word or two also have a place.
    """

    name = "embedding"
    version = "embedding@1"
    over = Over.POSTS
    requires = ("text",)
    provides = pa.schema([pa.field("embedding", pa.binary())])
    classes: tuple[str, ...] = ()
    languages: frozenset[str] | None = LANGUAGES
    whole = False

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the column `embedding`; null in a language it does not know, where `language` says so."""
        bare = words(batch.column("text"))
        language = column(batch, "language")
        able = pc.is_in(language, value_set=pa.array([None, "und", *sorted(LANGUAGES)], pa.string()))
        worth = pc.and_(pc.match_substring_regex(bare, r"\pL"), able)
        packed = pack(encode(pc.if_else(worth, bare, "")))
        return pa.RecordBatch.from_arrays([pc.if_else(worth, packed, None)], schema=self.provides)


PLUGIN = Embedding()

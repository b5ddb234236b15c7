"""What the models read of a post: its words, without addresses and names of accounts."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich._columns import strings

LONGEST = 2000
"""Characters of a post that the models read; what follows changes no label and costs time."""

_URL = r"(?i)\b(?:https?://|www\.)\S+|\bhttps?\b"
_MENTION = r"(?:^|\B)[@＠][\w.\-]+(?:@[\w.\-]+\w)?:?"
_REPOST = r"^\s*RT\b[\s:]*"
_ESCAPED = r"&(amp|lt|gt|quot|nbsp);"


def words(texts: pa.Array) -> pa.Array:
    """Return texts without URLs, mentions, '#' signs and the repost mark, in single spaces; null as empty."""
    cut = pc.utf8_slice_codeunits(pc.fill_null(strings(texts), ""), 0, LONGEST)
    bare = pc.replace_substring_regex(cut, _URL, " ")
    bare = pc.replace_substring_regex(bare, _REPOST, " ")
    bare = pc.replace_substring_regex(bare, _MENTION, " ")
    bare = pc.replace_substring_regex(bare, _ESCAPED, " ")
    bare = pc.replace_substring(bare, "#", " ")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(bare, r"\s+", " "))


def letters(texts: pa.Array) -> Any:
    """Return the number of letters of each text, numpy int64."""
    return pc.utf8_length(pc.replace_substring_regex(texts, r"\PL+", "")).to_numpy(zero_copy_only=False)

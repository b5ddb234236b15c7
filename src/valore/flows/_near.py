"""Which posts are by, to or about subjects: by their accounts, their names, and what was searched for them."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.model.keys import keys
from valore.model.subject import Subject


class Near:
    """Posts and accounts of which it is asked once for each subject."""

    def __init__(self, posts: pa.Table, accounts: pa.Table) -> None:
        """Take posts (`author`, `text`, `mentions`, `query`, who is answered and quoted) and their accounts."""
        self._posts, self._authors = posts, posts["author"].to_numpy()
        places = accounts["place"]
        self._by_id = pc.binary_join_element_wise(places, accounts["id"], "\0")
        self._by_handle = pc.binary_join_element_wise(places, pc.utf8_lower(accounts["handle"]), "\0@")

    def by(self, subjects: Sequence[Subject]) -> Any:
        """Return which posts some subjects have written, booleans (posts,)."""
        return np.isin(self._authors, self._keys(subjects))

    def about(self, subjects: Sequence[Subject]) -> Any:
        """Return which posts some subjects have written, or name, answer, quote or were found for one."""
        own = self._keys(subjects)
        near = np.isin(self._authors, own) | self._named(subjects)
        for column in ("reply_to_author", "quote_of_author"):
            near |= np.isin(pc.fill_null(self._posts[column], -1).to_numpy(), own)
        mentions = self._posts["mentions"].combine_chunks()
        hits = np.isin(mentions.flatten().to_numpy(zero_copy_only=False), own)
        near[mentions.value_parent_indices().to_numpy()[hits]] = True
        asked = pa.array([q for s in subjects for q in s.queries], pa.string())
        return near | pc.is_in(self._posts["query"], value_set=asked).to_numpy()

    def heard(self, subject: Subject) -> Any:
        """Return which posts others have written about a subject."""
        return self.about((subject,)) & ~self.by((subject,))

    @cached_property
    def _lowered(self) -> pa.Array:
        return pc.utf8_lower(pc.fill_null(self._posts["text"], "")).combine_chunks()

    def _named(self, subjects: Sequence[Subject]) -> Any:
        """Return which texts name a subject by a whole word; the slow pattern meets only texts with the letters."""
        names = sorted({n.strip() for s in subjects for n in (s.name, *s.aliases) if n.strip()}, key=len, reverse=True)
        held = np.zeros(len(self._lowered), bool)
        for letters in pc.utf8_lower(pa.array(names, pa.string())).to_pylist():
            held |= pc.match_substring(self._lowered, letters).to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(held)
        pattern = rf"(?i)(?:^|[^\pL\pN])(?:{'|'.join(map(re.escape, names))})(?:$|[^\pL\pN])"
        found = pc.match_substring_regex(self._posts["text"].take(pa.array(rows)), pattern)
        held[rows] = found.to_numpy()
        return held

    def _keys(self, subjects: Sequence[Subject]) -> Any:
        """Return the keys of the subjects' accounts, whether named by native id or by handle, int64."""
        wanted = {f"{a.place}\0{a.id}" for s in subjects for a in s.accounts}
        while True:
            refs = pa.array(sorted(wanted), pa.string())
            hit = pc.or_(pc.is_in(self._by_id, refs), pc.is_in(self._by_handle, refs))
            same = pa.chunked_array([*self._by_id.filter(hit).chunks, *self._by_handle.filter(hit).chunks], pa.string())
            more = wanted.union(same.drop_null().to_pylist())
            if more == wanted:
                break
            wanted = more
        places, ids = zip(*(ref.split("\0", 1) for ref in sorted(wanted)), strict=True) if wanted else ((), ())
        return np.sort(keys(pa.array(places, pa.string()), pa.array(ids, pa.string())).to_numpy())

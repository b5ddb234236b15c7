"""What the address of a post tells: of which network it is, which id the post has there, and whose it is.

Tools number what they collect by themselves; the address is what two tools, and an archive, share.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.places._names import SITES

_IDS = (
    ("x", r"(?:twitter|x)\.com/[^/]+/status(?:es)?/(?P<id>\d{5,20})"),
    ("instagram", r"instagram\.com/(?:[\w.]+/)?(?:p|reel|tv)/(?P<id>[\w-]{5,40})"),
    ("youtube", r"(?:youtube\.com/watch\?(?:[^#]*&)?v=|youtu\.be/|youtube\.com/shorts/)(?P<id>[\w-]{11})"),
    ("tiktok", r"tiktok\.com/@[^/]+/(?:video|photo)/(?P<id>\d{8,20})"),
    ("threads", r"threads\.(?:net|com)/@[^/]+/post/(?P<id>[\w-]{5,20})"),
)
"""Networks whose addresses hold the id by itself."""
_OF_PAGE = r"facebook\.com/(?:groups/)?(?P<page>\d{5,20})/(?:posts|permalink|videos|photos/[^/]+)/(?P<id>\d{5,20})"
_ACTIVITY = r"linkedin\.com/(?:feed/update|posts)/\S*?activity[:-](?P<id>\d{15,20})"
_WHOSE = r"(?:twitter|x)\.com/(?P<who>\w{1,20})/status(?:es)?/\d"
_MORE = {r"^https?://(?:[a-z]+\.)?threads\.(?:net|com)/": "threads", r"^https?://youtu\.be/": "youtube"}
_NOT_A_PERSON = pa.array(["i", "web", "statuses"])


def networks(addresses: pa.Array) -> pa.Array:
    """Return the network that each address is of, null where it is none that is known."""
    once = addresses.dictionary_encode()
    found = pa.nulls(len(once.dictionary), pa.string())
    for pattern, place in (*SITES.items(), *_MORE.items()):
        found = pc.if_else(pc.match_substring_regex(once.dictionary, pattern), place, found)
    return found.take(once.indices)


def ids(addresses: pa.Array) -> pa.Array:
    """Return the id that each address holds; null where it holds none.

    Of Facebook the page and the post together, of LinkedIn the URN, as their own interfaces name a post.
    """
    found = pa.nulls(len(addresses), pa.string())
    for _, pattern in _IDS:
        if found.null_count:
            found = pc.coalesce(found, pc.struct_field(pc.extract_regex(addresses, pattern), "id"))
    if found.null_count:
        parts = pc.extract_regex(addresses, _OF_PAGE)
        whole = pc.binary_join_element_wise(pc.struct_field(parts, "page"), pc.struct_field(parts, "id"), "_")
        number = pc.struct_field(pc.extract_regex(addresses, _ACTIVITY), "id")
        found = pc.coalesce(found, whole, urns(number))
    return found


def urns(numbers: pa.Array) -> pa.Array:
    """Return LinkedIn's names of posts by their numbers; other texts stay."""
    bare = pc.match_substring_regex(numbers, r"^\d{15,20}$")
    return pc.if_else(bare, pc.binary_join_element_wise("urn:li:activity:", numbers, ""), numbers)


def pointed(values: pa.Array) -> pa.Array:
    """Return ids out of a column that may hold addresses; what is no address stays."""
    return pc.coalesce(ids(values), values)


def whose(addresses: pa.Array) -> pa.Array:
    """Return '@handle' of the author that an address of X names; null where it names nobody."""
    handle = pc.utf8_lower(pc.struct_field(pc.extract_regex(addresses, _WHOSE), "who"))
    named = pc.if_else(pc.is_in(handle, value_set=_NOT_A_PERSON), None, handle)
    return pc.binary_join_element_wise("@", named, "")


def accounts(values: pa.Array) -> pa.Array:
    """Return accounts: native ids as they are, handles as '@handle' in lower case."""
    native = pc.match_substring_regex(values, r"^\d+$|^did:|/|\s")
    handle = pc.binary_join_element_wise("@", pc.utf8_lower(pc.utf8_ltrim(values, "@")), "")
    return pc.if_else(native, values, handle)


def moments(natives: pa.Array) -> pa.Array:
    """Return the instants that ids of LinkedIn hold, to the millisecond; null for what is no such id.

    Source: 41 bits of milliseconds since 1970 before 22 others.
    """
    numbers = pc.struct_field(pc.extract_regex(natives, r"(?:^|:activity:)(?P<n>\d{19})$"), "n").cast(pa.int64())
    micros = np.right_shift(pc.fill_null(numbers, 0).to_numpy(), 22) * 1_000
    return pa.array(micros, mask=np.asarray(numbers.is_null())).cast(pa.timestamp("us", tz="UTC"))

"""Exports of listening tools: flat tables, each with the columns, the encoding and the notes of its tool.

The owner's posts as the tool would have found them: of X by their addresses, of Facebook by page and post.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta, timezone
from pathlib import Path

import xlsxwriter

from valore.world.exports._pack import MADE, day
from valore.world.exports.own import Profile, Written

_TONES = ("positive", "neutral", "negative")
_BRANDWATCH = (
    "Query Id", "Query Name", "Date", "Title", "Snippet", "Url", "Domain", "Sentiment", "Page Type", "Language",
    "Author", "Full Name", "Full Text", "Hashtags", "Impact", "Impressions", "Mentioned Authors", "Resource Id",
    "Twitter Author ID", "Twitter Followers", "Twitter Reply to", "Twitter Retweet of", "Twitter Retweets",
    "Twitter Likes", "Facebook Likes", "Reach (new)",
)  # fmt: skip
_MELTWATER = (
    "Date", "Headline", "URL", "Opening Text", "Hit Sentence", "Source", "Influencer", "Country", "Subregion",
    "Language", "Reach", "Desktop Reach", "Mobile Reach", "Twitter Social Echo", "Facebook Social Echo", "AVE",
    "Sentiment", "Key Phrases", "Input Name", "Keywords", "Twitter Id", "Tweet Id", "Document Tags", "Hashtags",
)  # fmt: skip
_TALKWALKER = (
    "url", "indexed", "published", "title_snippet", "content_snippet", "title", "content", "lang", "domain_url",
    "source_type", "post_type", "sentiment", "extra_author_attributes.name", "extra_author_attributes.short_name",
    "external_author_id", "extra_source_attributes.world_data.country", "engagement", "reach",
    "article_extended_attributes.twitter_likes", "article_extended_attributes.twitter_retweets",
)  # fmt: skip
_CROWDTANGLE = (
    "Page Name", "User Name", "Facebook Id", "Page Category", "Page Admin Top Country", "Page Description",
    "Page Created", "Likes at Posting", "Followers at Posting", "Post Created", "Post Created Date",
    "Post Created Time", "Type", "Total Interactions", "Likes", "Comments", "Shares", "Love", "Wow", "Haha", "Sad",
    "Angry", "Care", "Video Share Status", "Is Video Owner?", "Post Views", "Total Views",
    "Total Views For All Crossposts", "Video Length", "URL", "Message", "Link", "Final Link", "Image Text",
    "Link Text", "Description", "Sponsor Id", "Sponsor Name", "Sponsor Category",
)  # fmt: skip
_4CAT = (
    "id", "thread_id", "timestamp", "unix_timestamp", "link", "body", "author", "author_fullname", "author_id",
    "source", "language_guess", "possibly_sensitive", "retweet_count", "reply_count", "like_count", "quote_count",
    "impression_count", "is_retweet", "retweeted_user", "is_quote_tweet", "quoted_user", "is_reply", "replied_user",
    "hashtags", "urls", "images", "videos", "mentions",
)  # fmt: skip

_SUMMER = timezone(timedelta(hours=-4), "EDT")

Row = Mapping[str, str]


def fourcat(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `4cat-HANDLE.csv`, the table that 4CAT makes of posts from X."""
    rows = ({**dict.fromkeys(_4CAT, ""), **_fourcat(owner, post)} for post in posts)
    return _csv(folder / f"4cat-{owner.handle}.csv", _4CAT, rows)


def crowdtangle(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `crowdtangle-HANDLE.csv`, the history of a Facebook page, in the summer hours of New York."""
    rows = ({**dict.fromkeys(_CROWDTANGLE, ""), **_crowdtangle(owner, post)} for post in posts)
    return _csv(folder / f"crowdtangle-{owner.handle}.csv", _CROWDTANGLE, rows)


def brandwatch(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `brandwatch-HANDLE.csv`, five lines of notes above its header."""
    rows = (_brandwatch(owner, post, number) for number, post in enumerate(posts))
    notes = "".join(f"{name},{value}\n" for name, value in _notes(owner))
    return _csv(folder / f"brandwatch-{owner.handle}.csv", _BRANDWATCH, rows, above=f"{notes}\n")


def brandwatch_book(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `brandwatch-HANDLE.xlsx`, the same as a spreadsheet."""
    rows = (_brandwatch(owner, post, number) for number, post in enumerate(posts))
    above = [*_notes(owner), ("Separator", "")]
    return _xlsx(folder / f"brandwatch-{owner.handle}.xlsx", _BRANDWATCH, rows, above)


def meltwater(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `meltwater-HANDLE.csv`: tabs, in UTF-16."""
    rows = (_meltwater(owner, post, number) for number, post in enumerate(posts))
    return _csv(folder / f"meltwater-{owner.handle}.csv", _MELTWATER, rows, delimiter="\t", encoding="utf-16-le")


def talkwalker(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `talkwalker-HANDLE.csv`, semicolons between dotted columns."""
    rows = (_talkwalker(owner, post, number) for number, post in enumerate(posts))
    return _csv(folder / f"talkwalker-{owner.handle}.csv", _TALKWALKER, rows, delimiter=";")


def talkwalker_book(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `talkwalker-HANDLE.xlsx`, the same as a spreadsheet."""
    rows = (_talkwalker(owner, post, number) for number, post in enumerate(posts))
    return _xlsx(folder / f"talkwalker-{owner.handle}.xlsx", _TALKWALKER, rows, [])


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {
    "4cat": fourcat,
    "crowdtangle": crowdtangle,
    "brandwatch": brandwatch,
    "brandwatch-xlsx": brandwatch_book,
    "meltwater": meltwater,
    "talkwalker": talkwalker,
    "talkwalker-xlsx": talkwalker_book,
}


def tone(number: int) -> str:
    """Return what the tools think of the post with this number: each tone in turn."""
    return _TONES[number % 3]


def _csv(
    path: Path, names: Sequence[str], rows: Iterable[Row], *, above: str = "", delimiter: str = ",", encoding: str = ""
) -> Path:
    out = io.StringIO(above, newline="")
    out.seek(0, io.SEEK_END)
    table = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    table.writerow(names)
    table.writerows([row.get(name, "") for name in names] for row in rows)
    text = f"\ufeff{out.getvalue()}" if encoding else out.getvalue()
    path.write_bytes(text.encode(encoding or "utf-8"))
    return path


def _xlsx(path: Path, names: Sequence[str], rows: Iterable[Row], above: Sequence[tuple[str, str]]) -> Path:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"created": MADE.replace(tzinfo=None)})
    page = book.add_worksheet("Sheet0")
    for number, note in enumerate(above):
        page.write_row(number, 0, note)
    page.write_row(len(above), 0, names)
    for number, row in enumerate(rows, len(above) + 1):
        for column, name in enumerate(names):
            page.write_string(number, column, row.get(name, ""))
    book.close()
    return path


def _notes(owner: Profile) -> Iterator[tuple[str, str]]:
    yield "Report:", "Bulk Mentions Download"
    yield "Brand:", owner.name
    yield "From:", "2011-01-01T00:00:00.000Z"
    yield "To:", day(MADE, "%Y-%m-%dT%H:%M:%S.000Z")
    yield "Label:", owner.name


def _address(owner: Profile, native: str, handle: str | None = None) -> str:
    """Return the address of a post on its network."""
    match owner.place:
        case "x":
            return f"https://twitter.com/{handle or owner.handle}/statuses/{native}"
        case "instagram":
            return f"https://www.instagram.com/p/{native}/"
        case "facebook":
            return f"https://www.facebook.com/{owner.id}/posts/{native.rpartition('_')[2]}"
        case _:
            return f"https://{owner.place}.example/{owner.handle}/{native}"


def _fourcat(owner: Profile, post: Written) -> Row:
    return {
        "id": post.id,
        "thread_id": post.reply or post.id,
        "timestamp": day(post.at, "%Y-%m-%d %H:%M:%S"),
        "unix_timestamp": str(int(post.at.timestamp())),
        "link": f"https://x.com/{owner.handle}/status/{post.id}",
        "body": post.text,
        "author": owner.handle,
        "author_fullname": owner.name,
        "author_id": owner.id,
        "language_guess": post.language,
        "retweet_count": str(post.reposts),
        "like_count": str(post.likes),
        "is_retweet": "no",
        "is_reply": "no" if post.reply is None else "yes",
        "replied_user": post.reply_handle or "",
        "hashtags": post.tag or "",
        "mentions": post.reply_handle or "",
    }


def _crowdtangle(owner: Profile, post: Written) -> Row:
    local = day(post.at.astimezone(_SUMMER), "%Y-%m-%d %H:%M:%S %Z")
    return {
        "Page Name": owner.name,
        "User Name": owner.handle,
        "Facebook Id": owner.id,
        "Page Description": owner.bio,
        "Followers at Posting": "1200",
        "Post Created": local,
        "Type": "Status",
        "Total Interactions": f"{post.likes + post.reposts:,}",
        "Likes": str(post.likes),
        "Shares": str(post.reposts),
        "Love": "0",
        "Post Views": "0",
        "URL": _address(owner, post.id),
        "Message": post.text,
        "Video Length": "N/A",
    }


def _brandwatch(owner: Profile, post: Written, number: int) -> Row:
    return {
        "Query Id": "2001",
        "Query Name": owner.name,
        "Date": day(post.at, "%Y-%m-%d %H:%M:%S.0"),
        "Snippet": post.text[:100],
        "Url": _address(owner, post.id),
        "Domain": f"{owner.place}.com",
        "Sentiment": tone(number),
        "Page Type": "twitter" if owner.place == "x" else owner.place,
        "Language": post.language,
        "Author": owner.handle,
        "Full Name": owner.name,
        "Full Text": post.text,
        "Hashtags": f"#{post.tag}" if post.tag else "",
        "Impact": "12.5",
        "Impressions": "1200",
        "Mentioned Authors": f"@{post.reply_handle}" if post.reply_handle else "",
        "Resource Id": f"r-{post.id}",
        "Twitter Author ID": owner.id,
        "Twitter Reply to": _address(owner, post.reply, post.reply_handle) if post.reply else "",
        "Twitter Retweets": str(post.reposts),
        "Twitter Likes": str(post.likes),
        "Facebook Likes": "0",
        "Reach (new)": "0",
    }


def _meltwater(owner: Profile, post: Written, number: int) -> Row:
    return {
        "Date": day(post.at, "%d-%b-%Y %I:%M:%S%p"),
        "URL": _address(owner, post.id),
        "Hit Sentence": post.text,
        "Source": "Twitter" if owner.place == "x" else owner.place.capitalize(),
        "Influencer": f"@{owner.handle}",
        "Country": "Italy",
        "Language": post.language,
        "Reach": str(100 * number),
        "AVE": "11.1",
        "Sentiment": tone(number).capitalize(),
        "Input Name": owner.name,
        "Twitter Id": owner.id,
        "Tweet Id": post.id,
        "Hashtags": f"#{post.tag}" if post.tag else "",
    }


def _talkwalker(owner: Profile, post: Written, number: int) -> Row:
    network = "TWITTER" if owner.place == "x" else owner.place.upper()
    return {
        "url": _address(owner, post.id),
        "indexed": str(int(MADE.timestamp()) * 1000),
        "published": str(int(post.at.timestamp()) * 1000),
        "content_snippet": post.text[:100],
        "content": post.text,
        "lang": post.language,
        "domain_url": f"{owner.place}.com",
        "source_type": f"SOCIALMEDIA,SOCIALMEDIA_{network}",
        "post_type": "TEXT",
        "sentiment": str((5, 0, -5)[number % 3]),
        "extra_author_attributes.name": owner.name,
        "extra_author_attributes.short_name": owner.handle,
        "external_author_id": owner.id,
        "engagement": str(post.likes + post.reposts),
        "reach": str(100 * number),
        "article_extended_attributes.twitter_likes": str(post.likes),
        "article_extended_attributes.twitter_retweets": str(post.reposts),
    }

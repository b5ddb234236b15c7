"""Exports of listening and research tools: the columns by which each is known, and what they mean.

A tool is data. Names of columns are folded (`_names.fold`); for one field the first of several that
the table has is taken. A field with a suffix speaks of a part: `likes_x` only of rows from X, `text_2`
where `text` is empty, `likes__love` is added to `likes`.

Kept out on purpose: advertising value, impact scores and potential audiences, which nobody counted.
Source of the columns: 4CAT, `datasources/custom/import_formats.py` and its data sources; published
exports of Brandwatch, Meltwater and Talkwalker; twarc-csv.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from valore.places._mapping import Mapping as Meaning
from valore.places._names import fold

_LONGEST = 80
"""Characters of the name of a column; longer cells are of rows of data, which need no closer look."""
SURE = 0.95
"""Certainty of a table that has the columns of a tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One layout of one tool."""

    name: str
    """Also who its opinions are of: brandwatch."""
    title: str
    needs: frozenset[str]
    """Columns that are always there."""
    one_of: frozenset[str] = frozenset()
    """Of these one must be there, where any are named."""
    fields: Mapping[str, tuple[str, ...]]
    place: str = "table"
    foreign: bool = True
    kind: str = "Note"
    timezone: str = "UTC"
    escaped: bool = False


def _fields(text: str) -> Mapping[str, tuple[str, ...]]:
    """Read `field: column column …`, one a line."""
    lines = (line.split(":", 1) for line in text.splitlines() if line.strip())
    return MappingProxyType({name.strip(): tuple(columns.split()) for name, columns in lines})


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_4CAT = """
    id: id
    published: unix_timestamp timestamp
    text: body
    url: url link post_url tiktok_url permalink
    tags: hashtags
    thread: thread_id
    seen: unix_timestamp_collected timestamp_collected
"""

TOOLS = (
    Tool(
        name="4cat",
        title="4CAT (X)",
        needs=_names("id thread_id author body timestamp retweet_count quote_count"),
        place="x",
        escaped=True,
        fields=_fields(
            _4CAT
            + """
            author: author_id
            author_handle: author
            author_name: author_fullname
            author_followers: author_followers
            language: language_guess language
            links: urls
            mentions: mentions
            likes: like_count
            replies: reply_count
            reposts: retweet_count
            quotes: quote_count
            views: impression_count
            reply_to_author: replied_user
            quote_of_author: quoted_user
            """
        ),
    ),
    Tool(
        name="4cat",
        title="4CAT (Instagram)",
        needs=_names("id thread_id author body timestamp num_likes num_comments"),
        place="instagram",
        fields=_fields(
            _4CAT
            + """
            author_handle: author
            author_name: author_fullname
            likes: num_likes
            replies: num_comments
            media: num_media
            """
        ),
    ),
    Tool(
        name="4cat",
        title="4CAT (TikTok)",
        needs=_names("id author body timestamp tiktok_url"),
        place="tiktok",
        kind="Video",
        fields=_fields(
            _4CAT
            + """
            author_handle: author
            author_name: author_full author_fullname
            author_followers: author_followers
            likes: likes amount_likes
            replies: comments amount_comments
            reposts: shares amount_shares
            views: plays amount_plays
            """
        ),
    ),
    Tool(
        name="4cat",
        title="4CAT (Threads)",
        needs=_names("id author body timestamp author_is_verified likes reposts replies quotes"),
        place="threads",
        fields=_fields(
            _4CAT
            + """
            author_handle: author
            author_verified: author_is_verified
            links: link_url
            likes: likes
            replies: replies
            reposts: reposts
            quotes: quotes
            """
        ),
    ),
    Tool(
        name="4cat",
        title="4CAT (LinkedIn)",
        needs=_names("id author body timestamp timestamp_ago reactions comments shares"),
        place="linkedin",
        fields=_fields(
            _4CAT
            + """
            author_handle: author
            author_name: author_name
            author_bio: author_description
            author_url: author_url
            links: link_url
            likes: reactions
            replies: comments
            reposts: shares
            """
        ),
    ),
    Tool(
        name="4cat",
        title="4CAT (Facebook)",
        needs=_names("id author body timestamp is_in_group"),
        place="facebook",
        fields=_fields(_4CAT + "\nauthor_handle: author\nauthor_name: author_name"),
    ),
    Tool(
        name="4cat",
        title="4CAT",
        needs=_names("id thread_id author body timestamp unix_timestamp"),
        fields=_fields(
            _4CAT
            + """
            who: author
            author_name: author_name author_fullname
            title: subject title
            likes: likes like_count num_likes
            replies: num_replies reply_count num_comments
            reposts: reposts retweet_count
            views: views
            """
        ),
    ),
    Tool(
        name="crowdtangle",
        title="CrowdTangle (Facebook)",
        needs=_names("facebook_id followers_at_posting post_created message url total_interactions"),
        one_of=_names("page_name group_name"),
        place="facebook",
        timezone="America/New_York",
        fields=_fields("""
            published: post_created
            text: message
            title: link_text
            author: facebook_id
            author_handle: user_name
            author_name: page_name group_name
            author_bio: page_description
            author_created: page_created
            author_followers: followers_at_posting
            url: url
            links: final_link link
            likes: likes
            likes__love: love
            likes__wow: wow
            likes__haha: haha
            likes__sad: sad
            likes__angry: angry
            likes__care: care
            replies: comments
            reposts: shares
            views: post_views
        """),
    ),
    Tool(
        name="crowdtangle",
        title="CrowdTangle (Instagram)",
        needs=_names("account user_name followers_at_posting post_created likes comments url description"),
        place="instagram",
        timezone="America/New_York",
        fields=_fields("""
            published: post_created
            text: description
            title: title
            author_handle: user_name
            author_name: account
            author_followers: followers_at_posting
            url: url
            likes: likes
            replies: comments
            views: views
        """),
    ),
    Tool(
        name="brandwatch",
        title="Brandwatch",
        needs=_names("query_name date url page_type resource_id sentiment author"),
        one_of=_names("full_text snippet"),
        fields=_fields("""
            id: resource_id mention_id
            published: date
            text: full_text snippet
            text_2: snippet
            title: title
            url: url original_url
            place: content_source page_type
            language: language
            who: author
            author_name: full_name
            author_x: twitter_author_id x_author_id
            author_facebook: facebook_author_id
            publisher: domain
            author_followers_x: twitter_followers x_followers
            author_following_x: twitter_following x_following
            author_posts_x: twitter_tweets x_posts
            author_followers_instagram: instagram_followers
            author_following_instagram: instagram_following
            author_posts_instagram: instagram_posts
            likes: likes
            replies: comments
            reposts: shares
            likes_x: twitter_likes x_likes
            replies_x: twitter_reply_count x_replies x_reply_count
            reposts_x: twitter_retweets x_reposts
            likes_facebook: facebook_likes
            replies_facebook: facebook_comments
            reposts_facebook: facebook_shares
            likes_instagram: instagram_likes
            replies_instagram: instagram_comments
            likes_linkedin: linkedin_likes
            replies_linkedin: linkedin_comments
            reposts_linkedin: linkedin_shares
            replies_reddit: reddit_comments
            reach: reach_new reach
            reply_to: twitter_reply_to x_reply_to
            repost_of: twitter_retweet_of x_repost_of
            tags: hashtags
            links: expanded_urls
            mentions_x: mentioned_authors
            query: query_name
            sentiment: sentiment
        """),
    ),
    Tool(
        name="meltwater",
        title="Meltwater",
        needs=_names("date headline url opening_text hit_sentence source influencer sentiment"),
        fields=_fields("""
            id: document_id
            published: date
            clock: time
            text: hit_sentence
            text_2: opening_text
            title: headline
            url: url
            place: source
            language: language
            who: twitter_screen_name influencer
            author_x: twitter_id
            publisher: source
            author_followers_x: twitter_followers
            author_following_x: twitter_following
            author_bio_x: twitter_bio
            reach: reach
            views: views
            tags: hashtags hashtag
            query: input_name
            sentiment: sentiment
        """),
    ),
    Tool(
        name="meltwater",
        title="Meltwater (2024–)",
        needs=_names("date document_id url source_name author_handle opening_text hit_sentence sentiment"),
        fields=_fields("""
            id: document_id
            published: date
            clock: time
            text: hit_sentence
            text_2: opening_text
            title: title
            url: url
            place: source_name
            language: language
            who: author_handle
            author_name: author_name
            publisher: source_name source_domain
            likes: likes
            likes_facebook: reactions
            replies: replies
            replies_2: comments
            reposts: reposts
            reposts_2: shares
            quotes: quotes
            views: views
            reach: reach
            tags: hashtags
            links: links
            query: input_name
            sentiment: sentiment
        """),
    ),
    Tool(
        name="talkwalker",
        title="Talkwalker",
        needs=_names("url published content source_type"),
        one_of=_names(
            "extra_author_attributes_name extra_author_attributes_short_name extra_source_attributes_name"
            " extra_source_attributes_world_data_country"
        ),
        fields=_fields("""
            published: published
            text: content
            text_2: content_snippet
            title: title title_snippet
            url: url
            place: source_type
            language: lang
            who: extra_author_attributes_short_name
            author_name: extra_author_attributes_name
            author_x: external_author_id
            author_bio: extra_author_attributes_description
            publisher: extra_source_attributes_name domain_url host_url
            author_followers_x: source_extended_attributes_twitter_followers twitter_followers
            likes_x: article_extended_attributes_twitter_likes twitter_likes
            reposts_x: article_extended_attributes_twitter_retweets twitter_retweets
            likes_facebook: article_extended_attributes_facebook_likes facebook_likes
            reposts_facebook: article_extended_attributes_facebook_shares facebook_shares
            likes_instagram: article_extended_attributes_instagram_likes instagram_likes
            likes_youtube: article_extended_attributes_youtube_likes youtube_likes
            views_youtube: article_extended_attributes_youtube_views youtube_views
            replies: article_extended_attributes_num_comments num_comments
            reach: reach
            sentiment: sentiment
        """),
    ),
    Tool(
        name="twarc",
        title="twarc (CSV)",
        needs=_names("id conversation_id author_id author_username created_at text public_metrics_like_count"),
        place="x",
        escaped=True,
        fields=_fields("""
            id: id
            published: created_at
            text: text
            language: lang
            author: author_id
            author_handle: author_username
            author_name: author_name
            author_bio: author_description
            author_created: author_created_at
            author_location: author_location
            author_verified: author_verified
            author_followers: author_public_metrics_followers_count
            author_following: author_public_metrics_following_count
            author_posts: author_public_metrics_tweet_count
            author_listed: author_public_metrics_listed_count
            reply_to: referenced_tweets_replied_to_id
            reply_to_author: in_reply_to_user_id
            quote_of: referenced_tweets_quoted_id
            quote_of_author: quoted_user_id
            repost_of: referenced_tweets_retweeted_id
            repost_of_author: retweeted_user_id
            thread: conversation_id
            likes: public_metrics_like_count
            replies: public_metrics_reply_count
            reposts: public_metrics_retweet_count
            quotes: public_metrics_quote_count
            views: public_metrics_impression_count
            saves: public_metrics_bookmark_count
            seen: twarc_retrieved_at
        """),
    ),
    Tool(
        name="facepager",
        title="Facepager (Facebook)",
        needs=_names("object_id object_type query_status query_time from_name created_time message"),
        place="facebook",
        foreign=False,
        fields=_fields("""
            id: object_id
            published: created_time
            text: message
            author: from_id
            author_name: from_name
            url: permalink_url
            links: link
            likes: reactions_summary_total_count
            replies: comments_summary_total_count
            reposts: shares_count
        """),
    ),
    Tool(
        name="ytdt",
        title="YouTube Data Tools (videos)",
        needs=_names("published_at video_id channel_id channel_title video_description"),
        place="youtube",
        foreign=False,
        kind="Video",
        fields=_fields("""
            id: video_id
            published: published_at
            text: video_description
            title: video_title
            author: channel_id
            author_name: channel_title
            likes: like_count
            replies: comment_count
            views: view_count
        """),
    ),
    Tool(
        name="ytdt",
        title="YouTube Data Tools (comments)",
        needs=_names("id is_reply_to author_name text published_at"),
        place="youtube",
        foreign=False,
        fields=_fields("""
            id: id
            published: published_at
            text: text
            author: author_channel_id
            author_name: author_name
            reply_to: is_reply_to
            likes: like_count
            replies: reply_count
        """),
    ),
)
"""Every layout that is known by its columns."""
_FEWEST = min(len(tool.needs) for tool in TOOLS)


def known(columns: Iterable[str]) -> Tool | None:
    """Return the tool whose columns these are, the one that asks for most; None when no tool is that."""
    written = list(columns)
    if len(written) < _FEWEST or any(len(name) > _LONGEST for name in written):
        return None
    names = frozenset(map(fold, written))
    fits = [t for t in TOOLS if t.needs <= names and (not t.one_of or t.one_of & names)]
    return max(fits, key=lambda tool: len(tool.needs), default=None)


def meaning(tool: Tool, columns: Iterable[str]) -> Meaning:
    """Return what the columns of a table mean that a tool wrote."""
    named: dict[str, str] = {}
    for column in columns:
        named.setdefault(fold(column), column)
    chosen = dict(_chosen(tool, named))
    return Meaning(
        columns=MappingProxyType(chosen),
        place=tool.place,
        timezone=tool.timezone,
        kind=tool.kind,
        escaped=tool.escaped,
        foreign=tool.foreign,
        constants=MappingProxyType({"tool": tool.name} if "sentiment" in chosen else {}),
        certainty=MappingProxyType(dict.fromkeys(chosen, 1.0)),
    )


def _chosen(tool: Tool, named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (field, column); a column that stands for a field already is not its own second choice."""
    taken: dict[str, str] = {}
    for name, candidates in tool.fields.items():
        column = next((named[c] for c in candidates if c in named), None)
        if column is not None and taken.get(name.rsplit("_", 1)[0]) != column:
            taken[name] = column
            yield name, column

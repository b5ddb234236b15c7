"""WordPress: a site's export (WXR 1.2), with the owner's answers as comments under the posts."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from valore.world.exports._pack import day
from valore.world.exports.own import Profile, Written

_FORM = "%Y-%m-%d %H:%M:%S"
_COMMENT = re.compile(r"\?p=(\d+)#comment-(\d+)$")
_SPACES = (
    ("excerpt", "http://wordpress.org/export/1.2/excerpt/"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("wfw", "http://wellformedweb.org/CommentAPI/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("wp", "http://wordpress.org/export/1.2/"),
)


def site(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `wordpress-HANDLE.xml`.

    Ids are as WordPress knows them: of the owner `SITE/?author=1`, of posts `SITE/?p=7`, of the
    owner's comments `SITE/?p=7#comment-3`, which answer a post or a comment of this site.
    """
    home, _, number = owner.id.partition("/?author=")
    under: dict[str, list[Written]] = defaultdict(list)
    whole: list[Written] = []
    for post in posts:
        found = _COMMENT.search(post.id)
        (under[found[1]] if found else whole).append(post)
    items = "".join(_item(home, owner, post, under[post.id.rpartition("=")[2]]) for post in whole)
    spaces = "".join(f'\n\txmlns:{name}="{address}"' for name, address in _SPACES)
    told = (
        f"<title>{escape(owner.name)}</title>\n<link>{home}</link>\n<description>{escape(owner.bio)}</description>\n"
        f"<language>it-IT</language>\n<wp:wxr_version>1.2</wp:wxr_version>\n<wp:base_site_url>{home}</wp:base_site_url>\n"
        f"<wp:base_blog_url>{home}</wp:base_blog_url>\n<wp:author><wp:author_id>{number}</wp:author_id>"
        f"<wp:author_login>{_raw(owner.handle)}</wp:author_login><wp:author_email>{_raw(f'{owner.handle}@posta.example')}"
        f"</wp:author_email><wp:author_display_name>{_raw(owner.name)}</wp:author_display_name></wp:author>\n"
    )
    begun = f'<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0"{spaces}\n>\n<channel>\n'
    text = f"{begun}{told}{items}</channel>\n</rss>\n"
    path = folder / f"wordpress-{owner.handle}.xml"
    path.write_text(text, encoding="utf-8")
    return path


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"wordpress": site}


def _item(home: str, owner: Profile, post: Written, comments: list[Written]) -> str:
    number, when = post.id.rpartition("=")[2], day(post.at, _FORM)
    tag = (
        f'<category domain="post_tag" nicename="{escape(post.tag.lower())}">{_raw(post.tag)}</category>'
        if post.tag
        else ""
    )
    return (
        f"<item>\n<title>{_raw(post.text.partition('.')[0][:60])}</title>\n<link>{home}/{number}/</link>\n"
        f"<pubDate>{day(post.at, '%a, %d %b %Y %H:%M:%S +0000')}</pubDate>\n"
        f"<dc:creator>{_raw(owner.handle)}</dc:creator>\n"
        f'<guid isPermaLink="false">{escape(post.id)}</guid>\n<description></description>\n'
        f"<content:encoded>{_raw(_html(post.text))}</content:encoded>\n<excerpt:encoded>{_raw('')}</excerpt:encoded>\n"
        f"<wp:post_id>{number}</wp:post_id>\n{_dates('post', when)}"
        f"<wp:post_modified_gmt>{_raw(when)}</wp:post_modified_gmt>\n<wp:status>{_raw('publish')}</wp:status>\n"
        f"<wp:post_type>{_raw('post')}</wp:post_type>\n<wp:post_password>{_raw('')}</wp:post_password>\n{tag}\n"
        f"{''.join(_comment(owner, c) for c in comments)}</item>\n"
    )


def _comment(owner: Profile, post: Written) -> str:
    said, answered = _COMMENT.search(post.id), _COMMENT.search(post.reply or "")
    return (
        f"<wp:comment><wp:comment_id>{said[2] if said else ''}</wp:comment_id>"
        f"<wp:comment_author>{_raw(owner.name)}</wp:comment_author>"
        f"<wp:comment_author_email>{_raw(f'{owner.handle}@posta.example')}</wp:comment_author_email>"
        f"<wp:comment_author_url></wp:comment_author_url><wp:comment_author_IP>{_raw('192.0.2.1')}</wp:comment_author_IP>"
        f"{_dates('comment', day(post.at, _FORM))}<wp:comment_content>{_raw(escape(post.text))}</wp:comment_content>"
        f"<wp:comment_approved>{_raw('1')}</wp:comment_approved><wp:comment_type>{_raw('comment')}</wp:comment_type>"
        f"<wp:comment_parent>{answered[2] if answered else 0}</wp:comment_parent>"
        f"<wp:comment_user_id>{owner.id.rpartition('=')[2]}</wp:comment_user_id></wp:comment>\n"
    )


def _dates(kind: str, when: str) -> str:
    return f"<wp:{kind}_date>{_raw(when)}</wp:{kind}_date>\n<wp:{kind}_date_gmt>{_raw(when)}</wp:{kind}_date_gmt>\n"


def _html(text: str) -> str:
    """Return a text as the editor writes it, one block a paragraph."""
    paragraphs = (escape(p).replace("\n", "<br>") for p in text.split("\n\n"))
    return "\n\n".join(f"<!-- wp:paragraph -->\n<p>{p}</p>\n<!-- /wp:paragraph -->" for p in paragraphs)


def _raw(text: str) -> str:
    """Return a text as a section of its own, as WordPress does."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"

"""Tumblr: the export of a blog, with its `posts.xml` unpacked as its owner finds it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from valore.world.exports._pack import day, zipped
from valore.world.exports.own import Profile, Written


def blog(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `tumblr-HANDLE.zip`: ids of posts are numbers; answers are reblogs of `@BLOG`'s post."""
    body = "".join(_post(owner, post) for post in posts)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<tumblr version="1.0">\n<posts>\n{body}</posts>\n</tumblr>\n'
    none = '<?xml version="1.0" encoding="UTF-8"?>\n<conversations></conversations>\n'
    members = {"posts/posts.xml": text.encode(), "messages.xml": none.encode()}
    return zipped(folder / f"tumblr-{owner.handle}.zip", members)


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"tumblr": blog}


def _post(owner: Profile, post: Written) -> str:
    url = f"https://{owner.handle}.tumblr.com/post/{post.id}"
    facts = {
        "id": post.id,
        "url": url,
        "url-with-slug": f"{url}/nota",
        "type": "regular",
        "date-gmt": day(post.at, "%Y-%m-%d %H:%M:%S GMT"),
        "date": day(post.at, "%a, %d %b %Y %H:%M:%S"),
        "unix-timestamp": str(int(post.at.timestamp())),
        "format": "html",
        "state": "published",
        "is_reblog": "true" if post.reply else "false",
        "tumblelog": owner.handle,
    }
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in facts.items())
    tag = f"<tag>{escape(post.tag)}</tag>" if post.tag else ""
    return f"<post {written}><regular-body>{escape(_html(post))}</regular-body>{tag}</post>\n"


def _html(post: Written) -> str:
    """Return the words as HTML, behind the quotation that a reblog answers."""
    words = "".join(f"<p>{escape(part).replace(chr(10), '<br/>')}</p>" for part in post.text.split("\n\n"))
    if not post.reply:
        return words
    blog = post.reply_handle or ""
    link = f'<a class="tumblr_blog" href="https://{blog}.tumblr.com/post/{post.reply}">{escape(blog)}</a>'
    return f"<p>{link}:</p><blockquote><p>…</p></blockquote>{words}"

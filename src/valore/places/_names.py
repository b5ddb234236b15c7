"""Names that columns have in exports of tools and in six languages, and the field each stands for.

Names are compared folded: lower case, no accents, words joined by one underscore. Earlier names
of a field are the better ones. A name that may be an id, a handle or a display name stands under
`who`: the values decide. Sentiment of a vendor is one opinion with its source and is not read.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType

_TABLE = """\
id: tweet_id post_id status_id id_str id item_id message_id comment_id resource_id mention_id
    document_id tweet_id_str id_post id_tweet postid tweetid uri guid facebook_id content_id uuid
    object_id media_id identificativo identifiant kennung identificador
published: created_at published_at published created_utc tweet_created created_time post_created
    time_utc date_utc unix_timestamp unix date_unixtime timestamp datetime date_time time date created
    date_created creation_date post_date published_date publish_date posted_at post_time creation_time
    creationtime data data_pubblicazione data_creazione ora orario fecha fecha_publicacion
    fecha_de_publicacion hora date_publication date_de_publication heure datum zeit zeitstempel
    veroffentlicht veroffentlichungsdatum erstellt_am data_publicacao data_de_publicacao pubdate
    pub_date
text: full_text text body message content tweet post_text tweet_text content_text post_message
    hit_sentence snippet opening_text comment caption post status_text description testo messaggio
    contenuto commento didascalia post_testo texto mensaje contenido comentario mensagem conteudo
    legenda texte contenu commentaire legende nachricht inhalt beitrag kommentar selftext
title: title headline titolo titre titel titulo subject_line oggetto
author: author_id user_id user_id_str user_id_id_str from_user_id account_id uid owner_id channel_id
    author_id_str from_id userid authorid page_id id_autore id_utente id_autor id_usuario id_auteur
    autor_id did actor_id user_idstr
author_handle: screen_name user_screen_name username user_name handle author_handle author_username
    author_screen_name user_username from_user account_handle twitter_screen_name nome_utente
    nombre_de_usuario nom_d_utilisateur benutzername nome_de_usuario nome_de_utilizador
who: author user account from influencer autore utente profilo autor usuario usuaria auteur utilisateur
    compte verfasser nutzer benutzer konto utilizador by sender poster creator page_name channel
    source_name
author_name: author_name user_displayname display_name displayname full_name fullname user_fullname
    author_fullname extra_author_attributes_name nome_autore nombre_autor nom_auteur name
author_bio: user_description author_description bio author_bio user_bio profile_description biografia
author_followers: followers_count user_followers_count author_followers followers author_followers_count
    author_public_metrics_followers_count twitter_followers followers_at_posting follower seguaci
    seguidores abonnes
author_following: friends_count user_friends_count following_count following
    author_public_metrics_following_count author_following twitter_following seguiti
author_posts: statuses_count user_statuses_count author_public_metrics_tweet_count twitter_tweets
author_listed: listed_count user_listed_count author_public_metrics_listed_count
author_created: user_created_at author_created_at account_created_at
author_verified: user_verified author_verified verified twitter_verified
author_location: user_location author_location tweet_location location
author_url: user_url author_url profile_url
language: lang language tweet_lang lingua idioma langue sprache lingua_post
url: url permalink link post_url tweet_url permalink_url share_link enlace lien indirizzo
links: expanded_urls extended_urls urls links expanded_links outlinks
tags: hashtags tags hashtag etichette etiquetas
mentions: mentions user_mentions mentioned_users menzioni menciones mencoes
reply_to: in_reply_to_status_id_str in_reply_to_status_id in_reply_to_id reply_to in_reply_to replied_to
    in_response_to_tweet_id parent_id replied_to_id reply_to_id referenced_tweets_replied_to_id
    in_reply_to_tweet_id risposta_a respuesta_a reponse_a antwort_auf resposta_a
reply_to_author: in_reply_to_user_id_str in_reply_to_user_id reply_to_author reply_to_user_id
    in_reply_to_screen_name reply_to_user
quote_of: quoted_status_id_str quoted_status_id quoted quote_of quoted_tweet_id
    referenced_tweets_quoted_id
repost_of: retweeted_status_id_str retweeted_status_id retweeted retweet_id repost_of retweeted_tweet_id
    referenced_tweets_retweeted_id
repost_of_author: retweeted_status_user_id retweeted_user_id repost_of_author
thread: conversation_id conversation_id_str thread_id thread conversazione
likes: favorite_count like_count likes_count public_metrics_like_count likes favorites favourites
    favorite_counts favourite_count num_likes likecount twitter_likes reactions mi_piace me_gusta j_aime
    gefallt_mir curtidas gostos digg_count
replies: reply_count public_metrics_reply_count comments_count comment_count replies num_comments
    comments replies_count twitter_replies commenti risposte comentarios respuestas commentaires
    kommentare
reposts: retweet_count public_metrics_retweet_count share_count retweets shares reposts num_retweets
    shares_count repost_count retweets_count twitter_retweets condivisioni compartidos partages
    partilhas compartilhamentos geteilt
quotes: quote_count public_metrics_quote_count quotes quotes_count citazioni
views: view_count public_metrics_impression_count views impressions impression_count play_count
    post_views total_views visualizzazioni impressioni visualizaciones vues aufrufe visualizacoes
reach: reach copertura alcance portee reichweite
saves: saves save_count saved bookmark_count public_metrics_bookmark_count salvataggi
clicks: clicks click_count link_clicks url_clicks clic cliques klicks
seen: scraped_timestamp timestamp_collected collected_at scraped_at retrieved_at crawled_at fetched_at
    observed_at seen_at collected retrieved
updated: updated_at modified_at edited_at last_edited updated modified updated_time
query: query_name query search_query query_id entity_id entity brand company airline keyword search_term
    monitor marca azienda marque entreprise marke unternehmen empresa marchio parola_chiave
place: platform network source_platform social_network place piattaforma rete plataforma plateforme
    plattform netzwerk page_type
"""


def _table(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Read `field: name name …`; a line that begins with a blank goes on."""
    for entry in re.split(r"\n(?=\S)", text):
        field, names = entry.split(":", 1)
        yield field, tuple(names.split())


NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(dict(_table(_TABLE)))
"""Field to the names of its columns, the better ones first."""

PLACES: Mapping[str, str] = MappingProxyType(
    {
        "twitter": "x",
        "x": "x",
        "tweet": "x",
        "facebook": "facebook",
        "fb": "facebook",
        "instagram": "instagram",
        "ig": "instagram",
        "google+": "googleplus",
        "googleplus": "googleplus",
        "google plus": "googleplus",
        "mastodon": "mastodon",
        "linkedin": "linkedin",
        "youtube": "youtube",
        "tiktok": "tiktok",
        "threads": "threads",
        "bluesky": "bluesky",
        "reddit": "reddit",
        "telegram": "telegram",
        "tumblr": "tumblr",
        "pinterest": "pinterest",
        "blog": "feed",
        "news": "feed",
    }
)
"""What tools call the networks, and the names of the networks here."""

SITES: Mapping[str, str] = MappingProxyType(
    {
        r"^https?://(?:[a-z]+\.)?(?:twitter|x)\.com/": "x",
        r"^https?://(?:[a-z-]+\.)?facebook\.com/": "facebook",
        r"^https?://(?:www\.)?instagram\.com/": "instagram",
        r"^https?://plus\.google\.com/": "googleplus",
        r"^https?://(?:[a-z]+\.)?linkedin\.com/": "linkedin",
        r"^https?://(?:www\.|m\.)?youtube\.com/": "youtube",
        r"^https?://(?:[a-z]+\.)?tiktok\.com/": "tiktok",
        r"^https?://bsky\.app/": "bluesky",
        r"^https?://(?:[a-z]+\.)?reddit\.com/": "reddit",
    }
)


def fold(name: str) -> str:
    """Return a column's name as it is compared.

    >>> fold("Data di pubblicazione"), fold("user.screenName"), fold("Hit Sentence")
    ('data_di_pubblicazione', 'user_screen_name', 'hit_sentence')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare)
    return re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")

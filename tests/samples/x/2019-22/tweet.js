window.YTD.tweet.part0 = [
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://x.example\" rel=\"nofollow\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [],
        "urls": []
      },
      "display_text_range": [
        "0",
        "100"
      ],
      "favorite_count": "12",
      "id_str": "1050118621198921728",
      "truncated": false,
      "retweet_count": "4",
      "id": "1050118621198921728",
      "created_at": "Wed Oct 10 20:19:24 +0000 2018",
      "favorited": false,
      "full_text": "Prima prova di stampa &lt;riuscita&gt;",
      "lang": "it"
    }
  }
]

window.YTD.community_tweet.part0 = [
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
      "favorite_count": "3",
      "id_str": "1612000000000000008",
      "truncated": false,
      "retweet_count": "0",
      "id": "1612000000000000008",
      "created_at": "Mon Jan 09 09:00:00 +0000 2023",
      "favorited": false,
      "full_text": "Per chi stampa in piccole tirature",
      "lang": "it"
    }
  }
]

window.YTD.deleted_tweets.part0 = [
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
      "id_str": "1612000000000000010",
      "truncated": false,
      "retweet_count": "0",
      "id": "1612000000000000010",
      "created_at": "Tue Jan 10 09:00:00 +0000 2023",
      "favorited": false,
      "full_text": "Parole tolte",
      "lang": "it",
      "deleted_at": "Wed Jan 11 09:00:00 +0000 2023"
    }
  }
]

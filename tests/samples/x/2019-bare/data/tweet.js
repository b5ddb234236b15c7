window.YTD.tweet.part0 = [
  {
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
    "id_str": "1050118621198921729",
    "truncated": false,
    "retweet_count": "0",
    "id": "1050118621198921729",
    "created_at": "Wed Oct 10 20:19:25 +0000 2018",
    "favorited": false,
    "full_text": "Seconda prova",
    "lang": "it"
  },
  {
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
    "id_str": "1050118621198921730",
    "truncated": false,
    "retweet_count": "0",
    "id": "1050118621198921730",
    "favorited": false,
    "full_text": "Senza data, ma il numero la dice",
    "lang": "it"
  }
]

window.YTD.tweets.part0 = [
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://x.example\" rel=\"nofollow\">Web</a>",
      "entities": {
        "hashtags": [
          {
            "text": "tipografia",
            "indices": [
              "40",
              "51"
            ]
          }
        ],
        "symbols": [],
        "user_mentions": [],
        "urls": [
          {
            "url": "https://t.co/aaa1",
            "expanded_url": "https://anna.example/tipografia",
            "display_url": "anna.example/tipografia",
            "indices": [
              "60",
              "80"
            ]
          }
        ]
      },
      "display_text_range": [
        "0",
        "100"
      ],
      "favorite_count": "3",
      "id_str": "1612000000000000001",
      "truncated": false,
      "retweet_count": "0",
      "id": "1612000000000000001",
      "created_at": "Sat Jan 07 10:00:00 +0000 2023",
      "favorited": false,
      "full_text": "Buongiorno a chi disegna &amp; legge. Oggi parlo di #tipografia https://t.co/aaa1",
      "lang": "it"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://x.example\" rel=\"nofollow\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [
          {
            "name": "Lume",
            "screen_name": "LumeStudio",
            "indices": [
              "0",
              "11"
            ],
            "id_str": "2001",
            "id": "2001"
          }
        ],
        "urls": []
      },
      "display_text_range": [
        "0",
        "100"
      ],
      "favorite_count": "0",
      "id_str": "1612000000000000002",
      "truncated": false,
      "retweet_count": "0",
      "id": "1612000000000000002",
      "created_at": "Sat Jan 07 11:00:00 +0000 2023",
      "favorited": false,
      "full_text": "@LumeStudio bella la nuova carta, complimenti",
      "lang": "it",
      "in_reply_to_status_id_str": "1611000000000000009",
      "in_reply_to_status_id": "1611000000000000009",
      "in_reply_to_user_id": "2001",
      "in_reply_to_user_id_str": "2001",
      "in_reply_to_screen_name": "LumeStudio"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://x.example\" rel=\"nofollow\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [
          {
            "name": "Lume",
            "screen_name": "LumeStudio",
            "indices": [
              "0",
              "11"
            ],
            "id_str": "2001",
            "id": "2001"
          }
        ],
        "urls": []
      },
      "display_text_range": [
        "0",
        "100"
      ],
      "favorite_count": "0",
      "id_str": "1612000000000000003",
      "truncated": false,
      "retweet_count": "7",
      "id": "1612000000000000003",
      "created_at": "Sat Jan 07 12:00:00 +0000 2023",
      "favorited": false,
      "full_text": "RT @LumeStudio: Il catalogo nuovo è pronto",
      "lang": "it"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://x.example\" rel=\"nofollow\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [],
        "urls": [
          {
            "url": "https://t.co/bbb2",
            "expanded_url": "https://twitter.com/Nitida/status/1611999999999999999",
            "display_url": "twitter.com/Nitida/…",
            "indices": [
              "10",
              "33"
            ]
          }
        ]
      },
      "display_text_range": [
        "0",
        "100"
      ],
      "favorite_count": "3",
      "id_str": "1612000000000000004",
      "truncated": false,
      "retweet_count": "0",
      "id": "1612000000000000004",
      "created_at": "Sat Jan 07 13:00:00 +0000 2023",
      "favorited": false,
      "full_text": "Da leggere https://t.co/bbb2",
      "lang": "it"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://x.example\" rel=\"nofollow\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [],
        "urls": [],
        "media": [
          {
            "url": "https://t.co/ccc3",
            "type": "photo",
            "id_str": "1"
          }
        ]
      },
      "display_text_range": [
        "0",
        "100"
      ],
      "favorite_count": "3",
      "id_str": "1612000000000000005",
      "truncated": false,
      "retweet_count": "0",
      "id": "1612000000000000005",
      "created_at": "Sat Jan 07 14:00:00 +0000 2023",
      "favorited": false,
      "full_text": "Bozze sul tavolo https://t.co/ccc3",
      "lang": "qme",
      "extended_entities": {
        "media": [
          {
            "url": "https://t.co/ccc3",
            "type": "photo",
            "id_str": "1"
          },
          {
            "url": "https://t.co/ccc3",
            "type": "photo",
            "id_str": "2"
          }
        ]
      }
    }
  }
]

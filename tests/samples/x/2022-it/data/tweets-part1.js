window.YTD.tweets.part1 = [
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
      "id_str": "1612000000000000006",
      "truncated": false,
      "retweet_count": "0",
      "id": "1612000000000000006",
      "created_at": "Sun Jan 08 09:00:00 +0000 2023",
      "favorited": false,
      "full_text": "Una guida lunga all'accessibilità della carta: contrasto, corpo, interlinea. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica. Ogni scelta conta… https://t.co/ddd4",
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
        "urls": []
      },
      "display_text_range": [
        "0",
        "100"
      ],
      "favorite_count": "3",
      "id_str": "1612000000000000017",
      "truncated": false,
      "retweet_count": "0",
      "id": "1612000000000000017",
      "created_at": "Sun Jan 08 10:30:00 +0000 2023",
      "favorited": false,
      "full_text": "Corretto: la mostra apre il 14",
      "lang": "it",
      "edit_info": {
        "edit": {
          "initialTweetId": "1612000000000000007",
          "editControlInitial": {
            "editTweetIds": [
              "1612000000000000007",
              "1612000000000000017"
            ],
            "editableUntil": "2023-01-08T11:00:00.000Z"
          }
        }
      }
    }
  }
]

Grailbird.data.tweets_2015_02 = 
 [
  {
    "source": "web",
    "entities": {
      "user_mentions": [],
      "media": [],
      "hashtags": [
        {
          "text": "carta",
          "indices": [
            30,
            36
          ]
        }
      ],
      "urls": []
    },
    "geo": {},
    "id_str": "562000000000000000",
    "text": "Febbraio comincia con la carta #carta",
    "id": 562000000000000000,
    "created_at": "2015-02-01 18:00:00 +0000",
    "user": {
      "name": "Anna Ferri",
      "screen_name": "AnnaFerri",
      "protected": false,
      "id_str": "1001",
      "id": 1001,
      "verified": false
    }
  }
]

Grailbird.data.tweets_2015_01 = 
 [
  {
    "source": "web",
    "entities": {
      "user_mentions": [],
      "media": [],
      "hashtags": [],
      "urls": []
    },
    "geo": {},
    "id_str": "558808110217584640",
    "text": "@LumeStudio ci vediamo alla fiera",
    "id": 558808110217584640,
    "created_at": "2015-01-24 02:02:37 +0000",
    "user": {
      "name": "Anna Ferri",
      "screen_name": "AnnaFerri",
      "protected": false,
      "id_str": "1001",
      "id": 1001,
      "verified": false
    },
    "in_reply_to_status_id_str": "558808000000000000",
    "in_reply_to_user_id_str": "2001",
    "in_reply_to_user_id": 2001,
    "in_reply_to_status_id": 558808000000000000,
    "in_reply_to_screen_name": "LumeStudio"
  },
  {
    "source": "web",
    "entities": {
      "user_mentions": [],
      "media": [],
      "hashtags": [],
      "urls": []
    },
    "geo": {},
    "id_str": "558808110217584641",
    "text": "RT @LumeStudio: Apriamo alle nove",
    "id": 558808110217584641,
    "created_at": "2015-01-23 10:00:00 +0000",
    "user": {
      "name": "Anna Ferri",
      "screen_name": "AnnaFerri",
      "protected": false,
      "id_str": "1001",
      "id": 1001,
      "verified": false
    },
    "retweeted_status": {
      "source": "web",
      "entities": {
        "user_mentions": [],
        "media": [],
        "hashtags": [],
        "urls": []
      },
      "geo": {},
      "id_str": "558700000000000000",
      "text": "Apriamo alle nove",
      "id": 558700000000000000,
      "created_at": "2015-01-23 09:00:00 +0000",
      "user": {
        "id_str": "2001",
        "id": 2001,
        "screen_name": "LumeStudio",
        "name": "Lume"
      }
    }
  }
]

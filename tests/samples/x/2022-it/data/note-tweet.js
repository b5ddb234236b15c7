window.YTD.note_tweet.part0 = [
  {
    "noteTweet": {
      "noteTweetId": "1612000000000000900",
      "updatedAt": "2023-01-08T09:00:00.000Z",
      "createdAt": "2023-01-08T09:00:00.000Z",
      "lifecycle": {
        "value": "2",
        "name": "Created",
        "originalName": "Created",
        "annotations": {}
      },
      "core": {
        "styletags": [],
        "urls": [],
        "text": "Una guida lunga all'accessibilità della carta: contrasto, corpo, interlinea. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica. Ogni scelta conta per chi legge con fatica.",
        "mentions": [],
        "cashtags": [],
        "hashtags": []
      }
    }
  }
]

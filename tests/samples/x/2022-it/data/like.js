window.YTD.like.part0 = [
  {
    "like": {
      "tweetId": "1600000000000000001",
      "fullText": "parole d'altri"
    }
  }
]

window.YTD.verified.part0 = [
  {
    "verified": {
      "accountId": "1001",
      "verified": false
    }
  }
]

window.YTD.account.part0 = [
  {
    "account": {
      "accountId": "1001",
      "username": "AnnaFerri",
      "createdAt": "2012-03-04T10:00:00.000Z",
      "accountDisplayName": "Anna Ferri",
      "email": "anna@lume.example",
      "phoneNumber": "+390000000",
      "createdVia": "web"
    }
  }
]

window.__THAR_CONFIG = {
  "userInfo": {
    "accountId": "1001",
    "userName": "AnnaFerri",
    "displayName": "Anna Ferri"
  },
  "archiveInfo": {
    "sizeBytes": "1000",
    "generationDate": "2023-05-01T12:00:00.000Z",
    "isPartialArchive": false
  },
  "dataTypes": {}
}

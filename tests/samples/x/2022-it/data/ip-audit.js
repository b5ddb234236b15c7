window.YTD.ip_audit.part0 = [
  {
    "ipAudit": {
      "accountId": "1001",
      "createdAt": "2023-01-01T00:00:00.000Z",
      "loginIp": "192.0.2.1"
    }
  }
]

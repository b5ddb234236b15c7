window.YTD.direct_message.part0 = [
  {
    "dmConversation": {
      "conversationId": "1001-2001",
      "messages": [
        {
          "messageCreate": {
            "recipientId": "2001",
            "senderId": "1001",
            "text": "parole riservate",
            "createdAt": "2023-01-01T00:00:00.000Z"
          }
        }
      ]
    }
  }
]

window.YTD.contact.part0 = [
  {
    "contact": {
      "id": "1",
      "emails": [
        "bruno@lume.example"
      ],
      "phoneNumbers": []
    }
  }
]

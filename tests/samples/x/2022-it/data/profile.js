window.YTD.profile.part0 = [
  {
    "profile": {
      "description": {
        "bio": "Disegno carta & caratteri",
        "website": "https://anna.example",
        "location": "Torino"
      },
      "avatarMediaUrl": "https://img.example/a.jpg"
    }
  }
]
